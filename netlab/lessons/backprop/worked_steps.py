"""One training step told in stages: every formula once in letters and once in numbers.

Formulas are LaTeX. Layers and units are counted from 1, as on the screen, and a weight w_ij leads from unit i
to unit j. The worked lines are those of one example; the values are of the whole batch.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from netlab.arrays import Array
from netlab.formatting import bracketed, digits, log_of
from netlab.lessons.backprop.momentum import Step, momentum
from netlab.lessons.backprop.planted_bugs import planted
from netlab.nn.backpropagation import LayerBackward, backward
from netlab.nn.losses import loss_behind
from netlab.nn.mlp import Forward, Network, forward, target_rows

DELTA = r"\delta"
MEAN = r"\frac1N \sum_{n=1}^{N}"
"""Over the N examples of a batch; n is the example."""
MOST_LINES = 8
MOST_TERMS = 4


@dataclass(frozen=True)
class Stage:
    """One stage of a training step.

    Attributes
    ----------
    number, layer : int
        Counted from 1.
    phase : str
        "forward", "loss", "backward" or "update".
    symbol, formula : str
        LaTeX of the quantity and of its rule.
    worked : tuple of str
        The rule with this example's numbers, a line a unit or a weight; long ones are cut with dots.
    values : array
        All of the numbers: (n, units) on the way, shaped like the weights for gradients and updates.
    """

    phase: str
    layer: int
    title: str
    symbol: str
    formula: str
    worked: tuple[str, ...]
    values: Array
    number: int = 0


def training_step(
    network: Network, inputs: Array, targets: Array, *, example: int = 0, bugs: Collection[str] = (),
    learning_rate: float = 0.5, beta: float = 0.9, velocities: Sequence[Array] | None = None,
) -> tuple[Stage, ...]:  # fmt: skip
    """Tell one training step on a batch, with any bugs planted, as stages in the order they happen.

    Parameters
    ----------
    network : Network
    inputs, targets : array
        A batch as for ``forward``.
    example : int
        Whose numbers the worked lines show, from 0.
    bugs : collection of str
        Keys of ``BUGS``.
    learning_rate, beta : float
        η, and the momentum β.
    velocities : sequence of array, optional
        One for each of ``network.arrays``; zero if not given.

    Returns
    -------
    tuple of Stage
        Numbered from 1.

    Raises
    ------
    ValueError
        For a bug that is not in ``BUGS``.
    """
    passed, rows = forward(network, inputs, targets), target_rows(network, targets)
    back = backward(network, passed, targets, moves=planted(bugs, learning_rate))
    before = velocities or tuple(np.zeros_like(array) for array in network.arrays)
    step = momentum(network, back.arrays, before, learning_rate=learning_rate, beta=beta)
    stages: list[Stage] = []
    for index in range(len(network.layers)):
        stages += [_weigh(network, passed, index, example), _activate(network, passed, index, example)]
    stages.append(_judge(network, passed, rows, example))
    for index in reversed(range(len(network.layers))):
        stages += _error(back.layers, passed, rows, index, example)
        stages += [
            _weight_gradients(back.layers, passed, index, bugs),
            _bias_gradients(back.layers, index, bugs),
        ]
    for index in range(len(network.layers)):
        for bias in (False, True):
            stages.append(_update(network, back.arrays, before, step, index, learning_rate, beta, bias=bias))
    return tuple(replace(stage, number=number) for number, stage in enumerate(stages, start=1))


def _weigh(network: Network, passed: Forward, index: int, example: int) -> Stage:
    layer, z = network.layers[index], passed.pre_activations[index]
    name, source, weight = _of("z", index + 1), _of("a", index), _of("w", index + 1, "ij")
    worked = (
        f"{_of('z', index + 1, j)} = {_dot(passed.activations[index][example], weights)}"
        f" + {bracketed(bias)} = {digits(total)}"
        for j, (weights, bias, total) in enumerate(zip(layer.weights.T, layer.biases, z[example]), 1)
    )
    formula = rf"{name}_j = \sum_i {source}_i {weight} + {_of('b', index + 1)}_j"
    return Stage("forward", index + 1, f"Layer {index + 1}: weigh and add", name, formula, _cut(worked), z)


def _activate(network: Network, passed: Forward, index: int, example: int) -> Stage:
    a, z = passed.activations[index + 1], passed.pre_activations[index]
    name, rule = _of("a", index + 1), rf"\text{{{network.layers[index].activation.replace('_', ' ')}}}"
    softmax = network.layers[index].activation == "softmax"  # it takes all of the logits, not one
    powers = " + ".join(f"e^{{{digits(logit)}}}" for logit in z[example])
    worked = (
        f"{_of('a', index + 1, j)} = "
        + (rf"\frac{{e^{{{digits(before)}}}}}{{{powers}}}" if softmax else f"{rule}({digits(before)})")
        + f" = {digits(after)}"
        for j, (after, before) in enumerate(zip(a[example], z[example]), 1)
    )
    formula = f"{name}_j = " + (
        r"\frac{e^{z_j}}{\sum_k e^{z_k}}" if softmax else f"{rule}({_of('z', index + 1)}_j)"
    )
    return Stage("forward", index + 1, f"Layer {index + 1}: activate", name, formula, _cut(worked), a)


def _judge(network: Network, passed: Forward, rows: Array, example: int) -> Stage:
    judge = loss_behind(network.loss, network.layers[-1].activation)
    formula = f"L = {judge.latex}".replace("p_k", "a_k")
    pairs = zip(passed.activations[-1][example], rows[example])
    worked = (rf"a_{{{k}}} = {digits(a)},\quad y_{{{k}}} = {digits(y)}" for k, (a, y) in enumerate(pairs, 1))
    lines = (
        *_cut(worked),
        f"L = {_surprise(network, passed, rows, example)} = {digits(passed.losses[example])}",
    )
    return Stage("loss", len(network.layers), "Judge the output", "L", formula, lines, passed.losses)


def _surprise(network: Network, passed: Forward, rows: Array, example: int) -> str:
    """The loss of one example with its numbers, terms that are 0 left out."""
    outputs, wanted = passed.activations[-1][example], rows[example]
    if network.loss == "quadratic":
        return " + ".join(
            rf"\tfrac12 ({digits(a)} - {bracketed(y)})^2" for a, y in zip(outputs, wanted, strict=True)
        )
    shares = [(y, a) for a, y in zip(outputs, wanted, strict=True)]
    if network.layers[-1].activation == "sigmoid":
        shares += [(1 - y, 1 - a) for y, a in shares]
    terms = ("" if y == 1 else rf"{digits(y)} \cdot " for y, _ in shares if y)
    return "".join(
        f"-{factor}{log_of(a)}" for factor, (y, a) in zip(terms, (one for one in shares if one[0]))
    )


def _error(
    layers: Sequence[LayerBackward], passed: Forward, rows: Array, index: int, example: int
) -> list[Stage]:
    """Tell ∂L/∂a and then δ, or both at once where loss and activation are fused."""
    layer, name = layers[index], _of(DELTA, index + 1)
    differences = _differences(passed.activations[-1][example], rows[example])
    if layer.upstream is None:
        title = f"Layer {index + 1}: the error, loss and activation in one"
        lines = _cut(f"{name}_{{{k}}} = {text}" for k, text in enumerate(differences, 1))
        return [Stage("backward", index + 1, title, name, rf"{name}_k = a_k - y_k", lines, layer.delta)]
    symbol = rf"\partial L/\partial {_of('a', index + 1)}"
    if index == len(layers) - 1:
        title, formula = f"Layer {index + 1}: the loss follows the output", rf"{symbol}_k = a_k - y_k"
        texts: Iterable[str] = differences
    else:
        title = f"Layer {index + 1}: the error comes down the weights"
        formula = rf"{symbol}_i = \sum_j {_of(DELTA, index + 2)}_j {_of('w', index + 2, 'ij')}"
        texts = _carried(layers, index, example)
    lines = _cut(f"{symbol}_{{{i}}} = {text}" for i, text in enumerate(texts, 1))
    return [
        Stage("backward", index + 1, title, symbol, formula, lines, layer.upstream),
        _delta(layer, index, example),
    ]


def _delta(layer: LayerBackward, index: int, example: int) -> Stage:
    assert layer.upstream is not None and layer.slope is not None
    name, upstream, slope = _of(DELTA, index + 1), layer.upstream[example], layer.slope[example]
    if slope.ndim == 2:
        formula = rf"{name}_j = \sum_k \frac{{\partial L}}{{\partial a_k}} \cdot \frac{{\partial a_k}}{{\partial z_j}}"
        products = [_dot(upstream, column) for column in slope.T]
    else:
        formula = (
            rf"{name}_j = \frac{{\partial L}}{{\partial a_j}} \cdot \frac{{\partial a_j}}{{\partial z_j}}"
        )
        products = [_dot(upstream[j : j + 1], slope[j : j + 1]) for j in range(slope.size)]
    worked = (
        f"{name}_{{{j}}} = {product} = {digits(total)}"
        for j, (product, total) in enumerate(zip(products, layer.delta[example]), 1)
    )
    title = f"Layer {index + 1}: times the slope of the activation"
    return Stage("backward", index + 1, title, name, formula, _cut(worked), layer.delta)


def _weight_gradients(
    layers: Sequence[LayerBackward], passed: Forward, index: int, bugs: Collection[str]
) -> Stage:
    entered, delta, gradient = passed.activations[index], layers[index].delta, layers[index].weights
    share = "" if len(delta) == 1 or "sum_for_mean" in bugs else rf"\tfrac{{1}}{{{len(delta)}}}"
    worked = (
        rf"\partial L/\partial {_of('w', index + 1, f'{i + 1},{j + 1}')} = {share}"
        rf"\left({_dot(entered[:, source], delta[:, target])}\right) = {digits(gradient[i, j])}"
        for (i, j), (source, target) in zip(np.ndindex(gradient.shape), _multiplied(gradient.shape, bugs))
    )
    formula = rf"\frac{{\partial L}}{{\partial {_of('w', index + 1, 'ij')}}} = " + (
        f"{_of('a', index)}_i \\, {_of(DELTA, index + 1)}_j"
        if len(delta) == 1
        else rf"{MEAN} {_of('a', index)}_{{n,i}} \, {_of(DELTA, index + 1)}_{{n,j}}"
    )
    title, symbol = (
        f"Layer {index + 1}: gradients of the weights",
        rf"\partial L/\partial {_of('w', index + 1)}",
    )
    return Stage("backward", index + 1, title, symbol, formula, _cut(worked), gradient)


def _multiplied(shape: tuple[int, ...], bugs: Collection[str]) -> Iterable[tuple[int, int]]:
    """Say which entrance and which δ make each gradient: with the transpose forgotten, the wrong ones."""
    if "missing_transpose" in bugs:
        return ((source, target) for target, source in np.ndindex(shape[::-1]))
    return ((source, target) for source, target in np.ndindex(shape))


def _bias_gradients(layers: Sequence[LayerBackward], index: int, bugs: Collection[str]) -> Stage:
    """A bias adds to z as if 1 came in through it, so its gradient is δ itself."""
    symbol, delta = rf"\partial L/\partial {_of('b', index + 1)}", layers[index].delta
    share = "" if "sum_for_mean" in bugs else rf"\tfrac{{1}}{{{len(delta)}}}"
    worked = []
    for j, value in enumerate(layers[index].biases, 1):
        name = f"{_of(DELTA, index + 1)}_{{{j}}}"
        terms = " + ".join(
            bracketed(one) if n else digits(one) for n, one in enumerate(delta[:MOST_TERMS, j - 1])
        )
        whole = name if len(delta) == 1 else rf"{share}\left({terms}\right)"
        worked.append(f"{symbol}_{{{j}}} = {whole} = {digits(value)}")
    formula = f"{symbol}_j = " + (
        f"{_of(DELTA, index + 1)}_j"
        if len(layers[index].delta) == 1
        else f"{MEAN} {_of(DELTA, index + 1)}_{{n,j}}"
    )
    title = f"Layer {index + 1}: gradients of the biases"
    return Stage("backward", index + 1, title, symbol, formula, _cut(worked), layers[index].biases)


def _update(
    network: Network, gradients: Sequence[Array], before: Sequence[Array], step: Step, index: int, rate: float,
    beta: float, *, bias: bool,
) -> Stage:  # fmt: skip
    """Tell how a layer's weights move, or its biases; without momentum there is no velocity to tell of."""
    letter, what, place = ("b", "biases", 2 * index + 1) if bias else ("w", "weights", 2 * index)
    old, new = network.arrays[place], step.network.arrays[place]
    v, was, gradient = step.velocities[place], before[place], gradients[place]
    worked = []
    for where in np.ndindex(v.shape):
        name = ",".join(str(one + 1) for one in where)
        if beta == 0:
            worked.append(
                f"{letter}_{{{name}}} = {digits(old[where])} - {digits(rate)} \\cdot {bracketed(gradient[where])}"
                f" = {digits(new[where])}"
            )
        else:
            worked += [
                rf"v_{{{name}}} = {digits(beta)} \cdot {bracketed(was[where])} - {digits(rate)} \cdot"
                f" {bracketed(gradient[where])} = {digits(v[where])}",
                f"{letter}_{{{name}}} = {digits(old[where])} + {bracketed(v[where])} = {digits(new[where])}",
            ]
    slope = rf"\frac{{\partial L}}{{\partial {letter}}}"
    formula = (
        rf"{letter} \leftarrow {letter} - \eta {slope}"
        if beta == 0
        else rf"v \leftarrow \beta v - \eta {slope}, \quad {letter} \leftarrow {letter} + v"
    )
    title = f"Layer {index + 1}: update the {what}"
    return Stage("update", index + 1, title, _of(letter, index + 1), formula, _cut(worked), new)


