"""Could a network say that a drawing is no digit? What it can say, what is asked instead, and how often that is wrong."""

from __future__ import annotations

import streamlit as st

from netlab.app.components import live_figure
from netlab.drawing.figures_kinds import kinds_figure, kinds_told
from netlab.drawing.kinds import DIGIT_FROM, KINDS, kinds, record
from netlab.drawing.view.reading import Shown
from netlab.formatting import percent

OPEN = "no_digit_open"


def digit_or_not(shown: Shown) -> None:
    """A fold that explains how it is decided whether a drawing is a digit."""
    box = st.expander("Could it say “this is no digit”?", on_change="rerun", key=OPEN)
    if not box.open:
        return
    rates = record()["rates"]
    with box:
        st.write(
            "The network that reads has ten answers, and its ten shares always add up to 100 %. It never saw anything "
            "but digits, so it has no way to say *none of these*: an A has to become a 4. It does not learn from your "
            "drawing, and keeps nothing of it."
        )
        st.write(
            "So **another small network is asked first**. It learnt one question, *what kind of sign is this?*, from "
            f"{record()['pictures']:,} pictures: digits in many hands, and as many letters, scribbles, faces and "
            f"textures. Where it gives “a digit” less than {percent(DIGIT_FROM, 0)}, this page says that it is not one."
        )
        if shown.one is not None:
            told = kinds(shown.one.image[None])[0]
            live_figure("no_digit_figure", kinds_figure(told), kinds_told(told))
        wrong = rates["digit"]
        st.write(
            f"**It makes mistakes too.** Of pictures that it never saw, it turned away {percent(wrong)} of the real digits. "
            "The table shows how many of the others it told from a digit:"
        )
        st.dataframe(
            {
                "What was shown": [KINDS[name] for name in KINDS if name != "digit"],
                "Said to be no digit": [percent(rates[name]) for name in KINDS if name != "digit"],
            },
            hide_index=True,
        )
        st.caption(
            "An O, an l or a Z was not asked about: drawn by hand they are a 0, a 1 and a 2. A shape that no digit has (a "
            "blob, a dash) is found by its size and width alone."
        )
