"""Controls that describe a network: a handful first, the rest under "More".

Every control is bound to the address, so a link carries the whole network. A preset is a way to move the
controls, not a state of its own: the menu shows the one that the controls describe.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from netlab.app.choice import choose, forget, set_controls, slide
from netlab.app.frame import key_for, literal
from netlab.data import STAND_IN
from netlab.formatting import fine_step, plain
from netlab.nets.presets import PRESETS
from netlab.nets.spec import Convolution, Dense, NetworkSpec, SpecError
from netlab.nn.activations import ACTIVATIONS
from netlab.nn.initializers import INITIALIZERS
from netlab.nn.losses import LOSSES
from netlab.nn.optimizers import ON_TRAIN, Setting
from netlab.nn.place import Place, shown_in
from netlab.nn.schedules import SPANNING

OWN = "own"
MOVED = "_moved_to"
LAYER = ("width", "activation", "dropout")
MOST_HIDDEN = 10
WIDTHS = (1, 2, 4, 8, 10, 16, 32, 64, 100, 128, 256, 300, 512, 784, 1024, 2048)
RATES = (
    1e-5, 3e-5, 1e-4, 3e-4, 5e-4, 1e-3, 2e-3, 3e-3, 5e-3, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0,
    3.0, 10.0, 30.0, 100.0,
)  # fmt: skip
BATCHES = (1, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
EXAMPLES = (100, 300, 1000, 3000, 10_000, 30_000, 60_000)
SMOOTHINGS = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3)
ACTIVATION_NAMES = tuple(shown_in(ACTIVATIONS, Place.TRAIN))
NOT_TRAINED = " ".join(row.untrainable for row in ACTIVATIONS.values() if row.untrainable) or None
TRAIN_LOSSES = shown_in(LOSSES, Place.TRAIN)
STARTS = shown_in(INITIALIZERS, Place.TRAIN)
PENALTIES = (0.0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1)
BIND: Any = {"bind": "query-params"}


def network_settings(menu: DeltaGenerator, source: str | None) -> NetworkSpec | None:
    """Show the controls, and the presets in ``menu``; give the network they describe.

    None, with a sentence, if there is none. ``source`` says which digits are in use, None if that is not known yet.
    """
    first, more = st.container(), st.expander("More: epochs, loss, start, each layer by itself…")
    rest, layers = more.container(), more.container()
    if MOVED in st.session_state:
        _move(st.session_state[MOVED])
    with layers:
        each = st.toggle("Set each hidden layer by itself", key="each", on_change=_forget_layers, **BIND)
    with rest:
        values: dict[str, Any] = {"each": each, **_more_controls()}
    with first:
        values |= _first_controls(each=each, convolutions=values["convolutions"])
    with rest:
        values |= _optimizer_controls(values["optimizer"])
    with layers:
        values |= _layer_controls(values) if each else {}
    st.session_state.pop(MOVED, None)  # only now: a message may have cut an earlier run short
    with menu:
        try:
            spec = from_controls(values)
        except SpecError as error:
            _preset_menu(OWN, source)
            st.warning(literal(error), icon=":material/straighten:")
            return None
        _preset_menu(next((key for key, preset in PRESETS.items() if preset.spec == spec), OWN), source)
    return spec


def _preset_menu(shown: str, source: str | None) -> None:
    """Menu of presets, with ``shown`` chosen.

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
    st.caption(
        "Your own network, with the settings below."
        if preset is None
        else preset.told(stand_in=source == STAND_IN)
    )


def _move(spec: NetworkSpec) -> None:
    """Move the controls to a network, before they are drawn."""
    values, usual = to_controls(spec), to_controls(NetworkSpec(optimizer=spec.optimizer))
    set_controls(values, usual)


def _forget_layers() -> None:
    """Layers that come to be set by themselves begin as all of them are now, not as they were another time."""
    if st.session_state["each"]:
        for name in LAYER:
            for place in range(MOST_HIDDEN):
                forget(f"{name}{place}")


