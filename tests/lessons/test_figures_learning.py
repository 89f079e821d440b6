"""Figures of loss, gradients and dropout: axes titled, numbers drawn as they are, nothing hidden in the colours."""

from __future__ import annotations

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from netlab.lessons.backprop.figures import difference_errors, loss_after_updates
from netlab.lessons.backprop.gradient_check import difference_curve
from netlab.lessons.backprop.network_drawing import short, small_network
from netlab.lessons.backprop.worked_steps import training_step
from netlab.lessons.dropout.dropout import RESCALINGS, expectation, vote
from netlab.lessons.dropout.figures import expected_activations, parting, volumes, votes
from netlab.lessons.loss.figures import reading, shares, two_losses, two_slopes
from netlab.lessons.loss.two_losses import compare
from netlab.nn.mlp import EXAMPLES, Network
from netlab.nn.pupil import Judged, Moment

GRID = np.linspace(-10, 10, 81)
HERE, CURVE = compare(np.array([-4.0]), 1.0), compare(GRID, 1.0)
EXAMPLE = EXAMPLES["2-2-1"]
MOMENTS = [Moment(step, (), (Judged(1.0, 0.5),) * 2, (Judged(2.0, 0.4),) * 2) for step in (0, 9)]
HEARD = np.abs(np.random.default_rng(0).normal(size=40))


def figures() -> dict[str, go.Figure]:
    generator = np.random.default_rng(0)
    found = vote(HEARD, generator.normal(size=(40, 10)), np.zeros(10), 0.5, generator=generator)
    curve = difference_curve(EXAMPLE.network, EXAMPLE.inputs, EXAMPLE.targets, 0, 0, 0)
    return {
        "two_losses": two_losses(CURVE, HERE),
        "two_slopes": two_slopes(CURVE, HERE),
        "reading": reading(MOMENTS, 9),
        "parting": parting(MOMENTS, 9),
        "shares": shares(["a", "b"], np.array([0.25, 0.75]), 1, ["25%", "75%"]),
        "difference_errors": difference_errors(curve),
        "loss_after_updates": loss_after_updates(np.array([2.0, 1.0]), 1, np.array([2.0, 0.5])),
        "expected": expected_activations(expectation(HEARD, 0.5, generator=generator)),
        "volumes": volumes(RESCALINGS["inverted"], 0.5),
        "votes": votes(found),
    }


@pytest.mark.parametrize("name", list(figures()))
def test_both_axes_are_titled_with_units_and_the_figure_is_small(name: str) -> None:
    figure = figures()[name]
    for axis in (figure.layout.xaxis, figure.layout.yaxis):
        assert "(" in axis.title.text or axis.title.text in ("class", "share")
    assert len(json.dumps(figure.to_plotly_json(), default=np.ndarray.tolist)) < 30_000


def test_lines_differ_by_dash_and_bars_by_pattern() -> None:
    found = figures()
    for name in (
        "two_losses",
        "two_slopes",
        "reading",
        "parting",
        "difference_errors",
        "loss_after_updates",
        "volumes",
    ):
        dashes = [
            trace.line.dash or "solid" for trace in found[name].data if trace.mode != "markers" and trace.name
        ]
        assert len(set(dashes)) == len(dashes), name
    patterns = [trace.marker.pattern.shape for trace in found["votes"].data]
    assert len(set(patterns)) == 3


def test_the_tangents_are_the_losses_own_slopes() -> None:
    figure = two_losses(CURVE, HERE)
    p = float(HERE.predictions[0])
    for trace, slope in ((figure.data[2], p - 1), (figure.data[5], -1 / p)):
        rise = (trace.y[1] - trace.y[0]) / (trace.x[1] - trace.x[0])
        assert rise == pytest.approx(slope)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_drawing_tells_no_number_before_its_stage(name: str) -> None:
    example = EXAMPLES[name]
    stages = training_step(example.network, example.inputs, example.targets)
    unknown = []
    for shown in range(1, len(stages) + 1):
        drawing = small_network(example.network, example.inputs[0], [1.0], stages, shown, chosen="w1_12")
        texts = [line["text"] for column in drawing["columns"] for unit in column for line in unit["lines"]]
        unknown.append(sum("…" in text for text in texts))
        assert [edge["id"] for edge in drawing["edges"] if edge["chosen"]] == ["w1_12"]
    assert unknown == sorted(unknown, reverse=True)
    assert unknown[0] > 0
    assert unknown[-1] == 0


def test_the_drawing_s_numbers_are_the_network_s() -> None:
    stages = training_step(EXAMPLE.network, EXAMPLE.inputs[:1], EXAMPLE.targets[:1])
    drawing = small_network(EXAMPLE.network, EXAMPLE.inputs[0], [1.0], stages, len(stages))
    by_id = {edge["id"]: edge for edge in drawing["edges"]}
    weights = EXAMPLE.network.layers[0].weights
    assert by_id["w1_12"]["lines"][0]["text"] == short(weights[0, 1])
    assert by_id["w1_12"]["minus"]
    assert by_id["w1_12"]["lines"][1]["text"] == "∂ 0.00672"
    moved = by_id["w1_12"]["lines"][2]["text"].removeprefix("→ ")
    assert by_id["w1_12"]["label"] == (
        f"The weight w⁽¹⁾₁₂ is {short(weights[0, 1])}. The derivative of the loss by it is 0.00672. The update makes it {moved}."
    )
    (bias,) = (line for line in drawing["columns"][2][0]["lines"] if "id" in line)
    assert bias["label"].startswith("The bias b⁽²⁾₁ is ")
    json.dumps(drawing)


def test_a_wider_network_can_be_drawn_too() -> None:
    network = Network.drawn((3, 4, 2), ("relu", "softmax"), loss="cross_entropy", seed=0)
    stages = training_step(network, np.ones((1, 3)), np.array([1]))
    drawing = small_network(network, np.ones(3), [0.0, 1.0], stages, len(stages))
    assert [len(column) for column in drawing["columns"]] == [3, 4, 2, 1]
    assert len(drawing["edges"]) == 20


def test_numbers_are_short_and_have_a_true_minus() -> None:
    assert short(-0.123456) == "−0.123"
    assert short(-1.5e-7) == "−1.5·10⁻⁷"


@pytest.mark.parametrize(("logit", "target"), [(-10.0, 1.0), (10.0, 0.0), (-6.0, 1.0)])
def test_the_marks_of_both_losses_are_in_the_picture_wherever_the_logit_is(
    logit: float, target: float
) -> None:
    figure = two_losses(compare(GRID, target), compare(np.array([logit]), target))
    low, high = figure.layout.yaxis.range
    marks = [trace for trace in figure.data if trace.mode == "markers"]
    assert len(marks) == 2
    assert all(low < trace.y[0] < high for trace in marks)
