"""xAPI statements, held against the rules of its specification (1.0.3, part two, 2.2 and 2.4), written down here anew."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from netlab.classroom.lessons.goals import Told
from netlab.classroom.lessons.hand_in import HandIn, Outcome
from netlab.classroom.lessons.lesson import from_json
from netlab.classroom.lessons.verdict import Verdict
from netlab.classroom.lessons.xapi import home_page, statements, to_text
from netlab.nets.spec import NetworkSpec

LESSON = from_json(
    {"netlab_lesson": 1, "title": "A <lesson>", "task": "Do.", "goal": [{"kind": "accuracy", "at_least": 0.9}, {"kind": "parameters", "at_most": 500}]}
)  # fmt: skip
GIVEN = HandIn(
    LESSON, "a" * 32, "a run", NetworkSpec(), Outcome("d", "w", 40, 0.95, 0.2), by="Ada", started="2026-03-01T10:00:00+00:00",
    seconds=12.345, pupil="guest-12", home="http://10.0.0.5:8501/",
)  # fmt: skip
SAID = (("Which?", "This", ""),)
ALLOWED = {
    "": {"id", "actor", "verb", "object", "result", "context", "timestamp"},
    "actor": {"objectType", "account", "name"}, "account": {"homePage", "name"}, "verb": {"id", "display"},
    "object": {"objectType", "id", "definition"}, "definition": {"type", "name", "description", "interactionType"},
    "result": {"score", "success", "completion", "response", "duration"}, "score": {"scaled", "raw", "min", "max"},
    "context": {"registration", "platform"},
}  # fmt: skip
TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # RFC 5646, as far as it is used
IRI = re.compile(
    r"[a-z][a-z0-9+.-]*://[^\s<>\"{}|\\^`]+"
)  # RFC 3987: a scheme, and nothing that is to be escaped
DURATION = re.compile(r"PT\d+(\.\d{1,2})?S")  # ISO 8601; no more than hundredths
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")  # RFC 3339


def broken_rules(one: Any) -> list[str]:
    """Which rules a statement breaks."""
    found = [
        f"{name} has {sorted(set(part) - ALLOWED[name])}"
        for name, part in parts(one)
        if set(part) - ALLOWED[name]
    ]
    found += ["null" for _ in re.findall(r"\bnull\b", json.dumps(one).replace('"null"', ""))]
    actor, verb, thing, result = one["actor"], one["verb"], one["object"], one.get("result", {})
    rules = {
        "id is a UUID in standard form": str(uuid.UUID(one["id"])) == one["id"],
        "one identifier, an account of two texts": actor["objectType"] == "Agent" and set(actor["account"]) == {"homePage", "name"},
        "the home page is an IRL": IRI.fullmatch(actor["account"]["homePage"]) is not None,
        "the account has a name": bool(actor["account"]["name"]),
        "verb and object are IRIs": all(IRI.fullmatch(it["id"]) for it in (verb, thing)),
        "the types are IRIs": IRI.fullmatch(thing["definition"]["type"]) is not None,
        "languages are tags": all(
            TAG.fullmatch(tag) and isinstance(text, str)
            for words in (verb["display"], thing["definition"]["name"], thing["definition"].get("description", {})) for tag, text in words.items()
        ),
        "an interaction says its type": ("cmi.interaction" in thing["definition"]["type"]) == ("interactionType" in thing["definition"]),
        "the platform is said of activities only": thing["objectType"] == "Activity",
        "the registration is a UUID": str(uuid.UUID(one["context"]["registration"])) == one["context"]["registration"],
        "the timestamp has its zone": "timestamp" not in one or (STAMP.fullmatch(one["timestamp"]) is not None and not one["timestamp"].endswith("-00:00")),
        "the duration is ISO 8601": "duration" not in result or DURATION.fullmatch(result["duration"]) is not None,
        "truths are truths": all(isinstance(result[name], bool) for name in ("success", "completion") if name in result),
    }  # fmt: skip
    if "score" in result:
        score = result["score"]
        rules["a score lies within its bounds"] = (
            -1 <= score["scaled"] <= 1
            and score["min"] <= score["raw"] <= score["max"]
            and score["min"] < score["max"]
        )
    return found + [name for name, holds in rules.items() if not holds]


def parts(one: Any) -> list[tuple[str, Any]]:
    named = [(name, one[name]) for name in ("actor", "verb", "object", "result", "context") if name in one]
    inner = [("account", one["actor"]["account"]), ("definition", one["object"]["definition"])]
    return [
        ("", one),
        *named,
        *inner,
        *([("score", one["result"]["score"])] if "score" in one.get("result", {}) else []),
    ]


def verdict(*met: bool | None, why_not: str = "") -> Verdict:
    return Verdict(
        "a" * 32,
        "a run",
        why_not,
        tuple((one, Told(state, "so")) for one, state in zip(LESSON.goal, met, strict=True)),
    )


@pytest.mark.parametrize(
    ("found", "verbs", "scaled"),
    [
        (verdict(True, True), ["answered", "attempted", "completed", "passed"], 1.0),
        (verdict(True, False), ["answered", "attempted", "completed", "failed"], 0.5),
        (
            verdict(True, True, why_not="“Epochs” is 3 here; the lesson sets 2."),
            ["answered", "attempted", "completed", "failed"],
            0.0,
        ),
        (verdict(None, True), ["answered", "attempted", "completed"], None),
    ],
)
def test_an_attempt_is_told_by_the_rules_and_always_the_same(
    found: Verdict, verbs: list[str], scaled: float | None
) -> None:
    told = json.loads(to_text(statements(GIVEN, found, SAID)))
    assert [one["verb"]["id"] for one in told] == [f"http://adlnet.gov/expapi/verbs/{verb}" for verb in verbs]
    assert [broken_rules(one) for one in told] == [[] for _ in told]
    assert told == json.loads(to_text(statements(GIVEN, found, SAID)))
    assert len({one["id"] for one in told}) == len(told)
    assert not {one["id"] for one in told} & {
        one["id"] for one in statements(replace(GIVEN, run="b" * 32), found, SAID)
    }
    assert told[1]["timestamp"] == "2026-03-01T10:00:00.000+00:00" and told[1]["actor"]["name"] == "Ada"
    assert datetime.fromisoformat(told[2]["timestamp"]) > datetime.fromisoformat(told[1]["timestamp"])
    assert (
        told[2]["result"] == {"completion": True, "duration": "PT12.35S"}
        or told[2]["result"]["duration"] == "PT12.34S"
    )
    assert (
        told[-1]["result"]["score"]["scaled"] if "score" in told[-1].get("result", {}) else None
    ) == scaled


def test_what_is_not_at_its_end_was_attempted_and_no_more() -> None:
    unfinished = replace(GIVEN, outcome=replace(GIVEN.outcome, test_accuracy=None), seconds=None)
    assert [one["verb"]["display"]["en"] for one in statements(unfinished, verdict(None, True))] == [
        "attempted"
    ]


@over(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40), st.none() | st.floats(-1e29, 1e29))
def test_whatever_a_file_says_the_rules_hold(started: str, home: str, by: str, seconds: float | None) -> None:
    odd = replace(GIVEN, started=started, home=home, by=by, pupil="", seconds=seconds)
    assert not [rule for one in statements(odd, verdict(True, True)) for rule in broken_rules(one)]


def test_the_checker_tells_what_is_against_the_rules() -> None:
    (good, *_) = statements(GIVEN, verdict(True, True))
    for name, value in (
        ("timestamp", "2026-03-01T10:00:00"),
        ("timestamp", "2026-03-01T10:00:00-00:00"),
        ("authority", {}),
        ("result", {"duration": "12 s"}),
        ("result", {"success": None}),
    ):
        assert broken_rules({**good, name: value}), (name, value)
    assert home_page("javascript:alert(1)") == home_page(None) == "http://localhost:8501/"
    assert home_page("https://lab.example.edu/train?run=1") == "https://lab.example.edu/"
