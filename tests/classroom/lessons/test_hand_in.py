"""What is handed in: it comes back whole, a second run proves it, refutes it or cannot, and what was tampered with is told."""

from __future__ import annotations

import json
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netlab.__main__ import main
from netlab.classroom.lessons import hand_in as made
from netlab.classroom.lessons.attempt import Attempt, answer_of, to_ink, weights_sum
from netlab.classroom.lessons.checking import cannot, check
from netlab.classroom.lessons.hand_in import HandIn, HandInError, hand_in, in_page, outcome, read, versions
from netlab.classroom.lessons.lesson import Lesson, from_json
from netlab.classroom.lessons.verdict import judge
from netlab.experiments.report.gather import gather
from netlab.experiments.report.report import html
from netlab.runs.events import Failed, LearningRate, Metrics, Stopped
from netlab.runs.history import History
from netlab.runs.reading import read as read_run
from netlab.runs.run import Run
from tests.runs.kept import kept_run

HERE = versions()
SEEN = "I saw <b>it</b> & </pre> learn."


def lesson(**parts: Any) -> Lesson:
    told = {
        "netlab_lesson": 1,
        "title": "Two <epochs>",
        "task": "Train.",
        "goal": [{"kind": "accuracy", "at_least": 0.9}],
    }
    return from_json({**told, **parts})


def tried(run: Run) -> Attempt:
    found = read_run(run)
    assert found.spec is not None
    return Attempt(run.id, run.name(), found.spec, found.history, found.ending, weights=weights_sum(run))


def file_of(given: HandIn, attempt: Attempt, run: Run) -> bytes:
    page = html(gather(run, None, None, (), seen=SEEN))
    return in_page(page, given, judge(given.lesson, attempt)).encode()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("NETLAB_HOME", str(tmp_path / "home"))
    return kept_run()


def test_a_hand_in_comes_back_from_its_file_and_a_second_run_proves_it(run: Run) -> None:
    attempt = tried(run)
    given = hand_in(
        lesson(), attempt, by=" Ada <3 \n", begun=run.started(), pupil="guest-1", home="http://a:1/"
    )
    content = file_of(given, attempt, run)
    page = content.decode()
    assert read(content) == given and given.by == "Ada <3"
    assert "<script" not in page and "<b>it</b>" not in page and "reached</b>" in page
    assert page.count("</body>") == page.count(made.OPENS) == 1
    found = check(read(content), replace(attempt, run="b" * 32), HERE)
    assert (found.status, found.holds) == ("same", True)
    assert "to the same bits: 40 batches, 95.00" in found.sentence


def test_a_drawing_goes_along_as_it_is_judged(run: Run) -> None:
    image = np.linspace(0, 1, 784).reshape(28, 28)
    ink = to_ink(image)
    attempt = replace(tried(run), answer=answer_of(run, ink))
    assert attempt.answer is not None
    digit = int(attempt.answer.argmax())
    asked = lesson(goal=[{"kind": "reads", "digit": digit, "at_least": 0.1}])
    back = read(file_of(hand_in(asked, attempt, ink=ink), attempt, run))
    assert back.ink is not None
    np.testing.assert_array_equal(back.ink, ink)
    np.testing.assert_array_equal(answer_of(run, back.ink), attempt.answer)


def test_numbers_that_were_changed_are_told_from_another_machine(run: Run) -> None:
    attempt = tried(run)
    given = hand_in(lesson(), attempt)
    better = replace(given, outcome=replace(given.outcome, test_accuracy=0.999))
    found = check(better, attempt, HERE)
    assert (found.status, found.holds) == ("other", False)
    assert "the numbers were changed" in found.sentence and "99.90" in found.sentence
    near = check(replace(given, outcome=replace(given.outcome, digest="0")), attempt, {**HERE, "keras": "9"})
    assert (near.status, near.holds) == ("close", False)
    assert f"keras {HERE['keras']} (here 9), so the same bits cannot be expected" in near.sentence
    fewer = check(replace(given, outcome=replace(given.outcome, digest="0", batches=39)), attempt, HERE)
    assert fewer.status == "other"
    failed = check(given, replace(attempt, history=History(), ending=Failed("No memory.")), HERE)
    assert failed.sentence == "It could not be trained here: No memory."


