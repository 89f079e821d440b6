"""A run in a few words: its network, how it was trained, on which digits, and what came of it."""

from __future__ import annotations

from typing import Any

from netlab.formatting import counted, percent, plain
from netlab.nets.naming import data_title, shape
from netlab.nets.spec import MNIST, NetworkSpec
from netlab.nn.optimizers import ON_TRAIN
from netlab.runs.events import Done, Started
from netlab.training.controls import CONTROLS, SIMPLE, Control

SOURCES = {"mnist": "MNIST", "stand-in": "stand-in digits"}
PAUSES = {
    "queued": "waits for its place",
    "starting": "is starting",
    "running": "is training",
    "paused": "is paused",
    "stopped": "was stopped",
    "diverged": "diverged",
    "failed": "could not go on",
    "died": "crashed",
    "interrupted": "was interrupted",
    "elsewhere": "is under way in another program",
}
"""What is said of a run that has not come to its end."""


def facts(spec: NetworkSpec, started: Started | None) -> tuple[str, ...]:
    """What was trained, and with what.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained.
    started : Started or None
        What the worker told when it began; None before.

    Returns
    -------
    tuple of str
        Network, optimizer, data and seed.
    """
    row = ON_TRAIN[spec.optimizer]
    images = spec.train_examples if started is None else started.examples
    source = "" if started is None else _source(spec, started)
    count = "all images" if images is None else counted(images, "image")
    return (
        shape(spec),
        f"{row.training_title}, rate {plain(spec.rate)}",
        f"{source + ', ' if source else ''}{count}, {counted(spec.epochs, 'epoch')}",
        f"seed {spec.seed}",
    )


def _source(spec: NetworkSpec, started: Started) -> str:
    return SOURCES.get(started.source, "digits from a file") if spec.data == MNIST else data_title(spec.data)


def settings(spec: NetworkSpec) -> tuple[tuple[str, str], ...]:
    """All settings of a run that have one control, as they are called on the page.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained.

    Returns
    -------
    tuple of (label, value)
        In the order of the page.
    """
    rows = [("Layers", shape(spec))]
    for control in SIMPLE:
        value = control.of(spec)
        rows.append((control.label, written(control, value)))
        if control.key == "optimizer":
            rows.append((CONTROLS["rate"].label, plain(spec.rate)))
            rows += [(key.replace("_", " "), plain(number)) for key, number in dict(spec.settings).items()]
    return tuple(rows)


def written(control: Control, value: Any) -> str:
    """How the value of a control is said.

    Parameters
    ----------
    control : Control
    value : object
        One that it can have.

    Returns
    -------
    str
    """
    if control.kind == "menu":
        return str(control.options.get(value, value))
    return f"{value:,}" if isinstance(value, int) and control.key != "seed" else plain(value, 6)


def outcome(state: str, done: Done | None, accuracy: float | None) -> str:
    """What came of a run, or where it is.

    Parameters
    ----------
    state : str
        As its job tells it.
    done : Done or None
        Its ending, if it came to its end.
    accuracy : float or None
        Share of digits read correctly at its last validation; None before the first.

    Returns
    -------
    str
        For a run that is over, with how many digits it reads.
    """
    if done is not None:
        return f"reads {percent(done.test_accuracy, 2)}"
    now = PAUSES.get(state, state)
    if accuracy is None or state in ("queued", "starting", "running", "paused", "elsewhere"):
        return now
    return f"{now} at {percent(accuracy, 2)}"
