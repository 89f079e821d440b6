"""A run is read as a stranger's: bounded, typed, told in a sentence; a good one is read without a word."""

from __future__ import annotations

import json
import math
import os
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netlab.files import FileError, content, open_plain, parse, reading
from netlab.nets import weight_file as nets_weights
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import WeightsError
from netlab.runs import journal, store
from netlab.runs.diagnosis import findings
from netlab.runs.events import (
    EVENTS,
    EpochEnd,
    EventError,
    Metrics,
    NewerEvent,
    Started,
    Validation,
    from_line,
)
from netlab.runs.reading import MOST_MOMENTS, read
from netlab.runs.run import Run, RunError
from tests.machine import files_at_most, pipe
from tests.runs.kept import EPOCH, SPEC, kept_run

LONG = NetworkSpec(hidden=(8,), batch_size=1, epochs=200)


@contextmanager
def memory_below(most: int) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
        assert peak < most, peak
    finally:
        tracemalloc.stop()


def test_a_good_run_is_read_whole_and_nothing_is_said_of_it() -> None:
    run = kept_run()
    kept = read(run)
    assert kept.trouble == ""
    assert kept.spec == SPEC
    assert kept.history.step == 2 * EPOCH
    assert kept.snapshots == [EPOCH, 2 * EPOCH]
    assert kept.ending == run.ending()
    assert [item.step for item in kept.history.validations] == [EPOCH, 2 * EPOCH]


def test_a_line_cut_by_a_crash_is_nothing_to_tell() -> None:
    run = kept_run()
    path = run.folder / "history.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2]) + lines[2][:30])
    assert read(run).trouble == ""
    run.reopen()
    run.append(Started(run.id, 1, 640, 200, EPOCH, 2 * EPOCH, "made", "", step=EPOCH))
    run.append(Metrics(2 * EPOCH, (1.0,) * EPOCH, (0.5,) * EPOCH, 1.0, 1.0))
    kept = read(run)
    assert kept.trouble == ""
    assert kept.history.step == 2 * EPOCH
    path.write_bytes(path.read_bytes() + lines[3][:30] + b"\n" + lines[4])
    assert "1 line that cannot be read" in read(run).trouble


def lines(run: Run, *events: object) -> None:
    with (run.folder / "history.jsonl").open("w") as file:
        for event in events:
            file.write((event if isinstance(event, str) else json.dumps(event)) + "\n")


def started(spec: NetworkSpec, examples: int, step: int = 0) -> dict[str, object]:
    epoch = spec.steps_per_epoch(examples)
    event = Started("r", 1, examples, 10, epoch, epoch * spec.epochs, "made", "", step)
    return dict(json.loads(event.to_line()))


def metrics(step: int, losses: int = 1) -> dict[str, object]:
    return dict(json.loads(Metrics(step, (1.0,) * losses, (0.5,) * losses, 1.0, 1.0).to_line()))


def test_a_step_beyond_the_training_takes_no_memory() -> None:
    run = kept_run()
    lines(run, started(SPEC, 640), *(metrics(step) for step in (30_000_000, 10**9, 2**52, 41)))
    with memory_below(1_000_000):
        kept = read(run)
    assert kept.history.step == 0
    assert "4 lines that cannot be read" in kept.trouble


def test_gaps_that_come_again_and_again_end() -> None:
    run = store.create(LONG, store.new_id())
    total = LONG.steps_per_epoch(1000) * LONG.epochs
    lines(run, *[started(LONG, 1000), metrics(total)] * 50)
    kept = read(run)
    assert "49 lines that cannot be read" in kept.trouble
    assert f"{total - 1:,} batches before it are missing" in kept.trouble


def test_batches_that_a_full_disk_did_not_take_are_a_gap_and_no_trouble() -> None:
    run = store.create(LONG, store.new_id())
    lines(run, started(LONG, 1000), metrics(5, 5), metrics(150_000, 5))
    kept = read(run)
    assert kept.trouble == ""
    assert kept.history.step == 150_000
    assert math.isnan(kept.history.losses[100_000])
    assert kept.history.missing == 150_000 - 10
    assert read(kept_run()).history.missing == 0


def test_a_line_of_which_the_disk_takes_a_part_leaves_none_of_it() -> None:
    run, event = kept_run(), Validation(2 * EPOCH, 0.1, 0.99)
    path = run.folder / "history.jsonl"
    before = path.read_bytes()
    with files_at_most(len(before) + 10), pytest.raises(OSError, match="File too large"):
        run.append(event)
    assert path.read_bytes() == before
    run.append(event)
    assert read(run).trouble == ""
    assert read(run).history.validations[-1] == event


def test_a_validation_or_an_epoch_whose_batches_are_lost_is_no_error() -> None:
    run = kept_run()
    ends = [EpochEnd(epoch, epoch * EPOCH, 0.1, 0.9, float(epoch), 0.5) for epoch in (1, 2)] * 2
    lines(run, started(SPEC, 640), metrics(5, 5), *(event.to_line() for event in ends))
    history = read(run).history
    assert len(history.epochs) == 4
    assert findings(SPEC, history) == []


