"""A row of a table is offered wherever it says, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from netlab.__main__ import parser
from netlab.landscape.formula import FUNCTIONS, FormulaError, surface_from
from netlab.landscape.neuron_surface import NEURON_ACTIVATIONS, NEURON_LOSSES, neuron_surface
from netlab.lessons.depth import view as depth
from netlab.lessons.functions.view import learn
from netlab.lessons.neuron.view import neuron
from netlab.nets.spec import NetworkSpec, SpecError
from netlab.nn.activations import ACTIVATIONS, Activation
from netlab.nn.initializers import INITIALIZERS
from netlab.nn.losses import LOSSES
from netlab.nn.place import Place, shown_in
from netlab.nn.schedules import SPANNING
from netlab.training.controls import CONTROLS

every = pytest.mark.parametrize("row", ACTIVATIONS.values(), ids=list(ACTIVATIONS))


def accepted(**values: Any) -> bool:
    """Whether a network can be so."""
    try:
        NetworkSpec(**values)
    except SpecError:
        return False
    return True


def flags(option: str) -> set[str]:
    """What the command line takes for an option of ``train``."""
    (train,) = [
        choice
        for action in parser()._actions
        if isinstance(action.choices, dict)
        for name, choice in action.choices.items()
        if name == "train"
    ]
    (found,) = [action for action in train._actions if option in action.option_strings]
    return set(found.choices)


@every
def test_an_activation_is_offered_where_it_says(row: Activation) -> None:
    offered = {
        Place.LESSONS: row.key in neuron.TITLES,
        Place.TRAIN: row.key in CONTROLS["activation"].options,
        Place.LANDSCAPE: row.key in NEURON_ACTIVATIONS,
        Place.FORMULAS: row.key in FUNCTIONS,
    }
    assert {place for place, there in offered.items() if there} == row.places
    assert (row.key in depth.RULES) == (row.key in learn.TITLES) == (Place.LESSONS in row.places)
    trained = Place.TRAIN in row.places
    assert (row.key in flags("--activation")) == accepted(activation=row.key) == trained
    assert bool(row.untrainable and row.untrainable in CONTROLS["activation"].help) != trained


def test_what_cannot_be_trained_is_refused_with_its_reason() -> None:
    for row in ACTIVATIONS.values():
        if row.untrainable:
            with pytest.raises(SpecError) as refused:
                NetworkSpec(hidden=(8,), activation=row.key)
            assert row.untrainable in str(refused.value)


def test_losses_starts_and_schedules_are_offered_where_they_say() -> None:
    for table, menu, option in (
        (LOSSES, CONTROLS["loss"].options, "loss"),
        (INITIALIZERS, CONTROLS["initializer"].options, "initializer"),
    ):
        offered = set(shown_in(table, Place.TRAIN))
        assert offered == set(menu) == flags(f"--{option}")
        assert {key for key in table if accepted(**{option: key})} == offered
    assert set(SPANNING) == flags("--schedule") == {key for key in SPANNING if accepted(schedule=key)}
    assert set(NEURON_LOSSES.values()) == set(shown_in(LOSSES, Place.LANDSCAPE).values())
    assert all(row.term and row.tensorflow and row.example_latex for row in NEURON_LOSSES.values())


@pytest.mark.parametrize("field", ["activation", "loss", "initializer", "schedule"])
def test_an_unknown_word_is_refused(field: str) -> None:
    unknown: dict[str, Any] = {field: "nonsense"}
    with pytest.raises(SpecError, match=f"{field} must be one of"):
        NetworkSpec(**unknown)


def test_an_unknown_word_is_refused_on_a_landscape() -> None:
    with pytest.raises(ValueError, match="not an activation"):
        neuron_surface("nonsense")
    with pytest.raises(ValueError, match="not a loss"):
        neuron_surface("sigmoid", "nonsense")
    with pytest.raises(FormulaError, match="not a known function"):
        surface_from("nonsense(x)")


def test_a_start_that_train_offers_is_keras_s_by_its_name_alone() -> None:
    for row in shown_in(INITIALIZERS, Place.TRAIN).values():
        assert row.key == row.keras_name
        assert not row.settings
