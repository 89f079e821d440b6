"""A lesson on the pages: opened by its link, what is locked and hidden, the verdict with its evidence; the list; one is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from netlab.classroom import joining
from netlab.classroom.lessons.code import from_code, to_code
from netlab.classroom.lessons.goals import condition
from netlab.classroom.lessons.lesson import Lesson
from netlab.classroom.lessons.library import NAMES, shipped
from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from tests.pages import as_read, link, opened
from tests.runs.kept import kept_run

LESSON = Lesson(
    "Small *and* good", "Press **Train**. See [Loss](./loss).",
    tuple(map(condition, ({"kind": "accuracy", "at_least": 0.94}, {"kind": "parameters", "at_most": 10_000}))),
    {"width": 8, "epochs": 2, "examples": 1000}, ("epochs", "adam_rate"), ("seed",), minutes=12,
)  # fmt: skip


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, digits_file: Path) -> None:
    monkeypatch.setenv("NETLAB_HOME", str(tmp_path / "home"))


def shown_keys(at: AppTest) -> set[str]:
    return {str(one.key) for kind in ("slider", "select_slider", "number_input") for one in at.get(kind)}


def test_a_pupil_opens_the_link_and_a_run_reaches_the_goal() -> None:
    at = opened("train", lesson=to_code(LESSON))
    said = as_read(at)
    assert "Small *and* good" in said and "You have no run in this lesson yet" in said
    assert "See *Loss*." in said  # a link in Markdown opens another tab, which knows nothing of the pad
    assert [one.proto.page for one in at.get("page_link") if one.proto.label == "Open “Loss”"] == ["loss"]
    locked = next(one for one in at.text_input if str(one.key).startswith("fixed_epochs"))
    assert locked.disabled and locked.value == "2" and "The lesson has set this" in locked.help
    assert "seed" not in shown_keys(at) and "epochs" not in shown_keys(at)
    assert at.select_slider(key="width").value == 8 and not at.select_slider(key="width").disabled
    assert link(at)["lesson"] == to_code(LESSON)

    good = kept_run(NetworkSpec(hidden=(8,), epochs=2, train_examples=1000))
    other = kept_run(NetworkSpec(hidden=(8,), epochs=3, train_examples=1000))
    at.session_state["runs"] = [other.id]
    at.run()
    assert "does not count. “Epochs” is 3 here; the lesson sets 2." in as_read(at) and not at.success
    at.session_state["runs"] = [other.id, good.id]
    at.run()
    assert not at.exception
    assert f"({good.id[:4]})" in at.success[0].value and "95.00" in as_read(at)
    at.button(key="lesson_leave").click().run()
    assert "epochs" in shown_keys(at) and "lesson" not in link(at)


def test_what_the_address_asks_does_not_move_what_is_locked_and_a_damaged_link_is_told() -> None:
    at = opened("train", lesson=to_code(LESSON), epochs="40", each="true", width="32")
    assert next(one for one in at.text_input if str(one.key).startswith("fixed_epochs")).value == "2"
    assert at.select_slider(key="width").value == 32
    at = opened("train", lesson=to_code(LESSON)[:-9])
    assert "cut short" in as_read(at) or "damaged" in as_read(at)
    assert "epochs" in shown_keys(at)


def test_the_list_opens_a_lesson() -> None:
    at = opened("lessons")
    said = as_read(at)
    assert all(shipped(name).title in said for name in NAMES)
    at.button(key="lesson_relu").click().run()
    assert not at.exception
    assert at.session_state["lesson"] == "relu"


def test_a_lesson_on_the_landscape_is_locked_and_judged() -> None:
    at = opened("landscape", lesson="landscape")
    said = as_read(at)
    assert "A step too far" in said and "Its lowest loss is" in said and not at.success
    assert at.selectbox(key="ls_optimizer").disabled and at.number_input(key="ls_x_ravine").disabled
    rate = at.select_slider(key="ls_rate_ravine_sgd")
    assert not rate.disabled and rate.value == 0.004
    rate.set_value(0.018).run()
    assert not at.exception and "Goal reached by this walk" in at.success[0].value
    at.session_state["ls_x_ravine"] = 0.1  # as a click on the map does
    at.run()
    assert not at.success and "“Start: x” is 0.1 here" in as_read(at)
    at.button(key="lesson_back").click().run()
    assert at.number_input(key="ls_x_ravine").value == -9.0
    at.switch_page("pages/train.py").run()
    assert "is worked on another page" in as_read(at)


def made(at: AppTest) -> Lesson:
    """The lesson that the link on the page “Make a lesson” holds."""
    return from_code(next(one.value for one in at.code if "lesson=" in one.value).partition("lesson=")[2])


@pytest.fixture
def told_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that has told the address of its page."""
    monkeypatch.setattr(joining, "join_address", lambda url, base, path: f"http://192.168.1.5:8501/{path}")


@pytest.mark.usefixtures("told_address")
def test_one_is_made_and_refused_in_words() -> None:
    at = opened("make", width="16")
    assert "needs a title" in as_read(at)
    at.text_input(key="make_title").set_value("My own")
    at.multiselect(key="make_locked_train").set_value(["width"])
    at.multiselect(key="make_goal_train").set_value(["accuracy"])
    at.run()
    assert not at.exception
    file: Any = at.get("download_button")
    assert file and "It reads at least 97.0" in as_read(at)
    assert (made(at).page, made(at).controls, made(at).locked) == ("train", {"width": 16}, ("width",))
    at.text_area(key="make_task_train").set_value("<b>Train</b>").run()
    assert "without HTML" in as_read(at)
    assert not store.ids()


@pytest.mark.usefixtures("told_address")
def test_one_on_the_landscape_is_made_from_the_walk_as_it_stands_and_opens() -> None:
    at = opened("landscape", ls_optimizer="momentum", ls_steps="50")
    at.number_input(key="ls_x_ravine").set_value(-4.0).run()
    at.query_params["make_page"] = "landscape"
    at.switch_page("pages/make.py").run()
    at.text_input(key="make_title").set_value("Mine")
    at.multiselect(key="make_locked_landscape").set_value(["x", "steps"])
    at.multiselect(key="make_goal_landscape").set_value(["arrives"]).run()
    lesson = made(at)
    assert not at.exception and "does not reach the goal. Its lowest loss is" in as_read(at)
    assert (lesson.walk.optimizer, lesson.walk.x, lesson.walk.steps) == ("momentum", -4.0, 50)
    assert lesson.fixed == {"x": -4.0, "steps": 50} and lesson.page == "landscape"
    at.number_input(key="make_arrives_at_most").set_value(100.0).run()
    assert "reaches the goal before anything is moved. It is there after 1 step" in as_read(at)
    at.selectbox(key="ls_surface").set_value("line").run()
    assert "is made of data" in as_read(at) and not any("lesson=" in one.value for one in at.code)

    pupil = opened("landscape", lesson=to_code(lesson))
    assert (
        pupil.number_input(key="ls_x_ravine").value == -4.0 and pupil.select_slider(key="ls_steps").disabled
    )
