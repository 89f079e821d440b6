"""Broken and hostile npz and idx files: refused in words, quickly, and without filling memory."""

from __future__ import annotations

import gzip
import io
import json
import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netlab.data import DataError, load
from netlab.data.archives import IDX_NAMES
from tests.machine import pipe

Arrays = dict[str, Any]


def few(count: int = 20) -> Arrays:
    random = np.random.default_rng(3)
    images = random.integers(0, 256, (2 * count, 28, 28), np.uint8)
    labels = (np.arange(2 * count) % 10).astype(np.uint8)
    return {
        "x_train": images[:count],
        "y_train": labels[:count],
        "x_test": images[count:],
        "y_test": labels[count:],
    }


def write_idx(folder: Path, arrays: Arrays, ending: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    for part, array in arrays.items():
        content = struct.pack(f">I{array.ndim}I", 0x800 + array.ndim, *array.shape) + array.tobytes()
        path = folder / (IDX_NAMES[part][0] + ending)
        path.write_bytes(gzip.compress(content) if ending else content)
    return folder


@pytest.fixture
def npz(tmp_path: Path) -> Path:
    return tmp_path / "some.npz"


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_an_npz_file_is_read_as_it_was_written(npz: Path, save: Callable[..., None]) -> None:
    save(npz, **few())
    digits = load(npz)
    for part, array in few().items():
        np.testing.assert_array_equal(getattr(digits, part), array)
        assert getattr(digits, part).dtype == np.uint8
    assert digits.source == "file"
    assert str(npz) in digits.note


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_a_folder_of_idx_files_is_read_as_it_was_written(tmp_path: Path, ending: str) -> None:
    digits = load(write_idx(tmp_path / "idx", few(), ending))
    for part, array in few().items():
        np.testing.assert_array_equal(getattr(digits, part), array)


def test_arrays_in_column_order_and_wide_labels_are_read_too(npz: Path) -> None:
    arrays = few()
    np.savez(
        npz, **{**arrays, "x_train": np.asfortranarray(arrays["x_train"]), "y_train": np.arange(20) % 10}
    )
    np.testing.assert_array_equal(load(npz).x_train, arrays["x_train"])
    assert load(npz).y_train.dtype == np.uint8


WRONG_ARRAYS: dict[str, tuple[Arrays, str]] = {
    "floats": ({"x_train": np.zeros((20, 28, 28))}, "expected uint8"),
    "not a number": ({"x_train": np.full((20, 28, 28), np.nan)}, "expected uint8"),
    "wide integers": ({"x_test": np.zeros((20, 28, 28), np.int64)}, "astype"),
    "signed": ({"x_test": np.zeros((20, 28, 28), np.int8)}, "expected uint8"),
    "booleans": ({"x_test": np.zeros((20, 28, 28), np.bool_)}, "expected uint8"),
    "flat pictures": ({"x_train": np.zeros((20, 784), np.uint8)}, r"expected \(n, 28, 28\)"),
    "coloured pictures": ({"x_train": np.zeros((20, 28, 28, 3), np.uint8)}, r"expected \(n, 28, 28\)"),
    "large pictures": ({"x_train": np.zeros((20, 32, 32), np.uint8)}, r"expected \(n, 28, 28\)"),
    "a number for pictures": ({"x_train": np.uint8(3)}, r"expected \(n, 28, 28\)"),
    "no pictures": ({"x_train": np.zeros((0, 28, 28), np.uint8)}, "expected 1 to"),
    "one-hot labels": ({"y_train": np.eye(20, 10, dtype=np.uint8)}, r"expected \(n,\)"),
    "float labels": ({"y_train": np.zeros(20)}, "whole numbers"),
    "word labels": ({"y_train": np.array(["three"] * 20)}, "whole numbers"),
    "record labels": ({"y_train": np.zeros(20, [("a", "u1")])}, "plain array"),
    "label 10": ({"y_train": np.full(20, 10, np.uint8)}, "digits 0 to 9"),
    "label -1": ({"y_test": np.full(20, -1)}, "digits 0 to 9"),
    "too few labels": ({"y_train": np.zeros(19, np.uint8)}, "one each"),
    "objects": ({"y_train": np.array([1, None] * 10, object)}, "never loaded"),
    "object pictures": ({"x_train": np.array([None] * 20, object)}, "never loaded"),
}


@pytest.mark.parametrize("case", WRONG_ARRAYS)
def test_arrays_that_are_no_digits_are_named(npz: Path, case: str) -> None:
    arrays, message = WRONG_ARRAYS[case]
    np.savez(npz, **{**few(), **arrays})
    with pytest.raises(DataError, match=message) as caught:
        load(npz)
    assert str(npz) in str(caught.value)
    assert next(iter(arrays)) in str(caught.value)


@pytest.mark.parametrize("part", ["x_train", "y_train", "x_test", "y_test"])
def test_a_missing_array_is_named(npz: Path, part: str) -> None:
    arrays = few()
    del arrays[part]
    np.savez(npz, **arrays)
    with pytest.raises(DataError, match=f"lacks {part}"):
        load(npz)


WRONG_FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "does not start like"),
    "text": (b"hello" * 100, "does not start like"),
    "a web page": (b"<!DOCTYPE html><html><body>404 Not Found</body></html>", "web page"),
    "a lone array": (b"\x93NUMPY\x01\x00" + bytes(200), "does not start like"),
    "zip start only": (b"PK\3\4" + bytes(500), "cut short"),
    "zip end only": (b"PK\5\6" + bytes(18), "lacks"),
}


