"""Start again from a moment with something changed; the run and its branches in one picture."""

from __future__ import annotations

import streamlit as st

from netlab.app.choice import choose
from netlab.app.components import live_figure
from netlab.app.frame import literal
from netlab.experiments.rewind import branch, figures, words
from netlab.experiments.rewind.branch import Limb
from netlab.experiments.rewind.course import Moments
from netlab.formatting import counted
from netlab.nets.naming import data_title
from netlab.nets.spec import NetworkSpec, SpecError
from netlab.nn.optimizers import ON_TRAIN
from netlab.runs import origin as origins
from netlab.runs import store
from netlab.runs.history import History
from netlab.runs.origin import Origin
from netlab.runs.reading import read
from netlab.runs.run import Run, RunError
from netlab.training.queue import LIVE
from netlab.training.view.data_sets import offered
from netlab.training.view.session import job_queue, mine, rename, show_refusal, submit, watch

MOST_DRAWN = 6
AMOUNTS = {"all": None, "10000": 10_000, "1000": 1_000, "100": 100}


def start_again(run: Run, found: Moments, place: int) -> None:
    """The controls of a branch, beginning as the run is, and the button that trains it."""
    spec, step = found.spec, found.steps[place]
    left, right = st.columns(2)
    with left:
        optimizer = choose(
            st.selectbox, "Optimizer", ON_TRAIN, spec.optimizer if spec.optimizer in ON_TRAIN else "adam",
            key="branch_optimizer", titles=lambda key: ON_TRAIN[key].title,
        )  # fmt: skip
        usual = spec.rate if optimizer == spec.optimizer else ON_TRAIN[optimizer].learning_rate
        rate = st.number_input(
            "Learning rate", 1e-6, 100.0, float(usual), format="%g", key=f"branch_rate_{optimizer}_{usual:g}"
        )
    with right:
        sets = offered()
        data = choose(
            st.selectbox, "Pictures", sets, spec.data if spec.data in sets else sets[0], key="branch_data",
            titles=data_title,
        )  # fmt: skip
        amount = choose(
            st.selectbox, "How many of them", AMOUNTS, key="branch_images",
            titles=lambda key: "all" if AMOUNTS[key] is None else f"{AMOUNTS[key]:,}",
        )  # fmt: skip
    epochs = st.slider("Epochs", 1, 20, 2, key="branch_epochs")
    try:
        new = branch.changed(
            spec, optimizer=optimizer, learning_rate=rate, epochs=epochs, data=data,
            train_examples=AMOUNTS[amount] if amount != "all" else spec.train_examples,
        )  # fmt: skip
    except SpecError as error:
        st.error(literal(error))
        return
    changes = branch.differs(spec, new)
    st.button(
        f"Start again {words.when(found, place)}", type="primary", icon=":material/call_split:", key="branch_start",
        on_click=_start, args=(run.id, found, step, new),
    )  # fmt: skip
    show_refusal()
    changed = ", ".join(name.replace("_", " ") for name in changes)
    st.caption(
        f"Changed: {changed}. A branch begins with the weights of that moment, kept with three to four digits, and with an "
        "optimizer that remembers nothing."
        if changes
        else "Nothing is changed yet. A branch begins with the weights of that moment, kept with three to four digits, and with an "
        "optimizer that remembers nothing; so even unchanged it goes a way of its own."
    )


def _start(run_id: str, found: Moments, step: int, spec: NetworkSpec) -> None:
    run = store.get(run_id)
    if run is None or not submit(spec, Origin(run_id, step)):
        return
    new = str(st.session_state["run"])
    try:
        rename(new, branch.name(found, step, run.name(), spec))
    except RunError as error:
        st.session_state["refused"] = str(error)
    st.session_state["_chosen_rewind_run"] = run_id  # the page stays with the run that the branch leaves


def origin_of(run: Run) -> str:
    """Where a run began, in a sentence; empty if at random."""
    try:
        found = origins.read(run)
    except RunError as error:
        return str(error)
    if found is None:
        return ""
    if found.run == run.id:
        return "This run began with weights that a reader chose, at a point beside another network."
    before = store.get(found.run)
    named = "a run that is not kept any more"
    if before is not None:
        try:
            named = f"“{before.name()}”"
        except RunError:
            named = f"run {found.run[:4]}"
    return f"This run is a branch: it began with the weights of {named} after {counted(found.step, 'batch')}."


@st.fragment(run_every=2.0)
def family(run: Run, found: Moments, name: str) -> None:
    """The run and its branches, if it has any: it follows those that train."""
    limbs = _limbs(run, found, name)
    if len(limbs) == 1:
        st.caption("It has no branches yet.")
        return
    sentence = f"Validation accuracy of “{name}” and of {counted(len(limbs) - 1, 'branch')} of it."
    live_figure("family", figures.family(limbs), sentence)
    for one in limbs[1:]:
        st.page_link("pages/train.py", label=literal(f"Open {one.name}"), query_params={"run": one.id},
                     icon=":material/open_in_full:")  # fmt: skip


def _limbs(run: Run, found: Moments, name: str) -> list[Limb]:
    allowed = set(mine())
    limbs = [branch.limb(run.id, name, 0, found.spec.batch_size, _history(run))]
    for one, origin in origins.branches(run.id)[:MOST_DRAWN]:
        if one.id not in allowed:
            continue
        try:
            size, told = one.spec().batch_size, one.name()
        except RunError:
            continue  # its own page says why
        limbs.append(branch.limb(one.id, told, found.images(origin.step), size, _history(one)))
    return limbs


def _history(run: Run) -> History:
    job = job_queue().find(run.id)
    if job is not None and job.state in LIVE:
        watch(job)
    return read(run).history if job is None else job.history
