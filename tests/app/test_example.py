"""Worked examples: what plays was computed, is sent by address, and fits what it is told of."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from netlab.app import scripts
from netlab.app.example import Moments, example
from netlab.formatting import plain
from netlab.lessons.backprop.example import stage_by_stage
from netlab.lessons.depth.figures_example import deeper_and_deeper
from netlab.lessons.functions.example import hinge_after_hinge
from netlab.lessons.functions.hand_constructions import errors, relu_hinges
from netlab.lessons.functions.targets import sine
from netlab.lessons.loss.figures_example import towards_the_answer
from netlab.lessons.neuron.example import turning_line

EXAMPLES: dict[str, Moments] = {
    "backprop": stage_by_stage,
    "depth": deeper_and_deeper,
    "functions": hinge_after_hinge,
    "loss": towards_the_answer,
    "neuron": turning_line,
}


def served(name: str, moments: Callable[[], Any]) -> list[dict[str, Any]]:
    """The moments as a browser fetches them."""
    told = example(name, moments)
    assert set(told) == {"name", "address"}
    script = scripts._served[told["address"]]
    found: list[dict[str, Any]] = json.loads(script.removeprefix("export default ").removesuffix(";\n"))
    return found


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_served_once_in_whole_plain_sentences(name: str) -> None:
    found = served(name, EXAMPLES[name])
    assert len(found) >= 5
    for moment in found:
        assert moment["says"].endswith(".")
        assert not set(moment["says"]) & set("*$_`\\"), "plain text"
        assert len(moment["says"]) < 200
        assert len(moment) > 1
    assert example(name, EXAMPLES[name]) is example(name, EXAMPLES[name])


def test_the_neuron_s_sentences_hold() -> None:
    for says, shown in turning_line():
        z = float(np.dot(shown["w"], shown["x"]) + shown["b"])
        assert f"z is {z:.1f}".replace("-", "−") in says or f"z {z:.1f}" in says.replace("z is ", "z ")
        assert ("behind the line" in says) == (z < 0)
    first, twice = (np.array([*one["w"], one["b"]]) for _, one in turning_line()[-2:])
    assert np.array_equal(2 * first, twice)


def test_the_last_hinge_makes_the_rule_s_sum() -> None:
    (_, *_, (before, _), (says, shown)) = hinge_after_hinge()
    assert "Hinge 5" in before
    x = np.linspace(-1, 1, 101)
    total = shown["offset"] + sum(by * np.maximum(0, x - at) for at, by in shown["units"])
    np.testing.assert_allclose(total, relu_hinges(sine(), 5)(x), atol=2e-3)
    assert f"{errors(relu_hinges(sine(), 5), sine()).rms:.3f}" in says


def test_losses_fall_towards_the_answer() -> None:
    told = [says for says, _ in towards_the_answer()]
    for z, says in zip((-5, -2, 0, 2, 5), told, strict=True):
        p = 1 / (1 + np.exp(-z))
        assert plain(-np.log(p), 2) in says
        assert plain((p - 1) ** 2 / 2, 2) in says
