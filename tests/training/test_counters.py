"""The gap between training and validation as the page writes it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from netlab.runs.events import Metrics, Started, Validation
from netlab.runs.history import load
from netlab.training.view import counters


@pytest.mark.parametrize(
    ("training", "validation", "gap"),
    [
        (0.5, 0.5, "0.0 points"),
        (0.5, 0.5004, "0.0 points"),
        (0.5004, 0.5, "0.0 points"),
        (0.75, 0.5, "+25.0 points"),
        (0.5, 0.512, "−1.2 points"),
    ],
)
def test_the_gap_has_a_true_minus_and_no_sign_where_it_rounds_to_zero(
    training: float, validation: float, gap: str
) -> None:
    history = load(
        [
            Started("r", 1, 10, 10, 1, 1, "made", "", 0),
            Metrics(1, (2.0,), (training,), 1.0, 0.1),
            Validation(1, 2.0, validation),
        ]
    )
    assert counters._gap(SimpleNamespace(history=history, step=1)) == gap  # type: ignore[arg-type]
