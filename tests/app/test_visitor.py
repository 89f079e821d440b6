"""The secret that a browser keeps: given once, taken from nobody, and nothing else that a browser sends is one."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from netlab.app import keys
from netlab.runs import owners

PAGE = "text/html,*/*"


async def page(_: Request) -> Response:
    return HTMLResponse("<h1>Netlab</h1>")


APP = Starlette(routes=[Route("/", page), *keys.routes()], middleware=[Middleware(keys.Keys)])


@dataclass
class MadeBrowser:
    """Asks the app, and keeps the cookies that it is given."""

    scheme: str = "http"
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, path: str = "/", accept: str = PAGE, method: str = "GET") -> tuple[int, list[str]]:
        """The status, and the cookies that were given."""
        sent: list[Any] = []
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = [(b"accept", accept.encode()), (b"cookie", cookie.encode())]
        scope = {
            "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"", "headers": headers,
            "scheme": self.scheme, "server": ("lab", 80), "root_path": "", "http_version": "1.1",
        }  # fmt: skip

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(APP(scope, receive, send))
        given = [value.decode() for name, value in sent[0]["headers"] if name == b"set-cookie"]
        self.cookies |= dict(one.partition(";")[0].split("=", 1) for one in given)
        return sent[0]["status"], given


def test_a_browser_gets_a_secret_once_that_no_script_sees() -> None:
    browser = MadeBrowser("https")
    _, (first,) = browser.ask()
    assert re.match(r"netlab_key_[0-9a-f]{16}=[A-Za-z0-9_-]{43}; ", first)
    assert all(word in first for word in ("HttpOnly", "SameSite=Lax", "Secure", "Max-Age=34560000"))
    assert browser.ask() == (200, [])
    assert MadeBrowser().ask(accept="image/png")[1] == []
    assert len(keys.held(browser.cookies)) == 1


def test_two_tabs_that_come_first_at_once_take_nothing_from_each_other() -> None:
    tabs = MadeBrowser(), MadeBrowser()
    for tab in tabs:
        tab.ask()
    both = tabs[0].cookies | tabs[1].cookies
    assert len(keys.held(both)) == 2
    assert keys.held(both) == keys.held(dict(reversed(both.items())))


def test_what_else_a_browser_sends_is_no_secret() -> None:
    good = keys.new_secret()
    name = keys.cookie(good).partition("=")[0]
    assert keys.held({name: good}) == [good]
    for forged in ("", "x", good[:-1], good + "x", "é" * 43, "a" * 100_000, f"{good[:-1]} "):
        assert keys.held({name: forged}) == []
    for other in ("netlab_key_", "netlab_key_1", f"x{name}", f"{name}0", "_streamlit_xsrf"):
        assert keys.held({other: good}) == []
    many = {keys.cookie(keys.new_secret()).partition("=")[0]: keys.new_secret() for _ in range(50)}
    assert len(keys.held(many)) == keys.MOST


def test_a_ticket_is_good_once_and_for_a_minute() -> None:
    now = [0.0]
    tickets = keys.Tickets(lambda: now[0])
    found = (keys.new_secret(), keys.new_secret())
    ticket = tickets.give(found)
    assert tickets.take("another") == ()
    assert tickets.take(ticket) == found
    assert tickets.take(ticket) == ()
    late = tickets.give(found)
    now[0] = keys.TICKET_SECONDS
    assert tickets.take(late) == ()


def test_a_browser_fetches_secrets_by_its_ticket() -> None:
    browser = MadeBrowser()
    browser.ask()
    (own,) = keys.held(browser.cookies)
    brought = keys.new_secret()
    address = f"/keys/{keys.tickets.give((own, brought))}"
    assert browser.ask(address, accept="*/*")[0] == 405
    status, given = browser.ask(address, method="POST")
    assert (status, len(given)) == (200, 1)  # its own it holds already
    assert set(keys.held(browser.cookies)) == {own, brought}
    assert browser.ask(address, method="POST") == (404, [])


@pytest.mark.parametrize("secret", ["", "a" * 43])
def test_a_name_hides_its_secret(secret: str) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", owners.name_of(secret))
    assert owners.name_of(secret) != owners.name_of(f"{secret}x")
