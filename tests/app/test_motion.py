"""What moves by itself asks first whether its reader wants motion."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "netlab"
MOVES = re.compile(
    r"requestAnimationFrame\(|setInterval\(|\.animate\(|\b(?:transition|animation)\s*:|behavior: *.smooth"
)
ASKS = "(prefers-reduced-motion: reduce)"
OTHERWISE = {
    "app/assets/tone.js": "const VOLUME",  # it sounds; all that changes on the screen is a line of text
    "playground/assets/classify_play.js": "S.calm",  # which classify.js asks for
}
"""Files that move something and do not ask by themselves, and what they have instead."""
FILES = [
    path for path in sorted(ROOT.rglob("*"))
    if path.suffix in (".js", ".css", ".html", ".py") and MOVES.search(path.read_text("utf-8"))
]  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_moves_asks_for_the_wish_to_see_no_motion(path: Path) -> None:
    assert OTHERWISE.get(path.relative_to(ROOT).as_posix(), ASKS) in path.read_text("utf-8")


def test_there_is_something_that_moves() -> None:
    assert len(FILES) > 10
    assert {path.relative_to(ROOT).as_posix() for path in FILES} >= OTHERWISE.keys()
