"""What is said of a walk in its bowl: the pair of rate and momentum, the error along each axis, and the limit on the way."""

from __future__ import annotations

import numpy as np

from netlab.formatting import counted, percent, plain, point
from netlab.landscape.local.axes import MOST, AxisErrors
from netlab.landscape.local.bowl import Bowl
from netlab.landscape.local.limit_curve import LimitCurve
from netlab.landscape.local.rate_momentum import (
    Pair,
    Regime,
    best_without_momentum,
    optimum,
    pair,
    regime,
)

NO_BOWL = (
    "The surface curves downward, or not at all, in some direction where the walk stands, and no minimum with curvature is known: "
    "no rate comes nearer step by step here, so there is nothing to compare."
)
REGIMES: dict[Regime, str] = {
    "monotone": "straight down, along both axes from one side",
    "ringing": "swinging from side to side along at least one axis while it comes nearer",
    "diverging": "swinging outward",
}


def where_told(bowl: Bowl, step: int) -> str:
    """Whose curvature a map is of.

    Parameters
    ----------
    bowl
        Its centre and its curvatures.
    step
        At which the walk stands.

    Returns
    -------
    str
        One sentence.
    """
    of = f"L = {plain(bowl.steepest, 3)} in the steepest direction and l = {plain(bowl.flattest, 3)} in the flattest"
    if bowl.at_minimum:
        return f"Where the walk stands after step {step} the ground is no bowl, so the map is of the minimum at {point(bowl.centre.tolist())}: {of}."
    return f"The curvature where the walk stands after step {step}: {of}."


def pair_told(bowl: Bowl, learning_rate: float, momentum: float, *, nesterov: bool) -> str:
    """What the reader's pair comes to, beside the best.

    Parameters
    ----------
    bowl
        Its two curvatures.
    learning_rate, momentum
        η above 0, and μ from 0, below 1.
    nesterov
        Whether momentum is Nesterov's.

    Returns
    -------
    str
        Sentences, Markdown.
    """
    yours = pair(bowl, learning_rate, momentum, nesterov=nesterov)
    kind = regime(bowl, learning_rate, momentum, nesterov=nesterov)
    best = optimum(bowl, nesterov=nesterov)
    told = (
        f"**Yours** (η = {plain(learning_rate, 3)}, μ = {plain(momentum, 3)}) is **{kind}**: {REGIMES[kind]}."
    )
    told += f" {_speed(yours)}" if kind != "diverging" else " So it never arrives."
    return f"{told} {_best_told(bowl, best, yours, nesterov=nesterov)}"


def _speed(one: Pair) -> str:
    if one.left >= 1.0:
        return "Each step leaves all of the distance."
    return f"Each step leaves {plain(one.left, 3)} of the distance in the slower direction: {_about(one)} for ten times nearer."


def _about(one: Pair) -> str:
    return counted(max(1, round(one.steps)), "step")


def _best_told(bowl: Bowl, best: Pair, yours: Pair, *, nesterov: bool) -> str:
    name = "Nesterov's optimum (Lessard, Recht and Packard, 2016)" if nesterov else "Polyak's optimum (1964)"
    told = f"The star is {name}: η = {plain(best.learning_rate, 3)}, μ = {plain(best.momentum, 3)}, {_about(best)} for ten times nearer."
    if np.isfinite(yours.steps) and yours.steps > 1.2 * best.steps:
        told += f" That is {plain(yours.steps / best.steps, 2)} times fewer than yours."
    plainest = best_without_momentum(bowl)
    if nesterov or plainest.steps < 1.2 * best.steps:
        return told
    return (
        f"{told} Without momentum the best is η = 2/(L + l) = {plain(plainest.learning_rate, 3)}, {_about(plainest)}: the memory is worth "
        f"about √(L/l) = {plain(np.sqrt(bowl.condition), 2)}."
    )


def map_alt(bowl: Bowl, learning_rate: float, momentum: float, *, nesterov: bool) -> str:
    """What the map shows now.

    Parameters
    ----------
    bowl
        Its two curvatures.
    learning_rate, momentum
        The reader's pair.
    nesterov
        Whether momentum is Nesterov's.

    Returns
    -------
    str
        For those who do not see it.
    """
    best = optimum(bowl, nesterov=nesterov)
    kind = regime(bowl, learning_rate, momentum, nesterov=nesterov)
    return (
        f"Learning rate across, momentum upward; colour is how many steps make the distance ten times smaller. Three regions: monotone at "
        f"small rates, ringing, diverging at large ones. Star at η {plain(best.learning_rate, 3)}, μ {plain(best.momentum, 3)}; yours at η "
        f"{plain(learning_rate, 3)}, μ {plain(momentum, 3)}, {kind}. Click a place to set both."
    )


