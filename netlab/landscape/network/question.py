"""What is asked of a network's landscape, as plain data that fits on a line."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

DIRECTIONS = {
    "random": "Random, filter by filter",
    "walk": "The plane of the walk (PCA)",
    "motion": "Gradient × velocity",
    "sharp": "Next step × sharpest curvature",
    "onward": "Start to now × what is left of the step",
    "weights": "Two single weights",
    "two": "This run and another",
    "three": "This run and two others",
}
TWINS = {"": "as it is", "rescaled": "first layer ×8, next ÷8", "shuffled": "neurons shuffled"}
FACTOR = 8.0
"""By what "rescaled" multiplies the first layer and divides the next."""


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes
    ----------
    kind : str
        "plane" (the picture), "sharpness" (over the kept moments), "line" (between two runs) or "point" (one network of
        the plane).
    run : str
        The run's id, or the name of a network that comes along.
    step : int
        After how many updates.
    moments : int
        How many moments are kept as this is asked: a run that has moved on is asked anew.
    pictures : str
        The key of the pictures (``Pictures.key``).
    directions : str
        A key of ``DIRECTIONS``.
    seed : int
        Of random directions.
    weights : tuple of int
        Pixel, unit, pixel, unit of the two single weights.
    others : tuple of str
        Other runs' ids.
    reach : float
        How far the picture goes each way, in lengths of the directions.
    regularised : bool
        Whether the loss has what regularisation adds.
    twin : str
        A key of ``TWINS``: another network that computes the same.
    by_filter : bool
        Whether random directions are scaled filter by filter.
    fine : bool
        Whether the picture is worked out on up to 10,000 images at last.
    at : tuple of float
        The point that a "point" is about.
    """

    kind: str
    run: str
    step: int
    moments: int
    pictures: str
    directions: str = "random"
    seed: int = 0
    weights: tuple[int, int, int, int] = (406, 0, 407, 0)
    others: tuple[str, ...] = ()
    reach: float = 1.0
    regularised: bool = False
    twin: str = ""
    by_filter: bool = True
    fine: bool = True
    at: tuple[float, float] = (0.0, 0.0)

    @property
    def key(self) -> str:
        """The question as a text that names it, and from which ``question_from`` makes it again."""
        return json.dumps(asdict(self), sort_keys=True)


def question_from(key: str) -> Question:
    """A question from its key.

    Parameters
    ----------
    key : str
        As ``Question.key`` gives it.

    Returns
    -------
    Question
    """
    values: dict[str, Any] = json.loads(key)
    for name in ("weights", "others", "at"):
        values[name] = tuple(values[name])
    return Question(**values)
