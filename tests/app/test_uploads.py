"""So many pictures and bytes a visitor and no more; what is under way counts, what is given back does not."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from netlab.app import uploads
from netlab.app.uploads import FULL, MOST, TOO_LARGE, TOO_MANY, Uploads

MB = 2**20


class Shelf:
    """What Streamlit keeps, and an application that lets uploads wait."""

    def __init__(self) -> None:
        self.held: dict[str, list[int]] = {}
        self.reached = 0
        self.go = asyncio.Event()

    def kept(self, session: str | None) -> tuple[int, ...]:
        owners = self.held if session is None else [session]
        return tuple(size for owner in owners for size in self.held.get(owner, []))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.reached += 1
        await self.go.wait()


def put(session: str, size: int | None, method: str = "PUT", base: str = "") -> dict[str, Any]:
    headers = [] if size is None else [(b"content-length", str(size).encode())]
    path = f"{base}/_stcore/upload_file/{session}/file"
    return {"type": "http", "method": method, "path": path, "headers": headers}


async def ask(door: Uploads, scope: dict[str, Any]) -> tuple[int, str]:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await door(scope, None, send)
    return (sent[0]["status"], sent[1]["body"].decode().strip()) if sent else (200, "")


@pytest.mark.parametrize(
    ("own", "others", "size", "sentence"),
    [
        ([], [], 1, ""),
        ([MB] * (MOST - 1), [], 1, ""),
        ([1] * MOST, [], 1, TOO_MANY),
        ([10 * MB] * 3, [], 10 * MB, ""),
        ([10 * MB] * 7, [], 3 * MB, TOO_LARGE),
        ([], [10 * MB] * 40, 1, FULL),
        ([], [10 * MB] * 39, MB, ""),
    ],
)
def test_limits(own: list[int], others: list[int], size: int, sentence: str) -> None:
    shelf = Shelf()
    shelf.held = {"me": own, "you": others}
    shelf.go.set()
    answer = asyncio.run(ask(Uploads(shelf, shelf.kept), put("me", size)))
    assert answer == ((413, sentence) if sentence else (200, ""))
    assert shelf.reached == (not sentence)


def test_what_is_under_way_counts_and_no_longer_when_it_has_ended() -> None:
    async def story() -> None:
        shelf = Shelf()
        door = Uploads(shelf, shelf.kept)
        coming = [asyncio.create_task(ask(door, put("me", MB))) for _ in range(MOST)]
        while shelf.reached < MOST:
            await asyncio.sleep(0)
        assert await ask(door, put("me", 1)) == (413, TOO_MANY)
        shelf.go.set()
        await asyncio.gather(*coming)
        assert await ask(door, put("me", 1)) == (200, "")

    asyncio.run(story())


def test_a_length_that_is_missing_or_absurd_counts_as_the_largest() -> None:
    shelf = Shelf()
    shelf.held, shelf.go = {"me": [uploads.MOST_MB * MB - 5 * MB]}, asyncio.Event()
    shelf.go.set()
    for size in (None, -1, 10**30):
        assert asyncio.run(ask(Uploads(shelf, shelf.kept), put("me", size)))[0] == 413
    assert asyncio.run(ask(Uploads(shelf, shelf.kept), put("me", MB, base="/lab")))[0] == 200


def test_other_requests_pass() -> None:
    shelf = Shelf()
    shelf.held = {"me": [1] * MOST}
    shelf.go.set()
    assert asyncio.run(ask(Uploads(shelf, shelf.kept), put("me", 1, "DELETE"))) == (200, "")
    assert shelf.reached == 1
