"""Numbers as they stand in formulas and sentences: at most four significant digits, powers of ten written out."""

from collections.abc import Sequence
from typing import SupportsFloat

import numpy as np

_ODD = {"nan": r"\text{?}", "inf": r"\infty", "-inf": r"-\infty"}
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def digits(value: SupportsFloat) -> str:
    """Write a number in LaTeX; one that only rounds to 1 is not written as 1."""
    number = float(value)
    if not np.isfinite(number):
        return _ODD[str(number)]
    if 0.99995 <= abs(number) < 1:
        return rf"{'-' if number < 0 else ''}0.9999\ldots"
    mantissa, _, exponent = f"{number:.4g}".partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa


def bracketed(value: SupportsFloat) -> str:
    """Write a number that follows an operator in LaTeX: negative ones in brackets."""
    return f"({digits(value)})" if float(value) < 0 else digits(value)


def plain(value: SupportsFloat, figures: int = 4) -> str:
    """Write a number for a sentence: 0.25, −3, 1.1·10⁻¹²."""
    mantissa, _, exponent = f"{float(value):.{figures}g}".partition("e")
    mantissa = mantissa.replace("-", "−").replace("inf", "∞")
    return f"{mantissa}·10{raised(int(exponent))}" if exponent else mantissa


def percent(share: SupportsFloat, places: int = 1) -> str:
    """Write a share for a sentence: 97.8 %; what only rounds to all or to none of it is told as such."""
    number, last = float(share), 10.0**-places
    written = f"{100 * number:.{places}f}"
    if number < 1 and float(written) >= 100:
        return f"more than {100 - last:.{places}f}\u00a0%"
    if number > 0 and float(written) == 0:
        return f"less than {last:.{places}f}\u00a0%"
    return f"{written}\u00a0%"


def probability(value: SupportsFloat, places: int = 1) -> str:
    """Write a softmax's probability for a sentence: below 1 always, also where float32 has rounded it to 1."""
    return percent(min(float(value), float(np.nextafter(1, 0))), places)


def raised(number: int) -> str:
    """Write a whole number as an exponent."""
    return str(number).translate(_RAISED)


def lowered(text: str) -> str:
    """Write digits as subscripts."""
    return text.translate(_LOWERED)


def point(place: Sequence[SupportsFloat]) -> str:
    """Write two coordinates for a sentence: (−9, 1.5)."""
    return f"({', '.join(plain(part) for part in place)})"


def fine_step(value: float, low: float, high: float) -> float:
    """A power of ten by which ``value`` can be moved either way in its range: 0.0001 for 0.999 below 0.9999.

    At most 0.1, and 0.01 for a value of 0; at an end of the range, the distance to the other end counts.
    """
    room = min(filter(None, (value - low, high - value)))
    return float(f"1e{int(np.floor(np.log10(min(room, abs(value) or 0.01, 0.1))))}")
