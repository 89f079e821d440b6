"""The landscape with its walks in the browser: data for the component, and what the reader does in it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeGuard

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from netlab.app.components import component, plain_figure, plotly_file
from netlab.landscape.descent import Path, descend
from netlab.landscape.divisor import divided_rates
from netlab.landscape.figures import (
    Track,
    look_of,
    loss_against_step,
    loss_contours,
    loss_surface,
    stars,
    within,
)
from netlab.landscape.height_map import HeightMap, Scale, height_map
from netlab.landscape.noise.batches import Batches, fields_with_data
from netlab.landscape.surface import Surface
from netlab.landscape.update_terms import parts
from netlab.landscape.verdict import counted_end, ending_told, outcome
from netlab.landscape.view import url_state
from netlab.landscape.view.controls import FARTHEST, decimal, set_start
from netlab.nn.optimizers import OPTIMIZERS, Optimizer

KEY = "landscape_walk"

_walk = component("landscape/landscape", plotly=True)


@dataclass(frozen=True, eq=False)
class Walk:
    """One optimizer's walk: the optimizer as it was set, and its path."""

    optimizer: Optimizer
    path: Path


def walks(
    surface: Surface,
    optimizers: Sequence[Optimizer],
    start: tuple[float, float],
    steps: int,
    batches: Batches | None = None,
) -> list[Walk]:
    """Every optimizer's walk from one start; on batches they all see the same ones."""
    seen = None if batches is None else batches.seen(fields_with_data(surface), steps)
    return [
        Walk(optimizer, descend(surface, optimizer, start, steps=steps, seen=seen))
        for optimizer in optimizers
    ]


def show_walks(
    surface: Surface, walked: Sequence[Walk], step: int, scale: Scale, on_step: Callable[[int], None]
) -> None:
    """Contours, surface and loss against step, with the first walk's ball at a step; a click sets the start."""
    ground = height_map(surface, scale)
    known = ground.losses[np.isfinite(ground.losses)]
    zoom = f"{surface.key}|{surface.latex}|{surface.domain}|{known.sum(dtype=np.float64):.6g}|{scale}"
    tracks = [track(walk, ground) for walk in walked]
    _walk(
        key=KEY,
        data={
            "file": plotly_file(),
            "zoom": zoom,
            "parameters": surface.parameters,
            "name": surface.key,
            "contours": _contours(surface, scale, zoom),
            "space": _space(surface, ground, tracks, zoom),
            "steps": plain_figure(loss_against_step(tracks, zoom)),
            "tracks": [
                _sent(track, description(walk), ground) for track, walk in zip(tracks, walked, strict=True)
            ],
            **_parts(walked[0]),
            "box": _box(walked[0]),
            "step": step,
            "stars": stars(surface.minima),
            "downhill": "downhill for this batch" if walked[0].path.sampled else "downhill",
            "view": url_state.current(),
            "alt": _alt(surface, walked),
        },
        on_start_change=lambda: _take_start(surface),
        on_step_change=lambda: _take_step(on_step),
        on_view_change=lambda: url_state.keep(_state().get("view")),
    )


def track(walk: Walk, ground: HeightMap) -> Track:
    """A walk as it is drawn."""
    colour, dash = look_of(list(OPTIMIZERS).index(walk.optimizer.key))
    return Track(
        walk.optimizer.key, walk.optimizer.title, colour, dash, walk.path.weights, walk.path.losses,
        leaving(walk.path, ground), line_end(walk.path, ground),
    )  # fmt: skip


def leaving(path: Path, ground: HeightMap) -> str:
    """Where a walk goes out of the picture or ends before its time, as labels; empty if it does neither."""
    taken, cut = path.steps_taken, line_end(path, ground)
    inside = within(ground, path.weights[: taken + 1])
    out = "" if inside.all() else f"out of the picture at step {int(np.argmin(inside))}"
    if out and inside[-1]:
        return f"{out}; back later"
    if out and cut < taken:
        return f"{out}; line cut at step {cut}"
    ended = counted_end(path)
    return "; ".join(filter(None, (out, ended)))


