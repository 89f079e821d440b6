"""The curves of the chosen runs on shared axes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import streamlit as st

from netlab.app.choice import choose
from netlab.app.components import live_figure
from netlab.app.frame import literal
from netlab.experiments.table.figures_overlay import accuracy_overlay, loss_overlay
from netlab.experiments.table.overlay import ACROSS, MOST, Track, apart, cautions, joint, sentence, track
from netlab.formatting import counted
from netlab.runs.summary import Summary
from netlab.training.axes import HEIGHTS, accuracy_axis, loss_axis
from netlab.training.view.session import job_queue

PACE = 2.0


def overlay(picked: Sequence[Summary], live: Collection[str]) -> None:
    """Accuracy and loss of the chosen runs over each other; they go on while one of them is under way."""
    st.subheader("Whose curve is higher, and when?", anchor=False)
    if not picked:
        st.write(
            "Choose runs in the table above, or in the plots below: their curves are drawn over each other here."
        )
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="runs_axes"):
        across = _axis("Across", "runs_across", ACROSS)
        heights = _axis("Heights", "runs_heights", HEIGHTS)
    rows = [(row.id, row.name) for row in picked]
    if any(row.id in live for row in picked[:MOST]):
        st.fragment(_draw, run_every=PACE)(rows, across, heights)
    else:
        _draw(rows, across, heights)


def _axis(label: str, key: str, options: dict[str, str]) -> str:
    st.caption(label, width="content")
    return choose(
        st.segmented_control,
        label,
        options,
        key=key,
        titles=options.__getitem__,
        label_visibility="collapsed",
    )


def _draw(rows: Sequence[tuple[str, str]], across: str, heights: str) -> None:
    tracks = _tracks(rows, across)
    if not tracks:
        st.info("None of these runs has anything to draw.", icon=":material/show_chart:")
        return
    told = sentence(tracks)
    left, right = st.columns(2, gap="medium")
    upwards = joint([accuracy_axis(one.curves, heights) for one in tracks])
    losses = joint([loss_axis(one.curves, heights) for one in tracks])
    with left:
        live_figure("runs_accuracy", accuracy_overlay(tracks, upwards, across), f"Accuracy. {told}")
    with right:
        live_figure("runs_loss", loss_overlay(tracks, losses, across), f"Loss. {told}")
    st.caption(
        "Thick with marks: validation. Thin: the mean of the last training batches, with dropout where a network has it."
    )
    for caution in cautions(tracks, len(rows)):
        st.caption(literal(caution))
    missing = min(len(rows), MOST) - len(tracks)
    if missing:
        st.caption(f"Not drawn: {counted(missing, 'run')} that cannot be read or has no batch yet.")


def _tracks(rows: Sequence[tuple[str, str]], across: str) -> list[Track]:
    found = []
    names = apart(rows[:MOST])
    for (run_id, _), name in zip(rows[:MOST], names, strict=True):
        job = job_queue().find(run_id)
        if job is None or job.state == "unreadable":
            continue
        with job.lock:
            if job.history.step or job.history.validations:
                found.append(track(run_id, name, job.spec, job.history, across))
    return found
