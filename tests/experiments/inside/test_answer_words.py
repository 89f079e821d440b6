"""The sentences of the page Inside are true of the numbers that they are given, and silent where nothing earns them."""

from __future__ import annotations

import numpy as np
import pytest

from netlab.experiments.inside import calibration, confusion, heat, words
from netlab.experiments.inside.answers import Answers
from netlab.experiments.inside.confusion import Counts

NAMES = tuple("0123456789")


def table(**cells: int) -> Counts:
    """Ten right answers of each class, and some cells: c49=3."""
    counts = np.diag(np.full(10, 10))
    for cell, number in cells.items():
        counts[int(cell[1]), int(cell[2])] = number
    return counts


def plainly(text: str) -> str:
    return text.replace("\xa0", " ")


def test_how_many_are_right() -> None:
    assert plainly(words.overall(table(c49=100))) == (
        "It reads **50.00 %** of 200 test pictures correctly: 100 mistakes."
    )
    assert "1 mistake." in words.overall(table(c49=1))
    assert plainly(words.overall(table())) == "It reads all 100 test pictures correctly."


def test_which_two_are_confused_most() -> None:
    told = words.confused(table(c49=3, c94=4, c27=5), NAMES)
    assert "**4 and 9** most, in 7 of its 12 mistakes" in told
    assert "“4” was taken for “9” in 3 pictures, “9” for “4” in 4." in told
    assert "Another pair" not in told
    assert "Another pair is confused as often." in words.confused(table(c49=3, c27=3), NAMES)
    assert words.confused(table(), NAMES) == "It confuses no two classes on these pictures."


def test_two_tables_are_compared() -> None:
    now, then = table(), table(c01=2, c00=8)
    told = plainly(words.compared(now, then, "the other"))
    assert told == "It reads 100.00 % correctly, the other 98.00 %: 2 pictures more."
    assert words.compared(then, now, "the other").endswith("2 pictures fewer.")
    assert "and so does the other" in words.compared(now, now, "the other")


@pytest.mark.parametrize(
    ("stretch", "verdict"),
    [(4.0, "surer than it should be"), (0.25, "less sure than it could be")],
)
def test_whether_it_is_as_often_right_as_it_says(stretch: float, verdict: str) -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, 500).astype(np.uint8)
    logits = rng.normal(0, 1, (500, 10)).astype(np.float32)
    logits[np.arange(500), labels] += 2
    answers = Answers(logits * np.float32(stretch))
    assert verdict in words.calibrated(calibration.reliability(answers.probabilities, labels))
    mended = calibration.mended(answers.logits, labels)
    told = words.mending(mended)
    assert (
        "less sure of every answer and changes no answer"
        if stretch > 1
        else "surer of every answer and changes no answer"
    ) in told
    assert "It was chosen on 250 of the test pictures and tested on the 250 others" in told
    assert "at the end of what was tried" not in told


def test_a_temperature_that_nothing_fixes_is_told() -> None:
    logits = np.eye(10, dtype=np.float32)[np.arange(40) % 10]
    told = words.mending(calibration.mended(logits, (np.arange(40) % 10).astype(np.uint8)))
    assert "at the end of what was tried" in told


def test_what_is_left_after_a_lesion() -> None:
    labels = np.repeat(np.arange(10), 10).astype(np.uint8)
    whole = np.eye(10, dtype=np.float32)[labels]
    hurt = whole.copy()
    hurt[:4] = np.eye(10, dtype=np.float32)[7]
    counts = confusion.count(labels, whole.argmax(axis=1))
    told = plainly(words.without(Answers(hurt), counts, labels, NAMES, "unit 3"))
    assert told == (
        "Without unit 3: **96.00 %** of 100 test pictures are read correctly, −4.00 percentage points. "
        "0 suffers most: 40.0 percentage points fewer of its pictures are found."
    )
    same = plainly(words.without(Answers(whole), counts, labels, NAMES, "unit 3"))
    assert same.endswith("are read correctly, as before.")
    hurt[0, 0] = np.nan
    assert "not numbers" in words.without(Answers(hurt), counts, labels, NAMES, "unit 3")


def test_a_table_s_tones() -> None:
    counts = table(c49=5, c27=1)
    cells = heat.of_counts(counts)
    assert cells.tones[4, 9] == -1 < cells.tones[2, 7] < 0
    assert cells.tones[0, 0] == heat.FAINT > cells.tones[4, 4] > 0
    assert cells.tones[0, 1] == 0
    assert (cells.texts[4][9], cells.texts[0][1]) == ("5", "")
    assert heat.of_shares(counts).texts[4][9] == "33.3"
    np.testing.assert_array_equal(heat.of_shares(counts).tones, cells.tones)


def test_a_difference_is_toned_by_what_is_better() -> None:
    now, then = table(c49=1, c27=3), table(c49=5, c27=1)
    now[0, 0] = 11
    cells = heat.of_difference(now, then)
    assert cells.texts[4][9] == "−4"
    assert cells.tones[4, 9] == 1
    assert cells.tones[2, 7] < 0 < cells.tones[0, 0]
    assert not heat.of_difference(now, now).tones.any()
    assert heat.labels(now, then, NAMES)[4][9] == "4 read as 9: 1, before 5"
    assert plainly(heat.labels(now, None, NAMES)[4][9]) == "4 read as 9: 1, 9.1 %"


def test_no_mistakes_give_no_tones_off_the_diagonal() -> None:
    assert not np.triu(heat.of_counts(table()).tones, 1).any()
