"""The landscape page's moving part: choose, walk, look, and read the one update that was scrubbed to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from netlab.app.choice import choose, choose_some, slide
from netlab.app.lesson import answered, covered, show_code
from netlab.app.tone import tone
from netlab.landscape.descent import descend
from netlab.landscape.descent.path import Walk as Steps
from netlab.landscape.divisor import divided_rates, divided_told
from netlab.landscape.export.view.fold import export_fold
from netlab.landscape.height_map import HeightMap, Scale, height_map
from netlab.landscape.keras_script import path_script
from netlab.landscape.local.view.folds import axes_fold, limit_fold, rate_momentum_fold, take_pair
from netlab.landscape.noise.batches import Batches, examples_of
from netlab.landscape.noise.view.fold import choose_batches, noise_fold
from netlab.landscape.noise.words import batch_told
from netlab.landscape.stability import stability_limit
from netlab.landscape.surface import Surface
from netlab.landscape.verdict import verdict
from netlab.landscape.view.controls import (
    BIND,
    choose_rate,
    choose_rule,
    choose_start,
    choose_surface,
    keep_controls,
    more_settings,
    suggested_rate,
)
from netlab.landscape.view.experiments import EXPERIMENTS, STEPS, tried
from netlab.landscape.view.stability_bar import stability_ruler
from netlab.landscape.view.update import five_steps, model_beside_data
from netlab.landscape.view.walk import Walk, show_walks, walks
from netlab.nn.optimizers import OPTIMIZERS, Optimizer

FIRST_OTHERS = ("momentum", "adam")
"""Whose walks are there at first sight, beside gradient descent's."""
SCALES: Mapping[Scale, str] = {"auto": "as fits", "plain": "loss", "logarithmic": "logarithm"}


Task = Callable[[Surface, Optimizer, tuple[float, float], int], None]
"""Shows a task above the walk: it is told the surface, the optimizer, the start and the steps."""


def landscape(task: Task | None = None, locked: Collection[str] = ()) -> None:
    """Everything that answers a moved control; with a task, what it has locked is shown greyed."""
    above = st.container() if task is not None else None
    surface, optimizer, ruler = _first_controls(locked)
    notice, stage = st.container(), st.container()
    start, steps, scale, batches, others = _more_controls(surface, optimizer, locked)
    with st.expander(f"More settings of {optimizer.title}: schedule, decay, clipping, memory…"):
        optimizer, problem = more_settings(optimizer)
    if problem:
        notice.warning(problem, icon=":material/tune:")
    if task is not None and above is not None:
        with above:
            task(surface, optimizer, start, steps)
    walked = walks(surface, [optimizer, *others], start, steps, batches)
    closer = st.container()
    st.subheader("One update as a story", anchor=False)
    step = _step(steps)
    five_steps(surface, walked[0], step, batches)
    model_beside_data(surface, walked[0], step)
    opened = optimizer.key == "sgd" or answered("landscape")
    with ruler:
        if opened:
            stability_ruler(surface, optimizer, walked[0].path, step)
        else:
            covered("The largest learning rate at which this optimizer is stable here.")
    with stage:
        show_walks(surface, walked, step, scale, _set_step)
        path = walked[0].path
        tone(
            "landscape_tone", np.arange(path.steps_taken + 1), path.losses[: path.steps_taken + 1],
            lowest=min([0.0, *(one.value for one in surface.minima)]),
        )  # fmt: skip
        ground = height_map(surface, scale)
        _verdict(surface, ground, walked[0])
        _divided(surface, walked[0], step)
        sampled = "" if batches is None else f" {batch_told(batches.size, examples_of(surface))}"
        st.caption(
            f"{surface.lesson} {ground.scale_note if ground.has_height else ''}{_stretched(surface)}{sampled}"
        )
    with closer:  # what takes longest comes last: the map has answered by then
        noise_fold(surface, optimizer, start, steps, batches)
        if answered("landscape"):
            rate_momentum_fold(surface, walked[0], step)
        axes_fold(surface, walked[0])
        if opened:
            limit_fold(surface, walked[0])
        export_fold(surface, height_map(surface, scale), walked)
    _code(surface, walked[0], start, steps, batches)
    keep_controls()


