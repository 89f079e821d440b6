"""Digits made here: framed as MNIST's, the same for the same seed, kept whole, and read like the real ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netlab.data import DataError, Digits, load
from netlab.data.synthetic import standin
from netlab.data.synthetic.handwriting import enlarged, pen_paths, ridges, thinned
from netlab.data.synthetic.pen import Cloud, Hand, blot, draw, frame
from netlab.data.synthetic.standin import cache_path, make, pack
from netlab.data.synthetic.strokes import SAMPLES, WAYS, Way, write
from tests.machine import NO_HOME

Array = np.ndarray[Any, Any]

SMALL = (400, 100)


@pytest.fixture(scope="module")
def made() -> dict[str, Array]:
    return make(*SMALL, seed=1)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loader makes a small set."""
    monkeypatch.setattr(standin, "make", lambda: make(*SMALL))


def test_the_set_has_the_size_that_was_asked_for_and_every_digit(made: dict[str, Array]) -> None:
    assert made["x_train"].shape == (400, 28, 28)
    assert made["x_test"].shape == (100, 28, 28)
    assert {array.dtype for array in made.values()} == {np.dtype(np.uint8)}
    np.testing.assert_array_equal(np.bincount(made["y_train"]), [40] * 10)
    np.testing.assert_array_equal(np.bincount(made["y_test"]), [10] * 10)


def test_the_same_seed_gives_the_same_digits_and_another_gives_others(made: dict[str, Array]) -> None:
    again, other = make(*SMALL, seed=1), make(*SMALL, seed=2)
    for part in made:
        np.testing.assert_array_equal(again[part], made[part])
    assert (other["x_train"] != made["x_train"]).any()


def test_no_test_picture_is_also_a_training_picture(made: dict[str, Array]) -> None:
    train = {image.tobytes() for image in made["x_train"]}
    assert not train & {image.tobytes() for image in made["x_test"]}


@pytest.mark.parametrize("way", WAYS[::5], ids=lambda way: str(way.digit))
def test_pictures_are_framed_as_mnist_frames_its_digits(way: Way) -> None:
    random = np.random.default_rng(1)
    images = draw(write(way, 60, random), random, Hand(shift=0, rough=0)).astype(np.float64)
    grid = np.arange(28)
    mass = images.sum(axis=(1, 2))
    across, down = (images.sum(axis=1) @ grid) / mass, (images.sum(axis=2) @ grid) / mass
    off = np.abs(np.stack([across, down]) - 13.5)
    assert (np.median(off) < 0.5, off.max() < 2) == (True, True)  # a path's middle: doubled ink counts twice
    sides = np.stack([_extent(images.max(axis=side) > 100) for side in (1, 2)]).max(axis=0)
    assert sides.min() >= 16  # a stroke ends roundly, up to a pixel before its path
    assert sides.max() <= 22


def _extent(inked: Array) -> Array:
    return np.asarray(28 - inked.argmax(axis=1) - inked[:, ::-1].argmax(axis=1))


def test_ink_is_as_plentiful_as_in_mnist(made: dict[str, Array]) -> None:
    assert 28 < made["x_train"].mean() < 40  # MNIST: 33
    assert made["x_train"].max(axis=(1, 2)).min() > 200


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.digit}-{way.strokes[:14]}")
def test_every_way_passes_through_its_points(way: Way) -> None:
    """A Catmull-Rom spline goes through its control points, and its weights add up to one."""
    assert way.curve.shape == (SAMPLES, len(way.points))
    np.testing.assert_allclose(way.curve.sum(axis=1), 1, atol=1e-5)
    along = way.curve @ way.points
    gaps = np.linalg.norm(along[:, None] - way.points, axis=2).min(axis=0)
    assert gaps.max() < 0.06
    assert along.min() > -0.2
    assert along.max() < 1.2


def test_every_digit_has_several_ways() -> None:
    assert all(sum(way.digit == digit for way in WAYS) >= 3 for digit in range(10))


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.digit}-{way.strokes[:14]}")
def test_no_writing_is_blank_or_beyond_numbers(way: Way) -> None:
    cloud = write(way, 50, np.random.default_rng(0))
    assert np.isfinite(cloud.points).all()
    assert (cloud.ink >= 0).all()
    assert (cloud.ink.sum(axis=1) > 0.3).all()


@pytest.mark.parametrize("radius", [0.8, 1.3, 2.0])
def test_a_straight_line_is_as_wide_as_its_pen(radius: float) -> None:
    points = np.stack([np.full(80, 0.5), np.linspace(0, 1, 80)], axis=1).astype(np.float32)[None]
    pen = np.array([radius], np.float32)
    framed = frame(Cloud(points, np.full((1, 80), 1 / 79, np.float32)), pen)
    ink = blot(framed, pen, np.ones(1, np.float32), np.zeros((1, 28, 28), np.float32))[0]
    assert ink[10:18].sum(axis=1).mean() == pytest.approx(2 * radius, abs=0.25)
    assert 18 <= (ink.max(axis=1) > 0.4).sum() <= 20


