"""Everything that can be chosen: points, inputs, layers and how they are trained, each in the address."""

from __future__ import annotations

from functools import cache
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from netlab.app.choice import choose, choose_some, slide, standing
from netlab.app.png import signed_url
from netlab.formatting import plain
from netlab.nn.activations import ACTIVATIONS
from netlab.nn.initializers import INITIALIZERS
from netlab.nn.losses import loss_behind
from netlab.nn.optimizers import OPTIMIZERS
from netlab.nn.place import Place, shown_in
from netlab.nn.schedules import SCHEDULES
from netlab.playground.features import FEATURES, map_of
from netlab.playground.network import FAMILIES, MOST_LAYERS, MOST_UNITS, OUTPUTS, Plan
from netlab.playground.points import CURVE, DIGITS, FIRST_CURVE, KINDS, LARGEST, OWN, Choice
from netlab.playground.training import Course

BIND: Any = {"bind": "query-params"}
BENDS = {key: row.title for key, row in shown_in(ACTIVATIONS, Place.LESSONS).items()}
RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
BATCHES = (1, 2, 5, 10, 30, 100, 0)
SIZES = (20, 50, 100, 200, 300, 500, 1000, LARGEST)
SHARES = (0.0, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1)
DROPOUTS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.8)
UNITS = (4, 3, 4, 4, 4, 4)


PICTURES = ".st-key-cl_inputs button img { height: 1.75rem; max-height: none; vertical-align: middle; margin: 0.15rem 0.2rem 0.15rem -0.35rem; }"
INPUTS_HELP = (
    "What the network is given of each point. "
    + "; ".join(f"{row.title}: {row.words}" for row in FEATURES.values())
    + ". The pictures show each over the plane: blue above zero, orange below."
)


@cache
def pictured(key: str) -> str:
    """An input's map beside its name, for its switch."""
    return f"![]({signed_url(map_of(key))}) {FEATURES[key].title}"


def point_controls() -> Choice:
    """Which points, and how clean."""
    kind = choose(
        st.selectbox, "Points", KINDS, "circle", key="cl_points", titles=lambda key: KINDS[key].title
    )
    curve = FIRST_CURVE
    if kind == CURVE:
        curve = st.text_input("f(x) =", FIRST_CURVE, key="cl_curve", max_chars=200, **BIND)
    size, noise = 300, 10
    if kind != OWN:
        size = slide(st.select_slider, "How many", SIZES, 300, key="cl_size")
        if kind != DIGITS:
            noise = st.slider("Noise", 0, 100, 10, 5, "%d %%", key="cl_noise", **BIND)
    held = st.slider(
        "Held back", 0, 80, 30, 5, "%d %%", key="cl_held",
        help="A share of the points that the network never learns from: how it does there is what counts.", **BIND,
    )  # fmt: skip
    seed = int(st.number_input("Seed of the points", 0, 999, 1, key="cl_seed", help="Another draw.", **BIND))
    shuffled = st.toggle(
        "Shuffled labels", key="cl_shuffled",
        help="Deals the classes out at random: whatever is learnt then is learnt by heart.", **BIND,
    )  # fmt: skip
    return Choice(kind, size, noise / 100, held / 100, seed, shuffled, curve)


