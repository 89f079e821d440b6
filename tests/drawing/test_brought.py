"""A picture is decoded once, however often it is asked for; what is kept is small, bounded and the same."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from netlab.drawing import recognize
from netlab.drawing.crop import Crop
from netlab.drawing.framing import stages
from netlab.drawing.picture_file import MOST_BYTES, PictureError, read_picture
from netlab.drawing.view import brought
from netlab.drawing.view.brought import KEPT, Shelf


def photo(width: int = 900, height: int = 600, place: int = 0) -> bytes:
    """A 7 on grey paper."""
    image = Image.new("L", (width, height), 220)
    ImageDraw.Draw(image).line([(300, 100 + place), (600, 100), (420, 500)], fill=30, width=40)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Sizes of the files that were decoded."""
    seen: list[int] = []

    def counted(data: bytes) -> object:
        seen.append(len(data))
        return read_picture(data)

    monkeypatch.setattr(brought, "read_picture", counted)
    return seen


def test_equal_files_are_decoded_once(decoded: list[int]) -> None:
    shelf = Shelf()
    first = shelf.bring(photo())
    assert all(shelf.bring(bytes(photo())) is first for _ in range(20))
    shelf.bring(photo(place=1))
    assert len(decoded) == 2


def test_a_file_that_cannot_be_read_is_refused_each_time_and_tried_once(decoded: list[int]) -> None:
    shelf = Shelf()
    for _ in range(5):
        with pytest.raises(PictureError, match="not a picture"):
            shelf.bring(b"%PDF-1.7")
    assert len(decoded) == 1


def test_what_is_kept_is_bounded_and_what_was_forgotten_comes_again(decoded: list[int]) -> None:
    one = Shelf().bring(photo()).size
    shelf = Shelf(most=3 * one)
    for place in range(10):
        shelf.bring(photo(place=place))
        assert shelf._size <= 3 * one
        assert shelf._size == sum(
            kept.size for kept in shelf._kept.values() if isinstance(kept, brought.Brought)
        )
    before = len(decoded)
    assert shelf.bring(photo(place=9)).grey.any()
    assert len(decoded) == before
    assert np.array_equal(shelf.bring(photo()).framing.centred, stages(read_picture(photo())).centred)
    assert len(decoded) == before + 1


def test_a_shelf_too_small_for_anything_still_gives_the_picture() -> None:
    assert Shelf(most=0).bring(photo()).grey.any()


def test_a_rectangle_is_read_as_a_picture_of_its_own_and_cut_once(decoded: list[int]) -> None:
    two = Image.new("L", (900, 300), 220)
    for left in (60, 560):
        ImageDraw.Draw(two).line([(left, 60), (left + 150, 60), (left + 60, 250)], fill=30, width=20)
    out = io.BytesIO()
    two.save(out, "PNG")
    shelf, left_half = Shelf(), Crop(0.0, 0.0, 0.5, 1.0)
    whole, half = shelf.bring(out.getvalue()), shelf.bring(out.getvalue(), left_half)
    assert len(whole.parted.rows[0]) == 2
    assert not half.parted.rows
    assert half.grey.shape == (300, 450)
    assert recognize.read(*recognize.network("convolutional"), half.framing).digit == 7
    assert shelf.bring(out.getvalue(), left_half) is half
    assert len(decoded) == 1


def test_a_rectangle_of_a_file_that_cannot_be_read_is_refused_as_the_file_is() -> None:
    with pytest.raises(PictureError, match="not a picture"):
        Shelf().bring(b"%PDF-1.7", Crop(0.0, 0.0, 0.5, 0.5))


@pytest.mark.parametrize("seed", [None, 0])
@pytest.mark.parametrize("size", [(3000, 2000), (3000, 20), (1, 1)])
def test_what_a_rectangle_is_dragged_on_fits_into_a_message(size: tuple[int, int], seed: int | None) -> None:
    """Noise is what compression can do least with."""
    width, height = size
    levels = (
        np.full((height, width), 220)
        if seed is None
        else np.random.default_rng(seed).integers(0, 256, (height, width))
    )
    out = io.BytesIO()
    Image.fromarray(levels.astype(np.uint8)).save(out, "PNG", compress_level=1)
    content = out.getvalue()
    assert len(content) < MOST_BYTES
    preview = Shelf().bring(content).preview
    assert preview.startswith("data:image/webp;base64,")
    assert len(preview) < 18_500


def test_it_is_read_as_the_file_itself_is() -> None:
    network = recognize.network("article")
    kept = Shelf().bring(photo(4000, 3000))
    assert max(kept.framing.ink.shape) <= KEPT
    assert np.array_equal(
        recognize.read(*network, kept.framing).probabilities,
        recognize.read(*network, read_picture(photo(4000, 3000))).probabilities,
    )
