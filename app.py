"""Netlab's frame: page settings and navigation, nothing else. Start it with ``streamlit run app.py``.

Streamlit runs this file twice over: once as the module ``app`` before the first visitor comes, for the server, and
as ``__main__`` at every visit, for the page.
"""

from collections.abc import Collection
from pathlib import Path

import streamlit as st

from netlab.app import keys, scripts, weights
from netlab.app.address import told_if_unread
from netlab.app.embedded import tell_lacks
from netlab.app.frame import ICON, LOGO, keep_run_in_address, mark_section, restore_after_history
from netlab.app.ideas import PATH
from netlab.app.progress import mark_progress
from netlab.app.start import doors, life
from netlab.app.streamlit_private import give_uploads_back, session_name
from netlab.app.teaching import heed_teachers_code
from netlab.app.visitor import visitor
from netlab.classroom.people import people
from netlab.classroom.tour.view import keep_tour, tour_line
from netlab.classroom.view.gate import leads
from netlab.classroom.view.hidden import hidden
from netlab.classroom.view.known_pages import ALWAYS, tell_pages
from netlab.training.class_rules import rules

TOUR = {"tour": ("Guided tour", "tour")}
IDEAS = (
    TOUR
    | {name: (idea.title, idea.icon) for name, idea in PATH.items()}
    | {"glossary": ("Glossary", "dictionary")}
)
LANDSCAPE = {
    "landscape": ("Loss landscape", "landscape"),
    "fog": ("In the fog", "foggy"),
    "race": ("A fair race", "flag"),
}
DIGITS = {
    "train": ("Train a network", "play_circle"),
    "network": ("Its landscape", "terrain"),
    "inside": ("Look inside", "biotech"),
    "rewind": ("Rewind a run", "fast_rewind"),
    "runs": ("Compare runs", "compare_arrows"),
    "draw": ("Draw a digit", "draw"),
    "lessons": ("Lessons", "assignment"),
}
CLASS = {
    "class": ("Class", "school"),
    "board": ("Board", "co_present"),
    "make": ("Make a lesson", "edit_note"),
}
JOIN = {"join": ("Join", "waving_hand")}


def pages(section: dict[str, tuple[str, str]], out_of_sight: Collection[str] = ()) -> list[st.Page]:
    """The pages of a section, in order; some have an address and no place in the menu."""
    here = Path(__file__).parent
    return [
        st.Page(
            f"pages/{name}.py", title=title, icon=f":material/{icon}:",
            visibility="hidden" if name in out_of_sight else "visible",
        )
        for name, (title, icon) in section.items()
        if (here / "pages" / f"{name}.py").is_file()
    ]  # fmt: skip


def visit() -> None:
    """Show the page that a visitor asks for."""
    st.set_page_config(page_title="Netlab", page_icon=ICON, layout="wide")
    heed_teachers_code()
    leading = leads()
    closed = set() if leading else set(rules().hidden) - set(ALWAYS)
    sections = {"Ideas": IDEAS, "Landscape": LANDSCAPE, "Digits": DIGITS, "Class": CLASS}
    tables = {
        name: pages(section, closed if leading else {*closed, *CLASS}) for name, section in sections.items()
    }
    home = st.Page("pages/home.py", title="Start", icon=":material/home:", default=True)
    page = st.navigation(
        {"": [home, *pages(JOIN, JOIN)], **{name: found for name, found in tables.items() if found}},
        position="top",
    )
    st.logo(LOGO, size="large")
    seen = [[one for one in found if one.visibility == "visible"] for found in ([home], *tables.values())]
    mark_section([found for found in seen if found], page)
    restore_after_history(page.url_path)
    tell_pages({one.url_path or "home": one.title for found in ([home], *tables.values()) for one in found})
    keep_run_in_address()
    if page.url_path not in ("draw", "train", "runs", "classify"):
        give_uploads_back()  # nothing shows them any longer
    if not leading:
        people.came(session_name(), visitor(), page.url_path)
    if page.url_path in closed:
        hidden(page.title)
        return
    tell_lacks(page.url_path)
    tour_line(page.url_path)
    with told_if_unread(page.url_path):
        page.run()
    mark_progress(page.url_path)
    keep_tour(page.url_path)


if __name__ == "__main__":
    visit()
else:
    app = st.App(
        Path(__file__).resolve(),
        routes=[*scripts.routes(), *weights.routes(), *keys.routes()],
        middleware=doors(),
        lifespan=life,
    )
