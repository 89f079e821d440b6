"""A loss says how wrong a prediction is, and its derivative says which way is better.

Derivatives are with respect to the prediction (what leaves the output unit) or to the logit (its pre-activation z);
the second is where cross-entropy shows its worth.

One row in a family's file, and one TensorFlow function in ``netlab/training/compiled_loop.py`` where Train offers it,
add a loss; menus, addresses, flags, scripts and tests follow.
"""

from __future__ import annotations

from netlab.nn.losses import cross_entropy, distance
from netlab.nn.losses.base import KerasLoss, Loss, one_hot
from netlab.nn.place import Place, shown_in

__all__ = ["LOSSES", "KerasLoss", "Loss", "loss_behind", "loss_named", "one_hot"]

LOSSES: dict[str, Loss] = {row.key: row for row in (*cross_entropy.ROWS, *distance.ROWS)}


def loss_named(key: str) -> Loss:
    """The row of a key.

    Parameters
    ----------
    key : str
        A key of ``LOSSES``.

    Returns
    -------
    Loss
        Its row.

    Raises
    ------
    ValueError
        If there is no such loss.
    """
    if key not in LOSSES:
        raise ValueError(f"{key!r} is not a loss. Choose from {', '.join(LOSSES)}.")
    return LOSSES[key]


def loss_behind(family: str, output: str) -> Loss:
    """The row of a family that fits an output activation, among those of the lessons' networks.

    Cross-entropy is binary behind a sigmoid and categorical behind a softmax; the quadratic loss takes any output.

    Parameters
    ----------
    family : str
        "quadratic", "cross_entropy" or another family that lessons offer.
    output : str
        Name of the output layer's activation.

    Returns
    -------
    Loss
        The row for this output, or the family's first where any output will do.

    Raises
    ------
    ValueError
        For an unknown family, or cross-entropy of what is no probability.
    """
    offered = shown_in(LOSSES, Place.LESSONS).values()
    rows = [row for row in offered if row.family == family]
    if not rows:
        families = dict.fromkeys(row.family for row in offered)
        raise ValueError(f"loss must be {' or '.join(families)}; got {family!r}.")
    fitting = [row for row in rows if row.output == output]
    if not fitting and family == "cross_entropy":
        raise ValueError(
            f"cross_entropy needs a sigmoid or softmax output; got {output}. Use loss='quadratic'."
        )
    return (fitting or rows)[0]
