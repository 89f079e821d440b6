"""Learning a few digits: early stopping against the lowest loss, the cures against real digits, every sentence against its losses."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from netlab.app.live_learning import some_digits
from netlab.data import Digits
from netlab.data.split import nonsense
from netlab.lessons.overfitting import words
from netlab.lessons.overfitting.few_digits import (
    EVERY,
    LOOKS,
    PATIENCE,
    STEPS,
    Setting,
    courses,
    lowest,
    stopped,
    used,
)
from netlab.lessons.overfitting.figures import two_losses
from netlab.nn.pupil import Examples, Judged, Moment, side_by_side
from tests.conftest import made_digits

SETTING = Setting(units=32)


def examples(*, wrong: int) -> Examples:
    """Sixty made digits, so many of their labels mixed up, and others held back."""
    made = made_digits(300)
    inputs = (made.x_train.reshape(-1, 784) / np.float32(255)).astype(np.float32)
    labels = nonsense(1, made.y_train, np.arange(60), wrong)
    return Examples(
        inputs[:60], labels[:60].astype(np.intp), inputs[60:160], made.y_train[60:160].astype(np.intp)
    )


@lru_cache(maxsize=2)
def overfitted(*, wrong: int) -> tuple[Moment, ...]:
    """A training that learns too well: most of its labels make no sense."""
    return tuple(side_by_side(courses(SETTING)[:1], examples(wrong=wrong), LOOKS))


def moment(step: int, loss: float, held: float, right: float = 1.0, *, beside: float | None = None) -> Moment:
    """A look of made losses."""
    judged = [Judged(held, 0.5), *([] if beside is None else [Judged(beside, 0.5)])]
    return Moment(step, (), (Judged(loss, right),) * len(judged), tuple(judged))


def held_of(moments: tuple[Moment, ...]) -> list[float]:
    return [one.held[0].loss for one in moments]


def test_early_stopping_ends_where_patience_does_and_keeps_the_lowest() -> None:
    moments = overfitted(wrong=30)
    losses = held_of(moments)
    end = stopped(moments)
    assert end is not None
    best = int(np.argmin(losses[: end + 1]))
    assert end == best + PATIENCE and 0 < best < len(moments) - 1 - PATIENCE
    assert used(moments, stops=True) == best == lowest(moments[: end + 1])
    assert used(moments, stops=False) == len(moments) - 1
    for until in range(1, end + 1):
        assert stopped(moments[:until]) is None
        assert used(moments[:until], stops=True) == int(np.argmin(losses[:until]))
    told = words.losses_told(moments, replace(SETTING, stops=True), 60)
    assert told.startswith("**Stopped early.**") and words.moment_told(moments[best].step, 60) in told
    drawn = {trace.name: trace for trace in two_losses(moments, end, 2).data}
    assert drawn["held back"].x[-1] == moments[end].step == drawn["held back, had it gone on"].x[0]
    assert drawn["its lowest"].x[0] == moments[best].step


def test_that_the_losses_part_is_said_where_they_part_and_only_there() -> None:
    moments = overfitted(wrong=30)
    losses = held_of(moments)
    best = int(np.argmin(losses))
    assert words.parted(moments)
    assert losses[-1] >= words.RISEN * losses[best]
    assert moments[-1].taught[0].loss < moments[best].taught[0].loss
    said = words.losses_told(moments, SETTING, 60)
    assert said.startswith("**It overfits.**") and words.moment_told(moments[best].step, 60) in said
    assert not words.parted(moments[: best + 1])
    assert words.losses_told(moments[: best + 1], SETTING, 60).startswith("**It is still getting better.**")
    near = moment(moments[best].step + EVERY, 0.0, losses[best] * 1.05)
    assert words.losses_told([*moments[: best + 1], near], SETTING, 60).startswith("**It hardly overfits.**")
    worse = moment(
        moments[best].step + EVERY, 9.0, losses[best] * 2
    )  # both rise: it does not overfit, it fails
    assert not words.parted([*moments[: best + 1], worse])


def test_random_labels_are_memorised_and_nothing_is_generalised() -> None:
    moments, given = overfitted(wrong=60), examples(wrong=60)
    assert moments[-1].taught[0].accuracy >= words.BY_HEART and moments[-1].held[0].accuracy < 0.3
    mixed = replace(SETTING, mixed=True)
    said = words.right_told(moments, mixed, given)
    assert "**memorised**" in said and "guessing gets 10\u00a0%" in said
    assert "memorised" not in words.right_told(moments[:2], mixed, given)
    assert "random" not in words.right_told(moments, SETTING, given)


@pytest.mark.parametrize(
    ("end", "said"), [(0.5, "**lower**"), (1.001, "**about the same**"), (1.5, "**higher**")]
)
def test_what_a_switch_changed_is_told_by_both_ends(end: float, said: str) -> None:
    looks = [moment(0, 2.0, 2.0, beside=2.0), moment(10, 0.1, end, beside=1.0)]
    assert said in words.compared_told(looks, SETTING)
    assert words.compared_told([moment(0, 2.0, 2.0)], SETTING) == ""


def test_when_is_told_in_steps_and_epochs() -> None:
    assert words.moment_told(0, 300) == "before the first step"
    assert words.moment_told(10, 300) == "after 10 steps (1 epoch)"
    assert words.moment_told(10, 3000) == "after 10 steps (0.1 epochs)"


def test_a_cure_has_the_network_without_beside_it_and_nothing_else_has() -> None:
    plain = Setting()
    assert len(courses(plain)) == len(courses(replace(plain, stops=True))) == 1
    for change in ({"units": 16}, {"decay": 0.01}, {"dropout": 0.5}):
        chosen, beside = courses(replace(plain, seed=4, **change))
        assert beside == courses(replace(plain, seed=4))[0] != chosen


@pytest.mark.skipif(
    not Path(os.environ.get("NETLAB_MNIST", "")).is_file(), reason="needs real digits in NETLAB_MNIST"
)
def test_what_the_page_says_of_real_digits_is_so(monkeypatch: pytest.MonkeyPatch) -> None:
    real = np.load(os.environ["NETLAB_MNIST"])
    found = Digits(real["x_train"], real["y_train"], real["x_test"], real["y_test"], "mnist", "")
    monkeypatch.setattr("netlab.app.live_learning.digits", lambda: found)
    looks = LOOKS[:: len(LOOKS) // 12]
    ends = []
    for change in (
        {},
        {"decay": 0.001},
        {"examples": 1000},
        {"examples": 3000},
        {"mixed": True},
        {"units": 16},
    ):
        setting = Setting(**change)
        given = some_digits(setting.examples, mixed=setting.mixed)
        ends.append(list(side_by_side(courses(setting)[:1], given, looks)))
    plain, decayed, more, many, mixed, small = ends
    assert looks[-1] == STEPS and words.parted(plain)
    for now, then in pairwise(one.taught[0].loss for one in plain):
        assert then < now
    assert not words.parted(many)  # when it does not matter
    assert plain[-1].held[0].accuracy > max(one.held[0].accuracy for one in plain) - 0.02
    assert more[-1].held[0].loss < decayed[-1].held[0].loss < plain[-1].held[0].loss
    assert small[-1].held[0].loss > plain[-1].held[0].loss
    assert mixed[-1].taught[0].accuracy > words.BY_HEART and mixed[-1].held[0].accuracy < 0.2
