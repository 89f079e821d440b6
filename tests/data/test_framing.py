"""One rule frames pixels, moments and points, to the last bit."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from netlab.data.framing import FIELD_MIDDLE, MIDDLE, centred, scaled
from netlab.data.synthetic.pen import Cloud, frame

Array = np.ndarray[Any, Any]


@given(st.integers(1, 5000), st.integers(1, 5000), st.sampled_from([20, 80]))
def test_whole_sides_round_as_exact_fractions_do(first: int, second: int, box: int) -> None:
    longer = max(first, second)
    assert scaled(longer, longer, box) == box
    for side in (first, second):
        assert round(scaled(side, longer, box)) == round(Fraction(side * box, longer))


@pytest.mark.parametrize("seed", range(20))
def test_the_factor_for_arrays_is_the_quotient_of_the_sides_bit_for_bit(seed: int) -> None:
    random = np.random.default_rng(seed)
    box, longer = random.uniform(0.1, 40, (2, 500)).astype(np.float32)
    factor = scaled(1, longer, box)
    assert factor.dtype == np.float32
    np.testing.assert_array_equal(factor, box / longer)


def test_the_centre_of_mass_of_pixels_goes_to_the_middle() -> None:
    picture = np.zeros((40, 40))
    picture[3:8, 11:30] = np.random.default_rng(0).random((5, 19))
    rows, columns = (centred(0, mass) for mass in ndimage.center_of_mass(picture))
    moved = ndimage.shift(picture, (rows, columns), order=1)
    assert ndimage.center_of_mass(moved) == pytest.approx((MIDDLE, MIDDLE))


@pytest.mark.parametrize("seed", range(20))
def test_a_framed_cloud_is_the_written_out_arithmetic_bit_for_bit(seed: int) -> None:
    """The stand-in digits are kept, and networks were trained on them: no bit may move."""
    random = np.random.default_rng(seed)
    points = random.normal(0, 10.0 ** random.integers(-2, 3), (30, 40, 2)).astype(np.float32)
    ink = random.uniform(0.01, 1, (30, 40)).astype(np.float32)
    radius = random.uniform(0.5, 2.2, 30).astype(np.float32)
    framed = frame(Cloud(points, ink), radius)

    size = np.ptp(points, axis=1).max(axis=1)[:, None, None]
    scale = (20 - 2 * radius[:, None, None]) / size
    grown, weight = points * scale, ink * scale[..., 0]
    centre = np.einsum("np,npc->nc", weight / weight.sum(axis=1, keepdims=True), grown)[:, None]
    np.testing.assert_array_equal(framed.points, grown - centre + 13.5)
    np.testing.assert_array_equal(framed.ink, weight)

    sides = np.ptp(framed.points, axis=1).max(axis=1) + 2 * radius
    np.testing.assert_allclose(sides, 20, rtol=1e-5)
    mass = np.stack([np.average(p, axis=0, weights=w) for p, w in zip(framed.points, framed.ink)])
    np.testing.assert_allclose(mass, FIELD_MIDDLE, atol=1e-3)
