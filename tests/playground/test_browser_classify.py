"""The playground in a real browser: it plays back and forth, goes on from where one is, and computes as Python does."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from netlab.nn.activations import ACTIVATIONS
from netlab.nn.mlp import forward
from netlab.playground.features import FEATURES, inputs
from netlab.playground.network import Plan, first_numbers, names_of, network
from netlab.playground.warped import CORNERS, Look, separable, strongest, warped
from tests.browser import SCHEMES, Open, Scheme, Server, address, content_width
from tests.waiting import until

pytestmark = pytest.mark.browser

ASSETS = Path(__file__).resolve().parents[2] / "netlab" / "playground" / "assets"
IMPORT = "(script) => import(`data:text/javascript,${encodeURIComponent(script)}`)"
TOLERANCE = 1e-5
SVG = "{http://www.w3.org/2000/svg}"


def player(page: Page) -> Locator:
    found = page.locator(".classify")
    until(lambda: found.count() and found.evaluate("root => root.memory?.moments.length > 0"))
    return found


def told(root: Locator, what: str) -> Any:
    return root.evaluate(f"root => (S => {what})(root.memory)")


OWN_LIST = """S.points ? Array.from(S.points.x, (x, at) =>
  [Math.round(1000 * x) / 1000, Math.round(1000 * S.points.y[at]) / 1000, S.points.label[at]]) : []"""


def reach(root: Locator, moments: int) -> None:
    until(lambda: told(root, "S.moments.length") >= moments, what=f"{moments} moments")


PLANS = [
    *(Plan(("x", "y"), ((4, bend), (3, bend)), seed=seed) for seed, bend in enumerate(ACTIVATIONS)),
    Plan(tuple(FEATURES), ((12, "tanh"),) * 6, "softmax", classes=3),
    Plan(("xx", "siny"), (), "softmax"),
    Plan(("x",), ((5, "relu"),), "linear", "quadratic", classes=3),
    Plan(("x", "y"), ((5, "gelu"),), "linear", "quadratic"),
    Plan(("x", "y"), ((2, "tanh"),)),
    Plan(("x", "y"), ((2, "tanh"),), "softmax", classes=3),
]


def test_the_way_forward_in_the_browser_is_python_s(browser: Browser) -> None:
    """Every layer's answers, the plane of two units, and the lines that turn there."""
    page = browser.new_page()
    script = page.evaluate_handle(IMPORT, (ASSETS / "classify_net.js").read_text("utf-8"))
    generator = np.random.default_rng(5)
    places = np.round(generator.uniform(-3, 3, (50, 2)), 3).astype(np.float32)
    furthest = 0.0
    for plan in PLANS:
        numbers = first_numbers(plan) + generator.normal(0, 0.3, plan.count).astype(np.float32)
        net = network(plan, numbers)
        passed = forward(net, inputs(plan.features, places), np.zeros((50, plan.outputs), np.float32))
        asked = {
            "net": {"sizes": plan.sizes, "activations": plan.activations},
            "numbers": numbers.tolist(), "features": plan.features, "x": places[:, 0].tolist(), "y": places[:, 1].tolist(),
            "layer": len(plan.hidden),
        }  # fmt: skip
        found = script.evaluate(
            """({walk, inputsAt, strongestTwo, warpedAt, turningLines}, {net, numbers, features, x, y, layer}) => {
                 const row = Float32Array.from(numbers);
                 const inputs = inputsAt(features, x, y);
                 const {layers} = walk(net, row, inputs);
                 const two = layer ? strongestTwo(net, row, layer) : null;
                 const warped = two && warpedAt(net, row, inputs, two).map((axis) => [...axis]);
                 return {layers: layers.map((units) => units.map((unit) => [...unit])), two, warped, lines: two && turningLines(net, row, two)};
               }""",
            asked,
        )
        for ours, theirs in zip(passed.activations, found["layers"], strict=True):
            furthest = max(
                furthest, float(np.abs(ours.T - np.array(theirs)).max() / max(1.0, np.abs(ours).max()))
            )
        if plan.hidden:
            look = Look(found["two"]["layer"], found["two"]["across"], found["two"]["up"])
            assert look == strongest(plan, numbers, len(plan.hidden))
            ours = warped(plan, numbers, look, places).T
            apart = np.abs(ours - np.array(found["warped"])).max() / max(1.0, float(np.abs(ours).max()))
            furthest = max(furthest, float(apart))
            assert bool(found["lines"]) == (plan.hidden[-1][0] == 2)
        for line in found["lines"] or []:
            a, b, c = line["values"]
            seen = np.array([[1.0, -(a + c) / b], [-(b + c) / a, 1.0]])
            sums = seen @ net.layers[-1].weights + net.layers[-1].biases
            turned = sums[:, line["units"]] @ ([1] if len(line["units"]) == 1 else [1, -1])
            assert np.abs(turned).max() < 1e-4 * max(1.0, float(np.abs(seen).max()))
    page.close()
    assert furthest < TOLERANCE


