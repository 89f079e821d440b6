"""What is said of why a network answers as it does, each sentence from its numbers; Markdown."""

from __future__ import annotations

import numpy as np

from netlab.arrays import PIXELS
from netlab.drawing.why.alike import Alike
from netlab.drawing.why.case import Case
from netlab.drawing.why.moved import FURTHEST, Asked
from netlab.drawing.why.pixels import ByInput, ByPatches
from netlab.drawing.why.units import WEIGHTS, Votes
from netlab.formatting import counted, difference, fixed, percent, plain, probability
from netlab.nets.smallest_change import Change

FURTHER = 2
"""From so many times as far on, a true digit is told to be further away than the change is long."""
MOVE = 4
"""By how many pixels a reader is asked to imagine the drawing moved."""


def one(digit: int) -> str:
    """A digit with its article.

    Parameters
    ----------
    digit : int
        0 to 9.

    Returns
    -------
    str
        "an 8", "a 7".
    """
    return f"an {digit}" if digit == 8 else f"a {digit}"


def lead_words(case: Case) -> str:
    """What there is to explain: how far the answer is ahead of the second guess.

    Parameters
    ----------
    case : Case
        A drawing that was read.

    Returns
    -------
    str
    """
    answer, rival = case.answer, case.rival
    return (
        f"The network gives each digit a sum, and the largest one is its answer: **{plain(case.logits[answer], 3)}** for the "
        f"{answer}, **{plain(case.logits[rival], 3)}** for the second, the {rival}. So the {answer} leads by "
        f"**{plain(case.lead, 3)}** (a lead of about 2.3 makes it ten times as likely, one of 4.6 a hundred times)."
    )


def input_words(found: ByInput, case: Case) -> str:
    """What slope times ink shows here, and what it cannot say.

    Parameters
    ----------
    found : ByInput
        Of this case.
    case : Case
        The drawing that was read.

    Returns
    -------
    str
    """
    added = float(found.values.sum())
    if found.exact:
        return (
            f"**Weight × ink, exact.** This network has no hidden layer, so its lead is nothing but a sum over pixels: they "
            f"bring {difference(added, 2)}, and the difference of the two biases (what the network says of blank paper) "
            f"{difference(found.rest, 2)}. Together that is the lead of {plain(case.lead, 3)}."
        )
    return (
        f"**Gradient × ink, local.** How fast the lead grows with each pixel, times its ink. Together they come to "
        f"{difference(added, 2)} of a lead of {plain(case.lead, 3)}. It is true of tiny changes of this drawing only: take "
        "more ink away and other hidden units speak. Paper always counts 0 here, also where ink would change the answer."
    )


def patch_words(found: ByPatches, case: Case) -> str:
    """What covering shows here, and what it cannot say.

    Parameters
    ----------
    found : ByPatches
        Of this case.
    case : Case
        The drawing that was read.

    Returns
    -------
    str
    """
    row, column = np.unravel_index(int(found.values.argmax()), found.values.shape)
    most, side = float(found.values[row, column]), found.side
    changed = found.said != case.answer
    words = (
        f"**Occlusion, really tried.** A square of {side}×{side} pixels is covered with paper, once around every pixel, and "
        "the network reads what is left: each pixel shows by how much the lead falls when the square around it is covered. "
    )
    if most > 0:
        words += f"The most is {plain(most, 3)}, around row {row + 1}, column {column + 1}. "
    if changed.any():
        digits, counts = np.unique(found.said[changed], return_counts=True)
        words += (
            f"At {counted(int(changed.sum()), 'place')} of {changed.size} this changes the answer, mostly to "
            f"{one(int(digits[counts.argmax()]))}. "
        )
    else:
        words += "No single square changes the answer. "
    return (
        words
        + f"It shows nothing finer than {side} pixels, and nothing about two squares that can replace each other."
    )


def units_words(found: Votes, case: Case) -> str:
    """What the units added, all together and these few.

    Parameters
    ----------
    found : Votes
        Of this case.
    case : Case
        The drawing that was read.

    Returns
    -------
    str
    """
    added = sum(vote.adds for vote in found.votes)
    return (
        f"The last hidden layer has {counted(found.count, 'unit')}; {found.active:,} of them "
        f"{'gives' if found.active == 1 else 'give'} something else than 0 for this drawing. All together they bring "
        f"{difference(found.total, 2)} of the lead of {plain(case.lead, 3)} (the biases {difference(found.bias, 2)}); the "
        f"{counted(len(found.votes), 'unit')} below bring {difference(added, 2)}."
    )


