"""Activations against Keras: values and slopes, in float32 over the whole useful line."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from netlab.nn.activations import ACTIVATIONS, Activation, softmax

Z = np.unique(np.concatenate([np.linspace(-12, 12, 4801), [-1e4, 1e4, 0, -100, 100]])).astype(np.float32)
KERAS = [row for row in ACTIVATIONS.values() if row.keras_name is not None]
every = pytest.mark.parametrize("activation", KERAS, ids=lambda row: row.key)


@every
def test_value_and_derivative_are_keras(activation: Activation) -> None:
    z = tf.constant(Z)
    with tf.GradientTape() as tape:
        tape.watch(z)
        value = keras.activations.get(activation.keras_name)(z)
    np.testing.assert_allclose(activation.value(Z), value, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(activation.derivative(Z), tape.gradient(value, z), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=list(ACTIVATIONS))
def test_the_line_of_a_script_is_the_function(activation: Activation) -> None:
    z = np.linspace(-12, 12, 1201)
    written = eval(activation.tensorflow.format("z"), {"tf": tf, "keras": keras, "z": tf.constant(z)})  # noqa: S307
    np.testing.assert_allclose(activation.value(z), written, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("scale", [1.0, 30.0, 1e4])
def test_softmax_is_keras(scale: float) -> None:
    z = (scale * np.random.default_rng(0).normal(size=(50, 10))).astype(np.float32)
    np.testing.assert_allclose(softmax(z), keras.activations.softmax(z), atol=1e-6)
