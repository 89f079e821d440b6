"""The folds on rate and momentum, on the axes and on the limit: closed they cost nothing, open they say what is so."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.landscape.test_page import weights
from tests.pages import link, opened, text

FOLDS = ("map_open", "axes_open", "limit_open")


def unfolded(*folds: str, **address: Any) -> AppTest:
    at = opened("landscape", **address)
    for fold in folds or FOLDS:
        at.session_state[fold] = True
    at.run()
    assert not at.exception, at.exception
    return at


def described(at: AppTest) -> str:
    sent = [json.loads(one.proto.json) for one in at.get("bidi_component") if one.proto.json]
    return " | ".join(str(data.get("alt", "")) for data in sent)


def test_closed_folds_draw_nothing_and_open_ones_tell_the_state_now() -> None:
    assert "momentum upward" not in described(opened("landscape"))
    at = unfolded()
    assert "yours at η 0.018, μ 0, ringing" in described(at)
    assert "along each axis of its bowl" in described(at)
    assert "**The flat direction is what is left.**" in text(at)
    assert "The limit is 0.02 all the way. The rate stays below it" in text(at)
    at.select_slider(key="ls_rate_ravine_sgd").set_value(0.0225).run()
    assert "μ 0, diverging" in described(at)
    assert "So it never arrives." in text(at)
    assert "**above it on" in text(at)


def test_a_click_sets_rate_and_momentum_and_takes_a_rule_that_has_one() -> None:
    at = unfolded("map_open")
    at.session_state["rate_momentum"] = {"clicked": [0.0331, 0.6694]}
    at.run()
    assert not at.exception, at.exception
    assert at.selectbox(key="ls_optimizer").value == "momentum"
    assert at.select_slider(key="ls_rate_ravine_momentum").value == 0.0331
    assert at.number_input(key="ls_momentum_momentum").value == 0.669
    assert "η 0.0331, μ 0.669, ringing" in described(at)
    again = opened("landscape", **link(at))
    assert np.array_equal(weights(again), weights(at))
    at.session_state["rate_momentum"] = {"clicked": [0.01, 0.0]}
    at.run()
    assert at.selectbox(key="ls_optimizer").value == "momentum"
    assert at.number_input(key="ls_momentum_momentum").value == 0.0


def test_a_click_without_momentum_keeps_the_plain_rule_and_nesterov_stays_nesterov() -> None:
    at = unfolded("map_open")
    at.session_state["rate_momentum"] = {"clicked": [0.0123, 0.001]}
    at.run()
    assert at.selectbox(key="ls_optimizer").value == "sgd"
    assert at.select_slider(key="ls_rate_ravine_sgd").value == 0.0123
    at = unfolded("map_open", ls_optimizer="nesterov")
    assert "Lessard, Recht and Packard" in text(at)
    at.session_state["rate_momentum"] = {"clicked": [0.0132, 0.8]}
    at.run()
    assert at.selectbox(key="ls_optimizer").value == "nesterov"
    assert at.number_input(key="ls_nesterov_momentum").value == 0.8


@pytest.mark.parametrize("sent", [None, 3, [1], [float("nan"), 0.5], ["a", "b"], [1e99, 0.2], {"x": 1}])
def test_a_browser_s_nonsense_moves_nothing(sent: object) -> None:
    at = unfolded("map_open")
    at.session_state["rate_momentum"] = {"clicked": sent}
    at.run()
    assert not at.exception
    assert at.select_slider(key="ls_rate_ravine_sgd").value == 0.018


def test_a_click_beyond_the_sliders_is_brought_to_their_ends() -> None:
    at = unfolded("map_open")
    at.session_state["rate_momentum"] = {"clicked": [-5.0, 3.0]}
    at.run()
    assert at.select_slider(key="ls_rate_ravine_momentum").value == 1e-5
    assert at.number_input(key="ls_momentum_momentum").value == 0.99


@pytest.mark.parametrize("rule", ["adam", "lion", "rmsprop"])
def test_the_map_is_silent_for_rules_that_it_is_not_of(rule: str) -> None:
    at = unfolded(ls_optimizer=rule)
    assert "Rate and momentum" not in str([one.label for one in at.expander])
    assert "momentum upward" not in described(at)


def test_what_the_map_does_not_know_is_told() -> None:
    assert "The map is of the bare rule" in text(unfolded("map_open", ls_schedule="cosine"))
    assert "there is nothing to compare" in text(unfolded("map_open", ls_surface="saddle"))
    assert "nothing to measure a distance from" in text(unfolded("axes_open", ls_surface="saddle"))
    at = unfolded("map_open", ls_surface="neuron", ls_loss="cross-entropy", ls_batch="2")
    assert "nothing of the noise of batches" in text(at)


def test_a_rule_without_theory_says_why_it_has_no_limit() -> None:
    at = unfolded("limit_open", ls_optimizer="lion")
    assert at.info[-1].value.strip()
    assert "largest stable one" not in described(at)


@pytest.mark.parametrize(
    "surface", ["himmelblau", "neuron", "line", "ackley", "formula", "rastrigin", "monkey-saddle"]
)
def test_every_kind_of_surface_can_be_unfolded(surface: str) -> None:
    unfolded(ls_surface=surface)
