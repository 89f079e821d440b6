"""Batch normalisation on the page: a menu of its own, told in words, table and script, trained and kept."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest

from netlab.nets.spec import Convolution, NetworkSpec
from netlab.nn.optimizers import ON_TRAIN
from netlab.runs import store
from netlab.training.controls import CONTROLS, from_controls, to_controls, within_controls
from netlab.training.queue import JobQueue
from tests.pages import as_read, opened
from tests.training.test_page_data_sets import run_of, trained


def _everything() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for optimizer in ON_TRAIN:
        found |= to_controls(NetworkSpec(optimizer=optimizer))
    return found


def tables(at: AppTest) -> str:
    return " ".join(str(cell) for table in at.table for cell in table.value.to_numpy().ravel())


def test_the_control_gives_back_what_is_set() -> None:
    for spec in (
        NetworkSpec(normalisation="batch"),
        NetworkSpec(convolutions=(Convolution(16, 5, 2),), hidden=(), normalisation="batch"),
    ):
        assert from_controls({**_everything(), **to_controls(spec)}) == spec
        assert within_controls(spec)
    nothing = {**_everything(), "depth": 0, "convolutions": 0, "normalise": "batch"}
    assert from_controls(nothing).normalisation == "none"
    assert within_controls(NetworkSpec(hidden=(), normalisation="batch"))
    assert CONTROLS["normalise"].flag == "--normalisation"
    assert CONTROLS["normalise"].start == "none"


def test_a_link_sets_it_and_the_page_tells_its_layers(job_queue: JobQueue) -> None:
    at = opened("train", width="32", normalise="batch")
    assert "25,578 parameters** = 25,120 + 128 + 330" in as_read(at)
    told = "2·32 + 2·32 = 128: scale γ and shift β are trained, moving mean and variance measured"
    assert told in tables(at)
    assert any("layers.BatchNormalization()," in code.value for code in at.code)
    assert any("Non-trainable params: 64" in code.value for code in at.code)
    plain = opened("train", width="32")
    assert "scale γ" not in tables(plain)
    assert not any("BatchNormalization" in code.value for code in plain.code)


def test_a_normalised_run_is_trained_kept_and_called_so(job_queue: JobQueue) -> None:
    at = trained(job_queue, width="32", epochs="1", normalise="batch")
    kept = store.get(run_of(at))
    assert kept is not None
    assert kept.spec().normalisation == "batch"
    assert "batch_normalization/moving_variance" in kept.weights()[1]
    assert "32 units, batch normalisation, 1 epoch" in as_read(at)
