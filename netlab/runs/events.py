"""What a training tells the world, one frozen event at a time, as one line of JSON each.

Steps count batches from 1; step 0 is the network before its first update. Numbers that are not
finite travel as null, since JSON has no word for them. A line is read as a stranger's: every field must
be of its kind and in its range.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

from netlab.arrays import CLASSES, SIDE
from netlab.files import parse, reason_of

VERSION = 1
MOST_COUNT = 2**53
MOST_LETTERS = 10_000
MOST_TEXTS = 100
MOST_PACKED = 19_500
MOST_FLOAT = 3.5e38  # float32 ends just below it

Count = int  # 0 and up
Positive = int  # 1 and up
Amount = float  # 0 and up
Share = float  # 0 to 1
Packed = str  # base64
Class = int  # 0 to 9
Picture = str  # 28·28 bytes in base64
PICTURE_LETTERS = -(-SIDE * SIDE // 3) * 4


@dataclass(frozen=True)
class Event:
    """Something that happened in a training."""

    name: ClassVar[str] = ""

    def to_line(self) -> str:
        """The event as one line of JSON, without the line break."""
        return json.dumps({"v": VERSION, "event": self.name, **_plain(asdict(self))}, allow_nan=False)


@dataclass(frozen=True)
class Ready(Event):
    """A worker waits for a network: it has just begun, or the run ``after`` is over and its folder let go.

    It is ``worn`` when its memory has grown so much that a new one should take its place.
    """

    name: ClassVar[str] = "ready"
    seconds: float
    memory_mb: float
    source: str
    note: str
    warnings: tuple[str, ...] = ()
    after: str = ""
    worn: bool = False


@dataclass(frozen=True)
class Started(Event):
    """A network stands, its weights drawn; the training begins or continues after ``step``."""

    name: ClassVar[str] = "started"
    run: str
    parameters: Count
    examples: Positive
    validation_examples: Count
    steps_per_epoch: Positive
    total_steps: Positive
    source: str
    note: str
    step: Count = 0
    warnings: tuple[str, ...] = ()
    validation: str = "test"


@dataclass(frozen=True)
class Metrics(Event):
    """Loss and accuracy of consecutive batches, the last of them after ``step`` updates."""

    name: ClassVar[str] = "metrics"
    step: Count
    losses: tuple[float | None, ...]
    accuracies: tuple[Share, ...]
    examples_per_second: Amount
    seconds: Amount


@dataclass(frozen=True)
class Validation(Event):
    """Loss and accuracy over the validation pictures after ``step`` updates."""

    name: ClassVar[str] = "validation"
    step: Count
    loss: float | None
    accuracy: Share


@dataclass(frozen=True)
class EpochEnd(Event):
    """All examples have been seen ``epoch`` times; means over the epoch's batches."""

    name: ClassVar[str] = "epoch"
    epoch: Positive
    step: Count
    loss: float | None
    accuracy: Share
    validation_loss: float | None
    validation_accuracy: Share


@dataclass(frozen=True)
class Snapshot(Event):
    """The weights after ``step`` updates are on disk, to be looked at and drawn for."""

    name: ClassVar[str] = "snapshot"
    step: Count


@dataclass(frozen=True)
class Look(Event):
    """What digit ``index``, a ``label``, sets off in the network after ``step`` updates; told, never kept.

    ``packed`` is as ``netlab.training.look`` writes it.
    """

    name: ClassVar[str] = "look"
    step: Count
    index: Count
    label: Count
    packed: Packed


@dataclass(frozen=True)
class LearningRate(Event):
    """From the batch after ``step`` on, this learning rate holds."""

    name: ClassVar[str] = "learning_rate"
    step: Count
    value: Amount


@dataclass(frozen=True)
class Paused(Event):
    """The training waits after ``step`` updates."""

    name: ClassVar[str] = "paused"
    step: Count


@dataclass(frozen=True)
class Resumed(Event):
    """The training goes on after ``step`` updates."""

    name: ClassVar[str] = "resumed"
    step: Count


@dataclass(frozen=True)
class BestWeights(Event):
    """The training is over after ``step`` updates; the weights of the best epoch so far are put back."""

    name: ClassVar[str] = "best_weights"
    step: Count
    epoch: Positive
    loss: Amount


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
    step: Count
    seconds: Amount
    reason: str = ""


