"""The last idea page: a digit through the shipped network, and every piece with its numbers and its page."""

from __future__ import annotations

import numpy as np
import pytest

from netlab.data import Digits
from netlab.lessons.next.view import pieces, send_through
from netlab.nets import shipped
from netlab.nets.numpy_model import predict
from netlab.nets.spec import NetworkSpec
from tests.pages import opened, text

pytestmark = pytest.mark.usefixtures("digits_file", "fresh_caches")


def test_another_digit_gives_other_numbers_and_the_address_brings_it_back(digits: Digits) -> None:
    at = opened("next")
    assert not at.exception
    at.number_input(key="next_image").set_value(4).run()
    assert f"Test image 4, labelled **{digits.y_test[4]}**" in text(at)
    again = opened("next", next_image="4")
    assert again.latex[0].value == at.latex[0].value


def test_a_mistake_is_a_mistake(digits: Digits) -> None:
    at = opened("next")
    at.button(key="next_wrong").click().run()
    index = at.number_input(key="next_image").value
    assert isinstance(index, int)
    spec, weights = shipped.load("article")
    guess = predict(
        spec, weights, digits.x_test[index : index + 1].astype(np.float32) / np.float32(255)
    ).argmax()
    assert guess != digits.y_test[index]
    assert "That is **wrong**" in text(at)


def test_a_number_past_the_end_shows_the_last(digits: Digits) -> None:
    at = opened("next", next_image="9999")
    assert not at.exception
    assert f"Test image {len(digits.y_test) - 1}" in text(at)


def test_the_pass_is_the_network_s_own(digits: Digits) -> None:
    spec, weights = shipped.load("article")
    passed = send_through(spec, weights, digits.x_test[0], 3)
    whole = predict(spec, weights, digits.x_test[:1].astype(np.float32) / np.float32(255))[0]
    assert np.allclose(passed.probabilities, whole, atol=1e-6)
    assert passed.loss == pytest.approx(-np.log(whole[3]), rel=1e-4)
    assert passed.hidden.shape == (512,)


def test_the_pieces_add_up_to_the_article_s_network() -> None:
    said = " ".join(piece.text for piece in pieces())
    for number in (
        "784·512 + 512 = 401,920",
        "512·10 + 10 = 5,130",
        f"{NetworkSpec().parameter_count:,}",
        "9,375 steps",
    ):
        assert number in said
