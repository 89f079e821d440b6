"""Hostile, odd and ordinary picture files: each is read rightly or refused with a sentence."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from netlab.drawing import decode_apart
from netlab.drawing.framing import frame
from netlab.drawing.picture_file import KINDS, MOST_BYTES, REFUSED, PictureError, kind_of, read_picture
from tests.machine import most_memory

ROOT = Path(__file__).resolve().parents[2]
PICTURES = Path(__file__).parent / "pictures"


@pytest.fixture
def seven() -> np.ndarray:
    """A dark 7 on white paper, taller than wide."""
    picture = np.full((60, 40), 255, np.uint8)
    picture[8:13, 8:32] = 0
    for row in range(13, 52):
        left = 28 - (row - 13) // 3
        picture[row, left : left + 5] = 0
    return picture


def saved(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def png_header(width: int, height: int, depth: int = 8, colour: int = 2) -> bytes:
    """A PNG that claims a size and holds a few bytes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "1", "P", "LA", "I;16"])
def test_every_png_mode_reads_alike(seven: np.ndarray, mode: str) -> None:
    if mode == "I;16":
        picture = Image.fromarray(seven.astype(np.uint16) * 257)
    else:
        picture = Image.fromarray(seven).convert(mode)
    assert np.array_equal(read_picture(saved(picture)), seven)


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "L"), ("JPEG", "RGB"), ("JPEG", "CMYK"), ("WEBP", "RGB")]
)
def test_lossy_formats_read_nearly_alike(seven: np.ndarray, kind: str, mode: str) -> None:
    read = read_picture(saved(Image.fromarray(seven).convert(mode), kind, quality=95))
    assert read.dtype == np.uint8
    assert np.abs(read.astype(int) - seven).mean() < 4


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_camera_may_be_held_anyhow(seven: np.ndarray, orientation: int) -> None:
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    held = Image.fromarray(seven)
    exif = Image.Exif()
    exif[0x0112] = orientation
    if orientation in undo:
        held = held.transpose(undo[orientation])
    assert np.array_equal(read_picture(saved(held, exif=exif.tobytes())), seven)


@pytest.mark.parametrize("ink", [0, 40, 255])
def test_ink_on_nothing_is_read_whatever_its_shade(seven: np.ndarray, ink: int) -> None:
    picture = np.full((*seven.shape, 4), ink, np.uint8)
    picture[..., 3] = 255 - seven
    assert np.abs(frame(read_picture(saved(Image.fromarray(picture)))) - frame(seven)).max() < 0.02


def test_transparent_corners_become_the_picture_s_own_paper(seven: np.ndarray) -> None:
    picture = np.stack([255 - seven] * 3 + [np.full_like(seven, 255)], axis=-1)
    picture[:5, :5] = 0
    assert np.array_equal(read_picture(saved(Image.fromarray(picture))), 255 - seven)


def test_a_picture_of_nothing_is_white() -> None:
    assert read_picture(saved(Image.new("RGBA", (9, 5)))).tolist() == [[255] * 9] * 5


def test_a_single_pixel_is_a_picture() -> None:
    assert read_picture(saved(Image.new("L", (1, 1), 7))).tolist() == [[7]]