@dataclass(frozen=True)
class Diverged(Event):
    """The loss stopped being a number at ``step``; the reason says why."""

    name: ClassVar[str] = "diverged"
    step: Count
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
    parameters: Count
    test_accuracy: Share
    test_loss: float | None
    seconds: Amount
    examples_per_second: Amount
    run: str | None
    saved: bool


@dataclass(frozen=True)
class BatchShown(Event):
    """One batch before and after its step, for a reader who asked for it; told once and never kept.

    Attributes
    ----------
    step : int
        Batches trained with this one.
    size : int
        How many pictures it has; those with the highest losses are shown.
    loss_before, loss_after : float or None
        Its mean loss, penalties included, with the same units dropped both times.
    right_before, right_after, became_right, became_wrong : int
        Of all its pictures.
    weights, moves : tuple
        For each layer with weights, the length of all its weights as one vector, and of their change.
    ranked_before, ranked_after : tuple
        Losses of its pictures, highest first before the step; of a large batch some, evenly spread.
    pictures : tuple of str
        Those shown, highest loss first, 28·28 bytes each in base64; the tuples after it go with them.
    """

    name: ClassVar[str] = "batch_shown"
    step: Positive
    size: Positive
    loss_before: float | None
    loss_after: float | None
    right_before: Count
    right_after: Count
    became_right: Count
    became_wrong: Count
    weights: tuple[float | None, ...]
    moves: tuple[float | None, ...]
    ranked_before: tuple[float | None, ...]
    ranked_after: tuple[float | None, ...]
    pictures: tuple[Picture, ...]
    labels: tuple[Class, ...]
    losses: tuple[float | None, ...]
    losses_after: tuple[float | None, ...]
    guesses: tuple[Class, ...]
    guesses_after: tuple[Class, ...]
    shares: tuple[Share | None, ...]
    shares_after: tuple[Share | None, ...]

    @property
    def whole(self) -> bool:
        """Whether what goes together is equally long."""
        shown = (
            self.pictures, self.labels, self.losses, self.losses_after, self.guesses, self.guesses_after, self.shares,
            self.shares_after,
        )  # fmt: skip
        pairs = ((self.weights, self.moves), (self.ranked_before, self.ranked_after), shown)
        return all(len(set(map(len, together))) == 1 for together in pairs)


@dataclass(frozen=True)
class Evidence(Event):
    """What was measured on a sample of training digits after ``step`` updates, dropout off.

    Attributes
    ----------
    examples : int
        How many digits the sample has.
    loss, curvature : float or None
        Mean loss over the sample, penalties included, and its second derivative along its gradient.
    dead, saturated, alike, gradients, weights : tuple
        For each layer with weights: share of units that are 0 for every digit of the sample, and share of outputs
        within a hundredth of an end of their range (None where the activation has no such units or ends); share of
        units whose weights are exactly the first unit's; lengths of its gradient and of its weights as vectors.
    """

    name: ClassVar[str] = "evidence"
    step: Count
    examples: Positive
    loss: float | None
    curvature: float | None
    dead: tuple[Share | None, ...]
    saturated: tuple[Share | None, ...]
    alike: tuple[Share, ...]
    gradients: tuple[float | None, ...]
    weights: tuple[float | None, ...]

    @property
    def whole(self) -> bool:
        """Whether every layer has every number."""
        parts = (self.dead, self.saturated, self.alike, self.gradients, self.weights)
        return len(set(map(len, parts))) == 1


EVENTS: dict[str, type[Event]] = {
    kind.name: kind
    for kind in (
        Ready, Started, Metrics, Validation, EpochEnd, Snapshot, LearningRate, Paused, Resumed,
        BestWeights, NotSaved, StartsAgain, Stopped, Diverged, Failed, Done, Look, BatchShown, Evidence,
    )
}  # fmt: skip

ENDINGS = (Stopped, Diverged, Failed, Done)


class EventError(ValueError):
    """A line that is no event of this version."""


class NewerEvent(EventError):
    """A line that a newer version wrote."""


def from_line(line: str) -> Event:
    """The event a line of JSON tells; see ``from_values``.

    Parameters
    ----------
    line : str
        A JSON object, with or without the end of its line.

    Returns
    -------
    Event
        Its fields are checked for kind and range.

    Raises
    ------
    EventError
        If the line is not JSON, or not an event of this version.
    """
    try:
        return from_values(parse(line))
    except EventError:
        raise
    except ValueError as error:
        raise EventError(f"not an event: {line[:80]!r} ({reason_of(error)})") from error


