"""Gradient and Hessian times a direction are TensorFlow's, by differentiating back-propagation forward."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from netlab.arrays import Array
from netlab.landscape.network.curvature import Slopes, along, divided, sharpest
from netlab.landscape.network.flat import flat, shaped, trained
from netlab.landscape.network.plane import Plane, penalty
from netlab.landscape.network.plane import losses as losses_at
from netlab.nets import keras_model
from netlab.nets.layers import Convolution
from netlab.nets.spec import NetworkSpec
from netlab.nn.activations import ACTIVATIONS
from netlab.nn.losses import LOSSES
from netlab.nn.place import Place, shown_in
from netlab.training.compiled_loop import LOSS_FUNCTIONS
from tests.landscape.network.made import direction, pictures, weights_of

TRAINABLE = list(shown_in(ACTIVATIONS, Place.TRAIN))
SPECS = [
    *(NetworkSpec(hidden=(9, 7), activation=name) for name in TRAINABLE),
    *(NetworkSpec(hidden=(9,), activation="tanh", loss=name) for name in shown_in(LOSSES, Place.TRAIN)),
    NetworkSpec(hidden=(9,), activation="tanh", label_smoothing=0.1),
    NetworkSpec(hidden=(9, 7), activation="gelu", normalisation="batch"),
    NetworkSpec(hidden=()),
    NetworkSpec(hidden=(6,), activation="tanh", convolutions=(Convolution(3, 5, 3), Convolution(4, 3, 1))),
    NetworkSpec(hidden=(), activation="swish", convolutions=(Convolution(3, 5, 2),), normalisation="batch"),
]


def in_keras(
    spec: NetworkSpec, weights: dict[str, Any], images: Any, labels: Any, vector: Array
) -> tuple[Array, Array]:
    """Gradient, and the Hessian times a vector, as rows."""
    import tensorflow as tf

    model = keras_model.build(spec)
    model.set_weights(list(weights.values()))
    parts = shaped(spec, vector, weights)
    tangents = [tf.constant(parts[name]) for name in trained(spec)]
    body = model.layers[:-1]
    pixels = tf.constant(images.astype(np.float32) / np.float32(255))
    loss = LOSS_FUNCTIONS[spec.loss]
    last = model.layers[-1]
    with tf.autodiff.ForwardAccumulator([v.value for v in model.trainable_variables], tangents) as forward:
        with tf.GradientTape() as tape:
            values = pixels
            for layer in body:
                values = layer(values, training=False)
            logits = tf.matmul(values, last.kernel) + last.bias
            mean = tf.reduce_mean(loss(logits, tf.constant(labels.astype(np.int32)), spec.label_smoothing))
        slopes = tape.gradient(mean, [v.value for v in model.trainable_variables])
    second = [forward.jvp(one) for one in slopes]
    row = np.concatenate([np.asarray(one).ravel() for one in slopes])
    return row, np.concatenate(
        [
            np.asarray(tf.zeros_like(a) if b is None else b).ravel()
            for a, b in zip(slopes, second, strict=True)
        ]
    )


@pytest.mark.parametrize(
    "spec", SPECS, ids=lambda spec: f"{spec.activation}-{spec.loss}-{len(spec.hidden)}-{spec.normalisation}"
)
def test_slopes_are_tensorflow_s(spec: NetworkSpec) -> None:
    weights, (images, labels) = weights_of(spec), pictures(50)
    vector = direction(len(flat(spec, weights)), 5, np.float32)
    slope, second = in_keras(spec, weights, images, labels, vector)
    found = Slopes(spec, weights, images, labels)
    np.testing.assert_allclose(found.gradient(), slope, atol=2e-6 * np.abs(slope).max())
    np.testing.assert_allclose(found.times(vector), second, atol=1e-5 * np.abs(second).max())


@pytest.mark.parametrize(
    "spec",
    [
        NetworkSpec(hidden=(8,), l1=0.01, l2=0.03),
        *(NetworkSpec(hidden=(8,), loss=name) for name in shown_in(LOSSES, Place.TRAIN)),
    ],
)
def test_a_point_s_loss_is_keras_s(spec: NetworkSpec) -> None:
    weights, (images, labels) = weights_of(spec), pictures(40)
    centre = flat(spec, weights)
    plane = Plane(
        spec, weights, centre, direction(len(centre), 1, np.float32), direction(len(centre), 2, np.float32)
    )
    model = keras_model.build(spec)
    model.compile(loss=keras_model.loss(spec))
    model.set_weights(list(plane.at(0.4, -0.7).values()))
    wanted = model.evaluate(images.astype(np.float32) / np.float32(255), labels, verbose=0)
    found = losses_at(plane, 0.4, -0.7, images, labels).mean() + penalty(spec, plane.at(0.4, -0.7))
    assert found == pytest.approx(wanted, rel=1e-5)


def test_the_hessian_is_symmetric_and_its_largest_eigenvalue_is_found() -> None:
    """Against all eigenvalues of the whole matrix, column by column, of a small network in double precision."""
    spec = NetworkSpec(hidden=(2,), activation="tanh")
    weights, (images, labels) = weights_of(spec, 2, np.float64), pictures(30)
    slopes = Slopes(spec, weights, images, labels)
    size = len(flat(spec, weights, np.float64))
    matrix = np.stack([slopes.times(np.eye(1, size, place)[0]) for place in range(size)])
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-12)
    sizes, vectors = np.linalg.eigh(matrix)
    top, found = sharpest(slopes.times, direction(size, 1), 40)
    assert top == pytest.approx(sizes[-1], rel=1e-9)
    assert abs(found @ vectors[:, -1]) == pytest.approx(1, abs=1e-6)
    assert found[np.abs(found).argmax()] > 0
    assert along(slopes, vectors[:, -1] * 3) == pytest.approx(sizes[-1])
    weighing = np.random.default_rng(0).uniform(0.1, 10, size)
    felt, _ = sharpest(divided(slopes.times, weighing), direction(size, 1), 60)
    assert felt == pytest.approx(np.linalg.eigvals(matrix / weighing[:, None]).real.max(), rel=1e-6)
