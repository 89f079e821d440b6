"""What is said of a walk downhill: each step in numbers, what the rate does, and what batches do to the way."""

from __future__ import annotations

import numpy as np

from netlab.formatting import counted, percent, plain, point
from netlab.glossary import term
from netlab.landscape.descent import Path
from netlab.lessons.descent.epochs import length
from netlab.lessons.descent.one_weight import (
    SAME,
    Curve,
    Walk,
    is_parabola,
    largest_curvature,
    largest_safe_rate,
    lowest_points,
)

LONGER = 1.05
"""A way that is at most this many times as long counts as equally long."""


def bracketed(value: float) -> str:
    """A number behind a sign in a sentence: negative ones in brackets.

    Parameters
    ----------
    value
        Any number.

    Returns
    -------
    str
        For example (−8).
    """
    return f"({plain(value)})" if value < 0 else plain(value)


def step_told(way: Walk, step: int) -> str:
    """One step with all its numbers.

    Parameters
    ----------
    way
        The walk.
    step
        After how many steps the ball stands there, from 0.

    Returns
    -------
    str
        What it does next; after the last, where it stands.
    """
    weight, loss, slope = (float(part[step]) for part in (way.weights, way.losses, way.slopes))
    if step == way.steps:
        return (
            f"After {counted(step, 'step')}: w = {plain(weight)}, loss {plain(loss)}, slope {plain(slope)}."
        )
    move = -way.rate * slope
    return (
        f"Step {step + 1}: the slope at w = {plain(weight)} is {plain(slope)}. "
        f"Step = −η · slope = −{plain(way.rate)} · {bracketed(slope)} = {plain(move)}, so w becomes {plain(float(way.weights[step + 1]))}. "
        f"Loss {plain(loss)} → {plain(float(way.losses[step + 1]))}."
    )


def limit_told(curve: Curve) -> str:
    """Where the limit comes from.

    Parameters
    ----------
    curve
        A loss of one weight.

    Returns
    -------
    str
        One sentence.
    """
    sharpest, limit = plain(largest_curvature(curve)), plain(largest_safe_rate(curve))
    if is_parabola(curve):
        return (
            f"The slope changes by L = {sharpest} per unit of w everywhere on this curve (the **{term('curvature')}**), so the "
            f"limit is 2/L = {limit}."
        )
    return (
        f"The slope changes by L = {sharpest} per unit of w where this curve bends most (the **{term('curvature')}**), so the "
        f"limit is 2/L = {limit}."
    )


def rate_told(curve: Curve, way: Walk) -> str:
    """What this learning rate does on this curve.

    Parameters
    ----------
    curve, way
        The loss, and the walk on it.

    Returns
    -------
    str
        Sentences that the walk bears out.
    """
    return _on_parabola(curve, way) if is_parabola(curve) else _elsewhere(curve, way)


def _on_parabola(curve: Curve, way: Walk) -> str:
    share = way.rate * largest_curvature(curve)
    left = abs(1.0 - share)
    ends = f"After {counted(way.steps, 'step')} w is {plain(way.weights[-1])}, {plain(_distance(curve, way))} from the lowest point."
    if _at_rest(curve, way):
        return (
            "**It stands on the lowest point.** The slope is 0 there, and a step of rate times 0 is no step."
        )
    if abs(share - 1.0) <= SAME:
        return f"**One step is enough.** At η = 1/L = {plain(way.rate)} the first step lands on the lowest point: the curvature is known exactly here, which it never is in a network."
    if abs(share - 2.0) <= SAME:
        return f"**It swings for ever.** At η = 2/L = {plain(way.rate)} each step lands as far on the other side. {ends}"
    if share < 1.0:
        return f"**It creeps down.** Each step leaves {percent(left, 0)} of the distance, always on the same side. {ends}"
    if share < 2.0:
        return f"**It overshoots, and settles.** Each step jumps across the lowest point and leaves {percent(left, 0)} of the distance, on the other side. {ends}"
    return (
        f"**It diverges.** Each step lands {plain(left, 3)} times as far away on the other side, where the slope is larger still, so the next is longer. "
        f"After {counted(way.steps, 'step')} w is {plain(way.weights[-1], 3)} and the loss {plain(way.losses[-1], 3)}."
    )


def _elsewhere(curve: Curve, way: Walk) -> str:
    limit = largest_safe_rate(curve)
    rises = np.flatnonzero(np.diff(way.losses) > SAME * np.abs(way.losses[:-1]))
    ends = f"After {counted(way.steps, 'step')} w is {plain(way.weights[-1])} and the loss {plain(way.losses[-1])}."
    if len(rises):
        step = int(rises[0])
        return (
            f"**Step {step + 1} goes uphill**, from loss {plain(way.losses[step])} to {plain(way.losses[step + 1])}: it is too long for the bend of the "
            f"curve there and lands higher on the other side. {ends}"
        )
    if _at_rest(curve, way):
        return "**It stands still.** The slope is 0 here, and a step of rate times 0 is no step."
    if way.rate <= limit * (1.0 + SAME):
        return f"**Every step goes downhill**, as below the limit each must. {ends}"
    return f"**Beyond the limit, and every step still went downhill.** The limit is safe for the sharpest bend of the curve; this walk met gentler ones. {ends}"


