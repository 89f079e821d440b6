"""The rate after the divisor is what the rule's own slots say, and is sent only for rules that divide."""

from __future__ import annotations

import numpy as np
import pytest

from netlab.landscape.descent import descend
from netlab.landscape.divisor import divided_rates, divided_told
from netlab.landscape.surfaces import SURFACES
from netlab.nn.optimizers import OPTIMIZERS
from tests.landscape.test_page import numbers, sent
from tests.pages import opened, text

RAVINE = SURFACES["ravine"]


def test_adam_s_is_the_rate_over_the_corrected_root_of_its_average_square() -> None:
    adam = OPTIMIZERS["adam"].with_settings(learning_rate=0.3)
    path = descend(RAVINE, adam, RAVINE.start, steps=20)
    found = divided_rates(adam, path)
    assert found is not None
    gradients = path.gradients.astype(np.float64)
    square = np.zeros(2)
    for step in range(20):
        square = 0.999 * square + 0.001 * gradients[step] ** 2
        root = np.sqrt(square / (1 - 0.999 ** (step + 1)))
        np.testing.assert_allclose(found[step], 0.3 / root, rtol=1e-4)


def test_adagrad_s_shrinks_with_the_sum_of_squares() -> None:
    adagrad = OPTIMIZERS["adagrad"].with_settings(learning_rate=0.5)
    path = descend(RAVINE, adagrad, RAVINE.start, steps=15)
    found = divided_rates(adagrad, path)
    assert found is not None
    start = float(adagrad.values["initial_accumulator_value"])
    total = start + np.cumsum(path.gradients.astype(np.float64) ** 2, axis=0)
    np.testing.assert_allclose(found, 0.5 / np.sqrt(total), rtol=1e-4)
    assert (np.diff(found, axis=0) <= 0).all()


def test_on_the_first_step_a_rule_without_momentum_moves_by_the_box_times_the_slope() -> None:
    rule = OPTIMIZERS["rmsprop"].with_settings(learning_rate=0.01)
    path = descend(RAVINE, rule, RAVINE.start, steps=5)
    found = divided_rates(rule, path)
    assert found is not None
    np.testing.assert_allclose(path.moves, -found * path.gradients, rtol=2e-3)


@pytest.mark.parametrize("key", ["sgd", "momentum", "nesterov", "lion"])
def test_who_does_not_divide_has_no_box(key: str) -> None:
    path = descend(RAVINE, OPTIMIZERS[key].with_settings(learning_rate=0.001), RAVINE.start, steps=5)
    assert divided_rates(OPTIMIZERS[key], path) is None
    assert sent(opened("landscape", ls_optimizer=key))["box"] == ""
    assert "The box at the ball" not in text(opened("landscape", ls_optimizer=key))


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_rule_has_a_box_for_each_step_or_none(key: str) -> None:
    rule = OPTIMIZERS[key].with_settings(learning_rate=0.001)
    path = descend(RAVINE, rule, RAVINE.start, steps=7)
    found = divided_rates(rule, path)
    assert found is None or (found.shape == (7, 2) and (found > 0).all())


def test_the_box_is_told_with_the_weight_that_is_held_back() -> None:
    rates = np.array([[0.2, 0.02], [0.1, 0.1], [0.01, 0.05], [np.inf, 0.1]])
    assert "10 times less along y" in divided_told(rates, 0, ("x", "y"))
    assert "both alike" in divided_told(rates, 1, ("x", "y"))
    assert "5 times less along weight" in divided_told(rates, 2, ("weight", "bias"))
    assert divided_told(rates, 9, ("x", "y")) == "" == divided_told(rates[:0], 0, ("x", "y"))


def test_the_page_sends_the_box_and_says_what_it_is() -> None:
    at = opened("landscape", ls_optimizer="adam", ls_step="3")
    assert len(numbers(sent(at)["box"])) == 200
    assert "**The box at the ball**" in text(at)
    assert "times less along y" in text(at)
