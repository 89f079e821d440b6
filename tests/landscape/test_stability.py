"""What is known of these rules on paper, as laws over their whole domain (float64 arithmetic throughout)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from netlab.landscape.descent import descend
from netlab.landscape.formula import surface_from
from netlab.landscape.stability import limits_along, sharpness, stability_limit
from netlab.landscape.surfaces import SURFACES
from netlab.nn.optimizers import OPTIMIZERS, NoTheory, Optimizer, State, Theory

quick = settings(max_examples=25, deadline=None)
rates = st.floats(-4, 0).map(lambda p: float(np.float32(10.0**p)))  # Keras holds rates in float32
momenta = st.floats(0.0, 0.95)
gradients = st.floats(-4, 4).flatmap(lambda p: st.sampled_from([10.0**p, -(10.0**p)]))


def walk(
    optimizer: Optimizer, curvature: np.ndarray, start: ArrayLike, steps: int, rate: float | None = None
) -> np.ndarray:
    """Positions (steps + 1, …, 2) on the paraboloid ½ wᵀ H w, H a matrix or one curvature a coordinate."""
    weights = np.asarray(start, np.float64)
    state, path = optimizer.init(weights), [weights]
    for _ in range(steps):
        gradient = weights @ curvature if np.ndim(curvature) == 2 else weights * curvature
        weights, state = optimizer.update(gradient, weights, state, learning_rate=rate)
        path.append(weights)
    return np.array(path)


def first_step(optimizer: Optimizer, gradient: float) -> float:
    start = np.zeros(2)
    after, _ = optimizer.update(np.full(2, gradient), start, optimizer.init(start))
    return after[0]


def limit_of(optimizer: Optimizer) -> float:
    """The largest stable rate × curvature of an optimizer for which there is one."""
    assert isinstance(optimizer.theory, Theory)
    return optimizer.theory.limit


@given(rate=rates, curvature=st.floats(0.01, 20), steps=st.integers(1, 200))
@quick
def test_gradient_descent_has_a_closed_form(rate: float, curvature: float, steps: int) -> None:
    path = walk(
        OPTIMIZERS["sgd"].with_settings(learning_rate=rate), np.full(2, curvature), [1.0, -3.0], steps
    )
    exact = (1 - rate * curvature) ** np.arange(steps + 1)[:, None] * np.array([1.0, -3.0])
    np.testing.assert_allclose(path, exact, rtol=1e-9, atol=1e-290)


@given(low=st.floats(0.01, 1.0), condition=st.floats(2.0, 200.0))
@quick
def test_gradient_descents_best_rate(low: float, condition: float) -> None:
    """2/(l + L) shrinks both ends by (κ − 1)/(κ + 1) a step, and no other rate shrinks the slower end faster."""
    ends = np.array([low, low * condition])
    best = 2 / ends.sum()
    optimizer = OPTIMIZERS["sgd"].with_settings(learning_rate=best)
    shrinkage = np.abs(walk(optimizer, ends, [1.0, 1.0], 1)[1])
    np.testing.assert_allclose(shrinkage, (condition - 1) / (condition + 1), rtol=1e-4)
    for other in (0.97 * best, 1.03 * best):
        slower = np.abs(walk(optimizer.with_settings(learning_rate=other), ends, [1.0, 1.0], 1)[1]).max()
        assert slower > shrinkage.max()


def long_run_rate(path: np.ndarray) -> float:
    """Shrinkage a step over the second half of a walk."""
    half = (len(path) - 1) // 2
    lengths = np.hypot(path[..., 0], path[..., 1])  # a norm would underflow on tiny walks
    return (lengths[-1] / lengths[-1 - half]) ** (1 / half)


@given(low=st.floats(0.01, 1.0), condition=st.floats(9.0, 150.0))
@quick
def test_heavy_balls_best_rate(low: float, condition: float) -> None:
    """Polyak's settings shrink by (√κ − 1)/(√κ + 1); a double root adds a factor k, which the tolerance covers."""
    roots = np.sqrt([low, low * condition])
    rate, momentum = (2 / roots.sum()) ** 2, float((np.diff(roots)[0] / roots.sum()) ** 2)
    optimizer = OPTIMIZERS["momentum"].with_settings(learning_rate=rate, momentum=momentum)
    path = walk(optimizer, roots**2, [1.0, 1.0], 400)
    expected = (np.sqrt(condition) - 1) / (np.sqrt(condition) + 1)
    assert long_run_rate(path) == pytest.approx(expected, rel=0.015)


