"""Runs lie beside each other where they should: by steps, epochs, seconds and images, on axes that hold all of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.experiments.table import figures_overlay
from netlab.experiments.table.overlay import (
    ACROSS,
    Track,
    along,
    apart,
    cautions,
    errors,
    farthest,
    joint,
    sentence,
    track,
)
from netlab.nets.spec import NetworkSpec
from netlab.plots.palette import SERIES
from netlab.runs.events import Metrics, Started, Validation
from netlab.runs.history import Curve, History
from netlab.runs.reading import read
from netlab.training.axes import HEIGHTS, Axis, accuracy_axis, loss_axis
from tests.runs.kept import SPEC, kept_run


def history(examples: int, batch: int, epochs: int, seconds: float = 0.5) -> tuple[NetworkSpec, History]:
    """A run of so many images, a message every seven batches, ``seconds`` a batch."""
    spec = NetworkSpec(hidden=(4,), train_examples=max(examples, 10), batch_size=batch, epochs=epochs)
    per_epoch = -(-examples // batch)
    found = History()
    found.add(Started("r", 1, examples, 1, per_epoch, per_epoch * epochs, "made", ""))
    for start in range(0, per_epoch * epochs, 7):
        step = min(start + 7, per_epoch * epochs)
        found.add(Metrics(step, (1.0,) * (step - start), (0.5,) * (step - start), 1.0, seconds * step))
    found.add(Validation(per_epoch * epochs, 1.0, 0.5))
    return spec, found


@given(st.integers(10, 500), st.integers(1, 64), st.integers(1, 4))
def test_axes_agree_with_counting_batch_by_batch(examples: int, batch: int, epochs: int) -> None:
    spec, found = history(examples, batch, epochs)
    steps = np.arange(found.step + 1)
    per_epoch = -(-examples // batch)
    sizes = [min(batch, examples - start) for _ in range(epochs) for start in range(0, examples, batch)]
    assert along(steps, found, spec, "steps").tolist() == steps.tolist()
    assert along(steps, found, spec, "examples").tolist() == np.cumsum([0, *sizes]).tolist()
    np.testing.assert_allclose(along(steps, found, spec, "epochs"), steps / per_epoch)
    np.testing.assert_allclose(along(steps, found, spec, "seconds"), 0.5 * steps)


def test_seconds_follow_what_was_told_and_a_checkpoint_undoes_them() -> None:
    _, found = history(70, 1, 2)
    assert found.times[0] == (7, 3.5)
    found.cut(20)
    assert found.times[-1] == (14, 7.0)
    found.add(Metrics(21, (1.0,), (0.5,), 1.0, 99.0))
    assert found.seconds_at(np.array([14, 17.5, 21, 50])).tolist() == [7.0, 53.0, 99.0, 99.0]
    assert np.isnan(History().seconds_at(np.array([1, 2]))).all()


def test_seconds_that_a_file_tells_in_the_wrong_order_do_not_go_back() -> None:
    found = History()
    for step, seconds in ((1, 5.0), (2, 3.0), (3, 8.0)):
        found.add(Metrics(step, (1.0,), (0.5,), 1.0, seconds))
    assert found.seconds_at(np.array([1, 2, 3])).tolist() == [5.0, 5.0, 8.0]


def test_a_run_without_a_beginning_lies_by_its_steps() -> None:
    found = History()
    found.add(Metrics(3, (1.0,) * 3, (0.5,) * 3, 1.0, 1.0))
    for across in ACROSS:
        assert along(np.array([3]), found, SPEC, across)[0] in (3.0, 1.0)


def tracks(count: int = 3) -> list[Track]:
    found = []
    for place in range(count):
        spec, run = history(100, 10, 1 + place)
        found.append(track(f"{place:032x}", f"run {place}", spec, run, "epochs"))
    return found


def test_a_shared_axis_holds_what_each_axis_holds() -> None:
    found = tracks()
    for heights in HEIGHTS:
        for axis in (accuracy_axis, loss_axis):
            own = [axis(one.curves, heights) for one in found]
            shared = joint(own)
            assert shared.low == min(one.low for one in own)
            assert shared.high == max(one.high for one in own)
            assert shared.log == own[0].log
    assert farthest(found) == 3.0
    assert farthest([]) == 1.0


def test_wrong_answers_never_lie_below_the_axis() -> None:
    curve = Curve(np.array([1, 2, 3], np.int32), np.array([0.5, 1.0, np.nan], np.float32))
    np.testing.assert_allclose(errors(curve, 1e-3), [0.5, 1e-3, np.nan])


def test_runs_of_one_name_are_told_apart() -> None:
    assert apart([("1234ab", "x"), ("5678cd", "y")]) == ["x", "y"]
    assert apart([("1234ab", "x"), ("5678cd", "x")]) == ["x, 1234", "x, 5678"]


def test_cautions_are_said_where_they_are_earned_and_nowhere_else() -> None:
    found = tracks()
    assert cautions(found, 3) == []
    (drawn,) = cautions(found, 20)
    assert drawn.startswith("The first 3 of 20 runs are drawn")
    held = replace(found[0], spec=replace(found[0].spec, validation="held-back"))
    (validated,) = cautions([held, *found[1:]], 3)
    assert "held-back digits, test digits" in validated
    other = replace(found[0], spec=replace(found[0].spec, data="fashion-mnist"))
    (pictures,) = cautions([other, *found[1:]], 3)
    assert "Fashion-MNIST, MNIST" in pictures
    hinge = replace(found[0], spec=replace(found[0].spec, loss="mean_squared_error"))
    (losses,) = cautions([hinge, *found[1:]], 3)
    assert "different functions" in losses


def test_figures_have_a_colour_and_a_name_a_run_and_names_are_no_markup() -> None:
    run = kept_run()
    hostile = '<a href="https://evil.example">x</a>'
    found = read(run)
    assert found.spec is not None
    one = track(run.id, hostile, found.spec, found.history, "seconds")
    many = [one, *tracks(8)]
    for heights in (Axis(0.0, 1.0), Axis(0.01, 1.0, log=True)):
        for figure in (
            figures_overlay.accuracy_overlay(many, heights, "seconds"),
            figures_overlay.loss_overlay(many, heights, "seconds"),
        ):
            assert len(figure.data) == 2 * len(many)
            assert "<a" not in figure.to_json()
            strong = [trace for trace in figure.data if trace.mode == "lines+markers"]
            looks = {(trace.line.color, trace.line.dash, trace.marker.symbol) for trace in strong}
            assert len(looks) == len(many)
            assert strong[0].line.color == SERIES[0]
            assert [trace.name for trace in figure.data if trace.showlegend][1:] == [
                f"run {n}" for n in range(8)
            ]
    assert list(figure.data[1].x) == [1.0, 2.0]  # its validations, after a second an epoch


def test_curves_are_told_in_words() -> None:
    told = sentence(tracks(2))
    assert told.startswith("Curves of 2 runs on shared axes.")
    assert "run 0: 50.00 % (step 10)" in told


@pytest.mark.parametrize("across", ACROSS)
def test_a_run_with_nothing_trained_yet_can_be_drawn(across: str) -> None:
    one = track("a" * 32, "new", SPEC, History(), across)
    assert farthest([one]) == 1.0
    figures_overlay.accuracy_overlay([one], accuracy_axis(one.curves, "left"), across)
