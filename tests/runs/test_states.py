"""An exact state is continued from only if it is this training's; else the one before it is taken."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netlab.data import Digits
from netlab.runs import store
from netlab.runs.run import Run
from netlab.runs.states import StateError
from netlab.training.compiled_loop import Trainer, layout
from netlab.training.queue import JobQueue
from netlab.training.worker import _last_state
from tests import machine
from tests.runs.kept import EPOCH, SPEC, kept_run
from tests.waiting import until


def newest(run: Run) -> Path:
    return max((run.folder / "resume").iterdir())


def bytes_at(mark: bytes, offset: int, value: int) -> Callable[[Path], None]:
    """One byte behind the last ``mark`` of a file is another."""

    def damage(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[content.rindex(mark) + offset] = value
        path.write_bytes(content)

    return damage


def arrays(**values: Any) -> Callable[[Path], None]:
    """Other arrays; None leaves one out."""

    def damage(path: Path) -> None:
        with np.load(path) as archive:
            found = {name: archive[name] for name in archive.files} | values
        np.savez(path, **{name: value for name, value in found.items() if value is not None})

    return damage


def about(step: float, rate: float = 0.001, seconds: float = 2.0) -> Callable[[Path], None]:
    return arrays(about=np.array([step, rate, seconds]))


def pipe(path: Path) -> None:
    path.unlink()
    machine.pipe(path)


DAMAGES: dict[str, Callable[[Path], None]] = {
    "cut": lambda path: os.truncate(path, 3000),
    "empty": lambda path: os.truncate(path, 0),
    "large": lambda path: os.truncate(path, 10**10),
    "a pipe": pipe,
    "array header": bytes_at(b"'fortran_order'", 3, 0x22),
    "zip flags": bytes_at(b"PK\1\2", 8, 0x20),
    "zip method": bytes_at(b"PK\1\2", 10, 99),
    "a weight's shape": arrays(w0=np.zeros((784, 9), np.float32)),
    "a weight's dtype": arrays(w0=np.zeros((784, 8), np.float64)),
    "a slot's shape": arrays(s3=np.zeros((), np.float32)),
    "a missing weight": arrays(w1=None),
    "a missing slot": arrays(s7=None),
    "a missing epoch": arrays(epoch_losses=None),
    "an epoch of another length": arrays(epoch_accuracies=np.zeros(3)),
    "no numbers": arrays(about=np.array(["a", "b", "c"])),
    "two numbers": arrays(about=np.zeros(2)),
    "step inf": about(np.inf),
    "step nan": about(np.nan),
    "step -5": about(-5),
    "step 2.5": about(2.5),
    "step beyond the end": about(3 * EPOCH),
    "a huge step": about(1e300),
    "rate nan": about(2 * EPOCH, rate=np.nan),
    "rate -1": about(2 * EPOCH, rate=-1.0),
}


@pytest.mark.parametrize("case", DAMAGES)
def test_a_damaged_newest_state_falls_back_to_the_one_before(case: str, digits: Digits) -> None:
    run = kept_run()
    whole = _last_state(run, SPEC, digits)
    assert whole is not None
    assert whole.step == 2 * EPOCH
    DAMAGES[case](newest(run))
    before = _last_state(run, SPEC, digits)
    assert before is not None
    assert before.step == EPOCH
    (run.folder / "resume" / f"{EPOCH:09d}.npz").write_bytes(b"no archive")
    assert _last_state(run, SPEC, digits) is None


def test_a_state_of_another_set_of_digits_is_not_taken(digits: Digits) -> None:
    half = replace(digits, x_train=digits.x_train[:320], y_train=digits.y_train[:320])
    run = kept_run()
    found = _last_state(run, SPEC, half)  # 20 batches are all of it now
    assert found is not None
    assert found.step == EPOCH


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "nadam", "lion", "adagrad", "rmsprop"])
def test_the_layout_of_a_state_is_known_without_the_network(optimizer: str) -> None:
    spec = replace(SPEC, optimizer=optimizer)
    state = Trainer(spec).state()
    assert layout(spec) == {name: (array.shape, array.dtype) for name, array in state.items()}


def test_a_trainer_takes_back_its_own_state_only_and_changes_nothing_else() -> None:
    trainer = Trainer(SPEC)
    before = trainer.state()
    with pytest.raises(StateError, match=r"w3 should be float32 \(10,\)"):
        trainer.restore({**before, "w0": before["w0"] + 1, "w3": np.zeros(9, np.float32)})
    assert all(np.array_equal(before[name], array) for name, array in trainer.state().items())
    trainer.restore({**before, "w0": before["w0"] + 1})
    assert np.array_equal(trainer.state()["w0"], before["w0"] + 1)


@pytest.fixture
def job_queue(digits_file: Path) -> Iterator[JobQueue]:
    one = JobQueue(slots=1, grace=600.0, warm=False)
    yield one
    one.close()


def test_a_worker_goes_on_from_the_state_before_and_from_the_seed_if_there_is_none(
    job_queue: JobQueue,
) -> None:
    run = kept_run()
    (run.folder / "end.json").unlink()
    arrays(w1=None)(newest(run))
    job = job_queue.continue_run(run.id)
    assert job is not None
    until(lambda: job.state == "done", what=f"the end ({job.reason})")
    assert job.starts_again == ""
    assert next(event for event in reversed(list(run.events())) if event.name == "started").step == EPOCH  # type: ignore[attr-defined]
    assert store.get(run.id).ending() is not None  # type: ignore[union-attr]
    (run.folder / "end.json").unlink()
    for path in (run.folder / "resume").iterdir():
        about(np.inf)(path)
    other = JobQueue(slots=1, grace=600.0, warm=False)
    try:
        again = other.continue_run(run.id)
        assert again is not None
        until(lambda: again.state == "done", what=f"the end ({again.reason})")
        assert "None of its checkpoints" in again.starts_again
        assert again.history.step == 2 * EPOCH
    finally:
        other.close()
