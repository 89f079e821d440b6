"""The page Train: how its axes are chosen and kept in the address, and its one learning rate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from netlab.nets.spec import NetworkSpec
from netlab.runs.events import LearningRate, Metrics, Started
from netlab.training.job import Job
from netlab.training.queue import JobQueue
from tests.pages import as_read, link, opened, serve

SPEC = NetworkSpec(hidden=(8,), epochs=2)


@pytest.fixture(autouse=True)
def job_queue(digits_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[JobQueue]:
    """One in which every training waits, since it has no place for any."""
    one = JobQueue(slots=1, warm=False)
    one.slots = 0
    serve(one, monkeypatch)
    yield one
    one.close()


class Told(list[tuple[str, dict[str, Any]]]):
    """What a worker was told."""

    def rates(self) -> list[float]:
        return [values["value"] for cmd, values in self if cmd == "learning_rate"]


def running(
    job_queue: JobQueue, spec: NetworkSpec = SPEC, losses: tuple[float, ...] = (2.0, 1.9, 1.8)
) -> tuple[Job, Told]:
    """A run that is on, and what is said to its worker."""
    job, told = job_queue.submit(spec), Told()
    job_queue._queue.remove(job)
    job.worker = SimpleNamespace(
        send=lambda cmd, **values: told.append((cmd, values)), overdue=lambda: "", kill=lambda: None,
        stop=lambda reason="": None,
    )  # fmt: skip
    job.take(Started(job.id, 6370, 640, 200, 20, 40, "made", "Made."))
    job.take(Metrics(len(losses), losses, (0.5,) * len(losses), 1000.0, 0.1))
    return job, told


@pytest.fixture(autouse=True)
def no_worker_left(job_queue: JobQueue) -> Iterator[None]:
    yield
    for job in job_queue._jobs.values():
        job.worker = None


def rate(at: AppTest) -> Any:
    (slider,) = [one for one in at.select_slider if one.label == "Learning rate"]
    return slider


def test_the_choice_of_axes_is_kept_in_the_address_and_the_usual_one_needs_no_word() -> None:
    at = opened("train")
    assert not {"across", "upwards"} & link(at).keys()
    at.button_group(key="upwards").set_value("errors").run()
    at.button_group(key="across").set_value("log").run()
    assert link(at)["upwards"] == "errors"
    assert link(at)["across"] == "log"
    again = opened("train", across="whole", upwards="all")
    assert again.button_group(key="across").value == "whole"
    assert again.button_group(key="upwards").value == "all"


@pytest.mark.parametrize(("word", "chosen"), [("true", "errors"), ("false", "left")])
def test_an_older_link_opens_with_the_logarithmic_axis_it_asks_for(word: str, chosen: str) -> None:
    at = opened("train", log=word)
    assert at.button_group(key="upwards").value == chosen
    assert "log" not in link(at)
    assert "asks for" not in as_read(at)


def test_a_link_that_asks_for_an_axis_that_is_not_there_is_told() -> None:
    assert "Epochs: the link asks for “sideways”, which is not here; So far is shown." in as_read(
        opened("train", across="sideways")
    )
    assert "log=banana" in as_read(opened("train", log="banana"))


def test_what_the_axes_cut_off_is_said_only_where_they_do(job_queue: JobQueue) -> None:
    wild, _ = running(job_queue, losses=(2.0,) * 30 + (41.2,) + (1.0,) * 9)
    assert "1 batch lies above the loss axis, at 41.2." in as_read(opened("train", run=wild.id))
    assert "lies above the loss axis" not in as_read(opened("train", run=wild.id, upwards="errors"))
    calm, _ = running(job_queue, losses=(2.0,) * 30)
    assert "loss axis" not in as_read(opened("train", run=calm.id))
    assert "mean of 20 batches" in as_read(opened("train", run=calm.id))


def test_there_is_one_learning_rate_and_it_changes_the_run_that_is_on(job_queue: JobQueue) -> None:
    job, told = running(job_queue)
    at = opened("train", run=job.id, depth="1", width="8")
    assert "also changes the run that is on, from its next batch" in as_read(at)
    assert "All other settings are for the next run" in as_read(at)
    rate(at).set_value(0.003).run()
    assert told.rates() == [0.003]
    assert link(at)["adam_rate"] == "0.003"
    at.run()
    assert told.rates() == [0.003]
    assert rate(at).value == 0.003


def test_without_a_run_the_rate_is_that_of_the_next_run_and_nothing_is_said_of_another() -> None:
    at = opened("train", adam_rate="0.003")
    assert rate(at).value == 0.003
    assert "also changes the run" not in as_read(at)


def test_the_slider_begins_at_the_runs_rate_and_hears_what_another_tab_does(job_queue: JobQueue) -> None:
    job, told = running(job_queue)
    job.take(LearningRate(2, 0.02))
    at = opened("train", run=job.id, adam_rate="0.5")
    assert rate(at).value == 0.02
    job.take(LearningRate(3, 0.05))
    at.run()
    assert rate(at).value == 0.05
    assert told.rates() == []
    assert link(at)["adam_rate"] == "0.05"


def test_a_late_message_for_the_slider_before_does_not_undo_what_another_tab_did(job_queue: JobQueue) -> None:
    job, told = running(job_queue)
    at = opened("train", run=job.id)
    late = rate(at)
    job.take(LearningRate(3, 0.05))
    late.set_value(0.001).run()  # it tells the value of the slider that was there
    assert told.rates() == []
    assert rate(at).value == 0.05


def test_a_preset_moves_the_slider_for_the_next_run_and_leaves_the_run_alone(job_queue: JobQueue) -> None:
    spec = NetworkSpec(hidden=(8,), optimizer="sgd", learning_rate=0.1, epochs=2)
    job, told = running(job_queue, spec)
    at = opened("train", run=job.id, optimizer="sgd", sgd_rate="0.1")
    (menu,) = [one for one in at.selectbox if one.label == "Start from"]
    menu.set_value("rate-too-high").run()
    assert rate(at).value == 30.0
    assert told.rates() == []
    rate(at).set_value(0.3).run()
    assert told.rates() == [0.3]


def test_with_another_optimizer_the_slider_is_not_the_runs_and_says_so(job_queue: JobQueue) -> None:
    job, told = running(job_queue)
    at = opened("train", run=job.id, optimizer="sgd")
    assert "The run that is on uses Adam" in as_read(at)
    rate(at).set_value(0.5).run()
    assert told.rates() == []


def test_what_is_moved_while_the_run_starts_reaches_it_when_it_begins(job_queue: JobQueue) -> None:
    job = job_queue.submit(SPEC)
    at = opened("train", run=job.id)
    rate(at).set_value(0.003).run()
    job_queue._queue.remove(job)
    told = Told()
    job.worker = SimpleNamespace(send=lambda cmd, **values: told.append((cmd, values)), overdue=lambda: "")
    job.take(Started(job.id, 6370, 640, 200, 20, 40, "made", "Made."))
    at.run()
    assert told.rates() == [0.003]
    assert rate(at).value == 0.003


def test_when_the_run_is_over_the_settings_keep_the_rate_it_had(job_queue: JobQueue) -> None:
    job, told = running(job_queue)
    at = opened("train", run=job.id)
    rate(at).set_value(0.003).run()
    job.worker = None
    job.end("")
    at.run()
    assert rate(at).value == 0.003
    assert "also changes the run" not in as_read(at)
    assert told.rates() == [0.003]


def test_a_network_that_is_too_large_is_told_in_the_place_that_presets_have() -> None:
    at = opened("train", depth="10", width="2048", convolutions="0")
    assert any("parameters; at most" in warning.value.replace("\\", "") for warning in at.warning)
    assert "Your own network, with the settings below." not in as_read(at)
