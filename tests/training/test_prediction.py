"""A predicted curve: checked as a stranger's, interpolated, held against what came."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from netlab.runs import store
from netlab.training.figures_prediction import prediction_trace
from netlab.training.prediction import (
    FILE,
    Prediction,
    PredictionError,
    from_ends,
    from_json,
    gap,
    in_words,
    keep,
    kept,
)
from tests.runs.kept import SPEC

SHARES = some.floats(0, 1)
CURVE = Prediction((0.0, 1.0, 5.0), (0.1, 0.9, 0.97))


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


@given(some.lists(SHARES, min_size=2, max_size=51), some.integers(1, 60))
def test_between_its_points_it_goes_straight_and_after_its_end_it_stays(
    shares: list[float], epochs: int
) -> None:
    curve = Prediction(tuple(map(float, range(len(shares)))), tuple(shares))
    assert [curve.at(epoch) for epoch in range(len(shares))] == shares
    assert math.isclose(curve.at(0.5), (shares[0] + shares[1]) / 2)
    assert curve.at(1000) == shares[-1]
    other = curve.over(epochs)
    assert other.end == epochs
    assert all(
        math.isclose(other.at(epoch), curve.at(epoch), abs_tol=1e-12) for epoch in np.linspace(0, epochs, 7)
    )


@given(SHARES, SHARES, some.integers(1, 50))
def test_what_is_typed_is_what_is_expected(first: float, last: float, epochs: int) -> None:
    curve = from_ends(first, last, epochs)
    assert curve.at(epochs) == last
    assert curve.at(1) == (last if epochs == 1 else first)
    assert from_json(json.loads(json.dumps(curve.to_json()))) == curve


@pytest.mark.parametrize(
    "values",
    [
        None, [], {}, {"epochs": [0, 1]}, {"epochs": "01", "accuracies": "01"},
        {"epochs": [0], "accuracies": [0.1]}, {"epochs": [0, 1], "accuracies": [0.1]},
        {"epochs": [0, 1], "accuracies": [0.1, 1.1]}, {"epochs": [0, 1], "accuracies": [0.1, -0.1]},
        {"epochs": [0, 1], "accuracies": [0.1, float("nan")]}, {"epochs": [0, 1], "accuracies": [0.1, True]},
        {"epochs": [0, 1], "accuracies": [0.1, "<b>"]}, {"epochs": [1, 2], "accuracies": [0.1, 0.2]},
        {"epochs": [0, 0], "accuracies": [0.1, 0.2]}, {"epochs": [0, 2, 1], "accuracies": [0.1, 0.2, 0.3]},
        {"epochs": [0, 1e9], "accuracies": [0.1, 0.2]}, {"epochs": [0, math.inf], "accuracies": [0.1, 0.2]},
        {"epochs": list(range(201)), "accuracies": [0.5] * 201},
    ],
)  # fmt: skip
def test_what_is_no_curve_is_refused(values: Any) -> None:
    with pytest.raises(PredictionError):
        from_json(values)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"\xff", b'{"epochs": [0, 1], "accuracies": [0.1, 7]}', b"[" * 300]
)
def test_a_damaged_prediction_is_none(content: bytes) -> None:
    run = store.create(SPEC, store.new_id())
    assert kept(run) is None
    (run.folder / FILE).write_bytes(content)
    assert kept(run) is None


def test_a_prediction_is_kept_with_its_run() -> None:
    run = store.create(SPEC, store.new_id())
    keep(run, CURVE)
    assert kept(run) == CURVE


@pytest.mark.parametrize(
    ("epochs", "said"),
    [
        ([], ""),
        ([(1, 0.964)], "You expected 90 % after 1 epoch; it was 96.4 %. That is 6.4 points more."),
        ([(1, 0.85)], "You expected 90 % after 1 epoch; it was 85.0 %. That is 5.0 points less."),
        ([(1, 0.91)], "You expected 90 % after 1 epoch; it was 91.0 %. That is 1.0 point more."),
        ([(1, 0.904)], "You expected 90 % after 1 epoch; it was 90.4 %. You were right to half a point."),
        (
            [(1, 0.964), (2, 0.97), (3, 0.1)],
            "You expected 90 % after 1 epoch; it was 96.4 %. That is 6.4 points more. "
            "You expected 93.5 % after 3 epochs; it was 10.0 %. That is 83.5 points less.",
        ),
    ],
)
def test_the_gap_is_named(epochs: list[tuple[int, float]], said: str) -> None:
    assert plain(gap(CURVE, epochs)) == said


@given(some.integers(0, 1000), some.integers(0, 1000))
def test_the_gap_says_more_only_where_it_is_more(expected: int, came: int) -> None:
    said = gap(from_ends(expected / 1000, expected / 1000, 1), [(1, came / 1000)])
    assert said.endswith("points more.") == (came >= expected + 5 and came != expected + 10)
    assert said.endswith("less.") == (came <= expected - 5)
    assert "−" not in said


def test_an_expectation_in_words() -> None:
    assert plain(in_words(CURVE)) == "90 % after epoch 1 and 97 % at the end"
    assert plain(in_words(from_ends(0.5, 0.8, 1))) == "80 % at the end"


def test_its_line_is_in_epochs_and_may_be_of_what_is_wrong() -> None:
    assert list(prediction_trace(CURVE).x) == [0, 1, 5]
    assert list(prediction_trace(CURVE, wrong=True).y) == [0.9, 0.1, 0.03]
    assert list(prediction_trace(CURVE).y) == [0.1, 0.9, 0.97]
