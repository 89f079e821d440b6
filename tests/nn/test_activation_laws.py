"""Every activation obeys every law, over the whole line."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from netlab.nn.activations import ACTIVATIONS, Activation, log_softmax, softmax, softmax_jacobian

every = pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=list(ACTIVATIONS))
logits = arrays(np.float64, array_shapes(max_dims=2, max_side=8), elements=st.floats(-1e4, 1e4))


def jumps(activation: Activation) -> bool:
    """Whether the value itself jumps at a kink."""
    ends = [activation.value(np.array([kink - 1e-9, kink + 1e-9])) for kink in activation.kinks]
    return any(abs(right - left) > 1e-6 for left, right in ends)


@every
@settings(deadline=None)
@given(z=st.floats(-30, 30))
def test_derivatives_are_central_differences(activation: Activation, z: float) -> None:
    assume(all(abs(z - kink) > 1e-4 for kink in activation.kinks))
    step = 1e-5
    for lower, upper in (
        (activation.value, activation.derivative),
        (activation.derivative, activation.second_derivative),
    ):
        ends = lower(np.array([z - step, z + step]))
        assert upper(np.array([z]))[0] == pytest.approx((ends[1] - ends[0]) / (2 * step), abs=1e-6)


@pytest.mark.parametrize(
    "activation", [row for row in ACTIVATIONS.values() if row.in_place], ids=lambda row: row.key
)
def test_in_place_is_the_same_only_quicker(activation: Activation) -> None:
    z = np.linspace(-200, 200, 4001, dtype=np.float32)
    value, derivative = activation.value_and_derivative(z.copy())
    assert value.dtype == derivative.dtype == np.float32
    np.testing.assert_allclose(value, activation.value(z), rtol=1e-5, atol=1e-30)
    np.testing.assert_allclose(derivative, activation.derivative(z), atol=1e-6)


@every
@settings(deadline=None)
@given(z=st.floats(-(2.0**127), 2.0**127, width=32))  # half the largest float: SELU enlarges
def test_float32_stays_finite_and_in_range(activation: Activation, z: float) -> None:
    inputs = np.array([[z]], np.float32)
    value, *derivatives = (
        rule(inputs) for rule in (activation.value, activation.derivative, activation.second_derivative)
    )
    for numbers in (value, *derivatives):
        assert numbers.dtype == np.float32
        assert numbers.shape == (1, 1)
        assert np.isfinite(numbers).all()
    low, high = activation.range
    assert low - 1e-6 <= value[0, 0] <= high


@every
def test_range_is_tight(activation: Activation) -> None:
    z = np.linspace(-50, 50, 1_000_001)
    value = activation.value(z)
    for bound, reached in zip(activation.range, (value.min(), value.max()), strict=True):
        assert abs(reached) >= 10 if np.isinf(bound) else reached == pytest.approx(bound, abs=1e-9)


@every
def test_value_is_the_integral_of_the_derivative(activation: Activation) -> None:
    if jumps(activation):
        pytest.skip("its value jumps, which no derivative tells")
    z = np.linspace(-8, 8, 160_001)
    slope = activation.derivative((z[1:] + z[:-1]) / 2)
    rise = np.concatenate([[0], np.cumsum(slope * np.diff(z))])
    np.testing.assert_allclose(activation.value(z) - activation.value(z[:1]), rise, atol=1e-6)


@settings(deadline=None)
@given(z=logits, shift=st.floats(-1e4, 1e4))
def test_softmax_is_a_distribution_that_ignores_shifts(z: np.ndarray, shift: float) -> None:
    a = softmax(z)
    assert (a >= 0).all()
    np.testing.assert_allclose(a.sum(axis=-1), 1, rtol=1e-12)
    np.testing.assert_allclose(softmax(z + shift), a, atol=1e-10)
    np.testing.assert_allclose(np.exp(log_softmax(z)), a, atol=1e-12)
    assert np.isfinite(log_softmax(z)).all()


@settings(deadline=None)
@given(z=arrays(np.float64, (3, 4), elements=st.floats(-10, 10)))
def test_softmax_jacobian_is_the_central_difference(z: np.ndarray) -> None:
    step = 1e-5 * np.eye(4)
    nudged = z[:, None, :] + np.stack([step, -step])[:, None]
    measured = np.swapaxes((softmax(nudged[0]) - softmax(nudged[1])) / 2e-5, -1, -2)
    np.testing.assert_allclose(softmax_jacobian(z), measured, atol=1e-8)
    np.testing.assert_allclose(softmax_jacobian(z).sum(axis=-1), 0, atol=1e-12)
