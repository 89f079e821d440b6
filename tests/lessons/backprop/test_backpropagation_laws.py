"""Back-propagation against central differences, over networks of every shape."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from netlab.lessons.backprop.chain_rule import chain
from netlab.lessons.backprop.gradient_check import (
    central_difference,
    central_differences,
    check,
    difference_curve,
)
from netlab.lessons.backprop.momentum import momentum
from netlab.lessons.backprop.planted_bugs import BUGS, planted
from netlab.nn.activations import ACTIVATIONS
from netlab.nn.backpropagation import backward
from netlab.nn.mlp import EXAMPLES, Example, Network, forward

Case = tuple[Network, np.ndarray, np.ndarray]
every_example = pytest.mark.parametrize("example", EXAMPLES.values(), ids=list(EXAMPLES))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Networks of one to three layers, a batch of one to four examples, and targets."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=4))
    loss, output = draw(st.sampled_from(
        [("quadratic", name) for name in (*ACTIVATIONS, "softmax")]
        + [("cross_entropy", "sigmoid"), ("cross_entropy", "softmax")]
    ))  # fmt: skip
    hidden = [draw(st.sampled_from(list(ACTIVATIONS))) for _ in sizes[2:]]
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shapes = [shape for pair in pairwise(sizes) for shape in (pair, pair[1:])]
    arrays = [generator.normal(size=shape) for shape in shapes]
    count = draw(st.integers(1, 4))
    network = Network.from_arrays(arrays, [*hidden, output], loss=loss)
    targets = generator.dirichlet(np.ones(sizes[-1]), count)
    return network, generator.uniform(-1, 1, (count, sizes[0])), targets


def away_from_kinks(network: Network, inputs: np.ndarray, targets: np.ndarray) -> bool:
    """No pre-activation so near a kink that a nudge of 1e-5 could cross it."""
    met = zip(network.layers, forward(network, inputs, targets).pre_activations, strict=True)
    return all(
        np.abs(z - kink).min() > 1e-3
        for layer, z in met
        if layer.activation != "softmax"
        for kink in ACTIVATIONS[layer.activation].kinks
    )


@settings(max_examples=150, deadline=None)
@given(case=cases())
def test_gradients_are_central_differences(case: Case) -> None:
    assume(away_from_kinks(*case))
    network, inputs, targets = case
    analytic = backward(network, forward(network, inputs, targets), targets).arrays
    for ours, measured in zip(analytic, central_differences(network, inputs, targets), strict=True):
        np.testing.assert_allclose(ours, measured, rtol=1e-6, atol=1e-6)


@settings(deadline=None)
@given(case=cases(), data=st.data())
def test_chain_sums_to_the_gradient(case: Case, data: st.DataObject) -> None:
    network, inputs, targets = case
    layer = data.draw(st.integers(0, len(network.layers) - 1))
    fan_in, fan_out = network.layers[layer].weights.shape
    row = data.draw(st.none() | st.integers(0, fan_in - 1))
    column = data.draw(st.integers(0, fan_out - 1))
    fused = data.draw(
        st.sampled_from([None, False, True] if network.loss == "cross_entropy" else [None, False])
    )
    chains = [
        chain(network, inputs, targets, layer, row, column, example=example, fused=fused)
        for example in range(len(inputs))
    ]
    gradients = backward(network, forward(network, inputs, targets), targets).layers[layer]
    expected = gradients.biases[column] if row is None else gradients.weights[row, column]
    assert np.mean([link.total for link in chains]) == pytest.approx(expected, rel=1e-9, abs=1e-12)
    links = chains[0]
    np.testing.assert_allclose(links.factors.prod(axis=1), links.products)
    assert len(links.names) == links.factors.shape[1]
    assert all("@" not in symbol for path in range(len(links.units)) for symbol in links.symbols(path))


@every_example
def test_check_is_green_without_bugs(example: Example) -> None:
    assert check(example.network, example.inputs, example.targets).worst < 1e-7


@every_example
@pytest.mark.parametrize("bug", BUGS)
def test_every_bug_turns_the_check_red(example: Example, bug: str) -> None:
    assert not check(example.network, example.inputs, example.targets, bugs=[bug]).passed


@every_example
def test_a_single_example_hides_the_sum(example: Example) -> None:
    assert check(example.network, example.inputs[:1], example.targets[:1], bugs=["sum_for_mean"]).passed


@settings(deadline=None)
@given(case=cases())
def test_sum_for_mean_is_n_times_too_large(case: Case) -> None:
    network, inputs, targets = case
    passed = forward(network, inputs, targets)
    right, wrong = (
        backward(network, passed, targets, moves=planted(bugs, 0.5)).arrays
        for bugs in ((), ("sum_for_mean",))
    )
    for ours, theirs in zip(right, wrong, strict=True):
        np.testing.assert_allclose(theirs, len(inputs) * ours)


@settings(deadline=None)
@given(case=cases(), learning_rate=st.floats(0.01, 2))
def test_early_update_spares_the_output_layer(case: Case, learning_rate: float) -> None:
    network, inputs, targets = case
    passed = forward(network, inputs, targets)
    right = backward(network, passed, targets).layers
    wrong = backward(network, passed, targets, moves=planted(["early_update"], learning_rate)).layers
    np.testing.assert_array_equal(right[-1].weights, wrong[-1].weights)
    if len(right) > 1:
        moved = network.layers[-1].weights - learning_rate * right[-1].weights
        upstream = wrong[-2].upstream
        assert upstream is not None
        np.testing.assert_allclose(upstream, right[-1].delta @ moved.T)


@settings(deadline=None)
@given(case=cases(), beta=st.floats(0, 0.99), learning_rate=st.floats(0.001, 1))
def test_constant_gradient_brings_velocity_to_its_limit(
    case: Case, beta: float, learning_rate: float
) -> None:
    network, inputs, targets = case
    gradients = backward(network, forward(network, inputs, targets), targets).arrays
    velocities: tuple[np.ndarray, ...] | None = None
    for _ in range(5):
        step = momentum(network, gradients, velocities, learning_rate=learning_rate, beta=beta)
        velocities = step.velocities
    share = learning_rate * sum(beta**power for power in range(5))
    assert velocities is not None
    for velocity, gradient in zip(velocities, gradients, strict=True):
        np.testing.assert_allclose(velocity, -share * gradient, rtol=1e-9, atol=1e-12)


def test_big_network_one_weight_three_ways() -> None:
    network = Network.drawn((784, 512, 10), ("relu", "softmax"), loss="cross_entropy", seed=3)
    image = np.random.default_rng(0).uniform(0, 1, (1, 784))
    for layer, row, column in [(0, 400, 7), (0, None, 7), (1, 7, 3), (1, None, 3)]:
        links = chain(network, image, np.array([3]), layer, row, column)
        assert len(links.units) == (10 if layer == 0 else 1)
        measured = central_difference(network, image, np.array([3]), layer, row, column)
        assert links.total == pytest.approx(measured, rel=1e-6, abs=1e-8)
        assert abs(links.products[links.largest(1)[0]]) == np.abs(links.products).max()


@every_example
def test_the_best_step_is_coarser_in_float32(example: Example) -> None:
    curve = difference_curve(example.network, example.inputs, example.targets, 0, 0, 0)
    best = {name: curve.steps[getattr(curve, name).argmin()] for name in ("float32", "float64")}
    assert 1e-7 < best["float64"] < 1e-3 < 1.01 * best["float32"]
    assert curve.float64.min() < 1e-8 < curve.float32.min() < 1e-2
    assert curve.float32[np.isclose(curve.steps, 1e-7)] > 10 * curve.float32[np.isclose(curve.steps, 1e-3)]