@pytest.mark.parametrize("case", WRONG_FILES)
def test_other_files_are_refused_in_words(npz: Path, case: str) -> None:
    content, message = WRONG_FILES[case]
    npz.write_bytes(content)
    with pytest.raises(DataError, match=message) as caught:
        load(npz)
    assert str(npz) in str(caught.value)


def test_a_file_that_does_not_exist_is_named(npz: Path) -> None:
    with pytest.raises(DataError, match="does not exist"):
        load(npz)


def test_a_folder_without_idx_files_says_which_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="train-images-idx3-ubyte"):
        load(tmp_path)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    pipe(tmp_path / "pipe")
    with pytest.raises(DataError, match="not a file"):
        load(tmp_path / "pipe")


def test_a_flipped_byte_is_found_by_the_archives_own_checksum(npz: Path) -> None:
    np.savez(npz, **few())
    content = bytearray(npz.read_bytes())
    content[3000] ^= 1
    npz.write_bytes(content)
    with pytest.raises(DataError, match="damaged"):
        load(npz)


def test_members_packed_unusually_are_refused(npz: Path) -> None:
    with zipfile.ZipFile(npz, "w", zipfile.ZIP_LZMA) as archive:
        for part, array in few().items():
            member = io.BytesIO()
            np.save(member, array)
            archive.writestr(f"{part}.npy", member.getvalue())
    with pytest.raises(DataError, match="packed unusually"):
        load(npz)


def test_two_members_of_one_name_are_refused(npz: Path) -> None:
    np.savez(npz, **few())
    with zipfile.ZipFile(npz, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("x_train.npy", b"another")
    with pytest.raises(DataError, match="two members"):
        load(npz)


@pytest.mark.parametrize("ending", ["", ".gz"])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda content: content[:-1], "not as long"),
        (lambda content: content + b"\0", "not as long"),
        (lambda content: content[:10], "does not start like"),
        (lambda content: b"\0\0\x0d\3" + content[4:], "does not start like"),
        (lambda content: content[:4] + struct.pack(">I", 2**31) + content[8:], "expected 1 to"),
        (lambda content: content[:8] + struct.pack(">II", 2**16, 2**16) + content[16:], r"\(n, 28, 28\)"),
    ],
)
def test_idx_files_that_lie_are_refused(
    tmp_path: Path, ending: str, change: Callable[[bytes], bytes], message: str
) -> None:
    folder = write_idx(tmp_path / "idx", few(), ending)
    path = folder / (IDX_NAMES["x_train"][0] + ending)
    content = path.read_bytes()
    changed = gzip.compress(change(gzip.decompress(content))) if ending else change(content)
    path.write_bytes(changed)
    with pytest.raises(DataError, match=message) as caught:
        load(folder)
    assert str(path) in str(caught.value)


def test_a_cut_gz_file_is_refused(tmp_path: Path) -> None:
    folder = write_idx(tmp_path / "idx", few(), ".gz")
    path = folder / (IDX_NAMES["x_test"][0] + ".gz")
    path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(DataError, match="damaged"):
        load(folder)


def npy_header(shape: str, descr: str = "|u1") -> bytes:
    text = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}"
    text = text.ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()


