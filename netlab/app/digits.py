"""One copy of the digits for all pages and all readers: found once, kept read-only, and looked at from many sides."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from netlab import data
from netlab.arrays import Bytes
from netlab.data import Digits

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 2.0
"""Seconds that a page waits for the digits before it says so."""
SHUFFLED = np.random.default_rng(0).permutation(784)
"""One fixed order of all pixels, the same for every picture."""


@dataclass(frozen=True)
class Sample:
    """The pictures that no network here learns from, uint8 (n, 28, 28), with their labels (n,)."""

    images: Bytes
    labels: Bytes
    source: str
    note: str


@dataclass(frozen=True)
class Overview:
    """One part of the digits in a few numbers.

    Attributes
    ----------
    shape : tuple of int
        Of all its pictures.
    counts : (10,)
        How many of each digit.
    means : float64 (10, 28, 28)
        The mean picture of each digit, 0 to 255.
    """

    shape: tuple[int, ...]
    counts: NDArray[np.intp]
    means: NDArray[np.float64]


class Search:
    """All 70,000 digits (55 MB), looked for by a thread of its own: a slow network holds no page."""

    def __init__(self) -> None:
        self._digits: Digits | None = None
        self._error: Exception | None = None
        self._ended = threading.Event()
        threading.Thread(target=self._look, name="digits", daemon=True).start()

    def wait(self, seconds: float) -> Digits | None:
        """The digits, read-only, if they come within some seconds; None if they do not."""
        if not self._ended.wait(seconds):
            return None
        if self._error is not None:
            raise self._error
        return self._digits

    def _look(self) -> None:
        try:
            found = _found()
            for array in (found.x_train, found.y_train, found.x_test, found.y_test):
                array.setflags(write=False)
            self._digits = found
        except Exception as error:  # noqa: BLE001 - told to everybody who waits
            self._error = error
        finally:
            self._ended.set()


@st.cache_resource(show_spinner=False)
def _search() -> Search:
    """The one search of this server."""
    return Search()


def digits() -> Digits:
    """The digits, one copy for the whole server; nobody may write into it.

    While they are still on their way this run of the page ends here, in a sentence, and comes again when they are there.
    """
    found = _search().wait(PATIENCE)
    if found is None:
        _waiting()
        st.stop()
    return found


def soon(seconds: float) -> Digits | None:
    """The digits if they come within some seconds, else None; for a part of a page that can do without them."""
    return _search().wait(seconds)


@st.fragment(run_every=1.0)
def _waiting() -> None:
    if _search().wait(0) is not None:
        st.rerun()
    st.info(
        "The digits are being fetched, once; this page goes on when they are here.",
        icon=":material/hourglass:",
    )


def _found() -> Digits:
    """Real digits if there are any; else the stand-in, made in a process of its own, since that loads scikit-learn."""
    try:
        return data.load("mnist")
    except data.DataError:
        make = "from netlab import data; data.load('stand-in')"
        subprocess.run([sys.executable, "-c", make], cwd=ROOT, check=False, capture_output=True)
        return data.load("stand-in")  # from its cache now; made here only where no cache can be written


def sample() -> Sample:
    """The test digits: a view of the one copy, not another."""
    found = digits()
    return Sample(found.x_test, found.y_test, found.source, found.note)


def part(name: str) -> tuple[Bytes, Bytes]:
    """Pictures and labels of "training" or "test"."""
    found = digits()
    return {"training": (found.x_train, found.y_train), "test": (found.x_test, found.y_test)}[name]


def overview(name: str) -> Overview:
    """One part, counted and averaged."""
    digits()  # may end this run of the page, which is not to happen inside a cache
    return _overview(name)


@st.cache_resource(show_spinner=False)
def _overview(name: str) -> Overview:
    """Count and average one part, once."""
    images, labels = part(name)
    means = np.stack([mean_digit(images, labels, digit) for digit in range(10)])
    return Overview(images.shape, class_counts(labels), means)


def class_counts(labels: Bytes) -> NDArray[np.intp]:
    """Count how often each digit from 0 to 9 occurs, (10,)."""
    return np.bincount(labels, minlength=10)


def mean_digit(images: Bytes, labels: Bytes, digit: int) -> NDArray[np.float64]:
    """Average all pictures of one digit, pixel by pixel, (28, 28); black where there is none."""
    chosen = images[labels == digit]
    return np.asarray(chosen.mean(axis=0)) if len(chosen) else np.zeros(images.shape[1:])


def next_of_class(labels: Bytes, digit: int, after: int) -> int | None:
    """The place of the next picture of that digit, going round at the end; None if there is none at all."""
    places = np.flatnonzero(labels == digit)
    if not len(places):
        return None
    return int(places[np.searchsorted(places, after, side="right") % len(places)])


def to_input(image: NDArray[Any]) -> NDArray[np.float32]:
    """Turn a picture, (28, 28) of 0 to 255, into what the network receives: 784 numbers from 0 to 1, row after row."""
    return image.reshape(-1).astype(np.float32) / np.float32(255)
