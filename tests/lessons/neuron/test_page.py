"""The page on one neuron: live numbers, a line that turns, activations; state in the address."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from netlab.formatting import plain
from netlab.lessons.neuron.straight_layers import collapse, draw_layers
from netlab.lessons.neuron.view.neuron import _range, with_number
from netlab.lessons.neuron.view.straight_layers import largest_difference, matrix
from netlab.nn.activations import ACTIVATIONS, Activation
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
    at = opened("neuron", neuron_activation=title, neuron_card=title)
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


@pytest.mark.parametrize(
    ("name", "z", "value", "slope"),
    [
        ("elu", -5.0, "e^{(-5)} - 1", "e^{(-5)}"), ("elu", 5.0, "5", "1"), ("relu", -5.0, r"\max(0, (-5))", "0"),
        ("hard_sigmoid", -4.0, r"\min(1, \max(0, (-4) / 6 + 1/2))", "0"), ("selu", 0.0, r"1.7581\,(e^{0} - 1)", "1.0507"),
    ],
)  # fmt: skip
def test_of_several_cases_the_one_that_applies_is_left(name: str, z: float, value: str, slope: str) -> None:
    rule = ACTIVATIONS[name]
    assert with_number(rule.latex, z) == value
    assert with_number(rule.derivative_latex, z) == slope


def test_formulas_are_no_python() -> None:
    for rule in ACTIVATIONS.values():
        for latex in (rule.latex, rule.derivative_latex, rule.second_derivative_latex):
            assert "text{ if }" not in latex
            assert "[z" not in latex


def test_a_corner_on_the_line_is_told() -> None:
    at = opened("neuron", neuron_goal="AND", neuron_w1="1", neuron_w2="1", neuron_b="-1")
    assert "A corner on the line itself counts as no." in at.success[0].value
    assert "on the line itself" not in text(
        opened("neuron", neuron_goal="AND", neuron_w1="1", neuron_b="-1.5")
    )


def told(at: AppTest, marker: str) -> dict[str, Any]:
    """What the component that knows this word was told."""
    data = [json.loads(component.proto.json) for component in at.get("bidi_component")]
    return dict(next(one for one in data if one and marker in one))


def test_the_plane_has_the_sliders_numbers_and_the_task() -> None:
    plane = told(opened("neuron", neuron_w1="-2", neuron_goal="XOR"), "activation")
    assert (plane["w"], plane["b"], plane["x"]) == ([-2.0, -1.0], 0.5, [1.0, 0.5])
    assert plane["wanted"] == [False, True, True, False]
    assert told(opened("neuron"), "activation")["wanted"] is None


def test_xor_is_solved_in_its_fold_and_lines_come_back_from_the_address() -> None:
    at = opened("neuron", neuron_lines="1_1_-0.5_-1_-1_1.25")
    at.session_state["neuron_two_open"] = True
    at.run()
    assert not at.exception
    drawn = told(at, "neurons")
    assert drawn["neurons"] == [{"w": [1.0, 1.0], "b": -0.5}, {"w": [-1.0, -1.0], "b": 1.25}]
    assert drawn["third"] == {"w": [1.0, 1.0], "b": -1.5}
    assert drawn["wanted"] == [False, True, True, False]


def test_three_layers_become_one_in_numbers() -> None:
    at = opened("neuron")
    assert "W_3 W_2 W_1" not in text(at)  # shut
    at.session_state["neuron_straight_open"] = True
    at.run()
    one = collapse(draw_layers(9))
    assert matrix(one.weights) in text(at)
    assert f"differ by {plain(largest_difference(draw_layers(9), one), 2)} at most" in text(at)
    next(item for item in at.button_group if item.key == "neuron_bend").set_value("tanh").run()
    assert "make a curve" in text(at)


def test_ten_neurons_in_a_row_leave_of_a_change_what_the_product_of_slopes_leaves() -> None:
    assert "at most 0.25¹⁰ = 9.54·10⁻⁷ gets through" in text(opened("neuron", neuron_card="sigmoid"))
    assert "may get through whole (all weights 1)" in text(opened("neuron", neuron_card="relu"))
    steepest = float(ACTIVATIONS["gelu"].derivative(np.linspace(-10, 10, 20_001)).max())
    assert f"grow up to {plain(steepest**10, 3)} times" in text(opened("neuron", neuron_card="gelu"))
