"""The networks that come with Netlab, so that drawing works at the first visit, offline too.

Beside each file stands a record: the command that trained it, its seed, its data and its accuracy.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from netlab.nets import weight_file
from netlab.nets.spec import NetworkSpec

FOLDER = Path(__file__).parent / "weights"
SHIPPED = {"article": "the article's network", "convolutional": "the small convolutional network"}


@lru_cache(maxsize=len(SHIPPED))
def load(name: str = "article") -> tuple[NetworkSpec, weight_file.Weights]:
    """Spec and weights of a shipped network.

    Parameters
    ----------
    name : str
        A file of ``weights/`` without its ending.

    Returns
    -------
    tuple of NetworkSpec and dict
        The network, and float32 arrays by Keras's names.

    Raises
    ------
    netlab.nets.weight_file.WeightsError
        If the file is missing or damaged: the installation is not whole.
    """
    return weight_file.read(FOLDER / f"{name}.npz")


def record(name: str = "article") -> dict[str, Any]:
    """How it was trained: command, seed, data source, accuracy.

    Parameters
    ----------
    name : str
        A file of ``weights/`` without its ending.

    Returns
    -------
    dict
        The JSON object that was written when it was trained.
    """
    return dict(json.loads((FOLDER / f"{name}.json").read_text("utf-8")))
