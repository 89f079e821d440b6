"""Every page runs, says its question, moves a control and takes back its state; the browser's word is doubted."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from streamlit.testing.v1 import AppTest

from netlab.drawing.view.answer import sentence
from netlab.drawing.view.pad import LONGEST, MOST_BYTES, decode
from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from netlab.runs.events import Ready
from netlab.storage import in_words
from netlab.training.queue import JobQueue
from tests.machine import small_disk
from tests.pages import as_read, link, opened
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("fresh_caches", "job_queue")

ROOT = Path(__file__).resolve().parents[2]


def address(at: AppTest) -> str:
    """The run in the address."""
    value = at.query_params["run"]
    return value if isinstance(value, str) else str(value[0])


@pytest.mark.parametrize(("page", "title"), [("", "See how a neural"), ("train", "Train"), ("draw", "Draw")])
def test_every_page_opens_with_its_question(page: str, title: str) -> None:
    at = opened(page)
    assert at.title[0].value.startswith(title)


def presets(at: AppTest) -> Any:
    """The menu of presets, whichever it shows."""
    return next(menu for menu in at.selectbox if menu.label == "Start from")


def test_the_parameter_table_follows_the_controls() -> None:
    at = opened("train")
    assert "407,050 parameters" in as_read(at)
    at.select_slider(key="width").set_value(128).run()
    assert "101,770 parameters" in as_read(at)
    at.slider(key="depth").set_value(0).run()
    assert "7,850 parameters" in as_read(at)
    assert presets(at).value == "no-hidden"


@pytest.mark.parametrize(
    "preset", ["no-hidden", "deep", "overfit", "convolutional", "rate-too-high", "zeros", "deep-sigmoid"]
)
def test_a_preset_moves_the_controls_and_is_recognised(preset: str) -> None:
    at = opened("train")
    presets(at).set_value(preset).run()
    assert not at.exception
    assert presets(at).value == preset
    at.slider(key="epochs").set_value(7).run()
    assert presets(at).value == "own"
    presets(at).set_value(preset).run()
    assert presets(at).value == preset
    assert presets(opened("train", **link(at))).value == preset


def test_each_optimizer_keeps_its_own_learning_rate() -> None:
    at = opened("train")
    at.select_slider(key="adam_rate").set_value(0.01).run()
    at.selectbox(key="optimizer").set_value("sgd").run()
    assert at.select_slider(key="sgd_rate").value == 0.01
    at.select_slider(key="sgd_rate").set_value(0.1).run()
    at.selectbox(key="optimizer").set_value("adam").run()
    assert at.select_slider(key="adam_rate").value == 0.01


def test_layers_by_themselves_begin_as_all_of_them_were() -> None:
    at = opened("train", depth="3")
    at.select_slider(key="width").set_value(64)
    at.selectbox(key="activation").set_value("sigmoid")
    at.slider(key="dropout").set_value(0.5).run()
    parameters = as_read(at).partition(" parameters")[0]
    assert parameters
    at.toggle(key="each").set_value(True).run()
    assert as_read(at).partition(" parameters")[0] == parameters
    assert at.selectbox(key="activation2").value == "sigmoid"
    assert at.slider(key="dropout1").value == 0.5
    assert at.select_slider(key="width").disabled  # it has no say now
    at.select_slider(key="width0").set_value(128).run()
    assert at.select_slider(key="width1").value == 64
    at.slider(key="depth").set_value(4).run()
    assert at.select_slider(key="width3").value == 64
    at.toggle(key="each").set_value(False).run()
    at.select_slider(key="width").set_value(32).run()
    at.toggle(key="each").set_value(True).run()
    assert at.select_slider(key="width0").value == 32


def test_without_a_hidden_layer_its_controls_are_off_and_say_nothing() -> None:
    at = opened("train", depth="0", activation="tanh", dropout="0.5")
    assert presets(at).value == "no-hidden"
    assert at.select_slider(key="width").disabled
    assert at.selectbox(key="activation").disabled
    assert at.select_slider(key="filters").disabled
    at.slider(key="convolutions").set_value(1).run()
    assert not at.selectbox(key="activation").disabled
    assert presets(at).value == "own"


def test_a_network_beyond_bounds_is_a_sentence_and_cannot_be_trained() -> None:
    at = opened("train", width="2048", depth="10")
    assert "at most 5,000,000" in as_read(at)
    assert at.button(key="train").disabled


def test_each_layer_by_itself_and_the_address() -> None:
    at = opened("train", depth="2", each="true", width0="64", width1="32", activation0="tanh", dropout1="0.0")
    assert "52,650 parameters" in as_read(at)


@pytest.mark.parametrize(
    "bad",
    [{"width": "NaN"}, {"depth": "-4"}, {"adam_rate": "inf"}, {"run": "../../etc"}, {"activation": "<b>"}],
)
def test_a_bad_address_falls_back_to_the_defaults(bad: dict[str, str]) -> None:
    assert "407,050 parameters" in as_read(opened("train", **bad))


def test_train_from_the_page_to_the_end(job_queue: JobQueue) -> None:
    at = opened("train", width="8", epochs="1")
    at.button(key="train").click().run()
    run_id = address(at)
    job = job_queue.find(run_id)
    assert job is not None
    assert at.button(key="train").disabled
    until(lambda: job.state == "done")
    at.run()
    assert "Finished" in as_read(at)
    assert at.get("bidi_component")
    again = opened("train", run=run_id)
    assert "Finished" in as_read(again)
    assert '"type": "log"' not in figures(again)
    assert '"type": "log"' in figures(opened("train", run=run_id, log="true"))


def figures(at: AppTest) -> str:
    """What the components were given."""
    return " ".join(str(one.proto.json) for one in at.get("bidi_component"))


def picture(draw_it: bool = True, dot: bool = False) -> str:
    image = Image.new("L", (280, 280))
    if dot:
        ImageDraw.Draw(image).ellipse([129, 129, 151, 151], fill=255)
    if draw_it:
        ImageDraw.Draw(image).line([(140, 40), (140, 240)], fill=255, width=22)
    out = io.BytesIO()
    image.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


@pytest.mark.parametrize(("page", "key"), [("", "home"), ("draw", "pad")])
def test_a_drawing_is_read(page: str, key: str) -> None:
    at = opened(page)
    at.session_state[key] = {"drawing": {"seq": 1, "picture": picture(), "strokes": [[140, 40, 140, 240]]}}
    at.run()
    assert not at.exception
    assert "It reads a 1" in as_read(at)


def test_a_blank_drawing_asks_for_one() -> None:
    at = opened("draw")
    at.session_state["pad"] = {"drawing": {"seq": 1, "picture": picture(draw_it=False), "strokes": [[1, 1]]}}
    at.run()
    assert "Draw a digit" in as_read(at)


def square(side: int) -> bytes:
    """A small file with a square of so many black pixels a side."""
    out = io.BytesIO()
    Image.new("1", (side, side)).save(out, "PNG")
    return out.getvalue()


def test_a_drawing_larger_than_a_pad_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = {"picture": "data:image/png;base64," + base64.b64encode(square(4000)).decode()}
    largest = {"picture": "data:image/png;base64," + base64.b64encode(square(LONGEST)).decode()}
    assert decode(largest) is not None
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda _: pytest.fail("decoded"))
    assert decode(hostile) is None


@pytest.mark.parametrize(
    "hostile",
    [
        None, 3, "x", [], {}, {"picture": None}, {"picture": 5}, {"picture": "data:image/png;base64,"},
        {"picture": "data:image/png;base64,!!!"}, {"picture": "data:text/html;base64,PGI+"},
        {"picture": "data:image/png;base64," + "A" * (MOST_BYTES + 1)},
        {"picture": "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0" * 90).decode()},
        {"picture": {"a": [1] * 1000}, "seq": float("nan")},
        {"picture": "data:image/png;base64," + base64.b64encode(square(LONGEST + 1)).decode()},
    ],
)  # fmt: skip
def test_what_is_no_drawing_is_none(hostile: Any) -> None:
    assert decode(hostile) is None


def test_the_pad_s_drawing_arrives_as_it_was_drawn() -> None:
    drawing = decode({"picture": picture(), "seq": 7, "strokes": []})
    assert drawing is not None
    assert drawing.picture.shape == (280, 280)
    assert drawing.seq == 7
    assert np.asarray(drawing.picture).max() > 0.9


def test_a_run_that_is_gone_is_no_traceback() -> None:
    assert "407,050 parameters" in as_read(opened("train", run="0" * 32))
    opened("draw", run="0" * 32)


def with_kept_runs(at: AppTest) -> AppTest:
    at.session_state["kept_open"] = True
    at.run()
    assert not at.exception, at.exception
    return at


def test_a_kept_run_is_listed_with_its_size_and_can_be_deleted(job_queue: JobQueue) -> None:
    assert "0 runs, 0 kB" in as_read(with_kept_runs(opened("train")))
    at = opened("train", width="8", epochs="1")
    at.button(key="train").click().run()
    run_id = address(at)
    until(lambda: job_queue.find(run_id).state == "done")  # type: ignore[union-attr]
    with_kept_runs(at)
    assert "1 run, " in as_read(at)
    assert "My runs" in [box.label for box in at.expander]
    (label,) = at.selectbox(key="kept_run_0").options
    assert re.search(r"^8 units, 1 epoch, \d+\.\d\d\s%, .+, run ", label)
    at.button(key=f"kept_gone_{run_id}").click().run()
    assert not at.exception
    assert "0 runs, 0 kB" in as_read(at)
    assert "run" not in at.query_params
    assert "407,050" not in as_read(at)  # the controls stay as they were
    assert not (store.root() / run_id).exists()
    assert "The run of this link is gone" in as_read(opened("train", run=run_id))
    assert "The run of this link is gone" not in as_read(opened("train"))


@pytest.mark.parametrize(("shared", "count"), [("0", "1 run, "), ("1", "0 runs, ")])
def test_a_shared_server_lists_only_a_visitor_s_own_runs(
    shared: str, count: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.create(NetworkSpec(), store.new_id())  # somebody else's
    monkeypatch.setenv("NETLAB_SHARED", shared)
    assert count in as_read(with_kept_runs(opened("train")))


def test_a_deletion_that_fails_is_a_sentence(job_queue: JobQueue) -> None:
    at = opened("train", width="8", epochs="1")
    at.button(key="train").click().run()
    run_id = address(at)
    until(lambda: job_queue.find(run_id).state == "done")  # type: ignore[union-attr]
    with_kept_runs(at)
    in_the_way = store.root() / f".{run_id}.deleted" / "file"
    in_the_way.parent.mkdir()
    in_the_way.touch()
    at.button(key=f"kept_gone_{run_id}").click().run()
    assert f"Run {run_id} cannot be deleted" in as_read(at)
    assert "Finished" in as_read(at)


def test_too_little_space_for_a_run_is_told_before_it_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "of the disk, and" not in as_read(opened("train"))
    with small_disk(tmp_path / "disk", "1m") as disk:
        monkeypatch.setenv("NETLAB_HOME", str(disk))
        needed = (
            f"takes about {in_words(store.expected_bytes(NetworkSpec()))} of the disk, and 1.0 MB are free"
        )
        assert needed in as_read(opened("train"))
        assert "of the disk, and" not in as_read(opened("train", depth="0", epochs="1", examples="100"))


def finished(at: AppTest, job_queue: JobQueue, width: int) -> str:
    """Train a small network from the page Train to its end; its run's id."""
    at.switch_page("pages/train.py").run()
    at.select_slider(key="width").set_value(width)
    at.slider(key="epochs").set_value(1).run()
    at.button(key="train").click().run()
    run_id = address(at)
    until(lambda: job_queue.find(run_id).state == "done")  # type: ignore[union-attr]
    at.run()
    return run_id


