"""The page Rewind: a run's moments, a picture, a branch; without a run it says how to get one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from netlab.runs import store
from netlab.runs.origin import Origin, read
from netlab.runs.run import Run
from netlab.training.class_rules import Rules, keep
from netlab.training.queue import JobQueue
from tests.pages import as_read, empty_caches, fresh, opened, serve
from tests.runs.kept import SPEC, kept_run


@pytest.fixture(autouse=True)
def job_queue(digits_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[JobQueue]:
    """One in which every training waits, since it has no place for any."""
    one = JobQueue(slots=1, warm=False)
    one.slots = 0
    serve(one, monkeypatch)
    empty_caches()
    yield one
    one.close()


@pytest.fixture
def run() -> Run:
    return kept_run()


def test_without_a_run_there_is_one_to_begin() -> None:
    at = opened("rewind")
    assert "There is no run to rewind yet" in as_read(at)
    at.button(key="rewind_train").click().run()
    assert "has just begun" in as_read(at)


def test_a_picture_is_followed_through_the_moments(run: Run) -> None:
    at = opened("rewind", run=run.id, rewind_picture="3")
    told = as_read(at)
    assert "kept moment" in told or "first read correctly" in told
    at.button(key="rewind_another").click().run()
    assert not at.exception
    at.button(key="rewind_mistake").click().run()
    assert not at.exception
    assert at.query_params["rewind_picture"] != ["3"]


def test_an_answer_sends_the_slider_to_its_moment_once(run: Run) -> None:
    at = fresh("rewind", run=run.id)
    at.pills(key="rewind_prediction").set_value("300").run()
    at.button(key="rewind_commit").click().run()
    assert sent(at) == [0, 0]
    at.button(key="rewind_show_commit").click().run()
    assert not at.exception
    assert sent(at) == [1, 0]
    assert "Start again after 640 images" in {one.label for one in at.button}
    assert "rewind_images" not in at.query_params
    at.run()
    assert sent(at) == [1, 0]


def sent(at: AppTest) -> list[int]:
    """How often the slider was sent to a moment, and to which."""
    told = [json.loads(one.proto.json or "null") for one in at.get("bidi_component")]
    (found,) = (one["sent"] for one in told if isinstance(one, dict) and "sent" in one)
    return list(found)


def test_a_branch_is_begun_from_the_moment_that_is_shown(run: Run, job_queue: JobQueue) -> None:
    at = opened("rewind", run=run.id)
    assert "Nothing is changed yet" in as_read(at)
    at.selectbox(key="branch_optimizer").set_value("sgd").run()
    assert "Changed: optimizer" in as_read(at)
    keep(Rules(most_epochs=1))
    at.button(key="branch_start").click().run()
    assert "limited a training to 1 epoch" in at.error[0].value
    assert [one.id for one in store.all_runs()] == [run.id]
    keep(Rules())
    at.button(key="branch_start").click().run()
    assert not at.exception
    (branch,) = [one for one in store.all_runs() if one.id != run.id]
    origin = read(branch)
    assert origin is not None
    assert (origin.run, origin.step in run.snapshots()) == (run.id, True)
    assert branch.spec().optimizer == "sgd"
    assert ", from " in branch.own_name()
    job = job_queue.find(branch.id)
    assert job is not None
    assert job.origin == origin
    assert "1 branch of it" in " ".join(str(one.value) for one in at.caption) or at.get("page_link")


def test_a_damaged_moment_is_told(run: Run) -> None:
    (run.folder / "snapshots" / "000000020.npz").write_bytes(b"nothing")
    assert "The moment after 20 batches cannot be read" in as_read(opened("rewind", run=run.id))


def test_a_branch_says_where_it_began(run: Run) -> None:
    branch = kept_run(SPEC)
    (branch.folder / "origin.json").write_text(f'{{"run": "{run.id}", "step": 20}}')
    assert "This run is a branch" in as_read(opened("rewind", run=branch.id))
    assert read(branch) == Origin(run.id, 20)
    run.delete()
    assert "a run that is not kept any more" in as_read(opened("rewind", run=branch.id))