def test_moments_without_end_are_bounded() -> None:
    run = kept_run()
    lines(run, started(SPEC, 640), *[json.loads(Validation(0, 1.0, 0.5).to_line())] * 5000)
    kept = read(run)
    assert len(kept.history.validations) == MOST_MOMENTS
    assert "more than 1,000 events called validation" in kept.trouble


def test_a_history_of_garbage_is_given_up() -> None:
    run = kept_run()
    (run.folder / "history.jsonl").write_bytes(b"garbage\n" * 500_000)
    kept = read(run)
    assert "1,000 lines that cannot be read" in kept.trouble
    assert "the rest of it is not read" in kept.trouble


def test_a_history_longer_than_its_training_could_write_is_not_begun() -> None:
    run = kept_run()
    os.truncate(run.folder / "history.jsonl", 20_000_000_000)
    assert "Its history cannot be read (it has 20,000,000,000 bytes" in read(run).trouble


def test_a_line_without_end_takes_no_memory() -> None:
    run = kept_run()
    with (run.folder / "history.jsonl").open("ab") as file:
        file.write(b"[" * 9_000_000 + b"\n" + json.dumps(metrics(EPOCH, EPOCH)).encode() + b"\n")
    with memory_below(6_000_000):
        kept = read(run)
    assert "1 line that cannot be read" in kept.trouble
    assert kept.history.step == EPOCH  # the line after it is read


def test_events_are_written_to_plain_files_only(tmp_path: Path) -> None:
    run, outside = kept_run(), tmp_path / "outside"
    outside.write_text("mine")
    path = run.folder / "history.jsonl"
    event = Validation(1, 1.0, 0.5)
    writes: tuple[Callable[[], None], ...] = (lambda: run.append(event), run.reopen)
    path.unlink()
    path.symlink_to(outside)
    for write in writes:
        with pytest.raises(OSError):
            write()
    path.unlink()
    pipe(path)
    for write in writes:
        with pytest.raises(OSError):
            write()
    assert outside.read_text() == "mine"


EXAMPLES: dict[str, dict[str, Any]] = {
    "ready": {"seconds": 1.0, "memory_mb": 2.0, "source": "made", "note": ""},
    "started": {
        "run": "r", "parameters": 1, "examples": 10, "validation_examples": 5, "steps_per_epoch": 2, "total_steps": 4,
        "source": "made", "note": "", "step": 0,
    },
    "look": {"step": 2, "index": 3, "label": 4, "packed": "AAAA"},
    "metrics": {"step": 2, "losses": [1.0, None], "accuracies": [0, 0.5], "examples_per_second": 1.0, "seconds": 0.5},
    "validation": {"step": 1, "loss": None, "accuracy": 1.0},
    "epoch": {"epoch": 1, "step": 2, "loss": 1.0, "accuracy": 0.5, "validation_loss": None, "validation_accuracy": 0.5},
    "snapshot": {"step": 1}, "learning_rate": {"step": 1, "value": 0.1}, "paused": {"step": 1}, "resumed": {"step": 1},
    "not_saved": {"what": "a", "reason": "b"}, "starts_again": {"reason": "b"}, "stopped": {"step": 1, "seconds": 1.0},
    "best_weights": {"step": 2, "epoch": 1, "loss": 0.5}, "diverged": {"step": 1, "reason": "b"},
    "failed": {"reason": "b"},
    "done": {
        "parameters": 1, "test_accuracy": 0.5, "test_loss": None, "seconds": 1.0, "examples_per_second": 1.0, "run": None,
        "saved": True,
    },
    "batch_shown": {
        "step": 1, "size": 32, "loss_before": 2.0, "loss_after": None, "right_before": 3, "right_after": 4,
        "became_right": 2, "became_wrong": 1, "weights": [1.0], "moves": [None], "ranked_before": [2.0],
        "ranked_after": [1.0], "pictures": ["A" * 1046 + "=="], "labels": [7], "losses": [None], "losses_after": [1.0],
        "guesses": [1], "guesses_after": [7], "shares": [0.5], "shares_after": [1],
    },
    "evidence": {
        "step": 0, "examples": 256, "loss": 2.3, "curvature": None, "dead": [0.5, None], "saturated": [None, None],
        "alike": [0, 1], "gradients": [0.1, 0.2], "weights": [1.0, None],
    },
}  # fmt: skip
WRONG: dict[type, list[object]] = {
    int: [True, -1, 1.0, "1", None, [], 10**30],
    float: [True, math.inf, math.nan, "1", [1.0], {}, -1e39, 1e39],
    str: [1, None, [], "a" * 20_000],
    bool: [1, 0, None, "true"],
    list: [[True], ["a"], [[1.0]], "ab", 1, [math.nan], [1e300]],
}


def line(event: str, **values: object) -> str:
    return json.dumps({"v": 1, "event": event, **EXAMPLES[event], **values})


