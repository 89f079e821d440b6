"""A run's moments and states as they were kept; the next step is the one that the training itself takes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from netlab.landscape.network.exact import (
    Exact,
    edge,
    exact_at,
    has_velocity,
    memory,
    next_step,
    optimizer_of,
)
from netlab.landscape.network.flat import flat, shaped, trained
from netlab.landscape.network.walk import course_of
from netlab.nets.layers import Convolution
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import to_bytes
from netlab.nn.optimizers import ON_TRAIN
from netlab.runs.run import Checkpoint, RunError
from netlab.runs.store import create, new_id
from netlab.training.fused_updates import updater
from tests.landscape.network.made import direction, weights_of

SPEC = NetworkSpec(hidden=(5,))
WITH_ALL = NetworkSpec(hidden=(5,), normalisation="batch", convolutions=(Convolution(3, 5, 2),))
"""Matrices, filters, biases, scales and shifts, and between them statistics that no optimizer moves."""
EVERY = [
    *((key, 0.5, {}) for key in ON_TRAIN),
    ("adam", 0.0, {}),
    ("rmsprop", 0.0, {"momentum": 0.8}),
    ("muon", 0.0, {"momentum": 0.7, "weight_decay": 0.3}),
]


@pytest.mark.parametrize(("key", "clip", "settings"), EVERY)
def test_the_next_step_is_the_training_s(key: str, clip: float, settings: dict[str, float]) -> None:
    """Of every optimizer, read from a state as a training keeps it, before the first step and after some."""
    import tensorflow as tf

    spec = replace(WITH_ALL, optimizer=key, clip_norm=clip, settings=tuple(settings.items()))
    run, weights, places = create(spec, new_id()), weights_of(spec), trained(spec)
    variables = {name: tf.Variable(one) for name, one in weights.items()}
    rule = updater(spec, [variables[name] for name in places])
    slopes = [direction(len(flat(spec, weights)), seed, np.float32) for seed in range(6)]

    def row() -> np.ndarray:
        return flat(spec, {name: one.numpy() for name, one in variables.items()})

    for step, slope in enumerate(slopes):
        arrays = {f"w{place}": one.numpy() for place, one in enumerate(variables.values())}
        arrays |= {f"s{place}": one.numpy() for place, one in enumerate(rule.variables)}
        arrays |= {"epoch_losses": np.zeros(0), "epoch_accuracies": np.zeros(0)}
        before = row()
        parts = [tf.constant(shaped(spec, slope, weights)[name]) for name in places]
        rule.apply(parts, tf.constant(spec.rate, tf.float32), tf.constant(step + 1.0))
        if step not in (0, 4, 5):  # Lookahead's slow weights move in the fifth
            continue
        run.save_checkpoint(Checkpoint(step, spec.rate, 1.0, arrays))
        held = exact_at(run.id, spec, step)
        assert held is not None
        assert (held.row == before).all()
        after = row()
        np.testing.assert_allclose(
            before + next_step(spec, held, slope), after, atol=2e-7 * float(np.abs(after).max())
        )


def test_who_gathers_a_velocity() -> None:
    found = {key for key in ON_TRAIN if has_velocity(replace(SPEC, optimizer=key))}
    assert found == {"momentum", "nesterov", "adam", "adamw", "adamax", "nadam", "lion", "muon"}
    assert has_velocity(replace(SPEC, optimizer="rmsprop", settings=(("momentum", 0.5),)))


def test_a_state_s_arrays_are_known_without_a_network() -> None:
    from netlab.training.compiled_loop import layout

    for key in ON_TRAIN:
        spec = replace(WITH_ALL, optimizer=key)
        told = {f"s{place}": (one.shape, one.kind) for place, one in enumerate(memory(spec))}
        assert told == {name: one for name, one in layout(spec).items() if name.startswith("s")}


def test_moments_are_read_and_what_cannot_be_read_is_told() -> None:
    run = create(SPEC, new_id())
    with pytest.raises(RunError, match="kept no moment yet"):
        course_of(run.id)
    for step, seed in ((0, 1), (5, 2), (9, 3)):
        run.save_snapshot(step, to_bytes(SPEC, weights_of(SPEC, seed), half=True))
    (run.folder / "snapshots" / "000000005.npz").write_bytes(b"nothing")
    found = course_of(run.id)
    assert found.steps == (0, 9)
    assert "after 5 batches cannot be read" in found.missing[0]
    wanted = flat(SPEC, weights_of(SPEC, 3)).astype(np.float16)
    assert (found.row(1) == wanted).all()
    with pytest.raises(RunError, match="not kept any more"):
        found.place(5)
    with pytest.raises(RunError, match="deleted"):
        course_of("0" * 32)


def state_of(spec: NetworkSpec) -> dict[str, np.ndarray]:
    arrays = {}
    for place, one in enumerate(weights_of(spec).values()):
        arrays[f"w{place}"], arrays[f"s{2 * place}"], arrays[f"s{2 * place + 1}"] = one, one * 2, one * one
    return {**arrays, "epoch_losses": np.zeros(0), "epoch_accuracies": np.zeros(0)}


def test_a_state_is_read_and_a_stranger_s_is_none() -> None:
    run = create(SPEC, new_id())
    run.save_checkpoint(Checkpoint(9, 0.002, 1.0, state_of(SPEC)))
    found = exact_at(run.id, SPEC, 9)
    assert found is not None
    row = flat(SPEC, weights_of(SPEC))
    assert (found.row == row).all()
    assert (found.slots["velocity"] == row * 2).all()
    assert (found.slots["square"] == row * row).all()
    assert found.rate == 0.002
    assert exact_at(run.id, SPEC, 8) is None
    assert exact_at(run.id, replace(SPEC, optimizer="muon"), 9) is None
    assert exact_at("article", SPEC, 0) is None
    for damage in ({"s0": np.zeros(3, np.float32)}, {"w0": np.full((784, 5), np.nan, np.float32)}):
        run.save_checkpoint(Checkpoint(9, 0.002, 1.0, {**state_of(SPEC), **damage}))
        assert exact_at(run.id, SPEC, 9) is None
    Path(run.folder / "resume" / "000000009.npz").write_bytes(b"nothing")
    assert exact_at(run.id, SPEC, 9) is None


def test_the_edge_is_two_over_the_rate_for_gradient_descent_and_38_for_adam() -> None:
    plain = edge(replace(SPEC, optimizer="sgd"), None, None)
    assert plain is not None
    assert plain.limit == pytest.approx(2.0)
    assert plain.divisor is None
    square = np.array([4.0, 9.0], np.float32)
    late = 10**6
    held = Exact(late, 0.001, square, {"velocity": square, "square": square})
    kept = edge(SPEC, held, None)
    assert kept is not None
    assert kept.limit == pytest.approx(38.0)
    np.testing.assert_allclose(np.asarray(kept.divisor), np.array([2.0, 3.0]), rtol=1e-5)
    guessed = edge(SPEC, None, square)
    assert guessed is not None
    assert guessed.estimated
    np.testing.assert_allclose(np.asarray(guessed.divisor), np.array([2.0, 3.0]), rtol=1e-5)
    assert edge(SPEC, None, None) is None
    assert optimizer_of(replace(SPEC, learning_rate=0.5)).learning_rate == 0.5
