"""A training small enough for a class that waits: fewer pictures and epochs, the same network."""

from __future__ import annotations

from dataclasses import replace

from netlab.formatting import counted
from netlab.nets.spec import NetworkSpec

IMAGES, EPOCHS = 10_000, 2


def class_size(spec: NetworkSpec) -> NetworkSpec | None:
    """The same network in the size of a class.

    Parameters
    ----------
    spec : NetworkSpec

    Returns
    -------
    NetworkSpec or None
        None if it is that small already.
    """
    images = IMAGES if spec.train_examples is None else min(IMAGES, spec.train_examples)
    small = replace(spec, train_examples=images, epochs=min(EPOCHS, spec.epochs))
    return None if small == spec else small


def offer(small: NetworkSpec, seconds: float | None) -> str:
    """What the button says that makes a training so small.

    Parameters
    ----------
    small : NetworkSpec
        As ``class_size`` gives it.
    seconds : float or None
        How long it takes; None if that is not known.

    Returns
    -------
    str

    Examples
    --------
    >>> offer(class_size(NetworkSpec()), 3.2)
    'Make it class size: 10,000 images, 2 epochs, about 3 s'
    """
    took = "a few seconds" if seconds is None else f"about {max(1, round(seconds))} s"
    return f"Make it class size: {small.train_examples:,} images, {counted(small.epochs, 'epoch')}, {took}"
