"""What the page asks, of whom, and what came so far."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import streamlit as st

from netlab.app import digits
from netlab.app.frame import literal
from netlab.data import DataError, Digits, sets
from netlab.landscape.network.flat import Weights
from netlab.landscape.network.pictures import Pictures, pictures_of
from netlab.landscape.network.plane import Heights, axis
from netlab.landscape.network.studio import Studio
from netlab.landscape.network.walk import weights_at
from netlab.nets.spec import MNIST, NetworkSpec

_making = threading.Lock()
_studio: Studio | None = None


def studio() -> Studio:
    """The one studio of this server; its process starts with the first question."""
    global _studio
    with _making:
        if _studio is None:
            _studio = Studio()
        return _studio


def pictures_for(spec: NetworkSpec, part: str) -> Pictures:
    """The pictures that the network is asked; where they are not at hand, this run of the page ends in a sentence."""
    try:
        found = digits.digits() if spec.data == MNIST else sets.loaded(spec.data)
        return _pictures(spec, found.source, len(found.y_train), part, found)
    except DataError as error:
        st.info(f"The pictures that this network learnt from are not at hand. {literal(error)}")
        st.stop()


@st.cache_resource(show_spinner=False, max_entries=6)
def _pictures(spec: NetworkSpec, source: str, count: int, part: str, _digits: Digits) -> Pictures:
    return pictures_of(spec, _digits, part)


@st.cache_resource(show_spinner=False, max_entries=12)
def moment(name: str, step: int) -> Weights:
    """The weights of one kept moment, by Keras's names; ``RunError`` says why not."""
    return weights_at(name, step)


def heights_of(part: dict[str, Any]) -> Heights:
    """A picture from the part "heights" of an answer."""
    a = axis(float(part["reach"]), int(part["points"]))
    loss, error, accuracy = (np.asarray(part[name], np.float64) for name in ("loss", "error", "accuracy"))
    return Heights(a, a, loss, error, accuracy, int(part["images"]), int(part["finer"]), int(part["more"]))
