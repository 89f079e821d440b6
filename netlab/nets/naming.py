"""What pictures and scores are called: a shirt is no digit, and held-back digits are no test digits."""

from __future__ import annotations

import re

from netlab.formatting import counted
from netlab.nets.spec import MNIST, TEST, NetworkSpec

TITLES = {
    MNIST: "MNIST",
    "fashion-mnist": "Fashion-MNIST",
    "kmnist": "KMNIST",
    "emnist-digits": "EMNIST digits",
}
"""Data sets that are known by their name, as their makers write it."""
_UPLOADED = re.compile(r"u[0-9a-f]{8}-(?=.)")


def plain_name(data: str) -> str:
    """The name that a data set's file had: an uploaded one has a mark of its content before it.

    Parameters
    ----------
    data : str
        A data set's name, as ``NetworkSpec.data`` has it.

    Returns
    -------
    str
        "fashion-mnist" for "u1a2b3c4d-fashion-mnist".
    """
    return _UPLOADED.sub("", data, count=1)


def data_title(data: str) -> str:
    """A data set's name for people.

    Parameters
    ----------
    data : str
        A data set's name, as ``NetworkSpec.data`` has it.

    Returns
    -------
    str
        "Fashion-MNIST"; the name itself where it is not known.
    """
    name = plain_name(data)
    return TITLES.get(name, name)


def reads_digits(spec: NetworkSpec) -> bool:
    """Whether a network learns the ten digits, so that a drawn 7 may be shown to it.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained.

    Returns
    -------
    bool
        True for MNIST, and for data sets whose name ends in "digits".
    """
    return spec.data == MNIST or plain_name(spec.data).endswith("digits")


def pictures(spec: NetworkSpec) -> str:
    """What the pictures that a network learns from are called.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained.

    Returns
    -------
    str
        "digits" or "pictures".
    """
    return "digits" if reads_digits(spec) else "pictures"


def validation_name(spec: NetworkSpec) -> str:
    """What a training validates on, for curves, counters and sentences.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained.

    Returns
    -------
    str
        "test digits", "held-back digits", "test pictures" or "held-back pictures".
    """
    if spec.validation == TEST:
        return tested_on(spec)
    return "held-back digits" if reads_digits(spec) else "held-back pictures"


def tested_on(spec: NetworkSpec) -> str:
    """What a finished network is tested on.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained.

    Returns
    -------
    str
        "test digits" or "test pictures".
    """
    return "test digits" if reads_digits(spec) else "test pictures"


def shape(spec: NetworkSpec) -> str:
    """The sizes of a network's layers, from the picture to the answers.

    Parameters
    ----------
    spec : NetworkSpec
        The network.

    Returns
    -------
    str
        With arrows between.

    Examples
    --------
    >>> shape(NetworkSpec())
    '784 → 512 → 10'
    """
    convolutions = [counted(layer.filters, "filter") for layer in spec.convolutions]
    return " → ".join(["784", *convolutions, *(str(layer.units) for layer in spec.layers), "10"])
