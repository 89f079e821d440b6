"""Which settings are best? A search over one to four of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from netlab.app.choice import choose, choose_some, slide
from netlab.app.components import live_figure
from netlab.app.frame import literal
from netlab.app.lesson import covered, judged, predict_first
from netlab.experiments.comparing import pace, record, sweep
from netlab.experiments.comparing.figures_sweep import importance_bars, picture, told
from netlab.experiments.comparing.record import Experiment, Member, Value
from netlab.experiments.comparing.settings import SETTINGS, SWEPT
from netlab.experiments.comparing.sweep import METHODS, MOST_SETTINGS, Search, Space
from netlab.experiments.comparing.view.experiments import (
    begin,
    choose_base,
    choose_experiment,
    forget_button,
    open_run,
    pace_here,
    ticking,
)
from netlab.experiments.expected import of_values
from netlab.formatting import percent
from netlab.nets.naming import validation_name
from netlab.nets.spec import NetworkSpec, SpecError
from netlab.training.view.session import job_queue, tell_unable

RUNS = (4, 8, 12, 16, 20, 24, 32, 48, 64, 96, 128, 192, 256)
MOST_ANSWERS = 6
BETWEEN: dict[str, Any] = {"sweep_how": True, "sweep_method": "random"}
"""The fold open, and values drawn where a grid has none."""
PRESSED = "_sweep_pressed"


def sweep_section() -> None:
    """Choose what to vary; the picture fills as runs end."""
    st.markdown(
        "**Which settings are best?** Each cell will be a run. Press one to open it. The sweep that is set here first ends "
        "within about a minute."
    )
    tell_unable()
    space = _choices()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Start the sweep" if space is None else f"Train {space.total} runs", type="primary", icon=":material/grid_on:",
            key="sweep_start", disabled=space is None, on_click=_start, args=(space,), width="content",
        )  # fmt: skip
        if space is not None:
            st.caption(pace.estimate_sentence(space.specs(), job_queue().slots, pace_here()))
    shown = choose_experiment("sweep")
    if shown is None:
        st.caption("No sweep has begun yet.")
        return
    opened = _ask_first(shown)
    ticking(shown, _show if opened else _covered)
    forget_button(shown)


def _covered(_: Experiment) -> None:
    covered("What each run came to.")


def _ask_first(shown: Experiment) -> bool:
    """Ask for the best value of the first setting, where there are few."""
    values = sweep.with_values(shown.about)
    first = next(iter(values), "")
    if not first or shown.about.get("method") != "grid" or len(values[first]) > MOST_ANSWERS:
        return True
    setting, order = SETTINGS[first], sweep.best(sweep.sound_members(values, shown.members))
    told = "It is still on; the answer grows below."
    if not shown.live:
        told = (
            f"The best run has {setting.label} {setting.word(order[0].values[first])}."
            if order
            else "No run has finished."
        )
    shares = {setting.word(value): _reached(order, first, value) for value in values[first]}
    right = setting.word(order[0].values[first]) if order and not shown.live else None
    return predict_first(
        f"sweep_{shown.id[:12]}", f"Which {setting.label} will the best run have?",
        judged(
            of_values(shares, setting.label), right, waits="Not all have ended.",
            link="Search at random, between the values too", setting=BETWEEN if right else None,
        ),
        told,
    )  # fmt: skip


def _reached(order: Sequence[Member], setting: str, value: object) -> float | None:
    return next((one.validation for one in order if one.values[setting] == value), None)


def _choices() -> Space | None:
    titles = {key: SETTINGS[key].label for key in SWEPT}
    keys = choose_some(
        st.pills,
        f"Vary (one to {MOST_SETTINGS})",
        SWEPT,
        ("rate", "width"),
        key="sweep_vary",
        titles=titles.__getitem__,
    )
    with st.expander("What is tried, and how", on_change="rerun", key="sweep_how"):
        base, _ = choose_base("sweep_base", st.container(), "Everything else as in")
        values = {key: _values(base, key) for key in keys}
        method = choose(
            st.segmented_control, "Search", METHODS, key="sweep_method", titles=METHODS.__getitem__
        )
        runs = 20 if method == "grid" else slide(st.select_slider, "Runs", RUNS, 20, key="sweep_runs")
        prune = st.toggle(
            "Stop hopeless runs early", value=True, key="sweep_prune", bind="query-params",
            help="A run that reads less than half of those before it did at the same moment is stopped.",
        )  # fmt: skip
        st.caption(_about_method(method))
    try:
        return Space(base, values, method, runs, prune)
    except SpecError as error:
        st.info(literal(error), icon=":material/straighten:")
        return None


def _values(base: NetworkSpec, key: str) -> tuple[Value, ...]:
    setting = SETTINGS[key]
    words = {setting.word(value): value for value in setting.values}
    usual = [setting.word(value) for value in sweep.usual_values(base, key)]
    label = setting.label[:1].upper() + setting.label[1:]
    chosen = choose_some(st.pills, label, words, usual, key=f"sweep_{key}")
    return tuple(words[word] for word in words if word in chosen)


def _about_method(method: str) -> str:
    return {
        "grid": "Every combination of the chosen values is trained once, in an order drawn by the seed.",
        "random": "Values are drawn evenly between the least and the greatest that are chosen (learning rates by their ratio).",
        "sampler": "Optuna's tree-structured Parzen estimator: it begins at random, then draws where good runs are denser than bad ones.",
    }[method]


def _start(space: Space) -> None:
    title = " × ".join(SETTINGS[key].label for key in space.values)
    begin("sweep", title[:60], lambda name: Search(space, record.journal_of(name)), space.about())


def _show(shown: Experiment) -> None:
    values = sweep.with_values(shown.about)
    members = sweep.sound_members(values, shown.members)
    if not values or (shown.members and not members):
        st.warning(
            "What this sweep varied cannot be read, so its picture cannot be drawn.",
            icon=":material/broken_image:",
        )
        return
    found = sweep.sentence(members, shown.total)
    if found:
        st.markdown(f"**{found}**")
    grid = shown.about.get("method") == "grid"
    members = sweep.on_grid(values, members) if grid else members
    if any(one.run for one in members):
        _picture(shown, values, members, grid=grid)
        st.caption(_legend(shown, values, grid=grid))
        _pressed(shown, members)
    _importance(values, members)


def _picture(
    shown: Experiment, values: dict[str, tuple[Value, ...]], members: list[Member], *, grid: bool
) -> None:
    figure = picture(values, members, grid=grid)
    if len(values) > 2:
        if any(one.validation is not None for one in members):
            live_figure("sweep_parallel", figure, sweep.sentence(members, shown.total))
        return
    live_figure(
        f"sweep_map_{shown.id}", figure, sweep.sentence(members, shown.total) or "A sweep whose first run is under way.",
        on_press=_press,
    )  # fmt: skip


def _press(run: object) -> None:
    """A run of the picture was pressed; that it is one of the sweep's is asked where it is shown."""
    if isinstance(run, str):
        st.session_state[PRESSED] = run


