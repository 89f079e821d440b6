"""Netlab's own three components: a pad to draw on, the reading of a digit, a figure that lives.

Each is registered once, from files in ``assets``; what comes back from a browser is never trusted.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from netlab.app.gate import sendable, something_to_draw
from netlab.drawing.picture_file import PictureError, read_picture
from netlab.formatting import probability

NETLAB = Path(__file__).resolve().parents[1]
BRUSH = 22
MOST_BYTES = 200_000
WORTH_TELLING = 0.01
"""A second guess below this probability is not told."""
LONGEST = 400
"""Pixels of a side that pad.js sends at most: 280 of a drawing, 400 of a pasted picture."""


def component(name: str, html: str | None = None, *, plotly: bool = False) -> Any:
    """Register a component made of the assets of a room: ``drawing/pad`` is pad.html (or ``html``), pad.css if there
    is one, and pad.js in ``netlab/drawing/assets``.

    A slider in it gets the looks of range.css.

    With ``plotly`` the script may call ``plotly(file)`` to load Plotly, whose styles then reach the document's head.

    What is returned shows the component; its ``data`` goes through `netlab.app.gate`.
    """
    room, _, base = name.rpartition("/")
    assets, shared = NETLAB / room / "assets", NETLAB / "app" / "assets"
    body = html or (assets / f"{base}.html").read_text("utf-8")
    common = [*["range"] * ('type="range"' in body), *["plotly"] * plotly]
    styles = [assets / f"{base}.css", *(shared / f"{style}.css" for style in common)]
    css = "".join(style.read_text("utf-8") for style in styles if style.exists())
    script = (assets / f"{base}.js").read_text("utf-8")
    mount = st.components.v2.component(
        f"netlab_{base}",
        html=body,
        css=css or None,
        js=(shared / "plotly.js").read_text("utf-8") + script if plotly else script,
        isolate_styles=not plotly,
    )

    def show(*, data: Any, **settings: Any) -> Any:
        return mount(data=sendable(data, name), **settings)

    return show


_pad = component("drawing/pad")
_reading = component("drawing/reading")
_live = component("app/live", '<div class="live-figure" role="img">\n</div>', plotly=True)


@dataclass(frozen=True)
class Drawing:
    """A drawing as the browser sent it: white ink on black, (280, 280), or a pasted picture of at most 400 pixels a side.

    ``seq`` is how many there were before.
    """

    picture: NDArray[Any]
    seq: int


def pad(key: str, *, brush: int = BRUSH, demo: Sequence[int] = ()) -> Drawing | None:
    """A pad to draw one digit on; None while it is empty.

    ``demo`` is one stroke, x and y in turn, that an untouched pad draws by itself.

    The drawing outlives page switches, since the strokes are kept in the session.
    """
    kept = st.session_state.setdefault(f"_{key}_kept", {})
    if key not in st.session_state:  # mounted anew: give the browser its strokes back
        st.session_state[f"_{key}_start"] = {"strokes": kept.get("strokes", []), "seq": kept.get("seq", 0)}
    result = _pad(
        key=key,
        default={"drawing": dict(kept) or None},
        on_drawing_change=_nothing,
        width="content",
        data={"brush": brush, "demo": list(demo), **st.session_state[f"_{key}_start"]},
    )
    drawing = result.drawing
    kept.clear()
    if isinstance(drawing, dict):
        kept.update(drawing)
    return decode(drawing)


def decode(drawing: Any) -> Drawing | None:
    """The drawing in what a browser sent; None if it is empty or not a drawing at all."""
    if not isinstance(drawing, dict) or not isinstance(drawing.get("picture"), str):
        return None
    head, _, body = drawing["picture"].partition(",")
    if head not in ("data:image/png;base64", "data:image/jpeg;base64") or len(body) > MOST_BYTES:
        return None
    try:
        picture = read_picture(base64.b64decode(body, validate=True), longest=LONGEST)
    except (binascii.Error, PictureError):
        return None
    seq = drawing.get("seq")
    return Drawing(picture, seq if isinstance(seq, int) else 0)


def reading(key: str, image: NDArray[np.float32] | None, probabilities: NDArray[np.float32] | None) -> None:
    """The 28×28 picture and the ten probabilities, or an empty frame for both."""
    data: dict[str, Any] = {"pixels": None, "probabilities": None, "sentence": "Nothing drawn yet."}
    if image is not None and probabilities is not None:
        pixels = np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8).tobytes()
        data = {
            "pixels": base64.b64encode(pixels).decode(),
            "probabilities": [round(float(value), 6) for value in probabilities],
            "shares": [_short(value) for value in probabilities],
            "sentence": sentence(probabilities),
        }
    _reading(key=key, data=data)


def _short(value: np.float32) -> str:
    """A probability as it stands beside its bar."""
    return probability(value).replace("more than ", ">\u202f").replace("less than ", "<\u202f")


def sentence(probabilities: NDArray[np.float32]) -> str:
    """What the network reads, how sure it is, and its second guess where that counts."""
    second, first = (int(digit) for digit in np.argsort(probabilities)[-2:])
    told = f"It reads {_one(first)} ({probability(probabilities[first])} sure)"
    if probabilities[second] < WORTH_TELLING:
        return f"{told}."
    return f"{told}; its second guess is {_one(second)} ({probability(probabilities[second])})."


def _one(digit: int) -> str:
    return f"an {digit}" if digit == 8 else f"a {digit}"


def live_figure(key: str, figure: Any, alt: str) -> None:
    """Draw a ``plotly.graph_objects.Figure`` and update it in place; zoom and hidden lines stay."""
    plain = plain_figure(figure)
    if not something_to_draw(plain["data"]):
        st.info(
            "There is nothing to draw here: none of its values is a finite number.",
            icon=":material/show_chart:",
        )
        return
    _live(
        key=key, data={"file": plotly_file(), "traces": plain["data"], "layout": plain["layout"], "alt": alt}
    )


def plain_figure(figure: Any) -> dict[str, Any]:
    """A ``plotly.graph_objects.Figure`` as traces (``data``) and layout, without Plotly's own colours."""
    plain: dict[str, Any] = figure.to_plotly_json()
    plain["layout"].pop("template", None)
    return plain


def prepare_figures() -> None:
    """Let the browser fetch Plotly now, so that the first figure of a run is there at once."""
    _live(key="prepare", data={"file": plotly_file()}, height=1)


@st.cache_resource(show_spinner=False)
def plotly_file() -> str:
    """Name of the script in which Streamlit serves Plotly."""
    scripts = Path(st.__file__).parent / "static" / "static" / "js"
    return next(path.name for path in sorted(scripts.glob("PlotlyChart.*.js")))


def _nothing() -> None:
    """Streamlit hands out a component's value only where a callback stands."""
