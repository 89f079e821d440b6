"""What a formula may be made of: every operation beside its derivative."""

from collections.abc import Callable

import numpy as np

from netlab.landscape.formula.graph import Graph, Operation, SlopeRule
from netlab.nn.activations import sigmoid


def _chain(outer: Callable[[Graph, int, int], int]) -> SlopeRule:
    """d f(a) = f′(a) · da, from a rule that builds f′(a) out of a and f(a)."""

    def rule(graph: Graph, self: int, arguments: tuple[int, ...], slopes: tuple[int, ...]) -> int:
        if graph.constant(slopes[0]) == 0.0:
            return slopes[0]
        return graph.apply("multiply", outer(graph, arguments[0], self), slopes[0])

    return rule


def _sum_rule(graph: Graph, self: int, arguments: tuple[int, ...], slopes: tuple[int, ...]) -> int:
    return graph.apply(graph.nodes[self].operation, *slopes)


def _product_rule(graph: Graph, _: int, arguments: tuple[int, ...], slopes: tuple[int, ...]) -> int:
    (a, b), (da, db) = arguments, slopes
    return graph.apply("add", graph.apply("multiply", da, b), graph.apply("multiply", a, db))


def _quotient_rule(graph: Graph, self: int, arguments: tuple[int, ...], slopes: tuple[int, ...]) -> int:
    (_, b), (da, db) = arguments, slopes
    return graph.apply("divide", graph.apply("subtract", da, graph.apply("multiply", self, db)), b)


def _power_rule(graph: Graph, self: int, arguments: tuple[int, ...], slopes: tuple[int, ...]) -> int:
    (a, b), (da, db) = arguments, slopes
    exponent = graph.constant(b)
    if exponent is not None:
        reduced = graph.apply("power", a, graph.number(exponent - 1.0))
        return graph.apply("multiply", graph.apply("multiply", b, reduced), da)
    from_exponent = graph.apply("multiply", db, graph.apply("log", a))
    from_base = graph.apply("divide", graph.apply("multiply", b, da), a)
    return graph.apply("multiply", self, graph.apply("add", from_exponent, from_base))


def _larger_rule(graph: Graph, self: int, arguments: tuple[int, ...], slopes: tuple[int, ...]) -> int:
    """Max and min have the slope of the argument they chose: db + step(±(a − b)) · (da − db)."""
    a, b = arguments if graph.nodes[self].operation == "max" else arguments[::-1]
    first = graph.apply("step", graph.apply("subtract", a, b))
    difference = graph.apply("subtract", slopes[0], slopes[1])
    return graph.apply("add", slopes[1], graph.apply("multiply", first, difference))


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
}

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
    "tanh": Operation(
        np.tanh, _chain(lambda g, a, s: _square(g, g.apply("sech", a))), r"\tanh({})", "tf.tanh({})"
    ),
    "sech": Operation(  # 1/cosh, written so that nothing overflows; 1 - tanh² would cancel
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
    "sigmoid": Operation(
        sigmoid,
        _chain(lambda g, a, s: g.apply("multiply", s, g.apply("sigmoid", g.apply("negate", a)))),
        r"\sigma({})",
        "tf.sigmoid({})",
    ),
    "softplus": Operation(
        lambda a: np.logaddexp(0.0, a),
        _chain(lambda g, a, s: g.apply("sigmoid", a)),
        r"\mathrm{{softplus}}({})",
        "tf.math.softplus({})",
    ),
    "relu": Operation(
        lambda a: np.maximum(a, 0.0),
        _chain(lambda g, a, s: g.apply("step", a)),
        r"\mathrm{{relu}}({})",
        "tf.nn.relu({})",
    ),
    "step": Operation(  # 0 up to and at 0, 1 above: the slope that Keras gives relu
        lambda a: np.heaviside(a, 0.0),
        _chain(_zero),
        r"\mathrm{{step}}({})",
        "tf.nn.relu(tf.sign({}))",
    ),
    "max": Operation(np.maximum, _larger_rule, r"\max({}, {})", "tf.maximum({}, {})", 2),
    "min": Operation(np.minimum, _larger_rule, r"\min({}, {})", "tf.minimum({}, {})", 2),
}

OPERATIONS = ARITHMETIC | FUNCTIONS
