"""A lesson in one's own hand: what is learnt, what is forgotten, and that every sentence is true of its numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from netlab.data import Digits
from netlab.data.synthetic import standin
from netlab.nets import shipped
from netlab.nets.spec import Convolution, NetworkSpec
from netlab.nn.activations import ACTIVATIONS
from netlab.nn.mlp import forward
from netlab.training.own_digits import OwnDigits
from netlab.training.teaching import (
    Lesson,
    OldDigits,
    Plan,
    TeachingError,
    answers,
    as_network,
    as_rows,
    cannot_teach,
    changed,
    gradients,
    outcome,
    teach,
)
from tests.runs.kept import weights


def old_of(digits: Digits) -> OldDigits:
    return OldDigits(digits.x_train, digits.y_train, digits.x_test, digits.y_test)


@pytest.fixture(scope="module")
def old() -> OldDigits:
    """The stand-in digits, which are there on every machine."""
    return old_of(standin.load().digits)


@pytest.fixture(scope="module")
def sevens(old: OldDigits) -> OwnDigits:
    """Twenty 7s, turned by 50 degrees and moved: a hand that the network has not seen."""
    places = np.flatnonzero(old.y_test == 7)[:20]
    turned = [ndimage.rotate(old.x_test[place], 50, reshape=False, order=1) for place in places]
    return OwnDigits(np.stack([np.roll(image, 2, axis=1) for image in turned]), np.full(20, 7, np.uint8))


@pytest.fixture(scope="module")
def alone(old: OldDigits, sevens: OwnDigits) -> Lesson:
    return teach(*shipped.load(), sevens, old, Plan())


@pytest.fixture(scope="module")
def mixed(old: OldDigits, sevens: OwnDigits) -> Lesson:
    return teach(*shipped.load(), sevens, old, Plan(mix=0.5))


def test_my_score_rises_the_old_one_falls_and_both_are_told(alone: Lesson) -> None:
    assert alone.own[-1] > alone.own[0]
    assert alone.old[-1] < alone.old[0]
    told = outcome(alone)
    assert "Your score rose" in told
    assert "The score on MNIST fell" in told
    assert "catastrophic forgetting" in told
    assert "Mix in old digits" in told


def test_old_digits_mixed_in_keep_more_of_what_was_known(alone: Lesson, mixed: Lesson) -> None:
    assert mixed.own[-1] > mixed.own[0]
    assert mixed.old[-1] > alone.old[-1]
    assert "Mix in old digits" not in outcome(mixed)


def test_the_same_lesson_gives_the_same_weights(old: OldDigits, sevens: OwnDigits, mixed: Lesson) -> None:
    spec, before = shipped.load()
    again = teach(spec, before, sevens, old, Plan(mix=0.5))
    assert again.steps == mixed.steps
    assert all(np.array_equal(again.weights[name], mixed.weights[name]) for name in mixed.weights)
    assert not np.array_equal(before["dense/kernel"], mixed.weights["dense/kernel"])  # what was given stays


def test_scores_are_of_the_drawings_that_are_held_back(sevens: OwnDigits, alone: Lesson) -> None:
    assert alone.held_back.tolist() == list(range(1, 20, 3))
    network = as_network(shipped.load()[0], alone.weights)
    right = answers(network, as_rows(sevens.images[alone.held_back])).argmax(axis=1) == 7
    assert alone.own[-1] == right.mean()
    assert alone.steps[0] == 0
    assert alone.steps[-1] == 20  # 13 drawings are one batch


def test_drawings_that_changed_their_answer_are_those_that_did(sevens: OwnDigits, alone: Lesson) -> None:
    found = {row.place: row for row in changed(alone, sevens)}
    for place, before, after in zip(alone.held_back, alone.before, alone.after, strict=True):
        assert (int(place) in found) == (before.argmax() != after.argmax())
        if int(place) in found:
            assert found[int(place)].before.startswith(f"{before.argmax()} (")
            assert found[int(place)].right == (after.argmax() == 7)
    assert found


@pytest.mark.parametrize("own", [(0.5, 0.8), (0.8, 0.5), (1.0, 1.0), (0.5, 0.5)])
@pytest.mark.parametrize("old_scores", [(0.98, 0.9), (0.9, 0.98), (0.98, 0.98)])
def test_every_sentence_is_silent_unless_it_is_true(
    alone: Lesson, own: tuple[float, float], old_scores: tuple[float, float]
) -> None:
    told = outcome(replace(alone, own=own, old=old_scores))
    assert ("Your score rose" in told) == (own[1] > own[0])
    assert ("Your score fell" in told) == (own[1] < own[0])
    assert ("The score on MNIST fell" in told) == ("forgetting" in told) == (old_scores[1] < old_scores[0])
    assert ("did not rise" in told) == (own[1] <= own[0] and own[0] < 1)
    assert ("all of your held-back drawings before" in told) == (own == (1.0, 1.0))
    assert ("no worse" in told) == (own[1] > own[0] and old_scores[1] >= old_scores[0])


@pytest.mark.parametrize("activation", sorted(set(ACTIVATIONS) & {"relu", "tanh", "gelu", "sigmoid"}))
def test_gradients_are_those_of_finite_differences(activation: str) -> None:
    spec = NetworkSpec(hidden=(6, 5), activation=activation, dropout=0.0)
    network = as_network(spec, weights(spec))
    network = network.with_arrays([array.astype(np.float64) for array in network.arrays])
    rng = np.random.default_rng(1)
    inputs, labels = rng.random((4, 784)), np.array([1, 7, 3, 7])
    slopes = gradients(network, inputs, labels)
    for place, array in enumerate(network.arrays):
        at = tuple(rng.integers(0, size) for size in array.shape)
        sides = []
        for step in (1e-5, -1e-5):
            moved = [one.copy() for one in network.arrays]
            moved[place][at] += step
            sides.append(forward(network.with_arrays(moved), inputs, labels).losses.mean())
        assert slopes[place][at] == pytest.approx((sides[0] - sides[1]) / 2e-5, rel=1e-3, abs=1e-8)


def test_networks_that_cannot_be_taught_are_told_why(digits: Digits) -> None:
    assert cannot_teach(NetworkSpec()) == ""
    convolutional = NetworkSpec(convolutions=(Convolution(4, 3),))
    reasons = {
        NetworkSpec(data="fashion-mnist"): "learnt Fashion-MNIST, not digits",
        convolutional: "without convolutions",
        NetworkSpec(normalisation="batch"): "without batch normalisation",
        NetworkSpec(hidden=(1200, 600)): "parameters; up to 1,000,000",
    }
    for spec, reason in reasons.items():
        assert reason in cannot_teach(spec)
    own = OwnDigits(np.full((2, 28, 28), 9, np.uint8), np.array([1, 1], np.uint8))
    with pytest.raises(TeachingError, match="without convolutions"):
        teach(convolutional, {}, own, old_of(digits), Plan())
    with pytest.raises(TeachingError, match="draw one digit twice"):
        teach(NetworkSpec(), {}, own.without(1), old_of(digits), Plan())


def test_weights_that_grow_beyond_numbers_end_in_a_sentence(digits: Digits) -> None:
    spec = NetworkSpec(hidden=(4,))
    huge = {name: np.full_like(weight, 3e38) for name, weight in weights(spec).items()}
    own = OwnDigits(np.full((2, 28, 28), 9, np.uint8), np.array([1, 1], np.uint8))
    with np.errstate(all="ignore"), pytest.raises(TeachingError, match="lower learning rate"):
        teach(spec, huge, own, old_of(digits), Plan(epochs=1))
