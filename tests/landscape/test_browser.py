"""The landscape page in a real browser: slide, click a start, play, scrub, and come back by the address."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import Open, Server, address, content_width
from tests.waiting import until

pytestmark = pytest.mark.browser


def drawn(page: Page) -> Locator:
    """The walk's component, once its contours, its scene and its losses are there."""
    walk = page.locator(".netlab-walk")
    walk.locator(".contour .nsewdrag").wait_for()
    walk.locator(".steps .nsewdrag").wait_for()
    page.wait_for_function("() => Number(document.querySelector('.space .plot')?.dataset.updates ?? 0) > 0")
    return walk


def updates(walk: Locator) -> int:
    return int(walk.get_attribute("data-updates") or 0)


def type_formula(page: Page, formula: str) -> None:
    typed = page.get_by_role("textbox", name="f(x, y) =")
    typed.fill(formula)
    typed.press("Enter")


def told(walk: Locator) -> str:
    return walk.locator("output").inner_text()


TWICE = """area => {
    const {left, top} = area.getBoundingClientRect();
    const at = {clientX: left + 50, clientY: top + 50, bubbles: true, button: 0};
    for (const kind of ['pointerdown', 'pointerup', 'pointerdown', 'pointerup']) area.dispatchEvent(new PointerEvent(kind, at));
}"""
"""A double click too quick for a busy machine to tear apart."""


def state(page: Page) -> Any:
    """What a reload must bring back: path buttons, place of the ball, and the server's word about the update."""
    return page.evaluate(
        """() => [
            [...document.querySelectorAll('.netlab-walk .chips button')].map((chip) => chip.textContent),
            document.querySelector('.netlab-walk output').textContent,
        ]"""
    )


def test_slide_click_play_reload(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/landscape?ls_steps=20&ls_others=Adam")
    walk = drawn(page)
    expect(walk.locator(".chips button")).to_have_count(2)
    walk.locator(".contour .plot").evaluate("plot => { plot.marked = true; }")
    before = walk.locator(".chips button").first.inner_text()
    slider = page.get_by_role("slider", name="Learning rate η")
    slider.focus()
    slider.press("ArrowLeft")
    until(lambda: walk.locator(".chips button").first.inner_text() != before, what="another walk")
    until(lambda: "ls_rate_ravine_sgd=0.016" in address(page), what="the rate in the address")
    box = walk.locator(".contour .nsewdrag").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + 0.2 * box["height"])
    until(
        lambda: "ls_x_ravine=" in address(page) and "ls_y_ravine=" in address(page),
        what="the start in the address",
    )
    x, y = (float(part) for part in (walk.get_attribute("data-start") or "").split(","))
    assert x == pytest.approx(0.5, abs=0.15)
    assert y == pytest.approx(2.7, abs=0.1)
    walk.get_by_role("slider", name="Step of the walk").press("Home")
    until(lambda: f"x {x:g}" in told(walk).replace("−", "-"), what="a walk from the click")
    walk.get_by_role("button", name="Play").click()
    until(lambda: 0 < int(walk.get_attribute("data-step") or 0) < 20, what="a ball that rolls")
    until(lambda: walk.get_attribute("data-step") == "20", what="the end of the walk")
    until(lambda: "ls_step=20" in address(page), what="the step in the address")
    expect(page.get_by_text("This was the last step of the walk")).to_be_visible()
    walk.get_by_role("button", name="One step back").click()
    until(lambda: "ls_step=19" in address(page), what="one step back in the address")
    assert walk.locator(".contour .plot").evaluate("plot => plot.marked")
    left = state(page)
    page.reload()
    drawn(page)
    until(lambda: state(page) == left, what="the same state after a reload")


