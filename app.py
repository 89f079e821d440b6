"""Netlab's frame: page settings and navigation, nothing else. Start it with ``streamlit run app.py``.

Streamlit runs this file twice over: once as the module ``app`` before the first visitor comes, for the server, and
as ``__main__`` at every visit, for the page.
"""

from pathlib import Path

import streamlit as st

from netlab.app.address import told_if_unread
from netlab.app.frame import ICON, LOGO, keep_run_in_address, mark_section, restore_after_history
from netlab.app.scripts import routes
from netlab.app.start import doors, life
from netlab.app.streamlit_private import give_uploads_back

IDEAS = {
    "numbers": ("An image is numbers", "grid_on"),
    "functions": ("A network is a function", "functions"),
    "neuron": ("One neuron", "blur_on"),
    "loss": ("Loss", "trending_down"),
    "backprop": ("Back-propagation", "undo"),
    "dropout": ("Dropout", "casino"),
    "next": ("Where to next", "signpost"),
}
LANDSCAPE = {
    "landscape": ("Loss landscape", "landscape"),
    "fog": ("In the fog", "foggy"),
    "race": ("A fair race", "flag"),
}
DIGITS = {
    "train": ("Train a network", "play_circle"),
    "inside": ("Look inside", "biotech"),
    "rewind": ("Rewind a run", "fast_rewind"),
    "runs": ("Compare runs", "compare_arrows"),
    "draw": ("Draw a digit", "draw"),
}


def pages(section: dict[str, tuple[str, str]]) -> list[st.Page]:
    """The pages of a section, in order."""
    here = Path(__file__).parent
    return [
        st.Page(f"pages/{name}.py", title=title, icon=f":material/{icon}:")
        for name, (title, icon) in section.items()
        if (here / "pages" / f"{name}.py").is_file()
    ]


def visit() -> None:
    """Show the page that a visitor asks for."""
    st.set_page_config(page_title="Netlab", page_icon=ICON, layout="wide")
    sections = {"Ideas": pages(IDEAS), "Landscape": pages(LANDSCAPE), "Digits": pages(DIGITS)}
    home = st.Page("pages/home.py", title="Start", icon=":material/home:", default=True)
    page = st.navigation(
        {"": [home], **{name: found for name, found in sections.items() if found}}, position="top"
    )
    st.logo(LOGO, size="large")
    mark_section([[home], *(found for found in sections.values() if found)], page)
    restore_after_history(page.url_path)
    keep_run_in_address()
    if page.url_path not in ("draw", "train", "runs"):
        give_uploads_back()  # nothing shows them any longer
    with told_if_unread(page.url_path):
        page.run()


if __name__ == "__main__":
    visit()
else:
    app = st.App(Path(__file__).resolve(), routes=routes(), middleware=doors(), lifespan=life)
