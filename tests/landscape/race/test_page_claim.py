"""The claim on the page of the race: counted when its fold is open, on whatever surface is chosen."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from netlab.landscape.race.view import claim
from netlab.landscape.surfaces import SURFACES
from tests.landscape.local.test_page_local import described
from tests.pages import opened, text


def unfolded(**address: str) -> AppTest:
    at = opened("race", race_steps="20", **address)
    at.session_state["claim_open"] = True
    at.run()
    assert not at.exception, at.exception
    return at


def test_the_claim_is_counted_only_in_an_open_fold() -> None:
    assert "reaches the lowest minimum" not in described(opened("race", race_steps="20"))
    at = unfolded(ls_surface="double-well")
    assert "from which each optimizer reaches the lowest minimum" in described(at)
    assert "Dupont, 2018" in text(at)
    assert any(word in text(at) for word in ("does not hold here", "It holds here", "holds only half"))


@pytest.mark.parametrize("surface", ["neuron", "saddle", "himmelblau", "formula"])
def test_every_kind_of_surface_is_counted_or_told(surface: str) -> None:
    at = unfolded(ls_surface=surface)
    if surface == "saddle":
        assert "there is no lowest one to reach" in text(at)
    else:
        assert "starts spread evenly" in text(at)


@pytest.mark.parametrize("sent", ["adam", "nonsense", None, 3, ["adam"]])
def test_a_pressed_bar_is_looked_at_closer_and_nonsense_is_not(
    sent: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved: list[dict[str, str]] = []
    monkeypatch.setattr(claim, "set_controls", moved.append)
    claim._look_closer(sent)
    assert moved == ([{"ls_optimizer": "adam"}] if sent == "adam" else [])


def test_the_depths_of_the_wells_are_in_the_link() -> None:
    at = opened("landscape", ls_surface="double-well", ls_well_right="4")
    assert at.slider(key="ls_well_right").value == 4.0 and at.slider(key="ls_well_left").value == 3.0
    assert "the right one deeper" in text(at)
    at.slider(key="ls_well_left").set_value(4.0).run()
    assert not at.exception
    assert "equally deep" in text(at)


def test_long_walks_start_from_fewer_places() -> None:
    assert claim._along(SURFACES["double-well"], 20) == claim.MOST_ALONG
    assert claim._along(SURFACES["double-well"], 500) < claim.MOST_ALONG
    assert claim._along(SURFACES["sigmoid-neuron-quadratic"], 500) >= claim.FEWEST_ALONG
