"""The books of a soak: when blows fall, what a kill cost, which runs are told whole and which of them are."""

from __future__ import annotations

import hashlib
import json
import random
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.data import Digits
from netlab.nets.numpy_model import predict
from netlab.nets.spec import NetworkSpec
from netlab.runs.events import Done
from netlab.runs.reading import Kept, read
from netlab.runs.run import Run

LOST_SECONDS = 1.0
WARM_SHARE = 0.2
"""Of the second half, in which the server that lives to the end warms up."""
EACH_MINUTE = {"worker": 1.5, "disk": 0.5, "server": 0.6}
"""How often a blow of each kind falls, on the mean; every kind falls at least once."""
ROUNDED = 2e-3
"""By how much an accuracy that NumPy computes anew may differ: pictures whose two best answers are nearly equal."""
TRAINS = ("metrics", "validation", "epoch", "snapshot", "evidence", "learning_rate")
"""Events that are written while batches are trained: behind one of them more is to come."""


@dataclass(frozen=True, order=True)
class Blow:
    """Something that is done to the app, so many seconds after the beginning."""

    at: float
    kind: str


def schedule(seconds: float, seed: int) -> list[Blow]:
    """When which blow falls.

    Parameters
    ----------
    seconds : float
        How long the soak lasts.
    seed : int
        The same seed gives the same blows.

    Returns
    -------
    list of Blow
        In order. The server is killed in the first half alone, the last time at its end; then comes a while without
        blows, in which the server that lives to the end warms up.
    """
    chance, half = random.Random(seed), seconds / 2
    warm = half + WARM_SHARE * half
    blows = [Blow(half, "server")]
    for kind, often in EACH_MINUTE.items():
        spans = [(0.0, half)] if kind == "server" else [(0.0, half), (warm, seconds)]
        for low, high in spans:
            count = max(1, round(often * (high - low) / 60))
            blows += [Blow(chance.uniform(low, high), kind) for _ in range(count)]
    return sorted(blows)


def lost_seconds(history: Path, killed_at: float) -> float | None:
    """How many seconds of a curve a kill took: from the last line that was written to the kill.

    Parameters
    ----------
    history : Path
        The history of the run that was trained, once its worker is gone.
    killed_at : float
        When it was killed, in seconds of the system's clock.

    Returns
    -------
    float or None
        0 if the worker wrote on until after the kill; None if it was not under way: paused, over, or without a batch since
        it began or went on, while TensorFlow builds its network.
    """
    told = [str(event.get("event")) for event in lines(history) if event is not None]
    begun = max((place for place, name in enumerate(told) if name == "started"), default=len(told))
    if "metrics" not in told[begun:] or told[-1] not in TRAINS:
        return None
    return max(0.0, killed_at - history.stat().st_mtime)


def lines(history: Path) -> list[dict[str, Any] | None]:
    """The events of a history as JSON has them; None for a line that is none."""
    try:
        return [_object(line) for line in history.read_bytes().splitlines()]
    except FileNotFoundError:
        return []


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def told_whole(kept: Kept) -> bool:
    """Whether the app tells a run as finished without saying that anything of it is missing."""
    return isinstance(kept.ending, Done) and not kept.trouble and not kept.history.missing


def flaws(run: Run, digits: Digits) -> list[str]:
    """What a run lacks that was told whole, found without what the app reads runs by: from its plain files.

    Parameters
    ----------
    run : Run
        A run that is told as finished.
    digits : Digits
        What it was trained and tested on.

    Returns
    -------
    list of str
        Empty for a run that is whole.
    """
    end = _object((run.folder / "end.json").read_bytes()) or {}
    return [*_of_weights(run, end, digits), *_of_curve(lines(run.folder / "history.jsonl"), run.spec())]


