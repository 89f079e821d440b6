"""What is said of the goal: what is asked for, whether it is reached, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from netlab.formatting import percent
from netlab.playground.challenges import CHALLENGES, FEWEST_HELD, judge
from netlab.playground.points import KINDS
from netlab.playground.presets import SINES, Setup
from netlab.playground.timeline import Moment
from netlab.playground.training import Task

ENOUGH = 0.95
"""The share of points on the right side from which on they count as parted."""
NEXT = {"circle": "xor", "xor": "spiral"}
"""Which points come after which."""


@dataclass(frozen=True)
class Advice:
    """What is said at a moment.

    Attributes
    ----------
    words : str
        The goal, or the verdict.
    met : bool
        Whether it is reached.
    offer : str
        What a button offers to do next; empty if nothing.
    moves : mapping
        The controls that it moves, by key.
    """

    words: str
    met: bool = False
    offer: str = ""
    moves: Mapping[str, Any] = field(default_factory=dict)


def advice(key: str, setup: Setup, task: Task, moment: Moment) -> Advice:
    """What to say of a moment.

    Parameters
    ----------
    key : str
        Of the challenge that was chosen; anything else if none was.
    setup : Setup
        What the controls say.
    task : Task
        What was trained.
    moment : Moment
        What it has come to.

    Returns
    -------
    Advice
        The challenge's verdict; without a challenge the idea of the points until they are parted, then that they are.
    """
    if key in CHALLENGES:
        met, sentence = judge(CHALLENGES[key], setup, task, moment)
        return Advice(f"{CHALLENGES[key].title}: {sentence}{' Done!' if met else ''}", met)
    kind = setup.choice.kind
    verdict = "" if setup.choice.shuffled else parted(task, moment)
    if verdict and kind in NEXT:
        title = KINDS[NEXT[kind]].title
        words = f"{verdict} Next, choose {title} under Points, and press Play."
        return Advice(words, True, f"{title} next", {"cl_points": NEXT[kind]})
    if verdict:
        return Advice(verdict, True)
    words = f"{KINDS[kind].title}. {KINDS[kind].idea}"
    if kind == "spiral" and not set(SINES) <= set(setup.plan.features):
        return Advice(words, offer="Give it sin 2x and sin 2y", moves={"cl_inputs": list(SINES)})
    return Advice(words)


def parted(task: Task, moment: Moment) -> str:
    """Whether a network has parted the classes.

    Parameters
    ----------
    task : Task
        What was trained.
    moment : Moment
        What it has come to.

    Returns
    -------
    str
        The verdict; empty as long as too many points are on the wrong side. Points that are held back count alone,
        where there are enough of them.
    """
    found, held = moment.measured.held_accuracy, int(task.points.held.sum())
    share = moment.measured.accuracy if found is None or held < FEWEST_HELD else found
    if not share >= ENOUGH:
        return ""
    if 0 < held < FEWEST_HELD:
        return f"Yes, it can: {percent(share)} of the points that it learns from are on the right side. With so few held back ({held}) nobody can tell whether it has learnt more than these."
    if held:
        return f"Yes, it can: {percent(share)} of the {held} points that it has never learnt from are on the right side."
    return f"Yes, it can: {percent(share)} of the points are on the right side. Hold some back to see whether it has learnt more than these."
