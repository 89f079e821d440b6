"""Run a graph as a straight line of arithmetic: each part once, in order, on numbers or on whole arrays.

The line is written as Python and compiled once. It is made of nothing but register names, numbers and the
operations of ``OPERATIONS``; no character of what a person typed reaches it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from netlab.landscape.formula.graph import Graph
from netlab.landscape.formula.operations import OPERATIONS

_INFIX = {
    "add": "{} + {}",
    "subtract": "{} - {}",
    "multiply": "{} * {}",
    "divide": "{} / {}",
    "negate": "-{}",
}


def whole_power(base: Any, exponent: int) -> Any:
    """base ** exponent by repeated squaring.

    Parameters
    ----------
    base
        A number or an array.
    exponent
        A whole number; a negative one gives the reciprocal.

    Returns
    -------
    number or array
        Of the base's shape.
    """
    if exponent < 0:
        return 1.0 / whole_power(base, -exponent)
    if exponent <= 1:
        return base if exponent else base * 0.0 + 1.0
    half = whole_power(base, exponent // 2)
    return half * half * base if exponent % 2 else half * half


_NAMESPACE = {name: operation.evaluate for name, operation in OPERATIONS.items()} | {
    "whole_power": whole_power,
    "__builtins__": {},
}


def program(graph: Graph, outputs: tuple[int, ...]) -> Callable[[Any, Any], tuple[Any, ...]]:
    """A function of x and y that gives the outputs: of the shape of x and y, or a plain number where constant.

    Parameters
    ----------
    graph
        The graph of the formula.
    outputs
        Positions of the parts that are wanted.

    Returns
    -------
    callable
        (x, y) → one value for each output, in their order.
    """
    namespace: dict[str, Any] = dict(_NAMESPACE)
    exec(compile(source(graph, outputs), "<formula>", "exec"), namespace)
    compiled: Callable[[Any, Any], tuple[Any, ...]] = namespace["run"]
    return compiled


def source(graph: Graph, outputs: tuple[int, ...]) -> str:
    """The straight line as Python.

    A register is overwritten as soon as nothing needs its part any more: memory is then used again while it is
    still in the processor's cache.

    Parameters
    ----------
    graph
        The graph of the formula.
    outputs
        Positions of the parts that are wanted.

    Returns
    -------
    str
        A definition of ``run(x, y)``, which returns the outputs as a tuple.
    """
    parts = graph.reachable(outputs)
    last_use = {a: part for part in parts for a in graph.nodes[part].arguments} | dict.fromkeys(outputs, -1)
    registers: dict[int, str] = {}
    free: list[str] = []
    lines = ["def run(x, y):"]
    for part in parts:
        arguments = graph.nodes[part].arguments
        if arguments:
            expression = _expression(graph, part, registers)
            free += [
                registers[a]
                for a in dict.fromkeys(arguments)
                if last_use[a] == part and registers[a][0] == "t"
            ]
            registers[part] = free.pop() if free else f"t{len(lines)}"
            lines.append(f"    {registers[part]} = {expression}")
        else:
            registers[part] = _leaf(graph, part)
    return "\n".join([*lines, f"    return {', '.join(registers[o] for o in outputs)},"])


def _leaf(graph: Graph, part: int) -> str:
    node = graph.nodes[part]
    return f"({node.number!r})" if node.operation == "number" else node.operation


def _expression(graph: Graph, part: int, registers: dict[int, str]) -> str:
    node = graph.nodes[part]
    names = [registers[a] for a in node.arguments]
    if node.operation in _INFIX:
        return _INFIX[node.operation].format(*names)
    exponent = graph.constant(node.arguments[-1]) if node.operation == "power" else None
    if exponent == 2.0:
        return f"{names[0]} * {names[0]}"
    if exponent is not None and exponent.is_integer() and abs(exponent) <= 16:
        return f"whole_power({names[0]}, {int(exponent)})"
    return f"{node.operation}({', '.join(names)})"
