"""Read a whole run as a stranger's: what holds is given, and a sentence says what does not.

Nothing in a run's folder can raise an error here, take more memory than its network's training would, or wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from netlab.data.digits import MOST_IMAGES
from netlab.nets.parameters import walk
from netlab.nets.spec import NetworkSpec
from netlab.runs import journal
from netlab.runs.events import (
    EpochEnd,
    Event,
    EventError,
    Evidence,
    LearningRate,
    Metrics,
    NewerEvent,
    Started,
    Validation,
    from_line,
)
from netlab.runs.history import History
from netlab.runs.run import Run, RunError

MOST_MOMENTS = 1000  # validations, epochs or changed rates; a training has some hundreds at most
MOST_BATCHES = 3_000_000
"""More of a run are not read: so many take 50 MB of the server's memory."""
FURTHER = f"Its curves end after {MOST_BATCHES:,} batches; more are not read."
BATCH_BYTES = 400  # a batch on a line of its own takes half as many


@dataclass(frozen=True)
class Kept:
    """What a run's folder tells.

    Attributes
    ----------
    spec : NetworkSpec or None
        None if it cannot be read; the rest is then empty.
    ending : Event or None
        None for an interrupted run.
    trouble : str
        Sentences for people: what cannot be read; empty for a good run.
    """

    spec: NetworkSpec | None
    history: History
    snapshots: list[int]
    ending: Event | None
    trouble: str


def read(run: Run) -> Kept:
    """All that can be read of a run.

    Parameters
    ----------
    run : Run
        A run on the disk, whose files anybody may have changed.

    Returns
    -------
    Kept
        What cannot be read is left out and named in its sentence.
    """
    try:
        spec = run.spec()
    except RunError as error:
        return Kept(None, History(), [], None, str(error))
    history, flaws = _history(run, spec)
    try:
        ending, damage = run.read_ending(), ""
    except RunError as error:
        ending, damage = None, str(error)
    return Kept(spec, history, run.snapshots(), ending, " ".join(filter(None, (_sentence(flaws), damage))))


def milestones(run: Run, spec: NetworkSpec) -> History:
    """What a run's history tells of its beginning and its validations, without its batches: read in milliseconds.

    Parameters
    ----------
    run : Run
        A run on the disk, whose files anybody may have changed.
    spec : NetworkSpec
        Its network, as ``run.spec()`` gives it.

    Returns
    -------
    History
        Its ``seconds`` are those of the last batch that is told; what cannot be read is left out.
    """
    last: list[bytes] = []

    def wanted(line: bytes) -> bool:
        if b'"metrics"' in line:
            last[:] = [line]
            return False
        return b'"validation"' in line or b'"started"' in line

    history, bounds, flaws = History(), _Bounds(spec), 0
    for item in journal.read(run.folder / "history.jsonl", run.folder, _most_bytes(bounds), wanted):
        if isinstance(item, EventError) or bounds.flaw(item, history) is not None:
            flaws += 1
        elif isinstance(item, Started | Validation):
            history.add(item)
        if flaws == journal.MOST_FLAWS:
            break
    history.seconds = _seconds(last)
    return history


def _seconds(lines: Sequence[bytes]) -> float:
    try:
        event = from_line(lines[-1].decode("utf-8", "replace")) if lines else None
    except EventError:  # it was cut short
        return 0.0
    return event.seconds if isinstance(event, Metrics) else 0.0


def _most_bytes(bounds: _Bounds) -> int:
    return min(10_000_000 + BATCH_BYTES * bounds.steps, journal.MOST_BYTES)


