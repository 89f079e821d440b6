"""The pictures of the landscape in two numbers show its heights, the walk's shadow and where the network stands."""

from __future__ import annotations

import numpy as np
import pytest

from netlab.playground.figures import from_above, in_space
from netlab.playground.network import Plan
from netlab.playground.points import Choice, points
from netlab.playground.timeline import Timeline
from netlab.playground.training import Course, Task
from netlab.playground.two_weights import landscape_of

NAMES = ("weight from x", "bias of output")


def test_both_pictures_show_the_heights_and_the_shadow_that_ends_where_the_network_stands() -> None:
    line = Timeline(Task(Plan(hidden=((3, "tanh"),)), points(Choice("xor", size=40)), Course()))
    line.grow(5, seconds=60)
    found = landscape_of(line.task, line.moments, (0, 12))
    above = from_above(found, NAMES, "zoom")
    ground, _, walk, here = above.data
    assert np.array_equal(ground.z, found.ground.height(found.ground.losses))
    assert np.array_equal(np.column_stack([walk.x, walk.y]), [one.numbers[[0, 12]] for one in line.moments])
    assert (here.x[0], here.y[0]) == found.here == (walk.x[-1], walk.y[-1])
    assert (above.layout.xaxis.title.text, above.layout.yaxis.title.text) == NAMES
    surface, shadow = in_space(found, "zoom").data
    assert np.array_equal(surface.z, ground.z)
    assert found.shadow[-1] == pytest.approx(line.moments[-1].measured.loss, rel=1e-5)
    low, high = np.nanmin(ground.z), np.nanmax(ground.z)
    assert np.isfinite(shadow.z).all()
    assert shadow.z[-1] == pytest.approx(found.ground.height(found.shadow)[-1], abs=0.02 * float(high - low))