def test_zoom_and_camera_outlive_a_moved_slider(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/landscape")
    walk = drawn(page)
    walk.locator(".contour .nsewdrag").scroll_into_view_if_needed()
    box = walk.locator(".contour .nsewdrag").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 200, steps=5)
    page.mouse.up()
    look = """() => {
        const [map, space] = ['contour', 'space'].map((name) => document.querySelector(`.netlab-walk .${name} .plot`));
        return [map.layout.xaxis.range, space._fullLayout.scene.camera.eye.x];
    }"""
    until(lambda: page.evaluate(look)[0][1] < 9, what="a zoomed map")
    assert "ls_x_ravine" not in address(page)  # dragging is no click
    walk.locator(".space .plot").scroll_into_view_if_needed()  # the question stands above
    scene = walk.locator(".space .plot").bounding_box()
    assert scene is not None
    first = page.evaluate(look)[1]
    page.mouse.move(scene["x"] + 200, scene["y"] + 200)
    page.mouse.down()
    page.mouse.move(scene["x"] + 90, scene["y"] + 230, steps=6)
    page.mouse.up()
    until(lambda: abs(page.evaluate(look)[1] - first) > 0.1, what="a turned scene")
    until(lambda: "eye~" in address(page), what="the camera in the address, told when it stands still")
    zoomed = page.evaluate(look)
    count = updates(walk)
    slider = page.get_by_role("slider", name="Learning rate η")
    slider.focus()
    slider.press("ArrowRight")
    until(lambda: updates(walk) > count, what="another walk")
    slider.press("ArrowRight")
    expect(page.get_by_text("Diverged.")).to_be_visible()
    expect(page.get_by_text(re.compile("Yours, .* is above"))).to_be_visible()
    assert page.evaluate(look) == zoomed


SCRUB = """() => new Promise((done) => {
    const walk = document.querySelector('.netlab-walk'), scrub = walk.querySelector('.scrub');
    let [at, last, back] = [0, 0, 0];
    const watch = new MutationObserver(() => {
        back = Math.max(back, last - Number(walk.dataset.step));
        last = Number(walk.dataset.step);
    });
    watch.observe(walk, { attributes: true, attributeFilter: ['data-step', 'data-updates'] });
    const move = () => {
        at += 1;
        scrub.value = at;
        scrub.dispatchEvent(new Event('input'));
        setTimeout(at < 16 ? move : () => done(back), at < 16 ? 130 : 1000);
    };
    move();
})"""


def test_a_scrubbed_ball_never_jumps_back_to_where_the_server_still_is(
    server: Server, open_page: Open
) -> None:
    page = open_page(f"{server.url}/landscape?ls_steps=20&ls_step=0")
    walk = drawn(page)
    assert page.evaluate(SCRUB) == 0
    until(lambda: "ls_step=16" in address(page), what="the last step in the address")
    assert walk.get_attribute("data-step") == "16"


