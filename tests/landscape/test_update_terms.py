"""The story of an update holds: its parts add up to the step, its lines carry the step's numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from netlab.formatting import column
from netlab.landscape.descent import descend
from netlab.landscape.height_map import height_map
from netlab.landscape.surfaces import SURFACES
from netlab.landscape.update_terms import parts, update_lines
from netlab.nn.optimizers import OPTIMIZERS

SETTINGS = [
    {}, {"weight_decay": 0.1}, {"clipvalue": 0.5}, {"use_ema": True, "ema_overwrite_frequency": 3},
    {"gradient_accumulation_steps": 4}, {"loss_scale_factor": 8.0},
]  # fmt: skip


@pytest.mark.parametrize("key", OPTIMIZERS)
@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_memory_and_slope_add_up_and_every_step_can_be_told(key: str, settings: dict[str, Any]) -> None:
    optimizer = OPTIMIZERS[key].with_settings(learning_rate=0.01, **settings)
    path = descend(SURFACES["himmelblau"], optimizer, (-0.5, -1.5), steps=12)
    split = parts(optimizer, path)
    assert np.allclose(split.memory + split.slope, path.moves, rtol=1e-5, atol=1e-7)
    for step in range(12):
        lines = update_lines(optimizer, path, step)
        assert column(path.weights[step + 1]) in lines[-1]
        assert all(line.count("{") == line.count("}") for line in lines)


@pytest.mark.parametrize(
    "key",
    ["momentum", "nesterov", "rmsprop", "rmsprop-centered", "adam", "amsgrad", "adamw", "adamax", "nadam"],
)
def test_the_slope_s_part_points_down_the_slope(key: str) -> None:
    """Each rule here divides the slope by positive numbers only, so what it adds has the slope's opposite sign."""
    optimizer = OPTIMIZERS[key]
    if "momentum" in optimizer.values:
        optimizer = optimizer.with_settings(momentum=0.8)
    optimizer = optimizer.with_settings(learning_rate=0.01, weight_decay=0.0)
    path = descend(SURFACES["himmelblau"], optimizer, (-0.5, -1.5), steps=40)
    split = parts(optimizer, path)
    assert np.abs(split.memory[1:]).max() > 1e-4
    clear = np.abs(path.gradients) > 1e-2
    assert (np.sign(split.slope) == -np.sign(path.gradients))[clear].all()


def test_momentum_told_with_numbers() -> None:
    optimizer = OPTIMIZERS["momentum"].with_settings(learning_rate=0.5, momentum=0.5)
    path = descend(SURFACES["saddle"], optimizer, (1.0, 1.0), steps=2)
    first, *_ = update_lines(optimizer, path, 1)
    assert (
        first
        == r"m = 0.5 \, \begin{pmatrix}-1\\1\end{pmatrix} - 0.5 \, \begin{pmatrix}0\\-4\end{pmatrix} = \begin{pmatrix}-0.5\\2.5\end{pmatrix}"
    )


@pytest.mark.parametrize("key", SURFACES)
def test_every_terrain_has_finite_heights_that_rise_with_the_loss(key: str) -> None:
    made = height_map(SURFACES[key], count=21)
    heights, losses = made.height(made.losses).ravel(), made.losses.ravel()
    assert np.isfinite(heights).all()
    assert (np.diff(heights[np.argsort(losses)]) >= 0).all()
    assert bool(made.scale_note) == made.logarithmic


def test_a_height_that_is_no_number_stays_none() -> None:
    made = height_map(SURFACES["ravine"], "logarithmic")
    assert np.isnan(made.height([np.nan, np.inf])).all()
    assert made.height(0.0) == np.float32(np.log10(made.floor))


def test_what_is_added_is_named_in_full() -> None:
    """With weight decay the move is more than Δ, and an average put in the weights' place is no Δ at all."""
    start = (-9.0, 1.5)
    path = descend(SURFACES["ravine"], OPTIMIZERS["adamw"], start, steps=4)
    assert update_lines(OPTIMIZERS["adamw"], path, 0)[-1].startswith(r"w - \eta\lambda w + \Delta = ")
    averaged = OPTIMIZERS["adam"].with_settings(use_ema=True, ema_overwrite_frequency=2)
    path = descend(SURFACES["ravine"], averaged, start, steps=4)
    for step in (
        0,
        2,
    ):  # at the first step the average is the weights themselves, and yet not put in their place
        assert update_lines(averaged, path, step)[-1].startswith(r"w + \Delta = ")
    assert update_lines(averaged, path, 3)[-1].startswith(r"w \leftarrow \text{average} = ")
    assert "average of the weights" in update_lines(averaged, path, 3)[-2]
