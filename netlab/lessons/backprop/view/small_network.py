"""Back-propagation on the page: a small network in stages, one weight's chain, the update, the check."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from netlab.app.choice import choose
from netlab.app.components import live_figure
from netlab.app.example import example as worked_example
from netlab.arrays import Array
from netlab.formatting import bracketed, counted, digits, plain
from netlab.lessons.backprop.chain_rule import chain
from netlab.lessons.backprop.example import stage_by_stage
from netlab.lessons.backprop.figures import loss_after_updates
from netlab.lessons.backprop.network_drawing import small_network
from netlab.lessons.backprop.small_network import (
    Place,
    Walk,
    batch_wishes,
    first_example,
    places,
    walk,
    with_values,
)
from netlab.lessons.backprop.view.chain import chain_of_factors
from netlab.lessons.backprop.view.gradient_check import bug_switches, gradient_check, how_small_a_nudge
from netlab.lessons.backprop.view.network_component import network_picture
from netlab.lessons.backprop.worked_steps import Stage, training_step
from netlab.nn.mlp import EXAMPLES, Example, Network, target_rows
from netlab.nn.wishes import ARROWS, wishes_told

BIND: Any = {"bind": "query-params"}
MOST_UPDATES = 60
LONG_LINE = 44
STAGE_HEIGHT = 265
PHASES = {"forward": "Forward", "loss": "Loss", "backward": "Backward", "update": "Update"}


@dataclass(frozen=True)
class Scene:
    """All that the reader has set: a network and its updates, how many are done, its data, the next step's stages."""

    tag: str
    example: Example
    walk: Walk
    done: int
    learning_rate: float
    beta: float
    bugs: tuple[str, ...]
    stages: tuple[Stage, ...]

    wishes: Array | None

    @property
    def network(self) -> Network:
        """The network as it is now."""
        return self.walk.steps[self.done].network


@st.fragment
def by_hand() -> None:
    """The whole lesson on a small network; a moved control reruns this and nothing else."""
    chooser, follow = st.columns(2, gap="medium")
    name = choose(
        chooser.segmented_control, "Network: inputs, hidden units, outputs", EXAMPLES, "2-2-1", key="backprop_net",
        help="The hidden units are sigmoids. " + " ".join(f"{one.title}." for one in EXAMPLES.values()),
    )  # fmt: skip
    picture, telling = st.columns([2, 1], gap="medium")
    left, right = st.columns(2, gap="medium")
    tag = name.replace("-", "")
    example = _data(left, name, tag)
    network = with_values(example.network, _weights(left, tag, example.network))
    updating = st.expander("More: update the weights, again and again")
    with updating:
        rate, beta, updates = _update_controls()
    checking = st.expander("More: is it right? Three answers to the same question")
    with checking:
        bugs = bug_switches()
    scene = _scene(tag, example, network, rate, beta, updates, bugs)
    with telling:
        shown = _stage(scene)
    with follow:
        place = _chosen(scene)
    with picture:
        _draw(scene, shown, place)
    with left:
        _wishes(scene, place)
    with right:
        _chain(scene, place)
    with updating:
        _update(scene, place, network)
    with checking:
        gradient_check(scene.network, example, bugs, rate, place.key)
        if bugs:
            st.caption(
                "The chain above is computed separately from the program with the mistake, so it stays right."
            )
        if st.toggle("How small should the nudge be?", key="backprop_nudge", **BIND):
            how_small_a_nudge(scene.network, example, place.layer, place.row, place.column)


def _data(where: Any, name: str, tag: str) -> Example:
    columns = where.columns(3)
    x1 = columns[0].slider("x₁", -2.0, 2.0, 0.5, 0.1, key="backprop_x1", **BIND)
    x2 = columns[1].slider("x₂", -2.0, 2.0, 1.0, 0.1, key="backprop_x2", **BIND)
    if name == "2-2-1":
        target = columns[2].slider("Target y", 0.0, 1.0, 1.0, 0.1, key="backprop_y", **BIND)
    else:
        target = choose(columns[2].segmented_control, "True class", [1, 2], key="backprop_class") - 1
    batch = where.toggle(
        "Average over a batch of three examples", key="backprop_batch", **BIND,
        help="A batch is the examples of one update. Two more join yours, which stays the one in the drawing; gradients become means "
        "over the three.",
    )  # fmt: skip
    return first_example(name, (x1, x2), target, whole_batch=batch)


