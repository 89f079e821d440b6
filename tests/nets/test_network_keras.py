"""Keras is the oracle: layers, counts, summary, script and the NumPy forward pass agree with it."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from netlab.nets import keras_model as nets_keras
from netlab.nets.keras_script import keras_script
from netlab.nets.keras_summary import summary
from netlab.nets.numpy_model import predict
from netlab.nets.presets import PRESETS
from netlab.nets.spec import Convolution, Dense, NetworkSpec
from netlab.nets.weight_file import weight_shapes
from netlab.nn.activations import ACTIVATIONS
from netlab.nn.initializers import INITIALIZERS
from netlab.nn.losses import LOSSES
from netlab.nn.place import Place, shown_in

SPECS = [
    *(preset.spec for preset in PRESETS.values()),
    *(
        NetworkSpec(hidden=(Dense(16, name, 0.1), 8), activation=name)
        for name in shown_in(ACTIVATIONS, Place.TRAIN)
    ),
    NetworkSpec(convolutions=(Convolution(3, 4, 3, "tanh"), Convolution(5, 2, 1)), hidden=()),
    NetworkSpec(hidden=(16, Dense(8, "tanh", 0.0)), normalisation="batch"),
    NetworkSpec(
        convolutions=(Convolution(3, 4, 3, "tanh"), Convolution(5, 2, 1)),
        hidden=(9,),
        l2=0.1,
        normalisation="batch",
    ),
]


def _named(spec: NetworkSpec) -> dict[str, np.ndarray]:
    values = (variable.numpy() for variable in nets_keras.build(spec).weights)
    return dict(zip(weight_shapes(spec), values, strict=True))


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: f"{spec.activation}-{spec.parameter_count}")
def test_counts_shapes_and_summary_are_keras_s(spec: NetworkSpec) -> None:
    model = nets_keras.build(spec)
    lines: list[str] = []
    model.summary(print_fn=lambda text, line_break=True: lines.append(text), line_length=80)
    assert model.count_params() == spec.parameter_count
    assert [tuple(variable.shape) for variable in model.weights] == list(weight_shapes(spec).values())
    if not spec.convolutions:
        assert [variable.path.split("/", 1)[1] for variable in model.weights] == list(weight_shapes(spec))
    names = {layer.name for layer in model.layers}
    ours = summary(spec)
    assert [_words(line) for line in lines[0].splitlines()] == [_words(line) for line in ours.splitlines()], (
        names
    )


def _words(line: str) -> list[str]:
    """A summary's line without the counters that Keras gives layers it built before."""
    return [word.rstrip("_0123456789") if "_" in word else word for word in line.split()]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: f"{spec.activation}-{spec.parameter_count}")
def test_numpy_reads_as_keras_does(spec: NetworkSpec) -> None:
    model = nets_keras.build(spec)
    weights = dict(zip(weight_shapes(spec), (v.numpy() for v in model.weights), strict=True))
    rng = np.random.default_rng(1)
    weights = {
        name: np.abs(weight + rng.normal(0, 0.05, weight.shape).astype(np.float32))
        if name.endswith("variance")
        else weight + rng.normal(0, 0.05, weight.shape).astype(np.float32)
        for name, weight in weights.items()
    }
    model.set_weights(list(weights.values()))
    images = rng.random((7, 28, 28), np.float32)
    expected = model.predict(images, verbose=0)
    np.testing.assert_allclose(predict(spec, weights, images), expected, atol=2e-6, rtol=2e-5)


def test_the_same_seed_draws_the_same_weights_and_another_seed_others() -> None:
    first, again, other = (_named(NetworkSpec(seed=seed)) for seed in (3, 3, 4))
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not np.array_equal(first["dense/kernel"], other["dense/kernel"])


@pytest.mark.parametrize("initializer", shown_in(INITIALIZERS, Place.TRAIN))
def test_every_initializer_is_one_keras_knows(initializer: str) -> None:
    kernel = _named(NetworkSpec(initializer=initializer))["dense/kernel"]
    assert kernel.any() == (initializer != "zeros")


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: f"{spec.activation}-{spec.parameter_count}")
def test_the_script_builds_this_very_model(spec: NetworkSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures, labels = np.zeros((300, 28, 28), np.uint8), (np.arange(300) % 10).astype(np.uint8)
    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: ((pictures, labels), (pictures, labels)))
    head = keras_script(spec).split("model.fit(")[0].replace("model.summary()", "")
    names: dict[str, object] = {}
    exec(head, names)  # the script we show is the script we run
    model = names["model"]
    assert isinstance(model, keras.Sequential)
    assert model.count_params() == spec.parameter_count
    wanted = nets_keras.optimizer(spec).get_config()
    assert {k: v for k, v in model.optimizer.get_config().items() if k != "name"} == {
        k: v for k, v in wanted.items() if k != "name"
    }
    assert [layer.__class__ for layer in model.layers] == [
        layer.__class__ for layer in nets_keras.build(spec).layers
    ]


def test_the_script_runs_from_end_to_end(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    rng = np.random.default_rng(0)
    data = (rng.integers(0, 255, (64, 28, 28)).astype(np.uint8), (np.arange(64) % 10).astype(np.uint8))
    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: (data, data))
    monkeypatch.chdir(str(tmp_path))
    for loss, row in shown_in(LOSSES, Place.TRAIN).items():
        for smoothing in (0.0, 0.1) if row.smoothed else (0.0,):
            spec = NetworkSpec(
                hidden=(8,),
                epochs=1,
                loss=loss,
                label_smoothing=smoothing,
                train_examples=50,
                schedule="cosine",
            )
            names: dict[str, object] = {}
            exec(keras_script(spec), names)
            model = names["model"]
            assert isinstance(model, keras.Sequential)
            labels = data[1][:8]
            shown = model.predict(data[0][:8] / 255.0, verbose=0)
            rows = keras.utils.to_categorical(labels, 10) if row.keras_twin(smoothing).one_hot else labels
            reported = float(model.compute_loss(y=rows, y_pred=shown))
            assert reported == pytest.approx(float(np.mean(nets_keras.loss(spec)(labels, shown))), rel=1e-6)
