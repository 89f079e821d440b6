"""Axes that show learning: what fills them, what they tell apart, what they cut off and say so."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.runs.events import EpochEnd, Metrics, Started, Validation
from netlab.runs.history import Curve, Curves, History
from netlab.training.axes import (
    HEIGHTS,
    MANTISSAS,
    SPANS,
    Axis,
    accuracy_axis,
    ceiling,
    cut_sentence,
    epochs_axis,
    floor,
    loss_axis,
    mean_sentence,
)


def learnt(epochs: int, epoch: int = 1875, *, best: float = 0.98, seed: int = 0) -> History:
    """A run that goes from guessing to ``best`` in its first epoch, batches of 32, validated each epoch."""
    rng, steps = np.random.default_rng(seed), np.arange(1, epochs * epoch + 1)
    share = best - (best - 0.1) * np.exp(-steps / 60) * 0.7 - 0.3 * (best - 0.1) * np.exp(-steps / 600)
    history = History()
    history.add(Started("r", 1, epoch * 32, 10_000, epoch, epochs * epoch, "made", ""))
    seen, losses = rng.binomial(32, share) / 32, 2.4 * (1 - share) * rng.uniform(0.4, 1.8, len(steps)) + 0.01
    history.add(Validation(0, 2.3, 0.1))
    history.add(Metrics(len(steps), tuple(losses.tolist()), tuple(seen.tolist()), 1.0, 1.0))
    for end in range(epoch, len(steps) + 1, epoch):
        history.add(Validation(end, float(2.4 * (1 - share[end - 1])), float(share[end - 1])))
        history.add(EpochEnd(end // epoch, end, 1.0, 0.9, 1.0, 0.9))
    return history


@given(st.floats(1e-6, 1e9))
def test_round_numbers_enclose_and_are_near(value: float) -> None:
    assert value <= ceiling(value) * (1 + 1e-9)
    assert ceiling(value) <= 1.5 * value * (1 + 1e-9)
    assert floor(value) <= value * (1 + 1e-9)
    assert floor(value) >= value / 2.5 * (1 - 1e-9)
    assert ceiling(ceiling(value)) == ceiling(value)
    assert float(f"{ceiling(value):.2g}") == ceiling(value)


@given(
    st.integers(1, 60_000), st.integers(1, 50), st.floats(0, 1), st.sampled_from(list(SPANS)), st.booleans()
)
def test_the_last_batch_is_on_the_axis_and_no_axis_is_longer_than_the_run(
    epoch: int, epochs: int, part: float, span: str, live: bool
) -> None:
    total = epoch * epochs
    step = round(part * total)
    axis = epochs_axis(step, total, epoch, span, live=live)
    assert axis.low < axis.high
    assert axis.log == (span == "log")
    assert step / epoch <= axis.high * (1 + 1e-9)
    assert axis.high <= max(epochs, 2 / epoch) + 1e-9
    assert all(map(math.isfinite, axis.limits))
    if span == "whole" or not step:
        assert axis.high == max(epochs, 2 / epoch if axis.log else 0)
    elif span == "far" and not live:
        assert axis.high == step / epoch
    elif span == "far" and step >= 30:
        assert step / epoch >= axis.high / 1.5 * (1 - 1e-9)  # two thirds of the width are full


def test_the_axis_stands_still_between_two_round_numbers() -> None:
    ends = {epochs_axis(step, 93_750, 1875, "far", live=True).high for step in range(1, 93_751, 50)}
    assert len(ends) <= 4 * len(MANTISSAS)
    done = epochs_axis(93_750, 93_750, 1875, "far", live=True)
    assert done == epochs_axis(93_750, 93_750, 1875, "far", live=False) == Axis(0, 50)


@pytest.mark.parametrize("epochs", [1, 2, 5, 30, 50])
def test_96_and_98_percent_are_told_apart_at_first_sight(epochs: int) -> None:
    axis = accuracy_axis(learnt(epochs).curves(140), "left")
    assert axis.low < 0.98
    assert 0.02 / (axis.high - axis.low) >= (
        0.09 if epochs == 1 else 0.12
    )  # of a chart of 270 pixels, 24 or 32
    assert accuracy_axis(learnt(epochs).curves(140), "all") == Axis(0, 1.02)


def test_a_network_that_guesses_is_shown_from_nothing_to_all() -> None:
    history = History()
    history.add(Metrics(500, (2.3,) * 500, (0.1,) * 500, 1.0, 1.0))
    assert accuracy_axis(history.curves(), "left") == Axis(0, 1.02)


@pytest.mark.parametrize("heights", ["left", "all"])
@pytest.mark.parametrize("seed", range(5))
def test_one_wild_batch_does_not_flatten_the_rest(heights: str, seed: int) -> None:
    history = learnt(3, seed=seed)
    before = loss_axis(history.curves(140), heights)
    wild = learnt(3, seed=seed)
    losses, shares = wild.losses.tolist(), wild.accuracies.tolist()
    losses[4000] = 4120.0
    wild.add(Started("r", 1, 60_000, 10_000, 1875, 5625, "made", ""))
    wild.add(Metrics(len(losses), tuple(losses), tuple(shares), 1.0, 1.0))
    for end in (1875, 3750, 5625):
        wild.add(Validation(end, 0.06, 0.97))
    curves = wild.curves(140)
    axis = loss_axis(curves, heights)
    assert axis.high <= 2 * before.high
    below, above = wild.losses_outside(axis.low, axis.high)
    assert below == 0
    assert above == sum(loss > axis.high for loss in losses)
    told = cut_sentence(axis, below, above, curves.loss, what="loss")
    assert re.search(r"(the highest )?at 4,?120|at 4\.12·10³", told), told


def test_all_shows_where_a_run_began() -> None:
    curves = learnt(5).curves(140)
    assert loss_axis(curves, "all").high >= max(
        curves.loss_smooth.values[0], curves.validation_loss.values[0]
    )
    assert loss_axis(curves, "left").high < 0.5


def test_a_validation_that_rises_while_training_falls_to_nothing_stays_in_sight() -> None:
    epoch, epochs = 32, 30
    steps = np.arange(1, epoch * epochs + 1)
    history = History()
    history.add(Started("r", 1, 1000, 10_000, epoch, epoch * epochs, "made", ""))
    history.add(
        Metrics(len(steps), tuple((2.3 * np.exp(-steps / 60)).tolist()), (0.9,) * len(steps), 1.0, 1.0)
    )
    for number in range(epochs):
        history.add(Validation((number + 1) * epoch, 0.4 + 0.03 * number, 0.88))
    assert loss_axis(history.curves(140), "left").high > 0.4 + 0.03 * epochs


def test_logarithmic_axes_hold_all_lines_and_every_high_batch() -> None:
    curves = learnt(50).curves(140)
    loss, errors = loss_axis(curves, "errors"), accuracy_axis(curves, "errors")
    assert loss.log
    assert errors.log
    for line in (curves.loss_smooth, curves.validation_loss):
        assert (line.values > loss.low).all()
    assert curves.loss.values.max() <= loss.high
    for line in (curves.accuracy_smooth, curves.validation_accuracy):
        assert (1 - line.values >= errors.low).all()
    assert errors.high == 1


@given(
    st.lists(st.floats(width=32), min_size=0, max_size=60),
    st.lists(st.floats(0, 1, width=32), min_size=60, max_size=60),
    st.sampled_from(list(HEIGHTS)),
)
def test_whatever_a_run_was_its_axes_can_be_drawn(
    losses: list[float], shares: list[float], heights: str
) -> None:
    history = History()
    told = tuple(loss if math.isfinite(loss) else None for loss in losses)
    if told:
        history.add(Metrics(len(told), told, tuple(shares[: len(told)]), 1.0, 1.0))
        history.add(Validation(len(told), told[-1], shares[0]))
    curves: Curves = history.curves(40)
    for axis in (loss_axis(curves, heights), accuracy_axis(curves, heights)):
        assert axis.low < axis.high
        assert all(map(math.isfinite, axis.limits))


def test_what_is_cut_is_told_with_its_number_and_else_nothing_is_said() -> None:
    losses = Curve(np.arange(1, 4, dtype=np.int32), np.array([2.0, 41.2, np.nan], np.float32))
    shares = Curve(np.arange(1, 3, dtype=np.int32), np.array([0.03125, 0.5], np.float32))
    assert (
        cut_sentence(Axis(0, 3), 0, 3, losses, what="loss")
        == "3 batches lie above the loss axis. The highest is at 41.2."
    )
    assert cut_sentence(Axis(0, 3), 0, 1, losses, what="loss") == "1 batch lies above the loss axis, at 41.2."
    assert (
        cut_sentence(Axis(0.9, 1), 1200, 0, shares, what="accuracy")
        == "1,200 batches lie below the accuracy axis. The lowest is at 3.1\u00a0%."
    )
    assert cut_sentence(Axis(0, 50), 0, 0, losses, what="loss") == ""


def test_the_page_says_what_is_averaged_and_how() -> None:
    assert mean_sentence(History().curves(), drops=True) == ""
    told = mean_sentence(learnt(1).curves(), drops=True)
    assert "mean of 100 batches" in told
    assert told.endswith("Training is measured with dropout.")
    assert "mean of 32 batches" in mean_sentence(learnt(2, 32).curves(), drops=False)
    assert "dropout" not in mean_sentence(learnt(2, 32).curves(), drops=False)
    assert "every batch" in mean_sentence(learnt(2, 1).curves(), drops=False)
