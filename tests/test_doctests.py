"""The examples in docstrings give what they say."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import numpy as np
import pytest

import netlab.nn

OTHERS = (
    "netlab.formatting", "netlab.nets.spec", "netlab.nets.parameters", "netlab.nets.weight_file", "netlab.runs.milestones",
    "netlab.landscape.descent.path", "netlab.drawing.framing",
)  # fmt: skip
MODULES = [*(module.name for module in pkgutil.walk_packages(netlab.nn.__path__, "netlab.nn.")), *OTHERS]
SHOWN = {
    *OTHERS,
    "netlab.nn.activations.squashing", "netlab.nn.activations.rectifying", "netlab.nn.activations.softmax",
    "netlab.nn.losses.base", "netlab.nn.losses.cross_entropy", "netlab.nn.losses.distance", "netlab.nn.schedules",
}  # fmt: skip
"""Modules whose most used functions have an example."""


@pytest.mark.parametrize("name", MODULES)
def test_examples_hold(name: str) -> None:
    tried = doctest.testmod(importlib.import_module(name), extraglobs={"np": np})
    assert tried.failed == 0
    assert (tried.attempted > 0) >= (name in SHOWN)
