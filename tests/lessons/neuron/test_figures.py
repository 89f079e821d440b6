"""Figures of one neuron and of depth: what is drawn is what was computed, and a gap where there is no number."""

from __future__ import annotations

import json

import numpy as np
import pytest

from netlab.lessons.neuron.figures import (
    activation_curve,
    activation_gallery,
    decision_line,
    gain_table,
    gradient_through_layers,
)
from netlab.lessons.neuron.neuron import GOALS, Neuron
from netlab.lessons.neuron.signal_propagation import paper_gain, through_layers
from netlab.nn.activations import ACTIVATIONS

Z = np.linspace(-6, 6, 121)
NEURON = Neuron(np.array([1.0, 2.0]), -0.5, "tanh")


def test_both_axes_are_titled_and_the_json_is_finite() -> None:
    measured = through_layers("relu", "he_normal", depth=3, width=16, examples=4)
    for figure in (
        activation_curve(ACTIVATIONS["sigmoid"], Z, 1.0),
        decision_line(NEURON, np.zeros(2), 2.0, GOALS["XOR"]),
        activation_gallery(Z, "relu", slopes=True),
        gradient_through_layers(measured, 1.0),
        gain_table(["a", "b"], ["c"], np.array([[0.0], [1.0]])),
    ):
        assert figure.layout.xaxis.title.text
        assert figure.layout.yaxis.title.text
        json.dumps(figure.to_plotly_json(), allow_nan=False)


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_the_tangent_touches_the_curve_with_its_slope(name: str) -> None:
    figure = activation_curve(ACTIVATIONS[name], Z, 0.5)
    tangent = next(trace for trace in figure.data if trace.name == "tangent")
    slope = (tangent.y[1] - tangent.y[0]) / (tangent.x[1] - tangent.x[0])
    assert slope == pytest.approx(float(ACTIVATIONS[name].derivative(np.array([0.5]))[0]), abs=2e-3)


def test_saturation_is_shaded_where_the_slope_is_small() -> None:
    left, right = activation_curve(ACTIVATIONS["sigmoid"], Z, 0.0).layout.shapes
    assert left.x0 == -6
    assert left.x1 == pytest.approx(-3, abs=0.15)
    assert right.x1 == 6
    assert not activation_curve(ACTIVATIONS["leaky_relu"], Z, 0.0).layout.shapes


def test_the_drawn_line_is_where_the_sum_is_zero_and_the_arrow_stands_on_it() -> None:
    figure = decision_line(NEURON, np.zeros(2), 2.0, None)
    line = next(trace for trace in figure.data if trace.name == "z = 0")
    ends = np.array([line.x, line.y], float).T
    assert np.allclose(NEURON.pre_activation(ends), 0, atol=1e-3)
    arrow = figure.layout.annotations[0]
    assert NEURON.pre_activation(np.array([[arrow.ax, arrow.ay]])) == pytest.approx([0])
    assert NEURON.pre_activation(np.array([[arrow.x, arrow.y]]))[0] > 0


def test_without_weights_there_is_neither_line_nor_arrow() -> None:
    figure = decision_line(Neuron(np.zeros(2), 1.0, "relu"), np.zeros(2), 2.0, None)
    assert not figure.layout.annotations
    assert next(trace for trace in figure.data if trace.name == "z = 0").x == ()


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


@pytest.mark.parametrize("name", ["sigmoid", "relu", "linear"])
@pytest.mark.parametrize("at", [-18.5, -2.0, 0.0, 5.0, 20.0])
def test_the_neuron_is_always_in_the_picture_of_its_activation(name: str, at: float) -> None:
    figure = activation_curve(ACTIVATIONS[name], np.linspace(-6, 6, 121), at)
    here = next(trace for trace in figure.data if trace.name == "here")
    value = next(trace for trace in figure.data if trace.name == "value")
    for place, axis in ((here.x[0], figure.layout.xaxis), (here.y[0], figure.layout.yaxis)):
        assert axis.range[0] < place < axis.range[1]
    assert min(value.x) < at < max(value.x)
