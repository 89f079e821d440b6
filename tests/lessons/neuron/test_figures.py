"""Figures of one neuron: what is drawn is what was computed."""

from __future__ import annotations

import json

import numpy as np
import pytest

from netlab.lessons.neuron.figures import (
    activation_curve,
    activation_gallery,
    straight_and_bent,
)
from netlab.nn.activations import ACTIVATIONS

Z = np.linspace(-6, 6, 121)


def test_both_axes_are_titled_and_the_json_is_finite() -> None:
    for figure in (
        activation_curve(ACTIVATIONS["sigmoid"], Z, 1.0),
        straight_and_bent(Z, Z, np.maximum(Z, 0), "ReLU", 1.0),
        activation_gallery(Z, "relu", slopes=True),
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


@pytest.mark.parametrize("name", ["sigmoid", "relu", "linear"])
@pytest.mark.parametrize("at", [-18.5, -2.0, 0.0, 5.0, 20.0])
def test_the_neuron_is_always_in_the_picture_of_its_activation(name: str, at: float) -> None:
    figure = activation_curve(ACTIVATIONS[name], np.linspace(-6, 6, 121), at)
    here = next(trace for trace in figure.data if trace.name == "here")
    value = next(trace for trace in figure.data if trace.name == "value")
    for place, axis in ((here.x[0], figure.layout.xaxis), (here.y[0], figure.layout.yaxis)):
        assert axis.range[0] < place < axis.range[1]
    assert min(value.x) < at < max(value.x)


@pytest.mark.parametrize(
    ("name", "kink", "left", "right"),
    [("relu", 0.0, 0, 1), ("leaky_relu", 0.0, 0.2, 1), ("hard_sigmoid", 3.0, 1 / 6, 0)],
)
def test_a_slope_that_jumps_is_drawn_with_a_gap_and_not_as_a_ramp(
    name: str, kink: float, left: float, right: float
) -> None:
    slope = next(trace for trace in activation_curve(ACTIVATIONS[name], Z, 0.5).data if trace.name == "slope")
    places = [place for place, x in enumerate(slope.x) if x == kink]
    before, gap, after = (slope.y[place] for place in places)
    assert (before, gap, after) == (pytest.approx(left, abs=1e-3), None, right)
    assert None not in activation_curve(ACTIVATIONS["elu"], Z, 0.5).data[1].y
