"""One unit, two losses: the vanishing factor is all that parts them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlab.lessons.loss.two_losses import CROSS_ENTROPY, QUADRATIC, compare, unlearn


@settings(deadline=None)
@given(z=st.floats(-30, 30), target=st.sampled_from([0.0, 1.0]))
def test_quadratic_derivative_is_cross_entropy_derivative_times_the_vanishing_factor(
    z: float, target: float
) -> None:
    two = compare(np.array([z]), target)
    np.testing.assert_allclose(
        two.quadratic_derivative, two.cross_entropy_derivative * two.factor, rtol=1e-12
    )
    np.testing.assert_allclose(two.cross_entropy_derivative, two.predictions - target, rtol=0, atol=1e-15)
    assert two.factor[0] <= 0.25 * (1 + 1e-12)


@settings(deadline=None)
@given(start=st.floats(-12, -5), learning_rate=st.floats(0.1, 1))
def test_cross_entropy_leaves_a_wrong_answer_first(start: float, learning_rate: float) -> None:
    walk = {
        loss.key: unlearn(loss, start, 1.0, learning_rate=learning_rate, steps=50)
        for loss in (QUADRATIC, CROSS_ENTROPY)
    }
    assert walk[CROSS_ENTROPY.key][1] - start == pytest.approx(learning_rate, rel=0.01)
    assert walk[QUADRATIC.key][1] - start < 0.01 * learning_rate
    assert (walk[CROSS_ENTROPY.key][1:] > walk[QUADRATIC.key][1:]).all()
