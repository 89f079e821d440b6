"""What measurements show is said of the run that earns it and of no other: in made histories, and in real trainings."""

from __future__ import annotations

import math
import os
from dataclasses import replace

import numpy as np
import pytest

from netlab import data
from netlab.arrays import Floats
from netlab.data import Digits
from netlab.nets.presets import PRESETS
from netlab.nets.spec import Dense, NetworkSpec
from netlab.runs.diagnosis import findings, overfits
from netlab.runs.events import Done, EpochEnd, Event, Evidence, LearningRate, Metrics, Started, Validation
from netlab.runs.finding import Finding
from netlab.runs.history import History, load
from netlab.runs.milestones import MOST_EVIDENCE, evidence_steps, milestones
from netlab.runs.symptoms import layer_names, stable_rate, straight, symptoms
from netlab.runs.verdict import verdict
from netlab.training.controls import from_controls, rate_key, setting_key, to_controls
from netlab.training.loop import train
from tests.runs.test_verdict import needs_real

TWO = NetworkSpec(hidden=(64, 32))
SIGMOID = replace(TWO, activation="sigmoid")
SGD = replace(TWO, optimizer="sgd")


def evidence(step: int = 300, **values: object) -> Evidence:
    """Of a network with two hidden layers that is well."""
    sound = {
        "examples": 256, "loss": 0.3, "curvature": 2.0, "dead": (0.05, 0.1, None), "saturated": (None, None, None),
        "alike": (0.0, 0.0, 0.0), "gradients": (0.4, 0.3, 0.3), "weights": (10.0, 8.0, 4.0), **values,
    }  # fmt: skip
    return Evidence(step, **sound)  # type: ignore[arg-type]


def history(
    *measured: Evidence,
    losses: np.ndarray | None = None,
    accuracy: float = 0.9,
    rates: tuple[LearningRate, ...] = (),
) -> History:
    course = 2.0 * np.exp(-np.arange(300) / 40) + 0.3 if losses is None else losses
    count = len(course)
    shares = (0.8,) * count
    return load([
        Started("r", 1, 9600, 100, count, count, "mnist", "note"),
        Metrics(count, tuple(float(loss) for loss in course), shares, 1e4, 1.0), *rates, *measured,
        Validation(count, 0.3, accuracy),
    ])  # fmt: skip


def seen(spec: NetworkSpec, kept: History) -> list[str]:
    return [found.proof for found in symptoms(spec, kept)]


def only(spec: NetworkSpec, kept: History) -> Finding:
    (found,) = symptoms(spec, kept)
    return found


def test_a_sound_run_and_one_without_measurements_say_nothing() -> None:
    for spec in (TWO, SIGMOID, SGD):
        assert seen(spec, history(evidence())) == []
        assert seen(spec, history()) == []
        assert seen(spec, load([])) == []


def test_dead_units_are_told_with_their_share_and_their_layer() -> None:
    found = only(TWO, history(evidence(dead=(0.1, 0.625, None))))
    assert found.title == "Many units are dead."
    assert (
        "After 300 batches 62.5\u00a0% of the units in hidden layer 2 are 0 for each of 256" in found.evidence
    )
    assert found.trial is not None and found.trial.spec == replace(TWO, activation="leaky_relu")
    assert seen(TWO, history(evidence(dead=(0.1, 0.49, None)))) == []
    assert seen(TWO, history(evidence(step=10, dead=(0.1, 0.9, None)))) == []
    fast = replace(TWO, learning_rate=0.1)
    found = only(fast, history(evidence(dead=(0.1, 0.625, None))))
    assert found.trial is not None and found.trial.spec == TWO


def test_saturated_units_are_told_with_their_share_and_their_layer() -> None:
    found = only(SIGMOID, history(evidence(dead=(None,) * 3, saturated=(0.7, 0.2, None))))
    assert "70.0\u00a0% of the outputs of hidden layer 1" in found.evidence
    assert found.trial is not None and found.trial.spec == TWO
    assert seen(SIGMOID, history(evidence(dead=(None,) * 3, saturated=(0.6, 0.2, None)))) == []


