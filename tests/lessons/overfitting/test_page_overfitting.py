"""The page on overfitting: covered until it is predicted, learnt at once, every switch told as it was measured."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from netlab.app.live_learning import some_digits
from netlab.lessons.overfitting import words
from netlab.lessons.overfitting.few_digits import LOOKS, STEPS, Setting, courses
from netlab.lessons.overfitting.few_points import COUNTS, SEED, drawn_points, fit, over_units
from netlab.nn.pupil import side_by_side
from tests.pages import fresh, link, opened, text

pytestmark = pytest.mark.usefixtures("digits_file", "fresh_caches", "digits_at_hand")
LEARNING = "It is learning, and both losses are drawn as they come."


def losses(at: AppTest) -> dict[str, Any]:
    """What the picture of the two losses was sent."""
    sent = [one.proto.json for one in at.get("bidi_component")]
    (found,) = [one for one in sent if "digits it learns from" in one]
    assert len(found) < 20_000
    return {trace["name"]: trace for trace in json.loads(found)["traces"]}


def learnt(monkeypatch: pytest.MonkeyPatch, at: AppTest) -> AppTest:
    """The page when a tick has learnt to the end."""
    monkeypatch.setattr("netlab.app.live_learning.BUDGET", 1e9)
    at.run()
    assert not at.exception, at.exception
    return at


def test_nothing_answers_the_question_before_the_reader_has() -> None:
    at = fresh("overfitting")
    assert not any(str(one.key).startswith("overfitting_") and one.label == "Digits it learns from" for one in at.button_group)  # fmt: skip
    assert not any(word in text(at) for word in ("rises", "It overfits", "ten points"))
    assert "24 of the 300 digits that it learns from" in text(at)
    at.button(key="overfitting_skip_commit").click().run()
    assert not at.exception and "rises" in text(at)
    assert "24 of the 300" not in text(at)


def test_it_learns_by_itself_and_what_is_said_in_the_end_is_so(monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened("overfitting")
    assert LEARNING in text(at)
    assert losses(at)["held back"]["x"] == [0]  # the first picture waits for nothing
    learnt(monkeypatch, at)
    setting, given = Setting(), some_digits(300)
    moments = list(side_by_side(courses(setting), given, LOOKS))
    assert losses(at)["held back"]["x"][-1] == STEPS
    np.testing.assert_allclose(losses(at)["held back"]["y"], [one.held[0].loss for one in moments], rtol=1e-3)
    assert words.losses_told(moments, setting, 300) in text(at)
    assert words.right_told(moments, setting, given) in text(at)
    assert LEARNING not in text(at) and "held back, no cure" not in losses(at)


def test_every_switch_is_learnt_anew_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    at = learnt(monkeypatch, opened("overfitting"))
    at.toggle(key="overfitting_mixed").set_value(True).run()
    assert LEARNING in text(at)
    at.button_group(key="overfitting_examples").set_value(100)
    at.button_group(key="overfitting_units").set_value(16)
    at.button_group(key="overfitting_decay").set_value(0.001)
    at.button_group(key="overfitting_dropout").set_value(0.5)
    at.number_input(key="overfitting_seed").set_value(3).run()
    learnt(monkeypatch, at)
    setting = Setting(100, 16, 0.001, 0.5, mixed=True, seed=3)
    given = some_digits(100, seed=3, mixed=True)
    moments = list(side_by_side(courses(setting), given, LOOKS))
    for said in (
        words.losses_told(moments, setting, 100),
        words.right_told(moments, setting, given),
        words.compared_told(moments, setting),
    ):
        assert said and said in text(at)
    np.testing.assert_allclose(losses(at)["held back, no cure"]["y"], [one.held[1].loss for one in moments], rtol=1e-3)  # fmt: skip
    at.toggle(key="overfitting_stops").set_value(True).run()  # it chooses among what was learnt
    assert LEARNING not in text(at)
    assert words.losses_told(moments, Setting(100, 16, 0.001, 0.5, True, True, 3), 100) in text(at)
    asked = {"examples": "100", "units": "16", "decay": "0.001", "dropout": "0.5", "seed": "3", "stops": "true", "mixed": "true"}  # fmt: skip
    now = link(at)
    assert {key: now[f"overfitting_{key}"] for key in ("examples", "units", "decay", "dropout")} == {
        key: asked[key] for key in ("examples", "units", "decay", "dropout")
    }


def test_the_curve_follows_its_units_its_decay_and_its_seed() -> None:
    at = opened("overfitting")
    assert words.points_told(fit(drawn_points(SEED), 10, draw=SEED), 10, 0.0) in text(at)
    assert words.twice_told(over_units(drawn_points(SEED))) in text(at)
    for count, decay, seed in ((COUNTS[0], 0.0, SEED), (300, 0.0, SEED), (10, 0.01, 4)):
        at.select_slider(key="overfitting_count").set_value(count)
        at.select_slider(key="overfitting_pull").set_value(decay)
        at.number_input(key="overfitting_points").set_value(seed).run()
        assert not at.exception
        found = fit(drawn_points(seed), count, decay, draw=seed)
        assert words.points_told(found, count, decay) in text(at)
        sent = [
            one.proto.json for one in at.get("bidi_component") if "where they come from" in one.proto.json
        ]
        assert len(sent) == 1 and len(sent[0]) < 20_000
    twice = [one.proto.json for one in at.get("bidi_component") if "middle half" in one.proto.json]
    assert len(twice) == 1 and "with weight decay" in twice[0] and len(twice[0]) < 20_000
