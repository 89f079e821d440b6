"""Every optimizer walks exactly as eager Keras does: the same float32 bits after every step."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from netlab.nn.schedules import CosineDecay

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")

import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from netlab.nn.optimizers import OPTIMIZERS, SCHEDULES, Optimizer, Setting, schedule_from
from netlab.nn.setting import SettingValue

STEPS = 300
TWINS = {key: row for key, row in OPTIMIZERS.items() if row.keras_class is not None}
"""The optimizers that Keras has too."""
quick = settings(
    max_examples=int(os.environ.get("NETLAB_KERAS_EXAMPLES", "2")),
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def numpy_walk(optimizer: Optimizer, start: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    weights, state = start, optimizer.init(start)
    path = []
    with np.errstate(all="ignore"):
        for gradient in gradients:
            weights, state = optimizer.update(gradient, weights, state)
            path.append(weights)
    return np.array(path)


def keras_walk(optimizer: Optimizer, start: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    twin = keras.optimizers.deserialize(optimizer.keras_config())
    shape = (1, 2) if optimizer.for_matrices else (2,)
    variable = keras.Variable(start.reshape(shape), dtype="float32")
    path = []
    for gradient in gradients:
        twin.apply([keras.ops.convert_to_tensor(gradient.reshape(shape))], [variable])
        path.append(variable.numpy())
    return np.reshape(path, (-1, 2))


def assert_same(ours: np.ndarray, theirs: np.ndarray, optimizer: Optimizer) -> None:
    """Equal to the last bit while numbers are of any use; for a rule with matrix products, to a part in 10,000.

    TensorFlow takes subnormal numbers (below 1.2e-38) for zero; weights under 1e-30 are compared as zero.
    """
    usable = np.cumsum(~(np.abs(theirs) < 1e30).all(axis=1)) == 0
    ours, theirs = (np.where(np.abs(path) < 1e-30, 0.0, path)[usable] for path in (ours, theirs))
    if optimizer.for_matrices:
        np.testing.assert_allclose(
            ours, theirs, rtol=1e-4, atol=1e-4 * np.ptp(theirs, axis=0).max(initial=1e-6)
        )
    else:
        np.testing.assert_array_equal(ours, theirs)


def any_value(setting: Setting) -> st.SearchStrategy[SettingValue]:
    if setting.kind == "switch":
        return st.booleans()
    if setting.kind == "count":
        return st.integers(int(setting.minimum), int(min(setting.maximum, 50)))
    low, high = setting.minimum, setting.maximum
    if setting.logarithmic:
        powers = st.floats(np.log10(max(low, 1e-6)), np.log10(min(high, 10.0)))
        return powers.map(lambda p: float(np.clip(10.0**p, low, high)))
    return st.floats(low, min(high, 5.0))


def chosen_settings(optimizer: Optimizer) -> st.SearchStrategy[dict[str, SettingValue]]:
    own = {s.key: any_value(s) for s in optimizer.settings if s.key in {o.key for o in optimizer.own}}
    return st.fixed_dictionaries({"learning_rate": st.floats(-5, 0.5).map(lambda p: float(10.0**p)), **own})


@st.composite
def gradient_sequences(draw: st.DrawFn) -> np.ndarray:
    """Noise of any scale, with runs of exact zeros and repeats in it."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    scale = 10.0 ** draw(st.floats(-4, 4))
    gradients = random.normal(draw(st.floats(-2, 2)), 1.0, (STEPS, 2)) * scale
    gradients[random.random((STEPS, 2)) < draw(st.sampled_from([0.0, 0.2]))] = 0.0
    quiet = draw(st.integers(0, 2 * STEPS))
    gradients[quiet:] = 0.0
    return gradients.astype(np.float32)


starts = st.tuples(*[st.floats(-10, 10, width=32)] * 2).map(lambda p: np.array(p, np.float32))


@pytest.mark.parametrize("key", TWINS)
def test_rule_equals_keras_bit_for_bit(key: str) -> None:
    @quick
    @given(chosen=chosen_settings(OPTIMIZERS[key]), start=starts, gradients=gradient_sequences())
    def holds(chosen: dict[str, Any], start: np.ndarray, gradients: np.ndarray) -> None:
        optimizer = OPTIMIZERS[key].with_settings(**chosen)
        assert_same(
            numpy_walk(optimizer, start, gradients), keras_walk(optimizer, start, gradients), optimizer
        )

    holds()


common_settings = st.fixed_dictionaries(
    {
        "weight_decay": st.sampled_from([0.0, 0.004, 0.3]),
        "use_ema": st.booleans(),
        "ema_momentum": st.floats(0.0, 1.0),
        "ema_overwrite_frequency": st.integers(0, 7),
        "loss_scale_factor": st.sampled_from([0.0, 1.0, 3.0, 1024.0]),
        "gradient_accumulation_steps": st.integers(0, 4),
    }
)
clippings = st.sampled_from(["none", "clipnorm", "global_clipnorm", "clipvalue"])


@pytest.mark.parametrize("key", ["momentum", "nadam", "adafactor"])
def test_common_settings_equal_keras_bit_for_bit(key: str) -> None:
    @quick
    @given(
        chosen=common_settings, clip=clippings, amount=st.floats(0.01, 5.0), gradients=gradient_sequences()
    )
    def holds(chosen: dict[str, Any], clip: str, amount: float, gradients: np.ndarray) -> None:
        clipping: dict[str, Any] = {} if clip == "none" else {clip: amount}
        optimizer = OPTIMIZERS[key].with_settings(learning_rate=0.05, **chosen, **clipping)
        start = np.array([1.5, -0.75], np.float32)
        assert_same(
            numpy_walk(optimizer, start, gradients), keras_walk(optimizer, start, gradients), optimizer
        )

    holds()


