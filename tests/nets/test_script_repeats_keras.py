"""The script that the page shows repeats Netlab's run: every preset's is run by Keras itself, in a process of its own.

What is left is rounding: Keras sums in another order, and its compiler fuses otherwise. Adam divides a gradient by its
own size, so a weight whose gradient is all but zero may be moved by up to a step either way; on the mean over a layer it
stays below 2e-4 of the weights' size. At a learning rate of 30 every step multiplies roundings by hundreds, so of that
training a single step is compared.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netlab.data import Digits
from netlab.nets.keras_script import OTHER_DROPOUT, ROUNDING, VARIED, differs, keras_script
from netlab.nets.presets import PRESETS
from netlab.nets.spec import Convolution, Dense, NetworkSpec
from netlab.nets.weight_file import weight_shapes
from netlab.nn.schedules import SPANNING
from netlab.runs.events import EpochEnd
from netlab.training.batches import BatchSource
from netlab.training.compiled_loop import Trainer
from netlab.training.loop import train
from tests.conftest import made_digits, write_digits

CHILD = """
import json, sys
import keras, numpy
found = numpy.load(sys.argv[1])
keras.datasets.mnist.load_data = lambda: tuple((found["x_" + part], found["y_" + part]) for part in ("train", "test"))
for name, script in json.load(open(sys.argv[2])).items():
    keras.backend.clear_session()
    names = {}
    exec(script, names)
    model = names["model"]
    numpy.savez(name, *model.get_weights())
    json.dump(model.history.history, open(name + ".json", "w"))
"""


def shortened(spec: NetworkSpec) -> NetworkSpec:
    """One short epoch of it: as many digits as there are, or fewer where the preset asks for few."""
    few = None if spec.train_examples is None else 500
    return replace(spec, epochs=1, train_examples=few)


SPECS = {
    **{name: shortened(preset.spec) for name, preset in PRESETS.items()},
    "rate-too-high": replace(shortened(PRESETS["rate-too-high"].spec), batch_size=640),
    "two-epochs": NetworkSpec(
        hidden=(Dense(16, "tanh", 0.5), Dense(12, "relu", 0.1)), epochs=2, seed=7, batch_size=50, train_examples=330,
        schedule="cosine", optimizer="momentum", loss="mean_squared_error", l2=0.01,
    ),
    "normalised": NetworkSpec(hidden=(64, 32), normalisation="batch", epochs=2, batch_size=50, seed=3),
    "normalised-convolutional": NetworkSpec(
        convolutions=(Convolution(8, 5, 2), Convolution(4, 3, 1, "tanh")), hidden=(16,), normalisation="batch", epochs=1,
        optimizer="momentum", l2=0.001,
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def by_keras(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the weights and the losses that every script came to."""
    folder = tmp_path_factory.mktemp("scripts")
    digits = write_digits(folder / "digits.npz", made_digits())
    scripts = {name: keras_script(spec, same_dropout=True) for name, spec in SPECS.items()}
    (folder / "scripts.json").write_text(json.dumps(scripts))
    command = [sys.executable, "-c", CHILD, str(digits), "scripts.json"]
    done = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    yield folder


def trained(spec: NetworkSpec, digits: Digits) -> dict[str, Any]:
    """The weights that Netlab comes to."""
    source, trainer, step = BatchSource(spec, digits.x_train, digits.y_train), Trainer(spec), 0
    total = source.steps_per_epoch * spec.epochs
    while step < total:
        images, labels = source.take(step, 64)
        rates = spec.rate * SPANNING[spec.schedule].factors(step, len(labels), total)
        trainer.run(step, images, labels, rates.astype(np.float32))
        step += len(labels)
    return trainer.weights()


def steps_of_rounding(spec: NetworkSpec, name: str) -> bool:
    """Whether an array is moved by rounding alone: a bias that normalisation takes away again has no other gradient.

    Adam makes whole steps of it, which the moving mean follows and takes away when the network answers: losses and
    answers do not know of it.
    """
    last = name == list(weight_shapes(spec))[-1]
    followed = spec.optimizer == "adam" and name.endswith("moving_mean")
    return spec.normalises and (followed or (name.endswith("bias") and not last))


@pytest.mark.parametrize("name", SPECS)
def test_the_script_of_every_preset_comes_to_netlab_s_weights_and_losses(
    name: str, by_keras: Path, digits: Digits
) -> None:
    spec = SPECS[name]
    ours = trained(spec, digits)
    with np.load(by_keras / f"{name}.npz") as found:
        theirs = dict(zip(weight_shapes(spec), (found[key] for key in found.files), strict=True))
    for key, value in ours.items():
        apart, size = np.abs(theirs[key] - value), max(float(np.abs(value).mean()), 1e-3)
        assert apart.max() < spec.rate, key
        if not steps_of_rounding(spec, key):
            assert apart.mean() < 2e-4 * size, key
    told = json.loads((by_keras / f"{name}.json").read_text())
    ends = [
        event for event in train(spec, digits, run_id="0" * 32, keep=False) if isinstance(event, EpochEnd)
    ]
    assert told["loss"] == pytest.approx([end.loss for end in ends], rel=1e-4)
    assert told["val_loss"] == pytest.approx([end.validation_loss for end in ends], rel=1e-4)
    assert told["accuracy"] == pytest.approx([end.accuracy for end in ends], abs=1e-6)


@pytest.mark.parametrize("name", SPECS)
def test_the_plain_script_is_the_same_but_for_keras_s_own_dropout(name: str) -> None:
    plain, same = keras_script(SPECS[name]), keras_script(SPECS[name], same_dropout=True)
    if "Dropout" not in plain:
        assert plain == same
        return
    without = [line for line in same.splitlines() if line in plain.splitlines()]
    kept = [line for line in plain.splitlines() if "Dropout" not in line]
    assert [line for line in without if line] == [line for line in kept if line]


def test_what_differs_is_said_of_the_run_that_it_is_true_of() -> None:
    assert differs(NetworkSpec()) == OTHER_DROPOUT
    assert differs(NetworkSpec(), same_dropout=True) == ROUNDING
    assert differs(NetworkSpec(dropout=0.0)) == ROUNDING
    assert differs(NetworkSpec(hidden=())) == ROUNDING
    assert differs(NetworkSpec(hidden=(Dense(8, "relu", 0.0),))) == ROUNDING
    assert differs(NetworkSpec(augment=1.0), same_dropout=True) == VARIED
