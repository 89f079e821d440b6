"""Figures of a training: axes titled, gaps kept, small enough to be sent five times a second."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from netlab.nets.presets import PRESETS
from netlab.runs.events import Metrics, Started, Validation
from netlab.runs.history import History
from netlab.training.axes import Axis
from netlab.training.figures import Span, accuracy_curves, curves_sentence, loss_curves
from netlab.training.view.live import POINTS, POINTS_BESIDE_BEGINNING
from netlab.training.view.network_bars import layers_picture


def long_history(batches: int = 9375) -> History:
    rng = np.random.default_rng(0)
    history = History()
    history.add(Started("r", 1, 60_000, 10_000, 1875, 9375, "made", ""))
    losses = tuple((2.3 * np.exp(-np.arange(batches) / 900) + rng.random(batches) * 0.1).tolist())
    history.add(Metrics(batches, losses, tuple(1 - loss / 3 for loss in losses), 1000.0, 1.0))
    for step in (0, 10, 100, 1000, 1875):
        history.add(Validation(step, 0.1, 0.9))
    return history


def span(run: str = "run", epoch: int = 1875, **look: Any) -> Span:
    return Span(run, epoch, look.pop("epochs", Axis(0, 5)), look.pop("heights", Axis(0, 1.02)), **look)


def test_both_axes_are_titled_and_all_three_lines_are_there() -> None:
    curves = long_history().curves(180)
    for figure in (
        accuracy_curves(curves, span()),
        loss_curves(curves, span(), loss_name="cross-entropy, nats"),
    ):
        assert figure.layout.xaxis.title.text == "epochs (one is 1,875 batches)"
        assert figure.layout.yaxis.title.text in ("digits read correctly", "loss (cross-entropy, nats)")
        assert [trace.name for trace in figure.data] == ["training batches", "mean of 100", "test digits"]
        assert figure.layout.uirevision == "run"
        assert len({trace.mode for trace in figure.data}) > 1


def test_a_figure_is_drawn_against_epochs_and_tells_the_batch_beside() -> None:
    curves = long_history().curves(180)
    figure = accuracy_curves(curves, span())
    batches, _, validation = figure.data
    assert batches.x[-1] == 5.0
    assert batches.customdata[-1] == 9375
    np.testing.assert_allclose(np.array(batches.x) * 1875, batches.customdata, atol=1)
    assert validation.x == (0.0, 0.0053, 0.0533, 0.5333, 1.0)
    assert list(validation.customdata) == [0, 10, 100, 1000, 1875]
    assert figure.layout.hovermode == "x unified"
    assert "epochs" in figure.layout.xaxis.unifiedhovertitle.text
    assert all("batch %{customdata" in trace.hovertemplate for trace in (batches, validation))


def test_a_changed_rate_is_named_where_it_was_changed_on_either_axis() -> None:
    curves = long_history(10).curves()
    changed = accuracy_curves(curves, span(epoch=10, rates=((7, 0.01),)))
    assert changed.layout.shapes[-1].x0 == 0.7
    assert changed.layout.annotations[0].text == "η 0.01"
    assert changed.layout.annotations[0].x == 0.7
    log = accuracy_curves(curves, span(epoch=10, epochs=Axis(0.1, 5, log=True), rates=((10, 0.01),)))
    assert log.layout.annotations[0].x == 0  # the logarithm of one epoch


def test_the_ranges_are_those_of_the_axes_and_a_new_look_forgets_the_zoom() -> None:
    curves = long_history(10).curves()
    plain = loss_curves(curves, span(heights=Axis(0, 3)), loss_name="x").layout
    assert (plain.xaxis.type, plain.yaxis.type) == ("linear", "linear")
    assert plain.yaxis.range == (0, 3)
    look = span(epochs=Axis(0.01, 10, log=True), heights=Axis(0.1, 10, log=True), look="log errors")
    log = loss_curves(curves, look, loss_name="x").layout
    assert (log.xaxis.type, log.yaxis.type) == ("log", "log")
    assert log.xaxis.range == (-2, 1)
    assert log.xaxis.uirevision != plain.xaxis.uirevision
    assert log.uirevision == plain.uirevision  # hidden lines stay hidden


def test_errors_are_what_accuracy_leaves_and_none_lies_on_the_edge() -> None:
    history = History()
    history.add(Metrics(3, (1.0, 1.0, None), (0.75, 1.0, 0.5), 1.0, 1.0))
    figure = accuracy_curves(history.curves(), span(heights=Axis(0.01, 1, log=True)))
    assert figure.data[0].y == (0.25, 0.01, 0.5)
    assert figure.data[0].text == ("25%", "0%", "50%")
    assert "wrongly" in figure.layout.yaxis.title.text


@pytest.mark.parametrize("log", [False, True])
def test_both_figures_of_an_update_are_under_20_kilobytes_however_long_the_run(log: bool) -> None:
    curves = long_history(100_000).curves(POINTS_BESIDE_BEGINNING if log else POINTS, beginning=log)
    look = span("r" * 32, epochs=Axis(0.001, 53, log=log), heights=Axis(0.001, 1, log=log), look="log errors")
    figures = (accuracy_curves(curves, look), loss_curves(curves, look, loss_name="cross-entropy, nats"))
    assert sum(len(json.dumps(figure.to_plotly_json(), separators=(",", ":"))) for figure in figures) < 20_000


def test_what_is_not_a_number_is_a_gap() -> None:
    history = History()
    history.add(Metrics(2, (1.0, None), (0.1, 0.2), 1.0, 1.0))
    figure = loss_curves(history.curves(), span(epoch=1), loss_name="x")
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
