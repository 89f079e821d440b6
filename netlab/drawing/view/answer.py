"""What a network reads in one picture: the picture, the ten probabilities, and the sentence that sums them up."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from netlab.app.components import component
from netlab.arrays import Floats
from netlab.formatting import probability

WORTH_TELLING = 0.01
"""A second guess below this probability is not told."""

_reading = component("drawing/reading")


def answer(key: str, image: Floats | None, probabilities: Floats | None) -> None:
    """The 28×28 picture and the ten probabilities, or an empty frame for both."""
    data: dict[str, Any] = {"pixels": None, "probabilities": None, "sentence": "Nothing drawn yet."}
    if image is not None and probabilities is not None:
        pixels = np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8).tobytes()
        data = {
            "pixels": base64.b64encode(pixels).decode(),
            "probabilities": [round(float(value), 6) for value in probabilities],
            "shares": [_short(value) for value in probabilities],
            "sentence": sentence(probabilities),
        }
    _reading(key=key, data=data)


def _short(value: np.float32) -> str:
    """A probability as it stands beside its bar."""
    return probability(value).replace("more than ", ">\u202f").replace("less than ", "<\u202f")


def sentence(probabilities: Floats) -> str:
    """What the network reads, how sure it is, and its second guess where that counts."""
    second, first = (int(digit) for digit in np.argsort(probabilities)[-2:])
    text = f"It reads {_one(first)} ({probability(probabilities[first])} sure)"
    if probabilities[second] < WORTH_TELLING:
        return f"{text}."
    return f"{text}; its second guess is {_one(second)} ({probability(probabilities[second])})."


def _one(digit: int) -> str:
    return f"an {digit}" if digit == 8 else f"a {digit}"
