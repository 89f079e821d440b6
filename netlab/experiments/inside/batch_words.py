"""What is said of a batch opened, each sentence from its numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from netlab.experiments.inside.per_example import PerExample, Plane, Steadying
from netlab.formatting import counted, percent, plain, probability

ALIKE = 0.1
"""A measured slope this far from −½ is still called near it."""


def outlier(found: Plane) -> int:
    """The example that pulls the step furthest: the longest arrow.

    Parameters
    ----------
    found : Plane
        A batch.

    Returns
    -------
    int
        Its place in the batch.
    """
    return int(found.lengths.argmax())


def odd_one_out(found: Plane) -> int:
    """The example that asks for something else than the others: of the arrows that have a length, that of least cosine.

    Parameters
    ----------
    found : Plane
        A batch.

    Returns
    -------
    int
        Its place in the batch.
    """
    return int(np.where(found.lengths > 0, found.cosines, np.inf).argmin())


def batch_words(examples: PerExample, found: Plane, noun: str) -> str:
    """What the arrows have in common, and what they cancel.

    Parameters
    ----------
    examples : PerExample
        The batch.
    found : Plane
        The same, on its plane.
    noun : str
        What the pictures are called, such as "digits".

    Returns
    -------
    str
        Markdown.
    """
    count = len(found.lengths)
    wrong = int((examples.guesses != examples.labels).sum())
    if count == 1:
        return f"A batch of one: the step is what this one {noun.removesuffix('s')} asks for, {plain(found.length)} long."
    read = (
        f"{wrong} of {count} {noun} {'is' if wrong == 1 else 'are'} read wrongly."
        if wrong
        else f"All {count} {noun} are read correctly."
    )
    words = [
        f"{read} A single arrow is {plain(found.lengths.mean())} long on average, half of them are shorter than {plain(np.median(found.lengths))}; "
        f"their mean, the step, is **{plain(found.length)}** long."
    ]
    against = int((found.cosines < 0).sum())
    if against:
        words.append(
            f"{counted(against, noun.removesuffix('s'))} {'asks' if against == 1 else 'ask'} for a step that goes against "
            "the mean, at more than 90°."
        )
    if found.shown is not None:
        words.append(f"The plane shows {percent(found.shown)} of what the gradients differ by.")
    return " ".join(words)


def example_words(examples: PerExample, found: Plane, place: int, classes: Sequence[str], noun: str) -> str:
    """One example of a batch: what it is, what is answered, and its share in the step.

    Parameters
    ----------
    examples : PerExample
        The batch.
    found : Plane
        The same, on its plane.
    place : int
        Which.
    classes : sequence of str
        Names of the classes, as the sentence is to have them.
    noun : str
        What a picture is called, such as "digit".

    Returns
    -------
    str
        Markdown.
    """
    label, guess = int(examples.labels[place]), int(examples.guesses[place])
    given = probability(examples.probabilities[place, guess], 1)
    read = (
        f"This {noun} is labelled **{classes[label]}** and read so, with {given}."
        if guess == label
        else f"This {noun} is labelled **{classes[label]}** but read as **{classes[guess]}**, with {given}."
    )
    words = [
        f"{read} Its loss is {plain(examples.losses[place])}, its arrow {plain(found.lengths[place])} long."
    ]
    if len(found.lengths) > 1 and found.length > 0 and found.lengths[place] > 0:
        share = found.along[place] / (len(found.lengths) * found.length)
        angle = np.degrees(np.arccos(np.clip(found.cosines[place], -1, 1)))
        if share >= 0:
            words.append(f"It stands at {angle:.0f}° to the step and makes {percent(share)} of its length.")
        else:
            words.append(
                f"It stands at {angle:.0f}° to the step and takes {percent(-share)} of its length away."
            )
    return " ".join(words)


def arrow_words(examples: PerExample, found: Plane, classes: Sequence[str]) -> list[str]:
    """A short line for each arrow, for the pointer: plain text.

    Parameters
    ----------
    examples : PerExample
        The batch.
    found : Plane
        The same, on its plane.
    classes : sequence of str
        Names of the classes.

    Returns
    -------
    list of str
        One an example.
    """
    return [
        f"{classes[label]}, read as {classes[guess]}; loss {plain(loss, 3)}, length {plain(length, 3)}"
        for label, guess, loss, length in zip(
            examples.labels, examples.guesses, examples.losses, found.lengths, strict=True
        )
    ]


def steadying_words(found: Steadying, size: int, noun: str) -> str:
    """How the mean steadies: the measured slope, and signal and noise at one batch size.

    Parameters
    ----------
    found : Steadying
        What was measured.
    size : int
        The batch size that is looked at.
    noun : str
        What the pictures are called, such as "digits".

    Returns
    -------
    str
        Markdown.
    """
    slope = found.slope
    if slope is None:
        return "All these gradients are alike: a batch of any size has the same mean."
    near = abs(slope + 0.5) <= ALIKE
    words = [
        f"Measured on {found.sample:,} training {noun}, in batches drawn from them with replacement: the distance goes as B to "
        f"the power **{plain(slope, 3)}**; 1/√B is the power −0.5."
    ]
    if near:
        words.append(
            "Four times as many in a batch, half the distance: four times the work for half the error."
        )
    if size in found.sizes and found.length > 0:
        noise = float(found.distances[found.sizes.index(size)])
        ratio = noise / found.length
        words.append(
            f"With B = {size} a step is off by {plain(noise, 3)}, where the sample’s own mean is {plain(found.length, 3)} "
            f"long: {'chance is ' + plain(ratio, 3) + ' times the signal' if ratio >= 1 else 'the signal is ' + plain(1 / ratio, 3) + ' times the chance'}."
        )
    return " ".join(words)


def quarter_words(found: Steadying) -> str:
    """What four times the batch size did to the distance, measured from 32 to 128.

    Parameters
    ----------
    found : Steadying
        What was measured; both sizes are among its.

    Returns
    -------
    str
        A sentence.
    """
    small, large = (float(found.distances[found.sizes.index(size)]) for size in (32, 128))
    if not small:
        return "Here nothing varies: the distance is 0 for every size."
    return (
        f"From 32 to 128 it fell from {plain(small, 3)} to {plain(large, 3)}: to {percent(large / small, 0)}. "
        "Independent errors partly cancel in a mean, and what is left of them goes as 1/√B."
    )
