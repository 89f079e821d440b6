"""The mean of the last batches: held to a plain mean, and to what the network really reads."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.nets.presets import PRESETS
from netlab.runs.events import Metrics, Started
from netlab.runs.history import History
from netlab.runs.line import Line
from netlab.runs.smoothing import IMAGES, go_on, middle, window


def plain_means(values: list[float], count: int) -> np.ndarray:
    """The definition, one mean at a time."""
    means = np.full(len(values), np.nan)
    for place, value in enumerate(values):
        size = min(count, (place + 1) // 2 + 1)
        last = np.array(values[place + 1 - size : place + 1])
        if math.isfinite(value):
            means[place] = last[np.isfinite(last)].mean()
    return means


@given(
    st.lists(
        st.lists(st.floats(-10, 10, width=32) | st.sampled_from([math.nan, math.inf]), max_size=40),
        max_size=8,
    ),
    st.integers(1, 60),
)
def test_means_made_as_a_line_grows_are_the_plain_means(parts: list[list[float]], count: int) -> None:
    line, means = Line(), Line()
    for part in parts:
        line.extend(part)
        go_on(means, line, count)
    np.testing.assert_allclose(means, plain_means(line.tolist(), count), rtol=1e-5, atol=1e-5)


@given(st.floats(-100, 100, width=32), st.integers(1, 500))
def test_the_mean_of_a_constant_is_the_constant_from_the_first_batch(value: float, count: int) -> None:
    line, means = Line([value] * count), Line()
    go_on(means, line, 100)
    np.testing.assert_allclose(means, value, rtol=1e-6, atol=1e-6)


@given(st.integers(1, 40), st.integers(0, 200))
def test_one_wild_batch_spoils_only_the_means_that_it_is_part_of(count: int, place: int) -> None:
    values = [0.25] * 300
    values[place] = 3e38
    line, means = Line(values), Line()
    go_on(means, line, count)
    sound = np.ones(300, bool)
    sound[place : place + count] = False
    assert (np.array(means)[sound] == 0.25).all()


@given(st.integers(1, 60_000), st.integers(1, 60_000))
def test_a_mean_reaches_over_an_epoch_at_most(examples: int, batch: int) -> None:
    steps = -(-examples // batch)
    count = window(examples, steps)
    assert 1 <= count <= steps
    assert count <= IMAGES
    if steps >= 10:
        assert count >= 10
    if count < steps:
        assert count * batch >= IMAGES * 0.99 or count == 10


@given(st.floats(-1, 1), st.floats(-0.01, 0.01), st.integers(1, 50))
def test_a_mean_at_the_middle_of_its_batches_does_not_lag(start: float, slope: float, count: int) -> None:
    """On a straight line every mean, at the middle, is the line itself."""
    steps = np.arange(1, 301, dtype=np.int32)
    line, means = Line((start + slope * steps).tolist()), Line()
    go_on(means, line, count)
    np.testing.assert_allclose(means, start + slope * middle(steps, count), atol=1e-5)


def test_the_mean_keeps_up_with_a_network_that_learns_fastest_at_the_start() -> None:
    """Reading goes from guessing to 90 % in its first hundred batches; the mean is never far from it."""
    steps = np.arange(1, 1001, dtype=np.int32)
    truth = 0.92 - 0.82 * np.exp(-steps / 20)
    line, means = Line(truth.tolist()), Line()
    go_on(means, line, 100)
    there = middle(steps, 100)
    assert np.abs(np.array(means) - np.interp(there, steps, truth)).max() < 0.04
    assert (np.diff(there) >= 0).all()


@pytest.mark.parametrize("seed", range(20))
def test_training_is_shown_above_validation_where_it_is_above(seed: int) -> None:
    """Batches of the preset that overfits: from the first epoch on its pictures are read better than new ones.

    An exponential mean of weight 0.98, beside, goes on showing the opposite.
    """
    spec = PRESETS["overfit"].spec
    assert spec.train_examples is not None
    epoch = spec.steps_per_epoch(60_000)
    steps = np.arange(1, epoch * 8 + 1)
    unseen = 0.88 - 0.78 * np.exp(-steps / 18)
    training = unseen + 0.1 * np.clip((steps - epoch / 2) / (3 * epoch), 0, 1)
    rng = np.random.default_rng(seed)
    seen = rng.binomial(spec.batch_size, training) / spec.batch_size
    history = History()
    history.add(Started("r", 1, spec.train_examples, 10_000, epoch, epoch * 8, "made", ""))
    history.add(Metrics(len(steps), (1.0,) * len(steps), tuple(seen.tolist()), 1.0, 1.0))
    shown = history.curves(1000).accuracy_smooth
    assert history.window == epoch
    above = np.interp(shown.steps, steps, training - unseen) > 0.03
    assert (shown.values[above] > np.interp(shown.steps[above], steps, unseen)).all()
    assert above.sum() > 5 * epoch
    assert shown.steps[above][0] < 2 * epoch
    old = [seen[0]]
    for place, value in enumerate(seen[1:], start=1):
        weight = min(0.98, place / (place + 1))
        old.append(weight * old[-1] + (1 - weight) * value)
    wrong = (np.array(old) < unseen) & (training - unseen > 0.03)
    assert wrong.sum() > 10
