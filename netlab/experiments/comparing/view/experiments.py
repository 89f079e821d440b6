"""What the three sections share: the server's driver, which experiment is shown, how far it is, and what one begins with."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from netlab.app.choice import choose, keep
from netlab.app.frame import follow_newest, let_follow, literal, put_in_address
from netlab.app.teaching import teaches
from netlab.app.visitor import names, visitor
from netlab.experiments.comparing import pace, record
from netlab.experiments.comparing.driver import Driver, Plan, Refused
from netlab.experiments.comparing.record import Experiment
from netlab.experiments.comparing.settings import SETTINGS, change_between, changes
from netlab.experiments.comparing.sweep import SMALL
from netlab.experiments.comparing.twin import twin_of
from netlab.files import FileError
from netlab.formatting import counted
from netlab.nets.presets import PRESETS
from netlab.nets.spec import NetworkSpec, SpecError
from netlab.processes import sharing
from netlab.runs import store
from netlab.runs.naming import given_name
from netlab.runs.run import RunError
from netlab.training.controls import from_controls, to_controls
from netlab.training.pace import Pace, in_words, pace_of
from netlab.training.view.session import current, job_queue, mine, show

TICK_SECONDS = 1.0
MOST_RUNS = 60
SHOWN, SESSION, OPENED, LEFT = "experiment", "_experiments", "_open_run", "_section_left"
SMALL_NAME, ON_TRAIN_PAGE, ARTICLE = "small", "settings", "article"

_making = threading.Lock()
_registry: Driver | None = None


def driver() -> Driver:
    """The one driver of this process, over its one queue; it outlives every page."""
    global _registry
    with _making:
        if _registry is None or _registry.queue is not job_queue():
            _registry = Driver(job_queue())
        return _registry


def begin(kind: str, title: str, make: Callable[[str], Plan], about: Mapping[str, Any]) -> None:
    """Begin an experiment whose plan ``make`` makes for its id, and show it; why not is told at the next run. For callbacks.

    The session hears of it before it begins, since a callback may be ended at any word with the session.
    """
    name, before = store.new_id(), st.session_state.get(SHOWN)
    st.session_state[SHOWN] = name
    try:
        driver().start(kind, title, make(name), owner=visitor(), about=about, name=name)
    except (OSError, Refused, SpecError) as error:
        st.session_state[SHOWN] = before
        st.session_state["refused"] = f"This experiment was not begun. {error}"
        return
    st.session_state.setdefault(SESSION, []).insert(0, name)
    let_follow(f"shown_{kind}")


def open_section(section: str) -> None:
    """Show another section of the page; for callbacks."""
    keep("view", section, "table")
    st.session_state[LEFT] = True


def choose_experiment(kind: str) -> Experiment | None:
    """The experiment of a kind that is shown, with a menu where there are several; None if there is none yet."""
    asked = st.session_state.setdefault(SHOWN, st.query_params.get(SHOWN, "")) or ""
    names = [asked, *st.session_state.get(SESSION, [])]
    if not sharing.shared():
        names += record.newest()
    labels = {name: label for name in dict.fromkeys(names) if (label := _label(name, kind))}
    if not labels:
        return None
    first = asked if asked in labels else next(iter(labels))
    name = follow_newest(f"shown_{kind}", "Shown", labels, first) if len(labels) > 1 else first
    put_in_address(SHOWN, name)
    try:
        return driver().find(name)
    except FileError as error:
        st.warning(literal(error), icon=":material/broken_image:")
        return None


def _label(name: str, kind: str) -> str:
    """An experiment of this kind in a few words; empty for any other, or one that cannot be read."""
    found = next((one for one in driver().live() if one.id == name), None)
    if found is None:
        return _kept_label(name, kind, record.stamp(name))
    return _words(found) if found.kind == kind else ""


@st.cache_data(show_spinner=False, max_entries=500)
def _kept_label(name: str, kind: str, stamp: object) -> str:
    try:
        found = record.read(name)
    except FileError:
        return ""
    return _words(found) if found is not None and found.kind == kind else ""


def _words(one: Experiment) -> str:
    """Nothing that changes while it goes on: a menu would keep the words that it was chosen by."""
    return f"{one.title or one.kind}, {one.started[:16].replace('T', ' ')}"


def progress(one: Experiment) -> None:
    """How far an experiment is, how long it will take, and a way to end it; for what ticks."""
    jobs, over = driver(), len(one.over)
    jobs.look(one.id)
    if not one.live:
        _ended(one)
        return
    left = pace.left(one, job_queue().slots)
    ended = f"{over} of {counted(one.total, 'run')} ended"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(over / one.total, text=ended if left is None else f"{ended}, about {in_words(left)} left")
        why = _why_not(one)
        st.button(
            "Cancel", icon=":material/stop:", key=f"cancel_{one.id}", on_click=_cancel, args=(one,), width="content",
            disabled=bool(why), help=why or "Stops the runs that are under way and begins no more. What is trained is kept.",
        )  # fmt: skip
    if jobs.waiting(one.id):
        st.caption(f"The next run waits. {literal(jobs.waiting(one.id))}")


def _why_not(one: Experiment) -> str:
    """Why this visitor may not end or forget an experiment; empty if they may."""
    if not sharing.shared() or teaches() or one.owner in names():
        return ""
    return "This experiment belongs to another browser: you may watch it; only the one that began it, or the teacher, may end it."


def _cancel(one: Experiment) -> None:
    why = _why_not(one)
    if why:
        st.session_state["refused"] = why
    else:
        driver().cancel(one.id)


def _ended(one: Experiment) -> None:
    if one.ended == "cancelled":
        st.caption(
            f"Ended before its time, with {len(one.over)} of {counted(one.total, 'run')}. {literal(one.reason)}"
        )
    elif one.ended == "failed":
        st.warning(literal(one.reason), icon=":material/error:")
    elif one.ended == record.INTERRUPTED:
        st.info(
            f"The server stopped while this experiment was on: {sum(run.state == 'done' for run in one.members)} of "
            f"{counted(one.total, 'run')} finished, and are shown.",
            icon=":material/power_off:",
        )


def forget_button(one: Experiment) -> None:
    """Lets an experiment that has ended go; its runs stay."""
    if one.live:
        return
    st.button(
        "Forget this experiment", icon=":material/delete:", key=f"forget_{one.id}", on_click=_forget, args=(one,),
        type="tertiary", disabled=bool(_why_not(one)),
        help=_why_not(one) or "Netlab then no longer knows that these runs belong together. The runs themselves stay, under “My runs” on Train.",
    )  # fmt: skip


def _forget(one: Experiment) -> None:
    why, name = _why_not(one), one.id
    if why:
        st.session_state["refused"] = why
        return
    try:
        driver().forget(name)
    except (OSError, Refused) as error:
        st.session_state["refused"] = f"This experiment could not be forgotten. {error}"
        return
    if st.session_state.get(SHOWN) == name:
        st.session_state[SHOWN] = ""
    session: list[str] = st.session_state.get(SESSION, [])
    if name in session:
        session.remove(name)


def ticking(one: Experiment, show_it: Callable[[Experiment], None]) -> None:
    """Show an experiment, again each second while it is on; its end runs the whole page once more."""
    st.fragment(_tick, run_every=TICK_SECONDS if one.live else None)(one.id, show_it, was_live=one.live)


def _tick(name: str, show_it: Callable[[Experiment], None], *, was_live: bool) -> None:
    if st.session_state.pop(LEFT, False):  # what was pressed runs only what ticks
        st.rerun()
    now = driver().find(name)
    if now is None or (was_live and not now.live):
        st.rerun()
    progress(now)
    show_it(now)


def choose_base(key: str, place: DeltaGenerator, label: str = "Begin with") -> tuple[NetworkSpec, str]:
    """What an experiment begins with: a small network, what is set on Train, or a run; its settings and its name."""
    runs = _runs_to_begin_with()
    titles = {
        SMALL_NAME: "a small network: seconds a run", ON_TRAIN_PAGE: "what is set on the page Train",
        ARTICLE: "the article's network", **runs,
    }  # fmt: skip
    chosen = choose(place.selectbox, label, titles, SMALL_NAME, key=key, titles=titles.__getitem__)
    if chosen in runs:
        run = store.get(chosen)
        try:
            if run is None:
                raise RunError("It was deleted meanwhile.")
            return run.spec(), run.name()
        except RunError as error:
            st.warning(f"{literal(error)} A small network is taken instead.", icon=":material/broken_image:")
            return SMALL, given_name(SMALL)
    if chosen == ON_TRAIN_PAGE:
        spec = set_on_train()
        return spec, given_name(spec)
    spec = PRESETS[ARTICLE].spec if chosen == ARTICLE else SMALL
    return spec, given_name(spec)


def set_on_train() -> NetworkSpec:
    """The network that the controls of Train describe in this session; the article's where they describe none."""
    usual = to_controls(NetworkSpec(optimizer=st.session_state.get("optimizer", NetworkSpec().optimizer)))
    values = {key: st.session_state.get(key, value) for key, value in usual.items()}
    values["each"] = False
    try:
        return from_controls(values)
    except (KeyError, SpecError):
        return NetworkSpec()


