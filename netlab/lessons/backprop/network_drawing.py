"""A small network as a drawing: boxes with every number that is known so far, edges as thick as their weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from netlab.arrays import Array
from netlab.formatting import lowered, plain
from netlab.lessons.backprop.small_network import Place, places
from netlab.lessons.backprop.worked_steps import Stage
from netlab.nn.mlp import Network
from netlab.nn.wishes import added

Drawing: TypeAlias = dict[str, Any]
Known: TypeAlias = dict[str, Array | None]  # by symbol; None while it is still to come
LETTERS = {
    "z": "z^{{({})}}",
    "a": "a^{{({})}}",
    "∂L/∂a": r"\partial L/\partial a^{{({})}}",
    "δ": r"\delta^{{({})}}",
}


def small_network(
    network: Network, inputs: Array, target: Sequence[float], stages: Sequence[Stage], shown: int, *,
    example: int = 0, chosen: str = "", wishes: Array | None = None,
) -> Drawing:  # fmt: skip
    """What to draw of a training step told up to one stage.

    Parameters
    ----------
    network : Network
    inputs : array, (features,)
    target : sequence of float, (units,)
        Of the example that is drawn.
    stages : sequence of Stage
        The whole step; the first ``shown`` of them have happened, the last of these is happening now.
    shown : int
        How many stages have happened, at least 1.
    example : int
        Which row of the batch is drawn, from 0.
    chosen : str
        Key of the weight to mark.
    wishes : floats (n, count), optional
        What each example wishes for every number, in the order of ``places``: arrows on the edges, and their mean.

    Returns
    -------
    dict
        What the component reads: columns of boxes, edges, links to the loss, and a description.
    """
    arrows = {} if wishes is None else _arrows(network, wishes)
    known: Known = {stage.symbol: stage.values if stage.number <= shown else None for stage in stages}
    now = stages[shown - 1].symbol
    entrance = [_unit([f"x{lowered(str(i))} = {short(x)}"]) for i, x in enumerate(inputs, 1)]
    columns = [
        entrance,
        *(_layer(network, index, known, now, example, chosen) for index in range(len(network.layers))),
    ]
    loss = [_line("loss"), _line(f"L = {_known(known['L'], example)}", now == "L")]
    goal = [
        _line(f"y{lowered(str(k)) if len(target) > 1 else ''} = {short(y)}") for k, y in enumerate(target, 1)
    ]
    columns.append([{"lines": loss + goal}])
    last = len(columns) - 1
    return {
        "columns": columns,
        "edges": [
            _edge(network, place, known, now, chosen, arrows.get(place.key))
            for place in places(network)
            if place.row is not None
        ],
        "links": [[[last - 1, k], [last, 0]] for k in range(len(target))],
        "alt": f"The network with its numbers. {stages[shown - 1].title}.",
    }


def short(value: Any) -> str:
    """A number in three significant digits, with a true minus.

    Parameters
    ----------
    value : number

    Returns
    -------
    str
        Such as "−0.25".
    """
    return plain(value, 3)


def _layer(network: Network, index: int, known: Known, now: str, example: int, chosen: str) -> list[Drawing]:
    units = []
    for column, bias in enumerate(network.layers[index].biases):
        lines = [_line(f"unit {column + 1}")]
        for letter, symbol in LETTERS.items():
            key = symbol.format(index + 1)
            if key in known:
                lines.append(_line(f"{letter} = {_known(known[key], example, column)}", key == now))
        units.append({"lines": [*lines, *_bias(Place(index, None, column), float(bias), known, now, chosen)]})
    return units


def _bias(place: Place, bias: float, known: Known, now: str, chosen: str) -> list[Drawing]:
    symbol = rf"\partial L/\partial b^{{({place.layer + 1})}}"
    value, gradient = (
        _line(f"b = {short(bias)}"),
        _line(f"∂L/∂b = {_known(known[symbol], place.column)}", symbol == now),
    )
    lines = [gradient]
    updated = f"b^{{({place.layer + 1})}}"
    if known[updated] is not None:
        lines.append(_line(f"→ {_known(known[updated], place.column)}", updated == now))
    label = _told("bias", place, bias, known[symbol], known[updated])
    return [{**value, "id": place.key, "chosen": place.key == chosen, "label": label}, *lines]


def _arrows(network: Network, wishes: Array) -> dict[str, Drawing]:
    """The wishes for each weight and their mean, as shares of the strongest there is; by the weight's key."""
    most = max(float(np.abs(wishes).max()), 1e-300)
    means = wishes.mean(axis=0)
    return {
        place.key: {
            "each": [round(float(one) / most, 3) for one in wishes[:, at]],
            "mean": round(float(means[at]) / most, 3),
            "told": f"The examples wish {', '.join(added(float(one)) for one in wishes[:, at])}; their mean is {added(float(means[at]))}.",
        }
        for at, place in enumerate(places(network))
    }


def _edge(
    network: Network, place: Place, known: Known, now: str, chosen: str, arrows: Drawing | None
) -> Drawing:
    weight = place.of(network.arrays)
    gradient, update = rf"\partial L/\partial w^{{({place.layer + 1})}}", f"w^{{({place.layer + 1})}}"
    lines = [_line(short(weight))]
    assert place.row is not None
    for mark, symbol in (("∂", gradient), ("→", update)):
        if known[symbol] is not None:
            lines.append(_line(f"{mark} {_known(known[symbol], place.row, place.column)}", symbol == now))
    straight = place.row == place.column and network.layers[place.layer].biases.size > 1
    return {
        "id": place.key,
        "from": [place.layer, place.row],
        "to": [place.layer + 1, place.column],
        "lines": lines,
        "at": 0.6 if straight else 0.3,
        "wide": round(float(np.clip(1 + 2.5 * abs(weight), 1, 9)), 2),
        "minus": weight < 0,
        "chosen": place.key == chosen,
        "wishes": arrows,
        "label": _told("weight", place, weight, known[gradient], known[update], arrows),
    }


def _told(
    what: str, place: Place, value: float, gradient: Array | None, updated: Array | None, arrows: Drawing | None = None
) -> str:  # fmt: skip
    """All that is known of a weight or a bias, for those who do not see the drawing."""
    at = (place.column,) if place.row is None else (place.row, place.column)
    sentences = [f"The {what} {place.name} is {short(value)}."]
    if gradient is not None:
        sentences.append(f"The derivative of the loss by it is {short(gradient[at])}.")
    if updated is not None:
        sentences.append(f"The update makes it {short(updated[at])}.")
    if arrows is not None:
        sentences.append(arrows["told"])
    return " ".join(sentences)


def _known(values: Array | None, *index: int) -> str:
    return "…" if values is None else short(values[index])


def _unit(lines: Sequence[str]) -> Drawing:
    return {"lines": [_line(text) for text in lines]}


def _line(text: str, now: bool = False) -> Drawing:
    return {"text": text, "now": now}
