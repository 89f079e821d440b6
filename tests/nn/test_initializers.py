"""Every initializer: variance, bound, mean and repeatability."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlab.nn.initializers import INITIALIZERS, Initializer

every = pytest.mark.parametrize("initializer", INITIALIZERS.values(), ids=list(INITIALIZERS))


@every
@pytest.mark.parametrize(("fan_in", "fan_out"), [(784, 512), (512, 10), (64, 2048), (3, 20_000)])
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_variance_is_within_three_percent(
    initializer: Initializer, fan_in: int, fan_out: int, seed: int
) -> None:
    generator = np.random.default_rng(seed)
    repeats = -(-60_000 // (fan_in * fan_out))  # 60,000 draws: a normal's variance is known to 0.6 %
    drawn = np.stack([initializer.draw(generator, fan_in, fan_out) for _ in range(repeats)])
    expected = initializer.variance(fan_in, fan_out)
    assert drawn.var() == pytest.approx(expected, rel=0.03, abs=1e-30)
    assert np.abs(drawn).max() <= initializer.limit(fan_in, fan_out) * (1 + 1e-9)
    if expected:
        assert abs(drawn.mean()) < 6 * np.sqrt(expected / drawn.size)


@every
@settings(deadline=None)
@given(fan_in=st.integers(1, 40), fan_out=st.integers(1, 40), seed=st.integers(0, 2**32 - 1))
def test_the_seed_decides(initializer: Initializer, fan_in: int, fan_out: int, seed: int) -> None:
    first, second = (initializer.draw(np.random.default_rng(seed), fan_in, fan_out) for _ in range(2))
    assert first.shape == (fan_in, fan_out)
    assert first.dtype == np.float64
    np.testing.assert_array_equal(first, second)
