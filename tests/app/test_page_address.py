"""Whatever an address says, a page opens; what it cannot show is told, and what it can is not."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from netlab.app import address
from tests.pages import opened

pytestmark = pytest.mark.usefixtures("fresh_caches", "job_queue")

TOLD = "The address asks for"

VIEWS: list[tuple[str, dict[str, str]]] = [
    ("numbers", {}),
    ("functions", {}),
    ("functions", {"functions_kind": "steps"}),
    ("neuron", {}),
    ("loss", {}),
    ("descent", {}),
    ("backprop", {}),
    ("depth", {}),
    ("overfitting", {}),
    ("dropout", {}),
    ("next", {}),
    ("train", {}),
    ("train", {"each": "true", "depth": "2", "convolutions": "1", "optimizer": "SGD"}),
    ("draw", {}),
    ("inside", {}),
    *(("inside", {"section": section}) for section in ("units", "digit", "batch", "backwards", "map")),
    ("rewind", {}),
    *(("network", {"network_directions": kind}) for kind in ("random", "weights")),
    *(("runs", {"view": view}) for view in ("table", "twin", "luck", "sweep", "report")),
]
"""Pages, and controls that bring others to light."""

HOSTILE = ["", "inf", "-inf", "nan", "1e400", "9" * 5000, "zzz", "-1"]
TURNS = 3


def bound(at: AppTest) -> list[str]:
    """Keys of the controls that are in the address."""
    found = {
        key
        for kind in (
            "slider",
            "select_slider",
            "selectbox",
            "number_input",
            "text_input",
            "toggle",
            "button_group",
        )
        for element in at.get(kind)
        if (key := getattr(element.proto, "query_param_key", ""))
    }
    return sorted(found)


def told(at: AppTest) -> str:
    return " ".join(str(info.value) for info in at.info if TOLD in str(info.value))


@pytest.mark.parametrize(("page", "query"), VIEWS)
def test_no_address_breaks_a_page(page: str, query: dict[str, str]) -> None:
    usual = opened(page, **query)
    assert not usual.exception
    assert not told(usual)
    keys = [key for key in bound(usual) if key not in query]
    assert keys or page in (
        "draw",
        "inside",
        "rewind",
        "runs",
    )  # their choices are tested in test_page_choices.py
    for turn in range(
        TURNS
    ):  # each control gets other words, and over the pages each kind of control all of them
        words = {key: HOSTILE[(place + 3 * turn) % len(HOSTILE)] for place, key in enumerate(keys)}
        at = opened(page, **query, **words)
        assert not at.exception, (words, at.exception)
        numbers = [key for key in keys if key not in address.TEXTS and words[key] != "-1"]
        assert all(key in told(at).replace("\\", "") for key in numbers[:1]), (words, told(at))
    many = [f"{place}e9" for place in range(3)]
    assert not opened(page, **query, **dict.fromkeys(keys, many)).exception


@pytest.mark.parametrize(
    ("page", "key", "word", "is_told"),
    [
        ("train", "depth", "3", False),
        ("train", "depth", "1", False),
        ("train", "depth", "1.0", False),
        ("train", "depth", "99", True),
        ("train", "depth", "abc", True),
        ("train", "each", "TRUE", False),
        ("train", "each", "maybe", True),
        ("train", "optimizer", "SGD", False),
        ("train", "optimizer", "Adam", False),
        ("train", "optimizer", "Newton", True),
        ("train", "examples", "60,000", False),
        ("train", "examples", "60,001", True),
        ("train", "seed", "7", False),
        ("train", "seed", "-7", True),
        ("train", "nothing_here", "7", False),
        ("neuron", "neuron_activation", "Swish", True),
        ("functions", "functions_kind", "hinges", False),
        ("functions", "functions_kind", "", True),
        ("functions", "functions_kind", "wheels", True),
        ("numbers", "numbers_sentence", "", False),
        ("numbers", "numbers_sentence", "inf", False),
        ("numbers", "numbers_index", "1e400", True),
        ("backprop", "backprop_pixel", "784", True),
        ("backprop", "backprop_pixel", "7", False),
        ("backprop", "backprop_bugs", "zzz", True),
        ("loss", "loss_y", "0", False),
        ("loss", "loss_y", "2", True),
        ("loss", "loss_y", "", True),
    ],
)
def test_what_is_not_there_is_told_and_what_is_there_is_not(
    page: str, key: str, word: str, is_told: bool
) -> None:
    at = opened(page, **{key: word})
    assert not at.exception
    above = key in told(at).replace("\\", "")
    beside = [info.value for info in at.info if "the link asks for" in info.value]  # of a choice among words
    assert (above or bool(beside)) == is_told, (told(at), beside)
    assert not (above and beside)
    assert all(word in value.replace("\\", "") for value in beside)


def test_it_is_told_as_long_as_the_page_is_looked_at_and_in_plain_letters() -> None:
    at = opened("train", depth="[x](https://evil.example)", epochs="inf")
    assert "\\[x\\]" in told(at)
    assert "those controls show" in told(at)
    at.slider(key="depth").set_value(2).run()
    assert "epochs" in told(at)
    assert at.slider(key="depth").value == 2
    at.switch_page("pages/loss.py").run()
    assert not told(at)


def test_a_run_s_id_that_looks_like_a_number_without_end_stays_in_the_address() -> None:
    run_id = "1234567e901234567890123456789012"
    assert not address.possible(run_id)
    at = opened("train", run=run_id)
    assert not at.exception
    assert at.query_params["run"] == run_id
    assert not told(at)


def test_a_very_long_word_is_cut() -> None:
    assert len(address.sentence({"depth": "9" * 400})) < 250
