"""What was drawn on the pad: packed for the way, and framed as any picture is."""

from __future__ import annotations

import base64

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy import ndimage

from benchmarks.reading import SHAPES, scribbled
from netlab.drawing.framing import stages
from netlab.drawing.ink import grown
from netlab.drawing.on_pad import SIDE, packed, see, unpacked
from netlab.drawing.page import part
from netlab.drawing.view.pad import DRAWN, decode

Picture = NDArray[np.uint8]


def drawn(
    kind: int, seed: int, pen: int = 22, sides: tuple[float, ...] = (0.5, 0.5), size: float = 0.8
) -> Picture:
    """A digit as a mouse draws it, so large and at such a place on the pad; at 0 and 1 its frame touches an edge."""
    strokes = scribbled(SHAPES[kind][2], (pen, pen), np.random.default_rng(seed))
    side = max(20, int(size * SIDE))
    rows = np.linspace(0, len(strokes) - 1, side).astype(int)
    small = strokes[np.ix_(rows, rows)]
    page = np.zeros((SIDE, SIDE), np.uint8)
    top, left = (int(share * (SIDE - side)) for share in sides)
    page[top : top + side, left : left + side] = small
    return page


@given(
    arrays(
        bool, st.tuples(st.integers(1, 30), st.integers(1, 30)), elements=st.booleans(), fill=st.just(False)
    ),
    st.integers(0, 9),
)
def test_ink_grows_as_by_the_filter_of_scipy(mask: NDArray[np.bool_], reach: int) -> None:
    expected = ndimage.maximum_filter(mask.view(np.uint8), size=2 * reach + 1)
    np.testing.assert_array_equal(grown(mask, reach), expected.view(bool))


KINDS = st.integers(0, len(SHAPES) - 1)
PENS = st.integers(8, 40)
PLACES = st.tuples(st.floats(0.2, 0.8), st.floats(0.2, 0.8))


@given(arrays(np.uint8, (SIDE, SIDE), elements=st.integers(0, 255), fill=st.sampled_from([0, 255])))
def test_what_is_packed_comes_out_again(picture: Picture) -> None:
    assert np.array_equal(unpacked(packed(picture)), picture)


@pytest.mark.parametrize(
    "content",
    [b"", b"\0", bytes([0, 255]), bytes([9, 255]) * 400, bytes([7, 0]) * 10, bytes(2 * SIDE * SIDE)],
)
def test_what_makes_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="A drawing"):
        unpacked(content)
    body = base64.b64encode(content).decode()
    assert decode({"seq": 1, "picture": f"{DRAWN},{body}", "strokes": []}) is None


@pytest.mark.parametrize("seq", [3, True, None, "3", [3]])
def test_the_pad_s_picture_arrives(seq: object) -> None:
    picture = drawn(0, 0)
    body = base64.b64encode(packed(picture)).decode()
    found = decode({"seq": seq, "picture": f"{DRAWN},{body}", "strokes": [[1, 1]]})
    assert found is not None
    assert np.array_equal(found.picture, picture)
    assert found.drawn
    assert found.seq == (3 if seq == 3 else 0)


@given(KINDS, st.integers(0, 10_000), PENS, PLACES, st.floats(0.3, 0.8))
def test_a_drawing_is_framed_as_its_picture_would_be(
    kind: int, seed: int, pen: int, place: tuple[float, float], size: float
) -> None:
    picture = drawn(kind, seed, pen, place, size)
    seen, as_picture = see(picture), stages(picture)
    for stage in ("ink", "cropped", "weighted", "scaled", "centred"):
        np.testing.assert_allclose(getattr(seen.framing, stage), getattr(as_picture, stage), atol=1e-5)
    assert seen.framing.stroke_width == pytest.approx(as_picture.stroke_width, abs=1e-5)


@settings(max_examples=25)
@given(st.lists(KINDS, min_size=1, max_size=3), st.integers(0, 10_000))
def test_several_digits_are_found_as_in_a_picture(kinds: list[int], seed: int) -> None:
    page = np.zeros((SIDE, SIDE), np.uint8)
    for place, kind in enumerate(kinds):
        across = (place + 0.5) / len(kinds)
        page = np.maximum(page, drawn(kind, seed + place, 30, (0.5, 0.1 + 0.8 * across), 0.8 / len(kinds)))
    found, expected = see(page).parted, part(page, turn=False)
    assert [len(row) for row in found.rows] == [len(row) for row in expected.rows]
    for row, other in zip(found.rows, expected.rows, strict=True):
        for (_, framing), (_, same) in zip(row, other, strict=True):
            np.testing.assert_allclose(framing.centred, same.centred, atol=1e-5)


@given(KINDS, st.integers(0, 10_000), PENS)
def test_paper_that_is_left_out_changes_nothing(kind: int, seed: int, pen: int) -> None:
    picture = drawn(kind, seed, pen, (0.5, 0.5), 0.7)
    moved = np.roll(picture, (5, -5), (0, 1))  # both are whole pixels of the averaged picture apart
    np.testing.assert_allclose(see(picture).framing.centred, see(moved).framing.centred, atol=1e-5)


def test_ink_at_an_edge_is_read_too() -> None:
    page = np.zeros((SIDE, SIDE), np.uint8)
    page[150:, 130:152] = 255  # the end of a stroke that left the pad
    assert see(page).framing.centred.any()
    assert not see(page).parted.rows


def test_an_empty_pad_has_nothing_on_it() -> None:
    seen = see(np.zeros((SIDE, SIDE), np.uint8))
    assert not seen.framing.centred.any()
    assert not seen.parted.rows
