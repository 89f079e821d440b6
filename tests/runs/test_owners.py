"""Whose a run is: hashes beside it, read as a stranger's; what follows for who may do what."""

from __future__ import annotations

import json

import pytest

from netlab.nets.spec import NetworkSpec
from netlab.runs import owners, store
from netlab.runs.owners import ANOTHERS, NOBODYS, NOT_FIRST, TOGETHER, Rights, rights
from netlab.runs.run import Run

ME, YOU, THEY = (owners.name_of(word) for word in ("me", "you", "they"))


@pytest.fixture
def run() -> Run:
    return store.create(NetworkSpec(), store.new_id())


def test_a_run_is_shared_and_let_go_of(run: Run) -> None:
    assert owners.of(run.id) == ()
    owners.write(run, [ME])
    owners.join(run, YOU)
    owners.join(run, YOU)
    assert owners.of(run.id) == owners.read(run) == (ME, YOU)
    assert owners.owned([YOU], [run.id, "absent"]) == [run.id]
    assert owners.leave(run, [ME])
    assert not owners.leave(run, [YOU])  # somebody has to own it
    assert owners.of(run.id) == (YOU,)
    run.hide()
    assert owners.of(run.id) == (YOU,)  # so that a deletion is undone by its owner alone
    owners.write(run, [ME])
    assert not run.folder.exists()


@pytest.mark.parametrize(
    "said",
    [
        "",
        "[]",
        "{",
        "null",
        '{"owners": 1}',
        '{"owners": ["x", 3, null]}',
        json.dumps({"owners": [ME] * 300}),
        "[" * 9999,
    ],
)
def test_a_damaged_file_makes_nobody_the_owner(run: Run, said: str) -> None:
    (run.folder / owners.FILE).write_text(said)
    assert owners.of(run.id) == ()


def test_no_text_leads_out_of_the_runs() -> None:
    assert owners.of("../..") == ()
    assert owners.of("") == ()


def test_only_names_are_written_and_no_secret(run: Run) -> None:
    owners.write(run, ["me", ME])
    assert owners.read(run) == (ME,)
    assert "me" not in json.loads((run.folder / owners.FILE).read_text())["owners"]


def test_on_a_machine_of_one_s_own_everything_is_allowed() -> None:
    for whose in ((), (YOU,), (YOU, ME)):
        assert rights(whose, [ME], shared=False, watched=True) == Rights()


def test_who_may_do_what_on_a_shared_server() -> None:
    def of(*whose: str, **more: bool) -> Rights:
        return rights(whose, [ME, THEY], shared=True, **more)

    assert of(ME) == Rights()
    assert set(of(YOU).__dict__.values()) == {ANOTHERS, False}
    assert set(of().__dict__.values()) == {NOBODYS, False}
    assert of(YOU, teacher=True) == of(teacher=True) == Rights()
    first, second = of(ME, YOU, watched=True), of(YOU, ME, watched=True)
    assert (first.change, second.change) == ("", NOT_FIRST)
    assert first.steer == second.steer == TOGETHER
    assert not any((first.stop, first.delete, first.resume, second.stop, second.delete, second.resume))
    assert first.leaves
    assert second.leaves
    assert of(ME, YOU).steer == ""  # nobody else watches
    assert not of(ME, THEY).shared  # two names of one person
