"""What the teacher of a class has set for everybody at this server: limits of a training, hidden pages, the first lesson.

It lies in one file of the home, so that a restart forgets nothing of it. A queue refuses a training that is beyond the
limits, whoever asks for it and whatever their page shows.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from netlab.files import FileError, json_object
from netlab.formatting import counted
from netlab.nets.spec import MOST_PARAMETERS, NetworkSpec
from netlab.runs.store import MOST_EXAMPLES
from netlab.storage import atomic_write, home

FILE = "class.json"
MOST_BYTES = 10_000
MOST_HIDDEN = 60
MOST_EPOCHS = 200
LEAST_IMAGES, LEAST_PARAMETERS = 100, 1000
_PAGE = re.compile(r"[a-z][a-z_]{0,39}")


@dataclass(frozen=True)
class Rules:
    """What holds at this server.

    Attributes
    ----------
    most_epochs, most_images, most_parameters : int or None
        Limits of one training; None where there is none.
    hidden : tuple of str
        Names of pages that only the teacher sees.
    lesson : str
        The page that the link to join leads to; empty for the start page.
    since : str
        When the lesson began, ISO 8601 in UTC: the board shows the runs of it. Empty if that was never said.
    """

    most_epochs: int | None = None
    most_images: int | None = None
    most_parameters: int | None = None
    hidden: tuple[str, ...] = ()
    lesson: str = ""
    since: str = ""

    @property
    def limited(self) -> bool:
        """Whether a training is limited."""
        return any(one is not None for one in (self.most_epochs, self.most_images, self.most_parameters))


def rules() -> Rules:
    """What holds now, read as a stranger's; a file that cannot be read limits and hides nothing.

    Returns
    -------
    Rules
    """
    path = home() / FILE
    stamp = _stamp(path)
    with _lock:
        known = _known.get(path)
    if known is not None and known[0] == stamp:
        return known[1]
    found = _read(path)
    with _lock:
        _known[path] = stamp, found
    return found


def keep(new: Rules) -> None:
    """Let other rules hold, from now on and after a restart.

    Parameters
    ----------
    new : Rules

    Raises
    ------
    OSError
        If they cannot be written; those before then still hold.
    """
    atomic_write(home() / FILE, json.dumps(asdict(new), indent=1).encode())


def now() -> str:
    """The moment, as ``Rules.since`` and a run's start have it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def why_not(spec: NetworkSpec, held: Rules) -> str:
    """Why a training is not taken.

    Parameters
    ----------
    spec : NetworkSpec
        What is asked for.
    held : Rules
        What holds.

    Returns
    -------
    str
        A sentence for each limit that it is beyond; empty if it is taken.

    Examples
    --------
    >>> why_not(NetworkSpec(epochs=9), Rules(most_epochs=3))
    'The teacher has limited a training to 3 epochs here; this one asks for 9. Set fewer epochs.'
    """
    found = []
    if held.most_epochs is not None and spec.epochs > held.most_epochs:
        found.append(
            f"The teacher has limited a training to {counted(held.most_epochs, 'epoch')} here; this one asks for {spec.epochs:,}. "
            "Set fewer epochs."
        )
    images = _images(spec)
    if held.most_images is not None and images > held.most_images:
        limit = f"The teacher has limited a training to {held.most_images:,} images here"
        asks = (
            f"{limit}; this one asks for all there are."
            if spec.train_examples is None
            else f"{limit}; this one asks for {images:,}."
        )
        found.append(f"{asks} Under “More”, set fewer training images.")
    if held.most_parameters is not None and spec.parameter_count > held.most_parameters:
        found.append(
            f"The teacher has limited a network to {held.most_parameters:,} parameters here; this one has "
            f"{spec.parameter_count:,}. Take fewer units or layers."
        )
    return " ".join(found)


def fitted(spec: NetworkSpec, held: Rules) -> NetworkSpec | None:
    """The same network with as many epochs and images as the limits allow.

    Parameters
    ----------
    spec : NetworkSpec
    held : Rules

    Returns
    -------
    NetworkSpec or None
        None if it fits as it is, or its parameters are too many: which to leave out is its reader's to say.
    """
    if held.most_parameters is not None and spec.parameter_count > held.most_parameters:
        return None
    epochs = spec.epochs if held.most_epochs is None else min(spec.epochs, held.most_epochs)
    images = spec.train_examples
    if held.most_images is not None and _images(spec) > held.most_images:
        images = held.most_images
    small = replace(
        spec,
        epochs=epochs,
        train_examples=images,
        shuffled_labels=min(spec.shuffled_labels, images or MOST_EXAMPLES),
    )
    return None if small == spec else small


def in_words(held: Rules) -> str:
    """What the limits are, for those who train.

    Parameters
    ----------
    held : Rules

    Returns
    -------
    str
        A sentence; empty if there is none.

    Examples
    --------
    >>> in_words(Rules(most_epochs=1, most_parameters=50_000))
    'The teacher has set for every training here: at most 1 epoch, at most 50,000 parameters.'
    """
    found = [
        *([f"at most {counted(held.most_epochs, 'epoch')}"] if held.most_epochs is not None else []),
        *([f"at most {held.most_images:,} images"] if held.most_images is not None else []),
        *([f"at most {held.most_parameters:,} parameters"] if held.most_parameters is not None else []),
    ]
    return f"The teacher has set for every training here: {', '.join(found)}." if found else ""


_known: dict[Path, tuple[tuple[int, int, int] | None, Rules]] = {}
_lock = threading.Lock()


def _images(spec: NetworkSpec) -> int:
    return MOST_EXAMPLES if spec.train_examples is None else spec.train_examples


def _read(path: Path) -> Rules:
    try:
        told = json_object(path, MOST_BYTES)
    except FileError:
        return Rules()
    return Rules(
        most_epochs=_whole(told, "most_epochs", 1, MOST_EPOCHS),
        most_images=_whole(told, "most_images", LEAST_IMAGES, MOST_EXAMPLES),
        most_parameters=_whole(told, "most_parameters", LEAST_PARAMETERS, MOST_PARAMETERS),
        hidden=_pages(told.get("hidden")),
        lesson=_page(told.get("lesson")),
        since=_moment(told.get("since")),
    )


def _whole(told: Mapping[str, Any], name: str, low: int, high: int) -> int | None:
    value = told.get(name)
    return value if type(value) is int and low <= value <= high else None


def _page(value: Any) -> str:
    return value if isinstance(value, str) and _PAGE.fullmatch(value) else ""


def _pages(value: Any) -> tuple[str, ...]:
    found = value if isinstance(value, list) and len(value) <= MOST_HIDDEN else []
    return tuple(dict.fromkeys(filter(None, map(_page, found))))


def _moment(value: Any) -> str:
    try:
        return datetime.fromisoformat(value).astimezone(UTC).isoformat(timespec="seconds")
    except (TypeError, ValueError, OverflowError):
        return ""


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
