"""Thinned curves keep every spike, start unbiased and forget what a checkpoint undoes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.runs import thinning
from netlab.runs.events import EpochEnd, Metrics, Started, Validation
from netlab.runs.history import History
from netlab.runs.line import Line
from netlab.runs.thinning import (
    MOST_BOUNDS,
    MOST_BUCKETS,
    MOST_EARLY,
    Extremes,
    Tally,
    early,
    every,
    extremes,
)

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


def test_a_loss_that_is_no_number_leaves_a_gap_and_the_mean_goes_on_without_it() -> None:
    result = history([1.0, None, 2.0])
    curves = result.curves()
    assert math.isnan(curves.loss.values[1])
    assert math.isnan(curves.loss_smooth.values[1])
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
    result.add(Started("r", 1, 320, 1, 10, 100, "made", "", step=7))
    result.add(Metrics(30, (0.25,) * 10, (1.0,) * 10, 100.0, 1.0))
    assert result.step == 30
    assert np.isnan(result.losses[7:20]).all()
    assert result.losses[20:].tolist() == [0.25] * 10
    assert np.isnan(result.smooth_losses[7:20]).all()
    assert result.smooth_losses[-1] == 0.25
    curves = result.curves()
    assert curves.loss.steps[-1] == 30


@given(
    st.lists(st.integers(1, 9000), min_size=1, max_size=6),
    st.integers(10, 300),
    st.integers(0, 2**32 - 1),
)
def test_a_line_that_grows_between_looks_keeps_its_extremes_at_their_places(
    parts: list[int], points: int, seed: int
) -> None:
    rng, line, kept = np.random.default_rng(seed), Line(), Extremes()
    for part in parts:
        values = rng.standard_cauchy(part).astype(np.float32)
        values[rng.random(part) < 0.1] = np.nan
        line.extend(values.tolist())
        places = kept.places(line, points)
        whole = np.array(line, np.float32)
        assert len(places) <= points + 1
        assert (np.diff(places) > 0).all()
        assert places[-1] == len(line) - 1
        if np.isfinite(whole).any():
            assert np.nanmin(whole[places]) == np.nanmin(whole)
            assert np.nanmax(whole[places]) == np.nanmax(whole)


def test_every_stretch_of_the_screen_keeps_its_own_spike() -> None:
    rng, line, kept = np.random.default_rng(1), Line(), Extremes()
    spikes = np.sort(rng.choice(300_000, 12, replace=False))
    values = rng.random(300_000).astype(np.float32)
    values[spikes] = 5.0
    for start in range(0, len(values), 7000):
        line.extend(values[start : start + 7000].tolist())
        places = kept.places(line, 300)
        seen = spikes[spikes < len(line)]
        for spike in seen:  # itself, or another spike of its stretch
            near = places[np.abs(places - spike) <= 2 * len(line) / 100]
            assert values[near].max() == 5.0
    assert len(places) > 150


def test_a_look_after_a_cut_forgets_what_was_cut() -> None:
    line, kept = Line([0.5] * 4000 + [9.0] + [0.5] * 999), Extremes()
    assert 4000 in kept.places(line, 100)
    line.cut(3000)
    kept.cut(3000)
    line.extend([0.25] * 4000)
    assert max(line[place] for place in kept.places(line, 100)) == 0.5


def test_a_look_touches_what_is_new_and_no_more() -> None:
    line, kept = Line(np.zeros(1_000_000)), Extremes()
    kept.places(line, 140)
    assert len(kept._low) <= MOST_BUCKETS
    line.extend([1.0] * 100)
    looked_at: list[int] = []
    real = thinning._bucket_extremes

    def counted(values: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
        looked_at.append(len(values))
        return real(values, size)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(thinning, "_bucket_extremes", counted)
        assert len(line) - 100 in kept.places(line, 140)
    assert sum(looked_at) <= 100 + 1_000_000 / (MOST_BUCKETS / 2)


@given(st.integers(0, 200_000))
def test_the_beginning_of_a_line_is_told_evenly_on_a_logarithmic_axis(count: int) -> None:
    places = early(count)
    assert len(places) <= 40
    assert (np.diff(places) > 0).all()
    if count:
        assert places[0] == 0
        assert places[-1] == min(count, MOST_EARLY) - 1
        assert (np.diff(np.log(places + 1)) < math.log(2) + 1e-9).all()


def test_a_closer_look_at_the_beginning_adds_to_the_curves_and_takes_nothing_from_them() -> None:
    result = history([1 / (1 + step) for step in range(9000)])
    usual, closer = result.curves(140), result.curves(140, beginning=True)
    assert set(usual.loss.steps) < set(closer.loss.steps)
    assert set(usual.accuracy_smooth.steps) < set(closer.accuracy_smooth.steps)
    assert (closer.loss.steps <= 10).sum() >= 8
    assert len(closer.loss.steps) <= 182


@given(
    st.lists(st.lists(st.floats(-3, 3, width=32) | st.just(math.nan), max_size=50), max_size=8),
    st.integers(0, 60),
)
def test_what_lies_outside_is_counted_as_if_all_were_looked_at_each_time(
    parts: list[list[float]], cut: int
) -> None:
    line, tally = Line(), Tally()
    for place, part in enumerate(parts):
        line.extend(part)
        if place == 3:
            line.cut(cut)
            tally.cut(cut)
        whole = np.array(line)
        for low, high in ((-1.0, 1.0), (0.0, 2.0)):
            assert tally.outside(line, low, high) == ((whole < low).sum(), (whole > high).sum())


def test_counting_what_lies_outside_looks_at_new_batches_only() -> None:
    line, tally = Line([0.5] * 1000), Tally()
    tally.outside(line, 0.0, 1.0)
    line.values[0] = 9.0  # was looked at
    line.extend([7.0])
    assert tally.outside(line, 0.0, 1.0) == (0, 1)
    for high in range(100):
        tally.outside(line, 0.0, float(high))
    assert len(tally._counted) == MOST_BOUNDS


def test_the_gap_compares_an_epoch_with_its_own_end_and_is_silent_before_it() -> None:
    result = History()
    result.add(Started("r", 1, 320, 100, 10, 50, "made", ""))  # windows of ten batches, an epoch
    result.add(Metrics(9, (1.0,) * 9, (0.5,) * 9, 1.0, 1.0))
    result.add(Validation(9, 1.0, 0.9))
    assert result.gap() is None
    result.add(Metrics(20, (1.0,) * 11, (0.75,) * 11, 1.0, 1.0))
    result.add(EpochEnd(2, 20, 1.0, 0.75, 1.0, 0.5))
    assert result.gap() == pytest.approx(0.25)
    result.add(Metrics(25, (1.0,) * 5, (0.0,) * 5, 1.0, 1.0))
    assert result.gap() == pytest.approx(0.25)  # what came after that epoch is not part of it
    lost = History(started=result.started)
    lost.add(EpochEnd(1, 10, 1.0, 0.75, 1.0, 0.5))
    assert lost.gap() is None
