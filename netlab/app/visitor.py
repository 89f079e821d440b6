"""Who asks: the browser that keeps a secret, in all its tabs; where it keeps none, this session alone."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from netlab.app import keys
from netlab.runs import owners

OWN, BROUGHT = "_own_key", "_keys_brought"
"""In the session: the secret of a browser that keeps none, and those that were brought from another computer."""


def secrets() -> list[str]:
    """The secrets of this visitor, the oldest first; at least one."""
    found = keys.held(st.context.cookies.to_dict())
    if not found:
        own: str = st.session_state.get(OWN) or keys.new_secret()
        found = [own]
        st.session_state[OWN] = own
    return list(dict.fromkeys([*found, *st.session_state.get(BROUGHT, [])]))


def visitor() -> str:
    """A name for this visitor, the same in all tabs of a browser: what stands beside a run that it begins."""
    return owners.name_of(secrets()[0])


def names() -> frozenset[str]:
    """All names under which this visitor has begun runs."""
    return frozenset(map(owners.name_of, secrets()))


def keeps_secret() -> bool:
    """Whether this browser keeps its secret; else its runs are its own only until the tab is closed."""
    return bool(keys.held(st.context.cookies.to_dict()))


def bring(found: Sequence[str]) -> None:
    """Let this session hold secrets of another computer, too.

    Parameters
    ----------
    found : sequence of str
        What is no secret is passed over.
    """
    held: list[str] = [*st.session_state.get(BROUGHT, []), *filter(keys.is_secret, found)]
    st.session_state[BROUGHT] = list(dict.fromkeys(held))[: keys.MOST]
