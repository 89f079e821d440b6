"""Inside in a real browser: a cell opens its digits, a silenced unit changes the accuracy, a point shows its digit."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser import Open, Server, content_width

SILENT = re.compile(r"Without 1 of 512 units \(\d+\): \d+\.\d\d")


def sentence(page: Page, start: str) -> str:
    found = page.locator("p", has_text=start).first
    expect(found).to_be_visible()
    return found.inner_text()


def section(page: Page, name: str) -> None:
    page.get_by_test_id("stButtonGroup").first.get_by_text(name, exact=True).click()


def test_a_cell_opens_its_digits(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/inside?subject=article")
    cells = page.locator(".confusion td button")
    expect(cells).to_have_count(100)
    names = cells.evaluate_all("all => all.map((one) => one.getAttribute('aria-label'))")
    name = next(one for one in names if not re.match(r"(\d) read as (\1|\d: 0)", one))
    truth, said, count = re.match(r"(\d) read as (\d): (\d+)", name).groups()  # type: ignore[union-attr]
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_text(f"{truth} read as {said}: {count} picture")).to_be_visible()
    shown = page.locator(".netlab-asked").first.locator("figure")
    expect(shown).to_have_count(min(24, int(count)))
    expect(shown.first).to_contain_text(f"is {truth},")
    expect(page.get_by_role("button", name=name, exact=True)).to_have_attribute("aria-pressed", "true")
    page.wait_for_url(f"**inside_cell={truth}-{said}**")


def test_arrow_keys_move_through_the_table(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/inside?subject=article")
    page.locator(".confusion td button").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".confusion td button[data-cell='1-2']")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("1 read as 2: "))).to_be_visible()


def test_a_silenced_unit_changes_the_accuracy_and_comes_back(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/inside?subject=article&section=units")
    tiles = page.locator(".units .grid button")
    expect(tiles).to_have_count(512)
    whole = sentence(page, "Nothing is silenced.")
    page.get_by_role("radio", name="Silence it").click()
    tiles.first.click()
    expect(page.get_by_text(SILENT)).to_be_visible()
    expect(tiles.first).to_have_attribute("aria-pressed", "true")
    section(page, "Map")
    expect(page.get_by_text("Press a point to see its picture.")).to_be_visible()
    section(page, "Units")
    expect(tiles.first).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text(SILENT)).to_be_visible()
    page.get_by_role("button", name="Silence the 51 worth most").click()
    told = sentence(page, "Without 52 of 512 units")
    assert re.search(r"[−+]\d+\.\d\d percentage points", told)
    page.get_by_role("button", name="All back").click()
    expect(page.get_by_text("Nothing is silenced.")).to_be_visible()
    assert sentence(page, "Nothing is silenced.") == whole


def test_a_unit_is_looked_at_and_its_connection_cut(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/inside?subject=article&section=units")
    page.locator(".units .order").select_option("number")
    tile = page.locator(".units .grid button").nth(17)
    tile.click()
    expect(page.get_by_role("heading", name="Unit 17", exact=True)).to_be_visible()
    page.get_by_role("button", name=re.compile(r"^3 \(")).click()
    expect(page.get_by_text(re.compile(r"Without 1 connection: "))).to_be_visible()
    page.locator(".units .grid button").nth(18).click()
    expect(page.get_by_role("heading", name="Unit 18", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile(r"Without 1 connection: "))).to_be_visible()


def test_arrow_keys_move_through_the_units(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/inside?subject=article&section=units")
    tiles = page.locator(".units .grid button")
    expect(page.locator(".units .grid button[tabindex='0']")).to_have_count(1)
    tiles.first.focus()
    page.keyboard.press("ArrowRight")
    expect(tiles.nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".units .grid button:focus")).to_have_count(1)
    number = str(page.evaluate("document.activeElement.shadowRoot?.activeElement?.ariaLabel")).split(" ")[1]
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"Unit {number.rstrip(':')}", exact=True)).to_be_visible()


def test_a_point_of_the_map_shows_its_digit(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/inside?subject=article&section=map")
    expect(page.get_by_text("Press a point to see its picture.")).to_be_visible()
    page.locator(".live-figure .scatterlayer .trace").first.locator(".point").nth(3).click(force=True)
    expect(page.get_by_text(re.compile(r"Test picture \d+: \d, read as \d"))).to_be_visible()


def test_the_sections_fit_a_phone(server: Server, open_page: Open) -> None:
    for section, seen in (("mistakes", ".confusion"), ("units", ".units"), ("map", ".live-figure")):
        page = open_page(f"{server.url}/inside?subject=article&section={section}", width=390, height=844)
        expect(page.locator(seen).first).to_be_visible()
        assert content_width(page) <= 390