def reads_with(at: AppTest) -> str:
    at.switch_page("pages/draw.py").run()
    assert not at.exception, at.exception
    return str(next(menu for menu in at.selectbox if menu.label == "Read with").value)


def choose(at: AppTest, label: str, value: str) -> None:
    next(menu for menu in at.selectbox if menu.label == label).set_value(value).run()
    assert not at.exception, at.exception


def test_draw_reads_with_the_newest_run_until_its_reader_chooses(job_queue: JobQueue) -> None:
    at = opened()
    assert reads_with(at) == "convolutional"
    first = finished(at, job_queue, 8)
    assert reads_with(at) == first
    second = finished(at, job_queue, 16)
    assert second != first
    assert reads_with(at) == second
    at.session_state["pad"] = {"drawing": {"seq": 1, "picture": picture(), "strokes": [[140, 40, 140, 240]]}}
    at.run()
    assert f"Read by 16 units, 1 epoch (run {second[:4]}) at its end." in as_read(at)
    choose(at, "Read with", first)
    assert reads_with(at) == first
    third = finished(at, job_queue, 64)
    assert reads_with(at) == first  # it was chosen
    at.switch_page("pages/train.py").run()
    (link,) = [
        link.proto for link in at.get("page_link") if link.proto.label == "Now draw one for it to read"
    ]
    assert f"reader={third}" in link.query_string
    assert f"run={third}" in link.query_string
    at.query_params["reader"] = third  # what following the link does
    assert reads_with(at) == third
    assert "reader" not in at.query_params
    assert finished(at, job_queue, 4) == reads_with(at)  # the link was no choice for ever


