"""What the server does before its first visitor: plain logs, enough descriptors, doors, and a look around."""

from __future__ import annotations

import asyncio
import gc
import importlib
import itertools
import logging
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from netlab.app import hosts, logs, streamlit_private, teacher
from netlab.app.door import Door
from netlab.app.keys import Keys, base
from netlab.app.uploads import Uploads
from netlab.nn.arithmetic import stay_in_one_thread
from netlab.processes import descriptors
from netlab.processes.sharing import loopback, shared, witness

MOST_PARKED = 128
EACH = 6
"""Descriptors that a visitor takes at most: three for the loop of the session, the rest for connections."""
YOUNG = 20_000
"""Objects more than before at which Python looks for garbage among the young: a few hundred remain of each stroke."""
SWEEP = 30.0
"""Seconds between two looks for closed tabs."""
SETTLE = 4
"""Looks for closed tabs between two for garbage among all that there is, of which most is young and found by itself."""


def doors() -> list[Middleware]:
    """What every request passes before Streamlit sees it."""
    logs.set_up()
    limit, address = descriptors.raise_limit(), st.get_option("server.address")
    witness.listens_at(address)
    shared()  # a setting that says neither yes nor no ends the start
    named = [*hosts.named_hosts(), *st.get_option("server.allowedHosts"), _told_address()]
    origins = st.get_option("server.corsAllowedOrigins")
    door = Middleware(Door, hosts=hosts.Hosts(address, named), limit=limit, origins=origins)
    return [door, Middleware(Keys, path=str(base())), Middleware(Uploads)]


@asynccontextmanager
async def life(_: Any) -> AsyncIterator[None]:
    """Around the server's life: clear away closed tabs from time to time, and open the browser at the start."""
    logs.set_up()  # again: by now all of Streamlit is loaded
    print(teacher.make_code(), flush=True)
    load_whole()
    stay_in_one_thread()
    streamlit_private.read_theme_once()
    streamlit_private.park_at_most(parked(descriptors.raise_limit()))
    gc.set_threshold(YOUNG)
    settle()
    sweeper = asyncio.create_task(_sweep())
    asyncio.get_running_loop().call_soon(_open_browser)
    try:
        yield
    finally:
        sweeper.cancel()
        with suppress(asyncio.CancelledError):
            await sweeper


def parked(limit: int | None) -> int:
    """How many closed tabs may be kept under a limit of descriptors."""
    if limit is None:
        return MOST_PARKED
    return max(4, min(MOST_PARKED, (limit - 2 * descriptors.SPARE) // (2 * EACH)))


def load_whole() -> None:
    """Load pandas before the first visitor: Streamlit loads it with a first page, and Plotly, in the thread of a second
    one, would take it half loaded for whole.
    """
    importlib.import_module("pandas")


def settle() -> None:
    """Clear garbage away, and let what is left be left alone by the collections that come by themselves.

    These look through everything there is: with the libraries' objects among it a tenth of a second, in which nobody is
    answered, several times a minute while people draw.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


async def _sweep() -> None:
    busy = 0
    for look in itertools.count(1):
        await asyncio.sleep(SWEEP)
        streamlit_private.clear_parked()
        if look % SETTLE:
            continue
        before, busy = busy, gc.get_stats()[1]["collections"]
        if busy != before:  # else nothing was done here since
            settle()


def _open_browser() -> None:
    """Show the app to who has started it on a screen of their own, as Streamlit does."""
    if st.get_option("server.headless"):
        return
    address = st.get_option("server.address") or "0.0.0.0"
    name = _told_address() if loopback(address) or address in ("0.0.0.0", "::") else address
    secure = "s" if st.get_option("server.sslCertFile") else ""
    url = f"http{secure}://{name}:{st.get_option('server.port')}/{st.get_option('server.baseUrlPath').strip('/')}"
    if not webbrowser.open(url):
        logging.getLogger(__name__).info("Open %s", url)


def _told_address() -> str:
    """The address that Streamlit was told to show; localhost if it was told none."""
    return str(st.get_option("browser.serverAddress") or "localhost")
