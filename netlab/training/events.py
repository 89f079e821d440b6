"""What a training tells the world, one frozen event at a time, as one line of JSON each.

Steps count batches from 1; step 0 is the network before its first update. Numbers that are not
finite travel as null, since JSON has no word for them.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

VERSION = 1


@dataclass(frozen=True)
class Event:
    """Something that happened in a training."""

    name: ClassVar[str] = ""

    def to_line(self) -> str:
        """The event as one line of JSON, without the line break."""
        return json.dumps({"v": VERSION, "event": self.name, **_plain(asdict(self))}, allow_nan=False)


@dataclass(frozen=True)
class Ready(Event):
    """A worker has loaded its libraries and its digits and waits for a network."""

    name: ClassVar[str] = "ready"
    seconds: float
    memory_mb: float
    source: str
    note: str


@dataclass(frozen=True)
class Started(Event):
    """A network stands, its weights drawn; the training begins or continues after ``step``."""

    name: ClassVar[str] = "started"
    run: str
    parameters: int
    examples: int
    validation_examples: int
    steps_per_epoch: int
    total_steps: int
    source: str
    note: str
    step: int = 0


@dataclass(frozen=True)
class Metrics(Event):
    """Loss and accuracy of consecutive batches, the last of them after ``step`` updates."""

    name: ClassVar[str] = "metrics"
    step: int
    losses: tuple[float | None, ...]
    accuracies: tuple[float, ...]
    examples_per_second: float
    seconds: float


@dataclass(frozen=True)
class Validation(Event):
    """Loss and accuracy over the whole test set after ``step`` updates."""

    name: ClassVar[str] = "validation"
    step: int
    loss: float | None
    accuracy: float


@dataclass(frozen=True)
class EpochEnd(Event):
    """All examples have been seen ``epoch`` times; means over the epoch's batches."""

    name: ClassVar[str] = "epoch"
    epoch: int
    step: int
    loss: float | None
    accuracy: float
    validation_loss: float | None
    validation_accuracy: float


@dataclass(frozen=True)
class Snapshot(Event):
    """The weights after ``step`` updates are on disk, to be looked at and drawn for."""

    name: ClassVar[str] = "snapshot"
    step: int


@dataclass(frozen=True)
class LearningRate(Event):
    """From the batch after ``step`` on, this learning rate holds."""

    name: ClassVar[str] = "learning_rate"
    step: int
    value: float


@dataclass(frozen=True)
class Paused(Event):
    """The training waits after ``step`` updates."""

    name: ClassVar[str] = "paused"
    step: int


@dataclass(frozen=True)
class Resumed(Event):
    """The training goes on after ``step`` updates."""

    name: ClassVar[str] = "resumed"
    step: int


@dataclass(frozen=True)
class NotSaved(Event):
    """Something could not be written; the training goes on."""

    name: ClassVar[str] = "not_saved"
    what: str
    reason: str


@dataclass(frozen=True)
class StartsAgain(Event):
    """A run that was to be continued begins again from its seed; the reason says why."""

    name: ClassVar[str] = "starts_again"
    reason: str


@dataclass(frozen=True)
class Stopped(Event):
    """The training was ended after ``step`` updates, by its reader if no other reason is told; it can be continued."""

    name: ClassVar[str] = "stopped"
    step: int
    seconds: float
    reason: str = ""


@dataclass(frozen=True)
class Diverged(Event):
    """The loss stopped being a number at ``step``; the reason says why."""

    name: ClassVar[str] = "diverged"
    step: int
    reason: str


@dataclass(frozen=True)
class Failed(Event):
    """The training could not go on; the reason says why and what to change."""

    name: ClassVar[str] = "failed"
    reason: str


@dataclass(frozen=True)
class Done(Event):
    """All epochs are over."""

    name: ClassVar[str] = "done"
    parameters: int
    test_accuracy: float
    test_loss: float | None
    seconds: float
    examples_per_second: float
    run: str | None
    saved: bool


EVENTS: dict[str, type[Event]] = {
    kind.name: kind
    for kind in (
        Ready, Started, Metrics, Validation, EpochEnd, Snapshot, LearningRate, Paused, Resumed,
        NotSaved, StartsAgain, Stopped, Diverged, Failed, Done,
    )
}  # fmt: skip

ENDINGS = (Stopped, Diverged, Failed, Done)


class EventError(ValueError):
    """A line that is no event of this version."""


def from_line(line: str) -> Event:
    """The event a line of JSON tells.

    Raises
    ------
    EventError
        If the line is not JSON, not of this version, or not a known event with its fields.
    """
    try:
        values = json.loads(line)
        version, kind = values.pop("v"), EVENTS[values.pop("event")]
        if version != VERSION:
            raise EventError(f"an event of version {version}; this program reads version {VERSION}")
        known = {field.name for field in fields(kind)}
        return kind(**{key: _tuple(value) for key, value in values.items() if key in known})
    except EventError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EventError(f"not an event: {line[:80]!r} ({type(error).__name__})") from error


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {key: _finite(value) for key, value in values.items()}


def _finite(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_finite(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    return value


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
