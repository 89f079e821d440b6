"""A loss landscape that belongs to something: the loss of a model with two parameters, on data one can see.

One neuron with a weight w and a bias b predicts a(w x + b). Another activation or another loss is another
landscape over the same data; so is other data.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from netlab.arrays import Array, Floats
from netlab.landscape.surface import Domain, Surface
from netlab.nn.activations import sigmoid, sigmoid_slope, softplus, tanh_slope

ONE = np.float32(1.0)
_IN_CACHE = 98_304  # numbers of one temporary array that stay in a processor's cache


@dataclass(frozen=True)
class Activation:
    """A function of the pre-activation z beside its first and second derivative."""

    value: Callable[[Any], Any]
    slope: Callable[[Any], Any]
    bend: Callable[[Any], Any]
    latex: str
    tensorflow: str


def _logistic(z: Floats) -> None:
    """Put the sigmoid in z's place; exp is quicker than tanh, and where it overflows 1/∞ is the 0 it should be."""
    np.negative(z, out=z)
    with np.errstate(over="ignore"):
        np.exp(z, out=z)
    z += ONE
    np.divide(ONE, z, out=z)


ACTIVATIONS: dict[str, Activation] = {
    "sigmoid": Activation(
        sigmoid,
        sigmoid_slope,
        lambda z: -sigmoid_slope(z) * np.tanh(0.5 * z),  # 1 - 2 σ(z) = -tanh(z/2)
        r"\sigma",
        "tf.sigmoid",
    ),
    "tanh": Activation(
        np.tanh,
        tanh_slope,
        lambda z: -2.0 * np.tanh(z) * tanh_slope(z),
        r"\tanh",
        "tf.tanh",
    ),
    "relu": Activation(
        lambda z: np.maximum(z, 0.0),
        lambda z: np.heaviside(z, 0.0),
        lambda z: 0.0 * z,
        r"\mathrm{relu}",
        "tf.nn.relu",
    ),
    "softplus": Activation(softplus, sigmoid, sigmoid_slope, r"\mathrm{softplus}", "tf.math.softplus"),
    "linear": Activation(lambda z: z, np.ones_like, np.zeros_like, "", ""),
}

LABEL_SEED = 91
"""With these labels the quadratic loss of one sigmoid neuron has two minima, and cross-entropy has one."""

LOSSES = ("quadratic", "cross-entropy")


@dataclass(frozen=True, eq=False)
class Data:
    """Examples of one input and one target each, (n,), made from a seed."""

    inputs: Array
    targets: Array


def labels(seed: int = LABEL_SEED, examples: int = 24) -> Data:
    """Points on a line with labels 0 and 1 that overlap a little, as most data does."""
    _check_examples(examples)
    random = np.random.default_rng(seed)
    inputs = np.sort(random.normal(0.0, 1.5, examples))
    targets = (inputs + random.normal(0.0, 1.2, examples) > 0.5).astype(np.float64)
    targets[0], targets[-1] = 0.0, 1.0  # both labels occur, whatever the seed
    return Data(inputs.round(3), targets)


