"""Ways down that no neural network uses, at the same number of looks at the surface, to compare with.

One look is one evaluation of the surface at one point. Gradient methods take a height and a slope from a look,
Newton's method the curvature too, random search the height alone: what a look costs is not the same for all, and
for a network of 407,050 weights the curvature would be 166 thousand million numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from netlab.arrays import Array
from netlab.formatting import plain
from netlab.landscape.descent.path import FAR, require_steps
from netlab.landscape.surface import Surface


@dataclass(frozen=True, eq=False)
class Budgeted:
    """What a method did with its looks.

    Attributes
    ----------
    evaluations
        float64, (n, 2), n at most the budget: every point evaluated, in order, start first.
    losses
        float64, (n,): the height at each.
    stopped
        None when the budget was used up, else a sentence that says why it ended earlier.
    """

    evaluations: Array
    losses: Array
    stopped: str | None

    @property
    def best_so_far(self) -> Array:
        """The lowest height after each look, (n,)."""
        return np.fmin.accumulate(self.losses)


def newton(surface: Surface, start: ArrayLike, *, budget: int, seed: int = 0) -> Budgeted:
    """Newton's method, undamped: jump to where the local paraboloid has no slope.

    It finds saddles and maxima as readily as minima: it looks for a point without slope, not for a low one.

    Parameters
    ----------
    surface
        The loss.
    start
        Two finite numbers, (x, y).
    budget
        Most evaluations, the start included; at least 1.
    seed
        Not used: nothing is drawn.

    Returns
    -------
    Budgeted
        Every point evaluated, and why it ended early if it did.

    Raises
    ------
    ValueError
        If the budget is below 1 or the start is no finite point.
    """
    evaluations = [_start(start, budget)]
    stopped = None
    while len(evaluations) < budget and stopped is None:
        point = evaluations[-1]
        gradient, hessian = surface.gradient(point), surface.hessian(point)
        if not np.isfinite(hessian).all() or abs(np.linalg.det(hessian)) < 1e-300:
            stopped = "The curvature is singular here, so Newton's method has no next point."
            break
        step = np.linalg.solve(hessian, gradient)
        if np.abs(step).max() <= 1e-14 * max(1.0, float(np.abs(point).max())):
            stopped = "The slope is zero: Newton's method is where it wanted to go."
        elif not (np.abs(point - step) < FAR).all():
            stopped = f"The next point lies beyond {plain(FAR)}: nearly flat curvature threw it away."
        else:
            evaluations.append(point - step)
    return _budgeted(surface, evaluations, stopped)


def l_bfgs(surface: Surface, start: ArrayLike, *, budget: int, seed: int = 0) -> Budgeted:
    """SciPy's L-BFGS-B: curvature learned from the slopes seen so far (Byrd, Lu, Nocedal and Zhu, 1995).

    Parameters
    ----------
    surface
        The loss.
    start
        Two finite numbers, (x, y).
    budget
        Most evaluations, the start included; at least 1.
    seed
        Not used: nothing is drawn.

    Returns
    -------
    Budgeted
        Every point evaluated, those of line searches too, and why it ended early if it did.

    Raises
    ------
    ValueError
        If the start is no finite point or the budget is below 1.
    """
    from scipy.optimize import minimize  # loaded only where it is used: it costs every start-up 0.2 s

    evaluations: list[Array] = []

    def look(point: Array) -> tuple[float, Array]:
        if len(evaluations) >= budget:
            raise _Spent
        evaluations.append(point.copy())
        return float(surface.value(point)), surface.gradient(point)

    try:
        result = minimize(
            look, _start(start, budget), jac=True, method="L-BFGS-B", options={"maxfun": budget}
        )
        stopped = None if len(evaluations) >= budget else _own_test(result.message)
    except _Spent:
        stopped = None
    return _budgeted(surface, evaluations, stopped)


def _own_test(message: str) -> str:
    """SciPy's word for why it ended, in ours."""
    reasons = {"gradient": "the slope is nearly 0", "reduction": "the loss hardly changes any more"}
    reason = next((ours for word, ours in reasons.items() if word in message.lower()), message.lower())
    return f"It ended by its own test: {reason}."


class _Spent(Exception):
    """The budget is used up."""


def random_search(surface: Surface, start: ArrayLike, *, budget: int, seed: int = 0) -> Budgeted:
    """Look at the start, then at points drawn evenly from the domain: no slope, no memory.

    Parameters
    ----------
    surface, start
        The loss, and two finite numbers (x, y).
    budget, seed
        How many evaluations, the start included, and the seed of the points that are drawn.

    Returns
    -------
    Budgeted
        Every point evaluated, in order.

    Raises
    ------
    ValueError
        If the budget is below 1 or the start is no finite point.
    """
    first = _start(start, budget)
    window = surface.domain
    random = np.random.default_rng(seed)
    others = random.uniform([window.x_min, window.y_min], [window.x_max, window.y_max], size=(budget - 1, 2))
    return _budgeted(surface, [first, *others], None)


OTHERS: dict[str, Callable[..., Budgeted]] = {
    "newton": newton,
    "l-bfgs": l_bfgs,
    "random-search": random_search,
}


def _start(start: ArrayLike, budget: int) -> Array:
    require_steps(budget)
    point = np.asarray(start, np.float64)
    if point.shape != (2,) or not np.isfinite(point).all():
        raise ValueError(f"start must be two finite numbers (x, y); got {start!r}.")
    return point


def _budgeted(surface: Surface, evaluations: list[Array], stopped: str | None) -> Budgeted:
    points = np.array(evaluations)
    return Budgeted(points, surface.value(points), stopped)
