"""Four numbers from a browser become a rectangle of the picture, or the whole of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlab.drawing.crop import FEWEST, WHOLE, Crop, checked, cut

SHARES = st.floats(0, 1)


@pytest.mark.parametrize(
    "sent",
    [
        None, "0011", {}, [], [0, 0, 1], [0, 0, 1, 1, 1], [0, 0, 1, "1"], [0, 0, True, True], [0, 0, float("nan"), 1],
        [0, 0, float("inf"), 1], [-0.1, 0, 1, 1], [0, 0, 1, 1.1], [0.5, 0, 0.5, 1], [0.6, 0, 0.4, 1], [0, 0, 0.01, 1],
        [0, 0, 10**400, 1], [[0], [0], [1], [1]],
    ],
)  # fmt: skip
def test_what_is_no_rectangle_is_the_whole_picture(sent: Any) -> None:
    assert checked(sent) is WHOLE


@settings(max_examples=200, deadline=None)
@given(st.lists(SHARES, min_size=4, max_size=4), st.integers(1, 60), st.integers(1, 60))
def test_any_rectangle_cuts_something_out_of_any_picture(sent: list[float], height: int, width: int) -> None:
    crop = checked(sent)
    assert 0 <= crop.left < crop.right <= 1
    assert 0 <= crop.top < crop.bottom <= 1
    picture = np.arange(height * width, dtype=np.uint32).reshape(height, width).astype(np.uint8)
    part = cut(picture, crop)
    assert all(min(FEWEST, whole) <= side <= whole for side, whole in zip(part.shape, picture.shape))


def test_it_cuts_where_it_lies() -> None:
    picture = np.arange(200, dtype=np.uint8).reshape(10, 20)
    assert np.array_equal(cut(picture, WHOLE), picture)
    assert np.array_equal(cut(picture, Crop(0.5, 0.1, 1.0, 0.9)), picture[1:9, 10:])
    assert np.array_equal(cut(picture, Crop(0.95, 0.0, 1.0, 1.0)), picture[:, 12:])
