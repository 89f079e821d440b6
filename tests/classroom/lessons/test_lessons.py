"""A lesson as data, in a link and in a file: what is taken, what is refused and in which words; what becomes of a goal."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlab.classroom import joining
from netlab.classroom.lessons import code
from netlab.classroom.lessons.attempt import Attempt
from netlab.classroom.lessons.code import MARK, from_code, to_code
from netlab.classroom.lessons.goals import KINDS, condition
from netlab.classroom.lessons.lesson import (
    MOST_BYTES,
    MOST_TASK,
    Lesson,
    LessonError,
    PageLink,
    from_bytes,
    from_json,
    to_text,
    words_and_links,
)
from netlab.classroom.lessons.library import NAMES, found, shipped
from netlab.classroom.lessons.settings import keys, label, spec_of
from netlab.classroom.lessons.verdict import best, judge, judge_walk
from netlab.classroom.lessons.walks import LABELS
from netlab.nets.layers import Dense
from netlab.nets.spec import NetworkSpec
from netlab.runs.events import Diverged, Done, EpochEnd, Event, LearningRate, Metrics, Started, Stopped
from netlab.runs.history import History

ROOT = Path(__file__).resolve().parents[3]
LESSON: dict[str, Any] = {
    "netlab_lesson": 1, "title": "Small, and good", "task": "Read [Loss](./loss). **Train**, where 2 < 3.",
    "controls": {"width": 64, "optimizer": "sgd", "sgd_rate": 0.1, "epochs": 3}, "locked": ["epochs", "sgd_rate"], "hidden": ["seed"],
    "goal": [{"kind": "accuracy", "at_least": 0.97}, {"kind": "parameters", "at_most": 50_890}], "minutes": 12,
}  # fmt: skip


def changed(**parts: Any) -> dict[str, Any]:
    return {**LESSON, **parts}


def history(*ends: tuple[float, float | None], batches: int = 20, accuracy: float = 0.9) -> History:
    """A history of one epoch for each pair of training and validation loss."""
    made = History()
    made.add(Started("a" * 32, 1, 640, 100, batches, batches * len(ends), "mnist", ""))
    for epoch, (loss, validation) in enumerate(ends, start=1):
        made.add(Metrics(epoch * batches, (loss,) * batches, (accuracy,) * batches, 1.0, float(epoch)))
        made.add(EpochEnd(epoch, epoch * batches, loss, accuracy, validation, 0.85))
    return made


def attempt(
    spec: NetworkSpec, told: History | None = None, ending: Event | None = None, answer: Any = None
) -> Attempt:
    return Attempt("a" * 32, "a run", spec, history((0.5, 0.4)) if told is None else told, ending, answer)


def done(accuracy: float, loss: float | None = 0.2) -> Done:
    return Done(1, accuracy, loss, 1.0, 1.0, None, False)


def test_a_lesson_comes_back_from_its_link_and_its_file() -> None:
    lesson = from_json(LESSON)
    assert from_code(to_code(lesson)) == lesson
    assert from_bytes(to_text(lesson).encode()) == lesson
    assert (lesson.spec.layers[0].units, lesson.spec.rate, lesson.spec.epochs) == (64, 0.1, 3)
    assert lesson.fixed == {"epochs": 3, "sgd_rate": 0.1, "seed": 0}
    assert len(to_code(lesson)) < 230


@settings(max_examples=40)
@given(st.text(max_size=60), st.integers(0, 999_999))
def test_any_words_come_back_or_are_refused_in_a_sentence(words: str, seed: int) -> None:
    try:
        lesson = from_json(changed(title=words[:20], task=f"Do it. {words}", controls={"seed": seed}))
    except LessonError as error:
        assert str(error).endswith(".")
    else:
        assert from_code(to_code(lesson)) == lesson


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"netlab_lesson": 2}, "is of version 2"),
        ({"extra": 1}, "no part called “extra”"),
        ({"title": " "}, "this lesson has none"),
        ({"title": "a\nb"}, "control character"),
        ({"task": "x" * (MOST_TASK + 1)}, "at most 2,000 letters"),
        ({"task": "look <script>alert(1)</script>"}, "without HTML"),
        ({"task": "look <https://example.com>"}, "without HTML"),
        ({"task": "![me](https://example.com/x.png)"}, "no pictures"),
        ({"task": "[here](https://example.com)"}, "leads to “https://example.com”"),
        ({"task": "[here](javascript:alert(1))"}, "leads to “javascript:alert"),
        ({"task": "[here](//example.com)"}, "leads to “//example.com”"),
        ({"task": "[here][a]\n\n[a]: https://example.com"}, "stands where it is"),
        ({"page": "class"}, "worked on the page train or landscape, not on 'class'"),
        (
            {"page": "landscape", "controls": {}, "locked": [], "hidden": []},
            "“accuracy” is one for the page train",
        ),
        (
            {"page": "landscape", "controls": {"width": 8}, "locked": [], "hidden": []},
            "“width” is no control of the page Loss landscape",
        ),
        ({"page": "landscape", "controls": {"steps": 10.5}}, "“steps” is a whole number from 1 to 1000"),
        ({"page": "landscape", "controls": {"surface": "sea"}}, "“surface” has no 'sea'; it has ravine"),
        ({"goal": [{"kind": "lost"}]}, "“lost” is one for the page landscape"),
        ({"minutes": True}, "a whole number"),
        ({"controls": []}, "an object"),
        ({"controls": {"curves": 1}}, "“curves” is no control of the page Train"),
        ({"locked": ["rate"]}, "“rate” is no control"),
        ({"hidden": ["charts"]}, "never what the page shows"),
        ({"controls": {"width": 64.5}}, "“width” is a whole number from 1 to 2048"),
        ({"controls": {"width": True}}, "“width” is a whole number"),
        ({"controls": {"dropout": float("nan")}}, "“dropout” is a number from 0 to 0.9"),
        ({"controls": {"activation": "step"}}, "has no 'step'; it has "),
        ({"controls": {"activation": ["relu"]}}, "“activation” has no"),
        ({"locked": ["epochs", "epochs"]}, "named twice"),
        ({"locked": ["seed"], "hidden": ["seed"]}, "locked and hidden"),
        ({"goal": []}, "1 to 4 conditions"),
        ({"goal": "win"}, "a list of conditions"),
        ({"goal": [{"kind": "fails"}, {"kind": "fails"}]}, "twice"),
        ({"goal": [{"kind": "wins"}]}, "no goal called 'wins'; there are accuracy, "),
        ({"goal": [{"kind": "accuracy"}]}, "“at_least” of the goal “accuracy” is a number from 0.01 to 1"),
        ({"goal": [{"kind": "accuracy", "at_least": 97}]}, "the lesson says '97'"),
        ({"goal": [{"kind": "fails", "at_most": 1}]}, "knows no “at_most”; it is told nothing"),
        ({"goal": [{"kind": "reads", "digit": 10, "at_least": 0.9}]}, "“digit” of the goal “reads”"),
    ],
)
def test_what_cannot_be_is_refused_and_said(parts: dict[str, Any], says: str) -> None:
    with pytest.raises(LessonError) as error:
        from_json(changed(**parts))
    assert says in str(error.value)


def packed(text: bytes) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, code._WORDS)
    return MARK + base64.urlsafe_b64encode(packer.compress(text) + packer.flush()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("nonsense", "no lesson called “nonsense”"),
        (MARK, "damaged"),
        (MARK + "a" * 5000, "damaged"),
        (MARK + "ä", "damaged"),
        (MARK + "____", "damaged"),
        (packed(b" " * 100_000), "at most 8,000 bytes"),
        (packed(b"\xff"), "damaged"),
        (packed(b"[" * 7000), "not JSON"),
        (packed(b"{}"), "does not say “netlab_lesson”"),
        (packed(json.dumps(LESSON).encode())[:-8], "cut short"),
    ],
)
def test_a_link_that_is_none_is_said(word: str, says: str) -> None:
    with pytest.raises(LessonError) as error:
        found(word)
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfe", "not text in UTF-8"),
        (b"", "not JSON"),
        (b'{"netlab_lesson": NaN}', "not JSON"),
        (b" " * (MOST_BYTES + 5), "at most 8,000 bytes"),
    ],
)
def test_a_file_that_is_none_is_said(content: bytes, says: str) -> None:
    with pytest.raises(LessonError) as error:
        from_bytes(content)
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("asked", "tried", "met", "evidence"),
    [
        ({"kind": "accuracy", "at_least": 0.97}, {"ending": done(0.97)}, True, "97.00"),
        ({"kind": "accuracy", "at_least": 0.97}, {"ending": done(0.9699)}, False, "96.99"),
        ({"kind": "accuracy", "at_least": 0.97}, {}, None, "not at its end"),
        ({"kind": "accuracy", "at_least": 0.97}, {"ending": Stopped(5, 1.0)}, None, "not at its end"),
        ({"kind": "accuracy", "at_least": 0.97}, {"ending": Diverged(5, "")}, False, "stopped being a number"),
        ({"kind": "loss", "at_most": 0.2}, {"ending": done(0.9, 0.2)}, True, "0.2000"),
        ({"kind": "loss", "at_most": 0.2}, {"ending": done(0.9, None)}, False, "not a number"),
        ({"kind": "parameters", "at_most": 407_050}, {}, True, "407,050"),
        ({"kind": "parameters", "at_most": 407_049}, {}, False, "407,050"),
        ({"kind": "steps", "at_most": 20}, {"ending": done(0.5)}, True, "20 steps"),
        ({"kind": "steps", "at_most": 19}, {}, False, "20 steps"),
        ({"kind": "overfits", "rise": 0.25}, {"told": history((1.0, 0.4), (0.5, 0.5)), "ending": done(0.9)}, True, "epoch 1"),
        ({"kind": "overfits", "rise": 0.3}, {"told": history((1.0, 0.4), (0.5, 0.5)), "ending": done(0.9)}, False, "0.5000"),
        ({"kind": "overfits", "rise": 0.1}, {"told": history((1.0, 0.4), (1.5, 0.9)), "ending": done(0.9)}, False, "epoch 1"),
        ({"kind": "overfits", "rise": 0.1}, {"told": history((1.0, 0.4), (0.5, 0.3)), "ending": done(0.9)}, False, "epoch 2"),
        ({"kind": "overfits", "rise": 0.1}, {"told": history((1.0, None), (0.5, None)), "ending": done(0.9)}, False, "is no number"),
        ({"kind": "overfits", "rise": 0.1}, {"ending": done(0.9)}, False, "no course"),
        ({"kind": "gap", "at_most": 0.06}, {"ending": done(0.9)}, True, "5 percentage points"),
        ({"kind": "gap", "at_most": 0.04}, {"ending": done(0.9)}, False, "5 percentage points"),
        ({"kind": "fails"}, {"ending": Diverged(5, "")}, True, "stopped being a number"),
        ({"kind": "fails"}, {"ending": done(0.2)}, True, "20.00"),
        ({"kind": "fails"}, {"ending": done(0.21)}, False, "21.00"),
        ({"kind": "reads", "digit": 7, "at_least": 0.9}, {"ending": done(0.9)}, None, "No 7 of yours"),
        ({"kind": "reads", "digit": 7, "at_least": 0.9}, {"ending": done(0.9), "answer": np.eye(10)[7]}, True, "as a 7"),
        ({"kind": "reads", "digit": 7, "at_least": 0.9}, {"ending": done(0.9), "answer": np.eye(10)[1]}, False, "as a 1"),
    ],
)  # fmt: skip
def test_a_goal_is_judged_by_what_the_run_told(
    asked: dict[str, Any], tried: dict[str, Any], met: bool | None, evidence: str
) -> None:
    told = condition(asked).judge(attempt(NetworkSpec(), **tried))
    assert told.met is met
    assert evidence in told.evidence
    assert told.evidence[0].isupper() or told.evidence[0].isdigit()
    assert told.evidence.endswith(".")


def test_every_kind_of_goal_has_a_usual_form_and_a_sentence() -> None:
    for kind, row in KINDS.items():
        usual = {name: whole_or_not(asked) for name, asked in row.numbers.items()}
        made = condition({"kind": kind, **usual})
        assert condition(made.to_json()) == made
        assert made.sentence[0].isupper() and made.sentence.endswith(".")


def whole_or_not(asked: tuple[str, float, float, float]) -> float:
    return int(asked[3]) if asked[0] in ("count", "digit") else float(asked[3])


def test_a_run_counts_only_if_it_has_what_the_lesson_fixed() -> None:
    lesson = from_json(
        changed(goal=[{"kind": "accuracy", "at_least": 0.9}], locked=["epochs", "width", "sgd_rate"])
    )
    good = attempt(lesson.spec, ending=done(0.95))
    assert judge(lesson, good).met
    other = judge(lesson, attempt(replace(lesson.spec, epochs=4), ending=done(0.95)))
    assert not other.met
    assert other.why_not == "“Epochs” is 4 here; the lesson sets 3."
    each = replace(lesson.spec, hidden=(Dense(64, "relu", 0.2), Dense(128, "relu", 0.2)))
    assert "Each hidden layer is set by itself" in judge(lesson, attempt(each, ending=done(0.95))).why_not
    moved = history((0.5, 0.4))
    moved.add(LearningRate(10, 0.5))
    assert "moved while it trained" in judge(lesson, attempt(lesson.spec, moved, done(0.95))).why_not
    # Dropout is nothing without a hidden layer, so a lesson that fixes it does not mind.
    flat = from_json(
        changed(controls={"dropout": 0.5}, locked=["dropout"], hidden=[], goal=[{"kind": "fails"}])
    )
    assert judge(flat, attempt(NetworkSpec(hidden=()), ending=done(0.1))).met
    assert best([other, judge(lesson, good)]) == judge(lesson, good)
    assert best([]) is None


def test_a_task_is_parted_from_its_links() -> None:
    task = "See [Loss](./loss), **[Draw](./draw?pad=1)** and [it](./loss 'again'); 2 [m] (x)."
    words, links = words_and_links(task)
    assert words == "See *Loss*, **Draw** and *it*; 2 [m] (x)."
    assert links == (PageLink("loss"), PageLink("draw", (("pad", "1"),)))


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_that_comes_along_is_whole(name: str) -> None:
    lesson = shipped(name)
    assert found(name) == lesson and from_code(to_code(lesson)) == lesson
    assert 10 <= lesson.minutes <= 15
    on_train = lesson.page == "train"
    every = keys() if on_train else tuple(LABELS)
    assert set(lesson.controls) <= set(every)
    words, links = words_and_links(lesson.task)
    assert links and "](" not in words
    for link in links:
        assert (ROOT / "pages" / f"{link.page}.py").is_file()
    assert [key for key in every if key not in lesson.fixed]
    if not on_train:
        assert not judge_walk(lesson, lesson.walk).met, "nothing would be left to do"
        return
    assert all(label(key) for key in (*lesson.locked, *lesson.hidden))
    met_already = [
        one for one in lesson.goal if one.kind == "parameters" and one.judge(attempt(lesson.spec)).met
    ]
    assert not met_already, "nothing would be left to do"


def test_there_are_twelve_and_no_other_files() -> None:
    assert len(NAMES) == 12
    assert sorted(path.stem for path in (ROOT / "netlab/classroom/lessons/shipped").iterdir()) == sorted(
        NAMES
    )


def test_every_control_of_the_page_can_be_set_to_what_it_begins_at() -> None:
    assert spec_of({}) == NetworkSpec()
    lesson = Lesson("All", "Do.", (condition({"kind": "fails"}),), locked=keys())
    assert from_code(to_code(lesson)).fixed.keys() == set(keys())


def test_a_link_leads_to_the_page() -> None:
    address = joining.join_address("http://192.168.1.5:8501/make", "", "train?lesson=loss")
    assert address == "http://192.168.1.5:8501/train?lesson=loss"
