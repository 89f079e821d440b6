"""Three answers to one question: the gradient by back-propagation, by TensorFlow's tape, by nudging each weight."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import streamlit as st

from netlab.app.choice import choose_some
from netlab.app.components import live_figure
from netlab.arrays import Array
from netlab.formatting import plain
from netlab.lessons.backprop.figures import difference_errors
from netlab.lessons.backprop.gradient_check import Check, check, difference_curve, relative_error
from netlab.lessons.backprop.planted_bugs import BUGS
from netlab.lessons.backprop.small_network import Place, places
from netlab.lessons.backprop.tape import Answer, gradients_of
from netlab.lessons.backprop.view.tape import tape, wait_for
from netlab.nn.mlp import Example, Network


def bug_switches() -> tuple[str, ...]:
    """Switches that plant classic mistakes; the ones that are on."""
    chosen = choose_some(
        st.pills, "Plant a mistake", BUGS, key="backprop_bugs", titles=lambda name: BUGS[name].title
    )
    for name in chosen:
        st.caption(f"**{BUGS[name].title}.** {BUGS[name].mistake} *Where it shows:* {BUGS[name].shows}")
    return tuple(chosen)


def gradient_check(
    network: Network, example: Example, bugs: Collection[str], learning_rate: float, chosen: str
) -> None:
    """Show all gradients three ways with relative errors, and the verdict."""
    found = check(network, example.inputs, example.targets, bugs=bugs, learning_rate=learning_rate)
    question = gradients_of(network, example.inputs, example.targets)
    answer = tape(question)
    errors = [] if not answer.gradients else list(map(relative_error, found.analytic, answer.gradients))
    _verdict(found, errors, bugs, len(example.inputs))
    st.table(_table(network, found, answer, errors, chosen))
    st.caption(
        "Error: the difference from back-propagation divided by the larger of the two (by 10⁻⁴ where both are smaller). Printed with four digits, compared with all "
        "sixteen. The central difference moves a weight a little up and a little down and compares the two losses. `tf.GradientTape` is "
        "TensorFlow’s own back-propagation. Neither knows anything of a planted mistake."
    )
    wait_for(question, answer)


def _verdict(found: Check, errors: list[Array], bugs: Collection[str], examples: int) -> None:
    worst = max([found.worst, *(float(error.max()) for error in errors)])
    count = sum(array.size for array in found.analytic)
    if worst > found.tolerance:
        wrong = sum(int((error > found.tolerance).sum()) for error in found.errors)
        st.error(
            f"**The check is red.** {wrong} of {count} gradients are wrong; the largest relative error is {plain(worst, 2)}, "
            f"and anything above {plain(found.tolerance)} is more than rounding.",
            icon=":material/close:",
        )
    elif bugs:
        hint = (
            " With one example a sum and a mean are the same: average over three."
            if examples == 1 and "sum_for_mean" in bugs
            else ""
        )
        st.warning(
            "**The check is green although a mistake is planted.** Here it does not show: the largest relative error is "
            f"{plain(worst, 1)}. This is how such mistakes stay hidden.{hint}",
            icon=":material/visibility_off:",
        )
    else:
        st.success(
            f"**All {count} gradients agree.** Largest relative error {plain(worst, 1)}; up to {plain(found.tolerance)} is rounding.",
            icon=":material/check:",
        )


def _table(
    network: Network, found: Check, answer: Answer, errors: list[Array], chosen: str
) -> list[dict[str, str]]:
    rows = []
    for place in places(network):
        mark = "**" if place.key == chosen else ""
        rows.append(
            {
                "weight": f"{mark}{place.name}{mark}",
                "back-propagation": plain(place.of(found.analytic)),
                "GradientTape, error": _compared(place, answer.gradients, errors, found.tolerance),
                "central difference, error": _compared(place, found.measured, found.errors, found.tolerance),
            }
        )
    return rows


def _compared(place: Place, gradients: Sequence[Array], errors: Sequence[Array], tolerance: float) -> str:
    if not gradients:
        return "…"
    return f"{plain(place.of(gradients))}\u2003{_coloured(place.of(errors), tolerance)}"


def _coloured(error: float, tolerance: float) -> str:
    return (
        f":green[{plain(error, 1)}\u00a0✓]" if error <= tolerance else f":red[**{plain(error, 2)}\u00a0✗**]"
    )


def how_small_a_nudge(network: Network, example: Example, layer: int, row: int | None, column: int) -> None:
    """Show the central difference's error at every step size, in single and double precision."""
    curve = difference_curve(network, example.inputs, example.targets, layer, row, column)
    if not curve.float64.any():
        st.caption("This weight's slope is exactly 0 here, and every nudge measures exactly that.")
        return
    double, single = (plain(curve.steps[np.argmin(errors)], 1) for errors in (curve.float64, curve.float32))
    live_figure(
        "difference_errors",
        difference_errors(curve),
        f"The error of the central difference, for smaller and larger nudges. It is least for a nudge near {double} in double precision, and near {single} in single "
        "precision.",
    )
    st.caption(
        "Too large a nudge measures the bend of the loss, too small a one drowns in rounding. For this weight a nudge near "
        f"{double} is best in double precision (16 digits), and near {single} in single precision (7 digits), in which networks train. Which nudge is best depends on how strongly the loss bends along this weight."
    )
