"""Each finding has its figure, which draws the numbers of the sentence."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from netlab.nets.spec import NetworkSpec
from netlab.runs.events import Evidence, LearningRate
from netlab.runs.finding import Proof
from netlab.training.figures_batch import moves_figure, ranked_figure
from netlab.training.figures_findings import PROOFS, proof
from netlab.training.rate_words import NOT_MEASURED, zone_of
from tests.runs.test_symptoms import LINE, TWO, evidence, history, long_run
from tests.training.test_shown_batch import example

SGD = NetworkSpec(hidden=(64, 32), optimizer="sgd", learning_rate=3.0)
MEASURED = history(evidence(step=0), evidence(saturated=(0.2, 0.9, None), dead=(0.1, 0.6, None)))


def ys(kind: Proof, spec: NetworkSpec, kept: object, place: int = 0) -> list[float]:
    plot = proof(kind, spec, kept)  # type: ignore[arg-type]
    assert plot is not None
    return list(plot.figure.data[place].y)


def test_every_kind_of_proof_has_its_figure_and_none_has_no_drawing() -> None:
    assert set(PROOFS) == set(get_args(Proof)) - {""}
    assert proof("", TWO, MEASURED) is None


@pytest.mark.parametrize(
    "kind", ["chance", "leap", "dead", "saturated", "fading", "growing", "curvature", "alike"]
)
def test_a_figure_says_in_words_what_it_shows(kind: Proof) -> None:
    plot = proof(kind, SGD, MEASURED)
    assert plot is not None
    assert plot.alt.endswith(".")
    assert plot.figure.layout.height <= 240
    assert any(np.isfinite(np.array(trace.y, float)).any() for trace in plot.figure.data)


def test_the_level_of_equal_guesses_is_drawn_where_it_is_known() -> None:
    assert ys("chance", TWO, MEASURED, 1) == [2.303, 2.303]
    plot = proof("chance", NetworkSpec(loss="huber"), MEASURED)
    assert plot is not None
    assert len(plot.figure.data) == 1


def test_shares_are_drawn_over_the_batches_a_line_a_layer() -> None:
    assert [ys("dead", TWO, MEASURED, place) for place in (0, 1)] == [[0.05, 0.1], [0.1, 0.6]]
    assert ys("saturated", TWO, MEASURED) == [None, 0.2]
    assert proof("saturated", TWO, history(evidence())) is None


def test_gradients_are_drawn_from_the_first_layer_to_the_last() -> None:
    assert ys("fading", TWO, MEASURED) == [0.4, 0.3, 0.3]


def test_losses_by_epoch_mark_the_lowest() -> None:
    plot = proof("validation", TWO, long_run())
    assert plot is not None
    assert list(plot.figure.data[2].x) == [4]
    assert "lowest in epoch 4 with 0.07 and ends at 0.14" in plot.alt


def test_a_straight_line_lies_on_the_losses() -> None:
    plot = proof("straight", TWO, history(losses=LINE))
    assert plot is not None
    assert list(plot.figure.data[1].y) == pytest.approx([2.3, 1.9], abs=0.01)
    assert proof("straight", TWO, history()) is None


def test_the_rate_is_drawn_beside_the_bound_of_each_moment() -> None:
    kept = history(
        evidence(step=0, curvature=0.5), evidence(step=100, curvature=8.0), rates=(LearningRate(50, 1.0),)
    )
    assert ys("curvature", SGD, kept) == [4.0, 0.25]
    assert ys("curvature", SGD, kept, 1) == [3.0, 1.0]
    assert proof("curvature", SGD, history(evidence(curvature=None))) is None


def test_copies_are_drawn_as_units_and_different_ones() -> None:
    twins = Evidence(300, 256, 2.3, 0.1, (None,) * 3, (None,) * 3, (1.0, 0.0, 0.0), (0.0,) * 3, (1.0,) * 3)
    assert [ys("alike", TWO, history(twins), place) for place in (0, 1)] == [[64, 32], [1, 32]]


def test_a_batch_is_drawn_by_its_losses_and_its_step() -> None:
    ranked = ranked_figure(example())
    assert [list(trace.y) for trace in ranked.figure.data] == [[2, 1], [1, 0.5]]
    assert "2 are lower after it" in ranked.alt
    moves = moves_figure(NetworkSpec(), example())
    assert list(moves.figure.data[0].y) == [0.01, 0.01]
    assert "hidden layer 1 1.000\u00a0%, the last layer 1.000\u00a0%" in moves.alt
    assert "hidden layer 1" not in moves_figure(NetworkSpec(), example(moves=(None, 0.01))).alt


def test_the_red_zone_begins_where_the_slider_has_that_rate() -> None:
    marks = (0.01, 0.1, 1.0, 10.0)
    assert zone_of(0.1, marks, "sgd").left == pytest.approx(1 / 3)
    assert zone_of(100.0, marks, "sgd").left == 1.0
    assert zone_of(1e-9, marks, "sgd").left == 0.0
    assert "above about 0.34 (estimate)" in zone_of(0.3434, marks, "sgd").sentence
    assert NOT_MEASURED.left == 1.0
