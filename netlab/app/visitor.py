"""Who asks: all tabs of one browser are one visitor, as far as the browser lets us know."""

from __future__ import annotations

import hashlib

import streamlit as st

from netlab.app.streamlit_private import session_name

COOKIE = "_streamlit_xsrf"  # Streamlit gives one to every browser, against forged requests


def visitor() -> str:
    """A name for this browser, the same in all its tabs; without cookies, for this session alone. For quotas only."""
    secret = _unmasked(st.context.cookies.get(COOKIE, ""))
    if secret:
        return hashlib.sha256(secret).hexdigest()
    return session_name()


def _unmasked(cookie: str) -> bytes:
    """What stays the same in the cookie, which Streamlit masks anew with each answer; nothing if it has another form."""
    parts = cookie.strip('"').split("|")
    try:
        _, mask, token, _ = parts
        key, hidden = bytes.fromhex(mask), bytes.fromhex(token)
    except ValueError:
        return b""
    return bytes(byte ^ key[place % len(key)] for place, byte in enumerate(hidden)) if key else b""
