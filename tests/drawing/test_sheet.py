"""A line a picture: what was read, how surely, what speaks against it; and the same for a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlab.drawing import recognize
from netlab.drawing.framing import stages
from netlab.drawing.page import ONE, part, read_parted
from netlab.drawing.sheet import BLANK, COLUMNS, Line, as_csv, fitted, line, mosaic
from netlab.nets import shipped
from tests.drawing.test_apart import photo, seven

NETWORK = shipped.load("convolutional")


def lined(picture: Any) -> Line:
    return line("a.png", *NETWORK, stages(picture), part(picture))


def test_one_digit_is_read_as_the_page_reads_it() -> None:
    found, reading = lined(photo()), recognize.read(*NETWORK, photo())
    assert found.answer == str(reading.digit) == "7"
    assert found.sure == pytest.approx(float(reading.probabilities.max()))
    assert found.images is not None
    assert np.array_equal(found.images, reading.image[None])
    assert found.doubts == ""


def test_several_digits_are_read_in_order_and_as_sure_as_the_least() -> None:
    page = np.concatenate([seven(260), seven(260)], axis=1)
    found = lined(page)
    assert found.answer == "77"
    assert found.images is not None
    assert found.images.shape == (2, 28, 28)
    (row,) = read_parted(*NETWORK, part(page))
    assert found.sure == pytest.approx(min(float(one.reading.probabilities.max()) for one in row))


def test_a_blank_picture_has_no_answer() -> None:
    found = line("a.png", *NETWORK, stages(np.full((40, 40), 255, np.uint8)), ONE)
    assert (found.answer, found.sure, found.doubts, found.images) == ("", None, BLANK, None)


def test_doubts_are_told() -> None:
    blob = np.zeros((100, 100), np.uint8)
    blob[20:80, 20:80] = 255
    assert lined(blob).doubts
    page = np.concatenate([seven(260), seven(260), seven(260, shift=(30, 75))[:, :260]], axis=1)
    found = line("a.png", *NETWORK, stages(page), part(page))
    unsure = [one for row in part(page).rows for one, _ in row if one.at_edge]
    assert bool(unsure) == ("unsure" in found.doubts)


def parsed(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_the_spreadsheet_has_a_line_a_picture_as_given() -> None:
    lines = [
        Line("b.png", "42", 0.987654321),
        Line("a.png", refusal="It is empty."),
        Line("c, d.png", "7", 1.0, "odd"),
    ]
    head, *rows = parsed(as_csv(lines))
    assert tuple(head) == COLUMNS
    assert rows == [
        ["b.png", "42", "0.987654", "", ""],
        ["a.png", "", "", "", "It is empty."],
        ["c, d.png", "7", "0.999999", "odd", ""],
    ]


@pytest.mark.parametrize("name", ["=1+1.png", "+a", "-a", "@a", "\ta", "\ra"])
def test_a_name_that_is_a_formula_is_text_to_a_spreadsheet(name: str) -> None:
    assert as_csv([Line(name)]).splitlines()[1].lstrip('"').startswith("'")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=30))
def test_any_name_can_be_written(name: str) -> None:
    assert as_csv([Line(name, "1", 0.5)]).encode()


@pytest.mark.parametrize("count", range(1, 15))
def test_the_mosaic_shows_every_digit_once_and_fits(count: int) -> None:
    images = np.random.default_rng(count).random((count, 28, 28)).astype(np.float32)
    field = mosaic(images, 12)
    tiles = [
        field[top : top + 28, left : left + 28]
        for top in range(0, field.shape[0], 29)
        for left in range(0, field.shape[1], 29)
    ]
    for place in range(min(count, 12)):
        assert np.array_equal(tiles[place], images[place])
    assert not any(tile.any() for tile in tiles[min(count, 12) :])
    assert field.shape[1] <= 3.1 * field.shape[0] or count == 1


def test_a_mosaic_of_nothing_is_nothing() -> None:
    assert mosaic(None, 12).shape == (0, 0)


@pytest.mark.parametrize("shape", [(10, 10), (3, 90), (90, 3), (1, 1)])
def test_a_thumbnail_has_the_shape_of_its_cell(shape: tuple[int, int]) -> None:
    picture = np.full(shape, 200, np.uint8)
    found = fitted(picture, 1.25)
    assert found.shape[1] == pytest.approx(1.25 * found.shape[0], abs=1)
    assert np.unique(found).tolist() == [200]
