"""Advice follows the run: its network, its numbers, and the learning rate in force."""

from __future__ import annotations

import math

import pytest

from netlab.nets.spec import NetworkSpec
from netlab.runs.diagnosis import findings, why_diverged
from netlab.runs.events import EpochEnd, LearningRate, Metrics
from netlab.runs.history import History, load

GUESS = math.log(10)


def batches(loss: float, count: int, *, last: int, accuracy: float = 0.5) -> Metrics:
    return Metrics(last, (loss,) * count, (accuracy,) * count, 1e4, 1.0)


def guessing(*rates: tuple[int, float]) -> History:
    events = [LearningRate(step, value) for step, value in rates]
    return load([batches(GUESS, 300, last=300, accuracy=0.1), *events])


def advice(spec: NetworkSpec, history: History) -> str:
    return " ".join(f"{found.title} {found.evidence} {found.advice}" for found in findings(spec, history))


@pytest.mark.parametrize(
    ("spec", "rates", "part"),
    [
        (NetworkSpec(initializer="zeros"), (), "copies of each other"),
        (NetworkSpec(hidden=(32,) * 4, activation="sigmoid"), (), "4 squashing layers"),
        (NetworkSpec(learning_rate=1e-5), (), "Raise the learning rate"),
        (
            NetworkSpec(learning_rate=1.0),
            (),
            "far above the usual 0.001: such steps threw the network off. Lower it",
        ),
        (NetworkSpec(), ((100, 100.0),), "The learning rate 100 is far above the usual 0.001"),
        (NetworkSpec(), ((100, 100.0), (200, 0.001)), "Start over at a lower one"),
    ],
)
def test_a_network_that_guesses_gets_the_cure_for_its_cause(
    spec: NetworkSpec, rates: tuple[tuple[int, float], ...], part: str
) -> None:
    text = advice(spec, guessing(*rates))
    assert part in text
    assert "close to ln 10 = 2.303" in text


def test_a_network_that_learns_gets_no_advice() -> None:
    learning = load([batches(0.5, 300, last=300, accuracy=0.9)])
    assert findings(NetworkSpec(), learning) == []


def test_a_leap_names_the_rate_that_made_it() -> None:
    history = load([
        batches(2.3, 40, last=40), LearningRate(40, 30.0), batches(500.0, 1, last=41), batches(300.0, 109, last=150),
        LearningRate(150, 0.001), batches(300.0, 50, last=200),
    ])  # fmt: skip
    text = advice(NetworkSpec(), history)
    assert "The loss rose from 2.30 to 500" in text
    assert "Lower the learning rate (30)" in text


def test_learning_by_heart_is_told_with_its_numbers() -> None:
    epochs = [EpochEnd(n, 100 * n, 0.1, 0.9 + n / 100, 0.5 + 0.1 * n, 0.8) for n in range(1, 5)]
    history = load([batches(0.1, 400, last=400, accuracy=0.94), *epochs])
    assert (
        "lowest in epoch 1 (0.600) and is 0.900 now. Training accuracy is 14.0 percentage points ahead."
        in advice(NetworkSpec(), history)
    )


@pytest.mark.parametrize(("rate", "advised"), [(30.0, "0.001"), (0.001, "0.0001")])
def test_a_loss_that_is_no_number_names_the_rate_and_a_smaller_one(rate: float, advised: str) -> None:
    text = why_diverged(NetworkSpec(), rate, 12, 3.5)
    assert f"learning rate {rate:g} each step" in text
    assert text.endswith(f"Try learning rate {advised}.")
