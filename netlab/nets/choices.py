"""The menu of optimizers, as Keras has them.

Write a row here and the controls, the address and the contract tests follow.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """One knob of an optimizer, as Keras names it."""

    name: str
    default: float | bool
    low: float
    high: float
    help: str


@dataclass(frozen=True)
class OptimizerChoice:
    """An optimizer as Keras has it: class, default learning rate, its other settings, one sentence."""

    title: str
    keras_class: str
    learning_rate: float
    lesson: str
    settings: tuple[Setting, ...] = ()
    fixed: tuple[tuple[str, float | bool], ...] = ()


def _momentum(default: float) -> Setting:
    return Setting("momentum", default, 0.0, 0.999, "how much of the last step is kept")


def _beta_1(default: float = 0.9) -> Setting:
    return Setting("beta_1", default, 0.001, 0.999, "memory of the mean gradient")


def _beta_2(default: float = 0.999) -> Setting:
    return Setting("beta_2", default, 0.001, 0.9999, "memory of the squared gradient")


def _rho(default: float) -> Setting:
    return Setting("rho", default, 0.001, 0.999, "memory of the squared gradient")


def _weight_decay(default: float) -> Setting:
    return Setting("weight_decay", default, 0.0, 1.0, "share of each weight removed a step, times the rate")


_EPSILON = Setting("epsilon", 1e-7, 1e-10, 1.0, "keeps the division from blowing up")

OPTIMIZER_CHOICES: dict[str, OptimizerChoice] = {
    "sgd": OptimizerChoice("SGD", "SGD", 0.01, "A step straight down the slope of one batch."),
    "momentum": OptimizerChoice(
        "SGD with momentum", "SGD", 0.01, "The step remembers its direction, like a ball that rolls.",
        (_momentum(0.9),),
    ),
    "nesterov": OptimizerChoice(
        "Nesterov momentum", "SGD", 0.01, "Momentum that looks where it is about to be.",
        (_momentum(0.9),), (("nesterov", True),),
    ),
    "adagrad": OptimizerChoice(
        "Adagrad", "Adagrad", 0.001, "Each weight slows down by all the slopes it has met.",
        (Setting("initial_accumulator_value", 0.1, 0.0, 10.0, "where the sum of squares starts"), _EPSILON),
    ),
    "adadelta": OptimizerChoice(
        "Adadelta", "Adadelta", 0.001,
        "Steps sized by steps before. Its paper has rate 1; Keras's default 0.001 hardly moves.",
        (_rho(0.95), _EPSILON),
    ),
    "rmsprop": OptimizerChoice(
        "RMSprop", "RMSprop", 0.001, "Each weight divides by the recent size of its own slope.",
        (_rho(0.9), _momentum(0.0), _EPSILON),
    ),
    "adam": OptimizerChoice(
        "Adam", "Adam", 0.001, "Momentum, divided by the recent size of the slope.",
        (_beta_1(), _beta_2(), _EPSILON),
    ),
    "adamw": OptimizerChoice(
        "AdamW", "AdamW", 0.001, "Adam, with weights that shrink a little each step.",
        (_beta_1(), _beta_2(), _weight_decay(0.004), _EPSILON),
    ),
    "nadam": OptimizerChoice(
        "Nadam", "Nadam", 0.001, "Adam with Nesterov's look ahead.", (_beta_1(), _beta_2(), _EPSILON),
    ),
    "adamax": OptimizerChoice(
        "Adamax", "Adamax", 0.001, "Adam that divides by the largest recent slope.",
        (_beta_1(), _beta_2(), _EPSILON),
    ),
    "lion": OptimizerChoice(
        "Lion", "Lion", 0.001, "Only the sign of the slope counts: every weight moves equally far.",
        (_beta_1(), _beta_2(0.99)),
    ),
}  # fmt: skip
