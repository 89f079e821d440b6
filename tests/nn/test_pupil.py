"""A small network learns: each step is the slope of its own batch, and courses differ only in what was chosen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from netlab.nn.mlp import forward
from netlab.nn.pupil import (
    Course,
    Examples,
    Pupil,
    advance,
    batch,
    begin,
    judge,
    kept,
    look_steps,
    penalty,
    side_by_side,
)

GENERATOR = np.random.default_rng(0)
INPUTS = GENERATOR.random((40, 6)).astype(np.float32)
LABELS = GENERATOR.integers(0, 10, 40)
COURSE = Course(hidden=5, activation="sigmoid", batch_size=8, learning_rate=0.5, seed=3)


@pytest.mark.parametrize(
    "course",
    [
        COURSE,
        replace(COURSE, dropout=0.4),
        replace(COURSE, decay=0.02, dropout=0.4),
        replace(COURSE, output="sigmoid", loss="quadratic"),
        replace(COURSE, output="sigmoid"),
    ],
)
def test_a_step_is_the_rate_times_the_measured_slope_of_its_batch(course: Course) -> None:
    first = begin(course, 6).network
    first = first.with_arrays([array.astype(np.float64) for array in first.arrays])
    after = advance(course, Pupil(first, 7), INPUTS.astype(np.float64), LABELS, 1)
    rows = batch(course, 40, 7)
    masks = (kept(course, len(rows), 7),)

    def loss(arrays: list[np.ndarray]) -> float:
        passed = forward(
            first.with_arrays(arrays), INPUTS[rows].astype(np.float64), LABELS[rows], masks=masks
        )
        return float(passed.losses.mean()) + penalty(first.with_arrays(arrays), course.decay)

    for place, array in enumerate(first.arrays):
        for at in [(0,) * array.ndim, tuple(size - 1 for size in array.shape)]:
            ends = []
            for nudge in (1e-6, -1e-6):
                moved = [one.copy() for one in first.arrays]
                moved[place][at] += nudge
                ends.append(loss(moved))
            slope = (ends[0] - ends[1]) / 2e-6
            step = after.network.arrays[place][at] - array[at]
            assert step == pytest.approx(-0.5 * slope, abs=1e-7)
    assert after.step == 8


def test_a_pass_sees_each_example_once_and_a_course_changes_neither_order_nor_start() -> None:
    other = replace(COURSE, loss="quadratic", output="sigmoid", dropout=0.5, learning_rate=0.1)
    for passed in range(2):
        rows = np.concatenate([batch(COURSE, 40, 5 * passed + step) for step in range(5)])
        assert sorted(rows) == list(range(40))
    np.testing.assert_array_equal(batch(COURSE, 40, 13), batch(other, 40, 13))
    assert not np.array_equal(batch(COURSE, 40, 0), batch(COURSE, 40, 5))
    for one, two in zip(begin(COURSE, 6).network.arrays, begin(other, 6).network.arrays, strict=True):
        np.testing.assert_array_equal(one, two)
    shifted = begin(replace(COURSE, first_logit=-6.0), 6).network
    np.testing.assert_array_equal(shifted.layers[-1].biases, -6)


def test_masks_keep_the_mean_and_silence_the_rate() -> None:
    course = replace(COURSE, hidden=200, dropout=0.3)
    masks = np.stack([mask for step in range(50) if (mask := kept(course, 8, step)) is not None])
    assert set(np.unique(masks)) == {np.float32(0), np.float32(1 / 0.7)}
    silent = float((masks == 0).mean())
    assert silent == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / masks.size))
    assert not np.array_equal(masks[0], masks[1])
    assert kept(COURSE, 8, 0) is None


def test_learning_in_parts_has_the_bits_of_learning_at_once_and_is_judged_with_all_units() -> None:
    courses = (COURSE, replace(COURSE, dropout=0.5))
    moments = list(side_by_side(courses, Examples(INPUTS, LABELS, INPUTS[:9], LABELS[:9]), (0, 1, 6, 20)))
    assert [moment.step for moment in moments] == [0, 1, 6, 20]
    for place, course in enumerate(courses):
        whole = advance(course, begin(course, 6), INPUTS, LABELS, 20).network
        for one, two in zip(whole.arrays, moments[-1].networks[place].arrays, strict=True):
            np.testing.assert_array_equal(one, two)
        passed = forward(whole, INPUTS[:9], LABELS[:9])
        chances = passed.activations[-1][np.arange(9), LABELS[:9]]
        assert moments[-1].held[place].loss == pytest.approx(float(-np.log(chances).mean()), rel=1e-5)
        right = float((passed.activations[-1].argmax(axis=1) == LABELS[:9]).mean())
        assert judge(whole, INPUTS[:9], LABELS[:9]).accuracy == moments[-1].held[place].accuracy == right


def test_one_looks_at_once_and_at_the_end() -> None:
    looks = look_steps(130)
    assert looks[:4] == (0, 1, 2, 5)
    assert looks[-2:] == (120, 130)
    assert max(np.diff(looks)) <= 20


def test_the_penalty_counts_weights_and_no_biases() -> None:
    network = begin(COURSE, 6).network
    shifted = network.with_arrays([array + (array.ndim == 1) for array in network.arrays])
    squares = sum(float((array.astype(np.float64) ** 2).sum()) for array in network.arrays[::2])
    assert penalty(shifted, 0.3) == pytest.approx(0.3 * squares, rel=1e-6)
    assert penalty(network, 0.0) == 0.0
