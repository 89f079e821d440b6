"""Nicknames are seen as they are written, and nobody takes another's; who is here is who has an open page."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.classroom.nickname import LONGEST, NicknameError, nickname
from netlab.classroom.people import HERE_SECONDS, People


@given(st.text(max_size=40))
def test_a_nickname_is_one_line_of_what_can_be_seen(typed: str) -> None:
    try:
        name = nickname(typed)
    except NicknameError:
        return
    assert len(name) <= LONGEST
    assert name == nickname(name) == name.strip()
    assert not any(
        unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp") for letter in name
    )
    assert unicodedata.bidirectional(name[:1] or "a") not in (
        "RLO",
        "LRO",
        "RLE",
        "LRE",
        "RLI",
        "LRI",
        "FSI",
        "PDI",
    )


@pytest.mark.parametrize(
    "typed",
    [
        "a" * 21, "a" * 100_000, "a\u202eb", "\u200b", "a\x00", "a\nb", "\u2066a", "a\u0301\u0301\u0301\u0301", "\u0301a", "\ue000",
        "a\u200db", "\ud800", "a\tb", "=1+1", " @SUM(A1)", "-2", "+3", "＝1",
    ],
)  # fmt: skip
def test_what_cannot_be_seen_or_does_not_stay_in_its_line_is_refused(typed: str) -> None:
    with pytest.raises(NicknameError):
        nickname(typed)


def test_signs_of_markdown_and_html_are_letters_like_others() -> None:
    assert nickname(" **<b>Ada</b>** ") == "**<b>Ada</b>**"
    assert nickname("Zoë   Ö.") == "Zoë Ö."
    assert nickname("李小龙") == "李小龙"


def test_nobody_takes_another_s_nickname_and_an_empty_one_gives_it_back() -> None:
    people = People()
    people.came("tab", "her", "train")
    people.came("tab 2", "him", "train")
    assert (people.called("her"), people.called("him")) == ("Guest 1", "Guest 2")
    assert people.call("her", "Ada") == "Ada"
    for typed in ("ada", "ＡＤＡ", "A d a"):
        with pytest.raises(NicknameError, match="already"):
            people.call("him", typed)
    with pytest.raises(NicknameError, match="Guest"):
        people.call("him", "guest 1")
    assert people.call("her", "Ada L.") == "Ada L."
    assert people.call("him", "Ada") == "Ada"
    assert people.call("her", "") == "Guest 1"
    assert people.named("her") == ""


def test_who_is_here_is_who_has_an_open_page() -> None:
    now = [0.0]
    people = People(lambda: now[0])
    for tab, who in (("one", "her"), ("two", "her"), ("three", "him"), ("four", "them")):
        people.came(tab, who, "train")
    now[0] = 10.0
    people.came("two", "her", "draw")
    here = people.here(lambda tab: tab != "three")
    assert [(one.called, one.page, one.tabs, one.ago) for one in here] == [
        ("Guest 1", "draw", 2, 0.0), ("Guest 3", "train", 1, 10.0),
    ]  # fmt: skip
    now[0] = HERE_SECONDS
    assert [one.who for one in people.here(lambda _: None)] == ["her"]
    for number in range(12):
        people.came(f"tab {number}", f"person {number}", "train")
    assert [one.called for one in people.here(lambda tab: tab.startswith("tab"))] == [
        f"Guest {number}" for number in range(4, 16)
    ]
