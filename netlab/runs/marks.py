"""What a reader notes of a run: a few sentences, and a star. A file of its own in the run's folder, read as a stranger's."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from netlab.files import FileError, json_object
from netlab.storage import atomic_write

FILE = "marks.json"
LONGEST_NOTE = 2000
MOST_BYTES = 12 * LONGEST_NOTE + 200  # a letter beyond ASCII takes up to twelve bytes in JSON


@dataclass(frozen=True)
class Marks:
    """A note, at most ``LONGEST_NOTE`` letters in lines, and whether there is a star."""

    note: str = ""
    star: bool = False


def clean_note(text: str) -> str:
    """A note that somebody typed, or that stands in a file: lines of letters that can be seen, none too many.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        At most ``LONGEST_NOTE`` letters; empty if nothing is left.
    """
    lines = text[: 10 * LONGEST_NOTE].splitlines()
    seen = ("".join(letter if letter.isprintable() else " " for letter in line).rstrip() for line in lines)
    return "\n".join(seen).strip()[:LONGEST_NOTE].rstrip()


def read(folder: Path) -> Marks:
    """The marks that lie in a run's folder.

    Parameters
    ----------
    folder : Path
        The run's folder, which the file must not lead out of.

    Returns
    -------
    Marks
        Without a note or a star where there is none that can be read.
    """
    try:
        said = json_object(folder / FILE, MOST_BYTES, folder)
    except FileError:
        return Marks()
    note = said.get("note")
    return Marks(clean_note(note) if isinstance(note, str) else "", said.get("star") is True)


def write(folder: Path, marks: Marks) -> None:
    """Keep marks in a run's folder; where nothing is left of them there is no file.

    Parameters
    ----------
    folder : Path
        The run's folder.
    marks : Marks
        The note is cleaned first.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    note = clean_note(marks.note)
    if note or marks.star:
        atomic_write(folder / FILE, json.dumps({"note": note, "star": marks.star}).encode())
    else:
        (folder / FILE).unlink(missing_ok=True)
