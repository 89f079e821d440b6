"""What each unit looks for, what it is worth, and what the network can still do without it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from netlab.app.choice import choose, slide
from netlab.app.components import component, live_figure
from netlab.app.frame import number
from netlab.app.lesson import judged, predict_first, show_code
from netlab.arrays import Floats
from netlab.experiments.expected import FIFTH, after_a_fifth
from netlab.experiments.inside import confusion, lesion, units, words
from netlab.experiments.inside.answers import Answers, ask, kernels
from netlab.experiments.inside.confusion import Counts
from netlab.experiments.inside.figures_units import adds_figure, maps_figure, picture_figure, prune_figure
from netlab.experiments.inside.view.known import answers_of, called, gallery, key_of, layer_of, sound
from netlab.experiments.subject import Subject
from netlab.experiments.view.subjects import Pictures
from netlab.formatting import counted, percent, plain
from netlab.nets.parameters import activations as activation_names
from netlab.runs.symptoms import layer_names

TAKES = {"units": "Units", "weights": "Weights"}
SCOPES = {"each": "Of each layer by itself", "together": "Of all layers together"}
PERCENTS = (*range(0, 91, 5), 92, 94, 95, 96, 97, 98, 99)
FEW = 6
MOST_LINKS = 12

_grid = component("experiments/inside/units")


def units_section(subject: Subject, pictures: Pictures) -> None:
    """Show it."""
    answers = answers_of(subject, pictures)
    if not sound(answers):
        return
    hidden = layer_names(subject.spec)[:-1]
    counts = confusion.count(pictures.labels, answers.said)
    if not hidden:
        st.info(
            "This network has no hidden units: ten sums of pixels are all there is. Its weights can still be pruned."
        )
        _pruning(subject, pictures, counts)
        return
    place = _layer_choice(hidden)
    layer = layer_of(subject, pictures, place)
    _ask_first(subject, pictures, layer, counts)
    take = choose(st.segmented_control, "Take away", TAKES, key="inside_take", titles=TAKES.__getitem__)
    if take == "weights":
        _pruning(subject, pictures, counts)
    else:
        _units(subject, pictures, layer, counts)
    show_code(units.worth, lesion.silenced, lesion.pruned)


def _layer_choice(hidden: Sequence[str]) -> int:
    if len(hidden) == 1:
        return 0
    options = list(range(len(hidden)))
    return choose(
        st.segmented_control, "Layer", options, key="inside_layer", titles=lambda at: hidden[at].capitalize()
    )


def _ask_first(subject: Subject, pictures: Pictures, layer: units.Layer, counts: Counts) -> None:
    """How much is lost with the fifth of the units that is worth least?"""
    count = len(layer.dead)
    some = count // 5
    if not some:
        return
    least = np.argsort(layer.worth.loss, kind="stable")[:some].tolist()
    after = _without(subject, pictures, layer, least, ())
    noun = _noun(layer)
    predict_first(
        f"inside_fifth_{subject.id[:12]}_{layer.place}",
        f"A fifth of the {noun}s, {some} of {count}, is silenced: those that are worth least. What becomes of its "
        f"{percent(np.trace(counts) / counts.sum(), 1)}?",
        judged(
            FIFTH,
            _fifth_right(counts, after, pictures.labels),
            waits="Its answers are not numbers then.",
            link="Take units away",
            setting={"inside_take": "units"},
        ),
        words.without(after, counts, pictures.labels, called(pictures), f"these {some} {noun}s"),
    )


def _fifth_right(counts: Counts, after: Answers, labels: NDArray[np.uint8]) -> str | None:
    if not after.sound:
        return None
    before = float(np.trace(counts) / counts.sum())
    return after_a_fifth(before, float(np.mean(after.said == labels)), len(counts))


def _noun(layer: units.Layer) -> str:
    return "unit" if layer.values.ndim == 2 else "filter"


@st.fragment
def _units(subject: Subject, pictures: Pictures, layer: units.Layer, counts: Counts) -> None:
    """All of them, what is left without the silent ones, and the one that is looked at."""
    name = f"inside_units_{subject.id[:12]}_{subject.step}_{layer.place}"
    kept: dict[str, Any] = st.session_state.setdefault(
        f"_{name}", {"silent": [], "unit": int(layer.worth.loss.argmax()), "links": {}}
    )
    outcome = st.container()
    sent = _sent(key_of(subject, pictures), layer.place, layer, subject, pictures)
    if name not in st.session_state:
        st.session_state[f"_{name}_start"] = {"silent": list(kept["silent"]), "shown": kept["unit"]}
    result = _grid(
        key=name, data={**sent, "of": name, **st.session_state[f"_{name}_start"]},
        on_silent_change=_nothing, on_unit_change=_nothing, default={"silent": kept["silent"], "unit": kept["unit"]},
    )  # fmt: skip
    count = len(layer.dead)
    kept["silent"] = _known(result.silent, count)
    shown = _known([result.unit], count)
    kept["unit"] = shown[0] if shown else int(layer.worth.loss.argmax())
    st.caption(_marks(layer))
    _one_unit(subject, pictures, layer, kept["unit"], kept["links"], name)
    links = [(unit, after) for unit, cut in kept["links"].items() for after in cut]
    with outcome:
        _outcome(subject, pictures, layer, counts, kept["silent"], links)


def _nothing() -> None:
    """Streamlit hands out a component's value only where a callback stands."""


