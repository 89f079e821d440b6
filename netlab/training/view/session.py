"""The server's trainings, one queue for all visitors."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from netlab.app.frame import literal
from netlab.app.teaching import teaches, told_of_code
from netlab.app.visitor import names, visitor
from netlab.formatting import percent
from netlab.nets import weight_file
from netlab.nets.naming import reads_digits
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import Weights
from netlab.processes import sharing
from netlab.runs import owners, store
from netlab.runs.events import Done
from netlab.runs.marks import Marks
from netlab.runs.naming import given_name
from netlab.runs.origin import Origin
from netlab.runs.owners import Rights
from netlab.runs.run import Run, RunError, remove
from netlab.storage import writable
from netlab.training import engine
from netlab.training.queue import Job, JobQueue, QueueFull
from netlab.training.view.prediction import keep_committed

log = logging.getLogger(__name__)

MOST = 20
SEEDS, SEEDS_TRIED = 1_000_000, 300
LEFT = "You have let go of this run. It goes on for the others who asked for it and watch it; its link still shows it."


_making = threading.Lock()
_registry: JobQueue | None = None


def job_queue() -> JobQueue:
    """The one queue of this process; making it warms the first worker.

    It is no cached value: a visitor's browser may ask Streamlit to empty its caches, and no training may end by that.
    """
    global _registry
    with _making:
        if _registry is None:
            _registry = _made()
        return _registry


def _made() -> JobQueue:
    """The queue of the engine that was asked for; one that trains nothing and says why, where that cannot be had."""
    try:
        return engine.job_queue()
    except engine.EngineError as error:
        log.error("nothing can be trained: %s", error)
        return JobQueue(warm=False, unable=str(error))


def digits_in_use() -> None:
    """Say which digits the workers found, as soon as one has, and whether runs can be kept."""
    _digits(job_queue().digits is not None)
    trouble = _trouble()
    if trouble:
        st.warning(literal(trouble), icon=":material/save:")


def source_in_use() -> str | None:
    """Which digits the workers found ("mnist", "stand-in", "file"); None until one has."""
    found = job_queue().digits
    return None if found is None else found.source


@st.cache_data(show_spinner=False, ttl=30)
def _trouble() -> str | None:
    return writable()


def _digits(known: bool) -> None:
    st.fragment(_tell_digits, run_every=None if known else 1.0)(known)


def _tell_digits(known: bool) -> None:
    jobs = job_queue()
    found = jobs.digits
    if found is None:
        st.caption(f"Digits: {_missing(jobs)}")
        return
    tell_digits(found.note, found.warnings)
    if not known:
        st.rerun()  # nothing more to wait for


def tell_digits(note: str, warnings: Sequence[str], kind: str = "digits") -> None:
    """Where digits, or other pictures, came from, and what is odd about them."""
    st.caption(f"{kind.capitalize()}: {literal(note)}")
    for warning in warnings:
        st.warning(f"**Look at these {kind}.** {literal(warning)}", icon=":material/grid_on:")


def _missing(jobs: JobQueue) -> str:
    """Why it is not known yet which digits there are."""
    if jobs.unable:
        return "nothing is trained here, so none are looked for."
    if jobs.trouble:
        return f"no worker could start to look for them, another try follows. {literal(jobs.trouble)}"
    return "a worker is looking for them…" if jobs.looking else "the first training looks for them."


def tell_unable() -> None:
    """Say that nothing can be trained by this installation, if that is so, and how it can be mended."""
    if why := job_queue().unable:
        st.info(why, icon=":material/download:")


def tell_rule() -> None:
    """Say what becomes of a run whose page is closed."""
    st.caption(sharing.rule(job_queue().grace))


def current() -> Job | None:
    """The job this visitor looks at."""
    return job_queue().find(st.session_state.get("run"))


def absent() -> str:
    """What is known of the run this visitor asks for, if there is none to show; else empty."""
    run_id = st.session_state.get("run")
    if not run_id or job_queue().find(run_id) is not None:
        return ""
    if job_queue().was_deleted(run_id):
        return "The run of this link is gone: it was deleted."
    return (
        "The run of this link is not kept on this computer. It may be kept on another computer or under another NETLAB_HOME, "
        "or its folder was removed."
    )


def look_at(job: Job) -> None:
    """Make a job the one this visitor looks at, in the address too, and remember it for this session."""
    st.query_params["run"] = st.session_state["run"] = job.id
    mine: list[str] = st.session_state.setdefault("runs", [])
    if job.id not in mine:
        mine.insert(0, job.id)


def show(run_id: str) -> None:
    """Look at the run with this id, if there is one."""
    job = job_queue().find(run_id)
    if job is not None:
        look_at(job)


def submit(spec: NetworkSpec, origin: Origin | None = None, begins: Weights | None = None) -> bool:
    """Start a training and look at it; a full queue is remembered for ``show_refusal``. For callbacks.

    With ``origin`` it begins with the weights of that moment; with ``begins`` with these, which are kept as its own moment 0
    before it is queued. The session hears of the run before it begins: a callback may be ended at any word with the session (see
    docs/adr/0009), and a training that nobody looks at would go on unseen.
    """
    jobs, before, run_id = job_queue(), st.session_state.get("run"), store.new_id()
    st.session_state["run"] = run_id
    try:
        if begins is not None:
            store.create(spec, run_id).save_snapshot(0, weight_file.to_bytes(spec, begins, half=True))
            origin = Origin(run_id, 0)
        job = jobs.submit(spec, run_id, visitor(), origin, share=sharing.shared())
    except (QueueFull, OSError) as error:
        st.session_state["run"] = before
        st.session_state["refused"] = str(error)
        if begins is not None:
            remove(store.root() / run_id)
        return False
    if job.id == run_id:
        keep_committed(run_id, spec.epochs)
    else:  # another person's, with the very same bits
        st.session_state["run"] = job.id
    return True


def train_own(spec: NetworkSpec) -> None:
    """Start a training and look at it, as ``submit``. For callbacks."""
    submit(spec)


def own_seed(spec: NetworkSpec) -> NetworkSpec:
    """The same training with the next seed that nobody else trains."""
    jobs, who = job_queue(), visitor()
    for further in range(1, SEEDS_TRIED):
        other = replace(spec, seed=(spec.seed + further) % SEEDS)
        if not jobs.taken(other, who):
            return other
    return replace(spec, seed=(spec.seed + SEEDS_TRIED) % SEEDS)


def rights(run_id: str) -> Rights:
    """What this visitor may do to a run; on a machine of one's own, everything."""
    if not sharing.shared():
        return Rights()
    who, job = names(), job_queue().remembered(run_id)
    whose = owners.of(run_id) or (tuple(job.holders) if job is not None and not job.kept else ())
    watched = job is not None and job.live and job.watched_beside(who)
    return owners.rights(whose, who, shared=True, teacher=teaches(), watched=watched)


