"""Networks that learn on the pages: nothing is computed in a shut fold, and what is told in the end was measured."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from netlab.lessons.backprop.most_helpful import drawn_round
from tests.pages import opened, text

pytestmark = pytest.mark.usefixtures("digits_file", "fresh_caches")


def opened_with(page: str, fold: str, **address: Any) -> AppTest:
    at = opened(page, **address)
    at.session_state[fold] = True
    at.run()
    assert not at.exception, at.exception
    return at


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tick learns to the end, and the digits are waited for."""
    monkeypatch.setattr("netlab.app.digits.PATIENCE", 120.0)
    monkeypatch.setattr("netlab.app.live_learning.BUDGET", 1e9)


def test_two_losses_teach_two_networks_and_a_changed_setting_begins_anew() -> None:
    shut = opened("loss")
    assert not [one for one in shut.button if one.key == "loss_digits_learn"]
    at = opened_with("loss", "loss_digits_open")
    assert "Nothing is learnt yet" in text(at)
    at.button(key="loss_digits_learn").click().run()
    assert not at.exception
    assert "After 1,000 steps the network with cross-entropy reads" in text(at)
    at.button_group(key="loss_first").set_value("-6").run()
    assert "Nothing is learnt yet" in text(at)


def test_dropout_is_judged_and_each_unit_silenced_when_both_have_learnt() -> None:
    at = opened_with("dropout", "dropout_two_open", dropout_units="8")
    assert "units was silenced once" not in text(at)
    at.button(key="dropout_two_learn").click().run()
    assert not at.exception
    assert "Each of the 8 hidden units was silenced once" in text(at)
    assert sum(one in text(at) for one in ("dropout helps", "dropout does harm", "equally wrong")) == 1


def drawing(at: AppTest, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    told = [json.loads(one.proto.json or "{}") for one in at.get("bidi_component")]
    return next(one for one in told if "columns" in one and "edges" in one and wanted(one))


def test_wishes_are_drawn_for_a_batch_and_the_game_has_its_verdict() -> None:
    at = opened("backprop")
    assert not any(edge["wishes"] for edge in drawing(at, bool)["edges"])
    at.toggle(key="backprop_batch").set_value(True).run()
    edges = drawing(at, bool)["edges"]
    assert [len(edge["wishes"]["each"]) for edge in edges] == [3] * 6
    for edge in edges:
        assert edge["wishes"]["mean"] == pytest.approx(sum(edge["wishes"]["each"]) / 3, abs=2e-3)
    assert "Whose wish decides how the weight w⁽¹⁾₁₁ moves? Of the 3 examples of the batch" in text(at)
    at.session_state["backprop_game_open"] = True
    at.session_state["_backprop_game_picked"] = drawn_round(0).best
    at.session_state["backprop_costs_open"] = True
    at.run()
    assert not at.exception
    assert "**Right.** We tried it" in text(at)
    table = next(one.value for one in at.table if "back : forward" in one.value.columns)
    assert list(table["numbers"]) == ["9", "12", "101,000", "407,050"]


def test_the_pieces_show_who_voted_what_fails_and_what_one_would_change() -> None:
    at = opened("next")
    for fold in ("next_votes_open", "next_table_open", "next_change_open"):
        at.session_state[fold] = True
    at.query_params["next_cell"] = "4-9"
    at.run()
    assert not at.exception, at.exception
    assert text(at).count("so it spoke for the") == 5
    assert "**4 read as 9**" in text(at)
    assert "**Other layers.**" in text(at)
    assert "**Fewer weights.**" in text(at)


def test_components_of_one_name_in_two_rooms_are_two() -> None:
    drawn = {
        page: {element.proto.component_name for element in opened(page).get("bidi_component")}
        for page in ("race", "loss")
    }
    assert "netlab_lessons_loss_race" in drawn["loss"] - drawn["race"]
