"""What the page Rewind says of a course, each sentence from the numbers that earn it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netlab.experiments.rewind.course import FirstRight, Moments
from netlab.formatting import counted, percent


def when(found: Moments, place: int) -> str:
    """A moment in words: after how many images, or before the first.

    Parameters
    ----------
    found : Moments
        The run's moments.
    place : int
        Which of them.

    Returns
    -------
    str
        Examples: "before the first batch", "after 1,340 images".
    """
    step = found.steps[place]
    return "before the first batch" if step == 0 else f"after {found.images(step):,} images"


def learnt(found: Moments, right: FirstRight, what: str) -> str:
    """Say when a picture was first read correctly.

    Parameters
    ----------
    found : Moments
        The run's moments.
    right : FirstRight
        What ``first_right`` found.
    what : str
        The picture in words, as a sentence begins: "Your 7", "This 4".

    Returns
    -------
    str
        Which moments say so; between two moments nobody looked.
    """
    if right.first is None:
        return f"{what} was read correctly at none of {counted(len(found.steps), 'kept moment')}."
    if right.first == 0:
        began = f"{what} was read correctly from the first kept moment on, {when(found, 0)}"
        began += ": by luck, since nothing was learnt yet." if found.steps[0] == 0 else "."
    else:
        began = f"{what} was first read correctly {when(found, right.first)}; {when(found, right.first - 1)} it was not yet."
    if right.since is None:
        return f"{began} At the last moment it is wrong again."
    if right.since > right.first:
        return f"{began} Later it was lost, and is right for good {when(found, right.since)}."
    return began


def read_as(answered: NDArray[np.float32], place: int, classes: Sequence[str]) -> str:
    """The first guess at one moment, and how sure it is.

    Parameters
    ----------
    answered : floats (moments, 10)
        Probabilities.
    place : int
        Which moment.
    classes : sequence of str
        What the ten answers are called.

    Returns
    -------
    str
        Example: "7 (93.1 %)".
    """
    guess = int(answered[place].argmax())
    return f"{classes[guess]} ({percent(answered[place, guess])})"
