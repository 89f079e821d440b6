"""The loop: the same seed gives the same bits, however it is paused, stepped, stopped and continued."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import pytest
from tensorflow.python.summary.summary_iterator import summary_iterator

from netlab.data import Digits
from netlab.nets.keras_script import keras_script
from netlab.nets.spec import Convolution, NetworkSpec
from netlab.nn.optimizers import ON_TRAIN
from netlab.runs import store
from netlab.runs.events import (
    Diverged,
    Done,
    EpochEnd,
    Event,
    LearningRate,
    Metrics,
    Paused,
    Snapshot,
    Started,
    Stopped,
    Validation,
    from_line,
)
from netlab.runs.history import load
from netlab.runs.run import Run
from netlab.training.loop import Command, train

E = TypeVar("E", bound=Event)
SPEC = NetworkSpec(hidden=(24,), epochs=3, seed=5)


class Script:
    """An inbox whose commands come at their look; those numbered from 1001 on whenever the training waits."""

    def __init__(self, commands: dict[int, Command]) -> None:
        self.commands, self.looks = dict(commands), 0

    def take(self, *, wait: bool) -> Command | None:
        self.looks += 1
        if wait:
            return self.commands.pop(min(self.commands)) if self.commands else Command("resume")
        return self.commands.pop(self.looks, None)


def run(
    spec: NetworkSpec, digits: Digits, commands: dict[int, Command] | None = None, **options: Any
) -> list[Event]:
    run_id = str(options.pop("run_id", store.new_id()))
    return list(train(spec, digits, run_id=run_id, inbox=Script(commands or {}), **options))


def losses(events: Iterable[Event]) -> list[float]:
    return [
        loss for event in events if isinstance(event, Metrics) for loss in event.losses if loss is not None
    ]


def only(kind: type[E], events: Iterable[Event]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


def test_a_run_tells_its_story_in_order(digits: Digits) -> None:
    events = run(SPEC, digits)
    assert isinstance(events[0], Started)
    assert isinstance(events[-1], Done)
    assert events[0].steps_per_epoch == 20
    assert [event.step for event in only(Validation, events)] == [0, 10, 20, 40, 60]
    assert [event.step for event in only(Snapshot, events)] == [0, 1, 2, 5, 10, 20, 40, 50, 60]
    assert [event.epoch for event in only(EpochEnd, events)] == [1, 2, 3]
    assert len(losses(events)) == 60
    assert events[-1].test_accuracy > 0.9


def test_what_is_told_is_on_the_disk_already(digits: Digits) -> None:
    run_id = store.new_id()
    kept = Run(run_id, store.root() / run_id)
    for event in train(replace(SPEC, epochs=1), digits, run_id=run_id):
        if isinstance(event, Started | Metrics | Validation | EpochEnd | Snapshot):
            assert event.to_line() in [line.to_line() for line in kept.events()]


@pytest.mark.parametrize(
    "spec",
    [SPEC, replace(SPEC, augment=1.0), replace(SPEC, convolutions=(Convolution(4, 5, 2),), optimizer="lion")],
    ids=["dense", "augmented", "convolutional"],
)
def test_same_seed_same_bits_however_it_was_paused_and_stepped(spec: NetworkSpec, digits: Digits) -> None:
    straight = run(spec, digits)
    hopping = run(
        spec,
        digits,
        {2: Command("pause"), 1001: Command("batch"), 1002: Command("batch"), 1003: Command("epoch")},
    )
    assert losses(hopping) == losses(straight)
    assert only(EpochEnd, hopping) == only(EpochEnd, straight)


def test_another_seed_gives_other_curves(digits: Digits) -> None:
    assert losses(run(SPEC, digits)) != losses(run(replace(SPEC, seed=6), digits))


@pytest.mark.parametrize("optimizer", ["adam", "nadam", "rmsprop", "momentum"])
def test_stopped_and_continued_is_as_if_never_stopped(optimizer: str, digits: Digits) -> None:
    spec = replace(SPEC, optimizer=optimizer)
    straight = run(spec, digits)
    run_id = store.new_id()
    first = run(spec, digits, {6: Command("stop")}, run_id=run_id)
    assert isinstance(first[-1], Stopped)
    kept = store.get(run_id)
    assert kept is not None
    assert isinstance(kept.ending(), Stopped)
    checkpoint = kept.checkpoint()
    assert checkpoint is not None
    assert 0 < checkpoint.step < 60
    rest = run(spec, digits, run_id=run_id, continue_from=checkpoint)
    assert losses(first) + losses(rest) == losses(straight)
    assert only(EpochEnd, first) + only(EpochEnd, rest) == only(EpochEnd, straight)
    assert load(kept.events()).step == 60
    other = store.get(only(Started, straight)[0].run)
    assert other is not None
    final, expected = kept.weights()[1], other.weights()[1]
    assert all(np.array_equal(final[name], expected[name]) for name in expected)


def test_one_batch_and_one_epoch_go_exactly_so_far(digits: Digits) -> None:
    events = run(
        SPEC,
        digits,
        {1: Command("pause"), 1001: Command("batch"), 1002: Command("epoch"), 1003: Command("epoch")},
    )
    assert [event.step for event in only(Paused, events)] == [0, 1, 20, 40]


def test_a_learning_rate_changed_on_the_way_holds_from_the_next_batch(digits: Digits) -> None:
    plain = losses(run(SPEC, digits))
    events = run(SPEC, digits, {4: Command("learning_rate", 0.03)})
    (change,) = only(LearningRate, events)
    step = change.step
    changed = losses(events)
    assert changed[: step + 1] == plain[: step + 1]
    assert changed[step + 1] != plain[step + 1]


def test_a_far_too_high_learning_rate_ends_with_a_sentence_and_without_a_number_that_is_none(
    digits: Digits,
) -> None:
    spec = NetworkSpec(hidden=(16,), activation="linear", optimizer="sgd", learning_rate=1e6, epochs=2)
    events = run(spec, digits)
    ending = events[-1]
    assert isinstance(ending, Diverged)
    assert "learning rate 10⁶" in ending.reason
    assert "Try learning rate" in ending.reason
    assert all(json.loads(event.to_line()) for event in events)
    assert "NaN" not in "".join(event.to_line() for event in events)


def test_events_survive_their_line(digits: Digits) -> None:
    for event in run(SPEC, digits):
        assert from_line(event.to_line()).to_line() == event.to_line()


def test_what_is_kept_is_enough_to_draw_and_to_continue(digits: Digits) -> None:
    events = run(SPEC, digits)
    kept = store.get(only(Started, events)[0].run)
    assert kept is not None
    assert isinstance(kept.ending(), Done)
    assert kept.spec() == SPEC
    assert kept.snapshots() == [event.step for event in only(Snapshot, events)]
    spec, weights, step = kept.latest_weights()
    assert step is None
    assert {name: weight.shape for name, weight in weights.items()}["dense/kernel"] == (784, 24)
    assert load(kept.events()).step == 60
    assert spec == SPEC


def test_tensorboard_finds_losses_accuracies_and_histograms(digits: Digits) -> None:
    events = run(SPEC, digits)
    kept = store.get(only(Started, events)[0].run)
    assert kept is not None
    tags: dict[str, set[str]] = {"train": set(), "validation": set()}
    for part, found in tags.items():
        (path,) = kept.tensorboard.glob(f"*/{part}/events.out.tfevents.*")
        for record in summary_iterator(str(path)):
            found |= {value.tag for value in record.summary.value}
    assert {"epoch_loss", "epoch_accuracy", "sequential/dense/kernel/histogram"} <= tags["train"]
    assert {"epoch_loss", "epoch_accuracy"} <= tags["validation"]


def test_a_network_beyond_memory_fails_with_a_sentence(
    digits: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("netlab.training.compiled_loop.Trainer.run", full)
    ending = run(SPEC, digits)[-1]
    assert "not enough memory" in getattr(ending, "reason", "")


def test_penalties_are_in_the_loss_as_in_keras(digits: Digits) -> None:
    def plain(spec: NetworkSpec) -> float:
        loss = only(Validation, run(spec, digits))[0].loss
        assert loss is not None
        return loss

    base, penal = NetworkSpec(hidden=(8,), epochs=1), NetworkSpec(hidden=(8,), epochs=1, l2=0.1)
    from netlab.nets import keras_model as nets_keras

    model = nets_keras.build(penal)
    model.compile(loss=nets_keras.loss(penal), metrics=["accuracy"])
    expected = model.evaluate(digits.x_test / np.float32(255), digits.y_test, verbose=0)[0]
    assert plain(penal) == pytest.approx(expected, rel=1e-5)
    assert plain(penal) > plain(base)


@pytest.mark.parametrize("optimizer", ON_TRAIN)
def test_every_optimizer_trains_at_a_rate_given_as_a_whole_number(optimizer: str, digits: Digits) -> None:
    spec = NetworkSpec(hidden=(4,), dropout=0, l2=0, epochs=1, optimizer=optimizer, learning_rate=1)
    assert isinstance(run(spec, digits)[-1], Done | Diverged)
    if ON_TRAIN[optimizer].keras_class is None:
        return
    exec(
        keras_script(spec)
        .split("model.compile(")[1]
        .split("    loss=")[0]
        .join(["import keras\ndict(", ")"]),
        {},
    )
