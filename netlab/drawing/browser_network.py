"""A network as the browser computes it: its layers in a few words, and its weights in one piece of bytes.

Normalisation is folded into the weights before it. They go as float16 where that loses nothing, as with what a run
keeps while it trains and with the networks that come along; else as float32.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.nets.numpy_model import answering, folded
from netlab.nets.parameters import ParameterRow
from netlab.nets.spec import NetworkSpec
from netlab.nn.activations import ACTIVATIONS

MOST_BYTES = 8 * 2**20
"""A larger network is read by the server alone."""
KINDS = {"Dense", "Conv2D", "MaxPooling2D", "Activation"}
"""What ``assets/network.js`` computes."""
NOTHING = {"Reshape", "Flatten", "BatchNormalization"}
"""What is no work: a shape only, or folded into the weights."""


@dataclass(frozen=True)
class BrowserNetwork:
    """Layers, each its kind, shapes and activation, and the numbers that they hold.

    Attributes
    ----------
    layers : list of dict
        In order, as JSON.
    half : bool
        Whether the numbers are float16.
    content : bytes
        Kernel and bias of each layer that has them, little-endian.
    name : str
        A hash of the content: 32 hexadecimal digits.
    """

    layers: list[dict[str, Any]]
    half: bool
    content: bytes
    name: str


def browser_network(spec: NetworkSpec, weights: Mapping[str, NDArray[Any]]) -> BrowserNetwork | None:
    """A network for the browser; None if it cannot compute it.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        What it holds by Keras's names.

    Returns
    -------
    BrowserNetwork or None
        None for a layer or an activation that the browser does not know, and for more than ``MOST_BYTES``.
    """
    rows = answering(spec)
    if any(row.kind not in KINDS | NOTHING for row in rows) or not _bends(rows) <= {*ACTIVATIONS, "softmax"}:
        return None
    held = folded(spec, weights)
    arrays = [
        np.asarray(held[f"{row.name}/{part}"], "<f4") for row in rows if row.kernel for part in row.arrays
    ]
    half = all(np.array_equal(array.astype("<f2").astype("<f4"), array) for array in arrays)
    content = b"".join(array.astype("<f2" if half else "<f4").tobytes() for array in arrays)
    if len(content) > MOST_BYTES:
        return None
    return BrowserNetwork(_layers(rows), half, content, hashlib.sha256(content).hexdigest()[:32])


def _bends(rows: tuple[ParameterRow, ...]) -> set[str]:
    return {str(row.options["activation"]) for row in rows if "activation" in row.options}


def _layers(rows: tuple[ParameterRow, ...]) -> list[dict[str, Any]]:
    layers, before = [], rows[0].shape
    for row in rows:
        if row.kind in KINDS:
            layer: dict[str, Any] = {"kind": row.kind, "shape": list(row.shape), "from": list(before)}
            if row.kernel:
                layer["kernel"] = list(row.kernel)
            if "activation" in row.options:
                layer["activation"] = row.options["activation"]
            if row.kind == "MaxPooling2D":
                layer["pool"] = row.options["pool_size"]
            layers.append(layer)
        before = row.shape
    return layers
