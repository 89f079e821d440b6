"""The server's log: one plain line a problem, and a problem that comes again and again is counted, not repeated."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable

SILENCE = 60.0
"""Seconds in which a problem that was told is only counted."""
MOST_FRAMES = 12
MOST_KINDS = 500
FORM = "%(asctime)s %(levelname)s %(name)s: %(message)s"
NAMES = ("asyncio", "uvicorn", "websockets", "streamlit", "netlab")
"""Loggers that write to the server's log, with all below them; the root writes to it too."""


class Plain(logging.Formatter):
    """A record as one line without control characters; a traceback as its places, innermost first."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        record.message = record.getMessage()
        record.asctime = self.formatTime(record)
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        cause = "" if error is None else f" | {type(error).__name__}: {error} | {_places(error)}"
        return one_line(f"{self.formatMessage(record)}{cause}")


class Quiet(logging.Filter):
    """Lets the first of equal records pass, and then one a minute, which tells how many there were."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._told: dict[object, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written."""
        kind, now = _kind(record), self._clock()
        began, more = self._told.get(kind, (now - SILENCE, 0))
        if now - began < SILENCE:
            self._told[kind] = began, more + 1
            return False
        if len(self._told) >= MOST_KINDS:
            self._told.clear()
        self._told[kind] = now, 0
        if more:
            record.msg, record.args = f"{record.getMessage()} (and {more:,} more like it)", ()
        return True


def one_line(text: str) -> str:
    """The text with every control character shown as its code."""
    return "".join(letter if letter.isprintable() else _shown(letter) for letter in text)


def set_up() -> None:
    """Give every logger of the server the plain form, and silence repetition."""
    form, quiet = Plain(FORM), Quiet()
    for handler in _handlers():
        handler.setFormatter(form)
        for old in [one for one in handler.filters if isinstance(one, Quiet)]:
            handler.removeFilter(old)
        handler.addFilter(quiet)


def _handlers() -> list[logging.Handler]:
    """Where the server's records are written; the last resort takes those of loggers without a handler."""
    names = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] in NAMES]
    found = [handler for name in names for handler in logging.getLogger(name).handlers]
    last = [] if logging.lastResort is None else [logging.lastResort]
    return [*logging.getLogger().handlers, *found, *last]


def _kind(record: logging.LogRecord) -> object:
    """What makes two records the same problem: who says it, in which words, about which error from where."""
    error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    where = _places(error) if error is not None else ""
    message = record.getMessage() if not record.args else str(record.msg)
    return record.name, record.levelno, message, type(error).__name__, where


def _places(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    return " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))


def _shown(letter: str) -> str:
    return " " if letter in "\n\t" else letter.encode("unicode_escape").decode("ascii")
