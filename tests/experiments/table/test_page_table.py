"""All runs on the page: found, chosen, named, starred, deleted and brought back; what is said is said when it is earned."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from netlab.experiments.table.view import actions
from netlab.experiments.table.view.choice_of_runs import CHOSEN, PUSHES, sent_choice
from netlab.runs import parcel, store
from netlab.runs.marks import Marks
from netlab.runs.run import Run
from netlab.training.queue import JobQueue
from tests.pages import as_read, empty_caches, opened, serve
from tests.runs.kept import SPEC, kept_run

HOSTILE = "<b>**A**</b> $x$ [a](b) `c`"
TURNS = count(1000)
NOTHING, CHOOSE = "There are no runs yet", "Choose runs in the table above"


@pytest.fixture(autouse=True)
def job_queue(digits_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[JobQueue]:
    """One in which every training waits, since it has no place for any."""
    one = JobQueue(slots=1, warm=False)
    one.slots = 0
    serve(one, monkeypatch)
    empty_caches()
    yield one
    one.close()


@pytest.fixture
def runs() -> list[Run]:
    """Three that differ in a setting."""
    return [kept_run(replace(SPEC, seed=seed)) for seed in range(3)]


def names(at: AppTest) -> list[str]:
    return [str(name) for name in at.dataframe[0].value["name"]] if at.dataframe else []


def choosing(at: AppTest, *runs: Run) -> AppTest:
    """The page once these runs are chosen elsewhere than in its table."""
    at.session_state[CHOSEN] = [run.id for run in runs]
    at.session_state[PUSHES] = next(TURNS)
    return at.run()


def button(at: AppTest, key: str) -> Any:
    return at.button(key=key)


def test_without_runs_the_page_says_what_a_run_is_and_where_to_make_one() -> None:
    at = opened("runs")
    assert NOTHING in as_read(at)
    assert not at.dataframe


def test_the_table_has_all_runs_and_says_how_many(runs: list[Run]) -> None:
    at = opened("runs")
    assert sorted(names(at)) == sorted(run.name() for run in runs)
    told = as_read(at)
    assert NOTHING not in told
    assert "3 runs" in told
    assert CHOOSE in told
    assert "shown" not in told
    assert button(at, "runs_open").disabled
    assert button(at, "runs_delete").disabled
    assert not at.exception


def test_search_and_star_leave_the_runs_that_fit(runs: list[Run]) -> None:
    runs[0].mark(Marks("the **good** one", star=True))
    at = opened("runs")
    at.text_input(key="runs_search").set_value("GOOD").run()
    assert names(at) == [runs[0].name()]
    assert "1 shown" in as_read(at)
    at.text_input(key="runs_search").set_value("no such run").run()
    assert names(at) == []
    assert "No run fits" in as_read(at)
    at.text_input(key="runs_search").set_value("").run()
    at.toggle(key="runs_starred").set_value(True).run()
    assert names(at) == [runs[0].name()]
    at.selectbox(key="runs_state").set_value("diverged").run()
    assert names(at) == []
    assert opened("runs", runs_state="diverged").selectbox(key="runs_state").value == "diverged"


def test_chosen_runs_are_drawn_over_each_other(runs: list[Run]) -> None:
    at = choosing(opened("runs"), runs[0], runs[2])
    told = as_read(at)
    assert CHOOSE not in told
    assert "2 chosen" in told
    assert "Thick with marks: validation" in told
    assert set(at.session_state[CHOSEN]) == {runs[0].id, runs[2].id}
    assert button(at, "runs_open").disabled  # two are chosen
    assert not button(at, "runs_delete").disabled
    assert not at.exception


def test_settings_stand_beside_outcomes_once_runs_differ(runs: list[Run]) -> None:
    at = opened("runs")
    assert "is no proof that it is the cause" in as_read(at)
    assert at.selectbox(key="runs_setting").value == "seed"
    for run in runs[1:]:
        run.delete()
    at = opened("runs")
    assert "once there are two runs that differ" in as_read(at)
    assert "is no proof" not in as_read(at)


def test_a_name_and_a_note_are_kept_and_shown_as_typed(runs: list[Run]) -> None:
    at = choosing(opened("runs"), runs[0])
    at.text_input(key=f"runs_name_{runs[0].id}").set_value(HOSTILE).run()
    assert runs[0].own_name() == HOSTILE
    assert HOSTILE in names(at)
    at.text_area(key=f"runs_noted_{runs[0].id}").set_value("line\n<b>two</b>").run()
    assert runs[0].marks() == Marks("line\n<b>two</b>")
    assert "line <b>two</b>" in list(at.dataframe[0].value["note"])
    button(at, "runs_star").click().run()
    assert runs[0].marks() == Marks("line\n<b>two</b>", star=True)
    assert button(at, "runs_star").label == "Remove the star"
    button(at, "runs_star").click().run()
    assert not runs[0].marks().star
    assert not at.exception


def test_a_deletion_is_told_and_undone(runs: list[Run]) -> None:
    runs[1].rename(HOSTILE)
    at = choosing(opened("runs"), runs[1])
    assert "Deleted" not in as_read(at)
    button(at, "runs_delete").click().run()
    assert HOSTILE not in names(at)
    assert f"Deleted “{HOSTILE}”" in as_read(at)
    assert store.get(runs[1].id) is None
    button(at, f"runs_undo_{runs[1].id}").click().run()
    assert HOSTILE in names(at)
    assert "Deleted" not in as_read(at)
    assert store.get(runs[1].id) == runs[1]
    choosing(at, *runs[:2])
    button(at, "runs_delete").click().run()
    assert "Deleted 2 runs" in as_read(at)
    assert not at.exception


def test_when_its_files_are_gone_nothing_is_offered(runs: list[Run]) -> None:
    at = choosing(opened("runs"), runs[0])
    button(at, "runs_delete").click().run()
    store.remove_leftovers(0.0)
    at.run()
    assert "Deleted" not in as_read(at)


def test_a_run_that_waits_is_shown_as_it_stands_and_is_not_deleted(
    runs: list[Run], job_queue: JobQueue
) -> None:
    job = job_queue.submit(SPEC)
    at = opened("runs")
    assert "waits" in list(at.dataframe[0].value["state"])
    run = store.get(job.id)
    assert run is not None
    choosing(at, run)
    assert button(at, "runs_delete").disabled
    assert "has no batch yet" not in as_read(at)
    job_queue.stop(job)
    at = opened("runs")
    assert "waits" not in list(at.dataframe[0].value["state"])


def test_runs_that_are_still_to_be_read_are_told(runs: list[Run], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netlab.experiments.table.index.Shelf.index.__defaults__", (-1.0, lambda: 0.0))
    at = opened("runs")
    assert "Still reading 2 runs for the first time" in as_read(at)
    assert len(names(at)) == 1


def test_an_unreadable_run_is_in_the_table_and_the_others_too(runs: list[Run]) -> None:
    (runs[0].folder / "spec.json").write_text("{")
    at = opened("runs")
    assert "cannot be read" in list(at.dataframe[0].value["state"])
    assert len(names(at)) == 3
    choosing(at, runs[0])
    assert "None of these runs has anything to draw" in as_read(at)
    assert not at.exception


def test_more_runs_than_can_be_told_apart_are_cut_and_it_is_said() -> None:
    many = [kept_run(replace(SPEC, seed=seed)) for seed in range(14)]
    at = choosing(opened("runs"), *many)
    assert "The first 12 of 14 runs are drawn" in as_read(at)
    choosing(at, *many[:12])
    assert "are drawn: more" not in as_read(at)


@pytest.mark.parametrize(
    "sent",
    [
        None,
        7,
        [],
        {},
        {"ids": "x", "turn": 1},
        {"ids": ["a"] * 9000, "turn": 1},
        {"ids": ["a"], "turn": "now"},
    ],
)
def test_what_the_plots_cannot_have_sent_is_no_choice(sent: object) -> None:
    assert sent_choice(sent) is None


def test_what_the_plots_sent_is_taken_without_what_is_no_id() -> None:
    assert sent_choice({"ids": ["a", 7, None, ["b"]], "turn": 2}) == (["a"], 2.0)


def test_a_choice_whose_runs_are_gone_begins_anew(runs: list[Run]) -> None:
    at = opened("runs", runs_setting="seed")
    for run in runs[:2]:
        run.delete()
    at.run()
    assert "once there are two runs that differ" in as_read(at)
    assert not at.exception


def test_a_run_is_imported_and_what_is_none_is_told(runs: list[Run], monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    parcel.write(runs[0], buffer)
    runs[0].delete()
    state: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", state)
    good, bad = io.BytesIO(buffer.getvalue()), io.BytesIO(b"no zip")
    good.name, bad.name = "good.zip", HOSTILE
    state["field"] = good
    actions._take("field")
    assert state[actions.SAID][0] == "good"
    assert state[CHOSEN] == state["runs"] == [runs[0].id]
    good.seek(0)
    actions._take("field")
    assert "was here already" in state[actions.SAID][1]
    state["field"] = bad
    actions._take("field")
    assert state[actions.SAID] == (
        "bad",
        f"{HOSTILE} is not taken in. It is no zip file: choose one that Netlab exported.",
    )
    state.pop(actions.SAID)
    actions._take("absent")
    assert actions.SAID not in state


def test_what_is_sent_is_the_run_s_file(runs: list[Run]) -> None:
    buffer = io.BytesIO()
    parcel.write(runs[0], buffer)
    assert actions._parcel(runs[0].id) == buffer.getvalue()


def test_a_shared_server_shows_one_s_own_runs_and_those_of_opened_links(
    runs: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETLAB_SHARED", "1")
    at = opened("runs")
    assert NOTHING in as_read(at)
    at.session_state["runs"] = [runs[2].id]
    at.run()
    assert names(at) == [runs[2].name()]
    assert "your own runs and those whose link you opened" in as_read(at)
    monkeypatch.setenv("NETLAB_SHARED", "0")
    at.run()
    assert len(names(at)) == 3
    assert "your own runs and those whose link you opened" not in as_read(at)
