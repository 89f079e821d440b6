"""What a reader may expect of an experiment: each answer's sentence if it is the right one and if not, and which one is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from netlab.formatting import counted, percent

Sentences = Mapping[str, tuple[str, str]]
"""An answer → its sentence if it is right, and if it is not; Markdown."""

HARDLY, SOME, HALF, GUESS = (
    "It hardly changes",
    "It loses some points",
    "It falls to half",
    "It can only guess",
)
FIFTH: Sentences = {
    HARDLY: (
        "Right: what these did, others do too. The layer is **redundant**.",
        "A layer that is **redundant** would bear it; this one had put something into each of them.",
    ),
    SOME: (
        "Right: even the least of them had a share, since the work is **distributed** over the layer.",
        "It would, if each of them had a small share of the work; that is how **distributed** work is, and here it is not so.",
    ),
    HALF: (
        "Right: so much hung on them that there is no **redundancy** here.",
        "That needs units on which much hangs; these are those with the smallest **worth**, the ones that cost least one by one.",
    ),
    GUESS: (
        "Right: without them nothing of use comes through, the layer is a **bottleneck**.",
        "Only a **bottleneck** fails like that, a layer in which no unit can be spared.",
    ),
}
"""A fifth of the units of a layer is silenced, those that are worth least."""


def after_a_fifth(before: float, after: float, classes: int = 10) -> str:
    """Which of ``FIFTH`` is right.

    Parameters
    ----------
    before, after : float
        Shares of the pictures read rightly, with all units and without the fifth.
    classes : int, default=10
        Of which who guesses is right about one time in so many.

    Returns
    -------
    str
    """
    if before - after < 0.01:
        return HARDLY
    if after < 1.5 / classes:
        return GUESS
    return HALF if after < 0.7 * before else SOME


QUARTER, HALVED, SAME = "a quarter", "a half", "the same"
STEADIER: Sentences = {
    QUARTER: (
        "Right here, though the **standard error** of pictures that have nothing to do with each other would only halve.",
        "Four times the pictures would do that if their errors fell as 1/B; the **standard error** of a mean falls as 1/√B only.",
    ),
    HALVED: (
        "Right: the **standard error** of a mean goes as 1/√B, and √4 = 2.",
        "That is what the **standard error**, 1/√B, promises of independent pictures; here it was otherwise.",
    ),
    SAME: (
        "Right here: the **standard error** does not fall, since nothing cancels that four times as many pictures say.",
        "More pictures do help: the errors of the single gradients partly cancel in their mean, which is its smaller **standard error**.",
    ),
}
"""A mean of four times as many gradients: its distance from that of all becomes …"""


def steadied(small: float, large: float) -> str | None:
    """Which of ``STEADIER`` is right.

    Parameters
    ----------
    small, large : float
        The distances of a batch of 32 and of 128.

    Returns
    -------
    str or None
        The answer nearest to what was measured; None where nothing varies.
    """
    if not small:
        return None
    return min({QUARTER: 0.25, HALVED: 0.5, SAME: 1.0}.items(), key=lambda one: abs(one[1] - large / small))[
        0
    ]


LIKE_ONE, SOME_PIXELS, ONE_PIXEL = (
    "It must look like one",
    "Some pixels, but I still see what it was",
    "A single pixel",
)
CHANGED: Sentences = {
    LIKE_ONE: (
        "Right here: the **decision boundary** lies as far away as the nearest true picture does.",
        "For you, yes. The network knows only on which side of its **decision boundary** a picture lies, and the boundary is near.",
    ),
    SOME_PIXELS: (
        "Right: such a picture is an **adversarial example**, just across the **decision boundary**.",
        "That is so for most pictures, which lie near the **decision boundary**; this one is another case.",
    ),
    ONE_PIXEL: (
        "Right here: one pixel carries it across the **decision boundary**.",
        "One pixel has one weight for each unit and is kept from 0 to 1; seldom is that enough to cross the **decision boundary**.",
    ),
}
"""How much of a picture must change before a network calls it something else."""


def change_needed(pixels: int, length: float, nearest: float | None) -> str | None:
    """Which of ``CHANGED`` is right.

    Parameters
    ----------
    pixels : int
        How many changed.
    length : float
        Of the change.
    nearest : float or None
        How far the nearest true picture of the other class lies.

    Returns
    -------
    str or None
        None where nothing had to change.
    """
    if not length:
        return None
    if pixels == 1:
        return ONE_PIXEL
    return LIKE_ONE if nearest is not None and length >= nearest else SOME_PIXELS


LESS, AS_OFTEN, MORE = "Less often", "As often", "More often"
APART: Sentences = {
    LESS: (
        "Right: this network has a worse **representation** of the pictures than the pixels are.",
        "A network that has learnt makes a better **representation** than that: it brings together what is of one class.",
    ),
    AS_OFTEN: (
        "Right: of this the ten sums are no better **representation** than the pixels.",
        "The ten sums are another **representation** of the same pictures, made so that one class can be told from the others.",
    ),
    MORE: (
        "Right: the ten sums are a **representation** made for telling classes apart.",
        "That is what a trained **representation** does; this network has not come so far.",
    ),
}
"""How often the nearest picture is of the same class, by the ten sums in place of the pixels."""


def apart(before: float, after: float) -> str:
    """Which of ``APART`` is right.

    Parameters
    ----------
    before, after : float
        Shares of pictures whose nearest neighbour is of their class, by the pixels and by the ten sums.

    Returns
    -------
    str
    """
    return AS_OFTEN if before == after else MORE if after > before else LESS


def of_pairs(counts: Mapping[str, int]) -> Sentences:
    """Two classes that are confused: what each pair's sentence is.

    Parameters
    ----------
    counts : mapping of str to int
        How often the two of each pair are taken for each other.

    Returns
    -------
    mapping
    """
    return {
        pair: (
            f"Right: {counted(times, 'picture')}, the largest number off the **diagonal** of the confusion table.",
            f"These two are taken for each other in {counted(times, 'picture')}; both numbers stand off the **diagonal** of the confusion table.",
        )
        for pair, times in counts.items()
    }


ALL, MOST, FEW = "With every seed", "With most seeds", "With half or fewer"
WITH_SEEDS: Sentences = {
    ALL: (
        "Right: the change does more here than the **seed**, which draws first weights and batches.",
        "With one **seed** or more the luck of the draw was larger than what the change does.",
    ),
    MOST: (
        "Right: the change helps, but not more than a **seed** can take back.",
        "It is another number of them: what the **seed** does and what the change does are of another proportion here.",
    ),
    FEW: (
        "Right: what the change does is lost in the **variance** between seeds, or it does harm.",
        "More seeds than that agree, so it is not the **variance** between seeds alone.",
    ),
}
"""Whether B is better than A with the same seed."""


def with_seeds(differences: Sequence[float]) -> str | None:
    """Which of ``WITH_SEEDS`` is right.

    Parameters
    ----------
    differences : sequence of float
        B less A, of each seed of which both have ended.

    Returns
    -------
    str or None
        None without any.
    """
    if not differences:
        return None
    better = sum(one > 0 for one in differences)
    return ALL if better == len(differences) else MOST if 2 * better > len(differences) else FEW


def of_twins(names: Sequence[str], level: str) -> Sentences:
    """Which of two runs does better: what each answer's sentence is.

    Parameters
    ----------
    names : sequence of two str
        What the two are called.
    level : str
        The answer that they are level.

    Returns
    -------
    mapping
    """
    one, other = names
    return {
        one: (
            "Right. Data, seed and all else are the same for both, so the change is the only cause: it is a **controlled experiment**.",
            "It could be otherwise with other data or another **seed**: this is one run of each.",
        ),
        other: (
            "Right. Only one thing differs, so that is what did it: a **controlled experiment**.",
            "A change that sounds like an improvement is a **hypothesis**; this run does not bear it out.",
        ),
        level: (
            "Right: less than 0.5 points can be the **noise** of one draw of first weights.",
            "They are further apart than the **noise** of half a point.",
        ),
    }


def of_values(shares: Mapping[str, float | None], setting: str) -> Sentences:
    """Which value of a setting the best run of a sweep has: what each value's sentence is.

    Parameters
    ----------
    shares : mapping of str to float or None
        The largest share of validation pictures that a run with this value read rightly; None where none came to its end.
    setting : str
        What the setting is called.

    Returns
    -------
    mapping
    """
    told = {}
    for value, share in shares.items():
        reached = (
            "No run with it has finished"
            if share is None
            else f"The best run with it reads {percent(share, 2)} of the validation pictures"
        )
        told[value] = (
            f"Right. {reached}: the best **hyperparameter** of this **grid**, which is not to say that there is none between its points.",
            f"{reached}. A **hyperparameter** like the {setting} has no best value by itself: it depends on the other settings.",
        )
    return told
