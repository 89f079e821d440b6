"""Controls that describe a walk: which surface, from where, with which optimizer. All are bound to the address.

The three landscape pages share these keys (``ls_…``). A start belongs to its surface and a learning rate to its
surface and optimizer, so each such control has a key of its own and a default that never changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from netlab.app.choice import choose, slide
from netlab.app.frame import literal
from netlab.formatting import fine_step
from netlab.landscape.double_well import DEEPEST, LEFT, RIGHT, double_well
from netlab.landscape.double_well import KEY as WELLS
from netlab.landscape.formula import FUNCTIONS, FormulaError, surface_from
from netlab.landscape.neuron_surface import (
    LABEL_SEED,
    LINE_FIT,
    NEURON_ACTIVATIONS,
    NEURON_LOSSES,
    NEURONS,
    USUAL_LOSS,
    labels,
    line,
    line_surface,
    neuron_surface,
)
from netlab.landscape.surface import Domain, Surface
from netlab.landscape.surfaces import SURFACES
from netlab.nn.optimizers import OPTIMIZERS, SCHEDULES, Optimizer, Schedule, Setting, schedule_from
from netlab.nn.setting import COMMON

BIND: Any = {"bind": "query-params", "persist_state": "session"}
NEURON, LINE, FORMULA = "neuron", "line", "formula"
FIRST_FORMULA = "x^2 + 3*y^2 + 2*sin(2*x)"
FORMULA_START = (-3.0, 2.5)
FARTHEST = 1e6
MOST_SEED = 999_999
MANTISSAS = (1, 1.12, 1.25, 1.4, 1.6, 1.8, 2, 2.25, 2.5, 2.8, 3.2, 3.6, 4, 4.5, 5, 5.6, 6.3, 7.1, 8, 9)
RATES = (*(float(f"{mantissa}e{power}") for power in range(-5, 2) for mantissa in MANTISSAS), 100.0)
"""Learning rates, twenty to a power of ten and evenly spaced in logarithm (R20, ISO 3), from 0.00001 to 100."""

_MODELS = {surface.key for surface in (*NEURONS, LINE_FIT)}
MENU: dict[str, str] = {
    **{key: surface.title for key, surface in SURFACES.items() if key not in _MODELS},
    NEURON: "One neuron: weight and bias",
    LINE: "A line through points",
    FORMULA: "Your own formula",
}


def choose_surface(details: DeltaGenerator, *, disabled: bool = False) -> Surface:
    """Menu of surfaces; what a model or a formula needs goes to ``details``. To be called before the other controls."""
    keep_controls()
    choice = choose(
        st.selectbox,
        "Landscape",
        MENU,
        key="ls_surface",
        titles=MENU.__getitem__,
        filter_mode=None,
        disabled=disabled,
    )
    with details:
        if choice == NEURON:
            return _choose_neuron()
        if choice == LINE:
            with _row():
                return _line(_seed("ls_points", LINE), _examples())
        if choice == WELLS:
            with _row():
                return double_well(_depth("left", LEFT), _depth("right", RIGHT))
        return _choose_formula() if choice == FORMULA else SURFACES[choice]


def _row() -> DeltaGenerator:
    return st.container(horizontal=True, vertical_alignment="bottom", gap="medium")


def keep_controls() -> None:
    """Give controls back what they held before the reader went to another page or another surface.

    The menu drops the address, and Streamlit forgets controls that are not shown. What the address says wins.
    """
    kept = st.session_state.setdefault("_ls_kept", {})
    now = {str(key): value for key, value in st.session_state.items() if str(key).startswith("ls_")}
    kept.update({key: value for key, value in now.items() if not key.startswith("ls_dice_")})
    for key, value in kept.items():
        if key not in now and key not in st.query_params:
            st.session_state[key] = value


def _choose_neuron() -> Surface:
    with _row():
        activation = choose(
            st.selectbox, "Activation", NEURON_ACTIVATIONS, "sigmoid", key="ls_activation", width=130
        )
        loss = choose(st.selectbox, "Loss", NEURON_LOSSES, USUAL_LOSS, key="ls_loss", width=150)
        seed, examples = _seed("ls_labels", NEURON, LABEL_SEED), _examples()
    try:
        return _neuron(activation, loss, seed, examples)
    except ValueError as error:
        st.info(f"{literal(error)} Shown: quadratic loss.", icon=":material/info:")
        return _neuron(activation, USUAL_LOSS, seed, examples)


def _depth(side: str, default: float) -> float:
    return float(
        st.slider(f"Depth of the {side} well", 0.0, DEEPEST, default, 0.25, key=f"ls_well_{side}", width=260, **BIND)
    )  # fmt: skip


def _seed(key: str, what: str, default: int = 0) -> int:
    seed = st.number_input("Data number", 0, MOST_SEED, default, key=key, width=130, **BIND)
    st.button("Other data", icon=":material/casino:", key=f"ls_dice_{what}", on_click=_throw, args=(key,))
    return int(seed)


def _throw(key: str) -> None:
    st.session_state[key] = int(np.random.default_rng().integers(MOST_SEED))


def _examples() -> int:
    return int(st.slider("Examples", 4, 200, 24, key="ls_examples", width=260, **BIND))


@lru_cache(maxsize=64)
def _neuron(activation: str, loss: str, seed: int, examples: int) -> Surface:
    return neuron_surface(activation, loss, data=labels(seed, examples))


@lru_cache(maxsize=64)
def _line(seed: int, examples: int) -> Surface:
    return line_surface(data=line(seed, examples))


def _choose_formula() -> Surface:
    with _row():
        text = st.text_input(
            "f(x, y) =", FIRST_FORMULA, max_chars=300, key="ls_formula", width=420,
            help=f"Numbers, x, y, pi, e, + - * / ^ and {', '.join(sorted(FUNCTIONS))}.", **BIND,
        )  # fmt: skip
        edges = _edges()
    kept = st.session_state.setdefault("_ls_formula", (FIRST_FORMULA, Domain(-5.0, 5.0, -5.0, 5.0)))
    try:
        window = Domain(*edges)
        surface = _formula(text, window)
    except (FormulaError, ValueError) as error:
        st.warning(f"{literal(error)} Shown: `{kept[0]}`.", icon=":material/function:")
        return _formula(*kept)
    st.session_state["_ls_formula"] = (text, window)
    return surface


def _edges() -> list[float]:
    edges = zip(("x from", "x to", "y from", "y to"), ("x0", "x1", "y0", "y1"), (-5.0, 5.0) * 2, strict=True)
    return [
        float(
            st.number_input(label, -FARTHEST, FARTHEST, edge, 1.0, format="%g", key=f"ls_{key}", width=125, **BIND)
        )
        for label, key, edge in edges
    ]  # fmt: skip


@lru_cache(maxsize=64)
def _formula(text: str, window: Domain) -> Surface:
    return surface_from(text, domain=window, start=FORMULA_START)


def choose_start(surface: Surface, locked: Sequence[bool] = (False, False)) -> tuple[float, float]:
    """Two number inputs for the start: the keyboard's way to what a click on the contour does."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        return _coordinate(surface, 0, locked[0]), _coordinate(surface, 1, locked[1])


