"""The figure that proves a finding: small, with the one thing in it that the sentence says."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlab.arrays import Floats
from netlab.formatting import percent, plain
from netlab.nets.layers import chosen
from netlab.nets.spec import NetworkSpec
from netlab.plots.lines import axes, line, short
from netlab.plots.palette import BLUE, DASHES, GREY, SERIES, TRAIN_SMOOTH, VALIDATION, VERMILION, faint
from netlab.runs.diagnosis import EQUAL_GUESSES
from netlab.runs.finding import Proof
from netlab.runs.history import History
from netlab.runs.symptoms import BINS, hidden_units, layer_names, stable_rate, straight

HEIGHT = 210
POINTS = 120
MOST_LINES = 6


@dataclass(frozen=True)
class Plot:
    """A figure, and what it shows in words."""

    figure: go.Figure
    alt: str


def proof(kind: Proof, spec: NetworkSpec, history: History) -> Plot | None:
    """The figure of that kind for a run; None where a finding has none, or what it draws was not kept."""
    draw = PROOFS.get(kind)
    return None if draw is None else draw(spec, history)


def _chance(spec: NetworkSpec, history: History) -> Plot | None:
    if history.step < 2:
        return None
    cost, words = chosen("loss", spec.loss, EQUAL_GUESSES | dict.fromkeys(_OTHERS, (math.nan, "")))
    steps, means = _means(history)
    lines = [line(steps, means, "training loss", TRAIN_SMOOTH, "solid", 2)]
    if math.isfinite(cost):
        ends = np.array([0, history.step])
        lines.append(line(ends, np.full(2, cost), f"equal guesses: {words}", GREY, "dash", 2))
    layout = _layout("batches", "loss")
    layout["yaxis"]["rangemode"] = "tozero"
    told = f"The training loss over {history.step:,} batches ends at {plain(means[-1], 3)}."
    if math.isfinite(cost):
        told += f" Ten equal guesses cost {words}."
    return Plot(go.Figure(lines, layout), told)


_OTHERS = ("categorical_hinge", "huber")


def _leap(spec: NetworkSpec, history: History) -> Plot | None:
    losses = np.asarray(history.losses[:200], float)
    layout = _layout("batches", "loss, logarithmic")
    layout["yaxis"] |= {"type": "log", "tickformat": "~g"}
    steps = np.arange(1, len(losses) + 1)
    drawn = line(steps, losses, "loss of each batch", TRAIN_SMOOTH, "solid", 1.5)
    alt = f"The loss of the first {len(losses)} batches: from {plain(losses[0], 3)} up to {plain(np.nanmax(losses), 3)}."
    return Plot(go.Figure([drawn], layout), alt)


def _validation(spec: NetworkSpec, history: History) -> Plot | None:
    numbers = np.array([epoch.epoch for epoch in history.epochs])
    training = _floats([epoch.loss for epoch in history.epochs])
    seen = _floats([epoch.validation_loss for epoch in history.epochs])
    if not np.isfinite(seen).any():
        return None
    best = int(np.nanargmin(seen))
    lowest = go.Scatter(
        x=[int(numbers[best])], y=short(seen[best : best + 1]), mode="markers", name=f"lowest: epoch {numbers[best]}",
        marker={"size": 12, "symbol": "diamond-open", "color": VALIDATION, "line": {"width": 2}},
        hovertemplate="%{x}: %{y}<extra>lowest</extra>",
    )  # fmt: skip
    lines = [
        line(numbers, training, "training", TRAIN_SMOOTH, "solid", 2),
        line(numbers, seen, "validation", VALIDATION, "dash", 2),
        lowest,
    ]
    layout = _layout("epochs", "loss")
    layout["yaxis"]["rangemode"] = "tozero"
    alt = (
        f"Loss by epoch: validation is lowest in epoch {numbers[best]} with {plain(seen[best], 3)} and ends at "
        f"{plain(seen[-1], 3)}; training ends at {plain(training[-1], 3)}."
    )
    return Plot(go.Figure(lines, layout), alt)


def _shares(part: str, title: str) -> Callable[[NetworkSpec, History], Plot | None]:
    def draw(spec: NetworkSpec, history: History) -> Plot | None:
        names = layer_names(spec)
        steps = np.array([item.step for item in history.evidence])
        rows = {
            name: _floats([getattr(item, part)[place] for item in history.evidence])
            for place, name in enumerate(names)
        }
        rows = {name: values for name, values in rows.items() if np.isfinite(values).any()}
        if not rows:
            return None
        worst = sorted(rows, key=lambda name: -float(np.nan_to_num(rows[name][-1])))[:MOST_LINES]
        lines = [
            line(steps, rows[name], name, SERIES[place], DASHES[place], 2, mode="lines+markers")
            for place, name in enumerate(name for name in rows if name in worst)
        ]
        layout = _layout("batches", title)
        layout["yaxis"] |= {"tickformat": ".0%", "range": [0, 1.03]}
        told = ", ".join(f"{name} {percent(rows[name][-1])}" for name in rows if name in worst)
        return Plot(go.Figure(lines, layout), f"{title.capitalize()} after {steps[-1]:,} batches: {told}.")

    return draw


def _gradients(spec: NetworkSpec, history: History) -> Plot | None:
    last = history.evidence[-1]
    lengths = np.maximum(_floats(list(last.gradients)), 1e-12)
    layout = _layout("", "length of the gradient")
    layout["yaxis"] |= {
        "type": "log",
        "exponentformat": "power",
        "dtick": 2 if np.ptp(np.log10(lengths)) > 3 else 1,
    }
    layout["showlegend"] = False
    names = layer_names(spec)
    dots = go.Scatter(
        x=names, y=short(lengths), mode="lines+markers", marker={"size": 9}, line={"color": BLUE, "width": 1.5},
        hovertemplate="%{x}: %{y:.3g}<extra></extra>",
    )  # fmt: skip
    told = ", ".join(f"{name} {plain(length, 2)}" for name, length in zip(names, lengths, strict=True))
    return Plot(
        go.Figure([dots], layout),
        f"Length of the gradient layer by layer after {last.step:,} batches: {told}.",
    )


def _straight(spec: NetworkSpec, history: History) -> Plot | None:
    found = straight(history.losses.values)
    if found is None:
        return None
    steps, means = _means(history)
    lines = [
        line(steps, means, "training loss", TRAIN_SMOOTH, "solid", 2),
        line(np.array([0, history.step]), np.array(found), "a straight line", GREY, "dash", 2),
    ]
    layout = _layout("batches", "loss")
    return Plot(
        go.Figure(lines, layout),
        f"The training loss lies on a straight line from {plain(found[0], 3)} to {plain(found[1], 3)}.",
    )


def _curvature(spec: NetworkSpec, history: History) -> Plot | None:
    steps = np.array([item.step for item in history.evidence])
    bounds = _floats([stable_rate(item) for item in history.evidence])
    if not np.isfinite(bounds).any():
        return None
    rates = np.array([history.rate_at(int(step), spec.rate) for step in steps])
    lines = [
        line(steps, bounds, "stable below (estimate)", VERMILION, "dash", 2, mode="lines+markers"),
        line(steps, rates, "learning rate", BLUE, "solid", 2, mode="lines+markers"),
    ]
    low, high = float(np.nanmin([*bounds, *rates])), float(np.nanmax([*bounds, *rates]))
    layout = _layout("batches", "learning rate")
    layout["yaxis"] |= {
        "type": "log",
        "tickformat": "~g",
        "range": [math.log10(low) - 0.3, math.log10(high) + 0.3],
    }
    first = float(bounds[np.isfinite(bounds)][0])
    layout["shapes"] = [
        {
            "type": "rect", "xref": "paper", "x0": 0, "x1": 1, "y0": first, "y1": high * 10, "line": {"width": 0},
            "fillcolor": faint(VERMILION, 0.12), "layer": "below",
        }
    ]  # fmt: skip
    alt = f"The learning rate {plain(rates[0])} beside the largest that is stable, estimated: {plain(first, 2)} at the first measurement."
    return Plot(go.Figure(lines, layout), alt)


def _alike(spec: NetworkSpec, history: History) -> Plot | None:
    last = history.evidence[-1]
    units = hidden_units(spec)
    twins = [round(share * count) for share, count in zip(last.alike, units)]
    others = [count - (same - 1 if same else 0) for count, same in zip(units, twins, strict=True)]
    names = layer_names(spec)[:-1]
    bars = [
        go.Bar(
            x=names,
            y=units,
            name="units",
            marker={"color": faint(GREY, 0.5)},
            hovertemplate="%{y} units<extra></extra>",
        ),
        go.Bar(
            x=names,
            y=others,
            name="different ones",
            marker={"color": VERMILION},
            hovertemplate="%{y} different<extra></extra>",
        ),
    ]
    layout = _layout("", "units") | {"barmode": "overlay"}
    told = ", ".join(
        f"{name}: {count} units, {other} different" for name, count, other in zip(names, units, others)
    )
    return Plot(go.Figure(bars, layout), f"How many units of a layer differ from its first one: {told}.")


PROOFS: dict[Proof, Callable[[NetworkSpec, History], Plot | None]] = {
    "chance": _chance,
    "leap": _leap,
    "validation": _validation,
    "dead": _shares("dead", "share of dead units"),
    "saturated": _shares("saturated", "share of saturated outputs"),
    "fading": _gradients,
    "growing": _gradients,
    "straight": _straight,
    "curvature": _curvature,
    "alike": _alike,
}


def _layout(x_title: str, y_title: str) -> dict[str, Any]:
    layout = axes(x_title, y_title, HEIGHT)
    layout["margin"] = {"l": 56, "r": 8, "t": 30, "b": 40}
    layout["yaxis"]["automargin"] = True
    return layout


def _means(history: History) -> tuple[Floats, Floats]:
    """Middles of stretches of a run and the mean loss of each; every batch if they are few."""
    losses = np.asarray(history.losses, np.float32)
    parts = np.array_split(losses, min(BINS, len(losses)))
    ends = np.cumsum([len(part) for part in parts])
    centres = [end - (len(part) - 1) / 2 for end, part in zip(ends, parts, strict=True)]
    return np.array(centres, np.float32), np.array([part.mean() for part in parts], np.float32)


def _floats(values: list[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], np.float32)
