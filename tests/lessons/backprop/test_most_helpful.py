"""The game: what each weight brings is really tried, and for a small nudge it is the size of the weight's slope."""

from __future__ import annotations

import numpy as np
import pytest

from netlab.formatting import plain
from netlab.lessons.backprop.most_helpful import AHEAD, drawn_round, helps, verdict
from netlab.lessons.backprop.small_network import places
from netlab.nn.backpropagation import backward
from netlab.nn.mlp import forward


@pytest.mark.parametrize("seed", range(6))
def test_a_round_has_one_clear_answer_which_the_slopes_tell(seed: int) -> None:
    played = drawn_round(seed)
    first, second = sorted(played.helps.values(), reverse=True)[:2]
    assert first > AHEAD * second
    assert len(played.helps) == 6
    passed = forward(played.network, played.inputs, played.targets)
    slopes = backward(played.network, passed, played.targets).arrays
    small = helps(played.network, played.inputs, played.targets, nudge=1e-5)
    for place in places(played.network):
        if place.row is not None:
            assert small[place.key] / 1e-5 == pytest.approx(abs(place.of(slopes)), abs=1e-5)


def test_the_verdict_says_the_place_and_what_was_tried() -> None:
    played = drawn_round(0)
    ranks = {key: played.rank(key) for key in played.helps}
    assert sorted(ranks.values()) == [1, 2, 3, 4, 5, 6]
    assert ranks[played.best] == 1
    assert verdict(played, played.best).startswith("**Right.**")
    worst = max(ranks, key=lambda key: ranks[key])
    told = verdict(played, worst)
    assert "number 6 of 6" in told
    assert plain(played.helps[worst], 3) in told
    assert plain(played.helps[played.best], 3) in told
    assert not np.isnan(list(played.helps.values())).any()
