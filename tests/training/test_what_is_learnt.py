"""Validation leaves the test pictures alone, early stopping goes back to its best weights, nonsense stays in training."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from netlab.data import Digits
from netlab.data.split import split
from netlab.nets.numpy_model import predict
from netlab.nets.spec import HELD_BACK, NetworkSpec
from netlab.runs import store
from netlab.runs.diagnosis import ended, findings
from netlab.runs.events import (
    BestWeights,
    Done,
    EpochEnd,
    Event,
    Failed,
    Metrics,
    Started,
    Stopped,
    Validation,
)
from netlab.runs.history import load
from netlab.runs.run import Run
from netlab.runs.states import check
from netlab.runs.verdict import verdict
from netlab.training import early_stopping
from netlab.training.compiled_loop import layout
from netlab.training.early_stopping import BestSoFar, best_layout
from netlab.training.loop import Command, train
from tests.training.test_loop import losses, only, run

HELD = NetworkSpec(hidden=(24,), epochs=3, seed=5, validation=HELD_BACK)
STOPS = replace(
    HELD, hidden=(64,), epochs=40, dropout=0.0, learning_rate=0.02, patience=2, shuffled_labels=640
)


def right(spec: NetworkSpec, kept: Run, images: Any, labels: Any) -> float:
    _, weights = kept.weights()
    answers = predict(spec, weights, images.astype(np.float32) / np.float32(255)).argmax(axis=1)
    return float((answers == labels).mean())


def test_the_test_pictures_are_read_once_at_the_end(digits: Digits) -> None:
    """A training on other test pictures has the same curves to the last bit; only its end differs."""
    run_id = store.new_id()
    events = run(HELD, digits, run_id=run_id)
    others = replace(digits, x_test=255 - digits.x_test)
    again = run(HELD, others)
    started, done = events[0], events[-1]
    assert isinstance(started, Started)
    assert isinstance(done, Done)
    assert (started.examples, started.validation_examples, started.validation) == (534, 106, HELD_BACK)
    assert only(Validation, events) == only(Validation, again)
    assert losses(events) == losses(again)
    kept = store.get(run_id)
    assert kept is not None
    assert done.test_accuracy == pytest.approx(right(HELD, kept, digits.x_test, digits.y_test))
    _, held = split(HELD.seed, 640, 534, 106)
    last = only(Validation, events)[-1]
    assert last.accuracy == pytest.approx(
        right(HELD, kept, digits.x_train[held], digits.y_train[held]), abs=1e-6
    )


def test_what_is_held_back_is_never_in_a_batch(digits: Digits) -> None:
    _, held = split(HELD.seed, 640, 534, 106)
    spoiled = digits.x_train.copy()
    spoiled[held] = 255 - spoiled[held]
    assert losses(run(HELD, digits)) == losses(run(HELD, replace(digits, x_train=spoiled)))


def test_one_picture_cannot_be_held_back(digits: Digits) -> None:
    one = replace(digits, x_train=digits.x_train[:1], y_train=digits.y_train[:1])
    (ending,) = run(HELD, one)
    assert isinstance(ending, Failed)
    assert "at least 2 are needed" in ending.reason


def test_early_stopping_ends_in_time_and_puts_the_best_weights_back(digits: Digits) -> None:
    run_id = store.new_id()
    events = run(STOPS, digits, run_id=run_id)
    epochs, (best,) = only(EpochEnd, events), only(BestWeights, events)
    lowest = min(epochs, key=lambda epoch: epoch.validation_loss or 0.0)
    assert isinstance(events[-1], Done)
    assert (best.epoch, len(epochs)) == (lowest.epoch, lowest.epoch + STOPS.patience)
    assert len(epochs) < STOPS.epochs
    kept = store.get(run_id)
    assert kept is not None
    _, held = split(STOPS.seed, 640, 534, 106)
    measured = right(STOPS, kept, digits.x_train[held], digits.y_train[held])
    assert measured == pytest.approx(lowest.validation_accuracy, abs=1e-6)
    history = load(events)
    assert ended(history)
    words = verdict(STOPS, history, events[-1]).sentence
    assert f"It stopped early, after epoch {len(epochs)}." in words
    assert f"lowest after epoch {best.epoch}, so it went back" in words
    assert "by heart" not in " ".join(found.title for found in findings(STOPS, history))


def test_a_patience_that_is_never_used_up_changes_no_bit_of_the_curves(digits: Digits) -> None:
    assert losses(run(replace(HELD, patience=50), digits)) == losses(run(HELD, digits))


def test_stopped_and_continued_it_stops_early_at_the_same_place(digits: Digits) -> None:
    straight, run_id = run(STOPS, digits), store.new_id()
    first = run(STOPS, digits, {12: Command("stop")}, run_id=run_id)
    assert isinstance(first[-1], Stopped)
    kept = store.get(run_id)
    assert kept is not None
    arrays = {**layout(STOPS), **best_layout(STOPS)}
    checkpoint = kept.checkpoint(lambda found: check(found, arrays, 17, 17 * STOPS.epochs))
    assert checkpoint is not None
    second = list(train(STOPS, digits, run_id=run_id, continue_from=checkpoint))
    assert load([*first, *second]).losses == load(straight).losses
    assert only(BestWeights, second) == only(BestWeights, straight)


def test_a_state_without_its_best_weights_is_another_trainings(digits: Digits) -> None:
    assert early_stopping.ABOUT in best_layout(STOPS)
    assert not best_layout(HELD)


def test_the_best_so_far_survives_its_own_arrays_and_odd_ones() -> None:
    weights = [np.ones((2, 3), np.float32)]
    best = BestSoFar(2)
    best.see(1, 0.5, weights)
    best.see(2, 0.6, [2 * weights[0]])
    other = BestSoFar(2)
    other.restore(best.state(weights))
    assert (other.loss, other.epoch, other.waited, other.enough) == (0.5, 1, 1, False)
    assert np.array_equal(other.weights[0], weights[0])
    other.see(3, 0.7, weights)
    assert other.enough
    other.restore({**best.state(weights), "best": np.full(3, np.nan)})
    assert other.epoch == 0


def test_nonsense_is_learnt_by_heart_and_validation_shows_it(digits: Digits) -> None:
    spec = replace(HELD, hidden=(256,), dropout=0.0, epochs=30, shuffled_labels=640)
    events = run(spec, digits)
    last = only(EpochEnd, events)[-1]
    assert last.accuracy > 0.6
    assert last.validation_accuracy < 0.4


def test_clipping_changes_the_course_and_a_bound_beyond_reach_does_not(digits: Digits) -> None:
    plain = losses(run(HELD, digits))
    assert losses(run(replace(HELD, clip_norm=1e6), digits)) == pytest.approx(plain, rel=1e-4)
    assert losses(run(replace(HELD, clip_norm=0.01, optimizer="sgd"), digits)) != losses(
        run(replace(HELD, optimizer="sgd"), digits)
    )


def test_an_old_journal_says_nothing_of_validation(digits: Digits) -> None:
    line = run(HELD, digits)[0].to_line()
    from netlab.runs.events import from_line

    old = from_line(line.replace(', "validation": "held-back"', ""))
    assert isinstance(old, Started)
    assert old.validation == "test"


def test_a_stopped_first_epoch_has_no_best_weights(digits: Digits) -> None:
    events: list[Event] = run(STOPS, digits, {3: Command("stop")})
    assert only(Metrics, events)
    assert not only(BestWeights, events)
