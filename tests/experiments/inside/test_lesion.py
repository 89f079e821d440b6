"""Lesions against networks that do not have what is taken away, and against the definition of pruning."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from netlab.experiments.inside import lesion
from netlab.experiments.inside.answers import activations, ask, go_on, kernels
from netlab.nets.numpy_model import layer_outputs, predict
from netlab.nets.spec import NetworkSpec
from tests.experiments.inside.networks import (
    CONVOLUTIONAL,
    DENSE,
    EVERY,
    drawn_pictures,
    drawn_weights,
    pixels,
)

IMAGES, LABELS = drawn_pictures(60)
PIXELS = pixels(IMAGES)


def smaller(
    spec: NetworkSpec, weights: dict[str, NDArray[Any]], gone: list[int]
) -> tuple[NetworkSpec, dict[str, NDArray[Any]]]:
    """The network without some units of its first dense hidden layer, the units really taken away."""
    left = [unit for unit in range(spec.layers[0].units) if unit not in gone]
    found = {**weights}
    for name in weights:
        if name.startswith("dense/") or name.startswith("batch_normalization/"):
            found[name] = weights[name][..., left]
    found["dense_1/kernel"] = weights["dense_1/kernel"][left]
    return replace(spec, hidden=(len(left), *spec.hidden[1:])), found


@pytest.mark.parametrize("name", ["dense", "deep", "normalised"])
@given(gone=st.lists(st.integers(0, 19), max_size=19, unique=True))
def test_silent_units_are_units_that_are_not_there(name: str, gone: list[int]) -> None:
    spec = EVERY[name]
    weights = drawn_weights(spec)
    values = activations(spec, weights, IMAGES, 0)
    found = lesion.without(spec, weights, IMAGES, 0, gone, values=values)
    np.testing.assert_allclose(found.probabilities, predict(*smaller(spec, weights, gone), PIXELS), atol=1e-5)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_silent_filter_or_unit_of_a_convolutional_network_gives_zeros(place: int) -> None:
    spec, weights = CONVOLUTIONAL, drawn_weights(CONVOLUTIONAL)
    values = activations(spec, weights, IMAGES, place)
    zeroed = values.copy()
    zeroed[..., [1, 3]] = 0
    expected = go_on(spec, weights, zeroed, place)
    for known in (values, None):
        found = lesion.without(spec, weights, IMAGES, place, [3, 1], values=known)
        np.testing.assert_allclose(found.logits, expected.logits, atol=1e-5)


def test_a_cut_connection_takes_one_product_away() -> None:
    weights = drawn_weights(DENSE)
    values = activations(DENSE, weights, IMAGES, 0)
    before = ask(DENSE, weights, IMAGES).logits
    after = lesion.without(DENSE, weights, IMAGES, 0, (), [(5, 7)], values=values).logits
    np.testing.assert_allclose(
        before[:, 7] - after[:, 7], values[:, 5] * weights["dense_1/kernel"][5, 7], atol=1e-5
    )
    np.testing.assert_allclose(np.delete(before, 7, 1), np.delete(after, 7, 1), atol=1e-5)


def test_weights_are_left_as_they_are() -> None:
    weights = drawn_weights(DENSE)
    before = {name: weight.copy() for name, weight in weights.items()}
    lesion.without(DENSE, weights, IMAGES, 0, [1], [(2, 3)])
    lesion.pruned(DENSE, weights, 0.7, together=True)
    lesion.pruned(DENSE, weights, 0.7, together=False)
    for name, weight in before.items():
        np.testing.assert_array_equal(weights[name], weight)


@pytest.mark.parametrize("spec", EVERY.values(), ids=EVERY)
def test_going_on_from_a_layer_gives_what_the_whole_way_gives(spec: NetworkSpec) -> None:
    weights = drawn_weights(spec)
    outputs = layer_outputs(spec, weights, PIXELS)
    np.testing.assert_allclose(ask(spec, weights, IMAGES).logits, outputs[-1], atol=1e-5)
    for place, output in enumerate(outputs[:-1]):
        values = activations(spec, weights, IMAGES, place)
        np.testing.assert_allclose(values, output, atol=1e-5)
        np.testing.assert_allclose(go_on(spec, weights, values, place).logits, outputs[-1], atol=1e-5)


@pytest.mark.parametrize("together", [True, False])
@given(share=st.floats(0, 1))
def test_pruning_takes_the_smallest_weights_and_no_bias(together: bool, share: float) -> None:
    weights = drawn_weights(CONVOLUTIONAL)
    found = lesion.pruned(CONVOLUTIONAL, weights, share, together=together)
    names = [f"{row.name}/kernel" for row in kernels(CONVOLUTIONAL)]
    for group in [names] if together else [[name] for name in names]:
        before = np.concatenate([weights[name].ravel() for name in group])
        after = np.concatenate([found[name].ravel() for name in group])
        gone = after == 0
        assert gone.sum() == int(share * len(before))
        np.testing.assert_array_equal(after[~gone], before[~gone])
        if gone.any() and not gone.all():
            assert np.abs(before[gone]).max() <= np.abs(before[~gone]).min()
    for name in weights.keys() - set(names):
        np.testing.assert_array_equal(found[name], weights[name])


def test_a_curve_begins_with_the_whole_network() -> None:
    weights = drawn_weights(DENSE)
    curve = lesion.prune_curve(DENSE, weights, IMAGES, LABELS, together=False)
    assert len(curve) == len(lesion.SHARES)
    assert curve[0] == ask(DENSE, weights, IMAGES).accuracy(LABELS)
    half = lesion.pruned(DENSE, weights, 0.5, together=False)
    assert curve[lesion.SHARES.index(0.5)] == ask(DENSE, half, IMAGES).accuracy(LABELS)
