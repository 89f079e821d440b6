"""How a drawing became 28×28 numbers: every step with a switch, and what the network says after each and without each.

A fold that computes only while it is open; a switch runs it alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from netlab.app.png import png_url
from netlab.drawing import apart
from netlab.drawing.apart import NAMES, TITLES, Answer, Source, Steps
from netlab.drawing.view.answer import answer
from netlab.drawing.view.reading import Choice, Shown, reader
from netlab.drawing.view.ways import one_of, ways

OPEN, WHICH, ANSWERED, SHOW_AGAIN = "apart_open", "apart_which", "_apart_answered", "apart_all"
SHOWN, SMALL, WIDE, ANSWER = 130, 84, 150, 760
"""Pixels of a step's picture, of one in the chain, of a step with its words, and of the answer with its bars."""

AS_IT_LIES: dict[str, Any] = {OPEN: True, "apart_crop": False, "apart_centre": False}
"""The fold open, and the drawing read where it lies on the pad."""


def framing_stages(shown: Shown, name: str) -> None:
    """A fold in which what is on the pad, or a picture that was brought, is taken apart; ``name`` is who reads."""
    box = st.expander("How your drawing became 784 numbers", on_change="rerun", key=OPEN)
    if box.open:
        with box:
            st.fragment(_fold)(shown, name)


def _fold(shown: Shown, name: str) -> None:
    st.write(
        "The digits of MNIST were all cropped, scaled and centred alike (LeCun et al., 1998). A network that learnt from them "
        "can read your drawing only if it is prepared in the same way. **Switch a step off** and see what the network would "
        "receive, and say, without it."
    )
    found_here = ways(shown)
    if not found_here:
        st.info(
            "Draw a digit, or bring a picture of one: then you see here its way to the network, step by step."
        )
        return
    way = one_of(found_here, "Take apart", WHICH)
    choice = reader(name)
    source = apart.source(way.framing, way.picture)
    steps = _steps(source)
    found = _answered(choice, source)
    now, divided = apart.answers(choice.spec, choice.weights, source, [steps, replace(steps, units=True)])
    _cells(source, now, found)
    _received(source, now, divided, found.whole)
    _chain(found.chain, source.switches)


def _steps(source: Source) -> Steps:
    """The switches as they stand; those that have nothing to switch count as on."""
    state = st.session_state
    return Steps(
        **{name: bool(state.get(f"apart_{name}", True)) or name not in source.switches for name in NAMES}
    )


class Answered(NamedTuple):
    """What a network says to a digit framed by all steps, without each that has a switch, and after each."""

    whole: Answer
    alone: dict[str, Answer]
    chain: Sequence[Answer]


def _answered(choice: Choice, source: Source) -> Answered:
    """The answers that no switch changes, kept until the digit or the network is another."""
    which = (choice.title, source.ink.tobytes(), None if source.picture is None else source.picture.tobytes())
    kept = st.session_state.get(ANSWERED)
    if kept is None or kept[0] != which:
        ways = [Steps(), *map(apart.without, source.switches), *apart.so_far(source.switches)]
        whole, *rest = apart.answers(choice.spec, choice.weights, source, ways)
        switches = len(source.switches)
        found = Answered(whole, dict(zip(source.switches, rest, strict=False)), rest[switches:])
        kept = st.session_state[ANSWERED] = (which, found)
    return kept[1]


def _cells(source: Source, now: Answer, found: Answered) -> None:
    """Each step with its picture, its switch, why it is there and what it does to this digit."""
    with st.container(horizontal=True, gap="small", key="apart_steps"):
        for at, name in enumerate(NAMES, 1):
            with st.container(width=WIDE, gap="xxsmall"):
                title = f"{at}. {TITLES[name]}"
                st.image(_square(now.apart.pictures[name]), width=SHOWN, alt=f"After step {title}")
                if name not in source.switches:
                    st.write(title)
                    st.caption("Told on the whole page at once, so there is no switch here.")
                    continue
                idle = name in apart.NEEDS_CROP and not now.apart.steps.crop
                st.toggle(title, True, key=f"apart_{name}", disabled=idle, bind="query-params")
                told = [
                    apart.WHY[name],
                    apart.pen_said(found.whole.apart) if name == "pen" else "",
                    apart.effect(found.alone[name], found.whole),
                ]
                st.caption(
                    "Without the crop there is nothing to measure." if idle else " ".join(filter(None, told))
                )


def _received(source: Source, now: Answer, divided: Answer, whole: Answer) -> None:
    off = apart.left_out(now.apart.steps, source.switches)
    st.markdown(f"**{apart.summary(now, whole, off)}**")
    if off:
        st.button("All steps on", on_click=_all_on, key=SHOW_AGAIN, icon=":material/restart_alt:")
    top = 1 if now.apart.steps.units else apart.LEVELS
    with st.container(width=ANSWER):
        if now.blank:
            answer("apart_answer", None, None)
        else:
            answer("apart_answer", now.apart.received / np.float32(top), now.probabilities)
    st.caption(f"In all pictures here black is 0; what the network receives is white at {top}.")
    told = apart.saturation(now, divided)
    if told:
        st.info(told, icon=":material/signal_cellular_alt:")


def _chain(chain: Sequence[Answer], switches: Sequence[str]) -> None:
    """What the network would say after the first steps."""
    st.markdown("**Step by step: what would it say if the way ended here?**")
    with st.container(horizontal=True, gap="small", key="apart_chain"):
        for one in chain:
            top = 1 if one.apart.steps.units else apart.LEVELS
            st.image(
                png_url(one.apart.received * (255 / top), times=3),
                caption=f"{apart.last(one.apart.steps, switches)}: {one.words}",
                width=SMALL,
            )


def _all_on() -> None:
    """Switch all steps on. For callbacks."""
    for name in NAMES:
        st.session_state[f"apart_{name}"] = True


def _square(image: NDArray[np.float32]) -> str:
    """The picture in a square of at least ``SHOWN`` pixels, every pixel of it a sharp square."""
    side = max(1, *image.shape)
    square = np.zeros((side, side), np.float32)
    top, left = (side - image.shape[0]) // 2, (side - image.shape[1]) // 2
    square[top : top + image.shape[0], left : left + image.shape[1]] = image
    return png_url(square * 255, times=max(1, -(-SHOWN // side)))
