"""Data sets beside MNIST: files of the same layout, dropped into a folder or brought by a visitor.

In ``NETLAB_HOME/datasets`` a data set is ``NAME.npz``, laid out like Keras's mnist.npz, or a folder ``NAME`` with four
idx files, packed with gzip or not. What its ten labels mean is known of some by their name; else a text beside it says
so, ``NAME.txt``, or ``classes.txt`` in the folder, ten lines. They are read as strictly as MNIST.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from netlab.arrays import CLASSES
from netlab.data import archives
from netlab.data.contents import oddities
from netlab.data.digits import DIGIT_NAMES, PARTS, DataError, Digits, checked
from netlab.data.orientation import lies_transposed
from netlab.files import FileError, content, reason_of
from netlab.nets.naming import data_title, plain_name
from netlab.nets.spec import MNIST
from netlab.storage import free_bytes, home

MOST_UPLOAD_BYTES = 64 * 2**20
MOST_SETS = 40
"""More uploaded data sets than this are not kept."""
MOST_STORED_IMAGES = 250_000
"""EMNIST's digits are 240,000: so many may be in a file."""
MOST_USED_IMAGES = 100_000
"""The first so many of a file are used; they take 78 MB."""
RESERVE_BYTES = 1_000_000_000
MOST_TEXT_BYTES = 2_000
MOST_LETTERS = 30
RESERVED = (MNIST, "stand-in", "auto", "file", "set")

KNOWN = {
    "fashion-mnist": (
        "T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
    ),
    "kmnist": ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
    "emnist-digits": DIGIT_NAMES,
    MNIST: DIGIT_NAMES,
}  # fmt: skip
"""What the labels 0 to 9 mean: Xiao et al., 2017; Clanuwat et al., 2018 (hiragana, as they are spoken); Cohen et al., 2017."""
ALIASES = {
    "fashion": "fashion-mnist", "fashionmnist": "fashion-mnist", "k-mnist": "kmnist", "kuzushiji-mnist": "kmnist",
    "kuzushiji": "kmnist", "emnist": "emnist-digits",
}  # fmt: skip
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_CLASS = re.compile(r"[^\x00-\x1f\x7f<>&\"'`$\\*_\[\]|]+")


def folder() -> Path:
    """Where data sets are dropped.

    Returns
    -------
    Path
        It need not exist.
    """
    return home() / "datasets"


def name_of(file: str) -> str:
    """The name of a data set whose file or folder is called so.

    Parameters
    ----------
    file : str
        A file's name, such as "Fashion_MNIST.npz".

    Returns
    -------
    str
        Small letters, digits and hyphens ("fashion-mnist"); empty if nothing of that is in it or the name is reserved.
    """
    stem = file.lower().removesuffix(".gz").removesuffix(".npz")
    name = re.sub(r"[^a-z0-9]+", "-", stem).strip("-")[:64].strip("-")
    name = ALIASES.get(name, name)
    return "" if name in RESERVED else name


def names() -> tuple[str, ...]:
    """Data sets that are at hand beside MNIST, by name.

    Returns
    -------
    tuple of str
        In alphabetical order; an uploaded one begins with a mark, as ``is_uploaded`` knows.
    """
    try:
        found = {name_of(path.name) for path in folder().iterdir() if _is_set(path)}
    except OSError:  # it is not there, or cannot be seen
        return ()
    return tuple(sorted(name for name in found if name))


def is_uploaded(name: str) -> bool:
    """Whether a data set was brought by a visitor, and is none of those that were dropped into the folder.

    Parameters
    ----------
    name : str
        A data set's name.

    Returns
    -------
    bool
        True for a name that ``keep`` gave.
    """
    return plain_name(name) != name


def class_names(name: str) -> tuple[str, ...]:
    """What the ten labels of a data set mean.

    Parameters
    ----------
    name : str
        A data set's name, as ``NetworkSpec.data`` has it.

    Returns
    -------
    tuple of str
        Ten: from the text beside it, else known by its name, else "class 0" to "class 9".
    """
    known = KNOWN.get(plain_name(name))
    if known is None and plain_name(name).endswith("digits"):
        known = DIGIT_NAMES
    return _told(name) or known or tuple(f"class {label}" for label in range(CLASSES))


