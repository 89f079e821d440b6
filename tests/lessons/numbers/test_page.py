"""The page on numbers answers, keeps its state in the address, and survives whatever stands there."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from netlab.app import digits as shelf
from netlab.data import DataError, Digits
from netlab.formatting import plain
from netlab.lessons.numbers.unit_sum import first_sums, most_driven, unit, unsure_only_divided
from netlab.lessons.numbers.view import _sentence_table
from netlab.lessons.numbers.word_vectors import learn_words
from tests.pages import fresh, opened, text

pytestmark = pytest.mark.usefixtures("digits_file", "fresh_caches")


def shown(at: AppTest) -> np.ndarray:
    """The 784 numbers that the page sent to the browser."""
    data = json.loads(at.get("bidi_component")[0].proto.json)
    return np.frombuffer(base64.b64decode(data["pixels"]), np.uint8).reshape(28, 28)


def test_the_first_image_is_there_at_once_and_another_comes_by_its_number(digits: Digits) -> None:
    at = opened("numbers")
    assert not at.exception
    assert np.array_equal(shown(at), digits.x_train[0])
    at.number_input(key="numbers_index").set_value(5).run()
    assert np.array_equal(shown(at), digits.x_train[5])
    assert f"labelled {digits.y_train[5]}" in text(at)


@pytest.mark.parametrize(
    ("word", "look"),
    [
        ("5_6_12", [5, 6, 12]),
        ("27_0_28", [27, 0, 28]),
        ("28_0_0", [14, 14, 0]),
        ("a_b_c", [14, 14, 0]),
        ("1", [14, 14, 0]),
    ],
)
def test_pixel_and_unrolling_come_back_from_the_address(word: str, look: list[int]) -> None:
    at = opened("numbers", numbers_look=word)
    assert not at.exception
    assert json.loads(at.get("bidi_component")[0].proto.json)["look"] == look


def test_an_image_is_found_by_its_class(digits: Digits) -> None:
    at = opened("numbers")
    at.button(key="numbers_next4").click().run()
    index = at.number_input(key="numbers_index").value
    assert isinstance(index, int)
    assert digits.y_train[index] == 4
    assert 4 not in digits.y_train[1:index]


def test_the_address_restores_everything(digits: Digits) -> None:
    at = opened(
        "numbers",
        numbers_set="test",
        numbers_index="3",
        numbers_show="shuffled",
        numbers_sentence="the king laughs",
    )
    assert not at.exception
    assert np.array_equal(shown(at).reshape(-1), digits.x_test[3].reshape(-1)[shelf.SHUFFLED])
    assert list(at.dataframe[0].value["word"]) == ["the", "king", "laughs"]


def test_a_number_past_the_end_shows_the_last_and_says_so(digits: Digits) -> None:
    at = opened("numbers", numbers_index="59999")
    assert not at.exception
    assert np.array_equal(shown(at), digits.x_train[-1])
    assert "is the last" in at.info[0].value
    assert at.number_input(key="numbers_index").value == len(digits.x_train) - 1


def test_the_other_set_is_shorter_and_the_number_follows(digits: Digits) -> None:
    last, beyond = len(digits.x_test) - 1, len(digits.x_train) - 1
    at = opened("numbers", numbers_index=str(beyond))
    assert not at.info
    at.segmented_control(key="numbers_set").set_value("test").run()
    assert at.number_input(key="numbers_index").value == last
    assert f"number {last:,} is the last" in at.info[0].value
    assert np.array_equal(shown(at), digits.x_test[last])
    at.segmented_control(key="numbers_set").set_value("training").run()
    assert np.array_equal(shown(at), digits.x_train[last])
    assert not at.info


@pytest.mark.parametrize("value", ["-1", "x", "1e9", "nan"])
def test_nonsense_in_the_address_is_no_error(value: str) -> None:
    at = opened("numbers", numbers_index=value, numbers_show=value, numbers_size=value)
    assert not at.exception


@pytest.mark.parametrize("sentence", ["", "   ", "Robots! <b>", "王 král"])
def test_any_sentence_becomes_numbers(sentence: str) -> None:
    at = opened("numbers")
    at.text_input(key="numbers_sentence").set_value(sentence).run()
    assert not at.exception
    assert set(at.dataframe[0].value["number"]) == {0}


def test_the_mean_digit_and_the_counts_are_numpy_s(digits: Digits) -> None:
    overview = shelf.overview("training")
    assert overview.counts.sum() == len(digits.y_train)
    chosen = digits.x_train[digits.y_train == 3]
    assert np.allclose(overview.means[3], chosen.sum(axis=0) / len(chosen))
    assert not shelf.mean_digit(digits.x_train[:0], digits.y_train[:0], 3).any()


def test_what_the_network_receives_is_the_picture_row_by_row(digits: Digits) -> None:
    unrolled = shelf.to_input(digits.x_train[0])
    assert unrolled.dtype == np.float32
    assert unrolled.max() <= 1
    assert unrolled[28 * 5 + 6] == np.float32(digits.x_train[0][5, 6]) / np.float32(255)


def test_the_next_of_a_class_goes_round_and_nothing_is_none() -> None:
    labels = np.array([1, 0, 1, 0], np.uint8)
    assert shelf.next_of_class(labels, 1, 0) == 2
    assert shelf.next_of_class(labels, 1, 2) == 0
    assert shelf.next_of_class(labels, 7, 0) is None


def test_the_table_of_a_sentence_has_no_minus_zero() -> None:
    rows = _sentence_table(learn_words(size=12), "a zebra rules the land")
    numbers = [value for row in rows for value in row.values() if isinstance(value, float)]
    assert len(numbers) == 5 * 12
    assert not [value for value in numbers if str(value) == "-0.0"]


def test_nobody_may_write_into_the_shared_digits() -> None:
    assert not shelf.sample().images.flags.writeable
    assert shelf.sample().images is shelf.digits().x_test


def test_without_mnist_the_stand_in_is_made_in_a_process_of_its_own(
    digits: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    started: list[list[str]] = []

    def load(source: str) -> Digits:
        asked.append(source)
        if source == "mnist":
            raise DataError("Real MNIST was not found.")
        return digits

    monkeypatch.setattr("netlab.app.digits.data.load", load)
    monkeypatch.setattr("netlab.app.digits.subprocess.run", lambda command, **_: started.append(command))
    assert shelf.digits().x_train is digits.x_train
    assert asked == ["mnist", "stand-in"]
    assert "stand-in" in started[0][-1]


def test_the_weights_of_a_unit_lie_over_the_digit_in_their_fold(digits: Digits) -> None:
    at = opened("numbers", numbers_index="5")
    assert len(at.get("bidi_component")) > 0
    assert not [one for one in at.get("bidi_component") if "weights" in json.loads(one.proto.json or "{}")]
    at.session_state["numbers_weights_open"] = True
    at.run()
    at.button(key="numbers_driven").click().run()
    assert not at.exception
    number = at.number_input(key="numbers_unit").value
    assert number == most_driven(digits.x_train[5])
    (told,) = [one for one in map(_told, at.get("bidi_component")) if "weights" in one]
    weights = np.frombuffer(base64.b64decode(told["weights"]), "<f4").reshape(28, 28)
    np.testing.assert_array_equal(weights, unit(int(number)).weights)
    np.testing.assert_array_equal(np.frombuffer(base64.b64decode(told["order"]), "<u2"), shelf.SHUFFLED)
    assert len(json.dumps(told)) < 20_000


def _told(component: Any) -> dict[str, Any]:
    return dict(json.loads(component.proto.json or "{}"))


def test_what_would_answer_the_question_is_covered_until_it_is_answered() -> None:
    at = fresh("numbers")
    at.session_state["numbers_weights_open"] = True
    at.run()
    assert "A unit’s weights to lay over the digit, and to shuffle." in text(at)
    assert not [one for one in map(_told, at.get("bidi_component")) if "weights" in one]


def test_first_sums_show_why_pixels_are_divided(digits: Digits) -> None:
    at = opened("numbers")
    whole, shares = (first_sums(digits.x_train[0], divided=divided) for divided in (False, True))
    table = next(one.value for one in at.table if "largest first sum" in one.value)
    assert list(table["largest first sum"]) == [plain(one.sums.max(), 3) for one in (whole, shares)]
    assert ("certain of one digit, by mere chance" in text(at)) == unsure_only_divided(whole, shares)
