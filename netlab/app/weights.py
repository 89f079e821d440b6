"""Weights of networks for the browser, served by address: the browser fetches them once and keeps them.

The address holds a hash of what is in them. What was served last is kept in so many bytes; what was let go answers
404, and whoever wanted it does without.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import PurePosixPath

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from netlab.app.scripts import KEEP

FOLDER = "weights"
MOST_BYTES = 64 * 2**20

_served: OrderedDict[str, bytes] = OrderedDict()
_lock = threading.Lock()


def serve(name: str, content: bytes) -> str:
    """Serve the weights of a network; those that are served already are only kept longer.

    Parameters
    ----------
    name : str
        A hash of the content.
    content : bytes
        As ``netlab.drawing.browser_network`` makes them.

    Returns
    -------
    str
        The address, relative to the server's own.
    """
    with _lock:
        _served[name] = content
        _served.move_to_end(name)
        while sum(map(len, _served.values())) > MOST_BYTES and len(_served) > 1:
            _served.popitem(last=False)
    return f"{FOLDER}/{name}"


async def _weights(request: Request) -> Response:
    with _lock:
        content = _served.get(request.path_params["name"])
    if content is None:
        return PlainTextResponse("These weights are no longer here.", 404, {"cache-control": "no-store"})
    headers = {"cache-control": KEEP, "x-content-type-options": "nosniff"}
    return Response(content, headers=headers, media_type="application/octet-stream")


def routes() -> list[Route]:
    """Where the server answers with weights."""
    base = PurePosixPath("/", st.get_option("server.baseUrlPath").strip("/"))
    return [Route(str(base / FOLDER / "{name}"), _weights, methods=["GET"])]
