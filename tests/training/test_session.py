"""A press of Train: the session knows of a run before it begins, so that none goes on unseen."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import streamlit as st

from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import weight_shapes
from netlab.runs import store
from netlab.runs.origin import Origin, weights
from netlab.training import quota
from netlab.training.job import Job
from netlab.training.queue import JobQueue
from netlab.training.quota import MOST_WAITING_EACH
from netlab.training.view import session


class NoSlots(JobQueue):
    """A queue in which every training waits; it notes what the session knew when each was handed in."""

    def __init__(self) -> None:
        super().__init__(warm=False)
        self.slots = 0
        self.known: list[bool] = []

    def submit(
        self, spec: NetworkSpec, run_id: str | None = None, owner: str = "", origin: Origin | None = None, *,
        share: bool = False,
    ) -> Job:  # fmt: skip
        self.known.append(st.session_state["run"] == run_id)
        return super().submit(spec, run_id, owner, origin, share=share)


@pytest.fixture
def job_queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[NoSlots]:
    waiting = NoSlots()
    monkeypatch.setattr(session, "job_queue", lambda: waiting)
    st.session_state.clear()
    yield waiting
    waiting.close()
    st.session_state.clear()


def test_the_session_hears_of_a_run_before_it_begins(job_queue: NoSlots) -> None:
    assert session.submit(NetworkSpec())
    assert job_queue.known == [True]
    found = session.current()
    assert found is not None
    assert found.state == "queued"


@pytest.fixture
def as_one_visitor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "visitor", lambda: "somebody")


def test_a_visitor_s_places_in_the_queue_are_counted_and_the_run_before_stays(
    job_queue: NoSlots, as_one_visitor: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(MOST_WAITING_EACH):
        assert session.submit(NetworkSpec())
    last = st.session_state["run"]
    assert not session.submit(NetworkSpec())
    assert st.session_state["run"] == last
    assert f"{MOST_WAITING_EACH} of your trainings are waiting already" in st.session_state["refused"]
    monkeypatch.setattr(session, "visitor", lambda: "another")
    assert session.submit(NetworkSpec())


def test_a_full_queue_is_told(job_queue: NoSlots, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quota, "MOST_QUEUED", 1)
    assert session.submit(NetworkSpec())
    assert not session.submit(NetworkSpec())
    assert "1 trainings are waiting already" not in st.session_state["refused"]
    assert "1 training is waiting already" in st.session_state["refused"]


def test_a_run_that_cannot_be_continued_now_is_a_sentence(
    job_queue: NoSlots, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert session.submit(NetworkSpec())
    job = session.current()
    assert job is not None
    job_queue.stop(job)
    monkeypatch.setattr(quota, "MOST_QUEUED", 0)
    session.go_on(job.id)
    assert "waiting already" in st.session_state["refused"]
    assert job.state == "stopped"


def test_a_training_may_begin_with_weights_of_no_run(job_queue: NoSlots) -> None:
    spec = NetworkSpec(hidden=(3,))
    chosen = {name: np.full(shape, 0.25, np.float32) for name, shape in weight_shapes(spec).items()}
    assert session.submit(spec, begins=chosen)
    found = session.current()
    assert found is not None
    assert found.origin == Origin(found.id, 0)
    begins = weights(found.origin, spec)
    assert all((begins[name] == chosen[name]).all() for name in chosen)


def test_a_training_that_finds_no_place_leaves_no_weights_behind(
    job_queue: NoSlots, as_one_visitor: None
) -> None:
    spec = NetworkSpec(hidden=(3,))
    chosen = {name: np.zeros(shape, np.float32) for name, shape in weight_shapes(spec).items()}
    for _ in range(MOST_WAITING_EACH):
        assert session.submit(spec, begins=chosen)
    assert not session.submit(spec, begins=chosen)
    assert len(store.all_runs()) == MOST_WAITING_EACH
    assert "refused" in st.session_state