def _legend(shown: Experiment, values: dict[str, tuple[Value, ...]], *, grid: bool) -> str:
    try:
        where = validation_name(NetworkSpec.from_json(shown.about["base"]))
    except (KeyError, ValueError):
        where = "validation pictures"
    if len(values) > 2:
        return f"A line is a run, from its settings to its accuracy on {where}. Drag along an axis to pick runs out. Yellow is best."
    cells = "Numbers are per cent" if grid and len(values) == 2 else "A mark is a run"
    return f"{cells}: accuracy on {where} at the end of the run, or where it was stopped early (✕). Press one to open its run."


def _pressed(shown: Experiment, members: list[Member]) -> None:
    """The run that was pressed, else the best; a menu does the same without a pointer."""
    order = [*sweep.best(members), *(one for one in members if one.run and one.state != "done")]
    by_run = {one.run: one for one in order if one.run}
    if not by_run:
        return
    names = list(by_run)
    pressed = st.session_state.get(PRESSED)
    first = names.index(pressed) if pressed in by_run else 0
    with st.container(horizontal=True, vertical_alignment="bottom"):
        run = st.selectbox(
            "Run",
            names,
            first,
            format_func=lambda name: _line(by_run[name]),
            key=f"sweep_run_{shown.id}_{names[first]}",
        )
        open_run(run, "Open this run", f"sweep_open_{shown.id}")
    if by_run[run].reason:
        st.caption(literal(by_run[run].reason))


def _line(one: Member) -> str:
    return told(one).replace("<br>press: open it", "").replace("<br>", ", ")


def _importance(values: dict[str, tuple[Value, ...]], members: list[Member]) -> None:
    shares = _shares(
        tuple(values.items()),
        tuple((tuple(one.values.items()), one.state, one.validation) for one in members),
    )
    if not shares:
        return
    first = next(iter(shares))
    words = f"{SETTINGS[first].label} matters most for being among the best quarter: {percent(shares[first], 0)} of the importance."
    st.markdown(words[:1].upper() + words[1:])
    live_figure("sweep_importance", importance_bars(shares), words)
    st.caption(
        "PED-ANOVA, as Optuna measures it: how much the values of the best runs differ from the values of all. With few runs "
        "it is a rough guess."
    )


@st.cache_data(show_spinner=False, max_entries=50)
def _shares(values: tuple[Any, ...], runs: tuple[Any, ...]) -> dict[str, float]:
    members = [Member("0" * 32, dict(own), state, validation) for own, state, validation in runs]
    return sweep.importance(dict(values), members)