def network_controls(classes: int) -> Plan:
    """Inputs, layers and output; an empty choice of inputs is x and y."""
    features = choose_some(
        st.pills, "Inputs", FEATURES, ("x", "y"), key="cl_inputs", titles=pictured, help=INPUTS_HELP
    )
    st.html(f"<style>{PICTURES}</style>")
    depth = st.slider("Hidden layers", 0, MOST_LAYERS, 2, key="cl_depth", **BIND)
    hidden = []
    for layer in range(depth):
        left, right = st.columns([1, 1.4])
        units = left.number_input(
            f"Units in layer {layer + 1}", 1, MOST_UNITS, UNITS[layer], key=f"cl_units{layer + 1}", **BIND
        )
        bend = choose(
            right.selectbox, f"Activation of layer {layer + 1}", BENDS, "tanh", key=f"cl_bend{layer + 1}",
            titles=BENDS.__getitem__,
        )  # fmt: skip
        hidden.append((int(units), bend))
    output = choose(
        st.segmented_control, "Output", OUTPUTS, "softmax" if classes > 2 else "sigmoid", key=f"cl_output{classes}",
        titles=OUTPUTS.__getitem__,
    )  # fmt: skip
    loss = "quadratic"
    if len(FAMILIES[output]) > 1:
        loss = choose(
            st.selectbox, "Loss", FAMILIES[output], key=f"cl_loss_{output}",
            titles=lambda family: loss_behind(family, output).title,
        )  # fmt: skip
    initializer = choose(
        st.selectbox, "First weights", INITIALIZERS, "glorot_uniform", key="cl_first",
        titles=lambda key: INITIALIZERS[key].title,
    )  # fmt: skip
    seed = int(
        st.number_input(
            "Seed of the weights", 0, 999, 1, key="cl_weights", help="Other first weights, other batches.", **BIND
        )
    )  # fmt: skip
    chosen = tuple(key for key in FEATURES if key in features) or ("x", "y")
    return Plan(chosen, tuple(hidden), output, loss, classes, initializer, seed)


def course_controls(plan: Plan) -> Course:
    """How it is trained from now on."""
    optimizer = choose(
        st.selectbox, "Optimizer", OPTIMIZERS, "adam", key="cl_optimizer",
        titles=lambda key: OPTIMIZERS[key].title,
    )  # fmt: skip
    rate = slide(st.select_slider, "Learning rate", RATES, 0.03, key="cl_rate", titles=plain)
    batch = choose(
        st.selectbox, "Points in a batch", BATCHES, 10, key="cl_batch",
        titles=lambda size: str(size) if size else "all of them",
    )  # fmt: skip
    schedule = choose(
        st.selectbox, "Schedule of the rate", SCHEDULES, "constant", key="cl_schedule",
        titles=lambda key: SCHEDULES[key].title,
    )  # fmt: skip
    asked = any(key.startswith(("cl_dropout", "cl_l1", "cl_l2")) for key in st.query_params)
    st.session_state.setdefault("cl_shares_open", asked)  # a link that speaks of them opens them
    box = st.expander(
        "Dropout and the size of weights, layer by layer", on_change="rerun", key="cl_shares_open"
    )
    count = len(plan.hidden)
    with box:
        if box.open:
            st.caption(
                "Dropout silences this share of a layer’s units at each step. L1 and L2 add the sizes of a layer's weights, or "
                "their squares, to the loss: small weights make a smooth border."
            )
        rows = [_layer(layer, layer < count, drawn=bool(box.open)) for layer in range(count + 1)]
    return Course(
        optimizer, rate, schedule, batch, tuple(row[0] for row in rows[:count]), tuple(row[1] for row in rows),
        tuple(row[2] for row in rows),
    )  # fmt: skip


def _layer(layer: int, hidden: bool, *, drawn: bool) -> tuple[float, float, float]:
    """Dropout, L1 and L2 of one layer: sliders side by side, or what they stand at in a shut fold."""
    name = f"layer {layer + 1}" if hidden else "the output"
    at = str(layer + 1) if hidden else "_out"
    columns = st.columns(3) if drawn else (None, None, None)

    def share(column: DeltaGenerator | None, what: str, key: str, marks: tuple[float, ...]) -> float:
        if column is None:
            return standing(what, marks, 0.0, key=key, titles=plain)
        return slide(column.select_slider, what, marks, 0.0, key=key, titles=plain)

    dropout = share(columns[0], f"Dropout, {name}", f"cl_dropout{at}", DROPOUTS) if hidden else 0.0
    l1 = share(columns[1], f"L1, {name}", f"cl_l1{at}", SHARES)
    l2 = share(columns[2], f"L2, {name}", f"cl_l2{at}", SHARES)
    return dropout, l1, l2
