"""Every loss: its slope is its derivative, and no logit is too large."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from netlab.nn import losses
from netlab.nn.activations import sigmoid, softmax, softmax_slope
from netlab.nn.losses import LOSSES, Loss

STEP = 1e-5
every = pytest.mark.parametrize("loss", LOSSES.values(), ids=list(LOSSES))
seeds = st.integers(0, 2**32 - 1)


def example(loss: Loss, seed: int, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Logits (5, 3) of the scale, and targets of the loss's kind."""
    generator = np.random.default_rng(seed)
    z = scale * generator.uniform(-1, 1, (5, 3))
    sparse = loss.output == "softmax"
    return z, generator.integers(0, 3, 5) if sparse else generator.integers(0, 2, (5, 3)).astype(float)


def nudged(value, inputs: np.ndarray) -> np.ndarray:
    """Central differences of a function (5, 3) -> (5,) whose rows do not mix."""
    columns = STEP * np.eye(3)
    return np.stack([(value(inputs + column) - value(inputs - column)) / (2 * STEP) for column in columns], 1)


@every
@settings(deadline=None)
@given(seed=seeds, scale=st.floats(0.01, 8))
def test_slopes_are_central_differences(loss: Loss, seed: int, scale: float) -> None:
    z, target = example(loss, seed, scale)
    measured = nudged(lambda logits: loss.logit_value(logits, target), z)
    np.testing.assert_allclose(loss.logit_slope(z, target), measured, atol=1e-6)
    p = np.clip(sigmoid(z), 0.05, 0.95)
    measured = nudged(lambda prediction: loss.value(prediction, target), p)
    np.testing.assert_allclose(loss.slope(p, target), measured, rtol=1e-6, atol=1e-6)


@every
@settings(deadline=None)
@given(seed=seeds, scale=st.floats(0.01, 8))
def test_logits_and_predictions_agree(loss: Loss, seed: int, scale: float) -> None:
    z, target = example(loss, seed, scale)
    p = {"sigmoid": sigmoid, "softmax": softmax}[loss.output](z)
    np.testing.assert_allclose(loss.logit_value(z, target), loss.value(p, target), rtol=1e-5, atol=1e-6)
    if loss.output == "softmax":
        chained = np.einsum("ni,nij->nj", loss.slope(p, target), softmax_slope(z))
    else:
        chained = loss.slope(p, target) * p * (1 - p)
    np.testing.assert_allclose(chained, loss.logit_slope(z, target), rtol=1e-5, atol=1e-6)


@every
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@settings(deadline=None)
@given(seed=seeds, signs=arrays(np.int8, (5, 3), elements=st.sampled_from([-1, 0, 1])))
def test_huge_logits_stay_finite_and_exact(loss: Loss, dtype: type, seed: int, signs: np.ndarray) -> None:
    z = (1e4 * signs).astype(dtype)
    target = example(loss, seed, 1)[1]
    target = target if loss.output == "softmax" else target.astype(dtype)
    value, slope = loss.logit_value(z, target), loss.logit_slope(z, target)
    assert value.dtype == slope.dtype == dtype
    assert np.isfinite(value).all() and np.isfinite(slope).all()
    assert (value >= 0).all() and (np.abs(slope) <= 1).all()
    p = {"sigmoid": sigmoid, "softmax": softmax}[loss.output](z)
    assert np.isfinite(loss.value(p, target)).all() and np.isfinite(loss.slope(p, target)).all()


def test_a_sure_wrong_answer_costs_its_logit() -> None:
    logits = np.array([[1e4, -1e4, 0.0]])
    assert losses.sparse_cross_entropy_from_logits(logits, np.array([1]))[0] == 2e4
    assert losses.binary_cross_entropy_from_logits(np.array([[1e4]]), np.zeros((1, 1)))[0] == 1e4


@settings(deadline=None)
@given(z=arrays(np.float64, (4, 6), elements=st.floats(-1e4, 1e4)), seed=seeds)
def test_sparse_slope_is_p_minus_y_and_sums_to_zero(z: np.ndarray, seed: int) -> None:
    labels = np.random.default_rng(seed).integers(0, 6, 4)
    slope = losses.sparse_cross_entropy_logit_slope(z, labels)
    np.testing.assert_allclose(slope, softmax(z) - losses.one_hot(labels, 6), rtol=0, atol=1e-15)
    np.testing.assert_allclose(slope.sum(axis=1), 0, atol=1e-12)


@settings(deadline=None)
@given(z=st.floats(-30, 30), target=st.sampled_from([0.0, 1.0]))
def test_quadratic_slope_is_cross_entropy_slope_times_the_vanishing_factor(z: float, target: float) -> None:
    two = losses.compare(np.array([z]), target)
    np.testing.assert_allclose(two.quadratic_slope, two.cross_entropy_slope * two.factor, rtol=1e-12)
    np.testing.assert_allclose(two.cross_entropy_slope, two.predictions - target, rtol=0, atol=1e-15)
    assert two.factor[0] <= 0.25 * (1 + 1e-12)


@settings(deadline=None)
@given(start=st.floats(-12, -5), learning_rate=st.floats(0.1, 1))
def test_cross_entropy_leaves_a_wrong_answer_first(start: float, learning_rate: float) -> None:
    walk = {
        name: losses.unlearn(name, start, 1.0, learning_rate=learning_rate, steps=50)
        for name in ("quadratic", "binary_cross_entropy")
    }
    assert walk["binary_cross_entropy"][1] - start == pytest.approx(learning_rate, rel=0.01)
    assert walk["quadratic"][1] - start < 0.01 * learning_rate
    assert (walk["binary_cross_entropy"][1:] > walk["quadratic"][1:]).all()
