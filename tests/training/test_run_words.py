"""A run in a few words, and whether the controls can describe it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from netlab.nets.presets import PRESETS, Preset, preset_of
from netlab.nets.spec import Convolution, Dense, NetworkSpec
from netlab.nn.optimizers import ON_TRAIN
from netlab.runs.events import Done, Started
from netlab.training.controls import CONTROLS, FIRST, MORE, within_controls
from netlab.training.progress import tab_title
from netlab.training.run_words import PAUSES, facts, outcome, settings
from netlab.training.view.messages import STATES

BEGUN = Started("a", 407_050, 60_000, 10_000, 1875, 9375, "mnist", "MNIST.")
DONE = Done(407_050, 0.98, 0.07, 10.0, 5000.0, "a", True)


def test_a_run_is_told_with_network_optimizer_data_and_seed() -> None:
    told = facts(NetworkSpec(), BEGUN)
    assert told == ("784 → 512 → 10", "Adam, rate 0.001", "MNIST, 60,000 images, 5 epochs", "seed 0")
    assert facts(NetworkSpec(train_examples=100, epochs=1), None)[2] == "100 images, 1 epoch"


@pytest.mark.parametrize("state", sorted(set(STATES) - {"done", "unreadable"}))
def test_every_state_of_a_run_has_words(state: str) -> None:
    assert outcome(state, None, None) == PAUSES[state]


def test_an_outcome_tells_accuracy_only_of_what_is_over() -> None:
    assert outcome("done", DONE, 0.97).replace("\xa0", " ") == "reads 98.00 %"
    assert outcome("stopped", None, 0.97).replace("\xa0", " ") == "was stopped at 97.00 %"
    assert outcome("running", None, 0.97) == "is training"


@pytest.mark.parametrize("preset", PRESETS)
def test_controls_can_describe_every_preset(preset: str) -> None:
    spec = PRESETS[preset].spec
    assert within_controls(spec)
    assert preset_of(spec) is PRESETS[preset]


@pytest.mark.parametrize(
    ("spec", "within"),
    [
        (NetworkSpec(epochs=51), False),
        (NetworkSpec(convolutions=(Convolution(16, 3, 2),)), False),
        (NetworkSpec(hidden=(8,) * 11), False),
        (NetworkSpec(seed=1_000_000), False),
        (NetworkSpec(hidden=(3000,)), False),
        (NetworkSpec(hidden=(7, Dense(9, "tanh", 0.25))), True),
        (NetworkSpec(hidden=(), dropout=0.5), True),
        (NetworkSpec(learning_rate=0.001), True),
        (NetworkSpec(learning_rate=0.0007, batch_size=77, dropout=0.33), True),
    ],
)
def test_settings_that_controls_have_no_place_for_are_known(spec: NetworkSpec, within: bool) -> None:
    assert within_controls(spec) is within


@given(some.sampled_from(sorted(ON_TRAIN)), some.lists(some.integers(1, 64), max_size=3))
def test_all_settings_are_told_by_their_labels(optimizer: str, hidden: list[int]) -> None:
    told = dict(settings(NetworkSpec(optimizer=optimizer, hidden=tuple(hidden))))
    assert told["Optimizer"] == ON_TRAIN[optimizer].training_title
    assert {"Layers", "Learning rate", "Epochs", "Seed", "Dropout rate", "Loss"} <= set(told)


def test_every_control_is_shown_once_and_says_what_it_does() -> None:
    assert sorted([*FIRST, *MORE, "rate"]) == sorted(CONTROLS)
    assert "epochs" in FIRST
    assert all(control.help.endswith(".") for control in CONTROLS.values())


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_no_title_or_question_gives_the_answer_away(preset: Preset) -> None:
    before = f"{preset.title} {preset.question}".lower()
    assert re.search(r"fail|overfit|too high|guess|\b9\d\b", before) is None
    assert preset.question.endswith("?")


@given(some.integers(1, 10_000), some.integers(1, 10_000))
def test_the_tab_says_all_only_of_all(step: int, total: int) -> None:
    title = tab_title("running", min(step, total), total)
    assert ("100 %" in title) == (step >= total)
    assert title.endswith(" · Netlab")


def test_the_tab_is_called_netlab_where_nothing_goes_on() -> None:
    assert {tab_title(state, 3, 10) for state in ("done", "stopped", "died", "diverged")} == {"Netlab"}
    assert tab_title("paused", 43, 100) == "Paused, 43 % · Netlab"
    assert tab_title("starting", 0, 0) == "Starting · Netlab"
