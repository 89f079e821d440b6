"""The page Train hands out what a run leaves: each file is what its button says."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from netlab.nets import keras_file, weight_file
from netlab.nets.keras_script import OTHER_DROPOUT, ROUNDING, keras_script
from netlab.processes.board import stranger
from netlab.runs.events import Done
from tests.pages import as_read, opened
from tests.runs.kept import SPEC, kept_run

pytestmark = pytest.mark.usefixtures("fresh_caches", "job_queue")


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What each button of the page would make, by the name of its file."""
    found: dict[str, Any] = {}

    def button(label: str, make: Any, *, file_name: str, **settings: Any) -> bool:
        found[file_name] = make
        return False

    monkeypatch.setattr(st, "download_button", button)
    return found


def test_a_finished_run_leaves_network_history_and_script(files: dict[str, Any], tmp_path: Any) -> None:
    run = kept_run()
    run.rename("Mine & yours")
    at = opened("train", run=run.id)
    stem = f"mine-yours-{run.id[:6]}"
    assert set(files) == {f"{stem}{ending}" for ending in (".keras", ".npz", ".csv", ".py")}
    final = run.weights()[1]
    for ending, room in ((".keras", keras_file), (".npz", weight_file)):
        path = tmp_path / f"n{ending}"
        path.write_bytes(files[stem + ending]())
        spec, weights = room.read(path)
        assert spec.layers == SPEC.layers
        assert all(np.array_equal(weights[name], final[name]) for name in final)
    assert len(list(csv.reader(io.StringIO(files[f"{stem}.csv"]().decode())))) == 41
    assert files[f"{stem}.py"]().decode() == keras_script(SPEC)
    assert "The final weights." in as_read(at)


def test_a_run_that_was_stopped_says_which_weights_there_are(files: dict[str, Any]) -> None:
    run = kept_run()
    (run.folder / "end.json").unlink()
    (run.folder / "weights.npz").unlink()
    lines = (run.folder / "history.jsonl").read_text().splitlines(keepends=True)
    (run.folder / "history.jsonl").write_text("".join(line for line in lines if Done.name not in line))
    assert stranger(run.tensorboard) is None
    (run.tensorboard / "projector_config.pbtxt").touch()
    at = opened("train", run=run.id)
    assert "TensorBoard opens whatever such a file names" in as_read(at)
    assert not [code.value for code in at.code if "--logdir" in code.value]
    assert "The weights after 40 steps, rounded to half precision." in as_read(at)
    assert files[next(name for name in files if name.endswith(".keras"))]()


def test_without_a_run_there_is_nothing_to_take(files: dict[str, Any]) -> None:
    at: AppTest = opened("train")
    assert not files
    assert "Take it with you" not in [box.label for box in at.expander]


def test_the_script_says_what_it_repeats_and_marks_what_changed() -> None:
    at = opened("train")
    assert OTHER_DROPOUT in as_read(at)
    assert "Changed since you last looked:" not in as_read(at)
    at.checkbox(key="same_dropout").check().run()
    assert ROUNDING in as_read(at)
    assert OTHER_DROPOUT not in as_read(at)
    marks = next(block.value for block in at.code if block.language == "diff")
    assert "class SameDropout" in marks
    at.run()
    assert [block.value for block in at.code if block.language == "diff"] == [marks]
    none = opened("train", dropout=0)
    assert ROUNDING in as_read(none)
    assert not [box for box in none.checkbox if box.key == "same_dropout"]
