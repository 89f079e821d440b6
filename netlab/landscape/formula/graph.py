"""Formulas as a graph whose equal parts are shared, so that exact derivatives stay small.

Written out as text, the derivative of a nested formula can be exponentially longer than the formula. In a graph
in which every distinct part exists once, each part adds a fixed number of parts to a derivative: the gradient and
the Hessian of any formula that a person can type fit in a few thousand parts, and no time limit is needed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

LARGEST_GRAPH = 20_000


class FormulaError(ValueError):
    """What is wrong with a typed formula, in a sentence for the person who typed it."""


@dataclass(frozen=True)
class Node:
    """One part: a number, a variable, or an operation on earlier parts."""

    operation: str
    arguments: tuple[int, ...] = ()
    number: float = 0.0


DerivativeRule = Callable[["Graph", int, tuple[int, ...], tuple[int, ...]], int]


@dataclass(frozen=True)
class Operation:
    """An operation beside its derivative, and how it is written in LaTeX and in TensorFlow."""

    evaluate: Callable[..., Any]
    derivative: DerivativeRule
    latex: str
    tensorflow: str
    arguments: int = 1


class Graph:
    """Grows parts and hands out their positions; arguments always stand before what uses them."""

    def __init__(self, operations: Mapping[str, Operation]) -> None:
        self.operations = operations
        self.nodes: list[Node] = []
        self._position: dict[Node, int] = {}
        self._derivatives: dict[tuple[int, str], int] = {}

    def number(self, value: float) -> int:
        """A constant; must be finite."""
        if not math.isfinite(value):
            raise FormulaError("A number in the formula is too large to compute with; use smaller numbers.")
        return self._add(Node("number", number=float(value)))

    def variable(self, name: str) -> int:
        """x or y."""
        return self._add(Node(name))

    def apply(self, operation: str, *arguments: int) -> int:
        """An operation on parts, simplified where that is free (constants folded, + 0, · 1, · 0)."""
        if all(self.constant(a) is not None for a in arguments):
            return self.number(self._fold(operation, [self.nodes[a].number for a in arguments]))
        simpler = self._simpler(operation, arguments)
        return self._add(Node(operation, arguments)) if simpler is None else simpler

    def constant(self, position: int) -> float | None:
        """The number at a position, or None where a formula stands."""
        node = self.nodes[position]
        return node.number if node.operation == "number" else None

    def derivative(self, position: int, variable: str) -> int:
        """The derivative of a part by a variable, each part's rule applied once."""
        for part in self.reachable([position]):
            if (part, variable) not in self._derivatives:
                self._derivatives[part, variable] = self._derivative_of(part, variable)
        return self._derivatives[position, variable]

    def reachable(self, outputs: Iterable[int]) -> list[int]:
        """All parts that the outputs need, in the order in which they can be computed."""
        needed: set[int] = set()
        waiting = list(outputs)
        while waiting:
            position = waiting.pop()
            if position not in needed:
                needed.add(position)
                waiting.extend(self.nodes[position].arguments)
        return sorted(needed)

    def _derivative_of(self, part: int, variable: str) -> int:
        node = self.nodes[part]
        if not node.arguments:
            return self.number(1.0 if node.operation == variable else 0.0)
        inner = tuple(self._derivatives[a, variable] for a in node.arguments)
        return self.operations[node.operation].derivative(self, part, node.arguments, inner)

    def _add(self, node: Node) -> int:
        if node not in self._position:
            if len(self.nodes) >= LARGEST_GRAPH:
                raise FormulaError("The formula's derivatives are too long; try a shorter formula.")
            self._position[node] = len(self.nodes)
            self.nodes.append(node)
        return self._position[node]

    def _fold(self, operation: str, numbers: list[float]) -> float:
        with np.errstate(all="ignore"):
            value = self.operations[operation].evaluate(*(np.float64(n) for n in numbers))
        if not np.isfinite(value):
            raise FormulaError(
                "A part of the formula without x or y is not a finite number; check it for 1/0 or 9^999."
            )
        return float(value)

    def _simpler(self, operation: str, arguments: tuple[int, ...]) -> int | None:
        if len(arguments) == 1:
            return None
        left, right = arguments
        known = (self.constant(left), self.constant(right))
        match operation, known:
            case ("add", (0.0, _)) | ("multiply", (1.0, _)):
                return right
            case ("add", (_, 0.0)) | ("subtract", (_, 0.0)) | ("divide" | "power", (_, 1.0)):
                return left
            case ("multiply", (0.0, _)) | ("divide", (0.0, _)):
                return self.number(0.0)
            case ("multiply", (-1.0, _)) | ("subtract", (0.0, _)):
                return self.apply("negate", right)
            case ("multiply", (None, float())):  # numbers stand first
                return self.apply("multiply", right, left)
            case ("power", (_, 0.0)):
                return self.number(1.0)
        return self._merged(operation, left, right)

    def _merged(self, operation: str, left: int, right: int) -> int | None:
        """Gather signs and numbers: a + (−b) = a − b, 2 · (3 · u) = 6 · u, u · (2 · v) = 2 · (u · v)."""
        first, second = self.nodes[left], self.nodes[right]
        if operation == "add" and second.operation == "negate":
            return self.apply("subtract", left, second.arguments[0])
        if operation != "multiply":
            return None
        for factor, other, swapped in ((second, left, False), (first, right, True)):
            if factor.operation == "negate":
                return self.apply("negate", self.apply("multiply", other, factor.arguments[0]))
            if factor.operation == "multiply" and self.constant(factor.arguments[0]) is not None:
                number, rest = factor.arguments
                if self.constant(other) is not None:
                    return self.apply("multiply", self.apply("multiply", number, other), rest)
                pair = (rest, other) if swapped else (other, rest)
                return self.apply("multiply", number, self.apply("multiply", *pair))
        return None
