"""Walk down a surface: one optimizer or all, from one start or from many."""

from __future__ import annotations

from netlab.landscape.descent.baselines import OTHERS, Budgeted, l_bfgs, newton, random_search
from netlab.landscape.descent.batch import DIVERGED, NOWHERE, BasinMap, Landings, basin_map, descend_many
from netlab.landscape.descent.path import FAR, Path, descend
from netlab.landscape.descent.sweep import Runner, Sweep, learning_rate_sweep, race

__all__ = [
    "DIVERGED",
    "FAR",
    "NOWHERE",
    "OTHERS",
    "BasinMap",
    "Budgeted",
    "Landings",
    "Path",
    "Runner",
    "Sweep",
    "basin_map",
    "descend",
    "descend_many",
    "l_bfgs",
    "learning_rate_sweep",
    "newton",
    "race",
    "random_search",
]
