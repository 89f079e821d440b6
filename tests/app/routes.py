"""What the app answers at, and how each place answers to strangers, as one line of JSON; a program, so that no test's
process holds a server.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from app import app

HERE = b"localhost:8501"
FOREIGN = (
    (b"evil.example", None), (b"evil.example", b"http://evil.example"), (HERE, b"http://evil.example"), (HERE, b"null"),
)  # fmt: skip
"""Names of the server and pages that ask, of which one at least is none of ours."""
NOWHERE = (("GET", "/no/such/place"), ("WEBSOCKET", "/no/such/place"), ("PROPFIND", "/"))

Place = tuple[str, str]


def places(routes: Iterable[BaseRoute], before: str = "") -> Iterator[Place]:
    """Method and path of every route; of what is mounted whole the path alone."""
    for route in routes:
        if isinstance(route, WebSocketRoute):
            yield "WEBSOCKET", before + route.path
        elif isinstance(route, Route):
            yield from ((method, before + route.path) for method in sorted(route.methods or ()))
        elif isinstance(route, Mount) and route.routes:
            yield from places(route.routes, before + route.path)
        else:
            yield type(route).__name__.upper(), before + getattr(route, "path", "")


async def asked(server: Any, place: Place, host: bytes, origin: bytes | None) -> int | str:
    """The status of the answer, or what a websocket is told."""
    method, path = place
    kind = "websocket" if method == "WEBSOCKET" else "http"
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect" if kind == "websocket" else "http.request"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"host", host), *([] if origin is None else [(b"origin", origin)])]
    scope = {
        "type": kind, "method": method, "path": path, "raw_path": path.encode(), "query_string": b"", "headers": headers,
        "http_version": "1.1", "scheme": "http", "client": ("127.0.0.1", 5), "server": ("127.0.0.1", 8501), "root_path": "",
        "subprotocols": [],
    }  # fmt: skip
    await server(scope, receive, send)
    return str(sent[0]["type"]) if kind == "websocket" else int(sent[0]["status"])


async def told() -> dict[str, Any]:
    server = app._build_starlette_app()
    routes = list(places(server.routes))
    refused = {}
    for method, path in [*routes, *NOWHERE]:
        place = ("GET" if method == "MOUNT" else method, re.sub(r"{[^}]*}", "x", path) or "/")
        refused[" ".join(place)] = [await asked(server, place, *stranger) for stranger in FOREIGN]
    config = ("GET", "/_stcore/host-config")
    own = [await asked(server, config, HERE, origin) for origin in (None, b"http://" + HERE)]
    return {"routes": [" ".join(route) for route in routes], "refused": refused, "own": own}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(told())))
