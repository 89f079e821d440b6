"""Find digits: the file the user named, Keras's copy, ours, the network, and in the end our own hand.

Each source either gives digits or says in a sentence why not; the sentences travel with the digits.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from netlab.data import archives
from netlab.data.contents import oddities
from netlab.data.digits import PARTS, DataError, Digits, checked
from netlab.data.download import MOST_BYTES, SHA256, download_once
from netlab.data.synthetic import standin
from netlab.storage import home

HOW_TO_GET = (
    "For the real MNIST connect to a network once, or set NETLAB_MNIST to an mnist.npz file "
    "or to a folder with MNIST's four idx files."
)


@dataclass(frozen=True)
class Found:
    """Digits, with the file they came from and its SHA-256 (None where there is no single file)."""

    digits: Digits
    path: Path | None
    sha256: str | None
    passed_over: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """Which digits are in use and why, for ``python -m netlab data``."""

    source: str
    path: str | None
    sha256: str | None
    published: bool
    train: int
    test: int
    note: str
    passed_over: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self))

    def text(self) -> str:
        """A few lines for people."""
        checksum = (
            f"SHA-256 {self.sha256}, the published file's"
            if self.published
            else f"SHA-256 {self.sha256}, not the published file's"
        )
        lines = [f"{self.source}: {self.train:,} digits to learn from, {self.test:,} to be tested on"]
        lines += [self.path] if self.path else []
        lines += [checksum] if self.sha256 and self.source == "mnist" else []
        return "\n".join(
            [*lines, self.note, *(f"Look at these digits: {warning}" for warning in self.warnings)]
        )


def load(source: str | Path = "auto") -> Digits:
    """Load digits.

    Parameters
    ----------
    source : str or Path
        "auto": ``NETLAB_MNIST``, Keras's cache, Netlab's cache, a download, else stand-in digits.
        "mnist": the same without the stand-in. "stand-in": digits made here.
        Anything else: an npz file laid out like Keras's mnist.npz, or a folder of MNIST's four idx files.

    Returns
    -------
    Digits
        Its ``note`` says where they came from and what was passed over.

    Raises
    ------
    DataError
        If the file cannot be used, or "mnist" was asked for and is nowhere.
    """
    return find(source).digits


def describe(source: str | Path = "auto") -> Report:
    """Say which digits ``load`` gives, from where, and with which checksum.

    Parameters
    ----------
    source : str or Path
        As for ``load``.

    Returns
    -------
    Report
        Sources, counts and sentences, without the pictures.

    Raises
    ------
    DataError
        As for ``load``.
    """
    found = find(source)
    digits = found.digits
    return Report(
        digits.source,
        str(found.path) if found.path else None,
        found.sha256,
        found.sha256 == SHA256,
        len(digits.y_train),
        len(digits.y_test),
        digits.note,
        found.passed_over,
        digits.warnings,
    )


def find(source: str | Path = "auto") -> Found:
    """Find digits as ``load`` does, and keep where they came from.

    Parameters
    ----------
    source : str or Path
        As for ``load``.

    Returns
    -------
    Found
        The digits, their file and its SHA-256.

    Raises
    ------
    DataError
        As for ``load``.
    """
    if source in ("auto", "mnist"):
        return _first(list(_real()), fall_back=source == "auto")
    if source == "stand-in":
        return _stand_in(())
    return _named(Path(source).expanduser(), "file", "You named this file.")


def at_hand() -> bool:
    """Whether a file of MNIST lies in one of the places where it is looked for; it is not opened.

    Returns
    -------
    bool
        False also where a download would find it.
    """
    named = os.environ.get("NETLAB_MNIST")
    places = [Path(named).expanduser()] if named else []
    return any(path.exists() for path in (*places, _keras_cache(), _own_cache()))


def _real() -> Iterator[Callable[[], Found]]:
    """The places where real MNIST may be, best first."""
    if named := os.environ.get("NETLAB_MNIST"):
        path = Path(named).expanduser()
        yield lambda: _named(path, "mnist", "NETLAB_MNIST names it.")
    yield lambda: _published(_keras_cache(), "Keras keeps it.")
    yield lambda: _published(_own_cache(), "Downloaded earlier.")
    yield _downloaded


def _first(sources: list[Callable[[], Found]], *, fall_back: bool) -> Found:
    """The first source that gives digits; the others' reasons go into the note."""
    passed_over: list[str] = []
    for source in sources:
        try:
            return _with_reasons(source(), tuple(passed_over))
        except DataError as error:
            passed_over.append(str(error))
    if fall_back:
        return _stand_in(tuple(passed_over))
    raise DataError("Real MNIST was not found. " + " ".join([*passed_over, HOW_TO_GET]))


def _with_reasons(found: Found, passed_over: tuple[str, ...]) -> Found:
    """Add to the note what was tried before, if it was there and was bad or was asked for."""
    reasons = [reason for reason in passed_over if not _is_absence(reason)]
    note = " ".join([found.digits.note, *(f"Tried first: {reason}" for reason in reasons)])
    return replace(found, digits=replace(found.digits, note=note), passed_over=passed_over)


def _is_absence(reason: str) -> bool:
    """Whether a cache merely was not there yet, which no one needs to read about."""
    return any(reason.startswith(f"{cache()} does not exist") for cache in (_keras_cache, _own_cache))


def _named(path: Path, source: str, why: str) -> Found:
    """Digits from a file or folder that a person chose: held to no checksum."""
    if path.is_dir():
        arrays, digest = archives.read_idx_folder(path), None
    else:
        with archives.opened(path) as stream:
            digest = archives.sha256(stream)
            arrays = archives.read_npz(stream, str(path))
    note = f"MNIST's layout, from {path}. {why}" if source == "file" else f"MNIST, from {path}. {why}"
    digits = checked(str(path), arrays, source, note)
    if digest != SHA256:
        digits = replace(digits, warnings=oddities({part: getattr(digits, part) for part in PARTS}))
    return Found(digits, path, digest)


def _published(path: Path, why: str) -> Found:
    """MNIST from a cache, held to the published checksum at every use."""
    with archives.opened(path, MOST_BYTES) as stream:
        digest = archives.sha256(stream)
        if digest != SHA256:
            raise DataError(
                f"{path} is not the published file (SHA-256 {digest[:12]}…; expected {SHA256[:12]}…). "
                "Delete it, or set NETLAB_MNIST to it if you trust it."
            )
        arrays = archives.read_npz(stream, str(path))
    return Found(checked(str(path), arrays, "mnist", f"MNIST, from {path}. {why}"), path, digest)


def _downloaded() -> Found:
    """MNIST from the network, kept if the home can be written."""
    path = _own_cache()
    download = download_once(path)
    if download.content is None:
        raise DataError(download.sentence)
    arrays = archives.read_npz(io.BytesIO(download.content), path.name)
    digits = checked(path.name, arrays, "mnist", f"MNIST. {download.sentence}")
    return Found(digits, path if path.exists() else None, SHA256)


def _stand_in(passed_over: tuple[str, ...]) -> Found:
    """Digits made here, saying that they are not MNIST."""
    made = standin.load()
    found = _with_reasons(Found(made.digits, made.path, made.sha256), passed_over)
    return replace(found, digits=replace(found.digits, note=f"{found.digits.note} {HOW_TO_GET}"))


def _keras_cache() -> Path:
    """Where Keras keeps mnist.npz."""
    folder = os.environ.get("KERAS_HOME") or "~/.keras"
    return Path(folder).expanduser() / "datasets" / "mnist.npz"


def _own_cache() -> Path:
    return home() / "data" / "mnist.npz"
