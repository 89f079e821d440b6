"""Early stopping is Keras's, epoch for epoch; the script splits and shuffles as the training does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.data import Digits
from netlab.data.split import split
from netlab.nets.keras_script import keras_script
from netlab.nets.presets import PRESETS
from netlab.nets.spec import HELD_BACK, NetworkSpec
from netlab.training.early_stopping import BestSoFar
from netlab.training.parts import training_labels, validation_set

HELD = NetworkSpec(hidden=(4,), epochs=2, seed=3, validation=HELD_BACK)


class Model:
    """What Keras's callback asks of a model: its one weight tells the epoch."""

    def __init__(self) -> None:
        self.epoch, self.kept, self.stop_training = 0, 0, False
        self.optimizer = None
        self.metrics: list[Any] = []
        self.loss = "mse"

    def get_weights(self) -> list[int]:
        return [self.epoch]

    def set_weights(self, weights: list[int]) -> None:
        (self.kept,) = weights


LOSSES = st.floats(0.0, 3.0, width=32, allow_subnormal=False)  # Keras compares in single precision


@given(st.lists(LOSSES, min_size=1, max_size=20), st.integers(1, 5))
def test_it_stops_when_keras_does_and_goes_back_as_far(losses: list[float], patience: int) -> None:
    model, ours = Model(), BestSoFar(patience)
    theirs = keras.callbacks.EarlyStopping(
        monitor="val_loss", mode="min", patience=patience, restore_best_weights=True
    )
    theirs.set_model(model)
    theirs.on_train_begin()
    for epoch, loss in enumerate(losses, start=1):
        model.epoch = epoch
        theirs.on_epoch_end(epoch - 1, {"val_loss": loss})
        ours.see(epoch, loss, [np.full(1, epoch, np.float32)])
        assert ours.enough == model.stop_training
        if model.stop_training:
            break
    theirs.on_train_end()
    assert ours.epoch == model.kept == ours.weights[0][0]


def _numbers(labels: Any, rows: bool) -> Any:
    return labels.argmax(axis=1) if rows else labels


@pytest.mark.parametrize(
    "spec",
    [
        HELD,
        replace(HELD, train_examples=50),
        replace(HELD, train_examples=50, validation="test"),
        replace(HELD, shuffled_labels=200),
        replace(HELD, shuffled_labels=10_000, train_examples=300, validation="test"),
        replace(HELD, loss="mean_squared_error"),
        replace(HELD, data="fashion-mnist"),
    ],
    ids=["held", "few", "few-test", "nonsense", "all-nonsense", "rows", "fashion"],
)
def test_the_script_learns_validates_and_shuffles_as_netlab_does(
    spec: NetworkSpec, digits: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrays = [part.copy() for part in (digits.x_train, digits.y_train, digits.x_test, digits.y_test)]
    module = keras.datasets.fashion_mnist if spec.data == "fashion-mnist" else keras.datasets.mnist
    monkeypatch.setattr(module, "load_data", lambda: (tuple(arrays[:2]), tuple(arrays[2:])))
    script = keras_script(spec)
    names: dict[str, Any] = {}
    exec(script.split("model = ")[0], names)
    available = len(digits.y_train)
    used, _ = split(spec.seed, available, spec.examples_used(available), 0)
    rows = spec.loss == "mean_squared_error"
    assert np.array_equal(_numbers(names["y_train"], rows), training_labels(spec, digits)[used])
    assert np.allclose(names["x_train"], digits.x_train[used] / 255)
    images, labels = validation_set(spec, digits)
    x, y = ("x_val", "y_val") if spec.validation == HELD_BACK else ("x_test", "y_test")
    assert f"validation_data=({x}, {y})" in script
    assert np.allclose(names[x], images / 255)
    assert np.array_equal(_numbers(names[y], rows), labels)
    assert script.rstrip().endswith("model.evaluate(x_test, y_test)")


def test_other_data_sets_are_loaded_from_an_npz_file(
    digits: Digits, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    np.savez(
        "kmnist.npz", x_train=digits.x_train, y_train=digits.y_train, x_test=digits.x_test, y_test=digits.y_test
    )  # fmt: skip
    spec = replace(HELD, data="u1a2b3c4d-kmnist", patience=1, clip_norm=0.5)
    script = keras_script(spec)
    assert "EarlyStopping(patience=1, restore_best_weights=True)" in script
    assert "global_clipnorm=0.5" in script
    names: dict[str, Any] = {}
    exec(script, names)  # to its end
    assert names["x_val"].shape == (106, 28, 28)


def test_only_the_article_s_preset_looks_at_the_test_digits() -> None:
    assert [key for key, preset in PRESETS.items() if preset.spec.validation == "test"] == ["article"]
