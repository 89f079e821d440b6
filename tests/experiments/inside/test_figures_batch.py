"""The figure of how a mean steadies holds what was measured."""

from __future__ import annotations

import numpy as np

from netlab.experiments.inside.figures_batch import steadying_figure
from netlab.experiments.inside.per_example import steadying


def test_the_figure_holds_the_measured_distances_and_the_law() -> None:
    rows = np.random.default_rng(0).normal(size=(64, 9)) + 1
    found = steadying(rows @ rows.T, (1, 2, 4))
    figure = steadying_figure(found, 2)
    law, measured, length = figure.data
    np.testing.assert_allclose(measured.y, found.distances, rtol=1e-3)
    np.testing.assert_allclose(law.y, found.expected, rtol=1e-3)
    np.testing.assert_allclose(length.y, found.length, rtol=1e-3)
    assert (figure.layout.xaxis.type, figure.layout.yaxis.type) == ("log", "log")
    assert [shape.x0 for shape in figure.layout.shapes] == [2]


def test_without_a_mean_there_is_no_line_for_it() -> None:
    assert len(steadying_figure(steadying(np.zeros((4, 4)), (1, 2)), 1).data) == 2
