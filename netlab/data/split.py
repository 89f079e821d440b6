"""Which training pictures are learnt from, which are held back to validate on, and which get a wrong label.

All of it follows from the seed alone. ``netlab/nets/keras_script.py`` writes the same lines for Keras.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SUBSET, LABELS = 1, 4
"""What is added to a seed, so that the draws of a training do not know of each other."""

Places = NDArray[np.intp]


def shuffled(seed: int, available: int) -> Places:
    """All places of a training set in one order: it is learnt from the first, and the last are held back.

    Parameters
    ----------
    seed : int
        The seed of the training.
    available : int
        How many pictures there are.

    Returns
    -------
    int (available,)
        Each place once.
    """
    return np.random.default_rng([seed, SUBSET]).permutation(available)


def split(seed: int, available: int, used: int, held: int) -> tuple[Places, Places]:
    """Places to learn from and places to hold back; they share none.

    Parameters
    ----------
    seed : int
        The seed of the training.
    available : int
        How many pictures there are.
    used, held : int
        How many are learnt from, and how many held back; not more than there are together.

    Returns
    -------
    (int (used,), int (held,))
        Places from 0 to ``available`` − 1.

    Raises
    ------
    ValueError
        If there are too few pictures.
    """
    if used + held > available:
        raise ValueError(
            f"{used:,} pictures to learn from and {held:,} held back are more than {available:,}."
        )
    places = shuffled(seed, available)
    return places[:used], places[available - held :]


def nonsense(seed: int, labels: NDArray[np.uint8], used: Places, count: int) -> NDArray[np.uint8]:
    """Labels of which some have changed places, so that only learning by heart gets them right.

    Parameters
    ----------
    seed : int
        The seed of the training.
    labels : uint8 (n,)
        The true ones.
    used : int (m,)
        Places that are learnt from; no other label changes.
    count : int
        How many of them change places among each other; all if there are fewer. About a tenth of these gets its own
        label again by chance.

    Returns
    -------
    uint8 (n,)
        The very array that was given where ``count`` is 0; else another.

    References
    ----------
    Zhang, Bengio, Hardt, Recht and Vinyals, "Understanding deep learning requires rethinking generalization", 2017.
    """
    if not count:
        return labels
    rng = np.random.default_rng([seed, LABELS])
    some = rng.permutation(used)[:count]
    mixed = labels.copy()
    mixed[some] = labels[rng.permutation(some)]
    return mixed
