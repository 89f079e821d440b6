"""One table, all optimizers, every law of the pair ``init`` and ``update``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlab.nn.optimizers import OPTIMIZERS, SCHEDULES, Optimizer, Setting, State, schedule_from

quick = settings(max_examples=10, deadline=None)
EXTRAS: dict[str, dict[str, Any]] = {
    "plain": {},
    "clipped": {"clipnorm": 0.5},
    "globally clipped": {"global_clipnorm": 0.5},
    "cut": {"clipvalue": 0.1},
    "decayed": {"weight_decay": 0.1},
    "averaged": {"use_ema": True, "ema_overwrite_frequency": 2},
    "gathered": {"gradient_accumulation_steps": 3},
}


def walk(
    optimizer: Optimizer, weights: np.ndarray, gradients: Iterable[np.ndarray], rate: np.ndarray | None = None
) -> tuple[np.ndarray, State]:
    state = optimizer.init(weights)
    for gradient in gradients:
        weights, state = optimizer.update(gradient, weights, state, learning_rate=rate)
    return weights, state


@pytest.mark.parametrize("extra", EXTRAS)
@pytest.mark.parametrize("key", OPTIMIZERS)
def test_many_points_walk_as_each_would_alone(key: str, extra: str) -> None:
    optimizer = OPTIMIZERS[key].with_settings(learning_rate=0.05, **EXTRAS[extra])
    random = np.random.default_rng(2)
    starts = random.normal(size=(5, 2)).astype(np.float32)
    gradients = random.normal(size=(9, 5, 2)).astype(np.float32)
    together, _ = walk(optimizer, starts, gradients)
    alone = [walk(optimizer, starts[i], gradients[:, i])[0] for i in range(5)]
    np.testing.assert_array_equal(together, alone)


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("key", OPTIMIZERS)
def test_each_point_may_have_its_own_rate(key: str, schedule: str) -> None:
    optimizer = OPTIMIZERS[key].with_settings(schedule=schedule)
    gradients = np.random.default_rng(3).normal(size=(9, 2)).astype(np.float32)
    rates, start = np.array([0.001, 0.03, 0.7]), np.array([1.0, -2.0], np.float32)
    together, _ = walk(
        optimizer, np.tile(start, (3, 1)), [np.tile(g, (3, 1)) for g in gradients], rates[:, None]
    )
    alone = [walk(optimizer.with_settings(learning_rate=r), start, gradients)[0] for r in rates]
    np.testing.assert_array_equal(together, alone)


@pytest.mark.parametrize("key", OPTIMIZERS)
@given(seed=st.integers(0, 2**32 - 1))
@quick
def test_update_is_pure_and_keeps_float32(key: str, seed: int) -> None:
    optimizer = OPTIMIZERS[key].with_settings(weight_decay=0.01, clipnorm=1.0, use_ema=True)
    gradient, weights = np.random.default_rng(seed).normal(size=(2, 2)).astype(np.float32)
    state = optimizer.init(weights)
    _, state = optimizer.update(gradient, weights, state)
    before = [a.copy() for a in (gradient, weights, *state.slots.values())]
    after, new = optimizer.update(gradient, weights, state)
    again, _ = optimizer.update(gradient, weights, state)
    for old, now in zip(before, (gradient, weights, *state.slots.values())):
        np.testing.assert_array_equal(old, now)
    np.testing.assert_array_equal(after, again)
    assert after.dtype == np.float32
    assert {slot.dtype for slot in new.slots.values()} == {np.dtype(np.float32)}
    assert (state.step, new.step) == (1, 2)


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_no_slope_and_no_memory_is_no_step(key: str) -> None:
    optimizer = OPTIMIZERS[key].with_settings(weight_decay=0.0)
    start = np.array([1.5, -0.5], np.float32)
    after, _ = walk(optimizer, start, np.zeros((5, 2), np.float32))
    np.testing.assert_array_equal(after, start)


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_first_step_goes_downhill(key: str) -> None:
    start = np.array([3.0, -3.0], np.float32)
    after, _ = walk(OPTIMIZERS[key].with_settings(learning_rate=0.01), start, [start])
    assert (np.sign(after - start) == -np.sign(start)).all()


@given(gradient=st.tuples(*[st.floats(-1e3, 1e3, width=32)] * 2), longest=st.floats(1e-3, 1e3))
@settings(max_examples=100, deadline=None)
def test_clipping_shortens_without_turning_and_cutting_bounds(
    gradient: tuple[float, float], longest: float
) -> None:
    vector = np.array(gradient, np.float32)
    length = np.hypot(*vector.astype(float))
    for key in ("clipnorm", "global_clipnorm"):
        clipping: dict[str, Any] = {key: longest}
        clipped = OPTIMIZERS["sgd"].with_settings(**clipping).clip(vector).astype(float)
        if length > 1e-15:  # below, the square underflows float32
            assert np.hypot(*clipped) == pytest.approx(min(length, longest), rel=1e-5)
            np.testing.assert_allclose(
                clipped, vector * (min(length, longest) / length), rtol=1e-5, atol=1e-37
            )
    cut = OPTIMIZERS["sgd"].with_settings(clipvalue=longest).clip(vector)
    np.testing.assert_allclose(cut, np.clip(vector, -longest, longest), rtol=1e-6)


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_settings_are_ready_for_controls(key: str) -> None:
    optimizer = OPTIMIZERS[key]
    assert optimizer.key == key
    assert len({setting.key for setting in optimizer.settings}) == len(optimizer.settings)
    for setting in optimizer.settings:
        assert setting.minimum <= setting.default <= setting.maximum
        assert setting.help.endswith(".")
        for value in (setting.minimum, setting.maximum):
            assert setting.check(value) == value
    for text in (optimizer.idea, optimizer.trap):
        assert text.endswith(".")
    assert optimizer.source and optimizer.latex


def test_changes_are_checked() -> None:
    adam = OPTIMIZERS["adam"]
    assert adam.with_settings(beta_1=0).values["beta_1"] == 0.0  # a whole number from a slider is fine
    assert isinstance(adam.with_settings(learning_rate=1).values["learning_rate"], float)
    with pytest.raises(ValueError, match="no setting 'momentum'"):
        adam.with_settings(momentum=0.9)
    with pytest.raises(ValueError, match="between 0 and"):
        adam.with_settings(beta_1=1.5)
    with pytest.raises(ValueError, match="must be a number"):
        adam.with_settings(beta_1="much")
    with pytest.raises(ValueError, match="must be a number"):
        adam.with_settings(learning_rate=float("nan"))
    with pytest.raises(ValueError, match="Only one kind of clipping"):
        adam.with_settings(clipnorm=1.0).with_settings(clipvalue=1.0)
    with pytest.raises(ValueError, match="not a schedule"):
        adam.with_settings(schedule="sometimes")
    with pytest.raises(ValueError, match="no setting"):
        schedule_from("cosine", decay_rate=0.5)
    with pytest.raises(ValueError, match="come after"):
        schedule_from("piecewise", first_boundary=10, second_boundary=10)


def test_kinds_of_controls() -> None:
    kinds = {s.key: s.kind for s in OPTIMIZERS["adamw"].settings}
    assert kinds["amsgrad"] == "switch"
    assert kinds["gradient_accumulation_steps"] == "count"
    assert kinds["beta_1"] == "number"
    assert isinstance(OPTIMIZERS["adamw"].settings[0], Setting)


@pytest.mark.parametrize("key", SCHEDULES)
@given(rate=st.floats(1e-4, 1.0), step=st.integers(0, 1000))
@quick
def test_schedules_start_at_the_rate_and_stay_between_it_and_zero(key: str, rate: float, step: int) -> None:
    schedule = SCHEDULES[key]
    assert schedule.rate(rate, 0) == pytest.approx(rate, rel=1e-6)
    assert -1e-7 <= schedule.rate(rate, step) <= max(float(np.float32(rate)), 1e-4) * 1.000001
