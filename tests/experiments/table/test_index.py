"""The lines of all runs: those that are known at once, the rest as far as a moment goes, and runs that are on as they stand."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import count

import pytest

from netlab.experiments.table.index import Shelf
from netlab.runs import store, summary
from netlab.runs.events import Validation
from netlab.runs.marks import Marks
from netlab.runs.run import Run
from netlab.training.job import Job
from tests.runs.kept import SPEC, kept_run


def by_seconds() -> Callable[[], float]:
    """A clock that goes on by a second at each look."""
    ticks = count()
    return lambda: float(next(ticks))


def test_every_run_has_its_line_newest_first() -> None:
    runs = [kept_run() for _ in range(3)]
    for hour, run in enumerate(runs):
        about = (
            (run.folder / "spec.json").read_text().replace(run.started(), f"2026-01-01T0{hour}:00:00+00:00")
        )
        (run.folder / "spec.json").write_text(about)
    found = Shelf().index(store.ids(), {})
    assert [row.id for row in found.rows] == [run.id for run in reversed(runs)]
    assert list(found.rows) == [summary.summary(run) for run in reversed(runs)]
    assert (found.unread, found.live) == (0, frozenset())


def test_what_takes_longer_than_a_moment_is_counted_and_read_the_next_time() -> None:
    for _ in range(5):
        kept_run()
    shelf, ids = Shelf(), store.ids()
    unread = []
    for _ in range(5):
        found = shelf.index(ids, {}, 0.5, by_seconds())
        unread.append(found.unread)
        assert len(found.rows) + found.unread == 5
    assert unread == [4, 3, 2, 1, 0]


def test_what_is_kept_takes_no_moment_and_what_is_known_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        summary.summary(kept_run())
    shelf = Shelf()
    found = shelf.index(store.ids(), {}, 0.0, by_seconds())
    assert (len(found.rows), found.unread) == (4, 0)

    def refuse(*_: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(summary, "kept", refuse)
    monkeypatch.setattr(summary, "make", refuse)
    assert shelf.index(store.ids(), {}) == found


def test_a_change_is_seen_and_a_run_that_is_gone_is_left_out() -> None:
    run, other = kept_run(), kept_run()
    shelf = Shelf()
    shelf.index(store.ids(), {})
    run.mark(Marks("seen", star=True))
    other.hide()
    (row,) = shelf.index([run.id, other.id, "../..", "0" * 32], {}).rows
    assert (row.id, row.note, row.star) == (run.id, "seen", True)


def test_a_run_that_another_program_trains_is_live_and_then_what_it_is() -> None:
    run, shelf = kept_run(), Shelf()
    assert shelf.index([run.id], {}).rows[0].state == "done"
    handle = run.hold()
    try:
        found = shelf.index([run.id], {})
        assert (found.rows[0].state, found.live) == ("running", frozenset({run.id}))
        run.append(Validation(40, 0.1, 0.99))
        assert shelf.index([run.id], {}).rows[0].best == 0.99
    finally:
        os.close(handle)
    found = shelf.index([run.id], {})
    assert found.rows[0].state == "done"
    assert not found.live


def test_a_run_of_this_server_stands_as_its_job_knows_it() -> None:
    run = store.create(SPEC, store.new_id())
    job = Job(run.id, SPEC)
    row = Shelf().index([run.id], {run.id: job}).rows[0]
    assert (row.state, row.best, row.last) == ("queued", None, None)
    job.state = "running"
    job.history.add(Validation(1, 1.0, 0.8))
    job.history.add(Validation(2, 1.0, 0.7))
    found = Shelf().index([run.id], {run.id: job})
    assert (found.rows[0].state, found.rows[0].best, found.rows[0].last) == ("running", 0.8, 0.7)
    assert found.live == {run.id}
    job.state = "done"  # it is over: the disk tells
    assert Shelf().index([run.id], {run.id: job}).rows[0].state == "not begun"


def test_an_unreadable_run_has_a_line_too() -> None:
    run = kept_run()
    (run.folder / "spec.json").write_text("[]")
    found = Shelf().index([run.id], {})
    assert [row.state for row in found.rows] == ["unreadable"]
    assert isinstance(run, Run)
