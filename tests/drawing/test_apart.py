"""Framing with all steps is the framing itself, to the bit; without one it is what it says, and so are its sentences."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from netlab.drawing import apart
from netlab.drawing.apart import NAMES, Answer, Source, Steps, framed_with, without
from netlab.drawing.framing import stages
from netlab.drawing.page import part, read_parted
from netlab.formatting import probability
from netlab.nets import shipped
from netlab.nets.numpy_model import predict


def seven(width: int = 300, height: int = 300, pen: int = 22, shift: tuple[int, int] = (0, 0)) -> Any:
    """A light 7 on black, as the pad sends it."""
    image = Image.new("L", (width, height), 0)
    right, down = shift
    points = [(right + 80, down + 60), (right + 190, down + 60), (right + 120, down + 220)]
    ImageDraw.Draw(image).line(points, fill=255, width=pen, joint="curve")
    return np.asarray(image)


def photo(seed: int = 0) -> Any:
    """The same in dark ink on uneven grey paper."""
    paper = 190 + 30 * np.linspace(0, 1, 300)[:, None] + np.random.default_rng(seed).normal(0, 3, (300, 300))
    return np.clip(paper - 0.6 * seven(), 0, 255).astype(np.uint8)


def source(picture: Any) -> Source:
    return apart.source(stages(picture), picture)


PICTURES = {
    "pad": seven(), "thin": seven(pen=4), "thick": seven(pen=60), "corner": seven(600, 400, shift=(250, 120)), "photo": photo(),
    "dot": np.pad(np.full((1, 1), 255, np.uint8), 9), "blank": np.zeros((40, 40), np.uint8), "pixel": np.full((1, 1), 7, np.uint8),
    "noise": np.random.default_rng(1).integers(0, 256, (70, 90)).astype(np.uint8),
    "line": np.pad(np.full((90, 1), 200, np.uint8), 10), "scan": np.pad(np.full((20, 7), 255, np.uint8), 4),
}  # fmt: skip


@pytest.mark.parametrize("name", PICTURES)
def test_with_all_steps_it_is_the_framing_to_the_bit(name: str) -> None:
    framing = stages(PICTURES[name])
    found = framed_with(source(PICTURES[name]), Steps())
    assert np.array_equal(found.received, framing.centred)
    assert found.received.dtype == framing.centred.dtype
    assert found.pen == (framing.stroke_width, framing.framed_width)
    for step, kept in (
        ("ink", framing.ink),
        ("crop", framing.cropped),
        ("pen", framing.weighted),
        ("smooth", framing.scaled),
    ):
        assert np.array_equal(found.pictures[step], kept) or not framing.centred.any()


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 120),
    st.integers(1, 120),
    st.sampled_from(["rough", "smooth", "sparse"]),
)
def test_any_picture_framed_with_all_steps_is_the_framing(
    seed: int, height: int, width: int, kind: str
) -> None:
    rng = np.random.default_rng(seed)
    picture = rng.integers(0, 256, (height, width)).astype(np.uint8)
    if kind == "smooth":
        picture = np.clip(128 + np.cumsum(rng.normal(0, 3, (height, width)), axis=1), 0, 255).astype(np.uint8)
    elif kind == "sparse":
        picture = np.where(rng.random((height, width)) < 0.02, 255, 0).astype(np.uint8)
    assert np.array_equal(framed_with(source(picture), Steps()).received, stages(picture).centred)


@pytest.mark.parametrize("name", PICTURES)
def test_any_steps_give_a_picture_that_a_network_can_be_given(name: str) -> None:
    one = source(PICTURES[name])
    for numbers in range(2 ** len(NAMES)):
        steps = Steps(*(bool(numbers >> place & 1) for place in range(len(NAMES))))
        found = framed_with(one, steps)
        assert found.received.shape == (28, 28)
        assert found.received.dtype == np.float32
        assert np.isfinite(found.received).all()
        assert 0 <= found.received.min() <= found.received.max() <= (1 if steps.units else 255)
        assert set(found.pictures) == set(NAMES)


def test_without_the_crop_the_whole_picture_is_squeezed() -> None:
    picture = seven(600, 300, shift=(200, 0))
    found = framed_with(source(picture), replace(without("crop"), centre=False))
    columns = np.flatnonzero(found.received.max(axis=0) > 0.2)
    shares = np.flatnonzero(picture.max(axis=0)) / 600
    assert abs(columns[0] / 28 - shares[0]) < 0.05
    assert abs((columns[-1] + 1) / 28 - shares[-1]) < 0.05
    rows = np.flatnonzero(found.received.max(axis=1) > 0.2)
    assert (rows[-1] - rows[0]) / 28 == pytest.approx(
        np.ptp(np.flatnonzero(picture.max(axis=1))) / 300, abs=0.05
    )


def test_without_20_pixels_the_crop_fills_all_28() -> None:
    rows = np.flatnonzero(framed_with(source(seven()), without("scale")).received.any(axis=1))
    assert len(rows) == 28
    assert len(np.flatnonzero(framed_with(source(seven()), Steps()).received.any(axis=1))) == 20


def test_without_the_centre_of_mass_the_box_is_in_the_middle() -> None:
    rows, columns = (
        np.flatnonzero(framed_with(source(seven()), without("centre")).received.any(axis=axis))
        for axis in (1, 0)
    )
    assert rows[0] == 27 - rows[-1] == 4
    assert abs(columns[0] - (27 - columns[-1])) <= 1


def test_without_soft_edges_there_is_ink_or_paper_and_nothing_between() -> None:
    assert set(np.unique(framed_with(source(seven()), without("smooth")).received)) == {0.0, 1.0}
    assert len(np.unique(framed_with(source(seven()), Steps()).received)) > 10


def test_without_units_the_numbers_are_those_of_a_file() -> None:
    whole = framed_with(source(seven()), Steps()).received
    assert np.allclose(framed_with(source(seven()), without("units")).received, 255 * whole)


def test_without_ink_paper_stays_bright() -> None:
    assert framed_with(source(photo()), Steps()).received[0].max() == 0
    assert framed_with(source(photo()), without("ink")).received.mean() > 0.3


def test_a_digit_of_several_has_no_switch_for_ink_which_was_told_on_the_whole_page() -> None:
    page = np.concatenate([seven(260), seven(260), seven(260)], axis=1)
    parted = part(page, turn=False)
    assert sum(map(len, parted.rows)) == 3
    network = shipped.load("article")
    for (_, framing), read in zip(parted.rows[0], read_parted(*network, parted)[0], strict=True):
        one = apart.source(framing)
        assert "ink" not in one.switches
        (answer,) = apart.answers(*network, one, [Steps()])
        assert np.array_equal(answer.apart.received, framing.centred)
        assert np.allclose(answer.probabilities, read.reading.probabilities, atol=1e-6)


@pytest.mark.parametrize("name", ["article", "convolutional"])
def test_a_network_answers_each_way_as_it_answers_that_picture(name: str) -> None:
    network = shipped.load(name)
    ways = [*apart.so_far(), *(without(step) for step in NAMES)]
    for steps, answer in zip(ways, apart.answers(*network, source(photo()), ways), strict=True):
        received = framed_with(source(photo()), steps).received
        assert answer.apart.steps == steps
        assert np.allclose(answer.probabilities, predict(*network, received[None])[0], atol=1e-6)


def test_the_chain_begins_with_no_step_and_ends_with_all() -> None:
    chain = apart.so_far()
    assert chain[0] == Steps(*(False,) * len(NAMES))
    assert chain[-1] == Steps()
    for before, after, name in zip(chain, chain[1:], NAMES, strict=False):
        assert replace(before, **{name: True}) == after


def test_every_step_has_its_words() -> None:
    assert list(apart.TITLES) == list(apart.WHY) == list(NAMES)
    assert set(apart.NEEDS_CROP) <= set(NAMES)


def test_steps_that_need_the_crop_do_nothing_without_it() -> None:
    for name in apart.NEEDS_CROP:
        one, other = (
            framed_with(source(photo()), replace(without("crop"), **{name: on})) for on in (True, False)
        )
        assert np.array_equal(one.received, other.received)


def answered(probability_of: dict[int, float], picture: Any = None, steps: Steps | None = None) -> Answer:
    """An answer with those probabilities, the rest shared by the other digits."""
    rest = (1 - sum(probability_of.values())) / (10 - len(probability_of))
    shares = [probability_of.get(digit, rest) for digit in range(10)]
    found = framed_with(source(seven() if picture is None else picture), steps or Steps())
    return Answer(found, np.log(np.array(shares)).astype(np.float32))


def test_what_a_step_does_is_told_by_what_it_does() -> None:
    whole, other = answered({7: 0.9}), seven(pen=40)
    assert apart.effect(answered({7: 0.9}), whole) == "Here it changes nothing."
    said = apart.effect(answered({3: 0.54}, other), whole).replace("\xa0", " ")
    assert said == "Without it: 3 (54.0 %) instead of 7 (90.0 %)."
    assert "less sure" in apart.effect(answered({7: 0.7}, other), whole)
    assert "more sure" in apart.effect(answered({7: 0.95}, other), whole)
    assert "as sure" in apart.effect(answered({7: 0.9001}, other), whole)
    assert apart.effect(answered({7: 0.9}, PICTURES["blank"]), whole) == "Without it nothing is left to read."


@pytest.mark.parametrize("name", ["article", "convolutional"])
def test_a_sentence_names_the_answer_that_the_network_gives(name: str) -> None:
    network = shipped.load(name)
    for picture in (seven(), photo(), PICTURES["noise"]):
        whole, *alone = apart.answers(*network, source(picture), [Steps(), *map(without, NAMES)])
        for answer in alone:
            said, own = (
                apart.effect(answer, whole),
                f"{answer.digit} ({probability(answer.probabilities.max())})",
            )
            same = np.array_equal(answer.apart.received, whole.apart.received)
            assert (said == "Here it changes nothing.") == same
            assert same or (("nothing is left" if answer.blank else own) in said)
            assert ("instead of" in said) == (answer.digit != whole.digit and not same and not answer.blank)


@pytest.mark.parametrize("name", ["article", "convolutional"])
def test_undivided_numbers_are_told_to_make_it_too_sure_where_they_do(name: str) -> None:
    network = shipped.load(name)
    plain, divided = apart.answers(*network, source(seven()), [without("units"), Steps()])
    said = apart.saturation(plain, divided)
    assert plain.lead > 10 * divided.lead
    assert plain.probabilities.max() > 0.9999
    assert f"{plain.lead:,.0f} apart" in said
    assert ("another one" in said) == (plain.digit != divided.digit)
    assert apart.saturation(divided, divided) == ""


def test_undivided_numbers_that_saturate_nothing_are_not_blamed() -> None:
    mild = answered({7: 0.5}, steps=without("units"))
    assert apart.saturation(mild, answered({7: 0.4})) == ""


def test_the_pen_is_told_with_its_widths() -> None:
    usual, thick = (framed_with(source(seven(pen=pen)), Steps()) for pen in (22, 60))
    assert apart.pen_said(usual) == f"Your stroke: {usual.pen[0]:.1f} pixels."
    assert apart.pen_said(thick) == f"Your stroke: {thick.pen[0]:.1f} pixels, made {thick.pen[1]:.1f}."
    assert apart.pen_said(framed_with(source(PICTURES["blank"]), Steps())) == ""


def test_what_is_left_out_is_told_in_order() -> None:
    assert apart.left_out(Steps(units=False, centre=False)) == ("units", "centre")
    assert apart.left_out(Steps()) == ()
    assert apart.left_out(Steps(ink=False), source(seven()).switches) == ("ink",)
    assert apart.left_out(Steps(ink=False), Source(source(seven()).ink).switches) == ()
