"""Walks: what is kept, how they end, and that many walks are many single ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlab.landscape.descent import (
    DIVERGED,
    FAR,
    NOWHERE,
    OTHERS,
    basin_map,
    descend,
    descend_many,
    learning_rate_sweep,
    newton,
    race,
    random_search,
)
from netlab.landscape.formula import surface_from
from netlab.landscape.keras_script import optimizer_code, path_script
from netlab.landscape.surface import Surface
from netlab.landscape.surfaces import SURFACES
from netlab.nn.optimizers import OPTIMIZERS

HIMMELBLAU, RAVINE, ROSENBROCK = (SURFACES[key] for key in ("himmelblau", "ravine", "rosenbrock"))
SGD, ADAM = OPTIMIZERS["sgd"], OPTIMIZERS["adam"]


@pytest.mark.parametrize("key", OPTIMIZERS)
@pytest.mark.parametrize("surface", SURFACES.values(), ids=lambda s: s.key)
def test_a_path_is_whole(surface: Surface, key: str) -> None:
    path = descend(surface, OPTIMIZERS[key], surface.start, steps=12)
    assert path.weights.shape == (13, 2) and path.weights.dtype == np.float32
    assert (
        path.losses.shape == (13,) and path.gradients.shape == (12, 2) and path.learning_rates.shape == (12,)
    )
    assert all(len(slot) == 13 for slot in path.slots.values())
    np.testing.assert_array_equal(path.weights[0], np.array(surface.start, np.float32))
    known = path.steps_taken + 1
    np.testing.assert_array_equal(path.losses[:known], surface.value(path.weights[:known].astype(float)))
    assert (path.diverged is None) == (known == 13)
    steps = min(known, 12)
    with np.errstate(over="ignore"):
        true_slopes = surface.gradient(path.weights[:steps].astype(float)).astype(np.float32)
    np.testing.assert_allclose(path.gradients[:steps], true_slopes, rtol=3e-7, atol=1e-30)


@pytest.mark.parametrize("surface", SURFACES.values(), ids=lambda s: s.key)
def test_the_suggested_rate_goes_down(surface: Surface) -> None:
    path = descend(surface, SGD.with_settings(learning_rate=surface.learning_rate), surface.start, steps=300)
    if surface.key not in ("saddle", "monkey-saddle"):  # these have no floor, and the way down is the lesson
        assert path.diverged is None
        assert surface.domain.contains(path.weights).all()
    assert np.nanmin(path.losses) < path.losses[0]


@given(start=st.tuples(st.floats(-5, 5), st.floats(-5, 5)), key=st.sampled_from(list(OPTIMIZERS)))
@settings(max_examples=60, deadline=None)
def test_many_walks_are_many_single_walks(start: tuple[float, float], key: str) -> None:
    optimizer = OPTIMIZERS[key].with_settings(learning_rate=0.02)
    starts = np.array([start, (0.5, 0.25), (-4.0, 4.5)], np.float32)
    landings = descend_many(HIMMELBLAU, optimizer, starts, steps=40)
    for i, each in enumerate(starts):
        path = descend(HIMMELBLAU, optimizer, each, steps=40)
        np.testing.assert_array_equal(landings.weights[i], path.weights[-1])
        np.testing.assert_array_equal(landings.losses[i], path.losses[-1])
        assert landings.diverged[i] == (path.diverged is not None)


def test_landings_name_the_minimum() -> None:
    minima = [m.point for m in HIMMELBLAU.minima]
    starts = [*minima, (4.9, 4.9), (0.0, 0.0)]
    landings = descend_many(HIMMELBLAU, SGD.with_settings(learning_rate=0.001), starts, steps=1)
    np.testing.assert_array_equal(landings.reached, [0, 1, 2, 3, NOWHERE, NOWHERE])
    assert landings.share(NOWHERE) == pytest.approx(1 / 3)
    wild = descend_many(HIMMELBLAU, SGD.with_settings(learning_rate=1.0), starts[-2:], steps=50)
    np.testing.assert_array_equal(wild.reached, [DIVERGED, DIVERGED])
    assert np.isnan(wild.weights).all() and np.isnan(wild.losses).all()


def test_every_minimum_of_himmelblau_has_a_basin() -> None:
    found = basin_map(HIMMELBLAU, SGD.with_settings(learning_rate=0.005), steps=300, resolution=21)
    assert found.image.shape == (21, 21)
    assert {0, 1, 2, 3} <= set(found.image.ravel())
    i, j = 16, 15
    alone = descend_many(
        HIMMELBLAU, SGD.with_settings(learning_rate=0.005), [(found.x[j], found.y[i])], steps=300
    )
    assert found.image[i, j] == alone.reached[0]


def test_surfaces_without_minima_reach_nothing() -> None:
    landings = descend_many(SURFACES["saddle"], SGD, [(1.0, 0.5)], steps=3)
    assert landings.reached.tolist() == [NOWHERE]


@pytest.mark.parametrize(
    ("text", "start", "rate", "reason"),
    [
        ("x^2 + y^2", (1, 1), 3.0, "carry the walk away"),
        ("log(x) + y^2", (-1, 1), 0.1, "The loss at the start is not a number"),
        ("sqrt(abs(x)) + y^2", (0, 1), 0.1, "no slope"),
        ("log(x) + y^2", (0.5, 1), 0.1, "loss is not a number"),
        ("x^16 + y^2", (3, 1), 1.0, "larger than float32"),
        ("x^300 + y^2", (1.34, 1), 0.1, "The slope at the start is larger than float32"),
        ("1/x + y^2", (0, 1), 0.1, "The loss at the start is infinite"),
        ("-x^2 + y^2", (1, 1), 5.0, "falls without end"),
        ("x^2 - y^2", (1, 1), 0.9, "falls without end"),
    ],
)
def test_divergence_is_a_value_with_a_reason(
    text: str, start: tuple[float, float], rate: float, reason: str
) -> None:
    surface = surface_from(text)
    path = descend(surface, SGD.with_settings(learning_rate=rate), start, steps=200)
    assert reason in str(path.diverged)
    assert np.isnan(path.weights[path.steps_taken + 1 :]).all()
    assert (np.abs(path.weights[: path.steps_taken + 1]) < FAR).all()
    assert not np.isfinite(path.losses[-1]) and len(path.losses) == 201
    assert path.gradients.shape == (200, 2)
    if start != (
        0.5,
        1,
    ):  # this one comes back from where there is no height, and many walks look at the end only
        assert descend_many(surface, SGD.with_settings(learning_rate=rate), [start], steps=200).diverged.all()


def test_nothing_is_clipped_in_silence() -> None:
    path = descend(RAVINE, SGD.with_settings(learning_rate=0.021), RAVINE.start, steps=80)
    assert path.diverged is None and not RAVINE.domain.contains(path.weights[-1])


def test_footsteps_hold_the_numbers_of_one_update() -> None:
    path = descend(HIMMELBLAU, OPTIMIZERS["momentum"], (1.0, 1.0), steps=5)
    foot = path.footstep(2)
    velocity = np.float32(0.9) * foot.remembered["velocity"] - foot.gradient * np.float32(foot.learning_rate)
    np.testing.assert_allclose(foot.remembers["velocity"], velocity, rtol=1e-6)
    np.testing.assert_allclose(foot.move, foot.remembers["velocity"], rtol=1e-5)
    np.testing.assert_array_equal(foot.before + foot.remembers["velocity"], foot.after)
    np.testing.assert_allclose(foot.effective_rate, np.abs(foot.move / foot.gradient))
    np.testing.assert_array_equal(path.moves[2], foot.move)
    for step in (-1, 5):
        with pytest.raises(IndexError, match="took steps 0 to 4"):
            path.footstep(step)


def test_schedules_are_in_the_path() -> None:
    path = descend(
        RAVINE, SGD.with_settings(schedule="exponential", learning_rate=0.01), RAVINE.start, steps=101
    )
    assert path.learning_rates[0] == np.float32(0.01)
    assert path.learning_rates[100] == pytest.approx(0.005)


def test_sweep_finds_the_best_rate_and_marks_divergence() -> None:
    sweep = learning_rate_sweep(RAVINE, SGD, RAVINE.start, steps=200)
    assert sweep.learning_rates.shape == sweep.losses.shape == (50,)
    assert np.isinf(sweep.losses[-1])
    assert sweep.largest_stable is not None
    assert 0.01 < sweep.best_learning_rate < 0.02 < 2 * sweep.largest_stable
    for i in (0, 20, 30):
        alone = descend(
            RAVINE, SGD.with_settings(learning_rate=sweep.learning_rates[i]), RAVINE.start, steps=200
        )
        np.testing.assert_array_equal(alone.weights[-1], sweep.weights[i])
    hopeless = learning_rate_sweep(surface_from("log(x)"), SGD, (-1, 0), steps=3, learning_rates=[0.1, 0.2])
    assert hopeless.largest_stable is None and hopeless.best_learning_rate == 0.1


def test_race_runs_each_at_its_own_best_rate() -> None:
    runners = race(ROSENBROCK, OPTIMIZERS, ROSENBROCK.start, steps=60)
    assert list(runners) == list(OPTIMIZERS)
    for runner in runners.values():
        assert runner.optimizer.learning_rate == runner.sweep.best_learning_rate
        assert runner.path.losses[-1] == pytest.approx(runner.sweep.losses.min(), rel=1e-6)


def test_walking_in_step_with_others_changes_nothing() -> None:
    runners = {
        **OPTIMIZERS,
        "scaled": ADAM.with_settings(loss_scale_factor=128.0, clipnorm=1.0),
        "averaged": SGD.with_settings(use_ema=True, gradient_accumulation_steps=3),
    }
    together = race(ROSENBROCK, runners, ROSENBROCK.start, steps=40)
    for key, optimizer in runners.items():
        alone = learning_rate_sweep(ROSENBROCK, optimizer, ROSENBROCK.start, steps=40, finer=24)
        np.testing.assert_array_equal(together[key].sweep.learning_rates, alone.learning_rates)
        np.testing.assert_array_equal(together[key].sweep.losses, alone.losses)
        np.testing.assert_array_equal(together[key].sweep.weights, alone.weights)


@pytest.mark.parametrize("key", OTHERS)
@pytest.mark.parametrize("surface", SURFACES.values(), ids=lambda s: s.key)
def test_others_keep_to_their_budget(key: str, surface: Surface) -> None:
    walked = OTHERS[key](surface, surface.start, budget=15)
    assert 1 <= len(walked.evaluations) <= 15
    assert (len(walked.evaluations) == 15) or walked.stopped
    np.testing.assert_array_equal(walked.evaluations[0], surface.start)
    assert (np.diff(walked.best_so_far) <= 0).all()


def test_newton_solves_a_paraboloid_in_one_step_and_finds_saddles_too() -> None:
    walked = newton(SURFACES["booth"], (-8, -6), budget=10)
    np.testing.assert_allclose(walked.evaluations[1], [1, 3], atol=1e-12)
    assert "zero" in str(walked.stopped)
    np.testing.assert_allclose(newton(SURFACES["saddle"], (1, 1), budget=5).evaluations[-1], 0, atol=1e-12)
    assert "singular" in str(newton(SURFACES["monkey-saddle"], (0, 0), budget=5).stopped)
    assert "beyond" in str(newton(surface_from("1e-13*x^2 + x + y^2"), (4, 0), budget=9).stopped)


def test_l_bfgs_finds_rosenbrocks_minimum() -> None:
    walked = OTHERS["l-bfgs"](ROSENBROCK, ROSENBROCK.start, budget=100)
    np.testing.assert_allclose(walked.evaluations[np.argmin(walked.losses)], [1, 1], atol=1e-3)


def test_random_search_comes_again_from_its_seed_and_stays_in_the_window() -> None:
    first, again, other = (random_search(RAVINE, RAVINE.start, budget=50, seed=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(first.evaluations, again.evaluations)
    assert not np.array_equal(first.evaluations, other.evaluations)
    assert RAVINE.domain.contains(first.evaluations).all()


@pytest.mark.parametrize("steps", [0, -3])
def test_a_walk_without_steps_is_refused(steps: int) -> None:
    for work in (
        lambda: descend(RAVINE, SGD, (0, 0), steps=steps),
        lambda: descend_many(RAVINE, SGD, [(0, 0)], steps=steps),
        lambda: learning_rate_sweep(RAVINE, SGD, (0, 0), steps=steps),
        lambda: path_script(RAVINE, SGD, (0, 0), steps=steps),
        lambda: newton(RAVINE, (0, 0), budget=steps),
    ):
        with pytest.raises(ValueError, match=f"steps must be at least 1; got {steps}"):
            work()


def test_only_a_walk_without_end_falls() -> None:
    for text, start, rate, falls in (
        ("x^2 - y^2", (1, 1), 0.9, True),
        ("log(x) + y^2", (0.5, 1), 0.1, False),  # lower than its start when its heights end
        ("x^2 + y^2", (1, 1), 3.0, False),
        ("x^2 + y^2", (1, 1), 0.1, False),
    ):
        path = descend(surface_from(text), SGD.with_settings(learning_rate=rate), start, steps=200)
        assert path.falls == falls, text


@pytest.mark.parametrize("steps", [1.5, "3", True, None])
def test_steps_are_whole_numbers(steps: Any) -> None:
    with pytest.raises(ValueError, match="whole number"):
        descend(RAVINE, SGD, (0, 0), steps=steps)


def test_bad_starts_are_refused() -> None:
    for start in ((1, 2, 3), (np.nan, 0), (1e300, 0), 1.0, ("a", 1)):
        with pytest.raises(ValueError, match="two finite numbers"), np.errstate(over="ignore"):
            descend(RAVINE, SGD, start, steps=1)
    for starts in ([1.0, 2.0], np.zeros((0, 2)), [[np.inf, 0]]):
        with pytest.raises(ValueError, match="finite points of shape"):
            descend_many(RAVINE, SGD, starts, steps=1)
    with pytest.raises(ValueError, match="between 2 and 1000"):
        basin_map(RAVINE, SGD, steps=1, resolution=1)
    with pytest.raises(ValueError, match="positive numbers"):
        learning_rate_sweep(RAVINE, SGD, (0, 0), steps=1, learning_rates=[0.1, -1])
    with pytest.raises(ValueError, match="two finite numbers"):
        newton(RAVINE, (0, np.nan), budget=3)


def test_loss_scale_changes_nothing_when_it_is_a_power_of_two() -> None:
    plain = descend(HIMMELBLAU, ADAM, (1, 1), steps=30)
    scaled = descend(HIMMELBLAU, ADAM.with_settings(loss_scale_factor=1024.0), (1, 1), steps=30)
    np.testing.assert_array_equal(plain.weights, scaled.weights)


def test_script_names_what_matters() -> None:
    script = path_script(HIMMELBLAU, ADAM.with_settings(learning_rate=0.1, clipnorm=1.0), (1, 2), steps=7)
    assert "keras.optimizers.Adam(learning_rate=0.1, beta_1=0.9, beta_2=0.999" in script
    assert "clipnorm=1.0" in script and "use_ema" not in script and "import math" not in script
    assert "range(7)" in script and "keras.Variable([1.0, 2.0]" in script
    compile(script, "script", "exec")
    assert "CosineDecay(initial_learning_rate=0.01" in optimizer_code(SGD.with_settings(schedule="cosine"))