def test_a_gradient_that_fades_or_grows_is_told_with_both_lengths() -> None:
    found = only(SIGMOID, history(evidence(gradients=(0.0002, 0.01, 0.4))))
    assert (found.proof, found.title) == ("fading", "The gradient fades on its way back.")
    assert "hidden layer 1 is 0.0002 long, that of the last layer 0.4: 2,000 times" in found.evidence.replace(
        "2000", "2,000"
    )
    found = only(TWO, history(evidence(gradients=(90.0, 3.0, 0.5))))
    assert (found.proof, found.title) == ("growing", "The gradient grows on its way back.")
    for sound in ((0.01, 0.1, 0.4), (40.0, 3.0, 0.5), (0.4, 0.1, 0.0), (None, 0.1, 0.4)):
        assert seen(TWO, history(evidence(gradients=sound))) == []
    assert seen(TWO, history(evidence(dead=(0.2, 1.0, None), gradients=(0.0, 0.0, 0.4)))) == ["dead"]


def test_what_normalisation_changes_is_not_said_of_a_normalised_network() -> None:
    """Another start is no mend there, and its gradients fade and grow for other reasons."""
    for length in (1e-4, 100.0):
        kept = history(evidence(gradients=(length, 0.1, 0.3)))
        assert len(seen(SIGMOID, kept)) == 1
        assert seen(replace(SIGMOID, normalisation="batch"), kept) == []
    dead = history(evidence(dead=(0.1, 0.625, None)))
    assert seen(replace(TWO, normalisation="batch"), dead) == ["dead"]
    flat = history(evidence(saturated=(0.1, 0.8, None)))
    assert "scale of the normalised sums" in only(replace(SIGMOID, normalisation="batch"), flat).advice
    assert "the weighted sums" in only(SIGMOID, flat).advice


def test_copies_are_told_instead_of_what_follows_from_them() -> None:
    zeros = replace(TWO, initializer="zeros")
    twins = evidence(alike=(1.0, 1.0, 0.0), dead=(1.0, 1.0, None), gradients=(0.0, 0.0, 0.07))
    found = only(zeros, history(twins))
    assert "the 64 units of hidden layer 1 have exactly the same weights" in found.evidence
    assert found.trial is not None and found.trial.spec == TWO
    assert "alike" not in seen(zeros, history(evidence(alike=(0.5, 0.0, 1.0))))
    single = NetworkSpec(hidden=(1,))
    one = evidence(
        alike=(1.0, 0.0), dead=(0.0, None), saturated=(None, None), gradients=(1.0, 1.0), weights=(1.0, 1.0)
    )
    assert seen(single, history(one)) == []


@pytest.mark.parametrize(("rate", "told"), [(0.9, False), (1.1, True), (30.0, True)])
def test_a_rate_above_two_over_the_curvature_is_told_of_plain_sgd_that_does_not_read(
    rate: float, told: bool
) -> None:
    spec = replace(SGD, learning_rate=rate)
    kept = history(evidence(step=0), evidence(), accuracy=0.1)
    assert seen(spec, kept) == ["curvature"] * told
    if told:
        found = only(spec, kept)
        assert (
            "This was measured at the start. Along the gradient the loss has the curvature λ = 2"
            in found.evidence
        )
        assert "2/λ ≈ 1;" in found.evidence
        assert "an estimate" in found.advice
        assert found.trial is not None and found.trial.spec == replace(SGD, learning_rate=0.5)
    assert seen(spec, history(evidence(step=0), evidence(), accuracy=0.8)) == []
    assert seen(replace(TWO, learning_rate=rate), kept) == []


def test_the_curvature_is_held_against_the_rate_of_its_moment() -> None:
    kept = history(
        evidence(step=0, curvature=0.5),
        evidence(step=100, curvature=8.0),
        accuracy=0.1,
        rates=(LearningRate(50, 1.0),),
    )
    found = only(replace(SGD, learning_rate=0.1), kept)
    assert "This was measured after 100 batches." in found.evidence
    assert "2/λ ≈ 0.25; here it was 1, 4 times that" in found.evidence


