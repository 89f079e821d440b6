"""Why it went as it went: sentences about a run, each with the number that shows it."""

from __future__ import annotations

import math

from netlab.arrays import CLASSES
from netlab.formatting import counted, percent, plain
from netlab.nets.layers import chosen
from netlab.nets.naming import pictures, reads_digits, validation_name
from netlab.nets.spec import NetworkSpec
from netlab.nn.optimizers import ON_TRAIN
from netlab.runs import trials
from netlab.runs.causes import BEGUN, FEW, counter_experiment, likeliest, still_begun
from netlab.runs.events import EpochEnd, Validation
from netlab.runs.finding import Finding, Trial
from netlab.runs.history import History
from netlab.runs.symptoms import READS, symptoms

__all__ = ["CHANCE", "EQUAL_GUESSES", "READS", "Finding", "ended", "findings", "overfits", "why_diverged"]

CHANCE = 0.2
"""Share up to which it may as well be guessing."""

EQUAL_GUESSES = {
    "sparse_categorical_crossentropy": (math.log(CLASSES), f"ln 10 = {math.log(CLASSES):.3f}"),
    "mean_squared_error": ((CLASSES - 1) / CLASSES**2, f"{(CLASSES - 1) / CLASSES**2:g}"),
}
"""What each loss is where all ten digits get the same probability: the number, and how it is written."""


def why_diverged(spec: NetworkSpec, rate: float, step: int, loss_before: float) -> str:
    """A sentence for a loss that stopped being a number at ``step``.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained.
    rate : float
        The learning rate in force, before its schedule.
    step : int
        The batch whose loss was not finite, counted from 1.
    loss_before : float
        Loss of the batch before it; not finite if there was none.

    Returns
    -------
    str
        What happened and which learning rate to try.
    """
    title = ON_TRAIN[spec.optimizer].training_title
    before = f" One batch earlier it was {plain(loss_before, 3)}." if math.isfinite(loss_before) else ""
    return (
        f"At batch {step:,} the loss was no longer a finite number.{before} "
        f"With {title} and learning rate {plain(rate)} each step leaps across the valley instead of into it, "
        f"farther every time, until the numbers overflow. Try learning rate {plain(_smaller(spec, rate))}."
    )


def _smaller(spec: NetworkSpec, rate: float) -> float:
    """The optimizer's usual rate if this one is far above it, else a tenth of this one."""
    usual = ON_TRAIN[spec.optimizer].default_learning_rate
    return usual if rate > usual else rate / 10


def findings(spec: NetworkSpec, history: History) -> list[Finding]:
    """What stands out in a run so far, most important first; empty while there is nothing to say.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained.
    history : History
        What the run has reported so far.

    Returns
    -------
    list of Finding
        At most one of each kind.
    """
    checks = (_not_learning, _bad_start, overfits)
    seen = [found for check in checks if (found := check(spec, history)) is not None]
    return [*seen, *symptoms(spec, history)]


def _not_learning(spec: NetworkSpec, history: History) -> Finding | None:
    """Of a run that came to its end the validation digits judge; before that, training does too once it had its chance."""
    if ended(history):
        last = history.validations[-1]
        return (
            None
            if last.accuracy > READS
            else _chance(spec, history, last.accuracy, last.loss, validation_name(spec))
        )
    if history.step < FEW:
        return None
    training, loss = history.smooth_accuracies[-1], history.smooth_losses[-1]
    if training <= CHANCE:
        return _chance(spec, history, training, loss, f"training {pictures(spec)}")
    stuck = _validated_at_chance(history)
    return (
        None if stuck is None else _chance(spec, history, stuck.accuracy, stuck.loss, validation_name(spec))
    )


def _validated_at_chance(history: History) -> Validation | None:
    """The last validation if it found nothing learnt, and training has not become better since."""
    last = history.validations[-1] if history.validations else None
    if last is None or last.step < FEW or last.accuracy > CHANCE:
        return None
    then, now = history.smooth_accuracies[last.step - 1], history.smooth_accuracies[-1]
    return last if now <= then + 0.02 else None


def ended(history: History) -> bool:
    """Whether all batches are trained, or an early stop came, and the network they made was validated.

    Parameters
    ----------
    history : History
        What the run has reported so far.

    Returns
    -------
    bool
        False also for a run that never started.
    """
    started, seen = history.started, history.validations
    last = started.total_steps if started is not None and history.best is None else history.step
    return started is not None and bool(seen) and last == history.step == seen[-1].step


