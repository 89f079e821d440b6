"""What the table of activations promises its readers."""

import numpy as np
import pytest

from netlab.nn.activations import ACTIVATIONS


def test_names_are_unique_and_every_text_is_there() -> None:
    for name, activation in ACTIVATIONS.items():
        assert name == activation.name
        assert all(vars(activation).values())


def test_saturated_marks_the_flat_parts() -> None:
    z = np.array([-10.0, 0.5, 10.0])
    marked = {name: activation.saturated(z).tolist() for name, activation in ACTIVATIONS.items()}
    assert marked["sigmoid"] == [True, False, True]
    assert marked["relu"] == [True, False, False]
    assert marked["linear"] == [False, False, False]


@pytest.mark.parametrize(("name", "dip"), [("gelu", -0.75), ("swish", -1.28)])
def test_a_slope_that_passes_through_0_is_not_saturated(name: str, dip: float) -> None:
    rule = ACTIVATIONS[name]
    assert abs(rule.slope(np.array([dip]))[0]) < 0.05
    assert rule.saturated(np.array([dip, -8.0])).tolist() == [False, True]
