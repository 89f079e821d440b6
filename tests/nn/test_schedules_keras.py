"""A rate that changes over a training changes as Keras's schedules do."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.nn.schedules import SPANNING

KERAS = {
    "linear": lambda total: keras.optimizers.schedules.PolynomialDecay(1.0, total, end_learning_rate=0.0),
    "cosine": lambda total: keras.optimizers.schedules.CosineDecay(1.0, total),
}


@pytest.mark.parametrize("schedule", KERAS)
@given(st.integers(1, 1000), st.data())
def test_every_batch_has_keras_s_rate(schedule: str, total: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, total - 1))
    count = data.draw(st.integers(1, min(5, total - first)))
    expected = [float(KERAS[schedule](total)(step)) for step in range(first, first + count)]
    np.testing.assert_allclose(
        SPANNING[schedule].factors(first, count, total), expected, rtol=1e-6, atol=1e-7
    )


def test_constant_is_constant() -> None:
    assert (SPANNING["constant"].factors(3, 7, 10) == 1).all()