def picture_words(found: Votes) -> str:
    """What is shown of each unit.

    Parameters
    ----------
    found : Votes
        Of this case.

    Returns
    -------
    str
    """
    if found.shown == WEIGHTS:
        return (
            "Each picture is the unit’s **incoming weights**, one a pixel: ink on blue excites the unit, ink on orange "
            "silences it."
        )
    return (
        "These units do not see the pixels but what earlier layers made of them, so they have no picture of weights. Shown is "
        "each unit’s **gradient at this drawing**: more ink on blue would make it give more, on orange less. Of another "
        "drawing it would be another picture."
    )


def alike_words(pixels: Alike, hidden: Alike | None, answer: int) -> str:
    """How near the nearest are, and what they are.

    Parameters
    ----------
    pixels : Alike
        Nearest pixel by pixel.
    hidden : Alike or None
        Nearest in the last hidden layer, if there is one.
    answer : int
        What the network answered.

    Returns
    -------
    str
    """
    near = f"Of the {pixels.asked} nearest pixel by pixel, **{pixels.agreeing}** are labelled {answer}."
    if hidden is None:
        return f"{near} This network has no hidden layer to compare them in."
    words = f"{near} Of the {hidden.asked} nearest in the last hidden layer it is **{hidden.agreeing}**."
    if hidden.agreeing > pixels.agreeing:
        return f"{words} The hidden layer has brought this drawing closer to the digits it reads it as: that is what it learnt to do."
    if hidden.agreeing < pixels.agreeing:
        return f"{words} Here the hidden layer puts it further from the digits it reads it as than the bare pixels do."
    if hidden.agreeing == hidden.asked:
        return f"{words} Both agree with the answer."
    return words


def near_words(found: Alike) -> str:
    """How to read the distances.

    Parameters
    ----------
    found : Alike
        The nearest.

    Returns
    -------
    str
    """
    share = found.distances[0] / found.usual if found.usual else 1.0
    return (
        f"0 is the same picture; half of all lie further than {fixed(found.usual, 1)} away. The nearest lies at "
        f"{percent(share, 0)} of that."
    )


def change_words(change: Change, ink: float, nearest: float | None) -> str:
    """How small the change is that flips the answer.

    Parameters
    ----------
    change : Change
        What was found.
    ink : float
        The drawing's ink, summed over pixels in [0, 1].
    nearest : float or None
        How far the nearest training digit lies that is really labelled so, pixel by pixel.

    Returns
    -------
    str
    """
    was, now = int(change.before.argmax()), change.target
    total = float(np.abs(change.difference).sum())
    grey = round(255 * change.largest)
    words = (
        f"From **{one(was)}** ({probability(change.before[was])}) to **{one(now)}** ({probability(change.after[now])}): in all "
        f"**{round(255 * total):,} grey levels**, of which a pixel has 255. That is as much as {counted_pixels(total)} turned from "
        f"black to white, and {percent(total / ink)} of your ink, but it is spread thin: on average {plain(255 * total / PIXELS, 2)} grey "
        f"levels a pixel. No pixel changes by more than {grey}."
    )
    if not change.visible:
        words += " That is less than a tenth of the way from black to white (26): you would hardly see it."
    else:
        words += f" A tenth of the way from black to white is 26, and {counted(change.visible, 'pixel')} of {PIXELS} {'changes' if change.visible == 1 else 'change'} by that or more."
    if nearest is not None and nearest > FURTHER * change.length:
        words += (
            f" The nearest training digit that really is {one(now)} lies {plain(nearest / change.length, 2)} times as far "
            "away: the network crossed a border that is not a border for us."
        )
    return words


def counted_pixels(total: float) -> str:
    """How many whole pixels so much ink would fill.

    Parameters
    ----------
    total : float
        Ink, 1 a full pixel.

    Returns
    -------
    str
        "4.9 pixels", "1 pixel".
    """
    number = plain(total, 2)
    return f"{number} pixel{'' if number == '1' else 's'}"


def shift_words(asked: dict[str, Asked], whole: np.ndarray) -> str:
    """How often each network keeps its answer when the drawing is moved.

    Parameters
    ----------
    asked : dict of str to Asked
        By what the networks are called, in a (17, 17) map each.
    whole : bool (17, 17)
        Where all ink is still inside.

    Returns
    -------
    str
    """
    rows = [
        f"{title} keeps its {found.answer} at **{int(found.kept.sum())} of {found.kept.size}** places "
        f"({percent(found.share)}), and at {int(found.kept[whole].sum())} of the {int(whole.sum())} where all your ink is "
        "still in the picture"
        for title, found in asked.items()
    ]
    return f"{'; '.join(rows)[:1].upper()}{'; '.join(rows)[1:]}."


