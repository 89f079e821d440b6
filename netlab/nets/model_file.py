"""A network in a file of a reader's own, whichever of the two kinds it is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from netlab.nets import keras_file, weight_file
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import Weights, WeightsError

SUFFIXES = (".npz", keras_file.SUFFIX)


def names_a_file(name: str) -> bool:
    """Whether a name is that of a file rather than of a run or of a network that comes along.

    Parameters
    ----------
    name : str
        What somebody typed.

    Returns
    -------
    bool
        True for a name with an ending or with a folder in it.
    """
    return bool(Path(name).suffix) or any(mark in name for mark in {os.sep, "/"})


def read(path: Path) -> tuple[NetworkSpec, Weights]:
    """Spec and weights of a file that ``train --save`` or Keras's ``model.save`` wrote.

    Parameters
    ----------
    path : Path
        A file whose name ends in ``.npz`` or ``.keras``.

    Returns
    -------
    tuple of NetworkSpec and dict
        The network, and float32 arrays by Keras's names.

    Raises
    ------
    WeightsError
        If it is of another kind, missing, damaged, or holds a network that a ``NetworkSpec`` cannot describe.
    """
    check_name(path)
    return keras_file.read(path) if path.suffix == keras_file.SUFFIX else weight_file.read(path)


def to_bytes(path: Path, spec: NetworkSpec, weights: Mapping[str, NDArray[Any]]) -> bytes:
    """What a file of this name is to contain.

    Parameters
    ----------
    path : Path
        A file whose name ends in ``.npz`` or ``.keras``.
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        Its kernels and biases by Keras's names.

    Returns
    -------
    bytes
        float16 in an npz file, float32 in one of Keras.

    Raises
    ------
    WeightsError
        If the name has another ending.
    """
    check_name(path)
    if path.suffix == keras_file.SUFFIX:
        return keras_file.to_bytes(spec, weights)
    return weight_file.to_bytes(spec, weights, half=True)


def check_name(path: Path) -> None:
    """Refuse a file whose name has another ending than ours.

    Parameters
    ----------
    path : Path
        The file; it need not be there.

    Raises
    ------
    WeightsError
        If it ends neither in ``.npz`` nor in ``.keras``.
    """
    if path.suffix not in SUFFIXES:
        raise WeightsError(
            f"{path} has to end in {' or '.join(SUFFIXES)}. Keras saves a whole network with "
            f'model.save("network{keras_file.SUFFIX}").'
        )
