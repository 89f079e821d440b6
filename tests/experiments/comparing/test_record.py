"""What is written of an experiment comes back, and a file that anybody may have changed hurts nobody."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import Any

import pytest

from netlab.experiments.comparing import record
from netlab.experiments.comparing.record import Experiment, Member
from netlab.files import FileError
from netlab.runs import store

ONE = Experiment(
    "a" * 32, "sweep", "Rates", "2026-11-01T10:00:00+00:00", 3,
    (Member("b" * 32, {"rate": 0.1, "width": 8, "optimizer": "sgd"}, "done", 0.5, 0.4, 2.0), Member("c" * 32, {"rate": 1.0})),
    about={"method": "grid"},
)  # fmt: skip


def test_it_comes_back_and_what_was_on_is_interrupted() -> None:
    record.write(ONE)
    found = record.read(ONE.id)
    assert found is not None
    assert found.ended == record.INTERRUPTED
    assert [one.state for one in found.members] == ["done", "interrupted"]
    assert found.members[0] == ONE.members[0]
    record.write(replace(ONE, ended="done"))
    again = record.read(ONE.id)
    assert again is not None
    assert (again.ended, again.live, again.about) == ("done", False, {"method": "grid"})


@pytest.mark.parametrize("name", ["", "nope", "../../etc/passwd", "A" * 32, "a" * 31 + "\n"])
def test_what_is_no_id_is_none(name: str) -> None:
    assert record.read(name) is None


def damaged(**changes: Any) -> dict[str, Any]:
    record.write(ONE)
    told: dict[str, Any] = json.loads(record.file_of(ONE.id).read_bytes())
    return told | changes


MEMBER = {"run": "b" * 32, "values": {}, "state": "done"}


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "bomb"}, {"total": 0}, {"total": 10**9}, {"total": "3"}, {"members": "x"}, {"ended": "nicely"},
        {"members": [MEMBER] * 257}, {"members": [MEMBER | {"run": "../x"}]}, {"members": [MEMBER | {"state": "odd"}]},
        {"members": [MEMBER | {"validation": 2}]}, {"members": [MEMBER | {"validation": True}]}, {"members": [1]},
        {"members": [MEMBER | {"seconds": -1}]}, {"members": [MEMBER | {"values": {"a": [1]}}]},
        {"members": [MEMBER | {"values": {"a": "x" * 9999}}]}, {"members": [MEMBER | {"values": {str(key): 1 for key in range(99)}}]},
    ],
)  # fmt: skip
def test_a_damaged_file_says_so(changes: dict[str, Any]) -> None:
    told = damaged(**changes)
    record.file_of(ONE.id).write_text(json.dumps(told))
    with pytest.raises(FileError, match="cannot be read"):
        record.read(ONE.id)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"kind": NaN}', "[" * 100_000, "\xff\xfe"])
def test_what_is_no_json_says_so(text: str) -> None:
    record.root().mkdir(parents=True)
    record.file_of(ONE.id).write_bytes(text.encode("latin-1"))
    with pytest.raises(FileError):
        record.read(ONE.id)


def test_words_of_a_stranger_are_cut_and_cleaned() -> None:
    told = damaged(title="x\n" * 999, started="yesterday", reason="y" * 9999, about=[1])
    record.file_of(ONE.id).write_text(json.dumps(told))
    found = record.read(ONE.id)
    assert found is not None
    assert "\n" not in found.title
    assert len(found.title) <= 60
    assert (found.started, len(found.reason), found.about) == ("", record.MOST_WORDS, {})


def test_the_largest_experiment_is_read() -> None:
    members = tuple(
        Member(
            store.new_id(),
            {"rate": 0.1, "width": 8, "depth": 1, "dropout": 0.5},
            "pruned",
            0.5,
            None,
            1.0,
            "z" * 300,
        )
        for _ in range(256)
    )
    record.write(replace(ONE, total=256, members=members, ended="done"))
    found = record.read(ONE.id)
    assert found is not None
    assert found.members == members


def test_those_written_last_come_first_and_other_files_are_none() -> None:
    assert record.newest() == []
    for place in range(3):
        record.write(replace(ONE, id=f"{place}" * 32))
        os.utime(record.file_of(f"{place}" * 32), ns=(place * 10**9, place * 10**9))
    (record.root() / "notes.json").write_text("{}")
    (record.root() / f"{'3' * 32}.optuna.jsonl").write_text("")
    assert [name[0] for name in record.newest()] == ["2", "1", "0"]


def test_what_is_no_id_is_not_removed() -> None:
    record.root().mkdir(parents=True)
    (record.root().parent / "precious.json").write_text("{}")
    record.forget("../precious")
    assert (record.root().parent / "precious.json").exists()
