"""What is looked into: a network at one moment, of a run or one that comes along, in NumPy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.nets import shipped
from netlab.nets.spec import MNIST, NetworkSpec
from netlab.nets.weight_file import WeightsError
from netlab.runs.events import Started
from netlab.runs.run import Run, RunError

Weights = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Subject:
    """A network at one moment.

    Attributes
    ----------
    id : str
        The run's id, or the name of a network that comes along.
    name : str
        What people call it.
    spec : NetworkSpec
        The network and how it was trained.
    step : int or None
        After how many updates; None at its end.
    weights : mapping of str to float32 arrays
        By Keras's names; only to be read.
    source : str
        Where the pictures that it learnt from came from, as ``Digits.source`` says it; empty if that is not known.
    """

    id: str
    name: str
    spec: NetworkSpec
    step: int | None
    weights: Weights
    source: str = ""


def shipped_subject(name: str) -> Subject:
    """A network that comes along, as a subject.

    Parameters
    ----------
    name : str
        A key of ``netlab.nets.shipped.SHIPPED``.

    Returns
    -------
    Subject
    """
    spec, weights = shipped.load(name)
    return Subject(name, shipped.SHIPPED[name], spec, None, weights, MNIST)


def run_subject(run: Run, step: int | None = None) -> Subject:
    """A run at one of its kept moments, or at its newest.

    Parameters
    ----------
    run : Run
        Any run.
    step : int, optional
        One of ``run.snapshots()``; the final weights, or the newest snapshot, if left out.

    Returns
    -------
    Subject
        Weights are rounded to half precision where the moment was kept so, and handed out as float32.

    Raises
    ------
    RunError
        If the moment is missing or damaged, or nothing is kept yet; the sentence says so.
    """
    try:
        if step is None:
            spec, weights, step = run.latest_weights()
        else:
            spec, weights = run.weights(step)
    except WeightsError as error:
        raise RunError(f"The moment after {step:,} batches cannot be read: {error}") from error
    held = {name: np.asarray(weight, np.float32) for name, weight in weights.items()}
    return Subject(run.id, run.name(), spec, step, held, source_of(run))


def source_of(run: Run) -> str:
    """Where the pictures that a run learnt from came from.

    Parameters
    ----------
    run : Run
        Any run.

    Returns
    -------
    str
        As ``Digits.source`` says it; empty if the run has not said so.
    """
    return next((event.source for event in run.events() if isinstance(event, Started)), "")
