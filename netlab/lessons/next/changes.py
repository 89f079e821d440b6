"""What would one change of a network that reads well already? Each suggestion with what was measured here."""

from __future__ import annotations

from dataclasses import dataclass

from netlab.arrays import Bytes
from netlab.experiments.inside.answers import Answers
from netlab.experiments.inside.confusion import count, pairs
from netlab.formatting import counted, percent


@dataclass(frozen=True)
class Against:
    """Two networks on the same digits.

    Attributes
    ----------
    own, other : int
        Mistakes of each.
    mended : int
        Digits that the first gets wrong and the other right.
    spoilt : int
        Digits that the first gets right and the other wrong.
    """

    own: int
    other: int
    mended: int
    spoilt: int


def against(labels: Bytes, own: Answers, other: Answers) -> Against:
    """Compare two networks digit by digit.

    Parameters
    ----------
    labels : uint8 (n,)
        What each digit is.
    own, other : Answers
        What the two networks say.

    Returns
    -------
    Against
    """
    mine, theirs = own.said != labels, other.said != labels
    return Against(
        int(mine.sum()), int(theirs.sum()), int((mine & ~theirs).sum()), int((theirs & ~mine).sum())
    )


def where_it_fails(labels: Bytes, answers: Answers) -> str:
    """Say which two digits it confuses most, and how sure it was of its mistakes.

    Parameters
    ----------
    labels : uint8 (n,)
        What each digit is.
    answers : Answers
        What the network says.

    Returns
    -------
    str
        Markdown.
    """
    counts = count(labels, answers.said)
    wrong = answers.said != labels
    if not wrong.any():
        return "It makes no mistake on these digits."
    one, other, times = pairs(counts)[0]
    sure = int((answers.sureness[wrong] > 0.9).sum())
    return (
        f"It makes {counted(int(wrong.sum()), 'mistake')} in {len(labels):,}. It confuses **{one} and {other}** most, {counted(times, 'time')}. It was "
        f"more than 90 % sure of {sure:,} of these mistakes: how sure a network is does not tell whether it is right."
    )


def other_layers(found: Against, own: int, other: int) -> str:
    """Say what convolutional layers bring, as measured on the same digits.

    Parameters
    ----------
    found : Against
        This network against the convolutional one.
    own, other : int
        How many parameters each has.

    Returns
    -------
    str
        Markdown.
    """
    result = (
        f"With {other:,} parameters instead of {own:,} it reads {found.other:,} wrong instead of {found.own:,}."
        if found.other != found.own
        else f"With {other:,} parameters instead of {own:,} it reads just as many wrong, {found.own:,}."
    )
    return (
        f"**Other layers.** This network has a weight for every pixel and does not know which pixels are neighbours. The small **convolutional** network that comes along "
        f"looks at small squares with the same few weights everywhere. {result} It avoids {found.mended:,} of this network’s mistakes and makes "
        f"{found.spoilt:,} that this one does not."
    )


def fewer_weights(shares: dict[float, float], whole: float) -> str:
    """Say how many weights could be left out, as measured.

    Parameters
    ----------
    shares : dict of float to float
        Share of the weights set to 0, the smallest first, and the share of digits then read right.
    whole : float
        The share with all weights.

    Returns
    -------
    str
        Markdown.
    """
    told = " ".join(
        f"Without the smallest {percent(gone, 0)} of them it reads {percent(right, 2)}."
        for gone, right in sorted(shares.items())
    )
    return f"**Fewer weights.** With all of them the network reads {percent(whole, 2)} of the digits. {told} Many weights do little, and a smaller network answers sooner."
