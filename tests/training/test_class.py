"""A class at one queue: places go round by person, waits are told before they come, equal trainings are one run."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.nets.spec import NetworkSpec
from netlab.runs import owners, store
from netlab.runs.events import LearningRate
from netlab.training import quota
from netlab.training.job import Job
from netlab.training.queue import JobQueue, QueueFull
from netlab.training.turns import Turns
from netlab.training.waiting import in_the_queue
from tests.training.made_workers import Room
from tests.waiting import until

SMALL = NetworkSpec(hidden=(16,), epochs=2)
WIDTHS = (16, 64, 128)


def name(number: int) -> str:
    return owners.name_of(f"person {number}")


@pytest.fixture
def room() -> Iterator[Room]:
    one = Room(2, spread=0.2)
    yield one
    one.queue.close()


def waiting(people: list[str]) -> list[Job]:
    return [Job(store.new_id(), SMALL, owner=one) for one in people]


@given(st.lists(st.sampled_from("abcde"), max_size=30), st.lists(st.sampled_from("abcde"), max_size=6))
def test_nobody_gets_another_place_before_everybody_who_waits_had_one(
    people: list[str], before: list[str]
) -> None:
    turns, jobs = Turns(), waiting(people)
    for one in before:
        turns.took(one)
    line = turns.order(jobs)
    assert sorted(map(id, line)) == sorted(map(id, jobs))
    for owner in set(people):  # a person's own runs keep their order
        assert [job for job in line if job.owner == owner] == [job for job in jobs if job.owner == owner]
    taken: Counter[str] = Counter()
    for place, job in enumerate(line):
        rest = {other.owner for other in line[place:]}
        assert taken[job.owner] == min(taken[owner] for owner in rest)
        taken[job.owner] += 1
    for place in range(len(line)):  # what is told before is what comes, as each begins
        assert turns.order([job for job in jobs if job not in line[:place]]) == line[place:]
        turns.took(line[place].owner)


def test_a_class_of_forty_is_never_refused_and_each_gets_a_first_place_before_a_second(room: Room) -> None:
    """40 people with five trainings each, 200 in the queue: how long each wait will be is asked again and again."""
    specs = [replace(SMALL, hidden=(WIDTHS[number % 3],), seed=number) for number in range(202)]
    jobs = [room.queue.submit(spec, owner=name(number % 40)) for number, spec in enumerate(specs)]
    with pytest.raises(QueueFull, match="200 trainings are waiting already"):
        room.queue.submit(SMALL, owner=name(1))
    assert sorted(room.queue.view(job).place for job in jobs) == [0, 0, *range(1, 201)]
    asked: list[tuple[str, float, float]] = []
    moments = iter(range(10, 200, 20))
    moment = next(moments)
    while room.step():
        if len(room.begun) > moment:
            views = [room.queue.view(job, 2) for job in jobs if job.state == "queued"]
            asked += [(view.id, room.now, view.wait) for view in views if view.wait is not None]
            moment = next(moments, 10**6)
    assert {job.state for job in jobs} == {"done"}
    came = {run: when for when, run in room.begun}
    order = [
        next(job.owner for job in jobs if job.id == run)
        for _, run in sorted((when, run) for run, when in came.items())
    ]
    assert set(order[:40]) == {name(number) for number in range(40)}
    relative = [abs(wait - (came[run] - when)) / max(5.0, came[run] - when) for run, when, wait in asked]
    relative.sort()
    assert len(relative) > 800
    assert relative[len(relative) * 9 // 10] < 0.15
    assert relative[-1] < 0.6


def test_ten_of_one_person_do_not_delay_the_first_of_another(room: Room) -> None:
    many = [room.queue.submit(replace(SMALL, seed=seed), owner=name(0)) for seed in range(12)]
    late = room.queue.submit(SMALL, owner=name(1))
    assert room.queue.view(late).place == 1
    assert room.queue.view(many[2]).place == 2
    while late.state == "queued":
        assert room.step()
    assert sum(job.state == "queued" for job in many) == 10


def test_there_is_room_for_the_first_of_a_whole_class_whatever_some_have_queued(room: Room) -> None:
    taken = 0
    for person in range(30):
        for seed in range(quota.MOST_WAITING_EACH):
            try:
                room.queue.submit(replace(SMALL, seed=seed), owner=name(person))
            except QueueFull as error:
                assert "for those who have none waiting" in str(error)
                break
            taken += 1
    assert taken < quota.MOST_QUEUED
    for person in range(30, 40):
        room.queue.submit(SMALL, owner=name(person))


def test_before_anything_is_measured_no_wait_is_told(room: Room) -> None:
    jobs = [room.queue.submit(replace(SMALL, seed=seed), owner=name(seed)) for seed in range(3)]
    view = room.queue.view(jobs[2])
    assert (view.place, view.wait) == (1, None)
    assert "is told as soon as" in in_the_queue(view.place, 2, view.wait)
    assert "in about 10 seconds" in in_the_queue(1, 2, 7.0)
    while room.queue.view(jobs[2]).wait is None:
        assert room.step()
    assert jobs[2].state == "queued"


def test_equal_trainings_of_two_people_are_one_run_and_counted_once(room: Room) -> None:
    first = room.queue.submit(SMALL, owner=name(0), share=True)
    second = room.queue.submit(replace(SMALL, learning_rate=SMALL.rate), owner=name(1), share=True)
    assert second is first
    assert len(store.all_runs()) == 1
    assert owners.of(first.id) == (name(0), name(1))
    assert room.queue.submit(SMALL, owner=name(0), share=True) is not first  # who asks twice wants two
    assert room.queue.taken(SMALL, name(2))
    assert not room.queue.taken(replace(SMALL, seed=1), name(2))
    while room.step():
        pass
    assert room.queue.submit(SMALL, owner=name(3), share=True).state == "done"
    room.queue.delete(first.id)
    assert room.queue.submit(SMALL, owner=name(4), share=True).id != first.id


def test_runs_whose_bits_may_differ_are_not_shared(room: Room) -> None:
    changed = room.queue.submit(SMALL, owner=name(0), share=True)
    room.step()
    changed.send("learning_rate", value=0.5)
    assert changed.worker is not None
    changed.take(LearningRate(0, 0.5))
    experiment = room.queue.submit(replace(SMALL, seed=1), owner=name(0))
    assert room.queue.submit(SMALL, owner=name(1), share=True) is not changed
    assert room.queue.submit(replace(SMALL, seed=1), owner=name(1), share=True) is not experiment


def test_stop_by_one_lets_the_others_go_on(room: Room) -> None:
    job = room.queue.submit(SMALL, owner=name(0), share=True)
    room.queue.submit(SMALL, owner=name(1), share=True)
    assert room.queue.stop_for(job, [name(0)])
    assert (job.live, job.owner) == (True, name(1))
    assert not room.queue.stop_for(job, [name(1)])
    assert job.stopping is not None
    other = room.queue.submit(replace(SMALL, seed=1), owner=name(0), share=True)
    room.queue.submit(replace(SMALL, seed=1), owner=name(1), share=True)
    other.holders[name(1)] -= 1000  # has looked away for long
    assert not room.queue.stop_for(other, [name(0)])


def test_a_waiting_training_is_made_smaller_and_keeps_its_place(room: Room) -> None:
    jobs = [room.queue.submit(replace(SMALL, seed=seed), owner=name(seed)) for seed in range(5)]
    smaller = replace(jobs[3].spec, train_examples=500, epochs=1)
    assert room.queue.change(jobs[3], smaller)
    assert (jobs[3].spec, room.queue.view(jobs[3]).place) == (smaller, 2)
    run = store.get(jobs[3].id)
    assert run is not None
    assert run.spec() == smaller
    assert owners.read(run) == (name(3),)
    assert not room.queue.change(jobs[0], smaller)  # it has begun
    while room.step():
        pass
    assert jobs[3].history.started is not None
    assert jobs[3].history.started.examples == 500


def test_a_real_queue_tells_its_waits(digits_file: Path) -> None:
    """With real workers: the wait told while the second run trains, against when the fourth got its worker."""
    spec = NetworkSpec(hidden=(32,), epochs=12, batch_size=8)
    one = JobQueue(slots=1, grace=600.0, warm=False)
    try:
        jobs = [one.submit(replace(spec, seed=seed), owner=name(seed)) for seed in range(4)]
        until(lambda: jobs[1].history.step > 300, seconds=120)
        wait, asked = one.view(jobs[3]).wait, time.monotonic()
        until(lambda: jobs[3].state != "queued", seconds=240)
        came = time.monotonic() - asked
        assert wait is not None
        assert came / 3 < wait < came * 3  # a machine that is shared by other work changes its speed
    finally:
        one.close()
