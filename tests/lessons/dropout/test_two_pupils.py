"""Two networks with and without dropout: what silencing a unit costs is what reading without it costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from netlab.lessons.dropout.two_pupils import Leaning, leaning, leaning_rows, leaning_words, pair, parted
from netlab.nn.mlp import forward
from netlab.nn.pupil import Examples, Judged, Moment, advance, begin

GENERATOR = np.random.default_rng(1)
INPUTS = GENERATOR.normal(size=(60, 784)).astype(np.float32)
LABELS = GENERATOR.integers(0, 10, 60)


def test_a_silenced_unit_costs_what_the_network_without_it_loses() -> None:
    course = replace(pair(8, 0.5)[0], learning_rate=0.02)
    network = advance(course, begin(course, 784), INPUTS, LABELS, 60).network
    before = forward(network, INPUTS, LABELS)
    losses, falls = [], []
    for unit in range(8):
        arrays = [array.copy() for array in network.arrays]
        arrays[2][unit] = 0
        after = forward(network.with_arrays(arrays), INPUTS, LABELS)
        losses.append(after.losses.mean() - before.losses.mean())
        right = [(one.pre_activations[-1].argmax(axis=1) == LABELS).mean() for one in (before, after)]
        falls.append(right[0] - right[1])
    found = leaning(network, INPUTS, LABELS)
    assert found.loss_mean == pytest.approx(np.mean(losses), abs=1e-5)
    assert found.loss_worst == pytest.approx(np.max(losses), abs=1e-5)
    assert found.mean == pytest.approx(np.mean(falls), abs=1e-6)
    assert found.worst == pytest.approx(np.max(falls), abs=1e-6)
    assert found.loss_worst > 0


def test_the_two_courses_differ_in_dropout_alone() -> None:
    without, dropped = pair(128, 0.5)
    assert (without.dropout, dropped.dropout) == (0.0, 0.5)
    assert replace(dropped, dropout=0.0) == without


EXAMPLES = Examples(INPUTS, LABELS, INPUTS, LABELS)


@pytest.mark.parametrize(
    ("held", "verdict"), [(0.5, "dropout helps"), (2.0, "dropout does harm"), (1.001, "about equally wrong")]
)
def test_the_verdict_is_that_of_the_held_back_digits(held: float, verdict: str) -> None:
    same = Judged(0.1, 1.0)
    moment = Moment(600, (), (same, same), (Judged(1.0, 0.8), Judged(held, 0.8)))
    told = parted(moment, EXAMPLES)
    assert verdict in told
    assert sum(one in told for one in ("dropout helps", "dropout does harm", "about equally wrong")) == 1
    assert "nothing" not in told
    assert "60 digits" in parted(replace(moment, step=0), EXAMPLES)


@pytest.mark.parametrize(
    ("mean", "worst", "word"),
    [
        (0.5, 0.5, "at worst. That happens"),
        (2.0, 2.0, "no sign"),
        (0.5, 2.0, "is missed more."),
        (2.0, 0.5, "at one end only"),
    ],
)
def test_co_adaptation_is_told_as_measured(mean: float, worst: float, word: str) -> None:
    without, dropped = Leaning(0.01, 0.02, 1.0, 1.0), Leaning(0.005, 0.01, mean, worst)
    assert word in leaning_words(without, dropped)
    assert list(leaning_rows(without, dropped)[0].values()) == [
        "without dropout",
        "1",
        "1",
        "1.00 points",
        "2.00 points",
    ]
