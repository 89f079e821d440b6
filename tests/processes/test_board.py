"""TensorBoard is shown links to event files of runs alone, whatever else lies in a run's folder."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from netlab.nets.spec import NetworkSpec
from netlab.processes.board import mirror, stranger
from netlab.runs import store
from netlab.runs.run import Checkpoint, Run
from netlab.training.tensorboard import board_folder
from tests.machine import pipe

EVENTS = "events.out.tfevents.1700000000.host.1.0.v2"
HOSTILE = (
    "projector_config.pbtxt", "../projector_config.pbtxt", "/projector_config.pbtxt", "checkpoint", "plugins",
    "a/../../b", "..", ".", "C:\\projector_config.pbtxt", "\x00", "projector_config.pbtxt\u202e", "ｐrojector_config．pbtxt",
)  # fmt: skip


def shown(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def run_with_events() -> tuple[Run, Path]:
    run = store.create(NetworkSpec(hidden=(8,)), store.new_id())
    file = run.tensorboard / "name" / "train" / EVENTS
    file.parent.mkdir(parents=True)
    file.write_bytes(b"events")
    return run, file


def test_only_event_files_are_shown_and_what_has_gone_goes(tmp_path: Path) -> None:
    (one, file), (other, _), runs, folder = (
        run_with_events(),
        run_with_events(),
        store.root(),
        tmp_path / "board",
    )
    for name in ("projector_config.pbtxt", "checkpoint", f"{EVENTS}.pipe"):
        path = file.parent / name
        pipe(path) if name.endswith("pipe") else path.write_text("model_checkpoint_path: '/etc'")
        (one.tensorboard / name).write_text("tensor_path: '/etc/passwd'")
    (one.folder / EVENTS).write_text("not in its folder")
    (one.tensorboard / f"{EVENTS}.link").symlink_to("/etc/passwd")
    (one.tensorboard / "elsewhere").symlink_to("/etc")
    (runs / "no-run" / "tensorboard").mkdir(parents=True)
    (runs / "no-run" / "tensorboard" / EVENTS).touch()
    mirror(runs, folder)
    names = {f"{run.id}/tensorboard/name/train/{EVENTS}" for run in (one, other)}
    assert shown(folder) == names | {f"{one.id}/tensorboard/{EVENTS}.pipe"}
    assert (folder / one.id / "tensorboard" / "name" / "train" / EVENTS).read_bytes() == b"events"
    (folder / one.id / "projector_config.pbtxt").touch()
    other.delete()
    file.unlink()
    file.symlink_to("/etc/passwd")
    mirror(runs, folder)
    assert shown(folder) == {f"{one.id}/tensorboard/{EVENTS}.pipe"}
    assert [path.name for path in folder.iterdir()] == [one.id]


def test_what_is_no_event_file_is_told() -> None:
    run, file = run_with_events()
    assert stranger(run.tensorboard) is None
    assert stranger(run.folder / "nothing") is None
    (file.parent / "projector_config.pbtxt").touch()
    assert stranger(run.tensorboard) == file.parent / "projector_config.pbtxt"
    assert stranger(run.folder) is not None


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_that_a_visitor_gives_is_a_name_in_that_folder(name: str) -> None:
    run = store.create(NetworkSpec(hidden=(8,)), store.new_id())
    run.rename(name)
    place = board_folder(run, run.spec())
    assert place.parent == run.tensorboard
    assert re.fullmatch(rf"[a-z0-9-]+-{run.id[:6]}", place.name)


@pytest.mark.parametrize(
    "names", [("tensorboard",), ("tensorboard", "{name}"), ("tensorboard", "{name}", "train")]
)
def test_events_are_not_written_through_a_link(names: tuple[str, ...], tmp_path: Path) -> None:
    run = store.create(NetworkSpec(hidden=(8,)), store.new_id())
    name = board_folder(run, run.spec()).name
    run.tensorboard.rmdir()
    link = run.folder.joinpath(*(part.format(name=name) for part in names))
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(tmp_path)
    with pytest.raises(OSError, match="is a link to elsewhere"):
        board_folder(run, run.spec())


@pytest.mark.parametrize("name", ["snapshots", "resume"])
def test_weights_are_not_written_through_a_link(name: str, tmp_path: Path) -> None:
    run, outside = store.create(NetworkSpec(hidden=(8,)), store.new_id()), tmp_path / "outside"
    outside.mkdir()
    (run.folder / name).rmdir()
    (run.folder / name).symlink_to(outside)
    with pytest.raises(OSError, match=f"{name} is a link to elsewhere"):
        run.save_snapshot(1, b"") if name == "snapshots" else run.save_checkpoint(Checkpoint(1, 0.1, 0.0, {}))
    assert not list(outside.iterdir())


def test_in_a_container_tensorboard_reads_alone_and_reaches_nobody() -> None:
    text = (Path(__file__).resolve().parents[2] / "compose.yaml").read_text("utf-8")
    parts = dict(re.findall(r"^  (\w+):\n((?:    .*\n|\n)+)", text, re.MULTILINE))
    told, door = parts["tensorboard"], parts["board"]
    assert '"netlab.processes.board", "/runs/runs", "/tmp/board/runs", "6006", "/tensorboard"' in told
    assert re.findall(r"\bvolumes: (.*)", told) == ['["./runs:/runs:ro"]']
    assert re.findall(r"\bnetworks: (.*)", told) == ["[inside]"]
    assert re.search(r"^  inside:\n    internal: true$", text, re.MULTILINE)
    assert "ports:" not in told
    assert "read_only: true" in told
    assert re.findall(r"\bports: (.*)", door) == ['["127.0.0.1:6006:6006"]']
    assert "volumes:" not in door
    others = [name for name, part in parts.items() if re.search(r'"(?!127\.0\.0\.1:)\d+:\d+"', part)]
    assert others == ["door"]
    assert "profiles: [door]" in parts["door"]
