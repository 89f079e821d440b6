"""What the small networks promise: stages in order, honest numbers, errors that help."""

from __future__ import annotations

import re

import numpy as np
import pytest

from netlab.formatting import bracketed, digits
from netlab.lessons.backprop.chain_rule import chain
from netlab.lessons.backprop.planted_bugs import BUGS, planted
from netlab.lessons.backprop.worked_steps import training_step
from netlab.nn.backpropagation import backward
from netlab.nn.mlp import EXAMPLES, Example, Network, forward

every_example = pytest.mark.parametrize("example", EXAMPLES.values(), ids=list(EXAMPLES))


@every_example
def test_stages_are_numbered_and_follow_the_phases(example: Example) -> None:
    stages = training_step(example.network, example.inputs, example.targets)
    assert [stage.number for stage in stages] == list(range(1, len(stages) + 1))
    order = ["forward", "loss", "backward", "update"]
    phases = [order.index(stage.phase) for stage in stages]
    assert phases == sorted(phases)
    assert set(phases) == {0, 1, 2, 3}


@every_example
@pytest.mark.parametrize("bugs", [(), *[(bug,) for bug in BUGS]])
@pytest.mark.parametrize("count", [1, 3])
def test_worked_lines_compute_what_they_say(example: Example, bugs: tuple[str, ...], count: int) -> None:
    stages = training_step(example.network, example.inputs[:count], example.targets[:count], bugs=bugs)
    checked = 0
    for line in (line for stage in stages for line in stage.worked):
        *_, sum_, result = line.split(" = ") if line.count(" = ") > 1 else ("", "")
        plain = re.sub(r"\\tfrac\{1\}\{(\d+)\}", r"(1/\1)*", sum_)
        plain = re.sub(r" \\times 10\^\{(-?\d+)\}", r"e\1", plain)
        plain = plain.replace(r"\cdot", "*").replace(r"\left", "").replace(r"\right", "")
        if re.fullmatch(r"[-+*/ ().e\d]+", plain):
            number = re.sub(r" \\times 10\^\{(-?\d+)\}", r"e\1", result)
            computed = eval(plain)  # noqa: S307 (the pattern lets arithmetic through, nothing else)
            assert computed == pytest.approx(float(number), rel=2e-3, abs=2e-4), line
            checked += 1
    assert checked > 15


def test_velocities_carry_over() -> None:
    example = EXAMPLES["2-2-1"]
    velocities = [np.ones_like(array) for array in example.network.arrays]
    resting, moving = (
        training_step(example.network, example.inputs, example.targets, velocities=given, beta=0.5)[-1].values
        for given in (None, velocities)
    )
    np.testing.assert_allclose(moving - resting, 0.5)


def test_long_sums_are_cut() -> None:
    network = Network.drawn((784, 512, 10), ("relu", "softmax"), loss="cross_entropy", seed=0)
    stages = training_step(network, np.ones((1, 784)), np.array([3]))
    assert all(len(stage.worked) <= 10 for stage in stages)
    assert stages[0].worked[0].count(r"\cdot") == 4
    assert stages[0].worked[-1] == r"\dots"


def test_numbers_in_latex() -> None:
    assert digits(0.123456) == "0.1235"
    assert digits(-1.5e-7) == r"-1.5 \cdot 10^{-7}"
    assert bracketed(-2.0) == "(-2)"
    assert bracketed(2.0) == "2"


