"""A finished run is praised if it reads; a run near chance always gets a reason, in trainings that really happen."""

from __future__ import annotations

import math
import os
from dataclasses import replace
from pathlib import Path

import pytest

from netlab import data
from netlab.data import Digits
from netlab.nets.presets import PRESETS
from netlab.nets.spec import NetworkSpec
from netlab.runs.causes import OTHERWISE
from netlab.runs.diagnosis import findings
from netlab.runs.events import Done, EpochEnd, Event, LearningRate, Metrics, Started, Validation
from netlab.runs.history import History, load
from netlab.runs.verdict import Tone, verdict
from netlab.training.loop import train

DONE = Done(1, 0.9785, 0.07, 8.1, 1e4, "r", True)


def finished(
    accuracy: float, *, batches: int = 300, training: float = 0.95, loss: float = 0.1, source: str = "mnist",
    epochs: tuple[EpochEnd, ...] = (), rates: tuple[LearningRate, ...] = (), total: int | None = None,
) -> History:  # fmt: skip
    """A run of so many batches, with the last validation at its end."""
    return load([
        Started("r", 1, 1000, 100, batches, total or batches, source, "note"), *rates,
        Metrics(batches, (loss,) * batches, (training,) * batches, 1e4, 1.0), *epochs,
        Validation(batches, loss, accuracy),
    ])  # fmt: skip


WORSE = tuple(EpochEnd(n, 100 * n, 0.1, 0.99, 0.3 + 0.1 * n, 0.9) for n in (1, 2, 3))
BETTER = tuple(EpochEnd(n, 100 * n, 0.1, 0.95, 0.5 - 0.1 * n, 0.9) for n in (1, 2, 3))


@pytest.mark.parametrize(
    ("history", "accuracy", "tone", "part"),
    [
        (finished(0.9785, epochs=BETTER), 0.9785, "reads", "Finished: 97.85 % of the test digits are right after 8.1 s."),
        (finished(0.5001), 0.5001, "reads", "Finished: 50.01 %"),
        (finished(0.86, source="stand-in"), 0.86, "stand-in", "Finished on stand-in digits, which are harder than MNIST's: 86.00 %"),
        (finished(0.9, training=1.0, epochs=WORSE), 0.9, "overfits", "Finished, and it overfits: 90.00 %"),
        (finished(0.9, training=1.0, epochs=WORSE, source="stand-in"), 0.9, "overfits", "Finished, and it overfits"),
        (finished(0.376), 0.376, "not yet", "Finished, but it has not learnt to read: 37.60 %"),
        (finished(0.1009, training=0.256), 0.1009, "guesses", "Finished, but it only guesses: 10.09 %"),
        (finished(0.1, source="stand-in"), 0.1, "guesses", "Finished, but it only guesses"),
    ],
)  # fmt: skip
def test_the_words_follow_the_state(history: History, accuracy: float, tone: Tone, part: str) -> None:
    judged = verdict(NetworkSpec(), history, replace(DONE, test_accuracy=accuracy))
    assert judged.tone == tone
    assert judged.sentence.replace("\u00a0", " ").startswith(part)


ADADELTA = NetworkSpec(optimizer="adadelta")
REASONS: list[tuple[NetworkSpec, str]] = [
    (NetworkSpec(initializer="zeros"), "copies of each other"),
    (NetworkSpec(hidden=(32,) * 4, activation="sigmoid"), "4 squashing layers"),
    (NetworkSpec(hidden=(1,)), "A layer of 1 unit passes"),
    (NetworkSpec(hidden=(64, 2)), "A layer of 2 units passes"),
    (NetworkSpec(optimizer="sgd", learning_rate=1), "The learning rate 1 is far above the usual 0.01"),
    (NetworkSpec(hidden=(64,) * 8, initializer="random_normal"), "smaller in each of 8 layers"),
    (NetworkSpec(l1=0.1), "The L1 penalty 0.1"),
    (NetworkSpec(l2=0.5), "The L2 penalty 0.5"),
    (NetworkSpec(dropout=0.9), "switches off 90"),
    (ADADELTA, "Adadelta hardly moves at learning rate 0.001; its paper has 1"),
    (NetworkSpec(learning_rate=1e-6), "The learning rate 10⁻⁶ is far below the usual 0.001"),
    (NetworkSpec(), OTHERWISE),
    (replace(ADADELTA, learning_rate=1.0), OTHERWISE),
]


@pytest.mark.parametrize(("spec", "part"), REASONS)
@pytest.mark.parametrize(("accuracy", "title"), [(0.1, "is guessing"), (0.4, "hardly begun to read")])
def test_an_end_near_chance_gets_its_reason(
    spec: NetworkSpec, part: str, accuracy: float, title: str
) -> None:
    (found, *_) = findings(spec, finished(accuracy, training=0.6))
    assert title in found.title
    assert part in found.advice
    assert f"{100 * accuracy:.2f}" in found.evidence


