"""Other data sets: found by name, read as strictly as MNIST, with names for their classes, and nothing left of bad ones."""

from __future__ import annotations

import gzip
import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.data import DataError, Digits, load, sets
from netlab.nets.naming import data_title, plain_name
from netlab.nets.spec import NetworkSpec, SpecError

PARTS = ("x_train", "y_train", "x_test", "y_test")


def npz(digits: Digits, **changed: Any) -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, **{**{part: getattr(digits, part) for part in PARTS}, **changed})
    return stream.getvalue()


def idx(array: np.ndarray, *, packed: bool = True) -> bytes:
    content = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()
    return gzip.compress(content) if packed else content


def idx_files(digits: Digits, start: str = "", test: str = "t10k") -> dict[str, bytes]:
    return {
        f"{start}train-images-idx3-ubyte.gz": idx(digits.x_train),
        f"{start}train-labels-idx1-ubyte.gz": idx(digits.y_train),
        f"{start}{test}-images-idx3-ubyte.gz": idx(digits.x_test),
        f"{start}{test}-labels-idx1-ubyte": idx(digits.y_test, packed=False),
    }


def drop(files: dict[str, bytes], into: str = "") -> Path:
    folder = sets.folder() / into
    folder.mkdir(parents=True, exist_ok=True)
    for name, what in files.items():
        (folder / name).write_bytes(what)
    return folder


def test_without_a_folder_there_is_none() -> None:
    assert sets.names() == ()


def test_a_dropped_npz_file_is_found_by_its_name_and_has_fashion_names(digits: Digits) -> None:
    drop({"Fashion_MNIST.npz": npz(digits), "notes.md": b"", "mnist.npz": npz(digits), ".hidden.npz": b""})
    assert sets.names() == ("fashion-mnist",)
    found = sets.load_set("fashion-mnist")
    assert found.classes[0] == "T-shirt" and found.classes[9] == "ankle boot"
    assert np.array_equal(found.x_test, digits.x_test)
    assert found.note.startswith("Fashion-MNIST, from ")
    assert data_title("fashion-mnist") == "Fashion-MNIST"


@pytest.mark.parametrize(("start", "test"), [("", "t10k"), ("emnist-letters-", "test")])
def test_a_folder_of_idx_files_is_a_data_set_too(digits: Digits, start: str, test: str) -> None:
    drop(idx_files(digits, start, test), "leaves")
    found = sets.load_set("leaves")
    assert all(np.array_equal(getattr(found, part), getattr(digits, part)) for part in PARTS)
    assert found.classes == tuple(f"class {label}" for label in range(10))


def test_a_text_beside_it_names_the_classes(digits: Digits) -> None:
    drop({"leaves.npz": npz(digits), "leaves.txt": "\n".join("abcdefghij").encode()})
    assert sets.class_names("leaves") == tuple("abcdefghij") == sets.load_set("leaves").classes


@pytest.mark.parametrize(
    "text",
    [
        b"a\nb", b"\n".join([b"a"] * 11), b"\xff" * 20, b"<b>x</b>\n" * 10, ("x" * 31 + "\n").encode() * 10,
        b"$x$\n" * 10, b"a\x00\n" * 10, b"a\n" * 5000, "a\u202e\n".encode() * 10,
    ],
)  # fmt: skip
def test_class_names_that_are_not_ten_plain_words_are_not_taken(digits: Digits, text: bytes) -> None:
    drop({"leaves.npz": npz(digits), "leaves.txt": text})
    assert sets.class_names("leaves")[3] == "class 3"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"x_train": np.zeros((640, 32, 32), np.uint8)}, "has shape"),
        ({"y_train": np.full(640, 26, np.uint8)}, "0 to 9"),
        ({"x_train": np.random.default_rng(0).random((640, 28, 28))}, "float64"),
        ({"y_test": np.zeros(3, np.uint8)}, "one each"),
    ],
)
def test_a_file_that_is_no_such_data_set_is_refused_and_nothing_is_kept(
    digits: Digits, changed: dict[str, Any], message: str
) -> None:
    with pytest.raises(DataError, match=message) as caught:
        sets.keep({"leaves.npz": npz(digits, **changed)})
    assert str(caught.value).startswith("leaves.npz: ")  # no path of the server
    assert sets.names() == ()
    assert list(sets.folder().iterdir()) == []


