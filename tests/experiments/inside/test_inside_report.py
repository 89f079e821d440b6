"""What the command tells of a network, and how it says no."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from netlab.__main__ import main
from netlab.data import Digits
from netlab.experiments.inside.report import report
from netlab.experiments.subject import Subject, run_subject, shipped_subject
from netlab.nets.numpy_model import predict
from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from netlab.runs.run import Run
from netlab.training.loop import train
from tests.experiments.inside.networks import DENSE, NONE, drawn_pictures, drawn_weights, pixels

SPEC = NetworkSpec(hidden=(16,), epochs=2)


def trained(digits: Digits) -> Run:
    run_id = store.new_id()
    for _ in train(SPEC, replace(digits, source="mnist"), run_id=run_id):
        pass
    return Run(run_id, store.root() / run_id)


def test_a_run_is_told_in_one_object(
    digits: Digits, digits_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = trained(digits)
    assert main(["inside", run.id[:6], "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    subject = run_subject(run)
    said = predict(SPEC, subject.weights, pixels(digits.x_test)).argmax(axis=1)
    assert found["network"] == run.id
    assert found["accuracy"] == pytest.approx((said == digits.y_test).mean())
    assert np.sum(found["confusion"]) == found["pictures"] == len(digits.y_test)
    assert np.trace(found["confusion"]) == (said == digits.y_test).sum()
    assert [row["class"] for row in found["classes"]] == list("0123456789")
    assert found["calibration"]["fitted_on"] + found["calibration"]["judged_on"] == 200
    (layer,) = found["layers"]
    assert layer["units"] == 16
    rises = [unit["loss"] for unit in layer["most_worth"]]
    assert rises == sorted(rises, reverse=True)
    assert len(rises) == 10


def test_a_moment_of_a_run_is_told(
    digits: Digits, digits_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = trained(digits)
    first = run.snapshots()[0]
    assert main(["inside", run.id, "--step", str(first), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["step"] == first
    assert found["accuracy"] < 0.5
    assert main(["inside", run.id, "--step", "7777"]) == 2
    assert "has kept no moment after 7777 batches" in capsys.readouterr().err


def test_people_get_sentences(digits_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inside", "article"]) == 0
    told = capsys.readouterr().out
    assert "of 200 test pictures" in told
    assert "Confused most: " in told
    assert "Hidden layer 1: " in told


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["nothing-of-the-kind"], "There is no run nothing-of-the-kind"),
        (["article", "--step", "3"], "has no moments"),
    ],
)
def test_what_is_not_there_is_said(
    words: list[str], complaint: str, digits_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inside", *words]) == 2
    assert complaint in capsys.readouterr().err


def test_a_network_that_blew_up_is_told_without_numbers() -> None:
    images, labels = drawn_pictures(30)
    weights = drawn_weights(DENSE)
    weights["dense_1/bias"][4] = np.nan
    found = report(Subject("one", "One", DENSE, None, weights), images, labels, tuple("0123456789"))
    assert found["answers"] == "no numbers"
    assert "accuracy" not in found
    json.dumps(found, allow_nan=False)


def test_a_network_without_hidden_units_has_no_layers() -> None:
    images, labels = drawn_pictures(30)
    found = report(Subject("one", "One", NONE, 3, drawn_weights(NONE)), images, labels, tuple("abcdefghij"))
    assert found["layers"] == []
    assert found["classes"][1]["class"] == "b"
    json.dumps(found, allow_nan=False)


def test_what_a_network_says_is_json_s(digits: Digits) -> None:
    found = report(shipped_subject("convolutional"), digits.x_test, digits.y_test, tuple("0123456789"))
    json.dumps(found, allow_nan=False)
    assert [layer["layer"] for layer in found["layers"]] == [
        "convolution 1",
        "convolution 2",
        "hidden layer 1",
    ]
