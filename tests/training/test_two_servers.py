"""Two servers on one NETLAB_HOME: what waits at one is told by the other, which neither continues nor deletes it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from netlab.experiments.table.index import Shelf
from netlab.nets.spec import NetworkSpec
from netlab.runs import server, store
from netlab.runs.run import RunError
from netlab.training import class_rules
from netlab.training.job import Job
from netlab.training.queue import QueueFull
from netlab.training.shelf import WAITS
from tests.training.made_workers import Room
from tests.waiting import until

SPEC = NetworkSpec(hidden=(8,), epochs=1)
ROOT = Path(__file__).resolve().parents[2]
ALIVE = """
import sys
from pathlib import Path
from netlab.runs.server import Here
here = Here()
here.has(Path(sys.argv[1]))
print(here.name, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def rooms() -> Iterator[tuple[Room, Room]]:
    both = Room(slots=1), Room(slots=1)
    yield both
    for room in both:
        room.queue.close()


def seen_at(room: Room, job: Job) -> Job:
    found = room.queue.find(job.id)
    assert found is not None
    return found


def folder_of(job: Job) -> Path:
    run = store.get(job.id)
    assert run is not None
    return run.folder


def check_left_alone(other: Room, job: Job) -> None:
    """The other server says where it is, and does nothing to it."""
    files = {path: path.read_bytes() for path in folder_of(job).rglob("*") if path.is_file()}
    theirs = seen_at(other, job)
    assert (theirs.state, theirs.reason) == ("elsewhere", WAITS)
    assert not other.queue.view(theirs).can_continue
    assert other.queue.continue_run(job.id) is theirs
    with pytest.raises(RunError, match="waits at another Netlab server"):
        other.queue.delete(job.id, undo=True)
    assert other.queue.live() == []
    assert {path: path.read_bytes() for path in files} == files


def test_what_waits_at_one_server_is_left_alone_by_the_other(rooms: tuple[Room, Room]) -> None:
    here, other = rooms
    first, second = here.queue.submit(SPEC), here.queue.submit(replace(SPEC, seed=1))
    assert (second.state, first.state) == ("queued", "starting")
    check_left_alone(other, second)
    here.queue.stop(second)
    theirs = seen_at(other, second)
    assert (theirs.state, theirs.reason) == ("stopped", "It was taken out of the queue.")
    other.queue.delete(second.id)
    assert here.queue.find(second.id) is None


def test_a_paused_run_without_a_worker_is_left_alone_and_goes_on_where_it_was(
    rooms: tuple[Room, Room],
) -> None:
    here, other = rooms
    job = here.queue.submit(SPEC)
    while job.state != "running":
        here.step()
    here.pause(job)
    here.queue.free(job)
    assert job.gave_back
    check_left_alone(other, job)
    job.send("resume")
    assert job.state == "queued"
    check_left_alone(other, job)


def test_a_run_whose_server_ended_is_the_others_to_continue(rooms: tuple[Room, Room]) -> None:
    here, other = rooms
    here.queue.submit(SPEC)
    waits = here.queue.submit(replace(SPEC, seed=1))
    here.queue.close()
    assert seen_at(other, waits).state == "interrupted"
    again = other.queue.continue_run(waits.id)
    assert again is not None
    assert again.live
    assert server.said(folder_of(waits)) != ""
    while other.step():
        pass
    assert again.state == "done"
    assert server.said(folder_of(waits)) == ""


def test_who_watches_from_the_other_server_keeps_a_run_alive(rooms: tuple[Room, Room], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    here, other = rooms
    here.queue.submit(SPEC)
    job = here.queue.submit(replace(SPEC, seed=1))
    monkeypatch.setattr(here.queue, "_grace", 100.0)
    job.seen -= 200
    long_ago = time.time() - 200
    os.utime(folder_of(job) / server.FILE, (long_ago, long_ago))
    other.queue.view(seen_at(other, job))
    here.queue._look_after(job)
    assert job.stopping is None
    os.utime(folder_of(job) / server.FILE, (long_ago, long_ago))
    here.queue._look_after(job)
    until(lambda: job.state == "stopped", what="a run that nobody looks at to be stopped")
    assert "Nobody looked at it" in job.reason


def test_rules_of_a_class_hold_at_both(rooms: tuple[Room, Room]) -> None:
    class_rules.keep(class_rules.Rules(most_epochs=2))
    for room in rooms:
        with pytest.raises(QueueFull, match="2 epochs"):
            room.queue.submit(replace(SPEC, epochs=3))


def test_a_list_of_runs_says_what_waits_elsewhere(rooms: tuple[Room, Room]) -> None:
    here, _ = rooms
    here.queue.submit(SPEC)
    job = here.queue.submit(replace(SPEC, seed=1))
    listed = Shelf().index([job.id], {}, 60.0, time.monotonic)
    assert [row.state for row in listed.rows] == ["queued"]


def test_a_server_lives_as_long_as_its_process(tmp_path: Path) -> None:
    run = store.create(SPEC, store.new_id())
    command = [sys.executable, "-c", ALIVE, str(run.folder)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        assert run.waits_at() == name
        process.kill()
    assert server.said(run.folder)
    assert run.waits_at() == ""


@pytest.mark.parametrize("name", ["../../x", "", 5, None, "0" * 32, "0" * 31, ["0" * 32]])
def test_what_a_strangers_folder_says_of_servers_is_not_believed(name: object) -> None:
    run = store.create(SPEC, store.new_id())
    (run.folder / server.FILE).write_text(json.dumps({"server": name}))
    assert run.waits_at() == ""
    (run.folder / server.FILE).unlink()
    (run.folder / server.FILE).symlink_to("/etc/passwd")
    server.look(run.folder)
    assert server.said(run.folder) == ""


def test_files_of_killed_servers_go_after_an_hour(tmp_path: Path) -> None:
    one, other = server.Here(), server.Here()
    run = store.create(SPEC, store.new_id())
    one.has(run.folder)
    files = store.root().parent / server.FOLDER
    for name in ("old", "young"):
        (files / f"{name}.lock").touch()
    for path in files.glob("*.lock"):
        if path.stem != "young":
            os.utime(path, (0, 0))
    other.has(run.folder)
    assert {path.stem for path in files.iterdir()} == {one.name, other.name, "young"}
    one.close()
    other.close()
    assert [path.stem for path in files.iterdir()] == ["young"]
