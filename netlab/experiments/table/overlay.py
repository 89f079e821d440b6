"""The curves of several runs on shared axes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.formatting import counted
from netlab.nets.naming import data_title, validation_name
from netlab.nets.spec import NetworkSpec
from netlab.nn.losses import LOSSES
from netlab.runs.history import Curve, Curves, History
from netlab.training.axes import Axis

ACROSS = {"epochs": "Epochs", "steps": "Steps", "seconds": "Seconds", "examples": "Images"}
"""What runs are laid beside each other by."""
MOST = 12
"""So many runs are drawn over each other; more could not be told apart."""


@dataclass(frozen=True)
class Track:
    """One run among others.

    Attributes
    ----------
    id, name : str
        The name is its own among those that are drawn together.
    spec : NetworkSpec
    curves : Curves
        Thinned for the screen.
    training, validation : array of float, shape (n,) and (m,)
        Where the points of the mean of training and of the validations lie along the horizontal axis.
    """

    id: str
    name: str
    spec: NetworkSpec
    curves: Curves
    training: Array
    validation: Array


def along(steps: NDArray[Any], history: History, spec: NetworkSpec, across: str) -> Array:
    """Where the batches of a run lie along a shared axis.

    Parameters
    ----------
    steps : array of numbers, shape (n,)
        Batches trained; a mean may stand at half a step.
    history : History
        Of the run.
    spec : NetworkSpec
        Its network and training.
    across : str
        A key of ``ACROSS``.

    Returns
    -------
    array of float, shape (n,)
        Batches, epochs, seconds of training, or images learnt from, each counted as often as it was seen.
    """
    steps = np.asarray(steps, np.float64)
    if across == "steps" or history.started is None:
        return steps
    per_epoch = history.started.steps_per_epoch
    if across == "epochs":
        return np.asarray(steps / per_epoch)
    if across == "seconds":
        return history.seconds_at(steps)
    epochs = np.floor_divide(steps, per_epoch)
    within = steps - epochs * per_epoch
    images = history.started.examples
    return np.asarray(epochs * images + np.minimum(within * spec.batch_size, images))


def track(
    run_id: str, name: str, spec: NetworkSpec, history: History, across: str, points: int = 200
) -> Track:
    """A run, ready to be drawn among others.

    Parameters
    ----------
    run_id, name : str
    spec : NetworkSpec
    history : History
    across : str
        A key of ``ACROSS``.
    points : int
        How many a line has at most.

    Returns
    -------
    Track
    """
    curves = history.curves(points)
    return Track(
        run_id, name, spec, curves, along(curves.accuracy_smooth.steps, history, spec, across),
        along(curves.validation_accuracy.steps, history, spec, across),
    )  # fmt: skip


def apart(names: Sequence[tuple[str, str]]) -> list[str]:
    """Names that tell runs apart: where two are called alike, the beginning of the id stands behind each.

    Parameters
    ----------
    names : sequence of (id, name)

    Returns
    -------
    list of str

    Examples
    --------
    >>> apart([("1a2b3c", "Small"), ("4d5e6f", "Small"), ("778899", "Large")])
    ['Small, 1a2b', 'Small, 4d5e', 'Large']
    """
    often = Counter(name for _, name in names)
    return [f"{name}, {run_id[:4]}" if often[name] > 1 else name for run_id, name in names]


def joint(axes: Sequence[Axis]) -> Axis:
    """An axis on which several runs find room, each as if it were alone.

    Parameters
    ----------
    axes : sequence of Axis
        At least one, all linear or all logarithmic.

    Returns
    -------
    Axis
    """
    return Axis(min(axis.low for axis in axes), max(axis.high for axis in axes), log=axes[0].log)


def farthest(tracks: Sequence[Track]) -> float:
    """Where the horizontal axis ends: at the last batch of the longest run.

    Parameters
    ----------
    tracks : sequence of Track

    Returns
    -------
    float
        1 if nothing is trained yet.
    """
    ends = [
        float(np.nanmax(part))
        for one in tracks
        for part in (one.training, one.validation)
        if np.isfinite(part).any()
    ]
    return max(ends, default=0.0) or 1.0


def errors(curve: Curve, low: float) -> Array:
    """The shares of wrong answers of a line, for a logarithmic axis: none lies below ``low``.

    Parameters
    ----------
    curve : Curve
        Of accuracy.
    low : float
        The lower end of the axis, above 0.

    Returns
    -------
    array of float
        NaN where the curve has no number.
    """
    return np.asarray(np.where(np.isfinite(curve.values), np.maximum(1 - curve.values, low), np.nan))


def cautions(tracks: Sequence[Track], asked: int) -> list[str]:
    """What has to be known before these curves are compared.

    Parameters
    ----------
    tracks : sequence of Track
        Those that are drawn.
    asked : int
        How many were to be drawn.

    Returns
    -------
    list of str
        Sentences; empty if the curves may be compared as they are.
    """
    told = []
    if asked > len(tracks):
        told.append(
            f"The first {len(tracks)} of {counted(asked, 'run')} are drawn: more could not be told apart."
        )
    data = {data_title(one.spec.data) for one in tracks}
    validations = {validation_name(one.spec) for one in tracks}
    if len(data) > 1:
        told.append(
            f"They learn from different pictures ({', '.join(sorted(data))}): a higher line may be an easier task."
        )
    elif len(validations) > 1:
        told.append(
            f"They are validated on different pictures ({', '.join(sorted(validations))}): small differences may come from that."
        )
    losses = {LOSSES[one.spec.loss].title for one in tracks}
    if len(losses) > 1:
        told.append(
            f"Their losses are different functions ({', '.join(sorted(losses))}), so heights of the loss cannot be compared."
        )
    return told


def sentence(tracks: Sequence[Track]) -> str:
    """The curves in one sentence, for those who cannot see them.

    Parameters
    ----------
    tracks : sequence of Track

    Returns
    -------
    str
    """
    told = []
    for one in tracks:
        values = one.curves.validation_accuracy.values
        last = f"{100 * float(values[-1]):.2f} %" if len(values) else "not validated yet"
        told.append(f"{one.name}: {last} (step {one.curves.step:,})")
    return f"Curves of {counted(len(tracks), 'run')} on shared axes. Latest validation: {'; '.join(told)}."
