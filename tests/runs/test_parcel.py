"""One run as one file: it arrives as it left, and nothing that a stranger puts into such a file does harm."""

from __future__ import annotations

import io
import json
import random
import stat
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from netlab.__main__ import main
from netlab.nets.spec import NetworkSpec
from netlab.runs import parcel, store
from netlab.runs.events import Stopped
from netlab.runs.marks import Marks
from netlab.runs.reading import read as read_run
from netlab.runs.run import Run, RunError
from tests.runs.kept import SPEC, kept_run

Members = dict[str, bytes]


def sent(run: Run) -> bytes:
    buffer = io.BytesIO()
    parcel.write(run, buffer)
    return buffer.getvalue()


def taken(content: bytes) -> parcel.Arrived:
    return parcel.read(io.BytesIO(content))


def members(content: bytes) -> Members:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Members, kind: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", kind) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def folders() -> list[str]:
    return sorted(path.name for path in store.root().iterdir())


def test_a_run_arrives_as_it_left() -> None:
    run = kept_run()
    run.rename("A name")
    run.mark(Marks("A note", star=True))
    (run.folder / "tensorboard" / "events").write_bytes(b"large")
    before, content = read_run(run), sent(run)
    steps, state = run.snapshots(), run.checkpoint()
    run.delete()
    found = taken(content)
    assert (found.new, found.left_out, found.run) == (True, (), run)
    assert read_run(run) == before
    assert (run.name(), run.marks(), run.snapshots()) == ("A name", Marks("A note", star=True), steps)
    again = run.checkpoint()
    assert again is not None
    assert state is not None
    assert again.step == state.step
    assert run.state() == "done"
    assert folders() == [run.id]
    assert sent(run) == content


def test_a_run_that_was_stopped_arrives_and_can_go_on() -> None:
    run = kept_run()
    (run.folder / "weights.npz").unlink()
    run.finish(Stopped(20, 1.0), None)
    content = sent(run)
    run.delete()
    found = taken(content).run
    assert found.state() == "stopped"
    assert found.has_checkpoint()


def test_the_same_run_twice_is_said_and_another_of_its_id_gets_a_new_one() -> None:
    run = kept_run()
    content = sent(run)
    assert taken(content) == parcel.Arrived(run, new=False)
    run.append(Stopped(40, 9.0))
    found = taken(content)
    assert found.new
    assert found.run.id != run.id
    assert found.run.state() == "done"
    assert folders() == sorted([run.id, found.run.id])


def test_a_link_in_a_run_sends_nothing_from_elsewhere(tmp_path: Path) -> None:
    run = kept_run()
    (tmp_path / "secret").write_text("secret")
    (run.folder / "snapshots" / "000000001.npz").symlink_to(tmp_path / "secret")
    with pytest.raises(RunError, match="cannot be sent"):
        sent(run)


def about(run_id: object = "a" * 32, version: object = 1) -> bytes:
    return json.dumps({"netlab_run": version, "id": run_id}).encode()


def with_part(name: str, content: bytes) -> Callable[[Members], bytes]:
    return lambda parts: packed({**parts, name: content})


def link(parts: Members) -> bytes:
    buffer = io.BytesIO(packed(parts))
    with zipfile.ZipFile(buffer, "a") as archive:
        info = zipfile.ZipInfo("marks.json")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return buffer.getvalue()


def twice(parts: Members) -> bytes:
    buffer = io.BytesIO(packed(parts))
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("spec.json", "{}")
    return buffer.getvalue()


def bomb(parts: Members) -> bytes:
    return packed({**parts, "history.jsonl": b"\n" * 20_000_000}, zipfile.ZIP_DEFLATED).replace(b"", b"")


def stored_npz_bomb(parts: Members) -> bytes:
    return packed({**parts, "weights.npz": b"\0" * 1_000_000}, zipfile.ZIP_DEFLATED)


def without(name: str) -> Callable[[Members], bytes]:
    return lambda parts: packed({key: part for key, part in parts.items() if key != name})


def long_directory(parts: Members) -> bytes:
    content = packed(parts)
    return content[:-10] + struct.pack("<L", 400_000) + content[-6:]


