"""How a class joins: the address that visitors use, short, and as a QR code."""

from __future__ import annotations

import base64
import io
import socket
from urllib.parse import urlsplit

import segno

from netlab.processes.sharing import loopback

PAGE = "join"
MOST_LETTERS = 500
NOWHERE = ("192.0.2.1", 9)
"""An address that is kept for examples (RFC 5737): asking for the way to it sends nothing."""


def join_address(seen: str | None, base: str = "", page: str = PAGE) -> str:
    """The link that a class opens, from the address in the teacher's own browser.

    Parameters
    ----------
    seen : str or None
        What the browser's address line holds; anything.
    base : str, optional
        The path under which the app lies.
    page : str, optional
        The page that it leads to, with what its address says.

    Returns
    -------
    str
        Empty if that is no address of a page.
    """
    root = _root(seen)
    return f"{root}{_path(base)}/{page}" if root else ""


def only_here(address: str) -> bool:
    """Whether an address means each visitor's own machine, so that nobody else can use it.

    Parameters
    ----------
    address : str

    Returns
    -------
    bool
    """
    host = urlsplit(address).hostname if _root(address) else None
    return host is not None and loopback(host)


def instead(seen: str | None, own_number: str, *, listens: bool, page: str, base: str = "") -> str:
    """What to do where the page was opened as localhost.

    Parameters
    ----------
    seen : str or None
        The browser's address.
    own_number : str
        The machine's number in its network; empty if it has none.
    listens : bool
        Whether the server listens beyond the machine.
    page : str
        The page to open again.
    base : str, optional
        The path under which the app lies.

    Returns
    -------
    str
        Sentences.
    """
    begin = "You have opened this page as localhost, a name by which every computer means itself: nobody else can use it."
    if not listens:
        return (
            f"{begin} This server answers to this machine alone. Start it with `--server.address 0.0.0.0`, then open this page "
            "by the machine's number, and the link and the code are shown here."
        )
    if not own_number:
        return f"{begin} This machine seems to be in no network. Join one, then open this page by the machine's number or name."
    parts = urlsplit(seen or "")
    number = f"[{own_number}]" if ":" in own_number else own_number
    port = f":{parts.port}" if parts.port else ""
    return f"{begin} Open {parts.scheme or 'http'}://{number}{port}{_path(base)}/{page} instead; that is what the others need, too."


def own_number() -> str:
    """This machine's number in the network through which it would reach others; empty if it is in none. Sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(NOWHERE)
        except OSError:
            return ""
        found = str(probe.getsockname()[0])
    return "" if loopback(found) or found == "0.0.0.0" else found


def short(address: str) -> str:
    """An address as it is read aloud: without http://, which every browser adds.

    Parameters
    ----------
    address : str

    Returns
    -------
    str

    Examples
    --------
    >>> short("http://192.168.1.5:8501/join"), short("https://lab.example.edu/join")
    ('192.168.1.5:8501/join', 'https://lab.example.edu/join')
    """
    return address.removeprefix("http://")


def qr_url(address: str) -> str:
    """A QR code as the address of an SVG that carries its own bytes, black on white with the quiet zone around it.

    Parameters
    ----------
    address : str
        At most ``MOST_LETTERS``.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the address is too long.
    """
    if len(address) > MOST_LETTERS:
        raise ValueError(
            f"An address of {len(address):,} letters makes no code that can be read across a room."
        )
    file = io.BytesIO()
    segno.make_qr(address, error="m").save(
        file, kind="svg", border=4, dark="#000000", light="#ffffff", xmldecl=False, omitsize=True
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(file.getvalue()).decode()}"


def _root(seen: str | None) -> str:
    """Scheme, host and port of an address; empty if it is none of a page."""
    try:
        parts = urlsplit(seen or "")
        _ = parts.port  # raises where it is no number
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        return ""
    return f"{parts.scheme}://{parts.netloc}"


def _path(base: str) -> str:
    plain = base.strip("/")
    return f"/{plain}" if plain else ""
