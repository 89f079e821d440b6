"""XOR solved beside the neuron that cannot do it: two half planes to hold, and where they meet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from netlab.app.components import component
from netlab.app.frame import word_in_address
from netlab.app.moved import numbers_told, on_slider, turn_of
from netlab.lessons.neuron.neuron import GOALS, Neuron
from netlab.lessons.neuron.two_neurons import LINES, MEETING, TwoNeurons

MOST, STEP = 4.0, 0.05
KEY, WORD, OPEN = "neuron_two", "neuron_lines", "neuron_two_open"

_two = component("lessons/neuron/xor")


def xor_fold() -> None:
    """A fold in which two neurons and a third do XOR; it costs nothing while it is shut."""
    box = st.expander("More: two neurons and a third do XOR", on_change="rerun", key=OPEN)
    if not box.open:
        return
    with box:
        two = _chosen()
        st.markdown(
            "Two neurons side by side are a **layer**: each draws a line of its own through the same plane. A third neuron "
            "behind them has their two answers as its inputs (h = 1 for yes, 0 for no), and both its weights are 1, its bias "
            "−1.5: it computes AND. Drag a line or an arrow and see where XOR breaks."
        )
        _two(
            key=KEY,
            data={
                "neurons": [_told(two.first), _told(two.second)],
                "third": _told(MEETING),
                "wanted": list(GOALS["XOR"]),
                "turn": turn_of(KEY),
            },
            on_moved_change=_keep,
        )


def _told(neuron: Neuron) -> dict[str, Any]:
    return {"w": neuron.weights.tolist(), "b": neuron.bias}


def _chosen() -> TwoNeurons:
    first, second = lines_of(word_in_address(WORD, _word).split("_"))
    return TwoNeurons(first, second)


def lines_of(parts: Sequence[str]) -> tuple[Neuron, Neuron]:
    """Two neurons from six numbers, their weights and bias one after another; OR and NOT AND for anything else."""
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        return LINES
    if len(numbers) != 6 or not all(abs(one) <= MOST for one in numbers):
        return LINES
    return _line(numbers[:3]), _line(numbers[3:])


def _line(numbers: Sequence[float]) -> Neuron:
    return Neuron(np.array(numbers[:2]), numbers[2], "step")


def _word(word: str) -> str:
    return written(lines_of(word.split("_")))


def written(lines: tuple[Neuron, Neuron]) -> str:
    """Both neurons as a word of an address; nothing for the first ones."""
    numbers = [value for one in lines for value in (*one.weights.tolist(), one.bias)]
    first = [value for one in LINES for value in (*one.weights.tolist(), one.bias)]
    return "" if numbers == first else "_".join(f"{value + 0.0:g}" for value in numbers)


def _keep() -> None:
    numbers = numbers_told(KEY)
    if numbers is not None and len(numbers) == 6:
        st.session_state[WORD] = "_".join(f"{on_slider(value, MOST, STEP):g}" for value in numbers)
