"""The page on many layers: any depth, activation and first weights; then networks that learn before one's eyes."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from netlab.lessons.functions.curve_fitting import contest, learn
from netlab.lessons.functions.targets import sine
from netlab.nn.activations import ACTIVATIONS
from netlab.nn.initializers import INITIALIZERS
from tests.pages import opened, text


def lines(at: AppTest, name: str) -> list[Any]:
    """Traces of that name in all figures, as they were sent."""
    figures = [json.loads(component.proto.json) for component in at.get("bidi_component")]
    return [trace for figure in figures for trace in figure.get("traces", []) if trace["name"] == name]


def test_every_activation_and_every_initializer_has_its_depth() -> None:
    at = opened("depth", depth_layers="6")
    for name in ACTIVATIONS:
        at.selectbox(key="depth_activation").set_value(name).run()
        assert not at.exception, name
    for name in INITIALIZERS:
        at.selectbox(key="depth_start").set_value(name).run()
        assert not at.exception, name


@pytest.mark.parametrize("depth", ["1", "2", "20"])
def test_any_depth_has_a_verdict(depth: str) -> None:
    at = opened("depth", depth_layers=depth, depth_activation="Sigmoid")
    assert not at.exception
    assert ("it **vanishes**" in text(at)) == (depth == "20")


def test_learning_goes_step_by_step_to_the_end_and_is_numpy_s() -> None:
    at = opened("depth", find_units="4", find_activation="Tanh")
    assert "step 0 of 2,000" in str(at.get("progress")[0].proto)
    at.button(key="find_learn").click().run()
    for _ in range(400):
        if not at.session_state["_find_going"]:
            break
        at.run()
    assert not at.exception
    assert "step 2,000 of 2,000" in str(at.get("progress")[0].proto)
    *_, last = learn(sine(), "tanh", 4, seeds=20, steps=2000)
    judged = contest(sine(), last.networks)
    assert f"**{judged.found} of 20**" in text(at)
    at.switch_page("pages/functions.py").run()
    (crosses,) = lines(at, "learnt")
    assert crosses["x"] == [4] * 20
    assert np.allclose(crosses["y"], judged.learned, rtol=1e-3)


def test_a_changed_setting_begins_again() -> None:
    at = opened("depth")
    at.button(key="find_learn").click().run()
    assert at.session_state["_find_run"].now.step > 0
    at.slider(key="find_units").set_value(3).run()
    assert at.session_state["_find_run"].now.step == 0
    assert at.session_state["_find_run"].now.networks.inner.shape == (20, 3)
