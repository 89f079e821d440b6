"""The game in the fog: looks are counted, the landscape stays hidden until the fog is lifted, and links restore it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from netlab.landscape.fog.random_surface import hidden_hill
from tests.pages import opened


def field(at: AppTest) -> dict[str, Any]:
    """What the browser was told about the field."""
    found: dict[str, Any] = json.loads(at.get("bidi_component")[0].proto.json)
    return found


def look(at: AppTest, x: float, y: float) -> AppTest:
    data = field(at)
    at.session_state["fog_field"] = {
        "look": {"game": data["game"], "turn": len(data["looks"]), "x": x, "y": y}
    }
    return at.run()


def test_the_browser_gets_the_looks_and_nothing_else_before_the_fog_is_lifted() -> None:
    at = opened("fog")
    assert not at.exception
    for x, y in ((1.0, 2.0), (-3.0, 0.5)):
        look(at, x, y)
    data, hill = field(at), hidden_hill(24)
    assert [row[:2] for row in data["looks"]] == [list(hill.start), [1.0, 2.0], [-3.0, 0.5]]
    assert [row[2] for row in data["looks"]] == pytest.approx(
        hill.value([hill.start, (1, 2), (-3, 0.5)]), abs=1e-3
    )
    assert data["whole"] is None
    numbers = json.dumps(data)
    assert len(numbers) < 2000  # no room for a landscape
    for minimum in hill.minima:
        assert f"{minimum.value:.1f}" not in numbers
    assert not at.metric


def test_lifting_shows_the_landscape_and_who_got_how_low() -> None:
    at = look(opened("fog"), 2.0, 2.0)
    at.button(key="fog_lift").click().run()
    assert not at.exception
    whole = field(at)["whole"]
    assert len(whole["heights"]) == whole["size"] ** 2
    assert [len(rival["points"]) for rival in whole["rivals"]] == [25, 25]
    assert [metric.label for metric in at.metric][:3] == [
        "Lowest, you",
        "Lowest, gradient descent",
        "Lowest, random search",
    ]
    look(at, 0.0, 0.0)
    assert len(field(at)["looks"]) == 2  # nobody looks on after the fog is gone


def test_no_look_beyond_the_budget() -> None:
    at = opened("fog", fog_looks="10")
    for turn in range(12):
        look(at, turn / 10, 0.0)
    assert len(field(at)["looks"]) == 10
    assert "No looks are left" in field(at)["foot"]


def test_an_old_look_does_not_count_twice() -> None:
    at = look(opened("fog"), 1.0, 1.0)
    at.slider(key="fog_points").set_value(10).run()
    at.run()
    assert len(field(at)["looks"]) == 2


def test_a_link_restores_the_game_and_a_new_hill_begins_another() -> None:
    at = look(look(opened("fog", fog_hill="12"), 1.0, 2.0), 3.0, -4.0)
    address = {name: at.query_params[name] for name in ("fog_hill", "fog_walk")}
    address = {name: value if isinstance(value, str) else str(value[0]) for name, value in address.items()}
    again = opened("fog", **address)
    assert field(again)["looks"] == field(at)["looks"]
    again.number_input(key="fog_hill").set_value(13).run()
    assert len(field(again)["looks"]) == 1
    assert "fog_walk" not in again.query_params


def test_the_same_hill_again_starts_over() -> None:
    at = look(opened("fog"), 1.0, 2.0)
    at.button(key="fog_again").click().run()
    assert len(field(at)["looks"]) == 1


@pytest.mark.parametrize("value", ["-1", "x", "1e9", "nan", "zzzz", "../.."])
def test_nonsense_in_the_address_is_no_error(value: str) -> None:
    at = opened(
        "fog",
        fog_hill=value,
        fog_walk=value,
        fog_looks=value,
        fog_lifted=value,
        fog_step=value,
        fog_points=value,
    )
    assert not at.exception
    assert len(field(at)["looks"]) == 1


def test_every_budget_and_rate_can_be_played() -> None:
    at = opened("fog")
    for rate in (0.003, 0.2):
        for budget in (10, 60):
            at.select_slider(key="fog_rate").set_value(rate)
            at.select_slider(key="fog_looks").set_value(budget).run()
            at.button(key="fog_lift").click().run()
            assert not at.exception
            assert len(at.metric) == 4
            assert at.select_slider(key="fog_rate").disabled  # nobody tunes a game that is over
            at.button(key="fog_again").click().run()


def test_the_count_follows_its_sliders_up_to_the_network() -> None:
    at = opened("fog")
    assert "25^{2} = 625" in at.latex[0].value
    at.select_slider(key="fog_parameters").set_value(407_050).run()
    assert r"3.024 \cdot 10^{569{,}031}" in at.latex[0].value
    for points in (2, 100):
        for parameters in (1, 10, 17, 7850):
            at.slider(key="fog_points").set_value(points)
            at.select_slider(key="fog_parameters").set_value(parameters).run()
            assert not at.exception
