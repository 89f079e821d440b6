"""Rate and momentum by NumPy's roots, by walks and by SciPy's search; errors along axes; limits on the way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import minimize

from netlab.landscape.descent import descend
from netlab.landscape.formula import surface_from
from netlab.landscape.local import words
from netlab.landscape.local.axes import axis_errors
from netlab.landscape.local.bowl import Bowl, bowl_ahead, bowl_at, bowl_under
from netlab.landscape.local.figures import axis_errors_figure, limit_figure, rate_momentum_map
from netlab.landscape.local.limit_curve import LimitCurve, limit_curve
from netlab.landscape.local.rate_momentum import (
    best_without_momentum,
    closed_form_holds,
    left_over,
    optimum,
    pair,
    rate_map,
    regime,
    ringing_edge,
    stability_edge,
    swings,
)
from netlab.landscape.stability import stability_limit
from netlab.landscape.surface import Domain
from netlab.landscape.surfaces import SURFACES
from netlab.nn.optimizers import OPTIMIZERS

RAVINE = SURFACES["ravine"]
rules = st.booleans()


def bowl(low: float, high: float) -> Bowl:
    return Bowl(low, high, np.eye(2), np.zeros(2), True, 0.0)


def polynomial(s: float, mu: float, nesterov: bool) -> list[float]:
    """Written out from the update itself: d' = d + m', m' = μ m − s d (Nesterov adds μ m' − s d to d)."""
    plain, ahead = [[1 - s, mu], [-s, mu]], [[1 - s - mu * s, mu * mu], [-s, mu]]
    return list(np.poly(np.array(ahead if nesterov else plain)))


@given(st.floats(1e-3, 5.0), st.floats(0.0, 0.99), rules)
def test_what_a_step_leaves_is_the_larger_root_of_the_update(s: float, mu: float, nesterov: bool) -> None:
    roots = np.roots(polynomial(s, mu, nesterov))
    found = left_over(s / 7.0, mu, 7.0, nesterov=nesterov)
    assert found == pytest.approx(float(np.abs(roots).max()), abs=2e-7)  # a double root is known to √ε only


@given(st.floats(1e-3, 3.9), st.floats(0.0, 0.99), rules)
def test_who_swings_has_a_root_that_is_complex_or_whose_largest_is_negative(
    s: float, mu: float, nesterov: bool
) -> None:
    p, q = -polynomial(s, mu, nesterov)[1], polynomial(s, mu, nesterov)[2]
    assume(abs(p * p - 4 * q) > 1e-6 and abs(p) > 1e-6)
    roots = np.roots([1.0, -p, q])
    largest = roots[np.argmax(np.abs(roots))]
    assert bool(swings(s, mu, 1.0, nesterov=nesterov)) == (abs(largest.imag) > 0 or largest.real < 0)


@given(st.floats(0.0, 0.98), st.floats(0.1, 50.0), rules)
def test_the_edges_are_where_the_regimes_change(mu: float, curvature: float, nesterov: bool) -> None:
    one = bowl(curvature, curvature)
    edge = float(stability_edge(mu, curvature, nesterov=nesterov))
    assert regime(one, edge * 1.001, mu, nesterov=nesterov) == "diverging"
    assert regime(one, edge * 0.999, mu, nesterov=nesterov) != "diverging"
    ring = float(ringing_edge(mu, curvature, nesterov=nesterov))
    assume(ring > 1e-6)
    assert regime(one, ring * 0.99, mu, nesterov=nesterov) == "monotone"
    assert regime(one, ring * 1.01, mu, nesterov=nesterov) == "ringing"


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("condition", [1.0, 2.0, 25.0, 100.0, 2500.0])
def test_no_search_finds_a_better_pair_than_the_optimum(condition: float, nesterov: bool) -> None:
    one = bowl(0.5, 0.5 * condition)
    best = optimum(one, nesterov=nesterov)
    assert best.left == pytest.approx(
        pair(one, best.learning_rate, best.momentum, nesterov=nesterov).left, abs=1e-6
    )

    def left(at: np.ndarray) -> float:
        return pair(one, float(np.exp(at[0])), float(1 / (1 + np.exp(-at[1]))), nesterov=nesterov).left

    for rate, mu in ((0.5, 0.3), (1.5, 0.9), (0.2, 0.6)):
        begin = np.array([np.log(rate / one.steepest), np.log(mu / (1 - mu))])
        found = minimize(
            left, begin, method="Nelder-Mead", options={"maxiter": 4000, "xatol": 1e-10, "fatol": 1e-12}
        )
        assert found.fun >= best.left - 1e-6
    grid = rate_map(one, nesterov=nesterov, columns=301, rows=301)
    assert grid.steps.min() >= best.steps * (1 - 1e-6)


def test_polyak_s_optimum_has_his_closed_form_and_momentum_is_worth_the_root_of_the_condition() -> None:
    one = bowl(1.0, 100.0)
    best = optimum(one)
    assert (best.learning_rate, best.momentum) == pytest.approx((4 / 121, 81 / 121))
    assert best.left == pytest.approx(9 / 11)
    assert optimum(one, nesterov=True).left == pytest.approx(1 - 2 / np.sqrt(301))
    plainest = best_without_momentum(one)
    assert plainest.left == pytest.approx(99 / 101)
    assert plainest.steps / best.steps == pytest.approx(10.0, rel=0.01)


@pytest.mark.parametrize(
    ("key", "rate", "mu"),
    [("sgd", 0.018, 0.0), ("momentum", 0.033, 0.67), ("momentum", 0.002, 0.3), ("nesterov", 0.0133, 0.79), ("momentum", 0.0375, 0.9)],
)  # fmt: skip
def test_a_walk_on_the_ravine_leaves_what_the_closed_form_says(key: str, rate: float, mu: float) -> None:
    settings: dict[str, Any] = {"momentum": mu} if mu else {}
    optimizer = OPTIMIZERS[key].with_settings(learning_rate=rate, **settings)
    path = descend(RAVINE, optimizer, (-9.0, 1.5), steps=60)
    size = np.hypot(*path.weights.astype(np.float64).T)
    measured = (size[-1] / size[20]) ** (1 / 40)
    one = bowl_under(RAVINE, path, 0)
    assert one is not None and (one.flattest, one.steepest) == pytest.approx((1.0, 100.0))
    assert pair(one, rate, mu, nesterov=key == "nesterov").left == pytest.approx(measured, abs=0.025)


def test_the_map_is_the_pairs_and_diverges_beyond_the_edge() -> None:
    one = bowl(1.0, 100.0)
    found = rate_map(one, columns=31, rows=21)
    for i, j in ((0, 0), (5, 9), (20, 12), (13, 30)):
        expected = pair(one, float(found.learning_rates[j]), float(found.momenta[i])).steps
        assert found.steps[i, j] == pytest.approx(expected)
    beyond = found.learning_rates[None, :] > stability_edge(found.momenta, 100.0)[:, None] * 1.0001
    assert np.isinf(found.steps[beyond]).all()
    assert np.isfinite(
        found.steps[found.learning_rates[None, :] < stability_edge(found.momenta, 100.0)[:, None] * 0.999]
    ).all()


def test_the_closed_form_is_of_the_bare_rule_only() -> None:
    momentum = OPTIMIZERS["momentum"]
    assert closed_form_holds(momentum) and closed_form_holds(OPTIMIZERS["nesterov"])
    assert not closed_form_holds(OPTIMIZERS["adam"])
    for change in (
        {"weight_decay": 0.1},
        {"clipnorm": 1.0},
        {"use_ema": True},
        {"gradient_accumulation_steps": 2},
    ):
        assert not closed_form_holds(momentum.with_settings(**change))
    assert not closed_form_holds(momentum.with_settings(schedule="cosine"))


def test_where_there_is_no_bowl_the_minimum_ahead_is_taken_or_none() -> None:
    saddle = SURFACES["saddle"]
    path = descend(saddle, OPTIMIZERS["sgd"].with_settings(learning_rate=0.05), saddle.start, steps=10)
    assert bowl_under(saddle, path, 3) is None and axis_errors(saddle, OPTIMIZERS["sgd"], path) is None
    plateau = SURFACES["plateau"]
    path = descend(plateau, OPTIMIZERS["sgd"].with_settings(learning_rate=0.5), plateau.start, steps=10)
    found = bowl_under(plateau, path, 0)
    assert found is not None and found.at_minimum and found.steepest == pytest.approx(1.0)
    assert "the ground is no bowl" in words.where_told(found, 0)
    assert bowl_at(surface_from("log(x) + y^2"), np.array([-1.0, 0.0])) is None


def test_what_is_said_of_a_pair_is_its_regime_and_its_speed() -> None:
    one = bowl(1.0, 100.0)
    told = words.pair_told(one, 0.018, 0.0, nesterov=False)
    assert (
        "is **ringing**" in told
        and "127 steps for ten times nearer" in told
        and "That is 11 times fewer than yours." in told
    )
    assert "is **monotone**" in words.pair_told(one, 0.009, 0.0, nesterov=False)
    assert "So it never arrives." in words.pair_told(one, 0.0225, 0.0, nesterov=False)
    assert "fewer than yours" not in words.pair_told(one, 4 / 121, 81 / 121, nesterov=False)
    assert "Lessard" in words.pair_told(one, 0.01, 0.5, nesterov=True)
    assert "√(L/l) = 10" in told
    assert "diverging" in words.map_alt(one, 0.0225, 0.0, nesterov=False)


def test_errors_along_the_axes_are_the_distance_taken_apart() -> None:
    surface = surface_from("3*(x + y - 1)^2 + 0.1*(x - y)^2", domain=Domain(-3, 3, -3, 3), start=(2.0, -2.0))
    optimizer = OPTIMIZERS["sgd"].with_settings(learning_rate=0.1)
    path = descend(surface, optimizer, (2.0, -2.5), steps=40)
    errors = axis_errors(surface, optimizer, path)
    assert errors is not None and errors.expected is not None
    away = path.weights.astype(np.float64) - (0.5, 0.5)
    np.testing.assert_allclose((errors.distances**2).sum(axis=1), (away**2).sum(axis=1), atol=1e-9)
    np.testing.assert_allclose(errors.heights.sum(axis=1), path.losses, atol=1e-7)
    np.testing.assert_allclose(errors.expected, [1 - 0.1 * 0.4, abs(1 - 0.1 * 12.0)], rtol=1e-6)
    np.testing.assert_allclose(
        errors.distances[30:, 0] / errors.distances[29:-1, 0], errors.expected[0], rtol=1e-3
    )


def test_the_direction_that_is_left_is_named() -> None:
    def of(rate: float, start: tuple[float, float], steps: int = 100) -> str:
        optimizer = OPTIMIZERS["sgd"].with_settings(learning_rate=rate)
        errors = axis_errors(RAVINE, optimizer, descend(RAVINE, optimizer, start, steps=steps))
        assert errors is not None
        return words.axes_told(errors)

    assert "**The flat direction is what is left.** From step" in of(0.018, (-9.0, 1.5))
    assert "From the start" in of(0.018, (-9.0, 0.0))
    assert "**The steep direction is what is left.** At the end" in of(0.0205, (-0.1, 1.5), 20)
    assert "It stands at the very minimum" in of(0.018, (0.0, 0.0))
    assert "neither is alone to blame" in of(0.0195, (-9.0, 1.5), 3) or "steep" in of(0.0195, (-9.0, 1.5), 3)
    adam = OPTIMIZERS["adam"].with_settings(learning_rate=0.5)
    errors = axis_errors(RAVINE, adam, descend(RAVINE, adam, (-9.0, 1.5), steps=30))
    assert errors is not None and errors.expected is None and words.theory_told(errors) == ""
    assert len(axis_errors_figure(errors, "z").data) == 2


@pytest.mark.parametrize("key", ["sgd", "nesterov", "adam", "rmsprop"])
def test_the_limit_at_each_step_is_the_ruler_s(key: str) -> None:
    surface = SURFACES["himmelblau"]
    optimizer = OPTIMIZERS[key].with_settings(learning_rate=0.01)
    path = descend(surface, optimizer, surface.start, steps=12)
    curve = limit_curve(surface, optimizer, path)
    for step in (0, 3, 11):
        limit = stability_limit(surface, optimizer, path.weights[step], path.state(step)).learning_rate
        assert limit is None or curve.limits[step] == pytest.approx(limit, rel=1e-4)
    assert len(limit_figure(curve, "z").data) == 3


def test_steps_above_the_limit_are_counted() -> None:
    rates = np.full(9, 0.1)
    curve = LimitCurve(rates, np.array([0.2, 0.05, 0.2, 0.05, np.inf, np.nan, 0.3, 0.3, 0.3]))
    told = words.limit_told(curve)
    assert "between 0.05 (before step 2) and 0.3. On 2 steps theory sets none." in told
    assert "**above it on 2 of 9 steps**, first on step 2" in told and "edge" not in told
    below = words.limit_told(LimitCurve(rates, np.full(9, 0.2)))
    assert below == "The limit is 0.2 all the way. The rate stays below it at every step that has one."
    assert "On none of the 9 steps" in words.limit_told(LimitCurve(rates, np.full(9, np.inf)))
    level = LimitCurve(np.full(30, 0.1), np.geomspace(2.0, 0.02, 30).clip(0.11))
    assert level.at_the_edge and "edge of stability" in words.limit_told(level)
    for still in (0.11, 0.2):  # a limit that does not move is no edge that a walk came to
        assert not LimitCurve(np.full(30, 0.1), np.full(30, still)).at_the_edge
    assert not LimitCurve(np.full(6, 0.1), np.geomspace(1.0, 0.1, 6)).at_the_edge
    assert "×" not in words.limit_alt(level) and "**" not in words.limit_alt(level)


def test_a_walk_without_a_step_at_the_end_has_a_limit_for_each_step_that_it_took() -> None:
    optimizer = OPTIMIZERS["sgd"].with_settings(learning_rate=0.5)
    path = descend(RAVINE, optimizer, RAVINE.start, steps=100)
    curve = limit_curve(RAVINE, optimizer, path)
    assert path.end == "diverged" and len(curve.rates) == path.steps_taken == int(curve.above.sum())


def test_the_map_draws_the_star_the_ring_and_a_rate_that_is_off_it() -> None:
    one = bowl(1.0, 100.0)
    figure = rate_momentum_map(one, 0.018, 0.0, nesterov=False, zoom="z")
    named = {trace.name: trace for trace in figure.data}
    assert (named["the best pair"].x[0], named["the best pair"].y[0]) == pytest.approx((4 / 121, 81 / 121))
    assert (named["yours"].x[0], named["yours"].y[0]) == (0.018, 0.0)
    assert figure.data[0].z.dtype == np.uint8
    assert figure.data[0].z[:, -1].tolist()[0] == 250  # diverging is drawn as slow as can be, under the grey
    far = rate_momentum_map(one, 5.0, 0.5, nesterov=True, zoom="z")
    assert "yours lies farther right" in [trace.name for trace in far.data]
    errors = axis_errors(
        RAVINE,
        OPTIMIZERS["sgd"],
        descend(RAVINE, OPTIMIZERS["sgd"].with_settings(learning_rate=0.018), (-9.0, 1.5), steps=9),
    )
    assert errors is not None
    assert len(axis_errors_figure(errors, "z").data) == 4
    assert len(axis_errors_figure(replace(errors, expected=None), "z").data) == 2


def test_the_bowl_ahead_is_that_of_the_nearest_minimum() -> None:
    surface = SURFACES["himmelblau"]
    path = descend(surface, OPTIMIZERS["sgd"].with_settings(learning_rate=0.01), (3.5, 2.5), steps=30)
    found = bowl_ahead(surface, path)
    assert found is not None
    np.testing.assert_allclose(found.centre, (3.0, 2.0), atol=1e-6)
    np.testing.assert_allclose(
        [found.flattest, found.steepest], np.linalg.eigvalsh([[74, 20], [20, 34]]), rtol=1e-6
    )
