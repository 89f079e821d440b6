"""The command line as other programs use it: lines of JSON, the fields they rely on, exit codes."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from netlab.__main__ import main
from netlab.classroom.lessons.attempt import Attempt, answer_of, weights_sum
from netlab.classroom.lessons.hand_in import hand_in, in_page
from netlab.classroom.lessons.lesson import from_json, to_text
from netlab.classroom.lessons.verdict import judge
from netlab.drawing import recognize
from netlab.drawing.picture_file import read_picture
from netlab.nets.spec import HELD_BACK, NetworkSpec
from netlab.runs import store
from netlab.runs.reading import read as read_run
from netlab.runs.run import RunError
from tests.machine import posix_only
from tests.runs.kept import kept_run

ROOT = Path(__file__).resolve().parents[2]


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_train_tells_events_and_ends_with_done(digits_file: Path, tmp_path: Path) -> None:
    saved = tmp_path / "weights.npz"
    command = [
        "train",
        "--hidden",
        "16",
        "8",
        "--activation",
        "tanh",
        "--dropout",
        "0.1",
        "--optimizer",
        "sgd",
    ]
    command += ["--learning-rate", "0.05", "--epochs", "2", "--batch-size", "16", "--seed", "3", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "netlab", *command, "--save", str(saved)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert events[0]["event"] == "started"
    last = events[-1]
    assert last["event"] == "done"
    assert {"parameters", "test_accuracy", "seconds", "examples_per_second", "run"} <= set(last)
    run = store.get(last["run"])
    assert run is not None
    assert run.spec() == NetworkSpec(
        hidden=(16, 8), activation="tanh", dropout=0.1, optimizer="sgd", learning_rate=0.05, epochs=2,
        batch_size=16, seed=3, validation=HELD_BACK,
    )  # fmt: skip
    assert saved.stat().st_size > 10_000


def test_the_same_command_gives_the_same_accuracy(
    digits_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ends = []
    for _ in range(2):
        assert main(["train", "--hidden", "8", "--epochs", "1", "--json"]) == 0
        ends.append(lines(capsys)[-1])
    assert ends[0]["test_loss"] == ends[1]["test_loss"]


def test_what_was_handed_in_is_trained_again_to_the_same_bits(
    digits_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    goal = [{"kind": "parameters", "at_most": 6370}, {"kind": "reads", "digit": 3, "at_least": 0.1}]
    lesson = from_json(
        {"netlab_lesson": 1, "title": "Small", "task": "Train.", "goal": goal, "locked": ["seed"]}
    )
    assert main(["train", "--hidden", "8", "--epochs", "2", "--json"]) == 0
    run = store.get(str(lines(capsys)[-1]["run"]))
    assert run is not None
    found = read_run(run)
    assert found.spec is not None
    ink = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)
    tried = Attempt(
        run.id, run.name(), found.spec, found.history, found.ending, answer_of(run, ink), weights_sum(run)
    )
    given = hand_in(lesson, tried, by="Ada", ink=ink)
    page = in_page("<html><body></body></html>", given, judge(lesson, tried))
    file, kept = tmp_path / "ada.html", tmp_path / "lesson.json"
    file.write_text(page, "utf-8")
    before = store.ids()
    assert main(["check", str(file), "--lesson", str(kept), "--json"]) == 2  # it is not there
    kept.write_text(to_text(lesson), "utf-8")
    status = main(["check", str(file), "--lesson", str(kept), "--json"])
    (told,) = lines(capsys)
    first = judge(lesson, tried)
    assert (told["status"], told["holds"], status) == ("same", first.met, 0 if first.met else 1)
    again = told["goal"]
    assert isinstance(again, list) and [one["evidence"] for one in again] == [
        said.evidence for _, said in first.conditions
    ]
    assert store.ids() == before


def test_people_get_sentences(digits_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--hidden", "8", "--epochs", "1"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "6,370 parameters" in out
    assert "of the test digits are right" in out


@pytest.mark.parametrize(
    ("command", "named"),
    [
        (["train", "--hidden", "0"], "hidden layer 1"),
        (["train", "--hidden", "99999"], "units"),
        (["train", "--dropout", "2"], "dropout"),
        (["train", "--learning-rate", "-1"], "learning_rate"),
        (["train", "--data", "/no/such/file.npz"], "/no/such/file.npz"),
        (["read", "--model", "nonsense", "x.png"], "nonsense"),
    ],
)
def test_a_mistake_is_a_sentence_and_exit_code_2(
    command: list[str], named: str, digits_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command) == 2
    error = capsys.readouterr().err
    assert error.startswith("netlab: ")
    assert named in error


def test_a_diverging_run_ends_with_exit_code_1(digits_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = [
        "train",
        "--hidden",
        "8",
        "--activation",
        "linear",
        "--optimizer",
        "sgd",
        "--learning-rate",
        "1e6",
    ]
    assert main([*command, "--epochs", "1", "--json"]) == 1
    assert lines(capsys)[-1]["event"] == "diverged"


def one(path: Path, *, dark: bool) -> Path:
    paper, ink = (255, 20) if dark else (0, 255)
    image = Image.new("L", (300, 200), paper)
    ImageDraw.Draw(image).line([(220, 30), (210, 170)], fill=ink, width=14)
    image.save(path)
    return path


def test_read_gives_digit_and_ten_probabilities_as_the_page_would(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [one(tmp_path / "dark.png", dark=True), one(tmp_path / "light.png", dark=False)]
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"GIF89a not a picture")
    assert main(["read", *map(str, paths), str(bad), str(tmp_path / "none.png"), "--json"]) == 2
    first, second, refused, missing = lines(capsys)
    for line, path in zip((first, second), paths, strict=True):
        assert line["image"] == str(path)
        assert line["digit"] == 1
        shares = np.array(line["probabilities"])
        assert shares.shape == (10,)
        assert shares.sum() == pytest.approx(1, abs=1e-4)
        page = recognize.read(*recognize.network("convolutional"), read_picture(path.read_bytes()))
        np.testing.assert_allclose(shares, page.probabilities, atol=1e-6)
    assert "error" in refused
    assert "error" in missing


def test_read_takes_the_pictures_that_the_page_takes(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    heic = Path(__file__).parents[1] / "drawing" / "pictures" / "seven.heic"
    bitmap, text = tmp_path / "renamed.png", tmp_path / "digit.png"
    Image.open(one(tmp_path / "a.png", dark=True)).save(bitmap, "BMP")
    text.write_text("seven")
    assert main(["read", "--json", str(heic), str(bitmap), str(text)]) == 2
    first, second, third = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["digit"] == 7
    assert second["digit"] == 1
    assert third["error"].startswith("This is text, not a picture.")


def test_read_with_a_run(digits_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["train", "--hidden", "8", "--epochs", "1", "--json"])
    run = str(lines(capsys)[-1]["run"])
    assert main(["read", str(one(tmp_path / "a.png", dark=True)), "--model", run]) == 0
    assert "a.png: " in capsys.readouterr().out


def test_data_says_which_and_where(digits_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "--json"]) == 0
    (report,) = lines(capsys)
    assert str(digits_file) in json.dumps(report)
    assert main(["data"]) == 0
    assert str(digits_file) in capsys.readouterr().out


def test_blank_paper_has_no_digit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "blank.png"
    Image.new("L", (60, 60), 255).save(path)
    assert main(["read", "--json", str(path)]) == 0
    line = json.loads(capsys.readouterr().out)
    assert (line["digit"], line["probabilities"]) == (None, None)


def test_a_run_is_found_by_how_its_name_begins(digits_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["train", "--hidden", "4", "--epochs", "1", "--json"])
    run = json.loads(capsys.readouterr().out.splitlines()[-1])["run"]
    assert store.find(run[:6]).id == run
    for name in (run[:3], "ffff" if not run.startswith("ffff") else "0000", ""):
        with pytest.raises(RunError, match="There is no run"):
            store.find(name)


@pytest.fixture
def heeds_ctrl_c() -> Iterator[None]:
    """A process started in a shell's background ignores Ctrl+C, and so would its children."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@posix_only("sends Ctrl+C as a signal of POSIX")