def _runs_to_begin_with() -> dict[str, str]:
    now = current()
    names = [*([now.id] if now is not None else []), *mine()[:MOST_RUNS]]
    return {name: words for name in dict.fromkeys(names) if (words := run_words(name))}


def run_words(run_id: str) -> str:
    """A run in a few words; empty if it cannot be read."""
    run = store.get(run_id)
    return "" if run is None else _run_words(run_id, run.stamp(), run.own_name())


@st.cache_data(show_spinner=False, max_entries=1000)
def _run_words(run_id: str, stamp: object, own_name: str) -> str:
    run = store.get(run_id)
    try:
        return "" if run is None else f"{own_name or run.name()}, run {run_id[:4]}"
    except RunError:
        return ""


def choose_change(
    base: NetworkSpec, key: str, left: DeltaGenerator, right: DeltaGenerator
) -> NetworkSpec | None:
    """The twin of a network: one setting, and what it is changed to. None, with a sentence, where that is no change."""
    titles = {name: row.label for name, row in SETTINGS.items()}
    setting = SETTINGS[
        choose(left.selectbox, "Change", titles, "dropout", key=f"{key}_change", titles=titles.__getitem__)
    ]
    now = setting.of(base)
    other = next((value for value in _likely(setting.key) if value != now), setting.values[0])
    value = choose(
        right.selectbox,
        f"from {setting.word(now)} to",
        setting.values,
        other,
        key=f"{key}_{setting.key}",
        titles=setting.word,
    )
    try:
        twin = twin_of(base, setting.key, value)
    except SpecError as error:
        st.warning(f"There is no such network. {literal(error)}", icon=":material/straighten:")
        return None
    if not changes(base, twin):
        why = (
            f"That changes nothing: {setting.label} is {setting.word(now)} already."
            if value == now
            else f"That changes nothing: {setting.label} has no effect here."
        )
        st.info(f"{why} Choose another value.", icon=":material/drag_handle:")
        return None
    return twin