@given(momentum=st.floats(0.3, 0.97), share=st.floats(0.1, 0.9))
@quick
def test_momentum_in_the_complex_regime_shrinks_by_its_root(momentum: float, share: float) -> None:
    """Where z² − (1 + μ − s) z + μ has complex roots their size is √μ, whatever the rate."""
    low, high = (1 - np.sqrt(momentum)) ** 2, (1 + np.sqrt(momentum)) ** 2
    rate = float(low + share * (high - low))
    optimizer = OPTIMIZERS["momentum"].with_settings(learning_rate=rate, momentum=momentum)
    state_sizes = np.abs(np.linalg.eigvals(transition(optimizer, 1.0)))
    np.testing.assert_allclose(state_sizes, np.sqrt(momentum), rtol=1e-5)


def transition(optimizer: Optimizer, curvature: float) -> np.ndarray:
    """The 2×2 matrix by which weight and velocity go on in one step, read off the rule itself."""
    columns = []
    for weight, velocity in ((1.0, 0.0), (0.0, 1.0)):
        weights = np.full(2, weight)
        state = type(optimizer.init(weights))(0, {"velocity": np.full(2, velocity)})
        after, new = optimizer.update(weights * curvature, weights, state)
        columns.append([after[0], new.slots["velocity"][0]])
    return np.array(columns).T


@pytest.mark.parametrize("key", ["momentum", "nesterov"])
@given(momentum=st.floats(0.01, 0.99), curvature=st.floats(0.01, 100.0))
@quick
def test_momentum_is_stable_up_to_its_limit_and_not_beyond(
    key: str, momentum: float, curvature: float
) -> None:
    limit = limit_of(OPTIMIZERS[key].with_settings(momentum=momentum)) / curvature
    for factor, stable in ((0.999, True), (1.001, False)):
        optimizer = OPTIMIZERS[key].with_settings(momentum=momentum, learning_rate=factor * limit)
        assert (np.abs(np.linalg.eigvals(transition(optimizer, curvature))).max() < 1) == stable


def test_nesterovs_limit_is_below_gradient_descents() -> None:
    nesterov = OPTIMIZERS["nesterov"]
    assert limit_of(nesterov) == pytest.approx(1.3571, abs=1e-4)
    assert limit_of(nesterov.with_settings(momentum=0.5)) == pytest.approx(1.5)
    assert limit_of(OPTIMIZERS["adam"]) == pytest.approx(38.0)


THEORIES = {key: row.theory for key, row in OPTIMIZERS.items() if isinstance(row.theory, Theory)}
"""The optimizers for which there is a limit."""

# beside ε = 1 a tiny gradient's square is nothing: the divisor stands still at 1
SLOW: dict[str, Any] = {"epsilon": 1.0}
FROZEN: dict[str, dict[str, Any]] = {
    "adagrad": {"initial_accumulator_value": 0.0},
    "adam": {"beta_2": 0.1},  # so that the start's correction is soon over
    "amsgrad": {"beta_2": 0.1},
    "adamw": {"beta_2": 0.1, "weight_decay": 0.0},
}
"""What else keeps a divisor still."""


@st.composite
def bowls(draw: st.DrawFn) -> np.ndarray:
    """Symmetric matrices with two positive eigenvalues, turned by any angle."""
    angle, high = draw(st.floats(0, np.pi)), draw(st.floats(0.1, 10.0))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return turn @ np.diag([high * draw(st.floats(0.2, 1.0)), high]) @ turn.T


@pytest.mark.parametrize("key", THEORIES)
@given(bowl=bowls(), keep=st.floats(0.1, 0.9))
@settings(max_examples=6, deadline=None)
def test_every_limit_divides_shrinking_from_growing(key: str, bowl: np.ndarray, keep: float) -> None:
    has = {setting.key for setting in OPTIMIZERS[key].own}
    optimizer = OPTIMIZERS[key].with_settings(**FROZEN.get(key, {}), **(SLOW if "epsilon" in has else {}))
    kept: dict[str, Any] = {name: keep for name in ("momentum", "beta_1") if name in has}
    optimizer = optimizer.with_settings(**kept)
    limit = limit_of(optimizer) / float(sharpness(bowl))
    for factor, grows in ((0.97, False), (1.03, True)):
        path = walk(
            optimizer.with_settings(learning_rate=factor * limit), bowl, np.array([3e-140, 4e-140]), 600
        )
        assert (long_run_rate(path) > 1) == grows


