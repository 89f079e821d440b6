"""What is refused before a cluster is spoken to, and what of a node's files is taken; no cluster is needed for it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from netlab.cluster import files, settings, token
from netlab.cluster.files import Mirror, Piece, Refused, Watched, to_begin_with
from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from netlab.runs.run import Run
from netlab.training import engine
from netlab.training.engine import EngineError

SPEC = NetworkSpec(hidden=(8,), epochs=1)
TOKEN = {"RAY_AUTH_TOKEN": "x" * 40}


@pytest.fixture
def run() -> Run:
    return store.create(SPEC, store.new_id())


def test_an_unknown_engine_is_refused_and_those_there_are_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETLAB_ENGINE", "dask")
    with pytest.raises(EngineError, match=r"NETLAB_ENGINE is 'dask'.*local.*ray"):
        engine.job_queue()


def test_without_ray_its_installation_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETLAB_ENGINE", "ray")
    monkeypatch.setattr(settings, "lacking", lambda *_: True)
    with pytest.raises(EngineError, match=r'pip install "netlab-explorer\[cluster\]"'):
        engine.job_queue()


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "needs NETLAB_RAY"),
        ({"NETLAB_RAY": "ray://10.0.0.5:10001", **TOKEN}, "joins the cluster"),
        ({"NETLAB_RAY": "auto", **TOKEN}, "host and port"),
        ({"NETLAB_RAY": "10.0.0.5:6379"}, "There is no token"),
        ({"NETLAB_RAY": "10.0.0.5:6379", "RAY_AUTH_TOKEN": " "}, "RAY_AUTH_TOKEN is empty"),
        ({"NETLAB_RAY": "10.0.0.5:6379", "RAY_AUTH_MODE": "disabled", **TOKEN}, "any code"),
        ({"NETLAB_RAY": "10.0.0.5:6379", "NETLAB_RAY_GPUS": "-1", **TOKEN}, "NETLAB_RAY_GPUS is '-1'"),
        ({"NETLAB_RAY": "10.0.0.5:6379", "NETLAB_RAY_GPUS": "1.5", **TOKEN}, "whole number"),
    ],
)
def test_what_is_missing_for_a_cluster_is_told(
    environment: dict[str, str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "lacking", lambda *_: False)
    with pytest.raises(EngineError, match=said):
        settings.read(environment, tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="files have no such modes elsewhere")
def test_a_token_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / ".ray" / "auth_token"
    path.parent.mkdir()
    path.write_text("x" * 40)
    path.chmod(0o640)
    with pytest.raises(EngineError, match=r"mode 0640; expected 0600.*chmod 600"):
        token.check({}, tmp_path)
    path.chmod(0o600)
    token.check({}, tmp_path)
    with pytest.raises(EngineError, match="nowhere is not there"):
        token.check({"RAY_AUTH_TOKEN_PATH": str(tmp_path / "nowhere")}, tmp_path)


def test_as_many_fit_as_the_scarcest_allows() -> None:
    needs = settings.Settings("a:1", gpus=0.25).needs
    free = {"CPU": 8.0, "memory": 1e11, "GPU": 1.0}
    assert settings.places(free, needs) == 4
    assert settings.places({**free, "memory": 1.9e9}, needs) == 2
    assert settings.places({"CPU": 8.0, "memory": 1e11}, needs) == 0


@pytest.mark.parametrize(
    "name",
    [
        "../spec.json", "/etc/passwd", "resume/../../x.npz", "owners.json", "name.json", "lock", "history.jsonl/x",
        "resume/1.npz", "tensorboard/a/train/x.py", "tensorboard/../train/events.out.tfevents.1", "snapshots\\000000001.npz",
        "C:end.json", "", "resume/000000001.npz\n",
    ],
)  # fmt: skip
def test_no_other_file_than_a_training_s_is_taken(name: str, run: Run) -> None:
    before = sorted(run.folder.rglob("*"))
    for offset in (None, 0):
        with pytest.raises(Refused):
            Mirror(run).take(Piece(name, offset, b"x"))
    assert sorted(run.folder.rglob("*")) == before


def test_no_file_is_taken_that_is_too_large_or_does_not_follow(run: Run) -> None:
    mirror = Mirror(run)
    for piece in (
        Piece("end.json", None, b"x" * (files.most_bytes("end.json") + 1)),
        Piece("end.json", 0, b"{}"),
        Piece("history.jsonl", None, b"{}"),
        Piece("history.jsonl", 5, b"{}"),
        Piece("history.jsonl", -1, b"{}"),
    ):
        with pytest.raises(Refused):
            mirror.take(piece)
    assert not (run.folder / "end.json").exists()
    assert not (run.folder / "history.jsonl").exists()


def test_what_is_written_there_is_written_here_and_follows_what_was_here(run: Run, tmp_path: Path) -> None:
    (run.folder / "history.jsonl").write_bytes(b"before\n")
    there = tmp_path / "node" / run.id
    (there / "resume").mkdir(parents=True)
    (there / "spec.json").write_bytes(b"the node's")
    watched, mirror, ours = Watched(there), Mirror(run), (run.folder / "spec.json").read_bytes()
    told = []
    for step in range(1, 5):
        with (there / "history.jsonl").open("ab") as file:
            file.write(b"%d\n" % step)
        (there / "resume" / f"{step:09d}.npz").write_bytes(b"state %d" % step)
        (there / ".end.json.abcdefgh").write_bytes(b"being written")
        if step == 4:
            (there / "end.json").write_bytes(b"{}")
            (there / "weights.npz").write_bytes(b"weights")
        pieces = watched.changed()
        told.append([piece.name for piece in pieces])
        for piece in pieces:
            mirror.take(piece)
    assert watched.changed() == []
    assert told[-1] == ["resume/000000004.npz", "history.jsonl", "weights.npz", "end.json"]
    assert (run.folder / "history.jsonl").read_bytes() == b"before\n1\n2\n3\n4\n"
    assert run.exact_steps() == [3, 4]
    assert (run.folder / "spec.json").read_bytes() == ours
    assert sorted(to_begin_with(run, None)) == [
        f"{run.id}/resume/000000003.npz", f"{run.id}/resume/000000004.npz", f"{run.id}/spec.json",
    ]  # fmt: skip


def test_what_is_appended_goes_in_parts(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_PIECE", 4)
    there = tmp_path / "node"
    there.mkdir()
    (there / "history.jsonl").write_bytes(b"0123456789")
    watched, mirror = Watched(there), Mirror(run)
    while pieces := watched.changed():
        assert len(pieces[0].content) <= 4
        mirror.take(pieces[0])
    assert (run.folder / "history.jsonl").read_bytes() == b"0123456789"
