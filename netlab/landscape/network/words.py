"""What the page says of a network's landscape: each sentence only where the numbers bear it, each warning with its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from netlab.formatting import counted, percent, plain
from netlab.landscape.network.plane import Heights
from netlab.landscape.network.tiles import MOST

WARNINGS: dict[str, str] = {
    "random": (
        "Random directions hide the walk: hardly any of it lies in them (Li and others, 2018, say so themselves). A slice "
        "like this nearly always looks like a smooth bowl and rarely shows a saddle, since it bends by the mean over all "
        "directions (Böttcher and Wheeler, 2022). Scaling filter by filter takes care of one symmetry, that of layers scaled "
        "against each other (Dinh and others, 2017). ReLU has this symmetry; tanh, for instance, has not."
    ),
    "walk": (
        "“Principal components explain nearly all of the way” tells nothing by itself: they hold most of a random walk too, "
        "and draw it as a smooth curve (Antognini and Sohl-Dickstein, 2018). Earlier moments lie off this plane, so their true loss is not the plane's: seen "
        "in space, threads show by how much."
    ),
    "motion": (
        "This plane is made of the step's own ingredients, so it holds much of the next step and little else. It says where the "
        "optimizer goes now, not what the landscape is like."
    ),
    "sharp": (
        "Steps lean towards the few sharpest directions (Gur-Ari, Roberts and Dyer, 2018), and yet what lowers the loss for good "
        "lies outside of them (Song, Ahn and Yun, 2025): this plane shows where it is steepest, not where the network learns."
    ),
    "onward": (
        "The straight line from the start is a way that no optimizer went. That the loss falls all along it (Goodfellow and "
        "others, 2015) is usual for easy data and not for harder (Frankle, 2020), and neither its shape nor a hill on it foretells how good a "
        "network will be (Vlaar and Frankle, 2022)."
    ),
    "weights": (
        "The one picture here whose axes mean something by themselves. At a reach of 1 each of the two weights is moved by the length of all "
        "weights together, as an arrow."
    ),
    "two": (
        "Two ways on one plane that was laid through three of their points: everything else of them lies off it; seen in space, "
        "threads show how high it truly is there."
    ),
    "three": (
        "A plane through three networks shows hills between them. Much of such a hill is only the order of their neurons (Entezari "
        "and others, 2022): see the line between two runs below."
    ),
}  # fmt: skip
"""At each kind of directions, what the literature warns of there."""
OTHER_LOSS = (
    "The walk is drawn at the losses of these very pictures, dropout off; the loss that is reported while a network trains is of other "
    "pictures, with dropout on. Drawn on the picture of another loss, as in the first program for such pictures, it puzzled its "
    "readers (tomgoldstein/loss-landscape, issues 1 and 18)."
)


SHARED = (
    "A filter's weight is used at every place of the picture, so the loss changes with it faster than with a weight between one pixel and "
    "one unit."
)


def warning(kind: str, *, convolutions: bool) -> str:
    """What the literature warns of at a picture, and what its axes are.

    Parameters
    ----------
    kind : str
        A key of ``DIRECTIONS``.
    convolutions : bool
        Whether the network begins with convolutions.

    Returns
    -------
    str
    """
    return f"{WARNINGS[kind]} {SHARED}" if kind == "weights" and convolutions else WARNINGS[kind]


def gauge(about: Mapping[str, Any]) -> str:
    """How much of the next step and of the way a plane holds, beside chance.

    Parameters
    ----------
    about : mapping
        The part "about" of an answer.

    Returns
    -------
    str
        One or two sentences; without a step and a way, how much chance gives.
    """
    held = []
    if about["step"] is not None:
        sentence = _STEP_HELD if about["step_told"] == "exact" else _MOMENT_HELD
        held.append((sentence, about["step"], about["chance_step"]))
    if about["way"] is not None:
        held.append((_WAY_HELD, about["way"], about["chance_way"]))
    if not held:
        return (
            "Nothing is known here of a step or a way; of either, a plane chosen by chance would hold "
            f"{share_told(about['chance_step'])}."
        )
    by_chance = _WALK_WOULD if about["chance_spread"] else _CHANCE_WOULD
    return " ".join(
        f"{sentence.format(share_told(share))} {by_chance.format(share_told(null))}"
        for sentence, share, null in held
    )


_STEP_HELD = "This plane holds {} of the next step."
_MOMENT_HELD = "This plane holds {} of the way to the next kept moment."
_WAY_HELD = "This plane holds {} of the way from the start."
_WALK_WOULD = "The same plane of a random walk would hold {} of it."
_CHANCE_WOULD = "A plane chosen by chance would hold {} of it."


def spread(about: Mapping[str, Any]) -> str:
    """How much of a walk its principal components hold, beside what they hold of a random walk.

    Parameters
    ----------
    about : mapping
        The part "about" of an answer.

    Returns
    -------
    str
        Empty unless the plane is one of principal components.
    """
    if not about["spread"] or not about["chance_spread"]:
        return ""
    own, null = sum(about["spread"]), sum(about["chance_spread"])
    return (
        f"The two components hold {percent(own)} of the squared way of all kept moments from the last; of a walk without any aim, "
        f"seen at the same moments, they hold {percent(null)}."
    )


def step(about: Mapping[str, Any]) -> str:
    """How the next step is known.

    Parameters
    ----------
    about : mapping
        The part "about" of an answer.

    Returns
    -------
    str
        Empty where none is.
    """
    return {
        "exact": (
            f"The next step is what the optimizer would do from its exact state if its batch were {about['step_images']:,} of these pictures, "
            "dropout off."
        ),
        "kept": (
            "No exact state is kept of this moment, so the way to the next kept moment stands for the step; it is many steps long, and "
            "kept with three to four digits."
        ),
    }.get(str(about["step_told"]), "")


def curves(found: Mapping[str, Any]) -> str:
    """How the loss bends along both axes, beside the sharpest direction there is.

    Parameters
    ----------
    found : mapping
        The part "curves" of an answer.

    Returns
    -------
    str
    """
    first, second, largest = found["first"], found["second"], found["largest"]
    told = (
        f"In its middle the loss bends by {plain(first, 2)} along the first axis and by {plain(second, 2)} along the second; in the "
        f"sharpest direction of all by {plain(largest, 2)} (each per unit of length squared, on {found['images']:,} images)."
    )
    most = max(abs(first), abs(second))
    if largest > 0 and most > 0 and largest > 100 * most:
        told += f" That is {plain(largest / most, 2)} times as much: how flat this picture looks comes from its directions."
    return told


def sharpness(found: Sequence[Mapping[str, Any]]) -> str:
    """Where the curvature stands beside the optimizer's limit at the last moment that is known.

    Parameters
    ----------
    found : sequence of mapping
        The parts "sharp" of an answer.

    Returns
    -------
    str
        Empty if none is known; with the limit only where theory sets one.
    """
    if not found:
        return ""
    last = found[-1]
    size = _size(last["largest"])
    own = (
        f"After {counted(last['step'], 'batch')} the largest curvature is {size}."
        if last["step"]
        else f"Before the first batch the largest curvature is {size}."
    )
    value = last["guess"] if last["estimated"] else last["felt"]
    if last["limit"] is None or value is None:
        return f"{own} Of this optimizer no limit of stability is known at that moment."
    share = value / last["limit"]
    limit, part = f"The limit is {plain(last['factor'], 2)}/η = {_size(last['limit'])}.", percent(share)
    if last["estimated"]:
        return (
            f"{own} As the optimizer feels it, it is roughly {_size(value)}, by an estimate that is mostly too high. {limit} That is "
            f"{part} of it."
        )
    felt = "" if last["guess"] is None else f" As the optimizer feels it, it is {_size(value)}."
    place = "above" if share > 1.1 else "at" if share > 0.9 else "below"
    return f"{own}{felt} {limit} {_EDGE[place].format(part)}"


_EDGE = {
    "above": "It stands above the edge of stability, at {} of the limit.",
    "at": "It stands at the edge of stability, at {} of the limit.",
    "below": "It stands below the edge of stability, at {} of the limit.",
}


def rough(found: Sequence[Mapping[str, Any]]) -> str:
    """What the hollow marks are, and how far off they are where that can be told.

    Parameters
    ----------
    found : sequence of mapping
        The parts "sharp" of an answer.

    Returns
    -------
    str
        Empty if there are none.
    """
    if not any(one["guess"] is not None for one in found):
        return ""
    told = (
        "Hollow marks: what divides the steps is estimated from 24 batches at that moment, without dropout and without the larger "
        "gradients of before, so they are mostly too high."
    )
    known = [one["guess"] / one["felt"] for one in found if one["felt"] and one["guess"]]
    if known:
        told += f" At the last moment whose exact state is kept, the estimate is {plain(known[-1], 2)} times the truth."
    return told


def _size(value: float) -> str:
    return f"{value:,.0f}" if 1000 <= value < 1e7 else plain(value, 3)


EDGE = (
    "Full-batch training drives the curvature up to this limit and stays there, at the edge of stability (Cohen and others, 2021; for Adam "
    "38/η of the curvature divided by its root mean squares, 2022). Small batches and dropout keep it below."
)


def middle(heights: Heights) -> str:
    """The loss in the middle with its error.

    Parameters
    ----------
    heights : Heights
        The picture.

    Returns
    -------
    str
    """
    row, column = len(heights.b) // 2, len(heights.a) // 2
    loss, error = heights.loss[row, column], heights.error[row, column]
    if not np.isfinite(loss):
        return "In the middle of this picture the loss is not a number: the network’s weights grew without bound."
    images = heights.more if row < heights.finer else heights.images
    told = (
        f"In the middle the loss is {plain(loss, 3)} ± {plain(2 * error, 2)} and {percent(heights.accuracy[row, column])} are read "
        f"correctly, on {images:,} images; with other images of the same kind the loss would lie within ± in 95 of 100 cases."
    )
    if heights.finer:
        return f"{told} On {heights.more:,} images so far, from below: {heights.finer} of {len(heights.b)} rows; the others on {heights.images:,}."
    return f"{told} Every point is asked for the same ones."


def loss_alt(heights: Heights) -> str:
    """What a picture of the loss over a plane shows, for those who do not see it.

    Parameters
    ----------
    heights : Heights
        The picture.

    Returns
    -------
    str
        A sentence.
    """
    known = heights.loss[np.isfinite(heights.loss)]
    if not known.size:
        return "Nothing is known of the loss over this plane yet."
    return (
        f"The loss over the plane goes from {plain(known.min(), 3)} to {plain(known.max(), 3)}; in the middle it is "
        f"{plain(heights.loss[len(heights.b) // 2, len(heights.a) // 2], 3)}."
    )


def accuracy_alt(heights: Heights) -> str:
    """What a picture of the share read correctly over a plane shows, for those who do not see it.

    Parameters
    ----------
    heights : Heights
        The picture.

    Returns
    -------
    str
        A sentence.
    """
    known = heights.accuracy[np.isfinite(heights.accuracy)]
    if not known.size:
        return "Nothing is known yet of the share read correctly over this plane."
    return f"Over the plane between {percent(known.min())} and {percent(known.max())} are read correctly."


def cuts_alt(heights: Heights) -> str:
    """What the two cuts through the middle show, for those who do not see them.

    Parameters
    ----------
    heights : Heights
        The picture.

    Returns
    -------
    str
        Two sentences.
    """
    first, second = heights.loss[len(heights.b) // 2], heights.loss[:, len(heights.a) // 2]
    one, other = (
        [plain(cut[place], 3) for place in (0, len(cut) // 2, len(cut) - 1)] for cut in (first, second)
    )
    return (
        f"Along the first axis the loss is {one[0]} at one end, {one[1]} in the middle and {one[2]} at the other end. Along the "
        f"second it is {other[0]}, {other[1]} and {other[2]}. A band around each line is its error."
    )


def ends(found: tuple[float, float] | None) -> str:
    """Between which losses the colours go, where they are the same in all frames.

    Parameters
    ----------
    found : tuple of float or None
        Powers of ten.

    Returns
    -------
    str
        The end of a sentence; empty for colours of a frame's own.
    """
    if found is None:
        return ""
    low, high = (plain(10.0**one, 2) for one in found)
    return (
        f", in all frames from {low} and less to {high} and more, which is eight times the loss of guessing"
    )


def earlier(drawn: int, wanted: int) -> str:
    """Which moment is drawn while another is worked out.

    Parameters
    ----------
    drawn, wanted : int
        After how many batches each is.

    Returns
    -------
    str
    """
    batches = "1 batch" if drawn == 1 else f"{drawn:,} batches"
    return f"This is the network after {batches}; the picture after {wanted:,} is being worked out…"


def units_shown(shape: tuple[int, ...]) -> str:
    """What the pictures of the first layer's weights show.

    Parameters
    ----------
    shape : tuple of int
        Of its kernel: (784, units) or (k, k, 1, filters).

    Returns
    -------
    str
    """
    shown, what = min(shape[-1], MOST), "filters" if len(shape) == 4 else "units"
    part = f"All {shown} {what}" if shown == shape[-1] else f"{shown} of the {shape[-1]} {what}"
    return (
        f"{part} of the first layer, their weights where the pixels are: above as the network in the middle has them, below as this one "
        "has them. White adds, black takes away; the two rows have the same scale."
    )


def barrier(found: Mapping[str, Any]) -> str:
    """How high the hill between two runs is, and what is left of it once their neurons stand in the same order.

    Parameters
    ----------
    found : mapping
        The part "line" of an answer.

    Returns
    -------
    str
    """
    if not np.isfinite(found["plain_barrier"]):
        return "Somewhere on the line between the two runs the loss is not a number."
    told = f"Half-way things can be worse than at either end: the line climbs {plain(found['plain_barrier'], 3)} above a straight one."
    if "matched_barrier" not in found:
        return f"{told} {found.get('why', '')}".strip()
    left, before = found["matched_barrier"], found["plain_barrier"]
    told += f" With the other run's neurons in the order that is most like this one's, it climbs {plain(left, 3)}."
    if before > 0.02 and left < 0.5 * before:
        told += " So most of the hill was only the order of neurons: shuffled, they compute the same."
    return told


def twin(which: str, *, by_filter: bool) -> str:
    """What becomes of the picture of a network that computes the same.

    Parameters
    ----------
    which : str
        "rescaled" or "shuffled".
    by_filter : bool
        Whether directions are scaled filter by filter.

    Returns
    -------
    str
        Empty for the network itself.
    """
    if not which:
        return ""
    what = {
        "rescaled": "Every number of the first layer is multiplied by 8 and every weight behind it divided by 8",
        "shuffled": "The neurons of every hidden layer stand in another order",
    }[which]
    if by_filter:
        return f"{what}: the function is the same, and so is this picture, since each filter's direction has the filter's own length and place."
    return (
        f"{what}: the function is the same, and yet this raw picture is another one. What a raw slice shows of flat or sharp is not the "
        "function's (Dinh and others, 2017)."
    )


def share_told(share: float) -> str:
    """A share of a length in percent; a small one with two places.

    Parameters
    ----------
    share : float
        From 0 to 1.

    Returns
    -------
    str

    Examples
    --------
    >>> share_told(0.00078).replace("\u00a0", " "), share_told(0.5923).replace("\u00a0", " ")
    ('0.08 %', '59.2 %')
    """
    return percent(share) if share >= 0.01 else percent(share, 2)
