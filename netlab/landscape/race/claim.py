"""A claim put to the test: that one optimizer finds the lowest minimum from the most starts (Dupont, 2018, of Adam)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from netlab.arrays import Array
from netlab.formatting import counted, percent
from netlab.landscape.descent.batch import Party, walk_together
from netlab.landscape.surface import Surface
from netlab.nn.optimizers import OPTIMIZERS, Optimizer

CLAIMED = "adam"
RATES = 13
"""As many rates are tried for each optimizer, a factor of about 1.8 apart, round the one that suits it here."""
LEVEL = 0.02
"""Shares no farther apart than this are level: so many starts lie on the borders of basins."""


@dataclass(frozen=True, eq=False)
class Census:
    """From which share of starts each optimizer reaches the lowest minimum.

    Attributes
    ----------
    best
        At the best rate for this very question, by the optimizer's key, most first.
    rates
        That rate.
    default
        At Keras's default rate; those that Keras does not have are left out.
    starts, steps
        How many of each.
    lowest
        How many minima are the lowest.
    minima
        How many there are.
    """

    best: Mapping[str, float]
    rates: Mapping[str, float]
    default: Mapping[str, float]
    starts: int
    steps: int
    lowest: int
    minima: int


def census(
    surface: Surface, *, steps: int, along: int, among: Mapping[str, Optimizer] = OPTIMIZERS
) -> Census | None:
    """Walk every optimizer from a grid of starts at many rates.

    Parameters
    ----------
    surface
        The loss.
    steps
        How many updates, at least 1.
    along
        Starts along each axis of the window, at least 2.
    among
        The optimizers by their keys; all run without decay of the weights.

    Returns
    -------
    Census or None
        None where no minimum is known.

    Raises
    ------
    ValueError
        If ``along`` is below 2.
    """
    if along < 2:
        raise ValueError(f"There must be at least 2 starts along each axis; got {along}.")
    if not surface.minima:
        return None
    places = lowest_places(surface)
    starts = surface.domain.grid(along).astype(np.float32)
    best: dict[str, float] = {}
    rates: dict[str, float] = {}
    default: dict[str, float] = {}
    for key, optimizer in among.items():
        tried = _tried(surface, optimizer)
        shares = _shares(surface, optimizer.with_settings(weight_decay=0.0), starts, tried, steps, places)
        if optimizer.keras_learning_rate is not None:
            default[key] = float(shares[-1])
            tried, shares = tried[:-1], shares[:-1]
        place = int(np.argmax(shares))
        best[key], rates[key] = float(shares[place]), float(tried[place])
    order = sorted(best, key=lambda key: -best[key])
    return Census(
        {key: best[key] for key in order},
        rates,
        default,
        len(starts),
        steps,
        len(places),
        len(surface.minima),
    )


def lowest_places(surface: Surface) -> Array:
    """Where a surface is lowest.

    Parameters
    ----------
    surface
        A loss with minima.

    Returns
    -------
    array
        float64, (n, 2): all minima that are as low as the lowest.
    """
    floor = surface.minima[0].value
    return np.array([one.point for one in surface.minima if one.value <= floor + 1e-9 * max(1.0, abs(floor))])


def _tried(surface: Surface, optimizer: Optimizer) -> Array:
    """Rates round the one that suits an optimizer here, and last Keras's default, if there is one."""
    suited = optimizer.starting_rate.on(surface.learning_rate, surface.domain.diagonal)
    own = suited * np.logspace(-1.5, 1.5, RATES)
    default = optimizer.keras_learning_rate
    return own if default is None else np.append(own, default)


def _shares(
    surface: Surface, optimizer: Optimizer, starts: Array, rates: Array, steps: int, places: Array
) -> Array:
    """The share of starts that come to one of the places, for each rate."""
    party = Party(optimizer, np.tile(starts, (len(rates), 1)), np.repeat(rates, len(starts)))
    ends = walk_together(surface, [party], steps, np.float32).astype(np.float64)
    with np.errstate(invalid="ignore"):
        away = np.hypot(*(ends[:, None, :] - places).transpose(2, 0, 1)).min(axis=1)
        reached = away <= surface.domain.diagonal / 50
    share: Array = reached.reshape(len(rates), -1).mean(axis=1)
    return share


def claim_told(found: Census, claimed: str = CLAIMED) -> str:
    """Whether the claim holds here.

    Parameters
    ----------
    found
        The shares.
    claimed
        The optimizer that it is made of.

    Returns
    -------
    str
        Sentences, Markdown, each of which the numbers bear.
    """
    name, first = OPTIMIZERS[claimed].title, next(iter(found.best))
    most, own = found.best[first], found.best[claimed]
    ahead = [key for key, share in found.best.items() if share > own + LEVEL]
    level = [key for key, share in found.best.items() if abs(share - own) <= LEVEL and key != claimed]
    if most == 0.0:
        return f"Nobody reaches the lowest minimum from any of {counted(found.starts, 'start')}: take more steps."
    if ahead:
        verdict = (
            f"**It does not hold here.** {OPTIMIZERS[first].title} reaches the lowest minimum from the most starts, {percent(most, 0)}; "
            f"{name} from {percent(own, 0)}, behind {len(ahead)} of {len(found.best) - 1} others."
        )
    elif level:
        verdict = (
            f"**It holds only half.** {name} reaches the lowest minimum from {percent(own, 0)} of the starts, and nobody from clearly more; but "
            f"{_listed(level)} do{'es' * (len(level) == 1)} as well, to two in a hundred."
        )
    else:
        verdict = f"**It holds here.** {name} reaches the lowest minimum from {percent(own, 0)} of the starts, more than any other."
    return " ".join(filter(None, (verdict, _all_lowest(found), _by_default(found, claimed))))


def _all_lowest(found: Census) -> str:
    """That the claim asks little where every minimum is a lowest one."""
    if found.minima > found.lowest:
        return ""
    if found.minima == 1:
        return "There is only one minimum here, so nothing tempts a walk away from it."
    return f"All {found.minima} minima here are equally low, so to reach any of them is enough."


def _listed(keys: list[str]) -> str:
    names = [OPTIMIZERS[key].title for key in keys]
    return (
        names[0]
        if len(names) == 1
        else f"{len(names)} others ({', '.join(names[:4])}{'…' * (len(names) > 4)})"
    )


def _by_default(found: Census, claimed: str) -> str:
    if not found.default or claimed not in found.default:
        return ""
    first = max(found.default, key=found.default.__getitem__)
    own, most = found.default[claimed], found.default[first]
    begins = f"At Keras's default rates {OPTIMIZERS[claimed].title} would reach it from {percent(own, 0)}"
    if most <= own + LEVEL:
        return f"{begins}, nobody from clearly more."
    return (
        f"{begins}, {OPTIMIZERS[first].title} from {percent(most, 0)}: who wins is also a matter of the rate."
    )


def claim_alt(found: Census) -> str:
    """What the picture of the shares shows now.

    Parameters
    ----------
    found
        The shares.

    Returns
    -------
    str
        For those who do not see it.
    """
    shares = [
        f"{OPTIMIZERS[key].title} does so from {percent(share, 0)}." for key, share in found.best.items()
    ]
    return " ".join(
        [
            f"The share of {counted(found.starts, 'start')} from which each optimizer reaches the lowest minimum, at the best rate for that.",
            *shares,
        ]
    )
