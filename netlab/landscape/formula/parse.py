"""Read a typed formula without ever running it: Python's own parser, and an allow-list of what may stand in it.

``ast.parse`` builds a syntax tree and executes nothing; what is not on the list below is refused with a sentence.
(SymPy's ``sympify`` and ``parse_expr`` end in Python's ``eval``, so text from a stranger must not reach them.)
"""

from __future__ import annotations

import ast
import math
import re

from netlab.landscape.formula.graph import FormulaError, Graph
from netlab.landscape.formula.operations import FUNCTIONS, OPERATIONS

LONGEST_TEXT = 300
LARGEST_TREE = 150
DEEPEST_TREE = 100
VARIABLES = ("x", "y")
CONSTANTS = {"pi": math.pi, "e": math.e}
SPELLINGS = {"arctan": "atan", "ln": "log", "tg": "tan"}

_CHARACTERS = re.compile(r"[0-9A-Za-z_.+\-*/(), ]*")
_SAME = {"^": "**", "²": "**2", "³": "**3", "·": "*", "×": "*", "−": "-", "π": "pi", "\n": " ", "\t": " "}
_DECIMAL_COMMA = re.compile(r"(?<![\w.])(\d+),(\d+)(?![^()]*\))")
_POWER_OF_NAME = re.compile(r"\b([A-Za-z]+)(?:\*\*|\^)(\d+) *\(")
_MISSING_TIMES = re.compile(
    r"(?<![A-Za-z_0-9.])(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)? *(?=[A-Za-z_(])(?![eE][+-]?[0-9])"
)
_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.Pow: "power",
}


def parse(text: str) -> tuple[Graph, int]:
    """The graph of a formula in x and y, and the position of the whole in it.

    Parameters
    ----------
    text
        What was typed.

    Returns
    -------
    Graph, int
        The graph, and the position of the whole.

    Raises
    ------
    FormulaError
        With a sentence that names what cannot be used, and what can.
    """
    tree = _tree(_plain(text))
    size = sum(1 for _ in ast.walk(tree))
    if size > 3 * LARGEST_TREE:
        raise FormulaError(f"The formula has too many parts; keep it under about {LARGEST_TREE}.")
    graph = Graph(OPERATIONS)
    return graph, _convert(tree.body, graph, DEEPEST_TREE)


def _plain(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise FormulaError(f"The formula has {len(text)} characters; the limit is {LONGEST_TEXT}.")
    for typed, plain in _SAME.items():
        text = text.replace(typed, plain)
    if not text.strip():
        raise FormulaError("There is no formula yet. Try x**2 + 3*y**2.")
    strange = _CHARACTERS.sub("", text)
    if strange:
        raise FormulaError(
            f"{strange[0]!r} cannot stand in a formula. Use numbers, x, y, + - * / ^ ( ) and functions such as sin(x)."
        )
    comma = _DECIMAL_COMMA.search(text)
    if comma:
        raise FormulaError(
            f"Write {comma[1]}.{comma[2]} with a point: a comma only stands between two arguments."
        )
    power = _POWER_OF_NAME.search(text)
    if power and SPELLINGS.get(power[1], power[1]) in FUNCTIONS:
        raise FormulaError(f"Write the power behind the bracket: {power[1]}(…)^{power[2]}.")
    missing = _MISSING_TIMES.search(text)
    if missing:
        raise FormulaError(f"After {missing[0].strip()} an operator is missing; write {missing[0].strip()}*…")
    return text.strip()


def _tree(text: str) -> ast.Expression:
    try:
        return ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        advice = "Check brackets and operators."
        if isinstance(error, SyntaxError) and error.offset:
            near = f"The formula does not read as mathematics near character {error.offset}."
            raise FormulaError(f"{near} {advice}") from error
        raise FormulaError(f"The formula does not read as mathematics. {advice}") from error


def _convert(node: ast.expr, graph: Graph, depth: int) -> int:
    if depth == 0:
        raise FormulaError(f"The formula is nested more than {DEEPEST_TREE} deep; make it shorter.")
    match node:
        case ast.Constant(value=bool()):
            raise FormulaError("True and False are not numbers here; use 1 and 0.")
        case ast.Constant(value=int() | float() as value):
            return _number(value, graph)
        case ast.Name(id=name):
            return _name(name, graph)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _convert(operand, graph, depth - 1)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return graph.apply("negate", _convert(operand, graph, depth - 1))
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
            parts = _convert(left, graph, depth - 1), _convert(right, graph, depth - 1)
            return graph.apply(_OPERATORS[type(operator)], *parts)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return _call(name, arguments, graph, depth)
    raise FormulaError(
        f"“{ast.unparse(node)[:40]}” cannot stand in a formula; use + - * / ^, brackets, numbers, x, y and functions."
    )


def _number(value: float, graph: Graph) -> int:
    try:
        return graph.number(float(value))
    except OverflowError as error:
        raise FormulaError(
            "A number in the formula is too large to compute with; use smaller numbers."
        ) from error


def _name(name: str, graph: Graph) -> int:
    if name in VARIABLES:
        return graph.variable(name)
    if name in CONSTANTS:
        return graph.number(CONSTANTS[name])
    if SPELLINGS.get(name, name) in FUNCTIONS:
        raise FormulaError(f"{name} is a function; write {name}(…).")
    raise FormulaError(
        f"{name[:20]} is not known here. The names are x, y, pi, e and {', '.join(sorted(FUNCTIONS))}."
    )


def _call(name: str, arguments: list[ast.expr], graph: Graph, depth: int) -> int:
    operation = SPELLINGS.get(name, name)
    if name in VARIABLES or name in CONSTANTS:
        raise FormulaError(f"{name} is no function; to multiply, write {name}*(…).")
    if operation not in FUNCTIONS:
        raise FormulaError(
            f"{name[:20]} is not a known function. The functions are {', '.join(sorted(FUNCTIONS))}."
        )
    wanted = FUNCTIONS[operation].arguments
    if len(arguments) != wanted:
        raise FormulaError(f"{name} takes {wanted} argument{'s' * (wanted > 1)}; got {len(arguments)}.")
    return graph.apply(operation, *(_convert(a, graph, depth - 1) for a in arguments))
