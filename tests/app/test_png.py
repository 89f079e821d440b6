"""Pictures inside the page are the numbers they were made of."""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image

from netlab.app.png import png_url, signed_url
from netlab.plots.palette import BLUE, VERMILION


def _decoded(url: str) -> np.ndarray:
    head, body = url.split(",", 1)
    assert head == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(body))))


def test_every_number_becomes_a_sharp_square() -> None:
    grey = np.arange(12, dtype=np.uint8).reshape(3, 4) * 20
    assert np.array_equal(_decoded(png_url(grey, times=5)), grey.repeat(5, 0).repeat(5, 1))


def test_values_are_rounded_and_held_within_a_byte() -> None:
    assert _decoded(png_url(np.array([[-3.0, 1.6, 300.0]]))).tolist() == [[0, 2, 255]]


def test_a_photo_is_made_small_and_keeps_its_proportions() -> None:
    assert _decoded(png_url(np.zeros((900, 1800), np.uint8), most=400)).shape == (200, 400)


def test_signed_numbers_are_blue_above_zero_and_vermilion_below_on_any_paper() -> None:
    picture = _decoded(signed_url(np.array([[2.0, 1.0, 0.0], [-2.0, -0.5, 0.0]])))
    named = {f"#{''.join(f'{part:02X}' for part in pixel[:3])}" for pixel in picture[0, :2]}
    assert named == {BLUE.upper()}
    assert f"#{''.join(f'{part:02X}' for part in picture[1, 0, :3])}" == VERMILION.upper()
    assert picture[..., 3].tolist() == [[255, 128, 0], [255, 64, 0]]
    assert _decoded(signed_url(np.zeros((1, 2))))[..., 3].tolist() == [[0, 0]]
