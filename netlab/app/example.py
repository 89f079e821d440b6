"""Worked examples: moments that a figure shows by itself on opening, once in a tab, until the first touch.

They are served by address, as scripts are: a browser fetches them when they play, and no message carries them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from netlab.app.components import plain_figure
from netlab.app.gate import sendable
from netlab.app.scripts import serve

Moments = Callable[[], Sequence[tuple[str, Any]]]
"""A function of a module that gives each moment's sentence and what the figure shows: a ``plotly.graph_objects.Figure``,
or what a component of one's own is sent."""


@cache
def example(name: str, moments: Moments) -> Mapping[str, str]:
    """What a component is sent so that it can play an example; the moments are made once in a server's life.

    Parameters
    ----------
    name : str
        Of the example: a tab plays each once.
    moments : callable
        () → (sentence, figure) of each moment, from the first to the last. The sentence is plain text.

    Returns
    -------
    mapping
        For ``worked`` of ``netlab/app/assets/example.js``.

    Raises
    ------
    NotFiniteError
        If a number that is not finite stands where no hole can be.
    """
    told = [{"says": says, **_plain(figure)} for says, figure in moments()]
    return {
        "name": name,
        "address": serve("example", f"export default {json.dumps(sendable(told, name), allow_nan=False)};\n"),
    }


def _plain(figure: Any) -> Mapping[str, Any]:
    if isinstance(figure, Mapping):
        return figure
    plain = plain_figure(figure)
    return {"traces": plain["data"], "layout": plain["layout"]}
