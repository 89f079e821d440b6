"""Figures of depth: what is drawn is what was computed, and a gap where there is no number."""

from __future__ import annotations

import json

import numpy as np

from netlab.lessons.depth.figures import gain_table, gradient_through_layers
from netlab.lessons.depth.signal_propagation import paper_gain, through_layers


def test_both_axes_are_titled_and_the_json_is_finite() -> None:
    measured = through_layers("relu", "he_normal", depth=3, width=16, examples=4)
    for figure in (
        gradient_through_layers(measured, 1.0),
        gain_table(["a", "b"], ["c"], np.array([[0.0], [1.0]])),
    ):
        assert figure.layout.xaxis.title.text
        assert figure.layout.yaxis.title.text
        json.dumps(figure.to_plotly_json(), allow_nan=False)


def test_the_gradient_is_drawn_layer_by_layer_beside_theory_and_paper() -> None:
    measured = through_layers("tanh", "glorot_normal", depth=5, width=32, examples=8)
    figure = gradient_through_layers(measured, paper_gain("tanh", "glorot_normal", width=32))
    assert [trace.name for trace in figure.data] == ["measured", "theory, wide layers", "rule of the paper"]
    assert np.allclose(np.array(figure.data[0].y, float), measured.gradient, rtol=1e-3)
    assert figure.layout.yaxis.type == "log"


def test_what_vanished_altogether_is_a_gap_on_the_logarithmic_axis() -> None:
    measured = through_layers("relu", "zeros", depth=3, width=8, examples=4)
    figure = gradient_through_layers(measured, 0.0)
    assert figure.data[0].y[0] is None
    assert figure.layout.annotations[0].text.startswith("0 in 3 layers")


def test_the_only_layer_with_a_gradient_has_a_scale() -> None:
    measured = through_layers("sigmoid", "zeros", depth=20, width=8, examples=4)
    figure = gradient_through_layers(measured, None)
    low, high = figure.layout.yaxis.range
    assert low < np.log10(figure.data[0].y[-1]) < high
    assert figure.layout.annotations[0].text.startswith("0 in 19 layers")


def test_exactly_nothing_and_next_to_nothing_are_told_apart() -> None:
    figure = gain_table(["a"], ["b", "c", "d"], np.array([[0.0, 1.1e-4, 0.2205]]))
    assert list(figure.data[0].text[0]) == ["0", "10⁻⁴", "0.22"]