def _stretched(surface: Surface) -> str:
    """A word of warning where the map is far from true to scale."""
    window = surface.domain
    wider = (window.x_max - window.x_min) / (window.y_max - window.y_min)
    if 0.6 < wider < 1.7:
        return ""
    long, short = surface.parameters if wider > 1 else surface.parameters[::-1]
    return f" The map is not true to scale: {short} is drawn larger than {long}."


def _first_controls(locked: Collection[str]) -> tuple[Surface, Optimizer, DeltaGenerator]:
    if not locked:
        _try()
    first, second, third = st.columns([1, 1, 2], vertical_alignment="top", gap="medium")
    details = st.container()
    with first:
        surface = choose_surface(details, disabled="surface" in locked)
    take_pair(surface)
    with second:
        optimizer = choose_rule(disabled="optimizer" in locked)
    with third:
        optimizer = optimizer.with_settings(
            learning_rate=choose_rate(surface, optimizer, disabled="rate" in locked)
        )
        return surface, optimizer, st.container()


def _try() -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("Try:", width="content")
        for title in EXPERIMENTS:
            st.button(title, key=f"landscape_try_{title}", on_click=tried, args=(title,), type="tertiary")


def _more_controls(
    surface: Surface, optimizer: Optimizer, locked: Collection[str]
) -> tuple[tuple[float, float], int, Scale, Batches | None, Sequence[Optimizer]]:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        start = choose_start(surface, [one in locked for one in "xy"])
        steps = slide(
            st.select_slider, "Steps", STEPS, 100, key="ls_steps", width=260, disabled="steps" in locked
        )
        scale = choose(
            st.segmented_control, "Height shows", SCALES, key="ls_scale", titles=SCALES.__getitem__
        )
        batches = choose_batches(surface)
    titles = {key: other.title for key, other in OPTIMIZERS.items()}
    chosen = choose_some(
        st.pills, "Compare with", titles, FIRST_OTHERS, key="ls_others", titles=titles.__getitem__
    )
    same = st.toggle(
        "Compare all at this learning rate", key="ls_same", help="Off: each at a rate that suits it here.", **BIND
    )  # fmt: skip
    others = [OPTIMIZERS[key] for key in chosen if key != optimizer.key]
    return start, steps, scale, batches, [_at_rate(surface, other, optimizer, same) for other in others]


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


def _divided(surface: Surface, walk: Walk, step: int) -> None:
    rates = divided_rates(walk.optimizer, walk.path)
    told = "" if rates is None else divided_told(rates, step, surface.parameters)
    if told:
        st.markdown(told)


def _verdict(surface: Surface, ground: HeightMap, walk: Walk) -> None:
    if not ground.has_height:
        st.warning(f"**No height here.** {ground.scale_note}", icon=":material/landscape:")
        return
    found = verdict(surface, walk.optimizer, walk.path)
    text = f"**{found.title}** {found.text}" if found.title else found.text
    if found.tone == "plain":
        st.markdown(text)
    elif found.tone == "warning":
        st.warning(text, icon=ICONS.get(found.title, ":material/landscape:"))
    else:
        st.error(text, icon=":material/trending_up:")


ICONS = {
    "It falls without end.": ":material/trending_down:",
    "It stands far outside.": ":material/open_in_full:",
}


def _code(
    surface: Surface, walk: Walk, start: tuple[float, float], steps: int, batches: Batches | None
) -> None:
    optimizer = walk.optimizer
    if optimizer.keras_class is None:
        text, script = _NOT_IN_KERAS.format(optimizer.title, optimizer.source), ""
    else:
        text, script = _IS_KERAS, path_script(surface, optimizer, start, steps=steps, batches=batches)
    st.markdown(text)
    show_code(descend, Steps.run, optimizer.rule.change, stability_limit, keras=script)


_IS_KERAS = (
    "**This is Keras.** These paths are those of `keras.optimizers`, computed in float32 operation by operation; the code "
    "below walks the first of them."
)
_NOT_IN_KERAS = "**This is not in Keras.** Keras has no optimizer {0}; this is the rule as its authors wrote it ({1}), computed in float32."
