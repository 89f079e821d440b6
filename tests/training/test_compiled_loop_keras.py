"""The compiled loop moves the weights as Keras does: every optimizer, every loss, dropout and penalties."""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import numpy as np
import pytest
import tensorflow as tf

from netlab.nets import keras_model
from netlab.nets.choices import LOSSES
from netlab.nets.spec import NetworkSpec
from netlab.nn.optimizers import ON_TRAIN
from netlab.training.compiled_loop import Trainer, dropped

STEPS, BATCH = 4, 8
TWINS = [key for key, row in ON_TRAIN.items() if row.keras_class]
PENALISED = {"l1": 1e-3, "l2": 1e-3}


def digits() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    return (
        rng.integers(0, 256, (STEPS, BATCH, 28, 28)).astype(np.uint8),
        rng.integers(0, 10, (STEPS, BATCH)).astype(np.uint8),
    )


def keras_run(
    spec: NetworkSpec, images: np.ndarray, labels: np.ndarray
) -> tuple[list[np.ndarray], list[float]]:
    """Keras's own layers, loss, penalties and optimizer, in eager steps; only dropout's draws are the loop's."""
    model, optimizer, loss = keras_model.build(spec), keras_model.optimizer(spec), keras_model.loss(spec)
    losses = []
    for step in range(STEPS):
        with tf.GradientTape() as tape:
            hidden = tf.cast(images[step], tf.float32) / 255.0
            for place, layer in enumerate(model.layers):
                if type(layer).__name__ == "Dropout":
                    hidden = dropped(hidden, layer.rate, tf.stack([spec.seed * 1000 + place, step]))
                else:
                    hidden = layer(hidden)
            total = tf.reduce_mean(loss(labels[step].astype(np.int32), hidden)) + sum(model.losses)
        gradients = tape.gradient(total, [variable.value for variable in model.trainable_variables])
        optimizer.apply(gradients, model.trainable_variables)
        losses.append(float(total))
    return [variable.numpy() for variable in model.trainable_variables], losses


def held(spec: NetworkSpec) -> None:
    images, labels = digits()
    trainer = Trainer(spec)
    start = [weight.copy() for weight in trainer.weights().values()]
    batches = trainer.run(0, images, labels, np.full(STEPS, spec.rate, np.float32))
    theirs, losses = keras_run(spec, images, labels)
    np.testing.assert_allclose(batches.losses, losses, rtol=1e-4)
    for ours, keras, before in zip(trainer.weights().values(), theirs, start, strict=True):
        moved = np.abs(keras - before).max()
        assert moved > 0
        np.testing.assert_allclose(ours, keras, rtol=0, atol=2e-3 * moved)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("optimizer", TWINS)
def test_the_loop_is_keras_with_dropout_and_penalties(optimizer: str, loss: str) -> None:
    held(
        NetworkSpec(
            hidden=(4,), activation="tanh", dropout=0.25, optimizer=optimizer, loss=loss, seed=3, **PENALISED
        )
    )


@pytest.mark.parametrize("loss", LOSSES)
def test_the_loop_is_keras_without_them(loss: str) -> None:
    held(NetworkSpec(hidden=(4, 3), activation="tanh", dropout=0.0, optimizer="adam", loss=loss))


def test_an_optimizer_that_is_not_trained_with_is_told() -> None:
    with pytest.raises(ValueError, match="optimizer must be one of sgd, momentum"):
        NetworkSpec(optimizer="adafactor")
