"""Where two runs part, how far they come apart, and what is said of it in every state."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.experiments.comparing import twin
from netlab.nets.spec import HELD_BACK, NetworkSpec
from netlab.runs.history import History
from tests.experiments.comparing.made import made_history

A = NetworkSpec(hidden=(8,), dropout=0.0)
B = replace(A, dropout=0.2)
FLAT = [0.5] * 4


def test_they_part_at_the_first_loss_that_differs_in_a_single_bit() -> None:
    losses = [2.3, 1.5, 1.1, 0.9]
    nearly = [2.3, 1.5, float(np.nextafter(np.float32(1.1), np.float32(2))), 0.7]
    found = twin.parting(made_history(losses, FLAT, epoch=4), made_history(nearly, FLAT, epoch=4))
    assert found is not None
    assert found.step == 3
    assert found.one == pytest.approx(1.1)
    assert found.one != found.other


@given(st.lists(st.floats(0, 10, width=32), min_size=1, max_size=30), st.integers(0, 29))
def test_the_parting_is_the_first_difference_whatever_follows(losses: list[float], place: int) -> None:
    place %= len(losses)
    other = [*losses[:place], losses[place] + 1.0, *losses[place + 1 :]]
    accuracies = [0.5] * len(losses)
    one, changed = (made_history(some, accuracies, epoch=len(losses)) for some in (losses, other))
    found = twin.parting(one, changed)
    assert found is not None
    assert found.step == place + 1
    assert twin.parting(one, one) is None


def test_batches_that_were_not_kept_are_no_difference() -> None:
    gone = made_history([float("nan"), 1.0], FLAT[:2], epoch=2)
    assert twin.parting(gone, made_history([float("nan"), 1.0], FLAT[:2], epoch=2)) is None


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ([], [], ""),
        ([2.0], [], ""),
        ([2.0], [2.0], "So far the losses of 1 batch are the same, bit for bit."),
        ([2.0, 1.0, 3.0], [2.0, 1.0], "So far the losses of all 2 batches are the same, bit for bit."),
        ([2.0], [2.5], "They part at the very first batch: A's loss there is 2, B's 2.5."),
        (
            [2.0, 1.0], [2.0, 1.5],
            "They part at batch 2: A's loss there is 1, B's 1.5. Batch 1 is the same, bit for bit. A batch's loss is measured "
            "before its step, so what changes only the step shows one batch later.",
        ),
        (
            [2.0, 1.0, 0.5], [2.0, 1.0, 0.25],
            "They part at batch 3: A's loss there is 0.5, B's 0.25. Batches 1 to 2 are the same, bit for bit.",
        ),
    ],
)  # fmt: skip
def test_where_they_part_in_words(one: list[float], other: list[float], told: str) -> None:
    pair = [made_history(some, [0.5] * len(some), epoch=4) if some else History() for some in (one, other)]
    assert twin.parting_sentence(*pair) == told


def histories(training: float, validation: float, epochs: int = 1) -> tuple[History, History]:
    """A at 50 % in both, B beside it, two batches an epoch."""
    count = 2 * epochs
    one = made_history([1.0] * count, [0.5] * count, epoch=2, validations=[0.5] * epochs)
    other = made_history(
        [1.0] * count, [0.5 + training] * count, epoch=2, validations=[0.5 + validation] * epochs
    )
    return one, other


def test_the_sentence_of_one_change_has_both_gaps_with_true_signs() -> None:
    assert twin.sentence(A, B, *histories(-0.009, 0.003)) == (
        "Only one thing is changed: dropout 0 → 0.2. B minus A after 1 epoch: training −0.9 points, validation +0.3 points."
    )
    assert twin.sentence(A, B, *histories(-0.0001, 0.0)) == (
        "Only one thing is changed: dropout 0 → 0.2. B minus A after 1 epoch: training 0.0 points, validation 0.0 points."
    )


def test_it_is_silent_before_both_have_ended_an_epoch() -> None:
    one, other = histories(0.1, 0.1)
    begun = made_history([1.0], [0.5], epoch=2)
    for pair in ((begun, other), (one, begun), (History(), History()), (one, History())):
        assert twin.standing(*pair) is None
        assert twin.sentence(A, B, *pair) == ""


def test_it_compares_at_the_end_of_the_latest_epoch_that_both_have_ended() -> None:
    one, other = histories(0.2, 0.1, epochs=1)[0], histories(0.2, 0.1, epochs=3)[1]
    found = twin.standing(one, other)
    assert found is not None
    assert found.epoch == 1
    assert [found.training, found.validation] == pytest.approx([0.2, 0.1])


def test_of_two_changes_no_cause_is_claimed() -> None:
    told = twin.sentence(A, replace(B, learning_rate=0.01), *histories(0.1, 0.1))
    assert told.startswith("2 things are changed: dropout 0 → 0.2 and learning rate 0.001 → 0.01.")
    assert "cannot say which of them made the difference" in told
    assert "Only" not in told


def test_without_a_change_and_with_another_seed_it_says_so() -> None:
    assert twin.sentence(A, A, *histories(0.0, 0.0)).startswith(
        "Nothing is changed. B minus A after 1 epoch: training 0.0 points"
    )
    assert twin.sentence(A, replace(A, seed=1), *histories(0.1, 0.1)).endswith(
        "Only chance differs, so this gap is chance."
    )


def test_the_gap_is_b_less_a_on_the_epochs_that_both_have_trained() -> None:
    one = made_history([1.0] * 4, [0.5] * 4, epoch=2, validations=[0.5, 0.5])
    other = made_history([1.0] * 4, [0.6] * 4, epoch=4, validations=[0.7])  # twice as many batches an epoch
    found = twin.gap(one, other)
    assert found.epochs[-1] <= 1.0
    assert found.training == pytest.approx([0.1] * len(found.training))
    assert found.validation_epochs.tolist() == [1.0]
    assert found.validation == pytest.approx([0.2])
    assert len(twin.gap(one, History()).epochs) == 0


def test_a_long_gap_is_thinned() -> None:
    many = 5000
    one, other = (made_history([1.0] * many, [level] * many, epoch=500) for level in (0.5, 0.75))
    found = twin.gap(one, other)
    assert len(found.epochs) == twin.MOST_POINTS
    assert found.training == pytest.approx([0.25] * twin.MOST_POINTS)


def test_a_twin_keeps_seed_and_validation() -> None:
    base = NetworkSpec(seed=7)  # the article's, which validates on the test pictures
    other = twin.twin_of(base, "width", 64)
    assert (other.seed, other.validation) == (7, base.validation)
    assert twin.validates_on(base, other) == "test digits"
    assert "(A) and" in twin.validates_on(base, replace(base, validation=HELD_BACK))
    asked = twin.plan(base, other)
    assert asked.total == 2
    proposals = [asked.ask(), asked.ask(), asked.ask()]
    assert [one.spec for one in proposals if one is not None] == [base, other]
    assert proposals[2] is None


def test_equal_starts_are_counted_where_shapes_agree() -> None:
    one = {"a": np.ones((2, 2), np.float32), "b": np.zeros(3, np.float32), "c": np.ones(2, np.float32)}
    other = {"a": np.ones((2, 2), np.float32), "b": np.ones(3, np.float32), "c": np.ones(5, np.float32)}
    assert twin.same_start(one, other) == (1, 2)
    assert "Of 2 arrays" in twin.start_sentence(1, 2)
    assert "the same weights" in twin.start_sentence(4, 4)
    assert twin.start_sentence(0, 0) == ""