def test_no_rate_is_called_stable_where_the_loss_does_not_curve_up() -> None:
    assert stable_rate(evidence(curvature=4.0)) == 0.5
    for value in (None, 0.0, -3.0):
        assert stable_rate(evidence(curvature=value)) is None


def noisy(course: np.ndarray, noise: float = 0.15) -> np.ndarray:
    return course + np.random.default_rng(1).normal(0, noise, len(course))


LINE = np.linspace(2.3, 1.9, 1000)


@pytest.mark.parametrize(
    ("course", "is_straight"),
    [
        (noisy(LINE), True),
        (LINE, True),
        (noisy(np.full(1000, 2.3)), False),
        (noisy(0.3 + 2 * np.exp(-np.arange(1000) / 150)), False),
        (noisy(LINE[::-1]), False),
        (noisy(np.where(np.arange(1000) < 600, 2.3, 2.3 - (np.arange(1000) - 600) / 300)), False),
        (LINE[:100], False),
        (np.append(LINE, np.nan), False),
    ],
    ids=["line", "bare line", "flat", "bent", "rising", "plateau, then fall", "short", "no number"],
)  # fmt: skip
def test_a_straight_line_is_told_from_a_bend(course: Floats, is_straight: bool) -> None:
    found = straight(course)
    assert (found is not None) == is_straight
    if found is not None:
        np.testing.assert_allclose(found, (2.3, 1.9), atol=0.03)


def test_a_loss_that_is_still_a_straight_line_is_told_with_its_ends() -> None:
    slow = replace(SGD, learning_rate=1e-4)
    found = only(slow, history(losses=LINE))
    assert "In 1,000 batches the loss went from 2.3 to 1.9, along a straight line" in found.evidence
    assert found.trial is not None and found.trial.spec == replace(SGD, learning_rate=0.001)
    assert seen(SGD, history(losses=LINE)) == []  # the usual rate
    assert seen(slow, history(losses=LINE, rates=(LearningRate(5, 0.01),))) == []


# A run of many epochs, as the article's network has them: validation loss lowest in epoch 4, twice that at the end.


def long_run(rise: float = 2.0, epochs: int = 50, best: int = 4, *, right: float = 0.983) -> History:
    """Made: losses by epoch that fall to the best one and rise to ``rise`` times it, with right answers that stay."""
    events: list[Event] = [Started("r", 1, 3200, 100, 100, 100 * epochs, "mnist", "note")]
    for epoch in range(1, epochs + 1):
        over = max(0, epoch - best) / max(1, epochs - best)
        loss = 0.07 * (1 + 0.3 * max(0, best - epoch)) * (1 + (rise - 1) * over)
        train_loss, share = 0.2 / epoch, right + 0.001 * min(epoch, 10) / 10
        events += [
            Metrics(100 * epoch, (train_loss,) * 100, (min(1.0, share + 0.01),) * 100, 1e4, 1.0),
            Validation(100 * epoch, loss, share),
            EpochEnd(epoch, 100 * epoch, train_loss, min(1.0, share + 0.01), loss, share),
        ]
    return load(events)


def test_overfitting_is_told_by_the_validation_loss_though_as_many_answers_are_right() -> None:
    spec = NetworkSpec(epochs=50)
    kept = long_run()
    (found,) = findings(spec, kept)
    assert found.title == "It overfits: it learns its pictures by heart."
    assert "lowest in epoch 4 (0.070) and is 0.140 now. That is 2 times as much" in found.evidence
    assert "98.34\u00a0% then and are in 98.40\u00a0% now" in found.evidence
    assert "surer of its wrong answers than before" in found.evidence
    assert (found.proof, found.trial and found.trial.change) == ("validation", "4 epochs")
    assert found.trial is not None and found.trial.spec == replace(spec, epochs=4)
    assert verdict(spec, kept, Done(1, 0.984, 0.14, 60.0, 1e4, "r", True)).tone == "overfits"
    bare = replace(spec, dropout=0.0)
    (found,) = findings(bare, kept)
    assert found.trial is not None and found.trial.spec == replace(bare, dropout=0.2)


