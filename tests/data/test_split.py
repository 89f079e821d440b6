"""What is held back is not learnt from, follows from the seed, and keeps its true labels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.data.split import nonsense, split
from netlab.nets.spec import HELD_BACK, NetworkSpec


@given(st.integers(0, 2**31 - 1), st.integers(2, 3000), st.none() | st.integers(10, 4000))
def test_what_is_held_back_is_not_learnt_from(seed: int, available: int, asked: int | None) -> None:
    spec = NetworkSpec(hidden=(1,), seed=seed, train_examples=asked, validation=HELD_BACK)
    used, held = spec.examples_used(available), spec.held_back(available)
    learnt, kept = split(seed, available, used, held)
    assert (len(learnt), len(kept)) == (used, held)
    assert used >= 1
    assert 1 <= held <= max(1, min(asked or available, available) // 6)
    assert not np.intersect1d(learnt, kept).size
    assert np.array_equal(learnt, split(seed, available, used, 0)[0])


@pytest.mark.parametrize(
    ("asked", "used", "held"),
    [(None, 55_000, 5_000), (1000, 1000, 166), (30_000, 30_000, 5_000), (10, 10, 1)],
)
def test_of_mnist_5000_are_held_back_and_a_sixth_of_few(asked: int | None, used: int, held: int) -> None:
    spec = NetworkSpec(hidden=(1,), train_examples=asked, validation=HELD_BACK)
    assert (spec.examples_used(60_000), spec.held_back(60_000)) == (used, held)
    assert NetworkSpec(hidden=(1,), train_examples=asked).examples_used(60_000) == (asked or 60_000)


def test_another_seed_holds_back_others() -> None:
    assert not np.array_equal(split(0, 600, 500, 100)[1], split(1, 600, 500, 100)[1])


def test_more_than_there_are_cannot_be_split() -> None:
    with pytest.raises(ValueError, match="more than 10"):
        split(0, 10, 8, 3)


@given(st.integers(0, 1000), st.integers(1, 400))
def test_nonsense_changes_places_among_the_learnt_labels_only(seed: int, count: int) -> None:
    labels = (np.arange(300) % 10).astype(np.uint8)
    used, held = split(seed, 300, 250, 50)
    mixed = nonsense(seed, labels, used, count)
    assert np.array_equal(mixed[held], labels[held])
    assert np.array_equal(np.bincount(mixed, minlength=10), np.bincount(labels, minlength=10))
    assert np.count_nonzero(mixed != labels) <= min(count, 250)
    if count >= 100:
        assert 0.7 < np.count_nonzero(mixed != labels) / min(count, 250) <= 1.0


def test_no_nonsense_is_the_very_array() -> None:
    labels = np.arange(10, dtype=np.uint8)
    assert nonsense(0, labels, np.arange(10), 0) is labels
