"""A branch begins with the weights of the moment it leaves, in a real worker; what cannot be is a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from netlab.experiments.rewind.branch import changed, differs, limb, name
from netlab.experiments.rewind.course import moments
from netlab.experiments.rewind.figures import family
from netlab.nets.spec import NetworkSpec, SpecError
from netlab.runs import origin as origins
from netlab.runs import store
from netlab.runs.naming import LONGEST
from netlab.runs.origin import Origin
from netlab.runs.reading import read
from netlab.runs.run import Run, RunError
from netlab.training.queue import Job, JobQueue
from tests.runs.kept import SPEC, kept_run
from tests.waiting import until

BASE = NetworkSpec(hidden=(8,), epochs=2)


@pytest.fixture
def job_queue(digits_file: Path) -> Iterator[JobQueue]:
    one = JobQueue(slots=1, grace=600.0, warm=False)
    yield one
    one.close()


def ended(queue: JobQueue, spec: NetworkSpec, origin: Origin | None = None) -> tuple[Job, Run]:
    job = queue.submit(spec, origin=origin)
    until(lambda: not job.live, seconds=120, what=f"the end of the run (now {job.state})")
    run = store.get(job.id)
    assert run is not None
    return job, run


def test_a_branch_begins_with_the_weights_of_its_moment_and_goes_its_own_way(job_queue: JobQueue) -> None:
    _, first = ended(job_queue, BASE)
    step = moments(first).steps[-2]
    spec = replace(BASE, optimizer="sgd", learning_rate=0.1)
    job, branch = ended(job_queue, spec, Origin(first.id, step))
    assert job.state == "done"
    assert origins.read(branch) == Origin(first.id, step)
    assert [(run.id, origin) for run, origin in origins.branches(first.id)] == [
        (branch.id, Origin(first.id, step))
    ]
    for key, weight in first.weights(step)[1].items():
        np.testing.assert_array_equal(branch.weights(0)[1][key], weight)
    before = read(first).history.validations
    after = read(branch).history.validations
    assert after[0].accuracy == pytest.approx(
        next(one.accuracy for one in before if one.step == step), abs=0.01
    )
    again, _ = ended(job_queue, spec, Origin(first.id, step))
    assert again.history.losses == job.history.losses  # the same branch has the same bits


def test_a_branch_without_its_moment_says_so_and_begins_nothing(job_queue: JobQueue) -> None:
    run = kept_run()
    for origin, spec, words in (
        (Origin("0" * 32, 20), SPEC, "not kept any more"),
        (Origin(run.id, 21), SPEC, "cannot be read"),
        (Origin(run.id, 20), replace(SPEC, hidden=(9,)), "has other layers"),
    ):
        job, branch = ended(job_queue, spec, origin)
        assert job.state == "failed"
        assert words in job.reason
        assert not branch.snapshots()


@pytest.mark.parametrize(
    "text", ["{}", "[]", '{"run": "x", "step": 1}', '{"run": "%s", "step": -1}' % ("0" * 32), "no"]
)
def test_what_a_stranger_writes_is_no_origin(text: str) -> None:
    run = kept_run()
    (run.folder / origins.FILE).write_text(text)
    with pytest.raises(RunError, match="began cannot be read"):
        origins.read(run)
    assert origins.branches("0" * 32) == []


def test_what_is_changed_is_named_and_what_the_weights_need_stays() -> None:
    spec = replace(BASE, settings={"beta_1": 0.8})
    same = changed(
        spec, optimizer="adam", learning_rate=spec.rate, epochs=7, train_examples=None, data="mnist"
    )
    assert differs(spec, same) == []
    assert same.settings == spec.settings
    other = changed(spec, optimizer="sgd", learning_rate=0.002, epochs=7, train_examples=100, data="mnist")
    assert {"optimizer", "learning_rate", "train_examples"} <= set(differs(spec, other))
    assert other.hidden == spec.hidden
    with pytest.raises(SpecError):
        changed(spec, optimizer="adam", learning_rate=-1.0, epochs=1, train_examples=None, data="mnist")


def test_a_branch_s_name_says_where_it_began_and_fits() -> None:
    found = moments(kept_run())
    told = name(found, 20, "A", replace(SPEC, optimizer="sgd"))
    assert told.endswith(", from A at 640")
    assert len(name(found, 20, "A long name " * 9, SPEC)) <= LONGEST


def test_the_family_is_drawn_from_where_each_leaves() -> None:
    history = read(kept_run()).history
    first = limb("a", "A", 0, 32, history)
    other = limb("b", "B", 640, 64, history)
    assert first.images == (640, 1280)
    assert other.images == (640 + 20 * 64, 640 + 40 * 64)
    traces = family([first, other]).data
    assert [trace.name for trace in traces if trace.name] == ["A", "B"]
    assert list(traces[2].x) == [640]
    assert list(traces[2].y) == [0.95]
