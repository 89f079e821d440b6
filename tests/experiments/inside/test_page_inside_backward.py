"""The sections One digit, One batch and Backwards as a reader sees them: what they say is what the network gives."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from netlab.data import Digits, sets
from netlab.experiments.inside import batch_words, passage_words
from netlab.experiments.inside.backwards import smallest_change
from netlab.experiments.inside.backwards_words import change_words, nearest_of_class
from netlab.experiments.inside.batches import drawn, next_in
from netlab.experiments.inside.networks import dense_network
from netlab.experiments.inside.passage import after_step, walk
from netlab.experiments.inside.per_example import gram, per_example, plane
from netlab.experiments.subject import run_subject, shipped_subject
from netlab.nets.numpy_model import predict
from netlab.nets.spec import Convolution, NetworkSpec
from netlab.runs.run import Run
from netlab.training.queue import JobQueue
from netlab.training.teaching import as_rows
from tests.pages import APP, as_read, fresh, link, opened, said, text
from tests.runs.kept import EPOCH, kept_run, weights

pytestmark = pytest.mark.usefixtures("job_queue", "digits_at_hand")
NAMES = tuple("0123456789")
SECTIONS = ("digit", "batch", "backwards")
SHIRTS = (
    "T-shirt",
    "trousers",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
)


def picture(digits: Digits, at: int) -> np.ndarray:
    return np.asarray(digits.x_test[at].astype(np.float32) / np.float32(255))


def pressed(at: AppTest, label: str) -> AppTest:
    (button,) = [one for one in at.button if one.label == label]
    return button.click().run()


def test_a_digit_is_told_with_the_network_s_own_numbers(digits: Digits) -> None:
    at = opened("inside", section="digit", digit_shown="5")
    passage = walk(dense_network(shipped_subject("article")), picture(digits, 5), int(digits.y_test[5]))
    assert passage_words.read_as(passage, NAMES, "test digit 5") in said(at)
    assert passage_words.step_words(passage, after_step(passage, 0.01), 0.01, NAMES) in said(at)
    assert "Dropout is off" in text(at)
    assert any(r"\sum_i x_i" in line for line in said(at))


@pytest.mark.parametrize(
    ("stage", "shown"), [("pixels", "784 numbers x"), ("layer1", "Weighted sums"), ("answer", "δ = p − y")]
)
def test_each_layer_of_the_way_can_be_looked_at(stage: str, shown: str) -> None:
    at = opened("inside", section="digit", digit_at=stage)
    assert not at.exception
    assert shown in text(at)
    others = {"784 numbers x", "Weighted sums", "δ = p − y"} - {shown}
    assert not any(other in text(at) for other in others)


def test_a_unit_is_chosen_by_its_number_and_by_what_stands_out(digits: Digits) -> None:
    at = opened("inside", section="digit", digit_shown="5", digit_at="layer1", digit_unit="7")
    passage = walk(dense_network(shipped_subject("article")), picture(digits, 5), int(digits.y_test[5]))
    assert "z^{(1)}_{7}" in text(at)
    at = pressed(at, "Most excited")
    assert link(at)["digit_unit"] == str(passage.given(0).argmax())
    assert f"z^{{(1)}}_{{{passage.given(0).argmax()}}}" in text(at)


def test_the_next_mistake_is_one(digits: Digits) -> None:
    subject = shipped_subject("article")
    images = digits.x_test.astype(np.float32) / np.float32(255)
    wrong = np.flatnonzero(predict(subject.spec, subject.weights, images).argmax(axis=1) != digits.y_test)
    at = pressed(opened("inside", section="digit", digit_shown="3"), "Next mistake")
    assert f"test digit {wrong[wrong > 3][0]}" in text(at)
    assert "The right answer is" in text(at)


def test_the_next_of_a_class_is_of_it(digits: Digits) -> None:
    at = opened("inside", section="digit", digit_shown="3")
    at.selectbox(key=f"digit_class_{digits.y_test[3]}").select(8).run()
    at = pressed(at, "Next")
    expected = next(place for place in range(4, 200) if digits.y_test[place] == 8)
    assert f"test digit {expected}" in text(at)


def drawn_bar() -> str:
    ink = np.zeros((280, 280), np.uint8)
    ink[40:240, 130:150] = 255
    file = io.BytesIO()
    Image.fromarray(ink).save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def test_my_drawing_goes_through_too() -> None:
    at = AppTest.from_file(APP, default_timeout=120)
    at.switch_page("pages/inside.py")
    at.query_params["section"], at.query_params["digit_from"] = "digit", "drawing"
    at.session_state["_pad_kept"] = {"picture": drawn_bar(), "strokes": [], "seq": 1}
    at.run()
    assert not at.exception
    assert "Which picture" in [one.label for one in at.button_group]
    assert "reads your drawing as" in text(at)
    (meant,) = [one for one in at.selectbox if one.label == "Which digit did you mean?"]
    other = (int(str(meant.value)) + 3) % 10
    meant.select(other).run()
    assert f"You meant **{other}**" in text(at)


@pytest.mark.parametrize("kept", [{"picture": "data:image/png;base64,AAAA"}, {"picture": 7}, "no", None])
def test_what_is_no_drawing_is_not_offered(kept: Any) -> None:
    at = AppTest.from_file(APP, default_timeout=120)
    at.switch_page("pages/inside.py")
    at.query_params["section"] = "digit"
    at.session_state["_pad_kept"] = kept
    at.run()
    assert not at.exception
    assert "reads test digit" in text(at)
    assert "Which picture" not in [one.label for one in at.button_group]


def test_a_batch_is_told_with_its_own_gradients(digits: Digits) -> None:
    at = opened("inside", section="batch", inside_batch="3", inside_batch_size="16")
    network = dense_network(shipped_subject("article"))
    batch = drawn(shipped_subject("article").spec, digits, 3, 16)
    examples = per_example(network, as_rows(batch.images), batch.labels)
    found = plane(gram(examples))
    assert batch_words.batch_words(examples, found, "digits") in said(at)
    assert batch_words.example_words(examples, found, int(found.lengths.argmax()), NAMES, "digit") in said(at)
    at = pressed(at, "Most against")
    odd = batch_words.odd_one_out(found)
    assert batch_words.example_words(examples, found, odd, NAMES, "digit") in said(at)
    at = at.number_input[0].set_value(4).run()
    assert batch_words.example_words(examples, found, odd, NAMES, "digit") not in said(at)


def test_the_batch_of_a_run_s_next_step_is_opened(digits: Digits) -> None:
    run = kept_run()
    at = opened("inside", section="batch", inside_batch_from="next", **{f"moment_{run.id[:6]}": str(EPOCH)})
    batch = next_in(run.spec(), digits, EPOCH, 32)
    examples = per_example(dense_network(run_subject(run, EPOCH)), as_rows(batch.images), batch.labels)
    assert batch_words.batch_words(examples, plane(gram(examples)), "digits") in said(at)
    assert f"met after {EPOCH} batches" in text(at)
    assert "met after" not in text(opened("inside", section="batch"))


def test_a_batch_of_one_and_of_512_are_told() -> None:
    for size in ("1", "512"):
        at = opened("inside", section="batch", inside_batch_size=size)
        assert not at.exception
        assert ("A batch of one" in text(at)) == (size == "1")


def test_the_steadying_is_told_after_a_prediction(digits: Digits) -> None:
    at = fresh("inside", section="batch")
    learnt = shipped_subject("article").spec.examples_used(len(digits.y_train))
    assert "From 32 to 128" not in text(at)
    assert f"Measured on {learnt} training digits" not in text(at)
    at.session_state["inside_steady_prediction"] = "a half"
    at.run()
    assert "From 32 to 128" not in text(at)
    at.button(key="inside_steady_commit").click().run()
    assert "From 32 to 128" in text(at)
    assert f"Measured on {learnt} training digits" in text(at)


def test_the_smallest_change_is_told_with_its_own_numbers(digits: Digits) -> None:
    at = opened("inside", section="backwards", back_shown="5", back_target="8")
    start = picture(digits, 5)
    change = smallest_change(dense_network(shipped_subject("article")), start, 8)
    assert change is not None
    nearest = nearest_of_class(start, digits.x_test, digits.y_test, 8)
    assert change_words(change, NAMES, nearest) in said(at)
    assert "small convolutional network" in text(at)
    assert "Without a prior" in text(at)


@pytest.mark.parametrize("start", ["this", "noise", "mean"])
def test_one_may_climb_from_anywhere(start: str) -> None:
    at = opened("inside", section="backwards", back_start=start)
    assert not at.exception
    assert "its sum z for 2 goes from" in text(at)


def test_what_is_read_so_already_needs_no_change(digits: Digits) -> None:
    subject = shipped_subject("article")
    guess = int(predict(subject.spec, subject.weights, picture(digits, 5)[None])[0].argmax())
    at = opened("inside", section="backwards", back_shown="5", back_target=str(guess))
    assert "already: nothing has to change" in text(at)
    assert "small convolutional network" not in text(at)


def test_a_convolutional_network_is_told_kindly_and_walked_forward() -> None:
    spec = NetworkSpec(convolutions=(Convolution(4, 5), Convolution(40, 3, 1)), hidden=(6,))
    kept_run(spec)
    at = opened("inside", section="digit")
    assert "needs a network of dense layers" in text(at)
    assert "4 maps of 24×24 numbers" in text(at)
    assert "The first 32 are shown" in text(at)
    for section in ("batch", "backwards"):
        at = opened("inside", section=section)
        assert "needs a network of dense layers" in text(at)
        assert not at.exception


@pytest.fixture
def shirts(digits: Digits) -> str:
    """Fashion-MNIST's name over the small made set."""
    sets.folder().mkdir(parents=True)
    parts = {part: getattr(digits, part) for part in ("x_train", "y_train", "x_test", "y_test")}
    np.savez(sets.folder() / "fashion-mnist.npz", **parts)
    sets.loaded.cache_clear()
    return "fashion-mnist"


