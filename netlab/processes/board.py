"""TensorBoard over the event files of all runs, and nothing else: ``python -m netlab.processes.board RUNS FOLDER PORT [PREFIX]``.

TensorBoard opens what the files beside the event files name: a checkpoint, or a ``projector_config.pbtxt`` with paths
in it. So it is given a folder of its own, in which there are links to event files alone.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

EVENTS = "events.out.tfevents."
"""How the name of every event file begins."""
LOOK_SECONDS = 5.0
_RUN = re.compile(r"[0-9a-f]{32}")


def stranger(folder: Path) -> Path | None:
    """Something in a folder for TensorBoard that is no event file.

    Parameters
    ----------
    folder : Path
        One that is not there holds nothing.

    Returns
    -------
    Path or None
        Also of a folder the link that stands in its place; None if there are event files alone.
    """
    if folder.is_symlink():
        return folder
    return next((path for path in _files(folder) if not _is_events(path)), None)


def mirror(runs: Path, folder: Path) -> None:
    """Let a folder hold a link to each event file of each run, in the same folders, and nothing else.

    Parameters
    ----------
    runs : Path
        The folder of all runs; it is only read.
    folder : Path
        Made if it is not there; what else is in it goes.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    wanted = {path.relative_to(runs): path for path in _event_files(runs)}
    for link in list(_files(folder)):
        path = wanted.get(link.relative_to(folder))
        if path is None or not link.is_symlink() or link.readlink() != path:
            link.unlink()
    for relative, path in wanted.items():
        link = folder / relative
        if not link.is_symlink():
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(path)
    for place, _, _ in sorted(os.walk(folder), reverse=True):  # the inner ones first
        if place != str(folder) and not os.listdir(place):  # noqa: PTH208
            Path(place).rmdir()


def _event_files(runs: Path) -> Iterator[Path]:
    for run in sorted(runs.iterdir()) if runs.is_dir() else ():
        if _RUN.fullmatch(run.name) and not (run / "tensorboard").is_symlink():
            yield from filter(_is_events, _files(run / "tensorboard"))


def _files(folder: Path) -> Iterator[Path]:
    """Everything below a folder but the folders themselves; no link is followed."""
    for place, folders, names in os.walk(folder):
        for name in (*names, *(one for one in folders if Path(place, one).is_symlink())):
            yield Path(place, name)


def _is_events(path: Path) -> bool:
    try:
        return path.name.startswith(EVENTS) and stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:  # its run was deleted meanwhile
        return False


def main(runs: Path, folder: Path, port: int, prefix: str = "") -> int:
    """Start TensorBoard, and show it new event files every few seconds until it ends.

    Parameters
    ----------
    runs, folder : Path
        As ``mirror`` takes them.
    port : int
        Where TensorBoard listens, at all addresses: whoever starts this says who reaches it.
    prefix : str, optional
        What its addresses begin with, such as ``/tensorboard``, so that it can stand behind a door beside other things.

    Returns
    -------
    int
        TensorBoard's exit code.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mirror(runs.absolute(), folder)
    program = shutil.which("tensorboard") or str(Path(sys.executable).with_name("tensorboard"))
    command = [
        program,
        "--logdir",
        str(folder),
        "--host",
        "0.0.0.0",
        "--port",
        str(port),
        "--path_prefix",
        prefix,
    ]
    with subprocess.Popen(command) as process:
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        while True:
            try:
                return process.wait(LOOK_SECONDS)
            except subprocess.TimeoutExpired:
                mirror(runs.absolute(), folder)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:5]))
