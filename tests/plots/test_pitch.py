"""The loss as a tone: octaves against logarithms, limits kept, the curve's ends among what is sounded."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from netlab.plots.pitch import FIRST, HIGHEST, LOWEST, MOST, pitches, sounded

LOSSES = arrays(
    np.float64, st.integers(0, 40), elements=st.floats(-1e300, 1e300) | st.sampled_from([math.inf, math.nan])
)


@given(LOSSES)
def test_every_loss_has_a_pitch_within_the_limits_and_a_larger_loss_is_never_lower(
    losses: np.ndarray,
) -> None:
    found = pitches(losses)
    assert found.shape == losses.shape
    assert ((found >= LOWEST) & (found <= HIGHEST)).all()
    heights = np.where(np.isnan(losses), np.inf, losses)
    assert (np.diff(found[np.argsort(heights, kind="stable")]) >= 0).all()


@pytest.mark.parametrize(
    ("share", "octaves"), [(1.0, 0), (1 / 16, -1), (1 / 256, -2), (0.5, -0.25), (16.0, 1)]
)
def test_a_sixteenth_of_the_loss_is_an_octave(share: float, octaves: float) -> None:
    for first in (1e-12, 2.303, 1e9):
        assert pitches([first, share * first])[1] == pytest.approx(FIRST * 2**octaves)


def test_heights_are_those_above_the_lowest_loss() -> None:
    assert pitches([-1.0, -2.0 + 1 / 16, -2.0], lowest=-2.0).tolist() == pytest.approx(
        [FIRST, FIRST / 2, LOWEST]
    )
    assert pitches([-1.0, -2.0 + 1 / 16, -2.0]).tolist() == pytest.approx([FIRST, FIRST / 2, LOWEST])
    assert pitches([0.0, 0.0, math.inf]).tolist() == [LOWEST, LOWEST, HIGHEST]


@given(st.integers(0, 5000))
def test_few_places_are_sounded_and_the_ends_are_among_them(count: int) -> None:
    places = sounded(count)
    assert len(places) == min(count, MOST)
    assert list(places) == sorted(set(places.tolist()))
    if count > 1:
        assert (places[0], places[-1]) == (0, count - 1)