@pytest.mark.parametrize("event", EVENTS)
def test_every_field_of_an_event_is_checked(event: str) -> None:
    assert isinstance(from_line(line(event, a_newer_field=3)), EVENTS[event])
    for name, value in EXAMPLES[event].items():
        if value is None:
            continue
        for wrong in WRONG[type(value)]:
            if wrong is None and name in (
                "loss",
                "run",
                "test_loss",
                "validation_loss",
                "loss_before",
                "loss_after",
            ):
                continue
            with pytest.raises(EventError, match=rf"{name} cannot be|not an event"):
                from_line(line(event, **{name: wrong}))
        left = {key: kept for key, kept in EXAMPLES[event].items() if key != name}
        if (event, name) != ("started", "step"):
            with pytest.raises(EventError, match=name):
                from_line(json.dumps({"v": 1, "event": event, **left}))


def test_whole_numbers_are_numbers_too() -> None:
    assert from_line(line("validation", loss=2, accuracy=1)) == Validation(1, 2, 1)


def test_unequal_lengths_and_steps_before_the_first_are_no_metrics() -> None:
    for wrong in ({"losses": [1.0]}, {"accuracies": [0.5] * 3}, {"step": 1}):
        with pytest.raises(EventError, match="losses"):
            from_line(line("metrics", **wrong))


@pytest.mark.parametrize("change", [{"v": 2}, {"v": True}, {"v": "1"}, {"event": "attention"}, {"event": []}])
def test_what_a_newer_version_wrote_is_told_apart(change: dict[str, object]) -> None:
    with pytest.raises(NewerEvent):
        from_line(json.dumps({"v": 1, "event": "paused", "step": 1, **change}))


@pytest.mark.parametrize("text", ["", "{", "NaN", "[" * 100_000, '{"a":' * 50_000, "9" * 5000, "\ud800"])
def test_what_is_no_json_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):
        parse(text)


def make_link(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def make_zero(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("make", [pipe, Path.mkdir, make_link, make_zero])
def test_only_plain_files_are_opened(make: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "thing"
    make(path)
    with pytest.raises(FileError):
        content(path, 100)
    with pytest.raises(OSError):
        open_plain(path, os.O_RDONLY)


def test_no_link_on_the_way_is_followed_but_the_folder_itself_may_be_one(tmp_path: Path) -> None:
    (tmp_path / "real" / "inner").mkdir(parents=True)
    (tmp_path / "real" / "inner" / "file").write_bytes(b"12345")
    (tmp_path / "run").symlink_to(tmp_path / "real")
    assert content(tmp_path / "run" / "inner" / "file", 5, tmp_path / "run") == b"12345"
    (tmp_path / "real" / "other").symlink_to(tmp_path / "real" / "inner")
    with pytest.raises(FileError, match="link"):
        content(tmp_path / "run" / "other" / "file", 5, tmp_path / "run")
    with pytest.raises(FileError, match="at most 4"), reading(tmp_path / "real" / "inner" / "file", 4):
        pass


def test_weights_that_claim_to_be_large_are_not_made(tmp_path: Path) -> None:
    spec, path = NetworkSpec(hidden=(8,)), tmp_path / "weights.npz"
    shapes = nets_weights.weight_shapes(spec)
    path.write_bytes(nets_weights.to_bytes(spec, {name: np.zeros(shape) for name, shape in shapes.items()}))
    good = path.read_bytes()
    for old, new in ((b"(784, 8)", b"(78400000, 8)"), (b"<f4", b"<f8"), (b"<f4", b"|O4")):
        path.write_bytes(good.replace(old, new, 1))
        with memory_below(2_000_000), pytest.raises(WeightsError):
            nets_weights.read(path)
    os.truncate(path, 10**10)
    with pytest.raises(WeightsError, match="at most"):
        nets_weights.read(path)


def test_files_in_the_snapshots_folder_that_are_no_snapshots_are_none() -> None:
    run = kept_run()
    for name in ("²²²²²²²²².npz", "1.npz", "000000001.npz.part", "-00000001.npz"):
        (run.folder / "snapshots" / name).touch()
    assert run.snapshots() == [EPOCH, 2 * EPOCH]


def test_a_lock_that_is_a_pipe_is_not_waited_for() -> None:
    run = kept_run()
    (run.folder / "lock").unlink(missing_ok=True)
    pipe(run.folder / "lock")
    assert run.state() == "done"


def test_a_history_in_a_folder_that_is_no_run_has_no_events(tmp_path: Path) -> None:
    assert list(journal.read(tmp_path / "history.jsonl", tmp_path)) == []


@pytest.mark.parametrize("depth", [150, 250, *range(800, 1000, 3), 60_000])
def test_however_deep_a_description_is_nested_it_is_a_sentence(depth: int) -> None:
    good, bad = kept_run(), kept_run()
    value = f'{{"spec": {{"loss": {"[" * depth}{"]" * depth}}}}}'
    (bad.folder / "spec.json").write_text(value)
    kept = read(bad)
    assert kept.spec is None
    assert len(kept.trouble) < 500
    assert store.find(good.id[:8]) == good
    with pytest.raises(RunError, match="no run"):
        store.find(bad.id[:8])