def _known(sent: Any, count: int) -> list[int]:
    """The units in what a browser sent."""
    listed = sent if isinstance(sent, list) else []
    return sorted({one for one in listed if type(one) is int and 0 <= one < count})


@st.cache_resource(show_spinner=False, max_entries=6)
def _pictures_of(key: Any, place: int, _layer: units.Layer, _subject: Subject, _pictures: Pictures) -> Floats:
    return units.pictures(_subject.spec, _subject.weights, _pictures.images[_layer.places], _layer)


@st.cache_resource(show_spinner=False, max_entries=6)
def _sent(
    key: Any, place: int, _layer: units.Layer, _subject: Subject, _pictures: Pictures
) -> dict[str, Any]:
    """What the grid is sent: the same until the run moves on."""
    packed, side = units.packed(_pictures_of(key, place, _layer, _subject, _pictures))
    noun = _noun(_layer)
    first = (
        ""
        if _layer.place == 0
        else " Here ink means: more of it in the pictures that excite the unit than in all."
    )
    return {
        "packed": packed, "side": side, "noun": noun.capitalize(), "title": f"All {len(_layer.dead)} {noun}s",
        "worth": [float(f"{one:.3g}") for one in _layer.worth.loss],
        "told": [plain(one, 2) for one in _layer.worth.loss],
        "dead": _layer.dead.tolist(), "twins": _layer.twins.tolist(),
        "legend": f"Each picture has its own scale. †: dead; =: a twin; crossed out: silent.{first}",
    }  # fmt: skip


def _marks(layer: units.Layer) -> str:
    """What worth, dead and twin mean, and how many there are."""
    noun, dead, paired = _noun(layer), int(layer.dead.sum()), int((layer.twins >= 0).sum())
    return (
        f"What a {noun} is **worth**: by how much the mean loss rises on {counted(layer.worth.judged_on, 'test picture')} when it "
        f"alone answers 0 to everything. **Dead** ({dead:,}): it answers the same to every test picture. **Twins** "
        f"({paired:,}): the cosine of their weights, or the correlation of their answers, is above {units.ALIKE}."
    )


def _without(
    subject: Subject,
    pictures: Pictures,
    layer: units.Layer,
    silent: list[int],
    links: Sequence[tuple[int, int]],
) -> Answers:
    """What it answers then, on every test picture; from the layer's answers where all of them are known."""
    values = layer.values if len(layer.places) == len(pictures.labels) else None
    return lesion.without(
        subject.spec, subject.weights, pictures.images, layer.place, silent, links, values=values
    )


