"""One plain line a problem; what comes again and again is counted."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from netlab.app import logs


class Log:
    """A logger of the test's own, what it wrote, and a clock that stands."""

    def __init__(self) -> None:
        self.now, self.stream = 0.0, io.StringIO()
        self.handler = logging.StreamHandler(self.stream)
        self.handler.setFormatter(logs.Plain("%(levelname)s %(message)s"))
        self.handler.addFilter(logs.Quiet(lambda: self.now))
        self.logger = logging.getLogger("test_logs")
        self.logger.propagate = False
        self.logger.addHandler(self.handler)

    @property
    def lines(self) -> list[str]:
        return self.stream.getvalue().splitlines()


@pytest.fixture
def log() -> Iterator[Log]:
    one = Log()
    yield one
    one.logger.removeHandler(one.handler)


def boom() -> None:
    raise ValueError("bad\nthing \x1b[31mred")


def test_a_traceback_is_one_line_without_control_characters(log: Log) -> None:
    try:
        boom()
    except ValueError:
        log.logger.exception("Uncaught %s", "app\texecution")
    (line,) = log.lines
    assert line.startswith("ERROR Uncaught app execution | ValueError: bad thing \\x1b[31mred | ")
    assert "test_logs.py" in line
    assert line.isprintable()


def test_a_flood_is_a_line_and_a_count(log: Log) -> None:
    for _ in range(1000):
        log.logger.error("socket.accept() out of system resource")
    assert log.lines == ["ERROR socket.accept() out of system resource"]
    log.now = logs.SILENCE + 1
    log.logger.error("socket.accept() out of system resource")
    assert log.lines[1:] == ["ERROR socket.accept() out of system resource (and 999 more like it)"]


def test_the_same_words_about_other_things_are_one_problem_and_other_words_another(log: Log) -> None:
    for name in ("a", "b", "c"):
        log.logger.warning("Refused %s", name)
    log.logger.warning("Something else")
    log.now = logs.SILENCE + 1
    log.logger.warning("Something else")
    assert log.lines == ["WARNING Refused a", "WARNING Something else", "WARNING Something else"]


def test_memory_of_what_was_told_is_bounded(log: Log) -> None:
    quiet = log.handler.filters[0]
    assert isinstance(quiet, logs.Quiet)
    for number in range(3 * logs.MOST_KINDS):
        log.logger.info("%s", number)
        log.logger.error(f"Problem {number}")
    assert len(quiet._told) <= logs.MOST_KINDS


def test_the_server_s_loggers_are_made_plain_and_others_left() -> None:
    ours, other = (logging.getLogger(name) for name in ("streamlit.test_logs", "elsewhere"))
    handlers = [logging.StreamHandler(io.StringIO()) for _ in range(2)]
    last = logging.lastResort
    assert last is not None
    before = last.formatter, list(last.filters)
    try:
        for logger, handler in zip((ours, other), handlers):
            logger.addHandler(handler)
        logs.set_up()
        logs.set_up()
        assert [isinstance(handler.formatter, logs.Plain) for handler in handlers] == [True, False]
        assert isinstance(last.formatter, logs.Plain)
        assert len(handlers[0].filters) == 1
    finally:
        for logger, handler in zip((ours, other), handlers):
            logger.removeHandler(handler)
        last.formatter, last.filters[:] = before[0], before[1]
