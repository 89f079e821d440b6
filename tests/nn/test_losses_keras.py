"""Losses against Keras, values and gradients, in float32."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from netlab.nn import losses
from netlab.nn.activations import sigmoid, softmax

seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=25, deadline=None)


def draw(seed: int, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Logits (8, 5) and labels (8,)."""
    generator = np.random.default_rng(seed)
    return (scale * generator.normal(size=(8, 5))).astype(np.float32), generator.integers(0, 5, 8)


def with_gradient(value, inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Keras's losses (n,) and the gradient of their sum."""
    variable = tf.constant(inputs)
    with tf.GradientTape() as tape:
        tape.watch(variable)
        result = value(variable)
    return result.numpy(), tape.gradient(result, variable).numpy()


@few
@given(seed=seeds, scale=st.sampled_from([0.1, 1.0, 10.0, 1e4]))
def test_sparse_cross_entropy_from_logits(seed: int, scale: float) -> None:
    z, labels = draw(seed, scale)
    value, slope = with_gradient(
        lambda logits: keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True), z
    )
    np.testing.assert_allclose(
        losses.sparse_cross_entropy_from_logits(z, labels), value, rtol=1e-5, atol=1e-5
    )
    np.testing.assert_allclose(losses.sparse_cross_entropy_logit_slope(z, labels), slope, atol=1e-5)


@few
@given(seed=seeds)
def test_sparse_cross_entropy_from_probabilities(seed: int) -> None:
    z, labels = draw(seed, 1.0)
    p = softmax(z)
    value, slope = with_gradient(lambda x: keras.losses.sparse_categorical_crossentropy(labels, x), p)
    np.testing.assert_allclose(losses.sparse_cross_entropy(p, labels), value, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(losses.sparse_cross_entropy_slope(p, labels) + 1, slope, rtol=1e-5, atol=1e-5)


@few
@given(seed=seeds, scale=st.sampled_from([0.1, 1.0, 10.0, 1e4]))
def test_binary_cross_entropy_from_logits(seed: int, scale: float) -> None:
    z, labels = draw(seed, scale)
    z, y = z[:, :1], (labels[:, None] % 2).astype(np.float32)
    value, slope = with_gradient(lambda x: keras.losses.binary_crossentropy(y, x, from_logits=True), z)
    np.testing.assert_allclose(losses.binary_cross_entropy_from_logits(z, y), value, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(losses.binary_cross_entropy_logit_slope(z, y), slope, atol=1e-5)


@few
@given(seed=seeds)
def test_binary_cross_entropy_from_probabilities(seed: int) -> None:
    z, labels = draw(seed, 1.0)
    p, y = sigmoid(z[:, :1]), (labels[:, None] % 2).astype(np.float32)
    value, slope = with_gradient(lambda x: keras.losses.binary_crossentropy(y, x), p)
    np.testing.assert_allclose(losses.binary_cross_entropy(p, y), value, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(losses.binary_cross_entropy_slope(p, y), slope, rtol=1e-5, atol=1e-5)


@few
@given(seed=seeds)
def test_quadratic_is_half_k_times_mean_squared_error(seed: int) -> None:
    z, labels = draw(seed, 1.0)
    a, y = sigmoid(z), losses.one_hot(labels, 5, np.float32)
    value, slope = with_gradient(lambda x: keras.losses.mean_squared_error(y, x), a)
    np.testing.assert_allclose(losses.quadratic(a, y), 5 / 2 * value, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(losses.quadratic_slope(a, y), 5 / 2 * slope, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("loss", losses.LOSSES.values(), ids=list(losses.LOSSES))
def test_keras_knows_the_name(loss: losses.Loss) -> None:
    assert callable(keras.losses.get(loss.keras_name))
