"""What one leaves with: where a run is kept, and how to look at it in TensorBoard."""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st

from netlab.runs import store
from netlab.training.queue import Job


def take_away(job: Job) -> None:
    """Where the run is kept, and TensorBoard's command for it."""
    run = store.get(job.id)
    if run is None:
        return
    with st.expander("Watch it in TensorBoard"):
        program = Path(sys.executable).with_name("tensorboard")
        st.write("In a terminal on the machine that runs Netlab:")
        st.code(f'"{program}" --logdir "{run.tensorboard}"', language="bash")
        st.write(
            "Then open http://localhost:6006: losses, accuracies and a histogram of every weight, epoch by epoch."
        )
