"""When the page Train shows the network as a picture that lives, and of what."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from netlab.data import Digits
from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from netlab.runs.events import Look, Metrics, Paused, Resumed, Started
from netlab.runs.run import Run
from netlab.training import look
from netlab.training.job import Job
from netlab.training.loop import Command, train
from netlab.training.queue import JobQueue
from netlab.training.view.living_network import PATIENCE, choose
from tests.pages import opened, serve
from tests.training.test_loop import Script

SPEC = NetworkSpec(hidden=(16,), epochs=2)
FIRST = "The network appears here with its first batch."


@pytest.fixture(autouse=True)
def job_queue(digits_file: Path, monkeypatch: pytest.MonkeyPatch, fresh_caches: None) -> Iterator[JobQueue]:
    """One in which every training waits, since it has no place for any."""
    one = JobQueue(slots=1, warm=False)
    one.slots = 0
    serve(one, monkeypatch)
    yield one
    one.close()


class Told:
    """A worker that only remembers what it was told."""

    ready = True

    def __init__(self) -> None:
        self.orders: list[tuple[str, dict[str, Any]]] = []

    def send(self, cmd: str, **values: Any) -> None:
        self.orders.append((cmd, values))

    def overdue(self) -> str:
        return ""


def pictures(at: AppTest) -> list[dict[str, Any]]:
    """What the component was sent, if it is on the page."""
    sent = [element.proto for element in at.get("bidi_component")]
    return [json.loads(one.json) for one in sent if one.component_name.endswith("_living_network")]


def same(shown: dict[str, Any], wanted: Look) -> bool:
    """Whether that is what is shown; a bool, since two looks side by side fill a screen."""
    told = wanted.packed, wanted.step, wanted.index, wanted.label
    return (shown.get("packed"), shown["step"], shown["index"], shown["label"]) == told


def trained(digits: Digits, spec: NetworkSpec = SPEC, **options: Any) -> str:
    run_id = store.new_id()
    for _ in train(spec, replace(digits, source="mnist"), run_id=run_id, **options):
        pass
    return run_id


def test_before_any_run_there_is_no_picture() -> None:
    assert not pictures(opened("train"))


def test_a_run_that_waits_has_the_empty_frame(job_queue: JobQueue) -> None:
    (empty,) = pictures(opened("train", run=job_queue.submit(SPEC).id))
    assert empty["words"] == FIRST
    assert "packed" not in empty


def live(job_queue: JobQueue) -> tuple[Job, Told]:
    job, worker = job_queue.submit(SPEC), Told()
    job_queue._queue.remove(job)
    job.worker = worker  # type: ignore[assignment]
    job.take(Started(job.id, 12730, 640, 200, 20, 40, "mnist", "Made."))
    job.take(Metrics(3, (2.0, 1.9, 1.8), (0.1, 0.2, 0.3), 1000.0, 0.1))
    return job, worker


def test_a_run_that_is_on_shows_what_its_worker_told(job_queue: JobQueue, digits: Digits) -> None:
    job, _ = live(job_queue)
    at = opened("train", run=job.id)
    assert "packed" not in pictures(at)[0]
    weights = Run(other := trained(digits), store.root() / other).weights()[1]
    told = look.make(SPEC, weights, digits.x_test, digits.y_test, index=4, step=3)
    job.take(told)
    at.run()
    (shown,) = pictures(at)
    assert same(shown, told)
    assert shown["count"] == 200
    assert [column["name"] for column in shown["columns"]] == ["Hidden layer 1", "Output"]
    assert "12 of 16 hidden units" in shown["caption"]
    assert len(json.dumps(shown)) < 20_000
    job.worker = None


def test_another_digit_is_asked_of_the_worker_if_it_is_one(job_queue: JobQueue) -> None:
    job, worker = live(job_queue)
    for strange in (-1, 1.5, "<b>", True, None, 2**60):
        choose(job, strange)
    assert not worker.orders
    choose(job, 9)
    assert worker.orders == [("look", {"value": 9})]
    job.worker = None


def test_a_look_that_is_not_this_network_s_is_not_drawn(job_queue: JobQueue) -> None:
    job, _ = live(job_queue)
    job.take(Look(3, 0, 7, "AAAA"))
    (shown,) = pictures(opened("train", run=job.id))
    assert "packed" not in shown
    job.worker = None


def test_a_finished_run_shows_any_digit_by_its_final_weights(digits: Digits) -> None:
    run_id = trained(digits)
    at = opened("train", run=run_id)
    run = Run(run_id, store.root() / run_id)
    for index in (0, 7, 199):
        at.session_state[f"_look_{run_id}"] = index
        at.run()
        (shown,) = pictures(at)
        wanted = look.kept(run, digits.x_test, digits.y_test, index=index, step=40, exact=False)
        assert same(shown, wanted)
        assert shown["label"] == digits.y_test[index]


def test_a_run_that_just_ended_needs_its_worker_no_more(job_queue: JobQueue, digits: Digits) -> None:
    run_id = store.new_id()
    events = list(train(SPEC, replace(digits, source="mnist"), run_id=run_id, look=True))
    job = Job(run_id, SPEC)
    job.kept = True
    job.worker = Told()  # type: ignore[assignment]
    for event in events:
        job.take(event)
    job_queue._jobs[run_id] = job
    at = opened("train", run=run_id)
    assert pictures(at)[0]["index"] == 0
    at.session_state[f"_look_{run_id}"] = 5
    at.run()
    (shown,) = pictures(at)
    assert (shown["index"], shown["step"], shown["words"]) == (5, 40, "")
    job.worker = None


def test_a_paused_run_without_a_worker_shows_the_state_it_goes_on_from(
    job_queue: JobQueue, digits: Digits
) -> None:
    commands = {3: Command("pause"), 1001: Command("stop")}
    run_id = trained(digits, inbox=Script(commands))
    run = Run(run_id, store.root() / run_id)
    checkpoint = run.checkpoint()
    assert checkpoint is not None
    job = Job(run_id, SPEC)
    for event in run.events():
        job.take(event)
    job.kept, job.snapshots = True, run.snapshots()
    job.take(Resumed(checkpoint.step))
    job.take(Paused(checkpoint.step))
    job_queue._jobs[run_id] = job
    (shown,) = pictures(opened("train", run=run_id))
    assert job.gave_back
    assert shown["step"] == checkpoint.step
    wanted = look.kept(run, digits.x_test, digits.y_test, index=0, step=0, exact=True)
    assert same(shown, wanted)


def test_a_run_without_weights_says_so(digits: Digits) -> None:
    run_id = trained(digits)
    folder = store.root() / run_id
    for path in [folder / "weights.npz", *(folder / "snapshots").iterdir()]:
        path.unlink()
    (shown,) = pictures(opened("train", run=run_id))
    assert "packed" not in shown
    assert shown["words"] == "There are no weights of this run to look at yet."


def test_digits_that_the_run_did_not_learn_from_do_not_run_through_it(digits: Digits) -> None:
    run_id = store.new_id()
    for _ in train(SPEC, replace(digits, source="stand-in"), run_id=run_id):
        pass
    (shown,) = pictures(opened("train", run=run_id))
    assert "packed" not in shown
    assert shown["words"].startswith("This run learnt from pictures that Netlab does not have")


def test_digits_that_are_not_here_yet_are_told(digits: Digits, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = trained(digits)
    asked: list[float] = []
    monkeypatch.setattr("netlab.training.view.living_network.soon", asked.append)
    (shown,) = pictures(opened("train", run=run_id))
    assert shown["words"] == "The digits are still being fetched."
    assert asked == [PATIENCE]
