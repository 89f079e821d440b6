"""The compiled loop takes the steps that ``keras.Model`` takes: every loss, dropout, penalties, every optimizer."""

from __future__ import annotations

from itertools import product
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from netlab.data import Digits
from netlab.nets import keras_model as nets_keras
from netlab.nets.spec import Convolution, NetworkSpec
from netlab.nn.losses import LOSSES
from netlab.nn.optimizers import ON_TRAIN
from netlab.nn.place import Place, shown_in
from netlab.training.compiled_loop import LOSS_FUNCTIONS, Trainer, dropped

TRAINED = shown_in(LOSSES, Place.TRAIN)
STEPS, BATCH = 4, 32
TWINS = [key for key, row in ON_TRAIN.items() if row.keras_class]
PENALTIES = {"none": (0.0, 0.0), "l1": (0.003, 0.0), "l2": (0.0, 0.02), "both": (0.003, 0.02)}


def spec_of(optimizer: str, loss: str, dropout: float, penalty: str, **others: Any) -> NetworkSpec:
    l1, l2 = PENALTIES[penalty]
    return NetworkSpec(
        hidden=(9, 7), activation="tanh", dropout=dropout, l1=l1, l2=l2, optimizer=optimizer, loss=loss,
        learning_rate=0.01, seed=3, **others,
    )  # fmt: skip


CASES = [
    *(spec_of("adam", *case) for case in product(TRAINED, (0.0, 0.4), ("l1", "l2"))),
    *(spec_of(*case) for case in product(TWINS, TRAINED, (0.0, 0.4), ("none", "both"))),
    *(spec_of("adam", key, 0.4, "both", label_smoothing=0.1) for key, row in TRAINED.items() if row.smoothed),
    spec_of("sgd", "mean_squared_error", 0.4, "l2", convolutions=(Convolution(2, 5, 2),)),
    *(
        spec_of(key, "sparse_categorical_crossentropy", 0.4, "both", clip_norm=0.05)
        for key in ("adam", "momentum", "nadam")
    ),
]


def _name(spec: NetworkSpec) -> str:
    return f"{spec.optimizer}-{spec.loss}-dropout{spec.dropout:g}-{spec.l1:g}-{spec.l2:g}-{spec.label_smoothing:g}"


def _same_draws(model: keras.Model, seed: int, step: tf.Variable) -> None:
    """Let Keras's dropout layers silence what the loop silences; their shares are held to Keras's elsewhere."""
    for place, layer in enumerate(model.layers):
        if isinstance(layer, keras.layers.Dropout):
            layer.call = lambda values, training=None, place=place, rate=layer.rate: (
                dropped(values, rate, tf.stack([seed * 1000 + place, step])) if training else values
            )


def _by_keras(spec: NetworkSpec, digits: Digits) -> tuple[list[float], list[np.ndarray], float]:
    step, model = tf.Variable(0), nets_keras.build(spec)
    _same_draws(model, spec.seed, step)
    twin = TRAINED[spec.loss].keras_twin(spec.label_smoothing)
    made = getattr(keras.losses, twin.class_name)(**dict(twin.arguments))
    model.compile(nets_keras.optimizer(spec), made, run_eagerly=True)

    def target(labels: np.ndarray) -> np.ndarray:
        return keras.utils.to_categorical(labels, 10) if twin.one_hot else labels

    losses = []
    for place in range(STEPS):
        part = slice(place * BATCH, (place + 1) * BATCH)
        step.assign(place)
        model.reset_metrics()
        losses.append(model.train_on_batch(digits.x_train[part] / 255, target(digits.y_train[part])))
    model.reset_metrics()
    score = model.test_on_batch(digits.x_test / 255, target(digits.y_test))
    return [float(loss) for loss in losses], [v.numpy() for v in model.trainable_variables], float(score)


@pytest.mark.parametrize("spec", CASES, ids=_name)
def test_losses_weights_and_score_are_keras_s(spec: NetworkSpec, digits: Digits) -> None:
    losses, weights, score = _by_keras(spec, digits)
    trainer = Trainer(spec)
    images = digits.x_train[: STEPS * BATCH].reshape(STEPS, BATCH, 28, 28)
    labels = digits.y_train[: STEPS * BATCH].reshape(STEPS, BATCH)
    found = trainer.run(0, images, labels, np.full(STEPS, spec.rate, np.float32))
    np.testing.assert_allclose(found.losses, losses, rtol=2e-5)
    for ours, theirs in zip(trainer.weights().values(), weights, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=3e-5)
    assert trainer.evaluate(digits.x_test, digits.y_test).loss == pytest.approx(score, rel=5e-5)


def test_every_loss_of_the_menu_has_its_function_here_and_no_other() -> None:
    assert set(LOSS_FUNCTIONS) == set(TRAINED)
