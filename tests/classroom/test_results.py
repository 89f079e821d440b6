"""What came of a class: curves thinned to true points, the best, predictions, and a file that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlab.app.components import plain_figure
from netlab.classroom import figures, labels
from netlab.classroom.nickname import FORMULA
from netlab.classroom.results import (
    MOST_RUNS,
    POINTS,
    Result,
    Results,
    best,
    comparable,
    defused,
    mean_off,
    of_job,
    ranked,
    to_csv,
    went_wrong,
)
from netlab.classroom.standing import standing, summed_up
from netlab.nets.spec import NetworkSpec
from netlab.runs import owners, store
from netlab.runs.events import Started, Validation
from netlab.runs.run import Run
from netlab.training.job import Job
from netlab.training.prediction import from_ends, keep
from tests.training.made_workers import Room

SPEC = NetworkSpec(hidden=(8,), epochs=4)
ALL = "0"


@pytest.fixture
def room(digits_file: Path) -> Iterator[Room]:
    one = Room(1)
    yield one
    one.queue.close()


def result(name: str, share: float | None, *, parameters: int = 1000, over: bool = True, guess: float | None = None, data: str = "mnist") -> Result:  # fmt: skip
    return Result(
        name, (f"owner of {name}",), name, "done" if over else "running", "2026-05-04T08:00:00+00:00", replace(SPEC, data=data),
        parameters, (0.0, 4.0), (0.1, share or 0.1), share, share, over, 2.0,
        None if guess is None else from_ends(0.5, guess, SPEC.epochs),
    )  # fmt: skip


def test_a_curve_keeps_its_ends_and_has_only_points_that_were_measured() -> None:
    job = Job(store.new_id(), SPEC)
    job.take(Started(job.id, 6370, 2000, 100, 50, 200, "made", "Made for a test."))
    seen = [Validation(step, 0.5, round(step / 1000, 4)) for step in range(0, 201)]
    for one in seen:
        job.take(one)
    found = of_job(job, None, ("her",))
    assert len(found.epochs) == POINTS
    assert (found.epochs[0], found.epochs[-1], found.accuracies[-1]) == (0.0, 4.0, 0.2)
    assert {(round(50 * x), y) for x, y in zip(found.epochs, found.accuracies, strict=True)} <= {(one.step, one.accuracy) for one in seen}  # fmt: skip
    assert (found.share, found.best, found.over) == (0.2, 0.2, False)
    assert of_job(Job(store.new_id(), SPEC), None, ()).share is None


def test_the_best_is_over_and_of_equal_ones_the_smaller() -> None:
    runs = [
        result("large", 0.97, parameters=9000), result("small", 0.97, parameters=500), result("ahead", 0.99, over=False),
        result("new", None, over=False), result("worst", 0.5),
    ]  # fmt: skip
    assert [one.name for one in ranked(runs)] == ["ahead", "small", "large", "worst", "new"]
    found = best(runs)
    assert found is not None
    assert found.name == "small"
    assert best(runs[2:4]) is None
    ended = [
        replace(one, state=state)
        for one, state in zip(runs, ("diverged", "stopped", "running", "died", "done"), strict=True)
    ]
    assert [one.state for one in went_wrong(ended)] == ["died", "diverged"]
    kinds = [*runs, result("shirts", 0.9, data="fashion-mnist")]
    assert comparable(kinds) == (runs, 1)
    assert comparable([]) == ([], 0)


def test_predictions_are_held_against_what_came() -> None:
    runs = [result("high", 0.9, guess=0.8), result("low", 0.9, guess=0.93), result("none", 0.9), result("early", 0.9, over=False, guess=0.1)]  # fmt: skip
    assert mean_off(runs) == "2 predictions, off by 6.5 points on average. 1 of them was too low."
    assert mean_off(runs[2:]) == ""
    assert mean_off(runs[:1]) == "One prediction, 10.0 points too low."


@given(st.text(max_size=30))
def test_no_text_of_a_reader_is_a_formula(text: str) -> None:
    cell = str(defused(text))
    assert not cell.lstrip().startswith(FORMULA)
    assert cell == "" or cell.isprintable()
    assert cell.removeprefix("'").startswith(text) or not text.isprintable() or text == cell


def test_the_file_has_a_line_a_run_and_nothing_in_it_is_run() -> None:
    runs = [
        replace(result("a", 0.9, guess=0.8), name='=HYPERLINK("http://evil")'),
        replace(result("b", None), owners=()),
    ]
    names = {"owner of a": "@SUM(1)"}
    written = to_csv(runs, lambda one: names[one])
    assert written.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"))))
    assert [row["who"] for row in rows] == ["'@SUM(1)", "command line"]
    assert rows[0]["name"] == '\'=HYPERLINK("http://evil")'
    assert (rows[0]["expected at the end"], rows[0]["accuracy"], rows[1]["accuracy"]) == ("0.8", "0.9", "")


def test_runs_of_the_lesson_come_from_the_queue_and_from_the_disk(room: Room) -> None:
    results = Results()
    over = room.queue.submit(SPEC, owner=owners.name_of("her"))
    kept = store.get(over.id)
    assert isinstance(kept, Run)
    keep(kept, from_ends(0.5, 0.8, 4))
    while room.step():
        pass
    live = room.queue.submit(replace(SPEC, seed=1), owner=owners.name_of("him"))
    room.step()
    found, unread = results.of(room.queue, ALL)
    assert ({one.id: one.state for one in found}, unread) == ({over.id: over.state, live.id: "running"}, 0)
    by_id = {one.id: one for one in found}
    assert by_id[over.id].owners == (owners.name_of("her"),)
    assert by_id[over.id].guess == 0.8
    assert results.of(room.queue, "2999") == ([], 0)
    about = json.loads((kept.folder / "spec.json").read_text())
    for seed in range(5):
        run = store.create(replace(SPEC, seed=seed), store.new_id())
        (run.folder / "spec.json").write_text(
            json.dumps(about | {"started": f"2020-01-01T00:00:0{seed}+00:00"})
        )
    some, rest = results.of(room.queue, ALL, MOST_RUNS, moment=-1.0)
    assert (len(some), rest) == (3, 4)  # one is read even without time
    everything, rest = results.of(room.queue, ALL)
    assert (len(everything), rest) == (7, 0)
    assert [one.started for one in everything] == sorted(one.started for one in everything)
    assert len(results.of(room.queue, ALL, 4)[0]) == 4


def test_what_does_not_go_on_is_stuck_and_stands_first(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    assert summed_up(standing(room.queue), 1) == "Nothing trains and nothing waits. 1 place is free."
    first = room.queue.submit(SPEC, owner="her")
    second = room.queue.submit(replace(SPEC, seed=1), owner="him")
    for _ in range(3):
        room.step()
    lines = standing(room.queue)
    assert [(line.id, line.state, line.place, line.stuck) for line in lines] == [
        (first.id, "running", True, ""), (second.id, "queued", False, ""),
    ]  # fmt: skip
    assert lines[1].told.startswith("Place 1 in the queue. It begins in about ")
    assert summed_up(lines, 1) == "1 of 1 place taken, 1 waiting. No place is free. Nothing is stuck."
    monkeypatch.setattr(type(first.worker), "silent_for", lambda _: 12.0)
    lines = standing(room.queue)
    assert lines[0].stuck.startswith("Its worker has said nothing for 10 seconds.")
    assert summed_up(lines, 1).endswith("1 run is stuck.")


def test_the_teacher_frees_a_place_and_the_run_goes_on_when_it_is_resumed(room: Room) -> None:
    job = room.queue.submit(SPEC, owner="her")
    room.step()
    worker = job.worker
    room.queue.free(job)
    assert worker is not None
    assert worker.sent == ["pause"]  # type: ignore[attr-defined]
    room.pause(job)
    room.queue.free(job)
    assert (job.gave_back, worker.sent) == (True, ["pause", "release"])  # type: ignore[attr-defined]
    assert not job.freeing


def test_names_are_text_in_figures_and_the_board_is_a_small_message() -> None:
    runs = [result(f"{place:02}", 0.9 + place / 1000, guess=0.95) for place in range(25)]
    runs = [
        replace(one, epochs=tuple(round(0.167 * x, 3) for x in range(POINTS)), accuracies=(0.9731,) * POINTS)
        for one in runs
    ]
    for draw in (figures.curves_figure, figures.sizes_figure, figures.predictions_figure):
        figure = draw(runs, lambda _: "<b>Ada</b>")
        assert isinstance(figure, go.Figure)
        told = json.dumps(plain_figure(figure))
        assert "<b>" not in told
        assert "&lt;b&gt;" in told
        assert len(told) < 20_000
    assert figures.lowest([0.93, 0.99]) == 0.9
    assert figures.lowest([]) == figures.lowest([0.02]) == 0.0
    assert draw([], str)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(10, 10_000_000), min_size=1, max_size=5))
def test_an_axis_of_sizes_says_at_least_two_of_them(sizes: list[int]) -> None:
    runs = [replace(result(str(place), 0.9), parameters=size) for place, size in enumerate(sizes)]
    axis = figures.sizes_figure(runs, str).layout.xaxis
    marks = {"D1": range(1, 10), "D2": (1, 2, 5), 1: (1,)}[axis.dtick]
    left, right = (10**end for end in axis.range)
    assert sum(left <= mark * 10**power <= right for power in range(10) for mark in marks) >= 2


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=30))
def test_no_name_lies_on_another_and_the_first_is_always_there(points: list[tuple[float, float]]) -> None:
    order = list(reversed(range(len(points))))
    room = labels.named(points, order)
    kept = [point for point, fits in zip(points, room, strict=True) if fits]
    assert all(
        abs(a - c) >= labels.WIDE or abs(b - d) >= labels.HIGH
        for place, (a, b) in enumerate(kept)
        for c, d in kept[:place]
    )
    assert not points or room[order[0]]
    for place, (x, y) in enumerate(points):  # what is left out has a named neighbour
        assert room[place] or any(abs(x - a) < labels.WIDE and abs(y - b) < labels.HIGH for a, b in kept)
