"""What a network reads in one picture: the picture, the ten probabilities, and the sentence that sums them up."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np

from netlab.app.components import component
from netlab.arrays import Floats
from netlab.drawing.doubt import Doubt
from netlab.formatting import probability

WORTH_TELLING = 0.01
"""A second guess below this probability is not told."""

_reading = component("drawing/reading")


@dataclass(frozen=True)
class Beside:
    """The pad that an answer stands beside, and how many drawings came before the one that it is about.

    The answer then follows the stroke that is drawn: the browser shows what it reads itself, until the server has read
    the same drawing. An answer to an older drawing never replaces a newer one. While what is drawn may be several digits,
    only the server can say; the last answer then stays, pale.
    """

    pad: str
    seq: int


def answer(
    key: str,
    image: Floats | None,
    probabilities: Floats | None,
    *,
    beside: Beside | None = None,
    blank: str = "Nothing drawn yet.",
    digits: str = "",
    by: str = "",
    doubt: Doubt | None = None,
) -> None:
    """The 28×28 picture and the ten probabilities, or an empty frame for both.

    ``beside`` a pad it says the sentence too, or ``blank`` where there is nothing to read. ``digits`` are those of a
    drawing that has several, which is told elsewhere: then the frame is not shown. With a ``doubt`` the sentence says
    why it is no digit; in small print follow what the network would answer all the same, and who reads (``by``).
    """
    data: dict[str, Any] = {"pixels": None, "probabilities": None, "sentence": blank, "blank": blank}
    if image is not None and probabilities is not None:
        pixels = np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8).tobytes()
        data |= {
            "pixels": base64.b64encode(pixels).decode(),
            "probabilities": [float(f"{value:.6g}") for value in probabilities],
            "sentence": sentence(probabilities) if doubt is None else doubt.sentence,
        }
    if beside is not None:
        data |= {"pad": beside.pad, "stamp": beside.seq}
    all_the_same = "" if probabilities is None or doubt is None else forced(probabilities)
    data |= {word: text for word, text in (("digits", digits), ("by", by), ("doubt", all_the_same)) if text}
    _reading(key=key, data=data)


def sentence(probabilities: Floats) -> str:
    """What the network reads, how sure it is, and its second guess where that counts."""
    second, first = (int(digit) for digit in np.argsort(probabilities)[-2:])
    text = f"It reads {_one(first)} ({probability(probabilities[first])} sure)"
    if probabilities[second] < WORTH_TELLING:
        return f"{text}."
    return f"{text}; its second guess is {_one(second)} ({probability(probabilities[second])})."


def forced(probabilities: Floats) -> str:
    """What a network answers to something that is no digit."""
    first = int(probabilities.argmax())
    return (
        "The network that reads has ten answers, 0 to 9, and none for “no digit”: "
        f"made to choose, it says {first} ({probability(probabilities[first])})."
    )


def _one(digit: int) -> str:
    return f"an {digit}" if digit == 8 else f"a {digit}"
