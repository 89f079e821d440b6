"""A loss landscape that belongs to something: the loss of a model with two parameters, on data one can see.

One neuron with a weight w and a bias b predicts a(w x + b). Another activation or another loss is another
landscape over the same data; so is other data.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array, Floats
from netlab.landscape.surface import Domain, Surface
from netlab.nn.activations import ACTIVATIONS, Activation
from netlab.nn.activations.squashing import logistic
from netlab.nn.losses import LOSSES, Loss
from netlab.nn.losses.base import Term
from netlab.nn.place import Place, shown_in

LINE = ACTIVATIONS["linear"]
_IN_CACHE = 98_304  # numbers of one temporary array that stay in a processor's cache


STEEP_RATE = 0.05
"""At which gradient descent goes down steadily where predictions, and so errors, have no bound."""

LABEL_SEED = 91
"""With these labels the quadratic loss of one sigmoid neuron has two minima, and cross-entropy has one."""

NEURON_ACTIVATIONS = shown_in(ACTIVATIONS, Place.LANDSCAPE)
NEURON_LOSSES = {loss.family.replace("_", "-"): loss for loss in shown_in(LOSSES, Place.LANDSCAPE).values()}
"""By the words in addresses: "quadratic" and "cross-entropy"."""
USUAL_LOSS = "quadratic"
QUADRATIC = NEURON_LOSSES[USUAL_LOSS]


@dataclass(frozen=True, eq=False)
class Data:
    """Examples of one input and one target each, (n,), made from a seed."""

    inputs: Array
    targets: Array

    def of(self, rows: NDArray[np.intp]) -> Data:
        """Some of the examples, by their numbers from 0: (n,) of one batch, or (m, n) of m batches at once."""
        return Data(self.inputs[rows], self.targets[rows])


def labels(seed: int = LABEL_SEED, examples: int = 24) -> Data:
    """Points on a line with labels 0 and 1 that overlap a little, as most data does.

    Parameters
    ----------
    seed
        Of the draws.
    examples
        How many, from 2 to 1000.

    Returns
    -------
    Data
        Inputs in order, and targets 0.0 or 1.0, (examples,) each.

    Raises
    ------
    ValueError
        If there are fewer than 2 examples or more than 1000.
    """
    _check_examples(examples)
    random = np.random.default_rng(seed)
    inputs = np.sort(random.normal(0.0, 1.5, examples))
    targets = (inputs + random.normal(0.0, 1.2, examples) > 0.5).astype(np.float64)
    targets[0], targets[-1] = 0.0, 1.0  # both labels occur, whatever the seed
    return Data(inputs.round(3), targets)


def line(seed: int = 0, examples: int = 24) -> Data:
    """Points scattered about the line 0.8 x + 0.5.

    Parameters
    ----------
    seed
        Of the draws.
    examples
        How many, from 2 to 1000.

    Returns
    -------
    Data
        Inputs in order from −1 to 3, and targets, (examples,) each.

    Raises
    ------
    ValueError
        If there are fewer than 2 examples or more than 1000.
    """
    _check_examples(examples)
    random = np.random.default_rng(seed)
    inputs = np.sort(random.uniform(-1.0, 3.0, examples))
    return Data(inputs.round(3), (0.8 * inputs + 0.5 + random.normal(0.0, 0.3, examples)).round(3))


def _check_examples(examples: int) -> None:
    if not 2 <= examples <= 1000:
        raise ValueError(f"examples must be between 2 and 1000; got {examples}. The default is 24.")


@dataclass(frozen=True, eq=False)
class NeuronFields:
    """The mean loss of one neuron, as a function of w and b, with the derivatives that back-propagation gives.

    Every loss is, per example, a function of z = w x + b: with its derivatives ℓ′ and ℓ″ by z, the gradient is the
    mean of ℓ′ (x, 1) and the Hessian the mean of ℓ″ (x, 1)(x, 1)ᵀ. Where the loss's own term is of the prediction
    a(z), ℓ′ = L′ a′ and ℓ″ = L″ a′² + L′ a″.
    """

    data: Data
    activation: Activation
    loss: Loss

    def value(self, x: Any, y: Any) -> Any:
        """The mean loss, Keras's number."""
        z = self._pre_activation(x, y)
        shown = z if self._term.fused else self.activation.value(z)
        return self._scale * self._term.value(shown, self._like(z, self.data.targets)).mean(axis=-1)

    def gradient(self, x: Any, y: Any) -> tuple[Any, Any]:
        """∂L/∂w and ∂L/∂b."""
        z = self._pre_activation(x, y)
        derivative = self._derivative(z)
        along_w = np.einsum("...n,...n->...", derivative, self._like(z, self.data.inputs))
        scale = (
            self._scale / z.shape[-1]
        )  # sums by einsum: a mean along a short last axis is four times slower
        return scale * along_w, scale * np.einsum("...n->...", derivative)

    def of(self, rows: NDArray[np.intp]) -> NeuronFields:
        """The loss on some of the examples only: on a batch (n,), or on m batches (m, n), one for each of m points."""
        return NeuronFields(self.data.of(rows), self.activation, self.loss)

    def quick_gradient(self, x: Floats, y: Floats) -> Floats:
        """The gradient (2, n) at many points at once, x and y (n,), in float32: for maps of many thousand walks.

        Matrix products take the place of sums over examples, and a line under quadratic loss needs no example at all:
        its gradient is known from five means of the data.
        """
        points = np.stack([x, y])
        if self._is_line:
            curvature, pull = self._moments
            return curvature @ points - pull
        factor = np.float32(self._scale / len(self._examples))
        across = np.ascontiguousarray(self._examples.T) * factor
        block = max(1, _IN_CACHE // len(self._examples))
        parts = [
            across @ self._quick_derivative(self._examples @ points[:, first : first + block])
            for first in range(0, len(x), block)
        ]
        return np.concatenate(parts, axis=1)

    @property
    def quick_cost(self) -> float:
        """How long ``quick_gradient`` takes, in the time of a surface without data."""
        if self._is_line:
            return 1.0
        slowness = 1.0 if self.activation.in_place is None else 0.125
        return max(1.0, slowness * len(self.data.inputs))

    @property
    def _is_line(self) -> bool:
        return self.activation is LINE and self.loss is QUADRATIC

    @property
    def _term(self) -> Term:
        if self.loss.term is None:
            raise ValueError(f"{self.loss.title} is no sum over outputs, so it has no landscape here.")
        return self.loss.term

    @property
    def _scale(self) -> float:
        """From the loss to Keras's number, for one output."""
        return self.loss.keras_factor(1)

    def _quick_derivative(self, z: Floats) -> Floats:
        """ℓ′ of every example (rows) at every point (columns), but for the scale; z is overwritten."""
        if self._term.fused:  # σ(z) − t, with no σ′: a fused loss stands behind the sigmoid
            logistic(z)
            z -= self._targets
            return z
        prediction, derivative = self.activation.value_and_derivative(z)
        derivative *= self._term.derivative_of(prediction, self._targets)
        return derivative

    @cached_property
    def _examples(self) -> Floats:
        """Inputs beside ones, (examples, 2): times (w, b) they are the pre-activations."""
        return np.column_stack([self.data.inputs, np.ones_like(self.data.inputs)]).astype(np.float32)

    @cached_property
    def _targets(self) -> Floats:
        """Targets (examples, 1)."""
        return self.data.targets[:, None].astype(np.float32)

    @cached_property
    def _moments(self) -> tuple[Floats, Floats]:
        """Twice the means of (x, 1)(x, 1)ᵀ and of (x, 1)ᵀ t: the line's Hessian, and minus its gradient at 0."""
        both = np.column_stack([self.data.inputs, np.ones_like(self.data.inputs)])
        curvature, pull = both.T @ both, both.T @ self.data.targets[:, None]
        twice = 2.0 / len(both)
        return (twice * curvature).astype(np.float32), (twice * pull).astype(np.float32)

    def hessian(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        """∂²L/∂w², ∂²L/∂w∂b and ∂²L/∂b²."""
        z = self._pre_activation(x, y)
        inputs, curvature = self._like(z, self.data.inputs), self._second_derivative(z)
        across = curvature * inputs
        parts = ((across * inputs).mean(axis=-1), across.mean(axis=-1), curvature.mean(axis=-1))
        along_w, mixed, along_b = (self._scale * part for part in parts)
        return along_w, mixed, along_b

    def _pre_activation(self, w: Any, b: Any) -> Any:
        w, b = np.asarray(w)[..., None], np.asarray(b)[..., None]
        return w * self._like(w, self.data.inputs) + b

    def _derivative(self, z: Any) -> Any:
        targets = self._like(z, self.data.targets)
        if self._term.fused:
            return self._term.derivative(z, targets)
        return self._term.derivative(self.activation.value(z), targets) * self.activation.derivative(z)

    def _second_derivative(self, z: Any) -> Any:
        targets = self._like(z, self.data.targets)
        if self._term.fused:
            return self._term.second_derivative(z, targets)
        a, derivative = self.activation.value(z), self.activation.derivative(z)
        bent = self._term.derivative(a, targets) * self.activation.second_derivative(z)
        return self._term.second_derivative(a, targets) * derivative * derivative + bent

    @staticmethod
    def _like(z: Any, numbers: Array) -> Any:
        return numbers.astype(z.dtype, copy=False)


def neuron_surface(
    activation: str = "sigmoid", loss: str = "quadratic", *, data: Data | None = None, seed: int = LABEL_SEED
) -> Surface:
    """The loss of one neuron over its weight and its bias.

    Parameters
    ----------
    activation
        A key of ``NEURON_ACTIVATIONS``.
    loss
        A key of ``NEURON_LOSSES``: "quadratic", the mean of (a − t)², or "cross-entropy", which needs probabilities and
        so the sigmoid.
    data
        Inputs and targets; labels made from the seed if not given.
    seed
        Of the labels.

    Returns
    -------
    Surface
        Its x is the weight, its y the bias.

    Raises
    ------
    ValueError
        For an unknown choice, or cross-entropy of something that is no probability.
    """
    _check(activation, loss)
    examples = labels(seed) if data is None else data
    rule, judge = NEURON_ACTIVATIONS[activation], NEURON_LOSSES[loss]
    return Surface(
        key=f"{activation}-neuron-{loss}",
        title=f"One {activation} neuron, {loss} loss",
        lesson=_lesson(activation, loss, examples),
        latex=_latex(rule, judge),
        domain=Domain(-6.0, 10.0, -8.0, 8.0),
        start=(-4.0, 5.0),
        learning_rate=1.0 if np.isfinite(rule.range).all() else STEEP_RATE,
        fields=NeuronFields(examples, rule, judge),
        tensorflow=_tensorflow(examples, rule, judge),
        search_grid=25,
        parameters=("weight", "bias"),
    )


def line_surface(*, data: Data | None = None, seed: int = 0) -> Surface:
    """The quadratic loss of the line w x + b through points: always a bowl, with one lowest point.

    Parameters
    ----------
    data
        Inputs and targets; points about a line made from the seed if not given.
    seed
        Of the points.

    Returns
    -------
    Surface
        Its x is the slope w, its y the intercept b.

    Raises
    ------
    ValueError
        If the data leaves the line open (fewer than two different inputs).
    """
    examples = line(seed) if data is None else data
    if len(np.unique(examples.inputs)) < 2:
        raise ValueError(
            "A line needs at least two different inputs; got one. Add a point beside the others."
        )
    return Surface(
        key="line-fit",
        title="A line through points",
        lesson="A linear model under quadratic loss is a bowl, so every good rule ends at the least-squares line.",
        latex=_latex(LINE, QUADRATIC),
        domain=Domain(-3.0, 4.0, -3.0, 4.0),
        start=(-2.0, 3.0),
        learning_rate=0.05,
        fields=NeuronFields(examples, LINE, QUADRATIC),
        tensorflow=_tensorflow(examples, LINE, QUADRATIC),
        search_grid=5,
        parameters=("slope", "intercept"),
    )


def _lesson(activation: str, loss: str, data: Data) -> str:
    """What the landscape teaches; a claim that holds for some data only is made for those data."""
    if activation != "sigmoid":
        return "Another activation, another landscape over the same data."
    if loss == "cross-entropy":
        if _parted(data):
            return "Under cross-entropy it is steep where it is wrong. Here one cut parts the labels: the loss falls for ever, and no weight is large enough."
        return "The same neuron and data under cross-entropy: a bowl, steep where it is wrong."
    known = labels()
    if np.array_equal(data.inputs, known.inputs) and np.array_equal(data.targets, known.targets):
        return "One neuron, and already two minima, with flat ground where it is sure and wrong."
    return "One neuron, with flat ground where it is sure and wrong, and for some data a second minimum."


def _parted(data: Data) -> bool:
    """Whether one cut on the line parts the labels."""
    zeros, ones = data.inputs[data.targets == 0.0], data.inputs[data.targets == 1.0]
    return bool(zeros.max() < ones.min() or ones.max() < zeros.min())


def _check(activation: str, loss: str) -> None:
    if activation not in NEURON_ACTIVATIONS:
        raise ValueError(
            f"{activation!r} is not an activation here. Choose from {', '.join(NEURON_ACTIVATIONS)}."
        )
    if loss not in NEURON_LOSSES:
        raise ValueError(f"{loss!r} is not a loss here. Choose from {', '.join(NEURON_LOSSES)}.")
    if loss == "cross-entropy" and activation != "sigmoid":
        raise ValueError(
            f"Cross-entropy compares probabilities, and {activation} does not give any. "
            "Choose the sigmoid activation, or quadratic loss."
        )


def _latex(rule: Activation, loss: Loss) -> str:
    prediction = rf"{rule.symbol}(w x_i + b)" if rule.symbol else "w x_i + b"
    return rf"\frac{{1}}{{n}}\sum_i {loss.example_latex.format(prediction=prediction)}"


def _tensorflow(data: Data, rule: Activation, loss: Loss) -> tuple[str, ...]:
    losses = loss.tensorflow.format(prediction=rule.tensorflow.format("z"))
    return (
        f"inputs = tf.constant({data.inputs.tolist()}, tf.float64)",
        f"targets = tf.constant({data.targets.tolist()}, tf.float64)",
        "z = x * inputs + y  # x is the weight, y the bias",
        f"return tf.reduce_mean({losses})",
    )


NEURONS = (neuron_surface("sigmoid", "quadratic"), neuron_surface("sigmoid", "cross-entropy"))
LINE_FIT = line_surface()