def _of_weights(run: Run, end: dict[str, Any], digits: Digits) -> Iterator[str]:
    file = run.folder / "weights.npz"
    if hashlib.sha256(file.read_bytes()).hexdigest() != end.get("sha256"):
        yield "its final weights are not those of its end"
    with np.load(file, allow_pickle=False) as archive:
        weights: dict[str, NDArray[Any]] = {
            name: archive[name] for name in archive.files if archive[name].dtype.kind == "f"
        }
    if not all(np.isfinite(array).all() for array in weights.values()):
        yield "its final weights are not all finite"
        return
    answers = predict(run.spec(), weights, digits.x_test.astype(np.float32) / np.float32(255)).argmax(1)
    found, told = float((answers == digits.y_test).mean()), float(end["end"]["test_accuracy"])
    if abs(found - told) > ROUNDED:
        yield f"it reads {found:.4f} of the test pictures and says {told:.4f}"


def _of_curve(events: Sequence[dict[str, Any] | None], spec: NetworkSpec) -> Iterator[str]:
    """Every batch once, from the first to the last, and every epoch; what came after the start of a continuation counts."""
    step, total, epochs, gaps = 0, 0, set[int](), list[tuple[int, int]]()
    for event, after in zip(events, [*events[1:], None], strict=True):
        name = None if event is None else event.get("event")
        if event is None:
            if after is None or after.get("event") != "started":
                yield "a line of its history cannot be read"
        elif name == "started":
            if event["step"] > step:
                yield f"it went on at batch {event['step']}, and {step} were written"
            step, total = event["step"], event["total_steps"]
            epochs = {epoch for epoch in epochs if epoch * event["steps_per_epoch"] <= step}
            gaps = [(first, min(last, step)) for first, last in gaps if first < step]
        elif name == "metrics":
            first = event["step"] - len(event["losses"])
            if first != step:
                gaps.append((step, first))
            step = event["step"]
        elif name == "epoch":
            epochs.add(event["epoch"])
    yield from (f"batches {first} to {last} of its history are missing" for first, last in gaps)
    if not spec.patience and (step != total or not total):
        yield f"its history ends at batch {step} of {total}"
    if not spec.patience and epochs != set(range(1, spec.epochs + 1)):
        yield f"its history has the epochs {sorted(epochs)} of {spec.epochs}"


@dataclass(frozen=True)
class Sample:
    """What a server takes while nobody is there: bytes of memory, open descriptors, threads, temporary files."""

    memory: int
    descriptors: int
    threads: int
    temporary: int


@dataclass(frozen=True)
class Moment:
    """What a server takes while it is used: after so many seconds of use, bytes of memory and open descriptors."""

    used: float
    memory: int
    descriptors: int


def slope(moments: Sequence[Moment]) -> float:
    """By how many bytes a minute of use memory grows: the line of least squares through the moments.

    Parameters
    ----------
    moments : sequence of Moment
        Fewer than two have no slope, which is told as 0.
    """
    minutes = np.array([one.used / 60 for one in moments])
    if len(np.unique(minutes)) < 2:
        return 0.0
    return float(np.polyfit(minutes, [one.memory for one in moments], 1)[0])


@dataclass
class Book:
    """What a soak has seen.

    Attributes
    ----------
    done, blows : Counter
        What visitors did, and what was done to the app.
    lost : list of float
        Seconds of curve that each kill of a run that was trained took.
    idle_kills : int
        Kills that met no run that was trained, or a disk that was full.
    orphans : list of str
        Processes that outlived their server by more than ``ORPHAN_SECONDS``.
    faults : list of str
        What a visitor was told or met that cannot be explained by a kill.
    complaints : list of str
        Errors in the server's log.
    warm, end : Sample or None
        The last server, warmed up and left alone, and at the end, left alone again.
    busy : list of Moment
        The last server while it is used, from its start.
    warm_seconds : float
        How long it had been used when it had warmed up.
    whole : int
        Runs that are told whole and are.
    broken : list of str
        Runs that are told whole and are not, and why.
    others : Counter
        All other runs, by what is told of them.
    """

    done: Counter[str] = field(default_factory=Counter)
    blows: Counter[str] = field(default_factory=Counter)
    lost: list[float] = field(default_factory=list)
    idle_kills: int = 0
    orphans: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    warm: Sample | None = None
    end: Sample | None = None
    busy: list[Moment] = field(default_factory=list)
    warm_seconds: float = 0.0
    whole: int = 0
    broken: list[str] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def did(self, act: str) -> None:
        """Note what a visitor did; all of them write here."""
        with self._lock:
            self.done[act] += 1

    def killed(self, histories: Iterable[Path], at: float, *, disk_full: bool) -> None:
        """Note what a kill took of each run that was being trained."""
        costs = [None if disk_full else lost_seconds(history, at) for history in histories]
        self.lost += [cost for cost in costs if cost is not None]
        self.idle_kills += not costs or any(cost is None for cost in costs)

    def read(self, run: Run, digits: Digits) -> None:
        """Note what is told of a run, and if it is told whole, whether it is."""
        kept = read(run)
        if told_whole(kept):
            found = flaws(run, digits)
            self.whole += not found
            self.broken += [f"{run.id}: {', '.join(found)}"] if found else []
        elif isinstance(kept.ending, Done):
            self.others["done, with what is missing told"] += 1
        else:
            self.others[run.state()] += 1


