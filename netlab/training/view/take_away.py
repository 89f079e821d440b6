"""What one leaves with: the trained network, its history, its figures and its script; TensorBoard's command."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from netlab.app.components import component
from netlab.extras import GET, lacking, no_keras_files
from netlab.formatting import counted
from netlab.nets import keras_file, weight_file
from netlab.nets.keras_script import keras_script
from netlab.nn.optimizers import ON_TRAIN
from netlab.processes import sharing
from netlab.processes.board import stranger
from netlab.runs import origin, store
from netlab.runs.export import file_name, history_csv
from netlab.runs.naming import given_name
from netlab.runs.run import Run
from netlab.training.queue import Job

_figures = component("training/figures_out")


def take_away(job: Job) -> None:
    """Files to keep of a run, and TensorBoard's command for it; nothing of a run that is not on the disk."""
    run = store.get(job.id)
    if run is None:
        return
    with st.expander("Take it with you"):
        _downloads(job, run)
    with st.expander("Watch it in TensorBoard"):
        _board(run)


def _downloads(job: Job, run: Run) -> None:
    name = file_name(run.own_name() or given_name(job.spec), run.id)
    with job.lock:
        rates = bool(job.history.rates)
        measured = job.history.step > 0 or bool(job.history.validations)
    kept = bool(job.snapshots) or job.state == "done"
    with st.container(horizontal=True, key="downloads"):
        if kept and not no_keras_files():
            _file("Keras model", f"{name}.keras", lambda: keras_file.to_bytes(*_network(run)))
        if kept:
            _file("Weights (NumPy)", f"{name}.npz", lambda: weight_file.to_bytes(*_network(run)))
        if measured:
            _file("History (CSV)", f"{name}.csv", lambda: _history(job), "text/csv")
        if ON_TRAIN[job.spec.optimizer].keras_class is not None:
            script = keras_script(job.spec)
            _file("Keras script", f"{name}.py", script.encode, "text/x-python")
    if kept and (why := no_keras_files()):
        st.caption(why)
    st.caption(_about(job) if kept else "There are no weights yet: they come with the first step.")
    if (run.folder / origin.FILE).exists():
        st.caption("This run began with weights of another run; the script draws its own from the seed.")
    if rates:
        st.caption(
            "The learning rate was changed while this run trained; the script keeps the one it began with."
        )
    if measured:
        figures = [("accuracy_curves", "Accuracy"), ("loss_curves", "Loss")]
        rows = [{"key": key, "title": title, "file": f"{name}-{title.lower()}"} for key, title in figures]
        _figures(key="figures_out", data={"figures": rows, "label": "Save a figure"})


def _file(label: str, name: str, make: Callable[[], bytes], mime: str = "application/octet-stream") -> None:
    """A button that makes its file when it is pressed."""
    st.download_button(
        label,
        make,
        file_name=name,
        mime=mime,
        on_click="ignore",
        icon=":material/download:",
        key=f"take_{name}",
    )


def _network(run: Run) -> tuple[Any, Any]:
    spec, weights, _ = run.latest_weights()
    return spec, weights


def _history(job: Job) -> bytes:
    with job.lock:
        return history_csv(job.history).encode()


def _about(job: Job) -> str:
    """Which weights a file gets now, and how each is opened."""
    which = "The final weights"
    if job.state != "done":
        which = f"The weights after {counted(job.snapshots[-1], 'step')}, rounded to half precision"
    return (
        f"{which}. `keras.models.load_model` opens the Keras model; it expects pictures of 28×28 numbers from 0 to 1. "
        "Both files can be read by `python -m netlab read PICTURE --model FILE`."
    )


def _board(run: Run) -> None:
    if lacking("tensorboard"):
        st.write(f"TensorBoard is not installed here. {GET}")
        return
    if (found := stranger(run.tensorboard)) is not None:
        st.write("In this run's folder for TensorBoard lies something that TensorBoard did not write:")
        st.code(found, language=None)
        st.write(
            "TensorBoard opens whatever such a file names. Do not open this run with it until you have looked at the file "
            "and taken it away."
        )
        return
    program = Path(sys.executable).with_name("tensorboard")
    st.write("In a terminal on the machine that runs Netlab:")
    st.code(f'"{program}" --logdir "{run.tensorboard}"', language="bash")
    if not sharing.shared():
        st.write("All runs that are kept, side by side, as long as all of them are your own:")
        st.code(f'"{program}" --logdir "{store.root()}"', language="bash")
    st.write(
        "Then open http://localhost:6006: losses and accuracies batch by batch and epoch by epoch, a histogram of every "
        "weight, the layers as a graph, and under HParams a table of the settings."
    )
