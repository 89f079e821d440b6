"""A run whose files were damaged has a page that says what is wrong, and hurts no other run, page or command."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from netlab.__main__ import main
from netlab.runs.run import Run
from netlab.training.queue import JobQueue
from tests.machine import pipe
from tests.pages import as_read, opened
from tests.runs.kept import kept_run

pytestmark = pytest.mark.usefixtures("fresh_caches", "job_queue")


def whole(name: str, content: str) -> Callable[[Run], None]:
    """A file with another content."""

    def damage(run: Run) -> None:
        (run.folder / name).write_text(content)

    return damage


def changed(name: str, *path: str, **values: Any) -> Callable[[Run], None]:
    """A JSON file with other values at the place that ``path`` names."""

    def damage(run: Run) -> None:
        found = json.loads((run.folder / name).read_text())
        place = found
        for key in path:
            place = place[key]
        place.update(values)
        (run.folder / name).write_text(json.dumps(found))

    return damage


def line(event: str, /, **values: Any) -> Callable[[Run], None]:
    """The first line of an event with other values."""

    def damage(run: Run) -> None:
        path = run.folder / "history.jsonl"
        lines = [json.loads(one) for one in path.read_text().splitlines()]
        next(one for one in lines if one["event"] == event).update(values)
        path.write_text("".join(json.dumps(one) + "\n" for one in lines))

    return damage


def cut(name: str) -> Callable[[Run], None]:
    return lambda run: os.truncate(run.folder / name, (run.folder / name).stat().st_size // 2)


def in_place_of(name: str, make: Callable[[Path], None]) -> Callable[[Run], None]:
    """Something else under a file's name."""

    def damage(run: Run) -> None:
        path = run.folder / name
        path.unlink()
        make(path)

    return damage


def link(path: Path) -> None:
    path.symlink_to("/etc/passwd")


UNREADABLE: dict[str, tuple[Callable[[Run], None], str]] = {
    "empty": (whole("spec.json", "{}"), "names no network"),
    "a list": (whole("spec.json", "[]"), "does not hold an object"),
    "cut": (cut("spec.json"), "spec.json"),
    "a newer field": (changed("spec.json", "spec", attention=3), "no setting called 'attention'"),
    "another type": (changed("spec.json", "spec", epochs=True), "epochs must be a whole number"),
    "not a number": (changed("spec.json", "spec", learning_rate=float("nan")), "no number of JSON"),
    "nested": (whole("spec.json", "[" * 200_000), "at most 100,000 are read"),
    "nested less": (whole("spec.json", "[" * 50_000), "nested without end"),
    "large": (lambda run: os.truncate(run.folder / "spec.json", 10**9), "at most 100,000 are read"),
    "a pipe": (in_place_of("spec.json", pipe), "not a plain file"),
    "a folder": (in_place_of("spec.json", Path.mkdir), "not a plain file"),
    "a link": (in_place_of("spec.json", link), "a link to elsewhere"),
}

