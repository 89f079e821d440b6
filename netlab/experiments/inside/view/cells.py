"""A confusion table whose cells can be pressed, and the pictures in the one that was."""

from __future__ import annotations

from typing import Any

import streamlit as st

from netlab.app.components import component
from netlab.app.frame import put_in_address, word_in_address
from netlab.experiments.inside import confusion, heat
from netlab.experiments.inside.answers import Answers
from netlab.experiments.inside.confusion import Counts
from netlab.experiments.inside.heat import Cells
from netlab.experiments.inside.view.known import called, gallery
from netlab.experiments.view.subjects import Pictures
from netlab.formatting import counted, probability

_table = component("experiments/inside/confusion")


def cell_asked(key: str) -> str:
    """The cell that is open, "4-9", as the address under ``key`` says; empty if none is."""
    return word_in_address(key, _cell)


def table(
    key: str, cells: Cells, counts: Counts, pictures: Pictures, said: str, title: str, word: str, *,
    before: Counts | None = None, asked: str,
) -> None:  # fmt: skip
    """Show the table; a press on a cell puts it in the address under ``asked``, a second press closes it."""

    def pressed() -> None:
        chosen = _cell(str(st.session_state[key].get("cell")))
        if chosen:
            st.session_state[asked] = chosen
            put_in_address(asked, chosen)

    data: dict[str, Any] = {
        "said": said, "title": title, "classes": pictures.classes, "texts": cells.texts, "tones": cells.tones.round(3),
        "labels": heat.labels(counts, before, pictures.classes),
        "chosen": list(map(int, word.split("-"))) if word else None,
    }  # fmt: skip
    _table(key=key, data=data, on_cell_change=pressed)


def _cell(word: str) -> str:
    """A cell in the address, "4-9"; what is none is empty."""
    parts = word.split("-")
    sound_word = len(parts) == 2 and all(len(part) == 1 and part in "0123456789" for part in parts)
    return word if sound_word else ""


def open_cell(key: str, word: str, pictures: Pictures, answers: Answers) -> list[int]:
    """Show the pictures of a cell, and give their places; say what to press if none is open."""
    if not word:
        st.info("Press a cell of the table to see its pictures.", icon=":material/touch_app:")
        return []
    truth, said = map(int, word.split("-"))
    names = called(pictures)
    places = confusion.in_cell(pictures.labels, answers.said, answers.sureness, truth, said)
    st.markdown(
        f"**{names[truth]} read as {names[said]}**: {counted(len(places), 'picture')}, the surest answer first."
    )
    read_as(f"{key}_{word}", places.tolist(), pictures, answers)
    return [int(place) for place in places]


def read_as(key: str, places: list[int], pictures: Pictures, answers: Answers) -> None:
    """Pictures, each with what it was read as and how sure that was."""
    tiles = []
    for place in places:
        truth, said = int(pictures.labels[place]), int(answers.said[place])
        share = probability(answers.sureness[place])
        if truth == said:
            told = f"{pictures.classes[said]}, correctly\n{share} sure"
        else:
            told = f"said {pictures.classes[said]}, {share}\nis {pictures.classes[truth]}, {probability(answers.probabilities[place, truth])}"
        tiles.append((place, told, truth != said))
    gallery(key, tiles, pictures)