def _outcome(
    subject: Subject, pictures: Pictures, layer: units.Layer, counts: Counts, silent: list[int], links: list[tuple[int, int]]
) -> None:  # fmt: skip
    if not silent and not links:
        st.markdown(f"Nothing is silenced. {words.overall(counts)}")
        return
    noun = _noun(layer)
    parts = []
    if silent:
        which = f" ({', '.join(map(str, silent))})" if len(silent) <= FEW else ""
        parts.append(f"{len(silent):,} of {counted(len(layer.dead), noun)}{which}")
    if links:
        parts.append(counted(len(links), "connection"))
    after = _without(subject, pictures, layer, silent, links)
    st.markdown(words.without(after, counts, pictures.labels, called(pictures), " and ".join(parts)))


def _one_unit(
    subject: Subject,
    pictures: Pictures,
    layer: units.Layer,
    unit: int,
    links: dict[int, list[int]],
    name: str,
) -> None:
    """What one unit looks for, what excites it, and what it adds."""
    st.subheader(f"{_noun(layer).capitalize()} {unit}", anchor=False)
    st.markdown(_facts(layer, unit))
    drawn = _pictures_of(key_of(subject, pictures), layer.place, layer, subject, pictures)[unit]
    left, right = st.columns([2, 3])
    with left:
        figure, alt = picture_figure(
            drawn, "Its weights" if layer.place == 0 else "What excites it, minus the mean picture"
        )
        st.caption(
            "Its weights: blue raises it where there is ink, orange lowers it."
            if layer.place == 0
            else "The test pictures, each counted by how much it excites this one, minus the plain mean of all."
        )
        live_figure("inside_unit_picture", figure, alt)
    with right:
        _what_it_adds(subject, pictures, layer, unit, links, name)
    most, least = units.exciting(layer.answers, unit, FEW)
    for title, rows in (("excite it most", most), ("excite it least", least)):
        st.markdown(f"**The test pictures that {title}**")
        tiles = [
            (int(layer.places[row]), f"{pictures.classes[pictures.labels[layer.places[row]]]}\n{plain(layer.answers[row, unit], 3)}", False)
            for row in rows
        ]  # fmt: skip
        gallery(f"inside_{title.replace(' ', '_')}", tiles, pictures)
    if layer.values.ndim == 4:
        _maps(subject, pictures, layer)


def _facts(layer: units.Layer, unit: int) -> str:
    answers = layer.answers[:, unit]
    fall = layer.worth.accuracy[unit]
    worth = plain(layer.worth.loss[unit], 3)
    without = (
        f"Worth {worth}: without it alone the mean loss rises by that much."
        if layer.worth.loss[unit] >= 0
        else f"Worth {worth}: without it alone the mean loss falls by that much."
    )
    told = (
        f"{without} {_changed(fall, layer.worth.judged_on)} Its answers go from {plain(answers.min(), 3)} to {plain(answers.max(), 3)}; {percent((answers > 0).mean())} of "
        f"{counted(len(answers), 'test picture')} make it answer above 0."
    )
    if layer.dead[unit]:
        return f"{told} It is **dead**: it answers the same to every picture."
    if layer.twins[unit] >= 0:
        return f"{told} It has a **twin**: number {int(layer.twins[unit])} is nearly the same."
    return told


def _changed(fall: float, judged_on: int) -> str:
    pictures = round(fall * judged_on)
    if pictures == 0:
        return "As many pictures are read correctly."
    if abs(pictures) == 1:
        return "1 picture fewer is read correctly." if pictures > 0 else "1 picture more is read correctly."
    if pictures > 0:
        return f"{pictures:,} pictures fewer are read correctly."
    return f"{-pictures:,} pictures more are read correctly."