def _refused(why: str) -> bool:
    """Whether something is not this visitor's to do, whatever their browser shows; why is told by ``show_refusal``."""
    if why:
        st.session_state["refused"] = why
    return bool(why)


def send(job: Job, cmd: str, **values: Any) -> None:
    """Steer a run, if that is this visitor's to do. For callbacks too."""
    may = rights(job.id)
    if not _refused(may.resume if cmd == "resume" else may.steer):
        job.send(cmd, **values)


def stop(job: Job) -> None:
    """Stop a run, or only let go of it where others asked for it too and watch it. For callbacks."""
    may = rights(job.id)
    if _refused(may.stop):
        return
    who = names()
    if not may.leaves or teaches():
        job_queue().stop(job)
    elif job_queue().stop_for(job, who):
        run = store.get(job.id)
        if run is not None:
            owners.leave(run, who)
        st.session_state["told"] = LEFT


def make_smaller(job: Job, spec: NetworkSpec) -> None:
    """Give a run that waits the settings of a class, in its place; if another trains those already, share that. For callbacks."""
    may, jobs = rights(job.id), job_queue()
    if _refused(may.stop):
        return
    if not may.shared and not jobs.taken(spec, visitor()):
        if not jobs.change(job, spec):
            _refused("It has begun meanwhile, so its settings stay.")
        return
    if submit(spec):
        stop(job)
        st.session_state.pop("refused", None)


def watch(job: Job) -> None:
    """Say that this visitor watches a run."""
    job.look_in(visitor())


def go_on(run_id: str) -> None:
    """Continue a run; why it could not be is remembered for ``show_refusal``. For callbacks."""
    if _refused(rights(run_id).resume):
        return
    try:
        job_queue().continue_run(run_id, visitor())
    except QueueFull as error:
        st.session_state["refused"] = str(error)


def show_refusal() -> None:
    """Say, once, why the last training could not be queued, or a run not deleted; or what became of it instead."""
    told_of_code()
    if "told" in st.session_state:
        st.info(st.session_state.pop("told"), icon=":material/group:")
    if "refused" in st.session_state:
        st.error(literal(st.session_state.pop("refused")))


