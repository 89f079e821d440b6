"""A lesson in NumPy is what Keras's train_on_batch does, to float32's accuracy."""

from __future__ import annotations

import numpy as np
import pytest

from netlab.data import Digits
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import weight_shapes
from netlab.training.own_digits import OwnDigits
from netlab.training.teaching import OldDigits, Plan, as_rows, teach
from tests.runs.kept import weights


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_a_lesson_is_what_keras_does_with_the_same_batches(digits: Digits, activation: str) -> None:
    import keras

    spec = NetworkSpec(hidden=(16, 8), activation=activation, dropout=0.0)
    start = weights(spec)
    own = OwnDigits(digits.x_train[:90], digits.y_train[:90])
    old = OldDigits(digits.x_train, digits.y_train, digits.x_test, digits.y_test)
    plan = Plan(epochs=3, learning_rate=0.001, seed=5)
    lesson = teach(spec, start, own, old, plan)

    model = keras.Sequential(
        [keras.layers.Input((784,))]
        + [keras.layers.Dense(units, activation) for units in (16, 8)]
        + [keras.layers.Dense(10, "softmax")]
    )
    model.set_weights([start[name] for name in weight_shapes(spec)])
    model.compile(keras.optimizers.Adam(plan.learning_rate), "sparse_categorical_crossentropy")
    images, labels = as_rows(own.images[~own.held_back]), own.labels[~own.held_back]
    generator = np.random.default_rng(plan.seed)
    for _ in range(plan.epochs):
        order = generator.permutation(len(labels))
        for first in range(0, len(order), 32):
            batch = order[first : first + 32]
            model.train_on_batch(images[batch], labels[batch])
    for name, expected in zip(weight_shapes(spec), model.get_weights(), strict=True):
        np.testing.assert_allclose(lesson.weights[name], expected, rtol=2e-3, atol=2e-5)
        assert not np.allclose(start[name], expected, atol=2e-5)
