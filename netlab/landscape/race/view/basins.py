"""Where many starts lead: the share that reached each minimum, and a map that says it start by start."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from netlab.app.choice import slide
from netlab.app.components import live_figure
from netlab.formatting import counted, percent, plain, point
from netlab.landscape.descent import Path, Runner, basin_map, descend, descend_many
from netlab.landscape.descent.path import End
from netlab.landscape.neuron_surface import NeuronFields
from netlab.landscape.race.figures_basins import basins, reached_shares
from netlab.landscape.race.outcomes import destinations, shares
from netlab.landscape.surface import QuickFields, Surface
from netlab.landscape.view.clickable_map import clickable, newly_clicked, wants
from netlab.landscape.view.controls import FARTHEST, start_keys
from netlab.nn.optimizers import OPTIMIZERS, Optimizer
from netlab.plots.palette import CSS

BIND: Any = {"bind": "query-params", "persist_state": "session"}
TIMES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
AT_ONCE, IN_A_MOMENT, SHARES = 2e6, 6e7, 4e7
"""Updates of one weight pair, times what a loss over examples costs more, for about 0.05 s and 1 s."""

Image = NDArray[np.int16]
Grid = tuple[NDArray[Any], NDArray[Any], Image]


def many_starts(surface: Surface, name: str, runners: dict[str, Runner], chosen: str, steps: int) -> None:
    """Shares for all optimizers beside the basin map of the chosen one, coarse at first, then fine."""
    st.subheader("From many starts", anchor=False)
    with st.container(horizontal=True):
        times = slide(
            st.select_slider, f"{OPTIMIZERS[chosen].title}: rate, times its best", TIMES, 1.0, key="race_times",
            titles=plain, width=320,
        )  # fmt: skip
        place = _from(surface)
    left, right = st.columns([1, 1.15])
    with right:
        optimizer = _at(runners[chosen], times)
        wish = _signature(name, chosen, optimizer.learning_rate, steps)
        fine = wants("race_basins") == wish
        _map(surface, name, optimizer, place, steps, "" if fine else wish)
    with left:
        _shares(surface, name, runners, steps, fine)


def _at(runner: Runner, times: float) -> Optimizer:
    return runner.optimizer.with_settings(
        learning_rate=float(f"{times * runner.sweep.best_learning_rate:.6g}")
    )


def _signature(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _from(surface: Surface) -> tuple[float, float]:
    """The start whose path is shown: typed, or clicked in the map."""
    keys = [key.replace("ls_", "race_", 1) for key in start_keys(surface)]
    place = newly_clicked("race_basins")
    if place is not None:
        for key, coordinate in zip(keys, place, strict=True):
            st.session_state[key] = coordinate
    x, y = (
        float(
            st.number_input(f"Path from: {name}", -FARTHEST, FARTHEST, home, format="%g", key=key, width=150, **BIND)
        )
        for name, home, key in zip(surface.parameters, surface.start, keys, strict=True)
    )  # fmt: skip
    return x, y


def _cost(surface: Surface) -> float:
    """How long one evaluation of the gradient takes, in the time of a surface without data."""
    return surface.fields.quick_cost if isinstance(surface.fields, QuickFields) else 1.0


def _map(
    surface: Surface, name: str, optimizer: Optimizer, place: tuple[float, float], steps: int, wish: str
) -> None:
    work = (AT_ONCE if wish else IN_A_MOMENT) / (steps * _cost(surface))
    resolution = _resolution(work, 16, 80 if wish else 200)
    x, y, reached = _reached_from_grid(
        name, optimizer.key, optimizer.learning_rate, steps, resolution, surface, optimizer
    )
    path = descend(surface, optimizer, place, steps=steps)
    figure = basins(x, y, reached, surface.minima, path, surface.parameters, name)
    description = _shares_reached(surface, reached)
    st.html(_legend(surface, reached))
    clickable(
        "race_basins",
        figure,
        f"The colour of a start says where {optimizer.title} leads from there. {description}",
        finer=wish,
    )
    st.markdown(_where_it_ends(surface, path, place))
    walked = (
        f"Colour says where a start leads. From each of {resolution} × {resolution} starts {optimizer.title} takes {counted(steps, 'step')} at "
        f"the rate {plain(optimizer.learning_rate, 3)}."
    )
    if wish:
        walked += " A finer map follows in a moment."
    st.caption(f"{walked} Click a start to see its path; numbers mark minima, lowest first.")


def _resolution(starts: float, least: int, most: int) -> int:
    """How many starts an axis, for so many in all."""
    return int(np.clip(np.sqrt(starts), least, most))


@st.cache_data(max_entries=128, show_spinner=False)
def _reached_from_grid(
    name: str, key: str, rate: float, steps: int, resolution: int, _surface: Surface, _optimizer: Optimizer
) -> Grid:
    found = basin_map(_surface, _optimizer, steps=steps, resolution=resolution)
    return found.x, found.y, found.image.astype(np.int16)


def _shares_reached(surface: Surface, reached: Image) -> str:
    places = destinations(surface.minima)
    counted = zip(places, shares(reached, places), strict=True)
    listed = "; ".join(f"{place.name}: {percent(share, 0)}" for place, share in counted if share)
    return f"Shares of the starts: {listed}."


_LEGEND = (
    f"<style>{CSS}"
    + """
