"""Every row of the catalogue appears where it says it belongs, and an unknown one is told."""

from __future__ import annotations

import doctest

import pytest

import netlab.nn.optimizers.base
from netlab.__main__ import parser
from netlab.nets.spec import NetworkSpec
from netlab.nn.optimizers import ON_TRAIN, OPTIMIZERS, Optimizer, UnknownOptimizer
from netlab.training.controls import RATES
from netlab.training.fused_updates import FUSED_UPDATES


def test_an_unknown_optimizer_is_told_with_those_that_there_are() -> None:
    with pytest.raises(
        UnknownOptimizer, match=r"^'adma' is not an optimizer\. The optimizers are sgd, momentum, .*muon"
    ):
        OPTIMIZERS["adma"]
    with pytest.raises(KeyError, match="sgd, momentum"):
        ON_TRAIN["adafactor"]
    assert "adma" not in OPTIMIZERS


@pytest.mark.parametrize("row", ON_TRAIN.values(), ids=lambda row: row.key)
def test_what_is_on_train_can_be_trained_there(row: Optimizer) -> None:
    assert row.training is not None
    assert row.training.fused is None or row.training.fused in FUSED_UPDATES
    assert row.training.fused or row.keras_class, "neither Keras nor Netlab knows how to train with it"
    assert row.default_learning_rate in RATES
    assert NetworkSpec(optimizer=row.key).rate == row.default_learning_rate
    assert parser().parse_args(["train", "--optimizer", row.key]).optimizer == row.key


def test_every_fused_update_is_named_by_a_row() -> None:
    assert {row.training.fused for row in ON_TRAIN.values() if row.training} - {None} == set(FUSED_UPDATES)


@pytest.mark.parametrize("row", OPTIMIZERS.values(), ids=lambda row: row.key)
def test_what_a_row_says_is_whole(row: Optimizer) -> None:
    assert (row.key in ON_TRAIN) == (row.training is not None)
    assert (row.keras_config() is None) == (row.keras_class is None) == (row.keras_learning_rate is None)
    assert 0 < row.starting_rate.on(0.1, 10.0) <= 100.0
    assert all(letter.partition(" ")[2] for letter in row.letters)


def test_the_examples_hold() -> None:
    found = doctest.testmod(netlab.nn.optimizers.base)
    assert found.attempted > 3
    assert not found.failed
