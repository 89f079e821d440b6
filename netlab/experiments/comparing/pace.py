"""How long an experiment will take, from what runs here took before; without one, from a machine with two cores."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from netlab.data.digits import MOST_IMAGES
from netlab.experiments.comparing.record import Experiment
from netlab.formatting import counted
from netlab.nets.spec import NetworkSpec
from netlab.runs.events import Done
from netlab.runs.run import Run
from netlab.runs.store import MOST_EXAMPLES

START_SECONDS = 8.0  # of a worker that begins; the runs after its first are spared them
OVERHEAD_SECONDS = 1.2  # of a run on two cores, beside its batches: building, validating, writing
STEP_SECONDS = 0.0004  # of a batch of 32 through 50,000 parameters, on two cores
LEAST_STEPS = 500  # of a run that tells how long a batch takes
MEDIUM_PARAMETERS = 50_000
MOST_ASKED = 20


@dataclass(frozen=True)
class Pace:
    """Seconds of a run's batches, for each batch of a small network, and where that is known from."""

    step: float = STEP_SECONDS
    measured: bool = False


def pace_of(runs: Iterable[Run]) -> Pace:
    """The pace of this machine, from runs that came to their end here.

    Parameters
    ----------
    runs : iterable of Run
        The newest first; at most ``MOST_ASKED`` are asked.

    Returns
    -------
    Pace
        The usual one of a machine with two cores where there are none.
    """
    found = []
    for _, run in zip(range(MOST_ASKED), runs):
        ending = run.ending()
        if not isinstance(ending, Done) or not ending.examples_per_second:
            continue
        try:
            spec = run.spec()
        except ValueError:
            continue
        if ending.seconds * ending.examples_per_second < LEAST_STEPS * spec.batch_size:
            continue
        found.append(spec.batch_size / ending.examples_per_second / _weight(spec))
    return Pace(median(found), measured=True) if found else Pace()


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
    total = sum(OVERHEAD_SECONDS + _steps(spec) * pace.step * _weight(spec) for spec in specs)
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


def in_words(amount: float) -> str:
    """A length of time, no finer than it is known.

    Parameters
    ----------
    amount : float
        Seconds, at least 0.

    Returns
    -------
    str

    Examples
    --------
    >>> in_words(7), in_words(52), in_words(200), in_words(9000)
    ('10 seconds', '50 seconds', '3 minutes', '2.5 hours')
    """
    if amount < 55:
        return f"{max(10, round(amount, -1)):.0f} seconds"
    if amount < 5400:
        return counted(max(1, round(amount / 60)), "minute")
    return f"{amount / 3600:.1f} hours"


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
    known = (
        "by the runs that this machine has trained"
        if pace.measured
        else "on two cores; this machine is not measured yet"
    )
    at_once = f", {slots} at once" if slots > 1 and len(specs) > 1 else ""
    return (
        f"{counted(len(specs), 'run')}{at_once}: about {in_words(seconds(specs, slots, pace))}, {known}. It takes longer "
        "when others train too."
    )


def _steps(spec: NetworkSpec) -> int:
    return spec.steps_per_epoch(min(MOST_IMAGES, MOST_EXAMPLES)) * spec.epochs


def _weight(spec: NetworkSpec) -> float:
    """How much longer a batch takes than one of the network that the pace is told for; most of a small one is its own cost."""
    return 0.85 + 0.15 * spec.batch_size / 32 * spec.parameter_count / MEDIUM_PARAMETERS
