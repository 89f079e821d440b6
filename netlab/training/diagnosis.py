"""Why it went as it went: sentences about a run, each with the number that shows it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from netlab.nets.choices import OPTIMIZER_CHOICES
from netlab.nets.spec import CLASSES, NetworkSpec
from netlab.training.history import History

GUESSING = math.log(CLASSES)


@dataclass(frozen=True)
class Finding:
    """Something worth knowing about a run: what is seen, and what to try."""

    title: str
    evidence: str
    advice: str


def why_diverged(spec: NetworkSpec, rate: float, step: int, loss_before: float) -> str:
    """A sentence for a loss that stopped being a number at ``step``."""
    title = OPTIMIZER_CHOICES[spec.optimizer].title
    before = f", after {loss_before:.3g} one batch before" if math.isfinite(loss_before) else ""
    return (
        f"At batch {step:,} the loss was no longer a finite number{before}. "
        f"With {title} and learning rate {rate:g} each step leaps across the valley instead of into it, "
        f"farther every time, until the numbers overflow. Try learning rate {_smaller(spec, rate):g}."
    )


def _smaller(spec: NetworkSpec, rate: float) -> float:
    """The optimizer's usual rate if this one is far above it, else a tenth of this one."""
    usual = OPTIMIZER_CHOICES[spec.optimizer].learning_rate
    return usual if rate > usual else rate / 10


def findings(spec: NetworkSpec, history: History) -> list[Finding]:
    """What stands out in a run so far, most important first; empty while there is nothing to say."""
    checks = (_guessing, _bad_start, _overfit)
    return [found for check in checks if (found := check(spec, history)) is not None]


def _guessing(spec: NetworkSpec, history: History) -> Finding | None:
    recent = history.smooth_accuracies[-1:]
    if history.step < 200 or recent[0] > 0.2:
        return None
    evidence = f"After {history.step:,} batches {recent[0]:.0%} of the training digits are right; guessing gives 10\u00a0%."
    if spec.loss == "sparse_categorical_crossentropy" and abs(history.smooth_losses[-1] - GUESSING) < 0.1:
        evidence += (
            f" The loss {history.smooth_losses[-1]:.3f} is close to ln 10 = {GUESSING:.3f}, what ten equal probabilities cost: it says "
            "nearly the same of every picture."
        )
    return Finding(
        "The network is guessing.",
        evidence,
        _cure(spec, [spec.rate, *(rate.value for rate in history.rates)]),
    )


def _cure(spec: NetworkSpec, rates: list[float]) -> str:
    """What to try, given the learning rates of the run in order."""
    if spec.initializer == "zeros":
        return "Every weight started at zero, so all units of a layer are copies of each other: choose Glorot or He."
    squashing = sum(layer.activation in ("sigmoid", "tanh") for layer in spec.layers)
    if squashing >= 4:
        return (
            f"{squashing} squashing layers each pass back a fraction of the slope (sigmoid: at most a quarter), "
            "so the first layers hardly move: try ReLU, or fewer layers."
        )
    usual, highest = OPTIMIZER_CHOICES[spec.optimizer].learning_rate, max(rates)
    if highest > 10 * usual:
        far = f"The learning rate {highest:g} is far above the usual {usual:g}: such steps threw the network off."
        return f"{far} {'Lower it.' if rates[-1] > 10 * usual else 'Start over at a lower one.'}"
    return "Raise the learning rate, or choose another optimizer or activation."


def _bad_start(spec: NetworkSpec, history: History) -> Finding | None:
    if history.step < 20:
        return None
    first = history.losses[:200]
    worst = max(first)
    if not math.isfinite(worst) or worst < 10 * max(history.losses[0], 0.1):
        return None
    return Finding(
        "The first steps were far too long.",
        f"The loss rose from {history.losses[0]:.2f} to {_large(worst)}.",
        f"Lower the learning rate ({history.rate_at(first.index(worst), spec.rate):g}). The logarithmic loss axis shows what came after.",
    )


def _overfit(spec: NetworkSpec, history: History) -> Finding | None:
    if len(history.epochs) < 3:
        return None
    best = min(history.epochs, key=lambda epoch: _loss(epoch.validation_loss))
    last = history.epochs[-1]
    if last.step > history.step:  # its batches were not kept
        return None
    gap = history.smooth_accuracies[last.step - 1] - last.validation_accuracy
    if best.epoch == last.epoch or not gap >= 0.02:
        return None
    return Finding(
        "It learns its pictures by heart.",
        f"Validation loss was lowest in epoch {best.epoch} ({_loss(best.validation_loss):.3f}) and is "
        f"{_loss(last.validation_loss):.3f} now; training is {gap * 100:.1f} points ahead.",
        "More pictures, dropout, augmentation or an earlier stop would help.",
    )


def _large(loss: float) -> str:
    return f"{loss:,.0f}" if 100 <= loss < 1e12 else f"{loss:.3g}"


def _loss(value: float | None) -> float:
    return math.inf if value is None else value