def test_ink_of_one_point_is_drawn_and_not_divided_by_zero() -> None:
    cloud = Cloud(np.full((3, 5, 2), 0.4, np.float32), np.full((3, 5), 0.2, np.float32))
    assert draw(cloud, np.random.default_rng(0), Hand()).max() > 0


def test_thinning_leaves_lines_one_point_wide_and_whole() -> None:
    masks = np.zeros((2, 32, 32), np.bool_)
    masks[0, 4:28, 10:15] = True
    masks[1, 6:26, 6:26] = True
    masks[1, 11:21, 11:21] = False
    bar, ring = thinned(masks)
    assert (bar.sum(axis=1)[8:24] == 1).all()
    assert bar.sum(axis=1).nonzero()[0].size >= 18
    assert not ring[15, 15]
    assert ring[15].sum() == 2
    assert ring[:, 15].sum() == 2


def test_thinning_keeps_the_holes_of_eights() -> None:
    """A closed loop has an enclosed region: of the handwritten 8s most keep two."""
    from scipy.ndimage import label
    from sklearn.datasets import load_digits

    bundle = load_digits()
    eights = bundle.images[bundle.target == 8].astype(np.float32) / 16
    lines = thinned(ridges(enlarged(eights)))
    holes = [label(~np.pad(line, 1))[1] - 1 for line in lines]
    assert np.mean(np.array(holes) >= 2) > 0.75


def test_pen_paths_lose_no_point_and_keep_every_label() -> None:
    cloud, labels = pen_paths()
    assert cloud.points.shape[0] == len(labels) == 1797
    assert (cloud.ink[:, -1] == 0).all()  # room to spare: no path was cut off
    assert ((cloud.ink > 0).sum(axis=1) >= 8).all()


@pytest.mark.usefixtures("small")
def test_the_set_is_made_once_and_then_read() -> None:
    first = standin.load()
    assert first.path == cache_path()
    kept = cache_path().stat()
    again = standin.load()
    assert cache_path().stat().st_mtime_ns == kept.st_mtime_ns
    assert again.sha256 == first.sha256
    np.testing.assert_array_equal(again.digits.x_train, first.digits.x_train)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("damage", [b"", b"PK", b"<html>", "cut", "flip"])
def test_a_damaged_cache_is_made_again(damage: bytes | str) -> None:
    good = standin.load()
    content = bytearray(cache_path().read_bytes())
    if damage == "flip":
        content[4000] ^= 1
    changed = {"cut": content[:-100], "flip": content}
    cache_path().write_bytes(changed[damage] if isinstance(damage, str) else damage)
    again = standin.load()
    np.testing.assert_array_equal(again.digits.x_train, good.digits.x_train)
    assert again.sha256 == good.sha256


@pytest.mark.usefixtures("small")
def test_without_a_home_the_set_is_made_anew_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETLAB_HOME", NO_HOME)
    made = standin.load()
    assert made.path is None
    assert len(made.digits.y_train) == 400
    assert "cannot be written" in made.digits.note


def test_packing_is_the_same_every_time(made: dict[str, Array]) -> None:
    assert pack(made) == pack(made)


@pytest.fixture
def mnist(monkeypatch: pytest.MonkeyPatch) -> Digits:
    """Real MNIST, from a file at hand."""
    monkeypatch.setenv("NETLAB_OFFLINE", "1")
    try:
        return load("mnist")
    except DataError as error:
        pytest.skip(f"needs real MNIST: {error}")


@pytest.mark.mnist
def test_real_mnist_is_whole(mnist: Digits) -> None:
    assert mnist.x_train.shape == (60_000, 28, 28)
    assert mnist.x_test.shape == (10_000, 28, 28)
    np.testing.assert_array_equal(
        np.bincount(mnist.y_train), [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    )
    np.testing.assert_array_equal(
        np.bincount(mnist.y_test), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    )
    assert list(mnist.y_train[:5]) == [5, 0, 4, 1, 9]


@pytest.mark.mnist
def test_real_mnist_as_idx_files_is_the_same(mnist: Digits, tmp_path: Path) -> None:
    from tests.data.test_archives import write_idx

    parts = {part: getattr(mnist, part) for part in ("x_train", "y_train", "x_test", "y_test")}
    again = load(write_idx(tmp_path / "idx", parts))
    for part, array in parts.items():
        np.testing.assert_array_equal(getattr(again, part), array)


@pytest.mark.mnist
def test_one_nearest_stand_in_reads_most_of_mnist(mnist: Digits) -> None:
    """The nearest of 10,000 stand-in pictures names the digit; the whole measure is benchmarks/stand_in.py."""
    made = make(10_000, 10)
    train = _unit(made["x_train"])
    nearest = np.argmax(_unit(mnist.x_test[::5]) @ train.T, axis=1)
    accuracy = np.mean(made["y_train"][nearest] == mnist.y_test[::5])
    assert accuracy > 0.82


def _unit(images: Array) -> Array:
    """Pictures as rows of length one."""
    rows = images.reshape(len(images), -1).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))