@pytest.mark.parametrize(
    ("activations", "loss", "message"),
    [
        (("softmax", "sigmoid"), "quadratic", "output layer only"),
        (("relu", "linear"), "cross_entropy", "needs a sigmoid or softmax"),
        (("relu", "cosine"), "quadratic", "Unknown activation"),
        (("relu", "sigmoid"), "hinge", "cross_entropy or quadratic"),
    ],
)
def test_wrong_networks_say_how_to_mend(activations: tuple[str, str], loss: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Network.drawn((2, 2, 1), activations, loss=loss, seed=0)


def test_wrong_shapes_say_where() -> None:
    with pytest.raises(ValueError, match="do not meet"):
        Network.from_arrays(
            [np.ones((2, 3)), np.ones(3), np.ones((2, 1)), np.ones(1)], ["relu", "linear"], loss="quadratic"
        )
    with pytest.raises(ValueError, match="biases"):
        Network.from_arrays([np.ones((2, 3)), np.ones(2)], ["linear"], loss="quadratic")


def test_wrong_choices_say_what_there_is() -> None:
    example = EXAMPLES["2-2-1"]
    with pytest.raises(ValueError, match="early_update"):
        planted(["gremlin"], 0.5)
    with pytest.raises(ValueError, match="layer must be"):
        chain(example.network, example.inputs, example.targets, 2, 0, 0)
    with pytest.raises(ValueError, match="column 5"):
        chain(example.network, example.inputs, example.targets, 0, 0, 5)
    with pytest.raises(ValueError, match="fused=False"):
        chain(example.network, example.inputs, example.targets, 0, 0, 0, fused=True)


def test_the_mean_runs_over_the_examples_and_stands_only_where_there_are_several() -> None:
    example = EXAMPLES["2-2-2"]
    for count, mean in ((1, False), (3, True)):
        stages = training_step(example.network, example.inputs[:count], example.targets[:count])
        formulas = [stage.formula for stage in stages if "gradients of" in stage.title]
        assert len(formulas) == 4
        assert all((r"\frac1N \sum_{n=1}^{N}" in one) == mean for one in formulas)
        assert all(("n,j" in one) == mean for one in formulas)


def test_negative_factors_stand_in_brackets_but_at_the_beginning() -> None:
    example = EXAMPLES["2-2-1"]
    stages = training_step(example.network, example.inputs, example.targets)
    worked = [line for stage in stages for line in stage.worked]
    assert any(r"+ (-1) \cdot" in line for line in worked)
    assert not [line for line in worked if re.search(r"[+\-] -\d|\\cdot -\d", line)]


@pytest.mark.parametrize("beta", [0.0, 0.9])
def test_biases_are_updated_before_one_s_eyes_too(beta: float) -> None:
    example = EXAMPLES["2-2-1"]
    stages = training_step(example.network, example.inputs, example.targets, beta=beta)
    updates = [stage for stage in stages if stage.phase == "update"]
    assert [stage.title.partition(": ")[2] for stage in updates] == [
        "update the weights",
        "update the biases",
    ] * 2
    assert all(("v" in stage.formula) == (beta > 0) for stage in updates)


def test_softmax_and_loss_can_be_followed() -> None:
    example = EXAMPLES["2-2-2"]
    stages = training_step(example.network, example.inputs, example.targets)
    softmax = next(stage for stage in stages if r"\sum_k e^{z_k}" in stage.formula)
    assert softmax.worked[0] == (r"a^{(2)}_{1} = \frac{e^{0.5922}}{e^{0.5922} + e^{-0.07151}} = 0.6601")
    loss = next(stage for stage in stages if stage.phase == "loss")
    assert loss.worked[-1] == r"L = -\ln(0.6601) = 0.4154"
    quadratic = EXAMPLES["2-2-1"]
    loss = next(
        stage
        for stage in training_step(quadratic.network, quadratic.inputs, quadratic.targets)
        if stage.phase == "loss"
    )
    assert loss.worked[-1] == r"L = \tfrac12 (0.6439 - 1)^2 = 0.06341"


def test_a_sure_and_right_answer_still_has_a_gradient() -> None:
    """1 - p is 0 in float64 from about z = 37 on; the gradient is not."""
    base = EXAMPLES["2-2-2"]
    arrays = [*base.network.arrays[:-1], np.array([45.0, -45.0])]
    gradient = backward(
        base.network.with_arrays(arrays),
        forward(base.network.with_arrays(arrays), base.inputs, np.zeros(3, int)),
        np.zeros(3, int),
    )
    assert 0 > gradient.layers[-1].delta[0, 0] > -1e-30
