"""An activation bends the line: a value with its first and second derivative, and all that is to be said of it.

Everything works elementwise on arrays of any shape and keeps their floating type, so float32 stays float32.
The formulas are written so that no input overflows, however large, and so that no small result is the difference of
two large numbers: where a value or a derivative is next to nothing, its digits are right.

One row in a family's file adds an activation; lessons, Train, landscapes, typed formulas and tests follow from it.
"""

from __future__ import annotations

from netlab.nn.activations import gated, rectifying, squashing
from netlab.nn.activations.base import Activation
from netlab.nn.activations.rectifying import relu, relu_derivative, softplus
from netlab.nn.activations.softmax import log_softmax, others, softmax, softmax_jacobian
from netlab.nn.activations.squashing import sigmoid, sigmoid_derivative

__all__ = [
    "ACTIVATIONS",
    "Activation",
    "log_softmax",
    "others",
    "relu",
    "relu_derivative",
    "sigmoid",
    "sigmoid_derivative",
    "softmax",
    "softmax_jacobian",
    "softplus",
]

ACTIVATIONS: dict[str, Activation] = {
    row.key: row for row in (rectifying.STRAIGHT, *squashing.ROWS, *rectifying.ROWS, *gated.ROWS)
}
