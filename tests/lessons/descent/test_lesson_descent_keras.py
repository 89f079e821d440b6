"""The ball's steps, and the steps on batches, are those of Keras's SGD."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from netlab.lessons.descent.epochs import dealt, walk_on_batches
from netlab.lessons.descent.one_weight import simple_curves, walk
from tests.lessons.descent.test_lesson_descent import INK, SURFACE


@pytest.mark.parametrize("rate", [0.1, 0.9, 1.1])
def test_the_ball_steps_as_keras_does(rate: float) -> None:
    weight = keras.Variable(-1.0)
    optimizer = keras.optimizers.SGD(learning_rate=rate)
    stood = [-1.0]
    for _ in range(20):
        with tf.GradientTape() as tape:
            loss = (weight.value - 3.0) ** 2
        optimizer.apply([tape.gradient(loss, weight.value)], [weight])
        stood.append(float(weight.numpy()))
    np.testing.assert_allclose(walk(simple_curves()["wide"], rate, -1.0).weights, stood, rtol=1e-5, atol=1e-6)


def test_an_epoch_of_batches_is_that_of_a_keras_model() -> None:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, activation="sigmoid")])
    model.set_weights([np.array([[-3.0]]), np.array([-3.0])])
    model.compile(keras.optimizers.SGD(1.0), "binary_crossentropy")
    for rows in dealt(40, 2, 20):
        model.train_on_batch(INK.inputs[rows, None].astype("float32"), INK.targets[rows, None])
    weight, bias = (float(np.ravel(part)[0]) for part in model.get_weights())
    np.testing.assert_allclose(walk_on_batches(SURFACE, 1.0, 20, 2).weights[-1], [weight, bias], rtol=1e-4)
