"""How a reader looks at the walks survives the address; what an address or a browser gets wrong is left out."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.landscape.view.url_state import SPEEDS, read, write
from netlab.nn.optimizers import OPTIMIZERS

number = st.floats(-1e6, 1e6).map(lambda value: float(f"{value:.4g}"))
views = st.fixed_dictionaries(
    {},
    optional={
        "speed": st.sampled_from(SPEEDS),
        "hidden": st.sets(st.sampled_from(list(OPTIMIZERS)), min_size=1).map(
            lambda keys: [key for key in OPTIMIZERS if key in keys]
        ),
        "zoom": st.lists(number, min_size=4, max_size=4),
        "eye": st.lists(number, min_size=3, max_size=3),
        "centre": st.lists(number, min_size=3, max_size=3),
    },
)


@given(views)
def test_a_view_comes_back_from_its_word(view: dict[str, Any]) -> None:
    assert read(write(view)) == view


@given(st.text())
def test_any_word_is_read(word: str) -> None:
    assert write(read(word)) == write(read(write(read(word))))


@pytest.mark.parametrize(
    "view",
    [
        {"speed": 7},
        {"speed": None},
        {"hidden": "adam"},
        {"hidden": ["<script>"]},
        {"zoom": [0, 1, 2]},
        {"zoom": [0, 1, 2, math.inf]},
        {"eye": [0, 1, "a"]},
        {"eye": {"x": 1}},
        {"else": 1},
    ],
)
def test_what_is_no_view_is_left_out(view: dict[str, Any]) -> None:
    assert write(view) == ""
