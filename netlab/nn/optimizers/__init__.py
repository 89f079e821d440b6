"""The ways down, each with everything about it in its family's file: one row a choice.

What Keras has too is equal to eager Keras to the last bit. A row says what it is (rule, words, source, settings), how
it looks in numbers, what theory says of it, and where it appears; menus, addresses, scripts and tests follow.
"""

from __future__ import annotations

from netlab.nn.optimizers import adafactor, adam, adaptive, lion, lookahead, muon, rprop, sgd, sign
from netlab.nn.optimizers.base import Catalogue, Optimizer, State, UnknownOptimizer
from netlab.nn.optimizers.rule import NoTheory, Theory, Told, Walked
from netlab.nn.place import Place, shown_in
from netlab.nn.schedules import SCHEDULES, Schedule, schedule_from
from netlab.nn.setting import Setting

FAMILIES = (sgd, adaptive, adam, lion, adafactor, sign, lookahead, rprop, muon)

OPTIMIZERS = Catalogue({row.key: row for family in FAMILIES for row in family.ROWS})
"""Every optimizer by its key, with Keras's defaults (Adadelta excepted: its learning rate is the paper's 1)."""

ON_TRAIN = Catalogue(shown_in(OPTIMIZERS, Place.TRAIN))
"""The optimizers that a network can be trained with."""

__all__ = [
    "ON_TRAIN",
    "OPTIMIZERS",
    "SCHEDULES",
    "NoTheory",
    "Optimizer",
    "Schedule",
    "Setting",
    "State",
    "Theory",
    "Told",
    "UnknownOptimizer",
    "Walked",
    "schedule_from",
]
