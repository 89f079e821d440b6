"""Repeat a run, or two, over several seeds: how much of a difference is chance.

A seed draws the initial weights, the order of the pictures and the dropout. Two runs of one seed share them, so their
difference is taken seed by seed, and Student's t says how far its mean may lie from where it is.

References
----------
Student, "The probable error of a mean", Biometrika 6, 1908.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from netlab.experiments.comparing.driver import Listed, Proposal
from netlab.experiments.comparing.record import Member
from netlab.formatting import counted, difference, percent, plain
from netlab.nets.spec import NetworkSpec

FEWEST, MOST = 3, 20
SURE = 0.95
LARGEST_SEED = 2**31 - 1


def plan(one: NetworkSpec, other: NetworkSpec | None, seeds: int) -> Listed:
    """A run, or two, over so many seeds, from the first one's own seed on; both runs of a seed follow each other.

    Parameters
    ----------
    one, other : NetworkSpec
        What is repeated; the other is None for a run alone.
    seeds : int
        How many.

    Returns
    -------
    Listed
    """
    first = min(one.seed, LARGEST_SEED - seeds)
    parts = {"A": one} if other is None else {"A": one, "B": other}
    return Listed(
        Proposal(replace(spec, seed=seed), {"part": part, "seed": seed})
        for seed in range(first, first + seeds)
        for part, spec in parts.items()
    )


@dataclass(frozen=True)
class Interval:
    """A mean with its 95 % interval by Student's t.

    Attributes
    ----------
    count : int
        Of the numbers.
    mean, deviation : float
        Their mean and their standard deviation (with n − 1).
    low, high : float
        Ends of the interval; NaN for fewer than two numbers.
    p : float
        How often chance alone, were the true mean 0, would give a mean at least as far from 0; NaN where the numbers do
        not vary.
    """

    count: int
    mean: float
    deviation: float
    low: float
    high: float
    p: float

    @property
    def leaves_out_zero(self) -> bool:
        """Whether 0 lies outside."""
        return self.low > 0 or self.high < 0


def interval(values: Sequence[float]) -> Interval:
    """The mean of some numbers with its interval.

    Parameters
    ----------
    values : sequence of float, shape (n,)
        At least one.

    Returns
    -------
    Interval
    """
    from scipy.special import stdtr, stdtrit  # the server begins without it

    numbers = np.asarray(values, np.float64)
    count, mean = len(numbers), float(numbers.mean())
    if count < 2:
        return Interval(count, mean, math.nan, math.nan, math.nan, math.nan)
    deviation = float(numbers.std(ddof=1))
    error = deviation / math.sqrt(count)
    reach = float(stdtrit(count - 1, (1 + SURE) / 2)) * error
    p = float(2 * stdtr(count - 1, -abs(mean) / error)) if error else math.nan
    return Interval(count, mean, deviation, mean - reach, mean + reach, p)


Outcomes = dict[str, dict[int, float]]
"""For each part ("A", "B") the accuracy by seed."""


def outcomes(members: Sequence[Member], measure: str) -> Outcomes:
    """What the runs of an experiment that came to their end reached.

    Parameters
    ----------
    members : sequence of Member
    measure : str
        "validation" or "test".

    Returns
    -------
    dict of str to dict of int to float
        Accuracies, as shares, by part and seed.
    """
    found: Outcomes = {}
    for member in members:
        reached = member.test if measure == "test" else member.validation
        part, seed = member.values.get("part"), member.values.get("seed")
        if member.state == "done" and reached is not None and part in ("A", "B") and isinstance(seed, int):
            found.setdefault(str(part), {})[seed] = reached
    return found


def paired(found: Mapping[str, Mapping[int, float]]) -> dict[int, float]:
    """B less A, for each seed of which both have ended.

    Parameters
    ----------
    found : mapping
        Of ``outcomes``.

    Returns
    -------
    dict of int to float
    """
    one, other = found.get("A", {}), found.get("B", {})
    return {seed: other[seed] - one[seed] for seed in sorted(one.keys() & other.keys())}


def spread_sentence(found: Mapping[int, float], name: str = "It") -> str:
    """How far one network's runs lie apart.

    Parameters
    ----------
    found : mapping of int to float
        Accuracies by seed.
    name : str
        What the sentence calls it.

    Returns
    -------
    str
        Empty without a run.
    """
    if not found:
        return ""
    values = list(found.values())
    if len(values) < FEWEST:
        return f"{name}: {counted(len(values), 'seed')} so far, too few to tell its spread; {FEWEST} are the least."
    spread = interval(values)
    if not spread.deviation:
        return f"{name}: the same {percent(spread.mean, 2)} with all {len(values)} seeds."
    return (
        f"{name}: on average {percent(spread.mean, 2)} over {len(values)} seeds, from {percent(min(values), 2)} to "
        f"{percent(max(values), 2)}; 95 % interval of the mean {percent(max(spread.low, 0.0), 2)} to "
        f"{percent(min(spread.high, 1.0), 2)} (Student's t, {len(values) - 1} degrees of freedom)."
    )


def difference_sentence(differences: Mapping[int, float], change: str = "B") -> str:
    """Whether a difference is more than the seeds make.

    Parameters
    ----------
    differences : mapping of int to float
        B less A by seed, of ``paired``.
    change : str
        What the sentence calls the change.

    Returns
    -------
    str
        Which test, how many seeds, the interval, and whether it leaves out 0; empty without a pair.
    """
    if not differences:
        return ""
    values = list(differences.values())
    if len(values) < FEWEST:
        return f"{counted(len(values), 'pair')} so far, too few to tell a difference from chance; {FEWEST} are the least."
    found = interval(values)
    head = f"{change}: {_points(found.mean)} on average over {len(values)} seeds."
    if not found.deviation:
        return f"{head} It is the same with every seed, so there is no spread to measure it by."
    test = (
        f"{head} The 95 % interval is {_bare(found.low)} to {_points(found.high)} (Student's t on the differences paired by "
        f"seed, {len(values) - 1} degrees of freedom, p = {plain(found.p, 2)})."
    )
    if found.leaves_out_zero:
        return (
            f"{test} The interval leaves out 0: if the change had no effect, a difference as large as this would be seen in "
            f"{percent(found.p, 1 if found.p >= 0.001 else 3)} of such experiments."
        )
    return (
        f"{test} The interval holds 0: seeds alone can make a difference like this, so these runs do not tell which is "
        "better. More seeds make the interval narrower."
    )


def _points(share: float) -> str:
    return f"{_bare(share)} points"


def _bare(share: float) -> str:
    """Points without their name, to the second place where the first would be 0."""
    return difference(100 * share, 1 if abs(share) >= 0.001 else 2) if share else "0.0"


def counts_sentence(differences: Mapping[int, float]) -> str:
    """With how many seeds B is the better.

    Parameters
    ----------
    differences : mapping of int to float
        B less A by seed.

    Returns
    -------
    str
        Empty without a pair.
    """
    if not differences:
        return ""
    better = sum(value > 0 for value in differences.values())
    same = sum(value == 0 for value in differences.values())
    told = f"B is better with {better} of {counted(len(differences), 'seed')}."
    return f"{told} It is as good with {same}." if same else told
