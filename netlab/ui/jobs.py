"""The server's trainings, one registry for all visitors."""

from __future__ import annotations

import streamlit as st

from netlab.home import writable
from netlab.nets.spec import NetworkSpec
from netlab.nets.summary import words
from netlab.sharing import shared
from netlab.training import runs
from netlab.training.events import Done
from netlab.training.jobs import Job, QueueFull, Registry
from netlab.ui.page import literal

MOST = 20


@st.cache_resource(show_spinner=False)
def registry() -> Registry:
    """The one registry of this process; making it warms the first worker."""
    return Registry()


def digits_in_use() -> None:
    """Say which digits the workers found, as soon as one has, and whether runs can be kept."""
    _digits(registry().digits is not None)
    trouble = _trouble()
    if trouble:
        st.warning(literal(trouble), icon=":material/save:")


@st.cache_data(show_spinner=False, ttl=30)
def _trouble() -> str | None:
    return writable()


def _digits(known: bool) -> None:
    st.fragment(_tell_digits, run_every=None if known else 1.0)(known)


def _tell_digits(known: bool) -> None:
    found = registry().digits
    if found is None:
        st.caption("Digits: a worker is looking for them…")
        return
    st.caption(f"Digits: {literal(found.note)}")
    if not known:
        st.rerun()  # nothing more to wait for


def current() -> Job | None:
    """The job this visitor looks at."""
    return registry().find(st.session_state.get("run"))


def look_at(job: Job) -> None:
    """Make a job the one this visitor looks at, in the address too, and remember it for this session."""
    st.query_params["run"] = st.session_state["run"] = job.id
    mine: list[str] = st.session_state.setdefault("runs", [])
    if job.id not in mine:
        mine.insert(0, job.id)


def show(run_id: str) -> None:
    """Look at the run with this id, if there is one."""
    job = registry().find(run_id)
    if job is not None:
        look_at(job)


def submit(spec: NetworkSpec) -> bool:
    """Start a training and look at it; a full queue is remembered for ``show_refusal``. For callbacks.

    The session hears of the run before it begins: a callback may be ended at any word with the session (see
    docs/adr/0009), and a training that nobody looks at would go on unseen.
    """
    jobs, before, run_id = registry(), st.session_state.get("run"), runs.new_id()
    st.session_state["run"] = run_id
    try:
        jobs.submit(spec, run_id)
    except QueueFull as error:
        st.session_state["run"] = before
        st.session_state["refused"] = str(error)
        return False
    return True


def show_refusal() -> None:
    """Say, once, why the last training could not be queued, or a run not deleted."""
    if "refused" in st.session_state:
        st.error(literal(st.session_state.pop("refused")))


def choices() -> dict[str, str]:
    """Runs this visitor may read with, by id, each in a few words: the one looked at, then the newest.

    At a server that only its own machine can reach, all finished runs of the machine; else only this session's,
    since a link to a run is the permission to see it.
    """
    now = current()
    found = {} if now is None or not now.snapshots else {now.id: _words(now.spec, _accuracy(now), now.id)}
    for run_id in mine()[:MOST]:
        label = _finished(run_id)
        if label and run_id not in found:
            found[run_id] = label
    return found


def mine() -> list[str]:
    """Runs this visitor may see, by id: this session's, then all of the machine if nobody else uses the server."""
    ids: list[str] = list(st.session_state.get("runs", []))
    if not shared():
        ids += [run.id for run in runs.all_runs()]
    return list(dict.fromkeys(ids))


def delete(run_id: str) -> None:
    """Delete a run and stop looking at it; a failure is remembered for ``show_refusal``."""
    try:
        registry().delete(run_id)
    except runs.RunError as error:
        st.session_state["refused"] = str(error)
        return
    _finished.clear()
    if run_id in st.session_state.get("runs", []):
        st.session_state["runs"].remove(run_id)
    if st.session_state.get("run") == run_id:
        st.session_state["run"] = None


@st.cache_data(show_spinner=False, max_entries=200, ttl=60)
def _finished(run_id: str) -> str | None:
    """A finished run in a few words; None for any other."""
    run = runs.get(run_id)
    ending = None if run is None else run.ending()
    if run is None or not isinstance(ending, Done):
        return None
    return _words(run.spec(), f"{ending.test_accuracy:.2%}", run_id, run.started())


def _accuracy(job: Job) -> str:
    seen = job.history.validations
    return f"{seen[-1].accuracy:.2%}, {job.state}" if seen else job.state


def _words(spec: NetworkSpec, accuracy: str, run_id: str, started: str = "") -> str:
    when = f", {started[:16].replace('T', ' ')}" if started else ""
    return f"{words(spec)}, {accuracy}{when}, run {run_id[:4]}"
