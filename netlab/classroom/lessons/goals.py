"""What a lesson can ask of a run: a closed set of conditions, each with its number, its sentence and how it is checked.

A condition is judged by what a run itself reported, never by what somebody says of it. It is met, not met, or not yet
to be told.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from netlab.arrays import CLASSES
from netlab.classroom.lessons.attempt import Attempt
from netlab.classroom.lessons.walks import MOST_STEPS, Walk
from netlab.formatting import counted, fixed, percent, plain
from netlab.nets.naming import tested_on, validation_name
from netlab.nets.spec import MOST_PARAMETERS
from netlab.runs.diagnosis import CHANCE
from netlab.runs.events import Diverged, Done

Number = Literal["share", "count", "amount", "digit"]
State = bool | None
"""Whether a condition is met; None where the run cannot tell yet."""
MOST_AMOUNT = 100.0


class GoalError(ValueError):
    """A condition that there is not; the sentence says what is wrong."""


@dataclass(frozen=True)
class Told:
    """What a run says of a condition: whether it is met, and the numbers that show it, in a sentence."""

    met: State
    evidence: str


@dataclass(frozen=True)
class Kind:
    """A kind of condition.

    Attributes
    ----------
    title : str
        What whoever makes a lesson chooses.
    numbers : mapping of str to (kind, lowest, highest, usual)
        What it is told.
    sentence : callable
        From its numbers to what a run is to do, in a sentence about it.
    judge : callable
        From its numbers and an attempt to what that attempt says: a run on Train, a walk on the landscape.
    page : str
        Where it can be asked.
    """

    title: str
    numbers: Mapping[str, tuple[Number, float, float, float]]
    sentence: Callable[[Mapping[str, Any]], str]
    judge: Callable[[Mapping[str, Any], Any], Told]
    page: str = "train"


@dataclass(frozen=True)
class Condition:
    """One condition: a key of ``KINDS`` and its numbers, as ``condition`` makes it."""

    kind: str
    numbers: tuple[tuple[str, float | int], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The condition as plain JSON values; ``condition`` gives it back."""
        return {"kind": self.kind, **dict(self.numbers)}

    @property
    def sentence(self) -> str:
        """What a run is to do, in a sentence about it."""
        return KINDS[self.kind].sentence(dict(self.numbers))

    def judge(self, attempt: Attempt | Walk) -> Told:
        """What an attempt says of it."""
        return KINDS[self.kind].judge(dict(self.numbers), attempt)


def condition(told: Any) -> Condition:
    """Read a condition from JSON values.

    Parameters
    ----------
    told : object
        Anything; ``{"kind": "accuracy", "at_least": 0.97}``, say.

    Returns
    -------
    Condition

    Raises
    ------
    GoalError
        If there is no such condition, or a number of it is missing or out of its bounds.
    """
    if not isinstance(told, dict):
        raise GoalError("A condition of a goal is an object with its kind and its numbers.")
    kind = told.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise GoalError(f"There is no goal called {str(kind)[:40]!r}; there are {', '.join(KINDS)}.")
    asked = KINDS[kind].numbers
    unknown = sorted(map(str, set(told) - {"kind", *asked}))
    if unknown:
        raise GoalError(
            f"The goal “{kind}” knows no “{unknown[0][:40]}”; it is told {', '.join(asked) or 'nothing'}."
        )
    return Condition(kind, tuple((name, _number(kind, name, told.get(name))) for name in asked))


def _number(kind: str, name: str, value: Any) -> float | int:
    which, low, high, _ = KINDS[kind].numbers[name]
    whole = which in ("count", "digit")
    right = type(value) is int or (not whole and isinstance(value, float) and math.isfinite(value))
    if not right or not low <= value <= high:
        said, least, most = str(value)[:40], plain(low, 9), plain(high, 9)
        if whole:
            raise GoalError(
                f"“{name}” of the goal “{kind}” is a whole number from {least} to {most}; the lesson says {said!r}."
            )
        raise GoalError(
            f"“{name}” of the goal “{kind}” is a number from {least} to {most}; the lesson says {said!r}."
        )
    return int(value) if whole else float(value)


