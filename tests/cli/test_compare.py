"""``netlab compare``: two kept runs in words and in JSON, repeated over seeds for real, and what it refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from netlab.__main__ import main
from netlab.nets.spec import HELD_BACK, NetworkSpec
from netlab.runs import store
from netlab.runs.events import EpochEnd, Metrics, Started, Validation

A = NetworkSpec(hidden=(8,), dropout=0.0, epochs=1, validation=HELD_BACK)
B = replace(A, learning_rate=0.01)


def kept(spec: NetworkSpec, second_loss: float, accuracy: float) -> str:
    run = store.create(spec, store.new_id())
    for event in (
        Started(run.id, 6370, 64, 100, 2, 2, "made", "Made."), Metrics(2, (2.0, second_loss), (accuracy,) * 2, 1000.0, 1.0),
        Validation(2, 0.5, accuracy), EpochEnd(1, 2, 1.0, accuracy, 0.5, accuracy),
    ):  # fmt: skip
        run.append(event)
    return run.id


def test_two_runs_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    one, other = kept(A, 1.5, 0.5), kept(B, 1.25, 0.75)
    assert main(["compare", one, other]) == 0
    said = capsys.readouterr().out
    assert f"A: {one[:8]}  " in said
    assert (
        "Only one thing is changed: learning rate 0.001 → 0.01. B minus A after 1 epoch: training +25.0 points, validation +25.0 points."
        in said
    )
    assert "They part at batch 2" in said


def test_two_runs_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    one, other = kept(A, 1.5, 0.5), kept(replace(B, dropout=0.5), 1.25, 0.75)
    assert main(["compare", one[:8], other, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["runs"] == [one, other]
    assert [change["label"] for change in told["changes"]] == ["dropout", "learning rate"]
    assert (told["parting"], told["standing"]["epoch"]) == (2, 1)
    assert told["standing"]["validation"] == pytest.approx(0.25)
    assert "2 things are changed" in told["sentences"][0]


def test_runs_that_have_not_begun_have_nothing_to_compare(capsys: pytest.CaptureFixture[str]) -> None:
    ids = [store.create(A, store.new_id()).id for _ in range(2)]
    assert main(["compare", *ids]) == 0
    assert "nothing to compare yet" in capsys.readouterr().out


def test_no_such_run_and_no_such_number_of_seeds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "0" * 32, "1" * 32]) == 2
    assert "There is no run" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["compare", "0" * 32, "1" * 32, "--seeds", "2"])


def test_seeds_train_both_again_and_test_the_differences(
    digits_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = kept(A, 1.5, 0.5), kept(B, 1.25, 0.75)
    assert main(["compare", one, other, "--seeds", "3", "--json"]) == 0
    found = capsys.readouterr()
    luck = json.loads(found.out)["luck"]
    assert sorted(luck["differences"]) == ["0", "1", "2"]
    for seed, apart in luck["differences"].items():
        assert apart == pytest.approx(luck["validation"]["B"][seed] - luck["validation"]["A"][seed])
    assert "over 3 seeds" in luck["sentences"][0]
    assert "paired by seed" in luck["sentences"][0] or "no spread" in luck["sentences"][0]
    assert "6 of 6 runs" in found.err
    assert len(store.all_runs()) == 8