def _distance(curve: Curve, way: Walk) -> float:
    return min(abs(float(way.weights[-1]) - lowest) for lowest in lowest_points(curve))


def _at_rest(curve: Curve, way: Walk) -> bool:
    return bool(abs(way.slopes[0]) <= SAME * largest_curvature(curve))


def valley_told(curve: Curve, way: Walk) -> str:
    """That a walk ended in a valley though there is a deeper one.

    Parameters
    ----------
    curve, way
        The loss, and the walk on it.

    Returns
    -------
    str
        Sentences; empty where it did not.
    """
    valleys = lowest_points(curve)
    last = float(way.weights[-1])
    if len(valleys) < 2 or not curve.window[0] <= last <= curve.window[1]:
        return ""
    near = min(valleys, key=lambda one: abs(one - last))
    deepest = min(valleys, key=lambda one: float(curve.value(one)))
    if near == deepest or abs(last - near) > 0.2 * abs(near - deepest):
        return ""
    return (
        f"**It ended in the wrong valley.** At w = {plain(deepest, 3)} the loss would be {plain(curve.value(deepest), 3)}; here it is "
        f"{plain(way.losses[-1], 3)}. The slope under the ball says nothing of a valley behind the hill. Move the start."
    )


def ball_alt(curve: Curve, way: Walk) -> str:
    """What the picture of the ball shows now.

    Parameters
    ----------
    curve, way
        The loss, and the walk on it.

    Returns
    -------
    str
        For those who do not see it.
    """
    return (
        f"{curve.title}: the loss against the weight w from {plain(curve.window[0])} to {plain(curve.window[1])}. A ball takes {counted(way.steps, 'step')} "
        f"at learning rate {plain(way.rate)}, from w = {plain(way.weights[0])}, loss {plain(way.losses[0])}, to w = {plain(way.weights[-1])}, loss {plain(way.losses[-1])}."
    )


def epochs_told(size: int, examples: int, steps: int) -> str:
    """Batch and epoch, counted.

    Parameters
    ----------
    size, examples
        In a batch, and in all.
    steps
        How many are taken.

    Returns
    -------
    str
        Sentences.
    """
    an_epoch = examples // size
    epochs = "1 epoch" if steps == an_epoch else f"{plain(steps / an_epoch, 3)} epochs"
    seen = f"{counted(steps, 'step')} make {epochs}: {counted(steps * size, 'look')} at a digit"
    if size == examples:
        return f"The **{term('batch')}** is all {examples} digits, so each step is an **{term('epoch')}**: once through all examples. {seen}."
    return (
        f"A **{term('batch')}** is what one step looks at: here {counted(size, 'digit')} of {examples}. {counted(an_epoch, 'step')} = 1 **{term('epoch')}**, in which every digit is seen "
        f"once. {seen}. The walk that takes all {examples} at each step needs {steps * examples:,} looks for as many steps."
    )


def noise_told(way: Path, quiet: Path, size: int, examples: int) -> str:
    """What batches do to the way.

    Parameters
    ----------
    way, quiet
        The walk on batches, and the one on all examples, equally many steps.
    size, examples
        In a batch, and in all.

    Returns
    -------
    str
        Sentences that the walks bear out.
    """
    if size == examples:
        return "Each step uses the slope of all digits: the path is smooth, but every step costs the most."
    times = length(way) / length(quiet)
    ends = f"It ends at loss {plain(way.losses[-1], 3)}, the smooth one at {plain(quiet.losses[-1], 3)} (both measured on all digits)."
    if times <= LONGER:
        return f"This path is about as long as the one on all digits. {ends}"
    return (
        f"**The path is noisy**: {plain(times, 3)} times as long as the one on all digits. A batch’s slope is right only on "
        f"average; that of a single batch points a little to one side. {ends}"
    )


def last_step_told(way: Path, whole: tuple[float, float], size: int) -> str:
    """The slope of the last batch beside that of all examples.

    Parameters
    ----------
    way
        The walk on batches.
    whole
        The slope of all examples where the last step began, along weight and bias.
    size
        Examples in a batch.

    Returns
    -------
    str
        One sentence.
    """
    step = way.steps_taken
    found = point([float(f"{part:.3g}") for part in way.gradients[step - 1]])
    of_all = point([float(f"{part:.3g}") for part in whole])
    if size == 1:
        return f"Step {step} saw this digit: slope {found} along weight and bias. The slope of all digits is {of_all}."
    return f"Step {step} saw these digits: slope {found} along weight and bias. The slope of all digits is {of_all}."


def map_alt(way: Path, quiet: Path, size: int) -> str:
    """What the map shows now.

    Parameters
    ----------
    way, quiet
        The walk on batches, and the one on all examples.
    size
        Examples in a batch.

    Returns
    -------
    str
        For those who do not see it.
    """
    last, other = (
        point([float(f"{part:.3g}") for part in one.weights[one.steps_taken]]) for one in (way, quiet)
    )
    return (
        f"The loss from above, weight across and bias upward. {counted(way.steps_taken, 'step')} on batches of {size} lead from {point(way.weights[0])} to {last}, "
        f"loss {plain(way.losses[way.steps_taken], 3)}; on all digits to {other}."
    )