def _likely(setting: str) -> tuple[Any, ...]:
    return {
        "dropout": (0.2, 0.5, 0.0), "rate": (0.01, 0.001), "optimizer": ("sgd", "adam"), "width": (128, 64), "depth": (2, 1),
        "activation": ("tanh", "relu"), "batch": (128, 32), "epochs": (2, 5), "examples": (1000, 3000),
    }.get(setting, SETTINGS[setting].values[1:])  # fmt: skip


def repeats(one: NetworkSpec, other: NetworkSpec, shown: Experiment, seeds: int) -> dict[str, Any]:
    """What the section Luck is set to, so that it would repeat these two over so many seeds."""
    values: dict[str, Any] = {"view": "luck", "luck_what": "pair", "luck_seeds": seeds}
    changed = change_between(one, other)
    if changed is not None:
        setting, value = changed
        values |= {"luck_change": setting, f"luck_{setting}": value}
    base = _base_of(one, shown)
    return values | ({"luck_base": base} if base else {})


def _base_of(spec: NetworkSpec, shown: Experiment) -> str:
    """The option of ``choose_base`` that stands for a network of this experiment; empty if there is none."""
    if spec in (SMALL, PRESETS[ARTICLE].spec):
        return SMALL_NAME if spec == SMALL else ARTICLE
    offered = _runs_to_begin_with()
    first = (one.run for one in shown.members if one.values.get("part") == "A")
    return next((run for run in first if run in offered), "")


def open_run(run_id: str, label: str, key: str) -> None:
    """A button that opens a run on the page Train, where it can be steered, drawn for and taken along."""
    if st.session_state.get(OPENED) == key:
        del st.session_state[OPENED]
        st.switch_page("pages/train.py")
    st.button(
        label, icon=":material/open_in_full:", key=key, width="content", on_click=_open, args=(run_id, key)
    )


def _open(run_id: str, key: str) -> None:
    show(run_id)
    st.session_state[OPENED] = key


def pace_here() -> Pace:
    """How fast this machine trains, by the runs that it has kept."""
    return _pace(str(store.root()), store.changed())


@st.cache_data(show_spinner=False, max_entries=4)
def _pace(root: str, changed: int) -> Pace:
    return pace_of(store.all_runs())
