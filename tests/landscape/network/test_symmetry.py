"""Twins compute the same, matched neurons find their own, and the hill between two orders of one network goes away."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from netlab.landscape.network.symmetry import (
    SymmetryError,
    barrier,
    matched,
    reordered,
    rescaled,
    scales,
    shuffled,
)
from netlab.nets.layers import Convolution
from netlab.nets.numpy_model import predict
from netlab.nets.spec import NetworkSpec
from tests.landscape.network.made import pictures, weights_of

SPECS = [
    NetworkSpec(hidden=(12,)),
    NetworkSpec(hidden=(11, 9, 8)),
    NetworkSpec(hidden=(10, 7), normalisation="batch"),
    NetworkSpec(hidden=(9,), convolutions=(Convolution(4, 5, 2), Convolution(5, 3, 2))),
]


@pytest.mark.parametrize("spec", SPECS)
def test_twins_give_the_same_answers_by_other_weights(spec: NetworkSpec) -> None:
    weights, images = weights_of(spec), pictures(30)[0].astype(np.float32) / np.float32(255)
    answers = predict(spec, weights, images)
    for twin in (rescaled(spec, weights, 8.0), shuffled(spec, weights, 4)):
        np.testing.assert_allclose(predict(spec, twin, images), answers, rtol=2e-4, atol=1e-6)
        assert any(not np.array_equal(twin[name], weights[name]) for name in weights)


@pytest.mark.parametrize(
    ("name", "passes"), [("relu", True), ("tanh", False), ("gelu", False), ("linear", True)]
)
def test_which_activations_pass_a_factor_on(name: str, passes: bool) -> None:
    assert scales(name) == passes


def test_what_has_no_twin_says_so() -> None:
    none, tanh = NetworkSpec(hidden=()), NetworkSpec(hidden=(5,), activation="tanh")
    for spec in (none, tanh):
        with pytest.raises(SymmetryError):
            rescaled(spec, weights_of(spec), 2.0)
    with pytest.raises(SymmetryError):
        shuffled(none, weights_of(none), 1)
    with pytest.raises(SymmetryError, match="no neurons to match"):
        matched(none, weights_of(none), weights_of(none))


@pytest.mark.parametrize("spec", SPECS)
def test_a_shuffled_network_is_put_back_in_order(spec: NetworkSpec) -> None:
    weights = weights_of(spec)
    back = matched(spec, weights, shuffled(spec, weights, 7))
    assert all(np.array_equal(back[name], weights[name]) for name in weights)


def test_with_one_hidden_layer_no_order_lies_nearer() -> None:
    spec = NetworkSpec(hidden=(5,))
    one, other = weights_of(spec, 1), weights_of(spec, 2)

    def apart(network: dict[str, np.ndarray]) -> float:
        return float(sum(((network[name].astype(float) - one[name]) ** 2).sum() for name in one))

    every = min(
        apart(reordered(spec, other, 0, np.array(order))) for order in itertools.permutations(range(5))
    )
    assert apart(matched(spec, one, other)) == pytest.approx(every)


def test_the_barrier_is_what_rises_above_a_straight_line() -> None:
    assert barrier(np.array([1.0, 1.5, 0.5])) == pytest.approx(0.75)
    assert barrier(np.array([1.0, 0.2, 0.5])) == 0.0
