"""A name that nobody knows is refused with those that are known; it never falls through to a default."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from netlab.__main__ import main
from netlab.landscape.neuron_surface import neuron_surface
from netlab.nets import keras_model as nets_keras
from netlab.nets.keras_script import keras_script
from netlab.nets.numpy_model import predict
from netlab.nets.spec import Dense, NetworkSpec, SpecError
from netlab.nn.mlp import Network
from netlab.nn.optimizers.base import UnknownOptimizer
from netlab.training.compiled_loop import Trainer
from netlab.training.fused_updates import updater

KNOWN = {
    "loss": "mean_squared_error", "optimizer": "nesterov", "schedule": "cosine", "activation": "softplus",
    "initializer": "he_normal",
}  # fmt: skip


def smuggled(name: str) -> NetworkSpec:
    """A spec with a name that its own checks would refuse, as a later version's might be."""
    spec = NetworkSpec(hidden=(4,))
    object.__setattr__(spec, name, "cross_hinge")
    return spec


def weights(spec: NetworkSpec) -> dict[str, Any]:
    return {"dense/kernel": np.ones((784, 4)), "dense/bias": np.ones(4)}


ENTRIES: list[tuple[str, Callable[[NetworkSpec], object]]] = [
    ("loss", nets_keras.loss),
    ("loss", keras_script),
    ("loss", Trainer),
    ("optimizer", nets_keras.optimizer),
    ("optimizer", keras_script),
    ("schedule", keras_script),
    ("activation", lambda spec: predict(spec, weights(spec), np.zeros((1, 28, 28), np.float32))),
]


@pytest.mark.parametrize(("name", "entry"), ENTRIES)
def test_behind_the_checks_too(name: str, entry: Callable[[NetworkSpec], object]) -> None:
    with pytest.raises(SpecError, match=f"{name} must be one of .*{KNOWN[name]}.*cross_hinge"):
        entry(smuggled(name))


def test_an_update_names_the_optimizers_that_there_are() -> None:
    with pytest.raises(UnknownOptimizer, match=r"'cross_hinge' is not an optimizer.* adam,"):
        updater(smuggled("optimizer"), [])


@pytest.mark.parametrize("name", ["activation", "initializer"])
def test_keras_refuses_what_it_is_asked_to_build(name: str) -> None:
    with pytest.raises(ValueError, match="cross_hinge"):
        nets_keras.build(smuggled(name))


@pytest.mark.parametrize("name", KNOWN)
def test_a_spec_and_its_json_name_the_known_ones(name: str) -> None:
    asked: dict[str, Any] = {name: "cross_hinge"}
    makes: tuple[Callable[[], NetworkSpec], ...] = (
        lambda: NetworkSpec(**asked),
        lambda: replace(NetworkSpec(), **asked),
        lambda: NetworkSpec.from_json(asked),
    )
    for make in makes:
        with pytest.raises(SpecError, match=f"{name} must be one of .*{KNOWN[name]}"):
            make()


def test_a_layer_of_its_own_too() -> None:
    with pytest.raises(SpecError, match=r"activation must be one of .*softplus"):
        NetworkSpec(hidden=(Dense(8, "cross_hinge"),))


@pytest.mark.parametrize("name", KNOWN)
def test_the_command_line_lists_the_known_ones(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["train", f"--{name}", "cross_hinge"])
    assert ended.value.code == 2
    assert KNOWN[name] in capsys.readouterr().err


def test_the_lessons_networks_too() -> None:
    with pytest.raises(ValueError, match=r"loss must be cross_entropy or quadratic; got"):
        Network.drawn((2, 2), ("sigmoid",), loss="cross_hinge", seed=0)
    with pytest.raises(ValueError, match=r"Unknown activation .*sigmoid"):
        Network.drawn((2, 2), ("cross_hinge",), loss="quadratic", seed=0)
    with pytest.raises(ValueError, match=r"not a loss here\. Choose from cross-entropy, quadratic"):
        neuron_surface("sigmoid", "cross_hinge")