SAMPLED = range(0, 120, 2)


def heights(values: dict[str, Any]) -> np.ndarray:
    """How high each sampled step's cosine stands, at least 1; a step on a border counts to the higher one."""
    longer, higher = values.get("t_mul", 1.0), max(1.0, values.get("m_mul", 1.0))
    done = np.array(SAMPLED) / values.get("first_decay_steps", 1)
    restarts = done if longer == 1.0 else np.log1p(done * (longer - 1.0)) / np.log(longer)
    return higher ** np.floor(restarts + 1e-4)


@pytest.mark.parametrize("key", SCHEDULES)
@given(data=st.data(), rate=st.floats(1e-5, 1.0))
@settings(quick, max_examples=3)
def test_schedule_equals_keras_to_one_unit_in_the_last_place(
    key: str, data: st.DataObject, rate: float
) -> None:
    values = {s.key: data.draw(any_value(s)) for s in SCHEDULES[key].settings}
    if key == "piecewise":
        values["second_boundary"] += values["first_boundary"]
    optimizer = OPTIMIZERS["sgd"].with_settings(schedule=schedule_from(key, **values), learning_rate=rate)
    twin = keras.optimizers.deserialize(optimizer.keras_config())
    their_rates, our_rates = [], []
    for step in SAMPLED:
        twin.iterations.assign(step)
        their_rates.append(np.float32(twin.learning_rate))
        our_rates.append(optimizer.rate_at(step))
    ours, theirs = (
        np.where(np.abs(rates) < 1.2e-38, 0.0, rates).astype(np.float32) for rates in (our_rates, their_rates)
    )
    # A cosine nearly cancels the 1 it is added to; there the unit is that of the whole rate. With restarts it is
    # that of the period, twice: a cosine one unit off is multiplied on.
    whole = {"cosine": np.full(len(ours), rate), "cosine-restarts": 2 * rate * heights(values)}.get(
        key, theirs
    )
    unit = np.spacing(np.abs(whole).astype(np.float32))
    assert (np.abs(ours - theirs) <= unit).all()


def test_every_schedule_of_keras_and_every_argument_of_it_is_offered() -> None:
    import inspect

    module = keras.optimizers.schedules
    offered = {schedule.keras_class: schedule for schedule in SCHEDULES.values() if schedule.keras_class}
    classes = {name for name, thing in vars(module).items() if inspect.isclass(thing)}
    assert offered.keys() == classes - {"LearningRateSchedule"}
    for name, schedule in offered.items():
        arguments = set(inspect.signature(getattr(module, name).__init__).parameters) - {"self", "name"}
        full = replace(schedule, warmup_steps=5) if isinstance(schedule, CosineDecay) else schedule
        assert full.arguments(0.1).keys() == arguments, name


@pytest.mark.parametrize("key", [key for key in SCHEDULES if key != "constant"])
def test_scheduled_walk_equals_keras(key: str) -> None:
    optimizer = OPTIMIZERS["adam"].with_settings(schedule=key, learning_rate=0.1)
    gradients = np.random.default_rng(1).normal(size=(120, 2)).astype(np.float32)
    start = np.array([1.0, -2.0], np.float32)
    ours, theirs = numpy_walk(optimizer, start, gradients), keras_walk(optimizer, start, gradients)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6)


@pytest.mark.parametrize("key", TWINS)
def test_config_is_what_keras_itself_would_write(key: str) -> None:
    config = OPTIMIZERS[key].keras_config()
    assert config is not None
    theirs = keras.optimizers.deserialize(config).get_config()
    for name, value in config["config"].items():
        assert theirs[name] == (pytest.approx(value, rel=1e-6) if isinstance(value, float) else value), name


def test_every_argument_of_the_keras_class_is_a_setting() -> None:
    import inspect

    for optimizer in TWINS.values():
        twin = getattr(keras.optimizers, str(optimizer.keras_class))
        arguments = set(inspect.signature(twin.__init__).parameters) - {"self", "name", "kwargs"}
        assert arguments == {"learning_rate", *optimizer.keras_settings()}, optimizer.key


def test_defaults_are_keras_defaults_but_for_adadelta() -> None:
    import inspect

    for optimizer in TWINS.values():
        parameters = inspect.signature(
            getattr(keras.optimizers, str(optimizer.keras_class)).__init__
        ).parameters
        ours = optimizer.keras_settings()
        for setting in (*optimizer.own, *optimizer.training_settings):
            if setting.key == "momentum" and optimizer.keras_class == "SGD":
                continue  # the two rules with momentum exist to show it
            assert ours[setting.key] == parameters[setting.key].default, (optimizer.key, setting.key)
        assert optimizer.keras_learning_rate == parameters["learning_rate"].default
        assert (optimizer.learning_rate == optimizer.keras_learning_rate) == (optimizer.key != "adadelta")


@pytest.mark.parametrize("key", TWINS)
def test_a_memory_that_fades_into_nothing_ends_where_keras_ends(key: str) -> None:
    """After a few slopes there are none: averages shrink below what TensorFlow counts as a number."""
    forgetful: dict[str, Any] = {
        s.key: 0.5 for s in OPTIMIZERS[key].own if s.key in ("momentum", "rho", "beta_1", "beta_2")
    }
    optimizer = OPTIMIZERS[key].with_settings(learning_rate=0.01, **forgetful)
    gradients = np.zeros((170, 2), np.float32)
    gradients[:3] = [[1.0, -0.5], [0.25, 2.0], [-3.0, 1e-3]]
    start = np.array([0.5, -0.25], np.float32)
    assert_same(numpy_walk(optimizer, start, gradients), keras_walk(optimizer, start, gradients), optimizer)