def _what_it_adds(
    subject: Subject,
    pictures: Pictures,
    layer: units.Layer,
    unit: int,
    links: dict[int, list[int]],
    name: str,
) -> None:
    outgoing = units.outgoing(subject.spec, subject.weights, layer.place, unit)
    rows = kernels(subject.spec)
    last = layer.place == len(rows) - 2
    if last:
        adds = units.adds(layer.answers, pictures.labels[layer.places], outgoing[0], unit).diagonal()
        st.caption(
            "What it adds to each of the ten sums: its weight there times its mean answer to the pictures of that class."
        )
        figure, alt = adds_figure(adds, outgoing[0], pictures.classes)
        live_figure("inside_unit_adds", figure, alt)
    else:
        heard = (
            "The pixels of its map are heard at many places."
            if len(outgoing) > 1
            else "They are listed by size."
        )
        st.caption(
            f"It speaks to the {outgoing.shape[1]} units of {layer_names(subject.spec)[layer.place + 1]}, not to the answers "
            f"themselves. {heard}"
        )
    strength = np.abs(outgoing).sum(axis=0)
    ends = (
        list(range(len(strength)))
        if len(strength) <= MOST_LINKS
        else np.argsort(-strength, kind="stable")[:MOST_LINKS].tolist()
    )
    names = called(pictures)
    titles = {
        end: f"{names[end] if last else end} ({plain(outgoing[:, end].sum(), 2)})" for end in ends
    }  # fmt: skip
    cut = st.pills(
        "Cut its connection to (weight)" if len(outgoing) == 1 else "Cut all its connections to (sum of weights)", ends,
        selection_mode="multi", format_func=titles.__getitem__, key=f"{name}_cut_{unit}", default=links.get(unit, []),
    )  # fmt: skip
    links[unit] = [int(end) for end in cut]


def _maps(subject: Subject, pictures: Pictures, layer: units.Layer) -> None:
    """What all filters make of one picture."""
    st.markdown("**Feature maps: what every filter of this layer answers, place by place, to one picture**")
    index = number("inside_digit", "Test picture", 0, len(pictures.labels) - 1)
    left, right = st.columns([1, 5])
    with left:
        gallery("inside_map_digit", [(index, pictures.classes[pictures.labels[index]], False)], pictures)
    with right:
        figure, alt = maps_figure(
            units.maps(subject.spec, subject.weights, pictures.images[index], layer.place)
        )
        live_figure("inside_maps", figure, alt)
        act = activation_names(subject.spec)[layer.place]
        st.caption(
            f"After {act}; white is the largest answer of all maps. Filters are in order, row by row, from 0."
        )


@st.fragment
def _pruning(subject: Subject, pictures: Pictures, counts: Counts) -> None:
    """The smallest weights are made 0: how many can go?"""
    scope = choose(
        st.segmented_control, "The smallest weights", SCOPES, key="inside_scope", titles=SCOPES.__getitem__
    )
    gone = slide(
        st.select_slider, "Share of the weights that is made 0", PERCENTS, 50, key="inside_prune", titles=lambda one: f"{one} %"
    )  # fmt: skip
    together = scope == "together"
    curve = _curve(key_of(subject, pictures), together, subject, pictures)
    left = lesion.pruned(subject.spec, subject.weights, gone / 100, together=together)
    after = ask(subject.spec, left, pictures.images)
    total = sum(left[f"{row.name}/kernel"].size for row in kernels(subject.spec))
    nothing = sum(int((left[f"{row.name}/kernel"] == 0).sum()) for row in kernels(subject.spec))
    st.markdown(
        words.without(after, counts, pictures.labels, called(pictures), f"{nothing:,} of {total:,} weights")
    )
    figure, alt = prune_figure(lesion.SHARES, curve, gone / 100, after.accuracy(pictures.labels))
    live_figure("inside_pruned", figure, alt)
    st.caption(
        "The smallest weights, whatever their sign, are made 0 and nothing is trained again; biases stay. "
        f"Every point is counted on all {len(pictures.labels):,} test pictures."
    )


@st.cache_data(show_spinner="Twelve pruned networks read all test pictures…", max_entries=20)
def _curve(key: Any, together: bool, _subject: Subject, _pictures: Pictures) -> tuple[float, ...]:
    return lesion.prune_curve(
        _subject.spec, _subject.weights, _pictures.images, _pictures.labels, together=together
    )
