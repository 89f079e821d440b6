"""However a run's folder is made up, whoever reads it says what is wrong, stays small, and reads the other runs as before."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from netlab.__main__ import main
from netlab.experiments.rewind import course
from netlab.nets.weight_file import WeightsError
from netlab.runs import origin, owners, parcel, reading, store
from netlab.runs.compare import outcome
from netlab.runs.run import Run, RunError
from netlab.runs.states import StateError
from netlab.runs.summary import summary
from netlab.training import prediction
from tests.runs.hostile import KINDS
from tests.runs.kept import kept_run
from tests.runs.test_reading import memory_below

REASONS = (RunError, WeightsError, StateError, parcel.ParcelError)
"""What a reader says where there is nothing to give."""


def sent(run: Run) -> bytes:
    stream = io.BytesIO()
    parcel.write(run, stream)
    return stream.getvalue()


READERS: tuple[Callable[[Run], Any], ...] = (
    reading.read, summary, outcome, course.moments, origin.read, owners.read, prediction.kept, Run.marks, Run.name, Run.state,
    Run.read_ending, Run.latest_weights, Run.checkpoint, Run.size, Run.started, lambda run: [run.exact(step) for step in run.exact_steps()],
    lambda run: [run.weights(step) for step in (None, *run.snapshots())], sent, lambda run: parcel.read(io.BytesIO(sent(run))),
    lambda run: origin.branches(run.id),
)  # fmt: skip


def told(run: Run) -> list[str]:
    """What each reader that has nothing to give says."""
    found = []
    for reader in READERS:
        try:
            reader(run)
        except REASONS as error:
            found.append(str(error))
    return found


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good run's folder, made once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETLAB_HOME", str(tmp_path_factory.mktemp("made")))
        return kept_run().folder


@pytest.fixture
def pair(template: Path) -> tuple[Run, Run]:
    """A good run, and one that will be no good."""
    runs = [Run(one, store.root() / one) for one in (store.new_id(), store.new_id())]
    for run in runs:
        shutil.copytree(template, run.folder)
    return runs[0], runs[1]


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_read_of_it_is_refused_in_a_sentence(kind: str, pair: tuple[Run, Run]) -> None:
    good, bad = pair
    before = summary(good)
    KINDS[kind](bad)
    with memory_below(100_000_000):
        sentences = told(bad)
    assert all(len(said) < 1000 and said.isprintable() for said in sentences)
    assert summary(good) == before
    assert store.find(good.id) == good
    assert good in store.all_runs()


SAID = {
    "a gap of all batches": "Its curves end after 3,000,000 batches",
    "returns without end": "more than 1,000 returns to an earlier step",
    "lines beyond": "Its history cannot be read (it has 1,000,000,000,000 bytes",
    "a version beyond": "5 lines of a newer Netlab",
    "a bomb for a state": "in all; at most 102,000,000 are read",
    "shapes beyond": "found float32 (1000000, 1000000)",
    "weights of no numbers": "values that are not numbers",
    "begins at '../../../etc'": "names no moment of a run",
    "data '/etc/passwd'": "data must be the name of a data set",
}


@pytest.mark.parametrize("kind", SAID)
def test_the_reason_is_given(kind: str, pair: tuple[Run, Run]) -> None:
    KINDS[kind](pair[1])
    assert SAID[kind] in " ".join([reading.read(pair[1]).trouble, *told(pair[1])])


def test_commands_say_what_of_a_run_they_could_not_read(
    pair: tuple[Run, Run], digits_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = pair
    KINDS["a pipe for end.json"](bad)
    page = tmp_path / "report.html"
    why = "How it ended cannot be read (it is not a plain file)"
    for words in (
        ["runs"],
        ["runs", "--compare", bad.id, good.id],
        ["inside", bad.id],
        ["report", bad.id, str(page)],
    ):
        assert main(words) == 0
        said = capsys.readouterr()
        assert why in said.err, words
        assert bad.id in said.err
    assert why in page.read_text()
    assert main(["compare", good.id, bad.id]) == 0
    assert why in capsys.readouterr().out
