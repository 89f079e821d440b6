"""Thinned curves keep every spike, start unbiased and forget what a checkpoint undoes."""

from __future__ import annotations

import math
from array import array

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.runs import thinning
from netlab.runs.events import EpochEnd, Metrics, Started, Validation
from netlab.runs.history import SMOOTHING, History, smooth
from netlab.runs.thinning import MOST_BUCKETS, Extremes, every, extremes

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
    line = array("f")
    smooth(line, [value] * count)
    np.testing.assert_allclose(line, value, rtol=1e-6, atol=1e-6)


@given(st.lists(st.floats(-10, 10, width=32) | st.just(math.nan), max_size=200), st.integers(0, 200))
def test_smoothing_in_parts_is_the_mean_of_the_formula(numbers: list[float], cut: int) -> None:
    line = array("f")
    smooth(line, numbers[:cut])
    smooth(line, numbers[cut:])
    before = math.nan
    for place, (number, found) in enumerate(zip(numbers, line, strict=True)):
        weight = min(SMOOTHING, place / (place + 1))
        expected = number if math.isnan(before) else weight * before + (1 - weight) * number
        np.testing.assert_allclose(found, np.float32(expected))
        before = found


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


@given(
    st.lists(st.integers(1, 9000), min_size=1, max_size=6),
    st.integers(10, 300),
    st.integers(0, 2**32 - 1),
)
def test_a_line_that_grows_between_looks_keeps_its_extremes_at_their_places(
    parts: list[int], points: int, seed: int
) -> None:
    rng, line, kept = np.random.default_rng(seed), array("f"), Extremes()
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
    rng, line, kept = np.random.default_rng(1), array("f"), Extremes()
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
    line, kept = array("f", [0.5] * 5000), Extremes()
    line[4000] = 9.0
    assert 4000 in kept.places(line, 100)
    del line[3000:]
    kept.cut(3000)
    line.extend([0.25] * 4000)
    assert max(line[place] for place in kept.places(line, 100)) == 0.5


def test_a_look_touches_what_is_new_and_no_more() -> None:
    line, kept = array("f", bytes(4 * 1_000_000)), Extremes()
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
