"""Layers without a bend against their product, to 1e-12; with one they are no longer straight."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.lessons.neuron.straight_layers import SIZES, collapse, corners_of, draw_layers, through
from netlab.lessons.neuron.view.straight_layers import ALONG, largest_difference, matrix, what_is_seen

INPUTS = np.random.default_rng(0).uniform(-2, 2, (300, 2))


@given(st.integers(0, 10_000), st.lists(st.integers(1, 6), min_size=1, max_size=6))
def test_any_number_of_layers_without_a_bend_is_one(seed: int, sizes: list[int]) -> None:
    layers = draw_layers(seed, (2, *sizes))
    one = collapse(layers)
    outcome = through(layers, INPUTS)
    assert one.weights.shape == (sizes[-1], 2)
    size = max(1.0, float(np.abs(outcome).max()))
    np.testing.assert_allclose(one(INPUTS), outcome, atol=1e-12 * size, rtol=0)


@pytest.mark.parametrize("seed", range(0, 100, 9))
def test_the_three_layers_of_the_page_and_the_one_agree_to_1e_12(seed: int) -> None:
    layers = draw_layers(seed)
    assert [layer.weights.shape for layer in layers] == [(units, inputs) for inputs, units in pairwise(SIZES)]
    assert largest_difference(layers, collapse(layers)) < 1e-12
    by_hand = layers[2].weights @ layers[1].weights @ layers[0].weights
    np.testing.assert_allclose(collapse(layers).weights, by_hand, atol=1e-12)


def test_with_a_bend_no_one_layer_does_the_same() -> None:
    """A straight function satisfies f(x) + f(-x) = 2 f(0)."""
    layers, zero = draw_layers(9), np.zeros((1, 2))
    for activation, straight in (("linear", True), ("relu", False), ("tanh", False), ("sigmoid", False)):
        both = through(layers, INPUTS, activation) + through(layers, -INPUTS, activation)
        assert np.allclose(both, 2 * through(layers, zero, activation), atol=1e-9) == straight


def test_corners_are_counted_once_wherever_they_lie() -> None:
    places = np.linspace(-2, 2, 401)
    assert corners_of(3 * places + 1) == 0
    assert corners_of(np.maximum(0, places)) == 1
    assert corners_of(np.maximum(0, places - 0.333)) == 1  # between two places
    assert corners_of(np.abs(places) - np.maximum(0, places - 1.2345)) == 2


def test_what_is_seen_is_told_as_it_is() -> None:
    layers = draw_layers(9)
    places = np.stack([ALONG, np.full_like(ALONG, 0.5)], axis=1)
    bent = through(layers, places, "relu")[:, 0]
    assert corners_of(through(layers, places)[:, 0]) == 0
    assert what_is_seen(bent, "relu").endswith(f"a line with {corners_of(bent)} corners.")
    assert corners_of(bent) > 1
    assert "no unit switches on or off" in what_is_seen(np.zeros(401), "relu")
    assert "make a curve" in what_is_seen(through(layers, places, "tanh")[:, 0], "tanh")


def test_a_matrix_has_its_rows_and_no_minus_zero() -> None:
    assert matrix(np.array([[1.0, -0.0], [0.5, -2.0]])) == r"\begin{pmatrix} 1 & 0\\0.5 & -2 \end{pmatrix}"
