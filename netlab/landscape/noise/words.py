"""What is said of walks on batches: how high they hover, what that grows with, and what a falling rate was worth."""

from __future__ import annotations

import numpy as np

from netlab.arrays import Array
from netlab.formatting import counted, percent, plain, point
from netlab.landscape.noise.annealing import Trial
from netlab.landscape.noise.ball import MOMENTA, STEPS, WALKERS, Ball, height_by_rule

ALIKE = 0.25
"""Heights that differ by at most this share are called alike."""
NO_NOISE = (
    "Now every step sees all examples, so its slope is exact: there is no noise. Move **Batch** to a smaller number, and "
    "each step gets the slope of a few examples only, drawn anew."
)
NO_FLOOR = "These labels leave the loss without a lowest point (it falls for ever, or has a flat floor), so there is no ball to measure."


def batch_told(size: int, examples: int) -> str:
    """What a batch is, beside its slider.

    Parameters
    ----------
    size, examples
        In a batch, and in all.

    Returns
    -------
    str
        One sentence or two.
    """
    if size >= examples:
        return f"Every step takes the slope of all {examples} examples."
    return (
        f"Every step takes the slope of {counted(size, 'example')} of {examples}, drawn anew: stochastic gradient descent, the S of "
        "SGD. The map and all heights are those of all examples."
    )


def hover_told(own: float, size: int, examples: int, name: str) -> str:
    """How high the reader's own walk hovers.

    Parameters
    ----------
    own
        Its mean height above the minimum; infinite where it does not stay.
    size, examples
        In a batch, and in all.
    name
        The optimizer.

    Returns
    -------
    str
        One sentence or two.
    """
    begins = f"{name} starts here **exactly at the minimum**, and each step is given the slopes of {counted(size, 'example')} out of {examples}."
    if not np.isfinite(own):
        return (
            f"{begins} It **does not stay**: at this rate at least one of {WALKERS} walks leaves all bounds."
        )
    return (
        f"{begins} It does not stay there. It hovers {plain(own, 3)} above it (mean of {WALKERS} walks, steps {STEPS // 2 + 1} to {STEPS}): "
        "the **noise ball**."
    )


def law_told(ball: Ball) -> str:
    """What the measured heights grow with, and whether momentum is a larger rate.

    Parameters
    ----------
    ball
        Measured at all momenta and rates.

    Returns
    -------
    str
        Sentences, each of which the numbers bear.
    """
    slow = ball.measured[0]
    if not np.isfinite(slow).all():
        return "At the largest rates the walks leave all bounds, so nothing is said of a law here."
    times, rate_times = float(slow[-1] / slow[0]), float(ball.speeds[-1] / ball.speeds[0])
    grown = f"The largest rate is {plain(rate_times, 2)} times the smallest, and the ball of plain gradient descent grows {plain(times, 2)} times."
    expected = float(ball.expected[0, -1] / ball.expected[0, 0])
    if _alike(times, rate_times):
        told = f"{grown} That is about in proportion."
    elif _alike(times, expected):
        told = f"{grown} For small steps it would be in proportion; for steps this large theory says {plain(expected, 2)} times."
    else:
        told = f"{grown} Theory says {plain(expected, 2)} times: the slopes of these batches do not scatter alike everywhere."
    return f"{told} {_momentum_told(ball)}"


def _momentum_told(ball: Ball) -> str:
    last = len(MOMENTA) - 1
    apart = differences(ball)
    begins = f"With μ = {plain(MOMENTA[last])} the rate is {plain(1 / (1 - MOMENTA[last]), 3)} times smaller at each mark of the right picture."
    if not apart[0] <= ALIKE:
        return f"{begins} The balls differ by {percent(apart[0], 0)} even at the smallest rate, so η/(1 − μ) is not all that counts here."
    later = (
        ""
        if apart[-1] <= ALIKE
        else f" At the largest rate they differ by {percent(apart[-1], 0)}: there the steps are no longer small."
    )
    return (
        f"{begins} Yet at the smallest rate the ball is the same to {percent(apart[0], 0)}.{later} What counts is **η/(1 − μ)**: momentum "
        "makes the ball as large as a rate that is so many times larger would."
    )


def differences(ball: Ball) -> Array:
    """By which share the largest ball of any momentum exceeds the smallest, at each η/(1 − μ).

    Parameters
    ----------
    ball
        Measured at all momenta and rates.

    Returns
    -------
    array
        float64, (rates,); infinite where one has left all bounds.
    """
    known = np.isfinite(ball.measured).all(axis=0)
    share: Array = np.where(known, ball.measured.max(axis=0) / ball.measured.min(axis=0) - 1.0, np.inf)
    return share


