"""One table, all surfaces, every law: slopes and bends are true, and critical points are what they claim."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlab.landscape.neuron_surface import (
    NEURON_ACTIVATIONS,
    Data,
    NeuronFields,
    labels,
    line,
    line_surface,
    neuron_surface,
)
from netlab.landscape.surface import CriticalPoint, QuickFields, Surface, classify, find_critical_points
from netlab.landscape.surfaces import SURFACES, Domain

MODELS = {f"{name}-{seed}": neuron_surface(name, seed=seed) for name in NEURON_ACTIVATIONS for seed in (0, 7)}
ALL = {**SURFACES, **MODELS, "line-5": line_surface(seed=5)}
STEP = 6e-6  # near the cube root of machine precision, where a central difference errs least

# Literature values, found and classified independently of this code.
Heights: TypeAlias = dict[tuple[float, float], float]
MINIMA: dict[str, Heights] = {
    "rosenbrock": {(1, 1): 0},
    "himmelblau": {(3, 2): 0, (-2.805118, 3.131313): 0, (-3.779310, -3.283186): 0, (3.584428, -1.848127): 0},
    "beale": {(3, 0.5): 0},
    "ackley": {(0, 0): 0},
    "rastrigin": {(0, 0): 0},
    "three-hump-camel": {(0, 0): 0, (1.7476, -0.8738): 0.298638, (-1.7476, 0.8738): 0.298638},
    "six-hump-camel": {(0.0898, -0.7127): -1.031628, (-0.0898, 0.7127): -1.031628},
    "styblinski-tang": {(-2.9035, -2.9035): -78.3323},
    "booth": {(1, 3): 0},
    "matyas": {(0, 0): 0},
    "goldstein-price": {(0, -1): 3, (-0.6, -0.4): 30, (1.8, 0.2): 84, (1.2, 0.8): 840},
    "plateau": {(0, 0): 0},
    "ravine": {(0, 0): 0},
}
SADDLES: dict[str, Heights] = {
    "himmelblau": {(3.3852, 0.0739): 13.312, (0.0867, 2.8843): 67.719, (-3.0730, -0.0814): 104.015},
    "beale": {(0, 1): 14.2031, (0.1005, -2.6445): 9.8645},
    "saddle": {(0, 0): 0},
    "monkey-saddle": {(0, 0): 0},
}
COUNTS = {  # minima, saddles, maxima within the domain
    "rosenbrock": (1, 0, 0),
    "himmelblau": (4, 4, 1),
    "three-hump-camel": (3, 2, 0),
    "six-hump-camel": (6, 7, 2),
    "styblinski-tang": (4, 4, 1),
    "rastrigin": (121, 220, 100),
    "booth": (1, 0, 0),
    "matyas": (1, 0, 0),
    "sigmoid-neuron-quadratic": (2, 1, 0),
    "sigmoid-neuron-cross-entropy": (1, 0, 0),
    "line-fit": (1, 0, 0),
}


def somewhere(surface: Surface, count: int = 200) -> st.SearchStrategy[np.ndarray]:
    """Points all over a surface's domain, from a drawn seed."""
    window = surface.domain
    low, high = (window.x_min, window.y_min), (window.x_max, window.y_max)
    return st.integers(0, 2**32 - 1).map(
        lambda seed: np.random.default_rng(seed).uniform(low, high, (count, 2))
    )


def difference(function: Callable[[np.ndarray], np.ndarray], points: np.ndarray) -> np.ndarray:
    """Central differences of a function of points, the new axis last."""
    shifts = np.eye(2) * STEP
    return np.stack([(function(points + d) - function(points - d)) / (2 * STEP) for d in shifts], axis=-1)


def assert_close(exact: np.ndarray, approximate: np.ndarray, scale: np.ndarray) -> None:
    """Within the error of a central difference for numbers up to the scale."""
    assert np.abs(exact - approximate).max() <= 2e-8 * (1.0 + np.abs(scale).max())


@pytest.mark.parametrize("key", ALL)
def test_gradient_and_hessian_are_true_over_the_domain(key: str) -> None:
    surface = ALL[key]

    @settings(max_examples=15, deadline=None)
    @given(points=somewhere(surface))
    def holds(points: np.ndarray) -> None:
        points = points[_away_from_kinks(surface, points)]
        slope, bend = surface.gradient(points), surface.hessian(points)
        assert_close(slope, difference(surface.value, points), surface.value(points))
        assert_close(bend, difference(surface.gradient, points), bend)
        np.testing.assert_array_equal(bend, np.swapaxes(bend, -1, -2))

    holds()


NEURONS = {key: surface.fields for key, surface in ALL.items() if isinstance(surface.fields, QuickFields)}


