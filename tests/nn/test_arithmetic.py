"""Values and slopes keep their digits where they are next to nothing: against arithmetic with sixty digits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, SupportsFloat

import mpmath
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from netlab.landscape.formula import surface_from
from netlab.nn.activations import ACTIVATIONS, log_softmax, softmax_jacobian
from netlab.nn.activations.rectifying import LEAK, SELU_ALPHA, SELU_SCALE
from netlab.nn.losses import LOSSES, one_hot

BINARY, SPARSE = LOSSES["binary_crossentropy"], LOSSES["sparse_categorical_crossentropy"]
QUADRATIC = LOSSES["mean_squared_error"]

ULPS = 5
"""Units in the last place, of 2⁻⁵² each."""
LEAST = 1e-305
"""Below this float64 itself has fewer digits."""
Exact = Callable[[Any], Any]


def _normal(z: Any) -> Any:
    return mpmath.erfc(-max(min(z, 60), -60) / mpmath.sqrt(2)) / 2  # beyond, mpmath itself overflows


def _density(z: Any) -> Any:
    return mpmath.exp(-z * z / 2) / mpmath.sqrt(2 * mpmath.pi)


def _sigmoid(z: Any) -> Any:
    return 1 / (1 + mpmath.exp(-z))


def _mish_gate(z: Any) -> Any:
    return mpmath.tanh(mpmath.log1p(mpmath.exp(z)))


def _mish(z: Any) -> Any:
    return z * _mish_gate(z)


def _mish_derivative(z: Any) -> Any:
    return _mish_gate(z) + z * mpmath.sech(mpmath.log1p(mpmath.exp(z))) ** 2 * _sigmoid(z)


# Value and slope of each, and the size of the terms of a slope that passes through 0: nearer than their last digit to
# such a zero no sum in float64 can come.
EXACT: dict[str, tuple[Exact, Exact, Exact]] = {
    "linear": (lambda z: z, lambda z: mpmath.mpf(1), lambda z: 0),
    "sigmoid": (_sigmoid, lambda z: _sigmoid(z) * _sigmoid(-z), lambda z: 0),
    "tanh": (mpmath.tanh, lambda z: mpmath.sech(z) ** 2, lambda z: 0),
    "relu": (lambda z: max(z, 0), lambda z: mpmath.mpf(z > 0), lambda z: 0),
    "leaky_relu": (lambda z: max(z, z * LEAK), lambda z: mpmath.mpf(1 if z > 0 else LEAK), lambda z: 0),
    "elu": (lambda z: z if z > 0 else mpmath.expm1(z), lambda z: mpmath.exp(min(z, 0)), lambda z: 0),
    "selu": (
        lambda z: SELU_SCALE * (z if z > 0 else SELU_ALPHA * mpmath.expm1(z)),
        lambda z: mpmath.mpf(SELU_SCALE) * (1 if z >= 0 else SELU_ALPHA * mpmath.exp(z)),
        lambda z: 0,
    ),
    "gelu": (
        lambda z: z * _normal(z),
        lambda z: _normal(z) + z * _density(z),
        lambda z: _normal(z) + abs(z) * _density(z),
    ),
    "swish": (
        lambda z: z * _sigmoid(z),
        lambda z: _sigmoid(z) + z * _sigmoid(z) * _sigmoid(-z),
        lambda z: _sigmoid(z) + abs(z) * _sigmoid(z) * _sigmoid(-z),
    ),
    "softplus": (lambda z: mpmath.log1p(mpmath.exp(z)), _sigmoid, lambda z: 0),
    "mish": (_mish, _mish_derivative, lambda z: _mish_gate(z) + abs(_mish_derivative(z) - _mish_gate(z))),
    "hard_sigmoid": (
        lambda z: min(max(z / 6 + mpmath.mpf(1) / 2, 0), 1),
        lambda z: mpmath.mpf(1) / 6 if abs(z) < 3 else mpmath.mpf(0),
        lambda z: 0,
    ),
    "step": (lambda z: mpmath.mpf(z > 0), lambda z: mpmath.mpf(0), lambda z: 0),
}
SUMS: dict[str, Exact] = {"hard_sigmoid": lambda z: mpmath.mpf(1) / 2}
"""Values that are a sum, which near its 0 has no more digits than its terms."""
anywhere = st.one_of(st.floats(-40, 40), st.floats(-800, 800), st.floats(-1e300, 1e300))


def _close(found: SupportsFloat, exact: Any, terms: Any = 0, ulps: int = ULPS) -> None:
    if abs(exact) < LEAST:
        assert abs(float(found)) <= 2 * LEAST
        return
    error = abs(mpmath.mpf(float(found)) - exact)
    assert error <= ulps * 2.0**-52 * max(abs(exact), terms), (float(found), mpmath.nstr(exact, 17))


@pytest.mark.parametrize("name", ACTIVATIONS)
@given(z=anywhere)
@example(20.0)
@example(-20.0)
@example(-38.0)
@example(350.0)
@example(-0.7517915246935645)
def test_activations_and_slopes_are_right_to_a_few_units_in_the_last_place(name: str, z: float) -> None:
    value, slope, terms = EXACT[name]
    terms_of_value: Exact = SUMS.get(name, lambda z: 0)
    rule, place = ACTIVATIONS[name], np.array([z])
    with mpmath.workdps(60):
        exact = mpmath.mpf(z)
        _close(rule.value(place)[0], value(exact), terms_of_value(exact))
        _close(rule.derivative(place)[0], slope(exact), terms(exact))


@given(z=anywhere, target=st.sampled_from([0.0, 1.0]))
@example(40.0, 1.0)
@example(-40.0, 0.0)
def test_losses_of_a_sure_and_right_unit_keep_their_digits(z: float, target: float) -> None:
    logit, y = np.array([z]), np.array([target])
    with mpmath.workdps(60):
        exact = mpmath.mpf(z)
        missed = _sigmoid(exact) if target == 0 else -_sigmoid(-exact)
        surprise = mpmath.log1p(mpmath.exp(exact if target == 0 else -exact))
        bend = _sigmoid(exact) * _sigmoid(-exact)
        _close(BINARY.logit_derivative(logit, y)[0], missed)
        _close(BINARY.logit_value(logit, y), surprise)
        _close(QUADRATIC.logit_derivative(logit, y)[0], missed * bend)
        _close(QUADRATIC.logit_value(logit, y), missed * missed / 2)


@given(z=st.lists(st.floats(-700, 700), min_size=3, max_size=3), label=st.integers(0, 2))
@example([60.0, 0.0, -5.0], 0)
def test_the_softmax_of_a_sure_and_right_answer_keeps_its_digits(z: list[float], label: int) -> None:
    logits, target = np.array([z]), one_hot(np.array([label]), 3)
    with mpmath.workdps(700):
        powers = [mpmath.exp(mpmath.mpf(one)) for one in z]
        p = [power / sum(powers) for power in powers]
        rest = sum(share for place, share in enumerate(p) if place != label)
        gap = 700  # the shift by the largest logit rounds, and e^ makes up to so much of that
        _close(SPARSE.logit_derivative(logits, target)[0, label], -rest, ulps=2 * gap)
        _close(softmax_jacobian(logits)[0, label, label], p[label] * rest, ulps=4 * gap)
        surprise = -mpmath.log(p[label])
        _close(-log_softmax(logits)[0, label], surprise, ulps=2 * gap)
        _close(SPARSE.logit_value(logits, target)[0], surprise, ulps=2 * gap)


BENDS: dict[str, Exact] = {
    "sigmoid": lambda z: -_sigmoid(z) * _sigmoid(-z) * mpmath.tanh(z / 2),
    "tanh": lambda z: -2 * mpmath.tanh(z) * mpmath.sech(z) ** 2,
    "softplus": lambda z: _sigmoid(z) * _sigmoid(-z),
    "elu": lambda z: mpmath.exp(z) if z <= 0 else mpmath.mpf(0),
    "selu": lambda z: mpmath.mpf(SELU_SCALE) * SELU_ALPHA * mpmath.exp(z) if z < 0 else mpmath.mpf(0),
    **{name: lambda z: mpmath.mpf(0) for name in ("linear", "relu", "leaky_relu", "hard_sigmoid", "step")},
}


@pytest.mark.parametrize("name", BENDS)
@given(z=anywhere)
@example(30.0)
@example(-30.0)
def test_second_derivatives_keep_their_digits_too(name: str, z: float) -> None:
    with mpmath.workdps(60):
        _close(ACTIVATIONS[name].second_derivative(np.array([z]))[0], BENDS[name](mpmath.mpf(z)))


@given(z=anywhere)
@example(30.0)
@example(-30.0)
@example(400.0)
def test_typed_formulas_keep_the_digits_of_their_slopes(z: float) -> None:
    slopes: dict[str, Exact] = {
        "tanh(x)": lambda z: mpmath.sech(z) ** 2,
        "sigmoid(x)": lambda z: _sigmoid(z) * _sigmoid(-z),
        "softplus(x)": _sigmoid,
        "sech(x)": lambda z: -mpmath.sech(z) * mpmath.tanh(z),
    }
    with mpmath.workdps(60):
        for text, slope in slopes.items():
            _close(surface_from(text).gradient((z, 0.0))[0], slope(mpmath.mpf(z)))


SINGLE = np.unique(
    np.concatenate([np.linspace(-12, 12, 49), [-103, -87, -60, -38, -30, -20, 20, 30, 38, 60, 87]])
).astype(np.float32)
SINGLE_LEAST = 1e-37
"""Below this float32 itself has fewer digits."""


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_single_precision_keeps_its_digits_over_the_whole_line_and_in_place(name: str) -> None:
    value, slope, terms = EXACT[name]
    terms_of_value: Exact = SUMS.get(name, lambda z: 0)
    rule = ACTIVATIONS[name]
    ways = [(rule.value(SINGLE), rule.derivative(SINGLE)), rule.value_and_derivative(SINGLE.copy())]
    with mpmath.workdps(60):
        for place, z in enumerate(map(mpmath.mpf, SINGLE.tolist())):
            for found, exact, size in (
                (0, value(z), terms_of_value(z)),
                (1, slope(z), terms(z)),
            ):
                # e^z of a rounded z: its last place weighs |z| places of the result
                allowed = (ULPS + abs(float(z)) / 2) * 2.0**-23 * max(abs(exact), size)
                for way in ways:
                    error = abs(mpmath.mpf(float(way[found][place])) - exact)
                    assert error <= max(allowed, SINGLE_LEAST), (float(z), float(way[found][place]))
