"""The painting process answers as the same code does here, in order of need, and its end is told and mended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from netlab.data import Digits
from netlab.landscape.network.answering import Memory, answer, scene_of, true_loss
from netlab.landscape.network.painting import (
    LONGEST_PAUSE,
    MOST_JOBS,
    Painter,
    line_of,
    part_from,
    pause_after,
    pictures_line,
)
from netlab.landscape.network.pictures import PARTS, Pictures, pictures_of
from netlab.landscape.network.plane import losses
from netlab.landscape.network.question import Question, question_from
from netlab.landscape.network.studio import CROWDED, MOST_LOSSES, Answer, Studio, _Process
from netlab.nets import weight_file
from netlab.nets.spec import NetworkSpec
from netlab.processes.child import STALL_SECONDS
from netlab.runs.events import LearningRate
from netlab.runs.run import Checkpoint, Run
from netlab.runs.store import create, new_id
from tests.landscape.network.made import weights_of
from tests.waiting import until

SPEC = NetworkSpec(hidden=(5,), train_examples=500, shuffled_labels=50)


@pytest.fixture
def run() -> Run:
    made = create(SPEC, new_id())
    for step in (0, 1, 4, 9):
        made.save_snapshot(step, weight_file.to_bytes(SPEC, weights_of(SPEC, step), half=True))
    return made


@pytest.fixture
def studio() -> Iterator[Studio]:
    one = Studio()
    yield one
    one.close()


def test_a_question_is_its_key() -> None:
    asked = Question("plane", "article", 0, 1, "abc", "two", others=("x",), at=(0.5, -1.0), reach=0.03)
    assert question_from(asked.key) == asked


def test_parts_travel_as_they_are() -> None:
    values = {"a": np.arange(3.0), "b": [1, None], "c": {"d": np.eye(2, dtype=np.float32)}, "e": "words"}
    key, name, back = part_from(line_of("k", "about", values))
    assert (key, name, back["b"], back["e"]) == ("k", "about", [1, None], "words")
    np.testing.assert_array_equal(back["a"], values["a"])
    np.testing.assert_array_equal(back["c"]["d"], np.eye(2))


def test_pictures_are_chosen_once_and_learnt_ones_have_the_labels_that_are_learnt(digits: Digits) -> None:
    found = {part: pictures_of(SPEC, digits, part) for part in PARTS}
    assert {part: len(one.labels) for part, one in found.items()} == {"held": 200, "learnt": 500}
    assert (
        found["held"].key
        == pictures_of(replace(SPEC, hidden=(9,)), digits, "held").key
        != found["learnt"].key
    )
    held_back = pictures_of(replace(SPEC, validation="held-back", train_examples=300), digits, "held")
    assert len(held_back.labels) == 50
    true = {one.tobytes(): label for one, label in zip(digits.x_train, digits.y_train, strict=True)}
    wrong = sum(
        true[one.tobytes()] != label
        for one, label in zip(found["learnt"].images, found["learnt"].labels, strict=True)
    )
    assert 30 < wrong <= 50


def test_a_walk_is_drawn_at_its_true_losses_and_ends_in_the_middle(run: Run, digits: Digits) -> None:
    pictures, memory = pictures_of(SPEC, digits, "held"), Memory()
    asked = Question("plane", run.id, 9, 4, pictures.key, "walk")
    parts = list(answer(asked, pictures, memory))
    assert [name for name, _ in parts] == ["heights", "about", "heights", "curves"]
    (walk,) = parts[1][1]["walks"]
    assert (walk["a"][-1], walk["b"][-1]) == (pytest.approx(0, abs=1e-12), pytest.approx(0, abs=1e-12))
    scene = scene_of(asked, pictures, memory)
    for place in range(4):
        plane = replace(scene.plane, centre=scene.course.row(place))
        wanted = losses(plane, 0, 0, pictures.images, pictures.labels).mean()
        assert walk["loss"][place] == pytest.approx(wanted, rel=1e-5)
    middle = parts[2][1]["loss"][12, 12]
    assert middle == pytest.approx(walk["loss"][-1], rel=1e-5)
    assert true_loss(scene.course, 0, pictures, 200)[1] == walk["accuracy"][0]


def test_what_is_known_is_not_worked_out_again(run: Run, digits: Digits) -> None:
    pictures, memory = pictures_of(SPEC, digits, "held"), Memory()
    asked = Question("plane", run.id, 9, 4, pictures.key)
    first = list(answer(asked, pictures, memory))
    again = list(answer(asked, pictures, memory))
    assert [name for name, _ in again] == ["heights", "about", "curves"]
    np.testing.assert_array_equal(again[0][1]["loss"], first[2][1]["loss"])
    held = next(iter(memory.planes.values()))
    list(answer(replace(asked, reach=0.1), pictures, memory))
    assert next(reversed(memory.planes.values())) is held


def test_a_new_question_goes_before_what_only_refines(run: Run, digits: Digits, tmp_path: Path) -> None:
    pictures, painter = pictures_of(SPEC, digits, "held"), Painter()
    painter.hear(pictures_line(pictures, tmp_path / "pictures.npz"))
    old, new = (Question("plane", run.id, step, 4, pictures.key) for step in (9, 4))
    painter.hear(json.dumps({"question": old.key}))
    assert part_from(painter.go_on())[:2] == (old.key, "heights")
    painter.hear(json.dumps({"question": new.key}))
    assert part_from(painter.go_on())[:2] == (new.key, "heights")
    told = [part_from(painter.go_on())[:2] for _ in range(8)]
    assert told.count((old.key, "over")) == told.count((new.key, "over")) == 1
    assert not painter.jobs


def test_a_refusal_and_pictures_that_were_let_go_are_told(run: Run, digits: Digits, tmp_path: Path) -> None:
    pictures, painter = pictures_of(SPEC, digits, "held"), Painter()
    painter.hear(json.dumps({"question": Question("plane", run.id, 9, 4, pictures.key).key}))
    assert part_from(painter.go_on())[1] == "again"
    assert part_from(painter.go_on())[1] == "over"
    painter.hear(pictures_line(pictures, tmp_path / "pictures.npz"))
    painter.hear(json.dumps({"question": Question("plane", run.id, 7, 4, pictures.key).key}))
    _, name, values = part_from(painter.go_on())
    assert name == "refused"
    assert "after 7 batches is not kept any more" in values["why"]


def test_the_process_gives_the_same_picture_and_its_end_is_mended(
    run: Run, digits: Digits, studio: Studio
) -> None:
    pictures = pictures_of(SPEC, digits, "held")
    asked = Question("plane", run.id, 9, 4, pictures.key)
    found = studio.ask(asked, pictures)
    until(lambda: found.over, 300)
    assert not found.refused
    here = [values for name, values in answer(asked, pictures, Memory()) if name == "heights"]
    np.testing.assert_allclose(found.parts["heights"]["loss"], here[-1]["loss"], rtol=1e-6)
    assert studio.ask(asked, pictures) is found
    unfinished = Answer()
    studio._answers["x"] = unfinished
    assert studio._process is not None
    studio._process.kill("It was ended for a test.")
    until(lambda: unfinished.over, 60)
    assert unfinished.refused == "It was ended for a test."
    assert studio.ask(asked, pictures) is found
    other = studio.ask(replace(asked, step=4), pictures)
    until(lambda: other.over, 300)
    assert "heights" in other.parts
    ended = studio._process.process
    assert ended.stdin is not None
    ended.stdin.close()  # as when the server is gone
    until(lambda: ended.poll() == 0, 60)


def test_curvature_is_worked_out_once_a_moment_and_again_once_an_exact_state_is_there(
    run: Run, digits: Digits
) -> None:
    pictures, memory = pictures_of(SPEC, digits, "held"), Memory()
    asked = Question("sharpness", run.id, 0, 4, pictures.key)
    first = [values for _, values in answer(asked, pictures, memory)]
    assert [one["step"] for one in first] == [0, 1, 4, 9]
    assert all(one["estimated"] and one["limit"] == pytest.approx(38_000) for one in first)
    arrays: dict[str, np.ndarray] = {"epoch_losses": np.zeros(0), "epoch_accuracies": np.zeros(0)}
    for place, one in enumerate(weights_of(SPEC, 9).values()):
        arrays |= {f"w{place}": one, f"s{2 * place}": one, f"s{2 * place + 1}": one * one + np.float32(1)}
    run.save_checkpoint(Checkpoint(9, 0.01, 1.0, arrays))
    again = [values for _, values in answer(asked, pictures, memory)]
    assert all(one is other for one, other in zip(first[:3], again, strict=False))
    assert not again[3]["estimated"]
    assert again[3]["guess"] == pytest.approx(first[3]["guess"])
    assert again[3]["felt"] != again[3]["guess"]
    assert again[3]["limit"] == pytest.approx(3800)


def test_without_a_known_rate_no_limit_is_drawn(digits: Digits) -> None:
    spec = replace(SPEC, schedule="cosine", optimizer="sgd")
    made = create(spec, new_id())
    for step in (0, 3):
        made.save_snapshot(step, weight_file.to_bytes(spec, weights_of(spec, step), half=True))
    pictures = pictures_of(spec, digits, "held")
    parts = answer(Question("sharpness", made.id, 0, 2, pictures.key), pictures, Memory())
    assert [values["limit"] for _, values in parts] == [None, None]
    made = create(replace(SPEC, optimizer="sgd", learning_rate=0.1), new_id())
    made.save_snapshot(7, weight_file.to_bytes(made.spec(), weights_of(made.spec()), half=True))
    made.append(LearningRate(5, 0.02))
    ((_, values),) = answer(Question("sharpness", made.id, 0, 1, pictures.key), pictures, Memory())
    assert values["limit"] == pytest.approx(100)
    assert values["felt"] == values["largest"]
    assert values["guess"] is None


class Silent(Studio):
    """A studio whose questions reach nobody."""

    def _send(self, key: str, pictures: Pictures) -> None:
        pass


def test_an_answer_is_asked_for_again_after_a_loss_but_not_for_ever(run: Run, digits: Digits) -> None:
    pictures = pictures_of(SPEC, digits, "held")
    asked, studio, process = Question("plane", run.id, 9, 4, pictures.key), Silent(), Lost()
    for loss in range(1, 5):
        answered = studio.ask(asked, pictures)
        studio.lost(process)
        assert answered.refused == "It ended."
        assert (studio.ask(asked, pictures) is answered) == (loss >= MOST_LOSSES)


class Lost(_Process):
    """A process that is over."""

    def __init__(self) -> None:
        self._files = []
        self.why = "It ended."


def test_what_is_put_aside_says_so_and_may_be_asked_for_again(run: Run, digits: Digits) -> None:
    pictures, studio = pictures_of(SPEC, digits, "held"), Silent()
    first, second = (Question("plane", run.id, step, 4, pictures.key) for step in (9, 4))
    bare, seen = studio.ask(first, pictures), studio.ask(second, pictures)
    studio.hear(second.key, "heights", {})
    for key in (first.key, second.key):
        studio.hear(key, "dropped", {})
    assert (bare.refused, seen.refused) == (CROWDED, "")
    assert bare.over
    assert seen.over
    assert studio.ask(first, pictures) is not bare
    assert studio.ask(second, pictures) is seen


def test_what_refines_rests_where_others_want_the_cores(run: Run, digits: Digits, tmp_path: Path) -> None:
    assert pause_after(0.1, 0.11) == 0
    used = 0.1
    pause = pause_after(used, 0.3)
    assert used / (used + pause) == pytest.approx(0.04)
    assert pause_after(5.0, 60.0) == LONGEST_PAUSE < STALL_SECONDS / 2
    pictures, painter = pictures_of(SPEC, digits, "held"), Painter()
    painter.hear(pictures_line(pictures, tmp_path / "pictures.npz"))
    assert not (tmp_path / "pictures.npz").exists()
    asked = [Question("plane", run.id, step, 4, pictures.key).key for step in (9, 4)]
    painter.hear(json.dumps({"question": asked[0]}))
    told = []
    while not painter.refines:
        told.append(part_from(painter.go_on())[1])
    assert told == ["heights", "about"]
    painter.hear(json.dumps({"question": asked[1]}))
    assert not painter.refines


def test_of_too_many_questions_the_finest_is_put_aside(run: Run, digits: Digits, tmp_path: Path) -> None:
    pictures, painter = pictures_of(SPEC, digits, "held"), Painter()
    painter.hear(pictures_line(pictures, tmp_path / "pictures.npz"))
    asked = [Question("plane", run.id, 9, 4, pictures.key, seed=seed) for seed in range(MOST_JOBS + 1)]
    painter.hear(json.dumps({"question": asked[0].key}))
    painter.go_on()
    for one in asked[1:]:
        painter.hear(json.dumps({"question": one.key}))
    assert part_from(painter.go_on())[:2] == (asked[0].key, "dropped")
    assert part_from(painter.go_on())[:2] == (asked[-1].key, "heights")