def _weights(where: Any, tag: str, network: Network) -> dict[str, float]:
    with where.expander("Move any weight"):
        columns = st.columns(2)
        return {
            place.key: columns[n % 2].slider(
                place.name, -3.0, 3.0, place.of(network.arrays), 0.1, key=f"backprop{tag}_{place.key}", **BIND
            )
            for n, place in enumerate(places(network))
        }


def _update_controls() -> tuple[float, float, int]:
    columns = st.columns(2)
    rate = columns[0].slider(
        "Learning rate η", 0.05, 5.0, 0.5, 0.05, key="backprop_rate", **BIND,
        help="How far an update goes: this times the gradient, downhill.",
    )  # fmt: skip
    updates = columns[1].slider("Updates done", 0, MOST_UPDATES, 0, key="backprop_updates", **BIND)
    beta = st.slider("Later: momentum β", 0.0, 0.95, 0.0, 0.05, key="backprop_beta", **BIND)
    st.caption(
        "With **momentum** a step keeps a part β of the step before: v ← βv − η ∂L/∂w, then w ← w + v. At 0 it is plain gradient "
        "descent. The page Loss landscape shows what it is good for."
    )
    return rate, beta, updates


def _scene(
    tag: str,
    example: Example,
    network: Network,
    rate: float,
    beta: float,
    updates: int,
    bugs: tuple[str, ...],
) -> Scene:
    course = _walk(network, example, rate, beta, bugs)
    now = course.steps[updates]
    stages = training_step(
        now.network,
        example.inputs,
        example.targets,
        bugs=bugs,
        learning_rate=rate,
        beta=beta,
        velocities=now.velocities,
    )
    wishes = batch_wishes(now.network, example.inputs, example.targets) if len(example.inputs) > 1 else None
    return Scene(tag, example, course, updates, rate, beta, bugs, stages, wishes)


def _walk(network: Network, example: Example, rate: float, beta: float, bugs: tuple[str, ...]) -> Walk:
    return walk(
        network, example.inputs, example.targets, MOST_UPDATES + 1, learning_rate=rate, beta=beta, bugs=bugs
    )


def _stage(scene: Scene) -> int:
    key, last = f"backprop{scene.tag}_stage", len(scene.stages)
    buttons = st.container(horizontal=True)
    shown = st.slider(f"Stage (of {last})", 1, last, key=key, **BIND)
    with buttons:
        st.button("Back", on_click=_go, args=(key, shown - 1), disabled=shown <= 1, key="backprop_back",
                  icon=":material/chevron_left:")  # fmt: skip
        st.button("Next", on_click=_go, args=(key, shown + 1), disabled=shown >= last, key="backprop_next",
                  icon=":material/chevron_right:", type="primary")  # fmt: skip
    with st.container(
        height=STAGE_HEIGHT, border=False
    ):  # what stands below keeps its place from stage to stage
        _tell(scene.stages[shown - 1])
    return shown


def _tell(stage: Stage) -> None:
    st.markdown(f"**{PHASES[stage.phase]}. {stage.title}**")
    st.latex(stage.formula)
    worked = r"\\".join(_broken(line) for line in stage.worked)
    st.latex(rf"\begin{{aligned}}{worked}\end{{aligned}}")


def _broken(line: str) -> str:
    """A worked line, aligned at its first equals sign; the result of a long one goes to a line of its own."""
    name, _, rest = line.partition("=")
    terms, equals, result = rest.rpartition(" = ")
    longer = equals and len(rest) > LONG_LINE
    return rf"{name}&={terms} \\ &= {result}" if longer else f"{name}&={rest}"


def _go(key: str, stage: int) -> None:
    st.session_state[key] = stage


def _chosen(scene: Scene) -> Place:
    every = {place.key: place for place in places(scene.network)}
    key = f"backprop{scene.tag}_weight"
    chosen = choose(
        st.selectbox, "Weight to follow (or click it in the drawing)", every, key=key,
        titles=lambda one: every[one].name,
    )  # fmt: skip
    return every[chosen]


