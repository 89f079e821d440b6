"""Which network, at which moment, in which directions, how far, on which pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from netlab.app.choice import choose, slide
from netlab.app.frame import follow_newest, literal
from netlab.formatting import plain
from netlab.landscape.network.figures_network import filter_picture
from netlab.landscape.network.flat import first_kernel
from netlab.landscape.network.pictures import PARTS
from netlab.landscape.network.question import DIRECTIONS, TWINS
from netlab.landscape.network.view.asking import moment
from netlab.landscape.view.clickable_map import clickable, newly_clicked
from netlab.nets import shipped
from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from netlab.runs.run import Run, RunError
from netlab.training.view.session import current, mine

REACHES = (0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0)
MOST = 100
Words = Callable[[Run], str]


@dataclass(frozen=True)
class Chosen:
    """A network: the run's id or the name of one that comes along, its description, and its kept moments."""

    id: str
    spec: NetworkSpec
    steps: tuple[int, ...]
    live: bool


def offered(words_of: Words) -> dict[str, str]:
    """Runs that have kept a moment, by id, then the networks that come along."""
    found, now = {}, current()
    ids = mine() if now is None else list(dict.fromkeys([now.id, *mine()]))
    for run_id in ids[:MOST]:
        run = store.get(run_id)
        if run is not None and run.snapshots():
            found[run_id] = words_of(run)
    return {**found, **{name: f"{words}, which comes with Netlab" for name, words in shipped.SHIPPED.items()}}


def name_of(name: str) -> str:
    """What a run or a network that comes along is called."""
    run = None if name in shipped.SHIPPED else store.get(name)
    try:
        return shipped.SHIPPED.get(name, name) if run is None else run.name()
    except RunError:
        return f"run {name[:4]}"


def choose_network(options: Mapping[str, str]) -> str:
    """A menu of networks: the run that is looked at, until another is chosen."""
    now = current()
    newest = now.id if now is not None and now.id in options else next(iter(options))
    return follow_newest("network_run", "Run", options, newest)


def network_of(name: str) -> Chosen:
    """What is chosen; ``RunError`` says why it cannot be looked at."""
    if name in shipped.SHIPPED:
        return Chosen(name, shipped.load(name)[0], (0,), live=False)
    run, now = store.get(name), current()
    if run is None:
        raise RunError("This run was deleted meanwhile.")
    live = now is not None and now.id == name and now.live
    return Chosen(name, run.spec(), tuple(run.snapshots()), live)


def choose_moment(chosen: Chosen) -> int:
    """A slider over the kept moments; it follows a run that trains until another moment is chosen."""
    steps = chosen.steps
    if len(steps) < 2:
        return steps[-1]
    seen = st.session_state.get("_network_newest")
    if seen is not None and seen != (chosen.id, steps[-1]):
        same = seen[0] == chosen.id
        if not same or st.session_state.get("network_step") == seen[1]:
            st.session_state["network_step"] = steps[-1]
    st.session_state["_network_newest"] = (chosen.id, steps[-1])
    step = slide(
        st.select_slider, "Moment: after how many batches", list(steps), steps[-1], key="network_step", titles=lambda one: f"{one:,}"
    )  # fmt: skip
    return min(steps, key=lambda one: abs(one - step))


def choose_directions() -> str:
    """Which plane."""
    return choose(
        st.selectbox, "Directions", DIRECTIONS, key="network_directions", titles=DIRECTIONS.__getitem__,
        help="All weights of a network together are one point in a space with as many axes as it has weights. Two directions from there span "
        "a plane, and the picture shows the loss over it. PCA (principal component analysis) finds the two directions that hold most of a walk; "
        "the velocity is what the optimizer has gathered of earlier gradients.",
    )  # fmt: skip