@given(bowl=bowls(), x=st.floats(-3, 3), y=st.floats(-3, 3))
@quick
def test_the_ruler_reads_the_hessian(bowl: np.ndarray, x: float, y: float) -> None:
    (a, b), (_, d) = bowl.tolist()
    surface = surface_from(f"{a!r}*x^2/2 + {b!r}*x*y + {d!r}*y^2/2")
    found = stability_limit(surface, OPTIMIZERS["sgd"], (x, y))
    assert found.sharpness == pytest.approx(np.linalg.eigvalsh(bowl).max(), rel=1e-9)
    assert found.learning_rate == pytest.approx(2 / found.sharpness)
    np.testing.assert_allclose(
        sharpness(np.array([bowl, 2 * bowl])), found.sharpness * np.array([1, 2]), rtol=1e-9
    )


@pytest.mark.parametrize("key", ["sgd", "momentum", "nesterov"])
def test_crossing_the_ruler_diverges_on_the_ravine(key: str) -> None:
    surface = SURFACES["ravine"]
    optimizer = OPTIMIZERS[key]
    limit = stability_limit(surface, optimizer, surface.start).learning_rate
    assert limit is not None
    below, above = (optimizer.with_settings(learning_rate=f * limit) for f in (0.98, 1.1))
    assert descend(surface, below, surface.start, steps=2000).losses[-1] < 1e-4
    assert "Lower the learning rate" in str(descend(surface, above, surface.start, steps=2000).diverged)
    assert "above" in stability_limit(surface, above, surface.start).sentence
    assert "below" in stability_limit(surface, below, surface.start).sentence


def test_the_ruler_compares_the_rate_of_the_step() -> None:
    surface = SURFACES["ravine"]
    sinking = OPTIMIZERS["sgd"].with_settings(learning_rate=0.0225, schedule="cosine")
    path = descend(surface, sinking, surface.start, steps=50)
    first, last = (
        stability_limit(surface, sinking, path.weights[step], path.state(step)) for step in (0, 49)
    )
    assert "Yours at this step, 0.0225, is above" in first.sentence
    assert f"Yours at this step, {path.learning_rates[49]:.3g}, is below" in last.sentence


def test_the_ruler_where_theory_is_silent() -> None:
    assert stability_limit(SURFACES["booth"], OPTIMIZERS["lion"], (0, 0)).learning_rate is None
    assert stability_limit(SURFACES["booth"], OPTIMIZERS["adafactor"], (0, 0)).learning_rate is None
    assert "no curvature" in stability_limit(SURFACES["ackley"], OPTIMIZERS["sgd"], (0, 0)).sentence
    hill = surface_from("-x^2 - y^2")
    assert stability_limit(hill, OPTIMIZERS["adam"], (1, 1)).learning_rate is None


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_limits_along_a_path(key: str) -> None:
    surface = SURFACES["rosenbrock"]
    optimizer = OPTIMIZERS[key].with_settings(learning_rate=1e-4)
    path = descend(surface, optimizer, surface.start, steps=20)
    limits = limits_along(surface, optimizer, path)
    assert limits.shape == (20,)
    if isinstance(optimizer.theory, NoTheory):
        assert np.isnan(limits).all()
        assert optimizer.theory.why.endswith(".")
        assert stability_limit(surface, optimizer, surface.start).sentence == optimizer.theory.why
        return
    assert (limits > 0).all()
    here = stability_limit(surface, optimizer, path.weights[7], path.state(7))
    assert limits[7] == pytest.approx(here.learning_rate, rel=1e-6)


KEPT = {
    "square": "beta_2",
    "largest_square": None,
    "norm": "beta_2",
    "accumulator": None,
    "accumulated_gradient": "rho",
}


def one_step(optimizer: Optimizer, hessian: np.ndarray, before: State, after: State) -> np.ndarray:
    """The linear map of a real step near a minimum, whose divisor is the one that ``after`` holds: it is let decay to it."""
    values = optimizer.values
    slots = dict(before.slots)
    for name, share in KEPT.items():
        if name in slots:
            kept = "rho" if name == "square" and "rho" in values else share
            slots[name] = after.slots[name] / np.float32(values[kept] if kept else 1.0)
    if "average_gradient" in slots:
        slots["average_gradient"] = np.zeros(2, np.float32)
    moving = ["velocity"] if "velocity" in slots else []
    columns = []
    for place in range(2 + 2 * len(moving)):
        nudge = np.zeros(2 + 2 * len(moving), np.float32)
        nudge[place] = 1e-12
        state = State(before.step, {**slots, **dict.fromkeys(moving, nudge[2:])})
        weights, state = optimizer.update((hessian @ nudge[:2]).astype(np.float32), nudge[:2], state)
        columns.append(np.concatenate([weights, *(state.slots[name] for name in moving)]) / np.float32(1e-12))
    return np.array(columns).T


