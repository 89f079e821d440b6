"""Every page for who does not see it, uses no mouse, or sees it large: axe-core, the Tab key, 200 % and a phone."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser import (
    FRAMES,
    Open,
    Server,
    address,
    content_width,
    skip_questions,
    unfold,
)
from tests.waiting import until

pytestmark = pytest.mark.browser

PAGES = sorted(path.stem for path in (Path(__file__).resolve().parents[2] / "pages").glob("*.py"))
OF_A_RUN = ("train", "network", "inside", "rewind", "runs")
WIDTHS = (640, 390)
"""Pixels: what a window of 1280 has left at 200 %, and a phone."""
GRAVE = ("serious", "critical")
STREAMLITS = {
    "scrollable-region-focusable": (
        "katex-display",
    ),  # Chromium and Firefox let Tab reach by themselves what scrolls
}
"""Rules of axe-core that elements made by Streamlit break, and what such elements have in their HTML."""

LISTEN = """() => {
  const styles = (one) => {
    const found = [];
    for (let at = one; at && found.length < 3; at = at.parentElement) {
      const { outline, boxShadow, borderColor, backgroundColor, textDecoration } = getComputedStyle(at);
      found.push(outline, boxShadow, borderColor, backgroundColor, textDecoration);
    }
    const drawn = one.matches('g') ? [...one.children].map((part) => getComputedStyle(part)) : []; // a drawing shows it by a line
    return [...found, ...drawn.flatMap(({ stroke, strokeWidth }) => [stroke, strokeWidth])].join();
  };
  const reached = (one) => {
    if (one.tabIndex < 0 || one.disabled || !one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || one.closest('[inert]')) return false;
    if (one.type === 'radio' && !one.checked) return false; // the arrow keys go from one to the next
    if (one.dataset.rac !== undefined && one !== one.parentElement.querySelector('[data-rac]')) return false; // here too
    return one.getBoundingClientRect().width > 0;
  };
  const controls = new Map();
  const heard = (event) => {
    const control = controls.get(event.composedPath()[0]);
    if (!control || control.seen) return;
    control.seen = true;
    if (control.ours && styles(event.composedPath()[0]) === control.before) window.unseen.push(control.name);
  };
  const look = (root, ours) => {
    root.addEventListener('focusin', heard, true); // none comes out of a shadow in which the focus stays
    for (const one of root.querySelectorAll('*')) {
      if (one.shadowRoot) look(one.shadowRoot, true);
      if (one.matches('a[href], button, input, select, textarea, summary, [tabindex]') && reached(one)) {
        controls.set(one, { ours: ours || Boolean(one.closest('[data-testid^=stBidiComponent]')), before: styles(one), name: one.outerHTML.slice(0, 120) });
      }
    }
  };
  look(document, false);
  window.controls = controls;
  window.unseen = [];
  return controls.size;
}"""
CUT_OFF = """() => [...document.querySelectorAll('[data-testid=stButtonGroup] *, [data-testid=stPageLink] *')]
  .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== 'visible')
  .map((one) => one.textContent.slice(0, 80))"""
LEFT = "[...window.controls].filter(([one, known]) => !known.seen && one.isConnected && !one.disabled).map(([, known]) => known.name)"


def stands_still(page: Page) -> None:
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    page.evaluate(FRAMES)


def grave(page: Page, only: str = "") -> list[str]:
    """What axe-core finds that keeps readers out, Streamlit's own apart; by one of its rules, or by all."""
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if only:
        options["runOnly"] = {"type": "rule", "values": [only]}
    found: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:160]} | {node.get('failureSummary', '')[:300]}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
        if not any(known in node["html"] for known in STREAMLITS.get(one["id"], ()))
    ]


def walked_by_tab(page: Page) -> list[str]:
    """Go from control to control by Tab; say what was not reached, and what of ours does not show that it is."""
    count = page.evaluate(LISTEN)
    for _ in range(2 * count):  # what scrolls is reached too
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
    return [
        *(f"not reached: {one}" for one in page.evaluate(LEFT)),
        *(f"no focus: {one}" for one in page.evaluate("window.unseen")),
    ]


def fits(page: Page, width: int) -> bool:
    """Whether a page is no wider than its window, once its figures have taken the window's new width."""
    with suppress(TimeoutError):
        return until(lambda: content_width(page) <= width, seconds=20)
    return False


def trained(page: Page, server: Server) -> str:
    """Train a small network; return its id."""
    page.goto(f"{server.url}/train?width=8&epochs=1")
    page.get_by_role("button", name=re.compile("Train")).first.click()
    expect(page.get_by_text("Finished", exact=False).first).to_be_visible()
    found = re.search(r"run=(\w+)", address(page))
    assert found is not None
    return found[1]


@pytest.mark.parametrize("names", [PAGES[::2], PAGES[1::2]], ids=["one half", "the other"])
def test_every_page_by_axe_by_keyboard_and_in_little_room(
    names: list[str], server: Server, browser: Browser
) -> None:
    page = browser.new_page(color_scheme="light")
    page.set_default_timeout(60_000)
    skip_questions(page)
    outside: list[str] = []
    page.on("request", lambda request: outside.append(request.url))
    run = trained(page, server) if {*OF_A_RUN} & {*names} else ""
    faults = []
    for name in names:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")
        page.goto(f"{server.url}/{'' if name == 'home' else name}{f'?run={run}' if name in OF_A_RUN else ''}")
        page.wait_for_selector("h1")
        stands_still(page)
        found = walked_by_tab(page)
        unfold(page)
        for scheme, only in (("light", ""), ("dark", "color-contrast")):  # all else is the same in both
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            stands_still(page)
            found += [f"{scheme}: {one}" for one in grave(page, only)]
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 844})
            stands_still(page)
            if not fits(page, width):
                found.append(f"{content_width(page)} pixels wide in {width}")
        found += [f"cut off on a phone: {one}" for one in page.evaluate(CUT_OFF)]
        faults += [f"{name}: {one}" for one in found]
    page.close()
    assert not faults, "\n".join(faults)
    assert not [url for url in outside if not url.startswith((server.url, "data:", "blob:", "about:"))]


def test_who_wants_no_motion_sees_the_end_at_once(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/numbers", reduced_motion="reduce")
    page.get_by_role("button", name="Unroll").click()
    assert page.get_by_role("slider", name="rows unrolled").input_value() == "28"
    page.get_by_role("button", name="Roll up").click()
    assert page.get_by_role("slider", name="rows unrolled").input_value() == "0"
