"""What kind of sign a framed picture shows: a digit, or what else.

A network that learnt digits has ten answers and none of them is "no digit". So a second one is asked first: a small
convolutional network that learnt this question alone, from digits in many hands and as many pictures of other things.
``benchmarks/no_digit.py`` makes what it learns from and measures it; its record stands beside its weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from netlab.arrays import Floats
from netlab.nets import shipped
from netlab.nets.numpy_model import predict

NETWORK = "kinds"
"""Its file among the weights that come along."""

KINDS: Mapping[str, str] = {
    "digit": "a digit",
    "letter": "a letter",
    "symbol": "a symbol such as & or %",
    "several": "several signs on top of each other",
    "turned digit": "a digit mirrored or turned",
    "scribble": "a scribble",
    "figure": "a drawn figure",
    "face": "a face",
    "dash or dots": "a dash or dots",
    "no sign": "a texture or a shadow",
}
"""What it tells apart, in the order of its ten outputs, and what a sentence calls it."""

DIGIT_FROM = 0.01
"""Probability of a digit below which a picture is said to be none: the rates of ``record`` were measured at it."""


def kinds(images: Floats) -> Floats:
    """How likely each kind is for each picture.

    Parameters
    ----------
    images : floats (n, 28, 28)
        Framed pictures in [0, 1].

    Returns
    -------
    float32 (n, 10)
        Probabilities in the order of ``KINDS``; each row adds to 1.
    """
    return predict(*shipped.load(NETWORK), images)


def likeliest_other(probabilities: Floats) -> str:
    """The likeliest kind but a digit.

    Parameters
    ----------
    probabilities : floats (10,)
        A row of ``kinds``.

    Returns
    -------
    str
        A key of ``KINDS``.
    """
    return list(KINDS)[1 + int(np.argmax(probabilities[1:]))]


def record() -> dict[str, Any]:
    """How it was taught, and the rates that were measured on pictures that it never saw.

    Returns
    -------
    dict
        As the file beside its weights has it; under "rates" the share of each kind that is said to be no digit.
    """
    return shipped.record(NETWORK)
