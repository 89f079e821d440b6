"""The teacher's page, the board and the way in: who is let in, what holds for everybody, names as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from netlab.app import teacher
from netlab.app.handover import TRIES_EACH, Tries
from netlab.app.keys import new_secret
from netlab.app.visitor import OWN
from netlab.classroom.people import people
from netlab.classroom.view import lead
from netlab.nets.spec import NetworkSpec
from netlab.runs.owners import name_of
from netlab.training import class_rules
from netlab.training.class_rules import Rules, rules
from netlab.training.job import Job
from tests.pages import as_read, opened, serve
from tests.training.made_workers import Room

SPEC = NetworkSpec(hidden=(8,), epochs=4)
HERS, TEACHERS = new_secret(), new_secret()
CODE = "chalk and board"


@pytest.fixture
def room(digits_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    monkeypatch.setenv("NETLAB_SHARED", "1")
    monkeypatch.setenv("NETLAB_TEACHER", CODE)
    monkeypatch.setattr(teacher, "_tries", Tries())
    for held in (people._tabs, people._names, people._numbers):
        held.clear()
    one = Room(1)
    serve(one.queue, monkeypatch)
    yield one
    one.queue.close()


def as_visitor(secret: str, page: str, **address: str) -> AppTest:
    at = opened("home")
    at.session_state[OWN] = secret
    at.switch_page(f"pages/{page}.py")
    for name, word in address.items():
        at.query_params[name] = word
    at.run()
    assert not at.exception, at.exception
    return at


def teaching(page: str = "class", **address: str) -> AppTest:
    return as_visitor(TEACHERS, page, teacher=CODE, **address)


def keys(elements: Any) -> list[str]:
    return [str(one.key) for one in elements]


def begun(room: Room, spec: NetworkSpec = SPEC) -> Job:
    job = room.queue.submit(spec, owner=name_of(HERS))
    while job.state != "running":
        assert room.step()
    return job


def test_a_pupil_is_asked_for_the_code_and_guesses_no_more_than_five_times(room: Room) -> None:
    for page in ("class", "board"):
        at = as_visitor(HERS, page)
        assert "This page is the teacher's" in as_read(at)
        assert not at.segmented_control
    for turn in range(TRIES_EACH):
        at.text_input(key=f"class_code_{turn}").set_value("guessed")
        at.button(key="class_enter").click().run()
        assert "That is not the teacher's code" in as_read(at)
    at.text_input(key=f"class_code_{TRIES_EACH}").set_value(CODE)
    at.button(key="class_enter").click().run()
    assert "Too many codes were tried" in as_read(at)
    assert not at.segmented_control
    assert teaching().segmented_control(key="class_view").value == "now"


def test_without_a_code_the_server_makes_one_and_says_it(
    room: Room, monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    monkeypatch.delenv("NETLAB_TEACHER")
    assert "no teacher's code" in as_read(as_visitor(HERS, "class"))
    said = teacher.make_code()
    code = teacher.code()
    assert code in said
    assert len(code) == 11
    assert (own_home / teacher.CODE_FILE).stat().st_mode & 0o077 == 0
    teacher._made.clear()  # the server is started again
    teacher.make_code()
    assert teacher.code() == code
    at = as_visitor(TEACHERS, "class")
    at.text_input(key="class_code_0").set_value(code.replace("-", " ").lower())
    at.button(key="class_enter").click().run()
    assert at.segmented_control(key="class_view").value == "now"
    (own_home / teacher.CODE_FILE).write_text("short")
    teacher.make_code()
    assert teacher.code() != code


def test_the_teacher_frees_a_place_and_stops_a_run_and_nobody_else_does(room: Room) -> None:
    job = begun(room)
    waits = room.queue.submit(replace(SPEC, seed=1), owner=name_of(HERS))
    pupil = as_visitor(HERS, "join")
    pupil.text_input(key="join_name").set_value("**Ada**")
    pupil.button(key="join_begin").click().run()
    at = teaching()
    assert "1 of 1 place taken, 1 waiting. No place is free. Nothing is stuck." in as_read(at)
    assert "****Ada****: 8 units" in as_read(at)
    at.button(key=f"class_free_{job.id}").click().run()
    assert job.worker is not None
    assert job.worker.sent == ["pause"]  # type: ignore[attr-defined]
    at.button(key=f"class_stop_{waits.id}").click().run()
    assert waits.state == "stopped"
    st.session_state.clear()
    st.session_state[OWN] = HERS
    for forged in (lead._free, lead._stop):
        forged(job.id)
    lead._keep(most_epochs=1)
    assert job.stopping is None
    assert job.worker.sent == ["pause"]  # type: ignore[attr-defined]
    assert rules() == Rules()
    st.session_state.clear()


def test_a_limit_is_said_on_train_and_held_by_the_server(room: Room) -> None:
    at = teaching(class_view="rules")
    at.selectbox(key="class_most_epochs_0").set_value(2).run()
    at.selectbox(key="class_most_images_0").set_value(5000).run()
    assert (rules().most_epochs, rules().most_images) == (2, 5000)
    pupil = as_visitor(HERS, "train", width="8", epochs="4")
    assert "at most 2 epochs, at most 5,000 images" in as_read(pupil)
    pupil.button(key="train").click().run()
    assert (
        as_read(pupil).count("The teacher has limited a training to 2 epochs") == 2
    )  # beside the settings, and refused
    assert room.queue.live() == []
    pupil.button(key="class_fit").click().run()
    assert "class_fit" not in keys(pupil.button)
    pupil.button(key="train").click().run()
    (job,) = room.queue.live()
    assert (job.spec.epochs, job.spec.train_examples) == (2, 5000)
    at.selectbox(key="class_most_epochs_1").set_value(0).run()
    at.selectbox(key="class_most_images_1").set_value(0).run()
    assert "The teacher has" not in as_read(as_visitor(HERS, "train", width="8"))


def test_a_hidden_page_is_gone_from_the_menu_and_its_address_says_so(room: Room) -> None:
    at = teaching(class_view="rules")
    offered = at.multiselect(key="class_hidden_0").options
    assert {"Draw a digit", "A fair race"} <= set(offered)
    assert not {"Start", "Class", "Board"} & set(offered)
    at.multiselect(key="class_hidden_0").set_value(["draw", "race"]).run()
    assert rules().hidden == ("draw", "race")
    pupil = as_visitor(HERS, "draw")
    assert "The teacher has hidden the page “Draw a digit”" in as_read(pupil)
    assert not pupil.get("bidi_component")
    assert "has hidden" not in as_read(as_visitor(HERS, "train"))
    assert "has hidden" not in as_read(teaching("draw"))
    class_rules.keep(Rules(hidden=("home", "class", "join", "board", "gone")))
    assert "has hidden" not in as_read(opened("home"))


def test_the_way_in_takes_a_name_as_text_and_opens_the_lesson(room: Room) -> None:
    class_rules.keep(Rules(lesson="loss"))
    at = as_visitor(HERS, "join")
    assert at.button(key="join_begin").label == "Begin with “Loss”"
    at.text_input(key="join_name").set_value("a\u202eb")
    at.button(key="join_begin").click().run()
    assert "can be seen" in as_read(at)
    at.text_input(key="join_name").set_value("<b>Ada</b>")
    at.button(key="join_begin").click().run()
    assert [title.value for title in at.title] == ["Loss"]
    again = as_visitor(HERS, "join")
    assert "you are **<b>Ada</b>**" in as_read(again)
    assert "\\<b\\>Ada" in " ".join(str(one.value) for one in again.markdown)


def test_the_board_shows_everybody_s_run_and_hides_names_if_asked(room: Room) -> None:
    job = begun(room)
    at = as_visitor(HERS, "join")
    at.text_input(key="join_name").set_value("Ada")
    at.button(key="join_begin").click().run()
    while room.step():
        pass
    board = teaching("board")
    assert "finished **1**" in as_read(board)
    assert "best of class **Ada**: **90.00\u00a0%** with 6,370 parameters" in as_read(board)
    assert "Nobody has drawn a prediction" in as_read(board)
    board.toggle(key="board_names").set_value(False).run()
    assert "best of class **Run 1**" in as_read(board)
    lesson = teaching(class_view="results")
    assert "1 run asked for since" in as_read(lesson)
    lesson.button(key="class_since").click().run()
    assert rules().since
    class_rules.keep(Rules(since="2999-01-01T00:00:00+00:00"))
    assert "The first training draws the first curve" in as_read(teaching("board"))
    assert job.state == "done"


def test_localhost_is_no_link_for_others(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    at = teaching(class_view="join")
    assert "has not told its address" in as_read(at)
    for url, here in (("http://localhost:8501/class", True), ("http://192.168.1.5:8501/class", False)):
        monkeypatch.setattr(type(st.context), "url", url)
        at.run()
        assert ("nobody else can use it" in as_read(at)) == here
        assert (
            url.removeprefix("http://").replace("class", "join") in as_read(at)
        ) != here  # no code that leads nowhere


def test_on_a_machine_of_one_s_own_no_code_is_asked_for(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETLAB_SHARED", "0")
    at = as_visitor(HERS, "class")
    assert "answers only to this machine" in as_read(at)
    assert "Nothing trains and nothing waits" in as_read(at)
