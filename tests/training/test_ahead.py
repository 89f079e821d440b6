"""While a chunk is told the next is trained: what is told, kept and obeyed is that of one step after the other."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from netlab.data import Digits
from netlab.nets.spec import HELD_BACK, Convolution, NetworkSpec
from netlab.runs import store
from netlab.runs.events import (
    BestWeights,
    Diverged,
    Event,
    LearningRate,
    Look,
    Metrics,
    Snapshot,
    Stopped,
    Validation,
)
from netlab.training import loop
from netlab.training.ahead import Ahead, Clock
from netlab.training.batches import BatchSource
from netlab.training.compiled_loop import Trainer
from netlab.training.loop import Command, train

SPEC = NetworkSpec(hidden=(12,), epochs=2, dropout=0.2, l2=1e-4)


def test_what_is_told_of_a_step_is_of_that_step_though_the_next_is_on_its_way(digits: Digits) -> None:
    run_id = store.new_id()
    events = list(train(SPEC, digits, run_id=run_id))
    run = store.get(run_id)
    assert run is not None
    validations = {event.step: event for event in events if isinstance(event, Validation)}
    snapshots = [event.step for event in events if isinstance(event, Snapshot)]
    kept = run.checkpoint()
    assert kept is not None
    trainer, batches = Trainer(SPEC), BatchSource(SPEC, digits.x_train, digits.y_train)
    rate = np.full(1, SPEC.rate, np.float32)
    for step in range(batches.steps_per_epoch * SPEC.epochs + 1):
        if step in validations:
            score = trainer.evaluate(digits.x_test, digits.y_test)
            told = validations.pop(step)
            assert (told.loss, told.accuracy) == (score.loss, score.accuracy)
        if step in snapshots:
            _, weights = run.weights(step)
            for name, weight in trainer.weights().items():
                np.testing.assert_array_equal(weights[name], weight.astype(np.float16))
        if step == kept.step:
            for name, array in trainer.state().items():
                np.testing.assert_array_equal(kept.arrays[name], array)
        trainer.run(step, *batches.take(step, 1), rate)
    assert not validations
    assert kept.step == batches.steps_per_epoch * SPEC.epochs


def test_every_event_of_a_step_comes_before_the_batches_after_it(digits: Digits) -> None:
    step = 0
    for event in train(SPEC, digits, run_id=store.new_id()):
        if isinstance(event, Metrics):
            step = event.step
        elif isinstance(event, Validation | Snapshot):
            assert event.step == step


class Told:
    """An inbox whose reader stops the run when it is asked for the n-th time."""

    def __init__(self, stop_at: int) -> None:
        self.left = stop_at

    def take(self, *, wait: bool) -> Command | None:
        assert not wait
        self.left -= 1
        return Command("stop", reason="here") if not self.left else None


@pytest.mark.parametrize("stop_at", [1, 2, 4, 7])
def test_a_stop_holds_at_the_step_at_which_it_was_said(
    stop_at: int, digits: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    even_chunks(monkeypatch)
    run_id = store.new_id()
    events = list(train(SPEC, digits, run_id=run_id, inbox=Told(stop_at)))
    chunks = [event for event in events if isinstance(event, Metrics)]
    assert len(chunks) == stop_at - 1  # it was asked once before each chunk
    last = events[-1]
    assert isinstance(last, Stopped)
    assert last.step == (chunks[-1].step if chunks else 0)
    run = store.get(run_id)
    assert run is not None
    kept = run.checkpoint()
    assert kept is not None
    assert kept.step == last.step


def test_a_training_that_is_left_has_nothing_under_way(digits: Digits) -> None:
    before = set(threading.enumerate())
    events = train(SPEC, digits, run_id=store.new_id())
    for event in events:
        if isinstance(event, Metrics):
            break
    events.close()  # type: ignore[attr-defined]
    assert not {thread for thread in set(threading.enumerate()) - before if thread.name.startswith("ahead")}


def test_what_went_wrong_ahead_is_raised_where_it_is_asked_for() -> None:
    ahead: Ahead[int] = Ahead()
    ahead.begin(lambda: 1 // 0)
    assert ahead.under_way
    with pytest.raises(ZeroDivisionError):
        ahead.result(lambda: 5)
    assert ahead.result(lambda: 5) == 5
    ahead.begin(lambda: 7)
    assert ahead.result(lambda: 5) == 7
    ahead.close()


def test_time_that_goes_by_twice_at_once_is_counted_once() -> None:
    clock = Clock(1.0)
    clock.spend(10.0, 12.0)
    clock.spend(11.0, 13.0)  # beside it
    clock.spend(10.5, 12.5)  # told late
    clock.spend(20.0, 21.0)
    assert clock.seconds == 5.0


class AtOnce(Ahead[Any]):
    """The next chunk is trained before anything looks at the last: whoever looks at the trainer sees the wrong step."""

    def begin(self, work: Callable[[], Any]) -> None:
        done = work()
        super().begin(lambda: done)


class Calls:
    """An inbox whose commands come at the n-th asking, and one after the other while the training waits."""

    def __init__(self, commands: dict[int, Command]) -> None:
        self.commands, self.asked = dict(commands), 0

    def take(self, *, wait: bool) -> Command | None:
        self.asked += 1
        if wait:
            return self.commands.pop(min(self.commands)) if self.commands else Command("resume")
        return self.commands.pop(self.asked, None)


SMALL = NetworkSpec(hidden=(12,), epochs=3, dropout=0.2, seed=2)
STEPS: dict[int, Command] = {
    3: Command("pause"), 100: Command("batch"), 101: Command("look", 3), 102: Command("batch"), 103: Command("epoch"),
}  # fmt: skip
CASES: dict[str, tuple[NetworkSpec, dict[int, Command]]] = {
    "dense": (SMALL, {}),
    "convolutional": (replace(SMALL, convolutions=(Convolution(4, 5, 2),), epochs=1), {}),
    "augmented": (replace(SMALL, augment=1.0, epochs=2), {}),
    "held back": (replace(SMALL, validation=HELD_BACK), {}),
    "stopped early": (replace(SMALL, learning_rate=0.3, patience=1, epochs=9), {}),
    "patient": (replace(SMALL, learning_rate=0.1, patience=3, epochs=9, validation=HELD_BACK), {}),
    "another rate": (replace(SMALL, schedule="cosine"), {4: Command("learning_rate", 0.03)}),
    "paused and stepped": (SMALL, STEPS),
    "stopped": (SMALL, {8: Command("stop", reason="here")}),
    "diverging": (NetworkSpec(hidden=(16,), activation="linear", optimizer="sgd", learning_rate=30, epochs=2), {}),
    "keras's own optimizer": (replace(SMALL, optimizer="nadam"), {}),
}  # fmt: skip


def story(
    spec: NetworkSpec, digits: Digits, commands: dict[int, Command], **options: Any
) -> tuple[list[Event], list[Any], dict[str, Any]]:
    """Events, what of them does not depend on the clock, and every array that the run left."""
    run_id = options.pop("run_id", None) or store.new_id()
    events = list(train(spec, digits, run_id=run_id, inbox=Calls(commands), look=True, **options))
    told = [json.loads(event.to_line()) for event in events if not isinstance(event, Look)]
    for line in told:
        for name in ("seconds", "speed", "examples_per_second", "run"):
            line.pop(name, None)
    run = store.get(run_id)
    assert run is not None
    arrays: dict[str, Any] = {
        f"{step} {name}": one for step in run.snapshots() for name, one in run.weights(step)[1].items()
    }
    state = run.checkpoint()
    if state is not None:
        arrays |= {"step": state.step, "rate": state.learning_rate} | dict(state.arrays)
    if not isinstance(events[-1], Diverged):
        arrays |= {f"end {name}": one for name, one in run.weights()[1].items()}
    return events, told, arrays


def even_chunks(patch: pytest.MonkeyPatch, batches: int = 3) -> None:
    """Chunks that do not follow the clock."""
    patch.setattr(loop, "CHUNK_SECONDS", 1e9)
    patch.setattr(loop, "LARGEST_CHUNK", batches)


def nothing_ahead(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(loop._Training, "_go_ahead", lambda _: None)


@pytest.mark.parametrize("case", CASES)
def test_what_goes_on_side_by_side_tells_and_keeps_the_bits_of_one_after_the_other(
    case: str, digits: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec, commands = CASES[case]
    even_chunks(monkeypatch)
    with monkeypatch.context() as patch:
        nothing_ahead(patch)
        _, told, kept = story(spec, digits, commands)
    for kind in (Ahead, AtOnce):
        with monkeypatch.context() as patch:
            patch.setattr(loop, "Ahead", kind)
            events, told_beside, kept_beside = story(spec, digits, commands)
        assert told_beside == told
        assert kept_beside.keys() == kept.keys()
        for name, one in kept.items():
            np.testing.assert_array_equal(kept_beside[name], one, err_msg=name)
    if "early" in case or case == "patient":
        assert any(isinstance(event, BestWeights) for event in events)
    assert isinstance(events[-1], Diverged) == (case == "diverging")


@pytest.mark.parametrize("case", ["dense", "patient", "another rate"])
def test_a_run_stopped_and_continued_beside_has_the_bits_of_one_after_the_other(
    case: str, digits: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = CASES[case][0]
    even_chunks(monkeypatch)
    with monkeypatch.context() as patch:
        nothing_ahead(patch)
        straight, _, kept = story(spec, digits, {})
    monkeypatch.setattr(loop, "Ahead", AtOnce)
    run_id = store.new_id()
    first, _, state = story(spec, digits, {11: Command("stop")}, run_id=run_id)
    assert isinstance(first[-1], Stopped)
    run = store.get(run_id)
    assert run is not None
    checkpoint = run.checkpoint()
    assert checkpoint is not None
    assert checkpoint.step == state["step"] == first[-1].step > 0
    rest, _, kept_beside = story(spec, digits, {}, run_id=run_id, continue_from=checkpoint)

    def losses(events: list[Event]) -> list[float | None]:
        return [loss for event in events if isinstance(event, Metrics) for loss in event.losses]

    assert losses(first) + losses(rest) == losses(straight)
    assert kept_beside.keys() == kept.keys()
    for name, one in kept.items():
        np.testing.assert_array_equal(kept_beside[name], one, err_msg=name)


def test_a_rate_holds_for_no_batch_before_the_step_that_is_told(
    digits: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A twin is trained batch for batch with the rates that the events tell."""
    even_chunks(monkeypatch)
    events = list(
        train(SPEC, digits, run_id=store.new_id(), inbox=Calls({5: Command("learning_rate", 0.05)}))
    )
    (change,) = [event for event in events if isinstance(event, LearningRate)]
    trainer, batches = Trainer(SPEC), BatchSource(SPEC, digits.x_train, digits.y_train)
    told = [loss for event in events if isinstance(event, Metrics) for loss in event.losses]
    assert 0 < change.step < len(told) - 1
    for step, loss in enumerate(told):
        rate = np.full(1, 0.05 if step >= change.step else SPEC.rate, np.float32)
        found = trainer.run(step, *batches.take(step, 1), rate)
        assert loss == float(f"{found.losses[0]:.6g}") or loss == float(found.losses[0])


def test_a_training_may_end_early_only_where_nothing_was_begun(
    digits: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The weights of the end are those of the best epoch, and no batch behind the last epoch was trained."""
    last: list[int] = []
    run = Trainer.run

    def noted(self: Trainer, first_step: int, *rest: Any) -> Any:
        found = run(self, first_step, *rest)
        last.append(first_step + len(found.losses))
        return found

    monkeypatch.setattr(Trainer, "run", noted)
    events = list(train(CASES["stopped early"][0], digits, run_id=store.new_id()))
    (best,) = [event for event in events if isinstance(event, BestWeights)]
    assert best.step == last[-1] < 9 * 20
