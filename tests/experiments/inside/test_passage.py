"""One picture's way: what it wants changed, and what a step does, held to the step made in full."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.experiments.inside.networks import as_trained, dense_network, fingerprint, needs_dense
from netlab.experiments.inside.passage import after_step, gradient_length, walk, wished_picture, wishes
from netlab.experiments.inside.worked_passage import backward_lines, forward_lines, in_rows, step_line
from netlab.experiments.subject import Subject, shipped_subject
from netlab.nets.numpy_model import predict
from netlab.nets.spec import Convolution, NetworkSpec
from netlab.nn.mlp import Network, forward
from tests.runs.kept import weights

ACTIVATIONS = ["relu", "tanh", "gelu"]


def network(activation: str = "tanh", seed: int = 0) -> Network:
    return Network.drawn((784, 12, 7, 10), (activation,) * 2 + ("softmax",), loss="cross_entropy", seed=seed)


def picture(seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.asarray(rng.random((28, 28)) * (rng.random((28, 28)) < 0.2))


def test_a_subject_reads_as_a_dense_network_what_it_reads_as_itself() -> None:
    images = np.random.default_rng(3).random((5, 28, 28)).astype(np.float32)
    for spec in (
        NetworkSpec(hidden=(9, 8), activation="gelu"),
        NetworkSpec(hidden=(9, 8), normalisation="batch"),
    ):
        kept = {
            name: np.abs(array) + 0.1 if "variance" in name else array
            for name, array in weights(spec).items()
        }
        subject = Subject("made", "made", spec, None, kept)
        passed = forward(dense_network(subject), images.reshape(5, -1), np.zeros(5, int))
        np.testing.assert_allclose(passed.activations[-1], predict(spec, kept, images), rtol=2e-5, atol=1e-7)


def test_nothing_of_a_large_network_is_copied() -> None:
    subject = shipped_subject("article")
    assert np.shares_memory(dense_network(subject).layers[0].weights, subject.weights["dense/kernel"])


def test_what_differs_from_training_is_said_and_nothing_else() -> None:
    assert as_trained(NetworkSpec(dropout=0.0)) == ""
    assert as_trained(NetworkSpec()) == "Dropout is off, as it is when a network answers."
    said = as_trained(NetworkSpec(loss="huber", dropout=0.0, normalisation="batch", l2=0.1))
    assert "cross-entropy −ln p" in said
    assert "folded" in said
    assert "penalty" in said
    assert "smoothed" in as_trained(NetworkSpec(label_smoothing=0.1))
    assert needs_dense(NetworkSpec()) == ""
    assert "dense" in needs_dense(NetworkSpec(convolutions=(Convolution(4),)))


@given(st.integers(0, 50), st.sampled_from(ACTIVATIONS), st.sampled_from([0.001, 0.1, 1.0]))
def test_a_step_is_the_one_made_in_full(seed: int, activation: str, rate: float) -> None:
    before = network(activation, seed)
    passage = walk(before, picture(seed), seed % 10)
    arrays = [array - rate * slope for array, slope in zip(before.arrays, passage.back.arrays, strict=True)]
    full = forward(before.with_arrays(arrays), passage.inputs[None], np.array([passage.label]))
    after = after_step(passage, rate)
    assert after.loss == pytest.approx(full.losses[0], rel=1e-8, abs=1e-12)
    np.testing.assert_allclose(after.probabilities, full.activations[-1][0], rtol=1e-8)


def test_the_slope_promises_what_small_steps_keep() -> None:
    passage = walk(network(), picture(), 3)
    after = after_step(passage, 1e-6)
    assert passage.loss - after.loss == pytest.approx(passage.loss - after.promised, rel=1e-3)
    squares = sum(float(np.square(array).sum()) for array in passage.back.arrays)
    assert gradient_length(passage) == pytest.approx(np.sqrt(squares))


@given(st.integers(0, 50), st.integers(1, 30), st.sampled_from([None, 0, 1, 2]))
def test_wishes_are_the_largest_of_all_gradients(seed: int, most: int, layer: int | None) -> None:
    passage = walk(network("relu", seed), picture(seed), seed % 10)
    found = wishes(passage, most, layer)
    layers = range(3) if layer is None else [layer]
    every = np.concatenate([np.abs(passage.back.layers[at].weights).ravel() for at in layers])
    expected = np.sort(every)[::-1][:most]
    np.testing.assert_allclose([abs(wish.gradient) for wish in found], expected[expected > 0], rtol=1e-12)
    for wish in found:
        gradient = passage.back.layers[wish.layer].weights[wish.source, wish.unit]
        assert wish.gradient == pytest.approx(gradient, rel=1e-12)
        assert wish.weight == passage.network.layers[wish.layer].weights[wish.source, wish.unit]


def test_the_wished_picture_is_the_step_of_one_unit() -> None:
    passage = walk(network(), picture(), 3)
    np.testing.assert_allclose(
        wished_picture(passage, 5, 0.1).ravel(), -0.1 * passage.back.layers[0].weights[:, 5], rtol=1e-12
    )


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("layer", [0, 1, 2])
def test_worked_lines_are_true(activation: str, layer: int) -> None:
    passage = walk(network(activation), picture(), 3)
    lines = [*forward_lines(passage, layer, 3), *backward_lines(passage, layer, 3)]
    checked = sum(_holds(line) for line in lines)
    assert checked >= 3
    assert any("L = -" in line for line in lines) == (layer == 2)


def test_worked_lines_name_what_they_add_up() -> None:
    passage = walk(network("relu"), picture(), 3)
    products = passage.inputs * passage.network.layers[0].weights[:, 0]
    assert f"{np.count_nonzero(products) - 3} more pixels" in forward_lines(passage, 0, 0)[0]
    empty = walk(network("relu"), np.zeros((28, 28)), 3)
    assert "= 0 + 0 = 0" in forward_lines(empty, 0, 0)[0]
    assert _holds(step_line(wishes(passage)[0], 0.1))


def test_long_lines_go_on_below() -> None:
    passage = walk(network("relu"), picture(), 3)
    long, short = forward_lines(passage, 0, 0)
    assert in_rows(short) == short
    assert in_rows(long).count(r"\\ &=") == 1
    assert in_rows(long).replace(r" \\ &= ", " = ").replace(" &= ", " = ").split("} ", 1)[1].startswith(long)


def _holds(line: str) -> bool:
    """Whether the arithmetic of a line was checked: what stands before the last equals sign gives what stands behind."""
    *_, sum_, result = line.split(" = ")
    plain = re.sub(r"\\underbrace\{(.*?)\}_\{\\text\{[^}]*\}\}", r"\1", sum_)
    plain = re.sub(r"\\frac\{(.*)\}\{(.*)\}", r"(\1)/(\2)", plain)
    plain = re.sub(r"10\^\{(-?\d+)\}", r"10**(\1)", plain).replace(r"\cdot", "*")
    if not re.fullmatch(r"[-+*/ ().\d]+", plain):
        return False
    number = float(eval(re.sub(r"10\^\{(-?\d+)\}", r"10**(\1)", result).replace(r"\cdot", "*")))  # noqa: S307
    assert eval(plain) == pytest.approx(number, rel=5e-3, abs=2e-4), line  # noqa: S307
    return True


def test_a_fingerprint_changes_with_any_weight() -> None:
    spec = NetworkSpec(hidden=(4,))
    kept = weights(spec)
    subject = Subject("made", "made", spec, None, kept)
    other = {**kept, "dense_1/bias": kept["dense_1/bias"] + np.float32(1)}
    assert fingerprint(subject) == fingerprint(Subject("made", "renamed", spec, None, dict(kept)))
    assert fingerprint(subject) != fingerprint(Subject("made", "made", spec, None, other))
    assert fingerprint(subject) != fingerprint(Subject("made", "made", spec, 7, kept))