def _alike(one: float, other: float) -> bool:
    return abs(one / other - 1.0) <= ALIKE


def rule_told(ball: Ball) -> str:
    """The rule of thumb with its numbers.

    Parameters
    ----------
    ball
        For its covariance and rates.

    Returns
    -------
    str
        Markdown with a formula.
    """
    least = height_by_rule(float(ball.speeds[0]), 0.0, ball.covariance)
    return (
        "The thin lines are theory: what a bowl of the minimum's curvature gives with slopes that scatter as these batches' do. "
        r"For small steps it is $\text{height} \approx \frac{\eta}{1-\mu} \cdot \frac{\operatorname{tr} C}{4}$, "
        f"with C the scatter of a batch's slope, here tr C = {plain(np.trace(ball.covariance), 3)}; at the smallest rate that gives "
        f"{plain(least, 3)}, measured {plain(ball.measured[0, 0], 3)}. The steepness of the bowl drops out (Mandt, Hoffman and Blei, 2017)."
    )


def schedules_told(trial: Trial, steps: int) -> str:
    """Which rate plan ends lowest on batches, and which without noise.

    Parameters
    ----------
    trial
        The same walk under several schedules.
    steps
        How long it is.

    Returns
    -------
    str
        Sentences, each of which the numbers bear.
    """
    ends = trial.ends
    if not np.isfinite(ends).all():
        return "At this rate at least one walk leaves all bounds; lower the rate to see what a schedule is worth."
    constant, best = float(ends[0]), trial.best
    after = f"After {counted(steps, 'step')} on batches"
    if best == 0:
        return (
            f"{after} the **constant** rate ends lowest, {plain(constant, 3)} above the minimum. A rate that falls comes too soon here: the walk is "
            f"still under way.{_quiet_told(trial)}"
        )
    times = constant / float(ends[best])
    return (
        f"{after} the constant rate hovers {plain(constant, 3)} above the minimum, and “{trial.names[best]}” ends at {plain(ends[best], 3)}: "
        f"**{plain(times, 2)} times lower**. First large steps to get there, then small ones to settle.{_quiet_told(trial)}"
    )


def _quiet_told(trial: Trial) -> str:
    """What the schedules are worth where every step sees all examples; nothing where they leave all bounds."""
    quiet = np.maximum(trial.quiet, 0.0)
    if not np.isfinite(quiet).all():
        return ""
    constant, falling = float(quiet[0]), float(quiet[1:].min())
    if constant <= falling:
        return f" Without noise (all examples at every step) none of the falling rates ends lower than the constant one, which ends {plain(constant, 2)} above."
    return f" Without noise (all examples at every step) the constant rate ends {plain(constant, 2)} above, the best of the falling ones {plain(falling, 2)}."


def ball_alt(ball: Ball, own: float, size: int) -> str:
    """What the picture of the ball's height shows now.

    Parameters
    ----------
    ball
        Measured at all momenta and rates.
    own
        The reader's own height.
    size
        Examples in a batch.

    Returns
    -------
    str
        For those who do not see it.
    """
    rows = "; ".join(
        f"μ {plain(mu)}: from {plain(row[0], 3)} to {plain(row[-1], 3)}"
        for mu, row in zip(MOMENTA, ball.measured, strict=True)
    )
    return (
        f"Mean height above the minimum with batches of {size}, against the learning rate and against η/(1 − μ), both logarithmic. "
        f"At η/(1 − μ) from {plain(ball.speeds[0], 3)} to {plain(ball.speeds[-1], 3)}: {rows}. Yours: {plain(own, 3)}."
    )


def cloud_alt(places: Array, minimum: tuple[float, float], ring: Array | None) -> str:
    """What the picture of the cloud shows now.

    Parameters
    ----------
    places
        Where walkers stand, (n, 2).
    minimum
        Where they began.
    ring
        Theory's line, or None.

    Returns
    -------
    str
        For those who do not see it.
    """
    wide = np.asarray(places, np.float64).std(axis=0)
    drawn = "" if ring is None else " A line round it is theory's ball."
    return (
        f"{len(places)} walks after their last step, scattered round the minimum at {point(minimum)} with standard deviations "
        f"{plain(wide[0], 2)} and {plain(wide[1], 2)} along the axes.{drawn}"
    )


def schedules_alt(trial: Trial) -> str:
    """What the picture of the schedules shows now.

    Parameters
    ----------
    trial
        The same walk under several schedules.

    Returns
    -------
    str
        For those who do not see it.
    """
    ends = ", ".join(f"{name}: {plain(end, 3)}" for name, end in zip(trial.names, trial.ends, strict=True))
    return f"Mean height above the minimum against step, logarithmic. At the end {ends}."
