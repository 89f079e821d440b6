"""Which pixels spoke for the answer and which against it, rather than for the second guess.

What is shared out is the lead: the answer's sum less the second guess's, before the softmax.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netlab.arrays import SIDE, Array, Floats
from netlab.drawing.why.case import Case, lead_row
from netlab.nets.numpy_gradient import way
from netlab.nets.numpy_model import answering, layer_outputs
from netlab.nn.arithmetic import one_thread

PATCH = 5
"""Side of the square that is covered, in pixels."""


@dataclass(frozen=True)
class ByInput:
    """How much of the lead each pixel's ink brought, by slope times ink.

    Attributes
    ----------
    values : float64 (28, 28)
        Above 0: for the answer; below: for the rival; 0 wherever there is no ink.
    exact : bool
        Whether the network has no hidden layer. Then each value is the pixel's weight for the answer less that for the
        rival, times its ink, and they add up to the lead but for two biases. Else each is its slope at this drawing
        times its ink: what a straight continuation of the network would say.
    rest : float
        What the values leave of the lead: without hidden layers the difference of two biases.
    """

    values: Array
    exact: bool
    rest: float


@dataclass(frozen=True)
class ByPatches:
    """What becomes of the lead when a square of the drawing is covered with paper.

    Attributes
    ----------
    values : float64 (28, 28)
        By how much the lead falls when the square whose middle is this pixel is covered; below 0: it rises.
    said : int (28, 28)
        What the network then answers.
    side : int
        Of the square, in pixels.
    """

    values: Array
    said: Array
    side: int


def by_input(case: Case) -> ByInput:
    """Slope times ink, pixel by pixel; without hidden layers weight times ink.

    Source: Shrikumar, Greenside & Kundaje (2017), Learning important features through propagating activation
    differences, compare it with their own way and say what it cannot see.

    Parameters
    ----------
    case : Case
        A drawing that was read.

    Returns
    -------
    ByInput
    """
    row = lead_row(case.answer, case.rival)
    gone = way(answering(case.spec), case.weights, case.picture[None])
    values = gone.back(row[None])[0].astype(np.float64) * case.picture
    plain = not case.spec.hidden and not case.spec.convolutions
    return ByInput(values, plain, case.lead - float(values.sum()))


@one_thread()
def by_patches(case: Case, side: int = PATCH) -> ByPatches:
    """Cover one square after the other, and read what is left.

    Source: Zeiler & Fergus (2014), Visualizing and understanding convolutional networks.

    Parameters
    ----------
    case : Case
        A drawing that was read.
    side : int, default=5
        Of the square, an odd number of pixels; at the edge it is cut.

    Returns
    -------
    ByPatches
    """
    pictures, covered = _covered(case.picture, side)
    values = np.zeros((SIDE, SIDE))
    said = np.full((SIDE, SIDE), case.answer)
    if len(pictures):
        logits = layer_outputs(case.spec, case.weights, pictures)[-1].astype(np.float64)
        values[covered] = case.lead - (logits[:, case.answer] - logits[:, case.rival])
        said[covered] = logits.argmax(axis=1)
    return ByPatches(values, said, side)


def _covered(picture: Floats, side: int) -> tuple[Floats, Array]:
    """Pictures with one square of ink covered, (n, 28, 28), and the middles of those squares, bool (28, 28).

    A square without ink changes nothing and is not asked about.
    """
    reach, found, middles = side // 2, [], np.zeros((SIDE, SIDE), bool)
    for row in range(SIDE):
        for column in range(SIDE):
            square = (
                slice(max(row - reach, 0), row + reach + 1),
                slice(max(column - reach, 0), column + reach + 1),
            )
            if picture[square].any():
                one = picture.copy()
                one[square] = 0
                found.append(one)
                middles[row, column] = True
    return np.stack(found) if found else np.zeros((0, SIDE, SIDE), np.float32), middles
