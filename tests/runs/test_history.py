"""Thinned curves keep every spike, start unbiased and forget what a checkpoint undoes."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from netlab.runs.events import EpochEnd, Metrics, Started, Validation
from netlab.runs.history import History, every, extremes, smoothed

values = st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=2000)


def history(losses: list[float | None]) -> History:
    result = History()
    for place in range(0, len(losses), 7):
        part = tuple(losses[place : place + 7])
        result.add(Metrics(place + len(part), part, tuple(0.5 for _ in part), 100.0, 1.0))
    return result


@given(values, st.integers(10, 300))
def test_thinning_keeps_the_lowest_the_highest_and_the_last(losses: list[float], points: int) -> None:
    places = extremes(losses, points)
    kept = np.array(losses)[places]
    assert kept.min() == min(losses)
    assert kept.max() == max(losses)
    assert places[-1] == len(losses) - 1
    assert len(places) <= points + 1
    assert (np.diff(places) > 0).all()


@given(st.integers(0, 100_000), st.integers(2, 300))
def test_evenly_spread_places_end_with_the_last(count: int, points: int) -> None:
    places = every(count, points)
    assert len(places) == min(count, points)
    assert count == 0 or places[-1] == count - 1


@given(st.floats(-100, 100), st.integers(1, 500))
def test_smoothing_a_constant_gives_the_constant_from_the_first_batch(value: float, count: int) -> None:
    line: list[float] = []
    for _ in range(count):
        line.append(smoothed(line, value))
    np.testing.assert_allclose(line, value, rtol=1e-9, atol=1e-9)


def test_a_loss_that_is_no_number_leaves_a_gap_and_the_smoothing_recovers() -> None:
    result = history([1.0, None, 2.0])
    curves = result.curves()
    assert math.isnan(curves.loss.values[1])
    assert curves.loss_smooth.values[2] == 2.0


def test_continuing_from_a_checkpoint_forgets_what_came_after_it() -> None:
    result = history([float(step) for step in range(50)])
    result.add(Validation(40, 1.0, 0.5))
    result.add(EpochEnd(1, 40, 1.0, 0.5, 1.0, 0.5))
    result.add(Started("r", 1, 1, 1, 10, 100, "made", "", step=30))
    assert result.step == 30
    assert not result.validations
    assert not result.epochs


@given(values)
def test_steps_count_from_one(losses: list[float]) -> None:
    curve = history(list(losses)).curves(50).loss
    assert curve.steps[-1] == len(losses)
    assert curve.steps[0] >= 1


def test_batches_that_were_not_kept_leave_a_gap_not_a_shift() -> None:
    result = history([0.5] * 7)
    result.add(Metrics(30, (0.25,) * 10, (1.0,) * 10, 100.0, 1.0))
    assert result.step == 30
    assert np.isnan(result.losses[7:20]).all()
    assert result.losses[20:].tolist() == [0.25] * 10
    assert result.smooth_losses[-1] == 0.25
    curves = result.curves()
    assert curves.loss.steps[-1] == 30