@pytest.mark.parametrize(
    "kept",
    [
        long_run(1.1),
        long_run(2.0, epochs=4),
        long_run(1.2, epochs=5, best=3),
        long_run(2.0, epochs=2, best=1),
    ],
)
def test_a_validation_loss_that_hardly_rises_or_is_at_its_best_is_not_overfitting(kept: History) -> None:
    assert overfits(NetworkSpec(), kept) is None


def test_when_a_run_is_measured() -> None:
    assert sorted(evidence_steps(1875, 5)) == [0, 100, 1000, 1875, 3750, 5625, 7500, 9375]
    for per_epoch, epochs in ((1, 1), (32, 30), (1875, 50), (60_000, 200), (7, 3)):
        steps = evidence_steps(per_epoch, epochs)
        assert steps <= milestones(per_epoch, epochs).validations
        assert {0, per_epoch * epochs} <= steps
        assert len(steps) <= MOST_EVIDENCE


def test_layers_are_called_what_they_are() -> None:
    names = layer_names(PRESETS["convolutional"].spec)
    assert names == ["convolution 1", "convolution 2", "hidden layer 1", "the last layer"]


# Real trainings, on real digits: small ones, so that every seed is tried.

SEEDS = range(20)
SMALL = NetworkSpec(hidden=(48,), batch_size=8, train_examples=1600, epochs=1)


@pytest.fixture(scope="module")
def few() -> Digits:
    found = data.load(os.environ["NETLAB_MNIST"])
    return replace(found, x_test=found.x_test[:1000], y_test=found.y_test[:1000])


def trained(spec: NetworkSpec, digits: Digits) -> History:
    return load(train(spec, digits, run_id="0" * 32, keep=False))


@needs_real
@pytest.mark.parametrize("seed", SEEDS)
def test_a_sound_training_yields_no_finding_whatever_its_seed(seed: int, few: Digits) -> None:
    spec = replace(SMALL, seed=seed)
    kept = trained(spec, few)
    assert kept.validations[-1].accuracy > 0.7
    assert len(kept.evidence) == 3
    assert findings(spec, kept) == []


FAILING: dict[str, tuple[NetworkSpec, set[str]]] = {
    "zeros": (replace(SMALL, initializer="zeros"), {"chance", "alike"}),
    "sigmoids": (
        replace(SMALL, hidden=(24,) * 8, activation="sigmoid", optimizer="sgd", learning_rate=0.1, dropout=0.0),
        {"chance", "fading"},
    ),
    "rate 30": (replace(SMALL, optimizer="sgd", learning_rate=30.0), {"chance", "curvature", "dead", "leap"}),
    "rate 0.0005": (
        NetworkSpec(optimizer="sgd", learning_rate=0.0005, train_examples=12_800, epochs=1),
        {"straight"},
    ),
}  # fmt: skip


@needs_real
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("spec", "proofs"), FAILING.values(), ids=FAILING)
def test_a_training_that_fails_shows_why_whatever_its_seed(
    spec: NetworkSpec, proofs: set[str], seed: int, few: Digits
) -> None:
    spec = replace(spec, seed=seed)
    found = findings(spec, trained(spec, few))
    assert proofs <= {one.proof for one in found}
    for one in found:
        assert one.trial is not None
        assert one.trial.spec != spec
        assert can_be_said(one.trial.spec)


@needs_real
@pytest.mark.parametrize("seed", range(3))
def test_large_weights_saturate_tanh(seed: int, few: Digits) -> None:
    spec = replace(SMALL, activation="tanh", optimizer="sgd", learning_rate=3.0, seed=seed)
    assert "saturated" in {one.proof for one in findings(spec, trained(spec, few))}


