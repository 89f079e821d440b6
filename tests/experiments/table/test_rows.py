"""A table shows the runs that are asked for, and says of each what its summary says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from netlab.experiments.table import rows
from netlab.runs import summary
from netlab.runs.summary import STATES, Summary
from netlab.training.job import LIVE, UNFINISHED
from tests.runs.kept import kept_run


def some() -> list[Summary]:
    one = summary.make(kept_run())
    return [
        replace(one, id="a" * 32, name="Small net", note="Try\nagain", star=True),
        replace(
            one, id="b" * 32, name="Large", state="diverged", settings={**one.settings, "data": "kmnist"}
        ),
        replace(one, id="c" * 32, name="Third", state="running", test=None, seconds=None, started=""),
        Summary("d" * 32),
    ]


def ids(found: list[Summary]) -> str:
    return "".join(row.id[0] for row in found)


def test_runs_are_found_by_words_state_data_and_star() -> None:
    found = some()
    assert ids(rows.chosen(found)) == "abcd"
    assert ids(rows.chosen(found, search="sMALL again")) == "a"
    assert ids(rows.chosen(found, search="bbbb")) == "b"
    assert ids(rows.chosen(found, search="adam third")) == "c"
    assert ids(rows.chosen(found, search="no such words")) == ""
    assert ids(rows.chosen(found, state=rows.UNDER_WAY)) == "c"
    assert ids(rows.chosen(found, state=rows.ENDED)) == "b"
    assert ids(rows.chosen(found, state=rows.UNREAD)) == "d"
    assert ids(rows.chosen(found, data="kmnist")) == "b"
    assert ids(rows.chosen(found, starred=True)) == "a"
    assert ids(rows.chosen(found, starred=True, data="kmnist")) == ""
    assert rows.data_sets(found) == ["kmnist", "mnist"]


def test_every_state_has_a_group_and_a_word() -> None:
    for state in {*STATES, *LIVE, *UNFINISHED}:
        assert rows.group(state) in rows.GROUPS
        assert state in rows.STATES


def test_cells_say_what_the_summary_says_and_nothing_where_there_is_nothing() -> None:
    found = some()
    cells = rows.columns(found)
    assert {len(column) for column in cells.values()} == {4}
    assert cells["test"] == [95.0, 95.0, None, None]
    assert cells["seconds"] == [2.0, 2.0, None, None]
    assert cells["note"] == ["Try again", "", "", ""]
    assert cells["star"] == ["★", "", "", ""]
    assert cells["name"][3] == "run dddd"
    assert cells["size"][0] == found[0].size / 1e6
    started = cells["started"][0]
    assert isinstance(started, datetime)
    assert started.tzinfo == UTC
    assert cells["started"][2:] == [None, None]


def test_places_are_those_of_the_runs_in_the_table() -> None:
    assert rows.places(some(), ["c" * 32, "a" * 32, "0" * 32]) == [0, 2]
