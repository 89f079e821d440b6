"""Gradients of single examples and of pixels, held to TensorFlow's tape to 1e-5."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from netlab.experiments.inside.networks import dense_network
from netlab.experiments.inside.passage import walk
from netlab.experiments.inside.per_example import gram, per_example, plane
from netlab.experiments.subject import Subject
from netlab.nets.keras_model import build
from netlab.nets.numpy_model import folded
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import weight_shapes
from netlab.nn.backpropagation import input_gradient
from netlab.nn.mlp import forward
from tests.runs.kept import weights

SPECS = {
    "relu": NetworkSpec(hidden=(24, 16), dropout=0.0),
    "tanh": NetworkSpec(hidden=(24,), activation="tanh", dropout=0.2),
    "gelu": NetworkSpec(hidden=(20, 12, 8), activation="gelu"),
}
COUNT = 9


def subject(spec: NetworkSpec) -> Subject:
    return Subject("made", "made", spec, None, weights(spec))


def examples() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    return rng.random((COUNT, 784)).astype(np.float32), rng.integers(0, 10, COUNT)


def model(spec: NetworkSpec) -> Any:
    found = build(spec)
    held = folded(spec, weights(spec))
    found.set_weights([held[name] for name in weight_shapes(spec)])
    return found


def close(ours: np.ndarray, theirs: np.ndarray) -> None:
    scale = np.abs(theirs).max()
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5 * scale)


@pytest.mark.parametrize("spec", SPECS.values(), ids=list(SPECS))
def test_each_example_s_gradient_is_that_of_the_tape(spec: NetworkSpec) -> None:
    import tensorflow as tf

    keras_model, (inputs, labels) = model(spec), examples()
    rows = []
    for image, label in zip(inputs, labels, strict=True):
        with tf.GradientTape() as tape:
            given = keras_model(image.reshape(1, 28, 28), training=False)
            loss = tf.keras.losses.sparse_categorical_crossentropy(tf.constant([label]), given)
        theirs = tape.gradient(loss, keras_model.trainable_variables)
        passage = walk(dense_network(subject(spec)), image, int(label))
        for ours, expected in zip(passage.back.arrays, theirs, strict=True):
            close(ours, expected.numpy())
        rows.append(np.concatenate([array.numpy().ravel() for array in theirs]).astype(float))
    stacked = np.stack(rows)
    products = gram(per_example(dense_network(subject(spec)), inputs, labels))
    close(products, stacked @ stacked.T)
    assert plane(products).length == pytest.approx(np.linalg.norm(stacked.mean(axis=0)), rel=1e-5)


@pytest.mark.parametrize("spec", SPECS.values(), ids=list(SPECS))
def test_gradients_by_the_pixels_are_those_of_the_tape(spec: NetworkSpec) -> None:
    import keras
    import tensorflow as tf

    keras_model, (inputs, labels) = model(spec), examples()
    keras_model.layers[-1].activation = keras.activations.linear
    network = dense_network(subject(spec))
    passed = forward(network, inputs, labels)
    given = tf.constant(inputs.reshape(COUNT, 28, 28))
    with tf.GradientTape() as tape:
        tape.watch(given)
        logits = tf.reduce_sum(keras_model(given, training=False) * tf.one_hot(labels, 10))
    one_logit = np.eye(10, dtype=np.float32)[labels]
    close(
        input_gradient(network, passed, one_logit).reshape(-1, 28, 28), tape.gradient(logits, given).numpy()
    )
