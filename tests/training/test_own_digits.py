"""Drawings of one's own: what is held back, what is refused, and a file that comes back as it went."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.training.own_digits import (
    EVERY,
    MOST,
    OwnDigits,
    OwnDigitsError,
    from_bytes,
    lacking,
    to_bytes,
)


def drawings(labels: list[int]) -> OwnDigits:
    """So many drawings, no two alike."""
    images = np.zeros((len(labels), 28, 28), np.uint8)
    for place, image in enumerate(images):
        image[place // 28, place % 28] = 255
    return OwnDigits(images, np.array(labels, np.uint8))


def file(**arrays: Any) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


@given(st.lists(st.integers(0, 9), max_size=MOST))
def test_of_every_digit_the_second_and_then_every_third_is_held_back(labels: list[int]) -> None:
    held = drawings(labels).held_back
    for digit in range(10):
        of_it = held[np.array(labels, int) == digit]
        assert of_it.tolist() == [place % EVERY == 1 for place in range(len(of_it))]
        assert not of_it.size or not of_it[0]  # something is always learnt from what is scored


def test_what_is_lacking_is_told_until_one_digit_is_there_twice() -> None:
    assert "two drawings of one digit" in lacking(drawings([]))
    assert "once more" in lacking(drawings([1, 2, 3]))
    assert lacking(drawings([1, 2, 1])) == ""


def test_a_drawing_is_kept_in_256_levels_and_an_empty_one_refused() -> None:
    framed = np.linspace(0, 1, 784, dtype=np.float32).reshape(28, 28)
    own = OwnDigits().with_drawing(framed, 7)
    assert own.labels.tolist() == [7]
    assert np.abs(own.images[0] / 255 - framed).max() <= 0.5 / 255 + 1e-6
    with pytest.raises(OwnDigitsError, match="pad is empty"):
        own.with_drawing(np.zeros((28, 28)), 7)


def test_no_more_than_so_many_are_kept_and_none_is_lost() -> None:
    full = drawings([0] * MOST)
    with pytest.raises(OwnDigitsError, match="At most 200"):
        full.with_drawing(np.ones((28, 28)), 1)
    assert len(full.without(3)) == MOST - 1
    assert len(full.without(MOST)) == MOST


def test_a_file_comes_back_and_twice_the_same_adds_nothing() -> None:
    own = drawings([3, 3, 7])
    back = from_bytes(to_bytes(own), "mine.npz")
    assert np.array_equal(back.images, own.images)
    assert np.array_equal(back.labels, own.labels)
    both, new = own.without(1).with_all(back)
    assert (len(both), new) == (3, 1)
    assert both.with_all(back)[1] == 0


IMAGES = drawings([1, 2]).images
BAD: dict[str, tuple[bytes, str]] = {
    "no npz": (b"hello", "does not start like an npz"),
    "cut short": (to_bytes(drawings([1, 1]))[:-30], "cut short"),
    "too long": (b"PK" + bytes(500_000), "bytes"),
    "other arrays": (file(x_train=IMAGES, y_train=np.zeros(2, int)), "lacks x_own"),
    "floats": (file(x_own=IMAGES / 255, y_own=np.zeros(2, int)), "float64"),
    "other size": (file(x_own=np.ones((2, 27, 28), np.uint8), y_own=np.zeros(2, int)), "shape"),
    "none at all": (file(x_own=IMAGES[:0], y_own=np.zeros(0, int)), "expected 1 to 200"),
    "too many": (
        file(x_own=np.ones((201, 28, 28), np.uint8), y_own=np.zeros(201, int)),
        "expected 1 to 200|at most",
    ),
    "too few labels": (file(x_own=IMAGES, y_own=np.zeros(1, int)), "1 label for 2 pictures"),
    "no digits": (file(x_own=IMAGES, y_own=np.array([1, 10])), "expected 0 to 9"),
    "negative": (file(x_own=IMAGES, y_own=np.array([-1, 3])), "expected 0 to 9"),
    "words": (file(x_own=IMAGES, y_own=np.array(["a", "b"])), "whole numbers"),
    "objects": (file(x_own=IMAGES, y_own=np.array([{}, {}], object)), "Python objects"),
    "blank": (file(x_own=np.stack([IMAGES[0], IMAGES[0] * 0]), y_own=np.zeros(2, int)), "picture 2 is blank"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_file_of_drawings_is_refused_in_a_sentence(case: str) -> None:
    content, told = BAD[case]
    with pytest.raises(OwnDigitsError, match=told):
        from_bytes(content, "mine.npz")
