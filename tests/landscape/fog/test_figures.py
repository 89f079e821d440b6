"""The figures of the fog draw the numbers they are given, with titled axes."""

from __future__ import annotations

import numpy as np

from netlab.landscape.fog.figures import best_by_look, left_in_many_dimensions
from netlab.landscape.fog.random_surface import hidden_hill
from netlab.landscape.fog.search import bowl_in_many_dimensions, evaluated_at, rivals


def test_the_staircases_fall_and_the_floor_is_the_lowest() -> None:
    hill = hidden_hill(24)
    walks = {
        "you": evaluated_at(hill, [hill.start, (0, 0)]),
        **rivals(hill, hill.start, budget=25, learning_rate=0.03, seed=24),
    }
    figure = best_by_look(walks, hill.minima[0].value, 25)
    assert [line.name for line in figure.data] == [*walks, "the lowest there is"]
    for line, walk in zip(figure.data, walks.values(), strict=False):
        assert (np.diff(line.y) <= 0).all()
        assert len(line.x) == len(walk.evaluations)
        assert line.y[-1] == round(float(walk.losses.min()), 3)
    assert len({line.line.dash for line in figure.data[:3]}) == 3
    assert figure.layout.xaxis.title.text
    assert figure.layout.yaxis.title.text


def test_parameters_are_on_a_logarithmic_axis_that_says_so() -> None:
    figure = left_in_many_dimensions(bowl_in_many_dimensions([1, 10, 100], budget=25), 25)
    assert list(figure.data[0].x) == [1, 10, 100]
    assert figure.layout.xaxis.type == "log"
    assert "logarithmic" in figure.layout.xaxis.title.text
    assert "25 looks" in figure.layout.yaxis.title.text
