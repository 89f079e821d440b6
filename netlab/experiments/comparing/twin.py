"""Two runs with one thing changed: where they part, how far they come apart, and what may be said of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Floats
from netlab.experiments.comparing.driver import Listed, Proposal
from netlab.experiments.comparing.settings import SETTINGS, Change, changes
from netlab.formatting import counted, difference, plain
from netlab.nets.naming import reads_digits, validation_name
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import Weights
from netlab.runs import smoothing
from netlab.runs.history import History

MOST_POINTS = 300


def twin_of(spec: NetworkSpec, setting: str, value: object) -> NetworkSpec:
    """The same network and training with one setting changed; seed and validation stay.

    Parameters
    ----------
    spec : NetworkSpec
        The first of the two.
    setting : str
        A key of ``SETTINGS``.
    value : object
        One of its values.

    Returns
    -------
    NetworkSpec
        The second.

    Raises
    ------
    netlab.nets.spec.SpecError
        If no network can be so.
    """
    return SETTINGS[setting].apply(spec, value)


def plan(one: NetworkSpec, other: NetworkSpec) -> Listed:
    """The two runs of a twin, one after the other.

    Parameters
    ----------
    one, other : NetworkSpec

    Returns
    -------
    Listed
    """
    return Listed(Proposal(spec, {"part": part}) for part, spec in (("A", one), ("B", other)))


@dataclass(frozen=True)
class Parting:
    """The first batch whose losses are not the same, bit for bit: its number and both losses."""

    step: int
    one: float
    other: float


def parting(one: History, other: History) -> Parting | None:
    """Where two runs part.

    Parameters
    ----------
    one, other : History
        Of both runs, as far as they have come.

    Returns
    -------
    Parting or None
        None as long as all batches that both have trained are the same.
    """
    first, second = one.losses.values, other.losses.values
    both = min(len(first), len(second))
    first, second = first[:both], second[:both]
    unlike = np.flatnonzero(first.view(np.uint32) != second.view(np.uint32))
    if not len(unlike):
        return None
    place = int(unlike[0])
    return Parting(place + 1, float(first[place]), float(second[place]))


def parting_sentence(one: History, other: History) -> str:
    """Where two runs part, in words; silent before both have trained a batch.

    Parameters
    ----------
    one, other : History

    Returns
    -------
    str
    """
    found, both = parting(one, other), min(one.step, other.step)
    if not both:
        return ""
    if found is None:
        if both == 1:
            return "So far the losses of 1 batch are the same, bit for bit."
        return f"So far the losses of all {both:,} batches are the same, bit for bit."
    values = f"A's loss there is {plain(found.one)}, B's {plain(found.other)}"
    if found.step == 1:
        return f"They part at the very first batch: {values}."
    told = f"They part at batch {found.step:,}: {values}."
    if found.step > 2:
        return f"{told} Batches 1 to {found.step - 1:,} are the same, bit for bit."
    return (
        f"{told} Batch 1 is the same, bit for bit. A batch's loss is measured before its step, so what changes only the step "
        "shows one batch later."
    )


@dataclass(frozen=True)
class Gap:
    """By how much B lies above A, in shares, against epochs (n,); NaN where a value is none."""

    epochs: NDArray[np.float64]
    training: Floats
    validation_epochs: NDArray[np.float64]
    validation: Floats


def gap(one: History, other: History) -> Gap:
    """The difference of the curves of two runs, on the epochs that both have trained.

    Parameters
    ----------
    one, other : History

    Returns
    -------
    Gap
        Smoothed training accuracy (at most ``MOST_POINTS`` places, interpolated where the runs have other batches), and
        validation accuracy at the moments that both have validated at.
    """
    none = np.zeros(0)
    if not one.step or not other.step:
        return Gap(none, none.astype(np.float32), none, none.astype(np.float32))
    first, second = epochs_of(one), epochs_of(other)
    end = min(first[-1], second[-1])
    along = (
        first[first <= end]
        if len(first) <= MOST_POINTS
        else np.linspace(max(first[0], second[0]), end, MOST_POINTS)
    )
    training = np.interp(along, second, other.smooth_accuracies.values) - np.interp(
        along, first, one.smooth_accuracies.values
    )
    ours, theirs = _validated(one), _validated(other)
    common = sorted(ours.keys() & theirs.keys())
    return Gap(
        along, training.astype(np.float32), np.array(common),
        np.array([theirs[moment] - ours[moment] for moment in common], np.float32),
    )  # fmt: skip


def epochs_of(history: History) -> NDArray[np.float64]:
    """Where each smoothed value stands, in epochs: in the middle of the batches that it is the mean of.

    Parameters
    ----------
    history : History

    Returns
    -------
    float (n,)
        For each batch.
    """
    steps = np.arange(1, history.step + 1, dtype=np.int32)
    return np.asarray(smoothing.middle(steps, history.window), np.float64) / _epoch(history)


def _epoch(history: History) -> int:
    return history.started.steps_per_epoch if history.started is not None else max(history.step, 1)


def _validated(history: History) -> dict[float, float]:
    return {round(item.step / _epoch(history), 9): item.accuracy for item in history.validations}


@dataclass(frozen=True)
class Standing:
    """How B stands beside A at the end of the latest epoch that both have ended; differences of shares, B less A."""

    epoch: int
    training: float
    validation: float


def standing(one: History, other: History) -> Standing | None:
    """How two runs stand at the end of the latest epoch that both have ended.

    Parameters
    ----------
    one, other : History

    Returns
    -------
    Standing or None
        None before both have ended an epoch. Training is the mean of the epoch's last batches, at most a window.
    """
    ended = min(len(one.epochs), len(other.epochs))
    if not ended:
        return None
    pair = [(history, history.epochs[ended - 1]) for history in (one, other)]
    if any(not 0 < last.step <= len(history.smooth_accuracies) for history, last in pair):
        return None
    training = [history.smooth_accuracies[last.step - 1] for history, last in pair]
    return Standing(
        ended, training[1] - training[0], pair[1][1].validation_accuracy - pair[0][1].validation_accuracy
    )


def sentence(one: NetworkSpec, other: NetworkSpec, first: History, second: History) -> str:
    """What came of the change, in a sentence; of several changes no cause is claimed.

    Parameters
    ----------
    one, other : NetworkSpec
        The settings of A and B.
    first, second : History
        What came of them.

    Returns
    -------
    str
        Empty before both have ended an epoch.
    """
    now = standing(first, second)
    if now is None:
        return ""
    found = changes(one, other)
    stands = (
        f"B minus A after {counted(now.epoch, 'epoch')}: training {points(now.training)}, "
        f"validation {points(now.validation)}."
    )
    if not found:
        return f"Nothing is changed. {stands}"
    if len(found) > 1:
        return f"{several(found)} {stands}"
    told = f"Only one thing is changed: {found[0]}. {stands}"
    return f"{told} Only chance differs, so this gap is chance." if found[0].label == "seed" else told


def several(found: tuple[Change, ...]) -> str:
    """Say kindly that more than one thing is changed, and which.

    Parameters
    ----------
    found : tuple of Change
        Two or more.

    Returns
    -------
    str
    """
    listed = ", ".join(map(str, found[:-1])) + f" and {found[-1]}"
    return (
        f"{len(found)} things are changed: {listed}. Seen together, they cannot say which of them made the difference; "
        "change one alone to find out."
    )


def points(share: float) -> str:
    """A difference of shares in points of per cent, with its sign.

    Parameters
    ----------
    share : float

    Returns
    -------
    str

    Examples
    --------
    >>> points(-0.009), points(0.003), points(-0.0001)
    ('−0.9 points', '+0.3 points', '0.0 points')
    """
    return f"{difference(100 * share, 1)} points"


def same_start(one: Weights, other: Weights) -> tuple[int, int]:
    """In how many arrays two networks began alike.

    Parameters
    ----------
    one, other : Weights
        Of the moments before the first step.

    Returns
    -------
    tuple of int
        Arrays (weights and biases of a layer) that are equal in all bits, and arrays that have the same name and shape.
    """
    alike = [name for name in one if name in other and one[name].shape == other[name].shape]
    return sum(np.array_equal(one[name], other[name]) for name in alike), len(alike)


def validates_on(one: NetworkSpec, other: NetworkSpec) -> str:
    """What both validate on; where they differ, that is said.

    Parameters
    ----------
    one, other : NetworkSpec

    Returns
    -------
    str
    """
    first, second = validation_name(one), validation_name(other)
    return first if first == second else f"{first} (A) and {second} (B)"


def start_sentence(equal: int, alike: int) -> str:
    """Whether two runs began with the same weights, in words.

    Parameters
    ----------
    equal, alike : int
        Of ``same_start``.

    Returns
    -------
    str
        Empty where no array can be compared.
    """
    if not alike:
        return ""
    if equal == alike:
        return "Wherever their layers have the same shape, they began with the same weights and biases."
    return (
        f"Of {alike} arrays of weights and biases that have the same shape in both, {equal} began alike: one stream of random "
        "numbers draws them all, and what was changed draws from it too."
    )


def read_rightly(spec: NetworkSpec) -> str:
    """What an axis of accuracies is called: digits are read, other pictures named.

    Parameters
    ----------
    spec : NetworkSpec
        The network whose pictures they are.

    Returns
    -------
    str
    """
    return "digits read correctly" if reads_digits(spec) else "pictures named correctly"
