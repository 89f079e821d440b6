"""The fold that says why: silent when closed, asked of one digit or one of several, and each sentence from its state."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from streamlit.testing.v1 import AppTest

from netlab.app import digits as app_digits
from netlab.data import STAND_IN
from netlab.drawing.framing import frame
from netlab.drawing.view import why as fold
from netlab.drawing.view.upload import PICTURES
from netlab.drawing.why import alike, flip, moved, pixels, units, words
from netlab.drawing.why.case import Case, case
from netlab.nets import shipped
from netlab.nets.layers import Convolution
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import Weights
from netlab.runs.run import Run
from tests.pages import as_read, fresh, opened
from tests.runs.kept import kept_run

pytestmark = pytest.mark.usefixtures("job_queue", "digits_at_hand")

SEVEN = [[(80, 60), (200, 65), (130, 235)]]
ONE_AND_SEVEN = [[(60, 70), (60, 200)], [(150, 75), (240, 80), (190, 200)]]


def pad(strokes: list[list[tuple[int, int]]], width: int = 20) -> Image.Image:
    image = Image.new("L", (280, 280))
    for stroke in strokes:
        ImageDraw.Draw(image).line(stroke, fill=255, width=width, joint="curve")
    return image


def asked(part: str, strokes: list[list[tuple[int, int]]] = SEVEN, *, run: Run | None = None, begin: Callable[..., AppTest] = opened) -> AppTest:  # fmt: skip
    """The page with a drawing and the fold open at a part."""
    address: dict[str, Any] = {} if run is None else {"run": run.id, "reader": run.id}
    at = begin("draw", why_part=part, **address)
    if run is None:
        next(box for box in at.selectbox if box.label == "Read with").set_value("article")
    put(at, strokes)
    at.session_state["why_open"] = True
    at.run()
    assert not at.exception, at.exception
    return at


def put(at: AppTest, strokes: list[list[tuple[int, int]]]) -> None:
    out = io.BytesIO()
    pad(strokes).save(out, "PNG")
    url = "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
    at.session_state["pad"] = {"drawing": {"seq": 1, "picture": url, "strokes": [[1, 1]]}}


def expected(spec: NetworkSpec, weights: Weights) -> Case:
    return case(spec, weights, frame(np.asarray(pad(SEVEN))))


ARTICLE = shipped.load("article")


def plain(text: str) -> str:
    return text.replace("\\", "")


def test_a_closed_fold_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fold, "case", lambda *_: pytest.fail("computed behind a closed fold"))
    at = opened("draw")
    put(at, SEVEN)
    at.run()
    assert not at.exception
    assert "Why does it say so?" in [box.label for box in at.expander]
    assert "It reads a 7" in as_read(at)


def test_an_empty_pad_is_asked_for_a_drawing() -> None:
    at = opened("draw")
    at.session_state["why_open"] = True
    at.run()
    assert not at.exception
    assert "Draw a digit above, or bring a picture of one, and here you can ask why" in as_read(at)


def test_pixels_are_told_by_what_they_are() -> None:
    at, one = asked("pixels"), expected(*ARTICLE)
    text = as_read(at)
    for told in (
        words.lead_words(one),
        words.input_words(pixels.by_input(one), one),
        words.patch_words(pixels.by_patches(one), one),
    ):
        assert plain(told) in text
    assert "Gradient × ink, local." in text
    assert "5×5 pixels is covered" in text
    assert "exact" not in text


def test_without_hidden_layers_the_pixels_are_exact_and_there_are_no_units() -> None:
    run = kept_run(NetworkSpec(hidden=(), epochs=2))
    text = as_read(asked("pixels", run=run))
    assert "Weight × ink, exact." in text
    assert "Gradient × ink" not in text
    assert "has no hidden units" in as_read(asked("units", run=run))
    assert "no hidden layer to compare them in" in as_read(asked("alike", run=run))


def test_units_of_the_article_s_network_are_told_with_their_weights() -> None:
    at, one = asked("units"), expected(*ARTICLE)
    found = units.votes(one)
    assert found is not None
    text = as_read(at)
    assert plain(words.units_words(found, one)) in text
    assert "incoming weights" in text
    for vote in found.votes:
        assert f"Unit {vote.unit + 1}" in text


@pytest.mark.parametrize(
    "spec",
    [NetworkSpec(hidden=(8, 8), epochs=2), NetworkSpec(hidden=(8,), epochs=2, convolutions=(Convolution(2, 3),))],
)  # fmt: skip
def test_units_of_other_networks_are_told_with_their_gradient(spec: NetworkSpec) -> None:
    text = as_read(asked("units", run=kept_run(spec)))
    assert "gradient at this drawing" in text
    assert "incoming weights" not in text


def test_the_nearest_training_digits_are_told() -> None:
    at, one = asked("alike"), expected(*ARTICLE)
    found = app_digits.soon(60)
    assert found is not None
    images, labels = alike.some(found.x_train, found.y_train)
    near = alike.nearest(one.picture, images, labels, one.answer)
    rows, own = (alike.last_hidden(*ARTICLE, of) for of in (images, one.picture[None]))
    hidden = alike.nearest(own, rows, labels, one.answer)
    text = as_read(at)
    assert f"The nearest among {len(images)} of the training digits." in text
    assert plain(words.alike_words(near, hidden, one.answer)) in text
    assert plain(words.near_words(near)) in text
    assert "stand-in" not in text


def test_stand_in_digits_and_digits_that_are_on_their_way_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    found = app_digits.soon(60)
    assert found is not None
    stand_in = type(found)(found.x_train, found.y_train, found.x_test, found.y_test, STAND_IN, "")
    monkeypatch.setattr(app_digits, "soon", lambda _: stand_in)
    assert "stand-in digits, since MNIST is not here" in as_read(asked("alike"))
    monkeypatch.setattr(app_digits, "soon", lambda _: None)
    text = as_read(asked("alike"))
    assert "are being loaded" in text
    assert "Nearest pixel by pixel" not in text
    assert "grey levels" in as_read(asked("change"))


@pytest.mark.parametrize("name", list(shipped.SHIPPED))
def test_the_change_that_flips_the_answer_is_told(name: str) -> None:
    at = asked("change")
    at.selectbox(key="reader_0").set_value(name).run()
    assert not at.exception
    one = expected(*shipped.load(name))
    found = flip.flip(one)
    assert found is not None
    training = app_digits.soon(60)
    assert training is not None
    near = alike.nearest_of(one.picture, *alike.some(training.x_train, training.y_train), found.target)
    assert plain(words.change_words(found, float(one.picture.sum()), near)) in as_read(at)
    assert f"With the change: read as {found.target}" in as_read(at)


def test_both_networks_are_asked_of_the_moved_drawing() -> None:
    at = asked("moved")
    picture = frame(np.asarray(pad(SEVEN)))
    shifts = moved.shifted(picture)
    found = {
        title: moved.ask(*shipped.load(name), picture, shifts) for name, title in shipped.SHIPPED.items()
    }
    text = as_read(at)
    assert plain(words.shift_words(found, moved.inside(picture, shifts))) in text
    assert plain(words.lesson_words(*found.values())) in text
    turned = {title: moved.ask(*shipped.load(name), picture, moved.turned(picture)) for name, title in shipped.SHIPPED.items()}  # fmt: skip
    assert plain(words.kept_words(turned, moved.ANGLES, "°")) in text
    outcome = words.move_outcome(found[shipped.SHIPPED["article"]], "the article’s network")
    at = asked("moved", begin=fresh)
    assert plain(outcome) not in as_read(at)
    assert plain(words.lesson_words(*found.values())) not in as_read(at)  # it is covered
    at.pills(key="why_shift_prediction").set_value("Yes").run()
    at.button(key="why_shift_commit").click().run()
    assert plain(outcome) in as_read(at)
    at.button(key="why_shift_show_commit").click().run()
    assert not at.exception
    off = {str(one.key) for one in at.toggle if not one.value and str(one.key).startswith("apart_")}
    assert off == {"apart_crop", "apart_centre"}
    assert "apart_open" not in at.query_params
    assert "All steps on" in {one.label for one in at.button}


def test_a_run_is_asked_beside_the_two() -> None:
    at = asked("moved", run=kept_run())
    text = as_read(at)
    assert "at its end keeps its" in text
    for title in shipped.SHIPPED.values():
        assert f"{title} keeps its 7 at" in text


def test_of_several_digits_one_is_chosen() -> None:
    at = asked("pixels", ONE_AND_SEVEN)
    which = at.selectbox(key="why_which")
    assert list(which.options) == ["Your drawing: digit 1 of 2", "Your drawing: digit 2 of 2"]
    first = as_read(at)
    which.set_value("Your drawing: digit 2 of 2").run()
    assert not at.exception
    assert "leads by" in as_read(at)
    assert as_read(at) != first
    put(at, SEVEN)
    at.run()
    assert not [one for one in at.selectbox if one.key == "why_which"]


def test_a_picture_that_was_brought_is_asked_too() -> None:
    at = asked("pixels")
    drawn = as_read(at)
    three = io.BytesIO()
    image = Image.new("L", (280, 280))
    ImageDraw.Draw(image).line(
        [(90, 60), (190, 70), (120, 140), (190, 190), (100, 240)], fill=255, width=20, joint="curve"
    )
    image.save(three, "PNG")
    at.file_uploader(key=PICTURES).set_value([("three.png", three.getvalue(), "image/png")]).run()
    which = at.selectbox(key="why_which")
    assert list(which.options) == ["Your drawing", "1. three.png"]
    which.set_value("1. three.png").run()
    assert not at.exception
    assert "for the 3" in as_read(at)
    assert as_read(at) != drawn


def test_a_network_that_blew_up_has_no_why(monkeypatch: pytest.MonkeyPatch) -> None:
    sums = np.full(10, np.nan)
    monkeypatch.setattr(fold, "case", lambda spec, weights, image: Case(spec, weights, image, sums))
    text = as_read(asked("pixels"))
    assert "so there is nothing to explain" in text
    assert "leads by" not in text
