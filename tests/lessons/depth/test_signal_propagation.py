"""Gradients through many layers: what is measured is what the papers say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlab.lessons.depth.signal_propagation import expected, paper_gain, through_layers, verdict
from netlab.nn.activations import ACTIVATIONS
from netlab.nn.initializers import INITIALIZERS

RANDOM = [name for name, rule in INITIALIZERS.items() if rule.variance(2, 2) > 0]


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("initializer", RANDOM)
def test_wide_layers_follow_the_theory(activation: str, initializer: str) -> None:
    measured = through_layers(activation, initializer, depth=8, width=384, examples=32, seed=1)
    assert np.abs(np.log(measured.signal / measured.expected_signal)).max() < 0.35
    if not measured.expected_gradient.any():  # a derivative of 0 everywhere
        assert not measured.gradient.any()
        return
    assert np.abs(np.log(measured.gradient / measured.expected_gradient)).max() < 0.35


@pytest.mark.parametrize("initializer", ["glorot_uniform", "glorot_normal", "lecun_normal"])
def test_linear_layers_keep_the_gradient_as_glorot_says(initializer: str) -> None:
    signal, gradient = expected("linear", initializer, depth=20, width=100)
    np.testing.assert_allclose(signal, 1)
    np.testing.assert_allclose(gradient, 1)


@pytest.mark.parametrize("initializer", ["he_uniform", "he_normal"])
def test_relu_layers_keep_the_gradient_as_he_says(initializer: str) -> None:
    signal, gradient = expected("relu", initializer, depth=20, width=100)
    np.testing.assert_allclose(signal, 1, rtol=1e-6)
    np.testing.assert_allclose(gradient, np.sqrt(0.5), rtol=1e-6)


def test_selu_pulls_the_signal_to_one() -> None:
    signal, _ = expected("selu", "lecun_normal", depth=20, width=100)
    assert signal[-1] == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("activation", ["linear", "relu"])
@pytest.mark.parametrize("initializer", RANDOM)
def test_theory_falls_by_the_paper_gain_each_layer(activation: str, initializer: str) -> None:
    _, gradient = expected(activation, initializer, depth=12, width=128)
    gain = paper_gain(activation, initializer)
    assert gain is not None
    np.testing.assert_allclose(gradient[:-1] / gradient[1:], gain, rtol=1e-6)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
@pytest.mark.parametrize("initializer", RANDOM)
def test_saturation_only_makes_it_worse(activation: str, initializer: str) -> None:
    _, gradient = expected(activation, initializer, depth=12, width=128)
    gain = paper_gain(activation, initializer)
    assert gain is not None
    assert (gradient[:-1] / gradient[1:] <= gain * (1 + 1e-9)).all()


@pytest.mark.parametrize(
    ("activation", "initializer", "depth", "said", "of_weights"),
    [
        ("sigmoid", "glorot_uniform", 20, "vanishes", "vanishes"),
        ("sigmoid", "glorot_uniform", 3, "fades", "fades"),
        ("relu", "he_normal", 20, "survives", "survives"),
        ("relu", "constant", 20, "explodes", "survives"),
        ("relu", "zeros", 20, "vanishes", "vanishes"),
        # What enters a layer shrinks or grows the other way: Glorot & Bengio (2010), section 4.2.1.
        ("linear", "he_normal", 20, "grows", "survives"),
        ("tanh", "random_normal", 20, "vanishes", "survives"),
        ("relu", "glorot_uniform", 20, "vanishes", "survives"),
    ],
)
def test_verdicts(activation: str, initializer: str, depth: int, said: str, of_weights: str) -> None:
    found = through_layers(activation, initializer, depth=depth)
    assert (verdict(found.share), verdict(found.weight_share)) == (said, of_weights)


def test_what_has_no_gradient_and_what_has_no_theory() -> None:
    assert through_layers("relu", "zeros").gain == 0
    assert paper_gain("gelu", "he_normal") is None
    assert np.isnan(through_layers("relu", "constant").expected_gradient).all()


@settings(max_examples=20, deadline=None)
@given(
    activation=st.sampled_from(list(ACTIVATIONS)),
    initializer=st.sampled_from(list(INITIALIZERS)),
    depth=st.integers(1, 20),
    seed=st.integers(0, 2**32 - 1),
)
def test_every_choice_answers_and_repeats(activation: str, initializer: str, depth: int, seed: int) -> None:
    first, second = (
        through_layers(activation, initializer, depth=depth, width=16, seed=seed) for _ in range(2)
    )
    assert first.signal.shape == first.gradient.shape == first.expected_gradient.shape == (depth,)
    np.testing.assert_array_equal(first.gradient, second.gradient)
    assert first.weight_gradient.shape == (depth,)


def test_no_layers_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        through_layers("relu", "he_normal", depth=0)
