"""All that the landscape page and the race compute from a typed formula, over random formulas, starts, steps and optimizers.

200 of them here; for a night's work, NETLAB_FORMULAS=5000 python -m pytest tests/landscape/test_chain.py
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from netlab.landscape.descent import Path, descend, newton, random_search
from netlab.landscape.figures import loss_against_step, loss_contours, loss_surface, stars
from netlab.landscape.formula import FUNCTIONS, FormulaError, surface_from
from netlab.landscape.height_map import HeightMap, height_map
from netlab.landscape.keras_script import path_script
from netlab.landscape.race.fair_race import fair_race
from netlab.landscape.race.figures import race_losses, race_map, rate_curves
from netlab.landscape.race.view.descriptions import RATES, decay_told, largest_told, origin_told, race_told
from netlab.landscape.race.view.race import lowest
from netlab.landscape.stability import stability_limit
from netlab.landscape.surface import Domain, Surface
from netlab.landscape.update_terms import update_lines
from netlab.landscape.verdict import ruler_told, verdict
from netlab.landscape.view import stability_bar, update, walk
from netlab.nn.optimizers import OPTIMIZERS, Optimizer

COUNT = int(os.environ.get("NETLAB_FORMULAS", "200"))
BATCH = 50
NUMBERS = (
    "0",
    "1",
    "2",
    "-1",
    "0.5",
    "3",
    "10",
    "100",
    "700",
    "1000",
    "1e-300",
    "1e300",
    "1e-7",
    "1e9",
    "pi",
    "e",
)
WINDOWS = (
    Domain(-5.0, 5.0, -5.0, 5.0), Domain(-10.0, 10.0, -3.0, 3.0), Domain(-1e6, 1e6, -1e6, 1e6), Domain(2.0, 2.001, -1.0, 1.0), Domain(-6.0, -5.0, -6.0, -5.0),
)  # fmt: skip
COORDINATES = (-3.0, 2.5, 0.0, 1.0, -1.0, 30.0, 1e-30, 1e6, -1e6)
COMPUTERS_WORDS = re.compile(r"\d[eE][+-]?\d|\bnan\b|\binf\b|−0(?![.\d])|(?<![\w$^{(,=. \\-])-\d|\b1 steps\b")


def formula(random: np.random.Generator, depth: int) -> str:
    """A formula that reads as mathematics, whatever its value."""
    if depth == 0 or random.random() < 0.15:
        return str(random.choice(["x", "y"])) if random.random() < 0.7 else str(random.choice(NUMBERS))
    part = [formula(random, depth - 1) for _ in range(2)]
    if random.random() < 0.4:
        name = str(random.choice(sorted(FUNCTIONS)))
        return f"{name}({', '.join(part[: FUNCTIONS[name].arguments])})"
    return f"({part[0]}) {random.choice(['+', '-', '*', '/', '^'])} ({part[1]})"


def cases(
    first: int, count: int
) -> Iterator[tuple[int, np.random.Generator, str, Domain, tuple[float, float]]]:
    """Formulas that the page accepts, each with a window and a start; a seed gives the same one for ever."""
    for seed in range(first, first + count):
        random = np.random.default_rng(seed)
        text = formula(random, int(random.integers(1, 5)))
        window = WINDOWS[int(random.choice(len(WINDOWS), p=[0.6, 0.1, 0.1, 0.1, 0.1]))]
        x, y = (float(random.choice(COORDINATES)) for _ in range(2))
        yield seed, random, text, window, (x, y)


def settled(part: Any) -> Any:
    """Data for a figure as JSON has it: a hole (NaN) is null; what is infinite is left as it is, and refused later."""
    if isinstance(part, dict):
        return {name: settled(one) for name, one in part.items()}
    if isinstance(part, np.ndarray | list | tuple):
        return [settled(one) for one in (part.tolist() if isinstance(part, np.ndarray) else part)]
    return None if isinstance(part, float) and np.isnan(part) else part


def drawn(figure: Any) -> None:
    """The figure can be sent: no number in it is infinite, and in its layout none is missing."""
    plain = figure.to_plotly_json()
    plain["layout"].pop("template", None)
    json.dumps(settled(plain["data"]), allow_nan=False)
    json.dumps(json.loads(json.dumps(plain["layout"], allow_nan=False)), allow_nan=False)


def said(*sentences: str) -> None:
    """Every sentence is a reader's, not a computer's."""
    for sentence in sentences:
        assert not COMPUTERS_WORDS.search(sentence), sentence


def landscape_page(
    surface: Surface,
    ground: HeightMap,
    optimizer: Optimizer,
    others: list[Optimizer],
    start: tuple[float, float],
    steps: int,
) -> Path:
    walked = walk.walks(surface, [optimizer, *others], start, steps)
    tracks = [walk.track(one, ground) for one in walked]
    for figure in (
        loss_contours(ground, ("x", "y"), surface.minima, "zoom"),
        loss_surface(ground, ("x", "y"), tracks, "zoom"),
        loss_against_step(tracks, "zoom"),
    ):
        drawn(figure)
    for one in walked:
        found = verdict(surface, one.optimizer, one.path)
        said(found.title, found.text, walk.description(one), walk.leaving(one.path, ground))
        assert found.text
        assert (found.tone == "plain") or found.title
    walk._parts(walked[0])
    path = walked[0].path
    for step in sorted({0, 1, path.steps_taken // 2, path.steps_taken}):
        at = min(step, path.steps_taken)
        limit = stability_limit(surface, optimizer, path.weights[at], path.state(at))
        stability_bar._drawn(limit, float(optimizer.rate_at(at)))
        said(ruler_told(surface, optimizer, path, at, limit))
        stability_bar._text("", limit, stability_bar._tightest(surface, optimizer, path), at)
        if 1 <= step <= path.steps_taken:
            assert all(update_lines(optimizer, path, step - 1))
            update._before(surface, walked[0], step)
            update._update(walked[0], step)
    said(ground.scale_note, stars(surface.minima))
    if optimizer.keras_class:  # else there is no script, and the page says so
        path_script(surface, optimizer, start, steps=steps)
    return path


def race_page(surface: Surface, start: tuple[float, float], steps: int) -> None:
    if not np.isfinite(surface.value(np.array(start))):
        return
    run = fair_race(surface, start, steps=steps, learning_rates=RATES[::5], decay=bool(steps % 2))
    others = {
        "Newton": newton(surface, start, budget=steps + 1),
        "L-BFGS": random_search(surface, start, budget=steps + 1),
        "random search": random_search(surface, start, budget=steps + 1),
    }
    said(
        race_told(run, steps, start),
        origin_told(run),
        largest_told(run),
        decay_told(run, decay=bool(steps % 2)),
    )
    runners = dict(run.ranking)
    floor = lowest(surface, runners, others)
    shown = {*list(runners)[:3], "Newton", "random search"}
    contours = loss_contours(height_map(surface), ("x", "y"), surface.minima, "name")
    for figure in (
        race_losses(runners, others, shown, floor),
        rate_curves(runners, "sgd", shown, floor),
        race_map(contours, runners, shown),
    ):
        drawn(figure)


@pytest.mark.parametrize("first", range(0, COUNT, BATCH))
def test_every_formula_that_is_accepted_is_walked_told_and_drawn(first: int) -> None:
    accepted = 0
    for seed, random, text, window, start in cases(first, min(BATCH, COUNT - first)):
        steps = int(random.choice([1, 2, 10, 60]))
        optimizer = OPTIMIZERS[str(random.choice(list(OPTIMIZERS)))].with_settings(
            learning_rate=float(random.choice([1e-5, 0.05, 1.0, 100.0]))
        )
        others = [OPTIMIZERS[str(key)] for key in random.choice(list(OPTIMIZERS), 2, replace=False)]
        scale: Any = str(random.choice(["auto", "plain", "logarithmic"]))
        try:
            surface = surface_from(text, domain=window, start=(-3.0, 2.5))
        except FormulaError as error:
            assert str(error)
            continue
        accepted += 1
        try:
            landscape_page(surface, height_map(surface, scale), optimizer, others, start, steps)
            if seed % 10 == 0:
                race_page(surface, start, steps)
        except Exception as error:
            error.add_note(
                f"seed {seed}: {text} in {window} from {start}, {optimizer.key}, {steps} steps, {scale}"
            )
            raise
    assert accepted > BATCH // 3


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("exp(700*x)", (1.0, 1.0)),
        ("x^1000", (-3.0, 2.5)),
        ("exp(x^2)", (30.0, 0.0)),
        ("x^1e9", (-3.0, 2.5)),
        ("sin(exp(x*y))", (-3.0, 2.5)),
        ("sqrt(-1-x^2)", (-3.0, 2.5)),
        ("x^100+y^2", (-3.0, 2.5)),
        ("1e300*x", (-3.0, 2.5)),
        ("-exp(x^2)", (25.0, 0.0)),
        ("0*x", (0.0, 0.0)),
        ("1/x", (1e-30, 0.0)),
    ],
)
@pytest.mark.parametrize("scale", ["auto", "plain", "logarithmic"])
def test_formulas_at_the_edge_of_arithmetic_are_walked_told_and_drawn(
    text: str, start: tuple[float, float], scale: Any
) -> None:
    surface = surface_from(text)
    others = [OPTIMIZERS[key] for key in ("lion", "adam", "adafactor")]
    for steps in (1, 60):
        landscape_page(surface, height_map(surface, scale), OPTIMIZERS["sgd"], others, start, steps)
    race_page(surface, start, 10)


def test_a_window_without_any_height_is_told_and_has_no_surface_in_space() -> None:
    surface = surface_from("sqrt(-1-x^2)")
    ground = height_map(surface)
    assert "no height anywhere in this window: choose another" in ground.scale_note
    assert not ground.has_height
    space = loss_surface(ground, ("x", "y"), [], "zoom")
    assert all(trace.type != "surface" for trace in space.data)
    for figure in (space, loss_contours(ground, ("x", "y"), (), "zoom")):
        assert figure.layout.annotations[0].text == "no height in this window"


def test_a_window_with_some_height_is_drawn_and_says_nothing_of_that() -> None:
    ground = height_map(surface_from("log(x) + y^2"))
    assert ground.has_height
    assert "no height" not in ground.scale_note
    space = loss_surface(ground, ("x", "y"), [], "zoom")
    assert space.data[0].type == "surface"
    assert not space.layout.annotations


def test_the_walk_of_an_edge_formula_is_the_core_s() -> None:
    surface = surface_from("exp(x*y)")
    path = landscape_page(surface, height_map(surface), OPTIMIZERS["sgd"], [], (-3.0, 2.5), 10)
    np.testing.assert_array_equal(
        path.weights, descend(surface, OPTIMIZERS["sgd"], (-3.0, 2.5), steps=10).weights
    )
