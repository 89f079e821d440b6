"""The sentences of the page Inside: each is true of the numbers that it is given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netlab.experiments.inside.answers import Answers
from netlab.experiments.inside.calibration import Mended, Reliability
from netlab.experiments.inside.confusion import Counts, pairs, scores
from netlab.formatting import counted, difference, fixed, percent, plain

CALIBRATED = 0.002
"""A mean sureness that differs by less than this from the share that is right is no tendency."""


def overall(counts: Counts) -> str:
    """How many pictures are read correctly.

    Parameters
    ----------
    counts : int (10, 10)
        The confusion table.

    Returns
    -------
    str
        A sentence; Markdown.
    """
    total, right = int(counts.sum()), int(np.trace(counts))
    wrong = total - right
    if not wrong:
        return f"It reads all {total:,} test pictures correctly."
    return f"It reads **{percent(right / total, 2)}** of {total:,} test pictures correctly: {counted(wrong, 'mistake')}."


def confused(counts: Counts, classes: Sequence[str]) -> str:
    """Which two classes are confused most.

    Parameters
    ----------
    counts : int (10, 10)
        The confusion table.
    classes : sequence of str
        What the classes are called, safe to show.

    Returns
    -------
    str
        One or two sentences.
    """
    one, other, times = pairs(counts)[0]
    if not times:
        return "It confuses no two classes on these pictures."
    ways = (int(counts[one, other]), int(counts[other, one]))
    others = pairs(counts)[1][2]
    mistakes = counted(int(counts.sum() - np.trace(counts)), "mistake")
    also = " Another pair is confused as often." if others == times else ""
    return (
        f"It confuses **{classes[one]} and {classes[other]}** most, in {times:,} of its {mistakes}: “{classes[one]}” was "
        f"taken for “{classes[other]}” in {counted(ways[0], 'picture')}, “{classes[other]}” for “{classes[one]}” in "
        f"{ways[1]:,}.{also}"
    )


def compared(counts: Counts, before: Counts, name: str) -> str:
    """What has changed against another table of the same pictures.

    Parameters
    ----------
    counts, before : int (10, 10)
        The table that is looked at, and the other.
    name : str
        What the other is called, safe to show.

    Returns
    -------
    str
        A sentence.
    """
    total = int(counts.sum())
    now, then = int(np.trace(counts)), int(np.trace(before))
    if now == then:
        return f"It reads {percent(now / total, 2)} correctly, and so does {name}; which ones they read may still differ."
    both = f"It reads {percent(now / total, 2)} correctly, {name} {percent(then / total, 2)}"
    apart = counted(abs(now - then), "picture")
    return f"{both}: {apart} more." if now > then else f"{both}: {apart} fewer."


def calibrated(found: Reliability) -> str:
    """Whether a network is as often right as it says.

    Parameters
    ----------
    found : Reliability
        Of all test pictures.

    Returns
    -------
    str
        Two sentences.
    """
    filled = found.counts > 0
    total = max(int(found.counts.sum()), 1)
    sure = float((found.sureness[filled] * found.counts[filled]).sum() / total)
    right = float((found.accuracy[filled] * found.counts[filled]).sum() / total)
    if abs(found.lean) < CALIBRATED:
        verdict = "Taken all together, it is as sure as it should be."
    else:
        verdict = "It is surer than it should be." if found.lean > 0 else "It is less sure than it could be."
    return (
        f"On average it is {percent(sure, 2)} sure and {percent(right, 2)} right. {verdict} Bin by bin the two differ by "
        f"**{percent(found.error, 2)}**, averaged over all answers (the expected calibration error)."
    )


def mending(found: Mended) -> str:
    """What a temperature does.

    Parameters
    ----------
    found : Mended
        The temperature, and how it is judged.

    Returns
    -------
    str
        Sentences.
    """
    warmth = (
        "That makes the network less sure of every answer and changes no answer."
        if found.temperature > 1
        else "That makes the network surer of every answer and changes no answer."
    )
    before, after = percent(found.before.error, 2), percent(found.after.error, 2)
    outcome = (
        f"There the error falls from {before} to {after},"
        if found.after.error < found.before.error
        else f"There the error rises from {before} to {after},"
    )
    halves = (
        f"It was chosen on {found.fitted_on:,} of the test pictures and tested on the {found.judged_on:,} others. "
        f"{outcome} and the loss goes from {plain(found.loss_before, 3)} to {plain(found.loss_after, 3)}."
    )
    edge = (
        " That temperature lies at the end of what was tried: too few of these pictures are read wrongly to fix it."
        if found.at_the_edge
        else ""
    )
    return f"A **temperature** of {plain(found.temperature, 3)} divides the ten sums before the softmax. {warmth} {halves}{edge}"


def without(
    after: Answers, counts: Counts, labels: NDArray[np.uint8], classes: Sequence[str], taken: str
) -> str:
    """What is left of a network after a lesion.

    Parameters
    ----------
    after : Answers
        What it answers then.
    counts : int (10, 10)
        The confusion table of the whole network.
    labels : uint8 (n,)
        What each picture is.
    classes : sequence of str
        What the classes are called, safe to show.
    taken : str
        What was taken away.

    Returns
    -------
    str
        One or two sentences; Markdown.
    """
    if not after.sound:
        return f"Without {taken} its answers are not numbers."
    before = np.trace(counts) / counts.sum()
    now = after.accuracy(labels)
    told = (
        f"Without {taken}: **{percent(now, 2)}** of {len(labels):,} test pictures are read correctly, "
        f"{_points(now - before)}."
    )
    falls = [
        ((one.recall or 0) - float((after.said[labels == k] == k).mean()) if one.there else 0.0, k)
        for k, one in enumerate(scores(counts))
    ]
    fall, worst = max(falls)
    if fall < 0.005:
        return told
    return f"{told} {classes[worst]} suffers most: {fixed(100 * fall, 1)} percentage points fewer of its pictures are found."


def _points(change: float) -> str:
    if abs(change) < 1e-9:
        return "as before"
    return f"{difference(100 * change, 2)} percentage points"
