"""What the command line leaves with: a result last and no noise, names, comparisons, files of networks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from netlab.__main__ import COMMANDS, main, parser
from netlab.drawing import recognize
from netlab.nets import keras_file, weight_file
from netlab.runs import store
from tests.runs.kept import SPEC, kept_run

ROOT = Path(__file__).resolve().parents[2]


def one(path: Path) -> Path:
    image = Image.new("L", (300, 200), 255)
    ImageDraw.Draw(image).line([(220, 30), (210, 170)], fill=20, width=14)
    image.save(path)
    return path


def test_a_training_says_its_result_last_and_nothing_else_on_the_way(
    digits_file: Path, tmp_path: Path
) -> None:
    saved, home = tmp_path / "network.keras", tmp_path / "home"
    command = [
        "train",
        "--hidden",
        "8",
        "--epochs",
        "1",
        "--name",
        "  Mine, [bold]small[/bold]\n",
        "--save",
        str(saved),
    ]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    done = subprocess.run(
        [sys.executable, "-m", "netlab", *command],
        cwd=ROOT, capture_output=True, text=True, check=True, env={**environment, "NETLAB_HOME": str(home)},
    )  # fmt: skip
    assert done.stderr == ""
    run = store.all_runs()[0]
    last = done.stdout.splitlines()[-1]
    assert "of the test digits are right" in last
    assert last.endswith(f"Run {run.id}")
    assert run.name() == "Mine, [bold]small[/bold]"
    spec, trained = keras_file.read(saved)
    assert spec.layers == run.spec().layers
    final = run.weights()[1]
    assert all(np.array_equal(trained[name], final[name]) for name in final)


@pytest.mark.parametrize("suffix", [".npz", ".keras"])
def test_a_saved_network_reads_pictures(
    suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec, found = recognize.network("article")
    path = tmp_path / f"network{suffix}"
    path.write_bytes((keras_file if suffix == ".keras" else weight_file).to_bytes(spec, found))
    picture = str(one(tmp_path / "one.png"))
    answers = []
    for model in ("article", str(path)):
        assert main(["read", "--json", "--model", model, picture]) == 0
        answers.append(json.loads(capsys.readouterr().out))
    assert answers[0] == answers[1]
    assert answers[0]["digit"] == 1


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["read", "x.png", "--model", "none.keras"], "none.keras is not there"),
        (["read", "x.png", "--model", "none.npz"], "none.npz is not there"),
        (["read", "x.png", "--model", "old.h5"], "has to end in .npz or .keras"),
        (["read", "x.png", "--model", "/etc/passwd"], "has to end in .npz or .keras"),
        (["train", "--save", "network.h5"], "has to end in .npz or .keras"),
        (["train", "--save", "/no/such/folder/network.npz"], "there is no folder /no/such/folder"),
        (["train", "--name", "\n\x00"], "no letter that can be seen"),
        (["runs", "--compare", "ffff", "eeee"], "There is no run ffff"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_done(
    command: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert not told.out


def test_runs_shows_name_and_accuracy(capsys: pytest.CaptureFixture[str]) -> None:
    run = kept_run()
    run.rename("My network")
    assert main(["runs"]) == 0
    line = capsys.readouterr().out.splitlines()[0].replace("\xa0", " ")
    assert run.id in line
    assert "My network" in line
    assert "95.00 %" in line
    assert main(["runs", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["name"], told["accuracy"], told["state"]) == ("My network", 0.95, "done")


def test_a_run_that_never_validated_has_no_accuracy(capsys: pytest.CaptureFixture[str]) -> None:
    store.create(SPEC, store.new_id())
    assert main(["runs", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["accuracy"] is None
    assert main(["runs"]) == 0
    assert "%" not in capsys.readouterr().out.splitlines()[0]


def test_two_runs_are_compared(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = kept_run(), kept_run(replace(SPEC, hidden=(16, 4), optimizer="momentum", dropout=0.0))
    assert main(["runs", "--compare", first.id[:8], second.id]) == 0
    table = {
        line[:14].strip(): line[14:].split()
        for line in capsys.readouterr().out.replace("\xa0", " ").splitlines()
    }
    assert table["hidden"] == ["8", "16,", "4"]
    assert table["optimizer"] == ["adam", "momentum"]
    assert table["accuracy"] == ["95.00", "%", "95.00", "%"]
    assert "seed" not in table
    assert main(["runs", "--json", "--compare", first.id, second.id]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["settings"]["hidden"] == [[8], [16, 4]]
    assert told["settings"]["momentum"] == [None, 0.9]
    assert [run["run"] for run in told["runs"]] == [first.id, second.id]
    assert main(["runs", "--compare", first.id, first.id]) == 0
    assert "Their settings are the same." in capsys.readouterr().out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_does(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (commands,) = [action for action in parser()._actions if hasattr(action, "choices") and action.choices]
    options = list(dict(commands.choices)[name]._actions)  # type: ignore[arg-type]
    assert len(options) > 1
    assert not [action.dest for action in options if not action.help]
    with pytest.raises(SystemExit, match="0"):
        main([name, "--help"])
    assert ("--json" in capsys.readouterr().out) == (name != "app")  # which answers in a browser
