"""The page Train shows what stands out, its proof and its experiment; the batch that was asked for; and the red zone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from netlab.nets.spec import NetworkSpec
from netlab.runs.events import BatchShown, Event, Evidence, Metrics, Paused, Resumed, Started, Validation
from netlab.training.job import Job
from netlab.training.queue import JobQueue
from tests.pages import as_read, link, opened, serve
from tests.training.test_shown_batch import example

SPEC = NetworkSpec(hidden=(8,), epochs=2, optimizer="sgd", learning_rate=0.1, dropout=0.0)
DEAD = Evidence(300, 256, 0.4, 4.0, (0.75, None), (None, None), (0.0, 0.0), (0.2, 0.2), (5.0, 2.0))
WELL = Evidence(300, 256, 0.4, 4.0, (0.0, None), (None, None), (0.0, 0.0), (0.2, 0.2), (5.0, 2.0))


@pytest.fixture(autouse=True)
def job_queue(digits_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[JobQueue]:
    """One in which every training waits: what is shown is what the test tells."""
    one = JobQueue(slots=1, warm=False)
    one.slots = 0
    serve(one, monkeypatch)
    yield one
    one.close()


def told(job_queue: JobQueue, *events: Event, spec: NetworkSpec = SPEC) -> Job:
    """A run of 300 batches of which these events were heard; it waits."""
    job = job_queue.submit(spec)
    job_queue._queue.remove(job)
    job.take(Started(job.id, 6370, 9600, 200, 300, 600, "made", "Made."))
    losses = tuple(2.3 / (1 + step / 20) for step in range(300))
    job.take(Metrics(300, losses, (0.8,) * 300, 1000.0, 0.1))
    for event in (*events, Paused(300)):
        job.take(event)
    return job


def buttons(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


def html(at: AppTest) -> str:
    return " ".join(str(element.proto.body) for element in at.get("html"))


def figures(at: AppTest) -> int:
    return len(at.get("bidi_component"))


def test_a_finding_has_its_sentence_its_figure_and_its_experiment(job_queue: JobQueue) -> None:
    sound = opened("train", run=told(job_queue, WELL).id)
    assert not [label for label in buttons(sound) if label.startswith("Try it")]
    at = opened("train", run=told(job_queue, DEAD).id)
    assert "**Many units are dead.** After 300 batches 75.0\u00a0% of the units in hidden layer 1" in as_read(
        at
    )
    assert "Try it with learning rate 0.01" in buttons(at)
    assert figures(at) == figures(sound) + 1


def test_an_experiment_moves_the_settings_and_nothing_else(job_queue: JobQueue) -> None:
    job = told(job_queue, DEAD)
    at = opened("train", run=job.id)
    at.button(key="trial_0").click().run()
    assert not at.exception
    asked = link(at)
    assert (asked.get("depth", "1"), asked["width"], asked["optimizer"]) == (
        "1",
        "8",
        "sgd",
    )
    assert "sgd_rate" not in asked  # its usual one
    assert at.query_params["run"] == job.id
    assert at.selectbox(key="optimizer").value == "sgd"
    assert at.session_state["dropout"] == 0.0
    assert job.state == "paused"
    assert any("learning rate 0.01" in toast.value for toast in at.toast)


def test_the_batch_that_was_asked_for_is_shown_until_the_run_goes_on(job_queue: JobQueue) -> None:
    shown = BatchShown(**{**example().__dict__, "step": 300, "size": 32})
    job = told(job_queue, shown)
    at = opened("train", run=job.id)
    assert "Batch 300: 32 pictures, one step. Its loss was 1.5; after the step it is 1.2." in as_read(
        at
    ).replace("*", "")
    assert "The 2 with the highest losses are shown, of 32." in as_read(at)
    assert "✗ 9, not 4" in html(at)
    assert html(at).count("<img") == 2
    job.take(Resumed(300))
    job.take(Metrics(301, (0.2,), (0.9,), 1000.0, 0.1))
    at.run()
    assert "Batch 300" not in as_read(at)
    assert "✗ 9, not 4" not in html(at)


def test_a_run_that_was_not_stepped_shows_no_batch(job_queue: JobQueue) -> None:
    assert "one step" not in as_read(opened("train", run=told(job_queue, WELL).id))


def test_the_red_zone_is_that_of_the_newest_measurement_and_says_for_which_optimizer(
    job_queue: JobQueue,
) -> None:
    assert "overshoots above" not in html(opened("train"))
    run = told(job_queue, WELL).id
    sgd = html(opened("train", run=run, optimizer="sgd"))
    assert "plain SGD, at the weights of the run that is shown, overshoots above about 0.5 (estimate)." in sgd
    assert "does not hold for" not in sgd
    assert "This does not hold for Adam, whose steps have another length." in html(opened("train", run=run))
    flat = Evidence(300, 256, 0.4, -1.0, (0.0, None), (None, None), (0.0, 0.0), (0.2, 0.2), (5.0, 2.0))
    assert "overshoots above" not in html(opened("train", run=told(job_queue, flat).id))


def test_a_run_that_guesses_shows_the_level_of_equal_guesses(job_queue: JobQueue) -> None:
    zeros = NetworkSpec(hidden=(8,), epochs=1, initializer="zeros")
    twins = Evidence(300, 256, 2.3, 0.1, (1.0, None), (None, None), (1.0, 0.0), (0.0, 0.1), (0.0, 0.1))
    job = job_queue.submit(zeros)
    job_queue._queue.remove(job)
    job.take(Started(job.id, 6370, 9600, 200, 300, 300, "made", "Made."))
    job.take(Metrics(300, (2.302,) * 300, (0.1,) * 300, 1000.0, 0.1))
    for event in (Validation(300, 2.302, 0.1), twins, Paused(300)):
        job.take(event)
    at = opened("train", run=job.id)
    assert "close to ln 10 = 2.303" in as_read(at)
    assert "All units of a layer are one and the same." in [expander.label for expander in at.expander]
    assert buttons(at).count("Try it with initial weights glorot uniform") == 2
