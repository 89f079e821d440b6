"""What is said of a race: who is lowest by merit, whom the origin helps, and how much of it was the learning rate."""

from __future__ import annotations

import numpy as np

from netlab.formatting import counted, plain, point
from netlab.landscape.race.fair_race import LEVEL, MOVED_BY, Race, end_of
from netlab.landscape.race.outcomes import loss_with_default
from netlab.landscape.verdict import ending_told
from netlab.nn.optimizers import OPTIMIZERS

RATES = np.logspace(-6, 2 + 1 / 6, 50)
"""Six to a power of ten, from a millionth to 147: Keras's 0.001 and 0.01 are among them."""


def race_told(run: Race, steps: int, start: tuple[float, float]) -> str:
    """Who is lowest; or that nobody is, where all are level."""
    first, *_, last = run.earned.values()
    best = end_of(first)
    walked, there = counted(steps, "step"), point(start)
    if not np.isfinite(best):
        return f"**Nobody arrives** after {walked} from {there}: every walk diverged or came to where there is no height."
    level = [runner for runner in run.earned.values() if end_of(runner) <= best + LEVEL]
    if len(level) == len(run.ranking):
        return f"**All {len(level)} are level** after {walked} from {there}: loss {plain(best, 3)}. This start tells no rule from another."
    verdict = (
        f"**{first.optimizer.title} is lowest** after {walked} from {there}: loss {plain(best, 3)} at its rate of "
        f"{plain(first.optimizer.learning_rate, 3)}."
    )
    if len(level) > 1:
        verdict += f" It is level with {len(level) - 1} more."
    if len(level) < len(run.earned):
        verdict += f" {last.optimizer.title} is last. {ending_told(last.optimizer, last.path)}"
    return f"{verdict} {_by_default(run, first.optimizer.key)}"


def _by_default(run: Race, winner: str) -> str:
    losses = {
        key: loss_with_default(runner)
        for key, runner in run.ranking.items()
        if key not in run.moved or key == winner
    }
    defaults = {key: loss for key, loss in losses.items() if loss is not None}
    least = min(defaults.values())
    if not np.isfinite(least):
        return "With Keras's default rates nobody would arrive."
    if winner in defaults and defaults[winner] <= least + LEVEL:
        return f"With Keras's default rates it would be in front too, at {plain(defaults[winner], 3)}."
    front = OPTIMIZERS[min(defaults, key=defaults.__getitem__)].title
    return f"With Keras's default rates **{front}** would be in front: a race at default rates compares rates, not rules."


def decay_told(run: Race, *, decay: bool) -> str:
    """What decay of the weights has to do with the race."""
    if not decay:
        return (
            "All run without weight decay: it draws the weights to 0, which on some of these landscapes is the very minimum. "
            "Without it AdamW is Adam."
        )
    return " ".join(
        f"{OPTIMIZERS[key].title}'s weight decay draws its weights to 0, whatever the slope says: it ends at "
        f"{_number(end_of(run.ranking[key]))}, and at {_number(there)} where the same landscape lies {point(MOVED_BY)} farther from 0."
        for key, there in run.moved.items()
        if not OPTIMIZERS[key].rule.measures_by_weights
    )


def origin_told(run: Race) -> str:
    """That a rule is in front or behind only because of where the origin lies; nothing where nobody is."""
    told = [(key, _NOT_IN_FRONT) for key in run.helped] + [(key, _NOT_LAST) for key in run.hindered]
    return " ".join(
        sentences.format(
            title=OPTIMIZERS[key].title,
            here=_number(end_of(run.ranking[key])),
            bond=_bond(key),
            way=point(MOVED_BY),
            there=_number(run.moved[key]),
        )
        for key, sentences in told
    )


_NOT_IN_FRONT = "{title} ends at {here}, but is not counted as in front. {bond} With the landscape moved by {way} it ends at {there}."
_NOT_LAST = "{title} ends at {here}, but is not counted as last. {bond} With the landscape moved by {way} it ends at {there}."


def _bond(key: str) -> str:
    """What ties an optimizer to the origin."""
    if OPTIMIZERS[key].rule.measures_by_weights:
        return "Its steps are as long as a share of the weights, so it matters where 0 lies."
    return "Its decay draws it to 0."


def largest_told(run: Race) -> str:
    """Whose best rate was the largest that was tried; nothing if nobody's was."""
    titles = [
        runner.optimizer.title
        for runner in run.ranking.values()
        if runner.sweep.best_learning_rate >= RATES[-1] and end_of(runner) < float(runner.path.losses[0])
    ]
    if not titles:
        return ""
    return (
        f"No larger rate than {plain(RATES[-1], 3)} was tried, and that one was the best for {' and '.join(titles)}: a still "
        "larger one may serve better."
    )


def _number(value: float) -> str:
    return plain(value, 3) if np.isfinite(value) else "no height at all"
