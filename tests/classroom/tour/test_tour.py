"""The tour as data: every step can be done, none by what stood there before; how far one is comes back, whatever a browser says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.classroom.tour.progress import Progress, current, from_word, to_word
from netlab.classroom.tour.steps import MOST, STEPS, Now, Step

ROOT = Path(__file__).resolve().parents[3]
KEYS = [one.key for one in STEPS]
BY_KEY = {one.key: one for one in STEPS}


def picture(seq: int) -> dict[str, object]:
    return {"_pad_kept": {"picture": "data:…", "seq": seq}}


def done(step: Step, before: Now, now: Now) -> bool:
    return step.met(step.look(before), step.look(now))


def test_the_steps_are_few_each_with_a_page_and_one_sentence() -> None:
    assert len(STEPS) == len(set(KEYS)) <= MOST
    for step in STEPS:
        assert (ROOT / "pages" / f"{step.page}.py").is_file()
        assert step.sentence.endswith(".") and len(step.sentence) < 140
        assert not done(step, Now(), Now()), "nothing was done"


@pytest.mark.parametrize(
    ("key", "before", "now", "met"),
    [
        ("neuron", Now({"neuron_w1": 1.5}), Now({"neuron_w1": 1.5, "neuron_x1": 2.0}), False),
        ("neuron", Now({"neuron_w1": 1.5}), Now({"neuron_w1": 1.0}), True),
        ("neuron", Now(), Now({"neuron_w1": 1.5}), False),  # the control was drawn, not moved
        ("rate", Now({"ls_rate_bowl_sgd": 0.1}), Now({"ls_rate_bowl_sgd": 0.2}), True),
        ("guess", Now(), Now(said={"neuron": None}), False),  # skipped
        ("guess", Now(said={"neuron": "All three"}), Now(said={"neuron": "All three"}), True),
        ("draw", Now(picture(2)), Now(picture(2)), False),  # it hung there before
        ("draw", Now(picture(2)), Now(picture(3)), True),
        ("draw", Now(picture(2)), Now({"_pad_kept": {"picture": None, "seq": 3}}), False),  # emptied
        ("own", Now(picture(2)), Now(picture(3)), False),  # no run of one's own
        ("own", Now(picture(2), runs={"a": "done"}), Now(picture(3), runs={"a": "done"}), True),
        ("press", Now(), Now(runs={"a": "queued"}), True),
        ("wait", Now(runs={"a": "queued"}), Now(runs={"a": "running", "b": "stopped"}), False),
        ("wait", Now(), Now(runs={"a": "done"}), True),
        ("lesson", Now(), Now(lesson="loss"), True),
    ],
)
def test_a_step_is_done_by_what_was_done(key: str, before: Now, now: Now, met: bool) -> None:
    assert done(BY_KEY[key], before, now) is met


def test_one_goes_from_step_to_step_skips_ends_and_goes_on() -> None:
    way = Progress().begin()
    first, second, third = STEPS[:3]
    assert current(way) == first
    way = way.with_done(first).without(second)
    assert current(way) == third and current(way, {third.page, first.page}) == STEPS[4]
    assert from_word(to_word(way.end())).begin() == way
    for step in STEPS[2:]:
        way = way.with_done(step)
    assert current(way) is None
    again = way.end().begin()  # nothing but what was skipped is left
    assert (current(again), len(again.done)) == (second, len(STEPS) - 1)
    assert again.with_done(second).skipped == ()
    assert to_word(Progress()) == ""


@given(
    st.recursive(
        st.none() | st.booleans() | st.sampled_from([*KEYS, "x"]) | st.integers(),
        lambda inner: st.lists(inner, max_size=4),
    ),
    st.text(max_size=30),
)
def test_whatever_a_browser_says_is_a_progress(kept: object, words: str) -> None:
    for word in (kept, words, json.dumps({"version": 1, "on": kept, "done": kept, "skipped": kept})):
        found = from_word(word)
        assert from_word(to_word(found)) == found
        assert set(found.done) | set(found.skipped) <= set(KEYS) and not set(found.done) & set(found.skipped)
