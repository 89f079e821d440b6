"""What happened in a training, in sentences that are said only where they are true."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from netlab.arrays import Array
from netlab.formatting import counted, percent, plain
from netlab.nn.activations import ACTIVATIONS
from netlab.nn.mlp import Forward, forward
from netlab.playground.curvature import curvature
from netlab.playground.network import network, parts
from netlab.playground.timeline import Moment
from netlab.playground.training import Task

STILL_EPOCHS = 20
STILL_SHARE = 0.01
"""A loss that changes by less than this share of itself in so many epochs has come to a standstill."""
RISEN = 1.15
"""A held-back loss beyond so many times its lowest is rising."""
SATURATED = 0.9
"""A unit whose slope is next to nothing for this share of the points is saturated."""

ALIKE = 1e-3
"""Units whose numbers differ by less than this share of the largest are twins: rounding alone parts them by that much."""


@dataclass(frozen=True)
class Finding:
    """One thing that happened: its key, its sentence, and the units that it is about (layer from 1, unit from 0)."""

    key: str
    sentence: str
    units: tuple[tuple[int, int], ...] = ()


def findings(task: Task, moments: Sequence[Moment]) -> tuple[Finding, ...]:
    """What can be said of the last of these moments; of one that has exploded see ``netlab.playground.explosion``.

    Parameters
    ----------
    task : Task
        What is trained, and how.
    moments : sequence of Moment
        From the start to the one that is asked about.

    Returns
    -------
    tuple of Finding
        Nothing if nothing remarkable happened.
    """
    now = moments[-1]
    if not np.isfinite(now.numbers).all() or not np.isfinite(now.measured.loss):
        return ()
    taught = ~task.points.held
    with np.errstate(all="ignore"):
        passed = forward(network(task.plan, now.numbers), task.given[taught], task.wanted[taught])
    return (
        *(Finding("step", sentence) for sentence in _steps(task)),
        *_dead(task, passed),
        *(Finding("saturated", sentence) for sentence in _saturated(task, passed)),
        *(Finding("twins", sentence) for sentence in _twins(task, now.numbers)),
        *(Finding("overfitted", sentence) for sentence in _overfitted(moments)),
        *_stuck(task, moments),
    )


def _steps(task: Task) -> Iterator[str]:
    for layer, (_, bend) in enumerate(task.plan.hidden):
        if bend == "step":
            yield (
                f"Layer {layer + 1} is made of steps, and a step has no slope anywhere: nothing before it can learn. This is "
                "why the perceptron of 1957 had no hidden layer that learnt."
            )


def _dead(task: Task, passed: Forward) -> Iterator[Finding]:
    for layer, (_, bend) in enumerate(task.plan.hidden):
        if bend == "step" or np.isfinite(ACTIVATIONS[bend].range[1]):
            continue
        slopes = ACTIVATIONS[bend].derivative(passed.pre_activations[layer])
        dead = np.flatnonzero(~slopes.any(axis=0))
        if len(dead):
            names = _units(dead)
            yield Finding(
                "dead",
                f"{names} of layer {layer + 1} is dead and crossed out: for every point the sum lies where "
                f"{ACTIVATIONS[bend].title} is flat, so no slope comes back and nothing can wake it."
                if len(dead) == 1
                else f"{names} of layer {layer + 1} are dead and crossed out: for every point the sum lies where "
                f"{ACTIVATIONS[bend].title} is flat, so no slope comes back and nothing can wake them.",
                tuple((layer + 1, int(unit)) for unit in dead),
            )


def _saturated(task: Task, passed: Forward) -> Iterator[str]:
    for layer, (units, bend) in enumerate(task.plan.hidden):
        row = ACTIVATIONS[bend]
        if bend == "step" or not np.isfinite(row.range).all():
            continue
        share = row.saturated(passed.pre_activations[layer]).mean(axis=0)
        full = int((share >= SATURATED).sum())
        if full * 2 >= units:
            yield (
                f"{full} of {counted(units, 'unit')} of layer {layer + 1} {'is' if full == 1 else 'are'} saturated: for nine points in ten "
                f"the answer is at one of {row.title}'s ends, where hardly any slope passes. It learns slowly there."
            )


def _twins(task: Task, numbers: Array) -> Iterator[str]:
    arrays = parts(task.plan, numbers)
    for layer, (units, _) in enumerate(task.plan.hidden):
        rows = np.concatenate([arrays[2 * layer], arrays[2 * layer + 1][None], arrays[2 * layer + 2].T]).T
        if units > 1 and np.ptp(rows, axis=0).max() <= ALIKE * max(float(np.abs(rows).max()), ALIKE):
            yield (
                f"All {units} units of layer {layer + 1} have the same numbers (to a thousandth), so they get the same slopes and stay the same: "
                f"{units} units do the work of one. Draw the first weights at random, or dropout may tell them apart."
            )


def _overfitted(moments: Sequence[Moment]) -> Iterator[str]:
    held = [moment.measured.held_loss for moment in moments]
    known = [loss for loss in held if loss is not None]
    if len(known) < len(held) or len(known) < 3:
        return
    best = int(np.argmin(known))
    then, now = moments[best].measured, moments[-1].measured
    if known[-1] > RISEN * known[best] + 0.01 and now.loss < then.loss:
        yield (
            f"It learns the points by heart (overfitting): since epoch {moments[best].epoch} the held-back loss has risen from "
            f"{plain(known[best], 3)} to {plain(known[-1], 3)}, while the training loss fell from {plain(then.loss, 3)} to "
            f"{plain(now.loss, 3)}."
        )


def _stuck(task: Task, moments: Sequence[Moment]) -> Iterator[Finding]:
    now = moments[-1]
    since = [moment for moment in moments if now.epoch - STILL_EPOCHS <= moment.epoch]
    if since[0].epoch > now.epoch - STILL_EPOCHS or now.measured.accuracy > 0.9:
        return
    losses = [moment.measured.loss for moment in since]
    if max(losses) - min(losses) > STILL_SHARE * max(losses):
        return
    words = (
        f"for {STILL_EPOCHS} epochs the loss has hardly moved ({plain(losses[0])} to {plain(losses[-1])}), and "
        f"{percent(1 - now.measured.accuracy)} of the points are still wrong."
    )
    found = curvature(task, now.numbers)
    if found.saddle:
        yield Finding(
            "saddle",
            f"It is stuck at a saddle: {words} The loss is all but flat here (slope {plain(found.slope, 2)}), rises most with a bend of "
            f"{plain(found.highest, 2)} and falls another way with a bend of {plain(found.lowest, 2)}, so there is a way down, but next to no "
            "slope that shows it. Other first weights, smaller batches or momentum may find it.",
        )
    else:
        yield Finding(
            "stuck",
            f"It is stuck: {words} Another rate, other first weights, more units or another input may help.",
        )


def _units(places: Array) -> str:
    names = [str(int(place) + 1) for place in places]
    if len(names) == 1:
        return f"Unit {names[0]}"
    return f"Units {', '.join(names[:-1])} and {names[-1]}"
