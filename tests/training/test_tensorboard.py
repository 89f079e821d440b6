"""TensorBoard opens what the files of a folder tell it to open; a run's folder for it holds event files only."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from netlab.runs.events import EpochEnd
from netlab.training.tensorboard import TensorBoardWriter


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
