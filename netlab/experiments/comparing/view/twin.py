"""What does one change do? Two runs with one thing changed, side by side."""

from __future__ import annotations

import streamlit as st

from netlab.app.choice import choose
from netlab.app.components import live_figure
from netlab.app.frame import literal
from netlab.app.lesson import covered, judged, predict_first
from netlab.experiments.comparing import luck, pace, twin
from netlab.experiments.comparing.figures_twin import Side, gap_curves, twin_curves
from netlab.experiments.comparing.record import Experiment
from netlab.experiments.comparing.settings import changes
from netlab.experiments.comparing.twin import read_rightly
from netlab.experiments.comparing.view.experiments import (
    begin,
    choose_base,
    choose_change,
    choose_experiment,
    forget_button,
    open_run,
    open_section,
    pace_here,
    repeats,
    run_words,
    ticking,
)
from netlab.experiments.expected import of_twins
from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from netlab.runs.naming import given_name
from netlab.runs.run import RunError
from netlab.training.job import Job, View
from netlab.training.view.session import job_queue, mine, tell_unable

POINTS = 200
MOST_OFFERED = 100
SEEDS = 5
CLOSE = 0.005
LEVEL = "Neither: less than 0.5 points apart"
WAYS = {"new": "Train a twin", "kept": "Two runs that are kept"}


def twin_section() -> None:
    """Choose what to change, train both, watch where they part."""
    st.markdown(
        "**What does one change do?** Two runs with one seed see the same batches; change one setting and watch."
    )
    tell_unable()
    way = choose(
        st.segmented_control,
        "Which two",
        WAYS,
        key="twin_way",
        titles=WAYS.__getitem__,
        label_visibility="collapsed",
    )
    if way == "kept":
        _kept_pair()
        return
    columns = st.columns([2, 1, 1])
    base, name = choose_base("twin_base", columns[0])
    other = choose_change(base, "twin", *columns[1:])
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Train both", type="primary", icon=":material/play_arrow:", key="twin_start", disabled=other is None,
            on_click=_start, args=(base, other, name), width="content",
        )  # fmt: skip
        if other is not None:
            st.caption(pace.estimate_sentence([base, other], job_queue().slots, pace_here()))
    shown = choose_experiment("twin")
    if shown is None:
        st.caption("Nothing is trained yet. Press Train both: the two curves grow here.")
        return
    specs = _specs(shown)
    opened = specs is None or _ask_first(shown, *specs)
    ticking(shown, _show if opened else _covered)
    forget_button(shown)


def _start(base: NetworkSpec, other: NetworkSpec, name: str) -> None:
    title = "; ".join(map(str, changes(base, other)))
    about = {"one": base.to_json(), "other": other.to_json()}
    begin("twin", f"{title}: {name}"[:60], lambda _: twin.plan(base, other), about)


def _specs(shown: Experiment) -> tuple[NetworkSpec, NetworkSpec] | None:
    """The settings of both, as the record tells them, a stranger's."""
    try:
        return NetworkSpec.from_json(shown.about["one"]), NetworkSpec.from_json(shown.about["other"])
    except (KeyError, ValueError):
        return None


def _covered(_: Experiment) -> None:
    covered("The two curves and their difference.")


def _ask_first(shown: Experiment, one: NetworkSpec, other: NetworkSpec) -> bool:
    found = changes(one, other)
    if not found:
        return True
    names = [f"A: {found[0].label} {found[0].before}", f"B: {found[0].label} {found[0].after}"]
    better = _better(shown, names)
    return predict_first(
        f"twin_{shown.id[:12]}", "Which of the two will do better on the validation pictures at the end?",
        judged(
            of_twins(names, LEVEL), better, waits="Both are on their way.",
            link=f"Is it luck? Set the same change over {SEEDS} seeds",
            setting=repeats(one, other, shown, SEEDS) if better else None,
        ),
        _outcome(shown, one, other, names),
    )  # fmt: skip


def _better(shown: Experiment, names: list[str]) -> str | None:
    jobs = _jobs(shown)
    now = None if jobs is None or shown.live else twin.standing(jobs[0].history, jobs[1].history)
    if now is None:
        return None
    return LEVEL if abs(now.validation) < CLOSE else names[now.validation > 0]


def _outcome(shown: Experiment, one: NetworkSpec, other: NetworkSpec, names: list[str]) -> str:
    jobs = _jobs(shown)
    now = None if jobs is None or shown.live else twin.standing(jobs[0].history, jobs[1].history)
    if now is None:
        return "Both are not at their end yet; the answer grows below."
    if abs(now.validation) < CLOSE:
        return f"They end less than 0.5 points apart: B is at {twin.points(now.validation)}."
    return f"It is {names[now.validation > 0]}, by {twin.points(abs(now.validation)).lstrip('+')}."


def _jobs(shown: Experiment) -> tuple[Job, Job] | None:
    runs = {str(one.values.get("part")): one.run for one in shown.members}
    found = [job_queue().find(runs.get(part)) for part in ("A", "B")]
    return None if found[0] is None or found[1] is None else (found[0], found[1])


