"""Tasks with a verdict: what is to be reached, and whether this network, at this moment, has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from netlab.formatting import counted, percent
from netlab.nn.activations import ACTIVATIONS
from netlab.nn.mlp import forward
from netlab.playground.network import Plan, network
from netlab.playground.points import Choice
from netlab.playground.presets import Setup, layers
from netlab.playground.timeline import Moment
from netlab.playground.training import Course, Task

PLAIN = {"x", "y"}
FEWEST_HELD = 20
"""Points held back, below which they say too little."""
Verdict = tuple[bool, str]


@dataclass(frozen=True)
class Challenge:
    """A task.

    Attributes
    ----------
    key, title, task : str
        Its word, its name, and what is asked.
    start : Setup
        What the controls are moved to.
    rules : callable
        (setup) → what is against the rules, in a sentence; empty if nothing is.
    verdict : callable
        (task, moment) → whether it is reached, and how far one is.
    """

    key: str
    title: str
    task: str
    start: Setup
    rules: Callable[[Setup], str]
    verdict: Callable[[Task, Moment], Verdict]


def judge(challenge: Challenge, setup: Setup, task: Task, moment: Moment) -> Verdict:
    """Whether a challenge is met.

    Parameters
    ----------
    challenge : Challenge
        What is asked.
    setup : Setup
        What the controls say.
    task : Task
        What was trained.
    moment : Moment
        What it has come to.

    Returns
    -------
    tuple of (bool, str)
        The verdict, and a sentence for it.
    """
    against = challenge.rules(setup)
    return (False, against) if against else challenge.verdict(task, moment)


def _held(share: float) -> Callable[[Task, Moment], Verdict]:
    def verdict(task: Task, moment: Moment) -> Verdict:
        found = moment.measured.held_accuracy
        if found is None or int(task.points.held.sum()) < FEWEST_HELD:
            return False, f"Hold back at least {FEWEST_HELD} points: they are what counts."
        return (
            found >= share,
            f"{percent(found)} of the points held back are right; {percent(share, 0)} are asked for.",
        )

    return verdict


def _rules(
    kind: str, *, units: int | None = None, inputs: set[str] | None = None, depth: int | None = None,
    clean: bool = True, noise: float = 0.0,
) -> Callable[[Setup], str]:  # fmt: skip
    def rules(setup: Setup) -> str:
        hidden = sum(count for count, _ in setup.plan.hidden)
        if setup.choice.kind != kind or (clean and setup.choice.shuffled):
            return "The challenge is about other points than these. Press its button to begin again."
        if setup.choice.noise < noise:
            return f"Leave the noise at {percent(noise, 0)} or more."
        if inputs is not None and not set(setup.plan.features) <= inputs:
            return f"Only {' and '.join(sorted(inputs))} may go in."
        if depth is not None and len(setup.plan.hidden) > depth:
            return "No hidden layer is allowed here."
        if units is not None and hidden > units:
            return f"At most {counted(units, 'hidden unit')} allowed; this network has {hidden}."
        return ""

    return rules


def _by_heart(task: Task, moment: Moment) -> Verdict:
    taught, held = moment.measured.accuracy, moment.measured.held_loss
    if held is None:
        return False, "Hold some points back: without them nobody can tell."
    gap = held > 4 * moment.measured.loss and taught >= 0.97
    return gap, (
        f"{percent(taught)} of the training points are right (97 % are asked for), and the held-back loss is "
        f"{held / max(moment.measured.loss, 1e-9):.1f} times the training loss (more than 4 is asked for)."
    )


def _mended(task: Task, moment: Moment) -> Verdict:
    held = moment.measured.held_loss
    if held is None or moment.epoch < 100:
        return False, "Train for at least 100 epochs, with points held back."
    return (
        held < 0.33,
        f"After {moment.epoch} epochs the held-back loss is {held:.2f}; less than 0.33 is asked for.",
    )


def _needs(
    rules: Callable[[Setup], str], sentence: str, met: Callable[[Course], bool]
) -> Callable[[Setup], str]:
    return lambda setup: rules(setup) or ("" if met(setup.course) else sentence)


def _exploded(task: Task, moment: Moment) -> Verdict:
    broken = not (np.isfinite(moment.numbers).all() and np.isfinite(moment.measured.loss))
    return (
        broken,
        "It is broken: nothing is finite any longer." if broken else "All its numbers are finite still.",
    )


def _asleep(task: Task, moment: Moment) -> Verdict:
    passed = forward(network(task.plan, moment.numbers), task.given, task.wanted, judged=False)
    dead = [
        int((~ACTIVATIONS[bend].derivative(z).any(axis=0)).sum())
        for (_, bend), z in zip(task.plan.hidden, passed.pre_activations) if bend == "relu"
    ]  # fmt: skip
    return sum(dead) >= 3, f"{counted(sum(dead), 'ReLU unit')} dead; three are asked for."


OVERFIT = Setup(
    Choice("clouds", size=100, noise=0.8, held=0.5), Plan(hidden=layers(12, 12)), Course(learning_rate=0.03)
)
HEART = _rules("clouds", noise=0.8)

_ALL = (
    Challenge(
        "line", "One straight line", "Part the two clouds without a hidden layer: 95 % of the points held back.",
        Setup(Choice("clouds"), Plan(), Course(learning_rate=0.001)), _rules("clouds", depth=0), _held(0.95),
    ),
    Challenge(
        "xor2", "XOR with 2 units", "Two hidden units draw a stripe. Get 85 % of the points held back right, with x and y alone.",
        Setup(Choice("xor", noise=0.0), Plan(hidden=layers(2))), _rules("xor", units=2, inputs=PLAIN), _held(0.85),
    ),
    Challenge(
        "xor", "XOR, and nothing wrong", "Get 97 % right with x and y alone, and at most 6 hidden units.",
        Setup(Choice("xor", noise=0.0), Plan(hidden=())), _rules("xor", units=6, inputs=PLAIN), _held(0.97),
    ),
    Challenge(
        "circle", "The circle with the fewest units", "Three hidden units are enough, with x and y alone: 95 %.",
        Setup(Choice("circle"), Plan(hidden=layers(1))), _rules("circle", units=3, inputs=PLAIN), _held(0.95),
    ),
    Challenge(
        "inputs", "Inputs instead of units", "Part the circle without any hidden layer: 95 %. Which inputs does it need?",
        Setup(Choice("circle"), Plan(hidden=())), _rules("circle", depth=0), _held(0.95),
    ),
    Challenge(
        "spiral", "The spiral without sines", "With x and y alone: 90 % of the points held back. Be patient.",
        Setup(Choice("spiral", noise=0.05, size=500), Plan(hidden=layers(4))), _rules("spiral", inputs=PLAIN), _held(0.9),
    ),
    Challenge(
        "three", "Three classes, no hidden layer", "One unit a class, no hidden layer: 95 %.",
        Setup(Choice("three"), Plan(hidden=layers(4), output="softmax", classes=3)), _rules("three", depth=0), _held(0.95),
    ),
    Challenge(
        "board", "The checkerboard", "Any inputs, any network: 95 % of the points held back.",
        Setup(Choice("checkerboard", noise=0.0, size=1000), Plan()), _rules("checkerboard"), _held(0.95),
    ),
    Challenge(
        "overfit", "Overfit on purpose", "Learn these noisy clouds by heart: 97 % of the training points, and a held-back loss "
        "more than four times the training loss.",
        replace(OVERFIT, plan=Plan(hidden=layers(2))), HEART, _by_heart,
    ),
    Challenge(
        "dropout", "Mend it by dropout", "The same clouds, the large network: bring the held-back loss below 0.33 after 100 epochs or more, by dropout.",
        OVERFIT, _needs(HEART, "Dropout is to do it: give a layer at least 0.3.", lambda course: max((*course.dropout, 0)) >= 0.3), _mended,
    ),
    Challenge(
        "l2", "Mend it by small weights", "The same by L2: below 0.33 after 100 epochs or more.",
        OVERFIT, _needs(HEART, "L2 is to do it: set it for a layer.", lambda course: any(course.l2)), _mended,
    ),
    Challenge(
        "more", "Mend it by more data", "The same with more points alone: below 0.33 after 100 epochs or more, without dropout, L1 or L2.",
        OVERFIT, _needs(HEART, "No dropout, no L1, no L2 here.", lambda course: not any((*course.dropout, *course.l1, *course.l2))), _mended,
    ),
    Challenge(
        "break", "Break it", "Make the numbers explode. Then say why: what did each step do to the error?",
        Setup(Choice("xor"), Plan(hidden=layers(4, bend="relu"), output="linear", loss="quadratic"), Course("sgd", 0.03)),
        lambda setup: "", _exploded,
    ),
    Challenge(
        "asleep", "Put three units to sleep", "Make at least three ReLU units answer 0 for every point, for good.",
        Setup(Choice("circle"), Plan(hidden=layers(6, 6, bend="relu"))), lambda setup: "", _asleep,
    ),
)  # fmt: skip

CHALLENGES: dict[str, Challenge] = {challenge.key: challenge for challenge in _ALL}
