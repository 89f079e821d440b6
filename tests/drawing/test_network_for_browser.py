"""A network for the browser: its layers and weights, or nothing where it cannot be computed there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from netlab.drawing import browser_network as room
from netlab.drawing.browser_network import browser_network
from netlab.nets import shipped
from netlab.nets.spec import Dense, NetworkSpec
from netlab.nets.weight_file import weight_shapes

Weights = dict[str, NDArray[np.float32]]


def some_weights(spec: NetworkSpec, seed: int = 0) -> Weights:
    """Weights of any size that the network could have."""
    rng = np.random.default_rng(seed)
    found = {}
    for name, shape in weight_shapes(spec).items():
        drawn = rng.normal(0, 0.2, shape).astype(np.float32)
        found[name] = np.abs(drawn) + np.float32(0.1) if name.endswith("variance") else drawn
    return found


@pytest.mark.parametrize("name", list(shipped.SHIPPED))
def test_a_network_that_comes_along_goes_in_half_precision_without_loss(name: str) -> None:
    spec, weights = shipped.load(name)
    found = browser_network(spec, weights)
    assert found is not None
    assert found.half
    numbers = np.frombuffer(found.content, "<f2").astype(np.float32)
    np.testing.assert_array_equal(
        numbers, np.concatenate([weights[name].ravel() for name in weight_shapes(spec)])
    )


def test_what_half_precision_would_change_goes_in_single() -> None:
    spec = NetworkSpec(hidden=(8,))
    weights = some_weights(spec)
    found = browser_network(spec, weights)
    assert found is not None
    assert not found.half
    assert len(found.content) == 4 * spec.parameter_count


def test_other_weights_have_another_name() -> None:
    spec = NetworkSpec(hidden=(8,))
    names = {getattr(browser_network(spec, some_weights(spec, seed)), "name", "") for seed in (0, 0, 1)}
    assert len(names) == 2


def test_a_network_too_large_for_the_browser_is_left_to_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = NetworkSpec(hidden=(8,))
    assert browser_network(spec, some_weights(spec)) is not None
    monkeypatch.setattr(room, "MOST_BYTES", 1000)
    assert browser_network(spec, some_weights(spec)) is None


@pytest.mark.parametrize("lost", [{"KINDS": {"Activation"}}, {"ACTIVATIONS": {}}])
def test_what_the_browser_does_not_know_is_left_to_the_server(
    lost: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = NetworkSpec(hidden=(Dense(8),))
    for name, value in lost.items():
        monkeypatch.setattr(room, name, value)
    assert browser_network(spec, some_weights(spec)) is None
