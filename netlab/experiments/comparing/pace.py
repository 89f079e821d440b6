"""How long an experiment will take, from what runs here took before (``netlab.training.pace``)."""

from __future__ import annotations

from collections.abc import Sequence

from netlab.experiments.comparing.record import Experiment
from netlab.formatting import counted
from netlab.nets.spec import NetworkSpec
from netlab.training.pace import OVERHEAD_SECONDS, START_SECONDS, Pace, in_words, steps, weight


def seconds(specs: Sequence[NetworkSpec], slots: int, pace: Pace) -> float:
    """About how long these runs take.

    Parameters
    ----------
    specs : sequence of NetworkSpec
    slots : int
        How many train at once.
    pace : Pace

    Returns
    -------
    float
        Seconds.
    """
    total = sum(OVERHEAD_SECONDS + steps(spec) * pace.step * weight(spec) for spec in specs)
    return START_SECONDS + total / max(1, min(slots, len(specs)))


def left(experiment: Experiment, slots: int) -> float | None:
    """About how many seconds an experiment has left, from those of its runs that have ended.

    Parameters
    ----------
    experiment : Experiment
    slots : int
        How many train at once.

    Returns
    -------
    float or None
        None before a run has ended, or once it is over.
    """
    took = [one.seconds for one in experiment.over if one.seconds is not None]
    if not took or not experiment.live:
        return None
    return sum(took) / len(took) * (experiment.total - len(experiment.over)) / max(1, slots)


def estimate_sentence(specs: Sequence[NetworkSpec], slots: int, pace: Pace) -> str:
    """About how long these runs will take, and how that is known.

    Parameters
    ----------
    specs : sequence of NetworkSpec
    slots : int
        How many train at once.
    pace : Pace

    Returns
    -------
    str
        Empty without runs.
    """
    if not specs:
        return ""
    took, runs = in_words(seconds(specs, slots, pace)), counted(len(specs), "run")
    told = (
        f"{runs}, {slots} at once: about {took}."
        if slots > 1 and len(specs) > 1
        else f"{runs}: about {took}."
    )
    known = (
        "This is known from the runs that this machine has trained."
        if pace.measured
        else "This is how long two cores take; this machine is not measured yet."
    )
    return f"{told} {known} It takes longer when others train too."
