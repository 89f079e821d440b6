"""A surface from typed text: x**2 + 3*y**2 becomes heights, gradients and curvatures, exactly and safely."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from netlab.landscape.formula.graph import FormulaError, Graph
from netlab.landscape.formula.operations import FUNCTIONS
from netlab.landscape.formula.parse import CONSTANTS, parse
from netlab.landscape.formula.program import program
from netlab.landscape.formula.write import LONGEST_READABLE, latex, tensorflow, tree_size
from netlab.landscape.surface import CriticalPoint, Domain, Surface

FINE_SEARCH, COARSE_SEARCH = 61, 31
LARGEST_FINELY_SEARCHED = 200
"""Parts of a formula and its derivatives beyond which its critical points are searched from fewer starts, so that the
page never waits longer than a moment for a formula."""

Run = Callable[[Any, Any], tuple[Any, ...]]

__all__ = ["CONSTANTS", "FUNCTIONS", "FormulaError", "FormulaFields", "surface_from"]


@dataclass(frozen=True, eq=False)
class FormulaFields:
    """Value, gradient and Hessian of a formula, each a program over one shared graph."""

    graph: Graph
    whole: int
    gradients: tuple[int, int]
    programs: tuple[Run, Run, Run]

    @classmethod
    def of(cls, graph: Graph, whole: int) -> FormulaFields:
        """Derive the gradient and the Hessian and make all three runnable."""
        x, y = graph.derivative(whole, "x"), graph.derivative(whole, "y")
        bends = graph.derivative(x, "x"), graph.derivative(x, "y"), graph.derivative(y, "y")
        return cls(
            graph, whole, (x, y), (program(graph, (whole,)), program(graph, (x, y)), program(graph, bends))
        )

    def value(self, x: Any, y: Any) -> Any:
        """f."""
        return self.programs[0](x, y)[0]

    def gradient(self, x: Any, y: Any) -> tuple[Any, Any]:
        """∂f/∂x and ∂f/∂y."""
        along_x, along_y = self.programs[1](x, y)
        return along_x, along_y

    def hessian(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        """∂²f/∂x², ∂²f/∂x∂y and ∂²f/∂y²."""
        xx, xy, yy = self.programs[2](x, y)
        return xx, xy, yy


def surface_from(
    text: str,
    *,
    key: str = "formula",
    title: str = "Your formula",
    lesson: str = "A landscape of your own: where does it lead?",
    domain: Domain | None = None,
    start: tuple[float, float] | None = None,
    learning_rate: float | None = None,
    known: tuple[CriticalPoint, ...] | None = None,
    logarithmic: bool = False,
) -> Surface:
    """A surface from a formula in x and y.

    Parameters
    ----------
    text
        For example ``(1 - x)^2 + 100*(y - x^2)^2``. Names: x, y, pi, e and the functions in ``FUNCTIONS``.
    key, title, lesson
        Name in addresses, name in menus, and the sentence that says what the surface teaches.
    domain, start, learning_rate
        The window (±5 if not given), where to start, and a rate; a missing rate is set from the curvature at the
        start, to half of what gradient descent would bear there.
    known
        The critical points if they are known; they are searched otherwise.
    logarithmic
        Whether contours read better at logarithmic levels.

    Returns
    -------
    Surface
        With exact gradient and Hessian.

    Raises
    ------
    FormulaError
        With a sentence for the person who typed it.
    """
    graph, whole = parse(text)
    window = domain or Domain(-5.0, 5.0, -5.0, 5.0)
    entry = start or (0.8 * window.x_min + 0.2 * window.x_max, 0.25 * window.y_min + 0.75 * window.y_max)
    fields = FormulaFields.of(graph, whole)
    return Surface(
        key=key,
        title=title,
        lesson=lesson,
        latex=latex(graph, whole) if tree_size(graph, whole) <= 5 * LONGEST_READABLE else text,
        gradient_latex=_gradient_latex(fields),
        domain=window,
        start=entry,
        learning_rate=_rate(fields, entry) if learning_rate is None else learning_rate,
        fields=fields,
        tensorflow=(f"return {_dependent(graph, whole)}",),
        known=known,
        search_grid=FINE_SEARCH if len(graph.nodes) <= LARGEST_FINELY_SEARCHED else COARSE_SEARCH,
        logarithmic=logarithmic,
    )


def _dependent(graph: Graph, whole: int) -> str:
    """TensorFlow gives no gradient of what depends on nothing, so a constant names x and y."""
    text = tensorflow(graph, whole)
    return text if graph.constant(whole) is None else f"{text} + 0 * (x + y)"


def _gradient_latex(fields: FormulaFields) -> tuple[str, str] | None:
    if max(tree_size(fields.graph, slope) for slope in fields.gradients) > LONGEST_READABLE:
        return None
    along_x, along_y = (latex(fields.graph, slope) for slope in fields.gradients)
    return along_x, along_y


def _rate(fields: FormulaFields, start: tuple[float, float]) -> float:
    with np.errstate(all="ignore"):
        xx, xy, yy = (float(part) for part in fields.hessian(*np.array(start, np.float64)))
    sharpness = float(np.hypot(np.hypot(xx, yy), np.sqrt(2.0) * xy))  # Frobenius: never below the eigenvalue
    return float(np.clip(1.0 / sharpness, 1e-6, 1.0)) if 0.0 < sharpness < np.inf else 0.1
