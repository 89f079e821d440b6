"""How fast this machine trains, from what runs here took before; without one, from a machine with two cores."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from netlab.data.digits import MOST_IMAGES
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
        found.append(spec.batch_size / ending.examples_per_second / weight(spec))
    return Pace(median(found), measured=True) if found else Pace()


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


def steps(spec: NetworkSpec, at_hand: int = min(MOST_IMAGES, MOST_EXAMPLES)) -> int:
    """How many batches a run of this network trains.

    Parameters
    ----------
    spec : NetworkSpec
    at_hand : int, optional
        Training images there are; by default MNIST's.

    Returns
    -------
    int
    """
    return spec.steps_per_epoch(at_hand) * spec.epochs


def weight(spec: NetworkSpec) -> float:
    """How much longer a batch takes than one of the network that the pace is told for; most of a small one is its own cost.

    Parameters
    ----------
    spec : NetworkSpec

    Returns
    -------
    float
        As a factor.
    """
    return 0.85 + 0.15 * spec.batch_size / 32 * spec.parameter_count / MEDIUM_PARAMETERS
