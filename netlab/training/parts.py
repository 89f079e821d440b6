"""What of a data set a training learns from, and what it validates on."""

from __future__ import annotations

from netlab.arrays import Bytes
from netlab.data import DataError, Digits
from netlab.data.split import nonsense, split
from netlab.nets.spec import TEST, NetworkSpec


def validation_set(spec: NetworkSpec, digits: Digits) -> tuple[Bytes, Bytes]:
    """Pictures and labels for curves, diagnosis and early stopping.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained.
    digits : Digits
        The data set.

    Returns
    -------
    uint8 (n, 28, 28) and (n,)
        The test pictures where the spec asks for them; else training pictures that are not learnt from.

    Raises
    ------
    DataError
        If there are too few training pictures to hold any back.
    """
    if spec.validation == TEST:
        return digits.x_test, digits.y_test
    available = len(digits.y_train)
    held = spec.held_back(available)
    if not held:
        raise DataError(
            "There is 1 training picture, and at least 2 are needed to hold one back. Validate on the test pictures."
        )
    _, places = split(spec.seed, available, spec.examples_used(available), held)
    return digits.x_train[places], digits.y_train[places]


def training_labels(spec: NetworkSpec, digits: Digits) -> Bytes:
    """The labels to learn, of all training pictures: the true ones, or with some that changed places.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained.
    digits : Digits
        The data set.

    Returns
    -------
    uint8 (n,)
        Those of held-back pictures are always true.
    """
    available = len(digits.y_train)
    used, _ = split(spec.seed, available, spec.examples_used(available), 0)
    return nonsense(spec.seed, digits.y_train, used, spec.shuffled_labels)
