"""The worked example of loss: one logit goes from a wrong answer to the right one, and two losses judge it."""

from __future__ import annotations

from typing import Any

import numpy as np

from netlab.formatting import plain
from netlab.lessons.loss.figures import two_losses
from netlab.lessons.loss.two_losses import compare

LOGITS = np.linspace(-10, 10, 161)
PLACES = (-5.0, -2.0, 0.0, 2.0, 5.0)


def towards_the_answer() -> list[tuple[str, Any]]:
    """The moments of the example.

    Returns
    -------
    list of (str, plotly.graph_objects.Figure)
        A sentence with both losses, and where they lie on their curves.
    """
    curve, told = compare(LOGITS, 1), []
    for z in PLACES:
        here = compare(np.array([z]), 1)
        says = (
            f"The answer is yes, and at logit {plain(z)} the unit says so with {plain(here.predictions[0], 2)}. The quadratic loss is "
            f"{plain(here.quadratic[0], 2)}, the cross-entropy {plain(here.cross_entropy[0], 2)}."
        )
        told.append((says, two_losses(curve, here, tangents=False)))
    return told
