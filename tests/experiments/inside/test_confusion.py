"""Confusion against scikit-learn and against its definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from netlab.arrays import Bytes
from netlab.experiments.inside import confusion
from netlab.experiments.inside.answers import Answers

SEEDS = st.integers(0, 2**32 - 1)


def drawn(seed: int, count: int = 300) -> tuple[Answers, Bytes]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, count).astype(np.uint8)
    logits = rng.normal(0, 1, (count, 10)).astype(np.float32)
    logits[np.arange(count), labels] += 2
    return Answers(logits), labels


@given(SEEDS)
def test_counts_recall_and_precision_are_scikit_learn_s(seed: int) -> None:
    answers, labels = drawn(seed)
    counts = confusion.count(labels, answers.said)
    np.testing.assert_array_equal(counts, confusion_matrix(labels, answers.said, labels=range(10)))
    precision, recall, _, there = precision_recall_fscore_support(
        labels, answers.said, labels=range(10), zero_division=np.nan
    )
    for k, score in enumerate(confusion.scores(counts)):
        assert score.there == there[k]
        shares = [np.nan if share is None else share for share in (score.recall, score.precision)]
        np.testing.assert_allclose(shares, [recall[k], precision[k]])


@given(SEEDS)
def test_shares_are_of_rows_and_the_diagonal_is_recall(seed: int) -> None:
    answers, labels = drawn(seed)
    counts = confusion.count(labels, answers.said)
    shares = confusion.shares(counts)
    np.testing.assert_allclose(shares.sum(axis=1), counts.any(axis=1))
    assert [score.recall or 0 for score in confusion.scores(counts)] == pytest.approx(list(shares.diagonal()))


def test_a_class_that_is_never_there_or_never_said_has_no_share() -> None:
    counts = confusion.count(np.array([3, 3, 3], np.uint8), np.array([3, 5, 5]))
    three, five, nine = (confusion.scores(counts)[k] for k in (3, 5, 9))
    assert (three.recall, three.precision) == (1 / 3, 1.0)
    assert (five.recall, five.precision) == (None, 0.0)
    assert (nine.recall, nine.precision) == (None, None)
    assert not confusion.shares(counts)[9].any()


@given(SEEDS)
def test_every_mistake_is_in_its_cell_and_in_the_list_once(seed: int) -> None:
    answers, labels = drawn(seed)
    mistakes = confusion.worst_first(labels, answers.said, answers.sureness)
    right = confusion.by_a_hair(labels, answers.said, answers.sureness)
    assert sorted([*mistakes, *right]) == list(range(len(labels)))
    assert (labels[mistakes] != answers.said[mistakes]).all()
    assert (np.diff(answers.sureness[mistakes]) <= 0).all()
    assert (np.diff(answers.sureness[right]) >= 0).all()
    counts = confusion.count(labels, answers.said)
    cells = {
        (a, b): confusion.in_cell(labels, answers.said, answers.sureness, a, b)
        for a in range(10)
        for b in range(10)
    }
    assert {cell: len(places) for cell, places in cells.items()} == {cell: counts[cell] for cell in cells}
    assert sorted(place for cell in cells.values() for place in cell) == list(range(len(labels)))


def test_pairs_count_both_ways_and_the_worst_is_first() -> None:
    counts = np.zeros((10, 10), np.int64)
    counts[4, 9], counts[9, 4], counts[7, 2], counts[8, 8] = 3, 4, 5, 90
    found = confusion.pairs(counts)
    assert found[:2] == [(4, 9, 7), (2, 7, 5)]
    assert len(found) == 45
    assert confusion.taken_for(counts) == [None, None, None, None, 9, None, None, 2, None, 4]


def test_answers_that_are_no_numbers_are_known() -> None:
    logits = np.zeros((2, 10), np.float32)
    assert Answers(logits).sound
    logits[1, 3] = np.nan
    assert not Answers(logits).sound
