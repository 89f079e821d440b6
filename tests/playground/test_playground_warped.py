"""The warped plane is the network's own, and what is said of a line there is what a proof or a brute search finds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from netlab.arrays import Array
from netlab.playground.network import Plan, weight_place
from netlab.playground.points import Choice, points
from netlab.playground.training import Course, Task, begin
from netlab.playground.warped import CORNERS, Look, best_line, separable, strongest, told, warped

# x₁ = h₁ − 2h₂ with h₁ = relu(x + y), h₂ = relu(x + y − 1): the textbook's XOR of 0 and 1, moved to corners at ±1.5
XOR_PLAN = Plan(hidden=((2, "relu"),))
XOR = np.array([1 / 3, 1 / 3, 1 / 3, 1 / 3, 1, 0, 1, -2, -0.5], np.float32)
LOOK = Look(1, 0, 1)


def task_of(kind: str, plan: Plan = XOR_PLAN, **more: object) -> Task:
    return Task(plan, points(Choice(kind, **more)), Course())  # type: ignore[arg-type]


def test_the_textbook_s_two_units_put_xor_s_corners_on_two_sides_of_a_line() -> None:
    seen = warped(XOR_PLAN, XOR, LOOK, CORNERS)
    assert np.allclose(seen, [[2, 1], [0, 0], [1, 0], [1, 0]], atol=1e-6)
    task = task_of("xor", noise=0.0)
    assert "A straight line now separates XOR’s four corners" in told(task, XOR, LOOK, xor=True)
    flat = XOR.copy()
    flat[[4, 5]] = 10  # nothing is folded any longer
    assert "(the middles of its squares) yet" in told(task, flat, LOOK, xor=True)
    assert "corners" not in told(task, XOR, LOOK)


def test_a_sentence_is_said_of_the_state_that_earns_it() -> None:
    line = Plan(hidden=((2, "linear"),))
    same = np.array([1, 0, 0, 1, 0, 0, 1, 1, 0], np.float32)
    clouds = task_of("clouds", line, noise=0.0)
    assert "In the plane of x and y one does so already" in told(clouds, same, LOOK)
    circle = task_of("circle", line, noise=0.0)
    assert told(circle, same, LOOK).startswith("No straight line parts all points here")
    squares = task_of("circle", Plan(("xx", "yy"), ((2, "linear"),)), noise=0.0)
    assert "parts all points trained on here. In the plane of x and y none does" in told(squares, same, LOOK)
    three = task_of("three", Plan(hidden=((2, "linear"),), output="softmax", classes=3), noise=0.0)
    numbers = np.concatenate([same[:6], np.zeros(9, np.float32)])
    assert told(three, numbers, LOOK) == "Every two of the three classes are parted by a straight line here."
    assert "No straight line parts A and B, nor A and C" in told(three, 0 * numbers, LOOK)
    assert told(circle, same * np.float32(np.nan), LOOK) == ""


NUMBERS = st.integers(-8, 8)
CLOUD = st.lists(st.tuples(NUMBERS, NUMBERS, st.booleans()), min_size=2, max_size=9)


def right_by_brute_force(places: Array, second: Array) -> float:
    """Every line that parts a set of points may be turned until it runs next to two of them."""
    best = max(second.mean(), 1 - second.mean())
    for one in places:
        for other in places:
            way = other - one
            if not way.any():
                continue
            normal = np.array([-way[1], way[0]])
            for turned in (-1e-4, 1e-4):
                for moved in (-1e-4, 1e-4):
                    tilted = normal + turned * way
                    along = places @ tilted
                    for pivot in (one, other, (one + other) / 2):
                        said = along > pivot @ tilted + moved
                        best = max(best, (said == second).mean(), (said != second).mean())
    return float(best)


def programmed(places: Array, second: Array) -> bool:
    """A linear program finds a line with a margin, or none."""
    if second.all() or not second.any():
        return True
    sides = np.where(second, 1.0, -1.0)
    rows = np.column_stack(
        [-sides[:, None] * np.column_stack([places, np.ones(len(places))]), np.ones(len(places))]
    )
    found = linprog(
        [0, 0, 0, -1], A_ub=rows, b_ub=np.zeros(len(rows)), bounds=[(-1, 1), (-1, 1), (-99, 99), (None, 1)]
    )
    return bool(found.status == 0 and -found.fun > 1e-6)


@settings(max_examples=150, deadline=None)
@given(CLOUD)
def test_a_line_parts_them_where_a_brute_search_finds_one(cloud: list[tuple[int, int, bool]]) -> None:
    table = np.array(cloud, np.float64)
    places, second = table[:, :2], table[:, 2] == 1
    best = right_by_brute_force(places, second)
    assert separable(places, second.astype(np.int64)) == (best == 1) == programmed(places, second)
    assert 0.5 <= best_line(places, second.astype(np.int64)) <= best + 1e-9


@pytest.mark.parametrize("wrong", [0, 1])
def test_many_points_are_parted_where_a_linear_program_parts_them(wrong: int) -> None:
    for seed in range(12):
        generator = np.random.default_rng(seed)
        places = generator.normal(size=(300, 2)).astype(np.float32)
        labels = (places @ generator.normal(size=2) > 0.2).astype(np.int64)
        labels[:wrong] = 1 - labels[:wrong]
        assert separable(places, labels) == programmed(places.astype(np.float64), labels == 1)


def test_the_best_of_180_directions_is_next_to_the_best_there_is() -> None:
    generator = np.random.default_rng(3)
    places = generator.normal(size=(400, 2))
    labels = (places @ [0.6, -0.8] > 0.3).astype(np.int64)
    labels[:20] = 1 - labels[:20]
    assert best_line(places, labels) == pytest.approx(0.95, abs=0.012)
    assert best_line(places * [1, 1e-6] + 5, labels) == pytest.approx(
        0.95, abs=0.012
    )  # each axis has its own scale


def test_the_strongest_two_have_the_largest_weights_out() -> None:
    plan = Plan(hidden=((4, "tanh"),))
    numbers = begin(Task(plan, points(Choice(size=20)), Course())).numbers.copy()
    for unit, weight in enumerate((0.1, -3.0, 0.2, 2.0)):
        numbers[weight_place(plan, 1, unit, 0)] = weight
    assert strongest(plan, numbers, 1) == Look(1, 1, 3)
    assert strongest(Plan(hidden=((1, "tanh"),)), numbers[:5], 1) is None


@pytest.mark.parametrize("look", [Look(0, 0, 1), Look(2, 0, 1), Look(1, 0, 0), Look(1, 0, 2), Look(1, -1, 0)])
def test_units_that_are_not_there_are_not_looked_at(look: Look) -> None:
    assert LOOK.of(XOR_PLAN)
    assert not look.of(XOR_PLAN)
