"""Dropout against Keras: the same factor on survivors, the same density, nothing at all in use."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from netlab.lessons.dropout.dropout import drop, mask


@pytest.mark.parametrize("rate", [0.1, 0.2, 0.5, 0.8])
def test_survivors_are_as_loud_as_in_keras(rate: float) -> None:
    a = np.ones((100, 512), np.float32)
    theirs = keras.layers.Dropout(rate, seed=1)(a, training=True).numpy()
    ours = drop(a, mask(np.random.default_rng(1), a.shape, rate), rate)
    np.testing.assert_allclose(np.unique(ours), np.unique(theirs), rtol=1e-6)
    assert ours.mean() == pytest.approx(float(theirs.mean()), abs=0.06)
    np.testing.assert_array_equal(keras.layers.Dropout(rate)(a, training=False), a)