def axes_told(errors: AxisErrors) -> str:
    """Why a walk's loss falls as it does: which direction is left over.

    Parameters
    ----------
    errors
        Along both axes.

    Returns
    -------
    str
        Sentences, each of which the numbers bear.
    """
    first, last = errors.distances[0], errors.distances[-1]
    steps = len(errors.distances) - 1
    ends = (
        f"In {counted(steps, 'step')} the distance along the steep axis (curvature {plain(errors.bowl.steepest, 3)}) went from {plain(first[1], 3)} to "
        f"{plain(last[1], 3)}, along the flat one ({plain(errors.bowl.flattest, 3)}) from {plain(first[0], 3)} to {plain(last[0], 3)}."
    )
    return f"{ends} {_left_told(errors)}"


def _left_told(errors: AxisErrors) -> str:
    share, since = errors.flat_share, errors.stalls_from
    if since is not None:
        holds = (
            f"From the start it holds more than {percent(MOST, 0)} of the height."
            if since == 0
            else f"From step {since} on it holds more than {percent(MOST, 0)} of the height."
        )
        return (
            f"**The flat direction is what is left.** {holds} The steep "
            "direction allows only a rate that is small for the flat one, and that is why the loss seems to stall."
        )
    if not np.isfinite(share[-1]):
        return "It stands at the very minimum, as far as float32 can tell."
    if share[-1] < 1.0 - MOST:
        return f"**The steep direction is what is left.** At the end it holds {percent(1.0 - share[-1], 0)} of the height."
    return f"At the end the flat direction holds {percent(share[-1], 0)} of the height: neither is alone to blame."


def theory_told(errors: AxisErrors) -> str:
    """What the thin lines are; nothing where theory says nothing of the rule.

    Parameters
    ----------
    errors
        Along both axes.

    Returns
    -------
    str
        One sentence, or none.
    """
    if errors.expected is None:
        return ""
    flat, steep = errors.expected
    return (
        f"The thin lines fall as theory says for this bowl: a step leaves {plain(steep, 3)} along the steep axis and {plain(flat, 3)} "
        "along the flat one."
    )


def axes_alt(errors: AxisErrors) -> str:
    """What the picture of the errors shows now.

    Parameters
    ----------
    errors
        Along both axes.

    Returns
    -------
    str
        For those who do not see it.
    """
    return (
        f"Distance to the minimum at {point(errors.bowl.centre.tolist())} along each axis of its bowl, logarithmic, against step. Steep axis from "
        f"{plain(errors.distances[0, 1], 3)} to {plain(errors.distances[-1, 1], 3)}, flat axis from {plain(errors.distances[0, 0], 3)} to "
        f"{plain(errors.distances[-1, 0], 3)}."
    )


def limit_told(curve: LimitCurve) -> str:
    """Where on its way a walk was above what theory allows.

    Parameters
    ----------
    curve
        Rates and limits.

    Returns
    -------
    str
        Sentences, each of which the numbers bear.
    """
    steps, known = len(curve.rates), curve.known
    if not known.any():
        return f"On none of the {counted(steps, 'step')} does the ground curve so that theory sets a limit."
    limits = curve.limits[known]
    low = int(np.flatnonzero(known)[np.argmin(limits)])
    spread = (
        f"The limit is {plain(limits[0], 3)} all the way."
        if limits.max() <= 1.001 * limits.min()
        else f"The limit moves between {plain(limits.min(), 3)} (before step {low + 1}) and {plain(limits.max(), 3)}."
    )
    if not known.all():
        spread += f" On {counted(int((~known).sum()), 'step')} theory sets none."
    return f"{spread} {_above_told(curve)}{_edge_told(curve)}"


def _above_told(curve: LimitCurve) -> str:
    over = int(curve.above.sum())
    if not over:
        return "The rate stays below it at every step that has one."
    first = int(np.argmax(curve.above)) + 1
    return (
        f"The rate is **above it on {over} of {counted(len(curve.rates), 'step')}**, first on step {first}."
    )


def _edge_told(curve: LimitCurve) -> str:
    if not curve.at_the_edge:
        return ""
    return (
        " At first limit and rate are apart; in the last third of the walk they are level, to a quarter: it has come to the **edge of stability** "
        "(Cohen and others, 2021; 2022 for rules that divide)."
    )


def limit_alt(curve: LimitCurve) -> str:
    """What the picture of the limit shows now.

    Parameters
    ----------
    curve
        Rates and limits.

    Returns
    -------
    str
        For those who do not see it.
    """
    return f"Learning rate and the largest stable one against step, logarithmic. {limit_told(curve).replace('**', '')}"