@pytest.mark.parametrize("decay", [0.0, 3.0])
@pytest.mark.parametrize("taken", [0, 1, 10, 100])
@pytest.mark.parametrize(
    "key", [key for key, theory in THEORIES.items() if key != "rmsprop-centered" and theory.cycle == 1]
)  # the mean of the one cannot be held; the limit of others is that of several steps
def test_the_limit_is_that_of_the_very_step_which_comes_next(key: str, taken: int, decay: float) -> None:
    surface = surface_from("50*x^2 + 20*y^2")
    optimizer = OPTIMIZERS[key].with_settings(learning_rate=1e-3, weight_decay=decay)
    path = descend(surface, optimizer, (1.0, 2.0), steps=101)
    before, after = path.state(taken), path.state(taken + 1)
    limit = stability_limit(surface, optimizer, path.weights[taken], before).learning_rate
    assert limit is not None
    for factor, stable in ((0.99, True), (1.01, False)):
        jump = one_step(
            optimizer.with_settings(learning_rate=factor * limit), surface.hessian((0.0, 0.0)), before, after
        )
        assert (np.abs(np.linalg.eigvals(jump)).max() < 1) == stable


def test_the_ruler_speaks_of_clipping_and_of_the_limit_itself() -> None:
    ravine = SURFACES["ravine"]
    at_it = OPTIMIZERS["sgd"].with_settings(learning_rate=0.02)
    assert "swings for ever" in stability_limit(ravine, at_it, ravine.start).sentence
    assert "clipped" in stability_limit(ravine, at_it.with_settings(clipvalue=0.1), ravine.start).sentence
    assert "clipped" not in stability_limit(ravine, at_it.with_settings(clipvalue=1e6), ravine.start).sentence


def test_the_ruler_where_there_is_no_height_or_no_valley() -> None:
    slope = surface_from("log(x) + y^2")
    assert "no height" in stability_limit(slope, OPTIMIZERS["sgd"], (-1, 1)).sentence
    top = stability_limit(SURFACES["himmelblau"], OPTIMIZERS["sgd"], (-0.2708, -0.9230))
    assert top.learning_rate is None
    assert "says nothing of the ground a step further" in top.sentence


@given(gradient=gradients, rate=rates)
@quick
def test_adams_first_step(gradient: float, rate: float) -> None:
    """−η g/(|g| + ε/√(1 − β₂)); β₂ᵗ is a float32 number, so to 1e-4."""
    step = first_step(OPTIMIZERS["adam"].with_settings(learning_rate=rate), gradient)
    assert step == pytest.approx(-rate * gradient / (abs(gradient) + 1e-7 / np.sqrt(1e-3)), rel=1e-4)


@given(gradient=gradients, rate=rates, rho=st.floats(0.0, 0.99))
@quick
def test_rmsprops_first_step(gradient: float, rate: float, rho: float) -> None:
    """−η sign(g)/√(1 − ρ) while ε is small beside the square: 3.16 η at ρ = 0.9."""
    assume((1 - rho) * gradient**2 > 1e-2)
    step = first_step(OPTIMIZERS["rmsprop"].with_settings(learning_rate=rate, rho=rho), gradient)
    assert step == pytest.approx(-rate * np.sign(gradient) / np.sqrt(1 - rho), rel=1e-4)


@given(gradient=gradients, rate=rates)
@quick
def test_adagrads_first_step(gradient: float, rate: float) -> None:
    step = first_step(OPTIMIZERS["adagrad"].with_settings(learning_rate=rate), gradient)
    assert step == pytest.approx(-rate * gradient / np.sqrt(0.1 + gradient**2 + 1e-7), rel=1e-12)


@given(gradient=gradients, rate=rates)
@quick
def test_first_steps_of_nadam_adamax_adafactor_and_adadelta(gradient: float, rate: float) -> None:
    """Adamax: η; Adafactor: η times the size floor; Adadelta: √ε/√((1−ρ)g² + ε) g."""
    assert abs(first_step(OPTIMIZERS["adamax"].with_settings(learning_rate=rate), gradient)) == pytest.approx(
        rate * abs(gradient) / (abs(gradient) + 1e-7), rel=1e-5
    )
    adafactor = first_step(OPTIMIZERS["adafactor"].with_settings(learning_rate=rate), gradient)
    assert abs(adafactor) == pytest.approx(1e-3 * rate, rel=1e-5)
    adadelta = first_step(OPTIMIZERS["adadelta"].with_settings(learning_rate=rate), gradient)
    expected = -rate * np.sqrt(1e-7) * gradient / np.sqrt(0.05 * gradient**2 + 1e-7)
    assert adadelta == pytest.approx(expected, rel=1e-9)


