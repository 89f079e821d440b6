"""Numbers on the idea pages are written one way: a true minus, powers of ten written out, no −0, and 1 of a thing is one."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages import opened
from tests.questions import PAGES

THINGS = (
    "steps|units|terms|updates|networks|layers|points|examples|corners|gradients|paths|epochs|batches|pictures|images|"
    "numbers|neurons|masks|words|weights|biases|digits|rows|rounds|points"
)
WRONG = {
    "a power of ten as programs write it": re.compile(r"(?<![#\w])\d+(\.\d+)?[eE][-+]?\d+\b"),
    "a hyphen for minus": re.compile(r"(?:^|[\s(=:,→≈<>≤≥±])-\d"),
    "minus zero": re.compile(r"[−-]0(?:\.0+)?(?!\.?\d)"),
    "one of a plural": re.compile(rf"(?<![\d.,·−/])1 (?:\w+ )?(?:{THINGS})\b"),
    "no number": re.compile(r"\b(?:nan|inf)\b"),
    "a percent sign without its space": re.compile(r"\d%"),
}
LATEX = ("a power of ten as programs write it", "minus zero", "no number")
EXTREMES: dict[str, tuple[dict[str, Any], ...]] = {
    "functions": (
        {"functions_count": "1", "functions_terms": "1"},
        {"functions_kind": "steps", "functions_target": "noise", "functions_sigmoid_by0": "0.0001"},
        {"functions_target": "own", "functions_points": "-1 2"},
        {"functions_relu_at0": "0", "functions_relu_by0": "-0.05", "functions_relu_offset": "-1.5"},
    ),
    "neuron": (
        {"neuron_goal": "XOR", "neuron_w1": "0", "neuron_w2": "0.05", "neuron_b": "-4", "neuron_x1": "-0.05"},
        {"neuron_goal": "OR", "neuron_w1": "-0.05", "neuron_w2": "-0.05", "neuron_b": "4"},
        *({"neuron_card": name} for name in ("elu", "selu", "gelu", "swish", "leaky_relu", "tanh")),
    ),
    "depth": (
        {"depth_layers": "1", "find_units": "1"},
        {"depth_layers": "20", "depth_start": "zeros"},
        {"depth_layers": "20", "depth_start": "random_normal"},
        {"depth_layers": "20", "depth_activation": "linear", "depth_start": "constant"},
    ),
    "loss": (
        {"loss_z": "10", "loss_start": "-10", "loss_rate": "0.1", "loss_shift": "-10000"},
        {"loss_z": "-10", "loss_y": "0", "loss_logit3": "6", "loss_logit5": "-6"},
    ),
    "descent": (
        {"descent_batch": "1", "descent_steps": "1", "descent_curve": "narrow", "descent_start_narrow": "3"},
        {"descent_batch": "40", "descent_steps": "1", "descent_curve": "valleys"},
        {"descent_batch": "1", "descent_steps": "40", "descent_curve": "digits"},
    ),
    "backprop": (
        {"backprop_updates": "1", "backprop_batch": "true", "backprop_bugs": ["sum_for_mean"], "backprop_beta": "0.9"},
        {"backprop_net": "2-3-2", "backprop_x1": "0", "backprop_x2": "0", "backprop_updates": "60", "backprop_rate": "5"},
    ),
    "overfitting": (
        {"overfitting_count": "1", "overfitting_pull": "0.1"},
        {"overfitting_count": "10", "overfitting_points": "5"},
    ),
    "dropout": (
        {"dropout_networks": "1", "dropout_thin": "0.9", "dropout_share": "0.9", "dropout_rule": "forgotten"},
        {"dropout_thin": "0", "dropout_share": "0"},
    ),
    "numbers": ({"numbers_size": "2", "numbers_show": "mean"}, {"numbers_size": "12", "numbers_sentence": "a"}),
}  # fmt: skip
STATES: list[tuple[str, dict[str, Any]]] = [
    *((page, {}) for page in PAGES),
    *((page, state) for page, states in EXTREMES.items() for state in states),
]


def sentences(at: AppTest) -> list[str]:
    """What a reader reads and a screen reader says, formulas apart."""
    said = [
        one.value
        for kind in (at.markdown, at.caption, at.info, at.warning, at.success, at.error)
        for one in kind
    ]
    said += [one.proto.body for one in at.get("html")]
    components = [json.loads(one.proto.json or "null") for one in at.get("bidi_component")]
    said += [
        data[key]
        for data in components
        if isinstance(data, dict)
        for key in ("alt", "sentence")
        if data.get(key)
    ]
    return [_readable(str(text)) for text in said]


def _readable(text: str) -> str:
    text = re.sub(r"<style>.*?</style>", " ", text, flags=re.DOTALL)
    labels = " ".join(re.findall(r"(?:aria-label|alt)='([^']*)'", text))
    return re.sub(r"<[^>]*>|`[^`]*`|\$[^$]*\$", " ", text) + " " + labels


@pytest.mark.parametrize(("page", "state"), STATES)
def test_numbers_are_written_one_way(page: str, state: dict[str, Any]) -> None:
    at = opened(page, **state)
    read = sentences(at)
    assert read
    found = [(name, text) for name, wrong in WRONG.items() for text in read if wrong.search(text)]
    found += [(name, one.value) for name in LATEX for one in at.latex if WRONG[name].search(one.value)]
    assert not found


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a power of ten as programs write it", "passed 1e+12 at"), ("a power of ten as programs write it", "rate 5e-05"),
        ("a hyphen for minus", "z = -3"), ("minus zero", "is −0.00 there"), ("minus zero", "is −0."),
        ("one of a plural", "In 1 steps"), ("one of a plural", "1 thinned networks"), ("no number", "off by nan."),
        ("a percent sign without its space", "reads 99.2% of them"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found(name: str, text: str) -> None:
    assert WRONG[name].search(text)


@pytest.mark.parametrize(
    "text",
    [
        "−0.5",
        "0 to 255",
        "2-2-1",
        "11 steps",
        "0.1 steps",
        "step 1 of 9",
        "10⁻¹²",
        "fine, infinite",
        "99.2\u00a0%",
    ],
)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert not [name for name, wrong in WRONG.items() if wrong.search(text)]
