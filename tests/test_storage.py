"""Files are written whole or not at all, and a home that cannot be written is a sentence."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from netlab import storage as home_module
from netlab.storage import atomic_write, free_bytes, home, writable
from tests.machine import NO_HOME, files_at_most, small_disk


def test_home_is_where_the_user_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NETLAB_HOME", str(tmp_path / "mine"))
    assert home() == tmp_path / "mine"


def test_home_defaults_to_the_platforms_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NETLAB_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert home().name == "netlab"


def test_writing_makes_a_private_home_and_leaves_only_the_file(own_home: Path) -> None:
    atomic_write(own_home / "a.txt", b"first")
    atomic_write(own_home / "a.txt", b"second")
    assert [path.name for path in own_home.iterdir()] == ["a.txt"]
    assert (own_home / "a.txt").read_bytes() == b"second"
    assert stat.S_IMODE(own_home.stat().st_mode) == 0o700


@pytest.mark.parametrize("call", ["fdopen", "fsync"])
def test_a_failing_call_keeps_the_old_file_and_no_litter(
    own_home: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    atomic_write(own_home / "a.txt", b"old")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, full)
    with pytest.raises(OSError, match="No space"):
        atomic_write(own_home / "a.txt", b"new")
    assert [path.name for path in own_home.iterdir()] == ["a.txt"]
    assert (own_home / "a.txt").read_bytes() == b"old"


@pytest.fixture
def small_file_limit() -> Iterator[int]:
    """No file may grow past 64 kB."""
    with files_at_most(65_536):
        yield 65_536


def test_a_file_too_large_for_the_disk_keeps_the_old_one(own_home: Path, small_file_limit: int) -> None:
    atomic_write(own_home / "a.bin", b"old")
    with pytest.raises(OSError):
        atomic_write(own_home / "a.bin", bytes(2 * small_file_limit))
    assert [path.name for path in own_home.iterdir()] == ["a.bin"]
    assert (own_home / "a.bin").read_bytes() == b"old"


def test_a_full_disk_keeps_the_old_file(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "1m") as disk:
        atomic_write(disk / "a.bin", b"old")
        with pytest.raises(OSError, match="No space"):
            atomic_write(disk / "a.bin", bytes(2_000_000))
        assert [path.name for path in disk.iterdir()] == ["a.bin"]
        assert (disk / "a.bin").read_bytes() == b"old"
        assert free_bytes(disk) < 1_048_576


def test_a_process_killed_while_writing_leaves_old_or_new(own_home: Path) -> None:
    target = own_home / "a.bin"
    atomic_write(target, b"0" * 1_000_000)
    script = (
        "import itertools, sys; from pathlib import Path; from netlab.storage import atomic_write\n"
        "for n in itertools.count(1):\n"
        "    atomic_write(Path(sys.argv[1]), str(n % 10).encode() * 1_000_000); print(n, flush=True)\n"
    )
    for kills in range(5):
        with subprocess.Popen([sys.executable, "-c", script, str(target)], stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            for _ in range(kills + 1):
                child.stdout.readline()
            child.kill()
        content = target.read_bytes()
        assert len(content) == 1_000_000
        assert len(set(content)) == 1


def test_writable_says_nothing_of_a_good_home(own_home: Path) -> None:
    assert writable() is None
    assert list(own_home.iterdir()) == []


@pytest.mark.parametrize("place", [NO_HOME, f"{os.devnull}/netlab"])
def test_writable_names_a_bad_home_and_the_mend(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.setenv("NETLAB_HOME", place)
    sentence = writable()
    assert sentence is not None
    assert place in sentence
    assert "NETLAB_HOME" in sentence


def test_a_home_that_is_a_file_is_not_writable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("NETLAB_HOME", str(tmp_path / "file"))
    assert "file" in (writable() or "")


def test_free_bytes_of_a_folder_that_does_not_exist_yet(tmp_path: Path) -> None:
    assert free_bytes(tmp_path / "not" / "yet") > 0


def test_the_folder_is_flushed_after_the_rename(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[Path] = []
    monkeypatch.setattr(home_module, "_flush_folder", flushed.append)
    atomic_write(own_home / "deep" / "a.txt", b"x")
    assert flushed == [own_home / "deep"]


@pytest.fixture
def fixed_while_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of open files cannot be changed, as on Windows: whether one is open is asked of the system."""

    def unless_open(change: Callable[..., object]) -> Callable[..., object]:
        def changed(path: Path, *more: object, **named: object) -> object:
            handles = [handle.readlink() for handle in Path("/proc/self/fd").iterdir() if handle.is_symlink()]
            if {path, *more} & set(handles):
                raise PermissionError(errno.EACCES, "The process cannot access the file", str(path))
            return change(path, *more, **named)

        return changed

    monkeypatch.setattr(home_module, "FIXED_WHILE_OPEN", True)
    for name in ("replace", "unlink", "rename"):
        monkeypatch.setattr(Path, name, unless_open(getattr(Path, name)))


def test_where_open_files_are_fixed_writing_waits_for_who_reads(
    own_home: Path, fixed_while_open: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = own_home / "a.txt"
    atomic_write(target, b"old")
    reader = target.open("rb")
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            reader.close()

    monkeypatch.setattr("netlab.storage.time.sleep", wait)
    atomic_write(target, b"new")
    assert (target.read_bytes(), len(waits)) == (b"new", 3)

    monkeypatch.setattr(home_module, "READ_SECONDS", 0.0)
    with target.open("rb"), pytest.raises(PermissionError):
        atomic_write(target, b"newer")
    assert [path.name for path in own_home.iterdir()] == ["a.txt"]
    assert target.read_bytes() == b"new"


@pytest.mark.parametrize("fixed", [False, True])
def test_what_a_killed_writer_left_is_removed_wherever_it_is(
    own_home: Path, fixed: bool, request: pytest.FixtureRequest
) -> None:
    if fixed:
        request.getfixturevalue("fixed_while_open")
    own_home.mkdir(exist_ok=True)
    left = own_home / ".a.txt.0123abcd"
    left.write_bytes(b"half")
    long_ago = time.time() - 2 * home_module.OLD_SECONDS
    os.utime(left, (long_ago, long_ago))
    home_module.sweep(own_home)
    assert not left.exists()


def test_where_a_refusal_is_for_good_nobody_waits() -> None:
    tries: list[int] = []

    def refused() -> None:
        tries.append(1)
        raise PermissionError

    with pytest.raises(PermissionError):
        home_module.insist(refused)
    assert len(tries) == 1
