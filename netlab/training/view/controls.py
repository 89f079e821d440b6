"""Controls that describe a network: a handful first, the rest under "More".

Every control is bound to the address, so a link carries the whole network. A preset is a way to move the
controls, not a state of its own: the menu shows the one that the controls describe.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from netlab.app.choice import choose, forget, set_controls, slide
from netlab.app.frame import key_for, literal
from netlab.formatting import fine_step, plain
from netlab.nets.presets import PRESETS
from netlab.nets.spec import NetworkSpec, SpecError
from netlab.nn.losses import LOSSES
from netlab.nn.optimizers import ON_TRAIN, Setting
from netlab.training.controls import (
    CONTROLS,
    FIRST,
    LAYER,
    MORE,
    Control,
    from_controls,
    rate_key,
    setting_key,
    to_controls,
)
from netlab.training.fixed import FREE, Fixed
from netlab.training.queue import Job, View
from netlab.training.run_words import written
from netlab.training.view.data_sets import data_set_notes, offered
from netlab.training.view.live_rate import live_rate, rate_note, steers
from netlab.training.view.rate_zone import rate_zone

OWN = "own"
MOVED = "_moved_to"
TOLD, NOTE = 92, 50  # heights in pixels: what changes between the controls does not move them
BIND: Any = {"bind": "query-params"}


def network_settings(
    menu: DeltaGenerator, job: Job | None = None, view: View | None = None, fixed: Fixed = FREE
) -> NetworkSpec | None:
    """Show the controls, and the presets in ``menu``; give the network they describe.

    None, with a sentence, if there is none. While the run ``job`` is on, their learning rate is its own too. What is
    ``fixed`` has its value whatever the address, a preset or a run would make of it.
    """
    first, more = st.container(), st.expander("More: batches, loss, initial weights, each layer by itself…")
    rest, layers = more.container(), more.container()
    if MOVED in st.session_state:
        _move(st.session_state[MOVED])
    with layers:
        each = _each_layer(fixed)
    with rest:
        values: dict[str, Any] = {"each": each, **_more_controls(fixed)}
    with first:
        values |= _first_controls(job, view, fixed, each=each, convolutions=values["convolutions"])
    with rest:
        data_set_notes(values["data"])
        values |= _optimizer_controls(values["optimizer"], fixed)
    with layers:
        values |= _layer_controls(values) if each else {}
    st.session_state.pop(MOVED, None)  # only now: a message may have cut an earlier run short
    with menu:
        try:
            spec = from_controls(values)
        except SpecError as error:
            _preset_menu(OWN, str(error))
            return None
        _preset_menu(next((key for key, preset in PRESETS.items() if preset.spec == spec), OWN))
    return spec


def _preset_menu(shown: str, wrong: str = "") -> None:
    """Menu of presets, with ``shown`` chosen, and its question or what is wrong with the settings, in a place of one size.

    One menu that this script moves would be moved back by the browser's next message if that was on its way already,
    and that would look like a reader's choice.
    """
    titles = {OWN: "Your own", **{key: preset.title for key, preset in PRESETS.items()}}
    chosen = st.selectbox(
        "Start from",
        list(titles),
        list(titles).index(shown),
        format_func=lambda key: f"Start from: {titles[key]}",
        key=key_for("preset", shown),
        label_visibility="collapsed",
        help="Moves the controls below. Change any of them and it is your own network.",
    )
    if chosen != shown and chosen in PRESETS:
        st.session_state[MOVED] = PRESETS[chosen].spec
        st.rerun()
    preset = PRESETS.get(shown)
    with st.container(key="preset_told", height=TOLD, border=False):
        if wrong:
            st.warning(literal(wrong), icon=":material/straighten:")
        else:
            st.caption("Your own network, with the settings below." if preset is None else preset.question)


def _move(spec: NetworkSpec) -> None:
    """Move the controls to a network, before they are drawn."""
    values, usual = to_controls(spec), to_controls(NetworkSpec(optimizer=spec.optimizer))
    set_controls(values, usual)


def _each_layer(fixed: Fixed) -> bool:
    """The switch that sets each layer by itself; off where that would go around what is fixed for all of them."""
    if any(name in fixed.values for name in LAYER):
        return False
    return st.toggle("Set each hidden layer by itself", key="each", on_change=_forget_layers, **BIND)


def _forget_layers() -> None:
    """Layers that come to be set by themselves begin as all of them are now, not as they were another time."""
    if st.session_state["each"]:
        for name in LAYER:
            for place in range(CONTROLS["depth"].options[1]):
                forget(f"{name}{place}")


def show(control: Control, place: DeltaGenerator, fixed: Fixed = FREE, *, idle: str = "", **look: Any) -> Any:
    """Show a control in a column; ``idle`` says why it does nothing now.

    ``look`` may give another key, label or default: a layer's own control, an optimizer's own rate.
    """
    own = look.get("key", control.key)
    if own in fixed.values:
        return _show_fixed(
            place, own, control.label, written(control, fixed.values[own]), control.help, fixed
        )
    help_text = idle or (f"{control.help} [More](./{control.idea})" if control.idea else control.help)
    common = {"key": control.key, "help": help_text, "disabled": bool(idle), **look}
    label, start = common.pop("label", control.label), common.pop("start", control.start)
    match control.kind:
        case "menu":
            options = offered() if control.key == "data" else control.options
            return choose(
                place.selectbox, label, options, start, titles=control.options.__getitem__, **common
            )
        case "marks":
            whole = isinstance(start, int)
            return slide(
                place.select_slider,
                label,
                control.options,
                start,
                titles="{:,}".format if whole else plain,
                **common,
            )
        case "slider":
            low, high, step = control.options
            return place.slider(label, low, high, start, step, **common, **BIND)
        case "number":
            low, high = control.options
            return place.number_input(label, low, high, start, **common, **BIND)


def _show_fixed(place: DeltaGenerator, key: str, label: str, shown: str, help_text: str, fixed: Fixed) -> Any:
    """A control that stays as it is, greyed, with the reason; a hidden one is not shown. Gives its value."""
    if key not in fixed.hidden:
        place.text_input(
            f":material/lock: {label}",
            shown,
            key=f"fixed_{key}_{shown}",
            disabled=True,
            help=f"{fixed.why} {help_text}",
        )
    return fixed.values[key]


def _first_controls(
    job: Job | None, view: View | None, fixed: Fixed, *, each: bool, convolutions: int
) -> dict[str, Any]:
    columns = st.columns(2)
    depth = show(CONTROLS["depth"], columns[0], fixed)
    idle = "" if depth else "There is no hidden layer."
    idle = "Each hidden layer is set by itself, under “More”." if each else idle
    reasons = {"width": idle, "dropout": idle, "activation": "" if convolutions else idle}
    values = {"depth": depth}
    *inside, last = FIRST[1:]
    for place, key in enumerate(inside, start=1):
        values[key] = show(CONTROLS[key], columns[place % 2], fixed, idle=reasons.get(key, ""))
    values[last] = show(CONTROLS[last], columns[0], fixed)
    row = ON_TRAIN[values["optimizer"]]
    key = rate_key(row.key)
    if key not in fixed.values and job is not None and view is not None and steers(job, row.key):
        values[key] = live_rate(job, view, columns[1], moved=MOVED in st.session_state)
    else:
        values[key] = show(CONTROLS["rate"], columns[1], fixed, key=key, start=row.default_learning_rate)
    with columns[1]:
        rate_zone(CONTROLS["rate"].options, row.key)
    with st.container(key="rate_note", height=NOTE, border=False):
        st.caption("" if key in fixed.values else rate_note(job, view, row.key))
    st.caption(f"**{row.training_title}.** {row.training_idea}")
    return values


def _more_controls(fixed: Fixed) -> dict[str, Any]:
    columns = st.columns(2)
    values: dict[str, Any] = {}
    for place, key in enumerate(MORE):
        values[key] = show(CONTROLS[key], columns[place % 2], fixed, idle=_idle(key, values))
    return values


def _idle(key: str, values: Mapping[str, Any]) -> str:
    """Why a control does nothing beside the values before it; else empty."""
    if key == "smoothing" and LOSSES[values["loss"]].smoothed is None:
        return "Only cross-entropy has it."
    if key == "filters" and not values["convolutions"]:
        return "There is no convolution layer."
    return ""


def _optimizer_controls(optimizer: str, fixed: Fixed) -> dict[str, Any]:
    row = ON_TRAIN[optimizer]
    columns = st.columns(2)
    return {
        setting_key(optimizer, setting.key): _setting_control(
            columns[place % 2], setting, setting_key(optimizer, setting.key), fixed
        )
        for place, setting in enumerate(row.training_settings)
    }


def _setting_control(column: DeltaGenerator, setting: Setting, key: str, fixed: Fixed) -> Any:
    if key in fixed.values:
        return _show_fixed(column, key, setting.key, plain(fixed.values[key], 6), setting.help, fixed)
    kind = int if setting.kind == "count" else float
    low, high, default = (kind(value) for value in (setting.minimum, setting.maximum, setting.default))
    step = 1 if kind is int else fine_step(default, low, high)
    return column.number_input(
        setting.key, low, high, default, step, format="%d" if kind is int else "%g", key=key, help=setting.help, **BIND
    )  # fmt: skip


def _layer_controls(common: dict[str, Any]) -> dict[str, Any]:
    """Controls of each layer, which begin at what is set for all."""
    values: dict[str, Any] = {}
    for number in range(common["depth"]):
        for name, title, column in zip(LAYER, ("units", "activation", "dropout"), st.columns(3), strict=True):
            key = f"{name}{number}"
            values[key] = show(
                CONTROLS[name], column, key=key, label=f"Layer {number + 1}: {title}", start=common[name]
            )
    return values