@pytest.mark.parametrize("key", NEURONS)
def test_the_quick_gradient_is_the_gradient_to_single_precision(key: str) -> None:
    surface, fields = ALL[key], NEURONS[key]

    @settings(max_examples=10, deadline=None)
    @given(points=somewhere(surface, 5000))
    def holds(points: np.ndarray) -> None:
        single = points.astype(np.float32)
        quick = fields.quick_gradient(*single.T)
        exact = surface.gradient(single.astype(np.float64))
        assert quick.dtype == np.float32
        assert np.abs(quick.T - exact).max() <= 1e-6 * np.abs(exact).max()
        np.testing.assert_array_equal(single, points.astype(np.float32))  # the caller's points are left alone

    holds()


def _away_from_kinks(surface: Surface, points: np.ndarray) -> np.ndarray:
    if not isinstance(surface.fields, NeuronFields):
        return np.full(len(points), True)
    z = points[:, :1] * surface.fields.data.inputs + points[:, 1:]
    kinks = surface.fields.activation.kinks
    return np.all([np.abs(z - kink).min(axis=1) > 1e-3 for kink in kinks] or [z[:, 0] < np.inf], axis=0)


@pytest.mark.parametrize("key", ALL)
def test_shapes_follow_the_points(key: str) -> None:
    surface = ALL[key]
    points = np.broadcast_to(np.array(surface.start), (3, 4, 2))
    assert surface.value(points).shape == (3, 4)
    assert surface.gradient(points).shape == (3, 4, 2)
    assert surface.hessian(points).shape == (3, 4, 2, 2)
    assert surface.value(points.astype(np.float32)).dtype == np.float32
    assert surface.value([surface.start]).dtype == np.float64
    np.testing.assert_allclose(surface.value(points)[0, 0], surface.value(points[0, 0]), rtol=1e-14)


@pytest.mark.parametrize("key", ALL)
def test_critical_points_are_critical_and_of_their_kind(key: str) -> None:
    surface = ALL[key]
    for critical in surface.critical_points:
        slope, height = surface.gradient(critical.point), surface.value(critical.point)
        assert (
            np.abs(slope).max() <= 1e-7 * (1 + np.abs(surface.hessian(critical.point)).max())
            or key == "ackley"
        )
        assert critical.value == pytest.approx(float(height), abs=1e-9)
        bend = surface.hessian(critical.point)
        kind = classify(bend) if np.isfinite(bend).all() else None
        assert kind in (critical.kind, None)
        assert _seen_around(surface, critical) == critical.kind


def _seen_around(surface: Surface, critical: CriticalPoint) -> str:
    """The kind as it looks from a small circle around the point."""
    angles = np.linspace(0, 2 * np.pi, 360, endpoint=False)
    radius = 1e-3 * surface.domain.diagonal
    circle = np.array(critical.point) + radius * np.column_stack([np.cos(angles), np.sin(angles)])
    above = surface.value(circle) - critical.value
    if (above > 0).all():
        return "minimum"
    return "maximum" if (above < 0).all() else "saddle"


@pytest.mark.parametrize("key", MINIMA)
def test_minima_are_those_of_the_literature(key: str) -> None:
    found = {m.point: m.value for m in SURFACES[key].minima}
    for point, value in MINIMA[key].items():
        nearest = min(found, key=lambda p: np.hypot(p[0] - point[0], p[1] - point[1]))
        np.testing.assert_allclose(nearest, point, atol=6e-5)
        assert found[nearest] == pytest.approx(value, abs=6e-5)
    assert SURFACES[key].minima[0].value == pytest.approx(min(MINIMA[key].values()), abs=6e-5)


@pytest.mark.parametrize("key", SADDLES)
def test_saddles_are_those_of_the_literature(key: str) -> None:
    found = {c.point: c.value for c in SURFACES[key].critical_points if c.kind == "saddle"}
    for point, value in SADDLES[key].items():
        nearest = min(found, key=lambda p: np.hypot(p[0] - point[0], p[1] - point[1]))
        np.testing.assert_allclose(nearest, point, atol=6e-5)
        assert found[nearest] == pytest.approx(value, abs=6e-4)


@pytest.mark.parametrize("key", COUNTS)
def test_no_critical_point_is_missed(key: str) -> None:
    kinds = [c.kind for c in SURFACES[key].critical_points]
    assert tuple(kinds.count(kind) for kind in ("minimum", "saddle", "maximum")) == COUNTS[key]


@pytest.mark.parametrize("key", SURFACES)
def test_no_height_in_the_domain_is_below_the_lowest_minimum(key: str) -> None:
    surface = SURFACES[key]
    if surface.minima:
        assert surface.value(surface.domain.grid(200)).min() >= surface.minima[0].value - 1e-9


