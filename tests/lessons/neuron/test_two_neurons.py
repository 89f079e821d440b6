"""Two neurons and a third against logic: XOR comes out, the third is AND, and what an address says is checked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.lessons.neuron.neuron import CORNERS, GOALS, Neuron, right_corners
from netlab.lessons.neuron.two_neurons import LINES, MEETING, TwoNeurons
from netlab.lessons.neuron.view.two_neurons import lines_of, written

NUMBERS = st.floats(-4, 4)


def test_the_first_two_are_or_and_not_and_and_their_meeting_is_xor() -> None:
    two = TwoNeurons(*LINES)
    assert two.right_corners("XOR").all()
    assert right_corners(LINES[0], "OR").all()
    assert not right_corners(LINES[1], "AND").any()  # its opposite
    assert right_corners(MEETING, "AND").all()
    assert two.hidden(CORNERS).tolist() == [[0, 1], [1, 1], [1, 1], [1, 0]]


@given(*[NUMBERS] * 6)
def test_the_third_says_yes_where_both_half_planes_meet(
    a: float, b: float, c: float, d: float, e: float, f: float
) -> None:
    two = TwoNeurons(Neuron(np.array([a, b]), c, "step"), Neuron(np.array([d, e]), f, "step"))
    places = np.random.default_rng(0).uniform(-2, 2, (200, 2))
    both = two.first.says_yes(places) & two.second.says_yes(places)
    np.testing.assert_array_equal(two.says_yes(places), both)


@pytest.mark.parametrize("goal", GOALS)
def test_two_lines_do_what_one_does_too(goal: str) -> None:
    everywhere = Neuron(np.zeros(2), 1.0, "step")
    lines = {"AND": (LINES_OF_AND, everywhere), "OR": (LINES[0], everywhere), "XOR": LINES}[goal]
    assert TwoNeurons(*lines).right_corners(goal).all()


LINES_OF_AND = Neuron(np.ones(2), -1.5, "step")


@pytest.mark.parametrize(
    "word", ["", "1_1", "a_b_c_d_e_f", "1_1_-0.5_-1_-1_nan", "1_1_-0.5_-1_-1_9", "1_1_1_1_1_1_1"]
)
def test_what_is_no_two_lines_is_the_first_ones(word: str) -> None:
    assert lines_of(word.split("_")) is LINES
    assert written(LINES) == ""


def test_two_lines_come_back_from_their_word() -> None:
    lines = (Neuron(np.array([0.5, -1.25]), -0.0, "step"), Neuron(np.array([2.0, 0.0]), 3.95, "step"))
    word = written(lines)
    assert word == "0.5_-1.25_0_2_0_3.95"
    for one, other in zip(lines_of(word.split("_")), lines, strict=True):
        assert one.weights.tolist() == other.weights.tolist()
        assert one.bias == other.bias
