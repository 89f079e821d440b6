"""What one would change: each sentence says what was counted."""

from __future__ import annotations

import numpy as np

from netlab.experiments.inside.answers import Answers
from netlab.lessons.next.changes import Against, against, fewer_weights, other_layers, where_it_fails

LABELS = np.array([0, 1, 2, 3, 4, 5], np.uint8)


def answers(said: list[int], sureness: float = 20.0) -> Answers:
    return Answers((np.eye(10)[said] * sureness).astype(np.float32))


def test_two_networks_are_compared_digit_by_digit() -> None:
    own, other = answers([0, 1, 9, 9, 9, 5]), answers([0, 8, 2, 3, 9, 5])
    assert against(LABELS, own, other) == Against(own=3, other=2, mended=2, spoilt=1)
    told = other_layers(Against(3, 2, 2, 1), 407_050, 80_202)
    assert "reads 2 wrong instead of 3" in told
    assert "It avoids 2 of this network’s mistakes and makes 1 that" in told
    assert "reads just as many wrong, 3" in other_layers(Against(3, 3, 1, 1), 1, 1)


def test_where_it_fails_is_counted() -> None:
    told = where_it_fails(LABELS, answers([0, 1, 9, 3, 4, 9])).replace("\u00a0", " ")
    assert "2 mistakes in 6" in told
    assert "**2 and 9** most, 1 time." in told
    assert "It was more than 90 % sure of 2 of these mistakes" in told
    assert "sure of 0 of these mistakes" in where_it_fails(LABELS, answers([0, 1, 9, 3, 4, 9], 1.0))
    assert where_it_fails(LABELS, answers([0, 1, 2, 3, 4, 5])) == "It makes no mistake on these digits."


def test_fewer_weights_are_told_in_order() -> None:
    told = fewer_weights({0.9: 0.5, 0.5: 0.98}, 0.99).replace("\u00a0", " ")
    assert told.index("smallest 50 % of them it reads 98.00 %") < told.index(
        "smallest 90 % of them it reads 50.00 %"
    )
    assert "With all of them the network reads 99.00 %" in told
