"""A look tells what the network in NumPy answers, is small, and changes nothing in the training it looks at."""

from __future__ import annotations

import base64
import dataclasses
import struct
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from netlab.data import Digits
from netlab.nets.numpy_model import layer_outputs, max_pool, predict
from netlab.nets.presets import PRESETS
from netlab.nets.spec import Convolution, NetworkSpec
from netlab.nets.weight_file import Weights, weight_shapes
from netlab.runs import store
from netlab.runs.events import Done, Event, EventError, Look, Metrics, Paused, Stopped, from_line
from netlab.runs.history import History
from netlab.runs.run import Run, RunError
from netlab.training import look
from netlab.training.job import Job
from netlab.training.loop import Command, train
from tests.training.test_loop import Script

SMALL = NetworkSpec(hidden=(40, 24), activation="tanh", epochs=2, seed=3)
FILTERS = NetworkSpec(hidden=(30,), convolutions=(Convolution(16, 5, 2), Convolution(20, 3, 1)), seed=4)
BARE = NetworkSpec(hidden=())
DEEPEST = NetworkSpec(hidden=(600,) * 12)
WIDEST = NetworkSpec(hidden=(690,) * 10)
MOST_FILTERS = NetworkSpec(hidden=(), convolutions=(Convolution(16, 3, 1),) * 12)


def drawn(spec: NetworkSpec) -> Weights:
    rng = np.random.default_rng(1)
    return {name: rng.normal(0, 0.1, shape).astype(np.float32) for name, shape in weight_shapes(spec).items()}


class Reader:
    """The bytes of a look, read by what the module's first words say of them."""

    def __init__(self, packed: str) -> None:
        self.rest = base64.b64decode(packed, validate=True)

    def take(self, count: int) -> bytes:
        taken, self.rest = self.rest[:count], self.rest[count:]
        assert len(taken) == count
        return taken

    def floats(self, count: int) -> NDArray[np.float32]:
        return np.array(struct.unpack(f"<{count}f", self.take(4 * count)), np.float32)

    def steps(self, *shape: int) -> tuple[NDArray[np.float64], float]:
        """The numbers, and how far off each may be."""
        (scale,) = self.floats(1)
        whole = np.frombuffer(self.take(int(np.prod(shape))), np.int8).reshape(shape)
        return whole * float(scale) / 127, float(scale) / 253


@pytest.mark.parametrize(
    "spec", [SMALL, FILTERS, BARE, NetworkSpec()], ids=["dense", "filters", "bare", "article"]
)
def test_a_look_tells_what_the_network_in_numpy_answers(spec: NetworkSpec, digits: Digits) -> None:
    weights, shown = drawn(spec), look.plan(spec)
    told = look.make(spec, weights, digits.x_test, digits.y_test, index=203, step=9)
    assert (told.step, told.index, told.label) == (9, 3, digits.y_test[3])
    image = digits.x_test[3]
    pixels = image[None].astype(np.float32) / 255
    outputs = layer_outputs(spec, weights, pixels)
    kernels = [weight for name, weight in weights.items() if name.endswith("kernel")]
    biases = [weight for name, weight in weights.items() if name.endswith("bias")]
    reader = Reader(told.packed)
    assert reader.take(784) == image.tobytes()
    first = list(shown.columns[0].units)
    tiles, off = reader.steps(len(first), shown.tile, shown.tile)
    for tile, unit in zip(tiles, first, strict=True):
        real = kernels[0][..., unit].reshape(shown.tile, shown.tile)
        np.testing.assert_allclose(tile, real, atol=off)
    for place, column in enumerate(shown.columns):
        units = list(column.units)
        answers, own = reader.floats(len(units)), reader.floats(len(units))
        real = outputs[place][0][..., units]
        if place == len(outputs) - 1:
            real = predict(spec, weights, pixels)[0][units]
        np.testing.assert_allclose(answers, real.reshape(-1, len(units)).max(axis=0), rtol=1e-5, atol=1e-7)
        np.testing.assert_array_equal(own, biases[place][units])
        if column.side:
            maps, off = reader.steps(len(units), column.side, column.side)
            pooled = max_pool(outputs[place], column.pool)[0][..., units]
            np.testing.assert_allclose(maps, np.moveaxis(pooled, -1, 0), atol=off)
        if place:
            before = shown.columns[place - 1]
            links, off = reader.steps(len(before.units), len(units))
            np.testing.assert_allclose(links, strengths(kernels[place], before, units), rtol=1e-5, atol=off)
    assert not reader.rest


def strengths(kernel: NDArray[Any], before: look.Column, units: list[int]) -> NDArray[np.float64]:
    """Pair by pair: a weight as it is; of many weights the length, with the sign of their sum."""
    found = np.zeros((len(before.units), len(units)))
    for row, one in enumerate(before.units):
        for column, unit in enumerate(units):
            own = kernel[..., unit].reshape(-1, before.total)[:, one].astype(float)
            found[row, column] = own[0] if len(own) == 1 else np.linalg.norm(own) * np.sign(own.sum())
    return found


