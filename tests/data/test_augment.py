"""Augmented digits stay digits: framed, in order, repeatable, and changed as asked."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from netlab.data.augment import Hand, augment
from netlab.data.serifs import find_sticks, with_serifs

STILL = Hand(turn=0, slant=0, stretch=0, size=0, shift=0, warp=0, bold=0, light=0, serifs=0)


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    """Rings and hooks, 20 pixels tall, centre of mass near the middle."""
    y, x = np.mgrid[:28, :28]
    ring = np.abs(np.hypot((y - 14) / 10, (x - 14) / 7) - 0.84) < 0.16
    hook = ring & ((x > 12) | (y > 17))
    return np.stack([255 * ring, 255 * hook] * 300).astype(np.uint8)


def centres(images: np.ndarray) -> np.ndarray:
    return np.array([ndimage.center_of_mass(image) for image in images])


def heights(images: np.ndarray) -> np.ndarray:
    spans = [np.flatnonzero((image > 60).any(axis)) for image in images for axis in (0, 1)]
    return np.array([np.ptp(span) + 1 for span in spans]).reshape(-1, 2).max(axis=1)


def test_shape_dtype_and_order_stay(digits: np.ndarray) -> None:
    redrawn = augment(digits, np.random.default_rng(0))
    assert redrawn.shape == digits.shape
    assert redrawn.dtype == np.uint8
    assert redrawn is not digits
    full, half = redrawn[::2].astype(float).mean(0), redrawn[1::2].astype(float).mean(0)
    assert full[14, 8] > 3 * half[14, 8]


def test_equal_generators_give_equal_pictures(digits: np.ndarray) -> None:
    first, second, other = (augment(digits, np.random.default_rng(seed)) for seed in (5, 5, 6))
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)


def test_the_originals_are_not_touched(digits: np.ndarray) -> None:
    before = digits.copy()
    augment(digits, np.random.default_rng(0))
    assert np.array_equal(before, digits)


def test_strength_zero_changes_nothing(digits: np.ndarray) -> None:
    assert np.array_equal(augment(digits, np.random.default_rng(0), strength=0), digits)


def test_change_grows_with_strength(digits: np.ndarray) -> None:
    changes = [
        np.abs(augment(digits, np.random.default_rng(0), strength=strength) - digits.astype(float)).mean()
        for strength in (0.25, 0.5, 1.0, 2.0)
    ]
    assert changes == sorted(changes)
    assert changes[0] < 0.7 * changes[-1]


def test_digits_stay_framed(digits: np.ndarray) -> None:
    redrawn = augment(digits, np.random.default_rng(0))
    assert np.abs(centres(redrawn) - 14).mean() < 1.2
    assert np.percentile(np.abs(centres(redrawn) - 14), 99) < 3.5
    assert abs(heights(redrawn).mean() - 20) < 1.2
    assert redrawn.max(axis=(1, 2)).min() > 200


def test_a_still_hand_only_rounds_the_centre(digits: np.ndarray) -> None:
    redrawn = augment(digits, np.random.default_rng(0), hand=STILL)
    assert np.abs(centres(redrawn) - 14).max() < 0.75
    assert np.abs(heights(redrawn) - 20).max() <= 1


def test_a_bold_pen_adds_ink_and_a_light_one_takes_it(digits: np.ndarray) -> None:
    ink = {
        pen: augment(digits, np.random.default_rng(0), hand=replace(STILL, bold=bold, light=light)).mean()
        for pen, bold, light in (("usual", 0, 0), ("bold", 1.0, -0.9), ("light", -0.6, 0.7))
    }
    assert ink["light"] < 0.9 * ink["usual"] < ink["usual"] < 0.9 * ink["bold"]


@pytest.mark.parametrize("shade", [0, 1, 255])
def test_blank_and_full_pictures_are_no_trouble(shade: int) -> None:
    redrawn = augment(np.full((3, 28, 28), shade, np.uint8), np.random.default_rng(0))
    assert redrawn.shape == (3, 28, 28)
    assert redrawn.any() == (shade > 0)


def test_a_single_dot_is_not_blown_up() -> None:
    dot = np.zeros((50, 28, 28), np.uint8)
    dot[:, 14, 14] = 255
    assert augment(dot, np.random.default_rng(0)).shape == dot.shape


def test_no_pictures_give_no_pictures() -> None:
    assert augment(np.zeros((0, 28, 28), np.uint8), np.random.default_rng(0)).shape == (0, 28, 28)


@pytest.mark.parametrize(
    "images", [np.zeros((2, 28, 28)), np.zeros((2, 784), np.uint8), np.zeros((28, 28), np.uint8)]
)
def test_other_arrays_are_refused(images: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"uint8 of shape \(n, 28, 28\)"):
        augment(images, np.random.default_rng(0))


@pytest.mark.parametrize("strength", [-0.1, 2.1, float("nan")])
def test_absurd_strengths_are_refused(strength: float) -> None:
    with pytest.raises(ValueError, match="strength"):
        augment(np.zeros((1, 28, 28), np.uint8), np.random.default_rng(0), strength=strength)


@pytest.fixture(scope="module")
def sticks() -> np.ndarray:
    """Two hundred straight strokes, 20 pixels long, leaning a little to either side."""
    y, x = np.mgrid[:28, :28]
    leans = np.linspace(-0.3, 0.3, 200)[:, None, None]
    return 255 * ((np.abs(x - 14 + leans * (y - 14)) < 1.6) & (np.abs(y - 14) < 10)).astype(np.uint8)


def test_sticks_are_found_and_nothing_else(sticks: np.ndarray, digits: np.ndarray) -> None:
    found = find_sticks(np.concatenate([digits, sticks]))
    assert found.index.tolist() == list(range(len(digits), len(digits) + len(sticks)))
    assert np.abs(found.half - 10).max() < 1
    assert np.abs(found.pen - 1.5).max() < 0.5


def test_a_flag_is_added_at_the_top_left(sticks: np.ndarray) -> None:
    added = with_serifs(sticks, np.random.default_rng(0), 1.0).astype(int) - sticks
    assert added.min() >= 0
    assert (added.sum(axis=(1, 2)) > 0).mean() > 0.95
    upper_left, upper_right = added[:, :15, :14].sum(), added[:, :15, 17:].sum()
    assert upper_left > 20 * upper_right


def test_only_the_asked_share_gets_serifs(sticks: np.ndarray) -> None:
    many = np.tile(sticks, (5, 1, 1))
    changed = [
        (with_serifs(many, np.random.default_rng(0), share) != many).any(axis=(1, 2)).mean()
        for share in (0, 0.3)
    ]
    assert changed[0] == 0
    assert 0.24 < changed[1] < 0.36


@pytest.mark.mnist
def test_a_stick_in_mnist_is_a_one() -> None:
    path = Path(os.environ.get("NETLAB_MNIST", "no file"))
    if not path.is_file():
        pytest.skip("needs real MNIST: set NETLAB_MNIST to mnist.npz")
    with np.load(path, allow_pickle=False) as data:
        labels = data["y_test"][find_sticks(data["x_test"]).index]
    assert len(labels) > 900
    assert np.mean(labels == 1) > 0.985
