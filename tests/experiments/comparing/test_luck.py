"""Means, intervals and paired differences, held to scipy's tests and to closed forms; what is said in every state."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from netlab.experiments.comparing import luck
from netlab.nets.spec import NetworkSpec
from tests.experiments.comparing.made import ended

shares = st.lists(st.integers(0, 10_000).map(lambda whole: whole / 10_000), min_size=3, max_size=20)


@given(shares, shares)
def test_paired_differences_are_scipy_s_paired_t_test(first: list[float], second: list[float]) -> None:
    count = min(len(first), len(second))
    pairs = luck.paired({"A": dict(enumerate(first[:count])), "B": dict(enumerate(second[:count]))})
    found = luck.interval(list(pairs.values()))
    if found.deviation < 1e-9:
        return
    theirs = stats.ttest_rel(second[:count], first[:count])
    reach = theirs.confidence_interval(0.95)
    assert found.p == pytest.approx(theirs.pvalue, rel=1e-9)
    assert [found.low, found.high] == pytest.approx([reach.low, reach.high], abs=1e-12)


def test_the_interval_of_three_numbers_in_closed_form() -> None:
    """With two degrees of freedom t has one: its quantile at 0.975 is 0.95 · sqrt(2 / (1 − 0.95²))."""
    found = luck.interval([1.0, 2.0, 3.0])
    quantile = 0.95 * math.sqrt(2 / (1 - 0.95**2))
    assert found.high - found.mean == pytest.approx(quantile / math.sqrt(3))
    assert (found.mean, found.deviation) == (2.0, 1.0)


def test_the_interval_holds_the_truth_in_95_of_100_experiments() -> None:
    rng = np.random.default_rng(3)
    held = [not luck.interval(rng.normal(0, 1, 5).tolist()).leaves_out_zero for _ in range(2000)]
    assert 0.935 < np.mean(held) < 0.965


def test_one_number_has_no_interval_and_equal_ones_have_no_p() -> None:
    assert math.isnan(luck.interval([0.5]).low)
    same = luck.interval([0.25, 0.25, 0.25])
    assert same.deviation == 0
    assert math.isnan(same.p)


def test_only_seeds_of_which_both_have_ended_are_paired() -> None:
    members = [
        ended(0.5, part="A", seed=1), ended(0.6, part="B", seed=1), ended(0.7, part="A", seed=2), ended(0.9, "died", part="B", seed=2),
        ended(None, part="B", seed=3), ended(0.9, part="C", seed=1), ended(0.9, part="A", seed="x"),
    ]  # fmt: skip
    found = luck.outcomes(members, "validation")
    assert found == {"A": {1: 0.5, 2: 0.7}, "B": {1: 0.6}}
    assert luck.paired(found) == {1: pytest.approx(0.1)}
    assert luck.outcomes([ended(0.5, test=0.4, part="A", seed=1)], "test") == {"A": {1: 0.4}}


def told(*values: float) -> str:
    return luck.difference_sentence(dict(enumerate(values)), "Dropout 0 → 0.2")


def test_too_few_pairs_say_so_and_none_says_nothing() -> None:
    assert told() == ""
    assert told(0.1) == "1 pair so far, too few to tell a difference from chance; 3 are the least."
    assert "too few" in told(0.1, 0.1)
    assert "too few" not in told(0.1, 0.11, 0.12)


def test_a_difference_beyond_chance_states_test_seeds_interval_and_zero() -> None:
    sentence = told(0.010, 0.013, 0.011, 0.014)
    assert sentence.startswith(
        "Dropout 0 → 0.2: +1.2 points on average over 4 seeds. The 95 % interval is +0.9 to +1.5 points"
    )
    assert "Student's t on the differences paired by seed, 3 degrees of freedom, p = " in sentence
    assert "leaves out 0" in sentence
    assert "prove" not in sentence


def test_a_difference_within_chance_claims_nothing() -> None:
    sentence = told(0.02, -0.01, 0.005)
    assert "holds 0" in sentence
    assert "leaves out" not in sentence
    assert "do not tell which is better" in sentence


def test_equal_differences_have_no_spread() -> None:
    assert "no spread" in told(0.25, 0.25, 0.25)
    assert "0.0 points" in told(0.0, 0.0, 0.0)


def test_the_spread_of_one_network() -> None:
    assert luck.spread_sentence({}) == ""
    assert "too few" in luck.spread_sentence({1: 0.9, 2: 0.8}, "A")
    sentence = luck.spread_sentence({1: 0.9, 2: 0.92, 3: 0.94}, "A").replace("\xa0", " ")
    assert sentence.startswith(
        "A: on average 92.00 % over 3 seeds, from 90.00 % to 94.00 %; 95 % interval of the mean 87.03 % to 96.97 %"
    )
    assert "the same 90.00 % with all 3 seeds" in luck.spread_sentence({1: 0.9, 2: 0.9, 3: 0.9}).replace(
        "\xa0", " "
    )


def test_a_plan_trains_both_of_a_seed_after_each_other() -> None:
    one, other = NetworkSpec(seed=5), NetworkSpec(dropout=0.0)
    plan, order = luck.plan(one, other, 3), []
    while (asked := plan.ask()) is not None:
        assert asked.spec is not None
        order.append((asked.values["part"], asked.spec.seed, asked.spec.dropout))
    assert order == [("A", 5, 0.2), ("B", 5, 0.0), ("A", 6, 0.2), ("B", 6, 0.0), ("A", 7, 0.2), ("B", 7, 0.0)]
    assert luck.plan(one, None, 20).total == 20
    last = luck.plan(NetworkSpec(seed=2**31 - 1), None, 20)  # seeds end there
    assert all(last.ask() is not None for _ in range(20))


def test_how_often_b_is_better() -> None:
    assert luck.counts_sentence({}) == ""
    assert (
        luck.counts_sentence({1: 0.1, 2: 0.0, 3: -0.1})
        == "B is better with 1 of 3 seeds. It is as good with 1."
    )
