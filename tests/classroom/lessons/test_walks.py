"""A lesson on the landscape: judged by the walk itself, handed in as its settings, and walked again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.__main__ import main
from netlab.classroom.lessons.code import from_code, to_code
from netlab.classroom.lessons.goals import condition
from netlab.classroom.lessons.hand_in import HandInError
from netlab.classroom.lessons.lesson import LessonError
from netlab.classroom.lessons.library import shipped
from netlab.classroom.lessons.verdict import judge_walk
from netlab.classroom.lessons.walk_file import WalkIn, is_walk, read, to_text
from netlab.classroom.lessons.walks import LABELS, MOST_STEPS, PLACES, Walk, set_by
from netlab.landscape.neuron_surface import LINE_FIT, NEURONS
from netlab.landscape.surfaces import SURFACES
from netlab.landscape.view.controls import MENU
from netlab.nn.optimizers import OPTIMIZERS

LESSON = shipped("landscape")
GOOD = replace(LESSON.walk, rate=0.018)


def first_below(walk: Walk, loss: float) -> int:
    """The closed form of gradient descent on ½x² + 50y²: each weight shrinks by its own factor a step."""
    x, y = walk.x, walk.y
    for step in range(walk.steps + 1):
        if x * x / 2 + 50 * y * y <= loss:
            return step
        x, y = x * (1 - walk.rate), y * (1 - 100 * walk.rate)
    raise AssertionError("never")


def test_the_verdict_is_what_the_closed_form_says() -> None:
    found = judge_walk(LESSON, GOOD)
    assert (
        found.met and found.conditions[0][1].evidence == f"It is there after {first_below(GOOD, 0.05)} steps."
    )
    assert not judge_walk(LESSON, LESSON.walk).met
    lost = condition({"kind": "lost"})
    assert lost.judge(replace(GOOD, rate=0.0225)).met and not lost.judge(GOOD).met  # the limit is 2/100


def test_momentum_reaches_what_gradient_descent_cannot() -> None:
    lesson = shipped("momentum")
    rates = (0.004, 0.01, 0.016, 0.018, 0.0199)
    assert not any(judge_walk(lesson, replace(lesson.walk, rate=rate)).met for rate in rates)
    assert judge_walk(lesson, replace(lesson.walk, optimizer="momentum", rate=0.016)).met


@given(
    st.sampled_from(list(PLACES)), st.sampled_from(list(OPTIMIZERS)), st.floats(1e-5, 100), st.floats(-1e6, 1e6),
    st.floats(-1e6, 1e6), st.integers(1, MOST_STEPS),
)  # fmt: skip
def test_any_walk_is_what_a_lesson_begins_with(
    surface: str, optimizer: str, rate: float, x: float, y: float, steps: int
) -> None:
    walk = Walk(surface, optimizer, rate, x, y, steps)
    lesson = replace(LESSON, controls=set_by(walk), locked=tuple(LABELS))
    assert from_code(to_code(lesson)).walk == walk and from_code(to_code(lesson)).fixed == walk.to_json()


def test_a_landscape_of_data_is_none_of_a_lesson_and_each_of_a_lesson_is_in_the_menu() -> None:
    assert set(PLACES) < set(MENU) and set(SURFACES) - set(PLACES) == {
        one.key for one in (*NEURONS, LINE_FIT)
    }
    with pytest.raises(LessonError, match="has no 'line-fit'"):
        replace(LESSON, controls={"surface": "line-fit"})
    with pytest.raises(LessonError, match="hides no control"):
        replace(LESSON, hidden=("rate",), locked=())


def test_a_walk_with_another_start_does_not_count() -> None:
    found = judge_walk(LESSON, replace(GOOD, x=0.1))
    assert not found.met and found.why_not == "“Start: x” is 0.1 here; the lesson sets −9."


def test_it_is_handed_in_and_walked_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "walk.json"
    given = WalkIn(LESSON, GOOD, "Ada")
    file.write_text(to_text(given))
    assert is_walk(file.read_bytes()) and read(file.read_bytes()) == given
    assert main(["check", str(file), "--lesson", "landscape"]) == 0
    assert (
        "reached: It comes to a loss of at most 0.05 within 200 steps. It is there after"
        in capsys.readouterr().out
    )
    file.write_text(to_text(replace(given, walk=LESSON.walk)))
    assert main(["check", str(file), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["holds"] is False


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"netlab_walk": 1', '"netlab_walk": 2', "no hand-in of Netlab"),
        ('"rate": 0.018', '"rate": 1e9', "“rate” is a number from"),
        ('"rate": 0.018', '"pace": 0.018', "does not say each of"),
        ('"by": ""', '"by": [1]', "no short text"),
        ('"title": "A step too far"', '"title": ""', "walked again: The title"),
        ("{", "", "not JSON"),
    ],
)
def test_what_was_changed_is_told(old: str, new: str, says: str) -> None:
    text = to_text(WalkIn(LESSON, GOOD))
    assert old in text
    with pytest.raises(HandInError, match=says):
        read(text.replace(old, new, 1).encode())
