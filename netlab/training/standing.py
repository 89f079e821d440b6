"""Where a run stands, in a few numbers: how far it is, how well it reads, how fast it goes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from netlab.formatting import fixed, percent, plain
from netlab.nets.naming import reads_digits, validation_name
from netlab.nets.spec import NetworkSpec
from netlab.nn.schedules import SPANNING
from netlab.training.job import View

UNKNOWN = "–"


@dataclass(frozen=True)
class Number:
    """One number of a run: what it is, its value, and a few words more."""

    title: str
    value: str
    note: str


def numbers(view: View) -> list[Number]:
    """The numbers of a run that has begun; while it is on, one that is not known yet is a dash, later it is left out.

    Parameters
    ----------
    view : View

    Returns
    -------
    list of Number
        Empty before the run has begun.
    """
    started, history = view.started, view.history
    if started is None:
        return []
    epoch, within = divmod(max(view.step - 1, 0), started.steps_per_epoch)
    seen = min((within + bool(view.step)) * view.spec.batch_size, started.examples)
    last = history.validations[-1] if history.validations else None
    drops = any(layer.dropout for layer in view.spec.layers)
    training = history.smooth_accuracies[view.step - 1] if view.step else math.nan
    rate = scheduled_rate(view, view.learning_rate, view.step)
    validated, trained = _shares(view.spec, history.window, drops=drops)
    running = view.state == "running" and history.speed > 0
    found = [
        Number("Epoch", f"{epoch + 1} of {view.spec.epochs}", f"{seen:,} of {started.examples:,} images of this epoch"),
        Number("Validation", UNKNOWN if last is None else percent(last.accuracy, 2), validated),
        Number("Training", percent(training, 2) if math.isfinite(training) else UNKNOWN, trained),
        Number("Gap, points", gap(view), "training minus validation, in percentage points, at the end of the latest epoch"),
        Number("Learning rate", plain(rate, 3), "of the next batch" if view.live else "of the last batch"),
        Number("Speed", f"{history.speed:,.0f}/s" if running else UNKNOWN, "images a second"),
        _time(view),
    ]  # fmt: skip
    return found if view.live else [number for number in found if number.value != UNKNOWN]


def _shares(spec: NetworkSpec, window: int, *, drops: bool) -> tuple[str, str]:
    """Of what the shares of validation and of training are."""
    digits = reads_digits(spec)
    validated = "of the {} read correctly" if digits else "of the {} named correctly"
    trained = {
        (True, False): "of the digits in the last {:,} batches read correctly",
        (True, True): "of the digits in the last {:,} batches read correctly, with dropout",
        (False, False): "of the pictures in the last {:,} batches named correctly",
        (False, True): "of the pictures in the last {:,} batches named correctly, with dropout",
    }
    return validated.format(validation_name(spec)), trained[digits, drops].format(window)


def gap(view: View) -> str:
    """Training less validation in percentage points, a dash before the first epoch is over.

    Parameters
    ----------
    view : View

    Returns
    -------
    str
    """
    share = view.history.gap()
    if share is None:
        return UNKNOWN
    points = fixed(share * 100, 1)
    return f"{'' if points == '0.0' or share < 0 else '+'}{points}"


def _time(view: View) -> Number:
    assert view.started is not None
    if view.done is not None:
        return Number("Time", f"{view.done.seconds:.1f} s", "from the first batch to the last")
    if not view.live:
        return Number("Time", f"{view.history.seconds:.1f} s", "until it ended")
    note = f"{view.history.seconds:.1f} s so far"
    if view.state != "running" or not view.history.speed:
        return Number("Time left", UNKNOWN, note)
    images = (view.started.total_steps - view.step) * view.spec.batch_size
    return Number("Time left", f"{images / view.history.speed:.0f} s", note)


def scheduled_rate(view: View, rate: float, step: int) -> float:
    """What the schedule of a run that has begun makes of a rate for the batch after ``step``.

    Parameters
    ----------
    view : View
    rate : float
        As a reader sets it.
    step : int
        Batches trained.

    Returns
    -------
    float
    """
    assert view.started is not None
    total = view.started.total_steps
    return rate * float(SPANNING[view.spec.schedule].factors(min(step, total - 1), 1, total)[0])
