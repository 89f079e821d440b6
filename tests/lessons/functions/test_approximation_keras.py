"""The curve learner against Keras: the same first weights, the same Adam steps, the same curve."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from netlab.lessons.functions.curve_fitting import first_networks, learn, parameters
from netlab.lessons.functions.targets import TARGETS


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
@pytest.mark.parametrize("activation", ["tanh", "softplus"])
def test_twenty_steps_are_keras(activation: str, optimizer: str) -> None:
    target = TARGETS["bump"]()
    *_, last = learn(target, activation, 5, seeds=2, steps=20, every=20, optimizer=optimizer, examples=32)
    x = np.linspace(-1, 1, 32)
    y = target(x)[:, None].astype(np.float32)
    inner, shifts, outer, offset = (array[1] for array in parameters(first_networks(activation, 5, seeds=2)))
    layers = [keras.Input((1,)), keras.layers.Dense(5, activation), keras.layers.Dense(1)]
    model = keras.Sequential(layers)
    model.set_weights([inner[None], shifts, outer[:, None], offset[None]])
    rule = keras.optimizers.get({"class_name": optimizer, "config": {"learning_rate": 0.02}})
    for _ in range(20):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(keras.losses.mean_squared_error(y, model(x[:, None]))) / 2
        slopes = tape.gradient(loss, model.trainable_variables)
        rule.apply_gradients(zip(slopes, model.trainable_variables, strict=True))
    np.testing.assert_allclose(last.networks(x)[1], model(x[:, None]).numpy()[:, 0], atol=1e-5)
