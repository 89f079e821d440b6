"""Components in JavaScript, each registered once from the files of its room, and the one that all pages share: a figure
that lives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from netlab.app.gate import sendable, something_to_draw
from netlab.app.scripts import loader, serve
from netlab.app.streamlit_private import plotly_script
from netlab.plots import palette

WAITS = "[data-waits] { visibility: hidden; }\n"
NETLAB = Path(__file__).resolve().parents[1]
IMPORTED = re.compile(r'from "netlab/([\w/]+)"')


def component(name: str, html: str | None = None, *, plotly: bool = False) -> Any:
    """Register a component made of the assets of a room: ``drawing/pad`` is pad.html (or ``html``), pad.css if there
    is one, and pad.js in ``netlab/drawing/assets``.

    A script of several files imports the others as modules (see ``module``).

    A slider in it gets the looks of range.css.

    With ``plotly`` the script may call ``plotly(file)`` to load Plotly, whose styles then reach the document's head.

    What is returned shows the component; its ``data`` goes through ``netlab.app.gate``.
    """
    room, _, base = name.rpartition("/")
    assets, shared = NETLAB / room / "assets", NETLAB / "app" / "assets"
    body = html or (assets / f"{base}.html").read_text("utf-8")
    body = re.sub(
        r"<(\w+)", r"<\1 data-waits", body, count=1
    )  # nothing is offered that nobody listens to yet
    common = [*["range"] * ('type="range"' in body), *["plotly"] * plotly]
    styles = [assets / f"{base}.css", *(shared / f"{style}.css" for style in common)]
    css = palette.CSS + WAITS + "".join(style.read_text("utf-8") for style in styles if style.exists())
    script = palette.JAVASCRIPT + _with_imports((assets / f"{base}.js").read_text("utf-8"))
    if plotly:
        script = (shared / "plotly.js").read_text("utf-8") + script
    mount = st.components.v2.component(
        f"netlab_{name.replace('/', '_')}",  # of two with one name the page that was opened last would have both
        html=body,
        css=css,
        js=loader(base, script),
        isolate_styles=not plotly,
    )

    def show(*, data: Any, **settings: Any) -> Any:
        return mount(data=sendable(data, name), **settings)

    return show


def module(name: str) -> str:
    """Serve a JavaScript module that scripts of components import: ``from "netlab/drawing/framing"`` in a script is
    framing.js in ``netlab/drawing/assets``; its address beside the scripts is returned.
    """
    room, _, base = name.rpartition("/")
    return serve(base, _with_imports((NETLAB / room / "assets" / f"{base}.js").read_text("utf-8")))


def _with_imports(script: str) -> str:
    return IMPORTED.sub(lambda found: f'from "./{module(found[1])}"', script)


_live = component("app/live", '<div class="live-figure" role="figure">\n</div>', plotly=True)


def live_figure(
    key: str, figure: Any, alt: str, *, height: str = "", on_press: Callable[[Any], None] | None = None,
    example: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """Draw a ``plotly.graph_objects.Figure`` and update it in place; zoom and hidden lines stay.

    Its height is the figure's, or the CSS length ``height``. ``on_press`` is called with the ``customdata`` of a point
    that is pressed: a browser says what, so it is to be checked. ``example`` is what it plays by itself on opening
    (``netlab.app.example``).
    """

    def pressed() -> None:
        if on_press is not None:
            on_press(st.session_state[key].get("pressed"))

    plain = plain_figure(figure)
    if not something_to_draw(plain["data"]):
        st.info(
            "There is nothing to draw here: none of its values is a finite number.",
            icon=":material/show_chart:",
        )
        return
    data = {"file": plotly_file(), "traces": plain["data"], "layout": plain["layout"], "alt": alt}
    data |= {"height": height} if height else {}
    data |= {"example": example} if example else {}
    if on_press is None:
        _live(key=key, data=data)
    else:
        _live(key=key, data=data | {"presses": True}, on_pressed_change=pressed)


def plain_figure(figure: Any) -> dict[str, Any]:
    """A ``plotly.graph_objects.Figure`` as traces (``data``) and layout, without Plotly's own colours."""
    plain: dict[str, Any] = figure.to_plotly_json()
    plain["layout"].pop("template", None)
    return plain


def prepare_figures() -> None:
    """Let the browser fetch Plotly now, so that the first figure of a run is there at once."""
    _live(key="prepare", data={"file": plotly_file()}, height=1)


_title = component("app/title", '<span class="title">\n</span>')


def tab_named(title: str, *, usual: str) -> None:
    """Name the browser's tab as long as this is shown, without a rerun of the page; ``usual`` is its name otherwise."""
    _title(key="tab_title", data={"title": title, "usual": usual}, width=1, height=1)


@st.cache_resource(show_spinner=False)
def plotly_file() -> str:
    """Name of the script in which Streamlit serves Plotly."""
    return plotly_script()