def test_a_hidden_path_stays_hidden_and_a_double_click_is_no_start(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/landscape?ls_others=Adam&ls_others=Momentum")
    walk = drawn(page)
    walk.locator(".chips button", has_text="Adam").click()
    visible = "() => document.querySelector('.steps .plot').data.map((line) => line.visible)"
    until(lambda: page.evaluate(visible) == [True, False, True], what="a hidden line")
    count = updates(walk)
    slider = page.get_by_role("slider", name="Learning rate η")
    slider.focus()
    slider.press("ArrowLeft")
    until(lambda: updates(walk) > count, what="another walk")
    until(lambda: page.evaluate(visible) == [True, False, True], what="a line that stays hidden")
    walk.locator(".contour .nsewdrag").evaluate(TWICE)
    walk.get_by_role("button", name="One step on").click()
    until(lambda: "ls_step=2" in address(page), what="a step in the address")
    assert "ls_x_ravine" not in address(page)


LOOK = """() => {
    const [map, space] = ['contour', 'space'].map((name) => document.querySelector(`.netlab-walk .${name} .plot`)._fullLayout);
    const {eye, center} = space.scene.camera;
    const pressed = [...document.querySelectorAll('.netlab-walk .chips button')].map((chip) => chip.ariaPressed);
    return {
        zoom: [...map.xaxis.range, ...map.yaxis.range],
        camera: [eye.x, eye.y, eye.z, center.x, center.y, center.z],
        pressed,
        speed: document.querySelector('.netlab-walk .speed').value,
    };
}"""


def alike(look: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two looks agree to what the address keeps of them: four digits."""
    return all(
        other[name]
        == (pytest.approx(look[name], rel=1e-3, abs=1e-3) if name in ("zoom", "camera") else look[name])
        for name in look
    )


def test_a_link_restores_zoom_camera_speed_and_hidden_paths(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/landscape?ls_others=Adam")
    walk = drawn(page)
    first = page.evaluate(LOOK)
    box, scene = (
        walk.locator(".contour .nsewdrag").bounding_box(),
        walk.locator(".space .plot").bounding_box(),
    )
    assert box is not None
    assert scene is not None
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 200, steps=5)
    page.mouse.up()
    until(lambda: "zoom~" in address(page), what="the zoom in the address")
    page.mouse.move(scene["x"] + 200, scene["y"] + 200)
    page.mouse.down()
    page.mouse.move(scene["x"] + 90, scene["y"] + 230, steps=6)
    page.mouse.up()
    until(lambda: "eye~" in address(page), what="the camera in the address")
    walk.get_by_role("combobox", name="Steps a second").select_option("30")
    walk.locator(".chips button", has_text="Adam").click()
    until(
        lambda: "speed~30" in address(page) and "hidden~adam" in address(page), what="speed and hidden path"
    )
    left = page.evaluate(LOOK)
    assert all(abs(now - then) > 0.1 for now, then in zip(left["zoom"], first["zoom"], strict=True))
    assert abs(left["camera"][0] - first["camera"][0]) > 0.1
    page.reload()
    drawn(page)
    until(lambda: alike(page.evaluate(LOOK), left), what="the same look after a reload")
    walk.locator(".contour .nsewdrag").dblclick()
    until(lambda: page.evaluate(LOOK)["zoom"] == first["zoom"], what="the whole map after a double click")
    until(lambda: "zoom~" not in address(page), what="no zoom in the address")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_a_phone(scheme: str, server: Server, open_page: Open) -> None:
    address = f"{server.url}/landscape?ls_optimizer=Nadam&ls_surface=One+neuron%3A+weight+and+bias&ls_step=3"
    page = open_page(address, width=390, height=844, color_scheme=scheme)
    drawn(page)
    expect(page.get_by_text("5 Update")).to_be_visible()
    assert content_width(page) <= 390


@pytest.mark.parametrize("formula", ["exp(exp(x*y))", "exp(exp(x*y%2F5))", "sqrt(x%2B4)"])
def test_a_landscape_with_holes_does_not_stop_the_browser(
    formula: str, server: Server, open_page: Open
) -> None:
    page = open_page(f"{server.url}/landscape?ls_surface=Your+own+formula&ls_formula={formula}")
    walk = drawn(page)
    walk.get_by_role("slider", name="Step of the walk").press("End")
    until(lambda: "ls_step=" in address(page), what="an answer to the keyboard")
    for other in ("x^2 + y^2", "exp(exp(x*y/4))"):  # to a whole one and back to one with holes
        before = updates(walk)
        type_formula(page, other)
        until(lambda seen=before: updates(walk) > seen, what="another landscape")
    expect(walk.get_by_role("button", name="Play")).to_be_enabled()


def test_advice_about_a_formula_shows_every_sign_of_it(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/landscape?ls_surface=Your+own+formula")
    drawn(page)
    type_formula(page, " ")
    expect(page.get_by_text("There is no formula yet. Try x**2 + 3*y**2.")).to_be_visible()


def test_a_window_without_any_height_is_drawn_as_such_in_all_three_figures(
    server: Server, open_page: Open
) -> None:
    page = open_page(f"{server.url}/landscape?ls_surface=Your+own+formula&ls_formula=sqrt(-1-x^2)")
    walk = drawn(page)
    expect(walk.get_by_text("no height in this window")).to_have_count(2)
    expect(page.get_by_text("could not be drawn")).to_have_count(0)
    type_formula(page, "x^2 + y^2")
    expect(walk.get_by_text("no height in this window")).to_have_count(0)
    expect(page.get_by_text("could not be drawn")).to_have_count(0)


def test_a_height_without_end_at_the_start_is_drawn(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/landscape?ls_surface=Your+own+formula&ls_formula=x^1000")
    drawn(page)
    expect(page.get_by_text("No height here.")).to_be_visible()
    expect(page.get_by_text("SyntaxError")).to_have_count(0)


def test_the_link_of_an_experiment_opens_the_same_experiment(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/landscape")
    drawn(page)
    page.get_by_role("button", name="Cross-entropy to the rescue").click()
    until(lambda: "ls_loss=cross-entropy" in address(page), what="the loss in the address")
    expect(page.get_by_text("steep where it is wrong").first).to_be_visible()
    page.reload()
    drawn(page)
    expect(page.get_by_text("steep where it is wrong").first).to_be_visible()
    assert "ls_loss=cross-entropy" in address(page)
    page.get_by_role("button", name="Add momentum").click()
    parts = ("ls_rate_ravine_momentum=0.0225", "ls_optimizer=momentum")
    until(
        lambda: all(part in address(page) for part in parts), what="the optimizer and its rate in the address"
    )
    page.reload()
    expect(drawn(page).locator(".chips")).to_contain_text("Momentum, η 0.0225")
