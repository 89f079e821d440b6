"""The page on functions in a real browser: bend the line, click points, watch twenty networks learn, come back."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from netlab.lessons.functions.hand_constructions import OneHiddenLayer, errors, hinges_through
from netlab.lessons.functions.targets import sine
from tests.browser import Open, Server, address, unfold
from tests.waiting import until

pytestmark = pytest.mark.browser


def error(page: Page) -> str:
    return page.get_by_text("Your error:").inner_text()


def hold_a_knot(page: Page) -> None:
    """Move a knot: all others stay, the sliders are the hinges through them, and the error is Python's."""
    before, knot = knots(page), page.locator(".knot").nth(3)
    box = knot.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 20, y - 80, steps=5)
    held = page.locator(".build .error").inner_text()
    assert "functions_relu_by3" not in address(page)
    page.mouse.up()
    expect(page).to_have_url(re.compile("functions_relu_by3="))
    after = knots(page)
    assert after[3][0] < before[3][0]
    assert after[3][1] > before[3][1]
    assert [one for place, one in enumerate(after) if place != 3] == [
        one for place, one in enumerate(before) if place != 3
    ]
    asked = parse_qs(urlsplit(address(page)).query)
    turns = [
        float(asked.get(f"functions_relu_by{unit}", [first])[0])
        for unit, first in enumerate((4, -8, 4, 0, 0))
    ]
    places = np.array([-1.0, -0.75, -0.25, float(asked["functions_relu_at3"][0]), 0.75])
    network = OneHiddenLayer(np.ones(5), -places, np.array(turns), np.asarray(0.0), "relu")
    through = hinges_through(np.append(places, 1.0), network(np.append(places, 1.0)))
    np.testing.assert_allclose(through.outer, turns, atol=1e-3)
    np.testing.assert_allclose(network(places), [height for _, height in after[:-1]], atol=0.006)
    rms = errors(network, sine()).rms
    assert held == f"Your sum is off by {rms:.3f} (root mean square)."
    expect(page.get_by_text(f"Your error: {rms:.3f}")).to_be_visible()
    knot.press("ArrowUp")
    assert knots(page)[3][1] == pytest.approx(after[3][1] + 0.05, abs=0.011)
    expect(page.get_by_text(f"Your error: {rms:.3f}")).to_have_count(0)


def knots(page: Page) -> list[tuple[float, float]]:
    """Where the knots say that they are, to two decimals."""
    words = [str(knot.get_attribute("aria-valuetext")) for knot in page.locator(".knot").all()]
    found = [re.fullmatch(r"x = (.*), y = (.*)", word.replace("−", "-")) for word in words]
    return [(float(one[1]), float(one[2])) for one in found if one]


def test_bend_the_line_and_come_back(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/functions")
    page.locator(".knot").first.wait_for()
    hold_a_knot(page)
    before = error(page)
    page.get_by_role("slider", name="How many (K)").press("ArrowRight")
    expect(page.get_by_text("The rule with 6 units")).to_be_visible()
    page.get_by_role("button", name="Place them by rule").click()
    expect(page.get_by_text(before)).to_have_count(0)
    expect(page).to_have_url(re.compile("functions_count=6"))
    expect(page).to_have_url(re.compile("functions_relu_by1="))
    placed = error(page)
    page.reload()
    expect(page.get_by_text(placed)).to_be_visible()


def test_click_a_curve_of_one_s_own(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/functions?functions_target=own+points")
    canvas = page.locator(".points canvas")
    canvas.wait_for()
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("Give two or more points")).to_be_visible()
    for x, y in ((60, 40), (200, 110), (320, 30)):
        canvas.click(position={"x": x, "y": y})
    expect(page.get_by_text("Give two or more points")).to_have_count(0)
    expect(page).to_have_url(re.compile("functions_points="))


def test_the_address_carries_all_controls_also_after_a_curve_of_one_s_own(
    server: Server, open_page: Open
) -> None:
    page = open_page(f"{server.url}/functions")
    page.get_by_role("slider", name="How many (K)").press("ArrowRight")
    page.get_by_role("radio", name="steps").click()
    page.get_by_role("radio", name="own points").click()
    page.locator(".points canvas").wait_for()
    page.get_by_role("radio", name="bump", exact=True).click()
    expect(page.locator(".points canvas")).to_have_count(0)
    until(
        lambda: all(part in address(page) for part in ("functions_count=6", "functions_kind=steps", "bump"))
    )
    page.reload()
    expect(page.get_by_role("slider", name="How many (K)")).to_have_attribute("aria-valuetext", "6")
    expect(page.get_by_role("slider", name="Steepness of every step")).to_be_visible()


def test_twenty_networks_learn_before_one_s_eyes(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/depth?find_units=2")
    unfold(page)
    page.get_by_role("button", name="Learn", exact=True).click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_text("step 2,000 of 2,000")).to_be_visible(timeout=120_000)
    expect(page.get_by_role("button", name="Learn again")).to_be_visible()