@pytest.mark.parametrize("section", SECTIONS)
def test_a_shirt_is_called_a_shirt(section: str, shirts: str) -> None:
    kept_run(NetworkSpec(hidden=(8,), data=shirts))
    at = opened("inside", section=section)
    assert not at.exception
    assert any(name in as_read(at) for name in SHIRTS)
    assert "digit" not in as_read(at).lower()


@pytest.mark.parametrize("section", SECTIONS)
def test_a_run_whose_pictures_are_gone_says_so(section: str) -> None:
    kept_run(NetworkSpec(hidden=(8,), data="fashion-mnist"))
    sets.loaded.cache_clear()
    assert "not at hand" in text(opened("inside", section=section))


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize(
    "spec",
    [
        NetworkSpec(hidden=(), loss="huber"),
        NetworkSpec(hidden=(6, 5, 4), normalisation="batch", activation="gelu"),
    ],
)
def test_other_dense_networks_are_looked_into(
    section: str, spec: NetworkSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    variances_above_0 = {
        name: np.abs(array) if name.endswith("variance") else array for name, array in weights(spec).items()
    }
    monkeypatch.setattr("tests.runs.kept.weights", lambda _: variances_above_0)
    run = kept_run(spec)
    at = opened("inside", section=section, digit_at="answer")
    assert not at.exception
    assert not at.warning
    assert at.selectbox[0].value == run.id
    if section != "backwards":
        assert ("cross-entropy −ln p" in text(at)) == (spec.loss == "huber")
        assert ("folded" in text(at)) == spec.normalises


def moved_to(run: Run, section: str) -> AppTest:
    return opened("inside", section=section, **{f"moment_{run.id[:6]}": str(EPOCH)})


@pytest.mark.parametrize("section", SECTIONS)
def test_a_run_is_looked_into_at_any_of_its_moments(section: str, digits: Digits) -> None:
    run = kept_run()
    at = moved_to(run, section)
    assert not at.exception
    (slider,) = [one for one in at.select_slider if one.label == "At which moment"]
    assert slider.options == [f"after {EPOCH} batches", "newest"]
    if section == "digit":
        shown = len(digits.y_test) - 1
        passage = walk(
            dense_network(run_subject(run, EPOCH)), picture(digits, shown), int(digits.y_test[shown])
        )
        assert passage_words.read_as(passage, NAMES, f"test digit {shown}") in said(at)


def test_a_moment_that_was_not_kept_gives_the_nearest() -> None:
    run = kept_run()
    at = opened("inside", section="batch", **{f"moment_{run.id[:6]}": str(EPOCH + 3)})
    nearest = f"The nearest moment that was kept is shown: after {EPOCH} batches."
    assert nearest in text(at)
    assert nearest not in text(moved_to(run, "batch"))


@pytest.mark.parametrize("section", SECTIONS)
def test_a_damaged_moment_is_told_and_the_newest_shown(section: str) -> None:
    run = kept_run()
    (damaged,) = [path for path in run.folder.rglob(f"*{EPOCH}.npz") if "snapshot" in str(path)]
    damaged.write_bytes(b"PK no weights")
    at = moved_to(run, section)
    assert not at.exception
    (warning,) = at.warning
    assert "The newest moment is shown instead" in warning.value
    assert len(said(at)) > 3


def test_a_layer_that_another_network_lacks_is_left(job_queue: JobQueue) -> None:
    run = kept_run(NetworkSpec(hidden=(8, 8, 8)))
    at = opened("inside", section="digit", digit_at="layer3")
    assert "z^{(3)}" in text(at)
    menu = at.selectbox[0]
    assert run.id[:4] in menu.options[0]
    menu.select_index(1).run()
    assert not at.exception
    assert "z^{(1)}" in text(at)
