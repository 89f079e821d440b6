"""Optimizers that Keras does not have walk as their papers write them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from netlab.nn.optimizers import OPTIMIZERS, Theory

STEPS = 40


def gradients() -> np.ndarray:
    """Noise with repeats of sign, changes of sign and exact zeros in it."""
    found = np.random.default_rng(11).normal(0.3, 1.0, (STEPS, 2))
    found[7] = found[20, 0] = 0.0
    return found.astype(np.float32)


def walk(key: str, **settings: Any) -> np.ndarray:
    optimizer = OPTIMIZERS[key].with_settings(**settings)
    weights = np.array([1.0, -2.0], np.float32)
    state, path = optimizer.init(weights), [weights]
    for gradient in gradients():
        weights, state = optimizer.update(gradient, weights, state)
        path.append(weights)
    return np.array(path)


def test_signsgd_moves_by_the_rate_against_each_sign() -> None:
    """Algorithm 1: x ← x − δ sign(g), coordinate by coordinate."""
    expected = [1.0, -2.0]
    for gradient, place in zip(gradients(), walk("signsgd", learning_rate=0.25)[1:], strict=True):
        expected = [w - 0.25 * (g / abs(g) if g else 0.0) for w, g in zip(expected, gradient.tolist())]
        assert place == pytest.approx(expected)


@pytest.mark.parametrize("period", [1, 4, 5])
def test_lookahead_goes_half_of_the_way_of_five_fast_steps(period: int) -> None:
    """Algorithm 1: inner steps from φ, then φ ← φ + α (θ − φ), with the paper's α of 0.5."""
    slow, expected = np.array([1.0, -2.0]), []
    for first in range(0, STEPS, period):
        fast = slow.copy()
        for gradient in gradients()[first : first + period].astype(float):
            fast = fast - 0.1 * gradient
            expected.append(fast)
        slow = slow + 0.5 * (fast - slow)
        expected[-1] = slow
    found = walk("lookahead", learning_rate=0.1, sync_period=period)[1:]
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("decay", [0.0, 3.0])
@pytest.mark.parametrize("period", [1, 2, 3, 5])
def test_lookahead_shrinks_below_its_limit_and_grows_beyond(period: int, decay: float) -> None:
    """On a parabola of curvature 7, over one whole cycle; with five fast steps it bears more than plain descent's 2."""
    optimizer = OPTIMIZERS["lookahead"].with_settings(sync_period=period, weight_decay=decay)
    theory = optimizer.theory
    assert isinstance(theory, Theory)
    limit = 1.0 / (7.0 / theory.limit + decay / theory.decay)
    for factor, shrinks in ((0.99, True), (1.01, False)):
        rated = optimizer.with_settings(learning_rate=factor * limit)
        weights = np.array([1.0, -1.0])
        state = rated.init(weights)
        for _ in range(period):
            weights, state = rated.update(7.0 * weights, weights, state)
        assert (np.abs(weights) < 1.0).all() == shrinks
    by_default = OPTIMIZERS["lookahead"].theory
    assert isinstance(by_default, Theory)
    assert by_default.limit == pytest.approx(1 + 3 ** (1 / 5))


def riedmiller_and_braun(gradients: list[float], weight: float, first: float) -> list[float]:
    """The algorithm as the paper prints it, for one weight: sections 2 and 3, with η⁺ = 1.2 and η⁻ = 0.5."""
    step, before, change, path = first, 0.0, 0.0, []
    for gradient in gradients:
        if before * gradient > 0:
            step = min(step * 1.2, 50.0)
            change = -step if gradient > 0 else step
            before = gradient
        elif before * gradient < 0:
            step = max(step * 0.5, 1e-6)
            change, before = -change, 0.0
        else:
            change = 0.0 if gradient == 0 else -step if gradient > 0 else step
            before = gradient
        weight += change
        path.append(weight)
    return path


def test_rprop_is_the_paper_s_algorithm() -> None:
    first, second = gradients().T.tolist()
    expected = np.column_stack(
        [riedmiller_and_braun(first, 1.0, 0.1), riedmiller_and_braun(second, -2.0, 0.1)]
    )
    np.testing.assert_allclose(walk("rprop", learning_rate=0.1)[1:], expected, atol=1e-5)


def test_rprop_is_pushed_away_by_batches_whose_sum_is_nothing() -> None:
    """The trap that is told: nine slopes of 0.1 and one of −0.9."""
    optimizer = OPTIMIZERS["rprop"].with_settings(learning_rate=0.01)
    weights = np.zeros(2, np.float32)
    state = optimizer.init(weights)
    for gradient in ([0.1] * 9 + [-0.9]) * 3:
        weights, state = optimizer.update(np.full(2, gradient, np.float32), weights, state)
    assert (weights < -0.3).all()
