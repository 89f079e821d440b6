"""A specification becomes a Keras model: the one room that builds networks in Keras."""

from __future__ import annotations

from typing import Any

from netlab.arrays import CLASSES, SIDE
from netlab.nets.layers import chosen
from netlab.nets.parameters import ParameterRow, walk
from netlab.nets.spec import NetworkSpec
from netlab.nn.losses import LOSSES
from netlab.nn.optimizers import ON_TRAIN


def build(spec: NetworkSpec) -> Any:
    """The uncompiled ``keras.Sequential`` of a spec, its weights drawn from the spec's seed.

    Parameters
    ----------
    spec : NetworkSpec
        The network.

    Returns
    -------
    keras.Sequential
        Inputs (n, 28, 28) in [0, 1], outputs (n, 10) probabilities.
    """
    import keras

    keras.utils.set_random_seed(spec.seed)
    layers = [_layer(spec, row) for row in walk(spec)]
    return keras.Sequential([keras.layers.Input((SIDE, SIDE)), *layers], name="sequential")


def optimizer(spec: NetworkSpec) -> Any:
    """The Keras optimizer of a spec, with every setting given by name.

    Parameters
    ----------
    spec : NetworkSpec
        The network, of which the optimizer and its settings count.

    Returns
    -------
    keras.optimizers.Optimizer
        A new one, no step taken.

    Raises
    ------
    ValueError
        If Keras does not have it.
    """
    import keras

    row = chosen("optimizer", spec.optimizer, ON_TRAIN)
    if row.keras_class is None:
        raise ValueError(f"Keras has no optimizer {row.title}: Netlab trains with an update of its own.")
    return getattr(keras.optimizers, row.keras_class)(**spec.optimizer_arguments)


def loss(spec: NetworkSpec) -> Any:
    """The Keras loss of a spec; it takes integer labels (n,) and probabilities (n, 10).

    Parameters
    ----------
    spec : NetworkSpec
        The network, of which the loss and the label smoothing count.

    Returns
    -------
    callable
        (labels (n,), probabilities (n, 10)) → the mean loss of the batch.
    """
    import keras

    twin = chosen("loss", spec.loss, LOSSES).keras_twin(spec.label_smoothing)
    made = getattr(keras.losses, twin.class_name)(**dict(twin.arguments))
    if not twin.one_hot:
        return made
    return lambda labels, probabilities: made(
        keras.ops.one_hot(keras.ops.reshape(keras.ops.cast(labels, "int32"), (-1,)), CLASSES), probabilities
    )


def _layer(spec: NetworkSpec, row: ParameterRow) -> Any:
    import keras

    kernel: dict[str, Any] = {}
    if row.kernel:
        penalty = keras.regularizers.L1L2(spec.l1, spec.l2) if spec.l1 or spec.l2 else None
        kernel = {"kernel_initializer": spec.initializer, "kernel_regularizer": penalty}
    return getattr(keras.layers, row.kind)(**row.options, **kernel, name=row.name)
