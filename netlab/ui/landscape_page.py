"""The landscape page's moving part: choose, walk, look, and read the one update that was scrubbed to."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from netlab.descent import descend
from netlab.keras_code import path_script
from netlab.numerals import plain
from netlab.optimizers import OPTIMIZERS, Optimizer
from netlab.stability import THEORIES, stability_limit
from netlab.surface import Surface
from netlab.terrain import Scale, terrain
from netlab.ui.choice import choose, choose_some, slide
from netlab.ui.landscape_ruler import stability_ruler
from netlab.ui.landscape_settings import (
    BIND,
    choose_rate,
    choose_rule,
    choose_start,
    choose_surface,
    keep_controls,
    more_settings,
    suggested_rate,
)
from netlab.ui.landscape_story import five_steps, model_beside_data
from netlab.ui.landscape_walk import Walk, show_walks, walks
from netlab.ui.lesson import show_code

GROWING = {key for key, theory in THEORIES.items() if theory.divisor is None}
"""Optimizers whose steps grow with the slope."""
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 300, 500, 1000)
SCALES: Mapping[Scale, str] = {"auto": "as fits", "plain": "loss", "logarithmic": "logarithm"}
EXPERIMENTS: Mapping[str, Mapping[str, Any]] = {
    "Just below the limit": {"ls_surface": "ravine", "ls_optimizer": "sgd", "ls_rate_ravine_sgd": 0.018},
    "Just above it": {"ls_surface": "ravine", "ls_optimizer": "sgd", "ls_rate_ravine_sgd": 0.0225},
    "Add momentum": {"ls_surface": "ravine", "ls_optimizer": "momentum", "ls_rate_ravine_momentum": 0.0225},
    "Linger at a saddle": {
        "ls_surface": "saddle",
        "ls_optimizer": "sgd",
        "ls_x_saddle": -2.5,
        "ls_y_saddle": 0.001,
    },
    "Caught in a dent": {"ls_surface": "rastrigin", "ls_optimizer": "sgd"},
    "Sure and wrong": {"ls_surface": "neuron", "ls_activation": "sigmoid", "ls_loss": "quadratic"},
    "Cross-entropy to the rescue": {
        "ls_surface": "neuron",
        "ls_activation": "sigmoid",
        "ls_loss": "cross-entropy",
    },
}
"""Moves of the controls that show one thing each."""


def landscape() -> None:
    """Everything that answers a moved control."""
    surface, optimizer, ruler = _first_controls()
    stage = st.container()
    start, steps, scale, others = _more_controls(surface, optimizer)
    with st.expander(f"More settings of {optimizer.title}: schedule, decay, clipping, memory…"):
        optimizer = more_settings(optimizer)
    walked = walks(surface, [optimizer, *others], start, steps)
    st.subheader("One update as a story", anchor=False)
    step = _step(steps)
    five_steps(surface, walked[0], step)
    model_beside_data(surface, walked[0], step)
    with ruler:
        stability_ruler(surface, optimizer, walked[0].path, step)
    with stage:
        show_walks(surface, walked, step, scale, _set_step)
        _verdict(surface, walked[0])
        st.caption(f"{surface.lesson} {terrain(surface, scale).scale_note}{_stretched(surface)}")
    _code(surface, walked[0], start, steps)
    keep_controls()


def _stretched(surface: Surface) -> str:
    """A word of warning where the map is far from true to scale."""
    window = surface.domain
    wider = (window.x_max - window.x_min) / (window.y_max - window.y_min)
    if 0.6 < wider < 1.7:
        return ""
    long, short = surface.parameters if wider > 1 else surface.parameters[::-1]
    return f" The map is not true to scale: {short} is drawn larger than {long}."


def _first_controls() -> tuple[Surface, Optimizer, DeltaGenerator]:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("Try:", width="content")
        for title, values in EXPERIMENTS.items():
            st.button(title, key=f"landscape_try_{title}", on_click=_try, args=(values,), type="tertiary")
    first, second, third = st.columns([1, 1, 2], vertical_alignment="top", gap="medium")
    details = st.container()
    with first:
        surface = choose_surface(details)
    with second:
        optimizer = choose_rule()
    with third:
        optimizer = optimizer.with_settings(learning_rate=choose_rate(surface, optimizer))
        return surface, optimizer, st.container()


def _try(values: Mapping[str, Any]) -> None:
    st.session_state.update(values)


def _more_controls(
    surface: Surface, optimizer: Optimizer
) -> tuple[tuple[float, float], int, Scale, Sequence[Optimizer]]:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        start = choose_start(surface)
        steps = slide(st.select_slider, "Steps", STEPS, 100, key="ls_steps", width=260)
        scale = choose(
            st.segmented_control, "Height shows", SCALES, key="ls_scale", titles=SCALES.__getitem__
        )
    titles = {key: other.title for key, other in OPTIMIZERS.items()}
    chosen = choose_some(st.pills, "Compare with", titles, key="ls_others", titles=titles.__getitem__)
    same = st.toggle(
        "Compare all at this learning rate", key="ls_same", help="Off: each at a rate that suits it here.", **BIND
    )  # fmt: skip
    others = [OPTIMIZERS[key] for key in chosen if key != optimizer.key]
    return start, steps, scale, [_at_rate(surface, other, optimizer, same) for other in others]


def _at_rate(surface: Surface, other: Optimizer, chosen: Optimizer, same: bool) -> Optimizer:
    rate = chosen.learning_rate if same else suggested_rate(surface, other)
    return other.with_settings(learning_rate=rate)


def _step(steps: int) -> int:
    step = st.number_input(
        "Step told here", 0, STEPS[-1], 1, key="ls_step", width=150,
        help="Move it here, or with the slider under the controls of the walk.", **BIND,
    )  # fmt: skip
    return min(int(step), steps)


def _set_step(step: int) -> None:
    st.session_state["ls_step"] = min(max(step, 0), STEPS[-1])


def _verdict(surface: Surface, walk: Walk) -> None:
    path = walk.path
    first, last, best = float(path.losses[0]), float(path.losses[path.steps_taken]), path.best
    if path.diverged or (last > 10.0 * abs(first) and not surface.domain.contains(path.weights[-1])):
        told = (
            path.diverged
            or f"After {path.steps} step{'s' * (path.steps > 1)} the loss has grown from {plain(first)} to {plain(last)}."
        )
        if not math.isfinite(first):
            st.warning(
                "**No height here.** Click the map where there is one, or move the start.",
                icon=":material/landscape:",
            )
        elif path.falls:
            st.warning(f"**It falls without end.** {told}", icon=":material/trending_down:")
        elif path.diverged or walk.optimizer.key in GROWING:
            st.error(f"**Diverged.** {told}{_why(surface, walk)}", icon=":material/trending_up:")
        else:
            st.warning(
                f"**It stands far outside.** {told} The steps of {walk.optimizer.title} do not grow with the slope, so it may come back.",
                icon=":material/open_in_full:",
            )
        return
    words = f"In {path.steps} steps the loss went from {plain(first)} to **{plain(last)}**"
    if best and path.losses[best] < last:
        words += f"; it was lowest, {plain(path.losses[best])}, after step {best}"
    st.markdown(f"{words}.{_nearest(surface, walk)}")


def _why(surface: Surface, walk: Walk) -> str:
    limit = stability_limit(surface, walk.optimizer, walk.path.weights[0]).learning_rate
    rate = float(walk.path.learning_rates[0])
    if not walk.path.steps_taken or walk.optimizer.key not in GROWING or limit is None or rate <= limit:
        return ""
    return (
        f" The learning rate {rate:g} is above the limit of {plain(limit, 3)} at the start: each step jumps "
        "over the valley and lands higher on the other side, where the slope is steeper, so the next jump is longer."
    )


def _nearest(surface: Surface, walk: Walk) -> str:
    if not surface.minima:
        return ""
    x, y = (float(weight) for weight in walk.path.weights[-1])
    distances = [math.hypot(x - minimum.point[0], y - minimum.point[1]) for minimum in surface.minima]
    distance = min(distances)
    minimum = surface.minima[distances.index(distance)]
    lowest = surface.minima[0].value
    rank = "lowest" if minimum.value <= lowest + 1e-9 * max(1.0, abs(lowest)) else "a higher"
    return f" It stands {plain(distance, 3)} from the nearest minimum ({rank}{' one' if rank == 'a higher' else ''})."


def _code(surface: Surface, walk: Walk, start: tuple[float, float], steps: int) -> None:
    st.markdown(
        "**This is Keras.** These paths are those of `keras.optimizers`, computed in float32 operation by operation; the code "
        "below walks the first of them."
    )
    show_code(
        descend,
        walk.optimizer.rule.change,
        stability_limit,
        keras=path_script(surface, walk.optimizer, start, steps=steps),
    )
