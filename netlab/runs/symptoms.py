"""What measurements of a run show: dead and saturated units, gradients that fade or grow, a rate too small or too large.

Each check gives a finding or None; each is silent for a run that is well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from netlab.arrays import Floats
from netlab.formatting import percent, plain
from netlab.nets.naming import pictures
from netlab.nets.parameters import walk
from netlab.nets.spec import NetworkSpec
from netlab.nn.optimizers import ON_TRAIN
from netlab.runs import trials
from netlab.runs.events import Evidence
from netlab.runs.finding import Finding
from netlab.runs.history import History

MANY_DEAD = 0.5
MANY_SATURATED = 2 / 3
FADED = 0.01
"""First layer's gradient over the last's below which nothing reaches the first."""

SETTLED = 100
"""Batches after which a measurement tells of the training and not only of its start."""

BINS = 24
FEWEST_STRAIGHT = 200
READS = 0.5
"""Share of right answers from which a network is said to read."""


def symptoms(spec: NetworkSpec, history: History) -> list[Finding]:
    """What the measurements of a run show, most important first.

    Parameters
    ----------
    spec : NetworkSpec
    history : History

    Returns
    -------
    list of Finding
    """
    checks: tuple[Callable[[NetworkSpec, History], Finding | None], ...] = (
        copies,
        too_large,
        fading,
        growing,
        dead_units,
        saturated_units,
        too_small,
    )
    return [found for check in checks if (found := check(spec, history)) is not None]


def copies(spec: NetworkSpec, history: History) -> Finding | None:
    """Whether all units of a hidden layer are copies of one, as they are when all weights start at zero.

    Parameters
    ----------
    spec : NetworkSpec
    history : History

    Returns
    -------
    Finding or None
    """
    last = _latest(history)
    units = hidden_units(spec)
    if last is None:
        return None
    same = [place for place in range(len(units)) if units[place] > 1 and last.alike[place] == 1.0]
    if not same:
        return None
    place = same[0]
    return Finding(
        "All units of a layer are one and the same.",
        f"After {_batches(last)} the {units[place]:,} units of {layer_names(spec)[place]} have exactly the same weights, "
        "to the last bit: they answer alike and get the same gradient, so the whole layer does the work of one unit.",
        "Weights that start at random tell them apart.",
        "alike",
        trials.with_start(spec, "glorot_uniform" if spec.initializer == "zeros" else "he_normal"),
    )


def dead_units(spec: NetworkSpec, history: History) -> Finding | None:
    """Whether half of a layer's rectified units are 0 for every digit of the sample.

    Parameters
    ----------
    spec : NetworkSpec
    history : History

    Returns
    -------
    Finding or None
    """
    last = _latest(history)
    if last is None or last.step < SETTLED or _all_alike(last):
        return None
    worst, share = _most(last.dead)
    if share < MANY_DEAD:
        return None
    what = "filters" if worst < len(spec.convolutions) else "units"
    return Finding(
        "Many units are dead.",
        f"After {_batches(last)} {percent(share)} of the {what} in {layer_names(spec)[worst]} are 0 for each of "
        f"{last.examples} training {pictures(spec)}. Where ReLU gives 0 its slope is 0 too, so they get no gradient and seldom come back.",
        f"One long step can push a unit so far that none of the {pictures(spec)} switches it on again. Try a lower learning rate, "
        "or leaky ReLU, which keeps a slope below 0.",
        "dead",
        trials.with_activation(spec, "leaky_relu")
        if _rate(spec, history) <= 3 * _usual(spec)
        else trials.with_rate(spec, _usual(spec)),
    )


def saturated_units(spec: NetworkSpec, history: History) -> Finding | None:
    """Whether two thirds of a layer's outputs lie at an end of their activation's range.

    Parameters
    ----------
    spec : NetworkSpec
    history : History

    Returns
    -------
    Finding or None
    """
    last = _latest(history)
    if last is None or last.step < SETTLED:
        return None
    worst, share = _most(last.saturated)
    if share < MANY_SATURATED:
        return None
    return Finding(
        "Many units are saturated.",
        f"After {_batches(last)} {percent(share)} of the outputs of {layer_names(spec)[worst]}, over {last.examples} "
        f"training {pictures(spec)}, lie within a hundredth of an end of their range. The activation is flat there, so hardly any "
        "gradient passes.",
        "Smaller steps keep the scale of the normalised sums small; ReLU has no upper end."
        if spec.normalises
        else "Smaller steps keep the weighted sums small; ReLU has no upper end.",
        "saturated",
        trials.with_activation(spec, "relu")
        if _rate(spec, history) <= 3 * _usual(spec)
        else trials.with_rate(spec, _usual(spec)),
    )


def fading(spec: NetworkSpec, history: History) -> Finding | None:
    """Whether the first layer's gradient is a hundredth of the last layer's, or less.

    Parameters
    ----------
    spec : NetworkSpec
    history : History

    Returns
    -------
    Finding or None
    """
    last = _latest(history)
    ratio = None if last is None else first_over_last(last)
    if last is None or ratio is None or ratio >= FADED or last.step < SETTLED or _all_alike(last):
        return None
    if _most(last.dead)[1] >= MANY_DEAD:  # what is dead passes nothing back: that is told
        return None
    if spec.normalises:  # its gradient does not grow with its weights, so another start is no mend
        return None
    squashing = any(layer.activation in ("sigmoid", "tanh", "hard_sigmoid") for layer in spec.layers)
    trial = trials.with_activation(spec, "relu") if squashing else trials.with_start(spec, "he_normal")
    return Finding(
        "The gradient fades on its way back.",
        f"After {_batches(last)} the gradient of {layer_names(spec)[0]} is {plain(_some(last.gradients[0]), 2)} long, that "
        f"of the last layer {plain(_some(last.gradients[-1]), 2)}: {_times(1 / ratio)} as long. The first layers hardly move.",
        "Each layer multiplies the gradient by its slope and its weights: ReLU with He's start keeps its size.",
        "fading",
        trial,
    )


def growing(spec: NetworkSpec, history: History) -> Finding | None:
    """Whether the first layer's gradient is a hundred times the last layer's, or more.

    Parameters
    ----------
    spec : NetworkSpec
    history : History

    Returns
    -------
    Finding or None
    """
    last = _latest(history)
    ratio = None if last is None else first_over_last(last)
    if last is None or ratio is None or ratio <= 1 / FADED or spec.normalises:
        return None
    return Finding(
        "The gradient grows on its way back.",
        f"After {_batches(last)} the gradient of {layer_names(spec)[0]} is {plain(_some(last.gradients[0]), 2)} long, that "
        f"of the last layer {plain(_some(last.gradients[-1]), 2)}. One learning rate cannot suit both.",
        "Smaller initial weights or fewer layers keep it in bounds.",
        "growing",
        trials.with_start(spec, "glorot_uniform")
        if spec.initializer != "glorot_uniform"
        else trials.with_rate(spec, _rate(spec, history) / 10),
    )


def too_small(spec: NetworkSpec, history: History) -> Finding | None:
    """Whether the loss falls as a straight line to this day: each step is so short that nothing has bent it yet.

    Parameters
    ----------
    spec : NetworkSpec
    history : History

    Returns
    -------
    Finding or None
    """
    started = history.started
    if started is None or history.step < max(FEWEST_STRAIGHT, started.total_steps / 2):
        return None
    if any(change.step for change in history.rates):
        return None
    rate, fit = _rate(spec, history), straight(history.losses.values)
    if fit is None or rate >= _usual(
        spec
    ):  # at the usual rate it is a plateau, and something else is behind it
        return None
    first, last = fit
    return Finding(
        "The learning rate is too small.",
        f"In {history.step:,} batches the loss went from {plain(first, 3)} to {plain(last, 3)}, along a straight line: as "
        f"fast at the end as at the beginning. With learning rate {plain(rate)} it has not come to where learning slows down.",
        "Take longer steps.",
        "straight",
        trials.with_rate(spec, min(10 * rate, 100.0)),
    )


def too_large(spec: NetworkSpec, history: History) -> Finding | None:
    """Whether plain SGD's steps are longer than the measured curvature bears, in a run that does not do well.

    Parameters
    ----------
    spec : NetworkSpec
    history : History

    Returns
    -------
    Finding or None
    """
    if spec.optimizer != "sgd" or not _struggles(history):
        return None
    for moment in history.evidence:
        bound, rate = stable_rate(moment), history.rate_at(moment.step, spec.rate)
        if bound is not None and rate > bound:
            return _overshoots(spec, moment, bound, rate)
    return None


def _overshoots(spec: NetworkSpec, moment: Evidence, bound: float, rate: float) -> Finding:
    return Finding(
        "The steps are too long for this valley.",
        f"{_when(moment)} Along the gradient the loss has the curvature λ = {plain(_some(moment.curvature), 3)} (how sharply it bends). Plain "
        f"gradient descent overshoots and climbs where the learning rate is above 2/λ ≈ {plain(bound, 2)}; here it was "
        f"{plain(rate)}, {_times(rate / bound)} that.",
        "The bound is an estimate: it holds for these weights and this direction.",
        "curvature",
        trials.with_rate(spec, bound / 2),
    )


def straight(losses: Sequence[float] | Floats) -> tuple[float, float] | None:
    """The ends of the straight line that losses lie on; None if they bend, jump or do not fall.

    Parameters
    ----------
    losses : sequence of float
        Of consecutive batches.

    Returns
    -------
    (first, last) or None
    """
    values = np.asarray(losses, float)
    if len(values) < FEWEST_STRAIGHT or not np.isfinite(values).all():
        return None
    means, noise = binned(values)
    x = np.arange(len(means), dtype=float)
    half = len(means) // 2
    early, late = (float(np.polyfit(x[part], means[part], 1)[0]) for part in (slice(half), slice(half, None)))
    slope, start = (float(part) for part in np.polyfit(x, means, 1))
    start -= slope / 2  # from the middle of the first stretch to its beginning
    fall = -slope * len(means)
    apart = float(np.max(np.abs(means - (start + slope * (x + 0.5)))))
    falls = early < 0 and late < 0 and fall > 8 * noise and fall > 0.01 * start
    alike = falls and 0.6 <= late / early <= 1.6
    return (start, start - fall) if alike and apart < max(0.08 * fall, 4 * noise) else None


def binned(values: Floats) -> tuple[Floats, float]:
    """Means of losses over ``BINS`` stretches, equal but for a batch, and how far such a mean is off by chance.

    Parameters
    ----------
    values : (n,)
        At least ``BINS`` of them.

    Returns
    -------
    means (BINS,), float
    """
    parts = np.array_split(np.asarray(values, np.float32), BINS)
    means = np.array([part.mean() for part in parts], np.float32)
    apart = float(np.median([part.std() for part in parts]))
    return means, apart / math.sqrt(len(values) / BINS)


def stable_rate(evidence: Evidence) -> float | None:
    """The learning rate above which plain SGD is estimated to be unstable, 2/λ; None where the loss does not curve up.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    float or None
    """
    curvature = evidence.curvature
    return 2.0 / curvature if curvature is not None and curvature > 1e-6 else None


def first_over_last(evidence: Evidence) -> float | None:
    """The first layer's gradient over the last's, by length; None where there is one layer or the last has none.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    float or None
    """
    first, last = evidence.gradients[0], evidence.gradients[-1]
    return first / last if len(evidence.gradients) > 1 and first is not None and last else None


def hidden_units(spec: NetworkSpec) -> list[int]:
    """Units, or filters, of each layer with weights but the last.

    Parameters
    ----------
    spec : NetworkSpec

    Returns
    -------
    list of int
    """
    return [row.kernel[-1] for row in walk(spec) if row.kernel][:-1]


def layer_names(spec: NetworkSpec) -> list[str]:
    """The layers with weights in few words: convolution 1, hidden layer 1, the last layer.

    Parameters
    ----------
    spec : NetworkSpec

    Returns
    -------
    list of str
    """
    kinds = [row.kind for row in walk(spec) if row.kernel][:-1]
    words = {"Conv2D": "convolution", "Dense": "hidden layer"}
    return [
        *(f"{words[kind]} {kinds[: place + 1].count(kind)}" for place, kind in enumerate(kinds)),
        "the last layer",
    ]


def _latest(history: History) -> Evidence | None:
    return history.evidence[-1] if history.evidence else None


def _all_alike(evidence: Evidence) -> bool:
    """Whether a hidden layer is one unit many times, which explains all else."""
    return any(share == 1.0 for share in evidence.alike[:-1])


def _struggles(history: History) -> bool:
    """Whether training was tried on validation digits, and most are not read."""
    last = history.validations[-1] if history.validations else None
    return last is not None and last.step > 0 and last.accuracy <= READS


def _most(shares: Sequence[float | None]) -> tuple[int, float]:
    known = [0.0 if share is None else share for share in shares]
    place = int(np.argmax(known))
    return place, known[place]


def _rate(spec: NetworkSpec, history: History) -> float:
    """The highest learning rate that the run has had."""
    return max([spec.rate, *(change.value for change in history.rates)])


def _usual(spec: NetworkSpec) -> float:
    return ON_TRAIN[spec.optimizer].default_learning_rate


def _batches(evidence: Evidence) -> str:
    return "0 batches" if not evidence.step else f"{evidence.step:,} batch{'es' * (evidence.step != 1)}"


def _when(evidence: Evidence) -> str:
    return (
        "This was measured at the start."
        if not evidence.step
        else f"This was measured after {_batches(evidence)}."
    )


def _times(factor: float) -> str:
    return f"{factor:,.0f} times" if 100 <= factor < 1e5 else f"{plain(factor, 2)} times"


def _some(value: float | None) -> float:
    return math.nan if value is None else value