@pytest.mark.usefixtures("heeds_ctrl_c")
def test_ctrl_c_keeps_the_run_and_leaves_no_traceback(digits_file: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    process = subprocess.Popen(
        [sys.executable, "-m", "netlab", "train", "--epochs", "200", "--json"],
        env={**os.environ, "NETLAB_HOME": str(home)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    while '"metrics"' not in process.stdout.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, complaints = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in complaints
    assert "is kept as far as it came" in complaints


@posix_only("pipes into the command head")
def test_a_reader_that_has_read_enough_is_no_error(digits_file: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        f'"{sys.executable}" -m netlab train --hidden 4 --epochs 5 --json | head -n 1',
        shell=True, capture_output=True, text=True, check=True, env={**os.environ, "NETLAB_HOME": str(tmp_path)},
    )  # fmt: skip
    assert json.loads(done.stdout)["event"] == "started"
    assert "Traceback" not in done.stderr


def test_report_writes_a_file_and_says_where(
    digits_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, file = kept_run(), tmp_path / "report.html"
    assert main(["report", run.id[:8], str(file), "--question", "Why?", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"run": run.id, "file": str(file), "bytes": file.stat().st_size}
    assert "Why?" in file.read_text("utf-8")
    assert main(["report", "nothing", str(file)]) == 2
    assert "There is no run" in capsys.readouterr().err


def test_a_letter_that_the_terminal_does_not_have_is_written_as_its_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept_run().rename("wide → deep")
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    monkeypatch.setattr(sys, "stdout", terminal)
    assert main(["runs"]) == 0
    assert b"wide \\u2192 deep" in terminal.buffer.getvalue()
