"""Every optimizer of the training loop gives what ``keras.optimizers`` gives, fused or not."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from netlab.nets import keras_model as nets_keras
from netlab.nets.choices import OPTIMIZER_CHOICES
from netlab.nets.spec import NetworkSpec
from netlab.training.fused_updates import updater

STEPS = 25


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
    choice = OPTIMIZER_CHOICES[name]
    values = {
        setting.name: draw(st.floats(max(setting.low, 1e-8), min(setting.high, 0.99)))
        for setting in choice.settings
        if setting.name != "epsilon" or draw(st.booleans())
    }
    return NetworkSpec(optimizer=name, learning_rate=draw(st.floats(1e-4, 0.5)), settings=values)


@pytest.mark.parametrize("name", OPTIMIZER_CHOICES)
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


@pytest.mark.parametrize("name", OPTIMIZER_CHOICES)
def test_defaults_are_keras_s_defaults(name: str) -> None:
    choice = OPTIMIZER_CHOICES[name]
    import keras

    default = getattr(keras.optimizers, choice.keras_class)().get_config()
    assert choice.learning_rate == pytest.approx(default["learning_rate"])
    for setting in choice.settings:
        if name not in ("momentum", "nesterov"):
            assert setting.default == pytest.approx(default[setting.name])
