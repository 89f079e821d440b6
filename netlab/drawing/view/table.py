"""Several pictures in a table: each as it came, as the network receives it, and what is read in it; a CSV to take away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from netlab.app.png import png_url
from netlab.drawing.picture_file import PictureError
from netlab.drawing.sheet import Line, as_csv, fitted, line, mosaic
from netlab.drawing.view.brought import digest, shelf
from netlab.drawing.view.crop import crop_of
from netlab.drawing.view.reading import Choice, choose
from netlab.formatting import counted, probability
from netlab.nets.weight_file import WeightsError
from netlab.runs.run import RunError

ROWS = "_picture_rows"
ROW_HEIGHT = 64
MOST_SHOWN = 12
"""Digits of one picture that are shown as the network receives them."""
TIMES = 2
THUMBNAIL = 1.25
"""Width by height of the picture as it came."""


class Row(NamedTuple):
    """A line of the table with its pictures as addresses."""

    line: Line
    url: str
    received: str


def table(name: str, pictures: Sequence[tuple[str, bytes]]) -> None:
    """All pictures in the order in which they were brought, read by the network of that name."""
    rows = _rows(name, pictures)
    lines = [row.line for row in rows]
    read = sum(bool(one.answer) for one in lines)
    said = f"{counted(len(rows), 'picture')}, {read} of them read."
    st.dataframe(
        [_shown(row) for row in rows],
        hide_index=True,
        row_height=ROW_HEIGHT,
        height="content",
        key="pictures_table",
        alt=f"{said} " + " ".join(_told(one) for one in lines),
        column_config={
            "picture": st.column_config.TextColumn("Picture", width=110),
            "url": st.column_config.ImageColumn("As it came", width=80),
            "received": st.column_config.ImageColumn(
                "As it is received", width=130, help="What the network receives: 28×28 numbers a digit, ink light on 0."
            ),
            "answer": st.column_config.TextColumn("Reads", width=90),
            "sure": st.column_config.TextColumn(
                "How sure", width=130, help="The probability of its answer; with several digits, the lowest of them."
            ),
            "doubts": st.column_config.TextColumn("Doubts", width=280),
        },
    )  # fmt: skip
    st.download_button(
        "Save the table (CSV)", as_csv(lines).encode("utf-8-sig"), file_name="pictures.csv", mime="text/csv",
        on_click="ignore", icon=":material/download:", key="pictures_csv",
    )  # fmt: skip


def _shown(row: Row) -> dict[str, str]:
    one = row.line
    return {
        "picture": one.name,
        "url": row.url,
        "received": row.received,
        "answer": one.answer or "–",
        "sure": "" if one.sure is None else probability(one.sure),
        "doubts": one.refusal or one.doubts,
    }


def _told(one: Line) -> str:
    sure = "" if one.sure is None else f" ({probability(one.sure)})"
    return f"{one.name}: {one.answer or one.refusal or one.doubts}{sure}."


def _rows(name: str, pictures: Sequence[tuple[str, bytes]]) -> list[Row]:
    """The rows; one that was there before is not made again."""
    try:
        choice = choose(name)
    except (RunError, WeightsError):  # told where one picture is read
        choice = choose("article")
    before, now = st.session_state.get(ROWS, {}), {}
    for file, content in pictures:
        key = (file, digest(content), crop_of(content), name, choice.title)
        now[key] = before.get(key) or _row(choice, file, content)
    st.session_state[ROWS] = now
    return [now[(file, digest(content), crop_of(content), name, choice.title)] for file, content in pictures]


def _row(choice: Choice, file: str, content: bytes) -> Row:
    try:
        found = shelf().bring(content, crop_of(content))
    except PictureError as error:
        return Row(Line(file, refusal=str(error)), "", "")
    one = line(file, choice.spec, choice.weights, found.framing, found.parted)
    received = "" if one.images is None else png_url(mosaic(one.images, MOST_SHOWN) * 255, times=TIMES)
    return Row(one, png_url(fitted(found.grey, THUMBNAIL), most=96), received)