def line(seed: int = 0, examples: int = 24) -> Data:
    """Points scattered about the line 0.8 x + 0.5."""
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
    mean of ℓ′ (x, 1) and the Hessian the mean of ℓ″ (x, 1)(x, 1)ᵀ.
    """

    data: Data
    activation: Activation
    cross_entropy: bool

    def value(self, x: Any, y: Any) -> Any:
        """The mean loss."""
        z = self._pre_activation(x, y)
        if self.cross_entropy:
            t = self._like(z, self.data.targets)
            return ((1.0 - t) * softplus(z) + t * softplus(-z)).mean(axis=-1)
        error = self.activation.value(z) - self._like(z, self.data.targets)
        return (error * error).mean(axis=-1)

    def gradient(self, x: Any, y: Any) -> tuple[Any, Any]:
        """∂L/∂w and ∂L/∂b."""
        z = self._pre_activation(x, y)
        slope = self._slope(z)
        return (slope * self._like(z, self.data.inputs)).mean(axis=-1), slope.mean(axis=-1)

    def quick_gradient(self, x: Floats, y: Floats) -> Floats:
        """The gradient (2, n) at many points at once, x and y (n,), in float32: for maps of many thousand walks.

        Matrix products take the place of sums over examples, and a line under quadratic loss needs no example at all:
        its gradient is known from five means of the data.
        """
        points = np.stack([x, y])
        if self.activation is ACTIVATIONS["linear"]:
            bend, pull = self._moments
            return bend @ points - pull
        factor = np.float32(self._factor / len(self._examples))
        across = np.ascontiguousarray(self._examples.T) * factor
        block = max(1, _IN_CACHE // len(self._examples))
        parts = [
            across @ self._quick_slope(self._examples @ points[:, first : first + block])
            for first in range(0, len(x), block)
        ]
        return np.concatenate(parts, axis=1)

    @property
    def quick_cost(self) -> float:
        """How long `quick_gradient` takes, in the time of a surface without data."""
        if self.activation is ACTIVATIONS["linear"]:
            return 1.0
        slowness = 1.0 if self.activation is ACTIVATIONS["softplus"] else 0.125
        return max(1.0, slowness * len(self.data.inputs))

    @property
    def _factor(self) -> float:
        """What `_quick_slope` leaves out, since it is the same for all examples."""
        return 1.0 if self.cross_entropy else 2.0

    def _quick_slope(self, z: Floats) -> Floats:
        """ℓ′ of every example (rows) at every point (columns), but for a factor; z is overwritten."""
        if self.activation is ACTIVATIONS["relu"]:
            error = np.maximum(z, np.float32(0.0))
            error -= self._targets
            return np.multiply(error, z > 0.0, out=error)
        if self.activation is ACTIVATIONS["softplus"]:
            error = self.activation.value(z)
            error -= self._targets
            return np.multiply(error, self.activation.slope(z), out=error)
        if self.activation is ACTIVATIONS["tanh"]:
            np.tanh(z, out=z)
            error = z - self._targets
            error *= np.subtract(ONE, np.multiply(z, z, out=z), out=z)
            return error
        _logistic(z)
        error = z - self._targets
        if not self.cross_entropy:
            error *= z
            error *= np.subtract(ONE, z, out=z)
        return error

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
        """Twice the means of (x, 1)(x, 1)ᵀ and of (x, 1)ᵀ t: the line's Hessian, and its slope at 0 the other way."""
        both = np.column_stack([self.data.inputs, np.ones_like(self.data.inputs)])
        bend, pull = both.T @ both, both.T @ self.data.targets[:, None]
        twice = 2.0 / len(both)
        return (twice * bend).astype(np.float32), (twice * pull).astype(np.float32)

    def hessian(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        """∂²L/∂w², ∂²L/∂w∂b and ∂²L/∂b²."""
        z = self._pre_activation(x, y)
        inputs, bend = self._like(z, self.data.inputs), self._bend(z)
        return (bend * inputs * inputs).mean(axis=-1), (bend * inputs).mean(axis=-1), bend.mean(axis=-1)

    def _pre_activation(self, w: Any, b: Any) -> Any:
        w, b = np.asarray(w)[..., None], np.asarray(b)[..., None]
        return w * self._like(w, self.data.inputs) + b

    def _slope(self, z: Any) -> Any:
        targets = self._like(z, self.data.targets)
        if self.cross_entropy:
            # No σ′: this is why cross-entropy does not stall. σ - 1 is written as -σ(-z), which does not cancel.
            return (1.0 - targets) * sigmoid(z) - targets * sigmoid(-z)
        return 2.0 * (self.activation.value(z) - targets) * self.activation.slope(z)

    def _bend(self, z: Any) -> Any:
        if self.cross_entropy:
            return sigmoid_slope(z)
        slope, error = self.activation.slope(z), self.activation.value(z) - self._like(z, self.data.targets)
        return 2.0 * (slope * slope + error * self.activation.bend(z))

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
        A key of `ACTIVATIONS`.
    loss
        "quadratic", the mean of (a − t)², or "cross-entropy", which needs probabilities and so the sigmoid.
    data
        Inputs and targets; labels made from the seed if not given.

    Raises
    ------
    ValueError
        For an unknown choice, or cross-entropy of something that is no probability.
    """
    _check(activation, loss)
    examples = labels(seed) if data is None else data
    rule = ACTIVATIONS[activation]
    return Surface(
        key=f"{activation}-neuron-{loss}",
        title=f"One {activation} neuron, {loss} loss",
        lesson=_lesson(activation, loss, examples),
        latex=_latex(rule, loss),
        domain=Domain(-6.0, 10.0, -8.0, 8.0),
        start=(-4.0, 5.0),
        learning_rate={"linear": 0.05, "relu": 0.05}.get(activation, 1.0),
        fields=NeuronFields(examples, rule, loss == "cross-entropy"),
        tensorflow=_tensorflow(examples, rule, loss),
        search_grid=25,
        parameters=("weight", "bias"),
    )


def line_surface(*, data: Data | None = None, seed: int = 0) -> Surface:
    """The quadratic loss of the line w x + b through points: always a bowl, with one lowest point.

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
        latex=_latex(ACTIVATIONS["linear"], "quadratic"),
        domain=Domain(-3.0, 4.0, -3.0, 4.0),
        start=(-2.0, 3.0),
        learning_rate=0.05,
        fields=NeuronFields(examples, ACTIVATIONS["linear"], False),
        tensorflow=_tensorflow(examples, ACTIVATIONS["linear"], "quadratic"),
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
    if activation not in ACTIVATIONS:
        raise ValueError(f"{activation!r} is not an activation here. Choose from {', '.join(ACTIVATIONS)}.")
    if loss not in LOSSES:
        raise ValueError(f"{loss!r} is not a loss here. Choose from {', '.join(LOSSES)}.")
    if loss == "cross-entropy" and activation != "sigmoid":
        raise ValueError(
            f"Cross-entropy compares probabilities, and {activation} does not give any. "
            "Choose the sigmoid activation, or quadratic loss."
        )


def _latex(rule: Activation, loss: str) -> str:
    prediction = rf"{rule.latex}(w x_i + b)" if rule.latex else "w x_i + b"
    if loss == "cross-entropy":
        return rf"-\frac{{1}}{{n}}\sum_i t_i \ln p_i + (1-t_i) \ln(1-p_i), \quad p_i = {prediction}"
    return rf"\frac{{1}}{{n}}\sum_i \left({prediction} - t_i\right)^2"


def _tensorflow(data: Data, rule: Activation, loss: str) -> tuple[str, ...]:
    setup = (
        f"inputs = tf.constant({data.inputs.tolist()}, tf.float64)",
        f"targets = tf.constant({data.targets.tolist()}, tf.float64)",
        "z = x * inputs + y  # x is the weight, y the bias",
    )
    if loss == "cross-entropy":
        return (*setup, "return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(targets, z))")
    return (*setup, f"return tf.reduce_mean(tf.square({rule.tensorflow}(z) - targets))")


NEURONS = (neuron_surface("sigmoid", "quadratic"), neuron_surface("sigmoid", "cross-entropy"))
LINE_FIT = line_surface()
