"""What a formula may be made of: every operation beside its derivative."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from netlab.landscape.formula.graph import DerivativeRule, FormulaError, Graph, Operation
from netlab.nn.activations import ACTIVATIONS, Activation
from netlab.nn.activations.base import Function, zero
from netlab.nn.place import Place, shown_in


def _chain(outer: Callable[[Graph, int, int], int]) -> DerivativeRule:
    """d f(a) = f′(a) · da, from a rule that builds f′(a) out of a and f(a)."""

    def rule(graph: Graph, self: int, arguments: tuple[int, ...], derivatives: tuple[int, ...]) -> int:
        if graph.constant(derivatives[0]) == 0.0:
            return derivatives[0]
        return graph.apply("multiply", outer(graph, arguments[0], self), derivatives[0])

    return rule


def _sum_rule(graph: Graph, self: int, arguments: tuple[int, ...], derivatives: tuple[int, ...]) -> int:
    return graph.apply(graph.nodes[self].operation, *derivatives)


def _product_rule(graph: Graph, _: int, arguments: tuple[int, ...], derivatives: tuple[int, ...]) -> int:
    (a, b), (da, db) = arguments, derivatives
    return graph.apply("add", graph.apply("multiply", da, b), graph.apply("multiply", a, db))


def _quotient_rule(graph: Graph, self: int, arguments: tuple[int, ...], derivatives: tuple[int, ...]) -> int:
    (_, b), (da, db) = arguments, derivatives
    return graph.apply("divide", graph.apply("subtract", da, graph.apply("multiply", self, db)), b)


def _power_rule(graph: Graph, self: int, arguments: tuple[int, ...], derivatives: tuple[int, ...]) -> int:
    (a, b), (da, db) = arguments, derivatives
    exponent = graph.constant(b)
    if exponent is not None:
        reduced = graph.apply("power", a, graph.number(exponent - 1.0))
        return graph.apply("multiply", graph.apply("multiply", b, reduced), da)
    from_exponent = graph.apply("multiply", db, graph.apply("log", a))
    from_base = graph.apply("divide", graph.apply("multiply", b, da), a)
    return graph.apply("multiply", self, graph.apply("add", from_exponent, from_base))


def _larger_rule(graph: Graph, self: int, arguments: tuple[int, ...], derivatives: tuple[int, ...]) -> int:
    """Max and min have the derivative of the argument they chose: db + [±(a − b) > 0] · (da − db)."""
    a, b = arguments if graph.nodes[self].operation == "max" else arguments[::-1]
    first = graph.apply("positive", graph.apply("subtract", a, b))
    difference = graph.apply("subtract", derivatives[0], derivatives[1])
    return graph.apply("add", derivatives[1], graph.apply("multiply", first, difference))


def _square(graph: Graph, part: int) -> int:
    return graph.apply("power", part, graph.number(2.0))


def _one_over(graph: Graph, part: int) -> int:
    return graph.apply("divide", graph.number(1.0), part)


def _zero(graph: Graph, argument: int, self: int) -> int:
    return graph.number(0.0)


ARITHMETIC = {
    "add": Operation(lambda a, b: a + b, _sum_rule, "{} + {}", "{} + {}", 2),
    "subtract": Operation(lambda a, b: a - b, _sum_rule, "{} - {}", "{} - {}", 2),
    "multiply": Operation(lambda a, b: a * b, _product_rule, r"{} \cdot {}", "{} * {}", 2),
    "divide": Operation(lambda a, b: a / b, _quotient_rule, r"\frac{{{}}}{{{}}}", "{} / {}", 2),
    "power": Operation(np.power, _power_rule, "{}^{{{}}}", "{}**{}", 2),
    "negate": Operation(lambda a: -a, _sum_rule, "-{}", "-{}"),
    "positive": Operation(lambda a: np.heaviside(a, 0.0), _chain(_zero), r"\left[{} > 0\right]", ""),
}
"""What a formula is made of without a name that could be typed."""

FUNCTIONS = {
    "sin": Operation(np.sin, _chain(lambda g, a, s: g.apply("cos", a)), r"\sin({})", "tf.sin({})"),
    "cos": Operation(
        np.cos, _chain(lambda g, a, s: g.apply("negate", g.apply("sin", a))), r"\cos({})", "tf.cos({})"
    ),
    "tan": Operation(
        np.tan,
        _chain(lambda g, a, s: g.apply("add", g.number(1.0), _square(g, s))),
        r"\tan({})",
        "tf.tan({})",
    ),
    "exp": Operation(np.exp, _chain(lambda g, a, s: s), "e^{{{}}}", "tf.exp({})"),
    "log": Operation(np.log, _chain(lambda g, a, s: _one_over(g, a)), r"\ln({})", "tf.math.log({})"),
    "sqrt": Operation(
        np.sqrt, _chain(lambda g, a, s: g.apply("divide", g.number(0.5), s)), r"\sqrt{{{}}}", "tf.sqrt({})"
    ),
    "abs": Operation(np.abs, _chain(lambda g, a, s: g.apply("sign", a)), r"\left|{}\right|", "tf.abs({})"),
    "sign": Operation(np.sign, _chain(_zero), r"\mathrm{{sign}}({})", "tf.sign({})"),
    "sinh": Operation(np.sinh, _chain(lambda g, a, s: g.apply("cosh", a)), r"\sinh({})", "tf.sinh({})"),
    "cosh": Operation(np.cosh, _chain(lambda g, a, s: g.apply("sinh", a)), r"\cosh({})", "tf.cosh({})"),
    "sech": Operation(  # 1/cosh, written so that nothing overflows
        lambda a: 2.0 * np.exp(-np.abs(a)) / (1.0 + np.exp(-2.0 * np.abs(a))),
        _chain(lambda g, a, s: g.apply("negate", g.apply("multiply", s, g.apply("tanh", a)))),
        r"\mathrm{{sech}}({})",
        "(1 / tf.cosh({}))",
    ),
    "atan": Operation(
        np.arctan,
        _chain(lambda g, a, s: _one_over(g, g.apply("add", g.number(1.0), _square(g, a)))),
        r"\arctan({})",
        "tf.atan({})",
    ),
    "max": Operation(np.maximum, _larger_rule, r"\max({}, {})", "tf.maximum({}, {})", 2),
    "min": Operation(np.minimum, _larger_rule, r"\min({}, {})", "tf.minimum({}, {})", 2),
}


def applied(latex: str) -> str:
    """A formula in z as a template: {0} stands in its brackets and exponents, and {1}, a bracketed one, elsewhere.

    Parameters
    ----------
    latex
        A formula in z, as LaTeX.

    Returns
    -------
    str
        A template for ``str.format``.
    """
    text = latex.replace("{", "{{").replace("}", "}}")
    text = text.replace("(z)", "({0})").replace("{{z}}", "{{{0}}}").replace("{{-z}}", "{{-{1}}}")
    return re.sub(r"(?<![A-Za-z\\])z(?![A-Za-z])", "{1}", text)


def _by(function: Function, derivative: str) -> DerivativeRule:
    """The chain rule with a derivative that is an operation of its own, or nothing where it is 0 everywhere."""
    return _chain(_zero if function is zero else lambda g, a, s: g.apply(derivative, a))


def _of_activation(row: Activation) -> dict[str, Operation]:
    """An activation with its two derivatives; only the first of the three can be typed."""
    first, second = f"{row.key}_derivative", f"{row.key}_second_derivative"
    in_brackets = r"\left(" + applied(row.derivative_latex) + r"\right)"
    return {
        row.key: Operation(
            row.value, _by(row.derivative, first), applied(row.symbol + "(z)"), row.tensorflow
        ),
        first: Operation(row.derivative, _by(row.second_derivative, second), in_brackets, ""),
        second: Operation(row.second_derivative, _no_third, "", ""),
    }


def _no_third(graph: Graph, self: int, arguments: tuple[int, ...], derivatives: tuple[int, ...]) -> int:
    raise FormulaError("Only two derivatives of an activation are known.")


_ACTIVATIONS = [_of_activation(row) for row in shown_in(ACTIVATIONS, Place.FORMULAS).values()]
FUNCTIONS |= {key: operations[key] for operations in _ACTIVATIONS for key in list(operations)[:1]}
"""What can be typed."""
OPERATIONS = (
    ARITHMETIC | FUNCTIONS | {key: one for operations in _ACTIVATIONS for key, one in operations.items()}
)
