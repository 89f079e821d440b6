"""An answer that is no: a sentence by HTTP, a refused handshake by websocket."""

from __future__ import annotations

from typing import Any


async def refuse(scope: Any, receive: Any, send: Any, status: int, sentence: str) -> None:
    """Answer an ASGI request with a status and a sentence, and nothing else."""
    if scope["type"] == "websocket":
        await receive()  # the handshake, which is refused by being closed
        await send({"type": "websocket.close", "code": 1008, "reason": sentence[:120]})
        return
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"x-content-type-options", b"nosniff"),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{sentence}\n".encode()})