def write_members(path: Path, first: Callable[[zipfile.ZipFile], None]) -> Path:
    """An npz file whose x_train is written by ``first``."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        first(archive)
        for part, array in few().items():
            if part != "x_train":
                member = io.BytesIO()
                np.save(member, array)
                archive.writestr(f"{part}.npy", member.getvalue())
    return path


def zeros(archive: zipfile.ZipFile, name: str, megabytes: int, start: bytes = b"") -> None:
    with archive.open(name, "w", force_zip64=True) as member:
        member.write(start)
        for _ in range(megabytes):
            member.write(bytes(1_000_000))


def huge_member(path: Path) -> Path:
    return write_members(
        path, lambda archive: zeros(archive, "x_train.npy", 400, npy_header("(510204, 28, 28)"))
    )


def dense_member(path: Path) -> Path:
    return write_members(
        path, lambda archive: zeros(archive, "x_train.npy", 70, npy_header("(89285, 28, 28)"))
    )


def lying_header(path: Path) -> Path:
    header = npy_header("(4000000000, 28, 28)")
    return write_members(path, lambda archive: archive.writestr("x_train.npy", header))


def lying_small_header(path: Path) -> Path:
    header = npy_header("(100000, 28, 28)")
    return write_members(path, lambda archive: archive.writestr("x_train.npy", header))


def lying_directory(path: Path) -> Path:
    """The directory says 1,000 bytes; the member unpacks to 300 MB."""
    write_members(path, lambda archive: zeros(archive, "x_train.npy", 300, npy_header("(20, 28, 28)")))
    content = bytearray(path.read_bytes())
    entry = content.rfind(b"x_train.npy") - 46
    struct.pack_into("<I", content, entry + 24, 1000)
    path.write_bytes(content)
    return path


def many_members(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for n in range(10_000):
            archive.writestr(f"{n}.npy", b"")
    return path


def nested(path: Path) -> Path:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        zeros(archive, "x_train.npy", 100)
    return write_members(path, lambda archive: archive.writestr("x_train.npy", inner.getvalue()))


def deep_header(path: Path) -> Path:
    text = b"(" * 9000 + b")" * 9000
    header = b"\x93NUMPY\x02\x00" + struct.pack("<I", len(text)) + text
    return write_members(path, lambda archive: archive.writestr("x_train.npy", header))


def long_header(path: Path) -> Path:
    start = b"\x93NUMPY\x02\x00" + struct.pack("<I", 60_000_000)
    return write_members(path, lambda archive: archive.writestr("x_train.npy", start + os.urandom(2_000_000)))


def gz_bomb(path: Path) -> Path:
    folder = write_idx(path.parent / "idx", few(), ".gz")
    with gzip.open(folder / (IDX_NAMES["x_train"][0] + ".gz"), "wb", compresslevel=1) as file:
        file.write(struct.pack(">4I", 0x803, 20, 28, 28))
        for _ in range(400):
            file.write(bytes(1_000_000))
    return folder


def gz_claiming_all(path: Path) -> Path:
    folder = write_idx(path.parent / "idx", few(), ".gz")
    with gzip.open(folder / (IDX_NAMES["x_train"][0] + ".gz"), "wb") as file:
        file.write(struct.pack(">4I", 0x803, 2**31, 28, 28))
    return folder


def oversized(path: Path) -> Path:
    with path.open("wb") as file:
        file.truncate(2_000_000_000)
    return path


BOMBS = [huge_member, dense_member, lying_header, lying_small_header, lying_directory, many_members, nested,
         deep_header, long_header, gz_bomb, gz_claiming_all, oversized]  # fmt: skip

REFUSE = """
import json, sys
from netlab.data import DataError, load
load(sys.argv[1])
def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1000
for path in sys.argv[2:]:
    before = peak()
    try:
        load(path)
        sentence = None
    except DataError as error:
        sentence = str(error)
    print(json.dumps({"grown": peak() - before, "sentence": sentence}))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_bombs_are_refused_before_they_fill_memory(tmp_path: Path) -> None:
    np.savez(tmp_path / "good.npz", **few())
    paths = []
    for make in BOMBS:
        (tmp_path / make.__name__).mkdir()
        paths.append(make(tmp_path / make.__name__ / "bomb.npz"))
    command = [sys.executable, "-c", REFUSE, str(tmp_path / "good.npz"), *map(str, paths)]
    output = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    for path, line in zip(paths, output.splitlines(), strict=True):
        result = json.loads(line)
        assert result["sentence"] is not None, path
        assert str(path.parent) in result["sentence"]
        assert result["grown"] < 50, (path, result)