def load_set(name: str) -> Digits:
    """Load a data set.

    Parameters
    ----------
    name : str
        One of ``names``.

    Returns
    -------
    Digits
        At most 100,000 pictures to learn from and as many to be tested on, with a note on where they came from.

    Raises
    ------
    DataError
        If it is not there or cannot be used; the sentence names it.
    """
    path = _path(name)
    if path is None:
        raise DataError(
            f"The data set {data_title(name)} is not here. Put {plain_name(name)}.npz, or a folder of that name with four "
            f"idx files, into {folder()}, or upload it on the page Train."
        )
    return _read(path, name)


def load_file(path: Path, name: str) -> Digits:
    """Load a data set from a file or folder anywhere.

    Parameters
    ----------
    path : Path
        An npz file, or a folder of four idx files.
    name : str
        What it is called from now on.

    Returns
    -------
    Digits
        As ``load_set`` gives.

    Raises
    ------
    DataError
        If it is not there or cannot be used.
    """
    return _read(path, name)


def files_of(name: str) -> dict[str, bytes]:
    """The files of a data set, to have it on another computer too.

    Parameters
    ----------
    name : str
        One of ``names``.

    Returns
    -------
    dict of str to bytes
        By their names below ``folder()``; empty if it is not there or cannot be read.
    """
    path = _path(name)
    if path is None:
        return {}
    inner = sorted(one for one in path.iterdir() if one.is_file()) if path.is_dir() else [path]
    try:
        found = {one: content(one, MOST_UPLOAD_BYTES * 4, folder()) for one in inner}
    except (OSError, FileError):  # whoever loads it there says what is wrong
        return {}
    return {one.relative_to(folder()).as_posix(): bytes_ for one, bytes_ in found.items()}


@lru_cache(maxsize=1)
def loaded(name: str) -> Digits:
    """As ``load_set``; the one asked for last is kept.

    Parameters
    ----------
    name : str
        One of ``names``.

    Returns
    -------
    Digits
        Not to be written into.

    Raises
    ------
    DataError
        As ``load_set`` does.
    """
    return load_set(name)


def keep(files: Mapping[str, bytes]) -> str:
    """Check what a visitor brings, and keep it as a data set.

    Parameters
    ----------
    files : mapping of str to bytes
        Content by file name: one npz file, or four idx files; and a text of ten lines, if there is one.

    Returns
    -------
    str
        The name that it has from now on; the same content has the same name.

    Raises
    ------
    DataError
        If it cannot be used or kept; the sentence says why. Nothing is left behind then.
    """
    if sum(map(len, files.values())) > MOST_UPLOAD_BYTES:
        raise DataError(f"A data set may have at most {MOST_UPLOAD_BYTES // 2**20} MB. Save it packed.")
    name = _uploaded_name(files)
    if name in names():
        return name
    _check_room()
    try:
        folder().mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".incoming-", dir=folder()))
        try:
            called = {_safe(file, place): file for place, file in enumerate(files)}
            for written, file in called.items():
                (draft / written).write_bytes(files[file])
            _check(draft, name, called)
            with suppress(FileExistsError):
                draft.rename(folder() / name)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise DataError(f"The data set cannot be kept ({reason_of(error)}). Free some space.") from error
    return name


def _check(draft: Path, name: str, called: Mapping[str, str]) -> None:
    """Read what was brought; an error names files as the visitor does."""
    try:
        _read(draft, name)
    except DataError as error:
        text = str(error).replace(f"{draft}{os.sep}", "").replace(str(draft), "The upload")
        for written, file in called.items():
            text = text.replace(written, file[:60])
        raise DataError(text.replace(archives.MEND, "Fetch it again, and bring it whole.")) from error


def _check_room() -> None:
    if sum(map(is_uploaded, names())) >= MOST_SETS:
        raise DataError(
            f"{MOST_SETS} uploaded data sets are kept already, as many as there may be. Remove one from {folder()}."
        )
    if free_bytes(home()) < RESERVE_BYTES + MOST_UPLOAD_BYTES:
        raise DataError("The disk has too little room for another data set.")


