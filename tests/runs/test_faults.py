"""A disk that is full, read-only or damaged costs what was on it, never the training or the app."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from netlab.data import Digits
from netlab.nets import weight_file as nets_weights
from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from netlab.runs.events import Done, Metrics, NotSaved, Started
from netlab.runs.history import load
from netlab.runs.run import Checkpoint, Run
from netlab.training.compiled_loop import Trainer
from netlab.training.loop import train
from tests import machine

SPEC = NetworkSpec(hidden=(16,), epochs=1)


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A real disk of 200 kB as the home, where this machine lets us mount one."""
    with machine.small_disk(tmp_path / "disk", "200k") as disk:
        monkeypatch.setenv("NETLAB_HOME", str(disk))
        yield disk


def trained(digits: Digits, run_id: str | None = None) -> list[object]:
    return list(train(SPEC, digits, run_id=run_id or store.new_id()))


def test_a_full_disk_is_told_once_a_kind_and_the_training_goes_on(small_disk: Path, digits: Digits) -> None:
    events = trained(digits)
    failures = [event for event in events if isinstance(event, NotSaved)]
    assert failures
    assert len({event.what for event in failures}) == len(failures)
    assert all("NETLAB_HOME" in event.reason for event in failures)
    ending = events[-1]
    assert isinstance(ending, Done)
    assert not ending.saved
    run = store.get(str(events[0].run))  # type: ignore[attr-defined]
    assert run is None or not isinstance(run.ending(), Done)


def test_a_home_that_cannot_be_made_is_told_and_the_training_goes_on(
    digits: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETLAB_HOME", machine.NO_HOME)
    events = trained(digits)
    assert [event.what for event in events if isinstance(event, NotSaved)] == ["this run"]
    assert isinstance(events[-1], Done)
    assert not events[-1].saved
    assert store.all_runs() == []


@pytest.fixture
def run(digits: Digits) -> Run:
    found = store.get(str(trained(digits)[0].run))  # type: ignore[attr-defined]
    assert found is not None
    return found


def test_a_cut_or_changed_weights_file_is_never_a_whole_run(run: Run) -> None:
    path = run.folder / "weights.npz"
    content = path.read_bytes()
    assert isinstance(run.ending(), Done)
    rng = np.random.default_rng(0)
    for place in rng.integers(0, len(content), 40):
        path.write_bytes(content[:place])
        assert run.ending() is None
        path.write_bytes(content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :])
        assert run.ending() is None
    path.write_bytes(content)
    assert isinstance(run.ending(), Done)


def test_a_damaged_checkpoint_falls_back_to_the_one_before(digits: Digits) -> None:
    spec = NetworkSpec(hidden=(16,), epochs=2)
    run_id = store.new_id()
    list(train(spec, digits, run_id=run_id))
    run = store.get(run_id)
    assert run is not None
    older, newer = sorted((run.folder / "resume").glob("*.npz"))
    content = newer.read_bytes()
    for place in np.linspace(0, len(content) - 1, 25).astype(int):
        newer.write_bytes(content[:place])
        kept = run.checkpoint()
        assert kept is not None
        assert kept.step == int(older.stem)
    for damaged in (older, newer):
        damaged.write_bytes(b"no archive")
    assert run.checkpoint() is None


def test_a_history_cut_anywhere_is_read_up_to_the_cut(run: Run) -> None:
    path = run.folder / "history.jsonl"
    content = path.read_bytes()
    whole = load(run.events()).step
    for place in np.linspace(0, len(content), 60).astype(int):
        path.write_bytes(content[:place])
        assert load(run.events()).step <= whole
    path.write_bytes(content[:-1] + b"\n\xff\xfe garbage\n{}\n[]\n")
    assert load(run.events()).step == whole


def test_a_history_cut_within_a_line_goes_on_with_a_line_of_its_own(digits: Digits) -> None:
    run_id = str(trained(digits)[0].run)  # type: ignore[attr-defined]
    kept = store.get(run_id)
    assert kept is not None
    whole = load(kept.events())
    path = kept.folder / "history.jsonl"
    first = next(event for event in kept.events() if isinstance(event, Metrics))
    path.write_bytes(path.read_bytes()[: path.read_bytes().index(first.to_line().encode()) + 20])
    state = {**Trainer(SPEC).state(), "epoch_losses": np.zeros(0), "epoch_accuracies": np.zeros(0)}
    list(train(SPEC, digits, run_id=run_id, continue_from=Checkpoint(0, SPEC.rate, 0.0, state)))
    assert len([event for event in kept.events() if isinstance(event, Started)]) == 2
    assert load(kept.events()).losses == whole.losses


@pytest.mark.parametrize("name", ["spec.json", "end.json"])
def test_damaged_descriptions_are_no_tracebacks(name: str, run: Run) -> None:
    for content in (b"", b"{", b"[]", b'{"spec": {"hidden": [0]}}', b"\xff\xfe", b'{"end": 3}'):
        (run.folder / name).write_bytes(content)
        run.ending()
        assert store.all_runs() == ([] if name == "spec.json" else [run])


def test_a_weights_file_with_other_arrays_is_refused(run: Run, tmp_path: Path) -> None:
    spec, weights = run.weights()
    weights["dense/kernel"] = weights["dense/kernel"][:5]
    bad = tmp_path / "bad.npz"
    bad.write_bytes(nets_weights.to_bytes(spec, weights))
    with pytest.raises(nets_weights.WeightsError, match="dense/kernel"):
        nets_weights.read(bad)
    np.savez(bad, spec=np.array([{"a": 1}], dtype=object))
    with pytest.raises(nets_weights.WeightsError, match="train it again"):
        nets_weights.read(bad)


def test_no_temporary_file_stays_behind(run: Run) -> None:
    assert not [path for path in run.folder.rglob("*") if path.name.startswith(".")]
    assert os.access(run.folder, os.W_OK)
