"""One run in a line of a list: kept beside the run, so that thousands are listed in the time that one takes to be read.

``summary.json`` holds it with the stamp of the files that it was made from; it is read as a stranger's, and made anew
whenever one of them has changed. No summary is kept of a run that is being trained.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from netlab.files import FileError, json_object
from netlab.formatting import counted, plain
from netlab.nets.naming import data_title, shape
from netlab.nets.spec import NetworkSpec
from netlab.nn.optimizers import ON_TRAIN
from netlab.runs import marks
from netlab.runs.compare import settings_of
from netlab.runs.events import ENDINGS, Done, Event
from netlab.runs.naming import LONGEST, clean_name
from netlab.runs.reading import milestones
from netlab.runs.run import SUMMARY, Run, RunError
from netlab.runs.store import MOST_EXAMPLES
from netlab.storage import atomic_write

VERSION = 1
MOST_BYTES = 60_000
MOST_WORDS = 200  # letters of the words for a network, an optimizer, data
MOST_SETTINGS = 60
FILES = ("spec.json", "history.jsonl", "end.json", "weights.npz", "name.json", marks.FILE)
"""What a summary is made from."""
UNREADABLE = "unreadable"
STATES = ("running", "interrupted", "not begun", UNREADABLE, *(kind.name for kind in ENDINGS))

Stamp = tuple[tuple[int, int] | None, ...]
Setting = float | str


@dataclass(frozen=True)
class Summary:
    """What a list shows of a run.

    Attributes
    ----------
    id : str
        The run's id.
    name, own_name : str
        What it is called, and what its reader called it; empty if nothing.
    state : str
        As ``Run.state`` has it; "unreadable" if its description cannot be read, and all but the id is then empty.
    network, optimizer, data : str
        In a few words.
    seed : int or None
        None only if it is unreadable.
    best, last, test : float or None
        The highest and the latest validation accuracy, and that of the test pictures at the end, as shares.
    seconds : float or None
        How long it has trained, as far as that was written.
    size : int
        Bytes on the disk.
    started : str
        ISO 8601 in UTC; empty if unknown.
    note : str
    star : bool
    settings : dict
        Every setting by its name as a number or a word; see ``flat``.
    """

    id: str
    name: str = ""
    own_name: str = ""
    state: str = UNREADABLE
    network: str = ""
    optimizer: str = ""
    data: str = ""
    seed: int | None = None
    best: float | None = None
    last: float | None = None
    test: float | None = None
    seconds: float | None = None
    size: int = 0
    started: str = ""
    note: str = ""
    star: bool = False
    settings: Mapping[str, Setting] = field(default_factory=dict)


def stamp(run: Run) -> Stamp:
    """What changes when anything of which a summary is made is written: times and sizes of ``FILES``.

    Parameters
    ----------
    run : Run

    Returns
    -------
    tuple
        For each file its time in nanoseconds and its bytes; None where there is none.
    """
    folder = str(run.folder)
    return tuple(_stamp(os.path.join(folder, name)) for name in FILES)  # noqa: PTH118  thousands are asked


def summary(run: Run) -> Summary:
    """A run in a line: as it is kept beside the run if that still holds, else made anew and kept.

    Parameters
    ----------
    run : Run
        Any run whose folder is there; anybody may have changed its files.

    Returns
    -------
    Summary
        Its state as ``run.state()``, its weights checked when it was made and again if they have been written since.
    """
    now = stamp(run)
    found = kept(run, now)
    if found is not None:
        return replace(found, state="running") if run.held() else found
    made, held = make(run), run.held()
    if not held and made.state not in ("running", UNREADABLE) and stamp(run) == now:
        with suppress(OSError):  # a disk that cannot be written: it is made again the next time
            _keep(run, made, now)
    return made


def make(run: Run) -> Summary:
    """Read a run as far as its summary needs it.

    Parameters
    ----------
    run : Run

    Returns
    -------
    Summary
    """
    try:
        spec = run.spec()
    except RunError:
        return Summary(run.id, size=run.size())
    history, ending, noted = milestones(run, spec), run.ending(), run.marks()
    seen = [one.accuracy for one in history.validations]
    return Summary(
        id=run.id, name=run.name(), own_name=run.own_name(), state=run.state(),
        network=shape(spec)[:MOST_WORDS], optimizer=optimizer_words(spec), data=data_words(spec), seed=spec.seed,
        best=max(seen, default=None), last=seen[-1] if seen else None,
        test=ending.test_accuracy if isinstance(ending, Done) else None,
        seconds=_seconds(ending, history.seconds), size=run.size(), started=run.started(),
        note=noted.note, star=noted.star, settings=flat(spec),
    )  # fmt: skip


def kept(run: Run, now: Stamp) -> Summary | None:
    """The summary that lies beside a run, if it is one of these files and can be read; read as a stranger's.

    Parameters
    ----------
    run : Run
    now : tuple
        The run's ``stamp``.

    Returns
    -------
    Summary or None
    """
    try:
        told = json_object(run.folder / SUMMARY, MOST_BYTES, run.folder)
    except FileError:
        return None
    if told.get("version") != VERSION or told.get("stamp") != [list(one) if one else None for one in now]:
        return None
    values = told.get("summary")
    if not isinstance(values, dict) or set(values) != set(_CHECKS):
        return None
    if not all(check(values[name]) for name, check in _CHECKS.items()):
        return None
    return Summary(id=run.id, **values)


def flat(spec: NetworkSpec) -> dict[str, Setting]:
    """Every setting of a network and its training as a number or a word, for plots and tables.

    Parameters
    ----------
    spec : NetworkSpec

    Returns
    -------
    dict
        By the setting's name; layers as their number, their units together and the parameters. All images are 60,000
        of ``train_examples``, and an optimizer's settings stand under their own names.

    Examples
    --------
    >>> found = flat(NetworkSpec(hidden=(64, 32), optimizer="sgd"))
    >>> found["hidden_layers"], found["units"], found["learning_rate"], found["momentum"]
    (2, 96, 0.01, 0.0)
    """
    values = settings_of(spec)
    layers = {
        "parameters": spec.parameter_count, "hidden_layers": len(spec.hidden), "units": sum(one.units for one in spec.layers),
        "convolutions": len(spec.convolutions),
    }  # fmt: skip
    rest = {name: value for name, value in values.items() if name not in ("hidden", "convolutions")}
    rest["train_examples"] = rest["train_examples"] or MOST_EXAMPLES
    return {**layers, **{name: _scalar(value) for name, value in rest.items()}}


def optimizer_words(spec: NetworkSpec) -> str:
    """An optimizer and its rate in a few words.

    Parameters
    ----------
    spec : NetworkSpec

    Returns
    -------
    str

    Examples
    --------
    >>> optimizer_words(NetworkSpec())
    'Adam, rate 0.001'
    """
    return f"{ON_TRAIN[spec.optimizer].training_title}, rate {plain(spec.rate)}"


def data_words(spec: NetworkSpec) -> str:
    """What a network learns from, and for how long, in a few words.

    Parameters
    ----------
    spec : NetworkSpec

    Returns
    -------
    str

    Examples
    --------
    >>> data_words(NetworkSpec(train_examples=1000))
    'MNIST, 1,000 images, 5 epochs'
    """
    images = "" if spec.train_examples is None else f", {counted(spec.train_examples, 'image')}"
    return f"{data_title(spec.data)}{images}, {counted(spec.epochs, 'epoch')}"


def _seconds(ending: Event | None, told: float) -> float | None:
    return getattr(ending, "seconds", None) or told or None


def _scalar(value: Any) -> Setting:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, int | float) else str(value)


def _keep(run: Run, made: Summary, now: Stamp) -> None:
    values = {name: value for name, value in asdict(made).items() if name != "id"}
    told = {"version": VERSION, "stamp": now, "summary": values}
    if run.folder.is_dir():  # a deleted run does not come back for its summary
        atomic_write(run.folder / SUMMARY, json.dumps(told).encode(), lasting=False)


def _stamp(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _words(most: int) -> Any:
    return lambda value: isinstance(value, str) and len(value) <= most and (value.isprintable() or not value)


def _share(value: Any) -> bool:
    return value is None or (type(value) in (int, float) and 0 <= value <= 1)


def _setting(value: Any) -> bool:
    return _words(MOST_WORDS)(value) or (type(value) in (int, float) and math.isfinite(value))


def _settings(value: Any) -> bool:
    if not isinstance(value, dict) or len(value) > MOST_SETTINGS:
        return False
    return all(name.isidentifier() and len(name) <= LONGEST and _setting(one) for name, one in value.items())


_CHECKS = {
    "name": lambda value: _words(LONGEST)(value) and value != "",
    "own_name": lambda value: _words(LONGEST)(value) and value == clean_name(value),
    "state": lambda value: value in STATES,
    "network": _words(MOST_WORDS),
    "optimizer": _words(MOST_WORDS),
    "data": _words(MOST_WORDS),
    "seed": lambda value: type(value) is int and 0 <= value < 2**31,
    "best": _share,
    "last": _share,
    "test": _share,
    "seconds": lambda value: value is None or (type(value) in (int, float) and 0 <= value < 1e12),
    "size": lambda value: type(value) is int and 0 <= value < 2**53,
    "started": _words(40),
    "note": lambda value: isinstance(value, str) and value == marks.clean_note(value),
    "star": lambda value: isinstance(value, bool),
    "settings": _settings,
}
"""What each value of a kept summary may be."""