def test_one_batch_that_differs_by_a_bit_is_another_run(run: Run) -> None:
    attempt = tried(run)
    other = History()
    other.add(Metrics(40, (*attempt.history.losses.values[:39].tolist(), 0.125), (0.9,) * 40, 1.0, 1.0))
    first, second = outcome(attempt), outcome(replace(attempt, history=other))
    assert second.batches == first.batches and second.digest != first.digest
    given = hand_in(lesson(), attempt)
    assert check(given, replace(attempt, weights=attempt.weights[::-1]), HERE).status == "close"


def test_a_goal_that_is_not_reached_does_not_hold_though_the_bits_are_the_same(run: Run) -> None:
    attempt = tried(run)
    found = check(hand_in(lesson(goal=[{"kind": "accuracy", "at_least": 0.96}]), attempt), attempt, HERE)
    assert (found.status, found.holds) == ("same", False)


def test_what_settings_do_not_bring_back_is_not_trained_again(run: Run) -> None:
    attempt = tried(run)
    assert cannot(hand_in(lesson(), attempt)) is None
    for given, why in (
        (hand_in(lesson(), attempt, branched=True), "weights of another run"),
        (hand_in(lesson(), replace(attempt, ending=Stopped(3, 1.0))), "did not come to its end"),
    ):
        found = cannot(given)
        assert found is not None and why in found.sentence and not found.holds
    attempt.history.add(LearningRate(30, 0.5))
    assert "moved by hand after 30 batches" in hand_in(lesson(), attempt).obstacle


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"netlab_hand_in": 1', '"netlab_hand_in": 2', "another version"),
        ('"batches": 40', '"batches": -1', "how many batches"),
        ('"title": "Two <epochs>"', '"title": ""', "Its lesson cannot be read"),
        ('"epochs": 2', '"epochs": "many"', "Its network cannot be read"),
        ('"test_loss": 0.2', '"test_loss": "low"', "“test_loss” in it is no number"),
        ('"seconds": 2.0', '"seconds": "long"', "“seconds” in it is no number"),
        ('"pupil": ""', '"pupil": []', "“pupil” in it is no short text"),
        ('"by": ""', '"by": 7', "“by” in it is no short text"),
        ('"drawing": null', '"drawing": "AAAA"', "28 × 28"),
        ('"versions": {', '"versions": [{', "not JSON"),
    ],
)
def test_a_file_that_was_changed_is_told(run: Run, old: str, new: str, says: str) -> None:
    attempt = tried(run)
    page = unescape(file_of(hand_in(lesson(), attempt), attempt, run).decode())
    head, _, told = page.rpartition(made.OPENS)
    assert old in told
    body = told.replace(old, new, 1).partition(made.CLOSES)[0].replace("<", "&lt;")
    with pytest.raises(HandInError) as error:
        read(f"{head.replace(made.OPENS, '')}{made.OPENS}{body}{made.CLOSES}".encode())
    assert says in str(error.value)


def test_the_command_says_what_is_no_hand_in_and_which_lesson_there_is_not(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.html"
    file.write_text("<html></html>")
    assert main(["check", str(file), str(tmp_path / "none.html"), "--json"]) == 2
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert "It is no hand-in of Netlab." in told[0]["error"] and "none.html" in told[1]["file"]
    given = hand_in(lesson(), replace(tried(run), ending=Stopped(3, 1.0)))
    file.write_bytes(file_of(given, tried(run), run))
    assert main(["check", str(file), "--xapi", str(tmp_path / "out.json")]) == 1
    assert json.loads((tmp_path / "out.json").read_text()) == []  # nothing was checked, so nothing is said
    capsys.readouterr()
    assert main(["check", str(file), "--lesson", "wave"]) == 2
    assert "no lesson called “wave”" in capsys.readouterr().err
