"""Each step sees a few examples, drawn anew: the slope that it gets is right on average only (Robbins and Monro, 1951)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlab.landscape.neuron_surface import NeuronFields
from netlab.landscape.surface import Surface


@dataclass(frozen=True)
class Batches:
    """How batches are drawn: so many examples a step, each at most once, independently of the steps before.

    A training deals its examples out epoch by epoch instead, so that each is seen once before any is seen again.
    """

    size: int
    seed: int = 0

    def rows(self, examples: int, steps: int) -> NDArray[np.intp]:
        """Which examples each step of one walk sees.

        Parameters
        ----------
        examples
            How many there are.
        steps
            How many steps, at least 1.

        Returns
        -------
        array
            (steps, size), numbers from 0; the first rows are the same however many steps there are.

        Raises
        ------
        ValueError
            If a batch would be empty or larger than the data.
        """
        if not 1 <= self.size <= examples:
            raise ValueError(f"A batch has from 1 to {examples} examples here; got {self.size}.")
        order = np.tile(np.arange(examples), (steps, 1))
        return np.random.default_rng(self.seed).permuted(order, axis=1)[:, : self.size]

    def seen(self, fields: NeuronFields, steps: int) -> list[NeuronFields]:
        """The loss that each step of one walk sees.

        Parameters
        ----------
        fields
            The loss on all examples.
        steps
            How many steps, at least 1.

        Returns
        -------
        list
            One loss for each step, as ``descend`` takes it.

        Raises
        ------
        ValueError
            If a batch would be empty or larger than the data.
        """
        return [fields.of(rows) for rows in self.rows(len(fields.data.inputs), steps)]


def fields_with_data(surface: Surface) -> NeuronFields:
    """The loss of a surface that has examples.

    Parameters
    ----------
    surface
        A model's loss.

    Returns
    -------
    NeuronFields
        With its data.

    Raises
    ------
    ValueError
        If the surface is a formula, which no examples belong to.
    """
    if not isinstance(surface.fields, NeuronFields):
        raise ValueError(
            f"{surface.title} is a formula: it has no examples, so there is nothing to draw batches from."
        )
    return surface.fields


def examples_of(surface: Surface) -> int:
    """How many examples a surface is the mean loss of.

    Parameters
    ----------
    surface
        A model's loss.

    Returns
    -------
    int
        At least 2.

    Raises
    ------
    ValueError
        If the surface has no data.
    """
    return len(fields_with_data(surface).data.inputs)
