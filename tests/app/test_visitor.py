"""All tabs of one browser are one visitor, whatever mask the cookie wears."""

from __future__ import annotations

import pytest
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string

from netlab.app.visitor import _unmasked


def test_the_cookie_names_the_browser_under_every_mask() -> None:
    one, other = b"a" * 16, b"b" * 16
    assert generate_xsrf_token_string(one) != generate_xsrf_token_string(one)
    assert _unmasked(generate_xsrf_token_string(one)) == one
    assert _unmasked(f'"{generate_xsrf_token_string(other)}"') == other


@pytest.mark.parametrize("cookie", ["", "2|", "2||aa|1", "2|zz|aa|1", "2|aa|aa|1|2", "nothing"])
def test_another_cookie_names_nobody(cookie: str) -> None:
    assert _unmasked(cookie) == b""
