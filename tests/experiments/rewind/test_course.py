"""A run moment by moment: what it answered is what its kept weights answer, and every number is its definition."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from netlab import data
from netlab.data import Digits
from netlab.experiments.rewind import words
from netlab.experiments.rewind.course import (
    FirstRight,
    Moments,
    answers,
    first_right,
    moments,
    table,
    tables,
    tiles,
    way,
)
from netlab.nets import weight_file
from netlab.nets.layers import Convolution
from netlab.nets.numpy_model import predict
from netlab.nets.spec import NetworkSpec
from netlab.runs.events import Snapshot, Started
from netlab.runs.run import Run, RunError
from netlab.runs.store import create, get, new_id
from netlab.training.loop import train
from tests.runs import kept

SPEC = NetworkSpec(hidden=(8,), epochs=2, batch_size=32)


def weights(spec: NetworkSpec) -> weight_file.Weights:
    """Of a network, with variances that can be."""
    return {
        name: abs(array) if name.endswith("variance") else array for name, array in kept.weights(spec).items()
    }


STEPS = (0, 1, 5, 20)


def walked(spec: NetworkSpec = SPEC) -> Run:
    """A run whose weights are multiples of one network's: its way is a straight line with a turn at the end."""
    run, base = create(spec, new_id()), weights(spec)
    run.append(Started(run.id, spec.parameter_count, 600, 200, 19, 38, "made", ""))
    for step, factor in zip(STEPS, (1.0, 2.0, 4.0, 3.0), strict=True):
        scaled = {name: array * np.float32(factor) for name, array in base.items()}
        run.save_snapshot(step, weight_file.to_bytes(spec, scaled, half=True))
    return run


@pytest.mark.parametrize(
    "spec", [SPEC, replace(SPEC, convolutions=(Convolution(4, 3, 2),)), replace(SPEC, normalisation="batch")]
)
def test_answers_and_tables_are_those_of_the_kept_weights(spec: NetworkSpec, digits: Digits) -> None:
    run = walked(spec)
    found = moments(run)
    assert found.steps == STEPS
    assert found.missing == ()
    image = digits.x_test[3].astype(np.float32) / np.float32(255)
    answered = answers(run, found, image)
    counts = list(tables(run, found, digits.x_test, digits.y_test))
    for place, step in enumerate(STEPS):
        held = run.weights(step)[1]
        np.testing.assert_allclose(answered[place], predict(spec, held, image[None])[0], rtol=1e-5, atol=1e-7)
        guesses = predict(spec, held, digits.x_test.astype(np.float32) / np.float32(255)).argmax(axis=1)
        expected = np.zeros((10, 10), int)
        np.add.at(expected, (digits.y_test, guesses), 1)
        np.testing.assert_array_equal(counts[place], expected)


def test_the_moment_nearest_to_a_number_of_images_is_found() -> None:
    found = moments(walked())  # after 0, 32, 160, and an epoch of 19 batches with 600 images and 32 more
    assert [found.images(step) for step in STEPS] == [0, 32, 160, 632]
    assert [found.nearest(images) for images in (0, 30, 96, 97, 300, 60_000)] == [0, 1, 1, 2, 2, 3]


def test_a_table_of_many_pictures_is_counted_in_parts(digits: Digits) -> None:
    images, labels = np.tile(digits.x_test, (11, 1, 1)), np.tile(digits.y_test, 11)
    assert len(labels) > 1000
    np.testing.assert_array_equal(
        table(SPEC, weights(SPEC), images, labels),
        11 * table(SPEC, weights(SPEC), digits.x_test, digits.y_test),
    )


def test_the_way_of_a_line_with_a_turn() -> None:
    walk = way(run := walked(), moments(run))
    size = np.sqrt(sum(float((np.asarray(a, np.float64) ** 2).sum()) for a in run.weights(0)[1].values()))
    np.testing.assert_allclose(walk.lengths / size, [0, 1, 2, 1], rtol=1e-3)
    np.testing.assert_allclose(walk.distances / size, [0, 1, 3, 2], rtol=1e-3)
    assert np.isnan(walk.angles[:2]).all()
    np.testing.assert_allclose(walk.angles[2:], [0, 180], atol=2)