def other_network(parts: Members) -> bytes:
    spec = json.loads(parts["spec.json"])
    spec["spec"]["seed"] = 5
    return packed({**parts, "spec.json": json.dumps(spec).encode()})


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda parts: b"", "no zip file"),
        (lambda parts: b"PK", "cut short"),
        (lambda parts: packed(parts)[:-30], "cut short"),
        (lambda parts: packed(parts) + b"more", "cut short"),
        (lambda parts: packed({"holiday.jpg": b"x"}), "which no run has"),
        (lambda parts: packed({"spec.json": b"{}"}), "holds no run of Netlab"),
        (with_part("../spec.json", b"{}"), "which no run has"),
        (with_part("/etc/passwd", b"x"), "which no run has"),
        (with_part("snapshots/../../x.npz", b"x"), "which no run has"),
        (with_part("snapshots/1.npz", b"x"), "which no run has"),
        (with_part("snapshots/", b""), "which no run has"),
        (with_part("lock", b""), "which no run has"),
        (with_part("summary.json", b"{}"), "which no run has"),
        (with_part(parcel.ABOUT, about("../../x")), "does not say which run"),
        (with_part(parcel.ABOUT, about(7)), "does not say which run"),
        (with_part(parcel.ABOUT, about(version=2)), "another version"),
        (with_part(parcel.ABOUT, b"["), "damaged"),
        (with_part(parcel.ABOUT, b"[]"), "another version"),
        (with_part("marks.json", b"x" * 30_000), "at most"),
        (with_part("marks.json", b"no json"), "marks.json cannot be read"),
        (with_part("spec.json", b'{"spec": {"hidden": [0]}}'), "cannot be read"),
        (with_part("history.jsonl", b"no event\nat all\n"), "Left out of its history"),
        (with_part("weights.npz", b"PK not weights"), "final weights"),
        (without("weights.npz"), "How it ended cannot be read"),
        (other_network, "another network's"),
        (link, "a link"),
        (twice, "two files of one name"),
        (bomb, "over 200 times"),
        (stored_npz_bomb, "packed as Netlab packs none"),
        (long_directory, "too many files"),
        (
            lambda parts: packed({**parts, **{f"snapshots/{n:09d}.npz": b"" for n in range(1600)}}),
            "too many files",
        ),
    ],
)
def test_what_is_no_run_is_refused_in_a_sentence_and_leaves_nothing(
    make: Callable[[Members], bytes], why: str
) -> None:
    run = kept_run()
    content = make(members(sent(run)))
    run.delete()
    with pytest.raises(parcel.ParcelError, match=why) as told:
        taken(content)
    assert str(store.root()) not in str(told.value)
    assert folders() == []


def test_it_may_not_unpack_to_more_than_is_allowed() -> None:
    content = sent(kept_run())
    with pytest.raises(parcel.ParcelError, match="at most 100,000 are taken"):
        parcel.read(io.BytesIO(content), 100_000)


def test_damaged_moments_are_left_out_and_told() -> None:
    run = kept_run()
    parts = members(sent(run))
    run.delete()
    parts["snapshots/000000020.npz"] = b"PK damaged"
    parts["resume/000000040.npz"] = b"PK damaged"
    found = taken(packed(parts))
    assert len(found.left_out) == 2
    assert "after 20 batches" in found.left_out[0]
    assert found.run.snapshots() == [40]
    checkpoint = found.run.checkpoint()
    assert checkpoint is not None
    assert checkpoint.step == 20


def test_two_hundred_damages_are_refused_or_do_no_harm() -> None:
    run = kept_run(replace(SPEC, hidden=(2,)))
    content, rng = bytearray(sent(run)), random.Random(1)
    run.delete()
    results = {"taken": 0, "refused": 0}
    for _ in range(200):
        damaged = bytearray(content)
        for _ in range(rng.choice((1, 1, 3))):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        cut = len(damaged) if rng.random() < 0.8 else rng.randrange(len(damaged))
        try:
            found = taken(bytes(damaged[:cut]))
            assert read_run(found.run).trouble == ""
            found.run.delete()
            results["taken"] += 1
        except parcel.ParcelError as error:
            assert 0 < len(str(error)) < 1000
            results["refused"] += 1
        assert folders() == []
    assert results["refused"] > 100


def test_the_command_line_sends_and_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = kept_run(NetworkSpec(hidden=(8,), epochs=2, train_examples=640, seed=3))
    monkeypatch.chdir(tmp_path)
    assert main(["runs", "--export", run.id[:8]]) == 0
    file = tmp_path / parcel.parcel_name(run)
    assert str(file.name) in capsys.readouterr().out
    assert main(["runs", "--export", run.id, str(tmp_path / "own.zip")]) == 0
    assert (tmp_path / "own.zip").read_bytes() == file.read_bytes()
    capsys.readouterr()
    assert main(["runs", "--import", file.name]) == 0
    assert "here already" in capsys.readouterr().out
    assert main(["runs", "--delete", run.id]) == 0
    capsys.readouterr()
    assert main(["runs", "--import", file.name]) == 0
    assert f"Run {run.id} is here: {run.name()}." in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.glob("*.zip")) == sorted([file.name, "own.zip"])
    file.write_bytes(b"nothing")
    assert main(["runs", "--import", file.name]) == 2
    assert "no zip file" in capsys.readouterr().err
    assert main(["runs", "--import", "absent.zip"]) == 2
    assert main(["runs", "--export", "0" * 32]) == 2
    assert main(["runs", "--export", run.id, "a", "b"]) == 2
    assert "netlab: " in capsys.readouterr().err


def test_the_list_has_a_column_for_each_outcome(capsys: pytest.CaptureFixture[str]) -> None:
    run = kept_run()
    run.mark(Marks("Read\nthis", star=True))
    assert main(["runs", "--json"]) == 0
    line = json.loads(capsys.readouterr().out)
    assert {
        "run": run.id,
        "best": 0.95,
        "last": 0.95,
        "test": 0.95,
        "seconds": 2.0,
        "seed": 0,
        "star": True,
    }.items() <= line.items()
    assert line["note"] == "Read\nthis"
    assert line["settings"]["units"] == 8
    assert main(["runs"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0].count("95.00\xa0%") == 3
    assert "2.0 s" in out
    assert "* " in out
    assert "(Read this)" in out
