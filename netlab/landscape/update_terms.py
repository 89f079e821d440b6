"""One update told with its own numbers: what memory adds, what the slope of this moment adds, and the sum.

The formulas are the optimizers' `latex` with numbers put in; both weights are written as one column.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from netlab.arrays import Array
from netlab.formatting import digits
from netlab.landscape.descent import Path
from netlab.landscape.descent.path import Footstep
from netlab.nn.optimizers import Optimizer


@dataclass(frozen=True, eq=False)
class Parts:
    """Every step of a walk as a sum, each (steps, 2), NaN after a divergence: memory + slope = move.

    `memory` is what would have been done without this step's slope (momentum, decay of the weights); `slope` is
    the rest. A rule that keeps no velocity has no memory part.
    """

    memory: Array
    slope: Array


def parts(optimizer: Optimizer, path: Path) -> Parts:
    """Split every step of a walk into what memory and what the present slope gave."""
    with np.errstate(all="ignore"):
        memory = _carried(optimizer, path)
        decay = float(optimizer.values["weight_decay"])
        if decay and memory is not None:
            memory = memory - decay * path.learning_rates[:, None] * path.weights[:-1]
        moves = path.moves
        memory = np.zeros_like(moves) if memory is None else memory.astype(np.float32)
        return Parts(memory, moves - memory)


def _carried(optimizer: Optimizer, path: Path) -> Array | None:
    """What the velocity before each step adds to it, (steps, 2); None where a step cannot be split so."""
    if optimizer.key not in _CARRIED or optimizer.values["use_ema"] or _accumulates(optimizer):
        return None
    if "velocity" not in path.slots:
        return np.zeros_like(path.moves)
    times = np.arange(1, path.steps + 1)[:, None]
    return _CARRIED[optimizer.key](optimizer.values, path, times)


def _accumulates(optimizer: Optimizer) -> bool:
    return optimizer.gathers > 1


def _heavy_ball(values: Mapping[str, Any], path: Path, times: Array) -> Array:
    return values["momentum"] * path.slots["velocity"][:-1]


def _rmsprop(values: Mapping[str, Any], path: Path, times: Array) -> Array:
    return -values["momentum"] * path.slots["velocity"][:-1]


def _nesterov(values: Mapping[str, Any], path: Path, times: Array) -> Array:
    return values["momentum"] ** 2 * path.slots["velocity"][:-1]


def _adam(values: Mapping[str, Any], path: Path, times: Array) -> Array:
    alpha = path.learning_rates[:, None] * np.sqrt(1 - values["beta_2"] ** times)
    alpha = alpha / (1 - values["beta_1"] ** times)
    square = path.slots.get("largest_square", path.slots["square"])[1:]
    return -alpha * values["beta_1"] * path.slots["velocity"][:-1] / (np.sqrt(square) + values["epsilon"])


def _adamax(values: Mapping[str, Any], path: Path, times: Array) -> Array:
    alpha = path.learning_rates[:, None] / (1 - values["beta_1"] ** times)
    return (
        -alpha * values["beta_1"] * path.slots["velocity"][:-1] / (path.slots["norm"][1:] + values["epsilon"])
    )


def _nadam(values: Mapping[str, Any], path: Path, times: Array) -> Array:
    following = values["beta_1"] * (1 - 0.5 * 0.96 ** (times + 1.0))
    product = path.slots["momentum_product"][1:, None]
    size = np.sqrt(path.slots["square"][1:] / (1 - values["beta_2"] ** times)) + values["epsilon"]
    carried = following * values["beta_1"] * path.slots["velocity"][:-1] / (1 - product * following)
    return -path.learning_rates[:, None] * carried / size


_CARRIED: dict[str, Callable[[Mapping[str, Any], Path, Array], Array]] = {
    "sgd": _heavy_ball,
    "momentum": _heavy_ball,
    "nesterov": _nesterov,
    "rmsprop": _rmsprop,
    "rmsprop-centered": _rmsprop,
    "adam": _adam,
    "amsgrad": _adam,
    "adamw": _adam,
    "adamax": _adamax,
    "nadam": _nadam,
}


def column(values: Any) -> str:
    """Two numbers, one above the other, in round brackets."""
    if np.ndim(values) == 0:
        return digits(values)
    return r"\begin{pmatrix}" + r"\\".join(digits(value) for value in values) + r"\end{pmatrix}"


def update_lines(optimizer: Optimizer, path: Path, step: int) -> tuple[str, ...]:
    """The rule's formulas with the numbers of one step (from 0), as LaTeX; the last one gives the new weights.

    Settings that act around the rule (clipping, decay, averaging) get a line of their own where they are on.
    """
    foot = path.footstep(step)
    lines, added = _rule_lines(optimizer, foot, step)
    if optimizer.values["use_ema"]:
        lines = (*lines, rf"\text{{average of the weights}} = {column(foot.remembers['average'])}")
    if optimizer.overwrites(step):
        return (*lines, rf"w \leftarrow \text{{average}} = {column(foot.after)}")
    return (*lines, rf"{added} = {column(foot.before)} + {column(foot.move)} = {column(foot.after)}")


def _rule_lines(optimizer: Optimizer, foot: Footstep, step: int) -> tuple[tuple[str, ...], str]:
    """The lines that lead to the new weights, and the sum that they add up to."""
    every = optimizer.gathers
    if (step + 1) % every:
        gathered = column(foot.remembers["gathered_gradient"])
        return (rf"\text{{gathered}} = {gathered}, \quad \text{{no update yet}}",), r"w + \Delta"
    seen = _seen(optimizer, foot, every)
    gradient = optimizer.clip(seen)
    kept = np.float32(1.0 - foot.learning_rate * float(optimizer.values["weight_decay"]))
    told = _Told(
        optimizer.values, foot.remembered, foot.remembers, gradient, kept * foot.before, foot.learning_rate, (step + 1) // every
    )  # fmt: skip
    formulas = _LINES[optimizer.key](told)
    used = () if np.array_equal(gradient, foot.gradient) else (rf"g_\text{{used}} = {column(gradient)}",)
    if not optimizer.values["weight_decay"]:
        return (*used, *formulas), r"w + \Delta"
    decay = rf"{digits(foot.learning_rate)} \cdot {digits(optimizer.values['weight_decay'])}"
    decayed = rf"-\eta\lambda w = -{decay} \cdot {column(foot.before)}"
    return (*used, decayed, *formulas), r"w - \eta\lambda w + \Delta"


def _seen(optimizer: Optimizer, foot: Footstep, every: int) -> Array:
    """The gradient before clipping: unscaled, and averaged over the steps that were gathered."""
    gradient: Array = foot.gradient / np.float32(optimizer.loss_scale)
    return gradient if every == 1 else (gradient + foot.remembered["gathered_gradient"]) / np.float32(every)


@dataclass(frozen=True, eq=False)
class _Told:
    """What the lines of one step are written from."""

    values: Mapping[str, Any]
    old: Mapping[str, Array]
    new: Mapping[str, Array]
    gradient: Array
    weights: Array
    rate: float
    time: int

    def share(self, key: str) -> tuple[str, str]:
        """A setting and what it leaves to 1."""
        return digits(self.values[key]), digits(1.0 - float(self.values[key]))

    @property
    def g(self) -> str:
        return column(self.gradient)

    @property
    def eta(self) -> str:
        return digits(self.rate)

    @property
    def epsilon(self) -> str:
        return digits(self.values["epsilon"])

    def average(self, symbol: str, slot: str, key: str, *, squared: bool) -> str:
        """A line for slot ← β slot + (1 − β) g (or g²)."""
        kept, fresh = self.share(key)
        what = rf"{self.g}^{{2}}" if squared else self.g
        return (
            rf"{symbol} = {kept} \, {column(self.old[slot])} + {fresh} \, {what} = {column(self.new[slot])}"
        )


def _tell_sgd(told: _Told) -> list[str]:
    if "velocity" not in told.new:
        return [rf"\Delta = -\eta\, g = -{told.eta} \, {told.g}"]
    return [_velocity(told), r"\Delta = m"]


def _velocity(told: _Told) -> str:
    mu = digits(told.values["momentum"])
    return rf"m = {mu} \, {column(told.old['velocity'])} - {told.eta} \, {told.g} = {column(told.new['velocity'])}"


def _tell_nesterov(told: _Told) -> list[str]:
    if "velocity" not in told.new:
        return _tell_sgd(told)
    mu = digits(told.values["momentum"])
    ahead = rf"\Delta = \mu\, m - \eta\, g = {mu} \, {column(told.new['velocity'])} - {told.eta} \, {told.g}"
    return [_velocity(told), ahead]


def _tell_adagrad(told: _Told) -> list[str]:
    total = told.new["accumulator"]
    return [
        rf"a = {column(told.old['accumulator'])} + {told.g}^{{2}} = {column(total)}",
        rf"\Delta = -{told.eta} \, {told.g} \Big/ \sqrt{{{column(total)} + {told.epsilon}}}",
    ]


def _tell_adadelta(told: _Told) -> list[str]:
    with np.errstate(all="ignore"):
        squares = (
            told.old["accumulated_change"] + told.values["epsilon"],
            told.new["accumulated_gradient"] + told.values["epsilon"],
        )
        delta = -np.sqrt(squares[0]) / np.sqrt(squares[1]) * told.gradient
    kept, fresh = told.share("rho")
    return [
        told.average("G", "accumulated_gradient", "rho", squared=True),
        rf"\delta = -\sqrt{{{column(squares[0])}}} \Big/ \sqrt{{{column(squares[1])}}} \cdot {told.g} = {column(delta)}",
        rf"D = {kept} \, {column(told.old['accumulated_change'])} + {fresh} \, {column(delta)}^{{2}} = {column(told.new['accumulated_change'])}",
        rf"\Delta = \eta\, \delta = {told.eta} \, {column(delta)}",
    ]


def _tell_rmsprop(told: _Told) -> list[str]:
    lines = [told.average("v", "square", "rho", squared=True)]
    inside = column(told.new["square"])
    if "average_gradient" in told.new:
        lines.append(told.average("a", "average_gradient", "rho", squared=False))
        inside = rf"{inside} - {column(told.new['average_gradient'])}^{{2}}"
    step = rf"{told.eta} \, {told.g} \Big/ \sqrt{{{inside} + {told.epsilon}}}"
    if "velocity" not in told.new:
        return [*lines, rf"\Delta = -{step}"]
    mu = digits(told.values["momentum"])
    velocity = rf"m = {mu} \, {column(told.old['velocity'])} + {step} = {column(told.new['velocity'])}"
    return [*lines, velocity, r"\Delta = -m"]


def _tell_adam(told: _Told) -> list[str]:
    lines = [
        told.average("m", "velocity", "beta_1", squared=False),
        told.average("v", "square", "beta_2", squared=True),
    ]
    divisor = told.new.get("largest_square", told.new["square"])
    if "largest_square" in told.new:
        lines.append(rf"h = \max(h, v) = {column(divisor)}")
    beta_1, beta_2 = (1 - float(told.values[key]) ** told.time for key in ("beta_1", "beta_2"))
    correction = rf"\sqrt{{{digits(beta_2)}}} \big/ {digits(beta_1)}"
    return [
        *lines,
        rf"\Delta = -{told.eta} \cdot {correction} \cdot {column(told.new['velocity'])} \Big/ "
        rf"\left(\sqrt{{{column(divisor)}}} + {told.epsilon}\right)",
    ]


def _tell_adamax(told: _Told) -> list[str]:
    corrected = digits(1 - float(told.values["beta_1"]) ** told.time)
    kept = digits(told.values["beta_2"])
    return [
        told.average("m", "velocity", "beta_1", squared=False),
        rf"u = \max\left({kept} \, {column(told.old['norm'])}, \left|{told.g}\right|\right) = {column(told.new['norm'])}",
        rf"\Delta = -{told.eta} \big/ {corrected} \cdot {column(told.new['velocity'])} \Big/ {column(told.new['norm'])}",
    ]


def _tell_nadam(told: _Told) -> list[str]:
    now, following = (float(told.values["beta_1"]) * (1 - 0.5 * 0.96**t) for t in (told.time, told.time + 1))
    product = float(np.ravel(told.new["momentum_product"])[0])
    corrected = digits(1 - float(told.values["beta_2"]) ** told.time)
    return [
        told.average("m", "velocity", "beta_1", squared=False),
        told.average("v", "square", "beta_2", squared=True),
        rf"\hat m = {digits(following)} \, {column(told.new['velocity'])} \big/ {digits(1 - product * following)} + "
        rf"{digits(1 - now)} \, {told.g} \big/ {digits(1 - product)}",
        rf"\Delta = -{told.eta} \, \hat m \Big/ \left(\sqrt{{{column(told.new['square'])} \big/ {corrected}}} + {told.epsilon}\right)",
    ]


def _tell_lion(told: _Told) -> list[str]:
    kept, fresh = told.share("beta_1")
    return [
        rf"\Delta = -{told.eta} \; \mathrm{{sign}}\left({kept} \, {column(told.old['velocity'])} + {fresh} \, {told.g}\right)",
        told.average("m", "velocity", "beta_2", squared=False),
    ]


def _tell_adafactor(told: _Told) -> list[str]:
    fresh = float(told.time) ** float(told.values["beta_2_decay"])
    square = told.new["square"]
    with np.errstate(all="ignore"):
        direction = told.gradient / np.sqrt(square)
    size, length = (float(np.sqrt(np.mean(np.square(vector)))) for vector in (told.weights, direction))
    alpha = max(float(told.values["epsilon_2"]), size) * min(told.rate, told.time**-0.5)
    return [
        rf"v = {digits(1 - fresh)} \, {column(told.old['square'])} + {digits(fresh)} \, {told.g}^{{2}} = {column(square)}",
        rf"u = g \big/ \sqrt{{v}} = {column(direction)}",
        rf"\alpha = \max({digits(told.values['epsilon_2'])},\, {digits(size)}) \cdot \min({told.eta},\, 1/\sqrt{{{told.time}}}) = {digits(alpha)}",
        rf"\Delta = -{digits(alpha)} \, {column(direction)} \Big/ \max(1,\, {digits(length)} / {digits(told.values['clip_threshold'])})",
    ]


_LINES: dict[str, Callable[[_Told], list[str]]] = {
    "sgd": _tell_sgd,
    "momentum": _tell_sgd,
    "nesterov": _tell_nesterov,
    "adagrad": _tell_adagrad,
    "adadelta": _tell_adadelta,
    "rmsprop": _tell_rmsprop,
    "rmsprop-centered": _tell_rmsprop,
    "adam": _tell_adam,
    "amsgrad": _tell_adam,
    "adamw": _tell_adam,
    "adamax": _tell_adamax,
    "nadam": _tell_nadam,
    "lion": _tell_lion,
    "adafactor": _tell_adafactor,
}
