"""Batch normalisation is Keras's: in training, in answers, in what is kept of it, and in what is looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from netlab.data import Digits
from netlab.nets import keras_model as nets_keras
from netlab.nets.numpy_model import folded, layer_outputs, predict
from netlab.nets.parameters import activations
from netlab.nets.spec import Convolution, Dense, NetworkSpec
from netlab.nets.weight_file import is_trained, weight_shapes
from netlab.nn.optimizers import ON_TRAIN
from netlab.runs import store
from netlab.runs.events import BestWeights, Done, EpochEnd, Evidence, Look, Stopped
from netlab.training import look
from netlab.training.batches import BatchSource
from netlab.training.compiled_loop import Trainer, dropped, layout
from netlab.training.evidence import measured
from netlab.training.lens import Lens
from netlab.training.loop import Command
from netlab.training.shown_batch import BatchLook
from tests.training.test_loop import losses, only, run

STEPS, BATCH = 8, 32
DENSE = NetworkSpec(hidden=(9, Dense(7, "tanh", 0.0)), dropout=0.4, seed=3, normalisation="batch")
SPECS = {
    "dense": DENSE,
    "convolution": NetworkSpec(
        convolutions=(Convolution(3, 5, 2), Convolution(2, 3, 1, "tanh")), hidden=(8,), normalisation="batch"
    ),
    "only convolution": NetworkSpec(convolutions=(Convolution(3, 5, 2),), hidden=(), normalisation="batch"),
    "penalties": replace(DENSE, l1=0.003, l2=0.02, loss="mean_squared_error", optimizer="momentum", learning_rate=0.05),
    "clipped": replace(DENSE, clip_norm=0.05, optimizer="nadam"),
    "sigmoid": replace(DENSE, activation="sigmoid", optimizer="sgd", learning_rate=0.1),
}  # fmt: skip


def trained(spec: NetworkSpec, digits: Digits, steps: int = STEPS) -> Trainer:
    trainer = Trainer(spec)
    images, labels = digits.x_train[: BATCH * steps], digits.y_train[: BATCH * steps]
    rates = np.full(steps, spec.rate, np.float32)
    trainer.run(0, images.reshape(steps, BATCH, 28, 28), labels.reshape(steps, BATCH), rates)
    return trainer


def cancelled(spec: NetworkSpec) -> set[str]:
    """Biases that a normalisation takes away again: their gradient is rounding alone, and Adam makes steps of it."""
    if not spec.normalises:
        return set()
    biases = [name for name in weight_shapes(spec) if name.endswith("/bias")]
    return set(biases[:-1])


def by_keras(spec: NetworkSpec, digits: Digits) -> tuple[list[float], Any, float]:
    """Plain ``train_on_batch``, its dropout layers silencing what the loop silences; losses, the model, its score."""
    step, model = tf.Variable(0), nets_keras.build(spec)
    for place, layer in enumerate(model.layers):
        if isinstance(layer, keras.layers.Dropout):
            layer.call = lambda values, training=None, place=place, rate=layer.rate: (
                dropped(values, rate, tf.stack([spec.seed * 1000 + place, step])) if training else values
            )
    model.compile(nets_keras.optimizer(spec), nets_keras.loss(spec), run_eagerly=True)
    found = []
    for place in range(STEPS):
        part = slice(place * BATCH, (place + 1) * BATCH)
        step.assign(place)
        model.reset_metrics()
        found.append(float(model.train_on_batch(digits.x_train[part] / 255, digits.y_train[part])))
    model.reset_metrics()
    return found, model, float(model.test_on_batch(digits.x_test / 255, digits.y_test))


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_losses_weights_moving_statistics_and_score_are_keras_s(spec: NetworkSpec, digits: Digits) -> None:
    expected, model, score = by_keras(spec, digits)
    trainer = Trainer(spec)
    images = digits.x_train[: STEPS * BATCH].reshape(STEPS, BATCH, 28, 28)
    labels = digits.y_train[: STEPS * BATCH].reshape(STEPS, BATCH)
    found = trainer.run(0, images, labels, np.full(STEPS, spec.rate, np.float32))
    np.testing.assert_allclose(found.losses, expected, rtol=5e-5)
    ours, theirs = trainer.weights(), dict(zip(weight_shapes(spec), model.get_weights(), strict=True))
    for name, array in ours.items():
        loose = name in cancelled(spec) or name.endswith("moving_mean")
        np.testing.assert_allclose(
            array, theirs[name], rtol=2e-3, atol=STEPS * spec.rate if loose else 5e-5, err_msg=name
        )
    assert trainer.evaluate(digits.x_test, digits.y_test).loss == pytest.approx(score, rel=1e-3)
    moved = [array for name, array in ours.items() if name.endswith("moving_mean")]
    assert len(moved) == len(spec.hidden) + len(spec.convolutions)
    assert all(array.any() for array in moved)


def test_without_rounding_made_steps_the_moving_means_are_keras_s_too(digits: Digits) -> None:
    """Plain gradient descent makes no step of a rounding."""
    spec = replace(DENSE, optimizer="sgd", learning_rate=0.1)
    _, model, score = by_keras(spec, digits)
    trainer = trained(spec, digits)
    for array, theirs in zip(trainer.weights().values(), model.get_weights(), strict=True):
        np.testing.assert_allclose(array, theirs, rtol=1e-4, atol=2e-6)
    assert trainer.evaluate(digits.x_test, digits.y_test).loss == pytest.approx(score, rel=1e-5)


def test_a_small_last_batch_is_normalised_by_itself_as_keras_fit_does(digits: Digits) -> None:
    """Also where one picture is left, whose variance is 0."""
    spec = NetworkSpec(
        hidden=(9,), dropout=0.0, train_examples=65, batch_size=32, epochs=2, normalisation="batch",
        optimizer="sgd", learning_rate=0.1, seed=2,
    )  # fmt: skip
    source, trainer, batches = BatchSource(spec, digits.x_train, digits.y_train), Trainer(spec), []
    for step in range(6):
        images, labels = source.take(step, 1)
        trainer.run(step, images, labels, np.full(1, spec.rate, np.float32))
        batches.append((images[0] / np.float32(255), labels[0]))
    assert [len(labels) for _, labels in batches] == [32, 32, 1] * 2
    model = nets_keras.build(spec)
    model.compile(nets_keras.optimizer(spec), nets_keras.loss(spec))
    for images, labels in batches:
        model.train_on_batch(images, labels)
    for array, theirs in zip(trainer.weights().values(), model.get_weights(), strict=True):
        np.testing.assert_allclose(array, theirs, rtol=1e-4, atol=2e-6)


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_numpy_answers_with_the_moving_statistics_as_keras_does(spec: NetworkSpec, digits: Digits) -> None:
    trainer, images = trained(spec, digits), np.asarray(digits.x_test[:40] / 255, np.float32)
    expected = trainer.model.predict(images, verbose=0)
    np.testing.assert_allclose(predict(spec, trainer.weights(), images), expected, atol=1e-5)
    shares = Lens(trainer).answers(digits.x_test[:40], digits.y_test[:40]).probabilities
    np.testing.assert_allclose(shares, expected, atol=1e-5)


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_kernels_and_biases_with_the_normalisation_folded_in_answer_alike(
    spec: NetworkSpec, digits: Digits
) -> None:
    weights = trained(spec, digits).weights()
    plain, images = replace(spec, normalisation="none"), np.asarray(digits.x_test[:20] / 255, np.float32)
    alike = folded(spec, weights)
    assert list(alike) == list(weight_shapes(plain))
    for one, other in zip(
        layer_outputs(spec, weights, images), layer_outputs(plain, alike, images), strict=True
    ):
        np.testing.assert_allclose(one, other, atol=2e-5)


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_a_state_holds_all_that_the_next_update_depends_on(spec: NetworkSpec, digits: Digits) -> None:
    trainer, other = trained(spec, digits), Trainer(replace(spec, seed=9))
    state = trainer.state()
    assert {name: (array.shape, array.dtype) for name, array in state.items()} == dict(layout(spec))
    other.restore(state)
    for one, two in zip(trainer.weights().values(), other.weights().values(), strict=True):
        np.testing.assert_array_equal(one, two)
    images, labels = digits.x_test[:100], digits.y_test[:100]
    assert other.evaluate(images, labels) == trainer.evaluate(images, labels)
    third = Trainer(replace(spec, seed=8))
    third.put_back(list(trainer.weights().values()))
    assert third.evaluate(images, labels) == trainer.evaluate(images, labels)


@pytest.mark.parametrize("optimizer", ON_TRAIN)
def test_every_optimizer_trains_a_normalised_network_and_moves_no_statistic_itself(
    optimizer: str, digits: Digits
) -> None:
    spec = NetworkSpec(hidden=(6,), normalisation="batch", optimizer=optimizer, learning_rate=0.01, dropout=0)
    before, after = Trainer(spec).weights(), trained(spec, digits, 1).weights()
    kernel, bias = before["dense/kernel"], before["dense/bias"]
    sums = (digits.x_train[:BATCH] / np.float32(255)).reshape(BATCH, -1) @ kernel + bias
    mean, variance = (after[f"batch_normalization/{part}"] for part in ("moving_mean", "moving_variance"))
    np.testing.assert_allclose(mean, 0.01 * sums.mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(variance, 0.99 + 0.01 * sums.var(axis=0), atol=1e-6)
    changed = [name for name in after if is_trained(name) and not np.array_equal(before[name], after[name])]
    assert {"batch_normalization/gamma", "batch_normalization/beta", "dense/kernel"} <= set(changed)


def test_looking_changes_nothing_and_sees_the_batch_that_training_sees(digits: Digits) -> None:
    trainer, twin = trained(DENSE, digits), trained(DENSE, digits)
    lens, images, labels = Lens(trainer), digits.x_train[300:332], digits.y_train[300:332]
    found = lens.answers(images, labels, STEPS)
    shown = BatchLook(lens, STEPS, images, labels)
    measured(lens, STEPS, digits.x_train[:64], digits.y_train[:64], list(trainer.weights().values()))
    for one, other in zip(trainer.state().values(), twin.state().values(), strict=True):
        np.testing.assert_array_equal(one, other)
    told = trainer.run(STEPS, images[None], labels[None], np.full(1, DENSE.rate, np.float32))
    assert found.loss == pytest.approx(float(told.losses[0]), rel=1e-5)
    after = shown.after()
    assert len(after.weights) == len(after.moves) == 3
    parts = [trainer.weights()[f"dense/{part}"] for part in ("kernel", "bias")]
    parts += [trainer.weights()[f"batch_normalization/{part}"] for part in ("gamma", "beta")]
    length = np.linalg.norm(np.concatenate([part.ravel() for part in parts]))
    assert after.weights[0] == pytest.approx(length, rel=0.02)


@pytest.mark.parametrize("key", ["dense", "convolution", "sigmoid", "penalties"])
def test_measurements_are_of_the_loss_that_training_goes_down(key: str, digits: Digits) -> None:
    """Held to a tape over the Keras model in training, on the sample as one batch."""
    spec = replace(SPECS[key], dropout=0.0)
    spec = replace(spec, hidden=tuple(replace(layer, dropout=0.0) for layer in spec.layers))
    trainer, images, labels = trained(spec, digits), digits.x_train[:64], digits.y_train[:64]
    found = measured(Lens(trainer), STEPS, images, labels, list(trainer.weights().values()))
    kept, model = trainer.weights(), trainer.model
    with tf.GradientTape() as tape:
        shown = model(np.asarray(images / 255, np.float32), training=True)
        loss = tf.reduce_mean(nets_keras.loss(spec)(labels, shown)) + sum(model.losses)
    parts = tape.gradient(loss, [variable.value for variable in model.trainable_variables])
    assert found.loss == pytest.approx(float(loss), rel=1e-4)
    names = [name for name in kept if is_trained(name)]
    by_layer: list[list[Any]] = []
    for name, part in zip(names, parts, strict=True):
        if name.endswith("/kernel"):
            by_layer.append([])
        by_layer[-1].append(part.numpy().ravel())
    assert len(found.gradients) == len(found.weights) == len(found.alike) == len(by_layer)
    for length, layer in zip(found.gradients, by_layer, strict=True):
        assert length == pytest.approx(float(np.linalg.norm(np.concatenate(layer))), rel=2e-3)
    trainer.put_back(list(kept.values()))
    with keras.StatelessScope():
        outputs, values = [], tf.constant(np.asarray(images / 255, np.float32))
        for layer in model.layers:
            values = layer(values, training=True) if "Batch" in type(layer).__name__ else layer(values)
            if isinstance(layer, keras.layers.Activation):
                outputs.append(values.numpy().reshape(-1, values.shape[-1]))
    for share, activation, out in zip(found.dead, activations(spec)[:-1], outputs, strict=False):
        if activation == "relu":
            assert share == pytest.approx(np.mean(out.max(axis=0) <= 0), abs=1e-6)
        else:
            assert share is None


def test_units_that_start_alike_are_called_alike(digits: Digits) -> None:
    spec = NetworkSpec(hidden=(6, 5), normalisation="batch", initializer="zeros", dropout=0.0)
    trainer = trained(spec, digits)
    sample = digits.x_train[:64], digits.y_train[:64]
    found = measured(Lens(trainer), STEPS, *sample, list(trainer.weights().values()))
    assert found.alike[:2] == (1.0, 1.0)
    trainer = trained(spec, digits)
    gamma = next(
        weight
        for name, weight in zip(weight_shapes(spec), trainer.model.weights, strict=True)
        if name.endswith("gamma")
    )
    gamma.assign(np.arange(6, dtype=np.float32))
    apart = measured(Lens(trainer), STEPS, *sample, list(trainer.weights().values()))
    assert apart.alike[0] == 0.0


@pytest.mark.parametrize(
    "spec", [replace(DENSE, epochs=3), replace(SPECS["convolution"], epochs=2)], ids=["dense", "conv"]
)
def test_stopped_and_continued_is_as_if_never_stopped(spec: NetworkSpec, digits: Digits) -> None:
    spec = replace(spec, patience=5)
    straight, run_id = run(spec, digits), store.new_id()
    first = run(spec, digits, {4: Command("stop")}, run_id=run_id)
    assert isinstance(first[-1], Stopped)
    kept = store.get(run_id)
    assert kept is not None
    checkpoint = kept.checkpoint()
    assert checkpoint is not None
    assert 0 < checkpoint.step < 20 * spec.epochs
    rest = run(spec, digits, run_id=run_id, continue_from=checkpoint)
    assert losses(first) + losses(rest) == losses(straight)
    assert only(EpochEnd, first) + only(EpochEnd, rest) == only(EpochEnd, straight)
    assert only(Evidence, first) + only(Evidence, rest) == only(Evidence, straight)
    assert kept.spec() == spec
    final = kept.weights()[1]
    assert list(final) == list(weight_shapes(spec))
    hopping = run(spec, digits, {2: Command("pause"), 1001: Command("batch"), 1002: Command("epoch")})
    assert losses(hopping) == losses(straight)


def test_early_stopping_puts_the_moving_statistics_of_the_best_epoch_back(digits: Digits) -> None:
    spec = NetworkSpec(
        hidden=(32,), normalisation="batch", epochs=30, patience=1, learning_rate=0.05, dropout=0.0,
        train_examples=200, validation="held-back", batch_size=10,
    )  # fmt: skip
    events = run(spec, digits)
    (best,) = only(BestWeights, events)
    assert best.epoch < len(only(EpochEnd, events))
    short = run(replace(spec, epochs=best.epoch, patience=0), digits)
    ends = [event for event in (*events, *short) if isinstance(event, Done)]
    assert ends[0].test_loss == ends[1].test_loss


@pytest.mark.parametrize("key", ["dense", "convolution"])
def test_a_look_at_a_kept_state_is_the_one_that_was_told(key: str, digits: Digits) -> None:
    spec, run_id = replace(SPECS[key], epochs=1), store.new_id()
    events = run(spec, digits, {4: Command("stop")}, run_id=run_id, look=True)
    kept = store.get(run_id)
    assert kept is not None
    told = [event for event in events if isinstance(event, Look)][-1]
    assert look.fits(spec, told)
    assert look.kept(kept, digits.x_test, digits.y_test, index=0, step=told.step, exact=True) == told
    assert "batch normalisation" in look.caption(spec)
    assert "batch normalisation" not in look.caption(replace(spec, normalisation="none"))


def test_the_deepest_normalised_network_is_kept_with_all_that_goes_on_from_it(digits: Digits) -> None:
    spec = NetworkSpec(
        hidden=(3,) * 12, normalisation="batch", optimizer="rprop", patience=3, epochs=1, train_examples=100
    )
    run_id = store.new_id()
    run(spec, digits, {2: Command("stop")}, run_id=run_id)
    kept = store.get(run_id)
    assert kept is not None
    checkpoint = kept.checkpoint()
    assert checkpoint is not None
    assert sum(name[0] == "w" for name in checkpoint.arrays) == 12 * 6 + 2
    assert list(kept.weights()[1]) == list(weight_shapes(spec))
