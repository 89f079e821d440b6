"""The history of a run as a file: one event a line, appended as it happens, read as a stranger's."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from netlab.files import FileError, open_plain, reading, reason_of
from netlab.runs.events import Event, EventError, Started, from_line

MOST_BYTES = 250_000_000  # of a run of ten million batches
MOST_LINE_BYTES = 100_000  # ten times what a line of 256 batches takes
MOST_FLAWS = 1000
REST = f"After {MOST_FLAWS:,} such lines the rest of it is not read."


class Unread(EventError):
    """A history that cannot be read to its end; the sentence says why."""


def append(path: Path, event: Event) -> None:
    """Add one event; written and flushed, but not fsynced, when this returns.

    A disk that takes a part of the line alone leaves none of it: the next event would else begin in its middle.

    Parameters
    ----------
    path : Path
        The history's file, made if it is not there.
    event : Event
        What to add.

    Raises
    ------
    OSError
        If it cannot be written, or is no plain file.
    """
    handle = open_plain(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        _whole(handle, event.to_line().encode() + b"\n")
    finally:
        os.close(handle)


def _whole(handle: int, line: bytes) -> None:
    """Write a line, or nothing of it."""
    size, written = os.fstat(handle).st_size, 0
    try:
        while written < len(line):
            written += os.write(handle, line[written:])
    except OSError:
        if written:
            os.ftruncate(handle, size)
        raise


def close_line(path: Path) -> None:
    """End a last line that was cut short, so that the next event has a line of its own.

    Parameters
    ----------
    path : Path
        The history's file, made if it is not there.

    Raises
    ------
    OSError
        If it cannot be written, or is no plain file.
    """
    with os.fdopen(open_plain(path, os.O_RDWR | os.O_APPEND | os.O_CREAT), "a+b") as file:
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            if file.read() != b"\n":
                file.write(b"\n")


def read(
    path: Path, folder: Path, most_bytes: int = MOST_BYTES, wanted: Callable[[bytes], bool] | None = None
) -> Iterator[Event | EventError]:
    """The events kept so far, and in the place of a line that is none, the error that says why.

    A line cut short by a crash is no error: it is the last one, or ``Started`` follows.

    Parameters
    ----------
    path : Path
        The history's file; one that is missing has no events.
    folder : Path
        The run's folder, which the file must not lead out of.
    most_bytes : int, optional
        Size from which on nothing is read.
    wanted : callable, optional
        Whether a line is read at all, given its bytes; every line is by default.

    Yields
    ------
    Event or EventError
        ``Unread`` last if the file cannot be read to its end.
    """
    try:
        with reading(path, most_bytes, folder) as stream:
            yield from _without_cuts(_events(stream, wanted))
    except FileNotFoundError:
        return
    except (OSError, FileError) as error:
        yield Unread(f"Its history cannot be read ({reason_of(error)}).")


def _events(
    stream: BinaryIO, wanted: Callable[[bytes], bool] | None = None
) -> Iterator[Event | EventError | None]:
    """Events, errors, and None for a last line without its end that is no event."""
    while line := stream.readline(MOST_LINE_BYTES):
        end = line
        while not end.endswith(b"\n") and (more := stream.readline(MOST_LINE_BYTES)):
            end = more  # of a line that is too long to be one of ours
        if wanted is not None and not wanted(line):
            continue
        try:
            yield from_line(line.decode("utf-8", "replace"))
        except EventError as error:  # told anew: it would keep the line in memory
            yield type(error)(str(error)) if end.endswith(b"\n") else None


def _without_cuts(items: Iterator[Event | EventError | None]) -> Iterator[Event | EventError]:
    flaw: EventError | None = None
    for item in items:
        if flaw is not None and not isinstance(item, Started):
            yield flaw
        flaw = item if isinstance(item, EventError) else None
        if isinstance(item, Event):
            yield item
    if flaw is not None:
        yield flaw
