"""Back-propagation and momentum against Keras and tf.GradientTape, in float32."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from netlab.lessons.backprop.momentum import momentum
from netlab.nn.activations import ACTIVATIONS
from netlab.nn.backpropagation import backward
from netlab.nn.mlp import EXAMPLES, Example, Network, forward


def keras_losses(network: Network, targets: np.ndarray, outputs: tf.Tensor) -> tf.Tensor:
    """The loss of each example by Keras's own functions."""
    if network.loss == "quadratic":
        return outputs.shape[-1] / 2 * keras.losses.mean_squared_error(targets, outputs)
    if network.layers[-1].activation == "sigmoid":
        return keras.losses.binary_crossentropy(targets, outputs)
    return keras.losses.sparse_categorical_crossentropy(targets, outputs)


def as_keras(network: Network) -> keras.Model:
    layers = [keras.layers.Dense(kept.biases.size, kept.activation) for kept in network.layers]
    model = keras.Sequential([keras.Input((network.layers[0].weights.shape[0],)), *layers])
    model.set_weights([array.astype(np.float32) for array in network.arrays])
    return model


def tape_gradients(
    model: keras.Model, network: Network, inputs: np.ndarray, targets: np.ndarray
) -> list[np.ndarray]:
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(keras_losses(network, targets, model(inputs.astype(np.float32))))
    return [gradient.numpy() for gradient in tape.gradient(loss, model.trainable_variables)]


def compare(network: Network, inputs: np.ndarray, targets: np.ndarray) -> None:
    theirs = tape_gradients(as_keras(network), network, inputs, targets)
    single = network.with_arrays([array.astype(np.float32) for array in network.arrays])
    x = inputs.astype(np.float32)
    ours = backward(single, forward(single, x, targets), targets).arrays
    for a, b in zip(ours, theirs, strict=True):
        assert a.dtype == np.float32
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("activation", [key for key, row in ACTIVATIONS.items() if row.keras_name])
@pytest.mark.parametrize(
    ("output", "loss"), [("sigmoid", "quadratic"), ("sigmoid", "cross_entropy"), ("softmax", "cross_entropy")]
)
def test_gradients_are_the_tape(activation: str, output: str, loss: str) -> None:
    generator = np.random.default_rng([len(activation), len(output), len(loss)])
    units = 1 if output == "sigmoid" else 3
    for seed in range(3):
        network = Network.drawn((5, 7, 4, units), (activation, activation, output), loss=loss, seed=seed)
        targets = generator.integers(0, max(units, 2), 6)
        compare(network, generator.normal(size=(6, 5)), targets[:, None] * 1.0 if units == 1 else targets)


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=list(EXAMPLES))
def test_examples_are_the_tape(example: Example) -> None:
    compare(example.network, example.inputs, example.targets)


def test_the_articles_network_is_the_tape() -> None:
    network = Network.drawn((784, 512, 10), ("relu", "softmax"), loss="cross_entropy", seed=0)
    generator = np.random.default_rng(0)
    compare(network, generator.uniform(0, 1, (4, 784)), generator.integers(0, 10, 4))


def test_momentum_is_keras_sgd() -> None:
    example = EXAMPLES["2-2-2"]
    network, velocities, model = example.network, None, as_keras(example.network)
    optimizer = keras.optimizers.SGD(learning_rate=0.3, momentum=0.9)
    for _ in range(20):
        gradients = backward(
            network, forward(network, example.inputs, example.targets), example.targets
        ).arrays
        step = momentum(network, gradients, velocities, learning_rate=0.3, beta=0.9)
        network, velocities = step.network, step.velocities
        theirs = tape_gradients(model, network, example.inputs, example.targets)
        optimizer.apply_gradients(zip(theirs, model.trainable_variables, strict=True))
    for ours, variable in zip(network.arrays, model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, variable, rtol=1e-5, atol=1e-5)
