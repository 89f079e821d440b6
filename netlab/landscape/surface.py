"""A surface is a height with its slope and its bend: value, gradient and Hessian of two parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netlab.arrays import Array
from netlab.formatting import plain

Kind = Literal["minimum", "maximum", "saddle"]


class Fields(Protocol):
    """What a surface is made of; x and y have one shape, and so has every result (or it is constant)."""

    def value(self, x: Any, y: Any) -> Any:
        """f."""

    def gradient(self, x: Any, y: Any) -> tuple[Any, Any]:
        """∂f/∂x and ∂f/∂y."""

    def hessian(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        """∂²f/∂x², ∂²f/∂x∂y and ∂²f/∂y²."""


@runtime_checkable
class QuickFields(Fields, Protocol):
    """Fields that also have a quicker gradient in float32, for maps of many thousand walks."""

    def quick_gradient(self, x: Any, y: Any) -> Any:
        """∂f/∂x and ∂f/∂y, (2, n), at x and y (n,)."""

    @property
    def quick_cost(self) -> float:
        """How long ``quick_gradient`` takes, in the time of a surface without data."""


@dataclass(frozen=True)
class Domain:
    """The window in which a surface is drawn. Nothing stops a path from leaving it."""

    x_min: float
    x_max: float
    y_min: float
    y_max: float

    def __post_init__(self) -> None:
        if not (-np.inf < self.x_min < self.x_max < np.inf and -np.inf < self.y_min < self.y_max < np.inf):
            raise ValueError(
                f"A window needs finite edges, the first below the second; got x from {plain(self.x_min)} to {plain(self.x_max)} and y from "
                f"{plain(self.y_min)} to {plain(self.y_max)}. Widen it."
            )

    @property
    def diagonal(self) -> float:
        """Corner to corner."""
        return float(np.hypot(self.x_max - self.x_min, self.y_max - self.y_min))

    def contains(self, points: ArrayLike) -> NDArray[np.bool_]:
        """Which of the points (..., 2) lie inside, borders included."""
        x, y = np.moveaxis(np.asarray(points), -1, 0)
        inside = (x >= self.x_min) & (x <= self.x_max) & (y >= self.y_min) & (y <= self.y_max)
        return np.asarray(inside)

    def axes(self, count: int) -> tuple[Array, Array]:
        """``count`` evenly spaced positions along x and along y."""
        return np.linspace(self.x_min, self.x_max, count), np.linspace(self.y_min, self.y_max, count)

    def grid(self, count: int) -> Array:
        """All count² points of the two axes, (count², 2), x running fastest."""
        x, y = np.meshgrid(*self.axes(count))
        return np.column_stack([x.ravel(), y.ravel()])


@dataclass(frozen=True)
class CriticalPoint:
    """A point without slope: where it is, what kind it is, and how high."""

    point: tuple[float, float]
    kind: Kind
    value: float


@dataclass(frozen=True)
class Surface:
    """A loss of two parameters with everything a page needs to show it.

    Attributes
    ----------
    key, title, lesson
        Name in addresses, name in menus, and the sentence that says what the surface teaches.
    latex, gradient_latex
        The formula, and its two partial derivatives where they are short enough to read.
    domain, start, learning_rate
        The window, a start that shows the lesson, and a rate at which plain gradient descent works there.
    fields
        Value, gradient and Hessian as functions of x and y.
    tensorflow
        Lines of Python that compute the loss from TensorFlow tensors ``x`` and ``y``; the last one returns it.
    known
        Critical points where they are known; otherwise they are searched at first use.
    kinks
        Critical points at which the surface has no curvature (a tip), which no search by curvature can find.
    search_grid
        From how many starts an axis critical points are searched: more for a surface with many.
    parameters
        What the two axes are called.
    logarithmic
        Whether contours read better at logarithmic levels (heights that span many powers of ten).
    """

    key: str
    title: str
    lesson: str
    latex: str
    domain: Domain
    start: tuple[float, float]
    learning_rate: float
    fields: Fields
    tensorflow: tuple[str, ...]
    gradient_latex: tuple[str, str] | None = None
    known: tuple[CriticalPoint, ...] | None = None
    kinks: tuple[CriticalPoint, ...] = ()
    search_grid: int = 61
    parameters: tuple[str, str] = ("x", "y")
    logarithmic: bool = False

    def value(self, points: ArrayLike) -> Array:
        """Heights (n,) at points (n, 2). Where the formula has no number, NaN or infinity."""
        return self._fill(points, (), self.fields.value)

    def gradient(self, points: ArrayLike) -> Array:
        """Slopes (n, 2) at points (n, 2)."""
        return self._fill(points, (2,), self.fields.gradient)

    def hessian(self, points: ArrayLike) -> Array:
        """Curvatures (n, 2, 2), symmetric, at points (n, 2)."""
        xx, xy, yy = np.moveaxis(self._fill(points, (3,), self.fields.hessian), -1, 0)
        return np.stack([np.stack([xx, xy], axis=-1), np.stack([xy, yy], axis=-1)], axis=-2)

    @cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        """The known critical points, or those that Newton's method finds in the domain."""
        if self.known is not None:
            return self.known
        return self.kinks + find_critical_points(self, starts_per_axis=self.search_grid)

    @property
    def minima(self) -> tuple[CriticalPoint, ...]:
        """The critical points that are minima, lowest first."""
        return tuple(sorted((c for c in self.critical_points if c.kind == "minimum"), key=lambda c: c.value))

    def moved(self, by: tuple[float, float]) -> Surface:
        """The same landscape elsewhere on the plane: start, window and critical points move with it."""
        (x, y), window = by, self.domain
        return replace(
            self,
            domain=Domain(window.x_min + x, window.x_max + x, window.y_min + y, window.y_max + y),
            start=(self.start[0] + x, self.start[1] + y),
            fields=_Moved(self.fields, x, y),
            known=_all_moved(self.known or (), by) if self.known is not None else None,
            kinks=_all_moved(self.kinks, by),
        )

    @staticmethod
    def _fill(points: ArrayLike, shape: tuple[int, ...], rule: Callable[[Any, Any], Any]) -> Array:
        where = _points(points)
        out = np.empty(where.shape[:-1] + shape, where.dtype)
        with np.errstate(all="ignore"):  # a formula without a number here is a value (NaN), not a warning
            result = rule(where[..., 0], where[..., 1])
            for i, number in enumerate(result if shape else (result,)):
                out[(..., i) if shape else ...] = number
        return out