def _show(shown: Experiment) -> None:
    runs = [one.run for one in shown.members]
    jobs = _jobs(shown)
    if jobs is None:
        if not shown.live:
            st.info(
                "One of the two runs is gone or was not begun, so they cannot be compared.",
                icon=":material/link_off:",
            )
        elif runs:
            st.caption("The second run waits for its turn.")
        return
    pair(*jobs, key=shown.id)


def _kept_pair() -> None:
    options = {run_id: words for run_id in mine()[:MOST_OFFERED] if (words := run_words(run_id))}
    if len(options) < 2:
        st.info(
            "There are not two runs yet. Train a twin, or two runs on the page Train.", icon=":material/info:"
        )
        return
    names, columns = list(options), st.columns(2)
    first = choose(columns[0].selectbox, "A", names, key="twin_a", titles=options.__getitem__)
    second = choose(columns[1].selectbox, "B", names, names[1], key="twin_b", titles=options.__getitem__)
    jobs = [job_queue().find(run_id) for run_id in (first, second)]
    one, other = jobs
    if one is None or other is None:
        st.info("One of the two runs was deleted meanwhile.", icon=":material/link_off:")
    else:
        pair(one, other, key=f"{first}{second}")


def pair(one: Job, other: Job, key: str) -> None:
    """Two runs beside each other: what differs, the sentence, the curves, their difference, where they part."""
    for part, job in (("A", one), ("B", other)):
        if job.state == "unreadable":
            st.error(f"{part} cannot be shown. {literal(job.reason)}", icon=":material/broken_image:")
            return
    views = [job_queue().view(job, POINTS) for job in (one, other)]
    histories = [view.history for view in views]
    told = twin.sentence(one.spec, other.spec, *histories)
    st.markdown(f"**{told}**" if told else "The sentence comes when both have ended an epoch.")
    _facts(one, other, views)
    if any(view.step for view in views):
        _figures(views, key)
    with st.container(horizontal=True):
        open_run(one.id, "Open A", f"open_a_{key}")
        open_run(other.id, "Open B", f"open_b_{key}")
        if told and changes(one.spec, other.spec):
            st.button(
                f"Is it luck? Repeat both over {SEEDS} seeds", icon=":material/casino:", key=f"luck_{key}", on_click=_repeat,
                args=(one.spec, other.spec), width="content",
            )  # fmt: skip


def _facts(one: Job, other: Job, views: list[View]) -> None:
    facts = [twin.parting_sentence(views[0].history, views[1].history), _start_sentence(one, other)]
    states = [
        f"{part} has ended early. {literal(view.reason)}"
        for part, view in zip("AB", views, strict=True)
        if view.state in ("stopped", "died", "diverged", "failed")
    ]
    st.caption(" ".join(filter(None, [*facts, *states])))


def _start_sentence(one: Job, other: Job) -> str:
    try:
        equal, alike = _same_start(one.id, other.id, 0 in one.snapshots and 0 in other.snapshots)
    except RunError:
        return ""
    return twin.start_sentence(equal, alike)


@st.cache_data(show_spinner=False, max_entries=100)
def _same_start(one: str, other: str, there: bool) -> tuple[int, int]:
    runs = [store.get(run_id) for run_id in (one, other)]
    if not there or runs[0] is None or runs[1] is None:
        return 0, 0
    try:
        return twin.same_start(runs[0].weights(0)[1], runs[1].weights(0)[1])
    except ValueError as error:
        raise RunError("The weights before the first step cannot be read.") from error


def _figures(views: list[View], key: str) -> None:
    lengths = [view.started.steps_per_epoch if view.started is not None else 1 for view in views]
    epochs = max(view.spec.epochs for view in views)
    found = twin.parting(views[0].history, views[1].history)
    parted = None if found is None else found.step / lengths[0]
    sides = [
        Side(part, view.curves, length)
        for part, view, length in zip("AB", views, lengths, strict=True)
        if view.step
    ]
    told = twin.sentence(views[0].spec, views[1].spec, views[0].history, views[1].history)
    left, right = st.columns([3, 2])
    with left:
        alt = told or "Curves of two runs that are on."
        live_figure("twin_curves", twin_curves(sides, epochs, parted, key, read_rightly(views[0].spec)), alt)
    apart = twin.gap(views[0].history, views[1].history)
    if len(apart.epochs):
        with right:
            live_figure("twin_gap", gap_curves(apart, epochs, parted, key), f"B minus A by epochs. {told}")
    st.caption(
        f"A is blue, B vermilion; lines are the training, averaged over the last batches, dashes with diamonds the accuracy on "
        f"{twin.validates_on(views[0].spec, views[1].spec)}. Beside it: B minus A in points of per cent; above 0 B is better."
    )


def _repeat(one: NetworkSpec, other: NetworkSpec) -> None:
    about = {"one": one.to_json(), "other": other.to_json()}
    title = f"{'; '.join(map(str, changes(one, other)))}: {given_name(one)}"
    begin("luck", title[:60], lambda _: luck.plan(one, other, SEEDS), about)
    open_section("luck")
