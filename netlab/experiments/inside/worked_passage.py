"""One unit's numbers on the way of a picture, each rule in letters and then in the picture's own numbers, as LaTeX.

Layers are counted from 1, units and pixels from 0, as on the page. Of a long sum the largest terms are written out and
the others added up, so that what is written is the sum.
"""

from __future__ import annotations

import numpy as np

from netlab.arrays import Array
from netlab.experiments.inside.passage import Passage, Wish
from netlab.formatting import bracketed, digits, signed

MOST_TERMS, LONG = 3, 110


def forward_lines(passage: Passage, layer: int, unit: int) -> tuple[str, ...]:
    """How a unit's sum and its activation come about.

    Parameters
    ----------
    passage : Passage
        One picture's way.
    layer, unit : int
        Counted from 0.

    Returns
    -------
    tuple of str
        Two lines of LaTeX; at the output a third with the loss, for the true class.
    """
    own, z, a = passage.network.layers[layer], passage.sums(layer)[unit], passage.given(layer)[unit]
    source, name = _of("a", layer), f"{_of('z', layer + 1)}_{{{unit}}}"
    weight = f"{_of('w', layer + 1)}_{{i,{unit}}}"
    entered = r"x_i" if layer == 0 else f"{source}_i"
    total = _sum(passage.entered(layer), own.weights[:, unit], "pixels" if layer == 0 else "units")
    bias = own.biases[unit]
    lines = [rf"{name} = \sum_i {entered}\, {weight} + b_{{{unit}}} = {total} {signed(bias)} = {digits(z)}"]
    if own.activation != "softmax":
        rule = rf"\text{{{own.activation.replace('_', ' ')}}}"
        lines.append(
            rf"{_of('a', layer + 1)}_{{{unit}}} = {rule}\left({name}\right) = {rule}({digits(z)}) = {digits(a)}"
        )
        return tuple(lines)
    top, scale = _scaled(passage.sums(layer), unit)
    lines.append(
        rf"p_{{{unit}}} = \frac{{e^{{{name}}}}}{{\sum_k e^{{{_of('z', layer + 1)}_k}}}}"
        rf" = \frac{{{digits(top)}}}{{{digits(scale)}}} = {digits(a)}"
    )
    if unit == passage.label:
        lines.append(rf"L = -\ln p_{{{unit}}} = -\ln\left({digits(a)}\right) = {digits(passage.loss)}")
    return tuple(lines)


def backward_lines(passage: Passage, layer: int, unit: int) -> tuple[str, ...]:
    """How a unit's δ comes about, and from it the gradient of its weight that this picture would move most.

    Parameters
    ----------
    passage : Passage
        One picture's way.
    layer, unit : int
        Counted from 0.

    Returns
    -------
    tuple of str
        Lines of LaTeX.
    """
    delta, name = passage.delta(layer)[unit], rf"{_of(chr(92) + 'delta', layer + 1)}_{{{unit}}}"
    back = passage.back.layers[layer]
    if back.upstream is None or back.slope is None or back.carrier is None:
        target = int(unit == passage.label)
        p = passage.probabilities[unit]
        lines = [rf"{name} = p_{{{unit}}} - y_{{{unit}}} = {digits(p)} - {target} = {digits(delta)}"]
    else:
        above, symbol = (
            rf"{_of(chr(92) + 'delta', layer + 2)}_k",
            rf"\partial L/\partial {_of('a', layer + 1)}_{{{unit}}}",
        )
        total = _sum(passage.delta(layer + 1), back.carrier[unit], "units")
        upstream, slope = back.upstream[0, unit], back.slope[0, unit]
        lines = [
            rf"{symbol} = \sum_k {above}\, {_of('w', layer + 2)}_{{{unit},k}} = {total} = {digits(upstream)}",
            rf"{name} = {symbol} \cdot \partial a/\partial z = {digits(upstream)} \cdot {bracketed(slope)}"
            rf" = {digits(delta)}",
        ]
    entered = passage.entered(layer)
    source = int(np.abs(entered).argmax())
    gradient = entered[source] * delta
    symbol = "x" if layer == 0 else _of("a", layer)
    lines.append(
        rf"\partial L/\partial {_of('w', layer + 1)}_{{{source},{unit}}} = {symbol}_{{{source}}} \cdot {name}"
        rf" = {digits(entered[source])} \cdot {bracketed(delta)} = {digits(gradient)}"
    )
    return tuple(lines)


def step_line(wish: Wish, learning_rate: float) -> str:
    """One weight before and after a step of gradient descent.

    Parameters
    ----------
    wish : Wish
        The weight.
    learning_rate : float
        η.

    Returns
    -------
    str
        LaTeX.
    """
    after = wish.weight - learning_rate * wish.gradient
    return (
        rf"w \leftarrow w - \eta \frac{{\partial L}}{{\partial w}} = {digits(wish.weight)} - {digits(learning_rate)}"
        rf" \cdot {bracketed(wish.gradient)} = {digits(after)}"
    )


def in_rows(line: str) -> str:
    """A long line of equals signs as rows that begin with them; a short one as it is.

    Parameters
    ----------
    line : str
        LaTeX.

    Returns
    -------
    str
        LaTeX.
    """
    left, *parts = line.split(" = ")
    if len(parts) < 2 or len(line) < LONG:
        return line
    rows = " \\\\ &= ".join([*parts[:-2], " = ".join(parts[-2:])])
    return rf"\begin{{aligned}} {left} &= {rows} \end{{aligned}}"


def _sum(left: Array, right: Array, noun: str) -> str:
    """The largest products written out, and the sum of the others that are not 0 with their number."""
    products = np.asarray(left, np.float64) * np.asarray(right, np.float64)
    order = np.argsort(-np.abs(products), kind="stable")
    shown = [place for place in order[:MOST_TERMS] if products[place]]
    rest = np.count_nonzero(products[order[MOST_TERMS:]])
    terms = [rf"{digits(left[place])} \cdot {bracketed(right[place])}" for place in shown]
    if rest:
        others = bracketed(products[order[MOST_TERMS:]].sum())
        terms.append(rf"\underbrace{{{others}}}_{{\text{{{rest} more {noun}}}}}")
    return " + ".join(terms) or "0"


def _scaled(sums: Array, unit: int) -> tuple[float, float]:
    """e^z of one output and the sum of all; shifted by the largest z where they would overflow float64."""
    z = np.asarray(sums, np.float64)
    shift = 0.0 if np.abs(z).max() < 300 else z.max()
    powers = np.exp(z - shift)
    return float(powers[unit]), float(powers.sum())


def _of(letter: str, layer: int) -> str:
    return rf"{letter}^{{({layer})}}"
