"""A small network by hand, the article's network opened, a crowd of thinned ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from netlab.lessons.backprop import trained_network
from netlab.lessons.backprop.chain_rule import chain
from netlab.lessons.backprop.gradient_check import central_difference
from netlab.lessons.backprop.small_network import first_example, places, walk, with_values
from netlab.lessons.dropout.ensemble import ensemble
from netlab.nets import shipped_mlp
from netlab.nn.backpropagation import backward
from netlab.nn.mlp import EXAMPLES, forward


@pytest.mark.parametrize(("name", "count"), [("2-2-1", 9), ("2-2-2", 12)])
def test_every_weight_and_bias_has_a_place_and_a_key_of_its_own(name: str, count: int) -> None:
    network = EXAMPLES[name].network
    found = places(network)
    assert len({place.key for place in found}) == len({place.name for place in found}) == count
    changed = with_values(network, {place.key: float(n) for n, place in enumerate(found)})
    assert [place.of(changed.arrays) for place in found] == list(range(count))
    assert with_values(network, {}).arrays[0] is not network.arrays[0]


def test_places_are_named_as_in_the_formulas() -> None:
    found = {place.key: place for place in places(EXAMPLES["2-2-1"].network)}
    assert (found["w1_12"].name, found["w1_12"].latex) == ("w⁽¹⁾₁₂", "w^{(1)}_{1,2}")
    assert (found["b2_1"].name, found["b2_1"].latex) == ("b⁽²⁾₁", "b^{(2)}_{1}")


@given(rate=some.floats(0.05, 5), beta=some.floats(0, 0.95), whole=some.booleans(), x=some.floats(-2, 2))
def test_each_step_of_a_walk_is_the_article_s_update(rate: float, beta: float, whole: bool, x: float) -> None:
    example = first_example("2-2-1", (x, 1.0), 1.0, whole_batch=whole)
    assert len(example.inputs) == (3 if whole else 1)
    found = walk(example.network, example.inputs, example.targets, 5, learning_rate=rate, beta=beta)
    assert (len(found.steps), len(found.gradients), len(found.losses)) == (6, 5, 6)
    for before, after, gradients, loss in zip(found.steps, found.steps[1:], found.gradients, found.losses):
        passed = forward(before.network, example.inputs, example.targets)
        assert loss == passed.losses.mean()
        theirs = backward(before.network, passed, example.targets).arrays
        for v, w, g, t, new_v, new_w in zip(
            before.velocities,
            before.network.arrays,
            gradients,
            theirs,
            after.velocities,
            after.network.arrays,
        ):
            np.testing.assert_array_equal(g, t)
            np.testing.assert_allclose(new_v, beta * v - rate * g, rtol=1e-12, atol=1e-15)
            np.testing.assert_allclose(new_w, w + new_v, rtol=1e-12, atol=1e-15)


def test_the_examples_of_the_project_are_left_alone() -> None:
    before = EXAMPLES["2-2-1"].inputs.copy()
    first_example("2-2-1", (9.0, 9.0), 0.0, whole_batch=True)
    np.testing.assert_array_equal(EXAMPLES["2-2-1"].inputs, before)


def test_the_article_s_network_has_407_050_numbers_and_its_gradients_are_right() -> None:
    assert sum(array.size for array in shipped_mlp.network().arrays) == 407_050
    image = np.random.default_rng(0).integers(0, 256, (28, 28)).astype(np.uint8)
    seen = trained_network.see(image, 4)
    pixel, unit = trained_network.steepest(seen)
    gradient = seen.gradients[0][pixel, unit]
    assert abs(gradient) == np.abs(seen.gradients[0]).max() > 0
    inputs, target = seen.inputs[None], np.array([4])
    assert chain(shipped_mlp.network(), inputs, target, 0, pixel, unit).total == pytest.approx(
        gradient, rel=1e-9
    )
    nudged = central_difference(shipped_mlp.network(), inputs, target, 0, pixel, unit)
    assert nudged == pytest.approx(gradient, rel=1e-5)
    assert shipped_mlp.answers(image[None])[0] == seen.probabilities.argmax()
    np.testing.assert_allclose(
        shipped_mlp.hidden(image[None])[0], seen.passed.activations[1][0], rtol=1e-3, atol=1e-4
    )


def test_a_crowd_without_dropout_is_the_whole_network_again_and_again() -> None:
    generator = np.random.default_rng(0)
    hidden, labels = np.abs(generator.normal(size=(60, 30))), generator.integers(0, 10, 60)
    weights, biases = generator.normal(size=(30, 10)), generator.normal(size=10)
    found = ensemble(hidden, labels, weights, biases, 0.0, generator=generator, networks=4)
    assert found.each.tolist() == [found.whole] * 4
    assert found.together == found.whole


def test_a_crowd_reads_as_its_thinned_networks_one_by_one() -> None:
    generator = np.random.default_rng(1)
    hidden, weights = np.abs(generator.normal(size=(40, 30))), generator.normal(size=(30, 10))
    labels = (hidden @ weights).argmax(axis=1)
    found = ensemble(
        hidden, labels, weights, np.zeros(10), 0.5, generator=np.random.default_rng(2), networks=9
    )
    kept = np.random.default_rng(2).random((9, 30)) >= 0.5
    alone = [np.mean((hidden * mask * 2 @ weights).argmax(axis=1) == labels) for mask in kept]
    np.testing.assert_allclose(found.each, alone)
    assert found.whole == 1.0
    assert found.together > found.each.mean()
