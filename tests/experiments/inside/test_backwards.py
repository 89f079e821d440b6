"""Pictures that a network likes and changes that it falls for: in bounds, really read so, and as small as theory says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq, check_grad

from netlab.experiments.inside.backwards import (
    FRAMES,
    STRIDE,
    climb,
    probabilities,
    smallest_change,
    total_variation,
    total_variation_slope,
)
from netlab.experiments.inside.networks import dense_network
from netlab.experiments.subject import shipped_subject
from netlab.nets.numpy_model import predict
from netlab.nn.activations import softmax
from netlab.nn.mlp import Layer, Network
from tests.conftest import made_digits


def network(seed: int = 0) -> Network:
    return Network.drawn((784, 64, 10), ("tanh", "softmax"), loss="cross_entropy", seed=seed)


def linear(weights: np.ndarray, biases: np.ndarray) -> Network:
    return Network((Layer(weights, biases, "softmax"),), "cross_entropy")


def picture(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((28, 28)).astype(np.float32)


def test_the_slope_of_the_total_variation_is_that_of_differences() -> None:
    def value(flat: np.ndarray) -> float:
        return total_variation(flat.reshape(28, 28))

    def slope(flat: np.ndarray) -> np.ndarray:
        return total_variation_slope(flat.reshape(28, 28)).ravel()

    assert check_grad(value, slope, picture().astype(float).ravel()) < 1e-4
    assert total_variation(np.full((28, 28), 0.4)) == 0


@pytest.mark.parametrize("prior", [False, True])
def test_the_class_rises_and_every_picture_is_one(prior: bool) -> None:
    mean = np.full((28, 28), 0.2, np.float32) if prior else None
    found = climb(network(), picture(), 3, mean)
    assert found.prior is prior
    assert len(found.frames) == len(found.steps) == FRAMES
    np.testing.assert_array_equal(found.frames[0], picture())
    assert found.frames.min() >= 0
    assert found.frames.max() <= 1
    assert found.scores[-1] > found.scores[0]
    assert found.probabilities[-1].argmax() == 3
    np.testing.assert_allclose(found.probabilities, probabilities(network(), found.frames))


def test_a_step_without_a_prior_goes_along_the_gradient() -> None:
    weights = np.random.default_rng(0).normal(size=(784, 10))
    middle = np.full((28, 28), 0.5, np.float32)
    found = climb(linear(weights, np.zeros(10)), middle, 4, steps=1)
    expected = STRIDE * weights[:, 4] / np.linalg.norm(weights[:, 4])
    np.testing.assert_allclose((found.frames[-1] - middle).ravel(), expected, atol=1e-6)


def test_the_prior_makes_smooth_and_near() -> None:
    mean = np.full((28, 28), 0.2, np.float32)
    free, held = climb(network(), picture(), 3), climb(network(), picture(), 3, mean)
    assert total_variation(held.frames[-1]) < total_variation(free.frames[-1])
    assert np.linalg.norm(held.frames[-1] - mean) < np.linalg.norm(free.frames[-1] - mean)


def test_a_network_without_slopes_moves_nothing_and_cannot_be_turned() -> None:
    dead = linear(np.zeros((784, 10)), np.arange(10.0))
    np.testing.assert_array_equal(climb(dead, picture(), 3).frames[-1], picture())
    assert smallest_change(dead, picture(), 3) is None


def test_of_a_linear_network_the_change_is_the_distance_to_the_border() -> None:
    """Far from black and white: |lead| / |slope|, the distance of a point from a plane."""
    weights = np.random.default_rng(1).normal(size=(784, 10))
    biases = np.array([0.0, 1.0, *[-1e3] * 8])
    middle = np.full((28, 28), 0.5)
    weights[:, 0] -= weights[:, 0].mean() - weights[:, 1].mean()
    found = smallest_change(linear(weights, biases), middle.astype(np.float32), 0)
    assert found is not None
    slope = weights[:, 0] - weights[:, 1]
    lead = slope @ middle.ravel() - 1.0
    assert lead < 0
    assert found.length == pytest.approx(-lead / np.linalg.norm(slope), rel=0.01)
    np.testing.assert_allclose(found.difference.ravel(), -lead / (slope @ slope) * slope, atol=1e-3)


def test_pixels_that_reach_white_or_black_leave_the_rest_to_others() -> None:
    """The nearest point of a half-space within a box is clip(x + s slope) for one s."""
    weights = np.random.default_rng(2).normal(size=(784, 10))
    start = (np.random.default_rng(3).random(784) < 0.5).astype(float)
    slope = weights[:, 0] - weights[:, 1]
    biases = np.array([-(slope @ start) - 40.0, 0.0, *[-1e3] * 8])

    def lead(by: float) -> float:
        return float(slope @ np.clip(start + by * slope, 0, 1) + biases[0])

    expected = np.clip(start + brentq(lead, 0, 10) * slope, 0, 1)
    found = smallest_change(linear(weights, biases), start.reshape(28, 28).astype(np.float32), 0)
    assert found is not None
    assert found.length == pytest.approx(np.linalg.norm(expected - start), rel=0.01)


@given(st.integers(0, 30), st.integers(0, 9))
def test_a_change_is_really_read_as_the_target(seed: int, target: int) -> None:
    found = smallest_change(network(seed), picture(seed), target)
    assert found is not None
    assert found.after.argmax() == target
    assert probabilities(network(seed), found.end)[0].argmax() == target
    assert found.end.min() >= 0
    assert found.end.max() <= 1
    assert found.length <= np.linalg.norm(np.abs(found.start - 0.5) + 0.5)


def test_what_is_read_so_already_is_not_changed() -> None:
    target = int(probabilities(network(), picture())[0].argmax())
    found = smallest_change(network(), picture(), target)
    assert found is not None
    assert (found.length, found.largest, found.visible, found.rounds) == (0, 0, 0, 0)


def test_the_article_s_network_is_turned_by_less_than_another_picture() -> None:
    subject, digits = shipped_subject("article"), made_digits()
    images = digits.x_test[:4] / np.float32(255)
    for image in images:
        answer = predict(subject.spec, subject.weights, image[None])[0]
        target = int(answer.argsort()[-2])
        found = smallest_change(dense_network(subject), image, target)
        assert found is not None
        assert predict(subject.spec, subject.weights, found.end[None])[0].argmax() == target
        others = images[[not np.array_equal(one, image) for one in images]]
        assert found.length < np.linalg.norm((others - image).reshape(len(others), -1), axis=1).min()
        np.testing.assert_allclose(
            found.before, softmax(np.log(answer.astype(float))[None])[0], rtol=1e-3, atol=1e-6
        )
