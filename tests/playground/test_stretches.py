"""Stretches from the process have the bits of those trained here, and its end costs nobody anything."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from netlab.playground.network import Plan
from netlab.playground.points import Choice, points
from netlab.playground.stretch import exploded, stretch
from netlab.playground.stretches import COMMAND, MOST_LOST, Stretches
from netlab.playground.timeline import Timeline
from netlab.playground.training import Course, State, Task, advance, begin
from tests.machine import posix_only
from tests.waiting import until

POINTS = points(Choice("xor", size=60, held=0.2))
COURSES = (
    Course(dropout=(0.3,), l2=(0.01, 0.02)),
    Course("sgd", learning_rate=0.1, batch_size=0),
    Course("muon", schedule="cosine"),
)


def task_of(course: Course) -> Task:
    return Task(Plan(hidden=((4, "tanh"), (3, "relu")), output="softmax"), POINTS, course)


@pytest.fixture
def stretches() -> Iterator[Stretches]:
    """A process that is ready."""
    found = Stretches(cores=2)
    process = found.process()
    assert process is not None
    until(lambda: process.ready, what="the process")
    yield found
    found.close()


def same(one: Any, other: Any) -> bool:
    return bool(np.array_equal(one, other, equal_nan=True))


def assert_same(one: State, other: State) -> None:
    assert (one.step, one.epoch, one.seen) == (other.step, other.epoch, other.seen)
    assert same(one.numbers, other.numbers)
    assert one.memory.step == other.memory.step
    assert one.memory.slots.keys() == other.memory.slots.keys()
    assert all(same(one.memory.slots[name], other.memory.slots[name]) for name in one.memory.slots)
    assert same(one.frozen, other.frozen)


def test_the_process_gives_the_bits_that_are_trained_here(stretches: Stretches) -> None:
    process = stretches.process()
    assert process is not None
    for course in COURSES:
        task = task_of(course)
        begun = advance(task, begin(task), 3)  # in the middle of an epoch
        sent = process.ask(task, begun, 5, 60.0).result(60)
        here = stretch(task, begun, 5)
        assert len(sent) == len(here) == 5
        for (state, measured), (expected, known) in zip(sent, here, strict=True):
            assert_same(state, expected)
            assert measured == known


def test_a_whole_class_may_ask_at_once(stretches: Stretches) -> None:
    """More than the pipes hold, both ways."""
    process = stretches.process()
    assert process is not None
    many = points(Choice("xor", size=500))
    task = Task(Plan(hidden=((12, "tanh"),) * 6), many, Course(batch_size=0))
    start = begin(task)
    with ThreadPoolExecutor(40) as class_:
        found = list(class_.map(lambda _: process.ask(task, start, 20, 60.0).result(60), range(40)))
    assert all(same(ends[-1][0].numbers, found[0][-1][0].numbers) for ends in found)


def test_a_timeline_is_the_same_wherever_it_is_computed(stretches: Stretches) -> None:
    here, there = Timeline(task_of(COURSES[0])), Timeline(task_of(COURSES[0]))
    here.grow(20)
    while len(there.moments) < 21:
        there.grow(21 - len(there.moments), by=stretches.compute)
    assert all(same(a.numbers, b.numbers) for a, b in zip(here.moments, there.moments, strict=True))
    assert_same(here.state(18), there.state(18))


@posix_only("halts and ends a process by signals of POSIX")
def test_what_a_lost_process_leaves_is_trained_here_and_another_is_started(stretches: Stretches) -> None:
    task = task_of(COURSES[1])
    lost = stretches.process()
    assert lost is not None
    os.kill(lost.process.pid, signal.SIGSTOP)  # it takes the question, and never answers
    future = lost.ask(task, begin(task), 2, 60.0)
    os.kill(lost.process.pid, signal.SIGKILL)
    with pytest.raises(ProcessLookupError, match="was ended by SIGKILL"):
        future.result(60)
    with pytest.raises(ProcessLookupError, match="was ended by SIGKILL"):
        lost.ask(task, begin(task), 2, 60.0)
    assert len(stretches.compute(task, begin(task), 2, 60.0)) == 2
    other = stretches.process()
    assert other is not None
    assert other is not lost


def test_a_process_that_ends_again_and_again_is_not_started_for_ever() -> None:
    stretches = Stretches(cores=2)
    for _ in range(MOST_LOST):
        process = stretches.process()
        assert process is not None
        process.kill()
        until(lambda ended=process: stretches.process() is not ended, what="its end")
    assert stretches.process() is None
    assert len(stretches.compute(task_of(COURSES[1]), begin(task_of(COURSES[1])), 2, 60.0)) == 2


def test_on_one_core_there_is_no_process() -> None:
    assert Stretches(cores=1).process() is None


def test_the_process_ends_with_the_server() -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"ready"
        process.stdin.close()
        assert process.wait(60) == 0


def test_a_stretch_ends_where_the_network_explodes_or_the_time_is_over() -> None:
    task = Task(
        Plan(hidden=((4, "relu"), (3, "relu")), output="linear", loss="quadratic"),
        POINTS,
        Course("sgd", learning_rate=1e4),
    )
    ends = stretch(task, begin(task), 30)
    assert len(ends) < 30
    assert [exploded(*end) for end in ends] == [False] * (len(ends) - 1) + [True]
    calm = task_of(COURSES[1])
    assert len(stretch(calm, begin(calm), 30, seconds=0.0)) == 1
