"""Dropout as the compiled loop draws it: Keras's distribution, from the seed and the step alone."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from netlab.training.compiled_loop import dropped


def _draw(rate: float, shape: tuple[int, ...], key: tuple[int, int] = (0, 1)) -> np.ndarray:
    return np.asarray(dropped(tf.ones(shape), rate, tf.constant(key, tf.int32)))


@pytest.mark.parametrize("rate", [0.05, 0.2, 0.5, 0.95])
def test_the_silenced_share_is_the_rate_and_the_mean_stays(rate: float) -> None:
    drawn = _draw(rate, (1000, 1000))
    deviation = np.sqrt(rate * (1 - rate) / drawn.size)
    assert abs((drawn == 0).mean() - rate) < 4 * deviation + 2.0**-17
    assert abs(drawn.mean() - 1) < 4 * deviation / (1 - rate) + 2.0**-17 / (1 - rate)


@pytest.mark.parametrize("rate", [0.05, 0.2, 0.5, 0.95])
def test_what_stays_is_raised_as_keras_raises_it(rate: float) -> None:
    keras = np.unique(tf.keras.layers.Dropout(rate, seed=1)(tf.ones((100, 100)), training=True))
    np.testing.assert_allclose(np.unique(_draw(rate, (100, 100))), keras, rtol=1e-6)


@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (32, 512), (7, 3, 5)])
def test_any_shape_is_filled(shape: tuple[int, ...]) -> None:
    assert _draw(0.0, shape).tolist() == np.ones(shape).tolist()
    assert _draw(0.5, shape).shape == shape


def test_neighbours_steps_and_layers_are_drawn_independently() -> None:
    first, step, layer = (_draw(0.5, (1000, 100), key) == 0 for key in ((0, 1), (0, 2), (1, 1)))
    for other in (step, layer, np.roll(first, 1, axis=1), np.roll(first, 1, axis=0)):
        assert abs(np.corrcoef(first.ravel(), other.ravel())[0, 1]) < 4 / np.sqrt(first.size)


def test_the_same_step_draws_the_same_mask_and_its_slope_is_the_mask() -> None:
    values, key = tf.random.stateless_normal((8, 16), (3, 4)), tf.constant((5, 6), tf.int32)
    with tf.GradientTape() as tape:
        tape.watch(values)
        out = dropped(values, 0.2, key)
    slope = np.asarray(tape.gradient(out, values))
    assert np.array_equal(np.asarray(out), np.asarray(values) * slope)
    assert np.array_equal(slope, np.asarray(dropped(tf.ones((8, 16)), 0.2, key)))