@pytest.mark.parametrize(("batches", "part"), [(1, "only 1 step, one"), (4, "only 4 steps")])
def test_a_short_run_near_chance_is_told_that_it_was_short(batches: int, part: str) -> None:
    (found,) = findings(NetworkSpec(), finished(0.3, batches=batches, training=0.2))
    assert part in found.advice
    assert f"After {batches} batch{'es' * (batches > 1)} 30.00" in found.evidence


def test_no_reason_is_given_to_a_run_that_reads_or_has_barely_begun() -> None:
    for spec, _ in REASONS:
        assert findings(spec, finished(0.9)) == []
        assert findings(spec, finished(0.1, training=0.1, batches=100, total=2000)) == []


def test_a_validation_at_chance_speaks_on_the_way_unless_training_has_gone_on() -> None:
    stuck = finished(0.1, training=0.25, total=2000)
    (found,) = findings(NetworkSpec(), stuck)
    assert "10.00\u00a0% of the test digits" in found.evidence
    stuck.add(Metrics(400, (0.5,) * 100, (0.9,) * 100, 1e4, 1.0))
    assert findings(NetworkSpec(), stuck) == []


@pytest.mark.parametrize(
    ("loss", "cost", "part"),
    [
        ("sparse_categorical_crossentropy", math.log(10), "ln 10 = 2.303"),
        ("mean_squared_error", 0.09, "close to 0.09"),
    ],
)
def test_what_equal_guesses_cost_is_told_where_it_is_the_loss(loss: str, cost: float, part: str) -> None:
    (found,) = findings(NetworkSpec(loss=loss), finished(0.1, loss=cost))
    assert part in found.evidence
    (found,) = findings(NetworkSpec(loss=loss), finished(0.1, loss=2 * cost))
    assert part not in found.evidence


# Real trainings, on real digits.

needs_real = pytest.mark.skipif(
    not Path(os.environ.get("NETLAB_MNIST", "")).is_file(), reason="needs real digits in NETLAB_MNIST"
)


@pytest.fixture(scope="module")
def mnist() -> Digits:
    return data.load(os.environ["NETLAB_MNIST"])


def trained(spec: NetworkSpec, digits: Digits) -> tuple[History, Event]:
    history, last = History(), None
    for last in train(spec, digits, run_id="0" * 32, keep=False):
        history.add(last)
    assert last is not None
    return history, last


DEEP = NetworkSpec(
    hidden=(64,) * 5, optimizer="sgd", learning_rate=1, dropout=0, epochs=1, train_examples=12_800
)
ONE = NetworkSpec(epochs=1)


@needs_real
@pytest.mark.parametrize(
    ("spec", "tone", "part"),
    [
        *((replace(DEEP, seed=seed), "guesses", "far above the usual 0.01") for seed in range(3)),
        (replace(ONE, optimizer="adadelta"), "not yet", "Adadelta hardly moves"),
        (replace(ONE, learning_rate=1e-6), "not yet", "far below the usual 0.001"),
        (replace(ONE, initializer="zeros", train_examples=3000), "guesses", "copies of each other"),
        (replace(ONE, train_examples=100), "not yet", "only 4 steps"),
    ],
)
def test_a_real_training_that_ends_near_chance_gets_its_reason(
    spec: NetworkSpec, tone: Tone, part: str, mnist: Digits
) -> None:
    history, last = trained(spec, mnist)
    assert isinstance(last, Done)
    assert verdict(spec, history, last).tone == tone
    assert part in findings(spec, history)[0].advice


@needs_real
@pytest.mark.parametrize(
    "spec", [ONE, replace(ONE, hidden=()), replace(ONE, train_examples=300), replace(ONE, batch_size=1024)],
    ids=["article", "no hidden layer", "ten batches", "large batches"],
)  # fmt: skip
def test_a_real_training_that_reads_is_praised_and_nothing_else(spec: NetworkSpec, mnist: Digits) -> None:
    history, last = trained(spec, mnist)
    assert isinstance(last, Done)
    assert verdict(spec, history, last).tone == "reads"
    assert findings(spec, history) == []


@needs_real
def test_a_real_training_that_overfits_is_told_so(mnist: Digits) -> None:
    spec = NetworkSpec(dropout=0.0, train_examples=1000, epochs=20, hidden=(128,), batch_size=16)
    history, last = trained(spec, mnist)
    assert isinstance(last, Done)
    assert verdict(spec, history, last).tone == "overfits"
    assert [found.title for found in findings(spec, history)] == [
        "It overfits: it learns its pictures by heart."
    ]


@needs_real
@pytest.mark.parametrize("seed", range(3))
def test_the_preset_that_overfits_is_told_so_by_its_held_back_digits(seed: int, mnist: Digits) -> None:
    spec = replace(PRESETS["overfit"].spec, seed=seed)
    history, last = trained(spec, mnist)
    assert isinstance(last, Done)
    assert verdict(spec, history, last).tone == "overfits"
    started = history.started
    assert started is not None
    assert (started.examples, started.validation_examples) == (1000, 166)
