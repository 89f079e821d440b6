"""What a second training makes of a hand-in: the same bits, about the same, or something else, and what that is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from netlab.classroom.lessons.attempt import Attempt
from netlab.classroom.lessons.hand_in import HandIn, outcome
from netlab.classroom.lessons.verdict import Verdict, judge
from netlab.runs.events import Failed

Status = Literal["same", "close", "other", "not repeated"]
CLOSE = 0.01
"""Test accuracies that lie no farther apart are about the same: other versions of the libraries differ by less."""


@dataclass(frozen=True)
class Checked:
    """What is said of a hand-in.

    Attributes
    ----------
    status : str
        "same" bits, "close" to it, something "other", or "not repeated".
    sentence : str
        What that means, with the numbers.
    verdict : Verdict or None
        What the second run says of the lesson's goal; None if there was none.
    """

    status: Status
    sentence: str
    verdict: Verdict | None = None

    @property
    def holds(self) -> bool:
        """Whether the claim is proven, and the goal reached."""
        return self.status == "same" and self.verdict is not None and self.verdict.met


def cannot(given: HandIn) -> Checked | None:
    """Why a hand-in is not trained again, if it is not.

    Parameters
    ----------
    given : HandIn

    Returns
    -------
    Checked or None
        None if its settings say all that a second run needs.
    """
    if not given.obstacle:
        return None
    return Checked(
        "not repeated",
        f"{given.obstacle} Its settings alone do not bring that back, so nothing is checked; it says: {given.outcome.in_words()}.",
    )


def check(given: HandIn, again: Attempt, here: Mapping[str, str]) -> Checked:
    """Compare a hand-in with a second run of the same settings.

    Parameters
    ----------
    given : HandIn
    again : Attempt
        The second run, at its end.
    here : mapping of str to str
        What it was trained with, as ``hand_in.versions`` tells it.

    Returns
    -------
    Checked
    """
    if isinstance(again.ending, Failed):
        return Checked("not repeated", f"It could not be trained here: {again.ending.reason}")
    found, said = outcome(again), given.outcome
    verdict = judge(given.lesson, again)
    if found == said:
        return Checked("same", f"Trained again to the same bits: {found.in_words()}.", verdict)
    both = f"It says: {said.in_words()}. Trained again: {found.in_words()}."
    others = _others(given.versions, here)
    why = (
        f"It was made with {others}, so the same bits cannot be expected."
        if others
        else "Both were made with the same versions, so the same bits were to be expected: either the numbers were changed, or the "
        "digits come from another file."
    )
    near = (
        said.test_accuracy is not None
        and found.test_accuracy is not None
        and said.batches == found.batches
        and abs(said.test_accuracy - found.test_accuracy) <= CLOSE
    )
    if near:
        return Checked("close", f"About the same, not the same bits. {both} {why}", verdict)
    return Checked("other", f"Not what it says. {both} {why}", verdict)


def _others(there: Mapping[str, str], here: Mapping[str, str]) -> str:
    """What differs between two machines, with both versions."""
    told = [
        f"{name} {there.get(name, 'unknown')} (here {value})"
        for name, value in here.items()
        if there.get(name) != value
    ]
    return ", ".join(told)
