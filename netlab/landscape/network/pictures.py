"""The pictures that every point of a plane is asked for: one choice, drawn once and for all, the same for all frames."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from netlab.arrays import Bytes
from netlab.data import DataError, Digits
from netlab.data.split import split
from netlab.landscape.network.plane import drawn_places
from netlab.nets.spec import NetworkSpec
from netlab.training.parts import training_labels, validation_set

PARTS = {"held": "Digits it did not learn from", "learnt": "Digits it learnt from"}


@dataclass(frozen=True, eq=False)
class Pictures:
    """Pictures, uint8 (n, 28, 28), with their labels (n,), in the order in which they are asked; ``key`` names just these."""

    key: str
    images: Bytes
    labels: Bytes


def pictures_of(spec: NetworkSpec, digits: Digits, part: str) -> Pictures:
    """Up to 10,000 pictures of a part of the data.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained: what it learns from follows from it.
    digits : Digits
        Its data set.
    part : str
        A key of ``PARTS``.

    Returns
    -------
    Pictures
        With the labels that the training learns where it learns from them; else with the true ones.

    Raises
    ------
    netlab.data.DataError
        If there are too few.
    """
    if part == "learnt":
        available = len(digits.y_train)
        places, _ = split(spec.seed, available, spec.examples_used(available), 0)
        images, labels = digits.x_train, training_labels(spec, digits)
        chosen = places[drawn_places(len(places))]
    else:
        images, labels = validation_set(spec, digits)
        chosen = drawn_places(len(labels))
    if len(chosen) < 2:
        raise DataError("There are fewer than two pictures here, too few for a mean and its error.")
    taken, named = images[chosen], labels[chosen]
    key = hashlib.sha256(taken.tobytes() + named.tobytes()).hexdigest()[:16]
    return Pictures(key, taken, named)
