"""The "Try" buttons: each sets every control that its walk depends on, so that it shows the same whatever was set before."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

from netlab.landscape.double_well import KEY as WELLS
from netlab.landscape.double_well import LEFT, RIGHT
from netlab.landscape.neuron_surface import LABEL_SEED, NEURONS, USUAL_LOSS
from netlab.landscape.noise.view.fold import ALL
from netlab.landscape.surface import Surface
from netlab.landscape.surfaces import SURFACES
from netlab.landscape.view.controls import NEURON, decimal, rate_key, setting_key, start_keys, suggested_rate
from netlab.nn.optimizers import OPTIMIZERS, SCHEDULES

STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 300, 500, 1000)


@dataclass(frozen=True)
class Experiment:
    """One thing to see: a surface, an optimizer, and what is not as it is by itself."""

    surface: str
    optimizer: str = "sgd"
    learning_rate: float | None = None
    loss: str | None = None
    steps: int = 100
    others: tuple[str, ...] = field(default=())
    batch: int = ALL

    @property
    def place(self) -> Surface:
        """The surface itself."""
        if self.surface != NEURON:
            return SURFACES[self.surface]
        return next(neuron for neuron in NEURONS if neuron.key.endswith(str(self.loss)))

    def controls(self) -> dict[str, Any]:
        """Every control that decides what is walked and shown, with its value."""
        surface, optimizer = self.place, OPTIMIZERS[self.optimizer]
        rate = suggested_rate(surface, optimizer) if self.learning_rate is None else self.learning_rate
        model = {
            "ls_activation": "sigmoid",
            "ls_loss": self.loss,
            "ls_labels": LABEL_SEED,
            "ls_examples": 24,
            "ls_batch": self.batch,
        }
        return {
            "ls_surface": self.surface,
            **(model if self.surface == NEURON else {}),
            **({"ls_well_left": LEFT, "ls_well_right": RIGHT} if self.surface == WELLS else {}),
            "ls_optimizer": self.optimizer,
            rate_key(surface, optimizer): rate,
            **dict(zip(start_keys(surface), surface.start, strict=True)),
            "ls_steps": self.steps,
            "ls_scale": "auto",
            "ls_others": list(self.others),
            "ls_same": False,
            "ls_schedule": next(iter(SCHEDULES)),
            **{
                setting_key(optimizer, one): one.default
                for one in optimizer.settings
                if one.key != "learning_rate"
            },
        }

    def words(self) -> dict[str, str]:
        """What stands in the address for those controls that are not as they are by themselves."""
        rate = (
            {}
            if self.learning_rate is None
            else {rate_key(self.place, OPTIMIZERS[self.optimizer]): decimal(self.learning_rate)}
        )
        batch = {} if self.batch == ALL else {"ls_batch": str(self.batch)}
        loss = {} if self.loss in (None, USUAL_LOSS) else {"ls_loss": str(self.loss)}
        return {**rate, **batch, **loss}


EXPERIMENTS: Mapping[str, Experiment] = {
    "Just below the limit": Experiment("ravine", learning_rate=0.018),
    "Just above it": Experiment("ravine", learning_rate=0.0225),
    "Add momentum": Experiment("ravine", "momentum", learning_rate=0.0225),
    "Linger at a saddle": Experiment("saddle"),
    "Caught in a dent": Experiment("rastrigin"),
    "Two wells": Experiment(WELLS, others=("momentum", "adam")),
    "Sure and wrong": Experiment(NEURON, loss="quadratic"),
    "Cross-entropy to the rescue": Experiment(NEURON, loss="cross-entropy"),
    "Two examples a step": Experiment(NEURON, loss="cross-entropy", batch=2),
}
"""Moves of the controls that show one thing each."""


def tried(title: str) -> None:
    """Set an experiment's controls, and see to it that they reach the address; for callbacks."""
    experiment = EXPERIMENTS[title]
    controls, words = experiment.controls(), experiment.words()
    st.session_state.update(controls)
    for key in controls:
        _tell(key, words.get(key, ""))


def _tell(key: str, word: str) -> None:
    """Write a control's word into the address before the control is there, or take out one that would have a say.

    What a script sets reaches the address by itself only where the control is on the page already; and of such a
    control Streamlit lets nobody else touch the word.
    """
    with suppress(StreamlitAPIException):
        if word:
            st.query_params[key] = word
        elif key in st.query_params:
            del st.query_params[key]