@needs_real
@pytest.mark.parametrize("key", ["no-hidden", "deep", "convolutional"])
def test_presets_that_work_yield_no_finding(key: str, few: Digits) -> None:
    spec = replace(PRESETS[key].spec, epochs=1, train_examples=9600)
    assert findings(spec, trained(spec, few)) == []


def all_controls(spec: NetworkSpec) -> dict[str, object]:
    """Every control's value where the settings describe a network."""
    usual = to_controls(NetworkSpec(optimizer=spec.optimizer))
    return {**usual, **to_controls(spec)}


def can_be_said(spec: NetworkSpec) -> bool:
    """Whether the controls describe that very network."""
    said = from_controls(all_controls(spec))
    return replace(said, hidden=said.layers) == replace(spec, hidden=spec.layers)


def test_every_counter_experiment_is_one_that_the_controls_can_say() -> None:
    own = replace(TWO, hidden=(Dense(64, "sigmoid", 0.5), Dense(32, "relu", 0.0)))
    for spec in (TWO, own, replace(SGD, learning_rate=0.37)):
        kept = history(evidence(dead=(0.9, 0.2, None)), accuracy=0.1)
        for found in findings(spec, kept):
            assert found.trial is not None
            assert can_be_said(found.trial.spec)
    assert rate_key("sgd") in all_controls(SGD)
    assert setting_key("adam", "beta_1") in all_controls(TWO)
    assert math.isfinite(all_controls(TWO)[rate_key("adam")])  # type: ignore[arg-type]


def short_run(batches: int, validation: float, **settings: object) -> tuple[NetworkSpec, History]:
    """Three epochs that end with so many right answers on validation digits and all right in training."""
    spec = NetworkSpec(hidden=(64,), epochs=3, normalisation="batch", **settings)  # type: ignore[arg-type]
    each = batches // 3
    events: list[Event] = [Started("r", 1, 32 * each, 100, each, batches, "mnist", "note")]
    for epoch in range(1, 4):
        events += [
            Metrics(epoch * each, (0.1,) * each, (1.0,) * each, 1e4, 1.0),
            Validation(epoch * each, 1.0 + epoch, validation),
            EpochEnd(epoch, epoch * each, 0.1, 1.0, 1.0 + epoch, validation),
        ]
    return spec, load(events)


def test_moving_means_that_lag_are_told_and_are_no_learning_by_heart() -> None:
    spec, kept = short_run(30, 0.3)
    (found,) = findings(spec, kept)
    assert "after 30 batches 74\u00a0% of each is still its starting value" in found.advice
    assert found.trial is not None
    assert found.trial.change == "6 epochs"
    plain = replace(spec, normalisation="none")
    assert "It took only 30 steps" in findings(plain, kept)[0].advice
    assert overfits(plain, kept) is not None
    spec, kept = short_run(600, 0.6)
    assert [one.proof for one in findings(spec, kept)] == ["validation"]


@needs_real
def test_a_batch_of_one_picture_is_its_own_mean(few: Digits) -> None:
    """A real training: nothing of a picture passes the hidden layer."""
    spec = NetworkSpec(
        hidden=(16,), epochs=2, batch_size=1, train_examples=300, normalisation="batch", dropout=0.0
    )
    found = findings(spec, trained(spec, few))[0]
    assert found.proof == "chance"
    assert "A batch of one picture is its own mean" in found.advice
    assert found.trial is not None
    assert found.trial.spec == replace(spec, batch_size=32)


@needs_real
@pytest.mark.parametrize("seed", range(2))
def test_a_sound_normalised_training_yields_no_finding(seed: int, few: Digits) -> None:
    base = replace(SMALL, normalisation="batch", epochs=2, seed=seed)
    deep = replace(base, hidden=(32,) * 6, activation="sigmoid", dropout=0.0)
    for spec in (base, deep):
        kept = trained(spec, few)
        assert kept.validations[-1].accuracy > 0.7
        assert findings(spec, kept) == []
