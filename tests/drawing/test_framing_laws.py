"""Laws that framing keeps for any picture at all."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image, ImageDraw
from scipy import ndimage

from netlab.arrays import BOX
from netlab.drawing.framing import frame

PICTURES = arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=40))
POINTS = st.lists(st.tuples(st.integers(30, 170), st.integers(30, 170)), min_size=2, max_size=6, unique=True)


def scribble(points: list[tuple[int, int]], pen: int) -> np.ndarray:
    assume(max(np.ptp(points, axis=0)) >= 60)  # a dot has no weight to speak of
    canvas = Image.new("L", (200, 200))
    ImageDraw.Draw(canvas).line(points, 255, pen, joint="curve")
    return np.asarray(canvas)


@settings(deadline=None, max_examples=150)
@given(PICTURES)
def test_any_array_gives_a_picture_in_range(picture: np.ndarray) -> None:
    framed = frame(picture)
    assert framed.shape == (28, 28)
    assert framed.dtype == np.float32
    assert np.isfinite(framed).all()
    assert 0 <= framed.min() <= framed.max() <= 1


@settings(deadline=None, max_examples=60)
@given(POINTS, st.integers(4, 24))
def test_any_scribble_fills_the_box_and_sits_in_the_middle(points: list[tuple[int, int]], pen: int) -> None:
    framed = frame(scribble(points, pen))
    rows, columns = (np.flatnonzero((framed > 0.1).any(axis=axis)) for axis in (1, 0))
    assert BOX - 1 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= BOX
    at_edge = {rows[0], columns[0]} & {0} or {rows[-1], columns[-1]} & {27}
    assert at_edge or np.abs(np.subtract(ndimage.center_of_mass(framed), 14)).max() <= 0.51


@settings(deadline=None, max_examples=40)
@given(POINTS, st.integers(4, 24), st.integers(-9, 9), st.integers(-9, 9))
def test_moving_a_scribble_changes_nothing(
    points: list[tuple[int, int]], pen: int, down: int, right: int
) -> None:
    picture = np.pad(scribble(points, pen), 10)  # small enough not to be averaged down
    assert np.array_equal(frame(np.roll(picture, (down, right), (0, 1))), frame(picture))


@settings(deadline=None, max_examples=40)
@given(POINTS, st.integers(4, 24), st.integers(0, 120), st.integers(200, 255))
def test_neither_polarity_nor_contrast_matters(
    points: list[tuple[int, int]], pen: int, paper: int, ink: int
) -> None:
    picture = scribble(points, pen)
    reference = frame(picture)
    for first, second in ((paper, ink), (ink, paper)):
        shades = (first + (second - first) * (picture / 255.0)) / 255
        assert np.abs(frame(shades) - reference).max() < 0.02


@settings(deadline=None, max_examples=40)
@given(POINTS, st.integers(8, 20))
def test_framing_what_is_framed_changes_little(points: list[tuple[int, int]], pen: int) -> None:
    framed = frame(scribble(points, pen))
    again = frame(framed)
    moved = [np.roll(again, (down, right), (0, 1)) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    assert min(np.abs(picture - framed).mean() for picture in moved) < 0.08  # a blob of a scribble: 0.06
