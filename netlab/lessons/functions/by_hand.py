"""A sum that a reader builds by hand: hinges, steps or bumps, each with a place and a height, and where it starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from netlab.arrays import Array
from netlab.formatting import plain
from netlab.lessons.functions.bumps import BUMPS, bump_layer
from netlab.lessons.functions.hand_constructions import HAND_CONSTRUCTIONS, HandConstruction, OneHiddenLayer

RULES: dict[str, HandConstruction] = {**HAND_CONSTRUCTIONS, BUMPS.name: BUMPS}
"""How to place hinges ("relu"), steps ("sigmoid") and bumps ("bump") without trying."""


@dataclass(frozen=True)
class ByHand:
    """What the sliders say.

    Attributes
    ----------
    kind : str
        A key of ``RULES``.
    places, heights : array, (K,)
        Where each hinge or step starts, or each bump has its middle; by how much a hinge turns the line, a step
        climbs, or how high a bump is.
    offset : float
        c, where the sum starts.
    steepness, width : float
        The weight of x in every step, and how wide every bump is.
    """

    kind: str
    places: Array
    heights: Array
    offset: float
    steepness: float = 1.0
    width: float = 0.5

    def network(self) -> OneHiddenLayer:
        """The same as one hidden layer; a bump is two of its units."""
        if self.kind == BUMPS.name:
            return bump_layer(self.places, self.heights, self.width, self.steepness, self.offset)
        inner = np.full(len(self.places), self.steepness if self.kind == "sigmoid" else 1.0)
        return OneHiddenLayer(inner, -inner * self.places, self.heights, np.asarray(self.offset), self.kind)


def weights_table(network: OneHiddenLayer) -> list[dict[str, Any]]:
    """Every weight of a network with one hidden layer, a row a unit: the weight of x, the bias, the weight to the output.

    Parameters
    ----------
    network : OneHiddenLayer
        One network, arrays (K,).

    Returns
    -------
    list of dict
        K rows.
    """
    rows = zip(network.inner, network.shifts, network.outer, strict=True)
    return [
        {
            "unit": f"{place}",
            "weight w of x": plain(weight),
            "bias b": plain(bias),
            "starts at −b/w": plain(-bias / weight),
            "weight v to the output": plain(outer),
        }
        for place, (weight, bias, outer) in enumerate(rows, 1)
    ]
