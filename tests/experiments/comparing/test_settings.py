"""What an experiment may change, and how changes are counted and said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netlab.experiments.comparing.settings import SETTINGS, SWEPT, changes
from netlab.nets.spec import Dense, NetworkSpec, SpecError
from netlab.nn.losses import LOSSES
from netlab.training.controls import CONTROLS

BASE = NetworkSpec(hidden=(64, 32), dropout=0.1, train_examples=3000)


@pytest.mark.parametrize("key", SETTINGS)
def test_a_setting_changes_itself_alone_and_is_read_back(key: str) -> None:
    setting = SETTINGS[key]
    assert key in CONTROLS
    tried = 0
    for value in setting.values:
        try:
            changed = setting.apply(BASE, value)
        except SpecError:
            continue
        tried += 1
        assert setting.of(changed) == value or (key == "width" and not changed.hidden) or value == 0
        assert len(changes(BASE, changed)) <= 1, (value, changes(BASE, changed))
    assert tried > 1
    assert set(SWEPT) <= set(SETTINGS)


def test_a_layer_with_its_own_dropout_follows_too() -> None:
    spec = NetworkSpec(hidden=(Dense(8, None, 0.5), Dense(4, None, 0.1)))
    assert {layer.dropout for layer in SETTINGS["dropout"].apply(spec, 0.3).layers} == {0.3}


def test_another_optimizer_with_its_usual_settings_is_one_change() -> None:
    assert [str(one) for one in changes(BASE, replace(BASE, optimizer="sgd"))] == ["optimizer Adam → SGD"]
    two = changes(BASE, replace(BASE, optimizer="sgd", learning_rate=0.5))
    assert [str(one) for one in two] == ["optimizer Adam → SGD", "learning rate 0.001 → 0.5"]


def test_changes_are_said_in_words() -> None:
    other = replace(
        BASE,
        hidden=(16,),
        train_examples=None,
        seed=4000,
        learning_rate=1e-5,
        loss="huber",
        activation="leaky_relu",
    )
    assert [str(one) for one in changes(BASE, other)] == [
        "hidden layers 64, 32 → 16", "activation relu → leaky relu", "learning rate 0.001 → 10⁻⁵",
        f"loss {LOSSES[BASE.loss].title} → {LOSSES['huber'].title}",
        "training images 3,000 → all", "seed 0 → 4000",
    ]  # fmt: skip
    assert changes(BASE, BASE) == ()
