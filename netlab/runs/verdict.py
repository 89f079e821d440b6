"""What is said of a training that came to its end: praise only where it learnt to read and does not overfit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from netlab.data import STAND_IN
from netlab.formatting import percent
from netlab.nets.naming import reads_digits, tested_on, validation_name
from netlab.nets.spec import NetworkSpec
from netlab.runs.diagnosis import CHANCE, READS, overfits
from netlab.runs.events import Done
from netlab.runs.history import History

Tone = Literal["reads", "stand-in", "overfits", "not yet", "guesses"]


@dataclass(frozen=True)
class Verdict:
    """How a training ended, in one sentence, and which of the five endings it is."""

    tone: Tone
    sentence: str


WORDS: dict[Tone, str] = {
    "reads": "Finished",
    "stand-in": "Finished on stand-in digits, which are harder than MNIST's",
    "overfits": "Finished, and it overfits",
    "not yet": "Finished, but it has not learnt to read",
    "guesses": "Finished, but it only guesses",
}


def verdict(spec: NetworkSpec, history: History, done: Done) -> Verdict:
    """Judge a finished training by its test digits, its course and the kind of its digits.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained.
    history : History
        What the run has reported so far.
    done : Done
        The ending of the training.

    Returns
    -------
    Verdict
        A tone and a sentence.
    """
    tone = _tone(spec, history, done.test_accuracy)
    words = (
        WORDS[tone] if reads_digits(spec) else WORDS[tone].replace("to read", "to tell its pictures apart")
    )
    return Verdict(
        tone,
        f"{words}: {percent(done.test_accuracy, 2)} of the {tested_on(spec)} are right after {done.seconds:.1f} s."
        f"{_best(spec, history)}",
    )


def _best(spec: NetworkSpec, history: History) -> str:
    """Which epoch's weights these are, where early stopping chose them."""
    best = history.best
    if best is None or not history.epochs:
        return ""
    last = history.epochs[-1].epoch
    seen = validation_name(spec)
    if best.epoch == last:
        return f" The loss on {seen} was lowest after epoch {best.epoch}, the last one."
    if last < spec.epochs:
        return (
            f" It stopped early, after epoch {last}. The loss on {seen} was lowest after epoch {best.epoch}, so it went back to the "
            "weights that it had then."
        )
    return f" The loss on {seen} was lowest after epoch {best.epoch}, so it went back to the weights that it had then."


def _tone(spec: NetworkSpec, history: History, accuracy: float) -> Tone:
    if accuracy <= CHANCE:
        return "guesses"
    if accuracy <= READS:
        return "not yet"
    if overfits(spec, history) is not None:
        return "overfits"
    stand_in = history.started is not None and history.started.source == STAND_IN
    return "stand-in" if stand_in else "reads"