Row = tuple[str, str, str, bool]
"""What was measured, what came out, what was to come out, and whether it did."""


def table(book: Book) -> list[Row]:
    """The rows of a soak's table.

    Parameters
    ----------
    book : Book
        What was seen.

    Returns
    -------
    list of tuple
        Four columns each; what has no target is told and held.
    """
    worst = max(book.lost, default=0.0)
    count = len(book.lost)
    rows = [
        ("done by visitors", _counts(book.done), "told", True),
        ("blows", _counts(book.blows), "told", True),
        ("runs told whole that are", str(book.whole), "at least 1", book.whole > 0),
        ("runs told whole that are not", str(len(book.broken)), "0", not book.broken),
        ("all other runs", _counts(book.others), "told", True),
        (
            f"curve lost, {count} runs under way when killed",
            f"at most {worst:.2f} s, median {np.median(book.lost) if count else 0.0:.2f} s",
            f"at most {LOST_SECONDS:g} s", worst <= LOST_SECONDS,
        ),
        ("kills that met a run not under way", str(book.idle_kills), "told", True),
        ("processes that outlived their server", str(len(book.orphans)), "0", not book.orphans),
        ("errors that visitors met", str(len(book.faults)), "0", not book.faults),
        ("errors in the server's log", str(len(book.complaints)), "0", not book.complaints),
    ]  # fmt: skip
    if book.warm is not None and book.end is not None:
        rows += [*_growth(book.warm, book.end), *_in_use(book)]
    return rows


def _growth(warm: Sample, end: Sample) -> list[Row]:
    grown = [("the server's memory", f"{warm.memory / 1e6:.0f} to {end.memory / 1e6:.0f} MB")]
    for what, before, after in (
        ("the server's descriptors", warm.descriptors, end.descriptors),
        ("the server's threads", warm.threads, end.threads),
        ("temporary files", warm.temporary, end.temporary),
    ):
        grown.append((what, f"{before} to {after}"))
    return [(f"{what}, warm to end", figure, "told", True) for what, figure in grown]


def _in_use(book: Book) -> list[Row]:
    """What the last server took in each minute of its use, and how fast it grew once it had warmed up.

    A server that leaks grows by as much in every minute; one that warms up by less and less.
    """
    if not book.busy:
        return []
    minutes: dict[int, list[Moment]] = {}
    for one in book.busy:
        minutes.setdefault(int(one.used // 60), []).append(one)
    memory = ", ".join(f"{max(one.memory for one in group) / 1e6:.0f}" for group in minutes.values())
    descriptors = ", ".join(str(max(one.descriptors for one in group)) for group in minutes.values())
    late = [one for one in book.busy if one.used >= book.warm_seconds]
    early = [one for one in book.busy if one.used < book.warm_seconds]
    grows = f"{slope(early) / 1e6:+.1f} MB a minute before, {slope(late) / 1e6:+.1f} after"
    return [
        ("memory in use, most of each minute", f"{memory} MB", "told", True),
        ("descriptors in use, most of each minute", descriptors, "told", True),
        (f"memory in use, warm after {book.warm_seconds / 60:.1f} minutes", grows, "told", True),
    ]


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{count} {what}" for what, count in sorted(counter.items())) or "none"
