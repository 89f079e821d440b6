"""The fold on Train in which a network is taught one's own hand: what it keeps, refuses, teaches and says."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from netlab.data import Digits
from netlab.drawing.view import own_digits as fold
from netlab.drawing.view.pad import Drawing
from netlab.nets.spec import Convolution, NetworkSpec
from netlab.training.own_digits import OwnDigits, to_bytes
from netlab.training.teaching import outcome
from tests.pages import as_read, opened
from tests.runs.kept import kept_run

pytestmark = pytest.mark.usefixtures("fresh_caches", "job_queue")


def open_fold(**address: Any) -> AppTest:
    at = opened("train", **address)
    at.session_state["own_open"] = True
    return at.run()


def drawn(monkeypatch: pytest.MonkeyPatch, picture: Any) -> None:
    """Let the pad hold this picture; None is an empty pad."""
    monkeypatch.setattr(fold, "drawn_now", lambda: None if picture is None else Drawing(picture, 1))


def stroke(shift: int = 0) -> Any:
    picture = np.zeros((280, 280), np.uint8)
    picture[40:240, 120 + shift : 145 + shift] = 255
    picture[40:65, 60:140] = 255
    return picture


def kept(at: AppTest) -> OwnDigits:
    found = at.session_state[fold.OWN]
    assert isinstance(found, OwnDigits)
    return found


def press(at: AppTest, key: str) -> AppTest:
    at.button(key=key).click().run()
    assert not at.exception, at.exception
    return at


def test_a_fold_that_is_closed_costs_nothing() -> None:
    at = opened("train")
    assert fold.OWN not in at.session_state
    assert "as you write them" not in as_read(at).replace("*", "")


def test_a_drawing_is_kept_by_one_press_and_the_pad_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    at = open_fold()
    assert at.button(key="own_teach").disabled
    assert "two drawings of one digit" in as_read(at)
    drawn(monkeypatch, stroke())
    press(at, "own_is_7")
    assert kept(at).labels.tolist() == [7]
    assert at.session_state[fold.TURN] == 1
    assert "once more" in as_read(at)
    drawn(monkeypatch, stroke(5))
    press(at, "own_is_7")
    assert "2 drawings, 1 of them held back" in as_read(at).replace("*", "")
    assert not at.button(key="own_teach").disabled


def test_an_empty_pad_is_told_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    at = open_fold()
    drawn(monkeypatch, stroke())
    press(at, "own_is_3")
    drawn(monkeypatch, None)
    press(at, "own_is_3")
    assert "The pad is empty" in as_read(at)
    assert kept(at).labels.tolist() == [3]
    assert "The pad is empty" not in as_read(at.run())


def hand(digits: Digits) -> OwnDigits:
    """Drawings that are far from what any network learnt: the made digits, turned upside down."""
    places = np.flatnonzero(digits.y_test == 7)[:6]
    return OwnDigits(digits.x_test[places][:, ::-1].copy(), digits.y_test[places])


def test_a_lesson_shows_both_scores_and_says_what_they_did(digits: Digits) -> None:
    at = open_fold()
    at.session_state[fold.OWN] = hand(digits)
    press(at.run(), "own_teach")
    taught = at.session_state[fold.LESSONS][-1]
    assert outcome(taught.lesson).replace("\\", "") in as_read(at)
    assert [one.proto.label for one in at.get("download_button") if "Taught" in one.proto.label]
    at.segmented_control(key="own_mix").set_value(0.5).run()
    press(at, "own_teach")
    assert [one.lesson.plan.mix for one in at.session_state[fold.LESSONS]] == [0.0, 0.5]
    assert len(at.table) > 0
    assert "Old digits" in at.table[-1].value.columns or any("Old digits" in one.value.columns for one in at.table)  # fmt: skip


def test_a_finished_run_is_taught_and_left_alone(digits: Digits) -> None:
    run = kept_run()
    before = run.weights()[1]
    at = open_fold(run=run.id)
    assert at.radio(key="own_network").value == "run"
    at.session_state[fold.OWN] = hand(digits)
    press(at.run(), "own_teach")
    assert at.session_state[fold.LESSONS][-1].name == run.id
    after = run.weights()[1]
    assert all(np.array_equal(before[name], after[name]) for name in before)


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        (NetworkSpec(hidden=(8,), epochs=2, data="fashion-mnist"), "not digits"),
        (NetworkSpec(hidden=(8,), epochs=2, convolutions=(Convolution(2, 3),)), "without convolutions"),
    ],
)
def test_a_run_that_cannot_be_taught_says_why_and_another_is_offered(spec: NetworkSpec, reason: str) -> None:
    at = open_fold(run=kept_run(spec).id)
    assert reason in as_read(at)
    assert "article’s network, which comes along, is taught here" in as_read(at)
    assert not [one for one in at.radio if one.key == "own_network"]


def test_a_saved_file_comes_back_and_a_bad_one_is_refused_in_words(digits: Digits) -> None:
    at = open_fold()
    own = hand(digits)
    at.file_uploader(key="own_files_0").upload("mine.npz", to_bytes(own), "application/zip").run()
    press(at, "own_bring")
    assert len(kept(at)) == len(own)
    assert "6 drawings added" in as_read(at)
    bad = io.BytesIO()
    np.savez(bad, x_own=own.images, y_own=np.full(len(own), 12))
    at.file_uploader(key="own_files_1").upload("*bad*.npz", bad.getvalue(), "application/zip").run()
    press(at, "own_bring")
    assert "*bad*.npz: the labels run from 12 to 12" in as_read(at)
    assert len(kept(at)) == len(own)
    at.file_uploader(key="own_files_1").upload("mine.npz", to_bytes(own), "application/zip").run()
    press(at, "own_bring")
    assert "were here already" in as_read(at)
