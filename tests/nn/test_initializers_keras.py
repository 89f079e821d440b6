"""Initializers against Keras: the same distribution, whatever the seed."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from scipy.stats import ks_2samp

from netlab.nn.initializers import INITIALIZERS, Initializer

random = [initializer for initializer in INITIALIZERS.values() if initializer.variance(2, 2) > 0]


@pytest.mark.parametrize("initializer", random, ids=lambda initializer: initializer.key)
def test_distribution_is_keras(initializer: Initializer) -> None:
    config = initializer.keras_config() | {"config": {"seed": 1}}
    theirs = keras.initializers.deserialize(config)(shape=(784, 512)).numpy()
    ours = initializer.draw(np.random.default_rng(1), 784, 512)
    assert ours.var() == pytest.approx(float(theirs.var()), rel=0.03)
    limit = initializer.limit(784, 512)
    assert np.abs(theirs).max() <= limit * (1 + 1e-6)
    assert np.isinf(limit) or np.abs(theirs).max() > 0.999 * limit
    assert ks_2samp(ours.ravel()[:100_000], theirs.ravel()[:100_000]).pvalue > 1e-4


@pytest.mark.parametrize("name", ["zeros", "constant"])
def test_constants_are_keras(name: str) -> None:
    theirs = keras.initializers.get(INITIALIZERS[name].keras_config())(shape=(3, 4)).numpy()
    np.testing.assert_allclose(INITIALIZERS[name].draw(np.random.default_rng(0), 3, 4), theirs, rtol=1e-6)


@pytest.mark.parametrize("initializer", INITIALIZERS.values(), ids=list(INITIALIZERS))
def test_config_is_a_keras_initializer(initializer: Initializer) -> None:
    twin = keras.initializers.deserialize(initializer.keras_config())
    assert isinstance(twin, keras.initializers.Initializer)
