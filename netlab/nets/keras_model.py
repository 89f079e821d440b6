"""A specification becomes a Keras model: the one room that builds networks in Keras."""

from __future__ import annotations

from typing import Any

from netlab.arrays import CLASSES, SIDE
from netlab.nets.choices import OPTIMIZER_CHOICES
from netlab.nets.layers import chosen
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import numbered


def build(spec: NetworkSpec) -> Any:
    """The uncompiled ``keras.Sequential`` of a spec, its weights drawn from the spec's seed.

    Inputs are (n, 28, 28) in [0, 1], outputs (n, 10) probabilities.
    """
    import keras

    keras.utils.set_random_seed(spec.seed)
    return keras.Sequential(
        [keras.layers.Input((SIDE, SIDE)), *_convolutions(spec), *_dense(spec)], name="sequential"
    )


def optimizer(spec: NetworkSpec) -> Any:
    """The Keras optimizer of a spec, with every setting given by name."""
    import keras

    choice = chosen("optimizer", spec.optimizer, OPTIMIZER_CHOICES)
    return getattr(keras.optimizers, choice.keras_class)(**spec.optimizer_arguments)


def loss(spec: NetworkSpec) -> Any:
    """The Keras loss of a spec; it takes integer labels (n,) and probabilities (n, 10)."""
    import keras

    return chosen(
        "loss", spec.loss,
        {
            "sparse_categorical_crossentropy": keras.losses.SparseCategoricalCrossentropy(),
            "mean_squared_error": _squared_error,
        },
    )  # fmt: skip


def _squared_error(labels: Any, probabilities: Any) -> Any:
    import keras

    digits = keras.ops.reshape(keras.ops.cast(labels, "int32"), (-1,))
    return keras.losses.mean_squared_error(keras.ops.one_hot(digits, CLASSES), probabilities)


def _regularizer(spec: NetworkSpec) -> Any:
    import keras

    return keras.regularizers.L1L2(spec.l1, spec.l2) if spec.l1 or spec.l2 else None


def _convolutions(spec: NetworkSpec) -> list[Any]:
    import keras

    layers: list[Any] = [keras.layers.Reshape((SIDE, SIDE, 1))] if spec.convolutions else []
    for place, layer in enumerate(spec.convolution_layers):
        layers.append(
            keras.layers.Conv2D(
                layer.filters,
                layer.kernel_size,
                activation=layer.activation,
                kernel_initializer=spec.initializer,
                kernel_regularizer=_regularizer(spec),
                name=numbered("conv2d", place),
            )
        )
        if layer.pool > 1:
            layers.append(keras.layers.MaxPooling2D(layer.pool))
    return layers


def _dense(spec: NetworkSpec) -> list[Any]:
    import keras

    def dense(place: int, units: int, activation: str | None) -> Any:
        return keras.layers.Dense(
            units,
            activation=activation,
            kernel_initializer=spec.initializer,
            kernel_regularizer=_regularizer(spec),
            name=numbered("dense", place),
        )

    layers: list[Any] = [keras.layers.Flatten(name="flatten")]
    for place, layer in enumerate(spec.layers):
        layers.append(dense(place, layer.units, layer.activation))
        if layer.dropout:
            layers.append(keras.layers.Dropout(layer.dropout, name=numbered("dropout", place)))
    return [*layers, dense(len(spec.layers), CLASSES, "softmax")]
