"""The generated Keras script, run as it stands, walks the path that the page draws."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")

import numpy as np
import pytest

from netlab.landscape.descent import descend
from netlab.landscape.formula import surface_from
from netlab.landscape.keras_script import path_script
from netlab.landscape.neuron_surface import NEURON_ACTIVATIONS, neuron_surface
from netlab.landscape.noise.batches import Batches, fields_with_data
from netlab.landscape.surface import Surface
from netlab.landscape.surfaces import SURFACES
from netlab.nn.optimizers import OPTIMIZERS, Optimizer

TYPED = {
    text: surface_from(text)
    for text in (
        "3",
        "x",
        "-x^2 - -y",
        "2^(x/3) + y^-2 - x/(1 + y^2)/2 - (x - (y - 1))",
        "max(x, y)^2 + min(sin(x), cosh(y/3)) + relu(x - 1)*abs(y)",
        "softplus(x) + sigmoid(y)^2*tanh(x) + atan(x*y) + sqrt(1 + x^2) + step(y)*y",
        "log(3 + cos(x)) + exp(-y^2) + tan(x/5) + sinh(y/4) + x*sign(y) + (2 + sin(x))^(y/3)",
    )
}
NEURONS = {name: neuron_surface(name) for name in NEURON_ACTIVATIONS}


def script_path(surface: Surface, optimizer: Optimizer, start: tuple[float, float], steps: int) -> np.ndarray:
    namespace: dict[str, Any] = {"print": lambda *_: None}
    exec(path_script(surface, optimizer, start, steps=steps), namespace)
    return np.reshape(namespace["path"], (-1, 2))  # a rule for matrices has a matrix of one row


def assert_same_walk(
    surface: Surface, optimizer: Optimizer, start: tuple[float, float], steps: int = 25
) -> float:
    ours, theirs = (
        descend(surface, optimizer, start, steps=steps),
        script_path(surface, optimizer, start, steps),
    )
    assert ours.diverged is None
    np.testing.assert_allclose(
        ours.weights, theirs, rtol=0, atol=2e-6 * max(1.0, float(np.abs(theirs).max()))
    )
    return np.mean(ours.weights == theirs)


@pytest.mark.parametrize("key", [key for key, row in OPTIMIZERS.items() if row.keras_class])
def test_every_optimizer_walks_the_scripts_path(key: str) -> None:
    surface = SURFACES["himmelblau"]
    equal = assert_same_walk(surface, OPTIMIZERS[key].with_settings(learning_rate=0.01), surface.start)
    assert equal > 0.95 or OPTIMIZERS[key].for_matrices


@pytest.mark.parametrize("surface", [*SURFACES.values(), *NEURONS.values()], ids=lambda s: s.key)
def test_every_surface_gives_the_scripts_path(surface: Surface) -> None:
    assert_same_walk(
        surface, OPTIMIZERS["sgd"].with_settings(learning_rate=surface.learning_rate), surface.start
    )


@pytest.mark.parametrize("text", TYPED)
def test_typed_formulas_give_the_scripts_path(text: str) -> None:
    assert_same_walk(TYPED[text], OPTIMIZERS["adam"].with_settings(learning_rate=0.05), (0.7, 1.3))


@pytest.mark.parametrize(
    "settings",
    [
        {"clipnorm": 0.5},
        {"global_clipnorm": 0.5, "weight_decay": 0.1},
        {"clipvalue": 0.3, "schedule": "cosine"},
        {"use_ema": True, "ema_overwrite_frequency": 3, "schedule": "piecewise"},
        {"schedule": "cosine-restarts"},
        {"loss_scale_factor": 8.0, "gradient_accumulation_steps": 2, "schedule": "exponential"},
    ],
    ids=str,
)
def test_settings_and_schedules_are_in_the_script(settings: dict[str, Any]) -> None:
    surface = SURFACES["ackley"]
    optimizer = OPTIMIZERS["momentum"].with_settings(learning_rate=0.02, **settings)
    assert_same_walk(surface, optimizer, surface.start)


def test_there_is_no_script_of_an_optimizer_that_keras_does_not_have() -> None:
    alien = replace(OPTIMIZERS["sgd"], title="Alien", keras_class=None)
    assert alien.keras_config() is None
    assert alien.keras_learning_rate is None
    with pytest.raises(ValueError, match="Keras has no optimizer Alien"):
        path_script(SURFACES["booth"], alien, (0, 0), steps=3)


@pytest.mark.parametrize("surface", ["line-fit", "sigmoid-neuron-quadratic", "sigmoid-neuron-cross-entropy"])
def test_the_script_on_batches_walks_the_same_path(surface: str) -> None:
    ground, batches = SURFACES[surface], Batches(3, 7)
    optimizer = OPTIMIZERS["momentum"].with_settings(learning_rate=0.02)
    seen = batches.seen(fields_with_data(ground), 25)
    ours = descend(ground, optimizer, ground.start, steps=25, seen=seen)
    namespace: dict[str, Any] = {"print": lambda *_: None}
    exec(path_script(ground, optimizer, ground.start, steps=25, batches=batches), namespace)
    np.testing.assert_allclose(ours.weights, namespace["path"], rtol=0, atol=1e-5)
    with pytest.raises(ValueError, match="it has no examples"):
        path_script(SURFACES["ravine"], optimizer, (0.0, 1.0), steps=25, batches=batches)