def test_what_was_chosen_stays_over_other_pages_and_ends_with_its_run(job_queue: JobQueue) -> None:
    at = opened()
    run_id = finished(at, job_queue, 8)
    reads_with(at)
    choose(at, "Read with", "article")
    at.switch_page("pages/train.py").run()
    assert reads_with(at) == "article"
    choose(at, "Read with", run_id)
    with_kept_runs(at.switch_page("pages/train.py"))
    at.button(key=f"kept_gone_{run_id}").click().run()
    assert reads_with(at) == "convolutional"


def test_the_list_of_runs_follows_the_run_on_the_screen_until_one_is_chosen(job_queue: JobQueue) -> None:
    at = opened()
    first = finished(at, job_queue, 8)

    def listed() -> str | None:
        return next(menu for menu in with_kept_runs(at).selectbox if menu.label == "Run").value

    assert listed() == first
    second = finished(at, job_queue, 16)
    assert listed() == second
    choose(at, "Run", first)
    third = finished(at, job_queue, 4)
    assert listed() == first
    at.button(key=f"kept_gone_{first}").click().run()
    assert listed() == third


def test_the_words_over_a_finished_run_follow_what_became_of_it(job_queue: JobQueue) -> None:
    at = opened("train", width="8", epochs="1", initializer="zeros")
    at.button(key="train").click().run()
    until(lambda: job_queue.find(address(at)).state == "done")  # type: ignore[union-attr]
    at.run()
    assert not at.success
    text = " ".join(str(warning.value) for warning in at.warning)
    assert "Finished, but it only guesses" in text
    assert "All units of a layer are one and the same." in as_read(at)
    assert "Now draw one for it to read" not in [link.proto.label for link in at.get("page_link")]