@pytest.mark.parametrize(
    "files",
    [
        {}, {"a.npz": b""}, {"a.npz": b"PK\3\4 no"}, {"a.exe": b"MZ"}, {"../../evil.npz": b"x"}, {"train-images-idx3-ubyte": b"x"},
        {"a.txt": b"a"},
    ],
)  # fmt: skip
def test_rubbish_is_refused_in_a_sentence(files: dict[str, bytes]) -> None:
    with pytest.raises(DataError):
        sets.keep(files)
    assert not list(sets.folder().glob("*"))
    assert not list(sets.folder().glob(".incoming*"))


def test_more_than_64_mb_is_refused() -> None:
    with pytest.raises(DataError, match="at most 64 MB"):
        sets.keep({"a.npz": bytes(sets.MOST_UPLOAD_BYTES + 1)})


def test_what_is_brought_has_the_name_of_its_content(digits: Digits) -> None:
    name = sets.keep({"Fashion MNIST.npz": npz(digits)})
    assert sets.is_uploaded(name)
    assert plain_name(name) == "fashion-mnist"
    assert sets.class_names(name)[7] == "sneaker"
    assert sets.keep({"Fashion MNIST.npz": npz(digits)}) == name
    assert sets.names() == (name,)
    assert np.array_equal(sets.load_set(name).y_test, digits.y_test)
    assert sets.load_set(name).note == "Fashion-MNIST, uploaded."
    NetworkSpec(hidden=(1,), data=name)
    other = sets.keep(idx_files(digits, "kuzushiji-") | {"my classes.txt": b"w\n" * 10})
    assert plain_name(other) == "kmnist"
    assert sets.class_names(other) == ("w",) * 10


def test_at_most_so_many_are_kept(digits: Digits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sets, "MOST_SETS", 1)
    sets.keep({"a.npz": npz(digits)})
    with pytest.raises(DataError, match="as many as there may be"):
        sets.keep({"b.npz": npz(digits)})


def test_a_missing_one_says_where_to_put_it() -> None:
    with pytest.raises(DataError, match=r"Put fashion-mnist\.npz"):
        sets.load_set("fashion-mnist")
    for name in ("../x", "mnist", "", "a/b"):
        with pytest.raises(DataError):
            sets.load_set(name)


@given(st.text(max_size=80))
def test_a_file_s_name_becomes_a_name_that_a_network_may_have_or_none(file: str) -> None:
    name = sets.name_of(file)
    if name:
        assert NetworkSpec(hidden=(1,), data=name).data == name
    assert sets.name_of(name) == name


@pytest.mark.parametrize("data", ["", "A", "../x", "a b", "x" * 65, 7, None, "-a"])
def test_a_network_learns_from_nothing_else(data: Any) -> None:
    with pytest.raises(SpecError, match="data must be"):
        NetworkSpec(hidden=(1,), data=data)


def test_emnist_s_digits_are_put_upright_and_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    made = load("stand-in")
    lying = {
        "x_train": made.x_train[:600].transpose(0, 2, 1), "y_train": made.y_train[:600],
        "x_test": made.x_test[:200].transpose(0, 2, 1), "y_test": made.y_test[:200],
    }  # fmt: skip
    monkeypatch.setattr(sets, "MOST_USED_IMAGES", 500)
    drop({"emnist-digits.npz": npz(made, **lying)})
    found = sets.load_set("emnist-digits")
    assert np.array_equal(found.x_train, made.x_train[:500])
    assert np.array_equal(found.x_test, made.x_test[:200])
    assert "put upright" in found.note
    assert "first 500 of its 600" in found.note
    assert not any("transposed" in warning for warning in found.warnings)
