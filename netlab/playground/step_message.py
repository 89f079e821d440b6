"""What the browser is told of the next step: rings, arrows and sentences, small enough to go with a message."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from netlab.arrays import Array
from netlab.playground.next_step import NextStep, wish_of_point
from netlab.playground.step_words import FIVE, NO_STEP, five_sentences, of_batch, of_number, of_point
from netlab.playground.training import Task

MOST_SHOWN = 250
"""Of a larger batch so many points are ringed and have their wishes drawn; the mean is of all."""


def step_message(
    task: Task, numbers: Array, step: NextStep | None, *, point: int | None, place: int | None, slow: bool
) -> dict[str, Any]:
    """Arrows and sentences for what is looked at.

    Parameters
    ----------
    task : Task
        What is trained, and how.
    numbers : floats (count,)
        Weights and biases, all finite.
    step : NextStep or None
        The step that comes next, if one does.
    point : int or None
        The point that was pressed.
    place : int or None
        The number that was chosen.
    slow : bool
        Whether the five parts of the step are wanted.

    Returns
    -------
    dict
        For the component. Packed numbers are float32, and int16 for places of points; ``wishes`` are of the first
        examples of the batch.
    """
    answer: dict[str, Any] = {}
    if point is not None:
        wish = wish_of_point(task, numbers, point)
        if np.isfinite(wish).all():
            answer |= {"arrows": _packed(wish), "whose": of_point(task, wish)}
    elif step is not None:
        answer |= {"arrows": _packed(step.mean), "whose": of_batch(step)}
    if step is None:
        return answer | ({"none": NO_STEP} if slow else {})
    answer |= {"rows": _packed(step.rows[:MOST_SHOWN], "<i2"), "size": len(step.rows), "number": step.number}
    if place is not None:
        wishes = step.wishes(place)
        answer |= {
            "place": place, "wishes": _packed(wishes[:MOST_SHOWN]), "mean": float(step.mean[place]),
            "change": float(step.change[place]), "ofNumber": of_number(step, place),
        }  # fmt: skip
    if slow:
        answer |= {
            "five": list(zip(FIVE, five_sentences(step))), "losses": _packed(step.passed.losses[:MOST_SHOWN]),
            "answers": _packed(np.concatenate([layer[0] for layer in step.passed.activations])),
            "mean5": _packed(step.mean), "change5": _packed(step.change),
        }  # fmt: skip
    return answer


def _packed(values: Array, kind: str = "<f4") -> str:
    return base64.b64encode(values.astype(kind).tobytes()).decode()


def weight(answer: dict[str, Any]) -> int:
    """Bytes that an answer takes of a message, before they are written as text.

    Parameters
    ----------
    answer : dict
        Of ``step_message``.

    Returns
    -------
    int
        About three quarters of its length as text.
    """
    return sum(len(str(value)) for value in answer.values()) * 3 // 4