def _first_controls(*, each: bool, convolutions: int) -> dict[str, Any]:
    left, right = st.columns(2)
    depth = left.slider("Hidden layers", 0, MOST_HIDDEN, 1, key="depth", **BIND)
    idle = (
        "Each hidden layer is set by itself, under “More”."
        if each
        else None
        if depth
        else "There is no hidden layer."
    )
    hidden: Any = {"disabled": idle is not None, "help": idle}
    bend: Any = {} if convolutions else hidden
    bend = {**bend, "help": bend.get("help") or NOT_TRAINED}
    values = {
        "depth": depth,
        "width": slide(right.select_slider, "Units in each", WIDTHS, 512, key="width", **hidden),
        "activation": choose(
            left.selectbox, "Activation", ACTIVATION_NAMES, "relu", key="activation", **bend
        ),
        "dropout": right.slider("Dropout rate", 0.0, 0.9, 0.2, 0.05, key="dropout", **hidden, **BIND),
        "optimizer": choose(
            left.selectbox,
            "Optimizer",
            ON_TRAIN,
            "adam",
            key="optimizer",
            titles=lambda key: ON_TRAIN[key].training_title,
        ),
    }
    optimizer = values["optimizer"]
    key = _rate_key(optimizer)
    values[key] = slide(
        right.select_slider, "Learning rate", RATES, ON_TRAIN[optimizer].default_learning_rate, key=key,
        titles=plain,
    )  # fmt: skip
    return values


def _more_controls() -> dict[str, Any]:
    left, right = st.columns(2)
    values: dict[str, Any] = {
        "epochs": left.slider("Epochs", 1, 50, 5, key="epochs", **BIND),
        "batch": slide(right.select_slider, "Batch size", BATCHES, 32, key="batch"),
        "examples": slide(
            left.select_slider, "Training images", EXAMPLES, 60_000, key="examples", titles="{:,}".format
        ),
        "seed": right.number_input("Seed", 0, 999_999, 0, key="seed", help="Same seed, same curves.", **BIND),
        "loss": choose(
            left.selectbox, "Loss", TRAIN_LOSSES, key="loss", titles=lambda key: TRAIN_LOSSES[key].title
        ),
        "initializer": choose(
            right.selectbox, "Initial weights", STARTS, key="initializer",
            titles=lambda key: key.replace("_", " "), help="; ".join(row.description for row in STARTS.values()),
        ),
        "schedule": choose(
            left.selectbox, "Learning rate over time", SPANNING, key="schedule",
            help="; ".join(f"{key}: {row.description}" for key, row in SPANNING.items()),
        ),
        "l1": slide(left.select_slider, "L1 penalty", PENALTIES, 0.0, key="l1", titles=plain),
        "l2": slide(right.select_slider, "L2 penalty", PENALTIES, 0.0, key="l2", titles=plain),
    }  # fmt: skip
    values["smoothing"] = _smoothing(right, values["loss"])
    convolutions = left.slider(
        "Convolution layers",
        0,
        2,
        0,
        key="convolutions",
        help="Before the hidden layers: 5×5 filters, each followed by 2×2 max pooling",
        **BIND,
    )
    return values | {
        "convolutions": convolutions,
        "filters": slide(
            right.select_slider, "Filters in layer 1", (4, 8, 16, 32), 16, key="filters",
            help="Layer 2 has twice as many.", disabled=not convolutions,
        ),
        "augment": left.slider(
            "Vary the digits (augmentation)", 0.0, 1.0, 0.0, 0.25, key="augment",
            help="Each epoch sees every digit shifted, slanted and drawn with another pen. "
            "Slower to learn, better with other people's drawings.", **BIND,
        ),
    }  # fmt: skip


def _smoothing(place: DeltaGenerator, loss: str) -> float:
    """A setting of cross-entropy: other losses show it, but it does nothing to them."""
    idle = TRAIN_LOSSES[loss].smoothed is None
    amount = slide(
        place.select_slider, "Label smoothing", SMOOTHINGS, 0.0, key="smoothing", titles=plain, disabled=idle,
        help="Only cross-entropy has it." if idle else "The right class is asked for a little less than 1, every other "
        "for a little more than 0: the network learns to be less sure (Szegedy et al., 2016).",
    )  # fmt: skip
    return 0.0 if idle else float(amount)


def _optimizer_controls(optimizer: str) -> dict[str, Any]:
    row = ON_TRAIN[optimizer]
    st.caption(f"**{row.training_title}.** {row.training_idea}")
    columns = st.columns(2)
    return {
        _key(optimizer, setting): _setting_control(columns[place % 2], setting, _key(optimizer, setting))
        for place, setting in enumerate(row.training_settings)
    }


