"""What a page lacks where the browser keeps no cookies for it, as in a frame of another site's page: it is said once, above."""

from __future__ import annotations

import streamlit as st

from netlab.processes import sharing

XSRF = "_streamlit_xsrf"
"""The cookie without which the server takes no file."""
WITH_FILES = ("draw", "train", "runs", "classify")
WITH_RUNS = ("network", "inside", "rewind", "runs")
"""Train says it beside the run."""
FILES = "files cannot be uploaded"
OWN = "your runs are yours only until this tab is closed"


def lacks(page: str, *, shared: bool) -> list[str]:
    """What a page lacks without cookies.

    Parameters
    ----------
    page : str
        Its name.
    shared : bool
        Whether others use this server, too.

    Returns
    -------
    list of str
        Parts of a sentence; empty if nothing is missed.
    """
    return [*([FILES] if page in WITH_FILES else []), *([OWN] if shared and page in WITH_RUNS else [])]


def tell_lacks(page: str) -> None:
    """Say it, with the way out, where a browser has sent no cookie of this server."""
    address = st.context.url
    if address is None or XSRF in st.context.cookies:
        return
    found = lacks(page, shared=sharing.shared())
    if found:
        with st.container(horizontal=True, vertical_alignment="center", key="no_cookies"):
            st.caption(
                f":material/cookie_off: Your browser keeps no cookies for this page here, so {' and '.join(found)}. "
                "A tab of its own helps where the page stands in another one; else allow cookies for this address.",
                width="stretch",
            )
            st.link_button("Open it in a tab of its own", address, icon=":material/open_in_new:")
