"""The playground's page: its controls are its address, its sentences are earned, and a mistake is a sentence."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from netlab.app.ideas import PATH
from netlab.lessons.backprop.tape import LOADING, Answer
from netlab.playground.challenges import CHALLENGES
from netlab.playground.explosion import offered
from netlab.playground.features import FEATURES
from netlab.playground.messages import message, playing, take
from netlab.playground.network import Plan
from netlab.playground.points import Choice, points
from netlab.playground.presets import PRESETS, same
from netlab.playground.presets import Setup as Asked
from netlab.playground.square import beginnings, fits, sentence
from netlab.playground.training import Course, Task
from netlab.playground.warped import Look
from tests.pages import as_read, link, opened, text

pytestmark = pytest.mark.usefixtures("fresh_caches")


def player(at: AppTest) -> dict[str, Any]:
    """What the component was sent."""
    (found,) = [
        json.loads(part.proto.json) for part in at.get("bidi_component") if '"moments"' in part.proto.json
    ]
    return found


def course(at: AppTest) -> Any:
    return at.session_state["_classify"].wished


def test_it_opens_with_a_network_and_all_its_first_numbers() -> None:
    at = opened("classify")
    sent = player(at)
    assert sent["sizes"] == [2, 4, 3, 1]
    assert sent["known"] == 1
    assert "points" in sent
    assert "2–4–3–1 (31 numbers), Adam at 0.03" in text(at)
    assert "the **border** runs where they meet" in text(at)
    assert "784 numbers for a point instead of two, and ten classes" in text(at)
    assert [one.proto.label for one in at.get("page_link")] == [PATH["next"].link]
    assert len(json.dumps(sent)) < 20_000


def test_the_address_restores_every_control() -> None:
    at = opened(
        "classify", cl_points="spiral", cl_depth="1", cl_units1="7", cl_bend1="relu", cl_inputs="x,sinx", cl_optimizer="rmsprop",
        cl_rate="0.1", cl_batch="30", cl_dropout1="0.5", cl_l2_out="0.01", cl_noise="40", cl_output2="linear",
    )  # fmt: skip
    play = at.session_state["_classify"]
    plan = play.timeline.task.plan
    assert plan.hidden == ((7, "relu"),)
    assert plan.output == "linear"
    assert plan.row.key == "mean_squared_error"
    assert (course(at).optimizer, course(at).learning_rate, course(at).batch_size) == ("rmsprop", 0.1, 30)
    assert (course(at).dropout, course(at).l2) == ((0.5,), (0.0, 0.01))
    assert (at.select_slider(key="cl_dropout1").value, at.select_slider(key="cl_l2_out").value) == (0.5, 0.01)
    at.session_state["cl_shares_open"] = False  # what its sliders stood at holds in a shut fold
    at.run()
    assert not [slider for slider in at.select_slider if slider.key == "cl_dropout1"]
    assert (course(at).dropout, course(at).l2) == ((0.5,), (0.0, 0.01))
    assert link(at)["cl_l2_out"] in ("0.01", ["0.01"])


def test_a_changed_rate_waits_for_the_moment_and_a_changed_network_begins_anew() -> None:
    at = opened("classify")
    game = player(at)["game"]
    at.select_slider(key="cl_rate").set_value(0.3).run()
    assert (player(at)["game"], player(at)["wish"], player(at)["followed"]) == (game, 1, 0)
    assert link(at)["cl_rate"] == "0.3" or link(at)["cl_rate"] == ["0.3"]
    at.slider(key="cl_depth").set_value(4).run()
    assert player(at)["game"] != game
    assert player(at)["sizes"] == [2, 4, 3, 4, 4, 1]


@pytest.mark.parametrize("key", PRESETS)
def test_a_preset_moves_the_controls_to_what_it_says(key: str) -> None:
    at = opened("classify")
    at.selectbox(key="cl_preset").set_value(key).run()
    assert not at.exception
    task = at.session_state["_classify"].timeline.task
    preset = PRESETS[key]
    choice = at.session_state["_classify_points"][0]
    assert same(Asked(choice, task.plan, at.session_state["_classify"].wished), preset.setup)
    assert preset.comment not in text(at)  # not before its run


@pytest.mark.parametrize("key", CHALLENGES)
def test_a_challenge_moves_the_controls_and_is_in_the_link(key: str) -> None:
    at = opened("classify")
    at.selectbox(key="cl_challenge").set_value(key).run()
    assert not at.exception
    task = at.session_state["_classify"].timeline.task
    asked = Asked(at.session_state["_classify_points"][0], task.plan, at.session_state["_classify"].wished)
    assert same(asked, CHALLENGES[key].start)
    assert CHALLENGES[key].task in text(at)
    again = opened("classify", **link(at))
    plan = again.session_state["_classify"].timeline.task.plan
    assert plan == task.plan
    assert CHALLENGES[key].task in text(again)


@pytest.mark.parametrize(
    ("curve", "words"), [("2*(x", "cannot be read"), ("9", "one side"), ("<script>", "cannot be read")]
)  # fmt: skip
def test_a_curve_that_cannot_be_used_is_a_sentence(curve: str, words: str) -> None:
    at = opened("classify", cl_points="curve", cl_curve=curve)
    assert not at.exception
    assert words in as_read(at)


def test_a_pasted_table_becomes_points_or_a_sentence() -> None:
    at = opened("classify", cl_points="own")
    assert at.session_state["_classify"].timeline.task.points.places.shape == (6, 2)
    at.text_area(key="cl_pasted").set_value("0,0,A\n1,1,B\n2,2,C\n0,1,A").run()
    at.button(key="cl_take").click().run()
    assert "Took 4 points" in text(at)
    task = at.session_state["_classify"].timeline.task
    assert (task.points.places.shape, task.plan.classes, task.plan.output) == ((4, 2), 3, "softmax")
    assert "cl_own" in link(at)
    at.text_area(key="cl_pasted").set_value("0,0,A\n1,B").run()
    at.button(key="cl_take").click().run()
    assert "Line 2 has 2 values" in as_read(at)
    assert at.session_state["_classify"].timeline.task.points.places.shape == (4, 2)


def test_own_points_of_one_class_are_told() -> None:
    one = opened("classify", cl_points="own", cl_own="A0.0A100.100")
    assert "nothing to part yet" in text(one)
    assert "nothing to part yet" not in text(opened("classify", cl_points="own"))


def test_digits_are_two_numbers(digits_file: object) -> None:
    at = opened("classify", cl_points="digits", cl_size="100")
    assert not at.exception
    assert player(at)["axes"] == ["ink", "slant"]
    assert player(at)["names"] == ["3", "8"]


def test_every_message_to_the_player_is_its_answer() -> None:
    at = opened("classify", cl_points="three")
    assert player(at)["names"] == ["A", "B", "C"]
    assert json.loads(json.dumps(message(at.session_state["_classify"]))) == player(at)


def looked(at: AppTest, moment: int = 1) -> AppTest:
    """The page after its browser has asked about a moment."""
    play = at.session_state["_classify"]
    take(play, {"game": play.game, "version": 0, "first": 1, "want": 3, "asked": 1, "look": moment})
    return at.run()


def test_the_slopes_are_checked_by_one_press_while_their_moment_is_on_the_screen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[dict[str, Any]] = []
    answers = {"now": LOADING}

    class Tape:
        def ask(self, question: str, patience: float = 0.0) -> Answer:
            asked.append(json.loads(question))
            return answers["now"]

    monkeypatch.setattr("netlab.lessons.backprop.view.tape.tape_client", Tape)
    at = looked(opened("classify", cl_points="xor"))
    assert not asked
    at.button(key="cl_tape").click().run()
    assert "TensorFlow is being loaded" in text(at)
    assert len(asked[0]["inputs"]) == 10
    answers["now"] = Answer("answered", tuple(np.zeros(np.shape(array)) for array in asked[0]["arrays"]))
    at.run()
    assert "differ by at most" in at.warning[0].value
    answers["now"] = Answer("failed", reason="It is *not* there.")
    at.run()
    assert "TensorFlow gave no answer." in text(at)
    take(
        at.session_state["_classify"],
        {
            "game": at.session_state["_classify"].game,
            "version": 0,
            "first": 1,
            "want": 3,
            "asked": 2,
            "look": 2,
        },
    )
    at.run()
    assert "TensorFlow" not in text(at)  # of another moment nothing is said


def test_a_network_of_steps_is_not_checked() -> None:
    at = looked(opened("classify", cl_bend1="step", cl_points="xor"))
    at.button(key="cl_tape").click().run()
    assert "nothing to check" in text(at)


def test_what_x_squared_takes_is_measured_on_a_press_and_sets_up_a_network() -> None:
    at = opened("classify", cl_points="xor")
    assert "misses x² by" not in text(at)
    at.button(key="cl_square").click().run()
    found = fits("tanh")
    assert sentence("tanh", found) in text(at)
    both = list(beginnings("tanh", found).values())[1]
    at.button(key="cl_square_1").click().run()
    assert not at.exception
    assert at.session_state["_classify"].timeline.task.plan == both.plan
    assert at.session_state["_classify_points"][0].kind == "circle"


def test_moved_points_of_one_s_own_keep_the_training_and_a_third_class_begins_anew() -> None:
    at = opened("classify", cl_points="own", cl_own="A0.0A100.100B900.900B800.-400")
    game = player(at)["game"]
    at.session_state["cl_own"] = "A0.0A100.100B900.900B-800.-400"
    at.run()
    assert (player(at)["game"], player(at)["wish"], player(at)["followed"]) == (game, 1, 0)
    at.button(key="cl_own_anew").click().run()
    assert player(at)["game"] != game
    game = player(at)["game"]
    at.session_state["cl_own"] = "A0.0A100.100B900.900C-800.-400"
    at.run()
    assert player(at)["game"] != game


@pytest.mark.parametrize(
    ("rate", "taken"),
    [
        (0.3, 0.3),
        (1, 1.0),
        (-1, None),
        (1e9, None),
        ("x", None),
        (float("nan"), None),
        (True, None),
        (None, None),
    ],
)
def test_only_a_rate_that_can_be_is_taken_from_a_browser(rate: object, taken: float | None) -> None:
    assert offered({"rate": rate}) == taken
    assert offered(rate) is None


def looking(**address: str) -> AppTest:
    """A page whose browser has asked what is to be said of the start, with the landscape's fold open."""
    at = opened("classify", **address)
    at.session_state["_classify"].looked = 0
    at.session_state["cl_land_open"] = True
    at.run()
    assert not at.exception
    return at


