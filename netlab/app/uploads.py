"""What a visitor may leave on the server: so many pictures, so many bytes, and so many of all visitors together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from netlab.app import streamlit_private
from netlab.app.answers import refuse

MOST = 12
MOST_MB = 72
ALL_MB = 400
LARGEST_MB = 64
ROUTE = "/_stcore/upload_file/"

TOO_MANY = f"At most {MOST} pictures can be on the page at once. Remove one with its ✕, then bring this one."
TOO_LARGE = f"Your files together have more than {MOST_MB} MB. Remove one with its ✕, or save them smaller."
FULL = "The server holds as many pictures as it can just now. Try again in a few minutes."

Sizes = Callable[[str | None], tuple[int, ...]]


class Uploads:
    """Refuses an upload beyond the limits before its body is read; those under way count too.

    An ASGI application around another. What is kept is Streamlit's to know; this counts what is still coming.
    """

    def __init__(self, app: Any, kept: Sizes = streamlit_private.uploads) -> None:
        self._app, self._kept = app, kept
        self._coming: list[tuple[str, int]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Let a request in, or answer it with a sentence."""
        session = _session(scope)
        if session is None:
            await self._app(scope, receive, send)
            return
        size = _size(scope)
        sentence = self.refusal(session, size)
        if sentence:
            await refuse(scope, receive, send, 413, sentence)
            return
        with self._on_its_way(session, size):
            await self._app(scope, receive, send)

    def refusal(self, session: str, size: int) -> str:
        """Why one more upload of a session cannot be taken; empty if it can."""
        own = [*self._kept(session), *(coming for owner, coming in self._coming if owner == session)]
        everybody = sum(self._kept(None)) + sum(coming for _, coming in self._coming)
        if len(own) >= MOST:
            return TOO_MANY
        if sum(own) + size > MOST_MB * 2**20:
            return TOO_LARGE
        return FULL if everybody + size > ALL_MB * 2**20 else ""

    @contextmanager
    def _on_its_way(self, session: str, size: int) -> Iterator[None]:
        self._coming.append((session, size))
        try:
            yield
        finally:
            self._coming.remove((session, size))


def _session(scope: Any) -> str | None:
    """The session that an upload is for; None for any other request."""
    if scope["type"] != "http" or scope["method"] not in ("PUT", "POST"):
        return None
    _, found, rest = str(scope["path"]).partition(ROUTE)
    return rest.partition("/")[0] if found else None


def _size(scope: Any) -> int:
    """Bytes as announced; the most that Streamlit takes where nothing credible is."""
    word = dict(scope["headers"]).get(b"content-length", b"")
    return int(word) if word.isdigit() and len(word) < 12 else LARGEST_MB * 2**20
