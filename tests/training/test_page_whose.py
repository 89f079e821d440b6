"""On a shared server a run is its browser's: others look, and what is refused is refused by the server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from netlab.app import handover, teacher
from netlab.app.handover import Tries, codes
from netlab.app.keys import new_secret
from netlab.app.visitor import OWN
from netlab.experiments.table.view.belongings import CODE
from netlab.nets.spec import NetworkSpec
from netlab.runs import owners, store
from netlab.runs.marks import Marks
from netlab.runs.owners import ANOTHERS, name_of
from netlab.runs.run import Run
from netlab.training.job import Job
from netlab.training.view import session
from netlab.training.view.whose import FOUND, JOINED
from tests.pages import as_read, link, opened, serve
from tests.training.made_workers import Room

SPEC = NetworkSpec(hidden=(8,), epochs=4)
STEERING = ("Pause", "One batch", "To the end of the epoch", "Stop")
HERS, HIS = new_secret(), new_secret()


@pytest.fixture
def room(digits_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    monkeypatch.setenv("NETLAB_SHARED", "1")
    monkeypatch.setattr(teacher, "_tries", Tries())
    one = Room(1)
    serve(one.queue, monkeypatch)
    yield one
    one.queue.close()


def begun(room: Room, spec: NetworkSpec = SPEC, secret: str = HERS) -> Job:
    """A run of hers under way."""
    job = room.queue.submit(spec, owner=name_of(secret), share=True)
    while job.state != "running":
        assert room.step()
    return job


def as_visitor(secret: str, page: str = "train", **address: str) -> AppTest:
    at = opened(page, **address)
    at.session_state[OWN] = secret
    return at.run()


def test_a_link_lets_others_look_and_nothing_else(room: Room) -> None:
    job = begun(room)
    his = as_visitor(HIS, run=job.id)
    assert ANOTHERS in as_read(his)
    for label in STEERING:
        assert his.button(key=f"run_{label}").disabled
        assert his.button(key=f"run_{label}").help == ANOTHERS
    assert not his.button(key="run_use").disabled  # her settings are for everybody
    assert "The run that is on is not yours alone" in as_read(his)
    assert "your runs are yours only until this tab is closed" in as_read(
        his
    )  # no cookie came with this visit
    hers = as_visitor(HERS, run=job.id)
    assert ANOTHERS not in as_read(hers)
    assert not any(hers.button(key=f"run_{label}").disabled for label in ("Pause", "Stop"))
    table = as_visitor(HIS, "runs")
    table.session_state["runs"] = [job.id]
    table.session_state["runs_chosen"] = [job.id]
    table.run()
    for key in ("runs_star", "runs_delete"):
        assert table.button(key=key).help == ANOTHERS
    assert table.toggle(key="runs_mine").value is False
    table.toggle(key="runs_mine").set_value(True).run()
    assert "No run fits what is asked for above" in as_read(table)
    table.toggle(key="runs_mine").set_value(False).run()
    assert "1 run, " in as_read(table)


def test_the_server_refuses_what_a_browser_should_not_have_sent(room: Room) -> None:
    job, over = begun(room), store.create(SPEC, store.new_id())
    owners.write(over, [name_of(HERS)])
    st.session_state.clear()
    st.session_state[OWN] = HIS
    worker = job.worker
    assert worker is not None
    refusals: list[Callable[[], object]] = [
        lambda: session.send(job, "pause"), lambda: session.send(job, "learning_rate", value=9.0), lambda: session.stop(job),
        lambda: session.rename(job.id, "Mine"), lambda: session.mark(job.id, Marks("Mine", True)),
        lambda: session.delete(over.id, undo=True), lambda: session.go_on(over.id),
        lambda: session.make_smaller(job, replace(SPEC, epochs=1)),
    ]  # fmt: skip
    for refused in refusals:
        refused()
        assert st.session_state.pop("refused") == ANOTHERS
    assert worker.sent == []  # type: ignore[attr-defined]
    run = store.get(job.id)
    assert run is not None
    assert (run.own_name(), run.marks()) == ("", Marks())
    assert (store.get(over.id), job.state, job.stopping) == (over, "running", None)
    st.session_state[OWN] = HERS
    session.delete(over.id, undo=True)
    st.session_state[OWN] = HIS
    session.bring_back(over.id)
    assert st.session_state.pop("refused") == ANOTHERS
    assert store.get(over.id) is None
    st.session_state[OWN] = HERS
    session.bring_back(over.id)
    session.rename(over.id, "Hers")
    session.send(job, "pause")
    assert worker.sent == ["pause"]  # type: ignore[attr-defined]
    assert isinstance(again := store.get(over.id), Run)
    assert again.own_name() == "Hers"
    st.session_state.clear()


def test_the_second_to_press_is_shown_the_first_s_run_and_may_train_another(room: Room) -> None:
    first = as_visitor(HERS, width="8", epochs="4")
    first.button(key="train").click().run()
    second = as_visitor(HIS, width="8", epochs="4")
    second.button(key="train").click().run()
    run_id = str(first.session_state["run"])
    assert str(second.session_state["run"]) == run_id
    assert len(store.all_runs()) == 1
    assert JOINED in as_read(second)
    first.run()
    assert FOUND in as_read(first)
    room.step()
    second.run()
    assert second.button(key="run_Pause").disabled
    assert not second.button(key="run_Stop").disabled
    first.run().button(key="run_Stop").click().run()
    assert "It goes on for the others" in as_read(first)
    job = room.queue.find(run_id)
    assert job is not None
    assert job.live
    second.run()
    assert JOINED not in as_read(second)  # it is his alone now
    assert not second.button(key="run_Pause").disabled
    third = as_visitor(new_secret(), width="8", epochs="4")
    third.button(key="train").click().run()
    third.button(key="run_own_seed").click().run()
    other = room.queue.find(str(third.session_state["run"]))
    assert other is not None
    assert (other.id != run_id, other.spec.seed) == (True, 1)


def test_who_waits_is_offered_the_size_of_a_class(room: Room) -> None:
    begun(room)
    at = as_visitor(HIS, width="16")
    at.button(key="train").click().run()
    assert "place 1" in as_read(at)
    offered = at.button(key="run_class_size")
    assert "10,000 images, 2 epochs" in offered.label
    offered.click().run()
    job = room.queue.find(str(at.session_state["run"]))
    assert job is not None
    assert (job.spec.train_examples, job.spec.epochs, room.queue.view(job).place) == (10_000, 2, 1)
    assert not [button for button in at.button if button.key == "run_class_size"]


def test_on_a_machine_of_one_s_own_nothing_is_in_the_way(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    job = begun(room)
    monkeypatch.setenv("NETLAB_SHARED", "0")
    at = as_visitor(HIS, run=job.id)
    assert not at.button(key="run_Stop").disabled
    assert ANOTHERS not in as_read(at)
    assert "until this tab is closed" not in as_read(at)
    table = as_visitor(HIS, "runs")
    assert not [one for one in table.toggle if one.key == "runs_mine"]
    assert not [one for one in table.button if one.key == "take_code"]


def test_a_code_brings_the_runs_to_another_computer(room: Room) -> None:
    run = store.create(SPEC, store.new_id())
    owners.write(run, [name_of(HERS)])
    hers = as_visitor(HERS, "runs")
    hers.button(key="take_code").click().run()
    code = hers.session_state[CODE]
    assert [code] == [block.value for block in hers.code]
    his = as_visitor(HIS, "runs")
    assert "There are no runs yet" in as_read(his)
    his.text_input(key="back_code_0").set_value("nonsense")
    his.button(key="back_take").click().run()
    assert "eight letters and digits" in as_read(his)
    his.text_input(key="back_code_0").set_value(code)
    his.button(key="back_take").click().run()
    assert "are yours here, too" in as_read(his)
    his.run()
    assert "1 run" in as_read(his)
    his.text_input(key="back_code_1").set_value(code)
    his.button(key="back_take").click().run()
    assert "works once" in as_read(his)
    assert handover.from_file(handover.to_file([HERS])) == (HERS,)
    assert codes is handover.codes


def test_the_teacher_may_stop_every_run_and_the_code_leaves_the_address(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETLAB_TEACHER", "chalk and board")
    job = begun(room)
    at = as_visitor(new_secret(), run=job.id)
    assert at.button(key="run_Stop").disabled
    at.query_params["teacher"] = "chalk and board"
    at.run()
    assert "teacher" not in link(at)
    assert not at.run().button(key="run_Stop").disabled
    at.button(key="run_Stop").click().run()
    assert job.stopping is not None
    pupil = as_visitor(HIS, "runs", teacher="guessed")
    assert "teacher" not in link(pupil)
    pupil.text_input(key="teacher_code_0").set_value("also guessed")
    pupil.button(key="teacher_enter").click().run()
    assert "not the teacher\u2019s code" in as_read(pupil).replace("'", "\u2019")
    pupil.text_input(key="teacher_code_1").set_value("chalk and board")
    pupil.button(key="teacher_enter").click().run()
    assert "You are the teacher here" in as_read(pupil)
    assert "runs of everybody" in as_read(pupil)