def _carried(layers: Sequence[LayerBackward], index: int, example: int) -> list[str]:
    layer, above = layers[index], layers[index + 1].delta[example]
    assert layer.upstream is not None and layer.carrier is not None
    pairs = zip(layer.carrier, layer.upstream[example])
    return [f"{_dot(above, weights)} = {digits(total)}" for weights, total in pairs]


def _differences(outputs: Array, rows: Array) -> list[str]:
    return [f"{digits(a)} - {bracketed(y)} = {digits(a - y)}" for a, y in zip(outputs, rows)]


def _of(letter: str, layer: int, unit: int | str = "") -> str:
    return f"{letter}^{{({layer})}}" + (f"_{{{unit}}}" if unit else "")


def _dot(left: Array, right: Array) -> str:
    terms = [
        rf"{bracketed(x) if place else digits(x)} \cdot {bracketed(y)}"
        for place, (x, y) in enumerate(zip(left[:MOST_TERMS], right))
    ]
    return " + ".join(terms) + (r" + \dots" if len(left) > MOST_TERMS else "")


def _cut(lines: Iterable[str]) -> tuple[str, ...]:
    kept = tuple(islice(lines, MOST_LINES + 1))
    return kept if len(kept) <= MOST_LINES else (*kept[:-1], r"\dots")
