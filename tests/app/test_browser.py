"""What every figure has in common: nothing in it leads outside, and its tool bar covers nothing that can be clicked."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.browser import Open, Server, unfold
from tests.waiting import until

pytestmark = pytest.mark.browser

WITH_FIGURES = (
    "numbers", "neuron", "functions", "loss", "descent", "backprop", "depth", "overfitting", "dropout", "landscape", "fog", "race", "inside",
)  # fmt: skip
WITHOUT = ("", "draw", "next", "train", "rewind", "runs")
USEFUL = {
    "Download plot as a PNG", "Zoom", "Pan", "Reset axes", "Orbital rotation", "Turntable rotation",
    "Reset camera to default",
}  # fmt: skip
LEGENDS = ("loss", "functions", "race", "landscape")


DRAWN = """(some) => {
  const figures = [...document.querySelectorAll('.live-figure, .race-map, .netlab-walk .plot')].filter((one) => one.offsetHeight > 1);
  return (figures.length > 0 || !some) && figures.every((one) => one.querySelector('.main-svg'));
}"""


def drawn(page: Page, *, some: bool = True) -> None:
    """Wait until Streamlit has run the page, has loaded the code of all it shows, and every figure is drawn."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    until(lambda: page.evaluate(DRAWN, some), what="every figure drawn")


@pytest.mark.parametrize("name", [*WITH_FIGURES, *WITHOUT])
def test_nothing_leads_or_goes_outside(server: Server, open_page: Open, name: str) -> None:
    asked: list[str] = []
    page = open_page(server.url)
    page.on("request", lambda request: asked.append(_host(request)))
    page.goto(f"{server.url}/{name}")
    page.wait_for_selector("h1")
    unfold(page)
    drawn(page, some=name in WITH_FIGURES)
    if name == "train":
        page.wait_for_function("window.Plotly")  # it is fetched before the first run
    buttons = page.evaluate(
        "[...document.querySelectorAll('.modebar-btn')].map((one) => one.dataset.title ?? 'no title')"
    )
    assert set(buttons) <= USEFUL
    assert bool(buttons) == (name in (*WITH_FIGURES, "train"))
    outside = page.evaluate(
        "[...document.querySelectorAll('.js-plotly-plot')].flatMap((one) => [...one.querySelectorAll('a[href]')])"
        ".map((one) => one.href)"
    )
    assert not outside
    assert not page.evaluate(
        "[...document.querySelectorAll('.js-plotly-plot')].some((one) => one._context.showSendToCloud || one._context.plotlyServerURL)"
    )
    assert set(asked) <= {urlsplit(server.url).netloc, ""}
    assert asked


def _host(request: Request) -> str:
    return urlsplit(request.url).netloc


def click_each_name(page: Page, figure: Locator) -> int:
    """Click every name of a figure's legend with the mouse, with the tool bar shown; say how many there were."""
    figure.evaluate(
        "(one) => one.scrollIntoView({ block: 'center' })"
    )  # clear of the menu, which covers the top
    figure.hover(position={"x": 100, "y": 150})
    names = figure.locator(".legendtoggle")
    for place in range(names.count()):
        click_name(page, figure, names.nth(place))
    return names.count()


def click_name(page: Page, figure: Locator, name: Locator) -> None:
    """Click a name and wait for its answer, which Plotly gives once a second click would not make a double click."""
    box = name.bounding_box()
    assert box is not None
    hidden = _hidden(figure)
    page.mouse.move(box["x"] + 12, box["y"] + box["height"] / 2)
    page.mouse.click(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
    until(lambda: _hidden(figure) != hidden, what="an answer to the click")


def _hidden(figure: Locator) -> list[bool]:
    return list(figure.evaluate("(one) => one._fullData.map((trace) => trace.visible === true)"))


@pytest.mark.parametrize("width", [375, 1280, 1600])
@pytest.mark.parametrize("name", LEGENDS)
def test_every_name_can_be_clicked(server: Server, open_page: Open, name: str, width: int) -> None:
    page = open_page(f"{server.url}/{name}", width=width)
    unfold(page)
    drawn(page)
    figures = page.locator(".js-plotly-plot:has(.legendtoggle)")
    clicked = sum(click_each_name(page, figures.nth(place)) for place in range(figures.count()))
    assert clicked or name == "landscape"


@pytest.mark.parametrize("width", [375, 1280, 1600])
def test_every_name_of_a_run_s_curves_can_be_clicked(server: Server, open_page: Open, width: int) -> None:
    page = open_page(f"{server.url}/train?width=8&epochs=1", width=width)
    page.get_by_role("button", name=re.compile("Train")).first.click()
    expect(page.get_by_text("Finished", exact=False).first).to_be_visible()
    drawn(page)
    figures = page.locator(".st-key-charts .live-figure.js-plotly-plot:has(.legendtoggle)")
    expect(figures).to_have_count(2)
    assert sum(click_each_name(page, figures.nth(place)) for place in range(2)) >= 6


NAMES_ON_CURVES = """() => [...document.querySelectorAll('.js-plotly-plot:has(.legendtoggle)')].flatMap((one) => {
  const top = one.getBoundingClientRect().top + one._fullLayout._size.t;
  return [...one.querySelectorAll('.legendtext')].filter((name) => name.getBoundingClientRect().bottom > top + 1)
    .map((name) => name.textContent);
})"""


@pytest.mark.parametrize("width", [375, 1366])
@pytest.mark.parametrize(
    "name",
    [
        "numbers",
        "neuron",
        "functions",
        "loss",
        "descent",
        "backprop",
        "depth",
        "overfitting",
        "dropout",
        "race",
        "fog",
    ],
)
def test_no_legend_lies_on_its_curves(server: Server, open_page: Open, name: str, width: int) -> None:
    page = open_page(f"{server.url}/{name}", width=width)
    unfold(page)
    drawn(page)
    assert page.locator(".legendtext").count()
    assert page.evaluate(NAMES_ON_CURVES) == []


@pytest.mark.parametrize("width", [375, 1366])
def test_the_legends_of_a_run_s_curves_lie_above_them(server: Server, open_page: Open, width: int) -> None:
    page = open_page(f"{server.url}/train?width=8&epochs=1", width=width)
    page.get_by_role("button", name=re.compile("Train")).first.click()
    expect(page.get_by_text("Finished", exact=False).first).to_be_visible()
    drawn(page)
    expect(page.locator(".st-key-charts .legendtext")).to_have_count(6)
    assert page.evaluate(NAMES_ON_CURVES) == []


def test_a_drawing_that_fails_is_a_plain_sentence(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/loss")
    drawn(page)
    page.evaluate("() => { window.Plotly.react = () => Promise.reject(new Error('broken inside')); }")
    page.get_by_role("slider").first.press("ArrowRight")
    told = page.get_by_text("This figure could not be drawn").first
    expect(told).to_be_visible()
    assert "broken inside" not in page.inner_text("body")
