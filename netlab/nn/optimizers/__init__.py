"""The ways down: Keras's optimizers in NumPy, equal to eager Keras to the last bit."""

from netlab.nn.optimizers.base import Optimizer, State
from netlab.nn.optimizers.catalogue import OPTIMIZERS
from netlab.nn.schedules import SCHEDULES, Schedule, schedule_from
from netlab.nn.setting import Setting

__all__ = ["OPTIMIZERS", "SCHEDULES", "Optimizer", "Schedule", "Setting", "State", "schedule_from"]
