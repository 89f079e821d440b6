"""A game: which weight would help most, if it alone might move a little? What each would bring is really tried."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netlab.arrays import Array
from netlab.formatting import plain
from netlab.lessons.backprop.small_network import Place, places, with_values
from netlab.nn.backpropagation import backward
from netlab.nn.mlp import Network, forward

NUDGE = 0.1
AHEAD = 1.3
"""The best weight of a round brings at least so many times as much as the second."""
MOST_SEEDS = 200


@dataclass(frozen=True)
class Round:
    """One round of the game.

    Attributes
    ----------
    network : Network
        Two inputs, two hidden units, one output.
    inputs, targets : floats (1, 2) and (1, 1)
        Its one example.
    helps : dict
        By how much the loss falls when that weight alone moves by ``NUDGE``, the better way; by the weight's key.
    """

    network: Network
    inputs: Array
    targets: Array
    helps: dict[str, float]

    @property
    def best(self) -> str:
        """Key of the weight that helps most."""
        return max(self.helps, key=lambda key: self.helps[key])

    def rank(self, key: str) -> int:
        """The place of a weight among all, from 1."""
        return 1 + sum(value > self.helps[key] for value in self.helps.values())


def helps(network: Network, inputs: Array, targets: Array, nudge: float = NUDGE) -> dict[str, float]:
    """Try each weight alone, both ways.

    Parameters
    ----------
    network : Network
        Layers and loss.
    inputs, targets : array
        A batch as for ``forward``.
    nudge : float
        How far a weight is moved.

    Returns
    -------
    dict
        By how much the mean loss falls at best, by the weight's key; biases are left out.
    """
    before = float(forward(network, inputs, targets).losses.mean())

    def after(place: Place, move: float) -> float:
        moved = with_values(network, {place.key: place.of(network.arrays) + move})
        return float(forward(moved, inputs, targets).losses.mean())

    return {
        place.key: before - min(after(place, nudge), after(place, -nudge))
        for place in places(network)
        if place.row is not None
    }


def drawn_round(seed: int) -> Round:
    """Draw a round whose best weight is clearly ahead.

    Parameters
    ----------
    seed : int
        Another seed is another round.

    Returns
    -------
    Round
        The first of the draws of this seed in which the best brings ``AHEAD`` times as much as the second.
    """
    for draw in range(MOST_SEEDS):
        generator = np.random.default_rng([seed, draw])
        arrays = [np.round(generator.uniform(-2, 2, shape), 1) for shape in ((2, 2), 2, (2, 1), 1)]
        network = Network.from_arrays(arrays, ("sigmoid", "sigmoid"), loss="quadratic")
        inputs = np.round(generator.uniform(-2, 2, (1, 2)), 1)
        targets = generator.integers(0, 2, (1, 1)).astype(float)
        found = Round(network, inputs, targets, helps(network, inputs, targets))
        first, second = sorted(found.helps.values(), reverse=True)[:2]
        if first > AHEAD * second and first > 1e-3:
            break
    return found


def verdict(played: Round, key: str) -> str:
    """Say how good a choice was, and why.

    Parameters
    ----------
    played : Round
        The round.
    key : str
        Key of the weight that was chosen.

    Returns
    -------
    str
        Markdown.
    """
    known = {place.key: place for place in places(played.network)}
    passed = forward(played.network, played.inputs, played.targets)
    slopes = backward(played.network, passed, played.targets).arrays
    best, chosen = known[played.best], known[key]

    def told(place: Place) -> str:
        assert place.row is not None
        entered = float(passed.activations[place.layer][0, place.row])
        return (
            f"{place.name}, moved by {plain(NUDGE)} the better way, lowers the loss by {plain(played.helps[place.key], 3)} "
            f"(its slope: {plain(place.of(slopes), 3)}; what came in through it: {plain(entered, 3)})"
        )

    if key == played.best:
        second = sorted(played.helps.values(), reverse=True)[1]
        return (
            f"**Right.** We tried it: {told(best)}. The second best lowers it by {plain(second, 3)}. A weight helps a lot if a "
            "large number came in through it, and if what it leads to matters a lot to the loss: its slope is the product of "
            "the two."
        )
    return (
        f"**Not the most: number {played.rank(key)} of {len(played.helps)}.** We tried it: {told(chosen)}. The most helpful is "
        f"**{best.name}**: {told(best)}."
    )