def test_known_curvatures() -> None:
    eigenvalues = {
        key: np.linalg.eigvalsh(SURFACES[key].hessian(SURFACES[key].minima[0].point))
        for key in ("rosenbrock", "beale", "booth", "matyas", "ravine")
    }
    np.testing.assert_allclose(eigenvalues["rosenbrock"], [0.3994, 1001.6], rtol=1e-4)
    np.testing.assert_allclose(eigenvalues["beale"], [0.3015, 48.98], rtol=1e-3)
    np.testing.assert_allclose(eigenvalues["booth"], [2, 18])
    np.testing.assert_allclose(eigenvalues["matyas"], [0.04, 1])
    np.testing.assert_allclose(eigenvalues["ravine"], [1, 100])


def test_ackley_has_a_slope_of_zero_at_its_tip_and_no_curvature() -> None:
    ackley = SURFACES["ackley"]
    np.testing.assert_array_equal(ackley.gradient([[0.0, 0.0]]), [[0.0, 0.0]])
    assert np.isnan(ackley.hessian([0.0, 0.0])).any()
    assert np.abs(ackley.gradient([1e-9, 0.0])).max() > 2.0  # and steep right beside it


@given(seed=st.integers(0, 10_000), examples=st.integers(2, 60))
@settings(max_examples=30, deadline=None)
def test_line_fit_ends_at_the_least_squares_line(seed: int, examples: int) -> None:
    data = line(seed, examples)
    if len(np.unique(data.inputs)) < 2:
        return
    slope, intercept = np.polyfit(data.inputs, data.targets, 1)
    surface = line_surface(data=data)
    assert np.abs(surface.gradient([slope, intercept])).max() < 1e-9
    assert classify(surface.hessian([slope, intercept])) == "minimum"


@given(seed=st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_cross_entropy_of_one_neuron_is_convex_and_quadratic_loss_is_not(seed: int) -> None:
    random = np.random.default_rng(seed)
    points = random.uniform(-8, 8, (400, 2))
    convex, other = (
        neuron_surface("sigmoid", loss, seed=seed).hessian(points) for loss in ("cross-entropy", "quadratic")
    )
    assert (np.linalg.eigvalsh(convex) >= -1e-12).all()
    assert (np.linalg.eigvalsh(other).min(axis=-1) < 0).any()


def test_data_come_again_from_their_seed() -> None:
    for make in (labels, line):
        first, again, other = make(4), make(4), make(5)
        np.testing.assert_array_equal(first.inputs, again.inputs)
        np.testing.assert_array_equal(first.targets, again.targets)
        assert not np.array_equal(first.inputs, other.inputs)
    assert set(labels(9).targets) == {0.0, 1.0}


def test_models_refuse_what_makes_no_sense() -> None:
    with pytest.raises(ValueError, match="probabilities"):
        neuron_surface("relu", "cross-entropy")
    with pytest.raises(ValueError, match="not an activation"):
        neuron_surface("cosine")
    with pytest.raises(ValueError, match="not a loss"):
        neuron_surface("sigmoid", "hinge")
    with pytest.raises(ValueError, match="between 2 and 1000"):
        labels(examples=1)
    with pytest.raises(ValueError, match="two different inputs"):
        line_surface(data=Data(np.ones(3), np.ones(3)))


def test_surfaces_are_ready_for_a_page() -> None:
    for key, surface in SURFACES.items():
        assert surface.key == key
        assert surface.domain.contains(surface.start)
        assert surface.lesson.endswith(".") and surface.latex
        assert surface.learning_rate > 0


def test_points_of_the_wrong_shape_are_refused() -> None:
    for points in (1.0, [1.0, 2.0, 3.0], np.zeros((2, 3))):
        with pytest.raises(ValueError, match=r"shape \(n, 2\)"):
            SURFACES["booth"].value(points)


def test_domain() -> None:
    window = Domain(-1, 3, 0, 3)
    assert window.diagonal == 5.0
    np.testing.assert_array_equal(window.contains([[0.0, 0.0], [3.0, 3.0], [3.1, 0.0]]), [True, True, False])
    np.testing.assert_array_equal(window.grid(2), [[-1, 0], [3, 0], [-1, 3], [3, 3]])
    for bad in ((1, 1, 0, 1), (0, 1, 2, 1), (0, float("inf"), 0, 1)):
        with pytest.raises(ValueError, match="finite"):
            Domain(*bad)


def test_flat_ground_is_no_critical_point() -> None:
    assert [c.kind for c in find_critical_points(SURFACES["plateau"])] == ["minimum"]
    assert find_critical_points(SURFACES["monkey-saddle"]) == ()
