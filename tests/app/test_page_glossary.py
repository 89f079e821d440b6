"""The glossary: every word once, each with a page that shows it; how it is searched. Its links: test_page_words.py."""

from __future__ import annotations

import re

import pytest

from netlab.glossary import LINK, WORDS, anchor, found, term, unlinked
from tests.pages import fresh, opened

pytestmark = pytest.mark.usefixtures("digits_file", "digits_at_hand")


def test_the_glossary_has_each_word_once_and_leads_to_pages_that_show_it() -> None:
    at = opened("glossary")
    assert [one.value for one in at.subheader] == list(WORDS) == sorted(WORDS, key=str.casefold)
    assert len(WORDS) == 40
    assert len({anchor(name) for name in WORDS}) == 40
    assert len({word.meaning for word in WORDS.values()}) == 40
    assert [one.proto.anchor for one in at.subheader] == [anchor(name) for name in WORDS]
    assert [one.proto.page for one in at.get("page_link")] == [word.shown for word in WORDS.values()]
    for name, word in WORDS.items():
        assert LINK.fullmatch(term(name, "it")) is not None  # no sign in it ends the link
        assert 1 <= len(re.findall(r"[.](?: |$)", word.meaning)) <= 2


def test_words_are_found_by_a_part_by_a_form_and_by_their_meaning() -> None:
    assert found(" GRAD ") == ["gradient", "gradient descent"]
    assert found("unit") == ["neuron"]
    assert found("held back") == ["held-back"]
    assert found("white") == ["pixel"]
    assert found("") == list(WORDS)
    at = fresh("glossary", None, glossary_find="<b>*x*")
    assert not at.subheader
    assert "\\<b\\>\\*x\\*" in at.info[0].value
    at.text_input(key="glossary_find").set_value("softm").run()
    assert [one.value for one in at.subheader] == ["softmax"]
    assert not at.info


def test_a_question_is_asked_without_links_where_none_can_be_pressed() -> None:
    assert (
        unlinked(f"A **{term('bias', 'biases')}** and [a page](loss).") == "A **biases** and [a page](loss)."
    )
    labels = [one.proto.label for one in fresh("neuron").get("button_group")]
    assert labels
    assert "glossary#" not in " ".join(labels)
