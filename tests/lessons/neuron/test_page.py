"""The page on one neuron: live numbers, a line that turns, activations, depth; state in the address."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from netlab.lessons.neuron.view.neuron import _range, with_number
from netlab.nn.activations import ACTIVATIONS, Activation
from netlab.nn.initializers import INITIALIZERS
from tests.pages import opened, text


def test_a_weight_moves_the_numbers() -> None:
    at = opened("neuron")
    assert not at.exception
    assert "1.5\\cdot1 - 1\\cdot0.5 + 0.5 = 1.5" in text(at)
    at.slider(key="neuron_w1").set_value(-2.0).run()
    assert "-2\\cdot1 - 1\\cdot0.5 + 0.5 = -2" in text(at)
    assert f"{1 / (1 + np.exp(2)):.4g}" in text(at)


@pytest.mark.parametrize("title", [rule.title for rule in ACTIVATIONS.values()])
def test_every_activation_has_its_curve_and_its_card(title: str) -> None:
    rule = next(rule for rule in ACTIVATIONS.values() if rule.title == title)
    at = opened("neuron", neuron_activation=title, neuron_card=title, neuron_deep=title, neuron_depth="3")
    assert not at.exception
    for sentence in (rule.advantages, rule.disadvantages, rule.source, rule.saturates):
        assert sentence in text(at)


def test_the_tasks_are_judged() -> None:
    solved = opened("neuron", neuron_goal="AND", neuron_w1="1", neuron_w2="1", neuron_b="-1.5")
    assert "this neuron computes AND" in solved.success[0].value
    failed = opened("neuron", neuron_goal="XOR", neuron_w1="1", neuron_w2="1", neuron_b="-0.5")
    assert "XOR: 3 of 4 corners are right" in failed.info[0].value


def test_without_weights_there_is_a_sentence_and_no_line() -> None:
    at = opened("neuron", neuron_w1="0", neuron_w2="0")
    assert not at.exception
    assert "there is no line" in text(at)


@pytest.mark.parametrize("title", [rule.title for rule in INITIALIZERS.values()])
def test_every_initializer_has_its_depth(title: str) -> None:
    at = opened("neuron", neuron_start=title, neuron_depth="6", neuron_deep="ReLU")
    assert not at.exception


@pytest.mark.parametrize("depth", ["1", "2", "20"])
def test_any_depth_has_a_verdict(depth: str) -> None:
    at = opened("neuron", neuron_depth=depth, neuron_deep="Sigmoid")
    assert not at.exception
    assert ("vanishes" in text(at)) == (depth == "20")


def test_a_committed_prediction_is_answered_and_kept() -> None:
    at = opened("neuron")
    at.session_state["depth_prediction"] = "About half"
    at.run()
    at.button(key="depth_commit").click().run()
    assert "You said **About half**" in text(at)


def test_numbers_take_the_place_of_z_and_of_nothing_else() -> None:
    assert with_number(r"\frac{1}{1 + e^{-z}}", -1.5) == r"\frac{1}{1 + e^{-(-1.5)}}"
    assert with_number(r"\frac{1}{1 + e^{-z}}", 1.5) == r"\frac{1}{1 + e^{-1.5}}"
    assert with_number(r"\frac{1}{1 + e^{-z}}", -0.0) == r"\frac{1}{1 + e^{-0}}"
    assert with_number(r"0.2\,z", 2) == r"0.2 \cdot 2"
    assert with_number(r"0.2\,z", -2) == r"0.2 \cdot (-2)"
    assert with_number(r"\sigma(z)\,(1 - \sigma(z))", 1) == r"\sigma(1)\,(1 - \sigma(1))"
    assert with_number(r"\tanh z \text{ size }", 1) == r"\tanh 1 \text{ size }"


@pytest.mark.parametrize("rule", ACTIVATIONS.values(), ids=lambda rule: rule.key)
def test_brackets_stand_around_a_negative_number_and_an_argument_only(rule: Activation) -> None:
    for latex in (rule.latex, rule.derivative_latex):
        arguments = len(re.findall(r"[A-Za-z]\}?\(z\)", latex))
        assert with_number(latex, 1.25).count("(1.25)") == arguments
        assert not re.search(r"(?<!\()-1\.25", with_number(latex, -1.25))
        assert not re.search(r"\d\\,-?1\.25", with_number(latex, 1.25))


def test_the_range_of_an_activation_has_a_true_minus_and_no_minus_zero() -> None:
    ranges = {rule.key: _range(rule) for rule in ACTIVATIONS.values()}
    assert ranges["linear"] == "−∞ to ∞"
    assert ranges["relu"] == "0 to ∞"
    assert ranges["tanh"] == "−1 to 1"
    assert _range(replace(ACTIVATIONS["relu"], range=(-0.0, 1.0))) == "0 to 1"


@pytest.mark.parametrize("title", ["Sigmoid", "Tanh", "Softplus"])
def test_far_out_powers_of_ten_are_written_out(title: str) -> None:
    at = opened(
        "neuron",
        neuron_activation=title,
        neuron_x1="-2.0",
        neuron_w1="4.0",
        neuron_x2="-2.0",
        neuron_w2="2.0",
        neuron_b="0.0",
    )
    formulas = " ".join(latex.value for latex in at.latex)
    assert r"\cdot 10^{-" in formulas
    assert not re.search(r"\de[-+]\d", formulas)


def test_sums_that_cancel_are_0() -> None:
    at = opened("neuron", neuron_x1="0.1", neuron_w1="3.0", neuron_x2="0.3", neuron_w2="-1.0", neuron_b="0.0")
    assert "= 0 \\\\ a" in next(latex.value for latex in at.latex if "w_1 x_1" in latex.value)