def _setting_control(column: DeltaGenerator, setting: Setting, key: str) -> float:
    kind = int if setting.kind == "count" else float
    low, high, default = (kind(value) for value in (setting.minimum, setting.maximum, setting.default))
    step = 1 if kind is int else fine_step(default, low, high)
    return column.number_input(
        setting.key, low, high, default, step, format="%d" if kind is int else "%g", key=key, help=setting.help, **BIND
    )  # fmt: skip


def _layer_controls(common: dict[str, Any]) -> dict[str, Any]:
    """Controls of each layer, which begin at what is set for all."""
    values: dict[str, Any] = {}
    for place in range(common["depth"]):
        left, middle, right = st.columns(3)
        label = f"Layer {place + 1}"
        values[f"width{place}"] = slide(
            left.select_slider, f"{label}: units", WIDTHS, common["width"], key=f"width{place}"
        )
        values[f"activation{place}"] = choose(
            middle.selectbox, f"{label}: activation", ACTIVATION_NAMES, common["activation"],
            key=f"activation{place}",
        )  # fmt: skip
        values[f"dropout{place}"] = right.slider(
            f"{label}: dropout", 0.0, 0.9, common["dropout"], 0.05, key=f"dropout{place}", **BIND
        )
    return values


def _rate_key(optimizer: str) -> str:
    """Each optimizer keeps its own learning rate, so that choosing one moves no other control."""
    return f"{optimizer}_rate"


def _key(optimizer: str, setting: Setting) -> str:
    return f"{optimizer}_{setting.key}"


def from_controls(values: dict[str, Any]) -> NetworkSpec:
    """The network that control values describe.

    Raises
    ------
    SpecError
        If no network can be so.
    """
    optimizer = values["optimizer"]
    settings = {
        setting.key: values[_key(optimizer, setting)]
        for setting in ON_TRAIN[optimizer].training_settings
        if values[_key(optimizer, setting)] != setting.default
    }
    rate = values[_rate_key(optimizer)]
    usual, hidden = NetworkSpec(), values["depth"] > 0
    spec = NetworkSpec(
        hidden=(values["width"],) * values["depth"],
        activation=values["activation"] if hidden or values["convolutions"] else usual.activation,
        dropout=values["dropout"] if hidden else usual.dropout,
        convolutions=tuple(
            Convolution(values["filters"] * 2**place, 5, 2) for place in range(values["convolutions"])
        ),
        initializer=values["initializer"],
        l1=values["l1"],
        l2=values["l2"],
        optimizer=optimizer,
        learning_rate=None if rate == ON_TRAIN[optimizer].default_learning_rate else rate,
        settings=settings,
        schedule=values["schedule"],
        loss=values["loss"],
        batch_size=values["batch"],
        epochs=values["epochs"],
        train_examples=None if values["examples"] == EXAMPLES[-1] else values["examples"],
        seed=int(values["seed"]),
        augment=values["augment"],
        label_smoothing=values["smoothing"],
    )
    if not values["each"]:
        return spec
    layers = [
        Dense(values[f"width{place}"], values[f"activation{place}"], values[f"dropout{place}"])
        for place in range(values["depth"])
    ]
    return replace(spec, hidden=tuple(layers))


def to_controls(spec: NetworkSpec) -> dict[str, Any]:
    """Control values that describe a network made of what the controls can say."""
    layers = spec.layers
    first = layers[0] if layers else Dense(512, spec.activation, spec.dropout)
    values: dict[str, Any] = {
        "depth": len(layers), "width": first.units, "activation": spec.activation, "dropout": spec.dropout,
        "optimizer": spec.optimizer, _rate_key(spec.optimizer): spec.rate, "epochs": spec.epochs, "batch": spec.batch_size,
        "examples": spec.train_examples or EXAMPLES[-1], "seed": spec.seed, "loss": spec.loss, "schedule": spec.schedule,
        "initializer": spec.initializer, "l1": spec.l1, "l2": spec.l2, "augment": spec.augment, "smoothing": spec.label_smoothing,
        "convolutions": len(spec.convolutions),
        "filters": spec.convolutions[0].filters if spec.convolutions else 16,
        "each": any(layer != replace(first, activation=spec.activation, dropout=spec.dropout) for layer in layers),
    }  # fmt: skip
    for setting in ON_TRAIN[spec.optimizer].training_settings:
        values[_key(spec.optimizer, setting)] = dict(spec.settings).get(setting.key, setting.default)
    if values["each"]:
        for place, layer in enumerate(layers):
            values |= {
                f"width{place}": layer.units,
                f"activation{place}": layer.activation,
                f"dropout{place}": layer.dropout,
            }
    return values
