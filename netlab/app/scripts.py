"""The scripts of components, served by address: a message to the browser then carries what is new, and no script.

Streamlit sends an inline script with every message of its component. What is sent instead is ``loader``, which fetches
the script once; its address holds a hash of what is in it, so browsers may keep it for good.
"""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

FOLDER = "scripts"
KEEP = "public, max-age=31536000, immutable"

_served: dict[str, str] = {}


def serve(name: str, script: str) -> str:
    """Serve a JavaScript module, for good.

    Parameters
    ----------
    name : str
        What it is called in its address.
    script : str
        The module.

    Returns
    -------
    str
        Its address within ``FOLDER``, by which another module there can import it.
    """
    address = f"{name}.{hashlib.sha256(script.encode()).hexdigest()[:16]}.js"
    _served[address] = script
    return address


def loader(name: str, script: str) -> str:
    """Serve the JavaScript module of a component, and give the module to be sent inline in its place.

    Parameters
    ----------
    name : str
        What the script is called in its address.
    script : str
        A module whose default function is what Streamlit calls.

    Returns
    -------
    str
        A module whose default function calls that one, in the same order, once it is loaded; then what waits for it
        (``data-waits``) is seen.
    """
    address = serve(name, script)
    return f"""const script = import(new URL("{FOLDER}/{address}", document.baseURI).href);
export default function (component) {{
  let over;
  script.then((it) => {{
    if (over === null) return;
    over = it.default(component);
    component.parentElement.querySelector("[data-waits]")?.removeAttribute("data-waits");
  }});
  return () => {{ if (typeof over === "function") over(); over = null; }};
}}
"""


async def _script(request: Request) -> Response:
    script = _served.get(request.path_params["name"])
    if script is None:
        return PlainTextResponse(
            "There is no such script. Reload the page.", 404, {"cache-control": "no-store"}
        )
    headers = {"cache-control": KEEP, "x-content-type-options": "nosniff"}
    return Response(script, headers=headers, media_type="text/javascript")


def routes() -> list[Route]:
    """Where the server answers with scripts."""
    base = PurePosixPath("/", st.get_option("server.baseUrlPath").strip("/"))
    return [Route(str(base / FOLDER / "{name}"), _script, methods=["GET"])]
