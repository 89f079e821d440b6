"""A look at a network in training is true to what it is trained by, and changes no bit of it."""

from __future__ import annotations

import numpy as np
import pytest

from netlab.data import Digits
from netlab.nets.numpy_model import layer_outputs
from netlab.nets.spec import Convolution, NetworkSpec
from netlab.training.compiled_loop import Trainer
from netlab.training.evidence import SAMPLE, alike, measured, sample
from netlab.training.lens import Lens

DENSE = NetworkSpec(hidden=(12, 9), dropout=0.3, l2=0.01, seed=4)
SPECS = {
    "dense": DENSE,
    "tanh": NetworkSpec(hidden=(12, 9), activation="tanh", dropout=0.0),
    "no hidden layer": NetworkSpec(hidden=()),
    "convolutions": NetworkSpec(convolutions=(Convolution(3, 5, 2),), hidden=(8,), loss="mean_squared_error"),
}


def trained(spec: NetworkSpec, digits: Digits, steps: int = 6) -> Trainer:
    trainer = Trainer(spec)
    images, labels = digits.x_train[: 32 * steps], digits.y_train[: 32 * steps]
    rates = np.full(steps, 0.01, np.float32)
    trainer.run(0, images.reshape(steps, 32, 28, 28), labels.reshape(steps, 32), rates)
    return trainer


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_the_loss_of_a_batch_before_its_step_is_the_one_that_training_tells(
    spec: NetworkSpec, digits: Digits
) -> None:
    trainer = trained(spec, digits)
    images, labels = digits.x_train[200:232], digits.y_train[200:232]
    found = Lens(trainer).answers(images, labels, 6)
    told = trainer.run(6, images[None], labels[None], np.full(1, 0.01, np.float32))
    assert found.loss == pytest.approx(float(told.losses[0]), rel=1e-5)
    right = np.mean(found.probabilities.argmax(axis=1) == labels)
    assert right == pytest.approx(float(told.accuracies[0]))


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_looking_changes_nothing(spec: NetworkSpec, digits: Digits) -> None:
    trainer, twin = trained(spec, digits), trained(spec, digits)
    lens = Lens(trainer)
    measured(lens, 6, digits.x_train[:64], digits.y_train[:64], list(trainer.weights().values()))
    lens.answers(digits.x_train[:64], digits.y_train[:64], 6)
    for one, other in zip(trainer.state().values(), twin.state().values(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_gradient_lengths_are_those_of_a_tape_over_the_keras_model(spec: NetworkSpec, digits: Digits) -> None:
    import tensorflow as tf

    from netlab.nets import keras_model

    trainer = trained(spec, digits)
    images, labels = digits.x_train[:64], digits.y_train[:64]
    found = measured(Lens(trainer), 6, images, labels, list(trainer.weights().values()))
    weights = [variable.value for variable in trainer.model.trainable_variables]
    with tf.GradientTape() as tape:
        shown = trainer.model(np.asarray(images / 255, np.float32), training=False)
        loss = tf.reduce_mean(keras_model.loss(spec)(labels, shown)) + sum(trainer.model.losses)
    parts = tape.gradient(loss, weights)
    assert found.loss == pytest.approx(float(loss), rel=1e-4)
    for place, length in enumerate(found.gradients):
        whole = np.concatenate([part.numpy().ravel() for part in parts[2 * place : 2 * place + 2]])
        assert length == pytest.approx(float(np.linalg.norm(whole)), rel=1e-3)


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_the_curvature_is_that_of_the_loss_along_its_gradient(spec: NetworkSpec, digits: Digits) -> None:
    """Held to a Hessian-vector product, by differentiation twice; smooth where the activation is."""
    import tensorflow as tf

    from netlab.nets import keras_model

    trainer = trained(spec, digits)
    images, labels = digits.x_train[:64], digits.y_train[:64]
    found = measured(Lens(trainer), 6, images, labels, list(trainer.weights().values())).curvature
    weights = [variable.value for variable in trainer.model.trainable_variables]
    with tf.GradientTape() as outer:
        with tf.GradientTape() as tape:
            shown = trainer.model(np.asarray(images / 255, np.float32), training=False)
            loss = tf.reduce_mean(keras_model.loss(spec)(labels, shown)) + sum(trainer.model.losses)
        gradient = tape.gradient(loss, weights)
        length = float(tf.linalg.global_norm(gradient))
        along = sum(tf.reduce_sum(part * tf.stop_gradient(part)) for part in gradient)
    second = outer.gradient(along, weights)
    exact = (
        sum(float(tf.reduce_sum(part * new)) for part, new in zip(gradient, second, strict=True)) / length**2
    )
    assert found == pytest.approx(exact, rel=0.15)


def test_dead_and_saturated_units_are_counted_as_numpy_counts_them(digits: Digits) -> None:
    images = digits.x_train[:64]
    dead = trained(SPECS["dense"], digits)
    kernel = dead.model.layers[1].kernel
    kernel.assign(
        np.where(np.arange(12) < 5, -1.0, kernel.numpy())
    )  # no ink is negative: these are never lit
    found = measured(Lens(dead), 6, images, digits.y_train[:64], list(dead.weights().values()))
    outputs = layer_outputs(SPECS["dense"], dead.weights(), np.asarray(images / 255, np.float32))
    assert found.dead == (*[pytest.approx(np.mean(out.max(axis=0) <= 0)) for out in outputs[:-1]], None)
    assert found.dead[0] is not None and found.dead[0] >= 5 / 12
    assert found.saturated == (None, None, None)
    flat = trained(SPECS["tanh"], digits)
    flat.model.layers[1].kernel.assign(40 * flat.model.layers[1].kernel.numpy())
    found = measured(Lens(flat), 6, images, digits.y_train[:64], list(flat.weights().values()))
    outputs = layer_outputs(SPECS["tanh"], flat.weights(), np.asarray(images / 255, np.float32))
    for share, out in zip(found.saturated, outputs[:-1], strict=False):
        assert share == pytest.approx(np.mean(np.abs(out) >= 0.98), abs=2e-3)
    assert found.saturated[0] is not None and found.saturated[0] > 0.5
    assert found.dead == (None, None, None)


def test_units_are_alike_only_if_every_weight_and_the_bias_are() -> None:
    kernel = np.ones((3, 4), np.float32)
    assert alike(kernel, np.zeros(4, np.float32)) == 1.0
    assert alike(kernel, np.array([0, 0, 0, 1], np.float32)) == 0.75
    kernel[2, 1:] = (2, 3, 4)
    assert alike(kernel, np.zeros(4, np.float32)) == 0.0


def test_the_sample_is_of_the_digits_that_are_trained_on_and_follows_from_the_seed(digits: Digits) -> None:
    from netlab.training.batches import BatchSource

    spec = NetworkSpec(train_examples=300, seed=9)
    numbered = np.zeros((640, 28, 28), np.uint8)
    numbered[:, 0, 0], numbered[:, 0, 1] = divmod(np.arange(640), 256)
    source = BatchSource(spec, numbered, digits.y_train)
    used = {
        256 * int(image[0, 0]) + int(image[0, 1])
        for step in range(source.steps_per_epoch)
        for image in source.take(step, 1)[0][0]
    }
    places = sample(9, 640, 300)
    assert len(set(places.tolist())) == SAMPLE
    assert set(places.tolist()) <= used
    assert places.tolist() == sample(9, 640, 300).tolist() != sample(8, 640, 300).tolist()
    assert len(sample(0, 640, 20)) == 20
