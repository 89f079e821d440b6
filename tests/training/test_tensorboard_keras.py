"""One TensorBoard shows a run of Netlab and its exported script on the same charts: same tags, steps and numbers."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.python.summary.summary_iterator import summary_iterator

from netlab.data import Digits
from netlab.nets.keras_script import keras_script
from netlab.nets.spec import Convolution, NetworkSpec
from netlab.runs import store
from netlab.runs.run import Run
from netlab.training.loop import Command, train

# One batch an epoch: Keras shuffles in an order of its own, which then changes nothing.
SPEC = NetworkSpec(hidden=(12, 8), dropout=0.0, epochs=3, batch_size=1024, learning_rate=0.01)


def logged(folder: Path) -> dict[tuple[str, int, str], tuple[str, Any]]:
    """Plugin and content of everything in a folder of event files, by part, step and tag."""
    return {
        (part, record.step, value.tag): (value.metadata.plugin_data.plugin_name, tf.make_ndarray(value.tensor))
        for part in ("train", "validation")
        for path in (folder / part).glob("events.out.tfevents.*")
        for record in summary_iterator(str(path))
        for value in record.summary.value
    }  # fmt: skip


def by_keras(spec: NetworkSpec, digits: Digits, folder: Path) -> Any:
    """Run the exported script in a process of its own, as a reader would, on these digits."""
    path = folder / "mnist.npz"
    arrays = {name: getattr(digits, name) for name in ("x_train", "y_train", "x_test", "y_test")}
    np.savez(path, **arrays)
    begin = (
        f"import keras, numpy\nfound = numpy.load({str(path)!r})\n"
        "keras.datasets.mnist.load_data = lambda: tuple(\n"
        "    (found['x_' + part], found['y_' + part]) for part in ('train', 'test')\n)\n"
    )
    command = [sys.executable, "-c", begin + keras_script(spec)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return logged(folder / "logs")


def by_netlab(spec: NetworkSpec, digits: Digits, inbox: Any = None) -> Any:
    run_id = store.new_id()
    keras.backend.clear_session()
    list(train(spec, digits, run_id=run_id, inbox=inbox))
    (named,) = Run(run_id, store.root() / run_id).tensorboard.iterdir()
    return logged(named)


@pytest.mark.parametrize(
    "spec",
    [
        SPEC,
        replace(SPEC, schedule="linear", loss="mean_squared_error"),
        replace(SPEC, schedule="cosine", l2=0.01, hidden=(8,), convolutions=(Convolution(2, 5, 2),)),
        replace(SPEC, normalisation="batch", optimizer="sgd", convolutions=(Convolution(2, 5, 2),)),
    ],
    ids=["constant", "linear", "cosine", "normalised"],
)
def test_tags_steps_and_numbers_are_those_of_the_exported_script(
    spec: NetworkSpec, digits: Digits, tmp_path: Path
) -> None:
    expected, found = by_keras(spec, digits, tmp_path), by_netlab(spec, digits)
    more = set(found) - set(expected)
    assert set(expected) <= set(found)
    assert {(part, tag) for part, _, tag in more} == {
        ("train", "batch_loss"), ("train", "batch_accuracy"),
        ("validation", "evaluation_loss_vs_iterations"), ("validation", "evaluation_accuracy_vs_iterations"),
    }  # fmt: skip
    assert {step for part, step, _ in more if part == "validation"} == {0}
    assert ("train", 0, "epoch_learning_rate") in found
    for key, (plugin, content) in expected.items():
        assert found[key][0] == plugin, key
        if plugin == "scalars":
            np.testing.assert_allclose(found[key][1], content, rtol=2e-3, atol=1e-6, err_msg=str(key))
        if plugin == "histograms":
            assert found[key][1].shape == content.shape
            np.testing.assert_allclose(found[key][1][0, 0], content[0, 0], rtol=0.05, atol=2e-3)


def test_a_rate_that_was_changed_on_the_way_is_told_as_its_schedule_makes_it(digits: Digits) -> None:
    class Once:
        """Another learning rate, before the first batch."""

        orders = [Command("learning_rate", 0.5)]  # noqa: RUF012 - one test, one list

        def take(self, *, wait: bool) -> Command | None:
            return self.orders.pop() if self.orders else None

    spec = replace(SPEC, schedule="cosine", optimizer="sgd")
    found = by_netlab(spec, digits, Once())
    rates = [float(found["train", epoch, "epoch_learning_rate"][1]) for epoch in range(3)]
    assert rates == pytest.approx([0.5 * 0.75, 0.5 * 0.25, 0.0], abs=1e-7)
