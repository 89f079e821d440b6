"""A real loss of one weight: a logistic unit that tells 1 from 7 by nothing but how much ink there is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from netlab.arrays import Array, Bytes
from netlab.landscape.neuron_surface import Data, NeuronFields, neuron_surface
from netlab.landscape.surface import Domain, Surface
from netlab.lessons.descent.one_weight import Curve

DIGITS = (1, 7)
EXAMPLES = 40
WINDOW = Domain(-4.0, 6.0, -4.0, 4.0)
START = (-3.0, -3.0)


@dataclass(frozen=True, eq=False)
class Ink:
    """Pictures of ones and sevens, and the one number that is known of each.

    Attributes
    ----------
    images : uint8 (n, 28, 28)
        The pictures.
    inputs : float64 (n,)
        How much ink each has: mean grey, less the mean of all, in standard deviations.
    targets : float64 (n,)
        1 for a seven, 0 for a one.
    """

    images: Bytes
    inputs: Array
    targets: Array


def ink_of(images: Bytes, labels: Bytes) -> Ink:
    """Take the first ones and sevens, and measure their ink.

    Parameters
    ----------
    images, labels
        uint8 (n, 28, 28) and (n,), among them at least ``EXAMPLES`` ones and sevens.

    Returns
    -------
    Ink
        ``EXAMPLES`` of them, in their order.
    """
    chosen = np.flatnonzero(np.isin(labels, DIGITS))[:EXAMPLES]
    grey = images[chosen].mean(axis=(1, 2)) / 255.0
    return Ink(images[chosen], (grey - grey.mean()) / grey.std(), (labels[chosen] == DIGITS[1]) * 1.0)


def ink_surface(ink: Ink) -> Surface:
    """The cross-entropy of the unit over its weight and its bias.

    Parameters
    ----------
    ink
        The examples.

    Returns
    -------
    Surface
        Its x is the weight, its y the bias.
    """
    found = neuron_surface("sigmoid", "cross-entropy", data=Data(ink.inputs, ink.targets))
    return replace(found, domain=WINDOW, start=START, title="1 or 7, by the ink")


def ink_fields(surface: Surface) -> NeuronFields:
    """The loss behind ``ink_surface``, of which batches are taken.

    Parameters
    ----------
    surface
        What ``ink_surface`` gave.

    Returns
    -------
    NeuronFields
        With its data.
    """
    assert isinstance(surface.fields, NeuronFields)
    return surface.fields


def ink_curve(surface: Surface) -> Curve:
    """The same loss over the weight alone, with bias 0.

    Parameters
    ----------
    surface
        What ``ink_surface`` gave.

    Returns
    -------
    Curve
        A loss of one weight.
    """
    latex = rf"-\tfrac{{1}}{{{EXAMPLES}}} \sum_i \ln p_i"
    return Curve("digits", "A real loss", latex, surface.fields, (-6.0, 8.0), -4.0)
