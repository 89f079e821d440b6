"""Which digit is it? One way from a picture to ten probabilities, for the page and the command line alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.data.sets import class_names
from netlab.drawing.doubt import Doubt, doubt
from netlab.drawing.framing import Framing, stages
from netlab.nets import shipped
from netlab.nets.naming import data_title, reads_digits
from netlab.nets.numpy_model import predict
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import Weights
from netlab.runs import store
from netlab.runs.run import RunError


@dataclass(frozen=True)
class Reading:
    """How a picture was framed, and the ten probabilities, (10,), that the network gives it."""

    framing: Framing
    probabilities: NDArray[np.float32]

    @property
    def image(self) -> NDArray[np.float32]:
        """The picture as the network receives it, float32 (28, 28) in [0, 1]."""
        return self.framing.centred

    @property
    def digit(self) -> int:
        """The first guess."""
        return int(self.probabilities.argmax())

    @property
    def doubt(self) -> Doubt | None:
        """Why the ink is taken for no digit at all; None if nothing speaks against one."""
        if (
            "_doubt" not in self.__dict__
        ):  # a cached_property of Python 3.11 lets one thread of all in at a time
            self.__dict__["_doubt"] = doubt(self.framing)
        found: Doubt | None = self.__dict__["_doubt"]
        return found

    @property
    def blank(self) -> bool:
        """Whether there was nothing to read."""
        return not self.image.any()


def read(spec: NetworkSpec, weights: Weights, picture: NDArray[Any] | Framing) -> Reading:
    """Frame a picture as MNIST's are framed and let the network read it.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : Weights
        Its weights by name.
    picture : array (height, width), or Framing
        Grey values of any size, dark on light or light on dark; or a picture that was framed before.

    Returns
    -------
    Reading
        The framing and ten probabilities.

    Raises
    ------
    ValueError
        If the picture is no grey picture.
    """
    framing = picture if isinstance(picture, Framing) else stages(picture)
    return Reading(framing, predict(spec, weights, framing.centred[None])[0])


def check_digits(spec: NetworkSpec) -> None:
    """Refuse a network that learnt something else than digits: it would call a drawn 7 a shirt.

    Parameters
    ----------
    spec : NetworkSpec
        The network.

    Raises
    ------
    netlab.runs.run.RunError
        Its sentence says what the network learnt.
    """
    if not reads_digits(spec):
        first, *_, last = class_names(spec.data)
        raise RunError(
            f"This network learnt {data_title(spec.data)} ({first} … {last}), not digits: it cannot read a drawn digit. "
            "Choose another network."
        )


def network(name: str) -> tuple[NetworkSpec, Weights]:
    """A network by name: a shipped one ("article", "convolutional") or the id of a run, or how it begins.

    Parameters
    ----------
    name : str
        "article", "convolutional", a run's id, or the beginning of one.

    Returns
    -------
    (NetworkSpec, Weights)
        The network and its newest weights.

    Raises
    ------
    netlab.runs.run.RunError
        If there is none of that name, or its weights cannot be read.
    """
    if name in shipped.SHIPPED:
        return shipped.load(name)
    try:
        run = store.find(name)
    except RunError as error:
        raise RunError(
            f"There is no network {name!r}; expected {', '.join(shipped.SHIPPED)} or a run. {error}"
        ) from error
    spec, weights, _ = run.latest_weights()
    return spec, weights
