"""Batches are unbiased, their noise is what counting all of them gives, and the ball is what theory and walking say."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import solve_continuous_lyapunov, solve_discrete_lyapunov

from netlab.landscape.descent import descend
from netlab.landscape.neuron_surface import Data, labels, line_surface, neuron_surface
from netlab.landscape.noise import words
from netlab.landscape.noise.annealing import on_trial, schedules_over
from netlab.landscape.noise.ball import (
    MOMENTA,
    WALKERS,
    Ball,
    crowd,
    ellipse,
    expected_height,
    height_by_rule,
    hover,
    minimum_with_curvature,
    momentum_with,
    noise_ball,
    noise_covariance,
    resting_variance,
)
from netlab.landscape.noise.batches import Batches, examples_of, fields_with_data
from netlab.landscape.noise.figures import ball_figure, cloud, schedules_figure
from netlab.landscape.surface import Surface
from netlab.landscape.surfaces import SURFACES
from netlab.nn.optimizers import OPTIMIZERS

LINE, NEURON, CROSS = (
    SURFACES[key] for key in ("line-fit", "sigmoid-neuron-quadratic", "sigmoid-neuron-cross-entropy")
)
SMALL = line_surface(data=Data(np.array([0.0, 1.0, 2.0, 3.5, 5.0]), np.array([1.0, 0.0, 2.0, 1.5, 4.0])))
PARTED = neuron_surface(
    "sigmoid",
    "cross-entropy",
    data=Data(np.array([-2.0, -1.0, 1.0, 2.0]), np.array([0.0, 0.0, 1.0, 1.0])),
)


@given(st.integers(1, 24), st.integers(1, 40), st.integers(0, 99))
def test_a_batch_holds_each_example_at_most_once_and_longer_walks_begin_alike(
    size: int, steps: int, seed: int
) -> None:
    rows = Batches(size, seed).rows(24, steps)
    assert rows.shape == (steps, size)
    assert all(len(set(row)) == size and set(row) <= set(range(24)) for row in rows)
    assert np.array_equal(Batches(size, seed).rows(24, steps + 7)[:steps], rows)


@pytest.mark.parametrize("size", [0, 25, -1])
def test_a_batch_that_cannot_be_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 24 examples"):
        Batches(size).rows(24, 3)
    with pytest.raises(ValueError, match="from 1 to 24 examples"):
        crowd(LINE, [OPTIMIZERS["sgd"]], (0.0, 0.0), steps=2, batches=Batches(size))


def test_a_formula_has_no_batches() -> None:
    with pytest.raises(ValueError, match="it has no examples"):
        fields_with_data(SURFACES["ravine"])


@pytest.mark.parametrize("surface", [SMALL, PARTED], ids=lambda one: one.key)
def test_the_scatter_of_slopes_is_that_of_all_possible_batches(surface: Surface) -> None:
    fields, place = fields_with_data(surface), (0.7, -0.3)
    count = examples_of(surface)
    for size in range(1, count + 1):
        slopes = [fields.of(np.array(rows)).gradient(*place) for rows in combinations(range(count), size)]
        np.testing.assert_allclose(np.mean(slopes, axis=0), fields.gradient(*place), atol=1e-12)
        expected = np.cov(np.array(slopes, float).T, bias=True) if len(slopes) > 1 else np.zeros((2, 2))
        np.testing.assert_allclose(noise_covariance(surface, place, size), expected, atol=1e-12)


@pytest.mark.parametrize("batch", [1, 3, 24])
def test_many_batches_at_once_give_each_walker_the_slope_of_its_own(batch: int) -> None:
    fields, rows = fields_with_data(NEURON), Batches(batch).rows(24, 5)
    places = np.random.default_rng(0).normal(size=(5, 2))
    together = np.stack(fields.of(rows).gradient(*places.T), axis=-1)
    alone = [fields.of(row).gradient(*place) for row, place in zip(rows, places, strict=True)]
    np.testing.assert_allclose(together, np.array(alone), rtol=1e-12)


@pytest.mark.parametrize("key", ["sgd", "momentum", "adam"])
def test_a_batch_of_all_examples_is_the_walk_without_noise(key: str) -> None:
    optimizer = OPTIMIZERS[key].with_settings(learning_rate=0.05)
    plain = descend(LINE, optimizer, LINE.start, steps=30)
    batches = Batches(24).seen(fields_with_data(LINE), 30)
    sampled = descend(LINE, optimizer, LINE.start, steps=30, seen=batches)
    assert sampled.sampled and not plain.sampled
    np.testing.assert_allclose(
        sampled.weights, plain.weights, rtol=1e-4, atol=1e-5
    )  # another order of the sum
    walked = crowd(LINE, [optimizer], LINE.start, steps=30, batches=Batches(24), walkers=3)
    np.testing.assert_allclose(walked.heights[0], plain.losses, rtol=1e-3, atol=1e-5)


def test_each_step_sees_its_own_batch() -> None:
    fields, batches = fields_with_data(NEURON), Batches(2, 5)
    path = descend(
        NEURON,
        OPTIMIZERS["sgd"].with_settings(learning_rate=1.0),
        NEURON.start,
        steps=12,
        seen=batches.seen(fields, 12),
    )
    for step, rows in enumerate(batches.rows(24, 12)):
        slope = fields.of(rows).gradient(*path.weights[step].astype(np.float64))
        np.testing.assert_array_equal(path.gradients[step], np.array(slope, np.float32))
    np.testing.assert_allclose(
        path.losses, NEURON.value(path.weights.astype(np.float64))
    )  # heights are those of all
    with pytest.raises(ValueError, match="one loss for each of 12 steps; got 11"):
        descend(NEURON, OPTIMIZERS["sgd"], NEURON.start, steps=12, seen=batches.seen(fields, 11))


def lyapunov(hessian: np.ndarray, noise: np.ndarray, rate: float, mu: float) -> np.ndarray:
    """The covariance at rest of momentum on a bowl, by SciPy: an oracle that shares no code with the core."""
    one = np.eye(2)
    step = np.block([[one - rate * hessian, mu * one], [-rate * hessian, mu * one]])
    kick = rate**2 * np.block([[noise, noise], [noise, noise]])
    return np.asarray(solve_discrete_lyapunov(step, kick))[:2, :2]


@given(st.floats(0.01, 0.95), st.floats(0.0, 0.95), st.floats(0.1, 10.0), st.floats(0.01, 4.0))
def test_the_variance_at_rest_is_lyapunov_s(share: float, mu: float, curvature: float, noise: float) -> None:
    rate = share * (2 + 2 * mu) / curvature
    found = lyapunov(np.diag([curvature, curvature]), np.diag([noise, noise]), rate, mu)[0, 0]
    assert resting_variance(rate, mu, curvature, noise) == pytest.approx(found, rel=1e-6)
    assert resting_variance((2 + 2 * mu) / curvature * 1.001, mu, curvature, noise) == np.inf


@pytest.mark.parametrize("mu", MOMENTA)
def test_the_expected_height_comes_to_lyapunov_s_and_to_the_rule_of_thumb(mu: float) -> None:
    hessian, noise = np.array([[2.0, 0.7], [0.7, 1.0]]), np.array([[0.5, -0.2], [-0.2, 0.9]])
    rates = np.array([0.001, 0.1]) * (1 - mu)
    long = expected_height(hessian, noise, rates, np.full(2, mu), steps=20_000)
    for rate, height in zip(rates, long, strict=True):
        at_rest = 0.5 * np.trace(hessian @ lyapunov(hessian, noise, rate, mu))
        assert height == pytest.approx(at_rest, rel=0.02)
    assert height_by_rule(rates[0], mu, noise) == pytest.approx(long[0], rel=0.02)


def test_the_ellipse_is_the_covariance_of_small_steps() -> None:
    hessian, noise = np.array([[2.0, 0.7], [0.7, 1.0]]), np.array([[0.5, -0.2], [-0.2, 0.9]])
    spread = 0.002 * solve_continuous_lyapunov(hessian, noise)
    line = ellipse(hessian, noise, 0.001, 0.5, (3.0, -1.0))
    assert line is not None
    off = line - (3.0, -1.0)
    np.testing.assert_allclose(np.einsum("ni,ij,nj->n", off, np.linalg.inv(spread), off), 4.0, rtol=1e-9)
    assert ellipse(hessian, noise, 9.0, 0.5, (0.0, 0.0)) is None


@pytest.mark.parametrize("surface", [LINE, NEURON, CROSS], ids=lambda one: one.key)
def test_the_measured_ball_is_the_expected_one_and_counts_only_rate_over_one_minus_momentum(
    surface: Surface,
) -> None:
    ball = noise_ball(surface, 12)
    assert ball is not None
    np.testing.assert_allclose(ball.measured, ball.expected, rtol=0.2)
    assert words.differences(ball)[0] < words.ALIKE
    assert "theory says" in words.law_told(ball) or "in proportion" in words.law_told(ball)
    for place, mu in enumerate(MOMENTA):
        np.testing.assert_allclose(ball.learning_rates(place) / (1 - mu), ball.speeds)
    assert "What counts is **η/(1 − μ)**" in words.law_told(ball)
    assert ("no longer small" in words.law_told(ball)) == (words.differences(ball)[-1] > words.ALIKE)


def test_without_noise_there_is_no_ball_and_without_a_floor_none_is_measured() -> None:
    ball = noise_ball(LINE, 24)
    assert ball is not None
    assert np.abs(ball.measured).max() < 1e-6
    assert noise_ball(PARTED, 1) is None
    assert minimum_with_curvature(PARTED) is None
    assert on_trial(PARTED, OPTIMIZERS["sgd"], (0.0, 0.0), steps=20, batches=Batches(1)) is None


def test_half_the_batch_is_about_twice_the_ball() -> None:
    one, two = noise_ball(CROSS, 4), noise_ball(CROSS, 8)
    assert one is not None and two is not None
    between = np.trace(one.covariance) / np.trace(two.covariance)
    assert between == pytest.approx((20 / 4) / (16 / 8))
    assert np.median(one.measured / two.measured) == pytest.approx(between, rel=0.15)


def test_who_leaves_all_bounds_is_told() -> None:
    minimum = minimum_with_curvature(LINE)
    assert minimum is not None
    height, _ = hover(LINE, momentum_with(5.0, 0.9), minimum, Batches(2))
    assert height == np.inf
    assert "**does not stay**" in words.hover_told(height, 2, 24, "Momentum")
    height, places = hover(LINE, momentum_with(0.02, 0.0), minimum, Batches(2))
    assert 0 < height < 1 and places.shape == (WALKERS, 2)
    assert "the **noise ball**" in words.hover_told(height, 2, 24, "Gradient descent")


def test_the_law_is_told_only_where_the_numbers_bear_it() -> None:
    ball = noise_ball(LINE, 12)
    assert ball is not None
    flat = replace(ball, measured=np.ones_like(ball.measured))
    assert "do not scatter alike" in words.law_told(flat)
    straight = ball.speeds / ball.speeds[0] * np.ones_like(ball.measured)
    assert "about in proportion" in words.law_told(replace(ball, measured=straight))
    assert "for steps this large" in words.law_told(replace(ball, measured=ball.expected))
    apart = ball.measured.copy()
    apart[2] *= 3
    assert "is not all that counts" in words.law_told(replace(ball, measured=apart))
    apart[0, -1] = np.inf
    assert words.law_told(replace(ball, measured=apart)).startswith("At the largest rates")


def test_on_batches_a_falling_rate_settles_lower_and_without_noise_it_is_worth_nothing() -> None:
    optimizer = OPTIMIZERS["sgd"].with_settings(learning_rate=1.0)
    trial = on_trial(CROSS, optimizer, CROSS.start, steps=500, batches=Batches(2))
    assert trial is not None
    assert trial.names[trial.best] != "Constant"
    assert trial.ends[0] > 5 * trial.ends[trial.best]
    told = words.schedules_told(trial, 500)
    assert "times lower" in told
    assert f"“{trial.names[trial.best]}”" in told
    assert "none of the falling rates ends lower" in told or "Without noise" in told


def test_a_schedule_that_falls_too_soon_is_told_as_one() -> None:
    optimizer = OPTIMIZERS["sgd"].with_settings(learning_rate=1.0)
    trial = on_trial(NEURON, optimizer, NEURON.start, steps=1000, batches=Batches(2))
    assert trial is not None
    assert trial.best == 0
    assert "the **constant** rate ends lowest" in words.schedules_told(trial, 1000)
    gone = replace(trial, heights=np.full_like(trial.heights, np.inf))
    assert "leaves all bounds" in words.schedules_told(gone, 1000)


def test_every_schedule_begins_at_the_rate_and_ends_with_the_walk() -> None:
    plans = schedules_over(200)
    assert next(iter(plans)) == "Constant"
    for name, plan in plans.items():
        assert plan.rate(0.5, 0) == np.float32(0.5)
        if name != "Constant":
            assert plan.rate(0.5, 199) < 0.06


def test_the_figures_draw_what_was_measured() -> None:
    ball = noise_ball(LINE, 6)
    assert ball is not None
    figure = ball_figure(ball, (0.02, 0.5, 0.01))
    right = [trace for trace in figure.data if trace.xaxis == "x2" and trace.mode == "markers"]
    assert [trace.name for trace in right] == ["μ = 0", "μ = 0.5", "μ = 0.9", "yours"]
    np.testing.assert_allclose(right[-1].x, [0.04])
    np.testing.assert_allclose(right[1].y, ball.measured[1], rtol=1e-3)
    assert len(ball_figure(ball, (0.02, 0.5, np.inf)).data) == len(ball_figure(ball, None).data)
    drawn = cloud(np.zeros((3, 2)), (1.0, 2.0), ("slope", "intercept"), None)
    assert [trace.name for trace in drawn.data] == ["where a walk stands", "minimum"]
    trial = on_trial(
        LINE, OPTIMIZERS["sgd"].with_settings(learning_rate=0.05), LINE.start, steps=1000, batches=Batches(2)
    )
    assert trial is not None
    lines = schedules_figure(trial).data
    assert [one.name for one in lines] == list(trial.names)
    assert all(100 <= len(one.x) <= 102 and one.x[0] == 0 and one.x[-1] == 1000 for one in lines)


def test_the_pictures_are_told_in_words() -> None:
    ball = noise_ball(LINE, 6)
    assert isinstance(ball, Ball)
    assert "batches of 6" in words.ball_alt(ball, 0.5, 6) and "Yours: 0.5." in words.ball_alt(ball, 0.5, 6)
    assert "theory's ball" in words.cloud_alt(np.eye(2), (0.0, 0.0), np.zeros((2, 2)))
    assert "theory's ball" not in words.cloud_alt(np.eye(2), (0.0, 0.0), None)
    assert words.batch_told(24, 24) == "Every step takes the slope of all 24 examples."
    assert "1 example of 24" in words.batch_told(1, 24)


def test_other_labels_are_other_noise() -> None:
    here, there = (neuron_surface("sigmoid", "cross-entropy", data=labels(seed)) for seed in (91, 5))
    one, other = (noise_covariance(surface, (1.0, 0.0), 2) for surface in (here, there))
    assert not np.allclose(one, other)
