"""The batch that “One batch” has trained: its pictures, what was said of them, what the step changed."""

from __future__ import annotations

import streamlit as st

from netlab.app.components import live_figure
from netlab.app.png import png_url
from netlab.formatting import counted
from netlab.nets.spec import NetworkSpec
from netlab.plots.palette import VERMILION
from netlab.training.batch_words import Told, picture, told_of, what_changed, which_pictures
from netlab.training.figures_batch import moves_figure, ranked_figure
from netlab.training.queue import View

STYLE = """
.netlab-batch { display: grid; grid-template-columns: repeat(auto-fill, minmax(6.4rem, 1fr)); gap: 0.6rem; }
.netlab-batch figure { margin: 0; padding: 0.35rem; border: 1px solid rgba(128,128,128,0.35); border-radius: 6px; }
.netlab-batch figure.wrong { border: 2px solid COLOUR; }
.netlab-batch img { width: 3.5rem; height: 3.5rem; display: block; margin: 0 auto 0.25rem; image-rendering: pixelated; }
.netlab-batch span { display: block; font-size: 0.78rem; text-align: center; line-height: 1.35; }
.netlab-batch b { font-size: 0.9rem; }
""".replace("COLOUR", VERMILION)


def shown_batch(view: View) -> None:
    """Show it; nothing where there is none, or the run has gone on from it."""
    batch = view.shown
    if batch is None:
        return
    with st.container(key="shown_batch"):
        st.markdown(
            f"**Batch {batch.step:,}: {counted(batch.size, 'picture')}, one step.** {what_changed(batch)}"
        )
        st.caption(which_pictures(batch, dropped=dropped(view.spec)))
        tiles = "".join(map(_tile, batch.pictures, told_of(batch)))
        st.html(f"<style>{STYLE}</style><div class='netlab-batch'>{tiles}</div>")
        left, right = st.columns(2)
        with left:
            ranked = ranked_figure(batch)
            live_figure("batch_losses", ranked.figure, ranked.alt)
        with right:
            moves = moves_figure(view.spec, batch)
            live_figure("batch_moves", moves.figure, moves.alt)


def dropped(spec: NetworkSpec) -> bool:
    """Whether any unit is switched off in a step."""
    return any(layer.dropout for layer in spec.layers)


def _tile(bytes_of_it: str, told: Told) -> str:
    look = "" if told.right else " class='wrong'"
    rest = "".join(f"<span>{line}</span>" for line in told.lines)
    return (
        f"<figure{look}><img src='{png_url(picture(bytes_of_it))}' alt='a {told.label}'>"
        f"<span><b>{told.verdict}</b></span>{rest}</figure>"
    )
