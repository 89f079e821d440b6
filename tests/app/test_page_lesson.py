"""Predict first: what would answer a question is covered until it is answered or skipped, and every answer has its say."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from netlab.app import lesson
from netlab.app.frame import literal
from netlab.app.ideas import PATH, after
from netlab.app.lesson import PREDICTED, Answer
from netlab.app.why import LONGEST, WHYS
from netlab.glossary import unlinked
from tests.pages import fresh, opened, text

pytestmark = pytest.mark.usefixtures("digits_file", "digits_at_hand")

COVERED = {
    "neuron": "neuron_goal",
    "functions": "functions_terms",
    "loss": "loss_start",
    "depth": "depth_layers",
    "overfitting": "overfitting_examples",
    "dropout": "dropout_share",
}
"""A control of each page that would answer its question."""
PAGES = (
    "numbers",
    "neuron",
    "functions",
    "loss",
    "backprop",
    "depth",
    "overfitting",
    "dropout",
    "classify",
    "next",
    "fog",
    "race",
    "landscape",
)


def controls(at: AppTest) -> set[str]:
    """Keys of all controls."""
    kinds = (at.slider, at.select_slider, at.selectbox, at.button_group, at.toggle, at.number_input)
    return {str(one.key) for kind in kinds for one in kind}


def questions(at: AppTest) -> int:
    """How many questions wait for an answer."""
    return sum(str(button.key).endswith("_skip_commit") for button in at.button)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Answer]:
    """Every answer that a page offers."""
    found: list[Answer] = []

    original = lesson.predict_first

    def noted(key: str, question: str, answers: Sequence[Answer], outcome: str) -> bool:
        found.extend(answers)
        return original(key, question, answers, outcome)

    monkeypatch.setattr(lesson, "predict_first", noted)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_once_and_covers_what_would_answer(page: str) -> None:
    at = fresh(page)
    assert questions(at) == 1
    assert COVERED.get(page) not in controls(at)
    assert "**To think about.**" not in text(at)
    at.button(key=f"{page}_skip_commit").click().run()
    assert not at.exception
    assert questions(at) == (1 if page == "depth" else 0)  # the next one is asked only now
    assert page not in COVERED or COVERED[page] in controls(at)
    assert not lesson_said(at)
    assert f"{page}_why" not in {one.key for one in at.text_input}
    assert "**To think about.**" in text(at)


def lesson_said(at: AppTest) -> list[str]:
    """What the report is told that the reader predicted."""
    return [answer for _, answer in at.session_state[PREDICTED].values() if answer is not None]


@pytest.mark.parametrize("page", [*PAGES, "find"])
def test_every_answer_has_a_sentence_of_its_own_and_a_link_that_sets_what_shows_it(
    page: str, asked: list[Answer]
) -> None:
    before: dict[str, tuple[str, str | None]] = {"depth": ("", None)} if page == "find" else {}
    where = "depth" if page == "find" else page
    options = fresh(where, before).pills(key=f"{page}_prediction").options
    answers = list({one.text: one for one in asked if one.text in options}.values())
    assert len(answers) == len({one.why for one in answers}) == 3
    assert all("**" in one.why for one in answers), "the field's word for it"
    for place, one in enumerate(answers):
        if place:
            at = fresh(where, before | {page: ("", one.text)})
        else:
            at = fresh(where, before)
            at.pills(key=f"{page}_prediction").set_value(one.text).run()
            at.button(key=f"{page}_commit").click().run()
        assert not at.exception
        assert f"You said **{one.text}**. {unlinked(one.why)}" in text(at)
        assert lesson_said(at) == [one.text]
        at.button(key=f"{page}_show_commit").click().run()
        assert not at.exception
        for key, value in one.setting.items():
            held = at.session_state[key]
            assert held == value, key
            assert key in controls(at) or key.endswith("_open"), key  # a fold that is opened


def predicted(page: str, answer: str) -> AppTest:
    """A page whose reader has just committed to an answer."""
    at = fresh(page)
    at.pills(key=f"{page}_prediction").set_value(answer).run()
    return at.button(key=f"{page}_commit").click().run()


def kept(at: AppTest, name: str) -> dict[str, str]:
    """What the browser is told to keep of a question."""
    sent = [json.loads(one.proto.json or "null") for one in at.get("bidi_component")]
    (found,) = (one for one in sent if isinstance(one, dict) and one.get("name") == name and "word" in one)
    return {key: found[key] for key in ("word", "why")}


HOSTILE = "Because\u202e <b>it</b>\n**must** be $x$ " + "long " * 80
"""Ends where a sentence is cut off."""


def test_a_sentence_why_is_asked_once_kept_as_text_and_told_in_the_report() -> None:
    at = predicted("neuron", "AND and OR")
    assert kept(at, "neuron") == {"word": "AND and OR", "why": ""}
    assert questions(at) == 0
    at.text_input(key="neuron_why").set_value(HOSTILE).run()
    assert not at.exception
    said = at.session_state[WHYS]["neuron"]
    assert said.startswith("Because <b>it</b> **must** be $x$ long")
    assert len(said) <= LONGEST
    assert kept(at, "neuron")["why"] == said
    assert f"You wrote: “{literal(said)}”" in text(at)
    assert "neuron_why" not in {one.key for one in at.text_input}
    at.button(key="neuron_why_change_commit").click().run()
    assert at.text_input(key="neuron_why").value == said
    at.button(key="neuron_why_pass_commit").click().run()
    assert kept(at, "neuron")["why"] == lesson.SKIPPED
    assert not at.text_input


def test_a_second_question_waits_for_the_sentence_to_the_first() -> None:
    at = predicted("depth", "About half")
    assert questions(at) == 0
    at.button(key="depth_why_pass_commit").click().run()
    assert questions(at) == 1
    assert not at.text_input


def test_who_is_forgotten_is_asked_anew() -> None:
    at = predicted("neuron", "AND and OR")
    at.text_input(key="neuron_why").set_value("I drew it.").run()
    at.switch_page("pages/home.py").run()
    at.button(key="forget_me").click().run()
    assert "Forgotten: this tab" in text(at)
    assert PREDICTED not in at.session_state
    assert WHYS not in at.session_state
    at.switch_page("pages/neuron.py").run()
    assert questions(at) == 1
    assert at.pills(key="neuron_prediction").value is None


def test_what_is_to_think_about_was_worked_out() -> None:
    said = text(opened("loss"))
    sure, surer = (-0.9 * np.log(share) - 0.1 * np.log(1 - share) for share in (0.95, 0.999))
    for number in (-np.log(0.95), -np.log(0.05), sure, -np.log(0.001), surer):
        assert f"{number:.3f}" in said


def test_what_the_pages_say_was_measured() -> None:
    said = text(opened("loss"))
    assert (
        "gets there in 14 steps (at learning rate 0.5: each step is half of the slope); the quadratic loss needs 850"
        in said
    )
    assert "With cross-entropy the prediction passes one half after 14 steps." in said
    assert "With the quadratic loss the prediction passes one half after 850 steps." in said


def test_the_path_is_one_line_through_all_pages_that_there_are() -> None:
    names = list(PATH)
    pages = Path(__file__).resolve().parents[2] / "pages"
    assert all((pages / f"{name}.py").is_file() for name in names)
    assert names[0] == "numbers"
    for name, following in itertools.pairwise(names):
        way = after(name)
        assert way is not None
        assert way[0] == following
    assert after(names[-1]) is None