def _uploaded_name(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(hashlib.sha256(files[file]).digest())
    return f"u{digest.hexdigest()[:8]}-{_common_name(list(files))}"


def _common_name(files: list[str]) -> str:
    """What a set of files is called: by the npz file, else by what the idx files' names have before their common part."""
    for file in files:
        if file.lower().endswith(".npz"):
            return name_of(file)[:50].strip("-") or "pictures"
    starts = {file.lower().partition("-train-")[0] for file in files if "-train-" in file.lower()}
    return (name_of(starts.pop())[:50].strip("-") if len(starts) == 1 else "") or "pictures"


def _safe(file: str, place: int) -> str:
    """A name under which an uploaded file can be written anywhere: its known ending behind a number."""
    lower = file.lower()
    if lower.endswith(".npz"):
        return "set.npz"
    if lower.endswith(".txt"):
        return "classes.txt"
    for endings in archives.IDX_ENDINGS.values():
        for ending in (*endings, *(name.replace("test-", "t10k-") for name in endings)):
            for packed in ("", ".gz"):
                if lower.endswith(ending + packed):
                    return f"{place}-{ending}{packed}"
    raise DataError(
        f"{file[:60]} is no part of a data set; expected one npz file, or four idx files named like MNIST's."
    )


def _is_set(path: Path) -> bool:
    if path.name.startswith("."):
        return False
    return path.is_dir() or (path.is_file() and path.suffix == ".npz")


def _path(name: str) -> Path | None:
    if not _NAME.fullmatch(name) or name in RESERVED:
        return None
    try:
        found = [path for path in sorted(folder().iterdir()) if _is_set(path) and name_of(path.name) == name]
    except OSError:
        return None
    return found[0] if found else None


def _read(path: Path, name: str) -> Digits:
    """A data set from its file or folder; a folder may hold one npz file in place of four idx files."""
    inner = path / "set.npz" if path.is_dir() and (path / "set.npz").is_file() else path
    shown = data_title(name)
    if inner.is_dir():
        arrays = archives.read_idx_folder(inner, MOST_STORED_IMAGES)
    else:
        with archives.opened(inner) as stream:
            arrays = archives.read_npz(stream, str(inner), MOST_STORED_IMAGES)
    classes = _told_in(path) or class_names(name)
    note = f"{shown}, uploaded." if is_uploaded(name) else f"{shown}, from {inner}."
    digits = checked(str(inner), arrays, "set", note)
    digits = _first(replace(digits, classes=classes))
    are_digits = classes == DIGIT_NAMES
    if are_digits and lies_transposed(digits.x_train, digits.y_train):
        digits = replace(
            digits,
            x_train=digits.x_train.transpose(0, 2, 1).copy(),
            x_test=digits.x_test.transpose(0, 2, 1).copy(),
            note=f"{digits.note} Its pictures lay on their side, as EMNIST's do, and were put upright.",
        )
    found = oddities({part: getattr(digits, part) for part in PARTS}, digits=are_digits)
    return replace(digits, warnings=found)


def _first(digits: Digits) -> Digits:
    """At most ``MOST_USED_IMAGES`` of each part, and a word if that is not all."""
    if max(len(digits.y_train), len(digits.y_test)) <= MOST_USED_IMAGES:
        return digits
    cut = {part: getattr(digits, part)[:MOST_USED_IMAGES].copy() for part in PARTS}
    note = f"{digits.note} The first {MOST_USED_IMAGES:,} of its {len(digits.y_train):,} training pictures are used."
    return replace(digits, **cut, note=note)


def _plain(word: str) -> bool:
    return len(word) <= MOST_LETTERS and word.isprintable() and _CLASS.fullmatch(word) is not None


def _told(name: str) -> tuple[str, ...]:
    path = _path(name)
    return () if path is None else _told_in(path)


def _told_in(path: Path) -> tuple[str, ...]:
    """Ten class names from the text that lies with a data set; none if there is none, or it is not ten plain words."""
    text = path / "classes.txt" if path.is_dir() else path.with_suffix(".txt")
    try:
        lines = content(text, MOST_TEXT_BYTES).decode().strip().splitlines()
    except (OSError, ValueError):  # there is none, or it is no plain short text
        return ()
    words = tuple(line.strip() for line in lines)
    plain = len(words) == CLASSES and all(map(_plain, words))
    return words if plain else ()