SPECS = {name: preset.spec for name, preset in PRESETS.items()} | {
    "deepest": DEEPEST, "widest": WIDEST, "most filters": MOST_FILTERS,
}  # fmt: skip


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS.keys())
def test_a_look_is_small_and_comes_through_as_it_was(spec: NetworkSpec, digits: Digits) -> None:
    told = look.make(spec, drawn(spec), digits.x_test, digits.y_test, index=0, step=10**6)
    assert look.fits(spec, told)
    assert len(told.to_line()) < 20_000
    assert (from_line(told.to_line()) == told) is True  # not spelled out if it fails


def test_another_network_s_look_does_not_fit(digits: Digits) -> None:
    told = look.make(SMALL, drawn(SMALL), digits.x_test, digits.y_test, index=0, step=1)
    assert not look.fits(BARE, told)


def test_the_units_stay_the_same_through_a_run_and_follow_from_its_seed() -> None:
    article = NetworkSpec()
    (hidden, output) = look.plan(article).columns
    assert hidden.units == look.plan(replace(article, epochs=9, learning_rate=0.1)).columns[0].units
    assert hidden.units != look.plan(replace(article, seed=1)).columns[0].units
    assert len(set(hidden.units)) == 12
    assert list(hidden.units) == sorted(hidden.units)
    assert output.units == tuple(range(10))


def test_what_is_left_out_is_told() -> None:
    told = look.caption(NetworkSpec())
    assert "12 of 512 hidden units, chosen by the seed" in told
    share = (12 * 784 + 12 * 10) / (784 * 512 + 512 * 10)
    assert look.plan(NetworkSpec()).share == pytest.approx(share)
    assert "2.3\u00a0%" in told
    both = look.caption(PRESETS["convolutional"].spec)
    assert "24 of 48 filters and 12 of 128 hidden units" in both


def test_what_is_shown_whole_is_no_sample() -> None:
    assert look.caption(NetworkSpec(hidden=(8,))) == "All 8 hidden units are shown, with every connection."
    assert look.caption(NetworkSpec(hidden=(1,))) == "The only hidden unit is shown, with every connection."
    assert look.caption(BARE).startswith("No hidden units")
    whole = NetworkSpec(hidden=(9,), convolutions=(Convolution(4, 5, 2), Convolution(6, 3, 1)))
    assert look.caption(whole) == "All 10 filters and 9 hidden units are shown, with every connection."
    for spec in (NetworkSpec(hidden=(8,)), BARE, whole):
        assert look.plan(spec).share == 1.0


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf, 3e38])
def test_weights_that_broke_are_told_as_numbers(broken: float, digits: Digits) -> None:
    weights = drawn(SMALL)
    weights["dense_1/kernel"][0, look.plan(SMALL).columns[1].units[0]] = broken
    with np.errstate(all="ignore"):
        told = look.make(SMALL, weights, digits.x_test, digits.y_test, index=0, step=1)
    reader = Reader(told.packed)
    reader.take(784)
    assert np.isfinite(reader.steps(12, 28, 28)[0]).all()
    for place in range(3):
        count = (12, 12, 10)[place]
        assert np.isfinite(reader.floats(2 * count)).all()
        assert place == 0 or np.isfinite(reader.steps(12, count)[0]).all()


@pytest.mark.parametrize("packed", ["a" * 19_501, "<script>", "ab=c", 5])
def test_a_strange_look_is_no_event(packed: object) -> None:
    line = Look(1, 0, 7, "AAAA").to_line()
    assert from_line(line)
    with pytest.raises(EventError):
        from_line(line.replace('"AAAA"', f'"{packed}"' if isinstance(packed, str) else str(packed)))


class Clock:
    """Time that passes only while weights are fetched."""

    def __init__(self, cost: float) -> None:
        self.now, self.cost = 100.0, cost

    def __call__(self) -> float:
        return self.now

    def fetch(self) -> Weights:
        self.now += self.cost
        return drawn(SMALL)


@pytest.mark.parametrize(("cost", "pause"), [(0.001, 0.4), (0.05, 3.05)])
def test_looking_takes_less_than_two_percent_of_the_time(cost: float, pause: float, digits: Digits) -> None:
    clock = Clock(cost)
    onlooker = look.Onlooker(SMALL, digits.x_test, digits.y_test, clock)
    assert len(list(onlooker.look(clock.fetch, 1))) == 1
    clock.now = 100.0 + pause - 0.01
    assert not list(onlooker.look(clock.fetch, 2))
    clock.now = 100.0 + pause + 0.01
    assert [told.step for told in onlooker.look(clock.fetch, 2)] == [2]
    assert cost / pause < 0.02


