"""However a run's folder is made up, whoever reads it says what is wrong, stays small, and reads the other runs as before."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

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
    reading.read, summary, outcome, course.moments, origin.read, owners.read, prediction.read, Run.marks, Run.name, Run.state,
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


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_read_is_refused_with_its_reason(kind: str) -> None:
    good, bad = kept_run(), kept_run()
    before = summary(good)
    KINDS[kind](bad)
    with memory_below(100_000_000):
        sentences = told(bad)
    assert all(len(said) < 1000 and said.isprintable() for said in sentences)
    assert summary(good) == before
    assert store.find(good.id) == good
    assert good in store.all_runs()
