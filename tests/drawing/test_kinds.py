"""What is no digit is said to be none, kind by kind; a digit is hardly ever; and what a page says of it is what was measured."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image

from benchmarks import no_digit
from benchmarks.no_digit import EMPTY, MAKERS, Source, told
from netlab import data
from netlab.drawing import kinds as room
from netlab.drawing.doubt import doubt
from netlab.drawing.figures_kinds import kinds_figure, kinds_told
from netlab.drawing.framing import frame, stages
from netlab.drawing.kinds import DIGIT_FROM, KINDS, kinds, likeliest_other

COUNT = 40
LETTERS: dict[str, Sequence[Sequence[tuple[float, float]]]] = {
    "A": [[(0.05, 1), (0.5, 0), (0.95, 1)], [(0.22, 0.62), (0.78, 0.62)]],
    "E": [[(0.9, 0), (0.1, 0), (0.1, 1), (0.9, 1)], [(0.1, 0.5), (0.7, 0.5)]],
    "H": [[(0.1, 0), (0.1, 1)], [(0.9, 0), (0.9, 1)], [(0.1, 0.5), (0.9, 0.5)]],
    "K": [[(0.1, 0), (0.1, 1)], [(0.9, 0), (0.1, 0.55), (0.9, 1)]],
    "M": [[(0.05, 1), (0.05, 0), (0.5, 0.6), (0.95, 0), (0.95, 1)]],
    "W": [[(0, 0), (0.25, 1), (0.5, 0.4), (0.75, 1), (1, 0)]],
    "X": [[(0.1, 0), (0.9, 1)], [(0.9, 0), (0.1, 1)]],
}


def source(seed: int = 5) -> Source:
    """Pictures of this seed; what needs a font is not asked for."""
    digits = data.load("stand-in")
    return Source(np.random.default_rng(seed), [], digits.x_test, digits.y_test)


def drawn(lines: Sequence[Sequence[tuple[float, float]]], width: int = 20) -> np.ndarray:
    canvas = Image.new("L", (280, 280))
    for line in lines:
        no_digit.stroke(50 + 180 * np.array(line), width, canvas)
    return np.asarray(canvas)


@pytest.mark.parametrize("kind", ["scribble", "figure", "face", "dash or dots", *EMPTY])
def test_what_is_no_digit_is_said_to_be_none(kind: str) -> None:
    made = source()
    said = [told(MAKERS[kind](made)) for _ in range(COUNT)]
    assert np.mean(said) >= 0.85


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("width", [10, 20, 28])
def test_a_drawn_letter_is_no_digit(letter: str, width: int) -> None:
    found = doubt(stages(drawn(LETTERS[letter], width)))
    assert found is not None
    assert found.kinds[0] < DIGIT_FROM


def test_the_reason_names_the_likeliest_other_kind() -> None:
    found = doubt(stages(drawn(LETTERS["A"])))
    assert found is not None
    ranked = np.argsort(found.kinds)[::-1]
    assert list(KINDS.values())[ranked[0]] in found.sentence


def test_a_row_of_kinds_adds_up_and_is_named_in_order() -> None:
    probabilities = kinds(frame(drawn(LETTERS["A"]))[None])
    assert probabilities.shape == (1, len(KINDS))
    assert probabilities.sum() == pytest.approx(1)
    assert likeliest_other(np.array([0.9, 0, 0, 0, 0, 0.06, 0.04, 0, 0, 0])) == "scribble"


def test_the_record_has_a_rate_for_every_kind_and_its_targets() -> None:
    record = room.record()
    rates = record["rates"]
    assert set(KINDS) <= set(rates)
    assert rates["digit"] <= 0.005
    assert np.mean([rates[kind] for kind in KINDS if kind != "digit"]) >= 0.9
    assert record["pictures"] > 0


@pytest.mark.parametrize("digit", [0.02, 0.5])
def test_the_figure_says_what_is_said(digit: float) -> None:
    row = np.array([digit, 1 - digit, *[0.0] * 8], np.float32)
    figure, sentence = kinds_figure(row), kinds_told(row)
    assert figure.data[0].x[-1] == pytest.approx(digit)
    assert figure.data[0].y[-1] == KINDS["digit"]
    assert ("said to be no digit" in sentence) == (digit < DIGIT_FROM)


def test_the_same_seed_makes_the_same_pictures() -> None:
    first, second = (MAKERS["scribble"](source(9)) for _ in range(2))
    assert np.array_equal(first, second)