def _history(run: Run, spec: NetworkSpec) -> tuple[History, list[EventError]]:
    history, flaws, bounds, more = History(), list[EventError](), _Bounds(spec), False
    for item in journal.read(run.folder / "history.jsonl", run.folder, _most_bytes(bounds)):
        flaw = item if isinstance(item, EventError) else bounds.flaw(item, history)
        if flaw is not None:
            flaws.append(flaw)
        elif isinstance(item, Metrics) and item.step > MOST_BATCHES:
            more = True
        elif isinstance(item, Event):
            history.add(item)
        if len(flaws) == journal.MOST_FLAWS:
            flaws.append(journal.Unread(journal.REST))
            break
    return history, [*flaws, journal.Unread(FURTHER)] if more else flaws


def _sentence(flaws: Sequence[EventError]) -> str:
    unread = [str(flaw) for flaw in flaws if isinstance(flaw, journal.Unread)]
    newer = [flaw for flaw in flaws if isinstance(flaw, NewerEvent)]
    damaged = [flaw for flaw in flaws if not isinstance(flaw, NewerEvent | journal.Unread)]
    kinds = ((damaged, "that cannot be read"), (newer, "of a newer Netlab"))
    left_out = [f"{_lines(kind)} {what} (the first: {kind[0]})" for kind, what in kinds if kind]
    sentences = [f"Left out of its history: {' and '.join(left_out)}."] if left_out else []
    return " ".join([*sentences, *unread])


def _lines(flaws: Sequence[EventError]) -> str:
    return f"{len(flaws):,} line{'' if len(flaws) == 1 else 's'}"


class _Bounds:
    """What the events of a training of ``spec`` can say, and how much of it."""

    def __init__(self, spec: NetworkSpec) -> None:
        self._spec = spec
        self._layers = sum(bool(row.kernel) for row in walk(spec))
        self.steps = self._gaps = spec.steps_per_epoch(MOST_IMAGES) * spec.epochs
        self._returns = 0

    def flaw(self, event: Event, history: History) -> EventError | None:
        """Why an event cannot follow a history, or None if it can."""
        why = self._start(event) if isinstance(event, Started) else ""
        step = getattr(event, "step", 0)
        if not why and step > self.steps:
            why = f"step {step:,} of a training of {self.steps:,}"
        if not why and isinstance(event, Started | Metrics):
            why = self._back(step - len(getattr(event, "losses", ())), history.step)
        if not why and isinstance(event, Metrics) and step <= MOST_BATCHES:
            why = self._gap(step - len(event.losses) - history.step)
        elif not why and isinstance(event, Evidence) and len(event.weights) != self._layers:
            why = f"measurements of {len(event.weights)} layers of a network that has {self._layers}"
        elif not why and self._many(event, history):
            why = f"more than {MOST_MOMENTS:,} events called {event.name}"
        return EventError(why) if why else None

    def _start(self, event: Started) -> str:
        used, epoch = self._spec.examples_used(MOST_IMAGES), -(-event.examples // self._spec.batch_size)
        lengths = (event.steps_per_epoch, event.total_steps)
        if event.examples > used or lengths != (epoch, epoch * self._spec.epochs):
            return f"{event.examples:,} digits, {lengths[0]:,} batches an epoch and {lengths[1]:,} in all are not this network's"
        self.steps, self._gaps = event.total_steps, min(self._gaps, event.total_steps)
        return ""

    def _back(self, begins: int, trained: int) -> str:
        """A training that was continued takes up an earlier step; each time all curves are copied up to there."""
        self._returns += begins < trained
        return (
            f"more than {MOST_MOMENTS:,} returns to an earlier step" if self._returns > MOST_MOMENTS else ""
        )

    def _gap(self, missing: int) -> str:
        """Batches that are not told become gaps; all gaps together are no longer than the training."""
        if missing > self._gaps:
            return f"{missing:,} batches before it are missing"
        self._gaps -= max(missing, 0)
        return ""

    def _many(self, event: Event, history: History) -> bool:
        lists: dict[type[Event], Sequence[Event]] = {
            Validation: history.validations, EpochEnd: history.epochs, LearningRate: history.rates,
            Evidence: history.evidence,
        }  # fmt: skip
        return len(lists.get(type(event), ())) >= MOST_MOMENTS
