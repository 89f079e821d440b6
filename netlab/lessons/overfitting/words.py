"""What is said of networks that learn a few examples: each sentence is borne out by the losses that it is told of."""

from __future__ import annotations

from collections.abc import Sequence

from netlab.formatting import counted, percent, plain
from netlab.lessons.overfitting.few_digits import EVERY, PATIENCE, Setting, lowest, stopped, used
from netlab.lessons.overfitting.few_points import DRAWS, POINTS, Descent, Fit
from netlab.nn.pupil import Course, Examples, Moment

RISEN = 1.1
"""A held-back loss that is at least this many times its lowest has risen."""
BY_HEART = 0.95
"""Share of its own digits that a network must have right to know them by heart."""
SAME = 0.02
"""Losses that differ by a smaller share count as equal."""


def parted(moments: Sequence[Moment]) -> bool:
    """Whether the two losses have parted: the held-back loss rose while the training loss fell.

    Parameters
    ----------
    moments
        A training, from its first look to its last.

    Returns
    -------
    bool
        Of the first network, since its lowest held-back loss.
    """
    best, last = moments[lowest(moments)], moments[-1]
    return last.held[0].loss >= RISEN * best.held[0].loss and last.taught[0].loss < best.taught[0].loss


def moment_told(step: int, examples: int) -> str:
    """When in a training something was.

    Parameters
    ----------
    step, examples
        How many steps, and how many digits are learnt from.

    Returns
    -------
    str
        Steps and epochs.
    """
    if step == 0:
        return "before the first step"
    steps, epochs = counted(step, "step"), step / epoch_steps(examples)
    return f"after {steps} (1 epoch)" if epochs == 1 else f"after {steps} ({plain(epochs, 3)} epochs)"


