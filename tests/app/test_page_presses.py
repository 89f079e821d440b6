"""A press that moves controls is in the address: who gets the link sees the same controls and reads the same sentences."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from netlab.nets.presets import PRESETS
from tests.pages import link, opened
from tests.questions import PAGES as IDEA_PAGES

pytestmark = pytest.mark.usefixtures("job_queue")

PAGES = (*IDEA_PAGES, "train")
NOT_A_MOVE = {
    "find_learn": "starts to learn",
    "find_pause": "ends the learning for now",
    "overfitting_learn": "pauses the learning",
    "train": "starts a run, which is in the address by its name",
}
"""Buttons that move no control, and what they do instead. Those that commit a prediction keep it in the tab."""


PASSING = ("TensorFlow is being loaded", "| `tf.GradientTape` | ", "Changed since you last looked")
"""What a page says of the machine at this moment, and of what this reader saw before, whatever its link."""


def looks(at: AppTest) -> dict[str, Any]:
    """What a reader sees: every control by its label with its value, and every sentence and formula."""
    controls = (
        *at.slider, *at.select_slider, *at.number_input, *at.selectbox, *at.button_group, *at.toggle, *at.text_input,
    )  # fmt: skip
    sentences = (*at.markdown, *at.latex, *at.caption, *at.info, *at.warning, *at.success, *at.error)
    return {
        "controls": [(one.label, one.value) for one in controls if not str(one.key).endswith("_prediction")],
        "sentences": [
            str(one.value) for one in sentences if not any(map(str(one.value).__contains__, PASSING))
        ],
    }


def followed(at: AppTest, page: str, **moved: str) -> AppTest:
    """The same link in a fresh session, with what the browser itself writes into it when a reader moves a control."""
    return opened(page, **(link(at) | moved))


def buttons(page: str) -> list[str]:
    keys = [str(button.key) for button in opened(page).button if not button.disabled]
    return [key for key in keys if key not in NOT_A_MOVE and not key.endswith("_commit")]


@pytest.mark.parametrize("page", PAGES)
def test_every_button_s_effect_is_in_the_link(page: str) -> None:
    found = buttons(page)
    assert found or page in ("neuron", "loss", "descent", "depth", "overfitting", "dropout", "train")
    for key in found:
        at = opened(page)
        at.button(key=key).click().run()
        assert not at.exception
        assert looks(followed(at, page)) == looks(at), key


@pytest.mark.parametrize("kind", ["hinges", "steps"])
@pytest.mark.parametrize("press", ["functions_rule", "functions_flat"])
def test_placing_units_is_in_the_link(kind: str, press: str) -> None:
    at = opened("functions", functions_kind=kind, functions_count="8", functions_target="bump")
    before = looks(at)
    at.button(key=press).click().run()
    assert looks(at) != before
    assert looks(followed(at, "functions")) == looks(at)


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_is_in_the_link(preset: str) -> None:
    at = opened("train", optimizer="sgd", sgd_rate="0.3", activation="tanh")
    menu = next(one for one in at.selectbox if one.label == "Start from")
    menu.set_value(preset).run()
    assert looks(followed(at, "train")) == looks(at)


def test_a_press_is_stronger_than_what_a_link_said_of_a_control_that_was_not_there() -> None:
    at = opened("train", optimizer="adam", sgd_rate="0.3")
    menu = next(one for one in at.selectbox if one.label == "Start from")
    menu.set_value("rate-too-high").run()
    assert at.session_state["sgd_rate"] == PRESETS["rate-too-high"].spec.rate
    assert looks(followed(at, "train")) == looks(at)


def test_layers_by_themselves_are_in_the_link() -> None:
    at = opened("train", depth="2", activation0="tanh", width1="64")
    at.toggle(key="each").set_value(True).run()
    assert at.session_state["activation0"] == "relu"
    at.selectbox(key="activation1").set_value("elu").run()
    assert looks(followed(at, "train", each="true")) == looks(at)


def test_the_rescue_by_cross_entropy_is_in_the_link() -> None:
    at = opened("landscape", ls_loss="quadratic")
    at.button(key="landscape_try_Cross-entropy to the rescue").click().run()
    other = followed(at, "landscape")
    for one in (at, other):
        assert (one.session_state["ls_surface"], one.session_state["ls_loss"]) == ("neuron", "cross-entropy")