def from_values(values: Any) -> Event:
    """The event that a JSON object tells; fields that this version does not know are left out.

    Parameters
    ----------
    values : object
        What ``json`` read; its keys ``v`` and ``event`` are the version and the name.

    Returns
    -------
    Event
        Its fields are checked for kind and range.

    Raises
    ------
    NewerEvent
        If it is of another version, or is not known here.
    EventError
        If a field is missing or is not of its kind.
    """
    if not isinstance(values, dict) or not {"v", "event"} <= set(values):
        raise EventError(f"not an event: {str(values)[:80]!r}")
    version, name = values["v"], values["event"]
    if version != VERSION or type(version) is not int:
        raise NewerEvent(f"an event of version {str(version)[:20]}; this program reads version {VERSION}")
    kind = EVENTS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise NewerEvent(f"an event called {str(name)[:20]!r}, which this program does not know")
    return _made(kind, values)


def _made(kind: type[Event], values: dict[str, Any]) -> Event:
    checks = _CHECKS[kind]
    known = {name: _tuple(value) for name, value in values.items() if name in checks}
    for name, value in known.items():
        if not checks[name](value):
            raise EventError(f"{kind.name}: {name} cannot be {str(value)[:40]!r}")
    try:
        event = kind(**known)
    except TypeError as error:
        raise EventError(f"not an event: {kind.name} ({error})") from error
    if isinstance(event, Metrics) and not len(event.losses) == len(event.accuracies) <= event.step:
        raise EventError(
            f"metrics: {len(event.losses)} losses, {len(event.accuracies)} accuracies, step {event.step}"
        )
    if isinstance(event, BatchShown | Evidence) and not event.whole:
        raise EventError(f"{kind.name}: what goes together is not equally long")
    return event


def _count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= MOST_COUNT


def _positive(value: Any) -> bool:
    return _count(value) and value > 0


def _text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MOST_LETTERS


def _packed(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MOST_PACKED and _BASE64.fullmatch(value) is not None


def _numbers(low: float, high: float) -> Callable[[Any], bool]:
    """Whether a tuple holds plain numbers from ``low`` to ``high`` only; a bool is none."""

    def check(values: Any) -> bool:
        whole = isinstance(values, tuple) and set(map(type, values)) <= {int, float}
        return whole and (not values or (low <= min(values) and max(values) <= high))

    return check


def _each_or_none(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda values: (
        isinstance(values, tuple)
        and check(tuple(value for value in values if value is not None) if None in values else values)
    )


def _one(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: check((value,))


def _or_none(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or check(value)


_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_FLOATS, _SHARES = _numbers(-MOST_FLOAT, MOST_FLOAT), _numbers(0.0, 1.0)


def _each(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda values: isinstance(values, tuple) and len(values) <= MOST_TEXTS and all(map(check, values))


def _class(value: Any) -> bool:
    return type(value) is int and 0 <= value < CLASSES


def _picture(value: Any) -> bool:
    return isinstance(value, str) and len(value) == PICTURE_LETTERS and _BASE64.fullmatch(value) is not None


# What a field may be, by its annotation: a new annotation needs a row here before it can be used.
_KINDS: dict[str, Callable[[Any], bool]] = {
    "bool": lambda value: isinstance(value, bool),
    "str": _text,
    "str | None": _or_none(_text),
    "Count": _count,
    "Packed": _packed,
    "Positive": _positive,
    "float": _one(_FLOATS),
    "float | None": _or_none(_one(_FLOATS)),
    "Amount": _one(_numbers(0.0, MOST_FLOAT)),
    "Share": _one(_SHARES),
    "tuple[float | None, ...]": _each_or_none(_FLOATS),
    "tuple[Share, ...]": _SHARES,
    "tuple[Share | None, ...]": _each_or_none(_SHARES),
    "tuple[Class, ...]": _each(_class),
    "tuple[Picture, ...]": _each(_picture),
    "tuple[str, ...]": lambda values: (
        isinstance(values, tuple) and len(values) <= MOST_TEXTS and all(map(_text, values))
    ),
}
_CHECKS = {kind: {field.name: _KINDS[str(field.type)] for field in fields(kind)} for kind in EVENTS.values()}


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
