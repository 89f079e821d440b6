"""Three folds on the bowl that a walk is in; each computes only while it is open."""

from __future__ import annotations

import streamlit as st

from netlab.app.choice import set_controls
from netlab.app.components import live_figure
from netlab.landscape.local import words
from netlab.landscape.local.axes import axis_errors
from netlab.landscape.local.bowl import bowl_under
from netlab.landscape.local.figures import axis_errors_figure, limit_figure, rate_momentum_map
from netlab.landscape.local.limit_curve import limit_curve
from netlab.landscape.local.rate_momentum import FAMILY, closed_form_holds
from netlab.landscape.surface import Surface
from netlab.landscape.view.clickable_map import clickable, newly_clicked
from netlab.landscape.view.controls import RATES, rate_key, setting_key
from netlab.landscape.view.identity import identity
from netlab.landscape.view.walk import Walk
from netlab.nn.optimizers import OPTIMIZERS, NoTheory

MAP = "rate_momentum"
MOST_MOMENTUM = 0.99
LEAST_MOMENTUM = 0.005
"""A click below this momentum means none."""


def take_pair(surface: Surface) -> None:
    """Move rate, momentum and, where it has none, the optimizer to a place that was clicked; before they are drawn."""
    place = newly_clicked(MAP)
    if place is None:
        return
    key = st.session_state.get("ls_optimizer", FAMILY[0])
    rate = float(f"{min(max(place[0], RATES[0]), RATES[-1]):.3g}")
    momentum = round(min(max(place[1], 0.0), MOST_MOMENTUM), 3)
    if key == "sgd" and momentum >= LEAST_MOMENTUM:
        key = "momentum"
    optimizer = OPTIMIZERS[key] if key in FAMILY else OPTIMIZERS[FAMILY[0]]
    moved: dict[str, object] = {"ls_optimizer": optimizer.key, rate_key(surface, optimizer): rate}
    moved |= {setting_key(optimizer, one): momentum for one in optimizer.own}
    set_controls(moved, {"ls_optimizer": FAMILY[0]})


def rate_momentum_fold(surface: Surface, walk: Walk, step: int) -> None:
    """The map of rate and momentum; nothing for a rule that it is not of."""
    optimizer = walk.optimizer
    if optimizer.key not in FAMILY:
        return
    box = st.expander(
        "Rate and momentum: which pair comes down fastest here?", on_change="rerun", key="map_open"
    )
    if not box.open:
        return
    with box:
        if not closed_form_holds(optimizer):
            st.info(
                "The map is of the bare rule. Weight decay, clipping, averaging, accumulation and schedules change what a step leaves: "
                "switch them off under “More settings” to see it.",
                icon=":material/tune:",
            )
            return
        step = min(step, walk.path.steps_taken)
        bowl = bowl_under(surface, walk.path, step)
        if bowl is None:
            st.info(words.NO_BOWL, icon=":material/landscape:")
            return
        nesterov = optimizer.key == "nesterov"
        rate, mu = optimizer.learning_rate, float(optimizer.values.get("momentum", 0.0))
        left, right = st.columns([1.5, 1], gap="medium")
        with left:
            zoom = f"{bowl.steepest:.6g}|{nesterov}"
            figure = rate_momentum_map(bowl, rate, mu, nesterov=nesterov, zoom=zoom)
            clickable(MAP, figure, words.map_alt(bowl, rate, mu, nesterov=nesterov))
            st.caption(
                "Colour: how many steps make the distance ten times smaller, in the slower of the two directions. ★ the fastest pair, "
                "● yours. Click a place to set rate and momentum."
            )
        with right:
            st.markdown(words.pair_told(bowl, rate, mu, nesterov=nesterov))
            st.caption(words.where_told(bowl, step))
            if walk.path.sampled:
                st.caption("The map knows nothing of the noise of batches: it is of the mean slope.")


def axes_fold(surface: Surface, walk: Walk) -> None:
    """The error along each axis of the bowl."""
    box = st.expander(
        "Why does the loss stall? The error along each axis", on_change="rerun", key="axes_open"
    )
    if not box.open:
        return
    with box:
        errors = axis_errors(surface, walk.optimizer, walk.path)
        if errors is None:
            st.info(
                "No minimum with curvature is known on this surface, so there is nothing to measure a distance from.",
                icon=":material/landscape:",
            )
            return
        live_figure("axis_errors", axis_errors_figure(errors, identity(surface)), words.axes_alt(errors))
        st.markdown(words.axes_told(errors))
        st.caption(
            "Near its minimum a surface is a bowl with two axes at right angles (the eigenvectors of the Hessian, the table of second "
            f"derivatives). On a bowl gradient descent, with momentum or without, goes along each as if the other were not there. {words.theory_told(errors)}"
        )


def limit_fold(surface: Surface, walk: Walk) -> None:
    """Rate and limit at every step."""
    box = st.expander(
        "How near to the limit is the walk? Rate and limit at every step", on_change="rerun", key="limit_open"
    )
    if not box.open:
        return
    with box:
        theory = walk.optimizer.theory
        if isinstance(theory, NoTheory):
            st.info(theory.why, icon=":material/speed:")
            return
        if not walk.path.steps_taken:
            st.info("There is no step to look at.", icon=":material/info:")
            return
        curve = limit_curve(surface, walk.optimizer, walk.path)
        live_figure("limit_curve", limit_figure(curve, identity(surface)), words.limit_alt(curve))
        st.markdown(words.limit_told(curve))
        st.caption(
            "The limit is what the curvature allows where the walk stands before that step (the stability ruler above shows it for one "
            "step). A rule that divides by the size of its slopes moves its own limit. A gap: the ground curves upward nowhere, and theory sets none."
        )