def choices() -> dict[str, str]:
    """Runs this visitor may read drawn digits with, by id, each in a few words: the one looked at, then the newest.

    At a server that only its own machine can reach, all finished runs of the machine; else only this session's,
    since a link to a run is the permission to see it.
    """
    now = current()
    found = {}
    if now is not None and now.snapshots and reads_digits(now.spec):
        found[now.id] = _words(name_of(now), _accuracy(now), now.id)
    for run_id in mine()[:MOST]:
        label = _finished(run_id)
        if label and run_id not in found:
            found[run_id] = label
    return found


def mine() -> list[str]:
    """Runs this visitor may see, by id: this session's, then their own; all of the machine if nobody else uses the
    server, or the visitor is the teacher.
    """
    kept = _kept_ids(str(store.root()), store.changed())
    return list(dict.fromkeys([*st.session_state.get("runs", []), *_own(kept)]))


def _own(ids: list[str]) -> list[str]:
    """Those of some runs that are this visitor's."""
    return ids if not sharing.shared() or teaches() else owners.owned(names(), ids)


def own_only(ids: list[str]) -> list[str]:
    """Those of some runs that this visitor's browser began or shares."""
    return owners.owned(names(), ids)


@st.cache_data(show_spinner=False, max_entries=4)
def _kept_ids(root: str, changed: int) -> list[str]:
    """All runs of the machine, the newest first; read again when one came or went."""
    return [run.id for run in store.all_runs()]


def visible() -> list[str]:
    """Runs this visitor may see, as ``mine`` has them, without a look into their folders; some may be unreadable."""
    return list(dict.fromkeys([*st.session_state.get("runs", []), *_own(store.ids())]))


def rename(run_id: str, name: str) -> None:
    """Call a run so; why it could not be is remembered for ``show_refusal``. For callbacks."""
    if _refused(rights(run_id).change):
        return
    run = store.get(run_id)
    try:
        if run is None:
            raise RunError("This run is not on the disk, so it keeps the name that it has by itself.")
        run.rename(name)
    except RunError as error:
        st.session_state["refused"] = str(error)
    _finished.clear()


def mark(run_id: str, marks: Marks) -> None:
    """Keep a note and a star of a run; why they could not be is remembered for ``show_refusal``. For callbacks."""
    if _refused(rights(run_id).change):
        return
    run = store.get(run_id)
    try:
        if run is None:
            raise RunError("This run is not on the disk, so no note on it can be kept.")
        run.mark(marks)
    except RunError as error:
        st.session_state["refused"] = str(error)


def take_in(run: Run, *, new: bool) -> None:
    """Let this visitor see a run that they brought; it is theirs if it was not here before. For callbacks too."""
    if new:
        try:
            owners.write(run, [visitor()])
        except OSError as error:
            _refused(f"Whose run this is cannot be written down ({error.strerror or error}).")
    mine: list[str] = st.session_state.setdefault("runs", [])
    if run.id not in mine:
        mine.insert(0, run.id)


def bring_back(run_id: str) -> None:
    """Undo a deletion, and let this visitor see the run; a failure is remembered for ``show_refusal``. For callbacks."""
    if _refused(rights(run_id).delete):
        return
    try:
        job_queue().bring_back(run_id)
    except RunError as error:
        st.session_state["refused"] = str(error)
        return
    st.session_state.setdefault("runs", []).insert(0, run_id)


def delete(run_id: str, *, undo: bool = False) -> None:
    """Delete a run and stop looking at it; a failure is remembered for ``show_refusal``.

    With ``undo`` it can be brought back for ten minutes.
    """
    may, run = rights(run_id), store.get(run_id)
    if _refused(may.delete):
        return
    try:
        kept = may.leaves and run is not None and owners.leave(run, names())
        if not kept:
            job_queue().delete(run_id, undo=undo)
    except (RunError, OSError) as error:
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
    run = store.get(run_id)
    ending = None if run is None else run.ending()
    if run is None or not isinstance(ending, Done):
        return None
    try:
        if not reads_digits(run.spec()):  # what it learnt is not drawn here
            return None
        return _words(run.name(), f"{percent(ending.test_accuracy, 2)}", run_id, run.started())
    except RunError:  # its own page says why
        return None


def _accuracy(job: Job) -> str:
    seen = job.history.validations
    return f"{percent(seen[-1].accuracy, 2)}, {job.state}" if seen else job.state


def name_of(job: Job) -> str:
    """What a run is called, also one that could not be written down."""
    run = store.get(job.id)
    return (run.own_name() if run is not None else "") or given_name(job.spec)


def _words(name: str, accuracy: str, run_id: str, started: str = "") -> str:
    when = f", {started[:16].replace('T', ' ')}" if started else ""
    return f"{name}, {accuracy}{when}, run {run_id[:4]}"
