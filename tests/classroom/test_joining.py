"""The link by which a class joins is the one that its visitors can use, and the code says that very link."""

from __future__ import annotations

import base64
import re

import pytest

from netlab.classroom import joining


@pytest.mark.parametrize(
    ("seen", "base", "address"),
    [
        ("http://192.168.1.5:8501/class?class_view=join", "", "http://192.168.1.5:8501/join"),
        ("https://lab.example.edu/netlab/class", "netlab", "https://lab.example.edu/netlab/join"),
        ("http://[fe80::1]:8501/board", "/", "http://[fe80::1]:8501/join"),
        ("javascript:alert(1)", "", ""),
        ("http://user@evil.example/class", "", ""),
        ("http://host:port/", "", ""),
        ("", "", ""),
        (None, "", ""),
    ],
)
def test_the_link_is_made_from_the_address_in_the_teacher_s_browser(
    seen: str | None, base: str, address: str
) -> None:
    assert joining.join_address(seen, base) == address


def test_localhost_is_told_with_what_to_do() -> None:
    for seen in ("http://localhost:8501/class", "http://127.0.0.1:8501/class", "http://[::1]:8501/class"):
        assert joining.only_here(joining.join_address(seen))
    assert not joining.only_here("http://192.168.1.5:8501/join")
    assert not joining.only_here("")
    seen = "http://localhost:8501/class"
    alone = joining.instead(seen, "192.168.1.5", listens=False, page="class")
    assert "--server.address 0.0.0.0" in alone
    there = joining.instead(seen, "192.168.1.5", listens=True, page="class")
    assert "Open http://192.168.1.5:8501/class instead" in there
    assert "in no network" in joining.instead(seen, "", listens=True, page="class")


def test_the_code_is_black_on_white_with_a_quiet_zone_and_other_links_give_other_codes() -> None:
    url = joining.qr_url("http://192.168.1.5:8501/join")
    kind, _, packed = url.partition(";base64,")
    drawn = base64.b64decode(packed).decode()
    assert kind == "data:image/svg+xml"
    assert re.findall(r'(?:stroke|fill)="(#\w+)"', drawn) == ["#fff", "#000"]
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', drawn).group(1))  # type: ignore[union-attr]
    assert (side - 8 - 17) % 4 == 0  # modules of a QR code, and four on each side of it
    assert re.search(r'd="M4 4.5h7', drawn)  # the first corner's upper edge, seven modules wide
    assert url != joining.qr_url("http://192.168.1.6:8501/join")
    with pytest.raises(ValueError, match="across a room"):
        joining.qr_url("x" * 10_000)
