"""The teacher's page: who is here, what trains, waits and is stuck; the way in; limits, hidden pages; the results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from netlab.app.choice import choose
from netlab.app.frame import key_for, literal
from netlab.app.keys import base
from netlab.app.streamlit_private import tab_is_open
from netlab.app.teacher import is_teacher
from netlab.classroom import joining
from netlab.classroom.people import Person, people
from netlab.classroom.results import (
    MOST_REMEMBERED,
    RESULTS,
    WRONG,
    Result,
    begin_of,
    to_csv,
    went_wrong,
    who,
)
from netlab.classroom.standing import SILENT_SECONDS, Line, standing, summed_up
from netlab.classroom.view.gate import leads
from netlab.classroom.view.known_pages import START, offered, title_of
from netlab.formatting import counted
from netlab.processes import sharing
from netlab.processes.sharing import loopback
from netlab.training import class_rules
from netlab.training.class_rules import Rules
from netlab.training.pace import in_words
from netlab.training.view.session import job_queue, show_refusal, stop

PACE = 2.0
NO_LIMIT = 0
MOST_LINES, MOST_WRONG = 40, 8
SECTIONS = {"now": "Now", "join": "How to join", "rules": "Rules", "results": "Results"}
LIMITS: dict[str, tuple[str, tuple[int, ...]]] = {
    "most_epochs": ("Most epochs of a training", (1, 2, 3, 5, 10, 20)),
    "most_images": ("Most training images", (1000, 2000, 5000, 10_000, 20_000)),
    "most_parameters": ("Most parameters of a network", (10_000, 50_000, 100_000, 500_000, 1_000_000)),
}
STUCK = (
    f"**Stuck** means that it does not go on by itself: a training whose worker has said nothing for {SILENT_SECONDS:.0f} "
    "seconds (a healthy one speaks several times a second), a worker that does not begin, or a run that waits though a place "
    "is free. Netlab looks once a second, and itself ends a worker that does nothing for 25 seconds."
)
ALONE = (
    "This server answers only to this machine, so nobody else is here, and no code is asked for. For a class start it with "
    "`--server.address 0.0.0.0`."
)


def lead() -> None:
    """The page, section by section."""
    with st.container(horizontal=True, vertical_alignment="center", key="class_bar"):
        section = choose(
            st.segmented_control, "What to see", SECTIONS, key="class_view", titles=SECTIONS.__getitem__,
            label_visibility="collapsed",
        )  # fmt: skip
        st.page_link("pages/board.py", label="The board, for the projector", icon=":material/co_present:")
    show_refusal()
    {"now": _now, "join": how_to_join, "rules": _rules, "results": _results}[section]()


def _now() -> None:
    if not sharing.shared():
        st.caption(ALONE)
    st.fragment(_live, run_every=PACE)()
    st.caption(STUCK)
    _names()


def _live() -> None:
    queue = job_queue()
    lines = standing(queue)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader("Trainings", anchor=False)
        st.markdown(summed_up(lines, queue.slots))
        if queue.trouble:
            st.warning(literal(queue.trouble), icon=":material/warning:")
        for line in lines[:MOST_LINES]:
            _line(line)
        if len(lines) > MOST_LINES:
            st.caption(f"And {len(lines) - MOST_LINES} more in the queue.")
        wrong = went_wrong(class_results(class_rules.rules())[0])[:MOST_WRONG]
        if wrong:
            told = [
                f"{literal(who(one.owners, people.called))}: {literal(one.name)} ({WRONG[one.state]})"
                for one in wrong
            ]
            st.markdown(":material/error: **Ended early in this lesson.** " + "; ".join(told) + ".")
    with right:
        here = present()
        st.subheader("Here", anchor=False)
        busy = {line.owner: line.state for line in reversed(lines)}
        st.markdown(f"{_people(len(here))} here with an open page, besides you.")
        if here:
            st.dataframe(
                [
                    {
                        "Who": one.called, "Page": title_of(one.page or START), "Run": _RUNS.get(busy.get(one.who, ""), ""),
                        "Last moved": f"{in_words(one.ago)} ago" if one.ago >= 60 else "now", "Tabs": one.tabs,
                    }
                    for one in here
                ],
                hide_index=True, height=min(38 + 35 * len(here), 520),
            )  # fmt: skip


def present() -> list[Person]:
    """Who is here with an open page, beside the teacher, who had one before they gave the code."""
    return [one for one in people.here(tab_is_open) if not is_teacher([one.who])]


_RUNS = {"running": "trains", "starting": "starts", "paused": "paused", "queued": "waits"}


def _people(count: int) -> str:
    return "Nobody is" if not count else "1 person is" if count == 1 else f"{count} people are"


def _line(line: Line) -> None:
    whose = people.called(line.owner) if line.owner else "The command line or an experiment"
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        mark = ":material/warning: **Stuck.** " if line.stuck else ""
        told = f"{mark}{literal(line.stuck)} " if line.stuck else ""
        st.markdown(
            f"**{literal(whose)}**: {literal(line.network)}. {told}{literal(line.told)}", width="stretch"
        )
        if line.place:
            st.button(
                "Free the place", key=f"class_free_{line.id}", on_click=_free, args=(line.id,),
                disabled=line.state == "starting",
                help="Pauses it, its state kept, and gives its place to whoever waits. It goes on, to the same bits, when its "
                "owner presses Resume.",
            )  # fmt: skip
        st.button(
            "Stop", key=f"class_stop_{line.id}", on_click=_stop, args=(line.id,),
            help="Ends it. It is kept, and its owner can continue it.",
        )  # fmt: skip


def _free(run_id: str) -> None:
    job = job_queue().remembered(run_id)
    if job is not None and job.live and leads():
        job_queue().free(job)


def _stop(run_id: str) -> None:
    job = job_queue().remembered(run_id)
    if job is not None and job.live and leads():
        stop(job)


def _names() -> None:
    """A nickname that is not fit for the projector is taken away here."""
    named = [one for one in present() if people.named(one.who) == one.called]
    if not named:
        return
    with st.expander("Take a nickname away"):
        called = {one.who: one.called for one in named}
        who = st.selectbox("Whose", list(called), format_func=called.__getitem__, key="class_name")
        if who is not None:
            st.button(
                "Take it away",
                key="class_unname",
                on_click=_unname,
                args=(who,),
                help="Then they appear as a guest.",
            )


def _unname(who: str) -> None:
    if leads():
        people.call(who, "")


def how_to_join(*, large: bool = False) -> None:
    """The QR code and the short link; where the page was opened as localhost, what to do."""
    address = joining.join_address(st.context.url, str(base()))
    if not address or len(address) > joining.MOST_LETTERS:
        st.info("Your browser has not told its address yet. Reload the page.", icon=":material/link:")
        return
    if joining.only_here(address):
        listens = not loopback(st.get_option("server.address") or "0.0.0.0")
        told = joining.instead(
            st.context.url, joining.own_number(), listens=listens, page="board?board_view=join" if large else "class?class_view=join",
            base=str(base()),
        )  # fmt: skip
        st.warning(told, icon=":material/home_pin:")
        return
    size = "min(62vh, 90vw)" if large else "min(320px, 80vw)"
    with st.container(horizontal=True, vertical_alignment="center", gap="large", key="class_join"):
        code = f'<img src="{joining.qr_url(address)}" alt="QR code of the link to join" style="width: {size}; border-radius: 8px">'
        st.html(code, width="content")
        with st.container(gap="small", width=700 if large else 420):
            st.markdown(
                f"Point a camera at the code, or open\n\n{'## ' if large else '### '}{literal(joining.short(address))}"
            )
            lesson = title_of(class_rules.rules().lesson)
            st.markdown(f"There you may choose a nickname, and the lesson begins with **{literal(lesson)}**.")


def _rules() -> None:
    held = class_rules.rules()
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Limits", anchor=False)
        st.caption(
            "They hold for every training that is asked for at this server from now on, yours and those of experiments too, and after "
            "a restart. A training that is beyond them is refused with a sentence, and the page Train says what they are. Runs that "
            "were asked for before go on as they are."
        )
        for name, (label, marks) in LIMITS.items():
            value = getattr(held, name) or NO_LIMIT
            _kept(
                name,
                label,
                sorted({NO_LIMIT, *marks, value}),
                value,
                lambda one: f"{one:,}" if one else "no limit",
                empty=None,
            )
    with right:
        st.subheader("Pages", anchor=False)
        pages = offered()
        titles = {"": title_of(START), **pages}
        _kept(
            "lesson",
            "The link to join leads to",
            list(titles),
            held.lesson if held.lesson in pages else "",
            titles.__getitem__,
        )
        key = key_for("class_hidden", held.hidden)
        st.multiselect(
            "Hidden pages", pages, [name for name in held.hidden if name in pages], format_func=pages.__getitem__, key=key,
            on_change=lambda: _keep(hidden=tuple(st.session_state[key])), placeholder="None is hidden",
            help="They are gone from everybody's menu but yours, and their address says that you have hidden them.",
        )  # fmt: skip


def _kept(
    name: str, label: str, options: Sequence[Any], value: Any, titles: Callable[[Any], str], *, empty: Any = ""
) -> None:  # fmt: skip
    """A menu whose choice is kept for everybody at once; it shows what holds, whoever has set it."""
    key = key_for(f"class_{name}", value)
    st.selectbox(
        label, options, options.index(value), format_func=titles, key=key,
        on_change=lambda: _keep(**{name: st.session_state[key] or empty}),
    )  # fmt: skip


def _keep(**changes: Any) -> None:
    """Let a rule hold; for callbacks."""
    if not leads():
        return
    try:
        class_rules.keep(replace(class_rules.rules(), **changes))
    except OSError as error:
        st.session_state["refused"] = (
            f"That could not be written down ({error.strerror or error}), so it does not hold."
        )


def _results() -> None:
    held = class_rules.rules()
    found, unread = class_results(held)
    since = begin_of(held.since)
    st.markdown(
        f"{counted(len(found), 'run')} asked for since {since[:16].replace('T', ' ')} (UTC): the board and the file show these."
    )
    if unread:
        st.caption(f"{counted(unread, 'run')} are still to be read: come back in a moment.")
    with st.container(horizontal=True):
        st.button(
            "A new lesson begins", icon=":material/restart_alt:", key="class_since", on_click=partial(_begin_anew),
            help="The board and the file begin anew. All runs are kept.",
        )  # fmt: skip
        st.download_button(
            "Results (CSV)", lambda: to_csv(class_results(class_rules.rules(), MOST_REMEMBERED)[0], people.called), mime="text/csv",
            file_name="netlab-class.csv", on_click="ignore", icon=":material/download:", key="class_csv", disabled=not found,
            help="A line a run, for a spreadsheet: who, network, settings, what was expected, what came.",
        )  # fmt: skip


def _begin_anew() -> None:
    _keep(since=class_rules.now())


def class_results(held: Rules, most: int | None = None) -> tuple[list[Result], int]:
    """The runs of the lesson, and how many are still to be read."""
    since, queue = begin_of(held.since), job_queue()
    return RESULTS.of(queue, since) if most is None else RESULTS.of(queue, since, most, 60.0)
