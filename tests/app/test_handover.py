"""Codes and files that bring runs to another computer; the teacher's code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from netlab.app import handover, teacher
from netlab.app.handover import Codes, HandoverError, Tries
from netlab.app.keys import new_secret
from netlab.app.teacher import TeacherError


def test_a_code_is_good_once_for_ten_minutes_and_as_it_is_read_aloud() -> None:
    now = [0.0]
    codes, found = Codes(lambda: now[0]), (new_secret(), new_secret())
    code = codes.give("me", found)
    assert len(code) == 9
    assert codes.take("you", f" {code.lower().replace('-', ' ')} ") == found
    with pytest.raises(HandoverError, match="works once, and only for ten minutes"):
        codes.take("another", code)
    late = codes.give("me", found)
    now[0] = handover.CODE_SECONDS
    with pytest.raises(HandoverError, match="no such code now"):
        codes.take("you", late)


def test_a_new_code_ends_the_one_before() -> None:
    codes = Codes()
    first, second = codes.give("me", ("a",)), codes.give("me", ("b",))
    with pytest.raises(HandoverError, match="no such code"):
        codes.take("you", first)
    assert codes.take("you", second) == ("b",)


@pytest.mark.parametrize(
    "typed", ["", "K7QF", "K7QF-3M9", "K7QF-3M9XX", "K7QF-3M1X", "é" * 8, "<b>12345", "A" * 100_000]
)
def test_what_has_not_the_form_of_a_code_is_told_so_and_is_no_try(typed: str) -> None:
    codes = Codes()
    for _ in range(handover.TRIES_EACH + 1):
        with pytest.raises(HandoverError, match="eight letters and digits"):
            codes.take("you", typed)


def test_codes_cannot_be_guessed_by_trying() -> None:
    now = [0.0]
    codes = Codes(lambda: now[0])
    code = codes.give("me", ("a",))
    wrong = "AAAA-AAAA" if code != "AAAA-AAAA" else "BBBB-BBBB"
    for _ in range(handover.TRIES_EACH):
        with pytest.raises(HandoverError, match="no such code"):
            codes.take("guesser", wrong)
    with pytest.raises(HandoverError, match="Too many codes were tried"):
        codes.take("guesser", code)
    assert codes.take("friend", code) == ("a",)
    now[0] = handover.TRIES_SECONDS
    with pytest.raises(HandoverError, match="no such code"):
        codes.take("guesser", wrong)


def test_all_together_may_try_so_often() -> None:
    tries = Tries(each=2, together=3)
    assert [tries.one_more(who) for who in ("a", "a", "a", "b", "c")] == [True, True, False, True, False]


def test_a_file_brings_what_it_holds() -> None:
    found = (new_secret(), new_secret())
    assert handover.from_file(handover.to_file(found)) == found


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfe", b"[]", b"{}", b"[" * 3000, b"x" * 5000, json.dumps({"netlab_keys": []}).encode(),
        json.dumps({"netlab_keys": ["short"]}).encode(), json.dumps({"netlab_keys": [1]}).encode(),
        json.dumps({"netlab_keys": ["a" * 43] * 13}).encode(), json.dumps({"netlab_keys": "a" * 43}).encode(),
    ],
)  # fmt: skip
def test_another_file_is_told_so(content: bytes) -> None:
    with pytest.raises(HandoverError, match="That is not the file"):
        handover.from_file(content)


@pytest.fixture
def fresh_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teacher, "_tries", Tries())


@pytest.mark.usefixtures("fresh_tries")
def test_the_teacher_is_known_again_until_the_code_changes(
    monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    monkeypatch.setenv("NETLAB_TEACHER", "chalk and board")
    with pytest.raises(TeacherError, match="not the teacher's code"):
        teacher.become("chalk", "pupil", kept=True)
    teacher.become(" chalk and board ", "me", kept=True)
    teacher.become("chalk and board", "guest", kept=False)
    assert teacher.is_teacher(["other", "me"])
    assert teacher.is_teacher(["guest"])
    assert not teacher.is_teacher(["pupil"])
    assert b"chalk" not in (own_home / teacher.FILE).read_bytes()
    teacher._known.clear()  # the server is started again
    assert teacher.is_teacher(["me"])
    assert not teacher.is_teacher(["guest"])
    monkeypatch.setenv("NETLAB_TEACHER", "another code")
    assert not teacher.is_teacher(["me"])


@pytest.mark.usefixtures("fresh_tries")
def test_without_a_code_nobody_is_the_teacher(monkeypatch: pytest.MonkeyPatch) -> None:
    for said in ("", "short"):
        monkeypatch.setenv("NETLAB_TEACHER", said)
        with pytest.raises(TeacherError, match="has no teacher's code"):
            teacher.become(said, "me", kept=True)
        assert not teacher.is_teacher(["me"])


@pytest.mark.usefixtures("fresh_tries")
def test_the_teacher_s_code_cannot_be_guessed_by_trying(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETLAB_TEACHER", "chalk and board")
    for _ in range(handover.TRIES_EACH):
        with pytest.raises(TeacherError, match="not the teacher's code"):
            teacher.become("wrong" * 1000, "guesser", kept=True)
    with pytest.raises(TeacherError, match="Too many codes"):
        teacher.become("chalk and board", "guesser", kept=True)
