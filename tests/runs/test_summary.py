"""A summary says what its run says, is made anew when that moves on, and is read as a stranger's."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netlab.nets.naming import shape
from netlab.nets.spec import Convolution, Dense, NetworkSpec
from netlab.runs import reading, store, summary
from netlab.runs.events import Done, Metrics, Started, Stopped, Validation
from netlab.runs.marks import Marks
from netlab.runs.run import SUMMARY, Run
from netlab.runs.summary import Summary
from tests.runs.kept import EPOCH, SPEC, kept_run

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def unfinished(spec: NetworkSpec = SPEC) -> Run:
    run = store.create(spec, store.new_id())
    run.append(Started(run.id, spec.parameter_count, 640, 200, EPOCH, 2 * EPOCH, "made", "Made for a test."))
    run.append(Metrics(10, (1.0,) * 10, (0.5,) * 10, 1.0, 3.5))
    run.append(Validation(10, 1.0, 0.7))
    run.append(Metrics(20, (1.0,) * 10, (0.5,) * 10, 1.0, 7.5))
    run.append(Validation(20, 1.0, 0.6))
    return run


def agrees(run: Run, found: Summary) -> None:
    """Each word of a summary beside what the run itself says."""
    read, spec = reading.read(run), run.spec()
    seen = [one.accuracy for one in read.history.validations]
    ending = run.ending()
    assert (found.id, found.name, found.own_name) == (run.id, run.name(), run.own_name())
    assert (found.state, found.started, found.size) == (run.state(), run.started(), run.size())
    assert (found.network, found.seed) == (shape(spec), spec.seed)
    assert (found.best, found.last) == (max(seen, default=None), seen[-1] if seen else None)
    assert found.test == (ending.test_accuracy if isinstance(ending, Done) else None)
    assert found.seconds == (getattr(ending, "seconds", None) or read.history.seconds or None)
    assert Marks(found.note, found.star) == run.marks()


def test_a_summary_says_what_the_run_says_and_is_then_read_from_beside_it() -> None:
    for run in (kept_run(), unfinished(), store.create(SPEC, store.new_id())):
        found = summary.summary(run)
        agrees(run, found)
        assert summary.kept(run, summary.stamp(run)) == found
        assert summary.summary(run) == found


def test_a_history_without_its_batches_is_that_of_all_lines() -> None:
    run = unfinished()
    run.append(Started(run.id, SPEC.parameter_count, 640, 200, EPOCH, 2 * EPOCH, "made", "", step=10))
    run.append(Metrics(30, (1.0,) * 20, (0.5,) * 20, 1.0, 9.0))
    run.append(Validation(30, 1.0, 0.65))
    found, whole = reading.milestones(run, SPEC), reading.read(run).history
    assert [one.accuracy for one in found.validations] == [0.7, 0.65]
    assert (found.started, found.validations, found.seconds) == (
        whole.started,
        whole.validations,
        whole.seconds,
    )


def test_whatever_moves_on_makes_it_anew() -> None:
    run = kept_run()
    assert summary.summary(run).state == "done"
    run.rename("Mine")
    agrees(run, summary.summary(run))
    run.mark(Marks("Look at the loss.", True))
    found = summary.summary(run)
    agrees(run, found)
    assert (found.name, found.note, found.star) == ("Mine", "Look at the loss.", True)
    (run.folder / "weights.npz").write_bytes(b"other")  # its end told of others
    found = summary.summary(run)
    agrees(run, found)
    assert (found.state, found.test) == ("interrupted", None)
    run.finish(Stopped(20, 4.5), None)
    found = summary.summary(run)
    agrees(run, found)
    assert (found.state, found.seconds) == ("stopped", 4.5)


def test_the_weights_are_not_read_again_while_nothing_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    run = kept_run()
    before = summary.summary(run)

    def refuse(self: Run) -> str:
        raise AssertionError("hashed again")

    monkeypatch.setattr(Run, "_checksum", refuse)
    assert summary.summary(run) == before


def test_a_run_that_is_trained_says_so_and_keeps_none() -> None:
    run = unfinished()
    handle = run.hold()
    try:
        assert summary.summary(run).state == "running"
        assert not (run.folder / SUMMARY).exists()
    finally:
        os.close(handle)
    assert summary.summary(run).state == "interrupted"
    assert (run.folder / SUMMARY).exists()


def test_a_run_that_cannot_be_read_has_a_line_that_says_so() -> None:
    run = kept_run()
    (run.folder / "spec.json").write_text("{}")
    found = summary.summary(run)
    assert found == Summary(run.id, size=run.size())
    assert found.state == "unreadable"


def test_a_folder_that_cannot_be_written_is_summed_up_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    run = kept_run()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(summary, "atomic_write", full)
    agrees(run, summary.summary(run))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", ""), ("name", "x" * 61), ("name", "a\nb"), ("name", 7), ("name", "\u202ereversed"), ("own_name", " x "),
        ("state", "won"), ("state", ["done"]), ("seed", -1), ("seed", True), ("best", 1.5), ("last", "high"), ("test", True),
        ("seconds", -1), ("seconds", 1e400), ("size", 2.5), ("note", "x" * 2001), ("note", "a\u0000b"), ("star", 1),
        ("settings", []), ("settings", {"a b": 1}), ("settings", {"rate": [1]}), ("settings", {str(n): 1 for n in range(99)}),
    ],
)  # fmt: skip
def test_a_kept_summary_with_a_value_that_none_has_is_made_anew(name: str, value: Any) -> None:
    run = kept_run()
    right = summary.summary(run)
    told = json.loads((run.folder / SUMMARY).read_text())
    told["summary"][name] = value
    (run.folder / SUMMARY).write_text(json.dumps(told))
    assert summary.kept(run, summary.stamp(run)) is None
    assert summary.summary(run) == right


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([field for field in asdict(Summary("")) if field != "id"]), json_values)
def test_no_value_of_a_kept_summary_raises_anything(name: str, value: Any) -> None:
    run = kept_run()
    right = summary.make(run)
    values = {key: one for key, one in asdict(right).items() if key != "id"} | {name: value}
    told = {"version": summary.VERSION, "stamp": summary.stamp(run), "summary": values}
    (run.folder / SUMMARY).write_text(json.dumps(told))
    found = summary.kept(run, summary.stamp(run))
    assert found is None or replace(found, **{name: getattr(right, name)}) == right


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"version": 1}', b"\xff", b"[" * 100_000, b" " * 70_000]
)
def test_a_kept_summary_that_is_none_is_made_anew(content: bytes) -> None:
    run = kept_run()
    (run.folder / SUMMARY).write_bytes(content)
    agrees(run, summary.summary(run))


def test_settings_are_flat_numbers_and_words_whatever_the_network() -> None:
    spec = NetworkSpec(
        hidden=(Dense(30, "tanh", 0.1), 20), convolutions=(Convolution(4),), optimizer="momentum", settings={"momentum": 0.9},
        train_examples=500, data="fashion-mnist",
    )  # fmt: skip
    found = summary.flat(spec)
    assert (found["hidden_layers"], found["units"], found["convolutions"]) == (2, 50, 1)
    assert (found["momentum"], found["learning_rate"], found["train_examples"]) == (0.9, spec.rate, 500)
    assert summary.flat(SPEC)["train_examples"] == 640
    assert summary.flat(NetworkSpec())["train_examples"] == 60_000
    assert set(map(type, found.values())) <= {int, float, str}