DAMAGED: dict[str, tuple[Callable[[Run], None], str]] = {
    "accuracy null": (changed("end.json", "end", test_accuracy=None), "How it ended cannot be read"),
    "accuracy text": (changed("end.json", "end", test_accuracy="0.95"), "How it ended cannot be read"),
    "accuracy 7": (changed("end.json", "end", test_accuracy=7), "How it ended cannot be read"),
    "no ending": (changed("end.json", "end", event="paused", step=3), "is no ending"),
    "nested ending": (whole("end.json", "[" * 50_000), "nested without end"),
    "a pipe for the ending": (in_place_of("end.json", pipe), "not a plain file"),
    "other weights": (cut("weights.npz"), "not those that were written"),
    "a pipe for the weights": (in_place_of("weights.npz", pipe), "not a plain file"),
    "fewer accuracies": (line("metrics", accuracies=[0.9] * 19), "20 losses, 19 accuracies"),
    "a step as text": (line("metrics", step="20"), "step cannot be '20'"),
    "a step as a truth": (line("validation", step=True), "step cannot be 'True'"),
    "an accuracy as text": (line("validation", accuracy="high"), "accuracy cannot be 'high'"),
    "a step far beyond": (line("metrics", step=30_000_000), "step 30,000,000 of a training of 40"),
    "no batches in an epoch": (line("started", steps_per_epoch=0), "steps_per_epoch cannot be '0'"),
    "too many batches": (line("started", steps_per_epoch=10**9), "are not this network's"),
    "a newer event": (line("metrics", v=2), "1 line of a newer Netlab"),
    "an unknown event": (line("metrics", event="attention"), "1 line of a newer Netlab"),
    "an epoch far beyond": (line("epoch", step=10**9), "step 1,000,000,000 of a training of 40"),
    "a pipe for the history": (in_place_of("history.jsonl", pipe), "not a plain file"),
    "a folder for the history": (in_place_of("history.jsonl", Path.mkdir), "not a plain file"),
    "a link for the history": (in_place_of("history.jsonl", link), "a link to elsewhere"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_run_that_cannot_be_read_says_why_and_no_other_is_hurt(
    case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = kept_run(), kept_run()
    damage, part = UNREADABLE[case]
    damage(bad)
    at = opened("train", run=bad.id)
    assert part in as_read(at)
    assert "Continue" not in " ".join(button.label for button in at.button)
    drawn = opened("draw", run=bad.id)
    assert any(f"run {good.id[:4]}" in option for option in drawn.selectbox(key="reader_0").options)
    assert "Finished" in as_read(opened("train", run=good.id))
    assert main(["runs"]) == 0
    output = capsys.readouterr()
    assert good.id in output.out
    assert f"Run {bad.id} cannot be read" in output.err


@pytest.mark.parametrize("case", DAMAGED)
def test_a_run_that_can_be_read_in_part_says_what_is_left_out(
    case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = kept_run(), kept_run()
    assert "Not all of this run can be read" not in as_read(opened("train", run=good.id))
    damage, part = DAMAGED[case]
    damage(bad)
    text = as_read(opened("train", run=bad.id))
    assert "Not all of this run can be read" in text
    assert part in text
    drawn = opened("draw", run=bad.id)
    assert any(f"run {good.id[:4]}" in option for option in drawn.selectbox(key="reader_0").options)
    assert main(["runs"]) == 0
    assert {good.id, bad.id} <= set(capsys.readouterr().out.split())


def test_an_unreadable_run_can_be_deleted_from_its_page(job_queue: JobQueue) -> None:
    bad = kept_run()
    (bad.folder / "spec.json").write_text("{}")
    at = opened("train", run=bad.id)
    at.session_state["kept_open"] = True
    at.run()
    assert f"cannot be read, run {bad.id[:4]}" in " ".join(at.selectbox(key="kept_run_0").options)
    at.button(key=f"kept_gone_{bad.id}").click().run()
    assert not at.exception
    assert not bad.folder.exists()


def test_a_snapshot_with_a_damaged_directory_leaves_drawing_to_another_network() -> None:
    bad = kept_run()
    (bad.folder / "end.json").unlink()
    for path in (bad.folder / "snapshots").iterdir():
        content = bytearray(path.read_bytes())
        place = content.rindex(b"PK\x01\x02")
        content[place + 8] |= 0x20  # "compressed patched data", which nobody reads
        content[place + 10] = 99
        path.write_bytes(content)
    at = opened("draw", run=bad.id)
    assert "does not hold a network's weights" in as_read(at)


def test_a_run_on_another_disk_is_opened_by_its_link(tmp_path: Path) -> None:
    run = kept_run()
    shutil.move(run.folder, tmp_path / "elsewhere")
    run.folder.symlink_to(tmp_path / "elsewhere")
    text = as_read(opened("train", run=run.id))
    assert "Finished" in text
    assert "Not all of this run can be read" not in text