def _coordinate(surface: Surface, axis: int, disabled: bool) -> float:
    default = _home(surface)[axis]
    return float(
        st.number_input(
            f"Start: {surface.parameters[axis]}", -FARTHEST, FARTHEST, default, _step(surface, axis),
            format="%g", key=start_keys(surface)[axis], width=130, disabled=disabled, **BIND,
        )
    )  # fmt: skip


def _home(surface: Surface) -> tuple[float, float]:
    return FORMULA_START if surface.key == FORMULA else surface.start


def _step(surface: Surface, axis: int) -> float:
    window = surface.domain
    width = (window.x_max - window.x_min, window.y_max - window.y_min)[axis]
    return float(10.0 ** np.floor(np.log10(width / 20.0)))


def start_keys(surface: Surface) -> tuple[str, str]:
    """Keys of the two start controls: each surface remembers its own start, all neurons share one."""
    family = NEURON if surface.key.partition("-neuron-")[1] else surface.key
    return f"ls_x_{family}", f"ls_y_{family}"


def set_start(surface: Surface, point: tuple[float, float]) -> None:
    """Move the start controls; for callbacks."""
    for key, coordinate in zip(start_keys(surface), point, strict=True):
        st.session_state[key] = coordinate


def choose_rule(*, disabled: bool = False) -> Optimizer:
    """Menu of all ways down."""
    titles = {key: optimizer.title for key, optimizer in OPTIMIZERS.items()}
    return OPTIMIZERS[
        choose(
            st.selectbox,
            "Optimizer",
            titles,
            key="ls_optimizer",
            titles=titles.__getitem__,
            filter_mode=None,
            disabled=disabled,
        )
    ]


