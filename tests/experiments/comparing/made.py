"""Histories and runs of experiments as a test wants them."""

from __future__ import annotations

from collections.abc import Sequence

from netlab.experiments.comparing.record import Member, Value
from netlab.runs.events import EpochEnd, Metrics, Started, Validation
from netlab.runs.history import History


def made_history(
    losses: Sequence[float], accuracies: Sequence[float], *, epoch: int, validations: Sequence[float] = ()
) -> History:
    """A run with these batches, ``epoch`` in an epoch, and a validation at the end of each epoch that there is one for."""
    history = History()
    history.add(Started("r", 10, 32 * epoch, 100, epoch, 10 * epoch, "made", "Made."))
    history.add(Metrics(len(losses), tuple(losses), tuple(accuracies), 1000.0, 1.0))
    for place, accuracy in enumerate(validations, start=1):
        history.add(Validation(place * epoch, 0.5, accuracy))
        history.add(EpochEnd(place, place * epoch, 0.5, 0.5, 0.5, accuracy))
    return history


def ended(
    validation: float | None,
    state: str = "done",
    test: float | None = None,
    run: str = "a" * 32,
    **values: Value,
) -> Member:
    """A run of an experiment that is over."""
    return Member(run, values, state, validation, test, 1.0)
