"""The tour on the pages: one line above each page while it is on, and the page that lists its steps."""

from __future__ import annotations

from typing import Any

import streamlit as st

from netlab.app.components import component
from netlab.app.lesson import PREDICTED
from netlab.app.progress import TOUR
from netlab.classroom.tour.progress import Progress, current, from_word, to_word
from netlab.classroom.tour.steps import STEPS, Now, Step
from netlab.classroom.view.known_pages import path_of, title_of
from netlab.processes import sharing
from netlab.training.class_rules import rules

BEFORE = "_tour_before"
"""In the session: the step that is on, and what it saw when it began on its page."""
EVERY = 1.0
LOOKS = """
.st-key-tour_line { border-left: 4px solid #2A80BC; padding-left: 0.75rem; }
"""

_kept = component("classroom/tour/tour", '<div class="tour"><p role="status"></p></div>')


def progress() -> Progress:
    """How far this session's reader is."""
    found: Progress | None = st.session_state.get(TOUR)
    return found or Progress()


def tour_line(page: str) -> None:
    """The line above a page, while the tour is on; an empty place, of no height, while it is off.

    It is a container, which stays from run to run: what stands in ``st.empty`` is taken away at the beginning of each run, and a
    button that is pressed in that moment is gone when it is let go.
    """
    place = st.container()
    if not progress().on:
        return
    _begin_looking(page)
    with place:
        st.html(f"<style>{LOOKS}</style>")
        st.fragment(_line, run_every=EVERY)(page, progress())


def keep_tour(page: str) -> None:
    """Keep in the browser how far its reader is, or take over what is kept there; tell a screen reader where it stands."""
    _begin_looking(page)  # the page has its controls now

    def take() -> None:
        found = from_word((st.session_state.get("tour_kept") or {}).get("kept"))
        if TOUR not in st.session_state and found.begun:
            st.session_state[TOUR] = found

    data = {"word": to_word(progress()), "asks": TOUR not in st.session_state, "said": _said()}
    _kept(key="tour_kept", data=data, on_kept_change=take, width=1, height=1)


def tour_page() -> None:
    """What the tour is, where its reader stands, and all its steps."""
    now, step = progress(), _step()
    st.markdown(
        f"{len(STEPS)} small steps, about 30 minutes, from a drawn digit to a network that you have trained yourself. A line above "
        "each page says what to do next. A step is done when you have done it; you can skip any, stop whenever you like, and go on "
        "another day: this browser remembers."
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if step is None and not now.skipped:
            st.success("You have done all of it.", icon=":material/flag:")
        elif not now.on or step is None:
            label = "Go on with the tour" if now.begun else "Begin the tour"
            if step is None:
                label = "Go back to what you skipped"
            st.button(
                label,
                key="tour_begin",
                on_click=_set,
                args=(now.begin(),),
                type="primary",
                icon=":material/tour:",
            )
        if now.on:
            st.button(
                "End the tour", key="tour_end_here", on_click=_set, args=(now.end(),), icon=":material/close:"
            )
        if now.begun:
            st.button(
                "From the beginning", key="tour_again", on_click=_set, args=(Progress(on=True),), type="tertiary", icon=":material/replay:"
            )  # fmt: skip
    for place, one in enumerate(STEPS, start=1):
        with st.container(horizontal=True, vertical_alignment="center", key=f"tour_step_{one.key}"):
            st.markdown(f"{_mark(now, one)} **{place}. {one.title}.** {one.sentence}", width="stretch")
            if one.page in _hidden():
                st.caption("Hidden by the teacher")
            else:
                st.page_link(path_of(one.page), label=title_of(one.page), icon=":material/arrow_forward:")


def _mark(now: Progress, step: Step) -> str:
    if step.key in now.done:
        return ":material/check_circle:"
    return ":material/skip_next:" if step.key in now.skipped else ":material/radio_button_unchecked:"


def _line(page: str, shown: Progress) -> None:
    """The step that is on; the whole page follows when it is done."""
    step = _step()
    if step is not None and step.page == page and _met(step):
        _set(progress().with_done(step))
    if progress() != shown:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", key="tour_line", gap="small"):
        if step is None:
            st.markdown(f"**{_over()}**", width="stretch")
        else:
            st.markdown(f"**Tour, step {_place(step)} of {len(STEPS)}.** {step.sentence}", width="stretch")
            if step.page != page:
                st.page_link(
                    path_of(step.page), label=f"Open “{title_of(step.page)}”", icon=":material/arrow_forward:"
                )
            st.button(
                "Skip",
                key="tour_skip",
                on_click=_set,
                args=(progress().without(step),),
                type="tertiary",
                help="Pass over this step.",
            )
        st.button("End the tour", key="tour_end", on_click=_set, args=(progress().end(),), type="tertiary")


def _over() -> str:
    done, skipped = len(progress().done), len(progress().skipped)
    if done == len(STEPS):
        return f"The tour is over: you have done all {done} steps."
    return f"The tour is over: you have done {done} of its {len(STEPS)} steps" + (
        f" and skipped {skipped}." if skipped else "."
    )


def _said() -> str:
    """What is read aloud when it changes; empty while the tour is off."""
    step = _step()
    if not progress().on:
        return ""
    return _over() if step is None else f"Tour, step {_place(step)} of {len(STEPS)}: {step.sentence}"


def _place(step: Step) -> int:
    return STEPS.index(step) + 1


def _step() -> Step | None:
    return current(progress(), _hidden())


def _hidden() -> tuple[str, ...]:
    return rules().hidden


def _set(value: Progress) -> None:
    st.session_state[TOUR] = value


def _begin_looking(page: str) -> None:
    """Let the step that is on see what stands on its page before anything is done."""
    step = _step()
    if progress().on and step is not None and step.page == page:
        _before(step)


def _before(step: Step) -> dict[str, Any]:
    """What a step saw when it began; what it sees for the first time now counts from now on."""
    key, seen = st.session_state.get(BEFORE, ("", {}))
    seen = {**step.look(_now()), **(seen if key == step.key else {})}
    st.session_state[BEFORE] = (step.key, seen)
    return seen


def _met(step: Step) -> bool:
    return step.met(_before(step), step.look(_now()))


def _now() -> Now:
    session: dict[str, Any] = {str(key): value for key, value in st.session_state.items()}
    said = {key: one[1] for key, one in st.session_state.get(PREDICTED, {}).items()}
    return Now(session, said, _runs(), str(session.get("lesson") or ""))


def _runs() -> dict[str, str]:
    """The reader's own runs of this session, and how each is."""
    from netlab.training.view.session import job_queue, own_only  # caches, which a server has once it runs

    ids = list(st.session_state.get("runs", []))
    found = {run: job_queue().find(run) for run in (own_only(ids) if sharing.shared() else ids)}
    return {run: job.state for run, job in found.items() if job is not None}
