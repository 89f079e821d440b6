"""Where there is no slope the page says what the walk does there: it stays, or it leaves and why."""

from __future__ import annotations

import numpy as np
import pytest

from netlab.landscape.at_rest import rest_told, rests, stands_without_slope
from netlab.landscape.descent import Path, descend
from netlab.landscape.formula import surface_from
from netlab.landscape.stability import stability_limit
from netlab.landscape.surface import Surface
from netlab.landscape.surfaces import SURFACES
from netlab.landscape.verdict import ruler_told, verdict
from netlab.nn.optimizers import OPTIMIZERS, Optimizer

MINIMA = [
    pytest.param(surface, surface.minima[0].point, id=name)
    for name, surface in SURFACES.items()
    if surface.minima
]


def walked(surface: Surface, optimizer: Optimizer, start: tuple[float, float]) -> Path:
    return descend(surface, optimizer, start, steps=100)


@pytest.mark.parametrize("rate", [1e-3, 0.05, 1.0, 100.0])
@pytest.mark.parametrize("key", OPTIMIZERS)
@pytest.mark.parametrize(("surface", "minimum"), MINIMA)
def test_from_every_minimum_the_page_says_why_a_walk_stays_or_leaves(
    surface: Surface, minimum: tuple[float, float], key: str, rate: float
) -> None:
    optimizer = OPTIMIZERS[key].with_settings(learning_rate=rate)
    path = walked(surface, optimizer, minimum)
    reason = rest_told(surface, optimizer, path, 0)
    found = verdict(surface, optimizer, path)
    reach = float(np.nanmax(np.abs(path.weights - path.weights[0])))
    assert reason
    assert reason in found.text or found.title == "Diverged."
    if reach == 0.0:
        assert found.title == "It stays where it began."
        assert "stays" in reason
    elif reach > 1e-4 * surface.domain.diagonal:
        assert any(word in reason for word in ("leaves", "so long", "each step makes that larger"))
        assert found.title != "It stays where it began."
    assert ("weight decay" in reason) <= (OPTIMIZERS[key].values["weight_decay"] > 0)


@pytest.mark.parametrize("rate", [0.001, 0.05, 100.0])
@pytest.mark.parametrize(("surface", "minimum"), MINIMA)
def test_the_ruler_never_says_that_a_walk_diverges_which_stands_still(
    surface: Surface, minimum: tuple[float, float], rate: float
) -> None:
    optimizer = OPTIMIZERS["sgd"].with_settings(learning_rate=rate)
    path = walked(surface, optimizer, minimum)
    limit = stability_limit(surface, optimizer, path.weights[0], path.state(0))
    reason = ruler_told(surface, optimizer, path, 0, limit)
    assert "diverges here" not in reason
    if rests(path, 0) and stands_without_slope(surface, path, 0):
        assert reason.startswith(
            "The slope here is exactly 0 (a minimum). So plain gradient descent stays. A touch beside it:"
        )


def test_booth_s_minimum_at_rate_100() -> None:
    booth, rule = SURFACES["booth"], OPTIMIZERS["sgd"].with_settings(learning_rate=100.0)
    path = walked(booth, rule, (1.0, 3.0))
    assert verdict(booth, rule, path).title == "It stays where it began."
    reason = ruler_told(booth, rule, path, 0, stability_limit(booth, rule, (1.0, 3.0)))
    assert (
        "So plain gradient descent stays. A touch beside it: Gradient descent would swing outward here beyond a rate of 0.111"
        in reason
    )


@pytest.mark.parametrize(
    ("surface", "start", "kind"),
    [
        (SURFACES["saddle"], (0.0, 0.0), " (a saddle)"),
        (SURFACES["monkey-saddle"], (0.0, 0.0), " (a saddle)"),
        (surface_from("5"), (1.0, 1.0), " (flat ground)"),
        (surface_from("0*x"), (1.0, 1.0), " (flat ground)"),
        (surface_from("-x^2-y^2"), (0.0, 0.0), " (a maximum)"),
        (surface_from("x^4+y^4"), (0.0, 0.0), " (flat ground)"),
    ],
)
def test_every_kind_of_place_without_slope_is_named(
    surface: Surface, start: tuple[float, float], kind: str
) -> None:
    path = walked(surface, OPTIMIZERS["sgd"], start)
    assert (
        rest_told(surface, OPTIMIZERS["sgd"], path, 0)
        == f"The slope here is exactly 0{kind}. So plain gradient descent stays."
    )


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_where_there_is_slope_nothing_is_said_of_rest(key: str) -> None:
    for surface in SURFACES.values():
        path = walked(surface, OPTIMIZERS[key], surface.start)
        assert not stands_without_slope(surface, path, 0)
        assert rest_told(surface, OPTIMIZERS[key], path, 0) == ""


def test_decay_and_memory_are_told_only_where_they_move_the_walk() -> None:
    himmelblau, adamw = SURFACES["himmelblau"], OPTIMIZERS["adamw"].with_settings(learning_rate=1.0)
    assert "its weight decay draws the weights towards 0" in rest_told(
        himmelblau, adamw, walked(himmelblau, adamw, (3.0, 2.0)), 0
    )
    without = adamw.with_settings(weight_decay=0.0)
    assert "So AdamW stays" in rest_told(himmelblau, without, walked(himmelblau, without, (3.0, 2.0)), 0)
    bowl, momentum = surface_from("max(x,0)^2"), OPTIMIZERS["momentum"].with_settings(learning_rate=0.1)
    path = walked(bowl, momentum, (1.0, 0.0))
    rolling = next(step for step in range(1, path.steps) if stands_without_slope(bowl, path, step))
    assert "what Momentum remembers of the steps before carries it on" in rest_told(
        bowl, momentum, path, rolling
    )


def test_the_last_step_of_a_walk_that_has_stopped_says_that_it_stays() -> None:
    booth, rule = SURFACES["booth"], OPTIMIZERS["sgd"].with_settings(learning_rate=0.05)
    path = descend(booth, rule, booth.start, steps=1000)
    assert "So plain gradient descent stays" in rest_told(booth, rule, path, 1000)
    short = descend(booth, rule, booth.start, steps=3)
    assert rest_told(booth, rule, short, 3) == ""