def _all_moved(points: tuple[CriticalPoint, ...], by: tuple[float, float]) -> tuple[CriticalPoint, ...]:
    return tuple(replace(c, point=(c.point[0] + by[0], c.point[1] + by[1])) for c in points)


@dataclass(frozen=True)
class _Moved:
    """Fields whose origin lies at (x, y)."""

    fields: Fields
    x: float
    y: float

    def value(self, x: Any, y: Any) -> Any:
        """f."""
        return self.fields.value(x - self.x, y - self.y)

    def gradient(self, x: Any, y: Any) -> tuple[Any, Any]:
        """∂f/∂x and ∂f/∂y."""
        return self.fields.gradient(x - self.x, y - self.y)

    def hessian(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        """∂²f/∂x², ∂²f/∂x∂y and ∂²f/∂y²."""
        return self.fields.hessian(x - self.x, y - self.y)


def _points(points: ArrayLike) -> Array:
    where = np.asarray(points)
    if where.ndim == 0 or where.shape[-1] != 2:
        raise ValueError(f"points must have shape (n, 2), one x and one y each; got shape {where.shape}.")
    return where if where.dtype in (np.float32, np.float64) else where.astype(np.float64)


def classify(hessian: Array, *, tolerance: float = 1e-9) -> Kind | None:
    """The kind of a critical point by its Hessian's eigenvalues; None where they do not decide (one is 0).

    Parameters
    ----------
    hessian
        Symmetric, (2, 2), finite.
    tolerance
        An eigenvalue counts as 0 up to this share of the larger one (or of 1, if that is more).

    Returns
    -------
    str or None
        "minimum", "maximum" or "saddle".
    """
    low, high = np.linalg.eigvalsh(hessian)
    flat = tolerance * max(abs(low), abs(high), 1.0)
    if low > flat:
        return "minimum"
    if high < -flat:
        return "maximum"
    return "saddle" if low < -flat and high > flat else None


def find_critical_points(
    surface: Surface, *, starts_per_axis: int = 61, iterations: int = 60
) -> tuple[CriticalPoint, ...]:
    """Search a domain for critical points: damped Newton's method on the gradient from a grid of starts.

    Newton's method goes to any point without slope, saddles and maxima too. The step is limited to a
    twentieth of the domain's diagonal, so that starts do not fly away over flat ground. Points whose Hessian is
    singular (a monkey saddle, a flat floor) are left out: their kind cannot be read from curvature.

    Parameters
    ----------
    surface
        The loss.
    starts_per_axis
        Starts along each axis of the domain.
    iterations
        Steps of Newton's method from each start, at least 1.

    Returns
    -------
    tuple
        The points found inside the domain, lowest first.
    """
    points = surface.domain.grid(starts_per_axis)
    limit = surface.domain.diagonal / 20
    with np.errstate(all="ignore"):
        for _ in range(iterations):
            step = _newton_step(surface.gradient(points), surface.hessian(points))
            length = np.hypot(step[:, 0], step[:, 1])
            points = points - step * np.minimum(1.0, limit / np.maximum(length, 1e-300))[:, None]
    settled = points[(length < 1e-9 * limit) & surface.domain.contains(points)]
    distinct = _distinct(settled, 1e-5 * limit)
    return _classified(
        surface, [point for point in distinct if _is_flat_around(surface, point, 1e-6 * limit)]
    )


def _is_flat_around(surface: Surface, point: Array, reach: float) -> bool:
    """Whether the gradient a hair's breadth away is as small as the curvature lets it be.

    Where examples lie exactly on a kink, the gradient at the point alone may vanish by a rounding.
    """
    around = point + reach * np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    bound = 10.0 * reach * (1.0 + np.abs(surface.hessian(point)).max())
    return bool(np.abs(surface.gradient(around)).max() <= bound)


def _newton_step(gradient: Array, hessian: Array) -> Array:
    (a, b), (_, d) = np.moveaxis(hessian, 0, -1)
    u, v = gradient.T
    determinant = a * d - b * b
    return np.stack([(d * u - b * v) / determinant, (a * v - b * u) / determinant], axis=-1)


def _distinct(points: Array, distance: float) -> list[Array]:
    kept: list[Array] = []
    while len(points):
        kept.append(points[0])
        points = points[np.hypot(*(points - points[0]).T) > distance]
    return kept


def _classified(surface: Surface, points: Sequence[Array]) -> tuple[CriticalPoint, ...]:
    found = []
    for point in points:
        hessian = surface.hessian(point)
        # A vanishing Hessian is flat ground (a plateau's rim), where Newton's method stops anywhere.
        kind = classify(hessian) if np.isfinite(hessian).all() and np.abs(hessian).max() > 1e-6 else None
        if kind:
            found.append(CriticalPoint((float(point[0]), float(point[1])), kind, float(surface.value(point))))
    return tuple(sorted(found, key=lambda c: (c.value, c.point)))
