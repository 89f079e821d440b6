"""What the table of activations promises its readers."""

import numpy as np

from netlab.activations import ACTIVATIONS


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
