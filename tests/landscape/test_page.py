"""The landscape page answers every control, doubts the browser's word, and comes back by its address."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from netlab.landscape.descent import descend
from netlab.landscape.neuron_surface import Data, labels, neuron_surface
from netlab.landscape.stability import stability_limit
from netlab.landscape.surfaces import SURFACES
from netlab.landscape.view import walk
from netlab.landscape.view.controls import MENU, RATES, suggested_rate
from netlab.landscape.view.experiments import EXPERIMENTS
from netlab.nn.optimizers import OPTIMIZERS, schedule_from
from tests.pages import opened, text


def sent(at: AppTest) -> dict[str, Any]:
    """What the component was given."""
    components = [json.loads(one.proto.json) for one in at.get("bidi_component") if one.proto.json]
    return next(data for data in components if "tracks" in data)


def numbers(packed: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed), np.float32)


def weights(at: AppTest, place: int = 0) -> np.ndarray:
    track = sent(at)["tracks"][place]
    return np.column_stack([numbers(track["x"]), numbers(track["y"])])


def test_the_page_opens_with_a_walk_that_is_the_core_s() -> None:
    at = opened("landscape")
    surface = SURFACES["ravine"]
    optimizer = OPTIMIZERS["sgd"].with_settings(learning_rate=0.018)
    assert np.array_equal(weights(at), descend(surface, optimizer, surface.start, steps=100).weights)
    assert [track["key"] for track in sent(at)["tracks"]] == ["sgd", "momentum", "adam"]
    assert len({track["colour"] for track in sent(at)["tracks"]}) == 3
    assert "beyond a rate of 0.02. Yours, 0.018, is below that." in text(at)
    assert "**4 Back-propagate.**" in text(at)
    assert "the loss is its height: that is a **landscape**" in text(at)
    assert [one.label for one in at.expander].count("Show the code that computed this") == 1
    assert "optimizer = keras.optimizers.SGD(learning_rate=0.018" in " ".join(code.value for code in at.code)


def test_crossing_the_limit_diverges_in_words() -> None:
    at = opened("landscape")
    at.select_slider(key="ls_rate_ravine_sgd").set_value(0.0225).run()
    assert "is above" in text(at)
    assert "**Diverged.**" in at.error[0].value
    assert "jumps over the valley" in at.error[0].value
    track = sent(at)["tracks"][0]
    assert track["note"] == f"out of the picture at step 5; line cut at step {track['end']}"
    assert 5 <= track["end"] < 20
    at.select_slider(key="ls_rate_ravine_sgd").set_value(10.0).run()
    assert "diverged at step" in sent(at)["tracks"][0]["told"]


@pytest.mark.parametrize("surface", MENU)
def test_every_surface_opens(surface: str) -> None:
    at = opened("landscape")
    at.selectbox(key="ls_surface").set_value(surface).run()
    assert not at.exception
    assert np.isfinite(weights(at)).all()
    assert ("model_fit" in str([one.proto.id for one in at.get("bidi_component")])) == (
        surface in ("neuron", "line")
    )


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_walks_and_tells_its_update(optimizer: str) -> None:
    at = opened("landscape", ls_step="7")
    at.selectbox(key="ls_optimizer").set_value(optimizer).run()
    assert not at.exception
    path = weights(at)
    assert np.abs(path[-1] - path[0]).max() > 0.1
    assert "After 6 steps they are" in text(at)
    assert "Effective rate" in text(at)


@pytest.mark.parametrize("title", EXPERIMENTS)
def test_every_experiment_moves_the_controls(title: str) -> None:
    at = opened("landscape")
    at.button(key=f"landscape_try_{title}").click().run()
    assert not at.exception
    assert at.selectbox(key="ls_surface").value == EXPERIMENTS[title].surface


def test_comparing_shows_each_at_its_own_or_at_one_rate() -> None:
    at = opened("landscape", ls_others=["Adam", "Lion", "Gradient descent"])
    assert [track["key"] for track in sent(at)["tracks"]] == ["sgd", "adam", "lion"]
    suggested = suggested_rate(SURFACES["ravine"], OPTIMIZERS["adam"])
    assert f"Adam, η {suggested:g}:" in sent(at)["tracks"][1]["told"]
    at.toggle(key="ls_same").set_value(True).run()
    assert "Adam, η 0.018:" in sent(at)["tracks"][1]["told"]


def test_the_address_restores_everything() -> None:
    at = opened("landscape",
        ls_surface="Himmelblau", ls_optimizer="Adam", ls_rate_himmelblau_adam="0.25", ls_x_himmelblau="1.5", ls_y_himmelblau="-2",
        ls_steps="50", ls_step="9", ls_adam_beta_1="0.8", ls_schedule="Cosine decay", ls_decay_steps="40", ls_cosine_decay_steps="40",
        ls_scale="loss",
    )  # fmt: skip
    optimizer = OPTIMIZERS["adam"].with_settings(
        learning_rate=0.25, beta_1=0.8, schedule=schedule_from("cosine", decay_steps=40)
    )
    expected = descend(SURFACES["himmelblau"], optimizer, (1.5, -2.0), steps=50).weights
    assert np.array_equal(weights(at), expected)
    assert sent(at)["step"] == 9
    assert "Colour and height show the logarithm" not in text(at)


def test_the_address_restores_a_schedule_with_restarts() -> None:
    at = opened("landscape",
        **{"ls_surface": "Himmelblau", "ls_schedule": "Cosine decay with restarts", "ls_cosine-restarts_first_decay_steps": "20"},
        **{"ls_cosine-restarts_t_mul": "1.5", "ls_cosine-restarts_m_mul": "0.5", "ls_rate_himmelblau_sgd": "0.01"},
    )  # fmt: skip
    schedule = schedule_from("cosine-restarts", first_decay_steps=20, t_mul=1.5, m_mul=0.5)
    optimizer = OPTIMIZERS["sgd"].with_settings(learning_rate=0.01, schedule=schedule)
    surface = SURFACES["himmelblau"]
    assert np.array_equal(weights(at), descend(surface, optimizer, surface.start, steps=100).weights)


def test_number_boxes_move_the_start_and_the_story() -> None:
    at = opened("landscape")
    at.number_input(key="ls_x_ravine").set_value(3.25).run()
    assert weights(at)[0, 0] == np.float32(3.25)
    at.number_input(key="ls_step").set_value(4).run()
    assert "After 3 steps they are" in text(at)
    assert sent(at)["step"] == 4


@pytest.mark.parametrize(
    ("word", "start", "step"),
    [
        ({"start": [1, -2.5]}, (1.0, -2.5), None),
        ({"start": [1e99, 0]}, None, None),
        ({"start": [True, 0]}, None, None),
        ({"start": [float("nan"), 0]}, None, None),
        ({"start": "12"}, None, None),
        ({"start": {"x": 1}}, None, None),
        ({"step": 7}, None, 7),
        ({"step": 7.9}, None, 7),
        ({"step": None}, None, None),
        (None, None, None),
    ],
)
def test_the_browser_s_word_is_doubted(
    word: Any, start: Any, step: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts: list[Any] = []
    steps: list[int] = []
    monkeypatch.setattr(st, "session_state", {walk.KEY: word})
    monkeypatch.setattr(walk, "set_start", lambda surface, point: starts.append(point))
    walk._take_start(SURFACES["ravine"])
    walk._take_step(steps.append)
    assert starts == ([] if start is None else [start])
    assert steps == ([] if step is None else [step])


@pytest.mark.parametrize("value", ["nan", "-1", "1e99", "<b>", ""])
def test_nonsense_in_the_address_is_no_error(value: str) -> None:
    keys = ("ls_surface", "ls_optimizer", "ls_rate_ravine_sgd", "ls_x_ravine", "ls_steps", "ls_step", "ls_others", "ls_scale", "ls_formula")  # fmt: skip
    at = opened("landscape", **dict.fromkeys(keys, value))
    assert np.isfinite(weights(at)[0]).all()


@pytest.mark.parametrize(
    "formula",
    [
        "x +",
        "__import__('os')",
        "x^x^x^x^x",
        "z",
        "",
        "1/0",
        "log(x)",
        "5",
        "exp(exp(exp(x)))",
        "exp(exp(x*y))",
        "x^300",
        "1e300*x",
        "9^(x*y)",
        "1/(x-y)^40",
        "x" * 400,
    ],
)
def test_any_formula_gives_a_picture_or_a_sentence(formula: str) -> None:
    at = opened("landscape", ls_surface="Your own formula")
    at.text_input(key="ls_formula").set_value(formula).run()
    assert not at.exception
    assert sent(at)["tracks"]


def test_a_start_too_steep_for_any_step_gets_no_tale_of_steps() -> None:
    at = opened("landscape", ls_surface="Your own formula", ls_formula="x^300")
    assert not at.error
    assert at.warning[0].value.startswith("**No step possible.**")
    assert "Start where it is flatter" in at.warning[0].value
    assert "lands higher" not in at.warning[0].value


def test_a_wrong_formula_keeps_the_last_good_one_and_a_wrong_window_is_told() -> None:
    at = opened("landscape", ls_surface="Your own formula")
    at.text_input(key="ls_formula").set_value("x^2 + y^2").run()
    good = sent(at)["contours"]
    at.text_input(key="ls_formula").set_value("x^2 +").run()
    assert "Shown: `x^2 + y^2`" in at.warning[0].value
    assert sent(at)["contours"] == good
    at.text_input(key="ls_formula").set_value("x^2 + y^2").run()
    at.number_input(key="ls_x0").set_value(9.0).run()
    assert "the first below the second" in at.warning[0].value


def test_activation_loss_and_data_change_the_landscape() -> None:
    at = opened("landscape", ls_surface="One neuron: weight and bias")
    seen = [sent(at)["contours"]["data"][0]["z"]]
    at.selectbox(key="ls_loss").set_value("cross-entropy").run()
    seen.append(sent(at)["contours"]["data"][0]["z"])
    at.selectbox(key="ls_activation").set_value("tanh").run()
    assert "Cross-entropy compares probabilities" in at.info[0].value.replace("\\", "")
    seen.append(sent(at)["contours"]["data"][0]["z"])
    at.button(key="ls_dice_neuron").click().run()
    seen.append(sent(at)["contours"]["data"][0]["z"])
    assert len({str(one) for one in seen}) == 4


def test_settings_that_cannot_go_together_are_told() -> None:
    at = opened("landscape", ls_clipnorm="1", ls_clipvalue="1")
    assert "Only one kind of clipping" in at.warning[0].value


def test_rates_are_even_in_logarithm_and_suggestions_are_among_them() -> None:
    steps = np.diff(np.log10(RATES))
    assert np.abs(steps - 0.05).max() < 0.0085
    for surface in SURFACES.values():
        assert {suggested_rate(surface, optimizer) for optimizer in OPTIMIZERS.values()} <= set(RATES)


def test_the_ruler_s_verdict_is_the_core_s() -> None:
    at = opened("landscape", ls_surface="Himmelblau", ls_step="0")
    surface = SURFACES["himmelblau"]
    limit = stability_limit(surface, OPTIMIZERS["sgd"].with_settings(learning_rate=0.01), surface.start)
    assert limit.sentence in text(at)


def test_controls_outlive_another_surface_and_another_page() -> None:
    at = opened("landscape", ls_surface="Himmelblau", ls_optimizer="Adam", ls_x_himmelblau="1.5")
    at.selectbox(key="ls_surface").set_value("beale").run()
    at.selectbox(key="ls_surface").set_value("himmelblau").run()
    assert weights(at)[0, 0] == np.float32(1.5)
    left = weights(at)
    at.switch_page("pages/fog.py").run()
    at.query_params.clear()
    at.switch_page("pages/landscape.py").run()
    assert np.array_equal(weights(at), left)


@pytest.mark.parametrize("optimizer", ["RMSprop", "Lion"])
def test_what_steps_evenly_stands_outside_but_has_not_diverged(optimizer: str) -> None:
    key = optimizer.lower()
    at = opened("landscape", ls_optimizer=optimizer, ls_steps="1")
    at.select_slider(key=f"ls_rate_ravine_{key}").set_value(10.0).run()
    assert not at.error
    assert "**It stands far outside.**" in at.warning[0].value


def test_the_lesson_holds_for_the_data_at_hand() -> None:
    assert "already two minima" in text(opened("landscape", ls_surface=MENU["neuron"]))
    assert neuron_surface("sigmoid", "quadratic", data=labels(0)).lesson.endswith(
        "some data a second minimum."
    )
    apart = Data(np.array([-2.0, -1.0, 1.0, 2.0]), np.array([0.0, 0.0, 1.0, 1.0]))
    assert "parts the labels" in neuron_surface("sigmoid", "cross-entropy", data=apart).lesson
    assert "a bowl" in neuron_surface("sigmoid", "cross-entropy", data=labels()).lesson
