"""The numbers of a run: nothing is said before it is known, and a finished run has no empty places."""

from __future__ import annotations

from dataclasses import replace

from netlab.nets.spec import NetworkSpec
from netlab.runs.events import Done, EpochEnd, Metrics, Started, Validation
from netlab.training.job import Job, View
from netlab.training.standing import UNKNOWN, gap, numbers


def view(*events: object, state: str = "running", spec: NetworkSpec | None = None) -> View:
    """A run of two epochs of ten batches, after these events."""
    job = Job("r", spec or NetworkSpec(epochs=2))
    job.take(Started("r", 1, 320, 100, 10, 20, "made", ""))
    for event in events:
        job.take(event)  # type: ignore[arg-type]
    history = job.history
    return View(
        job.id, job.spec, state, "", 0, history.started, history.step, history.curves(), history, (), (), "",
        job.learning_rate, job.done, False,
    )  # fmt: skip


def values(shown: View) -> dict[str, str]:
    return {number.title: number.value for number in numbers(shown)}


def metrics(step: int, count: int, accuracy: float) -> Metrics:
    return Metrics(step, (1.0,) * count, (accuracy,) * count, 320.0, 1.5)


def test_a_run_that_is_on_keeps_the_places_of_what_is_not_known_yet() -> None:
    begun = values(view())
    assert begun["Training"] == begun["Validation"] == begun["Gap, points"] == begun["Time left"] == UNKNOWN
    later = values(view(metrics(5, 5, 0.5), Validation(5, 1.0, 0.25)))
    assert later["Epoch"] == "1 of 2"
    assert later["Training"] == "50.00\u00a0%"
    assert later["Validation"] == "25.00\u00a0%"
    assert later["Gap, points"] == UNKNOWN  # not before an epoch is over
    assert later["Time left"] == "2 s"
    assert later.keys() == begun.keys()


def test_a_run_that_is_over_has_no_empty_places() -> None:
    ends = (metrics(20, 20, 0.75), Validation(20, 1.0, 0.5), EpochEnd(2, 20, 1.0, 0.75, 1.0, 0.5))
    done = values(view(*ends, Done(1, 0.5, 1.0, 12.34, 320.0, "r", True), state="done"))
    assert UNKNOWN not in done.values()
    assert done["Gap, points"] == "+25.0"
    assert done["Time"] == "12.3 s"
    assert "Time left" not in done
    stopped = values(view(metrics(5, 5, 0.5), state="stopped"))
    assert UNKNOWN not in stopped.values()
    assert "Gap, points" not in stopped


def test_the_gap_has_a_true_minus_and_no_minus_nought() -> None:
    def told(training: float, validation: float) -> str:
        return gap(view(metrics(10, 10, training), EpochEnd(1, 10, 1.0, training, 1.0, validation)))

    assert told(0.5, 0.75) == "−25.0"
    assert told(0.75, 0.5) == "+25.0"
    assert told(0.5, 0.5) == told(0.5, 0.50001) == told(0.50001, 0.5) == "0.0"


def test_the_note_says_how_many_batches_are_averaged_and_whether_with_dropout() -> None:
    shown = view(metrics(10, 10, 0.5))
    note = next(number.note for number in numbers(shown) if number.title == "Training")
    assert "last 10 batches" in note
    assert "dropout" in note
    without = replace(shown, spec=NetworkSpec(dropout=0.0))
    assert not any("dropout" in number.note for number in numbers(without))
