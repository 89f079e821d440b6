"""Choices and the address: keys are written, titles of old links are read, what is not here is told, presses are kept."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from netlab import formatting
from netlab.app import choice
from tests.pages import link, opened

pytestmark = pytest.mark.usefixtures("job_queue")

PAGES = (
    "numbers", "neuron", "functions", "loss", "descent", "backprop", "depth", "overfitting", "dropout", "landscape", "fog", "race", "train", "inside",
    "classify",
)  # fmt: skip
EVERYTHING_SHOWN = {
    "train": {"each": "true", "depth": "2"},
    "classify": {"cl_points": "three", "cl_l2_out": "0.01"},
    "landscape": {"ls_surface": "neuron"},
}
"""Addresses that bring a page's choices that do not show at first."""
ODD = ("", " ", "nothing like it", "1e400", "9" * 400, "$x$ **y** <b>z</b> [w](http://a)\x00")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[list[Any], Any]]:
    """Every choice that a page asks for: its options and what they are called."""
    found: dict[str, tuple[list[Any], Any]] = {}
    original = choice._from_address

    def noted(key: str, label: str, first: Any, titles: Any, find: Any) -> None:
        known = next(
            cell.cell_contents for cell in find.__closure__ if isinstance(cell.cell_contents, list | tuple)
        )
        known = sorted(known, key=lambda option: option != first)  # what a page begins with is tried first
        found[key] = (known, titles)
        original(key, label, first, titles, find)

    monkeypatch.setattr(choice, "_from_address", noted)
    return found


def words(at: AppTest, key: str) -> list[str]:
    """What the address says of a choice."""
    value = link(at).get(key, [])
    return [value] if isinstance(value, str) else list(value)


def odd_number(word: str) -> bool:
    """Whether a word is a number, or none: such ones may be refused for all controls at once."""
    return word in ("nan", "inf", "-inf", "1e400") or word.isdecimal()


def told(at: AppTest) -> str:
    return " ".join(str(one.value) for one in at.info)


@pytest.mark.parametrize("page", PAGES)
def test_every_choice_opens_by_its_key_and_by_what_a_menu_shows(page: str, asked: dict[str, Any]) -> None:
    first = EVERYTHING_SHOWN.get(page, {})
    opened(page, **first)
    choices = {key: pair for key, pair in asked.items() if key not in first}
    assert choices
    for options, titles in choices.values():
        for option in options:  # what each is found by
            assert [choice._known(name(option), options, titles) for name in (formatting.word, titles)] == [
                option
            ] * 2
    seen = set()
    for turn in range(
        4
    ):  # whole pages: what they begin with, the second, and two more on the way through each menu
        picked = {
            key: options[turn if turn < 2 else (turn - 1) * len(options) // 3] if turn < len(options) else options[0]
            for key, (options, _) in choices.items()
            if key != "ls_surface"
        }  # fmt: skip
        named = {  # by titles and by keys in turn
            key: choices[key][1](option) if turn % 2 else formatting.word(option)
            for key, option in picked.items()
        }
        at = opened(page, **(first | named))
        assert not at.exception
        for key, option in picked.items():
            if key not in at.session_state:
                continue  # another choice has taken it off the page
            held = at.session_state[key]
            seen.add(key)
            assert held == ([option] if isinstance(held, list) else option), key
            assert words(at, key) in ([], [formatting.word(option)])
    assert seen == choices.keys() - {"ls_surface"}


@pytest.mark.parametrize("title", ["Your own formula", "One neuron: weight and bias", "Himmelblau"])
def test_a_surface_of_an_old_link(title: str) -> None:
    at = opened("landscape", ls_surface=title)
    assert at.session_state["ls_surface"] in ("formula", "neuron", "himmelblau")
    assert words(at, "ls_surface") == [at.session_state["ls_surface"]]


@pytest.mark.parametrize("page", PAGES)
def test_an_odd_address_is_no_error_and_is_told(page: str, asked: dict[str, Any]) -> None:
    first = EVERYTHING_SHOWN.get(page, {})
    usual = opened(page, **first)
    keys = [key for key in asked if key not in first]
    held = {key: usual.session_state[key] for key in keys}
    assert "the link asks for" not in told(usual)
    for word in ODD:
        at = opened(page, **(first | dict.fromkeys(keys, word)))
        assert not at.exception, word
        for key in keys:
            assert at.session_state[key] == held[key], (key, word)
            assert key not in at.query_params
        if word.strip():
            assert "asks for" in told(at), word
        if word.strip() and not odd_number(word):
            assert told(at).count("the link asks for") == len(keys), word


def test_what_is_not_here_is_told_until_the_reader_chooses() -> None:
    at = opened("landscape", ls_surface="himmelblauu", ls_others=["adam", "adamm"])
    assert "Landscape: the link asks for “himmelblauu”, which is not here; Ravine is shown." in told(at)
    assert "Compare with: the link asks for “adamm”, which is not here; Adam is shown." in told(at)
    at.run()
    assert "himmelblauu" in told(at)
    at.selectbox(key="ls_surface").set_value("beale").run()
    assert "himmelblauu" not in told(at)
    assert words(at, "ls_surface") == ["beale"]


def test_a_number_between_two_marks_is_taken_as_it_is() -> None:
    at = opened("landscape", ls_rate_ravine_sgd="0.0177", ls_steps="37")
    assert at.session_state["ls_rate_ravine_sgd"] == 0.0177
    assert words(at, "ls_rate_ravine_sgd") == ["0.0177"]
    assert "In 37 steps" in " ".join(str(one.value) for one in at.markdown)
    at.select_slider(key="ls_rate_ravine_sgd").set_value(0.02).run()
    assert "0.0177" not in at.select_slider(key="ls_rate_ravine_sgd").options
    at = opened("train", width="77", adam_rate="0.00123")
    assert (at.session_state["width"], at.session_state["adam_rate"]) == (77, 0.00123)
    at = opened("train", width="77.5", adam_rate="1000")
    assert (at.session_state["width"], at.session_state["adam_rate"]) == (512, 0.001)
    assert "“77\\.5”" in told(at)
    assert "“1000”" in told(at)


def test_nothing_of_several_is_a_choice_too() -> None:
    at = opened("race", race_show="none")
    assert at.session_state["race_show"] == []
    assert words(at, "race_show") == ["none"]
    at.button_group(key="race_show").set_value(["adam"]).run()
    assert words(opened("race", **link(at)), "race_show") == ["adam"]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1e-5, "0.00001"),
        (60_000, "60000"),
        (100.0, "100"),
        (0.0, "0"),
        (True, "true"),
        ("relu", "relu"),
        (-10_000, "-10000"),
    ],
)
def test_the_word_of_a_value(value: Any, written: str) -> None:
    assert formatting.word(value) == written
