"""Every optimizer of the training loop gives what ``keras.optimizers`` gives, fused or not."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from netlab.nets import keras_model as nets_keras
from netlab.nets.spec import NetworkSpec
from netlab.nn.optimizers import ON_TRAIN
from netlab.training.fused_updates import updater

STEPS = 25
TWINS = [key for key, row in ON_TRAIN.items() if row.keras_class]


def _ours(spec: NetworkSpec, start: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    weight = tf.Variable(start)
    rule = updater(spec, [weight])
    for step, gradient in enumerate(gradients, start=1):
        rule.apply([tf.constant(gradient)], tf.constant(spec.rate, tf.float32), tf.constant(step, tf.float32))
    return weight.numpy()


def _keras(spec: NetworkSpec, start: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    weight = tf.Variable(start)
    optimizer = nets_keras.optimizer(spec)
    optimizer.build([weight])
    for gradient in gradients:
        optimizer.apply([tf.constant(gradient)], [weight])
    return weight.numpy()


@st.composite
def specs(draw: st.DrawFn, name: str) -> NetworkSpec:
    values = {
        setting.key: draw(st.floats(max(setting.minimum, 1e-8), min(setting.maximum, 0.99)))
        for setting in ON_TRAIN[name].training_settings
        if setting.key != "epsilon" or draw(st.booleans())
    }
    return NetworkSpec(optimizer=name, learning_rate=draw(st.floats(1e-4, 0.5)), settings=values)


@pytest.mark.parametrize("name", [key for key in ON_TRAIN if key not in TWINS])
def test_what_keras_does_not_have_is_updated_by_the_catalogue_s_rule(name: str) -> None:
    spec = NetworkSpec(optimizer=name, learning_rate=0.05)
    rng = np.random.default_rng(4)
    start = rng.normal(size=(4, 2)).astype(np.float32)
    gradients = rng.normal(0.3, 1.0, (STEPS, 4, 2)).astype(np.float32)
    row = ON_TRAIN[name].with_settings(learning_rate=0.05)
    weights, state = start, row.init(start)
    for gradient in gradients:
        weights, state = row.update(gradient, weights, state)
    np.testing.assert_allclose(_ours(spec, start, gradients), weights, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", TWINS)
def test_an_update_is_keras_s_update(name: str) -> None:
    @settings(max_examples=12, deadline=None)
    @given(specs(name), st.integers(0, 2**31), st.sampled_from([1e-3, 1.0, 30.0]))
    def check(spec: NetworkSpec, seed: int, size: float) -> None:
        rng = np.random.default_rng(seed)
        start = rng.normal(size=(4, 3)).astype(np.float32)
        gradients = (size * rng.normal(size=(STEPS, 4, 3))).astype(np.float32)
        ours, keras = _ours(spec, start, gradients), _keras(spec, start, gradients)
        scale = np.abs(keras - start).max() + 1e-3
        np.testing.assert_allclose(ours, keras, rtol=3e-5, atol=3e-5 * scale)

    check()
