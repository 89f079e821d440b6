"""Networks that learn before a reader's eyes: a button, a bar, and a picture that is drawn anew until they are done."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from netlab.app.digits import digits
from netlab.arrays import Bytes
from netlab.data.split import nonsense, split
from netlab.nn.pupil import Examples, Moment

TICK_SECONDS = 0.25
BUDGET = 0.12
"""Seconds of learning in one tick, so that the page still answers between two."""
HELD = 1000
"""Digits that are held back to judge on."""


@dataclass
class Watched:
    """A learning under way in one reader's session, and all its looks so far."""

    asked: Hashable
    moments: Iterator[Moment]
    last: int
    seen: list[Moment] = field(default_factory=list)
    going: bool = False
    fresh: bool = False
    """Whether it is still to be shown as it began: its first picture waits for nothing."""

    @property
    def done(self) -> bool:
        """Whether all steps are taken."""
        return bool(self.seen) and self.seen[-1].step >= self.last

    def advance(self, seconds: float) -> None:
        """Learn for about so long, but at least until the next look."""
        end = time.monotonic() + seconds
        while not self.done:
            self.seen.append(next(self.moments))
            if len(self.seen) > 1:  # the networks of looks that are past are not needed
                old = self.seen[-2]
                self.seen[-2] = Moment(old.step, (), old.taught, old.held)
            if time.monotonic() >= end:
                break
        self.going = self.going and not self.done


def some_digits(count: int, *, seed: int = 0, mixed: bool = False) -> Examples:
    """So many training digits to learn from, and others, up to ``HELD``, that are held back; the same for everybody.

    A larger count holds the smaller one. With ``mixed`` the labels of what is learnt from change places at random.
    """
    found = digits()
    used = min(count, len(found.y_train) // 2)
    taught, held = split(seed, len(found.y_train), used, min(HELD, len(found.y_train) - used))
    labels = nonsense(seed, found.y_train, taught, used if mixed else 0)
    return Examples(
        _inputs(found.x_train[taught]), labels[taught].astype(np.intp),
        _inputs(found.x_train[held]), found.y_train[held].astype(np.intp),
    )  # fmt: skip


def _inputs(images: Bytes) -> np.ndarray:
    return images.reshape(len(images), -1).astype(np.float32) / np.float32(255)


def learn_live(
    key: str, asked: Hashable, begin: Callable[[], Iterator[Moment]], last: int, show: Callable[[Sequence[Moment]], None],
    label: str = "Let both learn", *, at_once: bool = False,
) -> None:  # fmt: skip
    """Show a button, and what was seen so far of networks that learn for ``last`` steps.

    Parameters
    ----------
    key : str
        Of its controls, and of its place in the session.
    asked : hashable
        All that was set: when it changes, the learning begins anew.
    begin : callable
        Makes the moments, from step 0.
    show : callable
        Draws the moments that were seen; the networks of the last one are kept.
    label : str
        Of the button.
    at_once : bool
        Whether it begins by itself, whenever something else is set.
    """
    watched = _watched(key, asked, begin, last, at_once=at_once)
    st.fragment(_tick, run_every=TICK_SECONDS if watched.going else None)(
        key, asked, begin, last, show, label, at_once=at_once, was_going=watched.going
    )


def _tick(
    key: str, asked: Hashable, begin: Callable[[], Iterator[Moment]], last: int, show: Callable[[Sequence[Moment]], None],
    label: str, *, at_once: bool, was_going: bool,
) -> None:  # fmt: skip
    watched = _watched(key, asked, begin, last, at_once=at_once)
    if watched.going and not watched.fresh:
        watched.advance(BUDGET)
    watched.fresh = False
    if watched.going != was_going:
        st.rerun()
    _bar(key, watched, label)
    show(watched.seen)


def _watched(
    key: str, asked: Hashable, begin: Callable[[], Iterator[Moment]], last: int, *, at_once: bool
) -> Watched:
    """The session's learning, or a new one at step 0 if anything about it was changed."""
    found: Watched | None = st.session_state.get(f"_{key}")
    if found is None or found.asked != asked:
        again = bool(st.session_state.pop(f"_{key}_again", False))
        found = Watched(asked, begin(), last, going=again or at_once, fresh=at_once)
        found.advance(0.0)
        st.session_state[f"_{key}"] = found
    return found


def _bar(key: str, watched: Watched, label: str) -> None:
    step = watched.seen[-1].step
    with st.container(horizontal=True, vertical_alignment="center"):
        words, icon = (
            ("Pause", "pause") if watched.going else ("Again", "replay") if watched.done
            else (label, "play_arrow") if step == 0 else ("Go on", "play_arrow")
        )  # fmt: skip
        st.button(
            words, icon=f":material/{icon}:", on_click=_switch, args=(key, watched), key=f"{key}_learn",
            type="secondary" if watched.going else "primary",
        )  # fmt: skip
        st.progress(step / watched.last, f"step {step:,} of {watched.last:,}")


def _switch(key: str, watched: Watched) -> None:
    if watched.done:
        st.session_state.pop(f"_{key}", None)
        st.session_state[f"_{key}_again"] = True
    else:
        watched.going = not watched.going
