"""Where digits come from: the order, what is passed over, and that the note says so."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from netlab.data import DataError, Digits, archives, describe, load, sources
from netlab.data.download import ADDRESS, SHA256, Download
from netlab.data.synthetic import standin
from tests.conftest import made_digits
from tests.machine import pipe


def save(path: Path, digits: Digits) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    parts = {part: getattr(digits, part) for part in ("x_train", "y_train", "x_test", "y_test")}
    np.savez(path, **parts)
    return path


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No file named, no Keras cache, no network; a stand-in that is made in no time."""
    monkeypatch.delenv("NETLAB_MNIST", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(sources, "download_once", lambda path: Download(None, "The network is down."))
    small = {part: getattr(made_digits(), part) for part in ("x_train", "y_train", "x_test", "y_test")}
    monkeypatch.setattr(standin, "make", lambda: small)


@pytest.fixture
def keras_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Keras cache whose file counts as the published one."""
    path = save(tmp_path / "keras" / "datasets" / "mnist.npz", made_digits(50, 20))
    trust(path, monkeypatch)
    return path


def trust(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with path.open("rb") as stream:
        monkeypatch.setattr(sources, "SHA256", archives.sha256(stream))


def test_with_nothing_else_the_stand_in_is_used_and_said() -> None:
    digits = load()
    assert digits.source == "stand-in"
    assert "not MNIST" in digits.note
    assert "The network is down." in digits.note
    assert "NETLAB_MNIST" in digits.note
    assert "does not exist" not in digits.note


def test_a_named_file_comes_first(keras_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(tmp_path / "mine.npz", made_digits(60, 20))
    monkeypatch.setenv("NETLAB_MNIST", str(path))
    digits = load()
    assert (digits.source, len(digits.y_train)) == ("mnist", 60)
    assert str(path) in digits.note


def test_a_bad_named_file_is_passed_over_and_said(
    keras_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.npz").write_bytes(b"<html>")
    monkeypatch.setenv("NETLAB_MNIST", str(tmp_path / "mine.npz"))
    digits = load()
    assert (digits.source, len(digits.y_train)) == ("mnist", 50)
    assert str(keras_cache) in digits.note
    assert f"Tried first: {tmp_path / 'mine.npz'} is a web page" in digits.note


def test_the_keras_cache_comes_before_ours(keras_cache: Path, own_home: Path) -> None:
    save(own_home / "data" / "mnist.npz", made_digits(70, 20))
    assert len(load().y_train) == 50


def test_our_cache_comes_before_the_network(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trust(save(own_home / "data" / "mnist.npz", made_digits(70, 20)), monkeypatch)
    assert (load().source, len(load().y_train)) == ("mnist", 70)


def test_a_cache_with_another_checksum_is_passed_over_and_said(keras_cache: Path) -> None:
    content = bytearray(keras_cache.read_bytes())
    content[5000] ^= 1
    keras_cache.write_bytes(content)
    digits = load()
    assert digits.source == "stand-in"
    assert f"{keras_cache} is not the published file" in digits.note
    assert "Delete it" in digits.note


@pytest.mark.parametrize("trouble", ["directory", "empty", "pipe"])
def test_a_cache_that_is_no_file_is_passed_over_and_said(
    tmp_path: Path, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "keras" / "datasets" / "mnist.npz"
    path.parent.mkdir(parents=True)
    make: dict[str, Callable[[], None]] = {
        "directory": path.mkdir, "empty": path.touch, "pipe": lambda: pipe(path),
    }  # fmt: skip
    make[trouble]()
    digits = load()
    assert digits.source == "stand-in"
    assert str(path) in digits.note


def test_an_unreadable_file_is_passed_over_and_said(
    keras_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, *_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(standin, "_cached", lambda path: standin._kept(standin.make(), path))
    assert f"{keras_cache} cannot be read (Permission denied)" in load().note


def test_a_download_is_used_as_it_came(
    tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = save(tmp_path / "remote.npz", made_digits(80, 20)).read_bytes()
    monkeypatch.setattr(sources, "download_once", lambda path: Download(content, "It came."))
    digits = load()
    assert (digits.source, len(digits.y_train)) == ("mnist", 80)
    assert "It came." in digits.note


def test_mnist_and_nothing_else_is_an_error_that_says_what_was_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETLAB_MNIST", str(tmp_path / "gone.npz"))
    with pytest.raises(DataError, match=r"gone\.npz does not exist.*network is down.*set NETLAB_MNIST"):
        load("mnist")


def test_a_path_is_used_or_is_an_error_never_passed_over(keras_cache: Path, tmp_path: Path) -> None:
    path = save(tmp_path / "mine.npz", made_digits(60, 20))
    assert (load(path).source, len(load(str(path)).y_train)) == ("file", 60)
    with pytest.raises(DataError, match="does not exist"):
        load(tmp_path / "gone.npz")


def test_the_stand_in_can_be_asked_for(keras_cache: Path) -> None:
    assert load("stand-in").source == "stand-in"


def test_the_report_tells_the_file_its_checksum_and_what_was_passed_over(
    keras_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETLAB_MNIST", str(tmp_path / "gone.npz"))
    report = describe()
    assert report.path == str(keras_cache)
    assert report.sha256 == hashlib.sha256(keras_cache.read_bytes()).hexdigest()
    assert report.published
    assert (report.train, report.test) == (50, 20)
    assert any("gone.npz" in reason for reason in report.passed_over)
    assert json.loads(report.to_json())["source"] == "mnist"
    assert report.sha256 in report.text()
    assert str(keras_cache) in report.text()


def test_a_named_file_is_held_to_no_checksum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETLAB_MNIST", str(save(tmp_path / "mine.npz", made_digits())))
    assert not describe().published
    assert "not the published file's" in describe().text()


def test_address_and_checksum_are_those_that_keras_uses() -> None:
    keras = importlib.util.find_spec("keras")  # read, not imported: that takes seconds
    assert keras is not None
    assert keras.origin is not None
    source = (Path(keras.origin).parent / "src" / "datasets" / "mnist.py").read_text()
    assert SHA256 in source
    assert ADDRESS.removesuffix("mnist.npz") in source
