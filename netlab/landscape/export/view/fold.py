"""A fold with files to take along: the walks as CSV, the map as a film. Each is made when its button is pressed."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from netlab.landscape.export.film import Line, film
from netlab.landscape.export.table import paths_csv
from netlab.landscape.height_map import HeightMap
from netlab.landscape.surface import Surface
from netlab.landscape.view.controls import decimal
from netlab.landscape.view.walk import Walk, track


def export_fold(surface: Surface, ground: HeightMap, walked: Sequence[Walk]) -> None:
    """Buttons for CSV and GIF; the map as PNG and SVG is saved by the buttons under it."""
    box = st.expander("Take the walks with you: table, film, picture", on_change="rerun", key="export_open")
    if not box.open:
        return
    name = f"netlab-{surface.key}"
    with box:
        with st.container(horizontal=True):
            st.download_button(
                "Steps (CSV)", lambda: table(surface, walked), file_name=f"{name}.csv", mime="text/csv", on_click="ignore",
                icon=":material/download:", key="export_csv",
            )  # fmt: skip
            st.download_button(
                "Film (animated GIF)", lambda: moving(surface, ground, walked), file_name=f"{name}.gif", mime="image/gif", on_click="ignore",
                icon=":material/movie:", key="export_gif",
            )  # fmt: skip
        st.caption(
            "The table has a line for each step of each walk: where it stood, the loss there, the slope and the rate of the step that "
            "followed. The film shows the map and the walks step by step. **PNG** and **SVG** of the map are under the map itself; "
            "the figures of the folds give a PNG by the camera in the bar that appears when you point at them."
        )


def table(surface: Surface, walked: Sequence[Walk]) -> bytes:
    """The file of the first button."""
    return paths_csv([(walk.optimizer, walk.path) for walk in walked], surface.parameters).encode()


def moving(surface: Surface, ground: HeightMap, walked: Sequence[Walk]) -> bytes:
    """The file of the second button: the walks as far as the map draws them."""
    lines = []
    for walk in walked:
        drawn = track(walk, ground)
        lines.append(
            Line(
                f"{walk.optimizer.title}, rate {decimal(walk.optimizer.learning_rate)}",
                drawn.colour,
                drawn.weights[: drawn.end + 1],
            )
        )
    return film(ground, lines, surface.parameters)
