"""The light installation, without TensorFlow and what goes with it: every page opens, and says what it cannot do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from netlab import extras
from netlab.__main__ import main
from netlab.experiments.comparing import luck
from netlab.experiments.comparing.driver import Driver, Refused
from netlab.experiments.comparing.sweep import Search, Space, importance
from netlab.lessons.backprop.tape import TapeClient
from netlab.nets import keras_file, shipped
from netlab.nets.spec import NetworkSpec, SpecError
from netlab.nets.weight_file import WeightsError
from netlab.training.queue import JobQueue
from netlab.training.quota import NoTraining

ROOT = Path(__file__).resolve().parents[2]
TRAIN = ("tensorflow", "tensorflow-cpu", "keras", "h5py", "tensorboard", "optuna")


def test_every_page_opens_and_says_what_it_cannot_do(digits_file: Path) -> None:
    """In a process where nothing of the extra can be imported, with every private name of Streamlit gone too."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.app.light"], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "NETLAB_WARM": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    told = json.loads(done.stdout.splitlines()[-1])
    said: dict[str, str] = told["said"]
    assert {path.stem for path in (ROOT / "pages").glob("*.py")} <= set(said)
    assert sorted(told["absent"]) == sorted(TRAIN)
    assert not told["loaded"]
    assert not [
        words for words in told["begun"] if "worker" in " ".join(words)
    ]  # none that TensorFlow would be for
    assert {"neuron", "functions", "descent", "landscape"} <= set(told["moved"])
    assert "It reads a 1" in said["home"]
    for page in ("train", "rewind", "twin", "luck", "sweep"):
        assert "Training needs TensorFlow, which is not installed here." in said[page]
    assert "TensorFlow gave no answer. It is not installed here." in said["backprop"].replace("\\", "")
    assert [words.replace("\\", "") for words in told["pressed"]] == [told["why"]]


@pytest.fixture
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if nothing of the extra were installed."""
    for name in TRAIN:
        monkeypatch.setitem(sys.modules, name, None)


def test_nothing_is_lacking_here() -> None:
    assert not extras.no_training() + extras.no_keras_files() + extras.no_sweeps()
    assert not JobQueue(warm=False).unable


def test_a_training_an_experiment_and_a_sweep_are_refused_with_the_mend(light: None) -> None:
    queue = JobQueue(warm=True)
    try:
        assert not queue.looking  # no worker is kept warm that could not train
        with pytest.raises(NoTraining, match=r"pip install \"\.\[train\]\""):
            queue.submit(NetworkSpec())
        with pytest.raises(Refused, match="Training needs TensorFlow"):
            Driver(queue).start("luck", "Luck", luck.plan(NetworkSpec(), None, 3))
    finally:
        queue.close()
    space = Space(NetworkSpec(), {"rate": (0.001, 0.01)})
    with pytest.raises(SpecError, match="Optuna, which is not installed here"):
        Search(space)
    assert importance(space.values, []) == {}


def test_a_queue_with_workers_elsewhere_asks_nothing_of_this_machine(light: None) -> None:
    def nowhere(*_: object) -> None:
        raise OSError

    queue = JobQueue(warm=False, make_worker=nowhere)  # type: ignore[arg-type]
    queue.close()
    assert not queue.unable


def test_files_of_keras_are_refused_with_the_mend(light: None, tmp_path: Path) -> None:
    spec, weights = shipped.load()
    with pytest.raises(WeightsError, match=r"need h5py and Keras.*pip install"):
        keras_file.to_bytes(spec, weights)
    with pytest.raises(WeightsError, match=r"need h5py and Keras.*pip install"):
        keras_file.read(tmp_path / "a.keras")


def test_the_tape_answers_that_it_is_not_there_and_starts_nothing(light: None) -> None:
    client = TapeClient()
    answer = client.ask("{}")
    assert answer.state == "failed"
    assert answer.reason.startswith("It is not installed here. To get it")
    assert client.process is None


def test_the_command_train_says_how_to_get_it(light: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--epochs", "1"]) == 2
    assert capsys.readouterr().err == f"netlab: {extras.no_training()}\n"
