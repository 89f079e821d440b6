"""Each sentence about why is said where it is earned, and no other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from netlab.drawing.figures_why import curve_figure, shift_figure
from netlab.drawing.why import words
from netlab.drawing.why.alike import Alike
from netlab.drawing.why.case import Case
from netlab.drawing.why.moved import Asked
from netlab.drawing.why.pixels import ByInput, ByPatches
from netlab.drawing.why.units import SLOPES, WEIGHTS, Vote, Votes
from netlab.nets.smallest_change import Change
from netlab.nets.spec import NetworkSpec

LOGITS = np.array([0.0, 3.0, 0, 0, 0, 0, 0, 12.5, 0, 0])
CASE = Case(NetworkSpec(), {}, np.zeros((28, 28), np.float32), LOGITS)
NOTHING = np.zeros((28, 28))


def told(text: str) -> str:
    return text.replace("\xa0", " ")


def test_the_lead_is_told_with_both_sums() -> None:
    text = words.lead_words(CASE)
    assert "**12.5** for the 7, **3** for the second, the 1" in text
    assert "So the 7 leads by **9.5**" in text
    assert np.exp(2.3) == pytest.approx(10, rel=0.01)
    assert np.exp(4.6) == pytest.approx(100, rel=0.01)


def test_exact_is_said_of_exact_sums_alone() -> None:
    values = NOTHING.copy()
    values[3, 3] = 9.8
    exact = words.input_words(ByInput(values, True, -0.3), CASE)
    assert "exact" in exact
    assert "+9.80" in exact
    assert "−0.30" in exact
    local = words.input_words(ByInput(values, False, -0.3), CASE)
    assert "exact" not in local
    assert "local" in local
    assert "+9.80 of a lead of 9.5" in local


def test_what_covering_changes_is_told() -> None:
    values = NOTHING.copy()
    values[9, 4] = 6.5
    said = np.full((28, 28), 7)
    quiet = words.patch_words(ByPatches(values, said, 5), CASE)
    assert "The most is 6.5, around row 10, column 5." in quiet
    assert "No single square changes the answer." in quiet
    said[:2, :3] = 8
    loud = words.patch_words(ByPatches(values, said, 5), CASE)
    assert "At 6 places of 784 this changes the answer, mostly to an 8." in loud
    assert "No single square" not in loud
    assert "The most" not in words.patch_words(ByPatches(-np.ones((28, 28)), said, 5), CASE)


def test_the_units_are_added_up() -> None:
    votes = tuple(Vote(place, 2.0, weight, NOTHING) for place, weight in enumerate((1.5, -0.5)))
    found = Votes(votes, WEIGHTS, 512, 1, 9.7, -0.2)
    text = words.units_words(found, CASE)
    assert "512 units; 1 of them gives" in text
    assert "+9.70 of the lead of 9.5 (the biases −0.20)" in text
    assert "the 2 units below bring +2.00" in text
    assert "incoming weights" in words.picture_words(found)
    assert "gradient at this drawing" in words.picture_words(replace(found, shown=SLOPES))


def near(agreeing: int, distance: float = 2.0) -> Alike:
    return Alike(np.array([4]), np.array([distance]), np.array([7]), 8.0, agreeing, 20)


@pytest.mark.parametrize(
    ("pixels", "hidden", "said"),
    [
        (6, 18, "has brought this drawing closer"), (18, 6, "puts it further"), (20, 20, "Both agree"), (9, 9, ""),
        (9, None, "no hidden layer"),
    ],
)  # fmt: skip
def test_whether_the_hidden_layer_helps_is_told_by_the_labels(
    pixels: int, hidden: int | None, said: str
) -> None:
    text = words.alike_words(near(pixels), None if hidden is None else near(hidden), 7)
    sayings = ("has brought this drawing closer", "puts it further", "Both agree", "no hidden layer")
    assert [one for one in sayings if one in text] == ([said] if said else [])
    assert f"Of the 20 nearest pixel by pixel, **{pixels}** are labelled 7" in text


def test_how_near_is_told_beside_what_is_usual() -> None:
    assert "further than 8.0 away. The nearest lies at 25 % of that." in told(words.near_words(near(3)))


def changed(largest: float, count: int) -> Change:
    end = np.zeros((28, 28), np.float32)
    end.ravel()[:count] = largest
    before, after = np.eye(10)[7], np.eye(10)[1]
    return Change(np.zeros((28, 28), np.float32), end, 1, before, after, 3)


def test_the_size_of_a_change_is_told_in_plain_numbers() -> None:
    text = told(words.change_words(changed(0.2, 10), 100.0, None))
    assert "From **a 7**" in text
    assert "to **a 1**" in text
    assert "**510 grey levels**" in text
    assert "as much as 2 pixels turned" in text
    assert "2.0 % of your ink" in text
    assert "No pixel changes by more than 51." in text
    assert "26, and 10 pixels of 784 change by that or more" in text
    assert "hardly see" not in text
    faint = words.change_words(changed(0.05, 20), 100.0, None)
    assert "as much as 1 pixel turned" in faint
    assert "you would hardly see it" in faint


def test_a_true_digit_is_called_far_only_where_it_is() -> None:
    change = changed(0.2, 10)
    assert "not a border for us" not in words.change_words(change, 100.0, 1.9 * change.length)
    assert "lies 3 times as far away" in words.change_words(change, 100.0, 3 * change.length)


def asked(kept: int, answer: int = 7, shape: tuple[int, ...] = (17, 17)) -> Asked:
    said = np.full(shape, (answer + 1) % 10)
    said.ravel()[:kept] = answer
    return Asked(answer, said, (said == answer).astype(np.float32) * np.float32(0.9))


def test_how_often_an_answer_is_kept_is_counted() -> None:
    whole = np.zeros((17, 17), bool)
    whole.ravel()[140:160] = True
    text = told(words.shift_words({"the one": asked(150), "the other": asked(289)}, whole))
    assert (
        "The one keeps its 7 at **150 of 289** places (51.9 %), and at 10 of the 20 where all your ink"
        in text
    )
    assert "the other keeps its 7 at **289 of 289** places (100.0 %), and at 20 of the 20" in text


@pytest.mark.parametrize(
    ("dense", "convolutional", "said"),
    [
        (100, 150, "50 places more. **It does not make it shift-proof**: at 139 places"),
        (100, 289, "here it kept its answer at every place"),
        (150, 100, "loses its answer at 50 places more"),
        (150, 150, "keeps its answer as often"),
    ],
)
def test_the_lesson_is_what_was_measured(dense: int, convolutional: int, said: str) -> None:
    assert said in words.lesson_words(asked(dense), asked(convolutional))


def test_a_prediction_is_answered_by_the_map() -> None:
    assert "still reads a 7, with 90.0 %" in told(words.move_outcome(asked(289), "it"))
    lost = told(words.move_outcome(asked(5), "it"))
    assert "it reads **an 8**; the 7 is left with 0.0 %" in lost
    assert "still" not in lost


def test_how_far_it_may_turn_ends_at_the_first_other_answer() -> None:
    said = np.array([7, 1, 7, 7, 7, 1, 7])
    found = Asked(7, said, np.ones(7, np.float32))
    assert words.kept_words({"it": found}, (-3, -2, -1, 0, 1, 2, 3), "°") == "It keeps its 7 from −1 to +1°."
    assert words.kept_words({"it": found}, (-1.5, -1, -0.5, 0, 0.5, 1, 1.5), " px") == (
        "It keeps its 7 from −0.5 to +0.5 px."
    )


def test_the_map_has_a_letter_in_each_cell_and_the_curves_one_where_it_changes() -> None:
    found = asked(150)
    figure, alt = shift_figure(found, "the one")
    heat = figure.data[0]
    assert np.shape(heat.z) == np.shape(heat.text) == (17, 17)
    assert [list(row) for row in heat.text] == [[str(digit) for digit in row] for row in found.said]
    assert "kept at 150 of 289 places" in alt
    steps = (-10, -5, 0, 5, 10)
    curves, told_alt = curve_figure({"<b>run": asked(3, shape=(5,))}, steps, ["data:,"] * 5, "degrees")
    assert list(curves.data[0].text) == ["", "", "", "8", "8"]
    assert curves.data[0].name == "&lt;b&gt;run"
    assert [one.x for one in curves.layout.images] == [-10, 0, 10]
    assert "<b>run keeps its 7 at 3 of 5" in told_alt