def _chance(spec: NetworkSpec, history: History, share: float, loss: float | None, kind: str) -> Finding:
    digits, when = reads_digits(spec), counted(history.step, "batch")
    evidence = (
        f"After {when} {percent(share, 2)} of the {kind} are read correctly; guessing gives 10\u00a0%."
        if digits
        else f"After {when} {percent(share, 2)} of the {kind} are named correctly; guessing gives 10\u00a0%."
    )
    cost, description = chosen("loss", spec.loss, EQUAL_GUESSES)
    if loss is not None and abs(loss - cost) < 0.04 * cost:
        evidence += (
            f" The loss {loss:.3f} is close to {description}, what ten equal probabilities cost: it says nearly the same about "
            "every picture."
        )
    title = "It has hardly begun to read." if digits else "It has hardly begun to tell them apart."
    if share <= CHANCE:
        title = "The network is guessing."
    advice, trial = likeliest(spec, history), counter_experiment(spec, history)
    return Finding(title, evidence, advice, "chance", trial)


def _bad_start(spec: NetworkSpec, history: History) -> Finding | None:
    if history.step < 20:
        return None
    first = history.losses[:200].tolist()
    worst = max(first)
    if not math.isfinite(worst) or worst < 10 * max(history.losses[0], 0.1):
        return None
    return Finding(
        "The first steps were far too long.",
        f"The loss rose from {history.losses[0]:.2f} to {_large(worst)}.",
        f"Lower the learning rate ({plain(history.rate_at(first.index(worst), spec.rate))}). “Errors, logarithmic” above the curves shows what came after.",
        "leap",
        trials.with_rate(spec, _smaller(spec, history.rate_at(first.index(worst), spec.rate))),
    )


RISEN = 1.25
"""Validation loss over its lowest from which it has risen, whatever the share of right answers does."""

AHEAD = 0.02
"""Training accuracy less validation accuracy from which training is ahead."""


def overfits(spec: NetworkSpec, history: History) -> Finding | None:
    """Whether validation became worse while training went on to become better: by its loss, or by right answers.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained.
    history : History
        What the run has reported so far.

    Returns
    -------
    Finding or None
        None before the third epoch.
    """
    if len(history.epochs) < 3 or history.best is not None:  # the best weights were put back
        return None
    if still_begun(spec, history.step) > BEGUN:  # validation lags behind training by its moving means
        return None
    best = min(history.epochs, key=lambda epoch: _loss(epoch.validation_loss))
    last = history.epochs[-1]
    lowest, now = _loss(best.validation_loss), _loss(last.validation_loss)
    if (
        last.step > history.step or best.epoch == last.epoch
    ):  # its batches were not kept, or it is at its best
        return None
    gap = history.smooth_accuracies[last.step - 1] - last.validation_accuracy
    risen = now >= RISEN * lowest and _loss(last.loss) < _loss(best.loss)
    if not risen and not gap >= AHEAD:
        return None
    ahead = (
        f"Training accuracy is {gap * 100:.1f} percentage points ahead."
        if gap >= AHEAD
        else _surer(best, last, validation_name(spec))
    )
    return Finding(
        "It overfits: it learns its pictures by heart.",
        f"Validation loss was lowest in epoch {best.epoch} ({lowest:.3f}) and is {now:.3f} now. {ahead}",
        "More pictures, dropout, augmentation or an earlier stop would help.",
        "validation",
        _less_by_heart(spec, best.epoch),
    )


def _surer(best: EpochEnd, last: EpochEnd, seen: str) -> str:
    """Where the loss has risen and right answers have not fallen behind: what became worse is how sure it is."""
    return (
        f"That is {plain(_loss(last.validation_loss) / _loss(best.validation_loss), 2)} times as much, while training loss fell "
        f"from {_loss(best.loss):.3f} to {_loss(last.loss):.3f}. Its answers to the {seen} were right in "
        f"{percent(best.validation_accuracy, 2)} then and are in {percent(last.validation_accuracy, 2)} now: it is surer of "
        "its wrong answers than before, and the loss counts that."
    )


def _less_by_heart(spec: NetworkSpec, best: int) -> Trial:
    """Dropout for a network that has none; else as many epochs as were good for it."""
    drops = any(layer.dropout for layer in spec.layers)
    return trials.with_epochs(spec, best) if drops or not spec.layers else trials.with_dropout(spec, 0.2)


def _large(loss: float) -> str:
    return f"{loss:,.0f}" if 100 <= loss < 1e12 else plain(loss, 3)


def _loss(value: float | None) -> float:
    return math.inf if value is None else value
