"""What the soak writes into its book: each kind of damage is found in a run that was told whole, and each kill has its cost."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from benchmarks.soak_book import (
    WARM_SHARE,
    Blow,
    Book,
    Moment,
    Sample,
    flaws,
    lost_seconds,
    schedule,
    slope,
    table,
)
from netlab.data import Digits
from netlab.nets import weight_file
from netlab.nets.numpy_model import predict
from netlab.runs.events import Done, Event, Metrics, Paused, Started, Validation
from netlab.runs.run import Run
from tests.runs.kept import EPOCH, SPEC, kept_run, weights


@pytest.fixture
def run(digits: Digits) -> Run:
    """A run that says how many of the test pictures it reads, and is right."""
    found, final = kept_run(), weights(SPEC)
    right = (
        predict(SPEC, final, digits.x_test.astype(np.float32) / np.float32(255)).argmax(1) == digits.y_test
    )
    end_with(found, float(right.mean()))
    return found


def end_with(run: Run, accuracy: float) -> None:
    done = Done(SPEC.parameter_count, accuracy, 0.2, 2.0, 1000.0, run.id, True)
    run.finish(done, weight_file.to_bytes(SPEC, weights(SPEC)))


def without_line(number: int) -> Callable[[Run], None]:
    def damage(run: Run) -> None:
        path = run.folder / "history.jsonl"
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join(lines[:number] + lines[number + 1 :]))

    return damage


def with_line(line: bytes) -> Callable[[Run], None]:
    def damage(run: Run) -> None:
        with (run.folder / "history.jsonl").open("ab") as file:
            file.write(line + b"\n")

    return damage


def other_weights(run: Run) -> None:
    content = {**weights(SPEC), "dense/bias": np.ones(8, np.float32)}
    (run.folder / "weights.npz").write_bytes(weight_file.to_bytes(SPEC, content))


DAMAGE: dict[str, tuple[Callable[[Run], None], str]] = {
    "the first batches": (without_line(1), f"batches 0 to {EPOCH} of its history are missing"),
    "the last batches": (without_line(5), f"its history ends at batch {EPOCH} of {2 * EPOCH}"),
    "an epoch": (without_line(4), "its history has the epochs [2] of 2"),
    "a half line": (with_line(b'{"v": 1, "ev'), "a line of its history cannot be read"),
    "weights": (other_weights, "its final weights are not those of its end"),
    "an accuracy": (lambda run: end_with(run, 0.95), "of the test pictures and says 0.9500"),
}


def test_a_whole_run_has_no_flaw_however_often_it_was_continued(run: Run, digits: Digits) -> None:
    assert flaws(run, digits) == []
    path = run.folder / "history.jsonl"
    begun = path.read_bytes().splitlines(keepends=True)[:3]
    again = Started(run.id, 1, 640, 200, EPOCH, 2 * EPOCH, "made", "").to_line().encode()
    path.write_bytes(b"".join(begun) + b'{"v": 1, "cut by a kill\n' + again + b"\n" + path.read_bytes())
    assert flaws(run, digits) == []


def test_batches_that_were_lost_and_trained_again_are_not_missing(run: Run, digits: Digits) -> None:
    path = run.folder / "history.jsonl"
    whole = path.read_bytes()
    without_line(1)(run)
    path.write_bytes(path.read_bytes() + whole)
    assert flaws(run, digits) == []


@pytest.mark.parametrize("name", DAMAGE)
def test_each_kind_of_damage_is_found(name: str, run: Run, digits: Digits) -> None:
    damage, told = DAMAGE[name]
    damage(run)
    assert told in ", ".join(flaws(run, digits))


def test_the_book_parts_runs_that_are_whole_from_those_that_tell_what_is_missing(
    run: Run, digits: Digits
) -> None:
    book = Book()
    book.read(run, digits)
    without_line(1)(run)  # a gap, which the page tells
    book.read(run, digits)
    (run.folder / "end.json").unlink()
    book.read(run, digits)
    assert (book.whole, book.broken) == (1, [])
    assert book.others == {"done, with what is missing told": 1, "interrupted": 1}
    end_with(run, 0.95)
    lying = kept_run()
    book.read(lying, digits)
    assert [told.split(":")[0] for told in book.broken] == [lying.id]


BEGUN = Started("0" * 32, 1, 640, 200, EPOCH, 2 * EPOCH, "made", "")
BATCH, LOOK = Metrics(1, (1.0,), (0.5,), 1.0, 1.0), Validation(1, 0.2, 0.95)


@pytest.mark.parametrize(
    ("events", "lost"),
    [
        ([BEGUN, BATCH], 0.75), ([BEGUN, BATCH, LOOK], 0.75), ([BEGUN, BATCH, Paused(1)], None), ([BEGUN, LOOK], None),
        ([BEGUN, BATCH, BEGUN, LOOK], None), ([], None),
    ],
    ids=["training", "validated", "paused", "no batch yet", "none since it goes on", "not begun"],
)  # fmt: skip
def test_a_kill_costs_what_was_trained_since_the_last_line(
    events: list[Event], lost: float | None, tmp_path: Path
) -> None:
    history = tmp_path / "history.jsonl"
    if events:
        history.write_text("".join(event.to_line() + "\n" for event in events))
        os.utime(history, (1000.0, 1000.0))
    assert lost_seconds(history, 1000.75) == lost
    book = Book()
    book.killed([history], 1000.75, disk_full=False)
    book.killed([history], 1000.75, disk_full=True)
    assert (book.lost, book.idle_kills) == ([] if lost is None else [lost], 1 + (lost is None))


def test_blows_follow_from_the_seed_and_leave_the_last_server_alive() -> None:
    blows = schedule(600.0, 1)
    assert blows == schedule(600.0, 1) != schedule(600.0, 2)
    assert {blow.kind for blow in blows} == {"worker", "server", "disk"}
    assert max(blow for blow in blows if blow.kind == "server") == Blow(300.0, "server")
    assert not [blow for blow in blows if 300.0 < blow.at < 300.0 * (1 + WARM_SHARE)]
    assert {blow.kind for blow in blows if blow.at > 300.0} == {"worker", "disk"}


def test_the_table_holds_each_figure_against_its_target() -> None:
    good = Book(whole=3, lost=[0.1, 0.4], warm=Sample(10**8, 40, 20, 0), end=Sample(2 * 10**8, 41, 20, 3))
    rows = {what: (figure, held) for what, figure, _, held in table(good)}
    assert all(held for _, held in rows.values())
    assert rows["the server's memory, warm to end"][0] == "100 to 200 MB"
    assert rows["curve lost, 2 runs under way when killed"][0] == "at most 0.40 s, median 0.25 s"
    bad = Book(broken=["a"], lost=[1.5], orphans=["b"], faults=["c"], complaints=["d"])
    assert [what for what, _, _, held in table(bad) if not held] == [
        "runs told whole that are", "runs told whole that are not", "curve lost, 1 runs under way when killed",
        "processes that outlived their server", "errors that visitors met", "errors in the server's log",
    ]  # fmt: skip


def test_a_leak_is_told_from_warming_up_by_its_slope() -> None:
    warming = [Moment(5.0 * n, int(4e8 - 1e8 * 0.5 ** (n / 6)), 60) for n in range(120)]
    leaking = [Moment(5.0 * n, int(3e8 + 1e5 * n), 60 + n // 12) for n in range(120)]
    assert slope(leaking) == pytest.approx(12 * 1e5)
    assert abs(slope(warming[60:])) < 0.01 * slope(warming[:12])
    assert slope([]) == slope(leaking[:1]) == 0.0
    sample = Sample(10**8, 40, 20, 0)
    rows = {
        what: figure
        for what, figure, *_ in table(Book(warm=sample, end=sample, busy=leaking, warm_seconds=300.0))
    }
    assert rows["memory in use, warm after 5.0 minutes"] == "+1.2 MB a minute before, +1.2 after"
    assert rows["descriptors in use, most of each minute"].startswith("60, 61, 62, ")
