"""One neuron: sums against arithmetic, a line on which z is 0, and a task that no line can do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.lessons.neuron.neuron import CORNERS, GOALS, Neuron, right_corners
from netlab.nn.activations import ACTIVATIONS

NUMBERS = st.floats(-4, 4)


def test_the_sum_and_the_bend_are_arithmetic() -> None:
    neuron = Neuron(np.array([1.5, -1.0]), 0.5, "sigmoid")
    assert neuron.pre_activation(np.array([[1.0, 0.5]])) == pytest.approx([1.5])
    assert neuron(np.array([[1.0, 0.5]])) == pytest.approx([1 / (1 + np.exp(-1.5))])


@given(NUMBERS, NUMBERS, NUMBERS, st.sampled_from(sorted(ACTIVATIONS)))
def test_on_the_line_the_sum_is_zero(w1: float, w2: float, bias: float, activation: str) -> None:
    neuron = Neuron(np.array([w1, w2]), bias, activation)
    ends = neuron.line(2.0)
    if w1 == w2 == 0:
        assert ends.shape == (0, 2)
    elif np.isfinite(ends).all():
        size = max(abs(w1), abs(w2)) * np.abs(ends).max() + abs(bias)
        assert np.abs(neuron.pre_activation(ends)).max() <= 1e-12 * size + 1e-300
        assert ends.shape == (2, 2)


@pytest.mark.parametrize(("goal", "bias"), [("AND", -1.5), ("OR", -0.5)])
def test_one_neuron_can_do_and_and_or(goal: str, bias: float) -> None:
    assert right_corners(Neuron(np.ones(2), bias, "relu"), goal).all()


@given(NUMBERS, NUMBERS, NUMBERS)
def test_no_neuron_can_do_xor(w1: float, w2: float, bias: float) -> None:
    assert not right_corners(Neuron(np.array([w1, w2]), bias, "tanh"), "XOR").all()


def test_the_goals_are_python_s_own() -> None:
    for (a, b), *answers in zip(
        CORNERS.astype(bool), *(GOALS[name] for name in ("AND", "OR", "XOR")), strict=True
    ):
        assert answers == [a and b, a or b, a ^ b]


@pytest.mark.parametrize(("w1", "w2", "bias"), [(0.1, 0.2, -0.3), (0.7, 0.1, -0.8), (1.0, 1.0, -2.0)])
def test_a_corner_on_the_line_is_a_no_whatever_rounding_leaves(w1: float, w2: float, bias: float) -> None:
    neuron = Neuron(np.array([w1, w2]), bias, "sigmoid")
    assert neuron.on_line(CORNERS).tolist() == [False, False, False, True]
    assert right_corners(neuron, "AND").tolist() == [True, True, True, False]
