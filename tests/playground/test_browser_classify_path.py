"""A beginner's way through the playground: whoever presses what its own words name parts XOR and the spiral."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Open, Server, content_width
from tests.waiting import until

pytestmark = pytest.mark.browser

NEXT = re.compile(r"choose (\w+) under (\w+), and press (\w+)")
INPUTS = re.compile(r"Press ([\w ]+) and ([\w ]+) under (\w+) too, and press (\w+)")
VERDICT = re.compile(r"Yes, it can: .* points that it has never learnt from")


@pytest.mark.parametrize(("width", "height", "touch"), [(1366, 768, False), (390, 844, True)])
def test_who_presses_what_the_page_names_parts_xor_and_the_spiral(
    server: Server, open_page: Open, width: int, height: int, touch: bool
) -> None:
    options: dict[str, Any] = {"has_touch": True, "is_mobile": True} if touch else {}
    page = open_page(f"{server.url}/classify", width=width, height=height, **options)
    until(lambda: page.locator(".classify").evaluate("root => root.memory?.pictures > 0"))
    expect(page.get_by_text("Press Play: a network finds one")).to_be_visible()
    press(page, "Play")
    for title in ("XOR", "Spiral"):
        goal = page.locator(".advice")
        expect(goal).to_have_text(VERDICT)
        name, menu, _ = found(NEXT, goal.inner_text())
        assert name == title
        if touch:
            press(page, f"{title} next")  # the menu is far below there
        else:
            page.get_by_label(menu, exact=True).click()
            page.get_by_role("option", name=name, exact=True).click()
        expect(goal).to_contain_text(f"{title}.")
        if title == "Spiral":
            *names, _, _ = found(INPUTS, goal.inner_text())
            if touch:
                press(page, f"Give it {names[0]} and {names[1]}")
            else:
                for count, one in enumerate(names, 3):
                    press(page, one)
                    until(
                        lambda count=count: len(told(page, "S.net.titles")) == count, what=f"{count} inputs"
                    )
            until(lambda: len(told(page, "S.net.titles")) == 4, what="four inputs")
        press(page, "Play")
    expect(page.locator(".goal.met .advice")).to_have_text(VERDICT)
    assert told(page, "S.net.titles") == ["x", "y", "sin 2x", "sin 2y"]
    assert content_width(page) <= width


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def told(page: Page, what: str) -> Any:
    return page.locator(".classify").evaluate(f"root => (S => {what})(root.memory)")


def found(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    match = pattern.search(text)
    assert match, text
    return match.groups()
