"""A tone that follows a loss, for who would rather hear a curve than see it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st
from numpy.typing import ArrayLike

from netlab.app.components import component
from netlab.formatting import plain
from netlab.plots.pitch import pitches, sounded

RULE = "The higher the tone, the larger the loss. A sixteenth of a loss sounds an octave lower."

_tone = component("app/tone")


def step_told(step: float, loss: float) -> str:
    """What is written of a step while it is sounded."""
    return f"Step {step:,.0f}: loss {plain(loss, 3)}"


def tone(
    key: str, steps: ArrayLike, losses: ArrayLike, *, told: Callable[[float, float], str] = step_told,
    lowest: float = 0.0, live: bool = False,
) -> None:  # fmt: skip
    """Offer a button that sounds a curve from its first point to its last, then falls silent.

    Parameters
    ----------
    steps, losses : array of shape (n,)
        The curve, its steps rising.
    told : callable
        What is written of a step and its loss while they are sounded.
    lowest : float
        See ``netlab.plots.pitch.pitches``.
    live : bool
        Whether more points may come: the tone then waits for them at the end, for a few seconds.
    """
    places = sounded(np.size(losses))
    at, heights = np.asarray(steps, np.float64)[places], np.asarray(losses, np.float64)[places]
    with st.container(key=f"{key}_place", width="content"):
        _tone(
            key=key,
            data={
                "words": {"start": "Hear the loss", "stop": "Stop the tone", "rule": RULE},
                "at": at,
                "pitches": pitches(losses, lowest)[places].round(1),
                "said": [told(step, loss) for step, loss in zip(at.tolist(), heights.tolist(), strict=True)],
                "live": live,
            },
        )
