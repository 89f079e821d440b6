"""Pictures inside the page are the numbers they were made of."""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image

from netlab.app.png import png_url


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
