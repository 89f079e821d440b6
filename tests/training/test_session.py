"""A press of Train: the session knows of a run before it begins, so that none goes on unseen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st

from netlab.nets.spec import NetworkSpec
from netlab.training.queue import MOST_QUEUED, Registry
from netlab.training.view import session


class NoSlots(Registry):
    """A registry in which every training waits; it notes what the session knew when each was handed in."""

    def __init__(self) -> None:
        super().__init__(warm=False)
        self.slots, self.known = 0, []

    def submit(self, spec: NetworkSpec, run_id: str | None = None):
        self.known.append(st.session_state["run"] == run_id)
        return super().submit(spec, run_id)


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[NoSlots]:
    waiting = NoSlots()
    monkeypatch.setattr(session, "registry", lambda: waiting)
    st.session_state.clear()
    yield waiting
    waiting.close()
    st.session_state.clear()


def test_the_session_hears_of_a_run_before_it_begins(registry: NoSlots) -> None:
    assert session.submit(NetworkSpec())
    assert registry.known == [True]
    found = session.current()
    assert found is not None
    assert found.state == "queued"


def test_a_full_queue_is_told_and_the_run_before_stays(registry: NoSlots) -> None:
    for _ in range(MOST_QUEUED):
        assert session.submit(NetworkSpec())
    last = st.session_state["run"]
    assert not session.submit(NetworkSpec())
    assert st.session_state["run"] == last
    assert "waiting already" in st.session_state["refused"]
