"""Several digits on one paper are found, joined from their pieces, parted where they touch, and read in order."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from benchmarks.reading import SHAPES, scribbled
from netlab.__main__ import main
from netlab.drawing.page import number, part, read_parted
from netlab.drawing.signs import find_signs
from netlab.drawing.view.several import sentence
from netlab.nets import shipped

Picture = np.ndarray


def shape(kind: int, seed: int = 0, pen: int = 12) -> Picture:
    """A digit drawn with a mouse, cut to its ink, 100 pixels high."""
    canvas = scribbled(SHAPES[kind][2], (pen, pen), np.random.default_rng(seed))
    rows, columns = (np.flatnonzero((canvas > 60).any(axis=axis)) for axis in (1, 0))
    cut = canvas[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    width = max(8, round(cut.shape[1] * 100 / len(cut)))
    return np.asarray(Image.fromarray(cut).resize((width, 100)))


def written(*rows: list[int], gap: int = 40, pen: int = 12) -> Picture:
    """Rows of digits on black paper; a number is a place in ``SHAPES``."""
    lines = []
    for line in rows:
        parts = [np.pad(shape(kind, kind, pen), ((0, 0), (gap // 2, gap - gap // 2))) for kind in line]
        lines.append(np.pad(np.concatenate(parts, axis=1), ((40, 40), (30, 30))))
    widest = max(line.shape[1] for line in lines)
    return np.concatenate([np.pad(line, ((0, 0), (0, widest - line.shape[1]))) for line in lines])


def read(picture: Picture, *, turn: bool = True) -> str:
    return number(read_parted(*shipped.load("convolutional"), part(picture, turn=turn)))


KINDS = st.lists(
    st.sampled_from([k for k, one in enumerate(SHAPES) if one[1] in ("round", "swan", "stick", "closed")]),
    min_size=2,
    max_size=6,
)


@settings(deadline=None, max_examples=25)
@given(KINDS, st.sampled_from([25, 40, 80]), st.booleans())
def test_a_row_is_read_in_order(kinds: list[int], gap: int, negative: bool) -> None:
    picture = written(kinds, gap=gap)
    found = read(255 - picture if negative else picture)
    assert len(found) == len(kinds)
    digits = [SHAPES[kind][0] for kind in kinds]
    right = sum(int(told) == digit for told, digit in zip(found, digits, strict=True))
    assert (
        right >= len(digits) - 1
    )  # one of a mouse's digits may be read wrongly, none be missing or out of place


@settings(deadline=None, max_examples=40)
@given(st.integers(0, len(SHAPES) - 1), st.integers(0, 10_000), st.integers(5, 26))
def test_one_digit_is_one_digit_also_in_pieces(kind: int, seed: int, pen: int) -> None:
    assert read(scribbled(SHAPES[kind][2], (pen, pen), np.random.default_rng(seed))) == ""


def test_rows_are_read_from_top_to_bottom() -> None:
    first, second = [2, 8, 0], [8, 2]
    found = find_signs(written(first, second).astype(np.float32) / np.float32(255))
    assert [len(row) for row in found.rows] == [3, 2]
    assert found.rows[0][0].box.bottom < found.rows[1][0].box.top
    assert [row[0].box.left < row[1].box.left for row in found.rows] == [True, True]


def test_neighbours_that_touch_are_parted() -> None:
    parts = [shape(SHAPES.index(next(one for one in SHAPES if one[0] == digit))) for digit in (2, 3, 0)]
    row = np.concatenate(parts, axis=1)
    edges = np.cumsum([one.shape[1] for one in parts])[:-1]
    for edge in edges:
        row[46:54, edge - 14 : edge + 14] = 255  # a bridge of ink
    page = np.pad(row, 40)
    assert find_signs(page.astype(np.float32) / np.float32(255)).count == 1
    assert read(page) == "230"


@pytest.mark.parametrize("quarters", [0, 1, 3])
def test_a_page_on_its_side_is_turned(quarters: int) -> None:
    kinds = [SHAPES.index(next(s for s in SHAPES if s[0] == digit)) for digit in (2, 3, 4, 5)]
    page = written(kinds)
    parted = part(np.ascontiguousarray(np.rot90(page, -quarters)))
    assert number(read_parted(*shipped.load("convolutional"), parted)) == "2345"
    assert parted.turned == quarters


def test_the_pad_is_never_turned() -> None:
    kinds = [SHAPES.index(next(s for s in SHAPES if s[0] == digit)) for digit in (2, 3, 4, 5)]
    assert part(np.ascontiguousarray(np.rot90(written(kinds))), turn=False).turned == 0


def test_dirt_dots_and_dashes_are_no_digits() -> None:
    page = Image.fromarray(written([2, 0], gap=160))
    pen = ImageDraw.Draw(page)
    middle = page.width // 2
    pen.ellipse((middle - 3, 130, middle + 3, 136), 255)
    pen.line([(middle - 18, 90), (middle + 18, 90)], 255, 6)
    assert len(read(np.asarray(page))) == 2


@pytest.mark.parametrize("shape_of", [(1, 1), (28, 28), (5, 300), (300, 5)])
def test_blank_paper_has_no_digits(shape_of: tuple[int, int]) -> None:
    assert part(np.full(shape_of, 200, np.uint8)).rows == ()


def test_what_is_read_is_said() -> None:
    rows = read_parted(*shipped.load("convolutional"), part(written([2, 8, 0], [8, 2])))
    assert sentence(rows).startswith("It reads 5 digits in 2 rows: ")
    assert " / " in number(rows)


def test_the_command_line_tells_all_of_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "row.png"
    Image.fromarray(written([0, 8])).save(file)
    assert main(["read", str(file), "--json", "--model", "convolutional"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told["digits"]) == 2
    assert [one["digit"] for one in told["rows"][0]] == [int(letter) for letter in told["digits"]]
    assert all(abs(sum(one["probabilities"]) - 1) < 1e-3 for one in told["rows"][0])
    assert main(["read", str(file)]) == 0
    assert told["digits"] in capsys.readouterr().out


def test_a_sign_between_digits_that_is_none_is_a_question_mark() -> None:
    six, seven = (np.pad(shape(kind, kind), ((40, 40), (20, 20))) for kind in (14, 16))
    divided = Image.new("L", (140, 180))
    pencil = ImageDraw.Draw(divided)
    pencil.line([(20, 90), (120, 90)], 255, 12)
    for y in (50, 130):
        pencil.ellipse([60, y - 10, 80, y + 10], fill=255)
    picture = np.concatenate([six, np.asarray(divided), seven], axis=1)
    rows = read_parted(*shipped.load("convolutional"), part(picture))
    assert number(rows) == "6?7"
    assert rows[0][1].reading.doubt is not None
    assert rows[0][1].unsure
    assert sentence(rows) == "It reads 2 digits: 6?7. 1 more sign is no digit."
