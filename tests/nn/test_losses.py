"""Every loss: its slope is its derivative, and no logit is too large."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from netlab.nn.activations import sigmoid, softmax, softmax_jacobian
from netlab.nn.losses import LOSSES, Loss, loss_behind, loss_named, one_hot

STEP = 1e-5
every = pytest.mark.parametrize("loss", LOSSES.values(), ids=list(LOSSES))
seeds = st.integers(0, 2**32 - 1)


def example(loss: Loss, seed: int, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Logits (5, 3) of the scale, and targets of the loss's kind."""
    generator = np.random.default_rng(seed)
    z = scale * generator.uniform(-1, 1, (5, 3))
    if loss.output == "softmax":
        return z, one_hot(generator.integers(0, 3, 5), 3)
    return z, generator.integers(0, 2, (5, 3)).astype(float)


def nudged(value: Callable[[np.ndarray], np.ndarray], inputs: np.ndarray) -> np.ndarray:
    """Central differences of a function (5, 3) -> (5,) whose rows do not mix."""
    columns = STEP * np.eye(3)
    return np.stack([(value(inputs + column) - value(inputs - column)) / (2 * STEP) for column in columns], 1)


def apart(values: np.ndarray) -> bool:
    """No two numbers of a row so near that a nudge could change their order, and no error at a bend of 0.1."""
    gaps = np.diff(np.sort(values, axis=1), axis=1)
    bends = np.abs(np.abs(values[..., None] - [0.0, 1.0]) - 0.1)
    return bool((gaps > 1e-3).all() and (bends > 1e-3).all())


@every
@settings(deadline=None)
@given(seed=seeds, scale=st.floats(0.01, 8))
def test_derivatives_are_central_differences(loss: Loss, seed: int, scale: float) -> None:
    z, target = example(loss, seed, scale)
    assume(apart({"sigmoid": sigmoid, "softmax": softmax}[loss.output](z)))
    measured = nudged(lambda logits: loss.logit_value(logits, target), z)
    np.testing.assert_allclose(loss.logit_derivative(z, target), measured, atol=1e-6)
    p = np.random.default_rng(seed).uniform(0.05, 0.95, (5, 3))
    assume(apart(p))
    measured = nudged(lambda prediction: loss.value(prediction, target), p)
    np.testing.assert_allclose(loss.derivative(p, target), measured, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("loss", [row for row in LOSSES.values() if row.term], ids=lambda row: row.key)
@settings(deadline=None)
@given(seed=seeds)
def test_terms_add_up_to_the_loss(loss: Loss, seed: int) -> None:
    assert loss.term is not None
    z, target = example(loss, seed, 5.0)
    shown = z if loss.term.fused else sigmoid(z)
    np.testing.assert_allclose(loss.term.value(shown, target).sum(axis=-1), loss.logit_value(z, target))
    derivative = loss.logit_derivative if loss.term.fused else loss.derivative
    np.testing.assert_allclose(loss.term.derivative(shown, target), derivative(shown, target))
    ends = [loss.term.derivative(shown + nudge, target) for nudge in (STEP, -STEP)]
    measured = (ends[0] - ends[1]) / (2 * STEP)
    np.testing.assert_allclose(loss.term.second_derivative(shown, target), measured, atol=1e-8)
    np.testing.assert_array_equal(
        loss.term.derivative_of(shown.copy(), target), loss.term.derivative(shown, target)
    )


@every
@settings(deadline=None)
@given(seed=seeds, scale=st.floats(0.01, 8))
def test_logits_and_predictions_agree(loss: Loss, seed: int, scale: float) -> None:
    z, target = example(loss, seed, scale)
    p = {"sigmoid": sigmoid, "softmax": softmax}[loss.output](z)
    np.testing.assert_allclose(loss.logit_value(z, target), loss.value(p, target), rtol=1e-5, atol=1e-6)
    if loss.output == "softmax":
        chained = np.einsum("ni,nij->nj", loss.derivative(p, target), softmax_jacobian(z))
    else:
        chained = loss.derivative(p, target) * p * (1 - p)
    np.testing.assert_allclose(chained, loss.logit_derivative(z, target), rtol=1e-5, atol=1e-6)


@every
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@settings(deadline=None)
@given(seed=seeds, signs=arrays(np.int8, (5, 3), elements=st.sampled_from([-1, 0, 1])))
def test_huge_logits_stay_finite_and_exact(loss: Loss, dtype: type, seed: int, signs: np.ndarray) -> None:
    z: np.ndarray = (1e4 * signs).astype(dtype)
    target = example(loss, seed, 1)[1]
    target = target.astype(dtype)
    value, slope = loss.logit_value(z, target), loss.logit_derivative(z, target)
    assert value.dtype == slope.dtype == dtype
    assert np.isfinite(value).all() and np.isfinite(slope).all()
    assert (value >= 0).all() and (np.abs(slope) <= 1).all()
    p = {"sigmoid": sigmoid, "softmax": softmax}[loss.output](z)
    assert np.isfinite(loss.value(p, target)).all() and np.isfinite(loss.derivative(p, target)).all()


def test_a_sure_wrong_answer_costs_its_logit() -> None:
    logits = np.array([[1e4, -1e4, 0.0]])
    assert LOSSES["sparse_categorical_crossentropy"].logit_value(logits, one_hot(np.array([1]), 3))[0] == 2e4
    assert LOSSES["binary_crossentropy"].logit_value(np.array([[1e4]]), np.zeros((1, 1)))[0] == 1e4


@settings(deadline=None)
@given(z=arrays(np.float64, (4, 6), elements=st.floats(-1e4, 1e4)), seed=seeds)
def test_the_derivative_of_cross_entropy_is_p_minus_y_and_sums_to_zero(z: np.ndarray, seed: int) -> None:
    target = one_hot(np.random.default_rng(seed).integers(0, 6, 4), 6)
    derivative = LOSSES["sparse_categorical_crossentropy"].logit_derivative(z, target)
    np.testing.assert_allclose(derivative, softmax(z) - target, rtol=0, atol=1e-15)
    np.testing.assert_allclose(derivative.sum(axis=1), 0, atol=1e-12)


def test_an_unknown_name_raises() -> None:
    with pytest.raises(ValueError, match="'hinges' is not a loss"):
        loss_named("hinges")
    with pytest.raises(ValueError, match="loss must be"):
        loss_behind("hinges", "sigmoid")
    with pytest.raises(ValueError, match="needs a sigmoid or softmax"):
        loss_behind("cross_entropy", "linear")


def test_the_output_says_which_cross_entropy() -> None:
    assert loss_behind("cross_entropy", "sigmoid").key == "binary_crossentropy"
    assert loss_behind("cross_entropy", "softmax").key == "sparse_categorical_crossentropy"
    assert {loss_behind("quadratic", output).key for output in ("sigmoid", "softmax", "linear")} == {
        "mean_squared_error"
    }


def test_smoothing_belongs_to_cross_entropy() -> None:
    twin = LOSSES["sparse_categorical_crossentropy"].keras_twin(0.1)
    assert (twin.class_name, twin.arguments) == ("CategoricalCrossentropy", (("label_smoothing", 0.1),))
    with pytest.raises(ValueError, match="no label smoothing"):
        LOSSES["mean_squared_error"].keras_twin(0.1)
