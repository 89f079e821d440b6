"""Several digits on one paper: a row of pictures with an answer each, and the number that they make."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from netlab.app.png import png_url
from netlab.drawing.page import SURE, Read, number
from netlab.formatting import counted, percent, probability

TIMES = 3  # screen pixels for one of the 28


def several(rows: Sequence[Sequence[Read]], *, turned: int = 0) -> None:
    """Show what was read, row by row."""
    st.markdown(f"**{sentence(rows)}**")
    for row in rows:
        with st.container(horizontal=True, gap="small"):
            for one in row:
                share = probability(one.reading.probabilities.max())
                doubt = " ?" if one.unsure else ""
                caption = f"{one.word}{doubt} ({share})" if one.reading.doubt is None else "? (no digit)"
                st.image(
                    png_url(one.reading.image * 255, times=TIMES),
                    caption=caption,
                    width=28 * TIMES,
                )
    told = ["Each digit was cut out, framed and read by itself."]
    if turned:
        told.append("The page lay on its side and was turned to be read.")
    if any(one.unsure for row in rows for one in row):
        told.append(
            f"A question mark: it runs off the page, does not look like a digit, or no answer reaches {percent(SURE, 0)}."
        )
    st.caption(" ".join(told))


def sentence(rows: Sequence[Sequence[Read]]) -> str:
    """What the digits make."""
    signs = [one for row in rows for one in row]
    others = sum(one.reading.doubt is not None for one in signs)
    digits = counted(len(signs) - others, "digit")
    made = number(rows)
    told = (
        f"It reads {digits} in {counted(len(rows), 'row')}: {made}."
        if len(rows) > 1
        else f"It reads {digits}: {made}."
    )
    if not others:
        return told
    return f"{told} 1 more sign is no digit." if others == 1 else f"{told} {others} more signs are no digits."
