"""Losses against Keras, values and gradients, in float32."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from netlab.nn.losses import LOSSES, KerasLoss, Loss, one_hot
from netlab.nn.losses.cross_entropy import smoothed

seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=25, deadline=None)


def draw(seed: int, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Logits (8, 5) and labels (8,)."""
    generator = np.random.default_rng(seed)
    return (scale * generator.normal(size=(8, 5))).astype(np.float32), generator.integers(0, 5, 8)


def with_gradient(
    value: Callable[[tf.Tensor], tf.Tensor], inputs: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Keras's losses (n,) and the gradient of their sum."""
    variable = tf.constant(inputs)
    with tf.GradientTape() as tape:
        tape.watch(variable)
        result = value(variable)
    return result.numpy(), tape.gradient(result, variable).numpy()


every = pytest.mark.parametrize("loss", LOSSES.values(), ids=list(LOSSES))


def theirs(twin: KerasLoss, outputs: tf.Tensor, labels: np.ndarray, **more: object) -> tf.Tensor:
    """Keras's number of each example, from what the output layer gives."""
    made = getattr(keras.losses, twin.class_name)(reduction="none", **dict(twin.arguments), **more)
    classes = outputs.shape[-1]
    return made(one_hot(labels, classes, np.float32) if twin.one_hot else labels, outputs)


@every
@few
@given(seed=seeds, scale=st.sampled_from([0.1, 1.0, 3.0]))
def test_value_and_derivatives_are_keras(loss: Loss, seed: int, scale: float) -> None:
    z, labels = draw(seed, scale)
    y, factor = one_hot(labels, 5, np.float32), np.float32(loss.keras_factor(5))
    output = keras.activations.get(loss.output)
    value, derivative = with_gradient(lambda logits: theirs(loss.keras, output(logits), labels), z)
    np.testing.assert_allclose(factor * loss.logit_value(z, y), value, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(factor * loss.logit_derivative(z, y), derivative, atol=1e-5)
    p = np.float32(0.98) * output(z).numpy() + np.float32(
        0.004
    )  # inside of what Keras cuts off at 1e-7 and 1 - 1e-7
    value, derivative = with_gradient(lambda prediction: theirs(loss.keras, prediction, labels), p)
    np.testing.assert_allclose(factor * loss.value(p, y), value, rtol=1e-4, atol=1e-5)
    # TensorFlow's categorical cross-entropy divides p by its sum first: 1 more in every class
    shift = 1.0 if loss.key == "sparse_categorical_crossentropy" else 0.0
    np.testing.assert_allclose(factor * loss.derivative(p, y) + shift, derivative, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("key", ["sparse_categorical_crossentropy", "binary_crossentropy"])
@few
@given(seed=seeds)
def test_from_huge_logits(key: str, seed: int) -> None:
    loss, (z, labels) = LOSSES[key], draw(seed, 1e4)
    y, factor = one_hot(labels, 5, np.float32), np.float32(loss.keras_factor(5))
    value, derivative = with_gradient(lambda x: theirs(loss.keras, x, labels, from_logits=True), z)
    np.testing.assert_allclose(factor * loss.logit_value(z, y), value, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(factor * loss.logit_derivative(z, y), derivative, atol=1e-5)


@few
@given(seed=seeds, amount=st.floats(0.01, 0.5))
def test_smoothed_targets_are_keras(seed: int, amount: float) -> None:
    z, labels = draw(seed, 1.0)
    loss = LOSSES["sparse_categorical_crossentropy"]
    y = smoothed(one_hot(labels, 5), amount).astype(np.float32)
    value, derivative = with_gradient(lambda x: theirs(loss.keras_twin(amount), tf.nn.softmax(x), labels), z)
    np.testing.assert_allclose(loss.logit_value(z, y), value, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(loss.logit_derivative(z, y), derivative, atol=1e-5)


@every
def test_the_key_is_keras_s_name(loss: Loss) -> None:
    assert callable(keras.losses.get(loss.key))