def line_end(path: Path, ground: HeightMap) -> int:
    """The last step whose footprint is drawn.

    A walk that never comes back is drawn until it is half a window outside; its zigzag would paint over the map.
    """
    weights = path.weights[: path.steps_taken + 1].astype(np.float64)
    if within(ground, weights[-1:])[0]:
        return path.steps_taken
    low, high = (np.array([axis[place] for axis in (ground.x, ground.y)]) for place in (0, -1))
    outside = np.maximum(np.maximum(low - weights, weights - high), 0.0) / (high - low)
    far = outside.max(axis=1) > 0.5
    return int(np.argmax(far)) if far.any() else path.steps_taken


def description(walk: Walk) -> str:
    """Name, learning rate and outcome, for the path's button."""
    return f"{walk.optimizer.title}, η {decimal(walk.optimizer.learning_rate)}: {outcome(walk.path)}"


@lru_cache(maxsize=32)
def _contours(surface: Surface, scale: Scale, zoom: str) -> dict[str, Any]:
    """The contours of a surface, kept, since no slider changes them; nobody may write into them."""
    return plain_figure(loss_contours(height_map(surface, scale), surface.parameters, surface.minima, zoom))


def _space(surface: Surface, ground: HeightMap, tracks: Sequence[Track], zoom: str) -> dict[str, Any]:
    plain = plain_figure(loss_surface(ground, surface.parameters, tracks, zoom))
    for name in ("x", "y", "z") if ground.has_height else ():  # the same grid as the contours': sent once
        del plain["data"][0][name]
    return plain


def _sent(track: Track, described: str, ground: HeightMap) -> dict[str, Any]:
    x, y = track.weights.T
    coordinates = {"x": _packed(x), "y": _packed(y), "loss": _packed(track.losses)}
    return {"key": track.key, "told": described, "colour": track.colour, "dash": track.dash, "note": track.note, "end": track.end, **coordinates}  # fmt: skip


def _packed(numbers: NDArray[Any]) -> str:
    with np.errstate(over="ignore"):  # a loss beyond float32 is drawn as infinite
        return base64.b64encode(np.ascontiguousarray(numbers, np.float32).tobytes()).decode()


def _parts(walk: Walk) -> dict[str, str]:
    split = parts(walk.optimizer, walk.path)
    return {
        "memory": _packed(split.memory),
        "slope": _packed(split.slope),
        "gradient": _packed(walk.path.gradients),
    }


def _box(walk: Walk) -> str:
    """The rate after the divisor at every step, or nothing for a rule without one."""
    rates = divided_rates(walk.optimizer, walk.path)
    return "" if rates is None else _packed(rates)


def _alt(surface: Surface, walked: Sequence[Walk]) -> dict[str, str]:
    ends = " ".join(ending_told(walk.optimizer, walk.path) for walk in walked)
    return {
        "contour": f"Lines of equal loss of {surface.title}, and paths on them. {ends} Click to start there, or use the start boxes.",
        "space": f"The loss of {surface.title} as a surface in space, with the same paths. Drag to turn it.",
        "steps": f"Loss against step. {ends}",
    }


def _take_start(surface: Surface) -> None:
    """Move the start to a click; a browser's word is checked."""
    point = _state().get("start")
    if isinstance(point, list | tuple) and len(point) == 2 and all(_is_number(part) for part in point):
        set_start(surface, (float(point[0]), float(point[1])))


def _take_step(on_step: Callable[[int], None]) -> None:
    step = _state().get("step")
    if _is_number(step):
        on_step(int(step))


def _state() -> Mapping[str, Any]:
    state = st.session_state.get(KEY)
    return state if isinstance(state, Mapping) else {}


def _is_number(part: Any) -> TypeGuard[float]:
    return isinstance(part, int | float) and not isinstance(part, bool) and abs(part) <= FARTHEST
