"""Points: the same for the same choice, of the classes they claim; a reader's own are checked in a sentence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.playground.features import FEATURES, inputs, map_of
from netlab.playground.own_points import from_browser, packed, read_table, unpacked, written
from netlab.playground.points import (
    CURVE,
    DIGITS,
    KINDS,
    OWN,
    REACH,
    Choice,
    Points,
    PointsError,
    ink_and_slant,
    points,
)
from tests.conftest import made_digits

DRAWN = [key for key, kind in KINDS.items() if kind.draw] + [CURVE]


def equal(one: Points, other: Points) -> bool:
    return np.array_equal(one.places, other.places) and np.array_equal(one.labels, other.labels)


@pytest.mark.parametrize("kind", DRAWN)
def test_the_same_choice_has_the_same_points_and_another_seed_others(kind: str) -> None:
    choice = Choice(kind, size=90)
    found = points(choice)
    assert equal(found, points(choice))
    assert not equal(found, points(replace(choice, seed=2)))
    assert found.places.shape == (90, 2)
    assert np.abs(found.places).max() <= REACH
    assert set(found.labels) == set(range(KINDS[kind].classes))
    thousandths = found.places.astype(np.float64) * 1000
    assert np.abs(thousandths - np.rint(thousandths)).max() < 1e-3


@pytest.mark.parametrize("kind", DRAWN)
def test_noise_moves_points_and_no_label(kind: str) -> None:
    still, moved = points(Choice(kind, noise=0.0)), points(Choice(kind, noise=0.5))
    assert np.array_equal(still.labels, moved.labels)
    assert not np.array_equal(still.places, moved.places)


def test_without_noise_each_pattern_is_what_its_name_says() -> None:
    circle = points(Choice("circle", noise=0.0))
    assert np.array_equal(np.hypot(*circle.places.T) > 1.5, circle.labels == 1)
    xor = points(Choice("xor", noise=0.0))
    assert np.array_equal(xor.places.prod(axis=1) > 0, xor.labels == 1)
    board = points(Choice("checkerboard", noise=0.0, size=1000))
    squares = np.floor((board.places.astype(np.float64) + REACH) / 1.5).sum(axis=1) % 2
    assert np.mean(squares == board.labels) > 0.99  # rounding moves a point on an edge
    curve = points(Choice(CURVE, noise=0.0, curve="x^2 - 1"))
    x, y = curve.places.astype(np.float64).T
    clear = np.abs(y - x**2 + 1) > 0.02
    assert np.array_equal((y > x**2 - 1)[clear], curve.labels[clear] == 1)


def test_the_share_held_back_and_the_same_points_with_dealt_labels() -> None:
    found = points(Choice(size=200, held=0.25))
    assert found.held.sum() == 50
    dealt = points(Choice(size=200, held=0.25, shuffled=True))
    assert sorted(dealt.labels) == sorted(found.labels)
    inside = np.hypot(*dealt.places.T) < 1.5
    assert 0.3 < dealt.labels[inside].mean() < 0.7


@pytest.mark.parametrize(
    ("curve", "word"), [("", "cannot be read"), ("2*(x", "cannot be read"), ("import os", "cannot be read"), ("9", "one side")]
)  # fmt: skip
def test_a_curve_that_parts_nothing_is_a_sentence(curve: str, word: str) -> None:
    with pytest.raises(PointsError, match=word):
        points(Choice(CURVE, curve=curve))


def test_digits_are_ink_and_slant() -> None:
    digits = made_digits()
    pair = (digits.x_train, digits.y_train)
    found = points(Choice(DIGITS, size=20), pair)
    assert found.axes == ("ink", "slant")
    assert found.names == ("3", "8")
    assert set(found.labels) == {0, 1}
    with pytest.raises(PointsError, match="being fetched"):
        points(Choice(DIGITS))
    with pytest.raises(PointsError, match="no 8"):
        points(Choice(DIGITS), (pair[0][pair[1] == 3], pair[1][pair[1] == 3]))


def test_a_stroke_that_leans_to_the_right_has_more_slant_than_an_upright_one() -> None:
    images = np.zeros((4, 28, 28), np.uint8)
    rows = np.arange(4, 24)
    images[0, rows, 14] = images[3, rows, 14] = 255
    images[1, rows, 14 + (13 - rows) // 3] = 255  # the upper end further right
    images[2, rows, 14 - (13 - rows) // 3] = 255
    labels = np.array([3, 3, 8, 8], np.uint8)
    numbers, classes = ink_and_slant(images, labels, np.random.default_rng(0), 4)
    slants = {label: sorted(numbers[classes == label, 1]) for label in (0, 1)}
    assert max(slants[0]) > 0.5 > -0.5 > min(slants[1])


def test_own_points_are_taken_as_they_are() -> None:
    with pytest.raises(PointsError, match="no points of your own"):
        points(Choice(OWN))
    assert points(Choice(OWN, own=((0.0, 0.0, 1), (1.0, 0.0, 1)))).classes == 2
    three = points(Choice(OWN, own=((0.0, 0.0, 0), (1.0, 0.0, 2)), held=0.0))
    assert three.classes == 3


def test_a_table_may_have_names_words_for_classes_and_any_size() -> None:
    taken, note = read_table("x; y; class\n0.5; −1; yes\n1; 2; no\n")
    assert taken == ((0.5, -1.0, 0), (1.0, 2.0, 1))
    assert note == ""
    large, note = read_table("0,0,A\n100,1,B\n50,-1,C")
    assert [x for x, _, _ in large] == [-2.7, 2.7, 0.0]
    assert [y for _, y, _ in large] == [0.0, 1.0, -1.0]
    assert note.startswith("x scaled")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "nothing in it"), ("x,y,class", "no points"), ("1,2", "Line 1 has 2 values"), ("1,2,A\n3,4", "Line 2 has 2 values"),
        ("1,2,A\nx,2,A", "Line 2: x and y must be numbers"), ("1,2,A\n1,inf,B", "Line 2"), ("1,1,a\n1,2,b\n1,3,c\n1,4,d", "At most 3"),
        ("1,2,A\n" * 2002, "At most 2,000"), ("9" * 200_001, "too long"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_read_says_where_and_why(text: str, words: str) -> None:
    with pytest.raises(PointsError, match=words):
        read_table(text)


COORDINATES = st.integers(-3000, 3000).map(lambda number: number / 1000)
OWN_POINTS = st.lists(st.tuples(COORDINATES, COORDINATES, st.integers(0, 2)), max_size=200).map(tuple)


@given(OWN_POINTS)
def test_own_points_survive_the_address_and_a_table(own: tuple[tuple[float, float, int], ...]) -> None:
    assert unpacked(packed(own)) == own
    if own and {label for *_, label in own} <= {0, 1, 2}:
        again, _ = read_table(written(own))
        assert [point[:2] for point in again] == [point[:2] for point in own]


@given(st.text())
def test_any_word_in_the_address_is_points_of_the_plane(word: str) -> None:
    for x, y, label in unpacked(word):
        assert max(abs(x), abs(y)) <= REACH
        assert label in (0, 1, 2)


def test_what_a_browser_says_is_doubted() -> None:
    told = [
        [0.5, 1, 0],
        [9, 0, 0],
        [0, 0, 7],
        [0, "x", 1],
        None,
        [0, 0],
        [float("nan"), 0, 1],
        [0, 0, True],
        [-0.0, 1e-9, 2],
    ]
    assert from_browser(told) == ((0.5, 1.0, 0), (0.0, 0.0, 2))
    assert from_browser("x") == ()
    assert packed(((0.0, 0.0, 0),) * 201) == ""


def test_features_are_what_their_names_say() -> None:
    places = np.array([[2.0, -1.5]])
    found = dict(zip(FEATURES, inputs(list(FEATURES), places)[0].tolist()))
    expected = {
        "x": 2.0,
        "y": -1.5,
        "xx": 4.0,
        "yy": 2.25,
        "xy": -3.0,
        "sinx": np.sin(4.0),
        "siny": np.sin(-3.0),
        "cosx": np.cos(4.0),
        "cosy": np.cos(-3.0),
    }
    assert found == pytest.approx(expected)
    for key, feature in FEATURES.items():
        x, y = places[:, 0], places[:, 1]
        value = eval(feature.numpy, {"np": np, "x": x, "y": y})  # noqa: S307
        assert value[0] == pytest.approx(expected[key])


@pytest.mark.parametrize("key", FEATURES)
def test_the_picture_of_an_input_is_its_value_over_the_plane(key: str) -> None:
    picture = map_of(key, side=6)  # middles at −2.5, −1.5 … 2.5
    for row, y in enumerate((2.5, 1.5, 0.5, -0.5, -1.5, -2.5)):
        for column, x in enumerate((-2.5, -1.5, -0.5, 0.5, 1.5, 2.5)):
            assert picture[row, column] == pytest.approx(inputs([key], np.array([[x, y]]))[0, 0])
    assert FEATURES[key].words
