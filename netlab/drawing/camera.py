"""Where a page may use a camera: browsers give one to pages that nobody on the way can have changed."""

from __future__ import annotations

from urllib.parse import urlsplit


def may_ask(address: str | None) -> bool:
    """Whether a browser lets the page at an address ask for the camera.

    Parameters
    ----------
    address : str or None
        Of the page; None if it is not known.

    Returns
    -------
    bool
        True for https, and for http of the machine itself; True where the address is not known, since the browser will say.

    Examples
    --------
    >>> may_ask("https://lab.example.edu/draw"), may_ask("http://192.168.1.5:8501"), may_ask("http://localhost:8501")
    (True, False, True)
    """
    try:
        parts = urlsplit(address or "")
        host = parts.hostname or ""
    except ValueError:
        return True
    if parts.scheme != "http" or not host:
        return True
    return host in ("localhost", "::1") or host.endswith(".localhost") or host.startswith("127.")
