"""One weight, every path: the chain of factors from the loss back to it, multiplied along and summed across.

A weight w_ij of layer l moves z_j; that moves a_j, which moves every unit of the next layer, and so on to the
loss. Each way through is a path, each link of it a factor ∂(next)/∂(this), and the gradient is the sum of the
products. Back-propagation gets the same number without walking the paths one by one, by sharing their ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.nn.activations import ACTIVATIONS, softmax_jacobian
from netlab.nn.losses import loss_behind
from netlab.nn.mlp import Forward, Network, forward, target_rows

MOST_PATHS = 1_000_000
Units: TypeAlias = NDArray[np.intp]
Link: TypeAlias = tuple[str, Array]  # the name of a factor, and its value on every path


@dataclass(frozen=True)
class Chain:
    """The gradient of one example's loss at one weight, taken apart.

    Attributes
    ----------
    layer, row, column : int
        The weight w_(row, column) of the layer; row None for the bias of unit ``column``.
    names : tuple of str
        LaTeX of each factor with @0, @1, … for the units on the path; ``symbols`` fills them in.
    units : array of int, (paths, places)
        The units that each path visits, from the loss back to the weight.
    factors : array, (paths, factors)
        The numbers, in the order of ``names``.
    products : array, (paths,)
        The product along each path.
    total : float
        Their sum: ∂L/∂w.
    """

    layer: int
    row: int | None
    column: int
    names: tuple[str, ...]
    units: Units
    factors: Array
    products: Array
    total: float

    def symbols(self, path: int) -> tuple[str, ...]:
        """Return the LaTeX of each factor on one path, units counted from 1 as on the screen."""
        names = self.names
        for place, unit in enumerate(self.units[path]):
            names = tuple(name.replace(f"@{place}", str(unit + 1)) for name in names)
        return names

    def largest(self, count: int) -> Units:
        """Return the paths that matter most, largest product first."""
        return np.argsort(-np.abs(self.products), kind="stable")[:count]


def chain(
    network: Network, inputs: Array, targets: Array, layer: int, row: int | None, column: int, *,
    example: int = 0, fused: bool | None = None,
) -> Chain:  # fmt: skip
    """Take the gradient of one example's loss at one weight apart into paths and factors.

    Parameters
    ----------
    network, inputs, targets
        The network, and a batch as for ``forward``.
    layer, row, column
        The weight from unit ``row`` to unit ``column`` of a layer counted from 0; row None for the bias.
    example
        Which row of the batch, from 0.
    fused
        Write ∂L/∂z = p - y as one factor instead of ∂L/∂a · ∂a/∂z. Only cross-entropy can; there it is the
        default behind a softmax, where every output depends on every logit. Apart, the factors stop being
        exact where p rounds to 0 or 1; fused they never do, which is why frameworks fuse them.

    Returns
    -------
    Chain
        Every path with its factors, and their sum.

    Raises
    ------
    ValueError
        If there is no such weight, too many paths lead to it, or the loss cannot be fused.
    """
    _check_place(network, layer, row, column)
    one = slice(example, example + 1)
    rows = target_rows(network, targets)[one]
    passed = forward(network, np.atleast_2d(inputs)[one], rows)
    softmax_output = network.layers[-1].activation == "softmax"
    if fused is None:
        fused = network.loss == "cross_entropy" and softmax_output
    if fused and network.loss != "cross_entropy":
        raise ValueError("Only cross_entropy fuses into p - y; use fused=False with the quadratic loss.")
    apart = softmax_output and not fused
    units = _paths(network, layer, column, apart=apart)
    head = _fused_head(network, passed, rows, units) if fused else _head(network, passed, rows, units)
    links = [*head, *_body(network, passed, layer, units, first=int(apart)), _tail(passed, layer, row, units)]
    table = np.stack([factor for _, factor in links], axis=1)
    products = table.prod(axis=1)
    names = tuple(name for name, _ in links)
    return Chain(layer, row, column, names, units, table, products, float(products.sum()))


def _paths(network: Network, layer: int, column: int, *, apart: bool) -> Units:
    """Enumerate unit indices from the loss back; a softmax taken apart has its outputs in front."""
    above = [kept.biases.size for kept in reversed(network.layers[layer + 1 :])]
    sizes = [network.layers[-1].biases.size] * apart + [*above, 1]
    if (count := int(np.prod(sizes))) > MOST_PATHS:
        raise ValueError(f"{count:,} paths lead to this weight; choose a later layer or a smaller network.")
    units = np.indices(sizes).reshape(len(sizes), -1).T.copy()
    units[:, -1] = column
    return units


def _fused_head(network: Network, passed: Forward, rows: Array, units: Units) -> list[Link]:
    number = len(passed.pre_activations)
    judge = loss_behind(network.loss, network.layers[-1].activation)
    error = judge.logit_derivative(passed.pre_activations[-1], rows)  # p - y, which never cancels so
    return [(_partial("L", _unit("z", number, 0)), error[0, units[:, 0]])]


def _head(network: Network, passed: Forward, rows: Array, units: Units) -> list[Link]:
    """Return ∂L/∂a and ∂a/∂z at the output."""
    a, z, number = passed.activations[-1], passed.pre_activations[-1], len(network.layers)
    outputs = units[:, 0]
    first = (_partial("L", _unit("a", number, 0)), _loss_slope(network, a, rows)[0, outputs])
    if network.layers[-1].activation == "softmax":
        name = _partial(_unit("a", number, 0), _unit("z", number, 1))
        return [first, (name, softmax_jacobian(z)[0, outputs, units[:, 1]])]
    return [first, _slope(network, passed, number - 1, outputs, 0)]


def _body(network: Network, passed: Forward, layer: int, units: Units, *, first: int) -> list[Link]:
    """Go down from the output: a weight and a slope for every layer between."""
    links = []
    for place, upper in enumerate(range(len(network.layers) - 1, layer, -1), start=first):
        above, below = units[:, place], units[:, place + 1]
        name = _partial(_unit("z", upper + 1, place), _unit("a", upper, place + 1))
        links.append((name, network.layers[upper].weights[below, above]))
        links.append(_slope(network, passed, upper - 1, below, place + 1))
    return links


def _tail(passed: Forward, layer: int, row: int | None, units: Units) -> Link:
    """Return ∂z/∂w, which is what entered through the weight, or 1 for a bias."""
    place = units.shape[1] - 1
    source = _unit("b", layer + 1, place) if row is None else _unit("w", layer + 1, place, f"{row + 1},")
    entered = 1.0 if row is None else passed.activations[layer][0, row]
    return _partial(_unit("z", layer + 1, place), source), np.full(len(units), entered)


def _slope(network: Network, passed: Forward, layer: int, units: Units, place: int) -> Link:
    slope = ACTIVATIONS[network.layers[layer].activation].derivative(passed.pre_activations[layer])
    name = _partial(_unit("a", layer + 1, place), _unit("z", layer + 1, place))
    return name, slope[0, units]


def _loss_slope(network: Network, a: Array, rows: Array) -> Array:
    if network.loss == "quadratic":
        return a - rows
    inside = np.clip(a, np.finfo(a.dtype).tiny, 1 - np.finfo(a.dtype).epsneg)
    if network.layers[-1].activation == "sigmoid":
        return np.divide(inside - rows, inside * (1 - inside))
    return np.divide(-rows, inside)


def _unit(letter: str, number: int, place: int, before: str = "") -> str:
    """Name a quantity of layer ``number``; @place stands for the unit, which differs from path to path."""
    return rf"{letter}^{{({number})}}_{{{before}@{place}}}"


def _partial(above: str, below: str) -> str:
    return rf"\frac{{\partial {above}}}{{\partial {below}}}"


def _check_place(network: Network, layer: int, row: int | None, column: int) -> None:
    if not 0 <= layer < len(network.layers):
        raise ValueError(f"layer must be from 0 to {len(network.layers) - 1}; got {layer}.")
    fan_in, fan_out = network.layers[layer].weights.shape
    if not (0 <= column < fan_out and (row is None or 0 <= row < fan_in)):
        raise ValueError(f"Layer {layer} has weights {fan_in} × {fan_out}; got row {row}, column {column}.")
