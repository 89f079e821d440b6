"""Why a network says what it says: sums that add up, really changed answers, and copies moved as they are said to be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from netlab.arrays import Floats
from netlab.drawing.framing import frame, stroke_width
from netlab.drawing.why import alike, flip, moved, pixels, units
from netlab.drawing.why.case import Case, case
from netlab.nets import shipped
from netlab.nets.numpy_model import folded, layer_outputs, predict
from netlab.nets.spec import NetworkSpec
from netlab.nn.activations import ACTIVATIONS
from tests.conftest import made_digits
from tests.experiments.inside.networks import DEEP, DENSE, EVERY, NONE, drawn_weights

SPECS = {**EVERY, "none": NONE}


def seven() -> Floats:
    """A framed 7."""
    paper = np.zeros((100, 100))
    paper[15:25, 25:75] = 1
    for row in range(25, 90):
        column = round(70 - 0.4 * (row - 25))
        paper[row, column - 5 : column + 5] = 1
    return frame(paper)


def drawn(spec: NetworkSpec, seed: int = 0) -> Case:
    return case(spec, drawn_weights(spec, seed), seven())


def all_cases() -> list[Any]:
    made = [pytest.param(drawn(spec), id=name) for name, spec in SPECS.items()]
    return [*made, *(pytest.param(case(*shipped.load(name), seven()), id=name) for name in shipped.SHIPPED)]


def logits(asked: Case, picture: Floats) -> np.ndarray:
    return np.asarray(layer_outputs(asked.spec, asked.weights, picture[None])[-1][0], float)


def lead(asked: Case, picture: Floats) -> float:
    sums = logits(asked, picture)
    return float(sums[asked.answer] - sums[asked.rival])


@pytest.mark.parametrize("asked", all_cases())
def test_a_case_is_what_the_network_says(asked: Case) -> None:
    given = predict(asked.spec, asked.weights, asked.picture[None])[0]
    assert asked.sound
    assert [asked.answer, asked.rival] == given.argsort()[::-1][:2].tolist()
    np.testing.assert_allclose(asked.probabilities, given, rtol=1e-4, atol=1e-7)
    assert asked.lead == pytest.approx(np.log(given[asked.answer] / given[asked.rival]), rel=1e-3)


def test_without_hidden_layers_the_pixels_and_two_biases_are_the_lead() -> None:
    asked = drawn(NONE)
    found = pixels.by_input(asked)
    kernel, bias = asked.weights["dense/kernel"], asked.weights["dense/bias"]
    difference = kernel[:, asked.answer] - kernel[:, asked.rival]
    assert found.exact
    np.testing.assert_allclose(found.values.ravel(), asked.picture.ravel() * difference, atol=1e-6)
    assert found.rest == pytest.approx(bias[asked.answer] - bias[asked.rival], abs=1e-5)
    assert found.values.sum() + found.rest == pytest.approx(asked.lead)


@pytest.mark.parametrize("asked", all_cases())
def test_slope_times_ink_is_how_the_lead_grows_with_all_ink(asked: Case) -> None:
    """d lead(t x) / dt at t = 1 is the sum of slope times ink; away from ink there is none."""
    found = pixels.by_input(asked)
    step = 1e-3
    up, down = (lead(asked, np.float32(1 + by) * asked.picture) for by in (step, -step))
    assert found.values.sum() == pytest.approx((up - down) / (2 * step), rel=0.02, abs=0.05)
    assert not found.values[asked.picture == 0].any()
    assert found.exact is (asked.spec == NONE)


@pytest.mark.parametrize("asked", all_cases())
def test_occlusion_is_what_the_network_says_of_a_covered_drawing(asked: Case) -> None:
    found = pixels.by_patches(asked)
    for row, column in ((0, 0), (5, 14), (14, 14), (20, 12), (27, 27)):
        covered = asked.picture.copy()
        covered[max(row - 2, 0) : row + 3, max(column - 2, 0) : column + 3] = 0
        assert found.values[row, column] == pytest.approx(asked.lead - lead(asked, covered), abs=1e-3)
        assert found.said[row, column] == logits(asked, covered).argmax()
    assert found.side == 5


def test_of_a_linear_network_a_patch_is_the_sum_of_its_pixels() -> None:
    asked = drawn(NONE, 4)
    by_input, by_patches = pixels.by_input(asked).values, pixels.by_patches(asked).values
    padded = np.pad(by_input, 2)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (5, 5)).sum(axis=(2, 3))
    np.testing.assert_allclose(by_patches, windows, atol=1e-4)


def test_blank_paper_has_nothing_to_cover() -> None:
    found = pixels.by_patches(case(DENSE, drawn_weights(DENSE), np.zeros((28, 28), np.float32)))
    assert not found.values.any()


@pytest.mark.parametrize("asked", all_cases())
def test_units_and_biases_are_the_lead(asked: Case) -> None:
    found = units.votes(asked)
    if asked.spec == NONE:
        assert found is None
        return
    assert found is not None
    assert found.total + found.bias == pytest.approx(asked.lead, abs=1e-3)
    hidden = layer_outputs(asked.spec, asked.weights, asked.picture[None])[-2].ravel()
    assert (found.count, found.active) == (hidden.size, int(np.count_nonzero(hidden)))
    assert len(found.votes) == 5
    sizes = [abs(vote.adds) for vote in found.votes]
    assert sizes == sorted(sizes, reverse=True)
    for vote in found.votes:
        assert vote.activation == pytest.approx(hidden[vote.unit], abs=1e-5)
    every = units.votes(asked, most=hidden.size)
    assert every is not None
    assert sum(vote.adds for vote in every.votes) == pytest.approx(found.total)


def test_a_unit_of_the_only_hidden_layer_is_shown_by_its_weights() -> None:
    for spec in (DENSE, NetworkSpec(hidden=(20,), normalisation="batch", activation="tanh")):
        asked = drawn(spec)
        found = units.votes(asked)
        assert found is not None
        assert found.shown == units.WEIGHTS
        bias = folded(asked.spec, asked.weights)["dense/bias"]
        for vote in found.votes:
            summed = (vote.picture * asked.picture).sum() + bias[vote.unit]
            assert ACTIVATIONS[spec.activation].value(np.array(summed)) == pytest.approx(
                vote.activation, abs=1e-4
            )


@pytest.mark.parametrize("asked", [one for one in all_cases() if one.id in ("deep", "convolutional", "normalised")])  # fmt: skip
def test_a_deeper_unit_is_shown_by_its_slope_at_this_drawing(asked: Case) -> None:
    found = units.votes(asked)
    assert found is not None
    assert found.shown == units.SLOPES
    step = 1e-3
    for vote in found.votes:
        up, down = (
            layer_outputs(asked.spec, asked.weights, np.float32(1 + by) * asked.picture[None])[-2].ravel()[
                vote.unit
            ]
            for by in (step, -step)
        )
        grown = float(up - down) / (2 * step)
        assert (vote.picture * asked.picture).sum() == pytest.approx(grown, rel=0.03, abs=0.02)


def test_the_nearest_are_those_of_all_distances() -> None:
    images, labels = alike.some(made_digits().x_train, made_digits().y_train, most=300)
    assert images.shape == (300, 28, 28)
    assert images.max() <= 1
    answer = int(labels[7])
    found = alike.nearest(images[7], images, labels, answer)
    assert (found.places[0], found.distances[0], found.labels[0]) == (7, 0, answer)
    distances = cdist(images[7].reshape(1, -1), images.reshape(300, -1))[0]
    np.testing.assert_allclose(found.distances, np.sort(distances)[:5], rtol=1e-5, atol=1e-6)
    assert found.usual == pytest.approx(np.median(distances))
    order = distances.argsort(kind="stable")[:20]
    assert (found.agreeing, found.asked) == ((labels[order] == answer).sum(), 20)
    other = (answer + 1) % 10
    expected = distances[labels == other].min()
    assert alike.nearest_of(images[7], images, labels, other) == pytest.approx(expected, rel=1e-5)
    assert alike.nearest_of(images[7], images[labels == answer], labels[labels == answer], other) is None


@pytest.mark.parametrize("spec", EVERY.values(), ids=list(EVERY))
def test_the_last_hidden_layer_of_many_is_that_of_each(spec: NetworkSpec) -> None:
    weights = drawn_weights(spec)
    images, _ = alike.some(made_digits().x_train, made_digits().y_train, most=alike.BATCH + 7)
    found = alike.last_hidden(spec, weights, images)
    assert len(found) == alike.BATCH + 7
    for place in (0, alike.BATCH - 1, alike.BATCH, alike.BATCH + 6):
        one = layer_outputs(spec, weights, images[place : place + 1])[-2].ravel()
        np.testing.assert_allclose(found[place], one, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("asked", all_cases())
def test_the_smallest_change_really_flips_the_answer(asked: Case) -> None:
    found = flip.flip(asked)
    assert found is not None
    np.testing.assert_array_equal(found.start, asked.picture)
    assert found.end.min() >= 0
    assert found.end.max() <= 1
    said = predict(asked.spec, asked.weights, np.stack([found.start, found.end])).argmax(axis=1)
    assert said.tolist() == [asked.answer, found.target]
    assert found.target != asked.answer


@settings(max_examples=10)
@given(st.sampled_from(list(shipped.SHIPPED)), st.integers(0, 18), st.integers(-3, 3))
def test_half_the_change_does_not_flip_the_answer_of_any_drawing(name: str, turn: int, right: int) -> None:
    picture = np.roll(moved.turned(seven())[turn], right, axis=1)
    asked = case(*shipped.load(name), picture)
    found = flip.flip(asked)
    assert found is not None
    end, before = (
        predict(asked.spec, asked.weights, (found.start + np.float32(by) * found.difference)[None]).argmax()
        for by in (1, 0.5)
    )
    assert end == found.target != asked.answer
    assert before != found.target


def test_of_a_linear_network_the_smallest_change_is_the_way_to_the_nearest_border() -> None:
    """Far from black and white the distance to a border is the lead over the length of its slope."""
    weights = {name: 0.1 * one for name, one in drawn_weights(NONE).items()}
    asked = case(NONE, weights, np.full((28, 28), 0.5, np.float32))
    kernel = weights["dense/kernel"].astype(float)
    others = [k for k in range(10) if k != asked.answer]
    leads = asked.logits[asked.answer] - asked.logits[others]
    slopes = np.linalg.norm(kernel[:, [asked.answer]] - kernel[:, others], axis=0)
    found = flip.flip(asked)
    assert found is not None
    assert found.target == others[int((leads / slopes).argmin())]
    assert found.length == pytest.approx((leads / slopes).min(), rel=0.05, abs=0.02)


def test_a_network_that_cannot_be_turned_has_no_change() -> None:
    weights = {"dense/kernel": np.zeros((784, 10), np.float32), "dense/bias": np.arange(10, dtype=np.float32)}
    assert flip.flip(case(NONE, weights, seven())) is None


def test_a_network_that_blew_up_is_told_from_one_that_answers() -> None:
    weights = {name: np.full_like(one, 1e38) for name, one in drawn_weights(DEEP).items()}
    weights["dense_3/bias"][:] = np.nan
    assert not case(DEEP, weights, seven()).sound


def test_a_shift_moves_ink_and_loses_what_leaves() -> None:
    picture = seven()
    found = moved.shifted(picture)
    assert found.shape == (17, 17, 28, 28)
    np.testing.assert_array_equal(found[8, 8], picture)
    np.testing.assert_array_equal(found[8, 12][:, 4:], picture[:, :-4])  # four to the right
    assert not found[8, 12][:, :4].any()
    np.testing.assert_array_equal(found[11, 8][3:], picture[:-3])  # three down
    whole = moved.inside(picture, found)
    assert whole[8, 8]
    rolled = np.roll(picture, (-8, 0), axis=(0, 1))
    assert whole[0, 8] == (rolled.sum() == found[0, 8].sum())
    assert whole.sum() < whole.size


def test_a_turn_is_clockwise_and_none_is_none() -> None:
    picture = seven()
    back, none, on, far = moved.turned(picture, (-90, 0, 90, 45))
    np.testing.assert_array_equal(none, picture)
    np.testing.assert_allclose(on, np.rot90(picture, -1), atol=1e-5)
    np.testing.assert_allclose(back, np.rot90(picture), atol=1e-5)
    assert 0 <= far.min() <= far.max() <= 1


def test_a_pen_is_wider_by_what_it_says() -> None:
    bar = np.zeros((28, 28), np.float32)
    bar[4:24, 12:16] = 1
    pens, copies = moved.penned(bar)
    assert pens == moved.PENS
    np.testing.assert_array_equal(copies[pens.index(0)], bar)
    for pen, copy in zip(pens, copies, strict=True):
        assert copy[14].sum() == pytest.approx(4 + pen, abs=0.35)
    assert (np.diff(copies, axis=0) >= -0.15).all()


def test_a_thin_stroke_that_is_gone_is_not_read() -> None:
    hair = np.zeros((28, 28), np.float32)
    hair[4:24, 14] = 1
    pens, copies = moved.penned(hair)
    assert min(pens) > min(moved.PENS)
    assert all(copy.any() for copy in copies)
    assert {0.0, 3.0} <= set(pens)


def test_a_stroke_is_measured_wider_by_the_framing_too() -> None:
    pens, copies = moved.penned(seven())
    widths = {pen: stroke_width(np.kron(copy, np.ones((4, 4), np.float32))) for pen, copy in zip(pens, copies, strict=True)}  # fmt: skip
    assert widths[2.0] - widths[0] == pytest.approx(2, abs=0.6)


@pytest.mark.parametrize("name", list(shipped.SHIPPED))
def test_copies_are_read_as_one_by_one(name: str) -> None:
    spec, weights = shipped.load(name)
    picture = seven()
    copies = moved.shifted(picture)
    found = moved.ask(spec, weights, picture, copies)
    assert found.answer == predict(spec, weights, picture[None])[0].argmax()
    assert found.said.shape == found.probability.shape == (17, 17)
    assert found.kept[8, 8]
    for row, column in ((0, 0), (8, 12), (16, 3)):
        given = predict(spec, weights, copies[row, column][None])[0]
        assert found.said[row, column] == given.argmax()
        assert found.probability[row, column] == pytest.approx(given[found.answer], abs=1e-5)
    assert found.share == pytest.approx(found.kept.sum() / 289)
    assert found.share < 1