def test_a_look_at_once_is_told_but_never_twice(digits: Digits) -> None:
    clock = Clock(0.0)
    onlooker = look.Onlooker(SMALL, digits.x_test, digits.y_test, clock)
    assert list(onlooker.look(clock.fetch, 5))
    assert not list(onlooker.look(clock.fetch, 5, now=True))
    onlooker.choose(-1)
    assert [told.index for told in onlooker.look(clock.fetch, 5, now=True)] == [199]
    assert [told.index for told in onlooker.look(clock.fetch, 6, now=True)] == [199]


def looks(events: Iterable[Event]) -> list[Look]:
    return [event for event in events if isinstance(event, Look)]


def timeless(events: Iterable[Event]) -> list[Event]:
    """Events without looks and without what the clock says."""
    clocked = {"seconds": 0.0, "examples_per_second": 0.0, "run": "", "losses": (), "accuracies": ()}
    kept = []
    for event in events:
        names = {field.name for field in dataclasses.fields(event)} & set(clocked)
        if not isinstance(event, Look) and not hasattr(event, "losses"):
            kept.append(replace(event, **{name: clocked[name] for name in names}))
    return kept


@pytest.mark.parametrize("spec", [SMALL, replace(FILTERS, epochs=1)], ids=["dense", "filters"])
def test_a_training_that_is_looked_at_gives_the_same_bits(spec: NetworkSpec, digits: Digits) -> None:
    plain, watched = store.new_id(), store.new_id()
    without = list(train(spec, digits, run_id=plain))
    commands = {2: Command("look", 5), 3: Command("pause"), 1001: Command("look", 7), 1002: Command("batch")}
    steered = list(train(spec, digits, run_id=watched, look=True, inbox=Script(commands)))
    straight = list(train(spec, digits, run_id=store.new_id(), look=True))
    assert looks(straight)
    assert not looks(without)
    assert timeless(without) == timeless(straight)
    assert losses(without) == losses(straight) == losses(steered)
    one, other = (Run(name, store.root() / name).weights()[1] for name in (plain, watched))
    for name, weight in one.items():
        np.testing.assert_array_equal(weight, other[name])


def losses(events: Iterable[Event]) -> list[float | None]:
    return [loss for event in events if isinstance(event, Metrics) for loss in event.losses]


def test_looks_come_at_the_start_at_a_pause_and_at_the_end_and_are_not_kept(digits: Digits) -> None:
    run_id = store.new_id()
    commands = {2: Command("pause"), 1001: Command("look", 6), 1002: Command("batch")}
    events = list(train(SMALL, digits, run_id=run_id, look=True, inbox=Script(commands)))
    told = looks(events)
    assert told[0].step == 0
    paused = [place for place, event in enumerate(events) if isinstance(event, Paused)]
    assert len(paused) == 2
    for place in paused:
        seen = looks(events[:place])[-1]
        assert seen.step == events[place].step  # type: ignore[attr-defined]
    assert next(one.index for one in looks(events[paused[0] : paused[1]])) == 6
    assert isinstance(events[-1], Done)
    assert told[-1].step == 40
    assert told[-1].index == 6
    assert not looks(Run(run_id, store.root() / run_id).events())


def test_the_newest_look_is_kept_in_the_job_and_not_in_its_history(digits: Digits) -> None:
    job = Job("a" * 32, SMALL)
    before = History() == job.history
    told = look.make(SMALL, drawn(SMALL), digits.x_test, digits.y_test, index=2, step=3)
    job.take(Look(1, 0, 7, "AAAA"))
    job.take(told)
    assert job.look == told
    assert before
    assert job.history == History()
    assert job.state == "queued"


def test_a_finished_run_is_looked_at_by_its_final_weights(digits: Digits) -> None:
    run_id = store.new_id()
    events = list(train(SMALL, digits, run_id=run_id, look=True))
    run = Run(run_id, store.root() / run_id)
    last = looks(events)[-1]
    again = look.kept(run, digits.x_test, digits.y_test, index=last.index, step=40, exact=False)
    assert again == last


def test_a_paused_run_is_looked_at_by_the_state_it_goes_on_from(digits: Digits) -> None:
    run_id = store.new_id()
    commands = {3: Command("pause"), 1001: Command("stop")}
    events = list(train(SMALL, digits, run_id=run_id, look=True, inbox=Script(commands)))
    assert isinstance(events[-1], Stopped)
    run = Run(run_id, store.root() / run_id)
    last = looks(events)[-1]
    assert 0 < last.step < 40
    assert look.kept(run, digits.x_test, digits.y_test, index=0, step=0, exact=True) == last


def test_a_run_without_weights_cannot_be_looked_at(digits: Digits) -> None:
    run = store.create(SMALL, store.new_id())
    for exact in (False, True):
        with pytest.raises(RunError):
            look.kept(run, digits.x_test, digits.y_test, index=0, step=0, exact=exact)
