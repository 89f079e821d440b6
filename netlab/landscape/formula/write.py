"""Write a graph out again: as LaTeX to read, as TensorFlow to run."""

from __future__ import annotations

import math

from netlab.landscape.formula.graph import Graph

LONGEST_READABLE = 60

_BINDING = {"add": 1, "subtract": 1, "negate": 2, "multiply": 3, "divide": 3, "power": 5}
_ATOM = 6


def tree_size(graph: Graph, position: int) -> float:
    """How many parts the formula has when every shared part is written out each time.

    Parameters
    ----------
    graph
        The graph of the formula.
    position
        Where in it the formula stands.

    Returns
    -------
    float
        At least 1; infinite where float64 overflows.
    """
    sizes: dict[int, float] = {}
    for part in graph.reachable([position]):
        sizes[part] = 1.0 + sum(sizes[a] for a in graph.nodes[part].arguments)
    return sizes[position]


def latex(graph: Graph, position: int) -> str:
    """The formula as LaTeX. Write out only what is short (``tree_size``): sharing is lost.

    Parameters
    ----------
    graph
        The graph of the formula.
    position
        Where in it the formula stands.

    Returns
    -------
    str
        LaTeX without dollar signs.
    """
    return _latex(graph, position)[0]


def tensorflow(graph: Graph, position: int) -> str:
    """The formula as a Python expression of TensorFlow tensors ``x`` and ``y``.

    Parameters
    ----------
    graph
        The graph of the formula.
    position
        Where in it the formula stands.

    Returns
    -------
    str
        An expression that needs TensorFlow as ``tf``.
    """
    return _tensorflow(graph, position)[0]


def _brackets(text: str, binding: int, needed: int, form: str) -> str:
    return form.format(text) if binding < needed else text


def _latex(graph: Graph, position: int) -> tuple[str, int]:
    node = graph.nodes[position]
    if node.operation == "number":
        return _latex_number(node.number)
    if not node.arguments:
        return node.operation, _ATOM
    parts = [_latex(graph, a) for a in node.arguments]
    if node.operation == "multiply":
        return _latex_product(parts)
    binding = _BINDING.get(node.operation, _ATOM)
    needed = {"add": (1, 1), "subtract": (1, 2), "negate": (2,), "power": (6, 0)}.get(node.operation, (0, 0))
    texts = [_brackets(text, b, n, r"\left({}\right)") for (text, b), n in zip(parts, needed)]
    atoms = [_brackets(text, b, _ATOM, r"\left({}\right)") for text, b in parts]
    written = graph.operations[node.operation].latex.format(*texts, *atoms)
    return written, _ATOM if node.operation == "divide" else binding


def _latex_product(parts: list[tuple[str, int]]) -> tuple[str, int]:
    left, right = (_brackets(text, b, 3, r"\left({}\right)") for text, b in parts)
    # 2x needs no dot; 2·3, x·2 and x·y read better with one.
    bare = left[-1].isdigit() and right[0] in "xye\\("
    return left + ("\\," if bare else r" \cdot ") + right, 3


def _latex_number(value: float) -> tuple[str, int]:
    named = {math.pi: r"\pi", math.e: "e", 2 * math.pi: r"2\pi"}
    if value in named:
        return named[value], _ATOM
    text = f"{value + 0.0:.6g}"  # −0 is 0
    if "e" in text:
        mantissa, exponent = text.split("e")
        return rf"{mantissa} \cdot 10^{{{int(exponent)}}}", 3
    return text, _ATOM if value >= 0 else 2


def _tensorflow(graph: Graph, position: int) -> tuple[str, int]:
    node = graph.nodes[position]
    if node.operation == "number":
        text = (
            repr(int(node.number))
            if node.number.is_integer() and abs(node.number) < 1e15
            else repr(node.number)
        )
        return text, _ATOM if node.number >= 0 else 2
    if not node.arguments:
        return node.operation, _ATOM
    parts = [_tensorflow(graph, a) for a in node.arguments]
    needed = {
        "add": (1, 1),
        "subtract": (1, 2),
        "multiply": (3, 3),
        "divide": (3, 4),
        "negate": (3,),
        "power": (6, 6),
    }
    wanted = needed.get(node.operation, (0, 0))
    texts = [_brackets(text, b, n, "({})") for (text, b), n in zip(parts, wanted)]
    return graph.operations[node.operation].tensorflow.format(*texts), _BINDING.get(node.operation, _ATOM)