def _ended(attempt: Attempt) -> Told | Done:
    """The ending of an attempt that came to its end, or why there is nothing to judge."""
    if isinstance(attempt.ending, Done):
        return attempt.ending
    if isinstance(attempt.ending, Diverged):
        return Told(False, "Its loss stopped being a number.")
    return Told(None, "It is not at its end yet.")


def _accuracy(numbers: Mapping[str, Any], attempt: Attempt) -> Told:
    ending = _ended(attempt)
    if isinstance(ending, Told):
        return ending
    told = f"{percent(ending.test_accuracy, 2)} of the {tested_on(attempt.spec)} are right."
    return Told(ending.test_accuracy >= numbers["at_least"], told)


def _loss(numbers: Mapping[str, Any], attempt: Attempt) -> Told:
    ending = _ended(attempt)
    if isinstance(ending, Told):
        return ending
    if ending.test_loss is None:
        return Told(False, "Its loss is not a number.")
    told = f"Its mean loss on the {tested_on(attempt.spec)} is {fixed(ending.test_loss, 4)}."
    return Told(ending.test_loss <= numbers["at_most"], told)


def _parameters(numbers: Mapping[str, Any], attempt: Attempt) -> Told:
    count = attempt.spec.parameter_count
    return Told(count <= numbers["at_most"], f"It has {counted(count, 'parameter')}.")


def _batches(numbers: Mapping[str, Any], attempt: Attempt) -> Told:
    step = attempt.history.step
    if step > numbers["at_most"]:
        return Told(False, f"It has taken {counted(step, 'step')}.")
    ending = _ended(attempt)
    return ending if isinstance(ending, Told) else Told(True, f"It took {counted(step, 'step')}.")


def _overfits(numbers: Mapping[str, Any], attempt: Attempt) -> Told:
    """By its loss: on pictures that it does not learn from it rose, while it went on to fall on those that it does."""
    epochs = attempt.history.epochs
    ending = _ended(attempt)
    if isinstance(ending, Told):
        return ending
    if len(epochs) < 2:
        return Told(False, "One epoch has no course that could be judged.")
    best = min(epochs, key=lambda one: _number_of(one.validation_loss))
    last = epochs[-1]
    lowest, now = _number_of(best.validation_loss), _number_of(last.validation_loss)
    if not math.isfinite(lowest):
        return Told(False, f"Its loss on {validation_name(attempt.spec)} is no number.")
    rose = (
        now >= (1 + numbers["rise"]) * lowest and last.loss is not None and last.loss < _number_of(best.loss)
    )
    told = (
        f"Its loss on {validation_name(attempt.spec)} was lowest after epoch {best.epoch} ({fixed(lowest, 4)}) and is {fixed(now, 4)} "
        f"after epoch {last.epoch}."
    )
    return Told(rose, told)


def _gap(numbers: Mapping[str, Any], attempt: Attempt) -> Told:
    ending, gap = _ended(attempt), attempt.history.gap()
    if isinstance(ending, Told):
        return ending
    if gap is None:
        return Told(False, "Its accuracy on training pictures was not kept.")
    told = (
        f"It is right on {plain(100 * gap, 3)} percentage points more of the pictures that it learns from than of "
        f"{validation_name(attempt.spec)}."
    )
    return Told(gap <= numbers["at_most"], told)


def _fails(numbers: Mapping[str, Any], attempt: Attempt) -> Told:
    if isinstance(attempt.ending, Diverged):
        return Told(True, "Its loss stopped being a number.")
    ending = _ended(attempt)
    if isinstance(ending, Told):
        return ending
    told = f"{percent(ending.test_accuracy, 2)} of the {tested_on(attempt.spec)} are right."
    return Told(ending.test_accuracy <= CHANCE, told)


