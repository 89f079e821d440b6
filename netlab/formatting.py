"""Numbers as they stand in formulas and sentences: at most four significant digits, powers of ten written out.

There is one way to write a number: 0.00025, −3, 10¹², 1.1·10⁻¹²; never 1e+12, a hyphen for minus, or −0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, SupportsFloat

import numpy as np

ROUNDING = 1e-7
"""What arithmetic, float32's too, leaves of a number that is meant exactly: 0.1 + 0.2 is 0.3."""
_ODD = {"nan": r"\text{?}", "inf": r"\infty", "-inf": r"-\infty"}
_UNUSUAL = {"nan": "no number", "inf": "∞", "-inf": "−∞"}
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def digits(value: SupportsFloat) -> str:
    """Write a number in LaTeX; one that only rounds to 1 is not written as 1, nor to 12 as 12, but as 12.00.

    Examples
    --------
    >>> digits(-3e-7), digits(12), digits(12.0049)
    ('-3 \\\\cdot 10^{-7}', '12', '12.00')
    """
    number = float(value) + 0.0  # −0 is 0
    if not np.isfinite(number):
        return _ODD[str(number)]
    if 0.99995 <= abs(number) < 1:
        return rf"{'-' if number < 0 else ''}0.9999\ldots"
    written = f"{number:.4g}"
    if abs(float(written) - number) > ROUNDING * abs(number):
        written = f"{number:#.4g}".rstrip(".")  # rounded: its zeros are digits
    mantissa, _, exponent = written.replace(".e", "e").partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa


def log_of(value: SupportsFloat) -> str:
    """Write the natural logarithm of a number in LaTeX, the number in brackets: \\ln(0.25).

    Examples
    --------
    >>> log_of(6.114e-6)
    '\\\\ln(6.114 \\\\cdot 10^{-6})'
    """
    return rf"\ln({digits(value)})"


def bracketed(value: SupportsFloat) -> str:
    """Write a number that follows an operator in LaTeX: negative ones in brackets."""
    return f"({digits(value)})" if float(value) < 0 else digits(value)


def signed(value: SupportsFloat) -> str:
    """Write a number that is added in LaTeX, with its sign as the operator: + 0.25, - 3."""
    return f"{'-' if float(value) < 0 else '+'} {digits(abs(float(value)))}"


def plain(value: SupportsFloat, figures: int = 4) -> str:
    """Write a number for a sentence: 0.25, −3, 10¹², 1.1·10⁻¹²; what is no number is "no number".

    Examples
    --------
    >>> plain(1.1e-12), plain(-0.0), plain(1e12)
    ('1.1·10⁻¹²', '0', '10¹²')
    """
    number = float(value) + 0.0  # −0 is 0
    if not np.isfinite(number):
        return _UNUSUAL[str(number)]
    mantissa, _, exponent = f"{number:.{figures}g}".replace("-", "−", number < 0).partition("e")
    if not exponent:
        return mantissa
    power = f"10{raised(int(exponent))}"
    return mantissa.replace("1", power) if mantissa in ("1", "−1") else f"{mantissa}·{power}"


def fixed(value: SupportsFloat, places: int) -> str:
    """Write a number with so many decimal places, as in a column of them: 12.0, −0.5, and 0.0 for −0.04.

    Examples
    --------
    >>> fixed(-0.04, 1)
    '0.0'
    """
    return f"{float(value):z.{places}f}".replace("-", "−")


def difference(value: SupportsFloat, places: int) -> str:
    """Write by how much two numbers differ, with so many decimal places: +1.5, −0.5, and 0.0 for −0.04.

    Examples
    --------
    >>> difference(1.46, 1), difference(-0.04, 1)
    ('+1.5', '0.0')
    """
    text = fixed(value, places)
    return f"+{text}" if float(text.replace("−", "-")) > 0 else text


def counted(number: int, noun: str) -> str:
    """Write how many: 1 step, 2 steps, 1,000 steps.

    Examples
    --------
    >>> counted(1, "step"), counted(1000, "step"), counted(2, "batch"), counted(5, "epoch")
    ('1 step', '1,000 steps', '2 batches', '5 epochs')
    """
    ending = "es" if noun.endswith(("s", "x", "sh", "tch", "nch")) else "s"
    return f"{number:,} {noun}{'' if number == 1 else ending}"


def percent(share: SupportsFloat, places: int = 1) -> str:
    """Write a share for a sentence: 97.8 %; what only rounds to all or to none of it is told as such.

    Examples
    --------
    >>> percent(0.978).replace("\\xa0", " ")
    '97.8 %'
    """
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


def column(values: Any) -> str:
    """Two numbers, one above the other, in round brackets, as LaTeX; one number as itself."""
    if np.ndim(values) == 0:
        return digits(values)
    return r"\begin{pmatrix}" + r"\\".join(digits(value) for value in values) + r"\end{pmatrix}"


def word(value: Any) -> str:
    """What stands in an address for an option of a control.

    Parameters
    ----------
    value : object
        A number, a text or a truth value.

    Returns
    -------
    str

    Examples
    --------
    >>> word(0.00001), word(60000), word(True), word("himmelblau")
    ('0.00001', '60000', 'true', 'himmelblau')
    """
    if isinstance(value, bool):
        return str(value).lower()
    return np.format_float_positional(value, trim="-") if isinstance(value, float) else str(value)