def epoch_steps(examples: int) -> int:
    """How many steps an epoch has.

    Parameters
    ----------
    examples
        Digits that are learnt from.

    Returns
    -------
    int
        At least 1.
    """
    return max(examples // Course().batch_size, 1)


def losses_told(moments: Sequence[Moment], setting: Setting, examples: int) -> str:
    """What became of the two losses.

    Parameters
    ----------
    moments, setting
        A whole training, and how it was done.
    examples
        How many digits it learnt from.

    Returns
    -------
    str
        Sentences that the losses bear out.
    """
    end = stopped(moments) if setting.stops else None
    until = moments if end is None else moments[: end + 1]
    best, last = until[lowest(until)], moments[-1]
    when, least = moment_told(best.step, examples), plain(best.held[0].loss, 3)
    if end is not None:
        saved = (
            f" Without it the held-back loss would have ended at {plain(last.held[0].loss, 3)} (thin)."
            if last.held[0].loss > best.held[0].loss * (1 + SAME)
            else ""
        )
        return (
            f"**Stopped early.** The held-back loss was lowest {when}, {least}, and did not fall below that in the {PATIENCE * EVERY} steps that followed. So the training "
            f"ends there, and the weights of the lowest point are kept.{saved}"
        )
    now = plain(last.held[0].loss, 3)
    if parted(moments):
        return (
            f"**It overfits.** The held-back loss was lowest {when}, {least}. From there it rose to {now}, while the loss on the digits it learns from went on falling, from "
            f"{plain(best.taught[0].loss, 3)} to {plain(last.taught[0].loss, 3)}."
        )
    trained = f"The training loss is {plain(last.taught[0].loss, 3)}."
    if best.step == last.step:
        return f"**It is still getting better.** The held-back loss is at its lowest at the end: {now}. {trained}"
    return f"**It hardly overfits.** The held-back loss ends at {now}, close to its lowest of {least} {when}. {trained}"


def right_told(moments: Sequence[Moment], setting: Setting, examples: Examples) -> str:
    """How many digits are read right in the end.

    Parameters
    ----------
    moments, setting, examples
        A whole training, how it was done, and on what.

    Returns
    -------
    str
        Sentences that the shares bear out.
    """
    end = moments[used(moments, stops=setting.stops)]
    own, held = end.taught[0].accuracy, end.held[0].accuracy
    both = f"It reads {percent(own)} of its own {len(examples.labels):,} digits correctly, and {percent(held)} of the {len(examples.held_labels):,} held back."
    if not setting.mixed:
        return both
    heart = (
        " It has **memorised** the labels one by one: there is nothing in them to understand."
        if own >= BY_HEART
        else ""
    )
    return f"{both}{heart} Its labels were dealt out at random, so on digits that it has not seen it can only guess, and guessing gets 10\u00a0%."


def compared_told(moments: Sequence[Moment], setting: Setting) -> str:
    """What the switches changed.

    Parameters
    ----------
    moments, setting
        A whole training, with the network beside it that has no cure, and how the first was done.

    Returns
    -------
    str
        One sentence; empty where there is no other network.
    """
    if len(moments[-1].held) < 2:
        return ""
    now, before = moments[used(moments, stops=setting.stops)].held[0].loss, moments[-1].held[1].loss
    if now < before * (1 - SAME):
        verdict = "lower"
    elif now > before * (1 + SAME):
        verdict = "higher"
    else:
        verdict = "about the same"
    return f"With {Setting().units} units and no cure the held-back loss ends at {plain(before, 3)} (grey); this way it is **{verdict}**, {plain(now, 3)}."


def curves_alt(moments: Sequence[Moment], examples: int) -> str:
    """What the picture of the two losses shows now.

    Parameters
    ----------
    moments, examples
        A training so far, and how many digits it learns from.

    Returns
    -------
    str
        For those who do not see it.
    """
    best, first, last = moments[lowest(moments)], moments[0], moments[-1]
    return (
        f"Two losses over {counted(last.step, 'step')} of training on {examples:,} digits. On those digits it goes from {plain(first.taught[0].loss, 3)} to {plain(last.taught[0].loss, 3)}; on the digits "
        f"held back from {plain(first.held[0].loss, 3)} to {plain(last.held[0].loss, 3)}, with its lowest, {plain(best.held[0].loss, 3)}, after {counted(best.step, 'step')}."
    )


def points_told(found: Fit, count: int, decay: float) -> str:
    """How the curve with ten points came out.

    Parameters
    ----------
    found, count, decay
        The network, its hidden units, and λ.

    Returns
    -------
    str
        Sentences that both losses bear out.
    """
    units = counted(count, "hidden unit")
    if found.loss < 1e-6:
        return f"**It has memorised its points**, noise and all: with {units} the curve goes through all {POINTS}. {errors_told(found)}"
    if decay:
        return f"{errors_told(found)} Weight decay keeps the weights of its {units} small, so the curve need not meet every point."
    return f"{errors_told(found)} {units} {'is' if count == 1 else 'are'} too few to meet every point."


def errors_told(found: Fit) -> str:
    """Both losses of a network.

    Parameters
    ----------
    found
        The network.

    Returns
    -------
    str
        One sentence.
    """
    own = plain(found.loss, 2) if found.loss >= 1e-6 else "0"
    return f"The mean squared error is {own} at its own {POINTS} points and {plain(found.held_loss, 2)} at those held back."


def points_alt(found: Fit, count: int) -> str:
    """What the picture of the curve shows now.

    Parameters
    ----------
    found, count
        The network and its hidden units.

    Returns
    -------
    str
        For those who do not see it.
    """
    return (
        f"{POINTS} points near a wave, more points held back, and the curve of a network with {counted(count, 'unit')} in its "
        f"hidden layer. {errors_told(found)}"
    )


def twice_told(found: Descent) -> str:
    """Where the held-back error rises and where it falls a second time.

    Parameters
    ----------
    found
        Losses over the number of units.

    Returns
    -------
    str
        Sentences that the middle errors bear out.
    """
    middle, counts, low, top = found.middle, found.counts, found.low, found.peak
    first = f"Below {POINTS} units the held-back error (the middle one of {DRAWS} random draws) is lowest with {counted(int(counts[low]), 'unit')}, {plain(middle[low], 2)}."
    most, end = counted(int(counts[-1]), "unit"), plain(middle[-1], 2)
    if not found.falls_twice:
        return f"{first} There is no hill here: with {most} it is {end}."
    hill = f"It is largest with {counted(int(counts[top]), 'unit')}, {plain(middle[top], 2)}, and then falls a second time."
    if middle[-1] < middle[low] * (1 - SAME):
        return f"{first} {hill} With {most} it is {end}, lower than the first low."
    return f"{first} {hill} With {most} it is {end}, not lower than the first low."


def twice_alt(found: Descent) -> str:
    """What the picture of the losses over the number of units shows now.

    Parameters
    ----------
    found
        Losses over the number of units.

    Returns
    -------
    str
        For those who do not see it.
    """
    middle = found.middle
    return (
        f"Middle held-back error against hidden units, both axes logarithmic: {plain(middle[found.low], 2)} with {counted(int(found.counts[found.low]), 'unit')}, then largest with "
        f"{counted(int(found.counts[found.peak]), 'unit')}, {plain(middle[found.peak], 2)}, and {plain(middle[-1], 2)} with {counted(int(found.counts[-1]), 'unit')}. The error at the points it learns from is 0 from "
        f"{POINTS} units on."
    )
