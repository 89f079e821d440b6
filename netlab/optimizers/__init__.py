"""The ways down: Keras's optimizers in NumPy, equal to eager Keras to the last bit."""

from netlab.optimizers.catalogue import OPTIMIZERS
from netlab.optimizers.optimizer import Optimizer, State
from netlab.optimizers.schedules import SCHEDULES, Schedule, schedule_from
from netlab.optimizers.settings import Setting

__all__ = ["OPTIMIZERS", "SCHEDULES", "Optimizer", "Schedule", "Setting", "State", "schedule_from"]
