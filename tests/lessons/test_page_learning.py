"""The pages on loss, back-propagation and dropout: a moved control changes the numbers, an address brings them back."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from netlab.lessons.backprop.tape import LOADING, Answer
from netlab.lessons.dropout.dropout import mask
from netlab.lessons.loss.view import rounded_shares, with_sign
from tests.pages import fresh, opened, text

ROOT = Path(__file__).resolve().parents[2]


class Silent:
    """A tape that is always still loading, or says one thing."""

    def __init__(self, answer: Answer = LOADING) -> None:
        self.answer = answer
        self.questions: list[dict[str, Any]] = []

    def ask(self, question: str, patience: float = 0.0) -> Answer:
        self.questions.append(json.loads(question))
        return self.answer


@pytest.fixture(autouse=True)
def tape_client(digits_file: Path, fresh_caches: None, monkeypatch: pytest.MonkeyPatch) -> Silent:
    silent = Silent()
    monkeypatch.setattr("netlab.lessons.backprop.view.tape.tape_client", lambda: silent)
    return silent


def data_with(at: AppTest, marker: str) -> dict[str, Any]:
    """What a component that knows ``marker`` was told."""
    for component in at.get("bidi_component"):
        data = json.loads(component.proto.json or "{}")
        if marker in data:
            return dict(data)
    raise AssertionError(f"no component was told {marker}")


def test_the_loss_page_moves_and_comes_back() -> None:
    at = opened("loss")
    assert "57 times less" in text(at)
    at.slider(key="loss_z").set_value(-6.0).run()
    assert "405 times less" in text(at)
    at.slider(key="loss_start").set_value(-6.0).run()
    assert "after 14 steps. With the quadratic loss the prediction passes one half after 850 steps" in text(
        at
    )
    again = opened("loss", loss_z="-6.0", loss_logit3="0.5", loss_shift="10000")
    assert "405 times less" in text(again)
    assert again.slider(key="loss_logit3").value == 0.5


def test_shares_add_to_100_per_cent_as_printed_and_a_huge_shift_changes_nothing() -> None:
    at = opened("loss")
    before = text(at)
    at.select_slider(key="loss_shift").set_value(10_000).run()
    assert not at.exception
    assert r"61.0\,\% + 22.4\,\% + 13.6\,\% + 3.0\,\% = 100\,\%" in before
    assert r"61.0\,\% + 22.4\,\% + 13.6\,\% + 3.0\,\% = 100\,\%" in text(at)
    generator = np.random.default_rng(0)
    for _ in range(500):
        printed = rounded_shares(generator.dirichlet(np.full(4, 0.3)))
        assert sum(round(10 * float(part[:-1])) for part in printed) == 1000


@pytest.mark.parametrize(
    ("value", "written"), [(10_000, "+10000"), (-5, "−5"), (0, "0"), (-0.0, "0"), (-1e-9, "−10⁻⁹")]
)
def test_what_is_added_has_its_sign(value: float, written: str) -> None:
    assert with_sign(value) == written


def test_next_goes_through_all_stages_and_the_drawing_learns_every_number() -> None:
    at = opened("backprop")
    for stage in range(2, 18):
        at.button(key="backprop_next").click().run()
        assert at.slider(key="backprop221_stage").value == stage
    assert at.button(key="backprop_next").disabled
    drawing = data_with(at, "columns")
    texts = [line["text"] for column in drawing["columns"] for unit in column for line in unit["lines"]]
    assert not [text for text in texts if "…" in text]
    assert all(len(edge["lines"]) == 3 for edge in drawing["edges"])


def test_a_weight_is_followed_along_all_of_its_paths() -> None:
    at = opened("backprop", backprop_net="2-2-2")
    assert "2 paths lead back to it" in text(at)
    assert data_with(at, "columns")["edges"][0]["chosen"]
    at.selectbox(key="backprop222_weight").set_value("w2_11").run()
    assert not at.exception
    assert "One path leads back to it" in text(at)
    assert [edge["id"] for edge in data_with(at, "columns")["edges"] if edge["chosen"]] == ["w2_11"]


@pytest.mark.parametrize(
    ("bug", "batch", "verdict"),
    [
        ("forgotten_slope", False, "red"),
        ("sum_for_mean", False, "green although"),
        ("sum_for_mean", True, "red"),
        ("missing_transpose", False, "red"),
        ("early_update", False, "red"),
    ],
)
def test_a_planted_mistake_turns_the_check_red_or_is_said_to_hide(
    bug: str, batch: bool, verdict: str
) -> None:
    at = opened("backprop", **({"backprop_batch": "true"} if batch else {}))
    assert "All 9 gradients agree" in text(at)
    next(one for one in at.button_group if one.key == "backprop_bugs").set_value([bug]).run()
    assert f"The check is {verdict}" in text(at)


def test_the_tape_s_column_says_that_tensorflow_loads_and_a_wrong_tape_turns_the_check_red(
    tape_client: Silent,
) -> None:
    at = opened("backprop")
    assert "TensorFlow is being loaded" in text(at)
    shapes = [(2, 2), (2,), (2, 1), (1,)]
    tape_client.answer = Answer("answered", tuple(np.full(shape, 0.5) for shape in shapes), (0.5,))
    at.slider(key="backprop_x1").set_value(0.7).run()
    assert "TensorFlow is being loaded" not in text(at)
    assert "The check is red" in text(at)
    assert {"arrays", "activations", "loss", "inputs", "targets"} <= tape_client.questions[0].keys()
    tape_client.answer = Answer("failed", reason="It is not installed.")
    at.slider(key="backprop_x1").set_value(0.8).run()
    assert "It is not installed" in text(at)


def test_inputs_of_zero_teach_the_first_layer_s_weights_nothing() -> None:
    at = opened("backprop", backprop_x1="0.0", backprop_x2="0.0", backprop221_stage="17")
    first = [edge for edge in data_with(at, "columns")["edges"] if edge["from"][0] == 0]
    assert {edge["lines"][1]["text"].replace("−", "") for edge in first} == {"∂ 0"}


def test_updates_walk_down_and_the_address_restores_them() -> None:
    at = opened("backprop", backprop_updates="30", backprop_rate="1.0", backprop221_w1_11="-1.5")
    assert at.slider(key="backprop_updates").value == 30
    assert at.slider(key="backprop221_w1_11").value == -1.5
    line = next(one.value for one in at.caption if "after 30 updates" in one.value)
    start, end = (
        _read(part.split()[0].strip(",.")) for part in (line.split("start ")[1], line.split("updates ")[1])
    )
    assert end < start


def _read(number: str) -> float:
    """A number as a sentence writes it: 0.25, 1.6·10⁻⁶."""
    mantissa, _, power = number.partition("·10")
    return float(mantissa) * 10.0 ** int(power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) or 0)


def control(at: AppTest, label: str) -> Any:
    """The number control with this label; its key changes when the page moves it."""
    (found,) = (one for one in at.number_input if one.label == label)
    return found


def test_any_weight_of_the_article_s_network() -> None:
    at = opened("backprop", backprop_digit="3", backprop_pixel="200", backprop_unit="7")
    assert "pixel 200" in text(at)
    at.button(key="backprop_steepest").click().run()
    assert not at.exception
    assert control(at, "Pixel (0 to 783)").value == at.session_state["backprop_pixel"] != 200
    at.button(key="backprop_wrong").click().run()
    assert not at.exception
    assert control(at, "Test digit").value == at.session_state["backprop_digit"] != 3


def test_the_dropout_page_moves_and_comes_back() -> None:
    at = opened("dropout")
    assert data_with(at, "activations")["rate"] == 0.2
    at.slider(key="dropout_rate").set_value(0.5).run()
    assert data_with(at, "activations")["rate"] == 0.5
    assert len(data_with(at, "activations")["activations"]) == 512
    at.slider(key="dropout_networks").set_value(7).run()
    assert "of 7 thinned networks say" in text(at)
    again = opened("dropout", dropout_networks="7", dropout_rate="0.5", dropout_digit="4")
    assert "of 7 thinned networks say" in text(again)
    assert data_with(again, "activations")["rate"] == 0.5


@pytest.mark.parametrize(
    ("rule", "same"), [("inverted", True), ("standard", True), ("forgotten", False), ("swapped", False)]
)
def test_a_forgotten_rescaling_is_not_the_same_volume(rule: str, same: bool) -> None:
    at = opened("dropout")
    at.slider(key="dropout_share").set_value(0.3).run()
    at.selectbox(key="dropout_rule").set_value(rule).run()
    assert ("the same, as it should be" in text(at)) == same
    assert ("not the same volume" in text(at)) != same


@pytest.mark.parametrize("page", ["loss", "backprop", "dropout"])
def test_nonsense_in_an_address_is_no_error(page: str) -> None:
    nonsense = {"loss_z": "1e400", "backprop_net": "9-9-9", "backprop221_stage": "99", "backprop_pixel": "-4",
                "backprop_bugs": "worms", "dropout_rate": "nan", "dropout_digit": "1000000"}  # fmt: skip
    opened(page, **nonsense)


def test_the_server_side_of_these_pages_never_loads_tensorflow() -> None:
    code = (
        "import sys, netlab.lessons.backprop.view.small_network, netlab.lessons.backprop.view.trained_network, netlab.lessons.loss.view, netlab.lessons.dropout.view\n"
        "print([name for name in ('tensorflow', 'keras', 'sklearn') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_the_masks_on_the_page_are_drawn_by_the_code_that_it_shows() -> None:
    at = opened("dropout", dropout_rate="0.3")
    told = data_with(at, "masks")
    bits = np.unpackbits(np.frombuffer(base64.b64decode(told["masks"]), np.uint8)).reshape(-1, 512)
    drawn = mask(np.random.default_rng(0), (len(bits), 512), 0.3)
    assert len(bits) == 100
    np.testing.assert_array_equal(bits, drawn)
    heard = np.array(told["activations"])
    np.testing.assert_allclose(told["means"], (bits * heard).sum(axis=1) / 512, atol=1e-4)
    assert len(json.dumps(told)) < 20_000
    assert data_with(fresh("dropout"), "masks")["means"] == []  # they would answer the question


def test_the_bound_is_told_with_its_formula() -> None:
    at = opened("functions")
    assert "It is never off by more than 0.79: $" in text(at)
    assert r"\max |f''|" in text(at)
    assert "theory promises" not in text(at)