.netlab-places { display: flex; flex-wrap: wrap; gap: 0.15rem 1.1rem; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
.netlab-places i { display: inline-block; width: 0.85rem; height: 0.85rem; margin-right: 0.35rem; vertical-align: -0.1rem;
  border: 1px solid var(--netlab-grey); border-radius: 2px; }
</style>"""
)


def _legend(surface: Surface, reached: Image) -> str:
    """Colours in words, with the share of starts; numbers and our own words only, so that it is safe as HTML."""
    places = destinations(surface.minima)
    items = "".join(
        f"<span><i style='background:{place.colour}'></i>{place.name}: <b>{percent(share, 0)}</b></span>"
        for place, share in zip(places, shares(reached, places), strict=True)
    )
    return f"{_LEGEND}<div class='netlab-places'>{items}</div>"


_ENDS: dict[End, str] = {
    "not started": "From {} the walk **takes no step**.",
    "no height": "From {} the walk **runs off the surface**.",
    "fell": "From {} the walk **falls without end**.",
    "diverged": "From {} the walk **diverges**.",
}


def _where_it_ends(surface: Surface, path: Path, place: tuple[float, float]) -> str:
    here = point(place)
    if path.end is not None:
        return f"{_ENDS[path.end].format(here)} {path.diverged}"
    end, loss = path.weights[-1].astype(np.float64), float(path.losses[-1])
    distances = [np.hypot(*(end - np.array(minimum.point))) for minimum in surface.minima]
    near = bool(distances) and min(distances) <= surface.domain.diagonal / 50
    steps, there = counted(path.steps, "step"), point(end)
    height = f"The loss there is {plain(loss)}."
    if not surface.minima:
        return f"From {here} the walk stands at {there} after {steps}. {height} No single minimum is known on this surface."
    if not near:
        return f"From {here} the walk reaches **no minimum**: after {steps} it stands at {there}. {height}"
    number = int(np.argmin(distances)) + 1
    return f"From {here} the walk ends at **minimum {number}**, at {there}. {height}"


def _shares(surface: Surface, name: str, runners: dict[str, Runner], steps: int, fine: bool) -> None:
    fields = surface.fields
    examples = len(fields.data.inputs) if isinstance(fields, NeuronFields) else 1
    count = _resolution(SHARES / (steps * len(runners) * examples), 6, 20)
    places = destinations(surface.minima)
    rates = tuple(runner.optimizer.learning_rate for runner in runners.values())
    reached = _reached_by_all(name, rates, steps, count, surface, runners) if fine else {}
    waiting = "" if fine else f"{len(runners)} × {count * count} walks are under way…"
    alt = " ".join(
        f"This is where {OPTIMIZERS[key].title} leads. {_shares_reached(surface, one)}"
        for key, one in reached.items()
    )
    live_figure("reached_shares", reached_shares(reached, places, waiting), alt or "The walks are under way.")
    st.caption(
        f"The share of {count * count} starts, spread evenly over the window, that ended at each minimum after {counted(steps, 'step')}. "
        "Each optimizer keeps the rate that was best from the one start above: what wins from one place may not from another."
    )


@st.cache_data(max_entries=128, show_spinner=False)
def _reached_by_all(
    name: str,
    rates: tuple[float, ...],
    steps: int,
    count: int,
    _surface: Surface,
    _runners: dict[str, Runner],
) -> dict[str, Image]:
    starts = _surface.domain.grid(count)
    return {
        key: descend_many(_surface, runner.optimizer, starts, steps=steps).reached.astype(np.int16)
        for key, runner in _runners.items()
    }
