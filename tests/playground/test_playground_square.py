"""What x² takes: the measured misses are the networks' own, and within what theory allows."""

from __future__ import annotations

import numpy as np
import pytest

from netlab.nn.activations import ACTIVATIONS
from netlab.playground.network import MOST_UNITS
from netlab.playground.square import (
    CLOSE,
    COUNTS,
    EXAMPLES,
    beginnings,
    constant_error,
    enough,
    fits,
    sentence,
)

X = np.linspace(-3, 3, EXAMPLES)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_a_miss_is_that_of_the_network_written_out(activation: str) -> None:
    found = fits(activation)
    assert [fit.units for fit in found] == list(COUNTS)
    for fit in found:
        net = fit.network
        z = np.outer(X / 3, net.inner) + net.shifts
        made = 9 * (net.offset + ACTIVATIONS[activation].value(z) @ net.outer)
        assert fit.error == pytest.approx(np.sqrt(np.mean((made - X**2) ** 2)), rel=1e-6)
    assert (
        found[0].error > 0.5 * constant_error() > found[-1].error
    )  # one unit cannot fall and rise, many can


def test_hinges_keep_to_the_bound_of_lines_broken_in_as_many_places() -> None:
    """On a piece of width h the best line misses x² by h²/(6√5); K hinges break a line in K places."""
    fine = np.linspace(-3, 3, 6001)
    for fit in fits("relu"):
        made = 9 * fit.network(fine / 3)
        miss = np.sqrt(np.mean((made - fine**2) ** 2))
        assert miss >= 0.99 * (6 / (fit.units + 1)) ** 2 / (6 * np.sqrt(5))


def test_what_is_straight_misses_like_a_constant() -> None:
    assert constant_error() == pytest.approx(np.sqrt(np.mean((X**2 - np.mean(X**2)) ** 2)))
    assert constant_error() == pytest.approx(np.sqrt(7.2), rel=0.04)  # over the whole line
    assert all(fit.error == pytest.approx(constant_error(), rel=1e-3) for fit in fits("linear"))
    assert enough(fits("linear")) is None
    assert "Not even 8 units" in sentence("linear", fits("linear"))


def test_the_sentence_names_the_fewest_units_that_are_enough_and_the_networks_have_them() -> None:
    found, fewest = fits("tanh"), enough(fits("tanh"))
    assert fewest is not None
    close = [fit.units for fit in found if fit.error <= CLOSE * constant_error()]
    assert fewest == min(close)
    assert f"{fewest} units are enough" in sentence("tanh", found)
    alone, both, given = beginnings("tanh", found).values()
    assert alone.plan.features == ("x",)
    assert alone.plan.hidden == ((fewest, "tanh"),)
    assert both.plan.hidden == ((min(2 * fewest, MOST_UNITS), "tanh"),)
    assert (given.plan.features, given.plan.hidden) == (("xx", "yy"), ())
