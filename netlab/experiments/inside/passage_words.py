"""What is said of one picture's way, each sentence from its numbers."""

from __future__ import annotations

from collections.abc import Sequence

from netlab.experiments.inside.passage import AfterStep, Passage, Wish, gradient_length
from netlab.formatting import plain, probability

LITTLE = 1e-3


def read_as(passage: Passage, classes: Sequence[str], name: str, *, known: bool = True) -> str:
    """What the network reads, what is true, and the loss.

    Parameters
    ----------
    passage : Passage
        One picture's way.
    classes : sequence of str
        Names of the classes, as the sentence is to have them.
    name : str
        What the picture is called.
    known : bool
        Whether the class is the true one, or what a reader meant.

    Returns
    -------
    str
        Markdown.
    """
    guess, label, given = passage.guess, passage.label, passage.probabilities
    sure = f"The network reads {name} as **{classes[guess]}** with {probability(given[guess], 2)}"
    loss = f"Loss −ln p = **{plain(passage.loss)}**."
    if guess == label:
        return f"{sure}, which is right. {loss}"
    if known:
        truth = f"The right answer is **{classes[label]}**, to which it gives {probability(given[label], 2)}."
    else:
        truth = f"You meant **{classes[label]}**, to which it gives {probability(given[label], 2)}."
    return f"{sure}. {truth} {loss}"


def step_words(passage: Passage, after: AfterStep, learning_rate: float, classes: Sequence[str]) -> str:
    """What one step on this picture does to its loss, beside what the slope promised.

    Parameters
    ----------
    passage : Passage
        One picture's way.
    after : AfterStep
        The same picture after the step.
    learning_rate : float
        η.
    classes : sequence of str
        Names of the classes.

    Returns
    -------
    str
        Markdown.
    """
    label = passage.label
    before, now = passage.probabilities[label], after.probabilities[label]
    moved = "rises" if after.loss > passage.loss else "falls" if after.loss < passage.loss else "stays"
    words = [
        f"One step of plain gradient descent, w ← w − {plain(learning_rate)} · ∂L/∂w for every weight and bias: the loss of "
        f"this picture {moved} from {plain(passage.loss)} to **{plain(after.loss)}**, and p({classes[label]}) goes from "
        f"{probability(before, 2)} to {probability(now, 2)}.",
    ]
    if passage.loss < LITTLE:
        words.append("The network is right and sure: there is little left to learn from this picture.")
        return " ".join(words)
    length = gradient_length(passage)
    words.append(
        f"The gradient over all weights is {plain(length)} long, so its slope alone promised "
        f"{plain(passage.loss)} − {plain(learning_rate)} · {plain(length)}² = {plain(after.promised)}."
    )
    if after.promised < 0:
        words.append("No loss is below 0: so far the slope does not hold.")
    elif after.loss > passage.loss:
        words.append("The step was too long: it went over the valley and up the other side.")
    return " ".join(words)


def weight_name(wish: Wish, layers: int, classes: Sequence[str]) -> str:
    """Where a weight leads from and to.

    Parameters
    ----------
    wish : Wish
        The weight.
    layers : int
        How many layers the network has.
    classes : sequence of str
        Names of the classes.

    Returns
    -------
    str
        Such as "layer 1, unit 347 → answer 4".
    """
    source = f"pixel {wish.source}" if wish.layer == 0 else f"layer {wish.layer}, unit {wish.source}"
    if wish.layer == layers - 1:
        return f"{source} → answer {classes[wish.unit]}"
    return f"{source} → layer {wish.layer + 1}, unit {wish.unit}"


def wish_words(passage: Passage, found: Sequence[Wish]) -> str:
    """How much of the whole gradient the listed weights are.

    Parameters
    ----------
    passage : Passage
        One picture's way.
    found : sequence of Wish
        Some of its weights.

    Returns
    -------
    str
        A sentence.
    """
    total = sum(array.size for array in passage.network.arrays)
    share = sum(wish.gradient**2 for wish in found) / gradient_length(passage) ** 2
    return (
        f"The {len(found)} largest of {total:,} gradients; they are {probability(share)} of its squared length. Units and "
        "pixels are counted from 0."
    )
