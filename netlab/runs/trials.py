"""Counter-experiments: the network of a run with one thing changed, which shows whether a finding was right."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from netlab.formatting import counted, plain
from netlab.nets.layers import Dense
from netlab.nets.spec import NetworkSpec
from netlab.nn.optimizers import ON_TRAIN
from netlab.runs.finding import Trial

SMALL_BATCH = 32
MOST_EPOCHS = 50  # what the control goes to


def with_activation(spec: NetworkSpec, activation: str) -> Trial:
    """The network with another activation in all its hidden layers.

    Parameters
    ----------
    spec : NetworkSpec
    activation : str
        A key of ``ACTIVATIONS``.

    Returns
    -------
    Trial
    """
    return Trial(f"activation {activation}", _all_layers(spec, activation=activation))


def with_dropout(spec: NetworkSpec, rate: float) -> Trial:
    """The network with this dropout rate after each hidden layer.

    Parameters
    ----------
    spec : NetworkSpec
    rate : float

    Returns
    -------
    Trial
    """
    return Trial(f"dropout {plain(rate)}", _all_layers(spec, dropout=rate))


def with_start(spec: NetworkSpec, initializer: str) -> Trial:
    """The network with other initial weights.

    Parameters
    ----------
    spec : NetworkSpec
    initializer : str
        A key of ``INITIALIZERS``.

    Returns
    -------
    Trial
    """
    return Trial(f"initial weights {initializer.replace('_', ' ')}", replace(spec, initializer=initializer))


def with_epochs(spec: NetworkSpec, epochs: int) -> Trial:
    """The network trained so long, or as long as the control goes.

    Parameters
    ----------
    spec : NetworkSpec
    epochs : int

    Returns
    -------
    Trial
    """
    epochs = min(epochs, MOST_EPOCHS)
    return Trial(counted(epochs, "epoch"), replace(spec, epochs=epochs))


def with_rate(spec: NetworkSpec, rate: float) -> Trial:
    """The network at this learning rate, rounded down to one digit so that it can be said.

    Parameters
    ----------
    spec : NetworkSpec
    rate : float

    Returns
    -------
    Trial
    """
    near = _one_digit(rate)
    usual = ON_TRAIN[spec.optimizer].default_learning_rate
    return Trial(f"learning rate {plain(near)}", replace(spec, learning_rate=None if near == usual else near))


def wider(spec: NetworkSpec, units: int) -> Trial:
    """The network with so many units in each hidden layer.

    Parameters
    ----------
    spec : NetworkSpec
    units : int

    Returns
    -------
    Trial
    """
    layers = tuple(
        replace(layer, units=units) if isinstance(layer, Dense) else units for layer in spec.hidden
    )
    return Trial(f"{counted(units, 'unit')} in each hidden layer", replace(spec, hidden=layers))


def with_more_steps(spec: NetworkSpec) -> Trial:
    """The network with more steps: from all training images, else in smaller batches, else in more epochs.

    Parameters
    ----------
    spec : NetworkSpec

    Returns
    -------
    Trial
    """
    if spec.train_examples is not None:
        return Trial("all training images", replace(spec, train_examples=None))
    if spec.batch_size > SMALL_BATCH:
        return Trial(f"batches of {SMALL_BATCH}", replace(spec, batch_size=SMALL_BATCH))
    return with_epochs(spec, 2 * spec.epochs)


def with_larger_batches(spec: NetworkSpec) -> Trial:
    """The network trained in batches of the usual size.

    Parameters
    ----------
    spec : NetworkSpec

    Returns
    -------
    Trial
    """
    return Trial(f"batches of {SMALL_BATCH}", replace(spec, batch_size=SMALL_BATCH))


def without_penalties(spec: NetworkSpec) -> Trial:
    """The network without penalties on its weights.

    Parameters
    ----------
    spec : NetworkSpec

    Returns
    -------
    Trial
    """
    return Trial("no penalty", replace(spec, l1=0.0, l2=0.0))


def _all_layers(spec: NetworkSpec, **changes: Any) -> NetworkSpec:
    """A setting of the network and of every layer that has its own."""
    layers = tuple(replace(layer, **changes) if isinstance(layer, Dense) else layer for layer in spec.hidden)
    return replace(spec, hidden=layers, **changes)


def _one_digit(value: float) -> float:
    scale = 10.0 ** math.floor(math.log10(value) + 1e-9)
    return float(f"{math.floor(value / scale + 1e-9) * scale:.1g}")
