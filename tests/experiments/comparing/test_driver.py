"""The driver with the server's queue and real workers: turns, ends, cancelling, quotas, and what stays on the disk."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from netlab.experiments.comparing import driver as driving
from netlab.experiments.comparing import luck, record, twin
from netlab.experiments.comparing.driver import Driver, Listed, Proposal, Refused, validation_of
from netlab.experiments.comparing.record import Experiment, Member
from netlab.nets.spec import HELD_BACK, NetworkSpec
from netlab.runs import store
from netlab.runs.events import BestWeights
from netlab.runs.history import History
from netlab.training.queue import JobQueue, QueueFull
from tests.experiments.comparing.made import made_history
from tests.waiting import until

SHORT = NetworkSpec(hidden=(8,), epochs=1, dropout=0.0, validation=HELD_BACK)
LONG = replace(SHORT, epochs=200, batch_size=4)


def served(slots: int, grace: float = 600.0) -> Iterator[Driver]:
    queue = JobQueue(slots=slots, grace=grace, warm=False)
    one = Driver(queue)
    yield one
    one.close()
    queue.close()


@pytest.fixture
def driver(digits_file: Path) -> Iterator[Driver]:
    yield from served(1)


@pytest.fixture
def two_at_once(digits_file: Path) -> Iterator[Driver]:
    yield from served(2)


def now(driver: Driver, name: str) -> Experiment:
    found = driver.find(name)
    assert found is not None
    return found


def over(driver: Driver, name: str) -> Experiment:
    until(lambda: not now(driver, name).live, what="the end of the experiment")
    return now(driver, name)


def histories(driver: Driver, shown: Experiment) -> list[History]:
    jobs = [driver.queue.find(one.run) for one in shown.members]
    assert all(job is not None for job in jobs)
    return [job.history for job in jobs if job is not None]


def test_a_twin_side_by_side_has_the_same_batches_and_parts_where_the_change_works(
    two_at_once: Driver,
) -> None:
    other = replace(SHORT, learning_rate=0.01)
    shown = over(two_at_once, two_at_once.start("twin", "A twin", twin.plan(SHORT, other)))
    assert (shown.ended, [one.state for one in shown.members]) == ("done", ["done", "done"])
    one, two = histories(two_at_once, shown)
    found = twin.parting(one, two)
    assert found is not None
    assert found.step == 2  # the first loss is measured before the first step
    assert twin.sentence(SHORT, other, one, two).startswith(
        "Only one thing is changed: learning rate 0.001 → 0.01. "
    )
    starts = [run.weights(0)[1] for member in shown.members if (run := store.get(member.run)) is not None]
    assert twin.same_start(*starts) == (4, 4)
    for member, history in zip(shown.members, (one, two), strict=True):
        assert member.validation == pytest.approx(history.validations[-1].accuracy)
        assert member.test is not None
        assert member.seconds is not None


def test_two_equal_runs_never_part(two_at_once: Driver) -> None:
    shown = over(two_at_once, two_at_once.start("twin", "Same", twin.plan(SHORT, SHORT)))
    one, two = histories(two_at_once, shown)
    assert one.step == two.step > 0
    assert twin.parting(one, two) is None


def test_another_server_shows_it_from_the_disk(driver: Driver) -> None:
    name = driver.start("luck", "Seeds", luck.plan(SHORT, None, 3), about={"one": SHORT.to_json()})
    shown = over(driver, name)
    again = now(Driver(driver.queue), name)
    assert again == shown
    assert sorted(luck.outcomes(again.members, "validation")["A"]) == [0, 1, 2]


def test_it_never_has_more_runs_in_the_queue_than_slots_and_one(driver: Driver) -> None:
    most: list[int] = []

    class Counting(Listed):
        def ask(self) -> Proposal | None:
            most.append(sum(job.live for job in driver.queue._jobs.values()))
            return super().ask()

    name = driver.start(
        "luck", "Many", Counting(Proposal(replace(SHORT, seed=seed), {"seed": seed}) for seed in range(4))
    )
    shown = over(driver, name)
    assert len(shown.members) == 4
    assert max(most) <= driver.queue.slots  # so with the one that is asked for, slots and one


def test_another_visitor_s_run_has_its_turn_before_the_experiment_ends(driver: Driver) -> None:
    plan = Listed(Proposal(replace(SHORT, seed=seed), {"seed": seed}) for seed in range(5))
    name = driver.start("luck", "Many", plan, owner="one")
    until(lambda: now(driver, name).over, what="a first end")
    theirs = driver.queue.submit(SHORT, owner="two")
    until(lambda: theirs.state == "done", what="the other visitor's run")
    assert len(now(driver, name).over) < 5
    driver.cancel(name)


def test_cancelling_stops_what_is_on_and_begins_no_more(driver: Driver) -> None:
    name = driver.start("twin", "Long", twin.plan(LONG, replace(LONG, dropout=0.5)))
    until(lambda: len(driver.queue.running()) == 1 and driver.queue.running()[0].history.step > 0)
    with pytest.raises(Refused, match="under way"):
        driver.forget(name)
    driver.cancel(name)
    shown = over(driver, name)
    assert (shown.ended, shown.reason) == ("cancelled", driving.CANCELLED)
    assert {one.state for one in shown.members} == {"stopped"}
    assert not driver.queue.running() or until(lambda: not driver.queue.running())


def test_a_shared_server_ends_what_nobody_looks_at_and_goes_on_while_somebody_does(digits_file: Path) -> None:
    for driver in served(1, grace=2.0):
        name = driver.start("twin", "Left", twin.plan(LONG, LONG))
        stopped = threading.Event()

        def look(driver: Driver = driver, name: str = name, stopped: threading.Event = stopped) -> None:
            while not stopped.wait(0.2):
                driver.look(name)

        looking = threading.Thread(target=look)
        looking.start()
        begun = until(lambda driver=driver: driver.queue.running())[0]
        until(lambda begun=begun: begun.history.seconds > 3.0, what="more than its grace")
        assert now(driver, name).live
        stopped.set()
        looking.join()
        shown = over(driver, name)
        assert shown.ended == "cancelled"
        assert "Nobody looked" in shown.reason


def test_a_full_queue_is_waited_for(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    submit, refusals = driver.queue.submit, iter([QueueFull("Try again later."), None])

    def refuse_once(*given: object, **named: object) -> object:
        refused = next(refusals, None)
        if refused is not None:
            raise refused
        return submit(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(driver.queue, "submit", refuse_once)
    name = driver.start("luck", "Waits", Listed([Proposal(SHORT, {"seed": 0})]))
    assert over(driver, name).members[0].state == "done"
    assert driver.waiting(name) == ""


def test_an_impossible_network_is_told_and_the_rest_goes_on(driver: Driver) -> None:
    plan = Listed([Proposal(None, {"seed": 0}, reason="Too wide."), Proposal(SHORT, {"seed": 1})])
    shown = over(driver, driver.start("luck", "Odd", plan))
    assert [(one.state, one.reason) for one in shown.members] == [("impossible", "Too wide."), ("done", "")]


def test_a_plan_that_fails_ends_its_experiment_with_the_reason(driver: Driver) -> None:
    class Broken(Listed):
        def tell(self, proposal: Proposal, member: Member) -> None:
            raise OSError("The disk is full")

    shown = over(driver, driver.start("luck", "Broken", Broken([Proposal(SHORT, {"seed": 0})])))
    assert shown.ended == "failed"
    assert "The disk is full" in shown.reason


def test_what_is_too_much_is_refused_in_a_sentence(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    driver.queue.slots = 0  # everything waits
    with pytest.raises(Refused, match="1 to 256 runs"):
        driver.start("luck", "None", Listed([]))
    with pytest.raises(Refused, match="1 to 256 runs"):
        driver.start("luck", "Many", Listed([Proposal(SHORT, {})] * 257))
    for _ in range(driving.MOST_LIVE_EACH):
        driver.start("luck", "Mine", Listed([Proposal(SHORT, {})]), owner="one")
    with pytest.raises(Refused, match="2 of your experiments"):
        driver.start("luck", "Mine", Listed([Proposal(SHORT, {})]), owner="one")
    monkeypatch.setattr(driving, "MOST_LIVE", 2)
    with pytest.raises(Refused, match="Try again later"):
        driver.start("luck", "Theirs", Listed([Proposal(SHORT, {})]), owner="two")


def test_the_best_epoch_counts_where_its_weights_are_put_back() -> None:
    history = made_history([1.0] * 6, [0.5] * 6, epoch=2, validations=[0.6, 0.8, 0.7])
    assert validation_of(history) == 0.7
    history.add(BestWeights(6, 2, 0.1))
    assert validation_of(history) == 0.8
    assert validation_of(History()) is None


def test_ended_ones_are_forgotten_in_time_and_found_on_the_disk(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driving, "MOST_REMEMBERED", 1)
    names = []
    for _ in range(3):
        names.append(driver.start("luck", "One", Listed([Proposal(None, {"seed": 0}, reason="No.")])))
        over(driver, names[-1])
    driver.start("luck", "Last", Listed([Proposal(None, {"seed": 0}, reason="No.")]))
    assert names[0] not in driver._courses
    assert now(driver, names[0]).ended == "done"


def test_a_disk_that_refuses_does_not_end_an_experiment(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Experiment) -> None:
        raise OSError("full")

    monkeypatch.setattr(record, "write", refuse)
    shown = over(driver, driver.start("luck", "One", Listed([Proposal(SHORT, {"seed": 0})])))
    assert shown.members[0].state == "done"
