"""The page on gradient descent: what would answer its question is covered first; every control is followed by its numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from netlab.app.digits import sample
from netlab.app.lesson import PREDICTED
from netlab.formatting import plain
from netlab.glossary import unlinked
from netlab.lessons.descent import words
from netlab.lessons.descent.epochs import walk_on_batches
from netlab.lessons.descent.ink import EXAMPLES, ink_curve, ink_of, ink_surface
from netlab.lessons.descent.one_weight import largest_safe_rate, simple_curves, walk
from netlab.lessons.descent.view import KINDS, predictions, rates
from tests.pages import APP, link, text

RATE = "descent_rate_wide"


@pytest.fixture(autouse=True)
def _digits(digits_file: Path, digits_at_hand: None) -> None:
    """The digits are there before the page asks for them."""


def shown(*, asked: bool = True, **address: Any) -> AppTest:
    """The page, its question behind the reader or not."""
    at = AppTest.from_file(APP, default_timeout=120)
    if asked:
        at.session_state[PREDICTED] = {"descent": ("", None)}
    at.switch_page("pages/descent.py")
    for name, value in address.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception, at.exception
    return at


def ball(at: AppTest) -> dict[str, Any]:
    """What the picture of the ball was sent."""
    sent = [json.loads(one.proto.json) for one in at.get("bidi_component") if one.proto.json]
    return next(dict(data) for data in sent if "walk" in data)


def test_nothing_answers_the_question_before_the_reader_has() -> None:
    at = shown(asked=False)
    assert RATE not in [one.key for one in at.select_slider]
    assert not any(word in text(at) for word in ("overshoots", "diverges", "2/L", "creeps"))
    assert "Shown when you have predicted, or skipped the question." in text(at)
    np.testing.assert_allclose(
        ball(at)["walk"]["w"], walk(simple_curves()["wide"], 0.1, -1.0).weights, rtol=1e-4
    )
    at.button(key="descent_skip_commit").click().run()
    assert at.select_slider(key=RATE).value == 0.1
    assert "At η = 1 it jumps for ever" in text(at)
    assert "**It creeps down.**" in text(at)


def test_each_answer_has_its_own_reason_and_a_link_to_a_setting_that_shows_it() -> None:
    for answer in predictions():
        at = shown(asked=False)
        at.pills(key="descent_prediction").set_value(answer.text).run()
        at.button(key="descent_commit").click().run()
        assert f"You said **{answer.text}**. {answer.why} On this parabola" in text(at)
        assert sum(one.why in text(at) for one in predictions()) == 1
        at.button(key="descent_show_commit").click().run()
        rate = answer.setting[RATE]
        assert at.select_slider(key=RATE).value == rate
        assert ("**It overshoots, and settles.**" if rate < 1 else "**It diverges.**") in text(at)
        assert link(at)[RATE] in (plain(rate), [plain(rate)])


def test_every_curve_start_and_rate_is_walked_as_it_is_told() -> None:
    surface = ink_surface(ink_of(sample().images, sample().labels))
    at = shown()
    for key in KINDS:
        at.button_group(key="descent_curve").set_value(key).run()
        curve = ink_curve(surface) if key == "digits" else simple_curves()[key]
        marks, limit = rates(curve), largest_safe_rate(curve)
        assert limit == pytest.approx(marks[12], rel=1e-3) and limit / 2 == pytest.approx(marks[6], rel=1e-3)
        at.slider(key=f"descent_start_{key}").set_value(curve.window[0] + 0.3).run()
        for rate in (marks[0], marks[9], marks[-1]):
            at.select_slider(key=f"descent_rate_{key}").set_value(rate).run()
            assert not at.exception
            way = walk(curve, rate, float(str(at.slider(key=f"descent_start_{key}").value)))
            assert words.rate_told(curve, way) in text(at)
            assert words.valley_told(curve, way) in text(at)
            np.testing.assert_allclose(ball(at)["walk"]["w"], way.weights, rtol=1e-4)
            assert ball(at)["told"] == [words.step_told(way, step) for step in range(way.steps + 1)]
            assert len(json.dumps(ball(at))) < 20_000
        ruler = " ".join(str(one.proto.body) for one in at.get("html"))
        assert f"limit 2/L = {plain(limit, 3)}" in ruler and f"1/L = {plain(limit / 2, 3)}" in ruler
        assert f"L = {plain(2 / limit)} per unit of w" in text(at)
    again = shown(**link(at), descent_start_valleys=str(curve.window[0] + 0.3))
    assert words.rate_told(curve, way) in text(again)


def test_batch_steps_and_rate_are_walked_as_they_are_told() -> None:
    surface = ink_surface(ink_of(sample().images, sample().labels))
    at = shown(descent_pace="4", descent_steps="60")
    for size in (1, 8, EXAMPLES):
        at.button_group(key="descent_batch").set_value(size).run()
        way, quiet = (walk_on_batches(surface, 4.0, 60, one) for one in (size, EXAMPLES))
        assert unlinked(words.epochs_told(size, EXAMPLES, 60)) in text(at)
        assert words.noise_told(way, quiet, size, EXAMPLES) in text(at)
        assert ("Step 60 saw" in text(at)) == (size != EXAMPLES)
        maps = [
            one.proto.json for one in at.get("bidi_component") if "all digits at each step" in one.proto.json
        ]
        assert len(maps) == 1 and len(maps[0]) < 20_000
    at.slider(key="descent_steps").set_value(1).run()
    assert unlinked(words.epochs_told(EXAMPLES, EXAMPLES, 1)) in text(at)


def test_what_the_page_claims_in_words_is_so() -> None:
    at = shown()
    surface = ink_surface(ink_of(sample().images, sample().labels))
    noisy, whole = walk_on_batches(surface, 1.0, 20, 2), walk_on_batches(surface, 1.0, 1, EXAMPLES)
    assert noisy.losses[-1] < whole.losses[-1]  # as many looks, another loss
    assert "twenty steps instead of one" in text(at) and EXAMPLES // 2 == 20
    assert "1,875 steps are one epoch" in text(at) and 60_000 // 32 == 1_875
    for word in ("**Gradient descent**", "**steps**", "**learning rate**", "**batch**", "**epoch**", "slope under its feet"):  # fmt: skip
        assert word in text(at)
    lowest = min(surface.minima, key=lambda one: one.value).point
    inks, targets = ink_of(sample().images, sample().labels).inputs, ink_of(sample().images, sample().labels).targets  # fmt: skip
    right = np.mean((lowest[0] * inks + lowest[1] > 0) == (targets == 1))
    assert f"the unit is right on {100 * right:.0f}" in text(at)
