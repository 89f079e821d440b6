"""What a pupil did in a lesson as xAPI statements, for those who have a learning platform: a file, sent to nobody.

The rules are those of xAPI 1.0.3 (https://github.com/adlnet/xAPI-Spec, part two, 2.2 to 2.4). A statement's id follows from
what the statement says, so that the same attempt has the same ids however often it is told.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from netlab.classroom.lessons.hand_in import HandIn
from netlab.classroom.lessons.lesson import Lesson
from netlab.classroom.lessons.verdict import Verdict

Statement = dict[str, Any]
VERBS = "http://adlnet.gov/expapi/verbs/"
LESSON, QUESTION = (
    "http://adlnet.gov/expapi/activities/lesson",
    "http://adlnet.gov/expapi/activities/cmi.interaction",
)
LANGUAGE = "en"
HERE = "http://localhost:8501/"
"""Where an attempt was made, if its hand-in does not say so."""
_OURS = uuid.UUID("6f0b1c1e-5d0f-5b0c-9d59-2b7c2b0a7a11")
_NETLOC = re.compile(r"[A-Za-z0-9.:\[\]_-]+")


def home_page(address: str | None) -> str:
    """The home page of an account: where the app lies, without a page's path.

    Parameters
    ----------
    address : str or None
        Of a page of the app, as a browser told it.

    Returns
    -------
    str
        An IRL; that of this computer if the address is none.
    """
    parts = urlsplit(address or "")
    known = parts.scheme in ("http", "https") and _NETLOC.fullmatch(parts.netloc)
    return f"{parts.scheme}://{parts.netloc}/" if known else HERE


def pupil_id(visitor: str) -> str:
    """What an account is called: the same for a browser each time, and nothing that tells whose it is.

    Parameters
    ----------
    visitor : str
        The name by which the app knows a browser.

    Returns
    -------
    str
    """
    return f"guest-{uuid.uuid5(_OURS, visitor).hex[:12]}"


def statements(
    given: HandIn, verdict: Verdict, predicted: Sequence[tuple[str, str, str]] = ()
) -> list[Statement]:
    """What a hand-in says, as statements in the order of the events.

    Parameters
    ----------
    given : HandIn
    verdict : Verdict
        What the app says of its run.
    predicted : sequence of (question, answer, reason)
        What its reader expected on the pages of the ideas.

    Returns
    -------
    list of dict
        JSON values: answered (for each prediction), attempted; of a run that came to its end completed, and passed or failed.
    """
    home, actor = home_page(given.home), _actor(given)
    about: Statement = {
        "actor": actor,
        "context": {"platform": "Netlab", "registration": str(uuid.uuid5(_OURS, given.run))},
    }
    lesson: Statement = {"object": _lesson(given.lesson, home)}
    told: list[Statement] = [
        {
            **about,
            "verb": _verb("answered"),
            "object": _question(question, home),
            "result": {"response": answer},
        }
        for question, answer, _ in predicted
    ]
    told.append({**about, "verb": _verb("attempted"), **lesson, **_at(given.started)})
    judged = bool(verdict.why_not) or all(said.met is not None for _, said in verdict.conditions)
    if judged or given.outcome.test_accuracy is not None:
        end = _at(given.started, given.seconds)
        result = {"completion": True, **_duration(given.seconds)}
        told.append({**about, "verb": _verb("completed"), **lesson, "result": result, **end})
        if judged:
            verb = _verb("passed" if verdict.met else "failed")
            told.append({**about, "verb": verb, **lesson, "result": {**result, **_score(verdict)}, **end})
    return [{"id": _id(one), **one} for one in told]


def to_text(found: Sequence[Statement]) -> str:
    """Statements as a file: one JSON array, as a learning record store takes it.

    Parameters
    ----------
    found : sequence of dict

    Returns
    -------
    str
    """
    return json.dumps(list(found), indent=1, ensure_ascii=False) + "\n"


def _actor(given: HandIn) -> dict[str, Any]:
    account = {"homePage": home_page(given.home), "name": given.pupil or pupil_id(given.run)}
    return {"objectType": "Agent", "account": account, **({"name": given.by} if given.by else {})}


def _verb(name: str) -> dict[str, Any]:
    return {"id": VERBS + name, "display": {LANGUAGE: name}}


def _lesson(lesson: Lesson, home: str) -> dict[str, Any]:
    words = json.dumps(lesson.to_json(), sort_keys=True).encode()
    goal = " ".join(one.sentence for one in lesson.goal)
    return {
        "objectType": "Activity", "id": f"{home}xapi/lessons/{hashlib.sha256(words).hexdigest()[:16]}",
        "definition": {"type": LESSON, "name": {LANGUAGE: lesson.title}, "description": {LANGUAGE: f"Goal: {goal}"}},
    }  # fmt: skip


def _question(question: str, home: str) -> dict[str, Any]:
    return {
        "objectType": "Activity", "id": f"{home}xapi/questions/{hashlib.sha256(question.encode()).hexdigest()[:16]}",
        "definition": {"type": QUESTION, "name": {LANGUAGE: question}, "interactionType": "other"},
    }  # fmt: skip


def _score(verdict: Verdict) -> dict[str, Any]:
    most = len(verdict.conditions)
    evidence = " ".join(said.evidence for _, said in verdict.conditions if said.evidence)
    return {
        "success": verdict.met, "score": {"scaled": round(verdict.count / most, 4), "raw": verdict.count, "min": 0, "max": most},
        "response": f"It does not count. {verdict.why_not}" if verdict.why_not else evidence,
    }  # fmt: skip


def _duration(seconds: float | None) -> dict[str, str]:
    return {} if seconds is None or seconds < 0 else {"duration": f"PT{seconds:.2f}S"}


def _at(started: str, seconds: float | None = 0.0) -> dict[str, str]:
    """A moment, with its zone; nothing where it is not known: the store then sets its own."""
    try:
        moment = datetime.fromisoformat(started)
    except ValueError:
        return {}
    if moment.tzinfo is None:
        return {}
    try:
        told = (moment + timedelta(seconds=seconds or 0.0)).astimezone(UTC)
    except OverflowError:
        return {}
    return {"timestamp": told.isoformat(timespec="milliseconds")}


def _id(statement: Statement) -> str:
    return str(uuid.uuid5(_OURS, json.dumps(statement, sort_keys=True)))
