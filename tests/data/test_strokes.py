"""Strokes that strangers add to their digits: where they lie, how wide they are, and on which digits."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from netlab.data.augment import augment
from netlab.data.crossings import with_bars, with_slashes
from netlab.data.pointed import with_points
from netlab.data.serifs import with_serifs
from netlab.data.strokes import boxes, half_pen, paths, segments
from netlab.data.tails import find_stems, with_tails
from netlab.nets.spec import NetworkSpec
from netlab.training.batches import BatchSource

KINDS = {9: with_tails, 4: with_points, 0: with_slashes, 7: with_bars}


def line(start: tuple[float, float], stop: tuple[float, float], pen: float = 1.2) -> np.ndarray:
    first, last = np.array([start], np.float32), np.array([stop], np.float32)
    return segments(first, last, np.array([pen], np.float32))[0].reshape(28, 28)


def digit(kind: int) -> np.ndarray:
    """A 9, 4, 0, 7 or 1 of plain strokes, 20 pixels high, uint8 (28, 28)."""
    y, x = np.mgrid[:28, :28]
    if kind == 9:
        ring = np.clip(1.7 - np.abs(np.hypot(y - 9, x - 12) - 4.5), 0, 1)
        drawn = np.maximum(ring, line((8, 16.5), (22.5, 16)))
    elif kind == 0:
        drawn = np.clip(1.7 - np.abs(np.hypot((y - 14) / 1.4, x - 14) - 6), 0, 1)
    elif kind == 7:
        drawn = np.maximum(line((5.5, 8), (5.5, 19)), line((5.5, 19), (22.5, 13)))
    elif kind == 1:
        drawn = line((5.5, 14), (22.5, 14))
    else:
        drawn = np.maximum(line((5, 9), (14, 8)), line((14, 8), (14, 19)))
        drawn = np.maximum(drawn, line((5.5, 16), (22.5, 16)))
    return (255 * drawn).astype(np.uint8)


def many(kind: int, count: int = 200) -> np.ndarray:
    return np.tile(digit(kind), (count, 1, 1))


@pytest.mark.parametrize("pen", [0.8, 1.2, 2.0])
def test_half_of_a_pen_is_measured(pen: float) -> None:
    drawn = (255 * line((5, 9), (22, 17), pen)).astype(np.uint8)
    assert 0.75 * pen < half_pen(drawn[None])[0] < 1.15 * pen
    assert half_pen(np.zeros((1, 28, 28), np.uint8))[0] == 0


def test_boxes_end_at_the_ink() -> None:
    picture = np.zeros((2, 28, 28), np.uint8)
    picture[0, 3:9, 5:20] = 255
    assert boxes(picture).tolist() == [[3, 8, 5, 19], [0, 27, 0, 27]]


def test_a_path_passes_through_its_points() -> None:
    points = np.array([[[4, 4], [20, 8], [10, 22]]], np.float32)
    drawn = paths(points, np.array([1.0], np.float32)).reshape(28, 28)
    assert all(drawn[int(row), int(column)] == 1 for row, column in points[0])
    assert drawn[25, 25] == 0


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_asked_share_is_changed_and_the_originals_are_not(kind: int) -> None:
    before = many(kind)
    for share, least, most in ((0.0, 0.0, 0.0), (0.3, 0.2, 0.4), (1.0, 0.95, 1.0)):
        changed = KINDS[kind](before, np.random.default_rng(0), share)
        assert changed.shape == before.shape
        assert changed.dtype == np.uint8
        assert least <= (changed != before).any(axis=(1, 2)).mean() <= most
    assert np.array_equal(before, many(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_equal_generators_give_equal_strokes(kind: int) -> None:
    first, second, other = (KINDS[kind](many(kind), np.random.default_rng(seed), 0.5) for seed in (3, 3, 4))
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("kind", KINDS)
def test_no_pictures_and_blank_ones_are_no_trouble(kind: int) -> None:
    none, blank = np.zeros((0, 28, 28), np.uint8), np.zeros((3, 28, 28), np.uint8)
    assert KINDS[kind](none, np.random.default_rng(0), 1.0).shape == none.shape
    assert KINDS[kind](blank, np.random.default_rng(0), 1.0).shape == blank.shape


def test_a_tail_goes_to_the_left_at_the_bottom_and_leaves_the_ring() -> None:
    before = many(9).astype(int)
    tailed = with_tails(many(9), np.random.default_rng(0), 1.0).astype(int)
    added = np.maximum(tailed - before, 0)
    assert np.array_equal(tailed[:, :14], before[:, :14])
    assert added[:, 14:, :15].sum() > 8 * added[:, 14:, 18:].sum()
    assert (added[:, 16:, :13].sum(axis=(1, 2)) > 255).mean() > 0.9


def test_a_stem_is_measured_and_a_curved_one_left_alone() -> None:
    stems = find_stems(many(9, 1))
    assert stems.straight[0]
    assert stems.pen[0] == pytest.approx(1.2, abs=0.3)
    assert stems.foot[0] == pytest.approx(16, abs=0.6)
    assert not find_stems(many(0, 1)).straight[0]
    assert np.array_equal(with_tails(many(0), np.random.default_rng(0), 1.0), many(0))


def test_a_pointed_four_has_one_opening_and_one_stroke_below() -> None:
    fours = with_points(many(4), np.random.default_rng(0), 1.0)
    tall = boxes(fours)
    assert np.abs(tall[:, 1] - tall[:, 0] - 18).max() <= 2.5
    lowest = (fours[np.arange(len(fours)), (tall[:, 1] - 2).astype(int)] > 127).sum(axis=1)
    assert np.percentile(lowest, 90) <= 5
    assert half_pen(fours).mean() == pytest.approx(1.2, abs=0.3)


def test_a_slash_rises_to_the_right_and_a_full_zero_gets_none() -> None:
    added = with_slashes(many(0), np.random.default_rng(0), 1.0).astype(int) - many(0)
    assert added.min() >= 0
    rising = added[:, :14, 14:].sum() + added[:, 14:, :14].sum()
    assert rising > 3 * (added[:, :14, :14].sum() + added[:, 14:, 14:].sum())
    full = np.maximum(many(0), (255 * line((10, 14), (18, 14), 3)).astype(np.uint8))
    assert np.array_equal(with_slashes(full, np.random.default_rng(0), 1.0), full)


def test_a_bar_crosses_the_stem_half_way_down() -> None:
    added = with_bars(many(7), np.random.default_rng(0), 1.0).astype(int) - many(7)
    rows = np.flatnonzero(added.sum(axis=(0, 2)) > 0.02 * added.sum())
    assert added.min() >= 0
    assert 8 <= rows.min() <= rows.max() <= 19
    stem = 15
    assert added[:, :, :stem].any(axis=(1, 2)).mean() > 0.9
    assert added[:, :, stem + 2 :].any(axis=(1, 2)).mean() > 0.9


def test_a_one_gets_longer_flags_than_an_unnamed_stick_and_another_digit_none() -> None:
    sticks, ones = many(1), np.ones(200, bool)
    reach = [
        14 - boxes(with_serifs(sticks, np.random.default_rng(0), 1.0, ones=known))[:, 2].min()
        for known in (None, ones)
    ]
    assert reach[1] > reach[0] + 1
    assert np.array_equal(with_serifs(sticks, np.random.default_rng(0), 1.0, ones=~ones), sticks)


def test_labels_bring_strokes_and_none_leaves_them_out() -> None:
    images, labels = many(9), np.full(200, 9)
    known = augment(images, np.random.default_rng(0), labels=labels)
    unknown = augment(images, np.random.default_rng(0))
    elsewhere = augment(images, np.random.default_rng(0), labels=np.full(200, 5))
    lower_left = [picture[:, 18:, :12].astype(float).mean() for picture in (known, unknown, elsewhere)]
    assert lower_left[0] > 1.5 * lower_left[1]
    assert np.array_equal(unknown, elsewhere)
    assert labels.tolist() == [9] * 200
    assert np.array_equal(images, many(9))
    with pytest.raises(ValueError, match="Each digit has one label"):
        augment(images, np.random.default_rng(0), labels=labels[:5])


@pytest.mark.parametrize(
    ("spec", "strokes"),
    [
        (NetworkSpec(augment=1.0), True),
        (NetworkSpec(augment=1.0, shuffled_labels=100), False),
        (NetworkSpec(augment=1.0, data="fashion-mnist"), False),
    ],
)
def test_only_a_network_that_learns_true_digits_meets_them(spec: NetworkSpec, strokes: bool) -> None:
    source = BatchSource(spec, many(9, 256), np.full(256, 9, np.uint8))
    bare = BatchSource(spec, many(9, 256), np.full(256, 5, np.uint8))
    assert strokes != np.array_equal(source.take(0, 1)[0], bare.take(0, 1)[0])


@pytest.mark.mnist
def test_most_of_mnist_has_room_for_them() -> None:
    path = Path(os.environ.get("NETLAB_MNIST", "no file"))
    if not path.is_file():
        pytest.skip("needs real MNIST: set NETLAB_MNIST to mnist.npz")
    with np.load(path, allow_pickle=False) as data:
        images, labels = data["x_test"], data["y_test"]
    for kind, add in KINDS.items():
        chosen = images[labels == kind]
        changed = (add(chosen, np.random.default_rng(0), 1.0) != chosen).any(axis=(1, 2)).mean()
        assert changed > 0.6, kind
