"""A specification counts its parameters right, refuses nonsense by name, and survives JSON."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.nets.keras_script import keras_script
from netlab.nets.keras_summary import description
from netlab.nets.presets import PRESETS
from netlab.nets.spec import NORMALISATIONS, Convolution, Dense, NetworkSpec, SpecError
from netlab.nn.activations import ACTIVATIONS
from netlab.nn.optimizers import ON_TRAIN
from netlab.nn.place import Place, shown_in

ACTIVATION_NAMES = list(shown_in(ACTIVATIONS, Place.TRAIN))


def test_the_article_network_has_407050_parameters_with_the_arithmetic_written_out() -> None:
    spec = NetworkSpec()
    rows = spec.parameter_table()
    assert spec.parameter_count == 407_050
    assert [(row.arithmetic, row.parameters) for row in rows if row.parameters] == [
        ("784·512 + 512", 401_920),
        ("512·10 + 10", 5_130),
    ]
    assert [row.layer.split(",")[0] for row in rows] == ["Flatten", "Dense", "Dropout", "Dense"]


def test_each_layer_may_have_its_own_width_activation_and_dropout() -> None:
    spec = NetworkSpec(hidden=(Dense(64, "tanh", 0.0), 32), activation="elu", dropout=0.5)
    assert spec.layers == (Dense(64, "tanh", 0.0), Dense(32, "elu", 0.5))


def test_normalisation_has_four_numbers_a_unit_of_which_two_are_trained() -> None:
    spec = NetworkSpec(
        convolutions=(Convolution(8, 5, 2),), hidden=(64, 32), dropout=0.0, normalisation="batch"
    )
    rows = [row for row in spec.parameter_table() if row.kind == "BatchNormalization"]
    assert [(row.layer, row.parameters, row.trained) for row in rows] == [
        ("BatchNormalization, 8 filters", 32, 16),
        ("BatchNormalization, 64 units", 256, 128),
        ("BatchNormalization, 32 units", 128, 64),
    ]
    assert rows[1].arithmetic == "2·64 + 2·64"
    assert rows[1].note == "scale γ and shift β are trained, moving mean and variance measured"
    plain = replace(spec, normalisation="none")
    assert spec.parameter_count == plain.parameter_count + 4 * (8 + 64 + 32)
    assert [row.kind for row in spec.parameter_table()][:5] == [
        "Conv2D", "BatchNormalization", "Activation", "MaxPooling2D", "Flatten",
    ]  # fmt: skip


def test_normalisation_is_off_unless_asked_for_and_in_a_spec_of_before_there_was_any() -> None:
    old = NetworkSpec(hidden=(8,)).to_json()
    del old["normalisation"]
    assert NetworkSpec.from_json(old) == NetworkSpec(hidden=(8,))
    assert not NetworkSpec.from_json(old).normalises
    assert not NetworkSpec(hidden=(), normalisation="batch").normalises
    with pytest.raises(SpecError, match="normalisation must be one of none, batch"):
        NetworkSpec(normalisation="layer")


layers = st.builds(
    Dense,
    st.integers(1, 200),
    st.none() | st.sampled_from(ACTIVATION_NAMES),
    st.none() | st.floats(0.0, 0.9),
)
convolutions = st.builds(Convolution, st.integers(1, 8), st.integers(1, 5), st.integers(1, 2))
specs = st.builds(
    NetworkSpec,
    hidden=st.lists(layers, max_size=4).map(tuple),
    convolutions=st.lists(convolutions, max_size=2).map(tuple),
    activation=st.sampled_from(ACTIVATION_NAMES),
    optimizer=st.sampled_from(sorted(ON_TRAIN)),
    learning_rate=st.none() | st.floats(1e-6, 100.0),
    seed=st.integers(0, 1000),
    normalisation=st.sampled_from(NORMALISATIONS),
)


@given(specs)
def test_a_spec_survives_json(spec: NetworkSpec) -> None:
    assert NetworkSpec.from_json(spec.to_json()) == spec


@given(specs)
def test_the_written_arithmetic_gives_the_number_beside_it(spec: NetworkSpec) -> None:
    for row in spec.parameter_table():
        if row.parameters:
            assert eval(row.arithmetic.replace("·", "*")) == row.parameters  # noqa: S307 - our own text


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"hidden": (0,)}, "hidden layer 1: units"),
        ({"hidden": (512, -3)}, "hidden layer 2: units"),
        ({"hidden": (10**9,)}, "units"),
        ({"hidden": (4096, 4096)}, "parameters"),
        ({"hidden": ("a",)}, "hidden layer 1"),
        ({"hidden": (True,)}, "hidden layer 1"),
        ({"hidden": (8,) * 13}, "at most"),
        ({"dropout": 1.0}, "dropout"),
        ({"dropout": math.nan}, "dropout"),
        ({"activation": "relu6"}, "activation"),
        ({"optimizer": "sdg"}, "optimizer"),
        ({"learning_rate": 0.0}, "learning_rate"),
        ({"learning_rate": math.inf}, "learning_rate"),
        ({"learning_rate": "fast"}, "learning_rate"),
        ({"settings": {"momentum": 0.5}}, "no setting 'momentum'"),
        ({"settings": {"beta_1": 2.0}}, "beta_1"),
        ({"batch_size": 0}, "batch_size"),
        ({"batch_size": 1.5}, "batch_size"),
        ({"epochs": None}, "epochs"),
        ({"epochs": 10**12}, "epochs"),
        ({"seed": -1}, "seed"),
        ({"train_examples": 0}, "train_examples"),
        ({"loss": "hinge"}, "loss"),
        ({"label_smoothing": 0.6}, "label_smoothing"),
        ({"label_smoothing": 0.1, "loss": "mean_squared_error"}, "belongs to cross-entropy"),
        ({"initializer": "ones"}, "initializer"),
        ({"augment": -1.0}, "augment"),
        ({"convolutions": (Convolution(8, 11, 4), Convolution(8, 11, 4))}, "convolution 2"),
        ({"convolutions": (Convolution(0),)}, "filters"),
        ({"convolutions": (Convolution(256, 5, 1),), "hidden": (), "batch_size": 4096}, "MB"),
    ],
)
def test_what_no_network_can_have_is_refused_by_name(change: dict[str, Any], named: str) -> None:
    with pytest.raises(SpecError, match=named):
        NetworkSpec(**change)


@pytest.mark.parametrize(
    "values",
    [{"hiden": [3]}, {"hidden": [{"unit": 3}]}, {"hidden": 5}, {"settings": 3}, {"convolutions": [7]}],
)
def test_json_that_is_no_network_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(SpecError):
        NetworkSpec.from_json(values)


def test_every_preset_is_a_network_of_its_own() -> None:
    assert len({repr(preset.spec) for preset in PRESETS.values()}) == len(PRESETS)


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        (NetworkSpec(), "512, adam"),
        (NetworkSpec(hidden=()), "no hidden layer, adam"),
        (PRESETS["zeros"].spec, "512, adam, weights from zeros, 2 epochs"),
        (PRESETS["rate-too-high"].spec, "512, sgd, rate 30, 2 epochs"),
        (
            NetworkSpec(hidden=(64, 32), activation="tanh", train_examples=3000, seed=7),
            "64-32, adam, tanh, 3,000 images, seed 7",
        ),
    ],
)
def test_in_a_few_words_two_runs_that_differ_look_different(spec: NetworkSpec, text: str) -> None:
    assert description(spec) == text


FLOATS: dict[str, Any] = {
    "dropout": 0, "l1": 1, "l2": 0, "augment": 1, "learning_rate": 1, "hidden": (Dense(8, dropout=0),),
}  # fmt: skip


@pytest.mark.parametrize("name", FLOATS)
def test_a_whole_number_where_a_float_is_meant_becomes_one(name: str) -> None:
    spec = NetworkSpec(**{name: FLOATS[name]})
    value = spec.hidden[0].dropout if name == "hidden" else getattr(spec, name)  # type: ignore[union-attr]
    assert type(value) is float
    assert NetworkSpec.from_json(spec.to_json()) == spec


@pytest.mark.parametrize("optimizer", [key for key, row in ON_TRAIN.items() if row.keras_class])
def test_every_setting_of_every_optimizer_is_a_float_in_the_script_too(optimizer: str) -> None:
    whole = {
        setting.key: int(setting.minimum) if setting.minimum == int(setting.minimum) else 1
        for setting in ON_TRAIN[optimizer].training_settings
        if setting.minimum == int(setting.minimum) or setting.maximum >= 1
    }
    spec = NetworkSpec(optimizer=optimizer, learning_rate=1, settings=whole)
    fixed = ON_TRAIN[optimizer].training_arguments
    assert {type(value) for name, value in spec.optimizer_arguments.items() if name not in fixed} == {float}
    assert "learning_rate=1.0" in keras_script(spec)
    assert all(f"{name}={float(value)!r}" in keras_script(spec) for name, value in whole.items())


@pytest.mark.parametrize("value", [True, "0.5", math.nan, math.inf, -math.inf, None, [0.1]])
@pytest.mark.parametrize("name", ["dropout", "l1", "l2", "augment"])
def test_what_is_no_number_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(SpecError, match=f"{name} must be a number"):
        NetworkSpec(**{name: value})


@pytest.mark.parametrize("value", [True, "0.5", math.nan])
def test_a_rate_or_a_layer_s_dropout_or_a_setting_that_is_no_number_is_refused(value: Any) -> None:
    for change in (
        {"learning_rate": value},
        {"hidden": (Dense(8, dropout=value),)},
        {"settings": {"beta_1": value}},
    ):
        with pytest.raises(SpecError, match="must be a number"):
            NetworkSpec(**change)
