"""What a pupil hands in: a lab report as one HTML file that carries, in plain sight, all that is needed to do the run again.

The numbers in it are a claim. ``checking.py`` says what a second run makes of it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from netlab import __version__
from netlab.arrays import SIDE
from netlab.classroom.lessons.attempt import Attempt, Ink
from netlab.classroom.lessons.lesson import Lesson, LessonError
from netlab.classroom.lessons.lesson import from_json as lesson_from_json
from netlab.classroom.lessons.verdict import Verdict
from netlab.files import parse, reason_of
from netlab.formatting import fixed, percent
from netlab.nets.spec import NetworkSpec, SpecError
from netlab.runs.events import Diverged, Done

VERSION = 1
MOST_BYTES = 10_000_000
MOST_JSON = 60_000
MOST_NAME = 60
MOST_TEXT = 200
LISTS = 400
OPENS, CLOSES = '<pre id="netlab-hand-in">', "</pre>"
PARTS = {"tensorflow": ("tensorflow-cpu", "tensorflow"), "keras": ("keras",), "numpy": ("numpy",)}
"""What decides about bits beside Netlab, Python and the machine, and under which names each is installed."""


class HandInError(ValueError):
    """A file that is no hand-in; the sentence says why."""


@dataclass(frozen=True)
class Outcome:
    """What came of a run, in a few numbers: two runs with the same ones have the same weights, bit for bit.

    Attributes
    ----------
    digest : str
        SHA-256 over the loss and the accuracy of every batch, as the run's file has them.
    weights : str
        ``weights_sum`` of its end; empty if it has none.
    batches : int
    test_accuracy, test_loss : float or None
        At its end; None if it has none, or the loss is no number.
    """

    digest: str
    weights: str
    batches: int
    test_accuracy: float | None
    test_loss: float | None

    def in_words(self) -> str:
        """The numbers as a list."""
        if self.test_accuracy is None:
            return f"{self.batches:,} batches, no test at the end"
        loss = "no number" if self.test_loss is None else fixed(self.test_loss, 4)
        return f"{self.batches:,} batches, {percent(self.test_accuracy, 2)} of the test pictures right, loss {loss}"


@dataclass(frozen=True)
class HandIn:
    """What a file says.

    Attributes
    ----------
    lesson : Lesson
    run, name : str
        The run's id and what it is called.
    spec : NetworkSpec
        Its network and training, the seed included.
    outcome : Outcome
        What is claimed.
    source : str
        Where its pictures came from, as ``Digits.source`` says it.
    by : str
        Who hands it in, if they said so.
    obstacle : str
        Why it cannot be done again from its settings alone, as a sentence; empty if it can.
    versions : mapping of str to str
        What it was handed in with.
    ink : uint8 array (28, 28) or None
        The drawing that it reads.
    started : str
        When the run began, ISO 8601 with its zone; empty if that is not said.
    seconds : float or None
        How long it trained.
    pupil, home : str
        The account of who hands it in, and where the app lay: a random word and an address.
    """

    lesson: Lesson
    run: str
    name: str
    spec: NetworkSpec
    outcome: Outcome
    source: str = ""
    by: str = ""
    obstacle: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    ink: Ink | None = field(default=None, compare=False)
    started: str = ""
    seconds: float | None = None
    pupil: str = ""
    home: str = ""


def outcome(attempt: Attempt) -> Outcome:
    """What came of a run.

    Parameters
    ----------
    attempt : Attempt
        As it was read from the disk, where numbers are written with six digits.

    Returns
    -------
    Outcome
    """
    sums = hashlib.sha256()
    for line in (attempt.history.losses, attempt.history.accuracies):
        values = line.values.astype("<f4")
        sums.update(np.where(np.isnan(values), np.float32("nan"), values).tobytes())
    done = attempt.ending if isinstance(attempt.ending, Done) else None
    return Outcome(
        sums.hexdigest(), attempt.weights, attempt.history.step,
        done.test_accuracy if done else None, done.test_loss if done else None,
    )  # fmt: skip


def versions() -> dict[str, str]:
    """What this program runs with.

    Returns
    -------
    dict of str to str
    """
    found = {"netlab": __version__, "python": platform.python_version()}
    found |= {name: next(filter(None, map(_version, editions)), "none") for name, editions in PARTS.items()}
    return {**found, "machine": f"{platform.system()} {platform.machine()}"}


def _version(edition: str) -> str:
    """The version of an installed distribution; empty where it is not installed."""
    try:
        return version(edition)
    except PackageNotFoundError:
        return ""


def hand_in(
    lesson: Lesson, attempt: Attempt, *, by: str = "", branched: bool = False, ink: Ink | None = None, begun: str = "",
    pupil: str = "", home: str = "",
) -> HandIn:  # fmt: skip
    """Put a hand-in together.

    Parameters
    ----------
    lesson : Lesson
    attempt : Attempt
        The run that is handed in.
    by : str
        Who hands it in; cut to its bounds.
    branched : bool
        Whether it began with the weights of another run.
    ink : uint8 array (28, 28), optional
        Its reader's drawing.
    begun, pupil, home : str, optional
        When it began, the account of who hands it in, and where the app lies.

    Returns
    -------
    HandIn
    """
    started, rates = attempt.history.started, attempt.history.rates
    obstacle = "" if isinstance(attempt.ending, Done | Diverged) else "It did not come to its end."
    if branched:
        obstacle = "It began with the weights of another run."
    elif rates:
        obstacle = f"Its learning rate was moved by hand after {rates[0].step:,} batches."
    return HandIn(
        lesson, attempt.run, attempt.name[:MOST_TEXT], attempt.spec, outcome(attempt),
        started.source if started is not None else "", " ".join(by.split())[:MOST_NAME], obstacle, versions(), ink,
        begun, attempt.ending.seconds if isinstance(attempt.ending, Done) else None, pupil, home,
    )  # fmt: skip


def to_json(given: HandIn) -> dict[str, Any]:
    """A hand-in as plain JSON values.

    Parameters
    ----------
    given : HandIn

    Returns
    -------
    dict
    """
    result = given.outcome
    return {
        "netlab_hand_in": VERSION,
        "by": given.by,
        "account": {"pupil": given.pupil, "home": given.home},
        "lesson": given.lesson.to_json(),
        "run": {"id": given.run, "name": given.name, "source": given.source, "spec": given.spec.to_json(), "started": given.started, "seconds": given.seconds},
        "result": {
            "digest": result.digest, "weights": result.weights, "batches": result.batches, "test_accuracy": result.test_accuracy, "test_loss": result.test_loss,
        },
        "obstacle": given.obstacle,
        "versions": dict(given.versions),
        "drawing": None if given.ink is None else base64.b64encode(given.ink.tobytes()).decode(),
    }  # fmt: skip


def in_page(page: str, given: HandIn, verdict: Verdict) -> str:
    """A report with what is handed in at its end.

    Parameters
    ----------
    page : str
        A report as ``netlab.experiments.report.report.html`` writes it.
    given : HandIn
    verdict : Verdict
        What the app says of the run.

    Returns
    -------
    str
        The whole file; every text of a reader is escaped.
    """
    rows = "".join(
        f"<li><b>{_STATE[told.met]}</b>: {escape(one.sentence)} {escape(told.evidence)}</li>"
        for one, told in verdict.conditions
    )
    counts = f"<p>It does not count. {escape(verdict.why_not)}</p>" if verdict.why_not else ""
    by = f"<p>Handed in by {escape(given.by)}.</p>" if given.by else ""
    text = json.dumps(to_json(given), indent=1, ensure_ascii=False)
    section = (
        f"<section><h2>Lesson: {escape(given.lesson.title)}</h2>{by}<p>The goal: all of this is true of one run.</p><ul>{rows}</ul>{counts}"
        "<p class='quiet'>What follows is for the command “netlab check”, which trains the run again and compares.</p>"
        f"{OPENS}{escape(text)}{CLOSES}</section>"
    )
    head, body, tail = page.rpartition("</body>")
    return f"{head}{section}{body}{tail}"


_STATE = {True: "reached", False: "not reached", None: "cannot be told"}


def read(content: bytes) -> HandIn:
    """Read what a file hands in.

    Parameters
    ----------
    content : bytes
        Anything.

    Returns
    -------
    HandIn

    Raises
    ------
    HandInError
        If it is no hand-in, or one that was changed so that it cannot be understood.
    """
    if len(content) > MOST_BYTES:
        raise HandInError(f"It has more than {MOST_BYTES // 1_000_000} MB, and no hand-in has.")
    try:
        page = content.decode("utf-8")
    except UnicodeDecodeError:
        raise HandInError("It is no hand-in of Netlab: it is not text in UTF-8.") from None
    found = re.findall(f"{re.escape(OPENS)}(.*?){re.escape(CLOSES)}", page, re.DOTALL)
    if len(found) != 1:
        raise HandInError(
            "It is no hand-in of Netlab. The page Train makes one, in a lesson, with the button “Hand in”."
        )
    text = unescape(found[0])
    if len(text) > MOST_JSON:
        raise HandInError("What it hands in is longer than any hand-in is.")
    try:
        told = parse(text, LISTS)
    except (ValueError, RecursionError) as error:
        raise HandInError(f"What it hands in is not JSON ({reason_of(error)}).") from error
    return _from_json(told)


def _from_json(told: Any) -> HandIn:
    if not isinstance(told, dict) or told.get("netlab_hand_in") != VERSION:
        raise HandInError("It was handed in by another version of Netlab.")
    run, result = _part(told, "run"), _part(told, "result")
    try:
        lesson = lesson_from_json(told.get("lesson"))
        spec = NetworkSpec.from_json(run.get("spec", {}))
    except LessonError as error:
        raise HandInError(f"Its lesson cannot be read: {error}") from error
    except SpecError as error:
        raise HandInError(f"Its network cannot be read: {reason_of(error)}") from error
    batches = result.get("batches")
    if type(batches) is not int or not 0 <= batches <= 2**40:
        raise HandInError("It does not say how many batches were trained.")
    claim = Outcome(
        _text(result, "digest"),
        _text(result, "weights"),
        batches,
        _amount(result, "test_accuracy"),
        _amount(result, "test_loss"),
    )
    found = {name: str(value)[:MOST_TEXT] for name, value in list(_part(told, "versions").items())[:20]}
    account = _part(told, "account") if "account" in told else {}
    return HandIn(
        lesson, _text(run, "id"), _text(run, "name"), spec, claim, _text(run, "source"), _text(told, "by"), _text(told, "obstacle"),
        found, _ink(told.get("drawing")), _text(run, "started"), _amount(run, "seconds"), _text(account, "pupil"), _text(account, "home"),
    )  # fmt: skip


def _part(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = told.get(name)
    if not isinstance(found, dict):
        raise HandInError(f"It has no part “{name}”.")
    return found


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name, "")
    if not isinstance(value, str) or len(value) > MOST_TEXT or not all(map(str.isprintable, value)):
        raise HandInError(f"“{name}” in it is no short text.")
    return value


def _amount(told: Mapping[str, Any], name: str) -> float | None:
    value = told.get(name)
    if value is None or (type(value) in (int, float) and abs(value) < 1e30):
        return None if value is None else float(value)
    raise HandInError(f"“{name}” in it is no number.")


def _ink(told: Any) -> Ink | None:
    if told is None:
        return None
    try:
        content = base64.b64decode(str(told)[:MOST_JSON], validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if len(content) != SIDE * SIDE:
        raise HandInError(f"The drawing in it is no picture of {SIDE} × {SIDE} pixels.")
    return np.frombuffer(content, np.uint8).reshape(SIDE, SIDE)
