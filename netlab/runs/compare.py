"""Two runs side by side: which of their settings differ, and what came of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from netlab.nets.spec import NetworkSpec
from netlab.runs.events import Done, Validation
from netlab.runs.run import Run


@dataclass(frozen=True)
class Outcome:
    """What came of a run.

    Attributes
    ----------
    state : str
        As ``Run.state`` has it.
    accuracy : float or None
        The share of test digits read correctly at the end; the latest validation's where it has not come there.
    loss : float or None
        Of the same digits.
    seconds : float or None
        How long it took; None if it did not come to its end.
    """

    state: str
    accuracy: float | None = None
    loss: float | None = None
    seconds: float | None = None


def outcome(run: Run) -> Outcome:
    """What came of a run, from its ending or, if it has none, from its latest validation.

    Parameters
    ----------
    run : Run
        Any run whose folder is there.

    Returns
    -------
    Outcome
        With None for what was not kept.
    """
    ending, state = run.ending(), run.state()
    if isinstance(ending, Done):
        return Outcome(state, ending.test_accuracy, ending.test_loss, ending.seconds)
    last = None
    for event in run.events():
        last = event if isinstance(event, Validation) else last
    return Outcome(state) if last is None else Outcome(state, last.accuracy, last.loss)


def differences(one: NetworkSpec, other: NetworkSpec) -> dict[str, tuple[Any, Any]]:
    """The settings in which two networks and their trainings differ.

    Parameters
    ----------
    one, other : NetworkSpec
        The two.

    Returns
    -------
    dict
        By the name of the setting its two values, as JSON has them; the rate in use stands for one that was left at
        its default, and a setting that only one of their optimizers has is None for the other.
    """
    first, second = settings_of(one), settings_of(other)
    names = dict.fromkeys([*first, *second])
    pairs = {name: (first.get(name), second.get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def settings_of(spec: NetworkSpec) -> dict[str, Any]:
    """All settings of a network and its training, those of its optimizer beside the others.

    Parameters
    ----------
    spec : NetworkSpec

    Returns
    -------
    dict
        Values as JSON has them; the rate in use stands for one that was left at its default.
    """
    values = {**spec.to_json(), "learning_rate": spec.rate}
    del values["settings"]
    own = {name: value for name, value in spec.optimizer_arguments.items() if name not in values}
    own.pop("global_clipnorm", None)  # Keras's word for clip_norm
    return {**values, **own}