def _reads(numbers: Mapping[str, Any], attempt: Attempt) -> Told:
    if attempt.answer is None:
        return Told(None, f"No {numbers['digit']} of yours is on the pad of the page Draw yet.")
    ending = _ended(attempt)
    if isinstance(ending, Told):
        return ending
    guess, given = int(attempt.answer.argmax()), float(attempt.answer[numbers["digit"]])
    told = f"It reads your drawing as a {guess} and gives the {numbers['digit']} {percent(given, 1)}."
    return Told(guess == numbers["digit"] and given >= numbers["at_least"], told)


def _arrives(numbers: Mapping[str, Any], walk: Walk) -> Told:
    losses = walk.path.losses[: walk.path.steps_taken + 1]
    low = np.flatnonzero(losses <= numbers["at_most"])
    if len(low):
        first = int(low[0])
        return Told(first <= numbers["steps"], f"It is there after {counted(first, 'step')}.")
    lowest = walk.path.best
    told = f"Its lowest loss is {plain(float(losses[lowest]), 4)}, after {counted(lowest, 'step')}."
    return Told(False, told if len(losses) else "The surface has no height at its start.")


def _lost(numbers: Mapping[str, Any], walk: Walk) -> Told:
    if walk.path.end == "diverged":
        return Told(True, f"It is out of all bounds after {counted(walk.path.steps_taken, 'step')}.")
    last = float(walk.path.losses[walk.path.steps_taken])
    return Told(False, f"After {counted(walk.path.steps_taken, 'step')} its loss is {plain(last, 4)}.")


def _number_of(loss: float | None) -> float:
    return math.inf if loss is None else loss


KINDS: dict[str, Kind] = {
    "accuracy": Kind(
        "Accuracy on the test pictures", {"at_least": ("share", 0.01, 1.0, 0.97)},
        lambda given: f"It reads at least {percent(given['at_least'], 1)} of the test pictures.", _accuracy,
    ),
    "loss": Kind(
        "Loss on the test pictures", {"at_most": ("amount", 0.001, MOST_AMOUNT, 0.1)},
        lambda given: f"It has a loss of at most {plain(given['at_most'])} on the test pictures.", _loss,
    ),
    "parameters": Kind(
        "Size of the network", {"at_most": ("count", 100, MOST_PARAMETERS, 50_000)},
        lambda given: f"It has at most {counted(given['at_most'], 'parameter')}.", _parameters,
    ),
    "steps": Kind(
        "Steps of the training", {"at_most": ("count", 1, 10_000_000, 1000)},
        lambda given: f"It takes at most {counted(given['at_most'], 'step')}.", _batches,
    ),
    "overfits": Kind(
        "It overfits, by its loss", {"rise": ("share", 0.01, 10.0, 0.25)},
        lambda given: f"It overfits by its loss: on pictures that it does not learn from, the loss ends at least {percent(given['rise'], 0)} "
        "above its lowest, while it falls on those that it learns from.", _overfits,
    ),
    "gap": Kind(
        "It does not learn by heart", {"at_most": ("share", 0.0, 0.5, 0.01)},
        lambda given: f"It is at most {plain(100 * given['at_most'], 3)} percentage points better on the pictures that it learns from than on "
        "others.", _gap,
    ),
    "fails": Kind(
        "It fails", {}, lambda given: f"It learns nothing: its loss is no number any more, or it reads at most {percent(CHANCE, 0)}.", _fails,
    ),
    "reads": Kind(
        "It reads my drawing", {"digit": ("digit", 0, CLASSES - 1, 7), "at_least": ("share", 0.1, 1.0, 0.9)},
        lambda given: f"It reads your own {given['digit']}, drawn on the page Draw, and gives it at least {percent(given['at_least'], 0)}.",
        _reads,
    ),
    "arrives": Kind(
        "The walk arrives", {"at_most": ("amount", -MOST_AMOUNT, MOST_AMOUNT, 0.01), "steps": ("count", 1, MOST_STEPS, 100)},
        lambda given: f"It comes to a loss of at most {plain(given['at_most'])} within {counted(given['steps'], 'step')}.", _arrives, "landscape",
    ),
    "lost": Kind(
        "The walk is carried away", {}, lambda given: "It goes wrong: its steps carry it out of all bounds.", _lost, "landscape",
    ),
}  # fmt: skip
"""Everything that a lesson can ask."""
