"""TensorBoard opens what the files of a folder tell it to open; a run's folder for it holds event files only."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer
from tensorboard.plugins.hparams import metadata

from netlab.data import Digits
from netlab.nets.presets import PRESETS
from netlab.nets.spec import Dense, NetworkSpec
from netlab.runs import store
from netlab.runs.events import EpochEnd, Metrics, Stopped
from netlab.runs.run import Run
from netlab.training.loop import Command, train
from netlab.training.tensorboard import (
    BatchPoints,
    TensorBoardWriter,
    board_folder,
    hyper_parameters,
)

SPEC = NetworkSpec(hidden=(8,), epochs=2, optimizer="momentum")


def test_only_event_files_are_written(tmp_path: Path) -> None:
    fields = dict.fromkeys(("loss", "accuracy", "validation_loss", "validation_accuracy"), 0.5)
    event = EpochEnd(epoch=1, step=10, **fields)
    TensorBoardWriter(tmp_path, '{"config": {}}').epoch(
        event, {"../../projector_config.pbtxt": np.zeros(3)}, 0.1
    )
    files = [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.parts[0] for path in files} == {"train", "validation"}
    assert all(len(path.parts) == 2 and path.name.startswith("events.out.tfevents.") for path in files)
    assert not list(tmp_path.parent.rglob("projector_config*"))


def kept(spec: NetworkSpec, digits: Digits) -> Run:
    run_id = store.new_id()
    list(train(spec, digits, run_id=run_id))
    return Run(run_id, store.root() / run_id)


def test_one_command_shows_every_run_by_its_name_with_batches_step_0_and_settings(digits: Digits) -> None:
    one, other = kept(SPEC, digits), kept(replace(SPEC, hidden=(4,)), digits)
    board = EventMultiplexer(size_guidance={"tensors": 0}).AddRunsFromDirectory(str(store.root())).Reload()
    name = f"{one.id}/tensorboard/8-units-sgd-with-momentum-2-epochs-{one.id[:6]}"
    assert {run.split("/")[0] for run in board.Runs()} == {one.id, other.id}
    assert {f"{name}/train", f"{name}/validation", name} <= set(board.Runs())

    def tags(part: str) -> dict[str, list[int]]:
        runs = board.GetAccumulator(f"{name}/{part}")
        return {tag: [event.step for event in runs.Tensors(tag)] for tag in runs.Tags()["tensors"]}

    assert tags("train")["batch_loss"] == tags("train")["batch_accuracy"] == list(range(1, 41))
    assert tags("train")["epoch_loss"] == [0, 1]
    assert tags("train")["keras"] == [0]  # the layers, as a graph
    seen = tags("validation")["evaluation_loss_vs_iterations"]
    assert (seen[0], seen[-1]) == (0, 40)
    assert len(set(seen)) == len(seen)
    (about,) = board.GetAccumulator(name).summary_metadata.values()
    start = metadata.parse_session_start_info_plugin_data(about.plugin_data.content)
    assert start.hparams["optimizer"].string_value == "momentum"
    assert start.hparams["hidden"].string_value == "8 relu"
    assert start.hparams["learning_rate"].number_value == SPEC.rate


def test_a_run_that_is_continued_goes_on_in_its_folder_whatever_its_name_is_now() -> None:
    run = store.create(SPEC, store.new_id())
    first = board_folder(run, SPEC)
    assert first.parent == run.tensorboard
    first.mkdir(parents=True)
    run.rename("Another name")
    assert board_folder(run, SPEC) == first
    first.rmdir()
    assert board_folder(run, SPEC).name == f"another-name-{run.id[:6]}"
    (run.tensorboard / "train").mkdir()  # of a version that had no names
    assert board_folder(run, SPEC) == run.tensorboard


@pytest.mark.parametrize("steps", [1, 7, 50, 149, 1875])
@pytest.mark.parametrize("chunk", [1, 8, 256])
def test_the_points_of_an_epoch_are_means_whatever_the_chunks(steps: int, chunk: int) -> None:
    points, losses, found = BatchPoints(), np.random.default_rng(0).random(steps), []
    points.begin(steps)
    for first in range(0, steps, chunk):
        part = tuple(losses[first : first + chunk].tolist())
        found += list(points.add(Metrics(first + len(part), part, tuple(1 - x for x in part), 1.0, 1.0)))
    stride = found[0][0]
    assert len(found) == steps // stride <= 100
    assert [step for step, _, _ in found] == [stride * place for place in range(1, len(found) + 1)]
    for step, loss, accuracy in found:
        mean = losses[step - stride : step].mean()
        assert loss == pytest.approx(mean)
        assert accuracy == pytest.approx(1 - mean)


def test_a_point_with_a_loss_that_is_no_number_has_none() -> None:
    points = BatchPoints()
    assert list(points.add(Metrics(2, (1.0, None), (0.5, 0.5), 1.0, 1.0))) == [(1, 1.0, 0.5), (2, None, 0.5)]


def test_a_run_that_is_stopped_before_its_second_look_has_its_points(digits: Digits) -> None:
    class Soon:
        """One batch, then the end."""

        orders = [Command("stop"), Command("batch")]  # noqa: RUF012 - one test, one list

        def take(self, *, wait: bool) -> Command | None:
            return self.orders.pop() if self.orders else None

    run_id = store.new_id()
    last = list(train(SPEC, digits, run_id=run_id, inbox=Soon()))[-1]
    assert isinstance(last, Stopped)
    board = EventMultiplexer(size_guidance={"tensors": 0}).AddRunsFromDirectory(str(store.root())).Reload()
    assert any(run.endswith("/validation") for run in board.Runs())


@pytest.mark.parametrize("preset", PRESETS)
def test_every_setting_is_one_that_hparams_takes(preset: str) -> None:
    found = hyper_parameters(PRESETS[preset].spec)
    assert all(isinstance(value, bool | int | float | str) for value in found.values())
    assert all(math.isfinite(value) for value in found.values() if isinstance(value, float))
    json.dumps(found)
    mixed = hyper_parameters(NetworkSpec(hidden=(Dense(3, "tanh", 0.1), 4)))
    assert mixed["hidden"] == "3 tanh, 4 relu"
