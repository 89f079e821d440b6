"""Exact states to continue from, as files: read as a stranger's, the newest that fits first.

A state is an npz: ``about`` (step, learning rate, seconds), the weights ("w0"…), the optimizer's memory ("s0"…), and
the losses and accuracies of the epoch so far.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.files import FileError, reading
from netlab.nets.spec import MOST_PARAMETERS
from netlab.npz import Limits, Npz, NpzError

EPOCH = ("epoch_losses", "epoch_accuracies")
MOST_BYTES = (
    5 * 4 * MOST_PARAMETERS + 2_000_000
)  # weights and up to three numbers more for each, the best epoch's weights, an epoch's curves
LIMITS = Limits(members=512, member_bytes=4 * MOST_PARAMETERS + 10_000, all_bytes=MOST_BYTES)
Layout = Mapping[str, tuple[tuple[int, ...], np.dtype[Any]]]
"""Shape and dtype of each array of a state but the two of the epoch."""


class StateError(ValueError):
    """A state that cannot be continued from; the sentence says why."""


@dataclass(frozen=True)
class Checkpoint:
    """An exact state to continue from: everything the next update depends on, after ``step`` updates."""

    step: int
    learning_rate: float
    seconds: float
    arrays: dict[str, NDArray[Any]]


def to_bytes(checkpoint: Checkpoint) -> bytes:
    """A state as a file's content.

    Parameters
    ----------
    checkpoint : Checkpoint
        The exact state of a training.

    Returns
    -------
    bytes
        An npz file: the arrays, and ``about`` float64 (3,): step, learning rate, seconds.
    """
    buffer = io.BytesIO()
    about = [checkpoint.step, checkpoint.learning_rate, checkpoint.seconds]
    arrays: Mapping[str, Any] = checkpoint.arrays
    np.savez(buffer, about=np.array(about, np.float64), **arrays)
    return buffer.getvalue()


def read(path: Path, folder: Path) -> Checkpoint:
    """The state in a file of the run in ``folder``.

    Parameters
    ----------
    path : Path
        A file that ``to_bytes`` made.
    folder : Path
        The run's folder, which the file must not lead out of.

    Returns
    -------
    Checkpoint
        Arrays of any names and shapes within ``LIMITS``; ``check`` compares them.

    Raises
    ------
    StateError
        If it cannot be read, or its step, rate or seconds are none.
    """
    try:
        with reading(path, MOST_BYTES, folder) as stream:
            archive = Npz(stream, path.name, LIMITS)
            arrays = {name: archive.array(name) for name in archive.names}
    except (OSError, FileError, NpzError) as error:
        raise StateError(f"{path.name} cannot be read ({error})") from error
    step, rate, seconds = _about(arrays.pop("about", np.zeros(0)))
    return Checkpoint(step, rate, seconds, arrays)


def _about(about: NDArray[Any]) -> tuple[int, float, float]:
    if about.shape != (3,) or about.dtype != np.float64 or not np.isfinite(about).all():
        raise StateError("a state should begin with its step, learning rate and seconds")
    step, rate, seconds = about.tolist()
    if step != math.floor(step) or min(step, rate, seconds) < 0 or step > 2**53:
        raise StateError(f"no training is at step {step:g}, with learning rate {rate:g}, after {seconds:g} s")
    return int(step), rate, seconds


def check(checkpoint: Checkpoint, layout: Layout, steps_per_epoch: int, total_steps: int) -> None:
    """Whether a training of this layout and length can go on from a state.

    Parameters
    ----------
    checkpoint : Checkpoint
        A state as it was read.
    layout : Layout
        Shape and dtype of each weight and of the optimizer's memory.
    steps_per_epoch : int
        Batches in an epoch.
    total_steps : int
        Batches of the whole training.

    Raises
    ------
    StateError
        If a step or an array is not this training's.
    """
    if checkpoint.step > total_steps:
        raise StateError(f"step {checkpoint.step:,} is beyond the {total_steps:,} of this training")
    epoch_so_far = ((checkpoint.step % steps_per_epoch,), np.dtype(np.float64))
    check_arrays(checkpoint.arrays, {**layout, **dict.fromkeys(EPOCH, epoch_so_far)})


def check_arrays(arrays: Mapping[str, NDArray[Any]], layout: Layout) -> None:
    """Whether these are the arrays of a layout, in name, shape and dtype.

    Parameters
    ----------
    arrays : mapping of str to array
        Arrays by name; others than the layout's are ignored.
    layout : Layout
        Shape and dtype that each name must have.

    Raises
    ------
    StateError
        If one is missing or another.
    """
    for name, (shape, dtype) in layout.items():
        found = arrays.get(name)
        if found is None:
            raise StateError(f"{name} is missing")
        if found.shape != shape or found.dtype != dtype:
            raise StateError(f"{name} should be {dtype} {shape}; found {found.dtype} {found.shape}")