def choose_reach() -> float:
    """How far the picture goes."""
    return slide(
        st.select_slider, "Reach, in lengths of the network", list(REACHES), 1.0, key="network_reach", titles=plain,
        help="At 1 the picture ends as far from the network as the network is from the point where all weights are 0.",
    )  # fmt: skip


def choose_part() -> str:
    """Which pictures."""
    return choose(st.segmented_control, "Pictures", PARTS, key="network_part", titles=PARTS.__getitem__)


def choose_seed() -> int:
    """The dice: three planes at once, of three seeds; the number of the first is in the address."""
    seed = st.number_input(
        "Dice",
        0,
        9999,
        0,
        key="network_seed",
        bind="query-params",
        help="Each number is another random plane.",
    )
    return int(seed)


def choose_twin() -> tuple[str, bool]:
    """Which twin, and whether directions are scaled filter by filter."""
    twin = choose(
        st.segmented_control, "The network", list(TWINS), key="network_twin", titles=TWINS.__getitem__,
        help="Networks with other weights that compute the very same function.",
    )  # fmt: skip
    return twin, choose(
        st.segmented_control, "Random directions", ["filter", "raw"], key="network_scaling",
        titles={"filter": "scaled filter by filter", "raw": "raw"}.__getitem__,
    ) == "filter"  # fmt: skip


def choose_others(chosen: Chosen, options: Mapping[str, str], count: int, key: str) -> tuple[str, ...]:
    """Other runs of networks with the same layers; fewer than asked for where there are not enough."""
    alike = {
        name: words for name, words in options.items() if name != chosen.id and _alike(chosen.spec, name)
    }
    found: list[str] = []
    for place in range(count):
        left = [name for name in alike if name not in found]
        if not left:
            break
        label = "Another run" if count == 1 else f"Another run ({place + 1})"
        found.append(choose(st.selectbox, label, left, key=f"network_{key}{place}", titles=alike.__getitem__))
    return tuple(found)


def _alike(spec: NetworkSpec, name: str) -> bool:
    try:
        other = network_of(name).spec
    except RunError:
        return False
    return all(
        getattr(spec, part) == getattr(other, part)
        for part in ("layers", "convolution_layers", "normalisation")
    )


def choose_weights(chosen: Chosen, step: int) -> tuple[int, int, int, int]:
    """Two single weights of the first layer, each by its unit's number and a click on the picture of the unit's weights."""
    try:
        kernel = first_kernel(moment(chosen.id, step))
    except RunError as error:
        st.warning(literal(error), icon=":material/broken_image:")
        st.stop()
    rows = kernel.reshape(-1, kernel.shape[-1])
    side, units, what = round(len(rows) ** 0.5), rows.shape[1], "filter" if kernel.ndim == 4 else "unit"
    found: list[int] = []
    for place, column in enumerate(st.columns(2)):
        with column:
            unit = int(
                st.number_input(
                    f"Weight {place + 1}: to {what}", 0, units - 1, 0, key=f"network_unit{place}", bind="query-params"
                )
            )  # fmt: skip
            beside = 14 * 28 + 14 + place if side == 28 else side * side // 2 + place
            pixel = int(st.session_state.get(f"_network_pixel{place}|{side}", beside))
            clicked = newly_clicked(f"network_filter{place}")
            if clicked is not None:
                across, down = (min(max(round(one), 0), side - 1) for one in clicked)
                pixel = st.session_state[f"_network_pixel{place}|{side}"] = down * side + across
            weights = np.asarray(rows[:, min(unit, units - 1)], np.float32)
            title = f"from row {pixel // side}, column {pixel % side}: {plain(weights[pixel], 3)}"
            clickable(
                f"network_filter{place}",
                filter_picture(weights, pixel, title),
                f"The weights of {what} {unit} at their pixels; click one.",
            )
            found += [pixel, unit]
    st.caption(
        f"The weights that lead from the pixels to the chosen {what}: blue adds, orange takes away. Click one to choose it."
    )
    return found[0], found[1], found[2], found[3]
