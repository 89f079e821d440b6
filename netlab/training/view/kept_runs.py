"""The runs that are kept: what they take of the disk, one to open, one to delete."""

from __future__ import annotations

import streamlit as st

from netlab.app.frame import follow_newest
from netlab.formatting import percent
from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from netlab.runs.events import Done
from netlab.runs.naming import given_name
from netlab.runs.run import Run, RunError
from netlab.storage import free_bytes, home, in_words
from netlab.training.view.session import absent, delete, mine, rights, show


def tell_gone() -> None:
    """Say what is known of the address's run if there is none to show."""
    known = absent()
    if known:
        st.info(known, icon=":material/link_off:")


def tell_space(spec: NetworkSpec) -> None:
    """Warn before a run that the disk has no room for."""
    needed, free = store.expected_bytes(spec), free_bytes(home())
    if needed > free:
        st.warning(
            f"A run of this network takes about {in_words(needed)} of the disk, and {in_words(free)} are free: "
            "it would learn, but not all of it would be kept. Delete a run under “My runs”, or set NETLAB_HOME "
            "to a folder with more space.",
            icon=":material/save:",
        )


def kept_runs() -> None:
    """All runs that this visitor may see, when asked for."""
    box = st.expander("My runs", on_change="rerun", key="kept_open")
    if not box.open:
        return
    with box:
        found = {run_id: run for run_id in mine() if (run := store.get(run_id)) is not None}
        sizes = {run_id: run.size() for run_id, run in found.items()}
        count = f"{len(found)} run{'' if len(found) == 1 else 's'}, {in_words(sum(sizes.values()))}"
        st.caption(f"{count}. Free on this disk: {in_words(free_bytes(home()))}.")
        if found:
            _one_of(found, sizes)


def _one_of(found: dict[str, Run], sizes: dict[str, int]) -> None:
    labels = {
        key: f"{_about(key, _busy(run), run.own_name())}, {in_words(sizes[key])}"
        for key, run in found.items()
    }
    now = st.session_state.get("run")
    chosen = follow_newest("kept_run", "Run", labels, now if now in found else next(iter(found)))
    busy, may = _busy(found[chosen]), rights(chosen)
    with st.container(horizontal=True):
        st.button(
            "Open", icon=":material/open_in_full:", on_click=show, args=(chosen,), disabled=chosen == now,
            key="kept_show",
        )  # fmt: skip
        # A key of its own for each run: after a deletion the question is closed, not asked of the next run.
        question = st.popover(
            "Delete…", icon=":material/delete:", disabled=bool(may.delete) or (busy and not may.leaves),
            key=f"kept_delete_{chosen}", help=may.delete or ("It is under way: stop it first." if busy else None),
        )  # fmt: skip
    with question:
        st.write(
            "Others share this run: it is taken from your runs, and stays for them."
            if may.leaves
            else f"Its curves, weights and TensorBoard files, {in_words(sizes[chosen])}, are deleted permanently."
        )
        st.button(
            f"Delete run {chosen[:4]}",
            type="primary",
            on_click=delete,
            args=(chosen,),
            key=f"kept_gone_{chosen}",
        )


def _busy(run: Run) -> bool:
    """Whether somebody trains it, or it waits for that, here or elsewhere."""
    return run.held() or bool(run.waits_at())


@st.cache_data(show_spinner=False, max_entries=500, ttl=30)
def _about(run_id: str, held: bool, own_name: str) -> str:
    """A run in a few words; ``own_name`` is what its reader calls it, if anything."""
    run = Run(run_id, store.root() / run_id)
    try:
        name = own_name or given_name(run.spec())
    except RunError:
        return f"cannot be read, run {run_id[:4]}"
    return f"{name}, {_outcome(run, held)}, {run.started()[:16].replace('T', ' ')}, run {run_id[:4]}"


def _outcome(run: Run, held: bool) -> str:
    if held:
        return "under way"
    ending = run.ending()
    return f"{percent(ending.test_accuracy, 2)}" if isinstance(ending, Done) else run.state()
