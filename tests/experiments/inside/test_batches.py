"""Batches to open come from what is learnt from, and those of a run are the ones it was trained on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from netlab.data import Digits
from netlab.data.split import split
from netlab.experiments.inside.batches import drawn, next_in, places_drawn
from netlab.nets.spec import HELD_BACK, NetworkSpec
from netlab.training.batches import BatchSource
from netlab.training.parts import training_labels

SPEC = NetworkSpec(hidden=(4,), batch_size=16, validation=HELD_BACK, seed=3)


def test_a_smaller_batch_is_the_beginning_of_a_larger_one() -> None:
    places = places_drawn(1000, 3)
    np.testing.assert_array_equal(places, places_drawn(1000, 3))
    assert len(set(places.tolist())) == 512
    assert not np.array_equal(places, places_drawn(1000, 4))
    assert sorted(places_drawn(20, 0)) == list(range(20))


def test_only_what_is_learnt_from_is_drawn(digits: Digits) -> None:
    used = SPEC.examples_used(len(digits.y_train))
    learnt, held = split(SPEC.seed, len(digits.y_train), used, SPEC.held_back(len(digits.y_train)))
    everything = drawn(SPEC, digits, 0, 10_000, most=10_000)
    assert len(everything.labels) == used < len(digits.y_train)
    pictures = {image.tobytes() for image in everything.images}
    assert pictures == {image.tobytes() for image in digits.x_train[learnt]}
    assert not pictures & {image.tobytes() for image in digits.x_train[held]}
    small, large = (drawn(SPEC, digits, 2, size) for size in (5, 50))
    np.testing.assert_array_equal(small.images, large.images[:5])
    np.testing.assert_array_equal(small.labels, large.labels[:5])


@pytest.mark.parametrize("augment", [0.0, 1.0])
@pytest.mark.parametrize("step", [0, 7, 40])
def test_the_next_batch_is_the_one_that_is_trained_on(digits: Digits, augment: float, step: int) -> None:
    spec = replace(SPEC, augment=augment, shuffled_labels=100)
    source = BatchSource(spec, digits.x_train, training_labels(spec, digits))
    images, labels = source.take(step, 1)
    found = next_in(spec, digits, step, spec.batch_size)
    np.testing.assert_array_equal(found.images, images[0])
    np.testing.assert_array_equal(found.labels, labels[0])
    more = next_in(spec, digits, step, 40)
    np.testing.assert_array_equal(more.images[:16], images[0])
    assert len(next_in(spec, digits, step, 5).labels) == 5


def test_an_epoch_s_end_cuts_a_batch(digits: Digits) -> None:
    source = BatchSource(SPEC, digits.x_train, digits.y_train)
    last = source.steps_per_epoch - 1
    assert len(next_in(SPEC, digits, last, 512).labels) == source.sizes[-1]
    assert len(next_in(SPEC, digits, last - 1, 512).labels) == 16 + source.sizes[-1]
    assert len(next_in(SPEC, digits, last + 1, 512).labels) == 512
