"""The figures of mistakes, units and maps hold the numbers they are given, and say them in words."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from netlab.experiments.inside.calibration import reliability
from netlab.experiments.inside.figures_calibration import reliability_figure
from netlab.experiments.inside.figures_map import map_figure
from netlab.experiments.inside.figures_units import adds_figure, maps_figure, picture_figure, prune_figure
from netlab.nn.arithmetic import one_thread
from netlab.plots.palette import BLUE, VERMILION

NAMES = tuple("0123456789")


def test_a_reliability_curve_has_a_mark_for_each_bin_with_answers() -> None:
    probabilities = np.full((4, 10), 0.01, np.float32)
    probabilities[:, 3] = (0.91, 0.92, 0.55, 0.55)
    found = reliability(probabilities, np.array([3, 0, 3, 3], np.uint8))
    figure, alt = reliability_figure(found, None)
    assert len(figure.data) == 2
    assert list(figure.data[1].x) == pytest.approx([0.55, 0.915], abs=1e-3)
    assert list(figure.data[1].y) == [1.0, 0.5]
    assert "right (2)" in alt
    assert len(reliability_figure(found, found)[0].data) == 3


def test_bars_are_blue_where_a_unit_raises_a_sum() -> None:
    adds = np.array([0.5, -1.5, *[0.0] * 8])
    figure, alt = adds_figure(adds, np.arange(10, dtype=np.float32), NAMES)
    assert list(figure.data[0].marker.color)[:2] == [BLUE, VERMILION]
    assert alt == "It moves the sum of 1 most, by −1.5."


def test_a_weight_picture_has_white_in_the_middle_of_its_scale() -> None:
    figure, alt = picture_figure(np.array([[-2.0, 0], [1, 0.5]], np.float32), "Weights")
    heat = figure.data[0]
    assert (heat.zmin, heat.zmax) == (-2, 2)
    assert alt == "Weights: numbers from −2 to 1."
    flat, _ = picture_figure(np.zeros((2, 2), np.float32), "Weights")
    assert flat.data[0].zmax > 0


def test_a_pruning_curve_marks_the_slider() -> None:
    figure, alt = prune_figure((0.0, 0.5), (0.9, 0.8), 0.25, 0.85)
    assert (list(figure.data[1].x), list(figure.data[1].y)) == ([0.25], [0.85])
    assert alt.replace("\xa0", " ") == "Accuracy after pruning. 0 %: 90.0 %, 50 %: 80.0 %."


def test_feature_maps_lie_side_by_side_with_a_gap() -> None:
    maps = np.arange(10 * 6, dtype=np.float32).reshape(10, 2, 3)
    board = np.array(maps_figure(maps)[0].data[0].z, float)
    assert board.shape == (2 * 3, 8 * 4)
    np.testing.assert_array_equal(board[3:5, 4:7], maps[9])
    assert np.isnan(board[2]).all()
    assert np.isnan(board[:, 3]).all()


def test_a_map_has_a_trace_for_each_class_and_rings_mistakes_and_the_chosen_one() -> None:
    rng = np.random.default_rng(0)
    points, labels = rng.normal(0, 1, (30, 2)), (np.arange(30) % 10).astype(np.uint8)
    said = labels.astype(np.intp)
    said[[4, 5]] = 0
    places = np.arange(30) * 3
    titles = ("a", "b")
    sure = np.full(30, 0.9)
    figure = map_figure(
        points, labels, said, sure, places, NAMES, titles, (np.array([0.5, 2.0]), "mine, read as 3"), 12
    )
    assert [one.name for one in figure.data] == [*NAMES, "read wrongly", "the chosen one", "mine, read as 3"]
    assert len({(one.marker.color, one.marker.symbol) for one in figure.data[:10]}) == 10
    np.testing.assert_allclose(figure.data[10].x, points[[4, 5], 0], rtol=1e-3)
    np.testing.assert_allclose(figure.data[11].x, points[[4], 0], rtol=1e-3)
    assert list(figure.data[12].y) == [2.0]
    assert [row[0] for row in figure.data[4].customdata] == [12, 42, 72]
    assert len(map_figure(points, labels, said, sure, places, NAMES, titles, None, 13).data) == 11


def blas() -> list[int]:
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


def test_products_take_one_thread_and_the_limit_is_lifted_again() -> None:
    before = blas()
    with one_thread():
        assert set(blas()) == {1}
        with one_thread():
            assert set(blas()) == {1}
        assert set(blas()) == {1}
    assert blas() == before


def test_many_at_once_leave_the_limit_as_they_found_it() -> None:
    before, inside = blas(), []

    def work() -> None:
        for _ in range(20):
            with one_thread():
                inside.append(set(blas()) == {1})

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(inside) == 80
    assert all(inside)
    assert blas() == before
