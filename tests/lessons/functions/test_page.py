"""The page on functions: sliders that are the network, points of one's own, learning that can be watched."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from netlab.lessons.functions.bumps import bumps
from netlab.lessons.functions.curve_fitting import BAR, contest, learn
from netlab.lessons.functions.hand_constructions import errors, relu_hinges
from netlab.lessons.functions.targets import sine
from netlab.lessons.functions.towers import towers
from netlab.lessons.functions.view.build import FIRST_POINTS, parse_points, written_points
from netlab.lessons.functions.view.towers import many_told
from tests.pages import opened, text


def built(at: AppTest) -> dict[str, Any]:
    """What the picture of the reader's sum was told."""
    told = [json.loads(component.proto.json) for component in at.get("bidi_component")]
    return dict(next(data for data in told if data and "units" in data))


def test_a_slider_moves_the_knots_of_the_picture_and_it_measures_what_python_does() -> None:
    at = opened("functions")
    assert not at.exception
    told = built(at)
    assert [unit[0] for unit in told["units"]] == [-1.0, -0.75, -0.25, 0.25, 0.75]
    at.slider(key="functions_relu_by3").set_value(-8.0).run()
    assert built(at)["units"][3] == [0.25, -8.0]
    assert len(json.dumps(built(at))) < 20_000
    wanted = np.frombuffer(base64.b64decode(told["wanted"]), "<f4")
    np.testing.assert_allclose(wanted, sine()(np.linspace(-1, 1, 2001)), atol=1e-6)
    at.toggle(key="functions_outside").set_value(True).run()
    assert built(at)["stretch"] == 2
    assert len(built(at)["far"]) == 241
    assert len(json.dumps(built(at))) < 20_000


@pytest.mark.parametrize("name", ["sine", "step", "bump", "noise", "own points"])
@pytest.mark.parametrize("kind", ["hinges", "steps", "bumps"])
def test_the_rule_can_place_every_curve_s_units(name: str, kind: str) -> None:
    at = opened(
        "functions", functions_target=name, functions_kind=kind, functions_count="8", functions_outside="true"
    )
    at.button(key="functions_rule").click().run()
    assert not at.exception
    assert not [slider.key for slider in at.slider if str(slider.value) == "-0.0"]
    at.button(key="functions_flat").click().run()
    assert not at.exception
    assert {height for _, height in built(at)["units"]} == {0}


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


def test_taylor_is_missing_with_a_reason_where_there_is_none() -> None:
    at = opened("functions", functions_target="step")
    assert "No Taylor series here: A jump has no derivative" in text(at)


def test_bumps_placed_by_rule_err_as_the_rule_does() -> None:
    at = opened("functions", functions_kind="bumps", functions_count="8")
    at.button(key="functions_rule").click().run()
    rule = errors(bumps(sine(), 8), sine()).rms
    assert f"Your error: {rule:.3f}" in text(at)
    assert at.slider(key="functions_width").value == 0.25
    assert "A bump is a pair of steps" in text(at)


def test_every_slider_says_which_weight_it_is() -> None:
    at = opened("functions")
    assert "“Starts at” s is its bias, b = −w · s" in text(at)
    table = next(one.value for one in at.table if "weight w of x" in one.value)
    assert set(table["weight w of x"]) == {"1"}
    assert r"\max(0, 1 \cdot x + 0.75)" in text(at)


def test_folds_are_empty_while_they_are_shut_and_tell_what_was_measured() -> None:
    at = opened("functions")
    assert "functions_stage" not in [one.key for one in at.button_group]
    assert "networks of 8 hinges each" not in text(at)
    at.session_state["functions_towers_open"] = True
    at.session_state["functions_found_open"] = True
    at.run()
    assert not at.exception
    *_, last = learn(sine(), "relu", BAR, every=2000)
    assert f"**{contest(sine(), last.networks).found} of 20** came as close as the rule" in text(at)
    next(one for one in at.button_group if one.key == "functions_stage").set_value("towers").run()
    assert many_told(towers(6)) in text(at)
