"""Wishes: each is minus the slope of one example's loss, and their mean is minus the gradient, to the last digits."""

from __future__ import annotations

import numpy as np
import pytest

from netlab.lessons.backprop.small_network import batch_wishes, places, with_values
from netlab.nn.backpropagation import backward
from netlab.nn.mlp import EXAMPLES, forward
from netlab.nn.wishes import added, wishes_told


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_the_mean_of_the_wishes_is_minus_the_gradient(name: str) -> None:
    one = EXAMPLES[name]
    wishes = batch_wishes(one.network, one.inputs, one.targets)
    back = backward(one.network, forward(one.network, one.inputs, one.targets), one.targets)
    gradient = np.concatenate([array.ravel() for array in back.arrays])
    assert np.abs(wishes.mean(axis=0) + gradient).max() < 1e-12
    for at, place in enumerate(places(one.network)):
        ends = []
        for nudge in (1e-5, -1e-5):
            moved = with_values(one.network, {place.key: place.of(one.network.arrays) + nudge})
            ends.append(forward(moved, one.inputs, one.targets).losses)
        np.testing.assert_allclose(wishes[:, at], -(ends[0] - ends[1]) / 2e-5, atol=1e-9)


def test_who_wishes_what_is_counted() -> None:
    told = wishes_told("bias", np.array([0.5, -0.25, 0.0]), 0.25 / 3, "example", "the batch")
    assert (
        "Of the 3 examples of the batch 1 would have it larger, 1 smaller. 1 of them does not mind." in told
    )
    assert told.endswith("The mean of their wishes is +0.0833.")
    assert [added(value) for value in (0.25, -3.0, -0.0)] == ["+0.25", "−3", "0"]
