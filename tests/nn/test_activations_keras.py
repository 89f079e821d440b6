"""Activations against Keras: values and slopes, in float32 over the whole useful line."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from netlab.nn.activations import ACTIVATIONS, Activation, softmax

Z = np.unique(np.concatenate([np.linspace(-12, 12, 4801), [-1e4, 1e4, 0, -100, 100]])).astype(np.float32)
every = pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=list(ACTIVATIONS))


@every
def test_value_and_slope_are_keras(activation: Activation) -> None:
    z = tf.constant(Z)
    with tf.GradientTape() as tape:
        tape.watch(z)
        value = keras.activations.get(activation.keras_name)(z)
    np.testing.assert_allclose(activation.value(Z), value, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(activation.slope(Z), tape.gradient(value, z), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("scale", [1.0, 30.0, 1e4])
def test_softmax_is_keras(scale: float) -> None:
    z = (scale * np.random.default_rng(0).normal(size=(50, 10))).astype(np.float32)
    np.testing.assert_allclose(softmax(z), keras.activations.softmax(z), atol=1e-6)
