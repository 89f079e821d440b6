"""The page on functions: sliders that are the network, points of one's own, learning that can be watched."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from netlab.lessons.functions.curve_fitting import contest, learn
from netlab.lessons.functions.hand_constructions import errors, relu_hinges
from netlab.lessons.functions.targets import sine
from netlab.lessons.functions.view.build import FIRST_POINTS, parse_points, written_points
from tests.pages import opened, text


def lines(at: AppTest, name: str) -> list[Any]:
    """Traces of that name in all figures, as they were sent."""
    figures = [json.loads(component.proto.json) for component in at.get("bidi_component")]
    return [trace for figure in figures for trace in figure.get("traces", []) if trace["name"] == name]


def test_a_slider_bends_the_sum() -> None:
    at = opened("functions")
    assert not at.exception
    before = lines(at, "your sum")[0]["y"]
    at.slider(key="functions_relu_by3").set_value(-8.0).run()
    after = lines(at, "your sum")[0]["y"]
    assert before[:100] == after[:100]
    assert before[-1] - after[-1] == pytest.approx(8 * 0.75)


@pytest.mark.parametrize("name", ["sine", "step", "bump", "noise", "own points"])
@pytest.mark.parametrize("kind", ["hinges", "steps"])
def test_the_rule_can_place_every_curve_s_units(name: str, kind: str) -> None:
    at = opened(
        "functions", functions_target=name, functions_kind=kind, functions_count="8", functions_outside="true"
    )
    at.button(key="functions_rule").click().run()
    assert not at.exception
    assert not [slider.key for slider in at.slider if str(slider.value) == "-0.0"]
    at.button(key="functions_flat").click().run()
    assert not at.exception
    assert len(set(lines(at, "your sum")[0]["y"])) == 1


def test_placed_by_rule_the_error_is_the_rule_s() -> None:
    at = opened("functions", functions_count="5")
    at.button(key="functions_rule").click().run()
    rule = errors(relu_hinges(sine(), 5), sine()).rms
    assert f"Your error: {rule:.3f}" in text(at)


def test_the_address_restores_the_sliders() -> None:
    at = opened(
        "functions",
        functions_count="3",
        functions_relu_by1="2.5",
        functions_target="bump",
        functions_terms="16",
    )
    assert at.slider(key="functions_count").value == 3
    assert at.slider(key="functions_relu_by1").value == 2.5
    assert at.slider(key="functions_terms").value == 16
    assert "The rule with 3 units" in text(at)


@pytest.mark.parametrize(
    "points", ["", "1", "1 2", "0 0; 0 1", "0 nan; 1 1", "-5 0; 1 1", "0 9; 1 1", "a b; c d", "0 0;" * 90]
)
def test_points_that_are_no_curve_are_a_sentence(points: str) -> None:
    at = opened("functions", functions_target="own points", functions_points=points or " ")
    assert not at.exception
    assert "Until then the first example is used." in at.warning[0].value


def test_clicked_points_become_text_and_a_curve() -> None:
    clicked = [[-1, 0.25], [0.5, -1], ["x", None], 3]
    assert written_points(clicked) == "-1 0.25; 0.5 -1"
    assert parse_points("-1 0.25; 0.5 -1")(np.array([-1.0, 0.5])).tolist() == [0.25, -1.0]
    assert written_points(None) == ""
    assert parse_points(FIRST_POINTS)(np.array([0.3]))[0] == 1


def test_learning_goes_step_by_step_to_the_end_and_is_numpy_s() -> None:
    at = opened("functions", functions_units="4", functions_activation="Tanh")
    assert "step 0 of 2,000" in str(at.get("progress")[0].proto)
    at.button(key="functions_learn").click().run()
    for _ in range(400):
        if not at.session_state["_functions_going"]:
            break
        at.run()
    assert not at.exception
    assert "step 2,000 of 2,000" in str(at.get("progress")[0].proto)
    *_, last = learn(sine(), "tanh", 4, seeds=20, steps=2000)
    judged = contest(sine(), last.networks)
    assert f"**{judged.found} of 20**" in text(at)
    (crosses,) = lines(at, "learnt")
    assert crosses["x"] == [4] * 20
    assert np.allclose(crosses["y"], judged.learned, rtol=1e-3)


def test_a_changed_setting_begins_again() -> None:
    at = opened("functions")
    at.button(key="functions_learn").click().run()
    assert at.session_state["_functions_run"].now.step > 0
    at.slider(key="functions_units").set_value(3).run()
    assert at.session_state["_functions_run"].now.step == 0
    assert at.session_state["_functions_run"].now.networks.inner.shape == (20, 3)


def test_taylor_is_missing_with_a_reason_where_there_is_none() -> None:
    at = opened("functions", functions_target="step")
    assert "No Taylor series here: A jump has no derivative" in text(at)
