"""What the table of activations promises its readers."""

from __future__ import annotations

import numpy as np
import pytest

from netlab.nn.activations import ACTIVATIONS, Activation
from netlab.nn.place import Place


def test_names_are_unique_and_every_text_is_there() -> None:
    for name, activation in ACTIVATIONS.items():
        assert name == activation.key
        fields = vars(activation) | {"symbol": activation.symbol or key_of_the_identity(activation)}
        optional = {"kinks", "untrainable", "in_place", "keras_name"}
        assert all(value for field, value in fields.items() if field not in optional)


def key_of_the_identity(activation: Activation) -> str:
    """The identity alone has no sign before its argument."""
    return "linear" if activation.key == "linear" else ""


def test_train_offers_a_row_or_says_why_not() -> None:
    for activation in ACTIVATIONS.values():
        assert (Place.TRAIN in activation.places) == (not activation.untrainable)
        if Place.TRAIN in activation.places:
            assert activation.keras_name == activation.key  # the word in a network is Keras's


def test_saturated_marks_the_flat_parts() -> None:
    z = np.array([-10.0, 0.5, 10.0])
    marked = {name: activation.saturated(z).tolist() for name, activation in ACTIVATIONS.items()}
    assert marked["sigmoid"] == [True, False, True]
    assert marked["relu"] == [True, False, False]
    assert marked["linear"] == [False, False, False]


@pytest.mark.parametrize(("name", "dip"), [("gelu", -0.75), ("swish", -1.28)])
def test_a_slope_that_passes_through_0_is_not_saturated(name: str, dip: float) -> None:
    rule = ACTIVATIONS[name]
    assert abs(rule.derivative(np.array([dip]))[0]) < 0.05
    assert rule.saturated(np.array([dip, -8.0])).tolist() == [False, True]
