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
        Shape of its kernel, whose last axis is that of its bias; empty for a layer without weights.
    layer : str
        What the layer is, for people ("Dense, 512 units, relu").
    arithmetic : str
        How the count of its parameters comes about ("784·512 + 512").
    """

    kind: str
    name: str
    options: Mapping[str, Any]
    shape: Shape
    layer: str
    arithmetic: str
    kernel: Shape = field(default=())

    @property
    def parameters(self) -> int:
        """Weights and biases of the layer."""
        return prod(self.kernel) + self.kernel[-1] if self.kernel else 0


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
    reshapes = f"reshapes to {inputs}" if convolutional else f"reshapes {SIDE}×{SIDE} to {inputs}"
    flatten = ParameterRow("Flatten", "flatten", {}, (inputs,), "Flatten", f"no parameters: {reshapes}")
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


def _convolutional(spec: NetworkSpec) -> Iterator[ParameterRow]:
    side, channels, pools = SIDE, 1, 0
    shape = (side, side, channels)
    yield ParameterRow("Reshape", "reshape", {"target_shape": shape}, shape, "Reshape", "no parameters")
    for place, layer in enumerate(spec.convolution_layers):
        size, filters = layer.kernel_size, layer.filters
        side = side - size + 1
        yield ParameterRow(
            "Conv2D", numbered("conv2d", place),
            {"filters": filters, "kernel_size": size, "activation": layer.activation}, (side, side, filters),
            f"Conv2D, {filters} filters {size}×{size}, {layer.activation}",
            f"{size}·{size}·{channels}·{filters} + {filters}", (size, size, channels, filters),
        )  # fmt: skip
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
        yield _dense_row(place, inputs, layer.units, str(layer.activation))
        if layer.dropout:
            yield ParameterRow(
                "Dropout", numbered("dropout", dropouts), {"rate": layer.dropout}, (layer.units,),
                f"Dropout, {layer.dropout:g}", "no parameters: switches units off at random",
            )  # fmt: skip
            dropouts += 1
        inputs = layer.units
    yield _dense_row(len(spec.layers), inputs, CLASSES, "softmax")


def _dense_row(place: int, inputs: int, units: int, activation: str) -> ParameterRow:
    return ParameterRow(
        "Dense", numbered("dense", place), {"units": units, "activation": activation}, (units,),
        f"Dense, {units} units, {activation}", f"{inputs}·{units} + {units}", (inputs, units),
    )  # fmt: skip
