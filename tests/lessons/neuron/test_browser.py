"""The page on one neuron in a real browser: line, arrow and input are held, numbers follow, a reload brings them back."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from netlab.lessons.neuron.neuron import ROUNDED, Neuron
from netlab.lessons.neuron.two_neurons import TwoNeurons
from netlab.lessons.neuron.view.two_neurons import lines_of
from tests.browser import Open, Server, address, unfold

pytestmark = pytest.mark.browser


def hold(page: Page, handle: Locator, across: float, down: float) -> None:
    """Take hold of a handle of the plane and move it so many units of the plane, without letting go."""
    square = handle.locator("xpath=..").bounding_box()
    assert square is not None
    unit = square["width"] / 4
    box = handle.locator(".ring").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + across * unit, y + down * unit, steps=5)


def numbers(page: Page, *keys: str) -> list[float]:
    """What the address says of these controls."""
    asked = parse_qs(urlsplit(address(page)).query)
    return [float(asked[key][0]) for key in keys]


def test_what_is_held_in_the_plane_moves_numbers_at_once_and_the_sliders_at_the_end(
    server: Server, open_page: Open
) -> None:
    page = open_page(f"{server.url}/neuron?neuron_w1=1&neuron_w2=0&neuron_b=0.5&neuron_activation=tanh")
    neuron = page.locator(".netlab-neuron")
    arrow, line, diamond = (page.locator(f".held.{name}") for name in ("arrow", "line", "input"))
    expect(neuron).to_have_attribute("aria-label", "z = 1.500, a = 0.905")
    page.locator(".live-figure .main-svg").first.wait_for()
    hold(page, diamond, -0.5, 0)
    expect(neuron).to_have_attribute("aria-label", "z = 1.000, a = 0.762")  # still held
    assert "neuron_x1" not in address(page)
    page.mouse.up()
    expect(page).to_have_url(re.compile("neuron_x1=0.5"))
    hold(page, line, 0.25, 0)  # the line z = 0 was at x₁ = −0.5
    expect(neuron).to_have_attribute("aria-label", "z = 0.750, a = 0.635")
    page.mouse.up()
    expect(page).to_have_url(re.compile("neuron_b=0.25"))
    diamond.press("ArrowRight")
    expect(neuron).to_have_attribute("aria-label", "z = 0.800, a = 0.664")
    expect(page).to_have_url(re.compile("neuron_x1=0.55"))
    arrow.focus()
    for _ in range(10):
        arrow.press("ArrowUp")
    expect(arrow).to_have_attribute("aria-valuetext", "weights 1.00 and 0.50")
    expect(page).to_have_url(re.compile("neuron_w2=0.5"))
    expect(page.get_by_role("slider", name="Weight w₂")).to_have_attribute("aria-valuetext", "0.50")
    w2, b, x1 = numbers(page, "neuron_w2", "neuron_b", "neuron_x1")
    z = Neuron(np.array([1.0, w2]), b, "tanh").pre_activation(np.array([[x1, 0.5]]))[0]
    expect(neuron).to_have_attribute("aria-label", f"z = {z:.3f}, a = {np.tanh(z):.3f}")
    unfold(page, "More: two neurons")
    verdict = page.locator(".verdict")
    expect(verdict).to_have_text("All four corners are right: two lines that meet do what one line cannot.")
    second = page.locator(".second .held.line")
    second.scroll_into_view_if_needed()
    hold(page, second, 0.5, -0.5)
    expect(verdict).to_have_text("3 of 4 corners are right.")
    page.mouse.up()
    page.wait_for_url(re.compile("neuron_lines="))
    lines = lines_of(parse_qs(urlsplit(address(page)).query)["neuron_lines"][0].split("_"))
    assert TwoNeurons(*lines).right_corners().sum() == 3
    page.get_by_role("slider", name="Weight w₁").press("ArrowRight")
    expect(page).to_have_url(re.compile("neuron_w1=1.05"))
    z = round(z + 0.05 * x1, ROUNDED)
    now = f"z = {z:.3f}, a = {np.tanh(z):.3f}"
    expect(neuron).to_have_attribute("aria-label", now)
    page.reload()
    expect(neuron).to_have_attribute("aria-label", now)
