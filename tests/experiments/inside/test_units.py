"""What units are worth, against networks in which they are silent; dead ones, twins, and what they add."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from netlab.experiments.inside import units
from netlab.experiments.inside.answers import activations, ask
from netlab.experiments.inside.calibration import mean_loss
from netlab.experiments.inside.lesion import units_in, without
from netlab.nets.numpy_model import layer_outputs
from tests.experiments.inside.networks import (
    CONVOLUTIONAL,
    DEEP,
    DENSE,
    EVERY,
    NORMALISED,
    drawn_pictures,
    drawn_weights,
    pixels,
)

IMAGES, LABELS = drawn_pictures(80)


def test_what_a_unit_is_worth_is_what_silencing_it_costs() -> None:
    for spec in EVERY.values():
        weights = drawn_weights(spec)
        whole = ask(spec, weights, IMAGES)
        for place in range(len(layer_outputs(spec, weights, pixels(IMAGES[:1]))) - 1):
            found = units.inspect(spec, weights, IMAGES, LABELS, place).worth
            assert found.judged_on == len(LABELS)
            for unit in range(units_in(spec, place)):
                left = without(spec, weights, IMAGES, place, [unit])
                rise = mean_loss(left.logits, LABELS) - mean_loss(whole.logits, LABELS)
                assert found.loss[unit] == pytest.approx(rise, abs=2e-6)
                fall = whole.accuracy(LABELS) - left.accuracy(LABELS)
                assert found.accuracy[unit] == pytest.approx(fall, abs=1e-9)


def test_a_layer_too_wide_is_weighed_on_fewer_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units, "MOST_PRODUCTS", 1e5)
    monkeypatch.setattr(units, "MOST_BYTES", 40 * 4 * 24 * 24 * 5)
    layer = units.inspect(CONVOLUTIONAL, drawn_weights(CONVOLUTIONAL), IMAGES, LABELS, 0)
    assert len(layer.places) == len(layer.values) == 40
    assert 1 <= layer.worth.judged_on < 40
    np.testing.assert_array_equal(layer.places, np.arange(40) * 2)


def test_dead_units_and_twins_are_found() -> None:
    weights = drawn_weights(DENSE)
    kernel, bias = weights["dense/kernel"], weights["dense/bias"]
    bias[:] = 3  # all others answer
    kernel[:, 3], bias[3] = -1, -1  # never above 0
    kernel[:, 8], bias[8] = kernel[:, 5] * 2, bias[5] * 2
    kernel[:, 9] = 0  # the same for every picture, though not 0
    bias[9] = 1
    layer = units.inspect(DENSE, weights, IMAGES, LABELS, 0)
    assert np.flatnonzero(layer.dead).tolist() == [3, 9]
    assert (layer.twins[5], layer.twins[8]) == (8, 5)
    assert np.flatnonzero(layer.twins >= 0).tolist() == [5, 8]
    assert layer.worth.loss[3] == 0


def test_units_that_answer_alike_are_twins_though_their_weights_differ() -> None:
    answers = np.array([[0, 0, 1], [1, 2, 0], [2, 4, 5], [3, 6, 1]], np.float32)
    coming = np.eye(3, dtype=np.float32)
    none = np.zeros(3, bool)
    assert units.twins(coming, answers, none).tolist() == [1, 0, -1]
    assert units.twins(coming, answers, np.array([True, False, False])).tolist() == [-1, -1, -1]


def test_what_a_unit_adds_sums_to_the_ten_sums() -> None:
    weights = drawn_weights(DENSE)
    values = activations(DENSE, weights, IMAGES, 0)
    total = sum(
        units.adds(values, LABELS, units.outgoing(DENSE, weights, 0, unit)[0], unit) for unit in range(24)
    )
    logits = ask(DENSE, weights, IMAGES).logits
    means = np.stack([logits[k == LABELS].mean(axis=0) for k in range(10)])
    np.testing.assert_allclose(total + weights["dense_1/bias"], means, atol=1e-5)


def test_the_pictures_that_excite_most_and_least() -> None:
    values = activations(DENSE, drawn_weights(DENSE), IMAGES, 0)
    most, least = units.exciting(values, 4, 7)
    assert values[most[0], 4] == values[:, 4].max()
    assert values[least[0], 4] == values[:, 4].min()
    assert values[most, 4].min() >= np.sort(values[:, 4])[-7]
    assert len(most) == len(least) == 7


def test_a_weight_picture_is_the_unit_s_weights_with_normalisation_worked_in() -> None:
    weights = drawn_weights(NORMALISED)
    layer = units.inspect(NORMALISED, weights, IMAGES, LABELS, 0)
    drawn = units.pictures(NORMALISED, weights, IMAGES, layer)
    assert drawn.shape == (20, 28, 28)
    coming = units.incoming(NORMALISED, weights, 0)
    flat = IMAGES.reshape(len(IMAGES), -1).astype(np.float32) / 255
    sums = flat @ drawn.reshape(20, -1).T + coming[:, -1]
    np.testing.assert_allclose(np.maximum(sums, 0), layer.values, atol=1e-4)


def test_a_later_unit_s_picture_is_what_excites_it() -> None:
    weights = drawn_weights(DEEP)
    layer = units.inspect(DEEP, weights, IMAGES, LABELS, 1)
    drawn = units.pictures(DEEP, weights, IMAGES, layer)
    shares = layer.answers[:, 2] - layer.answers[:, 2].min()
    expected = np.average(IMAGES / 255, axis=0, weights=shares) - (IMAGES / 255).mean(axis=0)
    np.testing.assert_allclose(drawn[2], expected, atol=1e-5)


@pytest.mark.parametrize(("count", "side"), [(3, 28), (units.FINE + 1, 14)])
def test_packed_pictures_are_within_half_a_step(count: int, side: int) -> None:
    drawn = np.random.default_rng(0).normal(0, 1, (count, 28, 28)).astype(np.float32)
    drawn[1] = 0
    text, packed_side = units.packed(drawn)
    assert packed_side == side
    levels = np.frombuffer(base64.b64decode(text), np.int8).reshape(count, side, side)
    shown = drawn.reshape(count, side, 28 // side, side, 28 // side).mean(axis=(2, 4))
    largest = np.abs(shown).max(axis=(1, 2), keepdims=True)
    np.testing.assert_allclose(levels * largest / 127, shown, atol=float(largest.max()) / 250)
    assert not levels[1].any()
    assert len(text) < 140_000


def test_feature_maps_are_the_convolution_s_outputs() -> None:
    weights = drawn_weights(CONVOLUTIONAL)
    outputs = layer_outputs(CONVOLUTIONAL, weights, pixels(IMAGES[:1]))
    for place in (0, 1):
        found = units.maps(CONVOLUTIONAL, weights, IMAGES[0], place)
        np.testing.assert_allclose(found, np.moveaxis(outputs[place][0], -1, 0), atol=1e-6)


@pytest.mark.parametrize(("count", "most"), [(10, 3), (10, 10), (10, 99), (7, 0)])
def test_spread_places_are_even_and_different(count: int, most: int) -> None:
    found = units.spread(count, most)
    assert len(set(found.tolist())) == len(found) == max(1, min(count, most))
    assert found.max() < count
