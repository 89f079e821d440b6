"""Every press shows the same whatever was set before, and a link taken after it shows the same to its receiver."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from netlab.landscape.view.experiments import EXPERIMENTS
from tests.pages import link, opened, said

# What must not matter: another surface, a start of one's own, one step, clipping, a schedule, averaging.
MESSY = {
    "ls_x_ravine": "0", "ls_y_ravine": "0", "ls_x_saddle": "1", "ls_y_saddle": "1", "ls_x_neuron": "3", "ls_x_rastrigin": "0", "ls_steps": "1",
    "ls_clipvalue": "0.1", "ls_schedule": "Cosine decay", "ls_use_ema": "true", "ls_sgd_weight_decay": "0.5", "ls_rate_saddle_sgd": "1",
    "ls_rate_rastrigin_sgd": "1", "ls_momentum_momentum": "0.1", "ls_scale": "logarithm", "ls_others": "Adam", "ls_same": "true",
    "ls_batch": "1", "ls_well_left": "1", "ls_x_double-well": "1",
}  # fmt: skip


def seen(at: AppTest) -> dict[str, Any]:
    """All words and all data for figures, but for what only names this very session."""
    figures = [json.loads(one.proto.json) for one in at.get("bidi_component") if one.proto.json]
    return {"text": said(at), "figures": json.dumps(figures, sort_keys=True)}


def press(at: AppTest, title: str) -> AppTest:
    at.button(key=f"landscape_try_{title}").click().run()
    assert not at.exception, at.exception
    return at


@pytest.mark.parametrize("title", EXPERIMENTS)
def test_a_try_button_shows_the_same_whatever_was_set_before_and_to_whoever_gets_the_link(title: str) -> None:
    fresh = press(opened("landscape"), title)
    messy = opened("landscape", **MESSY)
    messy.select_slider(key="ls_steps").set_value(2)
    messy.number_input(key="ls_clipnorm").set_value(0.5).run()
    press(messy, title)
    assert seen(messy) == seen(fresh)
    assert seen(opened("landscape", **link(messy))) == seen(fresh)
    assert seen(opened("landscape", **link(fresh))) == seen(fresh)


def test_what_the_experiments_promise_is_what_they_show() -> None:
    at = opened("landscape", **MESSY)
    assert "from 153 to" in " ".join(str(one.value) for one in press(at, "Just below the limit").markdown)
    assert "**Diverged.**" in press(at, "Just above it").error[0].value
    assert not press(at, "Add momentum").error
    text = " ".join(str(one.value) for one in press(at, "Caught in a dent").markdown)
    assert "which is not the lowest." in text
    press(at, "Cross-entropy to the rescue")
    assert at.selectbox(key="ls_loss").value == "cross-entropy"


def test_one_try_after_another_leaves_nothing_behind() -> None:
    at = opened("landscape")
    for title in EXPERIMENTS:
        press(at, title)
    for title in EXPERIMENTS:
        assert seen(press(at, title)) == seen(press(opened("landscape"), title))
        assert seen(opened("landscape", **link(at))) == seen(at)


def test_other_data_are_in_the_link() -> None:
    for surface, key in (("One neuron: weight and bias", "neuron"), ("A line through points", "line")):
        at = opened("landscape", ls_surface=surface)
        at.button(key=f"ls_dice_{key}").click().run()
        assert seen(opened("landscape", **link(at))) == seen(at)


def test_other_data_are_in_the_link_from_the_race_too() -> None:
    at = opened("race", ls_surface="A line through points", race_steps="10")
    at.button(key="ls_dice_line").click().run()
    assert seen(opened("race", **link(at))) == seen(at)


def test_a_click_on_each_map_is_in_the_link() -> None:
    at = opened("race", race_steps="10")
    at.session_state["race_map"] = {"clicked": [3.5, -1.25]}
    at.run()
    at.session_state["race_basins"] = {"clicked": [1.0, 2.0]}
    at.run()
    again = opened("race", **link(at))
    for key, value in (
        ("ls_x_ravine", 3.5),
        ("ls_y_ravine", -1.25),
        ("race_x_ravine", 1.0),
        ("race_y_ravine", 2.0),
    ):
        assert at.number_input(key=key).value == again.number_input(key=key).value == value
    assert seen(again)["text"] == seen(at)["text"]


@pytest.mark.parametrize("press_", ["fog_new", "fog_lift", "fog_again"])
def test_every_press_in_the_fog_is_in_the_link(press_: str) -> None:
    at = opened("fog", fog_walk="", fog_hill="12")
    game = json.loads(at.get("bidi_component")[0].proto.json)
    at.session_state["fog_field"] = {"look": {"game": game["game"], "turn": 1, "x": 1.0, "y": 2.0}}
    at.run()
    at.button(key=press_).click().run()
    again = opened("fog", **link(at))
    for data in (at, again):
        assert not data.exception
    mine, theirs = (json.loads(one.get("bidi_component")[0].proto.json) for one in (at, again))
    assert {**mine, "game": ""} == {**theirs, "game": ""}
    assert seen(at)["text"] == seen(again)["text"]
    assert np.shape(mine["looks"]) == np.shape(theirs["looks"])
