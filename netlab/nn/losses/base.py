"""What a row of the table of losses holds."""

# mypy: disable-error-code="no-any-return"
# (NumPy types the quotient of two floating arrays as Any.)

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array, Floats
from netlab.nn.activations import sigmoid, softmax
from netlab.nn.place import Place

Labels = NDArray[np.integer[Any]]
OfTwo = Callable[[Array, Array], Array]


@dataclass(frozen=True)
class KerasLoss:
    """How Keras is asked for a loss.

    Attributes
    ----------
    class_name : str
        The class in ``keras.losses``.
    arguments : tuple of (str, float)
        What it is made with, where that is not Keras's default.
    one_hot : bool
        Whether it takes rows of targets (n, k) rather than integer labels (n,).
    """

    class_name: str
    arguments: tuple[tuple[str, float], ...] = ()
    one_hot: bool = True

    def having(self, **arguments: float) -> KerasLoss:
        """The same loss made with more arguments."""
        return replace(self, arguments=(*self.arguments, *arguments.items()))


@dataclass(frozen=True)
class Term:
    """A loss that is a sum over outputs, taken apart: one output's share, elementwise.

    Attributes
    ----------
    value, derivative, second_derivative : callable
        (prediction, target) → the share and its derivatives by the prediction; by the logit, and of it, if ``fused``.
    fused : bool
        Whether the first argument is the logit behind the row's ``output`` activation.
    in_place : callable or None
        Puts the derivative in the prediction's place, for maps of many thousand points.
    """

    value: OfTwo
    derivative: OfTwo
    second_derivative: OfTwo
    fused: bool
    in_place: Callable[[Floats, Floats], object] | None = None

    def derivative_of(self, prediction: Floats, target: Floats) -> Floats:
        """The derivative by the quickest way; the prediction may be overwritten."""
        if self.in_place is None:
            return self.derivative(prediction, target)
        self.in_place(prediction, target)
        return prediction


@dataclass(frozen=True, kw_only=True)
class Loss:
    """One loss: everything there is to know about it.

    Every loss is one number an example, shape (n,); average them over the batch for the number that is trained on,
    and divide the gradient by n likewise. Targets are rows (n, k).

    Attributes
    ----------
    key : str
        Key in ``LOSSES``, and the function's name in ``keras.losses``.
    family : str
        What it is called where the output says the rest: cross-entropy is binary behind a sigmoid.
    title : str
        As it stands in menus and beside charts.
    unit : str
        Unit of the number, empty where it has none.
    value, derivative : callable
        (prediction (n, k), target (n, k)) → losses (n,) and ∂loss/∂prediction (n, k).
    output : str
        The activation that ``logit_value`` and ``logit_derivative`` have between logit and prediction.
    logit_value, logit_derivative : callable
        The same from the logits (n, k), by a formula that is stable for logits of any size.
    keras : KerasLoss
        Its twin.
    keras_factor : callable
        Outputs k → what this loss must be multiplied by to be Keras's number.
    smoothed : KerasLoss or None
        The twin that takes ``label_smoothing``; None where targets cannot be smoothed.
    term : Term or None
        One output's share, where the loss is a sum of such: landscapes need it.
    tensorflow, example_latex : str
        For landscapes of one neuron, Keras's number of each example: from ``{prediction}`` or ``z``, and ``targets``;
        in letters with t_i for the target.
    latex, derivative_latex, logit_derivative_latex : str
        Formulas for one example.
    note, source : str
        How Keras's differs; paper and year.
    places : frozenset of Place
        Where it is offered.
    """

    key: str
    family: str
    title: str
    unit: str = ""
    value: OfTwo
    derivative: OfTwo
    output: str
    logit_value: OfTwo
    logit_derivative: OfTwo
    keras: KerasLoss
    keras_factor: Callable[[int], float] = lambda outputs: 1.0
    smoothed: KerasLoss | None = None
    term: Term | None = None
    tensorflow: str = ""
    example_latex: str = ""
    latex: str
    derivative_latex: str
    logit_derivative_latex: str
    note: str
    source: str
    places: frozenset[Place]

    @property
    def axis(self) -> str:
        """What a chart's axis is called: the title with its unit."""
        return f"{self.title}, {self.unit}" if self.unit else self.title

    def keras_twin(self, label_smoothing: float = 0.0) -> KerasLoss:
        """How Keras is asked for this loss, with smoothed targets if so wished.

        Raises
        ------
        ValueError
            If the targets of this loss cannot be smoothed.
        """
        if not label_smoothing:
            return self.keras
        if self.smoothed is None:
            raise ValueError(f"{self.title} has no label smoothing. Set it to 0, or choose cross-entropy.")
        return self.smoothed.having(label_smoothing=label_smoothing)


def one_hot(labels: Labels, classes: int, dtype: Any = np.float64) -> Array:
    """Turn labels (n,) into rows (n, classes) with a single 1.

    Parameters
    ----------
    labels : integers (n,)
        From 0 to classes - 1.
    classes : int
        Columns of the result.
    dtype : dtype
        Type of the result.

    Returns
    -------
    dtype (n, classes)
        1 at the label, else 0.

    Examples
    --------
    >>> one_hot(np.array([2, 0]), 3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    return np.eye(classes, dtype=dtype)[labels]


def missed(z: Array, target: Array) -> Array:
    """Return σ(z) - y, written as (1 - y) σ(z) - y σ(-z): where a unit is sure and right, σ(z) - 1 would cancel.

    Parameters
    ----------
    z : floats (n, k)
        Logits.
    target : floats (n, k)
        In [0, 1].

    Returns
    -------
    floats (n, k)
        In [-1, 1].
    """
    return (1 - target) * sigmoid(z) - target * sigmoid(-z)


def behind_softmax(value: OfTwo) -> OfTwo:
    """The loss as a function of the logits of a softmax.

    Parameters
    ----------
    value : callable
        (probabilities (n, k), targets (n, k)) → losses (n,).

    Returns
    -------
    callable
        (logits (n, k), targets (n, k)) → losses (n,).
    """
    return lambda z, target: value(softmax(z), target)


def derivative_behind_softmax(derivative: OfTwo) -> OfTwo:
    """Its derivative by them: p_k (d_k - Σ_j d_j p_j), the softmax's Jacobian times the derivative d by p.

    Parameters
    ----------
    derivative : callable
        (probabilities (n, k), targets (n, k)) → the loss's derivative by the probabilities, (n, k).

    Returns
    -------
    callable
        (logits (n, k), targets (n, k)) → its derivative by the logits, (n, k).
    """

    def by_logits(z: Array, target: Array) -> Array:
        p = softmax(z)
        d = derivative(p, target)
        return p * (d - np.sum(d * p, axis=-1, keepdims=True))

    return by_logits
