"""Every public function says in numpydoc sections what it takes, what it gives and what it refuses."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

NETLAB = Path(__file__).parents[1] / "netlab"
PACKAGES = (
    "nn",
    "nets",
    "data",
    "runs",
    "training",
    "landscape",
    "drawing",
    "processes",
    "lessons",
    "experiments",
    "playground",
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


@pytest.mark.parametrize("package", PACKAGES)
def test_public_functions_have_the_sections_of_numpydoc(package: str) -> None:
    found = [
        f"{path.relative_to(NETLAB)}:{function.lineno} {function.name}: {fault}"
        for path in _modules(package)
        for function in _public_functions(path)
        for fault in _faults(function)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("source", "faults"),
    [
        ('def f(a, *b, c=1, **d) -> None:\n "Do."', ["Parameters has nothing; expected a, b, c, d"]),
        (
            'def f(a, b) -> None:\n """Do.\n\n Parameters\n ----------\n a, c : int\n  It.\n """',
            ["Parameters has a, c; expected a, b"],
        ),
        (
            'def f(*a, **b) -> None:\n """Do.\n\n Parameters\n ----------\n *a : int\n  It.\n b\n  It.\n """',
            [],
        ),
        (
            'def f(a) -> int:\n """Do.\n\n Parameters\n ----------\n a : int\n  It.\n """\n raise E',
            ["neither Returns nor Yields", "no Raises"],
        ),
        (
            'def f(a) -> int:\n """Do.\n\n Parameters\n ----------\n a : int\n  It.\n\n Returns\n -------\n int\n """\n'
            " def g() -> None:\n  raise E",
            [],
        ),
        (
            'def f(a) -> int:\n """Do.\n\n Parameters\n ----------\n a : int\n  It.\n\n Yields\n ------\n int\n\n'
            ' Raises\n ------\n E\n """\n if a:\n  raise E\n yield 1',
            [],
        ),
        ("def f() -> int:\n raise E", []),
    ],
)
def test_what_is_missing_is_seen(source: str, faults: list[str]) -> None:
    (function,) = ast.parse(source).body
    assert isinstance(function, Function)
    assert list(_faults(function)) == faults


def _modules(package: str) -> Iterator[Path]:
    """The package's modules that are no views, no figures and not private."""
    for path in sorted((NETLAB / package).rglob("*.py")):
        names = [part for part in path.relative_to(NETLAB).with_suffix("").parts if part != "__init__"]
        if not any(name.startswith(("view", "figures", "_")) for name in names):
            yield path


def _public_functions(path: Path) -> Iterator[Function]:
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield node


def _faults(function: Function) -> Iterator[str]:
    parameters = _parameters(function)
    if not parameters:
        return
    sections = _sections(ast.get_docstring(function) or "")
    documented = _names(sections.get("Parameters", []))
    if documented != parameters:
        yield f"Parameters has {', '.join(documented) or 'nothing'}; expected {', '.join(parameters)}"
    nothing = isinstance(function.returns, ast.Constant) and function.returns.value is None
    if not nothing and not sections.keys() & {"Returns", "Yields"}:
        yield "neither Returns nor Yields"
    if _raises(function) and "Raises" not in sections:
        yield "no Raises"


def _parameters(function: Function) -> list[str]:
    """Names in the order of the signature, those with stars without them."""
    given = function.args
    every = [*given.posonlyargs, *given.args, given.vararg, *given.kwonlyargs, given.kwarg]
    return [parameter.arg for parameter in every if parameter is not None]


def _sections(docstring: str) -> dict[str, list[str]]:
    """The lines of each section, by its heading."""
    lines = inspect.cleandoc(docstring).splitlines()
    sections: dict[str, list[str]] = {}
    for place, line in enumerate(lines):
        if line and place + 1 < len(lines) and lines[place + 1] == "-" * len(line):
            sections[line] = []
        elif sections and not re.fullmatch("-+", line):
            next(reversed(sections.values())).append(line)
    return sections


def _names(section: list[str]) -> list[str]:
    """The parameters that a section names: on lines that are not indented, several parted by commas."""
    heads = [line.split(" : ")[0] for line in section if line and not line.startswith(" ")]
    return [name.strip().lstrip("*\\") for head in heads for name in head.split(",")]


def _raises(function: Function) -> bool:
    """Whether an exception is raised in the function itself, not in one defined inside it."""
    inside: list[ast.AST] = list(function.body)
    while inside:
        node = inside.pop()
        if isinstance(node, ast.Raise) and node.exc is not None:
            return True
        if not isinstance(node, Function | ast.Lambda | ast.ClassDef):
            inside.extend(ast.iter_child_nodes(node))
    return False
