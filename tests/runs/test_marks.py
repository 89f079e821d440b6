"""A reader's note and star: kept beside the run, cleaned, and read as a stranger's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.runs.marks import FILE, LONGEST_NOTE, Marks, clean_note
from netlab.runs.run import RunError
from tests.runs.kept import kept_run


def test_a_note_and_a_star_are_kept_and_taken_away_again() -> None:
    run = kept_run()
    assert run.marks() == Marks()
    run.mark(Marks("  Two lines:\n**all** of it, <b>as typed</b>. \n", star=True))
    assert run.marks() == Marks("Two lines:\n**all** of it, <b>as typed</b>.", star=True)
    run.mark(Marks(" \n "))
    assert run.marks() == Marks()
    assert not (run.folder / FILE).exists()


@given(st.text(max_size=3000))
def test_a_cleaned_note_is_short_visible_and_stays_as_it_is(text: str) -> None:
    note = clean_note(text)
    assert len(note) <= LONGEST_NOTE
    assert all(line.isprintable() for line in note.split("\n"))
    assert clean_note(note) == note


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"note": 7, "star": "yes"}',
        '{"note": ["x"]}',
        "x" * 50_000,
        '{"note": "a", "star": 1, "v": NaN}',
    ],
)
def test_a_file_that_holds_no_marks_gives_none(content: str) -> None:
    run = kept_run()
    (run.folder / FILE).write_text(content)
    assert run.marks() == Marks()


def test_a_note_from_elsewhere_is_cleaned(tmp_path: Path) -> None:
    run = kept_run()
    (run.folder / FILE).write_text(json.dumps({"note": "\u202eevil\u0000\ud800" + "x" * 9000, "star": True}))
    found = run.marks()
    assert found.star
    assert len(found.note) == LONGEST_NOTE
    assert found.note.startswith("evil")
    (run.folder / FILE).unlink()
    (tmp_path / "secret.json").write_text('{"note": "secret"}')
    (run.folder / FILE).symlink_to(tmp_path / "secret.json")
    assert run.marks() == Marks()


def test_a_deleted_run_does_not_come_back_for_its_note() -> None:
    run = kept_run()
    run.delete()
    with pytest.raises(RunError, match="is gone"):
        run.mark(Marks("Too late."))
    assert not run.folder.exists()
