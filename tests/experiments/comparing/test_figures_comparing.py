"""The figures of twins, seeds and sweeps: what they draw, in which colours, and that every mark knows its run."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from netlab.app.components import plain_figure
from netlab.app.gate import sendable
from netlab.experiments.comparing import twin
from netlab.experiments.comparing.figures_luck import differences, spread
from netlab.experiments.comparing.figures_sweep import importance_bars, picture, told
from netlab.experiments.comparing.figures_twin import Side, gap_curves, twin_curves
from netlab.experiments.comparing.luck import interval
from netlab.experiments.comparing.record import Member, Value
from netlab.plots.palette import BLUE, VERMILION
from tests.experiments.comparing.made import ended, made_history

Values = dict[str, tuple[Value, ...]]


def sent(figure: Any) -> dict[str, Any]:
    """As a component is sent it."""
    found: dict[str, Any] = sendable(plain_figure(figure))
    return found


def test_the_two_of_a_twin_share_axes_in_two_colours_and_the_parting_is_marked() -> None:
    one = made_history([2.0, 1.0] * 4, [0.5] * 8, epoch=4, validations=[0.5, 0.6])
    other = made_history([2.0, 1.5] * 4, [0.6] * 8, epoch=4, validations=[0.7, 0.7])
    sides = [Side(part, history.curves(), 4) for part, history in zip("AB", (one, other), strict=True)]
    figure = sent(twin_curves(sides, 2.0, 0.5, "k", "digits read correctly"))
    colours = [trace["line"]["color"] for trace in figure["data"]]
    assert colours == [BLUE, BLUE, VERMILION, VERMILION]
    assert [trace["line"].get("dash") for trace in figure["data"]] == [None, "dash", None, "dash"]
    assert figure["data"][1]["x"] == [1.0, 2.0]
    assert figure["layout"]["shapes"][0]["x0"] == 0.5
    assert figure["layout"]["annotations"][0]["text"] == "they part"
    assert not sent(twin_curves(sides, 2.0, None, "k", "digits read correctly"))["layout"].get("shapes")
    apart = sent(gap_curves(twin.gap(one, other), 2.0, 0.5, "k"))
    assert apart["data"][0]["y"] == pytest.approx([10.0] * 8)  # points
    assert apart["data"][1]["y"] == pytest.approx([20.0, 10.0])


def test_lines_of_a_twin_end_where_the_difference_ends() -> None:
    """Both are drawn at the middle of what they are the mean of."""
    one = made_history([1.0] * 40, np.linspace(0, 1, 40).tolist(), epoch=40)
    line, apart = one.curves().accuracy_smooth, twin.gap(one, one)
    assert apart.epochs[-1] == pytest.approx(line.steps[-1] / 40)


def test_seeds_are_points_pairs_are_joined_and_means_have_their_interval() -> None:
    found = {"A": {0: 0.5, 1: 0.6, 2: 0.7}, "B": {0: 0.6, 1: 0.7, 2: 0.9}}
    figure = sent(spread(found, {"A": "A", "B": "B"}, "digits read correctly"))
    joined = [trace for trace in figure["data"] if trace["mode"] == "lines"]
    assert [trace["y"] for trace in joined] == [[0.5, 0.6], [0.6, 0.7], [0.7, 0.9]]
    means = [trace for trace in figure["data"] if "error_y" in trace]
    assert [trace["y"] for trace in means] == [[pytest.approx(0.6)], [pytest.approx(0.7333333)]]
    half = interval([0.5, 0.6, 0.7])
    assert means[0]["error_y"]["array"] == [pytest.approx(half.high - half.mean)]
    few = sent(spread({"A": {0: 0.5, 1: 0.6}}, {"A": "this"}, "digits read correctly"))
    assert not [trace for trace in few["data"] if "error_y" in trace]
    apart = sent(differences({0: 0.1, 1: 0.1, 2: 0.2}))
    assert apart["data"][0]["y"] == [10.0, 10.0, 20.0]


GRID: Values = {"rate": (0.001, 0.01, 0.1), "width": (4, 8)}


def members() -> list[Member]:
    places = enumerate(product(*GRID.values()))
    return [ended(place / 10, run=f"{place:032x}", rate=rate, width=width) for place, (rate, width) in places]


def test_a_grid_is_a_map_whose_cells_know_their_runs() -> None:
    figure = sent(picture(GRID, members(), grid=True))
    cells, places = figure["data"]
    assert cells["z"] == [[0.0, 0.2, 0.4], [0.1, 0.3, 0.5]]  # a row a width
    for x, y, run in zip(places["x"], places["y"], places["customdata"], strict=True):
        assert cells["z"][y][x] == int(run, 16) / 10
    assert figure["layout"]["xaxis"]["ticktext"] == ["0.001", "0.01", "0.1"]
    assert (figure["layout"]["clickmode"], figure["layout"]["hoverdistance"]) == ("event+select", -1)


def test_cells_fill_as_runs_end_and_early_stops_are_marked() -> None:
    some = members()[:3]
    some[1] = replace(some[1], state="pruned")
    some[2] = replace(some[2], state="", validation=None)
    figure = sent(picture(GRID, some, grid=True))
    assert figure["data"][0]["z"] == [[0.0, None, None], [0.1, None, None]]
    assert figure["data"][0]["text"][1][0] == "✕ 10.0"
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["…"]


@pytest.mark.parametrize(
    "values", [{"rate": (0.001, 0.1)}, {"optimizer": ("sgd", "adam")}, {"l2": (0.0, 0.1)}]
)
def test_one_setting_is_drawn_in_its_order(values: Values) -> None:
    (key,) = values
    last, first = (
        Member("a" * 32, {key: values[key][1]}, "done", 0.5),
        Member("b" * 32, {key: values[key][0]}, "pruned", 0.4),
    )
    shown = [last, first]
    line, marks = sent(picture(values, shown, grid=True))["data"]
    assert marks["customdata"] == ["b" * 32, "a" * 32] or key == "optimizer"
    assert len(line["x"]) == 1  # what was stopped early is a mark and no part of the line
    assert set(marks["marker"]["symbol"]) == {"x", "square"}


def test_draws_of_two_settings_lie_at_their_values() -> None:
    figure = sent(picture(GRID, members(), grid=False))
    assert figure["layout"]["xaxis"]["type"] == "log"
    assert figure["data"][0]["x"][0] == 0.001


def test_three_settings_are_parallel_axes_and_validation_the_last() -> None:
    values = {**GRID, "optimizer": ("sgd", "adam")}
    some = [replace(one, values={**one.values, "optimizer": "adam"}) for one in members()]
    axes = sent(picture(values, some, grid=False))["data"][0]["dimensions"]
    assert [axis["label"] for axis in axes] == [
        "learning rate",
        "units in each hidden layer",
        "optimizer",
        "validation",
    ]
    assert axes[0]["values"] == pytest.approx(np.log10([one.values["rate"] for one in some]).tolist())
    assert axes[0]["ticktext"] == ["0.001", "0.01", "0.1"]
    assert axes[0]["range"] == pytest.approx([-3, -1])
    assert axes[2]["values"] == [1] * 6
    assert axes[3]["values"] == [one.validation for one in some]


def test_importance_is_drawn_from_the_top() -> None:
    bars = sent(importance_bars({"rate": 0.75, "width": 0.25}))["data"][0]
    assert bars["y"] == ["units in each hidden layer", "learning rate"]


def test_a_hover_tells_settings_outcome_and_state() -> None:
    words = told(ended(0.5, "pruned", rate=0.1)).replace("\xa0", " ")
    assert words == "learning rate 0.1<br>validation 50.00 %<br>stopped early<br>press: open it"
    assert "under way" in told(Member("a" * 32, {"rate": 0.1}))
