"""The weights of a network by name, and as a file that holds numbers and nothing that could run.

A file is an npz: float arrays named as Keras names them ("dense/kernel") and the spec as JSON text.
It is read without pickle, and only if names, shapes and dtypes are those of its spec.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.nets.parameters import walk
from netlab.nets.spec import NetworkSpec

Weights = dict[str, NDArray[Any]]


class WeightsError(ValueError):
    """A file that does not hold the weights it should; the sentence says what to do."""


def weight_shapes(spec: NetworkSpec) -> dict[str, tuple[int, ...]]:
    """Name and shape of every kernel and bias, in the model's order."""
    shapes: dict[str, tuple[int, ...]] = {}
    for row in walk(spec):
        if row.kernel:
            shapes |= {f"{row.name}/kernel": row.kernel, f"{row.name}/bias": row.kernel[-1:]}
    return shapes


def to_bytes(spec: NetworkSpec, weights: Mapping[str, NDArray[Any]], *, half: bool = False) -> bytes:
    """The weights as a file's content; ``half`` stores float16, enough to look at and to draw for."""
    dtype = np.float16 if half else np.float32
    arrays: dict[str, Any] = {name: _narrow(weight, dtype) for name, weight in weights.items()}
    buffer = io.BytesIO()
    np.savez(buffer, spec=np.array(json.dumps(spec.to_json())), **arrays)
    return buffer.getvalue()


def read(path: Path) -> tuple[NetworkSpec, Weights]:
    """Spec and float32 weights from a file that ``to_bytes`` made.

    Raises
    ------
    WeightsError
        If the file is missing, damaged, or holds other arrays than its spec says.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            spec = NetworkSpec.from_json(json.loads(str(archive["spec"])))
            weights = {
                name: _checked(archive[name], name, shape) for name, shape in weight_shapes(spec).items()
            }
    except FileNotFoundError as error:
        raise WeightsError(f"{path} is not there; choose another run, or train one.") from error
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise WeightsError(f"{path} does not hold a network's weights ({error}); train it again.") from error
    return spec, weights


def _narrow(weight: NDArray[Any], dtype: type[np.floating[Any]]) -> NDArray[Any]:
    limit = np.finfo(dtype).max
    return np.clip(weight, -limit, limit).astype(dtype)


def _checked(array: NDArray[Any], name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    if array.shape != shape or array.dtype not in (np.float16, np.float32):
        raise WeightsError(f"{name} should be float {shape}; found {array.dtype} {array.shape}")
    if not np.isfinite(array).all():
        raise WeightsError(f"{name} has values that are not numbers")
    return np.asarray(array, np.float32)
