"""What the teacher has set holds for every training that is asked for, survives a restart, and is read as a stranger's."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from netlab.training import class_rules
from netlab.training.class_rules import Rules, fitted, in_words, keep, rules, why_not
from netlab.training.queue import QueueFull
from tests.training.made_workers import Room

SMALL = NetworkSpec(hidden=(16,), epochs=2, train_examples=1000)


@pytest.mark.usefixtures("digits_file")
def test_a_training_beyond_the_limits_is_refused_and_leaves_nothing() -> None:
    room = Room(1)
    keep(Rules(most_epochs=2, most_images=1000, most_parameters=20_000))
    for beyond, word in (
        (replace(SMALL, epochs=3), "limited a training to 2 epochs"),
        (replace(SMALL, train_examples=None), "1,000 images here; this one asks for all there are"),
        (replace(SMALL, hidden=(64,)), "20,000 parameters here; this one has 50,890"),
    ):
        with pytest.raises(QueueFull, match=word):
            room.queue.submit(beyond, owner="her", share=True)
    assert store.ids() == []
    assert room.queue.submit(SMALL, owner="her").live
    keep(Rules())
    assert room.queue.submit(replace(SMALL, epochs=9), owner="her").live
    room.queue.close()


def test_rules_are_there_again_after_a_restart() -> None:
    assert rules() == Rules()
    said = Rules(3, 5000, 100_000, ("draw", "race"), "train", class_rules.now())
    keep(said)
    assert rules() == said
    class_rules._known.clear()  # the server is started again
    assert rules() == said
    assert in_words(rules()).endswith("at most 3 epochs, at most 5,000 images, at most 100,000 parameters.")
    assert in_words(Rules(hidden=("draw",))) == ""


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"{", b'{"most_epochs": true}', b'{"most_epochs": 0, "most_images": -5, "most_parameters": 1e9}',
        b'{"most_epochs": "3", "hidden": "draw", "lesson": "../../etc", "since": "yesterday"}',
        b'{"hidden": [1, null, "Draw", "a/b", "<b>"], "lesson": 5, "since": 7}', b"{" * 10_000, b" " * 20_000,
    ],
)  # fmt: skip
def test_a_damaged_file_limits_and_hides_nothing(content: bytes, own_home: Path) -> None:
    own_home.mkdir(exist_ok=True)
    (own_home / class_rules.FILE).write_bytes(content)
    assert rules() == Rules()


def test_what_is_sound_in_a_file_holds_beside_what_is_not(own_home: Path) -> None:
    own_home.mkdir(exist_ok=True)
    told = {
        "most_epochs": 4,
        "most_images": "x",
        "hidden": ["draw", "draw", "A"],
        "since": "2026-05-04T10:00:00+02:00",
    }
    (own_home / class_rules.FILE).write_text(json.dumps(told))
    assert rules() == Rules(most_epochs=4, hidden=("draw",), since="2026-05-04T08:00:00+00:00")


@given(
    st.integers(1, 50),
    st.sampled_from([None, 100, 1000, 60_000]),
    st.integers(1, 50),
    st.integers(100, 60_000),
)
def test_what_was_made_to_fit_fits(
    epochs: int, images: int | None, most_epochs: int, most_images: int
) -> None:
    spec, held = NetworkSpec(epochs=epochs, train_examples=images), Rules(most_epochs, most_images)
    small = fitted(spec, held)
    assert (small is None) == (not why_not(spec, held))
    assert small is None or not why_not(small, held)
    assert fitted(spec, Rules(most_epochs, most_images, 1000)) is None
