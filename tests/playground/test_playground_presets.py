"""What a preset's comment says is so after its run; every challenge can be met, and is not met at its start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from netlab.playground.challenges import CHALLENGES, OVERFIT, judge
from netlab.playground.findings import findings
from netlab.playground.network import Plan
from netlab.playground.points import points
from netlab.playground.presets import PRESETS, SINES, Setup, controls, differences, layers, same
from netlab.playground.timeline import Moment, Timeline
from netlab.playground.training import Course, Task

Check = Callable[[Moment, list[str]], bool]
CLAIMS: dict[str, Check] = {
    "ring": lambda now, said: (now.measured.held_accuracy or 0) >= 0.95,
    "1957": lambda now, said: (now.measured.held_accuracy or 0) >= 0.97,
    "1969": lambda now, said: now.measured.accuracy < 0.7,
    "1986": lambda now, said: (now.measured.held_accuracy or 0) >= 0.95,
    "squares": lambda now, said: (now.measured.held_accuracy or 0) >= 0.97,
    "sines": lambda now, said: (now.measured.held_accuracy or 0) >= 0.95,
    "explodes": lambda now, said: not np.isfinite(now.measured.loss),
    "twins": lambda now, said: "twins" in said,
    "dead": lambda now, said: "dead" in said,
    "by-heart": lambda now, said: now.measured.accuracy >= 0.8 and (now.measured.held_accuracy or 1) <= 0.65,
    "vanishes": lambda now, said: "stuck" in said,
}


def task_of(setup: Setup) -> Task:
    found = points(setup.choice)
    return Task(replace(setup.plan, classes=found.classes), found, setup.course)


def trained(setup: Setup, epochs: int) -> tuple[Task, list[Moment]]:
    task = task_of(setup)
    line = Timeline(task)
    line.grow(epochs, seconds=300)
    return task, line.moments


@pytest.mark.parametrize("key", PRESETS)
def test_a_comment_is_true_after_its_run(key: str) -> None:
    preset = PRESETS[key]
    task, moments = trained(preset.setup, max(preset.epochs, 6))
    said = [finding.key for finding in findings(task, moments)]
    assert CLAIMS[key](moments[-1], said), (moments[-1].measured, said)


def test_presets_are_told_apart_by_their_controls() -> None:
    setups = [preset.setup for preset in PRESETS.values()]
    assert len(setups) >= 8
    assert all(same(one, other) == (one is other) for one in setups for other in setups)
    silent = replace(PRESETS["ring"].setup, course=Course(dropout=(0.0, 0.0), l2=(0.0, 0.0, 0.0)))
    assert same(silent, PRESETS["ring"].setup)
    assert controls(silent)["cl_l2_out"] == 0.0


WON: dict[str, tuple[Setup, int]] = {
    "line": (Setup(CHALLENGES["line"].start.choice, Plan(hidden=())), 20),
    "xor2": (Setup(CHALLENGES["xor2"].start.choice, Plan(hidden=layers(2), seed=3)), 60),
    "xor": (Setup(CHALLENGES["xor"].start.choice, Plan(hidden=layers(6))), 60),
    "circle": (Setup(CHALLENGES["circle"].start.choice, Plan(hidden=layers(3))), 60),
    "inputs": (Setup(CHALLENGES["inputs"].start.choice, Plan(("xx", "yy"), ())), 60),
    "spiral": (
        Setup(CHALLENGES["spiral"].start.choice, Plan(hidden=layers(12, 12)), Course(learning_rate=0.01)),
        200,
    ),
    "three": (Setup(CHALLENGES["three"].start.choice, Plan(hidden=(), output="softmax", classes=3)), 30),
    "board": (Setup(CHALLENGES["board"].start.choice, Plan(SINES, layers(8, 8))), 40),
    "overfit": (OVERFIT, 300),
    "dropout": (replace(OVERFIT, course=Course(dropout=(0.5, 0.5))), 100),
    "l2": (replace(OVERFIT, course=Course(l2=(0.03, 0.03, 0.03))), 100),
    "more": (replace(OVERFIT, choice=replace(OVERFIT.choice, size=2000)), 100),
    "break": (replace(CHALLENGES["break"].start, course=Course("sgd", 10.0)), 20),
    "asleep": (replace(CHALLENGES["asleep"].start, course=Course(learning_rate=1.0)), 20),
}


@pytest.mark.parametrize("key", CHALLENGES)
def test_every_challenge_can_be_met_and_is_not_at_its_start(key: str) -> None:
    challenge, (setup, epochs) = CHALLENGES[key], WON[key]
    start = task_of(challenge.start)
    assert not judge(challenge, challenge.start, start, Timeline(start).moments[-1])[0]
    task, moments = trained(setup, epochs)
    met, sentence = judge(challenge, setup, task, moments[-1])
    assert met, sentence


@pytest.mark.parametrize("key", [key for key in CHALLENGES if key not in ("break", "asleep")])
def test_the_rules_of_a_challenge_hold(key: str) -> None:
    challenge, (setup, _) = CHALLENGES[key], WON[key]
    other = replace(setup, choice=replace(setup.choice, kind="digits"))
    assert "other points" in challenge.rules(other)
    assert challenge.rules(setup) == ""
    large = replace(
        setup, plan=Plan(("x", "xx"), layers(12, 12, 12), setup.plan.output, classes=setup.plan.classes)
    )
    free = key in ("board", "overfit", "dropout", "l2", "more")
    assert (challenge.rules(large) == "") == free


@pytest.mark.parametrize(("key", "word"), [("dropout", "Dropout"), ("l2", "L2")])
def test_a_cure_is_to_be_used(key: str, word: str) -> None:
    assert word in CHALLENGES[key].rules(OVERFIT)
    assert "No dropout" in CHALLENGES["more"].rules(WON[key][0])


def test_differences_are_named_one_by_one() -> None:
    usual = Setup()
    assert differences(usual, usual) == []
    assert differences(usual, replace(usual, course=Course(learning_rate=0.3))) == [
        "learning rate: 0.03 → 0.3"
    ]
    assert differences(usual, replace(usual, course=Course(dropout=(0.5,)))) == [
        "dropout of layer 1: 0 → 0.5"
    ]
    assert differences(usual, replace(usual, course=Course(l2=(0.0, 0.0, 0.1)))) == [
        "L2 of the output: 0 → 0.1"
    ]
    assert differences(usual, replace(usual, choice=replace(usual.choice, shuffled=True))) == [
        "shuffled labels: off → on"
    ]
    assert differences(usual, replace(usual, plan=Plan(("x", "xx")))) == ["inputs: x, y → x, x²"]
    assert differences(usual, replace(usual, plan=Plan(output="softmax"))) == ["output: sigmoid → softmax"]
    assert differences(usual, replace(usual, plan=Plan(loss="quadratic"))) == [
        "loss: cross entropy → quadratic"
    ]
    three = Setup(replace(usual.choice, kind="three"), Plan(output="softmax", classes=3))
    assert differences(usual, three) == ["points: circle → three", "output: sigmoid → softmax"]


@pytest.mark.parametrize("key", PRESETS)
def test_every_preset_s_difference_from_the_usual_can_be_said(key: str) -> None:
    found = differences(Setup(), PRESETS[key].setup)
    assert (found == []) == (key == "ring")
