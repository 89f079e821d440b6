"""Beginnings that teach something, good ones and bad ones, each with what to make of it after the run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from netlab.formatting import plain
from netlab.playground.features import FEATURES
from netlab.playground.network import FAMILIES, Plan
from netlab.playground.points import Choice
from netlab.playground.training import Course


@dataclass(frozen=True)
class Setup:
    """Points, network and training: all that the controls say."""

    choice: Choice = field(default_factory=Choice)
    plan: Plan = field(default_factory=Plan)
    course: Course = field(default_factory=Course)


@dataclass(frozen=True)
class Preset:
    """A beginning.

    Attributes
    ----------
    key, title : str
        Its word, and what the menu calls it.
    setup : Setup
        What the controls are moved to.
    epochs : int
        After so many it can be said what it teaches.
    comment : str
        What it teaches.
    """

    key: str
    title: str
    setup: Setup
    epochs: int
    comment: str


def controls(setup: Setup) -> dict[str, Any]:
    """What the page's controls must show for a setup.

    Parameters
    ----------
    setup : Setup
        What is wanted.

    Returns
    -------
    dict
        Values by the controls' keys.
    """
    choice, plan, course = setup.choice, setup.plan, setup.course
    values: dict[str, Any] = {
        "cl_points": choice.kind, "cl_size": choice.size, "cl_noise": round(100 * choice.noise),
        "cl_held": round(100 * choice.held), "cl_seed": choice.seed, "cl_shuffled": choice.shuffled,
        "cl_inputs": list(plan.features), "cl_depth": len(plan.hidden), f"cl_output{plan.classes}": plan.output,
        "cl_first": plan.initializer, "cl_weights": plan.seed, "cl_optimizer": course.optimizer,
        "cl_rate": course.learning_rate, "cl_batch": course.batch_size, "cl_schedule": course.schedule,
    }  # fmt: skip
    if len(FAMILIES[plan.output]) > 1:
        values[f"cl_loss_{plan.output}"] = plan.loss
    for layer, (units, bend) in enumerate(plan.hidden):
        values |= {f"cl_units{layer + 1}": units, f"cl_bend{layer + 1}": bend}
        values[f"cl_dropout{layer + 1}"] = _of(course.dropout, layer)
    for layer in range(len(plan.hidden) + 1):
        at = str(layer + 1) if layer < len(plan.hidden) else "_out"
        values |= {f"cl_l1{at}": _of(course.l1, layer), f"cl_l2{at}": _of(course.l2, layer)}
    return values


def same(one: Setup, other: Setup) -> bool:
    """Whether two setups come to the same controls; a dropout of 0 is none.

    Parameters
    ----------
    one, other : Setup
        Two of them.

    Returns
    -------
    bool
    """
    return controls(one) == controls(other)


LABELS = {
    "cl_points": "points", "cl_size": "number of points", "cl_noise": "noise", "cl_held": "share held back",
    "cl_seed": "seed of the points", "cl_shuffled": "shuffled labels", "cl_inputs": "inputs", "cl_depth": "hidden layers",
    "cl_output": "output", "cl_loss": "loss", "cl_first": "first weights", "cl_weights": "seed of the weights",
    "cl_optimizer": "optimizer", "cl_rate": "learning rate", "cl_batch": "points in a batch", "cl_schedule": "schedule",
    "cl_units": "units", "cl_bend": "activation", "cl_dropout": "dropout", "cl_l1": "L1", "cl_l2": "L2",
}  # fmt: skip
"""What a control is called in a sentence, by the beginning of its key."""


def differences(one: Setup, other: Setup) -> list[str]:
    """What differs between two setups, a phrase each: learning rate: 0.03 → 0.3.

    Parameters
    ----------
    one, other : Setup
        Before and after.

    Returns
    -------
    list of str
        Empty if nothing does. What only one of them has is told by the number of layers or the kind of output.
    """
    before, after = controls(one), controls(other)
    found = [
        f"{_label(key)}: {_written(before[key])} → {_written(after[key])}"
        for key in before
        if key in after and before[key] != after[key]
    ]
    if one.plan.output != other.plan.output and not any(phrase.startswith("output:") for phrase in found):
        found.append(f"output: {one.plan.output} → {other.plan.output}")
    if one.choice.curve != other.choice.curve:
        found.append(f"curve: {one.choice.curve} → {other.choice.curve}")
    if one.choice.own != other.choice.own:
        found.append("your points")
    return found


def _label(key: str) -> str:
    stem = max((stem for stem in LABELS if key.startswith(stem)), key=len)
    rest = key.removeprefix(stem).lstrip("_")
    if stem in ("cl_output", "cl_loss") or not rest:
        return LABELS[stem]
    return f"{LABELS[stem]} of the output" if rest == "out" else f"{LABELS[stem]} of layer {rest}"


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        return ", ".join(FEATURES[key].title for key in value)
    return plain(value) if isinstance(value, int | float) else str(value).replace("_", " ")


def _of(shares: tuple[float, ...], layer: int) -> float:
    return shares[layer] if layer < len(shares) else 0.0


def layers(*units: int, bend: str = "tanh") -> tuple[tuple[int, str], ...]:
    """Hidden layers of one activation.

    Parameters
    ----------
    *units : int
        Of each layer.
    bend : str
        Their activation.

    Returns
    -------
    tuple of (int, str)
        As ``Plan`` has them.
    """
    return tuple((count, bend) for count in units)


SINES = ("x", "y", "sinx", "siny")

_ALL = (
    Preset(
        "ring", "A ring around a disc", Setup(), 60,
        "No straight line parts a ring from what it encloses. Each unit of the first layer draws one line; the next layer "
        "joins them to a closed border.",
    ),
    Preset(
        "1957", "1957: the perceptron", Setup(Choice("clouds"), Plan(hidden=()), Course("sgd", 0.1)), 20,
        "One unit, one straight line: for two clouds it is enough. Frank Rosenblatt built such a machine in 1957, and it "
        "learnt from examples.",
    ),
    Preset(
        "1969", "1969: XOR", Setup(Choice("xor", noise=0.0), Plan(hidden=()), Course("sgd", 0.1)), 60,
        "The same unit before XOR: it can do no better than guess, since no line has opposite corners on the same side. Minsky and Papert proved it "
        "in 1969, and for years few believed in such networks.",
    ),
    Preset(
        "1986", "1986: back-propagation", Setup(Choice("xor", noise=0.0), Plan(hidden=layers(6, bend="sigmoid")), Course("momentum", 0.1)), 80,
        "A hidden layer of six units solves it. That it can be trained, by carrying slopes back from the output, became known with "
        "Rumelhart, Hinton and Williams in 1986.",
    ),
    Preset(
        "squares", "A circle without a hidden layer", Setup(Choice("circle"), Plan(("xx", "yy"), ()), Course(learning_rate=0.1)), 40,
        "x² + y² is the distance from the middle, squared: with the right inputs one unit is enough. Finding them used to be the "
        "experts' work; hidden layers do it by themselves.",
    ),
    Preset(
        "sines", "The spiral with sines", Setup(Choice("spiral", noise=0.05), Plan(SINES, layers(8, 4))), 100,
        "Waves as inputs make the spiral easy. Try it without them: it takes more units and far more patience.",
    ),
    Preset(
        "explodes", "A rate far too high", Setup(Choice("xor"), Plan(hidden=layers(4, bend="relu"), output="linear", loss="quadratic"), Course("sgd", 10.0)), 1,
        "Each step overshoots, so the next error is larger and the next step larger still, until the numbers are beyond all bounds.",
    ),
    Preset(
        "twins", "All weights the same", Setup(Choice("circle"), Plan(hidden=layers(6), initializer="constant"), Course("sgd", 0.1)), 20,
        "Six units that begin alike get the same slopes and stay alike: they do the work of one. First weights must be drawn at random.",
    ),
    Preset(
        "dead", "Dead units", Setup(Choice("circle"), Plan(hidden=layers(8, 8, bend="relu")), Course(learning_rate=1.0)), 20,
        "One large step threw units to where ReLU is flat for every point. No slope comes back from there, so they never return. A "
        "smaller rate, or a leaky ReLU, keeps them alive.",
    ),
    Preset(
        "by-heart", "Learning by heart", Setup(Choice("circle", size=50, shuffled=True), Plan(hidden=layers(12, 12)), Course()), 200,
        "The classes were dealt at random, so there is nothing to learn, and yet the network gets most of its points right. What it has "
        "learnt is of no use: the points held back show it.",
    ),
    Preset(
        "vanishes", "Six layers of sigmoid", Setup(Choice("circle"), Plan(hidden=layers(4, 4, 4, 4, 4, 4, bend="sigmoid")), Course("sgd", 0.03)), 60,
        "A sigmoid lets at most a quarter of the slope through. After six layers next to nothing reaches the first, and the loss stands still.",
    ),
)  # fmt: skip

PRESETS: dict[str, Preset] = {preset.key: preset for preset in _ALL}