def test_moving_statistics_are_no_part_of_the_way() -> None:
    spec = replace(SPEC, normalisation="batch")
    run, base = create(spec, new_id()), weights(spec)
    for step in (0, 1):
        moved = {
            name: array + np.float32(step) * name.endswith("moving_mean") for name, array in base.items()
        }
        run.save_snapshot(step, weight_file.to_bytes(spec, moved, half=True))
    assert way(run, moments(run)).lengths.tolist() == [0, 0]


def test_weight_pictures_have_one_scale_for_all_moments() -> None:
    run = walked()
    found = tiles(run, moments(run), 3)
    assert found.pictures.shape == (4, 3, 28, 28)
    assert list(found.units) == sorted(found.units)
    kernel = run.weights(5)[1]["dense/kernel"].reshape(28, 28, 8)[:, :, found.units[1]]
    assert np.abs(found.pictures[2, 1] * found.scale / 127 - kernel).max() <= found.scale / 254 + 1e-6
    assert np.abs(found.pictures).max() == 127
    assert len(tiles(run, moments(run), 100).units) == 8


def test_a_damaged_moment_is_told_and_the_rest_is_shown() -> None:
    run = walked()
    (run.folder / "snapshots" / "000000005.npz").write_bytes(b"no weights")
    run.save_snapshot(7, weight_file.to_bytes(other := replace(SPEC, hidden=(4,)), weights(other), half=True))
    found = moments(run)
    assert found.steps == (0, 1, 20)
    assert [sentence[:24] for sentence in found.missing] == [
        "The moment after 5 batch",
        "The moment after 7 batch",
    ]
    (run.folder / "snapshots" / "000000001.npz").unlink()
    with pytest.raises(RunError, match="after 1 batches"):
        answers(run, found, np.zeros((28, 28), np.float32))


def test_a_run_without_moments_says_so() -> None:
    with pytest.raises(RunError, match="kept no moment yet"):
        moments(create(SPEC, new_id()))


def test_images_count_the_small_batch_at_an_epoch_s_end() -> None:
    found = moments(walked())
    assert [found.images(step) for step in (0, 1, 18, 19, 20, 38)] == [0, 32, 576, 600, 632, 1200]
    assert Moments(SPEC, (0,), ()).images(19) == 608
    assert found.epochs(19) == 1


def right(*read: bool) -> FirstRight:
    answered = np.zeros((len(read), 10), np.float32)
    answered[np.arange(len(read)), [7 if one else 3 for one in read]] = 1
    return first_right(answered, 7)


@pytest.mark.parametrize(
    ("read", "first", "since", "sentence"),
    [
        ((False, False, True, True), 2, 2, "Your 7 was first read correctly after 160 images; after 32 images it was not yet."),
        ((True, True, True, True), 0, 0, "from the first kept moment on, before the first batch: by luck"),
        ((False, True, False, True), 1, 3, "Later it was lost, and is right for good after 632 images."),
        ((False, True, True, False), 1, None, "At the last moment it is wrong again."),
        ((False, False, False, False), None, None, "was read correctly at none of 4 kept moments."),
    ],
)  # fmt: skip
def test_when_it_was_learnt_is_said(
    read: tuple[bool, ...], first: int | None, since: int | None, sentence: str
) -> None:
    found = right(*read)
    assert found == FirstRight(first, since)
    assert sentence in words.learnt(moments(walked()), found, "Your 7")


@pytest.mark.skipif(
    not Path(os.environ.get("NETLAB_MNIST", "")).is_file(), reason="needs real digits in NETLAB_MNIST"
)
def test_most_digits_are_read_after_some_hundred_images() -> None:
    """What the page says of the article's network once its reader has predicted."""
    mnist, run_id = data.load(os.environ["NETLAB_MNIST"]), new_id()
    for event in train(NetworkSpec(), mnist, run_id=run_id):
        if isinstance(event, Snapshot) and event.step == 100:
            break
    run = get(run_id)
    assert run is not None
    found = moments(run)
    counts = dict(zip(found.steps, tables(run, found, mnist.x_test, mnist.y_test), strict=True))
    shares = {found.images(step): np.trace(one) / one.sum() for step, one in counts.items()}
    assert 0.35 < shares[160] < 0.5
    assert 0.62 < shares[320] < 0.75
    assert 0.88 < shares[3200] < 0.92
