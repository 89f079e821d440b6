"""What tests ask of the machine beneath them: where it has it not, the test that asks is skipped and says why."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

if sys.platform != "win32":
    import resource

NO_HOME = f"{Path(__file__).resolve()}{os.sep}netlab"
"""A home that nobody can make, not even root: what would be its parent is a file."""


def posix_only(reason: str) -> pytest.MarkDecorator:
    """Skip a test elsewhere, for a reason that names what is missing there."""
    return pytest.mark.skipif(os.name != "posix", reason=reason)


def pipe(path: Path) -> None:
    """Make a named pipe there."""
    if sys.platform == "win32":
        pytest.skip("Windows has no named pipes among its files")
    os.mkfifo(path)


def most_memory() -> int:
    """The most memory that this process ever took, in bytes."""
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else 1024 * most


@contextmanager
def files_at_most(size: int) -> Iterator[None]:
    """A disk that takes so many bytes of a file, and then says no."""
    if sys.platform == "win32":
        pytest.skip("Windows sets no limit to the size of a file")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A real disk of its own at the folder, ``"1m"`` large, say."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if sys.platform != "linux" or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk needs Linux and root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not asked for yet does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
