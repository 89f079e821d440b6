"""Two networks learn the same few digits from the same weights, one with dropout; then each unit is silenced once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from netlab.arrays import SIDE, Array, Floats
from netlab.experiments.inside.answers import activations
from netlab.experiments.inside.units import Worth, worth
from netlab.formatting import fixed, percent, plain
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import weight_shapes
from netlab.nn.mlp import Network
from netlab.nn.pupil import Course, Examples, Judged, Moment

STEPS, EVERY = 1200, 40
EXAMPLES = (300, 3000)
UNITS = (8, 128)
RATES = (0.2, 0.5, 0.8)
ALIKE = 0.03
"""Held-back losses this near to each other, as a share, are told to be alike."""


def pair(units: int, rate: float) -> tuple[Course, Course]:
    """The two courses: the same but for dropout.

    Parameters
    ----------
    units : int
        Hidden units of each network.
    rate : float
        Of the dropout of the second.

    Returns
    -------
    tuple of Course
        Without, and with.
    """
    without = Course(hidden=units, learning_rate=0.1)
    return without, replace(without, dropout=rate)


@dataclass(frozen=True)
class Leaning:
    """How much a network leans on single units: what is lost when one of them is silenced in use.

    Attributes
    ----------
    mean, worst : float
        By how much the share of right answers falls, over all units and for the unit that costs most.
    loss_mean, loss_worst : float
        By how much the mean cross-entropy rises, in nats.
    """

    mean: float
    worst: float
    loss_mean: float
    loss_worst: float


def leaning(network: Network, inputs: Floats, labels: Array) -> Leaning:
    """Silence each hidden unit alone, on digits that were held back.

    Parameters
    ----------
    network : Network
        784 inputs, one hidden layer of rectified units, a softmax.
    inputs, labels : float32 (n, 784) and int (n,)
        Digits, from 0 to 1.

    Returns
    -------
    Leaning
    """
    found = worth_of(network, inputs, labels)
    return Leaning(
        float(found.accuracy.mean()), float(found.accuracy.max()), float(found.loss.mean()), float(found.loss.max())
    )  # fmt: skip


def worth_of(network: Network, inputs: Floats, labels: Array) -> Worth:
    """What it costs to silence each hidden unit alone.

    Parameters
    ----------
    network, inputs, labels
        As for ``leaning``.

    Returns
    -------
    Worth
        A number a unit.
    """
    spec = NetworkSpec(hidden=(network.layers[0].biases.size,), dropout=0.0)
    weights = dict(zip(weight_shapes(spec), network.arrays, strict=True))
    pictures = inputs.reshape(-1, SIDE, SIDE)
    return worth(spec, weights, activations(spec, weights, pictures, 0), labels.astype(np.uint8), 0)


def parted(moment: Moment, examples: Examples) -> str:
    """Say how far training and held-back digits have come apart for each network, as measured.

    Parameters
    ----------
    moment : Moment
        Of the two networks, the one without dropout first.
    examples : Examples
        What they learn from.

    Returns
    -------
    str
        Markdown.
    """
    without, dropped = (
        _one(name, taught, held)
        for name, taught, held in zip(
            ("Without dropout", "With dropout"), moment.taught, moment.held, strict=True
        )
    )
    if moment.step == 0:
        return (
            f"Both networks have the same first weights and will see the same batches of {len(examples.labels):,} digits; they are judged on "
            f"{len(examples.held_labels):,} others that they never learn from."
        )
    return f"{without} {dropped} {_verdict(moment)}"


def _one(name: str, taught: Judged, held: Judged) -> str:
    return (
        f"**{name}**: loss {plain(taught.loss, 3)} on the digits it learns from, {plain(held.loss, 3)} on those held back, of which it "
        f"reads {percent(held.accuracy)}."
    )


def _verdict(moment: Moment) -> str:
    without, dropped = (one.loss for one in moment.held)
    if abs(without - dropped) < ALIKE * without:
        return "On the held-back digits both are about equally wrong so far."
    if dropped < without:
        return f"So far **dropout helps**: on the held-back digits its loss is {fixed(100 * (1 - dropped / without), 0)} % smaller."
    return f"So far **dropout does harm**: on the held-back digits its loss is {fixed(100 * (dropped / without - 1), 0)} % larger."


def leaning_rows(without: Leaning, dropped: Leaning) -> list[dict[str, str]]:
    """How much each network leans on single units, for a table.

    Parameters
    ----------
    without, dropped : Leaning
        Of the network without dropout, and of the one with it.

    Returns
    -------
    list of dict
        A row a network; losses in nats, right answers in percentage points.
    """
    return [
        {
            "network": name,
            "loss rises, mean": plain(one.loss_mean, 2),
            "loss rises, worst unit": plain(one.loss_worst, 2),
            "right answers fall, mean": _points(one.mean),
            "right answers fall, worst unit": _points(one.worst),
        }
        for name, one in (("without dropout", without), ("with dropout", dropped))
    ]


def _points(fall: float) -> str:
    return f"{fixed(100 * fall, 2)} points"


def leaning_words(without: Leaning, dropped: Leaning) -> str:
    """Say which network leans more on single units, as measured.

    Parameters
    ----------
    without, dropped : Leaning
        Of the network without dropout, and of the one with it.

    Returns
    -------
    str
        Markdown.
    """
    mean, worst = dropped.loss_mean < without.loss_mean, dropped.loss_worst < without.loss_worst
    if mean and worst:
        return (
            "Without dropout the network depends more on single units, on average and at worst. That happens where units have "
            "learnt to work in fixed teams (**co-adaptation**): if one is missing, its team fails. With dropout no unit could "
            "count on another, and each had to be useful by itself."
        )
    if not mean and not worst:
        return "Here the network with dropout depends more on single units, on average and at worst: no sign of less **co-adaptation** (units that work only in fixed teams)."
    if mean:
        return "On average dropout made the network depend less on single units (less **co-adaptation**, units that work only in fixed teams), but its most important unit is missed more."
    return "Dropout made the most important unit matter less, but on average a silenced unit is missed more: less **co-adaptation** (units that work only in fixed teams) at one end only."
