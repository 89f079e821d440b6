"""A training in a terminal: a progress bar for people, lines of JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from netlab.formatting import percent
from netlab.nets.naming import pictures, tested_on, validation_name
from netlab.nets.spec import TEST, NetworkSpec
from netlab.runs.diagnosis import findings
from netlab.runs.events import (
    BestWeights,
    Diverged,
    Done,
    EpochEnd,
    Event,
    Failed,
    Metrics,
    NotSaved,
    Started,
)
from netlab.runs.history import History


def show_lines(events: Iterable[Event]) -> bool:
    """Print every event as JSON; whether the training came to its end."""
    done = False
    for event in events:
        print(event.to_line(), flush=True)
        done = isinstance(event, Done)
    return done


def show_progress(events: Iterable[Event], spec: NetworkSpec) -> bool:
    """Draw a progress bar and a line an epoch; whether the training came to its end."""
    console = Console(soft_wrap=True, markup=False, emoji=False, highlight=False)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[now]}"),
        TimeRemainingColumn(),
    )
    done, history, result = False, History(), ""
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("preparing", total=None, now="")
        for event in events:
            done = isinstance(event, Done)
            history.add(event)
            match event:
                case Started():
                    console.print(
                        f"{event.parameters:,} parameters, {event.examples:,} {pictures(spec)}. {event.note}"
                    )
                    if spec.validation != TEST:
                        console.print(f"Validated on {event.validation_examples:,} {validation_name(spec)}.")
                    for warning in event.warnings:
                        console.print(f"Look at these {pictures(spec)}: {warning}")
                    progress.update(task, description="training", total=event.total_steps)
                case Metrics():
                    now = f"loss {_mean(event.losses)}  {event.examples_per_second:,.0f} images/s"
                    progress.update(task, completed=event.step, now=now)
                case EpochEnd():
                    console.print(
                        f"epoch {event.epoch} of {spec.epochs}: training {percent(event.accuracy, 2)}, "
                        f"validation {percent(event.validation_accuracy, 2)}"
                    )
                case BestWeights():
                    console.print(
                        f"The loss on {validation_name(spec)} was lowest after epoch {event.epoch}: its weights are put back."
                    )
                case NotSaved():
                    console.print(f"Not saved: {event.what}. {event.reason}")
                case Diverged() | Failed():
                    console.print(event.reason)
                case Done():
                    result = (
                        f"{percent(event.test_accuracy, 2)} of the {tested_on(spec)} are right after {event.seconds:.1f} s "
                        f"({event.examples_per_second:,.0f} images/s, start and validation counted). "
                        + (f"Run {event.run}" if event.saved else "The run was not saved.")
                    )
                    for found in findings(spec, history):
                        console.print(f"{found.title} {found.evidence} {found.advice}")
    if result:  # last, where the bar was
        console.print(result)
    return done


def _mean(losses: tuple[float | None, ...]) -> str:
    numbers = [loss for loss in losses if loss is not None]
    return f"{sum(numbers) / len(numbers):.3f}" if numbers else "not a number"
