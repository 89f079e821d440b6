"""The stability ruler: under the learning rate's slider, where theory says that this optimizer diverges here."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import streamlit as st

from netlab.formatting import digits, plain
from netlab.landscape.descent import Path
from netlab.landscape.stability import Limit, limits_along, stability_limit
from netlab.landscape.surface import Surface
from netlab.landscape.verdict import ruler_told
from netlab.landscape.view.controls import RATES
from netlab.nn.optimizers import Optimizer
from netlab.plots.palette import CSS

STYLE = """
.netlab-ruler { position: relative; height: 26px; margin: -0.4rem 0 0.2rem; }
.netlab-ruler .scale { position: absolute; left: 0; right: 0; top: 2px; height: 9px; border-radius: 5px; overflow: hidden; background: var(--netlab-green); }
.netlab-ruler .beyond { position: absolute; right: 0; top: 0; bottom: 0;
  background: repeating-linear-gradient(45deg, var(--netlab-vermilion) 0 6px, #b34f00 6px 9px); }
.netlab-ruler .unknown { position: absolute; inset: 0; background: var(--netlab-grey); }
.netlab-ruler .mark { position: absolute; top: -1px; width: 3px; height: 15px; margin-left: -1.5px; background: var(--st-text-color, currentColor); }
.netlab-ruler small { position: absolute; top: 11px; transform: translateX(-50%); font-size: 0.72rem; opacity: 0.8; white-space: nowrap; }
"""


def stability_ruler(surface: Surface, optimizer: Optimizer, path: Path, step: int) -> None:
    """Draw the ruler for the place where the walk stands after a step, and say what it means."""
    step = min(step, path.steps_taken)
    limit = stability_limit(surface, optimizer, path.weights[step], path.state(step))
    st.html(_drawn(limit, float(optimizer.rate_at(step))))
    st.caption(
        _text(
            ruler_told(surface, optimizer, path, step, limit),
            limit,
            _tightest(surface, optimizer, path),
            step,
        )
    )


def _place(rate: float) -> float:
    """Where a rate stands on the slider, in per cent."""
    low, high = np.log10(RATES[0]), np.log10(RATES[-1])
    return float(np.clip((np.log10(max(rate, 1e-300)) - low) / (high - low), 0.0, 1.0) * 100.0)


def _drawn(limit: Limit, rate: float) -> str:
    if limit.learning_rate is None:
        return ruler(None, {}, _place(rate))
    place = _place(limit.learning_rate)
    return ruler(place, {place: f"limit {plain(limit.learning_rate, 3)}"}, _place(rate))


def ruler(limit: float | None, labels: Mapping[float, str], mark: float) -> str:
    """A ruler under a slider as HTML: green up to the limit (grey where there is none), with labels and the slider's mark.

    Parameters
    ----------
    limit, mark
        Places in per cent of the slider.
    labels
        Words of our own by the place that they stand at.
    """
    zones = (
        "<div class='unknown'></div>"
        if limit is None
        else f"<div class='beyond' style='left:{limit:.2f}%'></div>"
    )
    words = "".join(
        f"<small style='left:{np.clip(place, 6, 94):.2f}%'>{word}</small>" for place, word in labels.items()
    )
    return (
        f"<style>{CSS}{STYLE}</style><div class='netlab-ruler'><div class='scale'>{zones}</div>{words}"
        f"<div class='mark' style='left:{mark:.2f}%'></div></div>"
    )


def _tightest(surface: Surface, optimizer: Optimizer, path: Path) -> tuple[int, float] | None:
    """The smallest limit that the walk meets, and after which step."""
    limits = limits_along(surface, optimizer, path)[: path.steps_taken]
    known = np.where(np.isfinite(limits), limits, np.inf)
    if not np.isfinite(known).any():
        return None
    step = int(np.argmin(known))
    return step, float(known[step])


def _text(sentence: str, limit: Limit, tightest: tuple[int, float] | None, step: int) -> str:
    where = "At the start" if step == 0 else f"After step {step}"
    formula = "" if limit.learning_rate is None else f" ${_formula(limit, limit.learning_rate)}$."
    least = ""
    if tightest is not None and (limit.learning_rate is None or tightest[1] < 0.995 * limit.learning_rate):
        least = f" On this path the limit is tightest after step {tightest[0]}: {plain(tightest[1], 3)}."
    return f"**Stability ruler.** {where}: {sentence}{formula}{least}"


def _formula(limit: Limit, rate: float) -> str:
    curvature = re.search(r"L(_\w)?", limit.latex)
    seen = "" if curvature is None else rf",\; {curvature.group()} = {digits(limit.sharpness)}"
    if "c_t" in limit.latex:
        seen += rf",\; c_t = {digits(limit.opening)}"
    return rf"{limit.latex} = {digits(rate)}{seen}"
