"""Landscape figures show what they were given, with both axes named, and cut what leaves the window."""

from __future__ import annotations

import numpy as np
import pytest

from netlab.landscape.descent import descend
from netlab.landscape.figures import (
    Track,
    look_of,
    loss_against_step,
    loss_contours,
    loss_surface,
    model_fit,
    within,
)
from netlab.landscape.formula import surface_from
from netlab.landscape.height_map import height_map
from netlab.landscape.surface import Domain
from netlab.landscape.surfaces import SURFACES
from netlab.nn.optimizers import OPTIMIZERS


def track(key: str, rate: float, surface: str = "ravine") -> Track:
    path = descend(
        SURFACES[surface],
        OPTIMIZERS[key].with_settings(learning_rate=rate),
        SURFACES[surface].start,
        steps=30,
    )
    return Track(key, OPTIMIZERS[key].title, "#0072B2", "solid", path.weights, path.losses, "", 30)


@pytest.mark.parametrize("key", SURFACES)
def test_contours_cover_the_window_and_name_their_axes(key: str) -> None:
    surface = SURFACES[key]
    figure = loss_contours(height_map(surface), surface.parameters, surface.minima, "zoom")
    contour, stars = figure.data
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == surface.parameters
    assert contour.z.shape == (101, 101)
    assert np.allclose(figure.layout.xaxis.range, [surface.domain.x_min, surface.domain.x_max])
    assert len(stars.x) == min(len(surface.minima), 9)
    assert figure.layout.uirevision == "zoom"


def test_colour_bar_of_a_logarithm_speaks_of_losses() -> None:
    ground = height_map(SURFACES["rosenbrock"])
    bar = loss_contours(ground, ("x", "y"), (), "").data[0].colorbar
    assert list(bar.ticktext) == [f"{10.0**power:.4g}" for power in bar.tickvals]


def test_a_walk_in_space_is_cut_at_the_window_and_lies_on_the_surface() -> None:
    surface = SURFACES["ravine"]
    ground, wild = height_map(surface, "logarithmic"), track("sgd", 0.05)
    figure = loss_surface(ground, surface.parameters, [wild], "zoom")
    line = figure.data[1]
    inside = within(ground, wild.weights)
    assert not inside.all()
    assert np.array_equal(np.isfinite(line.x), inside)
    rise = line.z[inside] - ground.height(wild.losses[inside])
    assert np.allclose(rise, rise[0], atol=1e-5)
    assert 0 < rise[0] < 0.1
    assert figure.layout.scene.zaxis.title.text == "log₁₀ loss"


def test_loss_against_step_chooses_its_axis() -> None:
    falling = loss_against_step([track("sgd", 0.01, "himmelblau"), track("adam", 0.1, "himmelblau")], "")
    assert falling.layout.yaxis.type == "log"
    assert [line.name for line in falling.data] == ["Gradient descent", "Adam"]
    negative = loss_against_step(
        [track("sgd", 0.01, "six-hump-camel"), track("sgd", 0.01, "styblinski-tang")], ""
    )
    assert negative.layout.yaxis.type == "linear"


def test_a_loss_of_zero_on_a_logarithmic_axis_is_told() -> None:
    losses = np.array([100.0, 1.0, 0.0])
    made = Track("sgd", "x", "#000000", "solid", np.zeros((3, 2), np.float32), losses, "", 2)
    figure = loss_against_step([made], "")
    assert "exactly 0" in figure.layout.annotations[0].text
    assert np.isnan(figure.data[0].y[-1])


def test_no_two_optimizers_look_the_same() -> None:
    assert len({look_of(place) for place in range(len(OPTIMIZERS))}) == len(OPTIMIZERS)


def test_model_fit_shows_examples_and_curves() -> None:
    axis = np.linspace(0, 1, 5)
    figure = model_fit(np.array([0.0, 1.0]), np.array([0.0, 1.0]), [("end", "#000000", "dash", axis)], axis)
    assert [trace.name for trace in figure.data] == ["examples", "end"]
    assert figure.layout.xaxis.title.text
    assert figure.layout.yaxis.title.text


@pytest.mark.parametrize("formula", ["exp(exp(x*y))", "exp(x*y)", "x^2 + y^2", "10^(x*y)"])
def test_labels_of_the_colour_bar_are_few_enough_to_read(formula: str) -> None:
    surface = surface_from(formula, domain=Domain(-5.0, 5.0, -5.0, 5.0), start=(1.0, 1.0))
    bar = loss_contours(height_map(surface, "logarithmic"), ("x", "y"), (), "zoom").data[0].colorbar
    assert 2 <= len(bar.tickvals) <= 9


def test_a_surface_with_holes_has_no_lines_and_takes_over_none() -> None:
    surfaces = {}
    for formula in ("x^2 + y^2", "sqrt(x)"):
        surface = surface_from(formula, domain=Domain(-5.0, 5.0, -5.0, 5.0), start=(1.0, 1.0))
        surfaces[formula] = loss_surface(height_map(surface), ("x", "y"), [], "zoom").data[0]
    whole, holed = surfaces.values()
    assert whole.contours.z.show and not holed.contours.z.show
    assert whole.uid != holed.uid
