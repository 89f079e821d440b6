"""The figures of the race draw the numbers they are given, name every colour once, and can be sent to a browser."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from netlab.landscape.descent import DIVERGED, NOWHERE, OTHERS, Budgeted, Runner, basin_map, descend
from netlab.landscape.descent import race as run_race
from netlab.landscape.figures import loss_contours
from netlab.landscape.height_map import height_map
from netlab.landscape.race.figures import race_losses, race_map, rate_curves, tint
from netlab.landscape.race.figures_basins import basins, reached_shares
from netlab.landscape.race.outcomes import TINY, above, classes, destinations, loss_at, shares
from netlab.landscape.surfaces import SURFACES
from netlab.nn.optimizers import OPTIMIZERS

SURFACE = SURFACES["himmelblau"]
SHOWN = {"sgd", "adam", "L-BFGS"}
Others = dict[str, Budgeted]


@pytest.fixture(scope="module")
def runners() -> dict[str, Runner]:
    return run_race(SURFACE, OPTIMIZERS, SURFACE.start, steps=30)


@pytest.fixture(scope="module")
def others() -> Others:
    names = ("Newton", "L-BFGS", "random search")
    return {
        name: way(SURFACE, SURFACE.start, budget=31) for name, way in zip(names, OTHERS.values(), strict=True)
    }


def sendable(figure: go.Figure) -> None:
    """A browser must be able to read it: no NaN among JSON numbers, no bare arrays."""
    plain: dict[str, Any] = figure.to_plotly_json()
    plain["layout"].pop("template", None)
    json.loads(json.dumps(plain, allow_nan=False))


def named(figure: go.Figure) -> list[str]:
    return [trace.name for trace in figure.data]


def test_no_two_optimizers_look_alike() -> None:
    assert len({tint(key) for key in OPTIMIZERS}) == len(OPTIMIZERS)


def test_heights_have_a_floor_and_infinities_are_gaps() -> None:
    heights = above(np.array([np.inf, 1.0, 3.0, np.nan]), 1.0)
    assert np.isnan(heights[[0, 3]]).all()
    assert heights[1:3].tolist() == [TINY, 2.0]
    assert above(-5.0, None) == -5.0


def test_losses_by_step_show_who_is_chosen(runners: dict[str, Runner], others: Others) -> None:
    figure = race_losses(runners, others, SHOWN, 0.0)
    sendable(figure)
    assert named(figure) == ["Gradient descent", "Adam", "L-BFGS"]
    assert np.allclose(figure.data[0].y, np.maximum(runners["sgd"].path.losses, TINY))
    assert (np.diff(np.asarray(figure.data[2].y, float)) <= 0).all()
    assert figure.layout.yaxis.type == "log"
    assert "logarithmic" in figure.layout.yaxis.title.text
    sendable(race_losses(runners, others, SHOWN, None))


def test_rates_mark_the_best_and_the_default(runners: dict[str, Runner]) -> None:
    figure = rate_curves(runners, "lion", SHOWN, 0.0)
    sendable(figure)
    assert named(figure) == ["Gradient descent", "Adam", "Lion", "its best rate", "Keras's default rate"]
    assert len(figure.data[0].x) == 74  # 50, and 24 around the best of them
    widths = {trace.name: trace.line.width for trace in figure.data[:3]}
    assert max(widths, key=widths.__getitem__) == "Lion"
    assert figure.data[3].x[0] == runners["sgd"].sweep.best_learning_rate
    assert figure.data[4].x[0] == runners["sgd"].optimizer.keras_learning_rate
    assert figure.data[3].y[0] == pytest.approx(runners["sgd"].sweep.losses.min(), abs=TINY)


def test_the_loss_at_a_rate_is_the_sweep_s(runners: dict[str, Runner]) -> None:
    sweep = runners["adam"].sweep
    assert loss_at(runners["adam"], float(sweep.learning_rates[7])) == sweep.losses[7]


def test_paths_lie_on_the_contours(runners: dict[str, Runner]) -> None:
    contours = loss_contours(height_map(SURFACE), SURFACE.parameters, SURFACE.minima, "one")
    figure = race_map(contours, runners, SHOWN)
    sendable(figure)
    assert named(figure)[-3:] == ["Gradient descent", "Adam", "start"]
    assert figure.data[-1].x[0] == pytest.approx(SURFACE.start[0])
    assert figure.layout.dragmode is False


def test_every_end_has_one_place_and_shares_add_up() -> None:
    many = SURFACES["rastrigin"].minima
    places = destinations(many)
    codes = np.array([*range(len(many)), NOWHERE, DIVERGED])
    for code in codes:
        assert sum(code in place.codes for place in places) == 1
    assert sum(shares(codes, places)) == pytest.approx(1)
    assert shares(codes, places)[6] == pytest.approx((len(many) - 6) / len(codes))
    assert len({place.colour for place in places}) == len(places) == 9
    assert classes(codes, places)[-1] == len(places) - 1
    assert [place.name for place in destinations(())] == ["no minimum", "diverged"]


def test_bars_are_the_shares_and_waiting_is_said() -> None:
    places = destinations(SURFACE.minima)
    figure = reached_shares({"adam": np.array([0, 0, 1, NOWHERE])}, places)
    sendable(figure)
    assert [bar.x[0] for bar in figure.data] == [0.5, 0.25, 0, 0, 0.25, 0]
    waiting = reached_shares({}, places, "wait")
    sendable(waiting)
    assert waiting.layout.annotations[0].text == "wait"


def test_the_basin_map_has_a_colour_for_each_start_and_the_path_of_one() -> None:
    rule = OPTIMIZERS["sgd"].with_settings(learning_rate=0.01)
    found = basin_map(SURFACE, rule, steps=50, resolution=24)
    path = descend(SURFACE, rule, (1.0, 1.0), steps=50)
    figure = basins(found.x, found.y, found.image, SURFACE.minima, path, SURFACE.parameters, "one")
    sendable(figure)
    assert np.array_equal(figure.data[0].z, classes(found.image, destinations(SURFACE.minima)))
    assert list(figure.data[1].text) == ["<b>1</b>", "<b>2</b>", "<b>3</b>", "<b>4</b>"]
    assert np.allclose(figure.data[-1].x[0], path.weights[-1, 0])
    assert figure.layout.xaxis.title.text == "x"


def test_a_path_is_drawn_as_far_as_a_browser_can_and_leaves_in_its_own_direction() -> None:
    rule = OPTIMIZERS["sgd"].with_settings(learning_rate=1.0)
    path = descend(SURFACE, rule, (1.0, 1.0), steps=50)
    assert path.diverged
    found = basin_map(SURFACE, rule, steps=50, resolution=4)
    figure = basins(found.x, found.y, found.image, SURFACE.minima, path, SURFACE.parameters, "one")
    sendable(figure)
    x, y = (np.asarray(figure.data[2][axis], float) for axis in "xy")
    assert np.abs([x, y]).max() < 1.1e4
    step = path.weights[len(x) - 1] - path.weights[len(x) - 2]
    assert (y[-1] - y[-2]) / (x[-1] - x[-2]) == pytest.approx(step[1] / step[0])
    assert len(figure.data) == 5  # no cross: the walk did not end, it left


def test_nothing_is_placed_where_a_browser_cannot_draw() -> None:
    saddle = SURFACES["saddle"]
    some = run_race(saddle, OPTIMIZERS, (1.0, 0.5), steps=100)
    far = {"Newton": Budgeted(np.zeros((2, 2)), np.array([1.0, -1e30]), None)} | {
        name: Budgeted(np.zeros((1, 2)), np.array([1.0]), None) for name in ("L-BFGS", "random search")
    }
    figure = race_losses(some, far, {"Newton", *OPTIMIZERS}, None)
    assert list(figure.data[-1].y) == [1.0, None]
    marks = rate_curves(some, "sgd", set(OPTIMIZERS), None).data[-2:]
    assert all(height is None or abs(height) < 1e4 for mark in marks for height in mark.y)
