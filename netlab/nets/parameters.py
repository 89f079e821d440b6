"""The one walk over a network's layers: what each is called, gives and holds, as Keras lists them.

Everything that needs the layers in order reads them from here: the parameter table, the Keras model, its script and
its summary, the forward pass in NumPy, the names and shapes of the weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, Any

from netlab.arrays import CLASSES, SIDE

if TYPE_CHECKING:
    from netlab.nets.spec import NetworkSpec

Shape = tuple[int, ...]

EPSILON = 1e-3
"""What batch normalisation adds to a variance before its root: Keras's default."""
MOMENTUM = 0.99
"""The share of a moving mean that a batch leaves as it was: Keras's default."""
TRAINED, MEASURED = ("gamma", "beta"), ("moving_mean", "moving_variance")
"""What batch normalisation holds of each unit: a scale and a shift, and what it measured of the batches so far."""


@dataclass(frozen=True)
class ParameterRow:
    """One layer.

    Attributes
    ----------
    kind, name : str
        Its class in ``keras.layers`` and its name in a fresh Keras session ("Dense", "dense_1").
    options : mapping
        What that class is given, in the order of its arguments.
    shape : tuple of int
        Output shape of one example, without the batch axis.
    kernel : tuple of int
        Shape of its kernel, whose last axis is that of its bias; empty for a layer that has none.
    layer : str
        What the layer is, for people ("Dense, 512 units, relu").
    arithmetic : str
        How the count of its parameters comes about ("784·512 + 512").
    note : str
        What the terms are, where that is not plain.
    """

    kind: str
    name: str
    options: Mapping[str, Any]
    shape: Shape
    layer: str
    arithmetic: str
    kernel: Shape = field(default=())
    note: str = ""

    @property
    def arrays(self) -> dict[str, Shape]:
        """Names and shapes of what the layer holds, in Keras's order."""
        if self.kind == "BatchNormalization":
            return dict.fromkeys((*TRAINED, *MEASURED), self.shape[-1:])
        return {"kernel": self.kernel, "bias": self.kernel[-1:]} if self.kernel else {}

    @property
    def parameters(self) -> int:
        """How many numbers the layer holds, as Keras counts them: weights, biases and what normalisation has."""
        return sum(prod(shape) for shape in self.arrays.values())

    @property
    def trained(self) -> int:
        """How many of them a gradient moves; the means and variances of normalisation are measured instead."""
        return sum(prod(shape) for part, shape in self.arrays.items() if part not in MEASURED)


def walk(spec: NetworkSpec) -> tuple[ParameterRow, ...]:
    """Every layer that Keras lists, the input left out, from the picture to the ten probabilities.

    Parameters
    ----------
    spec : NetworkSpec
        The network.

    Returns
    -------
    tuple of ParameterRow
        One a layer, in order.

    Examples
    --------
    >>> from netlab.nets.spec import NetworkSpec
    >>> [row.name for row in walk(NetworkSpec())]
    ['flatten', 'dense', 'dropout', 'dense_1']
    """
    convolutional = tuple(_convolutional(spec)) if spec.convolutions else ()
    inputs = prod(convolutional[-1].shape) if convolutional else SIDE * SIDE
    told = (
        f"no parameters: reshapes to {inputs}"
        if convolutional
        else f"no parameters: reshapes {SIDE}×{SIDE} to {inputs}"
    )
    flatten = ParameterRow("Flatten", "flatten", {}, (inputs,), "Flatten", told)
    return (*convolutional, flatten, *_dense(spec, inputs))


def numbered(kind: str, place: int) -> str:
    """A layer's name in a fresh Keras session: "dense", "dense_1", "dense_2"…

    Parameters
    ----------
    kind : str
        A layer's first name, such as "dense".
    place : int
        How many of this kind come before it.

    Returns
    -------
    str
        The name.
    """
    return kind if place == 0 else f"{kind}_{place}"


