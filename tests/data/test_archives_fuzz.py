"""Whatever is done to a good file, the loader reads it or raises DataError: nothing else, ever."""

from __future__ import annotations

import gzip
import io
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlab.data.archives import _idx_array, read_npz
from netlab.data.digits import DataError, checked

COUNT = 4


def _images() -> np.ndarray[Any, Any]:
    return np.arange(COUNT * 784, dtype=np.uint32).astype(np.uint8).reshape(COUNT, 28, 28)


def _npz(packed: bool) -> bytes:
    content = io.BytesIO()
    labels = np.arange(COUNT, dtype=np.uint8)
    save = np.savez_compressed if packed else np.savez
    save(content, x_train=_images(), y_train=labels, x_test=_images(), y_test=labels)
    return content.getvalue()


def _idx() -> bytes:
    return struct.pack(">4I", 0x803, COUNT, 28, 28) + _images().tobytes()


GOOD = {"stored": _npz(False), "packed": _npz(True), "idx": _idx(), "gz": gzip.compress(_idx(), mtime=0)}


def read(kind: str, content: bytes) -> None:
    """Read content as the loader does; the errors that ``opened`` translates are translated here too."""
    stream = io.BytesIO(content)
    if kind in ("stored", "packed"):
        checked("fuzz", read_npz(stream, "fuzz"), "file", "")
    elif kind == "idx":
        _idx_array(stream, "fuzz", "x_train")
    else:
        _read_gz(stream)


def _read_gz(stream: io.BytesIO) -> None:
    from netlab.data.archives import BROKEN

    try:
        _idx_array(gzip.GzipFile(fileobj=stream), "fuzz", "x_train")
    except BROKEN as error:
        raise DataError(str(error)) from error


def survives(kind: str, content: bytes) -> bool:
    """Whether content is read; any error but DataError fails the test."""
    try:
        read(kind, content)
    except DataError as error:
        assert len(str(error)) < 2000
        return False
    return True


@pytest.mark.parametrize("kind", GOOD)
def test_the_good_file_is_read(kind: str) -> None:
    assert survives(kind, GOOD[kind])


@pytest.mark.parametrize("kind", GOOD)
def test_no_truncation_is_taken_for_the_whole(kind: str) -> None:
    content = GOOD[kind]
    for length in [*range(0, min(len(content), 600)), *range(600, len(content), 97), len(content) - 1]:
        assert not survives(kind, content[:length]), length


@pytest.mark.parametrize("kind", GOOD)
@settings(max_examples=150, deadline=2000)
@given(data=st.data())
def test_changed_bytes_raise_nothing_else(kind: str, data: st.DataObject) -> None:
    content = bytearray(GOOD[kind])
    places = (
        st.integers(0, len(content) - 1)
        | st.integers(0, 200)
        | st.integers(len(content) - 300, len(content) - 1)
    )
    for place, value in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=8)):
        content[min(place, len(content) - 1)] = value
    survives(kind, bytes(content))


@pytest.mark.parametrize("kind", GOOD)
@settings(max_examples=80, deadline=2000)
@given(data=st.data())
def test_inserted_removed_and_doubled_bytes_raise_nothing_else(kind: str, data: st.DataObject) -> None:
    content = GOOD[kind]
    start = data.draw(st.integers(0, len(content)))
    stop = data.draw(st.integers(start, len(content)))
    middle = data.draw(st.sampled_from([b"", content[start:stop] * 2]) | st.binary(max_size=64))
    survives(kind, content[:start] + middle + content[stop:])


@pytest.mark.parametrize("kind", GOOD)
@settings(max_examples=80, deadline=2000)
@given(content=st.binary(max_size=400))
def test_noise_is_refused(kind: str, content: bytes) -> None:
    assert not survives(kind, content)


@settings(max_examples=150, deadline=2000)
@given(header=st.binary(max_size=120) | st.text(max_size=120).map(str.encode))
def test_hostile_array_headers_raise_nothing_else(header: bytes) -> None:
    import zipfile

    member = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for part in ("x_train", "y_train", "x_test", "y_test"):
            file.writestr(f"{part}.npy", member)
    assert not survives("stored", archive.getvalue())
