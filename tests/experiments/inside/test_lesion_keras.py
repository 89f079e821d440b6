"""Lesions beside Keras: a network whose units are masked there answers the same."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from netlab.experiments.inside.answers import activations, ask
from netlab.experiments.inside.lesion import pruned, units_in, without
from netlab.nets.keras_model import build
from netlab.nets.spec import NetworkSpec
from tests.experiments.inside.networks import EVERY, drawn_pictures, drawn_weights

IMAGES, _ = drawn_pictures(40)


def masked(spec: NetworkSpec, weights: dict[str, Any], place: int, gone: list[int]) -> Any:
    """Keras's probabilities, the answers of some units multiplied by 0 on the way."""
    model = build(spec)
    model.set_weights(list(weights.values()))
    values = keras.ops.convert_to_tensor(IMAGES.astype(np.float32) / 255)
    mask = np.ones(units_in(spec, place), np.float32)
    mask[gone] = 0
    seen = -1
    for layer in model.layers:
        values = layer(values, training=False)
        acts = isinstance(layer, keras.layers.Activation) or (
            isinstance(layer, keras.layers.Dense | keras.layers.Conv2D) and not normalised_after(spec, layer)
        )
        seen += acts
        if acts and seen == place:
            values = values * mask
    return np.asarray(values)


def normalised_after(spec: NetworkSpec, layer: Any) -> bool:
    """Whether a layer's own activation comes only after its normalisation."""
    return spec.normalises and layer.activation is keras.activations.linear


@pytest.mark.parametrize("name", EVERY)
def test_silent_units_are_masked_units_in_keras(name: str) -> None:
    spec = EVERY[name]
    weights = drawn_weights(spec)
    for place in range(len(spec.convolutions) + len(spec.hidden)):
        gone = [0, 2, units_in(spec, place) - 1]
        values = activations(spec, weights, IMAGES, place)
        found = without(spec, weights, IMAGES, place, gone, values=values)
        np.testing.assert_allclose(found.probabilities, masked(spec, weights, place, gone), atol=2e-5)


@pytest.mark.parametrize("together", [True, False])
def test_a_pruned_network_is_keras_s_with_the_same_weights(together: bool) -> None:
    spec = EVERY["convolutional"]
    left = pruned(spec, drawn_weights(spec), 0.6, together=together)
    model = build(spec)
    model.set_weights(list(left.values()))
    expected = model(IMAGES.astype(np.float32) / 255, training=False)
    np.testing.assert_allclose(ask(spec, left, IMAGES).probabilities, expected, atol=2e-5)