def test_it_plays_pauses_and_goes_back_and_forth(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/classify?cl_points=clouds")
    root = player(page)
    first = told(root, "[...S.moments[0].numbers]")
    page.get_by_role("button", name="Play", exact=True).click()
    until(lambda: told(root, "S.at") >= 30, what="thirty epochs")
    page.get_by_role("button", name="Pause").click()
    stopped = told(root, "S.at")
    expect(root.locator(".when")).to_have_text(f"Epoch {stopped}")
    expect(root.locator(".says")).to_contain_text(
        re.compile(r"% of 210 points right, loss .*Held back: .* of 90")
    )
    page.get_by_role("button", name="One moment back").click()
    until(lambda: told(root, "S.at") == stopped - 1)
    root.locator(".moment").press("Home")
    until(lambda: told(root, "S.at") == 0)
    assert told(root, "[...S.moments[0].numbers]") == first
    assert "210 points right" in str(root.locator(".plane").get_attribute("aria-label"))


def test_one_batch_and_one_epoch(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/classify")
    root = player(page)
    page.get_by_role("button", name="+ batch").click()
    expect(root.locator(".when")).to_have_text("Epoch 0, step 1")
    page.get_by_role("button", name="+ epoch").click()
    expect(root.locator(".when")).to_have_text("Epoch 1")
    page.get_by_role("button", name="+ epoch").click()
    expect(root.locator(".when")).to_have_text("Epoch 2")
    assert told(root, "S.moments[S.at].step") == 42


def test_a_changed_rate_keeps_the_past_and_goes_on_from_the_moment_on_the_screen(
    server: Server, open_page: Open
) -> None:
    page = open_page(f"{server.url}/classify?cl_optimizer=sgd")
    root = player(page)
    page.get_by_role("button", name="Play", exact=True).click()
    until(lambda: told(root, "S.at") >= 12)
    page.get_by_role("button", name="Pause").click()
    at = told(root, "S.at")
    past = told(root, f"S.moments.slice(0, {at + 1}).map((m) => m.loss)")
    ahead = told(root, f"S.moments[{at + 1}].loss")
    page.get_by_role("slider", name="Learning rate").press("ArrowRight")
    until(lambda: told(root, "S.version") == 1)
    reach(root, at + 2)
    assert told(root, f"S.moments.slice(0, {at + 1}).map((m) => m.loss)") == past
    assert told(root, f"S.moments[{at + 1}].loss") != ahead
    assert told(root, "S.at") == at
    until(lambda: "cl_rate=0.1" in address(page))


def test_what_is_drawn_is_what_the_server_has(server: Server, open_page: Open) -> None:
    """The accuracy that the server measured is the one that the browser's own answers and points give."""
    page = open_page(f"{server.url}/classify?cl_points=three&cl_bend1=gelu&cl_size=500")
    root = player(page)
    page.get_by_role("button", name="+ epoch").click()
    until(lambda: told(root, "S.at") == 1 and rings(root) is not None)
    accuracy, held = told(root, "[S.moments[1].accuracy, S.moments[1].heldAccuracy]")
    wrong = round((1 - accuracy) * 350) + round((1 - held) * 150)
    until(lambda: rings(root) == wrong, what=f"{wrong} rings")


def rings(root: Locator) -> Any:
    return told(root, "S.wrong")


def test_a_new_network_begins_anew_with_its_own_points(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/classify")
    root = player(page)
    page.get_by_role("button", name="+ epoch").click()
    expect(root.locator(".when")).to_have_text("Epoch 1")
    page.get_by_role("spinbutton", name="Seed of the points").fill("7")
    page.get_by_role("spinbutton", name="Seed of the points").press("Enter")
    expect(root.locator(".when")).to_have_text("Epoch 0")
    until(lambda: told(root, "S.points && S.points.x.length") == 300)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_on_a_phone_everything_is_within_the_page(server: Server, open_page: Open, scheme: Scheme) -> None:
    page = open_page(f"{server.url}/classify?cl_depth=6", width=390, height=844, color_scheme=scheme)
    root = player(page)
    page.get_by_role("button", name="Play", exact=True).click()
    until(lambda: told(root, "S.at") >= 3)
    assert content_width(page) <= 390
    width = root.locator(".network").bounding_box()
    assert width is not None
    assert width["width"] <= 358


def test_who_wants_no_motion_sees_few_pictures(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/classify", reduced_motion="reduce")
    root = player(page)
    assert told(root, "S.calm") is True
    before = told(root, "S.pictures")
    page.get_by_role("button", name="Play", exact=True).click()
    until(lambda: told(root, "S.at") >= 5)
    page.get_by_role("button", name="Pause").click()
    pictures = told(root, "S.pictures") - before
    assert pictures <= 3 + told(root, "S.at") * 0.2  # two a second, at ten epochs a second


def test_moments_are_unpacked_to_the_bit(browser: Browser) -> None:
    page = browser.new_page()
    net = page.evaluate_handle(IMPORT, (ASSETS / "classify_net.js").read_text("utf-8"))
    rows = np.random.default_rng(0).normal(size=(3, 7 + 5)).astype("<f4")
    packed = base64.b64encode(rows.tobytes()).decode()
    found = net.evaluate(
        "({momentsIn}, packed) => momentsIn(packed, 5).map((m) => [m.step, m.penalty, ...m.numbers])", packed
    )
    page.close()
    assert np.array_equal(np.array(found, np.float32), rows[:, [0, 6, 7, 8, 9, 10, 11]])


def test_a_weight_is_changed_frozen_and_unplugged(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/classify?cl_points=clouds&cl_depth=1")
    root = player(page)
    page.get_by_role("button", name="+ epoch").click()
    expect(root.locator(".when")).to_have_text("Epoch 1")
    root.locator(".number").select_option(label="weight from x to unit 1 of layer 1")
    root.locator(".exact").fill("2.5")
    root.locator(".exact").press("Enter")
    until(lambda: told(root, "S.at") == 2 and told(root, "S.moments[2].numbers[0]") == 2.5)
    expect(root.locator(".cost")).to_have_text(re.compile("Changed: the loss was .* and is .*"))
    root.get_by_role("button", name="Freeze").click()
    expect(root.get_by_role("button", name="Thaw")).to_be_visible()
    page.get_by_role("button", name="+ epoch").click()
    expect(root.locator(".when")).to_have_text("Epoch 2")
    assert told(root, "S.moments[S.at].numbers[0]") == 2.5
    root.get_by_role("button", name="Thaw").click()
    expect(root.get_by_role("button", name="Freeze")).to_be_visible()
    root.locator(".number").select_option(label="unit 1 of layer 1")
    root.get_by_role("button", name="Unplug").click()
    expect(root.locator(".cost")).to_have_text(re.compile("Unplugged: the loss was .* and is .*"))
    assert told(root, "S.moments[S.at].numbers[12]") == 0  # behind 8 weights and 4 biases


def test_a_press_on_a_line_or_a_tile_chooses_it(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/classify?cl_depth=1")
    root = player(page)
    until(lambda: told(root, "S.tiles && S.tiles.length") == 3)
    edge = told(root, "S.edges.find((one) => one.place === 1)")
    root.locator(".network").click(position={"x": edge["x1"] + 6, "y": edge["y1"]})
    until(lambda: told(root, "S.chosen") is not None)
    tile = told(root, "S.tiles[1][2]")
    root.locator(".network").click(position={"x": tile["x"], "y": tile["y"]})
    expect(root.locator(".number")).to_have_value("1.2")
    bias = told(root, "S.edges.find((one) => one.bias)")
    root.locator(".network").click(position={"x": bias["x1"], "y": bias["y1"]})
    expect(root.locator(".number")).to_have_value(str(bias["place"]))


def test_points_of_one_s_own_by_mouse_touch_and_keyboard(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/classify?cl_points=own", has_touch=True)
    root = player(page)

    def points() -> list[list[float]]:
        return sorted(told(root, OWN_LIST))

    until(lambda: told(root, "S.points && S.points.x.length") == 6)
    plane = root.locator(".plane")

    def at(x: float, y: float) -> tuple[float, float]:
        box = plane.bounding_box()  # words above may have moved it
        assert box is not None
        return box["x"] + (x + 3) / 6 * box["width"], box["y"] + (3 - y) / 6 * box["height"]

    for x in (-2.4, -1.8, -1.2, -0.6):  # faster than the server answers
        page.mouse.click(*at(x, 2.4))
    until(lambda: len(points()) == 10)
    until(lambda: address(page).count("A") >= 7)
    root.locator(".which").select_option("2")
    page.touchscreen.tap(*at(0, 2.4))
    until(lambda: len(points()) == 11 and told(root, "S.net.names.length") == 3)
    page.mouse.move(*at(0, 2.4))
    page.mouse.down()
    page.mouse.move(*at(1, 2))
    page.mouse.move(*at(2.4, 2.4))
    page.mouse.up()
    until(lambda: any(abs(x - 2.4) < 0.03 and abs(y - 2.4) < 0.03 and label == 2 for x, y, label in points()))
    root.locator(".which").select_option("-1")
    page.mouse.click(*at(2.4, 2.4))
    until(lambda: len(points()) == 10 and told(root, "S.net.names.length") == 2)
    plane.press("ArrowUp")
    plane.press("c")
    until(lambda: [0, 0.1, 2] in points())
    plane.press("Shift+ArrowRight")
    until(lambda: [0.1, 0.1, 2] in points())
    plane.press(" ")
    until(lambda: told(root, "S.point") is not None)
    until(lambda: "C100.100" in address(page))
    page.reload()
    root = player(page)
    until(lambda: [0.1, 0.1, 2] in points())
    assert len(points()) == 11
    root.locator(".plane").press("ArrowRight")
    root.locator(".plane").press("Delete")
    until(lambda: len(points()) == 10)


def test_what_happened_is_told_where_one_stops(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/classify?cl_first=zeros&cl_bend1=relu")
    root = player(page)
    page.get_by_role("button", name="+ epoch").click()
    expect(root.locator(".found")).to_contain_text("have the same numbers")
    expect(root.locator(".found")).to_contain_text("of layer 1 are dead and crossed out")
    assert told(root, "[...S.found.dead]") == ["1.0", "1.1", "1.2", "1.3"]


def test_a_pressed_point_is_followed_through_the_network(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/classify?cl_depth=1")
    root = player(page)
    until(lambda: told(root, "S.points && S.points.x.length") == 300)
    x, y = told(root, "[S.points.x[3], S.points.y[3]]")
    box = root.locator(".plane").bounding_box()
    assert box is not None
    root.locator(".plane").click(position={"x": (x + 3) / 6 * box["width"], "y": (3 - y) / 6 * box["height"]})
    expect(page.get_by_text(re.compile("is of class .* The network says"))).to_be_visible()
    root.locator(".plane").press("ArrowRight")
    until(lambda: told(root, "S.point") is not None)
    page.get_by_text("Its numbers, there and back").click()
    expect(page.get_by_text("Layer 1: weigh and add")).to_be_visible()


def test_playing_stops_where_it_is_told_to(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/classify?cl_points=clouds")
    root = player(page)
    root.locator(".speed").select_option("60")
    root.locator(".until").select_option("loss 0.01")
    page.get_by_role("button", name="Play", exact=True).click()
    until(lambda: told(root, "S.at > 0 && !S.playing"))
    assert told(root, "S.moments[S.at].loss") <= 0.01 < told(root, "S.moments[S.at - 1].loss")
    root.locator(".until").select_option("epoch 50")
    page.get_by_role("button", name="Play", exact=True).click()
    expect(root.locator(".when")).to_have_text("Epoch 50")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_nothing_is_offered_to_change_before_a_number_is_chosen(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/classify")
    root = player(page)
    expect(root.locator(".edit")).to_be_hidden()
    root.locator(".number").select_option(label="bias of output")
    expect(root.locator(".edit")).to_be_visible()
    expect(root.get_by_role("button", name="Unplug")).to_be_visible()


def test_two_trainings_from_the_same_start_with_one_thing_changed(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/classify?cl_points=xor")
    root = player(page)
    page.get_by_role("button", name="Play", exact=True).click()
    until(lambda: told(root, "S.at") >= 5)
    page.get_by_role("button", name="Keep as A").click()
    expect(page.get_by_text("nothing differs yet")).to_be_visible()
    kept = told(root, "S.kept.moments.map((m) => m.loss)")
    page.get_by_role("slider", name="Learning rate").press("ArrowRight")
    expect(page.get_by_text("one thing differs")).to_be_visible()
    until(lambda: told(root, "S.version") >= 1)
    page.get_by_role("button", name="+ epoch").click()
    expect(root.locator(".when")).to_have_text("Epoch 1")
    expect(root.locator(".twin-says")).to_contain_text("A at epoch 1:")
    assert told(root, "S.kept.moments.map((m) => m.loss)") == kept
    assert told(root, "S.moments[0].loss") == kept[0]
    assert told(root, "S.moments[1].loss") != kept[1]
    page.get_by_role("button", name="Let A go").click()
    expect(root.locator(".twin-says")).to_be_hidden()
    expect(page.get_by_text("one thing differs")).to_have_count(0)


def saved(page: Page, what: str, kind: str) -> tuple[str, bytes]:
    page.locator(".classify .what").select_option(what)
    with page.expect_download() as waiting:
        page.get_by_role("button", name=f"Save it as {kind}").click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def test_every_map_is_saved_as_png_and_as_svg_and_both_show_the_same(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/classify?cl_points=three&cl_size=100&cl_depth=1&cl_units1=2")
    root = player(page)
    page.get_by_role("button", name="+ epoch").click()
    until(lambda: told(root, "S.at") == 1)
    for what, name in [("map", "map"), ("network", "network"), ("warped", "warped"), ("curves", "curves"), ("1.1", "tile-1-1")]:  # fmt: skip
        called, bitmap = saved(page, what, "PNG")
        assert called == f"{name}.png"
        called, drawing = saved(page, what, "SVG")
        assert called == f"{name}.svg"
        tree = ElementTree.fromstring(drawing)
        assert tree.tag == f"{SVG}svg"
        parts = [one.tag.removeprefix(SVG) for one in tree.iter()]
        texts = ["".join(one.itertext()) for one in tree.iter(f"{SVG}text")]
        if what in ("map", "1.1"):
            assert {"−3", "−2", "−1", "0", "1", "2", "3", "x", "y"} <= set(texts)
        if what == "map":
            assert parts.count("path") >= 2 * 100  # each point is drawn, and not painted into the map
            assert any("% of 70 right, loss" in text for text in texts)
        assert (
            parts.count("image") == {"map": 1, "network": 2 + 2 + 3, "warped": 1, "curves": 0, "1.1": 1}[what]
        )
        with Image.open(io.BytesIO(bitmap)) as picture:
            pixels = np.asarray(picture.convert("L").resize((60, 60)), float)
            size = picture.size
        shown = page.evaluate(
            """async ([url, wide, high]) => {
                 const image = new Image();
                 image.src = url;
                 await image.decode();
                 const canvas = Object.assign(document.createElement("canvas"), {width: wide, height: high});
                 canvas.getContext("2d").drawImage(image, 0, 0, wide, high);
                 return canvas.toDataURL("image/png");
               }""",
            [f"data:image/svg+xml;base64,{base64.b64encode(drawing).decode()}", *size],
        )
        with Image.open(io.BytesIO(base64.b64decode(shown.split(",")[1]))) as picture:
            again = np.asarray(picture.convert("L").resize((60, 60)), float)
        assert np.abs(again - pixels).mean() < 2  # of 255: letters and edges are smoothed differently
        assert pixels.std() > 3


def test_a_layer_s_plane_is_drawn_and_told_and_two_pressed_numbers_span_a_landscape(
    server: Server, open_page: Open
) -> None:
    page = open_page(f"{server.url}/classify?cl_points=xor&cl_noise=0&cl_depth=1&cl_units1=2&cl_size=50")
    root = player(page)
    says = root.locator(".warp-says")
    plan = Plan(hidden=((2, "tanh"),))

    def menu() -> list[str]:
        words = root.locator(".number option").all_inner_texts()
        return [one for one in words if one[:6] in ("weight", "bias o")]

    names = sorted(names_of(plan, ["x", "y"], ["A", "B"]))
    until(lambda: sorted(menu()) == names, what="every number's name in the menu")
    expect(says).to_contain_text("The straight line is where the output turns")
    expect(says).to_contain_text(
        re.compile("No straight line parts all points here: the best one found gets .* right")
    )
    expect(says).to_contain_text("(the middles of its squares) yet")
    # the textbook's two units, in numbers by hand: what the sentence says follows
    for place, value in enumerate([0.5, 2, 0.5, 2, 1.0, -1.0, -4.0, 4.0, -2.0]):
        root.locator(".number").select_option(str(place))
        root.locator(".exact").fill(str(value))
        root.locator(".exact").press("Enter")
        until(lambda place=place, value=value: told(root, f"S.moments[S.at].numbers[{place}]") == value)
    expect(says).to_contain_text("A straight line now separates XOR’s four corners")
    numbers = np.array(told(root, "[...S.moments[S.at].numbers]"), np.float32)
    assert "A straight line now separates XOR’s four corners" in says.inner_text()
    seen = warped(plan, numbers, Look(1, 0, 1), CORNERS)
    assert separable(seen, np.array([1, 1, 0, 0]))
    root.locator(".warp-across").select_option("1")
    until(lambda: told(root, "[S.warp.across, S.warp.up]") == [1, 0])
    page.get_by_role("button", name="The two strongest").click()
    until(lambda: told(root, "[S.warp.across, S.warp.up]") == [0, 1])
    page.get_by_text("The landscape in two of its numbers").click()
    expect(page.get_by_text("The network stands at a loss of")).to_be_visible()
    until(
        lambda: "cl_across=7" in address(page) and "cl_up=8" in address(page)
    )  # the last two that were changed
    expect(page.locator('[aria-label^="Lines of equal loss."]')).to_have_attribute(
        "aria-label", re.compile("across the bias of output|up the bias of output")
    )
    root.locator(".number").select_option("0")
    until(lambda: "cl_up=0" in address(page) and "cl_across=8" in address(page))
    page.get_by_role("button", name="+ epoch").click()
    expect(page.get_by_text(re.compile("Epoch 1: The network stands at a loss of"))).to_be_visible()


def test_whoever_neither_sees_nor_has_a_mouse_can_do_the_same(server: Server, open_page: Open) -> None:
    """Output units have their scale in words, a point is moved and followed by keys, and each picture says its state."""
    page = open_page(f"{server.url}/classify?cl_points=own&cl_depth=1&cl_held=0")
    root = player(page)
    until(lambda: told(root, "S.points && S.points.x.length") == 6)
    page.get_by_role("button", name="+ epoch").press("Enter")
    expect(root.locator(".when")).to_have_text("Epoch 1")
    expect(root.locator(".network")).to_have_attribute(
        "aria-label", re.compile(r"4 Tanh, and 1 output\..*The largest weight is −?[\d.]+, from .* to .*\.")
    )
    expect(root.locator(".curves")).to_have_attribute(
        "aria-label", re.compile(r"Loss from [\d.]+ at the start")
    )
    plane = root.locator(".plane")
    expect(plane).to_have_attribute("aria-label", re.compile(r"at epoch 1: .* of 6 points right.*ringed"))
    root.locator(".number").select_option(label="output")
    expect(root.locator(".unit")).to_have_text(
        re.compile(r"Output \(Sigmoid\) answers from 0\.\d+ to 0\.\d+ over the plane; its bias is −?[\d.]+\.")
    )
    plane.press("ArrowUp")
    plane.press("c")
    until(lambda: told(root, "S.points.x.length") == 7)
    plane.press("Shift+ArrowRight")
    until(
        lambda: told(
            root, "[...S.points.x].some((x, at) => x > 0.09 && x < 0.11 && S.points.label[at] === 2)"
        )
    )
    plane.press("Space")
    expect(page.get_by_text(re.compile("is of class C.* The network says"))).to_be_visible()
    small = root.evaluate(
        """(root) => [...root.querySelectorAll("button, select, input")]
             .filter((one) => one.checkVisibility() && Math.min(one.offsetWidth, one.offsetHeight) < 24)
             .map((one) => one.className)"""
    )
    assert small == []
