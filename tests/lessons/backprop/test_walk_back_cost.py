"""Multiplications are counted as they are done: of matrices exactly as many as their sizes say."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from netlab.lessons.backprop.arithmetic import cost, equal_layers
from netlab.nn.backpropagation import backward
from netlab.nn.mlp import EXAMPLES, Network, forward


def of_matrices(sizes: tuple[int, ...], examples: int) -> tuple[int, int]:
    """Forward each weight once an example; back once for its slope, and once to carry δ on, but not to the inputs."""
    weights = [came * out for came, out in pairwise(sizes)]
    return examples * sum(weights), examples * (2 * sum(weights) - weights[0])


@pytest.mark.parametrize(("sizes", "examples"), [((30, 20, 10), 1), ((30, 20, 10), 4), ((12,) * 6, 3)])
def test_counts_are_those_of_the_matrices_and_a_little_for_each_unit(
    sizes: tuple[int, ...], examples: int
) -> None:
    activations = ("relu",) * (len(sizes) - 2) + ("softmax",)
    network = Network.drawn(sizes, activations, loss="cross_entropy", seed=0)
    found = cost(network, np.ones((examples, sizes[0])), np.zeros(examples, int))
    there, back = of_matrices(sizes, examples)
    units, numbers = examples * sum(sizes[1:]), sum(array.size for array in network.arrays)
    assert there <= found.forward <= there + 4 * units
    assert back <= found.backward <= back + 8 * units + numbers
    assert found.numbers == numbers
    assert found.by_nudging == 2 * numbers * found.forward


def test_deep_networks_come_to_two_to_one() -> None:
    wide = [
        cost(equal_layers(50, layers), np.ones((1, 50)), np.zeros((1, 50))).ratio for layers in (2, 5, 20)
    ]
    assert wide == sorted(wide)
    assert 1.9 < wide[-1] < 2.2


def test_counting_changes_no_number() -> None:
    one = EXAMPLES["2-2-2"]
    before = backward(one.network, forward(one.network, one.inputs, one.targets), one.targets).arrays
    cost(one.network, one.inputs, one.targets)
    after = backward(one.network, forward(one.network, one.inputs, one.targets), one.targets).arrays
    for left, right in zip(before, after, strict=True):
        np.testing.assert_array_equal(left, right)
