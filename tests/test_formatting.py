"""Numbers in formulas and sentences: four digits, powers of ten written out, no 1 that is none."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.formatting import (
    bracketed,
    difference,
    digits,
    fine_step,
    fixed,
    log_of,
    lowered,
    percent,
    plain,
    probability,
    raised,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1234567, "0.1235"),
        (3.0, "3"),
        (-1e-9, r"-1 \cdot 10^{-9}"),
        (1.234e-12, r"1.234 \cdot 10^{-12}"),
        (0.9999999, r"0.9999\ldots"),
        (-0.9999546, r"-0.9999\ldots"),
        (1.0, "1"),
        (0.99994, "0.9999"),
        (12.0049, "12.00"),
        (0.49995459, "0.5000"),
        (0.1 + 0.2, "0.3"),
        (np.float32(0.1), "0.1"),
        (12345.6, r"1.235 \cdot 10^{4}"),
        (1234.5, "1234"),
        (1.00001, "1.000"),
        (math.nan, r"\text{?}"),
        (-math.inf, r"-\infty"),
    ],
)
def test_in_a_formula(value: float, text: str) -> None:
    assert digits(value) == text


def test_what_a_logarithm_is_taken_of_stands_in_brackets() -> None:
    assert log_of(6.1144e-6) == r"\ln(6.114 \cdot 10^{-6})"


def test_negative_numbers_stand_in_brackets() -> None:
    assert (bracketed(-2.5), bracketed(2.5)) == ("(-2.5)", "2.5")


@pytest.mark.parametrize(
    ("value", "figures", "text"),
    [
        (1.1e-12, 2, "1.1·10⁻¹²"), (-3.0, 4, "−3"), (0.2351, 3, "0.235"), (2e16, 1, "2·10¹⁶"), (1e12, 4, "10¹²"), (-1e-6, 3, "−10⁻⁶"),
        (-0.0, 4, "0"), (-2e-7, 2, "−2·10⁻⁷"), (math.inf, 4, "∞"), (-math.inf, 4, "−∞"), (math.nan, 4, "no number"),
    ],
)  # fmt: skip
def test_in_a_sentence(value: float, figures: int, text: str) -> None:
    assert plain(value, figures) == text


def test_zero_has_no_sign() -> None:
    assert (digits(-0.0), plain(-0.0), fixed(-0.04, 1), fixed(-0.0, 2)) == ("0", "0", "0.0", "0.00")


@pytest.mark.parametrize(
    ("value", "places", "text"), [(12, 1, "12.0"), (-0.55, 2, "−0.55"), (-3.26, 1, "−3.3")]
)
def test_in_a_column(value: float, places: int, text: str) -> None:
    assert fixed(value, places) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.46, "+1.5"), (-3.26, "−3.3"), (0.04, "0.0"), (-0.04, "0.0"), (-0.0, "0.0"), (0.06, "+0.1")],
)
def test_a_difference_has_its_sign_unless_it_rounds_to_zero(value: float, text: str) -> None:
    assert difference(value, 1) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_no_number_is_written_the_computer_s_way(value: float) -> None:
    assert "e" not in digits(value).replace("dot", "").replace("ldots", "")
    assert "e" not in plain(value)
    assert "-" not in plain(value)


def test_raised_and_lowered() -> None:
    assert raised(-120) == "⁻¹²⁰"
    assert lowered("w12") == "w₁₂"


@pytest.mark.parametrize(
    ("value", "low", "high", "step"),
    [
        (0.999, 0.001, 0.9999, 1e-4),
        (0.9, 0.0, 0.999, 0.01),
        (1e-7, 1e-10, 1.0, 1e-8),
        (0.0, 0.0, 10.0, 0.01),
        (2.0, 1.0, 10.0, 0.1),
        (1.0, 0.0, 1.0, 0.1),
    ],
)
def test_a_step_fits_the_value_and_stays_in_range(value: float, low: float, high: float, step: float) -> None:
    assert fine_step(value, low, high) == step
    assert low <= value + step <= high or low <= value - step <= high


@pytest.mark.parametrize(
    ("share", "places", "text"),
    [
        (0.0, 1, "0.0 %"), (1.0, 1, "100.0 %"), (0.978, 1, "97.8 %"), (0.99949, 1, "99.9 %"),
        (0.9996, 1, "more than 99.9 %"), (0.99996, 2, "more than 99.99 %"), (0.0004, 1, "less than 0.1 %"),
        (1e-30, 2, "less than 0.01 %"), (0.5, 0, "50 %"), (0.999, 0, "more than 99 %"),
    ],
)  # fmt: skip
def test_a_share_is_all_or_none_only_if_it_is(share: float, places: int, text: str) -> None:
    assert percent(share, places).replace("\u00a0", " ") == text


@given(st.floats(0, 1, width=32), st.integers(0, 3))
def test_a_probability_is_never_told_as_certain_and_a_share_only_where_it_is(
    value: float, places: int
) -> None:
    told = probability(np.float32(value), places)
    assert not told.startswith("100")
    assert percent(value, places).startswith("100") == (value == 1)