def lesson_words(dense: Asked, convolutional: Asked) -> str:
    """What the two shipped networks have to teach about moving a drawing, whichever way it went.

    Parameters
    ----------
    dense, convolutional : Asked
        The article's network and the small convolutional one, of the same shifts.

    Returns
    -------
    str
    """
    ours, theirs = int(dense.kept.sum()), int(convolutional.kept.sum())
    dense_says = (
        "The dense network has a weight of its own for every pixel: what it learnt of a stroke in the middle tells it "
        "nothing of the same stroke further over."
    )
    if theirs == convolutional.kept.size > ours:
        return f"{dense_says} The convolutional one uses the same filters everywhere, and here it kept its answer at every place."
    if theirs > ours:
        return (
            f"{dense_says} The convolutional one uses the same small filters at every place, and that helps: "
            f"{counted(theirs - ours, 'place')} more. **It does not make it shift-proof**: at "
            f"{counted(int((~convolutional.kept).sum()), 'place')} it answers otherwise, since behind its filters stands a "
            "dense layer, for which a stroke further over is another input."
        )
    if theirs < ours:
        return (
            f"{dense_says} Yet with this drawing the convolutional network, whose filters are the same at every place, loses "
            f"its answer at {counted(ours - theirs, 'place')} more: sharing weights does not make a network shift-proof, since "
            "there is a dense layer behind the filters."
        )
    return f"{dense_says} With this drawing the convolutional network keeps its answer as often: sharing weights over places does not make it shift-proof."


def move_outcome(found: Asked, title: str, right: int = MOVE) -> str:
    """What becomes of the answer when the drawing is moved to the right.

    Parameters
    ----------
    found : Asked
        Of a (17, 17) map.
    title : str
        What the network is called.
    right : int, default=4
        Pixels.

    Returns
    -------
    str
    """
    said, share = int(found.said[FURTHEST, FURTHEST + right]), found.probability[FURTHEST, FURTHEST + right]
    if said == found.answer:
        return (
            f"{right} pixels further to the right {title} still reads {one(said)}, with {probability(share)}."
        )
    return (
        f"{right} pixels further to the right {title} reads **{one(said)}**; the {found.answer} is left with "
        f"{probability(share)}. That is why every drawing is framed before it is read."
    )


YES, NO = "Yes", "No, as another digit"
MOVED = {
    YES: (
        "Right here: a dense network has no **translation invariance**, but enough of this ink still lies where its units look for it.",
        "A dense network knows nothing of **translation invariance**: each pixel has weights of its own, and next door others wait.",
    ),
    NO: (
        "Right: a dense network has no **translation invariance**, a pixel next door meets other weights.",
        "A dense network has no **translation invariance**, so it might; for this drawing the move is too small.",
    ),
}
"""What a reader may expect: each answer’s sentence if it is right, and if it is not."""


def still(found: Asked, right: int = MOVE) -> str:
    """Which of ``MOVED`` is right.

    Parameters
    ----------
    found : Asked
        Of a (17, 17) map.
    right : int, default=4
        Pixels.

    Returns
    -------
    str
    """
    return YES if int(found.said[FURTHEST, FURTHEST + right]) == found.answer else NO


def kept_words(asked: dict[str, Asked], steps: tuple[float, ...], unit: str) -> str:
    """How far a drawing can be changed either way before the answer changes.

    Parameters
    ----------
    asked : dict of str to Asked
        By what the networks are called, one entry a step.
    steps : tuple of float
        By how much the drawing was changed, rising; one of them is 0.
    unit : str
        What is written behind a step.

    Returns
    -------
    str
    """
    middle = steps.index(0)
    parts = []
    for title, found in asked.items():
        kept = found.kept
        low = middle
        while low > 0 and kept[low - 1]:
            low -= 1
        high = middle
        while high + 1 < len(steps) and kept[high + 1]:
            high += 1
        parts.append(
            f"{title} keeps its {found.answer} from {difference_of(steps[low])} to {difference_of(steps[high])}{unit}"
        )
    told = "; ".join(parts)
    return f"{told[:1].upper()}{told[1:]}."


def difference_of(step: float) -> str:
    """A step with its sign.

    Parameters
    ----------
    step : float
        By how much.

    Returns
    -------
    str
        "+5", "−0.5", "0".
    """
    return difference(step, 0 if float(step).is_integer() else 1)