@given(seed=st.integers(0, 2**32 - 1), rate=rates, beta_1=st.floats(0.01, 0.99), beta_2=st.floats(0.0, 0.99))
@quick
def test_lion_moves_exactly_one_rate_each_step(seed: int, rate: float, beta_1: float, beta_2: float) -> None:
    optimizer = OPTIMIZERS["lion"].with_settings(learning_rate=rate, beta_1=beta_1, beta_2=beta_2)
    random = np.random.default_rng(seed)
    weights = np.zeros(2)
    state = optimizer.init(weights)
    for gradient in random.normal(size=(50, 2)):
        after, state = optimizer.update(gradient, weights, state)
        np.testing.assert_allclose(np.abs(after - weights), rate, rtol=1e-9)
        weights = after


@given(start=st.floats(0.5, 3.0), rate=st.floats(0.03, 0.1))
@settings(max_examples=12, deadline=None)
def test_lion_ends_in_a_circle_of_one_or_two_rates(start: float, rate: float) -> None:
    """Near the minimum of w²/2 every step is one rate long, so the walk swings for ever."""
    path = walk(OPTIMIZERS["lion"].with_settings(learning_rate=rate), np.ones(2), [start, -start], 900)
    width = np.ptp(path[-100:], axis=0) / rate
    assert (np.isclose(width, 1.0, rtol=1e-6) | np.isclose(width, 2.0, rtol=1e-6)).all()
    assert np.abs(path[-100:]).max() <= 2 * rate * (1 + 1e-6)


def reddi(key: str) -> float:
    """f = 3x in one step of three and −x in the others, on [−1, 1]: on average x, so −1 is best."""
    beta_2 = 1 / (1 + 3**2)
    optimizer = OPTIMIZERS[key].with_settings(beta_1=0.0, beta_2=beta_2, learning_rate=0.1)
    weights = np.zeros(2)
    state = optimizer.init(weights)
    for t in range(1, 6001):
        gradient = np.full(2, 3.0 if t % 3 == 1 else -1.0)
        weights, state = optimizer.update(gradient, weights, state, learning_rate=0.1 / np.sqrt(t))
        weights = np.clip(weights, -1.0, 1.0)
    return weights[0]


def test_adam_goes_to_the_wrong_end_of_reddis_example_and_amsgrad_does_not() -> None:
    assert reddi("adam") == pytest.approx(1.0, abs=0.01)
    assert reddi("amsgrad") < -0.9


@given(power=st.floats(-3, 3), seed=st.integers(0, 1000))
@quick
def test_rules_that_divide_by_the_gradients_size_do_not_see_its_scale(power: float, seed: int) -> None:
    """A loss in other units is the same walk for Adam and its kin, with ε in those units; not for gradient descent."""
    noise = np.random.default_rng(seed).normal(size=(40, 2)) + 2.0
    for key in ("adam", "amsgrad", "adamax", "nadam", "lion", "rmsprop"):
        squared = key == "rmsprop"  # its ε is added to a square, and both ends of ε's range are met sooner
        scale = 10.0 ** (0.8 * power if squared else power)
        ends = []
        for factor in (1.0, scale):
            epsilon = 1e-5 * factor**2 if squared else 1e-6 * factor
            settings: dict[str, Any] = {} if key == "lion" else {"epsilon": epsilon}
            optimizer = OPTIMIZERS[key].with_settings(learning_rate=0.01, **settings)
            ends.append(run(optimizer, noise * factor))
        np.testing.assert_allclose(ends[0], ends[1], rtol=1e-9, atol=1e-12)
    scale = 10.0**power
    ends = [run(OPTIMIZERS["sgd"], noise * factor) for factor in (1.0, scale)]
    np.testing.assert_allclose(ends[0] * scale, ends[1], rtol=1e-9)


def run(optimizer: Optimizer, noise: np.ndarray) -> np.ndarray:
    weights = np.zeros(2)
    state = optimizer.init(weights)
    for gradient in noise:
        weights, state = optimizer.update(gradient, weights, state)
    return weights
