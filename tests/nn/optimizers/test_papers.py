"""Optimizers that Keras does not have walk as their papers write them."""

from __future__ import annotations

import numpy as np
import pytest

from netlab.nn.optimizers import OPTIMIZERS

STEPS = 40


def gradients() -> np.ndarray:
    """Noise with repeats of sign, changes of sign and exact zeros in it."""
    found = np.random.default_rng(11).normal(0.3, 1.0, (STEPS, 2))
    found[7] = found[20, 0] = 0.0
    return found.astype(np.float32)


def walk(key: str, **settings: float) -> np.ndarray:
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
