"""Sentences on one picture, one batch and a network asked backwards: each stands where its numbers earn it, else not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from netlab.experiments.inside.backwards import Climb
from netlab.experiments.inside.backwards_words import (
    change_words,
    climb_words,
    frame_words,
    nearest_of_class,
    other_words,
    prediction_outcome,
)
from netlab.experiments.inside.batch_words import (
    arrow_words,
    batch_words,
    example_words,
    odd_one_out,
    outlier,
    quarter_words,
    steadying_words,
)
from netlab.experiments.inside.passage import Passage, after_step, walk, wishes
from netlab.experiments.inside.passage_words import read_as, step_words, weight_name, wish_words
from netlab.experiments.inside.per_example import PerExample, Plane, Steadying
from netlab.nets.smallest_change import Change
from netlab.nn.mlp import Network

CLASSES = ("shirt", "bag", *"abcdefgh")


def passage(label: int = 3, scale: float = 1.0) -> Passage:
    network = Network.drawn((784, 9, 10), ("tanh", "softmax"), loss="cross_entropy", seed=1)
    network = network.with_arrays([scale * array for array in network.arrays])
    return walk(network, np.random.default_rng(0).random((28, 28)), label)


def plain_words(text: str) -> str:
    return text.replace("\xa0", " ")


def test_what_is_read_is_told_by_name() -> None:
    guess = passage().guess
    right, wrong = read_as(passage(guess), CLASSES, "it"), read_as(passage((guess + 1) % 10), CLASSES, "it")
    assert f"reads it as **{CLASSES[guess]}**" in right
    assert "which is right" in right
    assert "which is right" not in wrong
    assert f"The right answer is **{CLASSES[(guess + 1) % 10]}**" in wrong
    assert "You meant" in read_as(passage((guess + 1) % 10), CLASSES, "it", known=False)


def test_a_step_says_what_it_did_and_what_was_promised() -> None:
    one = passage()
    small, large = (step_words(one, after_step(one, rate), rate, CLASSES) for rate in (0.0001, 1.0))
    assert "falls from" in small
    assert "No loss is below 0" not in small
    assert "No loss is below 0" in large
    assert "promised" in small
    rising = replace(after_step(one, 0.001), loss=one.loss + 1, promised=one.loss / 2)
    assert "rises from" in step_words(one, rising, 0.001, CLASSES)
    assert "too long" in step_words(one, rising, 0.001, CLASSES)


def test_a_picture_that_is_known_has_little_to_teach() -> None:
    sure = passage(passage().guess, scale=40)
    assert sure.loss < 1e-3
    said = step_words(sure, after_step(sure, 0.01), 0.01, CLASSES)
    assert "little left to learn" in said
    assert "promised" not in said


def test_weights_are_named_by_both_ends() -> None:
    into, out_of = wishes(passage(), 1, 0)[0], wishes(passage(), 1, 1)[0]
    assert weight_name(into, 2, CLASSES) == f"pixel {into.source} → layer 1, unit {into.unit}"
    assert weight_name(out_of, 2, CLASSES) == f"layer 1, unit {out_of.source} → answer {CLASSES[out_of.unit]}"


def test_the_share_of_the_listed_gradients_is_theirs() -> None:
    one = passage()
    every = np.concatenate([array.ravel() for array in one.back.arrays])
    found = wishes(one, 10)
    share = sum(wish.gradient**2 for wish in found) / np.square(every).sum()
    said = plain_words(wish_words(one, found))
    assert f"they are {100 * share:.1f} %" in said
    assert f"{every.size:,} gradients" in said


def batch(count: int = 4) -> tuple[PerExample, Plane]:
    along = np.array([4.0, 1.0, -1.0, 0.0])[:count]
    aside = np.array([1.0, -2.0, 1.0, 0.0])[:count]
    probabilities = np.full((count, 10), 0.05)
    probabilities[:, 1] = 0.55
    labels = np.array([0, 1, 1, 1])[:count]
    examples = PerExample((), (), np.arange(1.0, count + 1), probabilities, labels)
    return examples, Plane(along, aside, np.hypot(along, aside), float(along.mean()), 0.25)


def test_a_batch_says_what_its_arrows_have_in_common() -> None:
    examples, found = batch()
    said = plain_words(batch_words(examples, found, "pictures"))
    assert "1 of 4 pictures is read wrongly." in said
    assert "the step, is **1** long" in said
    assert "1 picture asks for a step that goes against the mean" in said
    assert "The plane shows 25.0 %" in said
    assert (outlier(found), odd_one_out(found)) == (0, 2)


def test_a_batch_that_agrees_has_nobody_against_it() -> None:
    examples, found = batch()
    said = batch_words(examples, replace(found, along=np.abs(found.along), shown=None), "digits")
    assert "against" not in said
    assert "The plane" not in said


def test_a_batch_of_one_is_its_own_step() -> None:
    examples, found = batch(1)
    assert "what this one digit asks for" in batch_words(examples, found, "digits")
    assert "to the step" not in example_words(examples, found, 0, CLASSES, "digit")


def test_one_of_a_batch_says_its_share_in_the_step() -> None:
    examples, found = batch()
    first, third, last = (
        plain_words(example_words(examples, found, place, CLASSES, "picture")) for place in (0, 2, 3)
    )
    assert "labelled **shirt** but read as **bag**, with 55.0 %" in first
    assert "makes 100.0 % of its length" in first
    assert "and read so" in third
    assert "135° to the step and takes 25.0 % of its length away" in third
    assert "to the step" not in last  # it has no length
    assert arrow_words(examples, found, CLASSES)[0] == "shirt, read as bag; loss 1, length 4.12"


def steady(slope: float = -0.5, length: float = 0.5) -> Steadying:
    sizes = (8, 32, 128)
    distances = 4 * np.array(sizes, float) ** slope
    return Steadying(sizes, distances, distances, length, 640, (64,) * 3)


def test_how_the_mean_steadies_is_told_by_its_measured_slope() -> None:
    said = steadying_words(steady(), 32, "digits")
    assert "the power **−0.5**" in said
    assert "half the distance" in said
    assert "chance is 1.41 times the signal" in said
    assert "the signal is 2 times the chance" in steadying_words(steady(length=2 * 4 / 32**0.5), 32, "digits")
    assert "half the distance" not in steadying_words(steady(-0.2), 32, "digits")
    assert "With B" not in steadying_words(steady(), 64, "digits")
    assert "to 50" in plain_words(quarter_words(steady()))
    alike = replace(steady(), distances=np.zeros(3))
    assert "alike" in steadying_words(alike, 32, "digits")
    assert "nothing varies" in quarter_words(alike)


def change(amount: float = 0.2, target: int = 1) -> Change:
    start = np.zeros((28, 28), np.float32)
    end = start.copy()
    end[0, :4] = amount
    before, after = np.full(10, 0.01), np.full(10, 0.01)
    before[0] = after[target] = 0.91
    return Change(start, end, target, before, after, 3)


def test_a_change_says_how_much_of_the_picture_it_takes() -> None:
    said = plain_words(change_words(change(), CLASSES, 4.0))
    assert "read **shirt** with 91.0 %; after the change it reads **bag** with 91.0 %" in said
    assert "4 pixels of 784 change by 0.1" in said
    assert "51 of 255 grey levels" in said
    assert "**0.4** long" in said
    assert "lies 4 away, 10 times as far" in said
    assert "No pixel changes" in change_words(change(0.05), CLASSES, 4.0)
    assert "times as far" not in change_words(change(), CLASSES, 0.3)
    assert "nearest" not in change_words(change(), CLASSES, None)


def test_nothing_has_to_change_where_it_is_read_so_already() -> None:
    assert "already" in change_words(change(0.0), CLASSES, 4.0)
    assert "already" in prediction_outcome(change(0.0), CLASSES, 4.0)
    assert "no change was found" in prediction_outcome(None, CLASSES, 4.0)
    assert "10 % of the way" in plain_words(prediction_outcome(change(), CLASSES, 4.0))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [(0, 1, "falls for it too"), (0, 0, "as it did before"), (0, 5, "before it read shirt")],
)
def test_another_network_is_quoted(before: int, after: int, said: str) -> None:
    given = np.full((2, 10), 0.01)
    given[0, before] = given[1, after] = 0.91
    told = other_words(given, change(), CLASSES)
    assert said in told
    assert f"**{CLASSES[after]}**" in told
    others = {"falls for it too", "as it did before", "before it read"} - {said[:14], said}
    assert not any(one in told for one in others if not one.startswith(said[:14]))


def climbed(score: float, p: float, *, prior: bool) -> Climb:
    probabilities = np.full((2, 10), 0.05)
    probabilities[-1, 1] = p
    return Climb(np.zeros((2, 28, 28), np.float32), (0, 9), np.array([0.0, score]), probabilities, 1, prior)


def test_what_it_likes_best_is_told_with_both_ends() -> None:
    names = ("T-shirt", "Bag", *CLASSES[2:])
    said = climb_words(climbed(40, 0.9, prior=False), climbed(9, 0.8, prior=True), names)
    assert said.startswith("Without a prior its sum z for Bag goes from 0 to **40**")
    assert "With a prior its sum z for Bag goes from 0 to **9**" in said
    assert "not what a person would draw" in said
    assert "person" not in climb_words(climbed(1, 0.2, prior=False), climbed(0.5, 0.2, prior=True), CLASSES)
    assert (
        plain_words(frame_words(climbed(40, 0.9, prior=False), CLASSES)[1])
        == "z = 40; read as bag with 90.0 %"
    )


def test_the_nearest_of_a_class_is_the_nearest() -> None:
    images = np.zeros((3, 28, 28), np.uint8)
    images[1, 0, :4], images[2, 0, 0] = 255, 255
    labels = np.array([0, 1, 1], np.uint8)
    picture = np.zeros((28, 28), np.float32)
    assert nearest_of_class(picture, images, labels, 1) == pytest.approx(1.0)
    assert nearest_of_class(picture, images, labels, 7) is None
