"""Who is let in: requests for a name of this server, as long as the system has descriptors to answer with."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from netlab.app import streamlit_private
from netlab.app.answers import refuse
from netlab.app.hosts import Hosts
from netlab.processes import descriptors
from netlab.processes.sharing import Witness, witness

LOG = logging.getLogger(__name__)

NOT_HERE = "This server does not answer to that name. Open it as localhost, or start it with NETLAB_HOSTS set to the name."
FOREIGN = "Only this server's own pages may ask it."
TEXT = "This server is asked in bytes, not in text."
FULL = "The server has as many visitors as this machine's limit of open files allows. Try again in a minute."


class Door:
    """Refuses what is asked under a foreign name, and new visitors that the machine cannot bear.

    An ASGI application around another. It also tells the witness who asks.
    """

    def __init__(
        self,
        app: Any,
        hosts: Hosts,
        limit: int | None = None,
        origins: Iterable[str] = (),
        seen_by: Witness = witness,
    ) -> None:
        self._app, self._hosts, self._limit, self._witness = app, hosts, limit, seen_by
        self._origins = {origin.strip().rstrip("/").lower() for origin in origins}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Let a request in, or answer it with a sentence."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif not self._hosts.answers(header(scope, b"host")):
            await refuse(scope, receive, send, 403, NOT_HERE)
        elif not self._own_page(scope):
            await refuse(scope, receive, send, 403, FOREIGN)
        elif scope["type"] == "websocket" and self._full():
            await refuse(scope, receive, send, 503, FULL)
        else:
            names = {name.decode("latin-1").lower() for name, _ in scope["headers"]}
            self._witness.asked((scope.get("client") or (None,))[0], names)
            if scope["type"] == "websocket":
                receive, send = _in_bytes(receive, send)
            await self._app(scope, receive, send)

    def _own_page(self, scope: Any) -> bool:
        """Whether a request comes from a page of this server or a listed one, or from no page at all.

        Streamlit would ask a server elsewhere for this machine's address before it refuses; this does not.
        """
        if not any(name.lower() == b"origin" for name, _ in scope["headers"]):
            return True
        origin = (header(scope, b"origin") or "").lower()
        return origin in self._origins or _place(origin) == (header(scope, b"host") or "").lower()

    def _full(self) -> bool:
        """Whether one more visitor is too many, even after closed tabs were cleared away."""
        if not descriptors.scarce(self._limit):
            return False
        streamlit_private.clear_parked()
        if not descriptors.scarce(self._limit):
            return False
        LOG.warning(
            "No more visitors: %s open files are allowed. Raise the limit (ulimit -n 65536).", self._limit
        )
        return True


def _in_bytes(receive: Any, send: Any) -> tuple[Any, Any]:
    """The two ends of a websocket that is closed in a sentence when text comes, which Streamlit would take for a fault."""
    closed = False

    async def receive_bytes() -> Any:
        nonlocal closed
        message = await receive()
        if message["type"] != "websocket.receive" or message.get("bytes") is not None:
            return message
        LOG.warning("A visitor sent text where a page sends bytes, and was let go.")
        closed = True
        await send({"type": "websocket.close", "code": 1003, "reason": TEXT})
        return {"type": "websocket.disconnect", "code": 1003}

    async def send_while_open(message: Any) -> None:
        if not closed:
            await send(message)

    return receive_bytes, send_while_open


def header(scope: Any, name: bytes) -> str | None:
    """The one header of this name; None if there is none, or several."""
    found = [value for key, value in scope["headers"] if key.lower() == name]
    return found[0].decode("latin-1") if len(found) == 1 else None


def _place(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc or None
    except ValueError:
        return None
