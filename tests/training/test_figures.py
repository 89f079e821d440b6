"""Figures of a training: axes titled, gaps kept, small enough to be sent five times a second."""

from __future__ import annotations

import json

import numpy as np

from netlab.nets.presets import PRESETS
from netlab.runs.events import Metrics, Validation
from netlab.runs.history import History
from netlab.training.figures import Span, accuracy_curves, curves_sentence, loss_curves
from netlab.training.view.network_bars import layers_picture


def long_history(batches: int = 9375) -> History:
    rng = np.random.default_rng(0)
    history = History()
    losses = tuple((2.3 * np.exp(-np.arange(batches) / 900) + rng.random(batches) * 0.1).tolist())
    history.add(Metrics(batches, losses, tuple(1 - loss / 3 for loss in losses), 1000.0, 1.0))
    for step in (0, 10, 100, 1000, 1875):
        history.add(Validation(step, 0.1, 0.9))
    return history


def test_both_axes_are_titled_and_all_three_lines_are_there() -> None:
    curves = long_history().curves(180)
    for figure in (
        accuracy_curves(curves, Span("run", 1875, 9375, 9375)),
        loss_curves(curves, Span("run", 1875, 9375, 9375), log=True, loss_name="cross-entropy, nats"),
    ):
        assert "batches" in figure.layout.xaxis.title.text
        assert figure.layout.yaxis.title.text in ("digits read correctly", "loss (cross-entropy, nats)")
        assert [trace.name for trace in figure.data] == [
            "training, each batch",
            "training, average",
            "test digits",
        ]
        assert figure.layout.uirevision == "run"
        assert len({trace.line.dash for trace in figure.data}) > 1


def test_epochs_are_marked_but_never_crowded_and_a_changed_rate_is_named() -> None:
    curves = long_history(10).curves()
    few, many = (accuracy_curves(curves, Span("r", 10, 10 * epochs, 10)) for epochs in (5, 50))
    assert [shape.x0 for shape in few.layout.shapes] == [10, 20, 30, 40, 50]
    assert len(many.layout.shapes) == 10
    assert list(many.layout.xaxis.range) == [0, 10]
    changed = accuracy_curves(curves, Span("r", 10, 50, 50, ((7, 0.01),)))
    assert changed.layout.shapes[-1].x0 == 7
    assert changed.layout.annotations[0].text == "η 0.01"


def test_the_logarithmic_axis_is_logarithmic() -> None:
    curves = long_history(10).curves()
    assert loss_curves(curves, Span("r", 1, 10, 10), log=True, loss_name="x").layout.yaxis.type == "log"
    assert loss_curves(curves, Span("r", 1, 10, 10), log=False, loss_name="x").layout.yaxis.type == "linear"


def test_an_update_is_under_20_kilobytes_however_long_the_run() -> None:
    curves = long_history(100_000).curves(180)
    for figure in (
        accuracy_curves(curves, Span("r" * 32, 1875, 100_000, 100_000)),
        loss_curves(
            curves, Span("r" * 32, 1875, 100_000, 100_000), log=False, loss_name="cross-entropy, nats"
        ),
    ):
        assert len(json.dumps(figure.to_plotly_json())) < 20_000


def test_what_is_not_a_number_is_a_gap() -> None:
    history = History()
    history.add(Metrics(2, (1.0, None), (0.1, 0.2), 1.0, 1.0))
    figure = loss_curves(history.curves(), Span("r", 1, 2, 2), log=False, loss_name="x")
    assert figure.data[0].y == (1.0, None)
    json.dumps(figure.to_plotly_json(), allow_nan=False)


def test_the_sentence_says_what_the_eye_sees() -> None:
    assert "nothing trained yet" in curves_sentence(History().curves())
    assert "9,375 batches" in curves_sentence(long_history().curves())
    assert "accuracy on test digits 90.0\u00a0%" in curves_sentence(long_history().curves())


def test_the_picture_names_every_layer() -> None:
    for preset in PRESETS.values():
        picture = layers_picture(preset.spec)
        assert picture.count("<figure>") == 1 + len(preset.spec.parameter_table())
        assert "aria-label" in picture
