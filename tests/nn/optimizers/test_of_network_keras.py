"""Optimizers that look at whole arrays, at a network's arrays in one row: step for step what Keras makes of them."""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import pytest

from netlab.nn.optimizers import OPTIMIZERS
from netlab.nn.optimizers.of_network import of_network

SHAPES = [(2, 5), (5,), (5, 3), (3,), (3, 1), (1,)]
WHOLE = [key for key, row in OPTIMIZERS.items() if row.of_array is not None]


def split(row: np.ndarray) -> list[np.ndarray]:
    ends = np.cumsum([np.prod(shape) for shape in SHAPES]).tolist()
    return [row[a:b].reshape(shape) for a, b, shape in zip([0, *ends], ends, SHAPES)]


def test_those_are_muon_and_adafactor() -> None:
    assert WHOLE == ["adafactor", "muon"]
    assert of_network(OPTIMIZERS["adam"], SHAPES) is OPTIMIZERS["adam"]


@pytest.mark.parametrize("key", WHOLE)
@pytest.mark.parametrize("rate", [0.01, 0.7])
def test_forty_steps_are_keras_s(key: str, rate: float) -> None:
    generator = np.random.default_rng(4)
    count = sum(int(np.prod(shape)) for shape in SHAPES)
    row = generator.normal(size=count).astype(np.float32)
    optimizer = OPTIMIZERS[key].with_settings(learning_rate=rate)
    ours = of_network(optimizer, SHAPES)
    state = ours.init(row)
    theirs = keras.optimizers.deserialize(optimizer.keras_config())
    variables = [keras.Variable(part) for part in split(row)]
    for step in range(40):
        gradient = (generator.normal(size=count) * generator.choice([1e-3, 1, 30])).astype(np.float32)
        row, state = ours.update(gradient, row, state)
        theirs.apply([keras.ops.convert_to_tensor(part) for part in split(gradient)], variables)
        found = np.concatenate([variable.numpy().ravel() for variable in variables])
        np.testing.assert_allclose(row, found, rtol=2e-4, atol=2e-4 * rate, err_msg=f"step {step + 1}")
    assert state.step == 40
