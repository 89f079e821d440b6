"""What is said of gradients that are never written down, held to the same said of gradients written down."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlab.experiments.inside.per_example import (
    PerExample,
    gram,
    loss_change,
    per_example,
    plane,
    steadying,
)
from netlab.nn.backpropagation import backward
from netlab.nn.mlp import Network, forward

SEEDS = st.integers(0, 50)


def made(seed: int = 0, count: int = 12) -> tuple[Network, np.ndarray, np.ndarray]:
    network = Network.drawn((784, 12, 7, 10), ("gelu", "relu", "softmax"), loss="cross_entropy", seed=seed)
    rng = np.random.default_rng(seed)
    return network, rng.random((count, 784)), rng.integers(0, 10, count)


def written_down(network: Network, inputs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Every example's own gradient over all weights and biases, (n, parameters), by a batch of one each."""
    rows = []
    for at in range(len(labels)):
        one = inputs[at : at + 1], labels[at : at + 1]
        back = backward(network, forward(network, *one), one[1])
        rows.append(np.concatenate([array.ravel() for array in back.arrays]))
    return np.stack(rows)


def factors(seed: int = 0, count: int = 12) -> PerExample:
    return per_example(*made(seed, count))


@given(SEEDS)
def test_the_table_holds_the_inner_products_of_gradients_written_down(seed: int) -> None:
    rows = written_down(*made(seed))
    np.testing.assert_allclose(gram(factors(seed)), rows @ rows.T, rtol=1e-9, atol=1e-12)


def test_losses_and_guesses_are_those_of_the_forward_pass() -> None:
    network, inputs, labels = made()
    found, passed = per_example(network, inputs, labels), forward(network, inputs, labels)
    np.testing.assert_array_equal(found.losses, passed.losses)
    np.testing.assert_array_equal(found.guesses, passed.activations[-1].argmax(axis=1))


@settings(max_examples=20)
@given(SEEDS, st.integers(2, 12))
def test_the_plane_is_the_one_that_gradients_written_down_have(seed: int, count: int) -> None:
    rows = written_down(*made(seed, count))
    found = plane(gram(factors(seed, count)))
    mean = rows.mean(axis=0)
    length = np.linalg.norm(mean)
    rest = rows - np.outer(rows @ mean / length**2, mean)
    component = np.linalg.svd(rest, full_matrices=False)[2][0]
    assert found.length == pytest.approx(length)
    np.testing.assert_allclose(found.along, rows @ mean / length, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(np.abs(found.aside), np.abs(rest @ component), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found.lengths, np.linalg.norm(rows, axis=1))
    np.testing.assert_allclose(found.cosines, rows @ mean / length / found.lengths, rtol=1e-7, atol=1e-9)
    variance = np.square(rows - mean).sum()
    within = np.square(found.along - length).sum() + np.square(found.aside).sum()
    assert found.shown == pytest.approx(min(within / variance, 1.0), rel=1e-6)


def test_the_mean_arrow_is_the_mean_of_the_arrows() -> None:
    found = plane(gram(factors()))
    assert found.along.mean() == pytest.approx(found.length)
    assert found.aside.mean() == pytest.approx(0.0, abs=1e-9)


def test_one_example_is_its_own_mean_and_varies_in_nothing() -> None:
    found = plane(gram(factors(count=1)))
    assert (found.along[0], found.shown) == (pytest.approx(found.length), None)
    assert found.cosines[0] == pytest.approx(1.0)


def test_gradients_of_nothing_make_a_point() -> None:
    found = plane(np.zeros((4, 4)))
    assert not found.along.any()
    assert not found.aside.any()
    assert not found.cosines.any()
    assert found.shown is None


def test_a_small_step_changes_the_loss_as_said() -> None:
    network, inputs, labels = made()
    rate = 1e-6
    back = backward(network, forward(network, inputs, labels), labels)
    after = network.with_arrays(
        [array - rate * slope for array, slope in zip(network.arrays, back.arrays, strict=True)]
    )
    change = (forward(after, inputs, labels).losses - forward(network, inputs, labels).losses).mean()
    assert change == pytest.approx(loss_change(plane(gram(factors())), rate), rel=1e-3)


def test_means_steady_by_one_over_the_root_of_the_batch_size() -> None:
    """Independent gradients of one length: the theorem's own case, where the measurement hardly varies."""
    rows = np.random.default_rng(0).normal(size=(2048, 400))
    found = steadying(rows @ rows.T)
    np.testing.assert_allclose(found.distances, found.expected, rtol=0.03)
    assert found.slope == pytest.approx(-0.5, abs=0.01)
    assert found.length == pytest.approx(np.linalg.norm(rows.mean(axis=0)))


def test_the_distance_is_that_of_means_written_down() -> None:
    """The same draws, their means taken one by one, both for looked-up and for multiplied batches."""
    rows = np.random.default_rng(1).normal(size=(300, 8))
    sizes = (2, 128)
    found = steadying(rows @ rows.T, sizes, seed=5)
    generator = np.random.default_rng(5)
    for size, number, distance in zip(sizes, found.batches, found.distances, strict=True):
        means = rows[generator.integers(0, 300, (number, size))].mean(axis=1)
        expected = np.sqrt(np.square(means - rows.mean(axis=0)).sum(axis=1).mean())
        assert distance == pytest.approx(expected, rel=1e-4)


def test_without_differences_there_is_no_slope() -> None:
    assert steadying(np.zeros((8, 8)), (1, 2)).slope is None
