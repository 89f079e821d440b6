"""The secret that a browser keeps so that its runs are its own: a cookie that no script and no link ever sees.

Each is given under a name of its own, so that two tabs that come first at the same moment take nothing from each other:
the browser then holds both, and both are its. A browser that is to hold those of another one, too, fetches them by a
ticket, which is good once and for a minute.
"""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import streamlit as st
from starlette.requests import Request, cookie_parser
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

FOLDER = "keys"
NAME = "netlab_key_"
MOST = 12
"""Secrets that one browser may hold."""
KEEP_SECONDS = 400 * 24 * 3600  # as long as browsers keep a cookie at most
TICKET_SECONDS = 60.0
MOST_TICKETS = 500
_NAME = re.compile(rf"{NAME}[0-9a-f]{{8}}[0-9a-f]{{8}}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


def new_secret() -> str:
    """A secret of 256 random bits."""
    return secrets.token_urlsafe(32)


def is_secret(word: object) -> bool:
    """Whether something has the form of a secret.

    Parameters
    ----------
    word : object
        Anything that a browser or a file says.

    Returns
    -------
    bool
    """
    return isinstance(word, str) and _SECRET.fullmatch(word) is not None


def held(cookies: Mapping[str, str]) -> list[str]:
    """The secrets among a browser's cookies; whatever else it sends is no secret.

    Parameters
    ----------
    cookies : mapping of str to str
        By name.

    Returns
    -------
    list of str
        At most ``MOST``, the oldest first, so that the first stays the same.
    """
    named = sorted(name for name in cookies if _NAME.fullmatch(name))
    return list(dict.fromkeys(cookies[name] for name in named if is_secret(cookies[name])))[:MOST]


def cookie(secret: str, *, place: int = 0, secure: bool = False, path: str = "/") -> str:
    """The header by which a browser is given a secret.

    Parameters
    ----------
    secret : str
    place : int, optional
        Among those given at one moment.
    secure : bool, optional
        Whether the page came over TLS.
    path : str, optional
        Where the app lies.

    Returns
    -------
    str
    """
    moment = max(0, int(time.time())) % 2**32
    name = f"{NAME}{moment:08x}{place:02x}{secrets.token_hex(3)}"
    rest = f"Path={path}; Max-Age={KEEP_SECONDS}; HttpOnly; SameSite=Lax"
    return f"{name}={secret}; {rest}{'; Secure' if secure else ''}"


class Keys:
    """Gives a secret to each browser that opens a page and holds none.

    An ASGI application around another.
    """

    def __init__(self, app: Any, path: str = "/") -> None:
        self._app, self._path = app, path

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Let a request through; the answer to a first one carries the secret."""
        if not _first(scope):
            await self._app(scope, receive, send)
            return
        given = cookie(new_secret(), secure=over_tls(scope), path=self._path)

        async def with_secret(message: Any) -> None:
            if message["type"] == "http.response.start" and message["status"] in (200, 304):
                message = {
                    **message,
                    "headers": [*message.get("headers", ()), (b"set-cookie", given.encode())],
                }
            await send(message)

        await self._app(scope, receive, with_secret)


class Tickets:
    """Secrets that wait to be fetched by the browser that is to hold them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._waiting: dict[str, tuple[float, tuple[str, ...]]] = {}

    def give(self, found: Sequence[str]) -> str:
        """A ticket for these secrets.

        Parameters
        ----------
        found : sequence of str

        Returns
        -------
        str
        """
        ticket = secrets.token_urlsafe(24)
        with self._lock:
            self._waiting[ticket] = (self._clock() + TICKET_SECONDS, tuple(found))
            while len(self._waiting) > MOST_TICKETS:
                del self._waiting[next(iter(self._waiting))]
        return ticket

    def take(self, ticket: str) -> tuple[str, ...]:
        """The secrets of a ticket, once.

        Parameters
        ----------
        ticket : str
            Any text.

        Returns
        -------
        tuple of str
            Empty if there is no such ticket, or no more.
        """
        with self._lock:
            end, found = self._waiting.pop(ticket, (0.0, ()))
        return found if self._clock() < end else ()


tickets = Tickets()
"""Those of this process."""


def over_tls(scope: Any) -> bool:
    """Whether a browser asked over TLS, here or at a proxy before.

    Parameters
    ----------
    scope : mapping
        Of ASGI.

    Returns
    -------
    bool
    """
    return scope.get("scheme") == "https" or _headers(scope, b"x-forwarded-proto").strip() == "https"


def routes() -> list[Route]:
    """Where a browser fetches secrets by its ticket."""
    return [Route(str(base() / FOLDER / "{ticket}"), _fetch, methods=["POST"])]


def base() -> PurePosixPath:
    """Where the app lies on its server."""
    return PurePosixPath("/", st.get_option("server.baseUrlPath").strip("/"))


async def _fetch(request: Request) -> Response:
    found = tickets.take(request.path_params["ticket"])
    if not found:
        return PlainTextResponse("This ticket is over.", 404, {"cache-control": "no-store"})
    answer = PlainTextResponse("Kept.", headers={"cache-control": "no-store"})
    known = held(request.cookies)
    for place, secret in enumerate(one for one in found if one not in known):
        given = cookie(secret, place=place, secure=over_tls(request.scope), path=str(base()))
        answer.raw_headers.append((b"set-cookie", given.encode()))
    return answer


def _first(scope: Any) -> bool:
    """Whether a browser asks for a page and holds no secret."""
    if scope["type"] != "http" or scope["method"] != "GET" or "text/html" not in _headers(scope, b"accept"):
        return False
    return not held(cookie_parser(_headers(scope, b"cookie")))


def _headers(scope: Any, name: bytes) -> str:
    found: Iterable[tuple[bytes, bytes]] = scope.get("headers", ())
    return "; ".join(value.decode("latin-1") for key, value in found if key.lower() == name)
