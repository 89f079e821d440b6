"""What may be expected of an experiment: exactly one answer is right, whatever was measured, and each has its own sentences."""

from __future__ import annotations

import pytest

from netlab.drawing.why import words as why_words
from netlab.experiments import expected

TABLES = {
    "fifth": expected.FIFTH,
    "steadier": expected.STEADIER,
    "changed": expected.CHANGED,
    "apart": expected.APART,
    "pairs": expected.of_pairs({"3 and 5": 1, "4 and 9": 1200}),
    "seeds": expected.WITH_SEEDS,
    "twins": expected.of_twins(("A: dropout 0", "B: dropout 0.2"), "Neither"),
    "values": expected.of_values({"0.1": 0.9, "0.3": None, "1": 0.951}, "learning rate"),
    "moved": why_words.MOVED,
}


@pytest.mark.parametrize("name", TABLES)
def test_each_answer_has_two_sentences_with_the_field_s_word(name: str) -> None:
    for right, wrong in TABLES[name].values():
        assert right.startswith("Right")
        assert not wrong.startswith("Right")
        assert all(said.endswith(".") and "**" in said for said in (right, wrong))
    rights = [right for right, _ in TABLES[name].values()]
    assert len(set(rights)) == len(rights)


@pytest.mark.parametrize(
    ("before", "after", "right"),
    [
        (0.98, 0.979, expected.HARDLY), (0.98, 0.99, expected.HARDLY), (0.98, 0.9, expected.SOME), (0.98, 0.5, expected.HALF),
        (0.98, 0.1, expected.GUESS), (0.1, 0.1, expected.HARDLY),
    ],
)  # fmt: skip
def test_what_a_fifth_was_worth(before: float, after: float, right: str) -> None:
    assert expected.after_a_fifth(before, after) == right


def test_which_answer_is_right_follows_what_was_measured() -> None:
    assert expected.steadied(1.0, 0.52) == expected.HALVED
    assert expected.steadied(1.0, 0.2) == expected.QUARTER
    assert expected.steadied(1.0, 0.95) == expected.SAME
    assert expected.steadied(0.0, 0.0) is None
    assert expected.change_needed(40, 0.8, 6.0) == expected.SOME_PIXELS
    assert expected.change_needed(1, 0.8, None) == expected.ONE_PIXEL
    assert expected.change_needed(300, 7.0, 6.0) == expected.LIKE_ONE
    assert expected.change_needed(0, 0.0, 6.0) is None
    assert (expected.apart(0.5, 0.6), expected.apart(0.6, 0.5)) == (expected.MORE, expected.LESS)
    assert expected.apart(0.5, 0.5) == expected.AS_OFTEN
    assert expected.with_seeds([0.1, 0.2]) == expected.ALL
    assert expected.with_seeds([0.1, 0.2, -0.1]) == expected.MOST
    assert expected.with_seeds([0.1, -0.2]) == expected.FEW
    assert expected.with_seeds([]) is None