@pytest.mark.parametrize(
    ("source", "part"), [("mnist", "98 % of MNIST's"), ("stand-in", "86 % of the stand-in")]
)
def test_a_preset_s_lesson_comes_after_its_run_and_says_what_its_digits_reach(
    job_queue: JobQueue, source: str, part: str
) -> None:
    at = opened("train")
    at.button(key="train").click().run()
    job = job_queue.find(address(at))
    assert job is not None
    assert part not in as_read(at).replace("\u00a0", " ")
    until(lambda: job.state == "done")
    assert job.history.started is not None
    job.history.started = replace(job.history.started, source=source)
    assert part in as_read(at.run()).replace("\u00a0", " ")


def test_odd_digits_are_told_before_and_after_training(job_queue: JobQueue, digits_file: Path) -> None:
    job_queue.digits = Ready(1.0, 1.0, "file", "Some digits.")
    assert "Look at these digits" not in as_read(opened("train"))
    with np.load(digits_file) as file:
        arrays = dict(file)
    np.savez(digits_file, **{**arrays, "x_train": 255 - arrays["x_train"]})
    at = opened("train", width="8", epochs="1")
    at.button(key="train").click().run()
    until(lambda: job_queue.find(address(at)).state == "done")  # type: ignore[union-attr]
    at.run()
    assert "of the training pictures have light edges" in as_read(at)
    assert "light edges" in as_read(opened("train"))


def test_a_dot_is_read_and_doubted_and_a_digit_is_not() -> None:
    at = opened("draw")
    dot = picture(draw_it=False, dot=True)
    at.session_state["pad"] = {"drawing": {"seq": 1, "picture": dot, "strokes": [[140, 140]]}}
    at.run()
    assert "This does not look like a digit" in as_read(at)
    assert "made to choose, it says" in as_read(at)
    at.session_state["pad"] = {"drawing": {"seq": 2, "picture": picture(), "strokes": [[140, 40, 140, 240]]}}
    at.run()
    assert "This does not look like a digit" not in as_read(at)
    assert "It reads a 1" in as_read(at)


@pytest.mark.parametrize(
    ("shares", "text"),
    [
        ({3: 1.0}, "It reads a 3 (more than 99.9 % sure)."),
        ({8: 0.97, 3: 0.03}, "It reads an 8 (97.0 % sure); its second guess is a 3 (3.0 %)."),
        ({5: 0.9949, 8: 0.0051}, "It reads a 5 (99.5 % sure)."),
        ({1: 0.5, 8: 0.4, 7: 0.1}, "It reads a 1 (50.0 % sure); its second guess is an 8 (40.0 %)."),
    ],
)
def test_the_reading_in_words(shares: dict[int, float], text: str) -> None:
    probabilities = np.zeros(10, np.float32)
    for digit, share in shares.items():
        probabilities[digit] = share
    assert sentence(probabilities).replace("\u00a0", " ") == text
