"""What killed saves and cut deletions leave behind goes, but never what is in use; one that stays stops nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from netlab.__main__ import main
from netlab.runs import store
from netlab.runs.run import Run
from netlab.storage import OLD_SECONDS, YOUNG_SECONDS, atomic_write, sweep
from netlab.training.queue import JobQueue
from tests.runs.kept import kept_run
from tests.waiting import until

WRITER = """
import os, signal, sys
from pathlib import Path
from netlab import storage
os.fsync = lambda handle: (print("writing", flush=True), signal.pause())
storage.atomic_write(Path(sys.argv[1]), bytes(1000))
"""


@contextmanager
def writing(path: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A process in the midst of a save, and its temporary file."""
    command = [sys.executable, "-c", WRITER, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "writing\n"
            (temporary,) = path.parent.glob(f".{path.name}.*")
            yield process, temporary
        finally:
            process.kill()


def aged(path: Path, seconds: float) -> None:
    os.utime(path, (time.time() - seconds,) * 2)


def test_a_save_under_way_stays_and_a_killed_one_goes() -> None:
    run = kept_run()
    with writing(run.folder / "resume" / "000000099.npz") as (process, temporary):
        aged(temporary, 10 * OLD_SECONDS)
        sweep(run.folder)
        assert temporary.exists()
        process.kill()
        process.wait()
        sweep(run.folder)
        assert not temporary.exists()


def test_a_file_that_is_being_made_stays() -> None:
    run = kept_run()
    temporary = run.folder / ".weights.npz.abcdefgh"
    temporary.touch()
    aged(temporary, -60.0)  # as young as can be, whatever the machine's load
    sweep(run.folder)
    assert temporary.exists()
    aged(temporary, YOUNG_SECONDS + 1)
    sweep(run.folder)
    assert not temporary.exists()


def test_nothing_but_temporary_files_is_swept(tmp_path: Path) -> None:
    run = kept_run()
    mine = run.folder / ".hidden.abcdefghi", run.folder / ".abcdefgh", run.folder / "a.abcdefgh"
    for path in mine:
        path.touch()
        aged(path, 10 * OLD_SECONDS)
    (run.folder / ".a.folder12").mkdir()
    outside = tmp_path / "outside"
    outside.touch()
    (run.folder / ".weights.npz.linklink").symlink_to(outside)
    before = sorted(path.name for path in run.folder.rglob("*"))
    sweep(run.folder)
    assert sorted(path.name for path in run.folder.rglob("*")) == before
    assert outside.exists()


def leave(run: Run) -> list[Path]:
    """Temporary files that killed saves left in each folder of a run."""
    left = [run.folder / name for name in (".spec.json.abcdefgh", "resume/.000000040.npz.12345678")]
    for path in left:
        path.write_bytes(bytes(1000))
        aged(path, 60.0)
    return left


def test_a_server_that_starts_sweeps_all_runs() -> None:
    left = leave(kept_run()) + leave(kept_run())
    job_queue = JobQueue(slots=1, warm=False)
    try:
        until(lambda: not any(path.exists() for path in left), what="the end of the leftovers")
    finally:
        job_queue.close()


def test_a_run_that_is_reopened_is_swept() -> None:
    run = kept_run()
    left = leave(run)
    run.reopen()
    assert not any(path.exists() for path in left)
    assert run.checkpoint() is not None


def test_a_save_is_whole_while_another_process_sweeps() -> None:
    run = kept_run()
    for number in range(50):
        atomic_write(run.folder / "weights.npz", bytes([number]) * 1000)
        sweep(run.folder)
        assert (run.folder / "weights.npz").read_bytes() == bytes([number]) * 1000


def test_a_run_that_is_a_link_is_deleted_and_what_it_points_to_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, other = kept_run(), kept_run()
    elsewhere = tmp_path / "elsewhere"
    run.folder.rename(elsewhere)
    run.folder.symlink_to(elsewhere)
    assert store.get(run.id) is not None
    assert main(["runs", "--delete", run.id]) == 0
    assert "0 kB are free again" in capsys.readouterr().out
    assert sorted(path.name for path in store.root().iterdir()) == [other.id]
    assert (elsewhere / "spec.json").exists()
    assert main(["runs"]) == 0
    assert other.id in capsys.readouterr().out


def test_links_that_deletions_left_go(tmp_path: Path) -> None:
    run = kept_run()
    left = store.root() / f".{'a' * 32}.deleted"
    left.symlink_to(tmp_path)
    (store.root() / f".{'b' * 32}.deleted").touch()
    store.remove_leftovers()
    assert [path.name for path in store.root().iterdir()] == [run.id]
    assert tmp_path.exists()


def test_one_leftover_that_cannot_be_removed_stops_no_other_and_no_list(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = kept_run()
    stays, goes = (store.root() / f".{letter * 32}.deleted" for letter in "ab")
    for folder in (stays, goes):
        folder.mkdir()
    real = shutil.rmtree

    def refuse(folder: Path) -> None:
        if folder == stays:
            raise PermissionError(1, "Operation not permitted", str(folder))
        real(folder)

    monkeypatch.setattr(shutil, "rmtree", refuse)
    assert main(["runs"]) == 0
    output = capsys.readouterr()
    assert run.id in output.out
    assert "Operation not permitted" in output.err
    assert stays.exists()
    assert not goes.exists()
    assert main(["runs", "--delete", run.id]) == 0
    assert not run.folder.exists()