def _draw(scene: Scene, shown: int, place: Place) -> None:
    example = scene.example
    drawing = small_network(
        scene.network, example.inputs[0], target_rows(scene.network, example.targets)[0].tolist(), scene.stages, shown,
        chosen=place.key, wishes=scene.wishes,
    )  # fmt: skip
    keys = {one.key for one in places(scene.network)}
    plays = {"example": worked_example("backprop", stage_by_stage)}
    network_picture("small_network", drawing | plays, partial(_pick, f"backprop{scene.tag}_weight", keys))
    st.caption(
        "On an edge: its weight, ∂ for ∂L/∂w, → for the weight after the update. Blue: positive; orange, dashed: negative. δ: ∂L/∂z."
    )


def _wishes(scene: Scene, place: Place) -> None:
    """Whose wish the step of the chosen weight is, where there are several."""
    if scene.wishes is None:
        return
    at = [one.key for one in places(scene.network)].index(place.key)
    wishes = scene.wishes[:, at]
    what = "weight" if place.row is not None else "bias"
    st.markdown(
        f"Arrows under each weight: **each example’s wish** (minus the slope of its own loss). {ARROWS} The thick one is their **mean**, and that "
        f"decides: it is minus the gradient. {wishes_told(f'{what} {place.name}', wishes, float(wishes.mean()), 'example', 'the batch')}"
    )


def _pick(key: str, known: set[str], value: str) -> None:
    if value in known:  # it comes from a browser
        st.session_state[key] = value


def _chain(scene: Scene, place: Place) -> None:
    st.markdown(f"##### The chain of {place.name}")
    example = scene.example
    chains = [
        chain(
            scene.network,
            example.inputs,
            example.targets,
            place.layer,
            place.row,
            place.column,
            example=number,
        )
        for number in range(len(example.inputs))
    ]
    paths = len(chains[0].products)
    st.markdown(
        "One path leads back to it from the loss: its factors multiply."
        if paths == 1
        else f"{paths} paths lead back to it: along each the factors multiply, and the products add."
    )
    chain_of_factors(chains[0], place.latex)
    if len(chains) > 1:
        totals = [one.total for one in chains]
        terms = " + ".join(bracketed(total) if n else digits(total) for n, total in enumerate(totals))
        mean = digits(sum(totals) / len(totals))
        st.markdown(f"**Mean of all three examples:** $\\tfrac13\\,({terms}) = {mean}$")


def _update(scene: Scene, place: Place, start: Network) -> None:
    now, after = scene.walk.steps[scene.done : scene.done + 2]
    v, w, gradient = (
        place.of(now.velocities),
        place.of(now.network.arrays),
        place.of(scene.walk.gradients[scene.done]),
    )
    new_v, new_w = place.of(after.velocities), place.of(after.network.arrays)
    letter = "b" if place.row is None else "w"
    slope = rf"\tfrac{{\partial L}}{{\partial {letter}}}"
    if scene.beta == 0:
        st.latex(
            rf"\begin{{aligned}} {letter} &\leftarrow {letter} - \eta\,{slope} \\ &= {digits(w)} - {digits(scene.learning_rate)} "
            rf"\cdot {bracketed(gradient)} = {digits(new_w)} \end{{aligned}}"
        )
    else:
        st.latex(
            rf"\begin{{aligned}} v &\leftarrow \beta v - \eta\,{slope} \\ &= {digits(scene.beta)} \cdot "
            rf"{bracketed(v)} - {digits(scene.learning_rate)} \cdot {bracketed(gradient)} \\ &= {digits(new_v)} \\"
            rf"{letter} &\leftarrow {letter} + v \\ &= {digits(w)} + {bracketed(new_v)} = {digits(new_w)} \end{{aligned}}"
        )
    right = (
        _walk(start, scene.example, scene.learning_rate, scene.beta, ()).losses[:-1] if scene.bugs else None
    )
    losses = scene.walk.losses[:-1]
    sentence = f"Mean loss at the start {plain(losses[0])}, after {counted(scene.done, 'update')} {plain(losses[scene.done])}."
    live_figure("loss_after_updates", loss_after_updates(losses, scene.done, right), sentence)
    st.caption(
        sentence if scene.beta == 0 else f"{sentence} Momentum: Polyak, 1964; written as Keras's SGD does it."
    )
    if "sum_for_mean" in scene.bugs and len(scene.example.inputs) > 1:
        helps = right is not None and losses[scene.done] < right[scene.done]
        st.caption(
            "A sum acts like a learning rate three times as large; with a batch of 512 it would be 512 times as large."
            + (" So far it happens to help, which is how this mistake goes unseen." if helps else "")
        )