def activations(spec: NetworkSpec) -> tuple[str, ...]:
    """The activation of each layer that has a kernel, in order; the last is the softmax.

    Parameters
    ----------
    spec : NetworkSpec
        The network.

    Returns
    -------
    tuple of str
        Keys of ``netlab.nn.activations.ACTIVATIONS``, and "softmax".
    """
    filters = (str(layer.activation) for layer in spec.convolution_layers)
    return (*filters, *(str(layer.activation) for layer in spec.layers), "softmax")


def _normalised(spec: NetworkSpec, place: int, shape: Shape, activation: str) -> Iterator[ParameterRow]:
    """What stands between the weighted sums of a hidden layer and the next layer, where its batches are normalised.

    Source: Ioffe & Szegedy (2015), Batch normalization: accelerating deep network training by reducing internal
    covariate shift.
    """
    if not spec.normalises:
        return
    units = shape[-1]
    yield ParameterRow(
        "BatchNormalization", numbered("batch_normalization", place), {}, shape,
        f"BatchNormalization, {units} {'units' if len(shape) == 1 else 'filters'}",
        f"2·{units} + 2·{units}", note="scale γ and shift β are trained, moving mean and variance measured",
    )  # fmt: skip
    yield ParameterRow(
        "Activation", numbered("activation", place), {"activation": activation}, shape,
        f"Activation, {activation}", "no parameters: bends each number",
    )  # fmt: skip


def _summed(spec: NetworkSpec, activation: str) -> dict[str, str]:
    """The activation of a layer itself; none where normalisation comes between its weighted sums and that."""
    return {} if spec.normalises else {"activation": activation}


def _named(layer: str, own: Mapping[str, str]) -> str:
    return ", ".join([layer, *own.values()])


def _convolutional(spec: NetworkSpec) -> Iterator[ParameterRow]:
    side, channels, pools = SIDE, 1, 0
    shape = (side, side, channels)
    yield ParameterRow("Reshape", "reshape", {"target_shape": shape}, shape, "Reshape", "no parameters")
    for place, layer in enumerate(spec.convolution_layers):
        size, filters = layer.kernel_size, layer.filters
        side = side - size + 1
        own = _summed(spec, str(layer.activation))
        yield ParameterRow(
            "Conv2D", numbered("conv2d", place), {"filters": filters, "kernel_size": size, **own}, (side, side, filters),
            _named(f"Conv2D, {filters} filters {size}×{size}", own),
            f"{size}·{size}·{channels}·{filters} + {filters}", (size, size, channels, filters),
        )  # fmt: skip
        yield from _normalised(spec, place, (side, side, filters), str(layer.activation))
        if layer.pool > 1:
            side //= layer.pool
            yield ParameterRow(
                "MaxPooling2D", numbered("max_pooling2d", pools), {"pool_size": layer.pool}, (side, side, filters),
                f"MaxPooling2D, {layer.pool}×{layer.pool}", "no parameters: keeps the largest",
            )  # fmt: skip
            pools += 1
        channels = filters


def _dense(spec: NetworkSpec, inputs: int) -> Iterator[ParameterRow]:
    dropouts = 0
    for place, layer in enumerate(spec.layers):
        yield _dense_row(place, inputs, layer.units, _summed(spec, str(layer.activation)))
        yield from _normalised(spec, len(spec.convolutions) + place, (layer.units,), str(layer.activation))
        if layer.dropout:
            yield ParameterRow(
                "Dropout", numbered("dropout", dropouts), {"rate": layer.dropout}, (layer.units,),
                f"Dropout, {layer.dropout:g}", "no parameters: switches units off at random",
            )  # fmt: skip
            dropouts += 1
        inputs = layer.units
    yield _dense_row(len(spec.layers), inputs, CLASSES, {"activation": "softmax"})


def _dense_row(place: int, inputs: int, units: int, own: Mapping[str, str]) -> ParameterRow:
    return ParameterRow(
        "Dense", numbered("dense", place), {"units": units, **own}, (units,),
        _named(f"Dense, {units} units", own), f"{inputs}·{units} + {units}", (inputs, units),
    )  # fmt: skip
