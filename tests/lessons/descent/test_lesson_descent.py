"""Gradient descent's lesson: every number against a closed form or a finite difference, every sentence against its state."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.formatting import plain
from netlab.glossary import unlinked
from netlab.landscape.stability import stability_limit
from netlab.lessons.descent import words
from netlab.lessons.descent.epochs import dealt, length, walk_on_batches
from netlab.lessons.descent.figures import COUNT, two_ways
from netlab.lessons.descent.ink import EXAMPLES, Ink, ink_curve, ink_of, ink_surface
from netlab.lessons.descent.one_weight import (
    STEPS,
    Curve,
    is_parabola,
    largest_curvature,
    largest_safe_rate,
    lowest_points,
    simple_curves,
    walk,
)
from netlab.nn.optimizers import OPTIMIZERS

WIDE, NARROW, VALLEYS = simple_curves().values()


def made(seed: int = 0) -> Ink:
    """Pictures whose ink tells a little of what they are."""
    random = np.random.default_rng(seed)
    labels = random.choice([1, 7, 3], 120).astype(np.uint8)
    images = random.integers(0, 120, (120, 28, 28)) + (labels == 7)[:, None, None] * 2
    return ink_of(images.astype(np.uint8), labels)


INK = made()
SURFACE = ink_surface(INK)
REAL = ink_curve(SURFACE)


@pytest.mark.parametrize("curve", [WIDE, NARROW, VALLEYS, REAL], ids=lambda one: one.key)
def test_slope_and_curvature_are_those_of_the_loss(curve: Curve) -> None:
    w, h = curve.drawn(37), 1e-4
    np.testing.assert_allclose(curve.slope(w), (curve.value(w + h) - curve.value(w - h)) / (2 * h), atol=1e-5)
    np.testing.assert_allclose(
        curve.curvature(w), (curve.slope(w + h) - curve.slope(w - h)) / (2 * h), atol=1e-5
    )
    for lowest in lowest_points(curve):
        assert float(curve.slope(lowest)) == pytest.approx(0.0, abs=1e-9)
        assert float(curve.curvature(lowest)) > 0
    assert largest_safe_rate(curve) == pytest.approx(2 / np.gradient(curve.slope(curve.drawn(1401)), curve.drawn(1401)).max(), rel=1e-3)  # fmt: skip


def test_the_real_loss_is_the_cross_entropy_of_the_digits_ink() -> None:
    assert len(INK.images) == EXAMPLES and set(INK.targets) == {0.0, 1.0}
    assert INK.inputs.mean() == pytest.approx(0, abs=1e-12) and INK.inputs.std() == pytest.approx(1)
    for w in (-2.0, 0.0, 1.5):
        p = 1 / (1 + np.exp(-w * INK.inputs))
        expected = -np.mean(np.where(INK.targets == 1, np.log(p), np.log(1 - p)))
        assert float(REAL.value(w)) == pytest.approx(expected, rel=1e-12)
    assert largest_curvature(REAL) == pytest.approx(
        0.25
    )  # σ′ is at most ¼, and the mean square of the ink is 1
    assert largest_safe_rate(REAL) == pytest.approx(8)


def test_the_limit_is_that_of_the_landscape_page() -> None:
    for place in (-2.0, 0.0, 3.0):
        found = stability_limit(replace(SURFACE), OPTIMIZERS["sgd"], (place, 0.0)).learning_rate
        assert found is not None
        assert 2 / float(REAL.curvature(place)) >= found > 0  # the map bends at least as much as its cut


@given(st.floats(0.02, 2.6), st.sampled_from([WIDE, NARROW]), st.floats(-2, 8))
def test_a_walk_on_a_parabola_is_its_closed_form(share: float, curve: Curve, start: float) -> None:
    bend = largest_curvature(curve)
    way = walk(curve, share / bend, start)
    expected = 3 + (1 - share) ** np.arange(STEPS + 1) * (start - 3)
    np.testing.assert_allclose(way.weights, expected, rtol=2e-4, atol=2e-4 * np.abs(expected - 3).max())
    np.testing.assert_allclose(way.losses, bend / 2 * (way.weights - 3) ** 2, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(way.slopes, bend * (way.weights - 3), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("curve", [WIDE, NARROW])
@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.2, "**It creeps down.** Each step leaves 80"),
        (1.0, "**One step is enough.**"),
        (1.8, "**It overshoots, and settles.**"),
        (2.0, "**It swings for ever.**"),
        (2.2, "**It diverges.** Each step lands 1.2 times as far away"),
    ],
)
def test_what_a_rate_does_is_told_as_it_is(curve: Curve, share: float, said: str) -> None:
    way = walk(curve, share / largest_curvature(curve), curve.start)
    assert words.rate_told(curve, way).startswith(said)
    off = np.abs(way.weights - 3)
    sides = np.sign(way.weights[1:4] - 3)
    if share < 1:
        assert (np.diff(off) < 0).all() and len(set(sides)) == 1
    elif share == 1:
        assert off[1] < 1e-6
    elif share < 2:
        assert (np.diff(off)[:10] < 0).all() and sides[0] != sides[1]
    elif share == 2:
        np.testing.assert_allclose(off, off[0], rtol=1e-5)
    else:
        assert (np.diff(off) > 0).all() and (np.diff(way.losses) > 0).all()


def test_a_start_at_the_bottom_does_not_move() -> None:
    way = walk(WIDE, 0.3, 3.0)
    assert (way.weights == 3).all()
    assert "**It stands on the lowest point.**" in words.rate_told(WIDE, way)
    still = walk(VALLEYS, 0.01, lowest_points(VALLEYS)[0])
    assert "**It stands still.**" in words.rate_told(VALLEYS, still)


@given(st.floats(0.01, 1.0), st.floats(-1.9, 1.9), st.sampled_from([VALLEYS, REAL]))
def test_below_the_limit_no_step_goes_uphill(share: float, place: float, curve: Curve) -> None:
    way = walk(curve, share * largest_safe_rate(curve) * 0.999, place * curve.window[1] / 1.9)
    assert (np.diff(way.losses) <= 1e-6 * np.abs(way.losses[:-1])).all()
    assert "uphill" not in words.rate_told(curve, way)


def test_an_uphill_step_is_told_where_there_is_one_and_luck_is_called_so() -> None:
    way = walk(VALLEYS, 1.3 * largest_safe_rate(VALLEYS), -1.7)
    rises = np.flatnonzero(np.diff(way.losses) > 0)
    assert len(rises)
    assert f"**Step {rises[0] + 1} goes uphill**" in words.rate_told(VALLEYS, way)
    far = walk(REAL, 1.2 * largest_safe_rate(REAL), REAL.start)
    assert (np.diff(far.losses) <= 0).all()
    assert words.rate_told(REAL, far).startswith("**Beyond the limit, and every step still went downhill.**")
    near = walk(REAL, 0.5 * largest_safe_rate(REAL), REAL.start)
    assert words.rate_told(REAL, near).startswith("**Every step goes downhill**")


def test_the_wrong_valley_is_told_where_the_walk_ends_in_it() -> None:
    rate = 0.4 * largest_safe_rate(VALLEYS)
    left, right = lowest_points(VALLEYS)
    assert float(VALLEYS.value(left)) < float(VALLEYS.value(right))
    wrong, right_one = walk(VALLEYS, rate, 1.7), walk(VALLEYS, rate, -1.7)
    assert "**It ended in the wrong valley.**" in words.valley_told(VALLEYS, wrong)
    assert abs(wrong.weights[-1] - right) < 0.05
    assert words.valley_told(VALLEYS, right_one) == ""
    assert words.valley_told(WIDE, walk(WIDE, 0.1, -1.0)) == ""


@pytest.mark.parametrize("curve", [WIDE, NARROW, VALLEYS, REAL], ids=lambda one: one.key)
def test_each_step_is_told_in_its_numbers(curve: Curve) -> None:
    way = walk(curve, 0.1 * largest_safe_rate(curve), curve.start)
    told = words.step_told(way, 3)
    assert told.startswith(f"Step 4: the slope at w = {plain(way.weights[3])} is {plain(way.slopes[3])}.")
    assert f"w becomes {plain(way.weights[4])}" in told
    assert way.weights[4] - way.weights[3] == pytest.approx(-way.rate * way.slopes[3], rel=1e-4)
    assert words.step_told(way, way.steps).startswith("After 20 steps: ")
    assert "(−8)" in words.step_told(walk(WIDE, 0.1, -1.0), 0)
    assert "-" not in told
    assert f"L = {plain(largest_curvature(curve))}" in words.limit_told(curve)
    assert ("everywhere" in words.limit_told(curve)) == is_parabola(curve)
    assert f"to w = {plain(way.weights[-1])}" in words.ball_alt(curve, way)


def test_a_walk_that_leaves_all_bounds_ends() -> None:
    way = walk(NARROW, 500.0, -1.0)
    assert way.steps < STEPS and np.isfinite(way.losses).all()


@given(st.sampled_from([1, 2, 8, 40]), st.integers(1, 90), st.integers(0, 99))
def test_every_epoch_deals_each_example_once(size: int, steps: int, seed: int) -> None:
    rows = dealt(40, size, steps, seed)
    assert rows.shape == (steps, size)
    an_epoch = 40 // size
    for first in range(0, steps - an_epoch + 1, an_epoch):
        assert sorted(rows[first : first + an_epoch].ravel()) == list(range(40))
    assert np.array_equal(dealt(40, size, steps + 3, seed)[:steps], rows)


def test_what_does_not_come_out_even_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be dealt out in batches of 3"):
        dealt(40, 3, 5)


@pytest.mark.parametrize("size", [1, 2, 8, 40])
def test_each_step_has_the_slope_of_its_own_batch(size: int) -> None:
    way = walk_on_batches(SURFACE, 1.0, 30, size)
    for step, rows in enumerate(dealt(EXAMPLES, size, 30)):
        w, b = way.weights[step].astype(float)
        x, t = INK.inputs[rows], INK.targets[rows]
        error = 1 / (1 + np.exp(-(w * x + b))) - t
        np.testing.assert_allclose(
            way.gradients[step], [(error * x).mean(), error.mean()], rtol=1e-5, atol=1e-7
        )
        np.testing.assert_allclose(way.weights[step + 1], way.weights[step] - way.gradients[step], rtol=1e-6)
    w, b = way.weights[-1].astype(float)
    p = 1 / (1 + np.exp(-(w * INK.inputs + b)))
    assert way.losses[-1] == pytest.approx(-np.mean(INK.targets * np.log(p) + (1 - INK.targets) * np.log(1 - p)))  # fmt: skip
    assert length(way) == pytest.approx(np.linalg.norm(np.diff(way.weights, axis=0), axis=1).sum(), rel=1e-6)


def test_batches_are_counted_and_their_noise_is_told() -> None:
    assert words.epochs_told(2, 40, 40).endswith(
        "40 steps make 2 epochs: 80 looks at a digit. The walk that takes all 40 at each step needs 1,600 looks for as many steps."
    )
    assert "20 steps = 1 **epoch**" in unlinked(words.epochs_told(2, 40, 7))
    assert "40 steps make 1 epoch: 40 looks" in words.epochs_told(1, 40, 40)
    assert "each step is an **epoch**" in unlinked(words.epochs_told(40, 40, 3))
    noisy, quiet = (walk_on_batches(SURFACE, 1.0, 60, size) for size in (1, 40))
    told = words.noise_told(noisy, quiet, 1, 40)
    assert length(noisy) > 1.05 * length(quiet)
    assert f"**The path is noisy**: {plain(length(noisy) / length(quiet), 3)} times as long" in told
    assert "about as long" in words.noise_told(quiet, quiet, 8, 40)
    assert "path is smooth" in words.noise_told(quiet, quiet, 40, 40)
    assert "1.3 epochs" in words.epochs_told(2, 40, 26)
    assert words.last_step_told(noisy, (0.5, -0.25), 1).endswith("The slope of all digits is (0.5, −0.25).")
    assert "60 steps on batches of 1" in words.map_alt(noisy, quiet, 1)


def test_the_map_draws_both_ways() -> None:
    noisy, quiet = (walk_on_batches(SURFACE, 1.0, 12, size) for size in (2, 40))
    figure = two_ways(SURFACE, noisy, quiet)
    assert [one.name for one in figure.data[2:]] == ["all digits at each step", "this batch size", "start"]
    assert figure.data[0].z.shape == (COUNT, COUNT)
    np.testing.assert_allclose(figure.data[3].x, noisy.weights[:, 0], rtol=1e-3)
    assert [one.name for one in two_ways(SURFACE, quiet, None).data[2:]] == [
        "all digits at each step",
        "start",
    ]