def test_a_path_reads_as_its_content(seven: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / "seven.png"
    Image.fromarray(seven).save(path)
    assert np.array_equal(read_picture(path), seven)
    assert np.array_equal(read_picture(str(path)), seven)


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP"])
def test_a_wrong_name_hides_no_picture(seven: np.ndarray, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "renamed.png"
    path.write_bytes(saved(Image.fromarray(seven), kind))
    assert np.array_equal(read_picture(path), seven)


def test_avif_is_read(seven: np.ndarray) -> None:
    read = read_picture(saved(Image.fromarray(seven), "AVIF", quality=90))
    assert np.abs(read.astype(int) - seven).mean() < 4


@pytest.mark.parametrize(("limit", "value"), [("MEMORY_MB", 60), ("SECONDS", 0.0)])
def test_an_avif_that_takes_too_much_is_refused_and_costs_a_child_alone(
    limit: str, value: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its decoder takes the memory of what is coded, whatever the container claims."""
    content = saved(Image.new("RGB", (3500, 3500)), "AVIF", quality=10, speed=10)
    assert read_picture(content).shape == (1750, 1750)
    monkeypatch.setattr(decode_apart, limit, value)
    with pytest.raises(PictureError, match=r"memory or time|damaged"):
        read_picture(content)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_an_avif_cut_short_is_refused(seven: np.ndarray, share: float) -> None:
    whole = saved(Image.fromarray(seven), "AVIF")
    with pytest.raises(PictureError, match="damaged"):
        read_picture(whole[: int(share * len(whole))])


def test_a_side_that_is_too_long_is_refused_of_any_kind(seven: np.ndarray) -> None:
    for kind in ("PNG", "AVIF", "TIFF"):
        with pytest.raises(PictureError, match="60 pixels; here it may have 50"):
            read_picture(saved(Image.fromarray(seven), kind), longest=50)


def test_of_a_gif_the_first_frame_is_read(seven: np.ndarray) -> None:
    first, second = Image.fromarray(seven), Image.new("L", seven.shape[::-1], 255)
    assert np.array_equal(read_picture(saved(first, "GIF", save_all=True, append_images=[second])), seven)


def test_of_a_tiff_the_first_page_is_read(seven: np.ndarray) -> None:
    first, second = Image.fromarray(seven), Image.new("L", seven.shape[::-1], 255)
    assert np.array_equal(read_picture(saved(first, "TIFF", save_all=True, append_images=[second])), seven)


@pytest.mark.parametrize(
    ("levels", "kind"),
    [
        (lambda seven: seven.astype(np.uint16) * 257, "I;16"),
        (lambda seven: (seven.astype(np.float64) * 4095 / 255).round().astype(np.uint16), "I;16"),
        (lambda seven: seven.astype(np.int32) * 257, "I"),
        (lambda seven: seven.astype(np.int32) * 1_000_000, "I"),
        (lambda seven: seven.astype(np.float32) / 255, "F"),
        (lambda seven: seven.astype(np.float32) * 7 - 900, "F"),
    ],
)
def test_a_tiff_of_any_depth_reads_alike(
    seven: np.ndarray, levels: Callable[[np.ndarray], np.ndarray], kind: str
) -> None:
    picture = Image.fromarray(levels(seven))
    assert picture.mode == kind
    assert np.array_equal(read_picture(saved(picture, "TIFF")), seven)


def test_a_tiff_that_holds_no_numbers_is_read_as_far_as_it_has_some(seven: np.ndarray) -> None:
    levels = seven.astype(np.float32) / 255
    levels[0, :3] = np.nan, np.inf, -np.inf
    read = read_picture(saved(Image.fromarray(levels), "TIFF"))
    assert np.array_equal(read[1:], seven[1:])


@pytest.mark.parametrize("name", ["seven", "turned", "ten_bits"])
def test_a_telephone_s_heic_is_read_and_stands_upright(seven: np.ndarray, name: str) -> None:
    read = read_picture(PICTURES / f"{name}.heic")
    assert read.shape == (240, 160)
    assert np.corrcoef(frame(read).ravel(), frame(seven).ravel())[0, 1] > 0.99


def test_a_heic_is_told_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "IMG_0042.jpg"
    path.write_bytes((PICTURES / "seven.heic").read_bytes())
    assert read_picture(path).shape == (240, 160)


def test_a_server_without_the_reader_of_heic_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    with pytest.raises(PictureError, match="Most Compatible"):
        read_picture(PICTURES / "seven.heic")


def test_the_reader_of_heic_is_loaded_when_the_first_one_comes() -> None:
    code = (
        "import sys; from netlab.drawing.picture_file import read_picture; from pathlib import Path\n"
        f"before = 'pi_heif' in sys.modules; read_picture(Path({str(PICTURES / 'seven.heic')!r}))\n"
        "print(before, 'pi_heif' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


@pytest.mark.parametrize(("name", "said"), [("large", "8000×8000"), ("liar", "damaged")])
def test_a_heic_that_would_need_much_memory_is_refused(name: str, said: str) -> None:
    """The second one claims 100×100 pixels in its container, and 8000×8000 in what is coded."""
    before = most_memory()
    with pytest.raises(PictureError, match=said):
        read_picture(PICTURES / f"{name}.heic")
    assert most_memory() - before < 50_000_000


@pytest.mark.parametrize("share", [0.02, 0.2, 0.4, 0.6, 0.95])
def test_a_heic_cut_short_is_refused(share: float) -> None:
    whole = (PICTURES / "seven.heic").read_bytes()
    with pytest.raises(PictureError, match=r"damaged|film"):
        read_picture(whole[: int(share * len(whole))])


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP"])
def test_bombs_of_other_formats_are_refused_before_decoding(kind: str) -> None:
    options = {"compression": "tiff_deflate"} if kind == "TIFF" else {}
    whole = saved(Image.new("1" if kind != "GIF" else "L", (9000, 9000)), kind, **options)
    if len(whole) > MOST_BYTES:
        whole = whole[:MOST_BYTES]
    before = most_memory()
    with pytest.raises(PictureError, match="9000×9000"):
        read_picture(whole)
    assert most_memory() - before < 50_000_000


@pytest.mark.parametrize("kind", ["PPM", "ICO"])
def test_other_formats_are_refused_under_any_name(seven: np.ndarray, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "renamed.png"
    path.write_bytes(saved(Image.fromarray(seven), kind))
    with pytest.raises(PictureError, match="Save it as PNG"):
        read_picture(path)


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "content")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"SIMPLE  =                    T", "This is text"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9", "This is PostScript"),
        (b"<svg xmlns=''/>", "This is an SVG"),
        (b"<?xml version='1.0'?>\n<!-- -->\n<svg/>", "This is an SVG"),
        (b"\xff\xfe" + "<svg/>".encode("utf-16-le"), "This is an SVG"),
        (b"PK\x03\x04", "This is a packed file"),
        (packed("seven.png"), "This is a packed file"),
        (packed("[Content_Types].xml", "word/document.xml"), "office program"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "office program"),
        (b"{\\rtf1 seven}", "office program"),
        (b"%PDF-1.7\n", "This is a PDF"),
        ("Sieben, sept, 七".encode(), "This is text"),
        (("é" * 2047 + "aé").encode() * 2, "This is text"),
        (b"BM is how a bitmap begins", "This is text"),
        (b"PKunzip it", "This is text"),
        (b"\0\0\0\x18ftypmp42" + bytes(40), "This is a film"),
        (b"\0\0\0\x14ftypqt  " + bytes(40), "This is a film"),
        (b"RIFF....AVI ", "This is a film"),
        (b"RIFF....WAVE", "not a picture that can be read"),
        (b"\x00\x01\x02\xfe\xff", "not a picture that can be read"),
    ],
)
def test_what_is_no_picture_is_told_by_what_it_is(content: bytes, said: str) -> None:
    with pytest.raises(PictureError, match="not a picture") as refused:
        read_picture(content)
    assert said in str(refused.value)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("head", [b"GIF89a", b"II*\0", b"\x89PNG\r\n\x1a\n", b"\0\0\0\x18ftypheic"])
def test_what_only_begins_as_a_picture_is_refused(head: bytes) -> None:
    with pytest.raises(PictureError, match="damaged or cut short"):
        read_picture(head + bytes(range(200)))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_of_some_kind(content: bytes) -> None:
    assert kind_of(content) in {*KINDS, *REFUSED}


def test_a_jpeg_with_a_second_picture_behind_it_may_be_as_large_as_any(seven: np.ndarray) -> None:
    """Telephones save a map of brightness behind the photograph; Pillow calls such a file MPO."""
    photo = Image.new("L", (6000, 4000), 255)
    whole = saved(photo, "MPO", save_all=True, append_images=[Image.new("L", (60, 40))])
    assert 1000 <= max(read_picture(whole).shape) <= 3000


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
def test_a_file_cut_short_is_refused(seven: np.ndarray, kind: str, share: float) -> None:
    grain = np.random.default_rng(0).integers(0, 60, seven.shape, np.uint8)
    whole = saved(Image.fromarray(seven ^ grain), kind)
    with pytest.raises(PictureError):
        read_picture(whole[: int(share * len(whole))])


@pytest.mark.filterwarnings("ignore")  # of Pillow, on what is odd in a file
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "HEIF", "GIF", "TIFF"])
def test_damaged_bytes_give_a_picture_or_a_sentence(seven: np.ndarray, kind: str) -> None:
    random = np.random.default_rng(1)
    heic = (PICTURES / "seven.heic").read_bytes()
    whole = np.frombuffer(heic if kind == "HEIF" else saved(Image.fromarray(seven), kind), np.uint8)
    outcomes: set[int | str] = set()
    for _ in range(150):
        damaged = whole.copy()
        damaged[random.integers(0, len(whole), 3)] = random.integers(0, 256, 3)
        try:
            outcomes.add(read_picture(damaged.tobytes()).ndim)
        except PictureError as error:
            outcomes.add(str(error)[-1])
    assert outcomes <= {2, "."}
    assert len(outcomes) == 2


@pytest.mark.parametrize("size", [(13_000, 13_000), (20_000, 20_000), (2**31 - 1, 2**31 - 1), (4001, 4000)])
@pytest.mark.parametrize(("depth", "colour"), [(8, 2), (1, 0), (16, 6)])
def test_bombs_are_refused_before_decoding(size: tuple[int, int], depth: int, colour: int) -> None:
    before = most_memory()
    with pytest.raises(PictureError, match="Cut it to the digit"):
        read_picture(png_header(*size, depth, colour))
    assert most_memory() - before < 50_000_000


def test_a_real_bomb_of_one_bit_pixels_is_refused() -> None:
    with pytest.raises(PictureError, match="9000×9000"):
        read_picture(saved(Image.new("1", (9000, 9000))))


def test_the_largest_picture_is_read() -> None:
    assert read_picture(saved(Image.new("1", (2000, 2000)))).shape == (2000, 2000)


@pytest.mark.parametrize("size", [(0, 0), (0, 10), (10, 0)])
def test_no_pixels_are_no_picture(size: tuple[int, int]) -> None:
    with pytest.raises(PictureError):
        read_picture(png_header(*size))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "L", "P", "I;16"])
def test_a_telephone_s_photo_is_read(kind: str, mode: str, seven: np.ndarray) -> None:
    if mode in ("P", "I;16") and kind != "PNG":
        pytest.skip("PNG alone saves this mode")
    photo = Image.new("L", (3024, 4032), 255)
    photo.paste(Image.fromarray(seven).resize((930, 1400)), (700, 1500))
    if mode == "I;16":
        photo = Image.fromarray(np.asarray(photo).astype(np.uint16) * 257)
    picture = read_picture(saved(photo if mode == "I;16" else photo.convert(mode), kind))
    assert 1000 <= max(picture.shape) <= 3000
    assert np.abs(frame(picture) - frame(seven)).mean() < 0.05


def test_a_photo_taken_sideways_is_turned_though_it_is_reduced() -> None:
    photo = Image.new("L", (4000, 3000), 255)
    exif = photo.getexif()
    exif[0x0112] = 6
    file = io.BytesIO()
    photo.save(file, "PNG", exif=exif)
    height, width = read_picture(file.getvalue()).shape
    assert height > width


def test_a_jpeg_of_fifty_million_pixels_costs_little_memory() -> None:
    data = saved(Image.new("L", (8000, 6000), 255), "JPEG")
    before = most_memory()
    assert max(read_picture(data).shape) <= 3000
    assert most_memory() - before < 50_000_000


def test_large_files_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    for data in (path, path.read_bytes()):
        with pytest.raises(PictureError, match="at most 10 MB"):
            read_picture(data)


def test_missing_files_folders_and_empty_files_say_so(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="is a folder"):
        read_picture(tmp_path)
    for data in (tmp_path / "no.png", str(tmp_path / "no.png")):
        with pytest.raises(PictureError, match="no picture file"):
            read_picture(data)
    with pytest.raises(PictureError, match="empty"):
        read_picture(b"")


def test_a_name_that_no_file_can_have_is_a_sentence() -> None:
    with pytest.raises(PictureError):
        read_picture("x" * 5000 + ".png")
    with pytest.raises(PictureError):
        read_picture("a\0b.png")


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGB"), ("PNG", "RGBA"), ("JPEG", "RGB")])
def test_ink_of_the_paper_s_lightness_is_read_by_its_colour(seven: np.ndarray, kind: str, mode: str) -> None:
    paper, ink = (200, 80, 80), (40, 146, 110)  # both grey 116
    colours = np.where(seven[..., None] > 0, paper, ink).astype(np.uint8)
    read = frame(read_picture(saved(Image.fromarray(colours).convert(mode), kind)))
    assert np.corrcoef(read.ravel(), frame(seven).ravel())[0, 1] > 0.9
