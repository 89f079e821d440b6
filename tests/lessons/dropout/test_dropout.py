"""Dropout: masks of the right density, and an expectation that only right rescaling keeps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlab.lessons.dropout.dropout import RESCALINGS, drop, expectation, mask, vote
from netlab.nn.activations import softmax

rates = st.floats(0, 0.9)
seeds = st.integers(0, 2**32 - 1)


@settings(deadline=None)
@given(rate=rates, seed=seeds)
def test_density_of_the_mask(rate: float, seed: int) -> None:
    kept = mask(np.random.default_rng(seed), (100, 512), rate)
    assert kept.dtype == bool
    assert kept.mean() == pytest.approx(1 - rate, abs=6 * np.sqrt(rate * (1 - rate) / kept.size) + 1e-12)


@settings(max_examples=30, deadline=None)
@given(rate=rates, seed=seeds)
@pytest.mark.parametrize("rescaling", [name for name, rule in RESCALINGS.items() if rule.right])
def test_right_rescaling_keeps_the_expectation(rescaling: str, rate: float, seed: int) -> None:
    generator = np.random.default_rng(seed)
    heard = expectation(generator.uniform(0, 3, 64), rate, generator=generator, rescaling=rescaling)
    assert (np.abs(heard.training - heard.use) <= 6 * heard.error + 0.05).all()


@settings(max_examples=30, deadline=None)
@given(rate=st.floats(0.2, 0.9), seed=seeds)
def test_forgotten_rescaling_is_too_loud_by_the_known_factor(rate: float, seed: int) -> None:
    generator = np.random.default_rng(seed)
    heard = expectation(generator.uniform(1, 3, 64), rate, generator=generator, rescaling="forgotten")
    assert heard.use.sum() / heard.training.sum() == pytest.approx(1 / (1 - rate), rel=0.1)


@settings(max_examples=30, deadline=None)
@given(rate=st.floats(0.05, 0.9), seed=seeds)
def test_swapped_rescaling_is_wrong_except_at_a_half(rate: float, seed: int) -> None:
    generator = np.random.default_rng(seed)
    heard = expectation(generator.uniform(1, 3, 64), rate, generator=generator, rescaling="swapped")
    assert heard.use.sum() / heard.training.sum() == pytest.approx(rate / (1 - rate), rel=0.1)


@settings(deadline=None)
@given(rate=rates, seed=seeds)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_survivors_are_scaled_and_the_rest_silent(dtype: type, rate: float, seed: int) -> None:
    generator = np.random.default_rng(seed)
    a: np.ndarray = generator.uniform(1, 2, (4, 32)).astype(dtype)
    kept = mask(generator, a.shape, rate)
    dropped = drop(a, kept, rate)
    assert dropped.dtype == dtype
    assert (dropped[~kept] == 0).all()
    np.testing.assert_allclose(dropped[kept], a[kept] / (1 - rate), rtol=1e-6)


@settings(deadline=None)
@given(rate=rates, seed=seeds, networks=st.integers(1, 40))
def test_votes_are_counted(rate: float, seed: int, networks: int) -> None:
    generator = np.random.default_rng(seed)
    hidden, weights, biases = (
        generator.uniform(0, 1, 64),
        generator.normal(size=(64, 10)),
        generator.normal(size=10),
    )
    votes = vote(hidden, weights, biases, rate, generator=generator, networks=networks)
    assert votes.counts.sum() == networks
    np.testing.assert_allclose(votes.probabilities.sum(axis=1), 1)
    np.testing.assert_allclose(votes.mean, votes.probabilities.mean(axis=0))
    np.testing.assert_allclose(votes.whole, softmax(hidden @ weights + biases))
    alone = (hidden * votes.masks[0] / (1 - rate)) @ weights + biases
    np.testing.assert_allclose(votes.probabilities[0], softmax(alone))


def test_without_dropout_all_networks_are_the_whole() -> None:
    generator = np.random.default_rng(0)
    hidden, weights = generator.uniform(0, 1, 64), generator.normal(size=(64, 10))
    votes = vote(hidden, weights, np.zeros(10), 0.0, generator=generator)
    np.testing.assert_allclose(votes.probabilities, np.broadcast_to(votes.whole, (30, 10)))


@pytest.mark.parametrize("rate", [-0.1, 1.0, 1.5])
def test_impossible_rates_are_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="below 1"):
        mask(np.random.default_rng(0), (3,), rate)
