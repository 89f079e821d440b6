"""Calibration against its definition, and the temperature against the condition that its gradient is zero."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.metrics import log_loss

from netlab.arrays import Bytes, Floats
from netlab.experiments.inside import calibration
from netlab.nn.activations import softmax

SEEDS = st.integers(0, 2**32 - 1)


def drawn(seed: int, stretch: float = 1.0, count: int = 600) -> tuple[Floats, Bytes]:
    """Sums whose softmax is the very probability of each label, stretched."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 1.5, (count, 10))
    shares = np.asarray(softmax(logits))
    labels = np.array([rng.choice(10, p=row / row.sum()) for row in shares], np.uint8)
    return np.asarray(logits * stretch, np.float32), labels


@given(SEEDS, st.integers(1, 30))
def test_the_curve_is_the_definition_s(seed: int, bins: int) -> None:
    logits, labels = drawn(seed, count=100)
    probabilities = np.asarray(softmax(logits))
    found = calibration.reliability(probabilities, labels, bins)
    sure, right = probabilities.max(axis=1).astype(float), probabilities.argmax(axis=1) == labels
    error = 0.0
    for place, (low, high) in enumerate(zip(found.edges, found.edges[1:], strict=False)):
        held = (sure > low) & (sure <= high)
        assert found.counts[place] == held.sum()
        if held.any():
            assert found.sureness[place] == pytest.approx(sure[held].mean())
            assert found.accuracy[place] == pytest.approx(right[held].mean())
            error += held.mean() * abs(sure[held].mean() - right[held].mean())
        else:
            assert np.isnan(found.accuracy[place])
    assert found.error == pytest.approx(error)
    assert found.lean == pytest.approx(sure.mean() - right.mean())


def test_the_curve_is_scikit_learn_s() -> None:
    logits, labels = drawn(3)
    probabilities = np.asarray(softmax(logits), np.float64)
    found = calibration.reliability(probabilities.astype(np.float64), labels)
    right = (probabilities.argmax(axis=1) == labels).astype(int)
    accuracy, sureness = calibration_curve(right, probabilities.max(axis=1), n_bins=15)
    filled = found.counts > 0
    np.testing.assert_allclose(found.accuracy[filled], accuracy)
    np.testing.assert_allclose(found.sureness[filled], sureness)


def test_the_loss_is_scikit_learn_s() -> None:
    logits, labels = drawn(5)
    expected = log_loss(labels, softmax(np.asarray(logits, np.float64) / 2), labels=range(10))
    assert calibration.mean_loss(logits, labels, 2.0) == pytest.approx(expected)


@given(SEEDS, st.floats(0.3, 4))
def test_at_the_best_temperature_the_gradient_is_zero(seed: int, stretch: float) -> None:
    logits, labels = drawn(seed, stretch)
    best = calibration.best_temperature(logits, labels)
    shares = np.asarray(softmax(np.asarray(logits, np.float64) / best))
    # d/dβ of the mean loss with β = 1/T: the mean sum as the network expects it, less that of the labels
    gradient = (shares * logits).sum(axis=1).mean() - logits[np.arange(len(labels)), labels].mean()
    assert abs(gradient) < 1e-3 * stretch


@given(st.floats(0.3, 4))
def test_sums_that_were_stretched_are_shrunk_again(stretch: float) -> None:
    logits, labels = drawn(11, count=2000)
    plain = calibration.best_temperature(logits, labels)
    assert calibration.best_temperature(logits * np.float32(stretch), labels) == pytest.approx(
        stretch * plain, rel=1e-3
    )


def test_a_temperature_mends_an_overconfident_network_on_pictures_it_was_not_chosen_by() -> None:
    logits, labels = drawn(7, stretch=3.0, count=4001)
    found = calibration.mended(logits, labels)
    assert (found.fitted_on, found.judged_on) == (2000, 2001)
    assert found.temperature == pytest.approx(3, rel=0.1)
    assert found.before.lean > 0.1
    assert found.after.error < found.before.error / 3
    assert found.loss_after < found.loss_before
    assert found.before.counts.sum() == 2001
    assert not found.at_the_edge


def test_a_network_that_is_always_right_wants_the_coldest() -> None:
    logits = np.eye(10, dtype=np.float32)[np.arange(40) % 10]
    found = calibration.mended(logits, (np.arange(40) % 10).astype(np.uint8))
    assert found.at_the_edge
    assert found.temperature < 0.06