def test_the_landscape_s_two_numbers_are_in_the_address_and_a_smaller_network_has_fewer() -> None:
    at = looking(cl_across="3", cl_up="30")
    assert "Epoch 0: The network stands at a loss of" in as_read(at)
    pictures = [part.proto.json for part in at.get("bidi_component") if '"traces"' in part.proto.json]
    assert "across the weight from x to unit 4 of layer 1, up the bias of output" in pictures[0]
    at.slider(key="cl_depth").set_value(0).run()
    at.session_state["_classify"].looked = 0
    at.run()
    assert not at.exception
    assert at.selectbox(key="cl_up").value == 1
    at.selectbox(key="cl_across").set_value(1).run()
    assert "Both are the same number" in text(at)
    assert "stands at a loss" not in text(at)


def test_a_pressed_pair_moves_the_landscape_s_menus_once() -> None:
    at = looking()
    at.session_state["_classify"].pair = (5, 2)
    at.run()
    assert (at.selectbox(key="cl_across").value, at.selectbox(key="cl_up").value) == (5, 2)
    at.selectbox(key="cl_up").set_value(9).run()
    assert (at.selectbox(key="cl_across").value, at.selectbox(key="cl_up").value) == (5, 9)


@pytest.mark.parametrize(
    ("told", "plane", "pair"),
    [
        ({"plane": [2, 0, 1], "pair": [0, 1]}, Look(2, 0, 1), (0, 1)),
        ({"plane": [2, 0, 0], "pair": [1, 1]}, None, None),
        ({"plane": [2, 0, 3], "pair": [0, 31]}, None, None),
        ({"plane": [3, 0, 0], "pair": [0, 1, 2]}, None, None),
        ({"plane": "x", "pair": [True, 2]}, None, None),
        ({"plane": [1, 0.0, 1], "pair": {"0": 1}}, None, None),
    ],
)
def test_units_and_numbers_that_a_browser_names_are_doubted(told: Any, plane: Any, pair: Any) -> None:
    play = playing(None, Task(Plan(), points(Choice(size=20)), Course()))
    take(play, {"game": play.game, "asked": 1, "look": 0, **told})
    assert (play.plane, play.pair) == (plane, pair)
    assert ("warped" in message(play)) == (plane is not None)
    assert play.still


def test_every_input_has_its_picture_beside_its_name() -> None:
    (switch,) = [group for group in opened("classify").button_group if group.key == "cl_inputs"]
    labels = list(switch.options)
    for label, feature in zip(labels, FEATURES.values(), strict=True):
        assert re.fullmatch(r"!\[\]\(data:image/png;base64,[\w+/=]+\) " + re.escape(feature.title), label)
    assert len(set(labels)) == len(FEATURES)
    assert all(feature.words in switch.help for feature in FEATURES.values())


def test_a_link_to_a_challenge_begins_it() -> None:
    at = opened("classify", cl_challenge="xor")
    play = at.session_state["_classify"]
    assert play.timeline.task.plan.hidden == ()
    assert at.selectbox(key="cl_points").value == "xor"
    kept = opened("classify", cl_challenge="xor", cl_points="spiral")
    assert kept.selectbox(key="cl_points").value == "spiral"
