"""The compiled loop held to Keras: every loss that Train offers, with and without dropout and penalties.

Keras's own layers, losses and gradient on probabilities; only the masks of dropout are the loop's own, since no two
programs draw the same.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from netlab.nets import keras_model
from netlab.nets.spec import NetworkSpec
from netlab.nn.losses import LOSSES
from netlab.nn.place import Place, shown_in
from netlab.training.compiled_loop import LOSS_FUNCTIONS, Trainer, dropped

TRAINED = shown_in(LOSSES, Place.TRAIN)
CASES = [
    (key, smoothing) for key, row in TRAINED.items() for smoothing in ((0.0, 0.1) if row.smoothed else (0.0,))
]
STEPS = 4


def test_the_loop_knows_every_loss_that_is_offered_and_no_other() -> None:
    assert set(LOSS_FUNCTIONS) == set(TRAINED)
    with pytest.raises(KeyError, match="hinges"):
        LOSS_FUNCTIONS["hinges"]


def probabilities(model: Any, pixels: Any, seed: int, step: int) -> Any:
    """The model's own layers, softmax included, with the loop's masks."""
    hidden = pixels
    for place, layer in enumerate(model.layers):
        if type(layer).__name__ == "Dropout":
            hidden = dropped(hidden, layer.rate, tf.constant([seed * 1000 + place, step]))
        else:
            hidden = layer(hidden)
    return hidden


def by_keras(
    spec: NetworkSpec, images: np.ndarray, labels: np.ndarray
) -> tuple[list[float], list[np.ndarray]]:
    """Losses before each update, and the weights after the last."""
    model, loss, optimizer = keras_model.build(spec), keras_model.loss(spec), keras_model.optimizer(spec)
    told = []
    for step in range(STEPS):
        with tf.GradientTape() as tape:
            shown = probabilities(model, images[step] / np.float32(255), spec.seed, step)
            total = tf.reduce_mean(loss(labels[step], shown)) + sum(model.losses)
        gradients = tape.gradient(total, [weight.value for weight in model.trainable_variables])
        optimizer.apply(gradients, model.trainable_variables)
        told.append(float(total))
    return told, [weight.numpy() for weight in model.trainable_variables]


@pytest.mark.parametrize(("loss", "smoothing"), CASES)
@pytest.mark.parametrize(
    ("dropout", "l1", "l2", "optimizer"),
    [
        (0.0, 0.0, 0.0, "sgd"),
        (0.4, 0.0, 0.0, "sgd"),
        (0.0, 1e-3, 1e-2, "sgd"),
        (0.4, 1e-3, 1e-2, "sgd"),
        (0.4, 1e-3, 1e-2, "adam"),
    ],
)
def test_losses_and_updates_are_keras_s(
    loss: str, smoothing: float, dropout: float, l1: float, l2: float, optimizer: str
) -> None:
    spec = NetworkSpec(
        hidden=(16,), activation="tanh", dropout=dropout, l1=l1, l2=l2, loss=loss, label_smoothing=smoothing,
        optimizer=optimizer, learning_rate=0.01, batch_size=8, seed=3,
    )  # fmt: skip
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (STEPS, 8, 28, 28)).astype(np.uint8)
    labels = rng.integers(0, 10, (STEPS, 8)).astype(np.uint8)
    trainer = Trainer(spec)
    ran = trainer.run(0, images, labels, np.full(STEPS, spec.rate, np.float32))
    told, weights = by_keras(spec, images, labels)
    np.testing.assert_allclose(ran.losses, told, rtol=1e-5)
    near = (
        2e-6 if optimizer == "sgd" else 1e-4
    )  # Adam divides rounding by its own small size: a hundredth of its rate
    for ours, theirs in zip(trainer.weights().values(), weights, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=near)


def test_smoothing_is_in_the_loss_and_only_there() -> None:
    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, (8, 28, 28)).astype(np.uint8)
    labels = rng.integers(0, 10, 8).astype(np.uint8)
    plain = NetworkSpec(hidden=(8,))
    scores = [
        Trainer(replace(plain, label_smoothing=amount)).evaluate(images, labels) for amount in (0.0, 0.3)
    ]
    assert scores[0].accuracy == scores[1].accuracy
    assert scores[0].loss != scores[1].loss
