"""What is said of a network that was asked backwards, each sentence from its numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from netlab.arrays import PIXELS, Array, Bytes, Floats
from netlab.experiments.inside.backwards import Climb
from netlab.formatting import plain, probability
from netlab.nets.smallest_change import VISIBLE, Change

SURE = 0.5
"""A probability above which a climb is said to have persuaded the network."""


def nearest_of_class(picture: Floats, images: Bytes, labels: Bytes, target: int) -> float | None:
    """How far the nearest picture of a class lies, over all pixels in [0, 1].

    Parameters
    ----------
    picture : float32 (28, 28)
        In [0, 1].
    images, labels : uint8 (n, 28, 28) and (n,)
        Where the nearest is looked for.
    target : int
        The class.

    Returns
    -------
    float or None
        A length; None if there is no picture of the class.
    """
    rows = images[labels == target].reshape(-1, PIXELS).astype(np.float32) / np.float32(255)
    if not len(rows):
        return None
    return float(np.sqrt(np.square(rows - picture.reshape(1, PIXELS)).sum(axis=1).min()))


def change_words(change: Change, classes: Sequence[str], nearest: float | None) -> str:
    """How small the change is and what it does.

    Parameters
    ----------
    change : Change
        Found for one picture.
    classes : sequence of str
        Names of the classes, as the sentence is to have them.
    nearest : float or None
        How far the nearest true picture of the target lies.

    Returns
    -------
    str
        Markdown.
    """
    was, now = int(change.before.argmax()), change.target
    if change.length == 0:
        return f"The network reads this picture as **{classes[now]}** already: nothing has to change."
    words = [
        f"Before, the network read **{classes[was]}** with {probability(change.before[was])}; after the change it reads "
        f"**{classes[now]}** with {probability(change.after[now])}. {_visible(change)} The change is "
        f"**{plain(change.length, 3)}** long, over all pixels together"
    ]
    if nearest is None:
        return f"{words[0]}."
    times = nearest / change.length
    if times > 1:
        words.append(
            f"; the nearest {classes[now]} among the test pictures lies {plain(nearest, 3)} away, {plain(times, 2)} times "
            "as far."
        )
    else:
        words.append(f"; the nearest {classes[now]} among the test pictures lies {plain(nearest, 3)} away.")
    return "".join(words)


def _visible(change: Change) -> str:
    grey = round(255 * change.largest)
    most = f"the largest change is {grey} of 255 grey levels"
    if not change.visible:
        return f"No pixel changes by {VISIBLE:g} of the way from black to white or more; {most}."
    if change.visible == 1:
        return f"1 pixel of {PIXELS} changes by {VISIBLE:g} of the way from black to white or more; {most}."
    return f"{change.visible:,} pixels of {PIXELS} change by {VISIBLE:g} of the way from black to white or more; {most}."


def prediction_outcome(change: Change | None, classes: Sequence[str], nearest: float | None) -> str:
    """What there is to say to a reader who has predicted how much must change.

    Parameters
    ----------
    change : Change or None
        What was found.
    classes : sequence of str
        Names of the classes.
    nearest : float or None
        How far the nearest true picture of the target lies.

    Returns
    -------
    str
        Markdown.
    """
    if change is None:
        return "Here no change was found that this network falls for."
    if change.length == 0:
        return "Here nothing: the network reads it so already. Choose another class."
    lesson = (
        "Where few pixels change a little and you still see what it was, the network looks at something else than you do: it "
        "learnt a border between classes, not what they look like. Szegedy et al. (2014) called such pictures *adversarial "
        "examples*."
    )
    told = f"{_visible(change)} That is a change {plain(change.length, 3)} long."
    if nearest is not None:
        told += f" It is {plain(100 * change.length / nearest, 2)} % of the way to the nearest true one."
    return f"{told} {lesson}"


def other_words(given: Array, change: Change, classes: Sequence[str]) -> str:
    """What another network says of the changed picture.

    Parameters
    ----------
    given : floats (2, 10)
        Its probabilities for the picture before and after.
    change : Change
        Found for the first network.
    classes : sequence of str
        Names of the classes.

    Returns
    -------
    str
        Markdown.
    """
    before, after = (int(row.argmax()) for row in given)
    told = f"The small convolutional network, which had no part in this, reads the changed picture as **{classes[after]}** with {probability(given[1, after])}"
    if after == change.target != before:
        return f"{told}: it falls for it too."
    if after == before:
        return f"{told}, as it did before: the change is made for the weaknesses of the one network."
    return f"{told}; before it read {classes[before]}."


_FREE = "Without a prior its sum z for {name} goes from {first} to **{last}** and its p to {p}."
_HELD = "With a prior its sum z for {name} goes from {first} to **{last}** and its p to {p}."


def climb_words(free: Climb, held: Climb, classes: Sequence[str]) -> str:
    """What came of climbing with and without a prior.

    Parameters
    ----------
    free, held : Climb
        Without and with a prior, for the same class from the same start.
    classes : sequence of str
        Names of the classes.

    Returns
    -------
    str
        Markdown.
    """
    target = free.target
    name = classes[target]
    words = [
        sentence.format(
            name=name,
            first=plain(one.scores[0], 3),
            last=plain(one.scores[-1], 3),
            p=probability(one.probabilities[-1, target]),
        )
        for sentence, one in ((_FREE, free), (_HELD, held))
    ]
    if free.probabilities[-1, target] > SURE and free.scores[-1] > held.scores[-1]:
        words.append(
            "What it likes best is not what a person would draw: nothing in its training told it what pixels far from any "
            "picture are to mean."
        )
    return " ".join(words)


def frame_words(found: Climb, classes: Sequence[str]) -> list[str]:
    """A short line for each kept picture: plain text.

    Parameters
    ----------
    found : Climb
        Pictures on the way.
    classes : sequence of str
        Names of the classes.

    Returns
    -------
    list of str
        One a frame.
    """
    return [
        f"z = {plain(score, 3)}; read as {classes[int(row.argmax())]} with {probability(row.max())}"
        for score, row in zip(found.scores, found.probabilities, strict=True)
    ]
