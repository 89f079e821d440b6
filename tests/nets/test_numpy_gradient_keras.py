"""The way back to the pixels, through every kind of layer, held to TensorFlow's tape to 1e-5."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from netlab.nets import shipped
from netlab.nets.keras_model import build
from netlab.nets.layers import Convolution
from netlab.nets.numpy_gradient import way
from netlab.nets.numpy_model import answering
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import weight_shapes
from tests.experiments.inside.networks import drawn_weights

SPECS = {
    "none": NetworkSpec(hidden=()),
    "dense": NetworkSpec(hidden=(24, 16), activation="gelu"),
    "normalised": NetworkSpec(hidden=(20, 16), normalisation="batch"),
    "convolutional": NetworkSpec(convolutions=(Convolution(5, 5, 2), Convolution(6, 3, 3)), hidden=(14,), activation="tanh"),
    "no pool": NetworkSpec(convolutions=(Convolution(4, 3, 1),), hidden=()),
    "all": NetworkSpec(convolutions=(Convolution(4, 5, 2), Convolution(3, 3, 2)), hidden=(9,), normalisation="batch"),
}  # fmt: skip


def networks() -> list[Any]:
    drawn = [pytest.param(spec, drawn_weights(spec), id=name) for name, spec in SPECS.items()]
    return [*drawn, *(pytest.param(*shipped.load(name), id=name) for name in shipped.SHIPPED)]


@pytest.mark.parametrize(("spec", "weights"), networks())
def test_the_gradient_by_the_pixels_is_the_tape_s(spec: NetworkSpec, weights: dict[str, Any]) -> None:
    import keras
    import tensorflow as tf

    model = build(spec)
    model.set_weights([weights[name] for name in weight_shapes(spec)])
    model.layers[-1].activation = keras.activations.linear
    rng = np.random.default_rng(3)
    images = rng.random((4, 28, 28)).astype(np.float32)
    errors = rng.normal(size=(4, 10)).astype(np.float32)
    given = tf.constant(images)
    with tf.GradientTape() as tape:
        tape.watch(given)
        said = model(given, training=False)
        asked = tf.reduce_sum(said * errors)
    theirs = tape.gradient(asked, given).numpy()
    ours = way(answering(spec), weights, images)
    scale = np.abs(theirs).max()
    np.testing.assert_allclose(ours.given, said.numpy(), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(ours.back(errors), theirs, rtol=1e-5, atol=1e-5 * scale)
    alone = way(answering(spec), weights, images[:1]).back(errors)
    np.testing.assert_allclose(alone[0], theirs[0], rtol=1e-5, atol=1e-5 * scale)
    assert alone.shape == (4, 28, 28)
