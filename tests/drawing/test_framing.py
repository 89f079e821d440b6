"""Drawings of one known shape on all kinds of paper end as the same framed digit."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from scipy import ndimage

from netlab.arrays import BOX
from netlab.drawing.framing import HEAVIEST, LIGHTEST, frame, framed, stages, stroke_width
from netlab.drawing.ink import Ink


def drawn(strokes: list[list[tuple[float, float]]], pen: int = 14, side: int = 280) -> np.ndarray:
    """White strokes on black with a round brush; points are shares of the side."""
    canvas = Image.new("L", (side, side))
    draw = ImageDraw.Draw(canvas)
    for stroke in strokes:
        points = [(x * side, y * side) for x, y in stroke]
        draw.line(points, 255, pen, joint="curve")
        for x, y in points:
            draw.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), 255)
    return np.asarray(canvas)


SEVEN = [[(0.3, 0.25), (0.65, 0.25), (0.45, 0.75)], [(0.38, 0.5), (0.66, 0.5)]]
FIVE = [[(0.35, 0.4), (0.35, 0.52), (0.6, 0.55), (0.6, 0.7), (0.35, 0.75)], [(0.35, 0.27), (0.68, 0.27)]]


def box(picture: np.ndarray, level: float = 0.05) -> tuple[int, int]:
    rows, columns = np.flatnonzero((picture > level).any(1)), np.flatnonzero((picture > level).any(0))
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def likeness(first: np.ndarray, second: np.ndarray) -> float:
    """Best correlation of two framed digits when one may lie a pixel off: the centre is rounded to pixels."""
    moved = [np.roll(first, (down, right), (0, 1)) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    return max(float(np.corrcoef(picture.ravel(), second.ravel())[0, 1]) for picture in moved)


def test_a_framed_drawing_has_mnist_s_size_place_and_range() -> None:
    framed = frame(drawn(SEVEN))
    assert framed.shape == (28, 28)
    assert framed.dtype == np.float32
    assert framed.min() == 0
    assert framed.max() > 0.98
    assert max(box(framed)) == BOX
    assert np.abs(np.subtract(ndimage.center_of_mass(framed), 14)).max() <= 0.5


@pytest.mark.parametrize("side", [28, 56, 140, 280, 700, 2000])
def test_size_does_not_matter(side: int) -> None:
    reference = frame(drawn(SEVEN, pen=20))
    assert likeness(frame(drawn(SEVEN, pen=side // 14, side=side)), reference) > 0.9


def test_the_negative_is_framed_alike() -> None:
    picture = drawn(SEVEN)
    assert np.abs(frame(255 - picture) - frame(picture)).max() < 1e-5
    assert stages(255 - picture).dark_on_light
    assert not stages(picture).dark_on_light


def test_floats_and_integers_are_framed_alike() -> None:
    picture = drawn(SEVEN)
    for same in (
        picture / 255,
        picture.astype(np.float32),
        picture.astype(np.int64),
        picture / np.float32(255),
    ):
        assert np.abs(frame(same) - frame(picture)).max() < 1e-5
    assert likeness(frame(picture > 127), frame(picture)) > 0.99


@pytest.mark.parametrize("shift", [(-60, -70), (55, 0), (0, 80), (60, 85)])
def test_place_does_not_matter(shift: tuple[int, int]) -> None:
    picture = drawn(SEVEN)
    assert np.array_equal(frame(np.roll(picture, shift, (0, 1))), frame(picture))


@pytest.mark.parametrize("pen", [2, 4, 8, 14, 24, 34])
def test_pens_end_within_mnist_s_range(pen: int) -> None:
    made = stages(drawn(FIVE, pen=pen))
    assert LIGHTEST <= made.framed_width <= HEAVIEST
    wide = np.asarray(Image.fromarray(made.centred).resize((112, 112), Image.Resampling.BICUBIC))
    assert LIGHTEST - 0.6 <= stroke_width(wide) <= HEAVIEST + 0.8


def test_a_usual_pen_is_left_alone() -> None:
    made = stages(drawn(SEVEN, pen=18))
    assert made.framed_width == made.stroke_width
    assert likeness(made.centred, frame(drawn(SEVEN, pen=36, side=560))) > 0.97


def test_thinning_opens_no_gap() -> None:
    made = stages(drawn(SEVEN, pen=44))
    assert made.stroke_width > made.framed_width
    assert ndimage.label(made.centred > 0.3, np.ones((3, 3)))[1] == 1


def test_the_bar_of_a_five_stays() -> None:
    framed = frame(drawn(FIVE))
    assert ndimage.label(framed > 0.5)[1] == 2


def photographed(picture: np.ndarray, slope: float, noise: float, contrast: float) -> np.ndarray:
    y, x = np.mgrid[-1 : 1 : picture.shape[0] * 1j, -1 : 1 : picture.shape[1] * 1j]
    light = 0.7 * (1 + slope * x - slope * y * x)
    paper = light * (1 - contrast * picture / 255.0)
    grain = np.random.default_rng(0).normal(0, noise, picture.shape)
    file = io.BytesIO()
    Image.fromarray((255 * (paper + grain)).clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=60)
    return np.asarray(Image.open(file))


@pytest.mark.parametrize("slope", [0.0, 0.2, 0.35])
@pytest.mark.parametrize(("noise", "contrast"), [(0.0, 0.6), (0.03, 0.6), (0.02, 0.3)])
def test_light_noise_and_faint_pens_do_not_matter(slope: float, noise: float, contrast: float) -> None:
    assert likeness(frame(photographed(drawn(SEVEN), slope, noise, contrast)), frame(drawn(SEVEN))) > 0.9


def test_a_hard_shadow_is_paper() -> None:
    picture = 255 - drawn(SEVEN).astype(np.float64) * 0.8
    picture[:, 180:] *= 0.75
    assert likeness(frame(picture.astype(np.uint8)), frame(drawn(SEVEN))) > 0.85


def test_specks_and_far_marks_are_dropped() -> None:
    picture = drawn(SEVEN).copy()
    picture[5:8, 5:8] = picture[270:274, 20:23] = picture[20:22, 260:263] = 255
    assert np.array_equal(frame(picture), frame(drawn(SEVEN)))


@pytest.mark.parametrize("shade", [90, 200])
def test_ruled_lines_are_rubbed_out(shade: int) -> None:
    ruled = drawn(SEVEN).copy()
    for row in range(25, 280, 56):
        ruled[row : row + 2] = np.maximum(ruled[row : row + 2], shade)
    ruled[:, 40:42] = np.maximum(ruled[:, 40:42], shade)
    assert likeness(frame(255 - ruled), frame(drawn(SEVEN))) > 0.9


def test_a_table_top_around_the_paper_is_dropped() -> None:
    picture = 255 - drawn(SEVEN)
    picture[:, :18] = 30
    assert likeness(frame(picture), frame(drawn(SEVEN))) > 0.95


@pytest.mark.parametrize("negative", [False, True])
def test_a_picture_cut_close_to_the_digit_is_read(negative: bool) -> None:
    picture = drawn(SEVEN)
    rows, columns = (np.flatnonzero(picture.any(axis=axis)) for axis in (1, 0))
    close = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    assert likeness(frame(255 - close if negative else close), frame(picture)) > 0.97


def test_a_small_sign_on_a_large_page_keeps_its_detail() -> None:
    page = np.zeros((1500, 1200), np.uint8)
    page[900:1180, 700:980] = drawn(SEVEN)
    assert likeness(frame(page), frame(drawn(SEVEN))) > 0.97


@pytest.mark.parametrize(
    "shape", [(1, 1), (1, 50), (50, 1), (2, 3), (8, 8), (28, 28), (280, 280), (1500, 900)]
)
@pytest.mark.parametrize("shade", [0, 100, 255])
def test_blank_paper_is_all_zeros(shape: tuple[int, int], shade: int) -> None:
    made = stages(np.full(shape, shade, np.uint8))
    assert not made.centred.any()
    assert made.cropped.size == 0
    assert made.stroke_width == 0


@pytest.mark.parametrize("side", [28, 100, 280])
def test_noise_alone_is_blank_paper(side: int) -> None:
    for seed in range(10):
        noise = np.random.default_rng(seed).normal(200, 3, (side, side)).round().clip(0, 255)
        assert not frame(noise.astype(np.uint8)).any()


def test_every_stage_is_kept() -> None:
    made = stages(drawn(FIVE, pen=5))
    assert max(made.weighted.shape) >= BOX * 4
    assert max(made.scaled.shape) == BOX
    assert made.cropped.shape == box(made.ink, 0.15)
    assert np.isclose(made.centred.sum(), made.scaled.sum())
    assert made.stroke_width < made.framed_width


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (np.zeros((2, 28, 28)), "one by one"),
        (np.zeros(28), "shape"),
        (np.zeros((0, 5)), "at least 1"),
        (np.array([["a", "b"]]), "dtype"),
        (np.zeros((4, 4), complex), "dtype"),
        (np.array([[0.0, np.nan]]), "not a number"),
        (np.array([[0.0, np.inf]]), "not a number"),
        (np.array([[-1.0, 0.5]]), "-1 to"),
        (np.array([[0, 256]]), "256"),
    ],
)
def test_what_is_no_grey_picture_is_refused(image: np.ndarray, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        frame(image)


@pytest.mark.mnist
def test_a_genuine_digit_comes_back_nearly_itself() -> None:
    path = Path(os.environ.get("NETLAB_MNIST", "no file"))
    if not path.is_file():
        pytest.skip("needs real MNIST: set NETLAB_MNIST to mnist.npz")
    with np.load(path, allow_pickle=False) as data:
        digits = data["x_test"][:500]
    differences = [np.abs(frame(digit) - digit / 255).mean() for digit in digits]
    assert np.mean(np.array(differences) < 0.004) > 0.85
    assert np.mean(differences) < 0.006


@pytest.mark.mnist
def test_no_digit_cut_out_close_comes_back_blank() -> None:
    path = os.environ.get("NETLAB_MNIST")
    if not path:
        pytest.skip("needs real MNIST: set NETLAB_MNIST to mnist.npz")
    with np.load(path) as archive:
        digits = archive["x_test"][:300]
    for digit in digits:
        rows, columns = (np.flatnonzero(digit.max(axis=axis) > 40) for axis in (1, 0))
        close = digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        assert frame(close).any()
        assert frame(255 - close).any()


@pytest.mark.parametrize("negative", [False, True])
@pytest.mark.parametrize("pen", [10, 40, 60])
def test_a_blurred_picture_cut_close_keeps_its_polarity(negative: bool, pen: int) -> None:
    picture = np.asarray(Image.fromarray(drawn(FIVE, pen=pen)).resize((56, 56), Image.Resampling.BICUBIC))
    rows, columns = (np.flatnonzero((picture > 60).any(axis=axis)) for axis in (1, 0))
    close = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    made = stages(255 - close if negative else close)
    assert made.dark_on_light == negative
    assert likeness(made.centred, frame(drawn(FIVE, pen=pen))) > 0.9


def test_a_photograph_cut_close_is_read() -> None:
    close = photographed(drawn(FIVE, pen=20), 0.2, 0.02, 0.6)[66:220, 88:201]
    made = stages(close)
    assert made.dark_on_light
    assert likeness(made.centred, frame(drawn(FIVE, pen=20))) > 0.9


@pytest.mark.parametrize("width", [1, 2, 3, 6, 20])
@pytest.mark.parametrize("apart", range(15))
def test_a_frame_around_the_sign_is_cut_off(width: int, apart: int) -> None:
    framed = drawn(SEVEN).copy()
    end = 280 - apart
    framed[apart : apart + width, apart:end] = framed[end - width : end, apart:end] = 255
    framed[apart:end, apart : apart + width] = framed[apart:end, end - width : end] = 255
    for picture in (framed, 255 - framed):
        assert likeness(frame(picture), frame(drawn(SEVEN))) > 0.95


def test_ink_too_faint_to_have_an_edge_is_left_as_it_is() -> None:
    strength = np.zeros((80, 80), np.float32)
    strength[10:70, 38:42] = 0.4
    found = framed(Ink(strength, dark_on_light=False))
    assert found.framed_width == 0
    assert found.scaled.max() <= 0.4 + 1e-6
