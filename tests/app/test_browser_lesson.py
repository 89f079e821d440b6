"""What idea pages share, in a real browser: the example that plays, the sentence that is kept, the marks in the menu."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import Open, Server

pytestmark = pytest.mark.browser
HOSTILE = "<img src=x onerror=alert(1)> **no** [link](javascript:alert(2)) $x$"
BLOCKED = """for (const name of ["sessionStorage", "localStorage"])
  Object.defineProperty(window, name, { get() { throw new DOMException("The browser keeps nothing.", "SecurityError"); } });"""


def done(page: Page, pages: str) -> None:
    """The ideas that the menu marks."""
    expect(page.locator("style#netlab-progress")).to_have_attribute("data-done", pages)


def predict(page: Page, answer: str) -> None:
    page.get_by_text(answer, exact=True).click()
    page.get_by_role("button", name="That is my prediction").click()
    expect(page.get_by_label("Why? One sentence")).to_be_visible()


def test_an_example_plays_until_it_is_touched_and_what_was_said_is_kept_until_it_is_forgotten(
    server: Server, open_page: Open
) -> None:
    page = open_page(f"{server.url}/neuron", ask=True)
    example, own = page.locator(".worked"), page.locator(".netlab-neuron")
    expect(example).to_have_attribute("data-plays", re.compile("[1-9]"))  # by itself
    expect(example.locator("span")).to_have_attribute("aria-live", "off")
    expect(own).to_contain_text("w₁ = 1.00")
    assert page.evaluate("document.activeElement === document.body")  # it takes no focus
    page.get_by_role("slider", name="Bias b").press("Home")
    expect(example).to_have_attribute("data-plays", "")
    expect(own).to_contain_text("w₁ = 1.50")
    expect(own).to_contain_text("b = −4.00")
    done(page, "")  # the question is still there
    predict(page, "AND and OR")
    done(page, "neuron")
    field = page.get_by_label("Why? One sentence")
    field.fill(HOSTILE)
    field.press("Enter")
    expect(page.get_by_text(f"You wrote: “{HOSTILE}”")).to_be_visible()
    page.goto(f"{server.url}/neuron")
    expect(page.get_by_text(f"You wrote: “{HOSTILE}”")).to_be_visible()
    done(page, "neuron")
    expect(example).to_have_attribute("data-plays", "")  # once
    example.get_by_role("button").click()
    expect(example).to_contain_text("Example 1 of 6")
    example.get_by_role("button").click()
    expect(example).to_have_attribute("data-plays", "")
    page.get_by_test_id("stTopNavSection").filter(has_text="Ideas").click()
    link = page.get_by_test_id("stTopNavDropdownLink").filter(has_text="One neuron")
    assert "✓" in link.evaluate("(it) => getComputedStyle(it, '::after').content")
    page.goto(server.url)
    page.get_by_role("button", name="Forget me").click()
    expect(page.get_by_text("Forgotten: this tab")).to_be_visible()
    done(page, "")
    kept = "[...Object.keys(sessionStorage), ...Object.keys(localStorage)].filter((name) => name.startsWith('netlab'))"
    assert page.evaluate(kept) == []
    assert any(cookie["name"].startswith("netlab_key_") for cookie in page.context.cookies())  # runs stay
    page.goto(f"{server.url}/neuron")
    expect(page.get_by_role("button", name="Skip", exact=True)).to_be_visible()


def test_a_browser_that_keeps_nothing_and_wants_no_motion_has_it_all_for_this_visit(
    server: Server, browser: Browser
) -> None:
    page = browser.new_page(reduced_motion="reduce")
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.add_init_script(BLOCKED)
    page.goto(f"{server.url}/neuron")
    example = page.locator(".worked")
    expect(example.get_by_role("button", name="Play the example")).to_be_visible()
    predict(page, "All three")
    expect(example).to_have_attribute("data-plays", "")
    example.get_by_role("button").press("Enter")
    expect(example).to_contain_text("Example 2 of 6")
    page.get_by_role("slider", name="Bias b").press("Home")
    expect(example).to_have_attribute("data-plays", "")
    done(page, "neuron")
    page.close()
    assert not [one for one in complaints if "netlab" in one or "SecurityError" in one]
