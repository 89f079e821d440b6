"""A weight picture over a digit against the network's own unit: the same z, however both are shuffled."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.app.digits import SHUFFLED
from netlab.lessons.numbers.unit_sum import (
    Unit,
    first_sums,
    most_driven,
    sum_over,
    unit,
    units,
    unsure_only_divided,
)
from netlab.nets import shipped_mlp

IMAGE = np.random.default_rng(1).integers(0, 256, (28, 28)).astype(np.uint8)


def shuffled(values: np.ndarray) -> np.ndarray:
    return values.reshape(-1)[SHUFFLED].reshape(28, 28)


@pytest.mark.parametrize("number", [0, 7, 511])
def test_the_sum_is_the_unit_s_own_z(number: int) -> None:
    z = sum_over(unit(number), IMAGE)
    assert max(z, 0) == pytest.approx(float(shipped_mlp.hidden(IMAGE[None])[0, number]), abs=1e-4)
    assert z == pytest.approx(
        float(np.dot(unit(number).weights.ravel(), IMAGE.ravel() / 255) + unit(number).bias)
    )


def test_shuffled_alike_z_is_the_same_to_the_last_bit_and_shuffled_alone_it_is_not() -> None:
    """The weights are float16's and the pixels whole, so that their sum is exact in float64, in any order."""
    for number in range(0, 512, 37):
        one = unit(number)
        alike = Unit(shuffled(one.weights), one.bias)
        z = sum_over(one, IMAGE)
        assert sum_over(alike, shuffled(IMAGE)) == z
        assert abs(sum_over(one, shuffled(IMAGE)) - z) > 1e-3
        assert abs(sum_over(alike, IMAGE) - z) > 1e-3


@given(st.integers(-28, 28), st.integers(-28, 28))
def test_moved_weights_meet_the_pixels_that_are_under_them_then(down: int, right: int) -> None:
    one = unit(3)
    by_hand = sum(
        one.weights[row, column] * int(IMAGE[row + down, column + right])
        for row in range(28)
        for column in range(28)
        if 0 <= row + down < 28 and 0 <= column + right < 28
    )
    assert sum_over(one, IMAGE, down, right) == pytest.approx(by_hand / 255 + one.bias, abs=1e-12)


def test_the_unit_that_a_picture_drives_most_has_the_largest_z() -> None:
    sums = [sum_over(unit(number), IMAGE) for number in range(units())]
    assert most_driven(IMAGE) == int(np.argmax(sums))
    assert units() == 512


def test_undivided_pixels_make_first_sums_255_times_as_large_and_a_network_that_is_sure_of_nothing_it_knows() -> (
    None
):
    whole, shares = first_sums(IMAGE, divided=False), first_sums(IMAGE, divided=True)
    np.testing.assert_allclose(whole.sums, 255 * shares.sums, rtol=1e-12)
    assert whole.answers.sum() == pytest.approx(1)
    assert unsure_only_divided(whole, shares)
    assert not unsure_only_divided(shares, shares)
    assert not unsure_only_divided(whole, whole)
