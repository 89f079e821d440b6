"""A .keras file of ours is one of Keras's: the real Keras opens it, and ours opens Keras's, to the same answers."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest

from netlab.nets import keras_file, keras_model, weight_file
from netlab.nets.numpy_model import predict
from netlab.nets.presets import PRESETS
from netlab.nets.spec import Convolution, Dense, NetworkSpec
from netlab.nets.weight_file import WeightsError, weight_shapes
from netlab.nn.activations import ACTIVATIONS
from netlab.nn.place import Place, shown_in

MIXED = NetworkSpec(
    hidden=(Dense(9, "tanh", 0.0), Dense(7, "swish", 0.5)),
    convolutions=(Convolution(3, 5, 2), Convolution(2, 3, 1, "gelu")),
    l1=0.001,
    initializer="he_normal",
)
NORMALISED = replace(MIXED, normalisation="batch")
SPECS = {
    **{name: preset.spec for name, preset in PRESETS.items()},
    "mixed": MIXED,
    "normalised": NORMALISED,
    "deep and normalised": NetworkSpec(hidden=(5,) * 12, normalisation="batch"),
}


def weights_of(spec: NetworkSpec) -> dict[str, Any]:
    rng = np.random.default_rng(3)
    drawn = {
        name: rng.normal(0, 0.05, shape).astype(np.float32) for name, shape in weight_shapes(spec).items()
    }
    return {name: np.abs(array) if name.endswith("variance") else array for name, array in drawn.items()}


def pictures() -> Any:
    return np.random.default_rng(5).random((6, 28, 28)).astype(np.float32)


@pytest.mark.parametrize("name", SPECS)
def test_keras_opens_what_we_write_and_gives_the_same_answers(name: str, tmp_path: Path) -> None:
    spec, path = SPECS[name], tmp_path / "network.keras"
    weights = weights_of(spec)
    path.write_bytes(keras_file.to_bytes(spec, weights))
    model = keras.models.load_model(path)
    np.testing.assert_allclose(
        model.predict(pictures(), verbose=0), predict(spec, weights, pictures()), atol=1e-6
    )
    rates = [layer.rate for layer in model.layers if isinstance(layer, keras.layers.Dropout)]
    assert rates == [layer.dropout for layer in spec.layers if layer.dropout]
    kept, found = keras_file.read(path)
    assert kept.layers == spec.layers
    assert kept.convolution_layers == spec.convolution_layers
    assert kept.normalisation == spec.normalisation
    assert all(np.array_equal(found[key], weights[key]) for key in weights)


@pytest.mark.parametrize("activation", sorted(shown_in(ACTIVATIONS, Place.TRAIN)))
def test_we_open_what_keras_writes(activation: str, tmp_path: Path) -> None:
    spec, path = NetworkSpec(hidden=(6, 5), activation=activation, dropout=0.1, l2=0.01), tmp_path / "k.keras"
    model = keras_model.build(spec)
    model.save(path)
    found, weights = keras_file.read(path)
    assert found.layers == spec.layers
    np.testing.assert_allclose(
        model.predict(pictures(), verbose=0), predict(found, weights, pictures()), atol=1e-6
    )


def test_a_network_of_a_reader_s_own_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "own.keras"
    model = keras.Sequential(
        [
            keras.layers.Input((28, 28, 1)),
            keras.layers.Conv2D(4, 3, activation="relu", name="first"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(8, activation="silu", name="my_layer"),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(pictures()[..., None], np.arange(6), verbose=0)
    model.save(path)
    spec, weights = keras_file.read(path)
    assert spec.convolution_layers == (Convolution(4, 3, 2, "relu"),)
    assert spec.layers == (Dense(8, "swish", 0.5),)
    expected = model.predict(pictures()[..., None], verbose=0)
    np.testing.assert_allclose(predict(spec, weights, pictures()), expected, atol=1e-6)


@pytest.mark.parametrize(
    "spec",
    [NORMALISED, NetworkSpec(hidden=(5,) * 12, normalisation="batch", l1=0.1, l2=0.1)],
    ids=["mixed", "deep"],
)
def test_we_open_a_normalised_network_that_keras_trained(spec: NetworkSpec, tmp_path: Path) -> None:
    path, model = tmp_path / "k.keras", keras_model.build(spec)
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(pictures(), np.arange(6), batch_size=3, verbose=0)
    model.save(path)
    found, weights = keras_file.read(path)
    assert (found.layers, found.convolution_layers) == (spec.layers, spec.convolution_layers)
    assert found.normalisation == "batch"
    means = [array for name, array in weights.items() if name.endswith("moving_mean")]
    assert len(means) == len(spec.hidden) + len(spec.convolutions)
    assert all(mean.any() for mean in means)
    np.testing.assert_allclose(
        model.predict(pictures(), verbose=0), predict(found, weights, pictures()), atol=1e-5
    )


def test_an_activation_may_be_a_layer_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "own.keras"
    model = keras.Sequential(
        [
            keras.layers.Input((28, 28, 1)),
            keras.layers.Conv2D(4, 3),
            keras.layers.Activation("tanh"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(8),
            keras.layers.Activation("silu"),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(10),
            keras.layers.Activation("softmax"),
        ]
    )
    model.save(path)
    spec, weights = keras_file.read(path)
    assert spec.convolution_layers == (Convolution(4, 3, 2, "tanh"),)
    assert spec.layers == (Dense(8, "swish", 0.5),)
    expected = model.predict(pictures()[..., None], verbose=0)
    np.testing.assert_allclose(predict(spec, weights, pictures()), expected, atol=1e-6)


def test_a_variance_below_0_is_refused(tmp_path: Path) -> None:
    path, weights = tmp_path / "own.keras", weights_of(NORMALISED)
    weights["batch_normalization_1/moving_variance"][0] = -1
    path.write_bytes(keras_file.to_bytes(NORMALISED, weights))
    with pytest.raises(WeightsError, match="variances below 0"):
        keras_file.read(path)
    other = tmp_path / "own.npz"
    other.write_bytes(weight_file.to_bytes(NORMALISED, weights))
    with pytest.raises(WeightsError, match="variances below 0"):
        weight_file.read(other)


def test_a_normalised_network_goes_through_an_npz(tmp_path: Path) -> None:
    spec = NetworkSpec(hidden=(5,) * 12, normalisation="batch")
    path, weights = tmp_path / "own.npz", weights_of(spec)
    path.write_bytes(weight_file.to_bytes(spec, weights))
    kept, found = weight_file.read(path)
    assert kept == spec
    assert list(found) == list(weights)
    assert all(np.array_equal(found[key], weights[key]) for key in weights)


FLAT, LAST = keras.layers.Flatten(), {"units": 10, "activation": "softmax"}


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        (
            [
                FLAT,
                keras.layers.Dense(4),
                keras.layers.BatchNormalization(),
                keras.layers.Dense(4),
                keras.layers.Dense(**LAST),
            ],
            "after 1 of its 2 hidden layers",
        ),
        ([FLAT, keras.layers.Dense(4, "relu"), keras.layers.BatchNormalization()], "before their activation"),
        ([FLAT, keras.layers.BatchNormalization()], "has to follow"),
        ([FLAT, keras.layers.Dense(4), keras.layers.BatchNormalization(epsilon=0.1)], "epsilon"),
        ([FLAT, keras.layers.Dense(4), keras.layers.BatchNormalization(scale=False)], "scale"),
        ([FLAT, keras.layers.Dense(4, "relu"), keras.layers.Activation("tanh")], "no activation of its own"),
        (
            [
                FLAT,
                keras.layers.Dense(10),
                keras.layers.BatchNormalization(),
                keras.layers.Activation("softmax"),
            ],
            "softmax",
        ),
        ([keras.layers.LayerNormalization()], "LayerNormalization"),
        ([keras.layers.Lambda(lambda x: x)], "Lambda"),
        ([keras.layers.Dense(4, use_bias=False)], "use_bias"),
        ([keras.layers.Flatten(), keras.layers.Dense(4, activation="exponential")], "exponential"),
        ([keras.layers.Flatten(), keras.layers.Dense(10)], "softmax"),
        ([keras.layers.Reshape((28, 28, 1)), keras.layers.Conv2D(2, 3, padding="same")], "padding"),
    ],
)
def test_another_network_is_refused_by_name(layers: list[Any], said: str, tmp_path: Path) -> None:
    path = tmp_path / "other.keras"
    keras.Sequential([keras.layers.Input((28, 28)), *layers]).save(path)
    with pytest.raises(WeightsError, match=said):
        keras_file.read(path)


def packed(members: dict[str, bytes], kind: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", kind) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def members() -> dict[str, bytes]:
    spec = NetworkSpec(hidden=(4,))
    with zipfile.ZipFile(io.BytesIO(keras_file.to_bytes(spec, weights_of(spec)))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_config(change: Callable[[Any], None]) -> bytes:
    parts = members()
    config = json.loads(parts["config.json"])
    change(config)
    return packed(parts | {"config.json": json.dumps(config).encode()})


def with_weights(change: Callable[[Any], None]) -> bytes:
    parts = members()
    buffer = io.BytesIO(parts["model.weights.h5"])
    with h5py.File(buffer, "r+") as file:
        change(file)
    return packed(parts | {"model.weights.h5": buffer.getvalue()})


def linked(file: Any, link: Any) -> None:
    del file["layers/dense/vars/0"]
    file["layers/dense/vars/0"] = link


def replaced(file: Any, **settings: Any) -> None:
    del file["layers/dense/vars/0"]
    file.create_dataset("layers/dense/vars/0", **settings)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "no zip": (lambda: b"hello" * 100, "zip"),
    "empty": (lambda: b"", "zip"),
    "cut short": (lambda: packed(members())[:-30], "zip"),
    "another member": (lambda: packed(members() | {"../../evil.py": b"x"}), "4 members"),
    "another name": (lambda: packed({**members(), "metadata.json": b"{}"} | {"x": b""}), "members"),
    "a bomb": (
        lambda: packed(members() | {"config.json": b" " * 10_000_000}, zipfile.ZIP_DEFLATED),
        "unpacks to",
    ),
    "deep lists": (lambda: packed(members() | {"config.json": b"[" * 100_000}), "nested"),
    "no JSON": (lambda: packed(members() | {"config.json": b"\xff\xfe"}), "no network"),
    "not a number": (lambda: packed(members() | {"config.json": b"NaN"}), "NaN"),
    "no HDF5": (lambda: packed(members() | {"model.weights.h5": b"x" * 1000}), "no network"),
    "a functional model": (lambda: with_config(lambda c: c.update(class_name="Functional")), "Functional"),
    "a module of its own": (
        lambda: with_config(lambda c: c["config"]["layers"][2].update(module="os", class_name="system")),
        "system",
    ),
    "a registered class": (
        lambda: with_config(lambda c: c["config"]["layers"][2].update(registered_name="mine>Dense")),
        "layer 3",
    ),
    "an activation that is code": (
        lambda: with_config(
            lambda c: c["config"]["layers"][2]["config"].update(
                activation={"class_name": "__lambda__", "config": {"value": "4wAAAAA="}}
            )
        ),
        "activation",
    ),
    "too many units": (
        lambda: with_config(lambda c: c["config"]["layers"][2]["config"].update(units=10**9)),
        "units",
    ),
    "units in words": (
        lambda: with_config(lambda c: c["config"]["layers"][2]["config"].update(units="many")),
        "units",
    ),
    "other units": (
        lambda: with_config(lambda c: c["config"]["layers"][2]["config"].update(units=5)),
        "plain array",
    ),
    "an external link": (
        lambda: with_weights(lambda file: linked(file, h5py.ExternalLink("/etc/passwd", "/"))),
        "has no layers/dense",
    ),
    "a soft link": (
        lambda: with_weights(lambda file: linked(file, h5py.SoftLink("/layers/dense/vars/1"))),
        "has no layers/dense",
    ),
    "packed arrays": (
        lambda: with_weights(
            lambda file: replaced(file, shape=(784, 4), dtype="f4", compression="gzip", chunks=(784, 4))
        ),
        "plain array",
    ),
    "an array in another file": (
        lambda: with_weights(
            lambda file: replaced(file, shape=(784, 4), dtype="f4", external=[("/etc/passwd", 0, 12544)])
        ),
        "plain array",
    ),
    "values that are no numbers": (
        lambda: with_weights(lambda file: file["layers/dense/vars/1"].write_direct(np.full(4, np.nan, "f4"))),
        "not numbers",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_a_sentence(name: str, tmp_path: Path) -> None:
    content, said = HOSTILE[name]
    path = tmp_path / "stranger.keras"
    path.write_bytes(content())
    with pytest.raises(WeightsError, match=said) as refused:
        keras_file.read(path)
    assert len(str(refused.value)) < 600


def test_a_file_cut_or_changed_anywhere_gives_a_sentence_or_a_network(tmp_path: Path) -> None:
    whole, rng = packed(members()), np.random.default_rng(0)
    path = tmp_path / "damaged.keras"
    for _ in range(300):
        damaged = bytearray(whole)
        for place in rng.integers(0, len(whole), 4):
            damaged[place] = rng.integers(256)
        path.write_bytes(bytes(damaged))
        try:
            spec, weights = keras_file.read(path)
        except WeightsError:
            continue
        assert {name: array.shape for name, array in weights.items()} == weight_shapes(spec)


def test_a_weights_file_is_no_keras_file(tmp_path: Path) -> None:
    path, spec = tmp_path / "w.keras", NetworkSpec(hidden=(4,))
    path.write_bytes(weight_file.to_bytes(spec, weights_of(spec)))
    with pytest.raises(WeightsError, match="members"):
        keras_file.read(path)
