"""The weights of a network by name, and as a file that holds numbers and nothing that could run.

A file is an npz: float arrays named as Keras names them ("dense/kernel") and the spec as JSON text.
It is read without pickle, and only if names, shapes and dtypes are those of its spec.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from netlab.files import parse, reading, reason_of
from netlab.nets.parameters import MEASURED, walk
from netlab.nets.spec import MOST_PARAMETERS, NetworkSpec
from netlab.npz import Header, Limits, Npz

Weights = dict[str, NDArray[Any]]

MOST_BYTES = 4 * MOST_PARAMETERS + 200_000  # the weights as float32, the spec and the names
LIMITS = Limits(members=96, member_bytes=4 * MOST_PARAMETERS + 10_000)


class WeightsError(ValueError):
    """A file that does not hold the weights it should; the sentence says what to do."""


def fingerprint(spec: NetworkSpec, weights: Mapping[str, NDArray[Any]]) -> str:
    """A short word that changes when a network's description or any of its weights does.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        What it holds by Keras's names.

    Returns
    -------
    str
        Eight hexadecimal digits, for keys of caches.
    """
    found = crc32(repr(spec).encode())
    for name in sorted(weights):
        found = crc32(np.ascontiguousarray(weights[name]).data, found)
    return f"{found:08x}"


def weight_shapes(spec: NetworkSpec) -> dict[str, tuple[int, ...]]:
    """Name and shape of every kernel and bias, and of what normalisation holds, in the model's order.

    Parameters
    ----------
    spec : NetworkSpec
        The network.

    Returns
    -------
    dict
        Shapes by Keras's names, such as "dense/kernel".

    Examples
    --------
    >>> weight_shapes(NetworkSpec(hidden=()))
    {'dense/kernel': (784, 10), 'dense/bias': (10,)}
    """
    return {f"{row.name}/{part}": shape for row in walk(spec) for part, shape in row.arrays.items()}


def is_trained(name: str) -> bool:
    """Whether a gradient moves an array of a network; the moving statistics of normalisation are measured instead.

    Parameters
    ----------
    name : str
        As ``weight_shapes`` has it.

    Returns
    -------
    bool
        True for kernels, biases, scales and shifts.
    """
    return name.rpartition("/")[2] not in MEASURED


def trained_by_layer(spec: NetworkSpec) -> tuple[slice, ...]:
    """Which arrays training moves of each layer with a kernel: its own, and the scale and shift of its normalisation.

    Parameters
    ----------
    spec : NetworkSpec
        The network.

    Returns
    -------
    tuple of slice
        Into ``weight_shapes``, the model's order; what is measured of batches comes last in a layer and is left out.

    Examples
    --------
    >>> trained_by_layer(NetworkSpec())
    (slice(0, 2, None), slice(2, 4, None))
    """
    names = list(weight_shapes(spec))
    starts = [place for place, name in enumerate(names) if name.endswith("/kernel")]
    layers = pairwise([*starts, len(names)])
    return tuple(slice(start, start + sum(map(is_trained, names[start:end]))) for start, end in layers)


def check_values(name: str, array: NDArray[Any], told: str = "") -> None:
    """Refuse values that no network has.

    Parameters
    ----------
    name : str
        As ``weight_shapes`` has it.
    array : float array
        What a file holds under it.
    told : str
        What the sentence calls it; its name unless given.

    Raises
    ------
    WeightsError
        If one is not finite, or a variance is below 0.
    """
    if not np.isfinite(array).all():
        raise WeightsError(f"{told or name} has values that are not numbers")
    if name.endswith("/moving_variance") and (array < 0).any():
        raise WeightsError(f"{told or name} has variances below 0, and none is")


def to_bytes(spec: NetworkSpec, weights: Mapping[str, NDArray[Any]], *, half: bool = False) -> bytes:
    """The weights as a file's content; ``half`` stores float16, enough to look at and to draw for.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        Its kernels and biases by Keras's names.
    half : bool
        Whether float16 is stored rather than float32; values beyond the type are clipped to its largest.

    Returns
    -------
    bytes
        An npz file.
    """
    dtype = np.float16 if half else np.float32
    arrays: dict[str, Any] = {name: _narrow(weight, dtype) for name, weight in weights.items()}
    buffer = io.BytesIO()
    np.savez(buffer, spec=np.array(json.dumps(spec.to_json())), **arrays)
    return buffer.getvalue()


def read(path: Path, folder: Path | None = None) -> tuple[NetworkSpec, Weights]:
    """Spec and float32 weights from a file that ``to_bytes`` made.

    Parameters
    ----------
    path : Path
        The file.
    folder : Path, optional
        No link between it and the file is followed.

    Returns
    -------
    tuple of NetworkSpec and dict
        The network, and float32 arrays by Keras's names, all finite.

    Raises
    ------
    WeightsError
        If the file is missing, damaged, or holds other arrays than its spec says.
    """
    try:
        with reading(path, MOST_BYTES, folder) as stream:
            archive = Npz(stream, path.name, LIMITS)
            spec = _spec(archive)
            return spec, {name: _checked(archive, name, shape) for name, shape in weight_shapes(spec).items()}
    except FileNotFoundError as error:
        raise WeightsError(f"{path} is not there; choose another run, or train one.") from error
    except (OSError, ValueError) as error:
        raise WeightsError(
            f"{path} does not hold a network's weights ({reason_of(error)}); train it again."
        ) from error


def _spec(archive: Npz) -> NetworkSpec:
    header = _header(archive, "spec")
    if header.shape != () or header.dtype.kind != "U":
        raise WeightsError(f"its spec should be a text; found {header.dtype} {header.shape}")
    return NetworkSpec.from_json(parse(str(archive.array("spec"))))


def _header(archive: Npz, name: str) -> Header:
    if name not in archive.names:
        raise WeightsError(f"{name} is missing")
    return archive.header(name)


def _narrow(weight: NDArray[Any], dtype: type[np.floating[Any]]) -> NDArray[Any]:
    limit = np.finfo(dtype).max
    return np.clip(weight, -limit, limit).astype(dtype)


def _checked(archive: Npz, name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    header = _header(archive, name)
    if header.shape != shape or header.dtype not in (np.float16, np.float32):
        raise WeightsError(f"{name} should be float {shape}; found {header.dtype} {header.shape}")
    array = archive.array(name).astype(np.float32)
    check_values(name, array)
    return array