def choose_rate(surface: Surface, optimizer: Optimizer, *, disabled: bool = False) -> float:
    """Slide the learning rate: each optimizer keeps its own on each surface."""
    return slide(
        st.select_slider, "Learning rate η", RATES, suggested_rate(surface, optimizer),
        key=rate_key(surface, optimizer), titles=decimal, disabled=disabled,
    )  # fmt: skip


def decimal(rate: float) -> str:
    """A learning rate without a power of ten: 0.00001."""
    return f"{rate:.6f}".rstrip("0").rstrip(".")


def rate_key(surface: Surface, optimizer: Optimizer) -> str:
    """Key of the learning rate's control."""
    return f"ls_rate_{surface.key}_{optimizer.key}"


def suggested_rate(surface: Surface, optimizer: Optimizer) -> float:
    """A learning rate that shows something at once: the optimizer's starting rate for this surface."""
    if surface.key == FORMULA:
        scale, diagonal = 0.05, 14.0  # the same for all formulas, so that typing moves no other control
    else:
        scale, diagonal = surface.learning_rate, surface.domain.diagonal
    return _nearest_rate(optimizer.starting_rate.on(scale, diagonal))


def _nearest_rate(rate: float) -> float:
    return RATES[int(np.abs(np.log(np.array(RATES) / rate)).argmin())]


def more_settings(optimizer: Optimizer) -> tuple[Optimizer, str]:
    """Controls for all other settings and for the schedule; and what is wrong with them (then they are left out)."""
    declared = [setting for setting in optimizer.settings if setting.key != "learning_rate"]
    st.caption(f"{optimizer.idea} *{optimizer.trap}* ({optimizer.source})")
    columns = st.columns(2)
    values = {}
    for place, setting in enumerate(declared):
        with columns[place % 2]:
            values[setting.key] = _control(setting, setting_key(optimizer, setting))
    try:
        return optimizer.with_settings(schedule=_choose_schedule(), **values), ""
    except ValueError as error:
        return optimizer, f"{error} Until then these settings are left at their defaults."


def setting_key(optimizer: Optimizer, setting: Setting) -> str:
    """Key of a setting's control: what only this optimizer has, and its decay, is its own; the rest all share."""
    shared = setting.key in {common.key for common in COMMON} and setting.key != "weight_decay"
    return f"ls_{setting.key}" if shared else f"ls_{optimizer.key}_{setting.key}"


def _choose_schedule() -> Schedule:
    key = choose(
        st.selectbox, "Learning rate over time", SCHEDULES, key="ls_schedule",
        titles=lambda name: SCHEDULES[name].title, filter_mode=None,
    )  # fmt: skip
    columns = st.columns(2)
    values: dict[str, Any] = {}
    for place, setting in enumerate(SCHEDULES[key].settings):
        with columns[place % 2]:
            values[setting.key] = _control(setting, f"ls_{key}_{setting.key}")
    return schedule_from(key, **values)


def _control(setting: Setting, key: str) -> float | int | bool:
    if setting.kind == "switch":
        return st.toggle(setting.title, bool(setting.default), key=key, help=setting.help, **BIND)
    if setting.kind == "count":
        return int(
            st.number_input(
                setting.title, int(setting.minimum), int(setting.maximum), int(setting.default), key=key, help=setting.help, **BIND
            )
        )  # fmt: skip
    return float(
        st.number_input(
            setting.title, setting.minimum, setting.maximum, float(setting.default),
            fine_step(float(setting.default), setting.minimum, setting.maximum), format="%g", key=key, help=setting.help, **BIND,
        )
    )  # fmt: skip
