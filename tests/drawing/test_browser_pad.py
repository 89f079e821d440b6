"""The pad in a browser: what it reads itself is what Python reads, and it reads while the pen is down."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from netlab.app.components import module
from netlab.data import load
from netlab.drawing.browser_network import browser_network
from netlab.drawing.on_pad import see, unpacked
from netlab.drawing.view.answer import sentence
from netlab.nets import shipped
from netlab.nets.numpy_model import predict
from netlab.nets.spec import Convolution, NetworkSpec
from netlab.nets.weight_file import weight_shapes
from netlab.nn.activations import ACTIVATIONS
from tests.browser import Open, Server
from tests.pointer import THREE, draw
from tests.waiting import until

pytestmark = pytest.mark.browser

DRAWINGS, BATCH = 400, 50
AGREES = 1e-3
SEVEN = [(70, 60), (200, 60), (130, 225)]

READ = """async ([reader, network, sent]) => {
    const { nets, drawings } = JSON.parse(sent); // as text: numbers by themselves take Playwright minutes
    const { SIDE, WAITS, draw, levels, packed, seen, sentence } = await import(reader);
    const { answer, unpacked } = await import(network);
    const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    if (nets.length) window.known = nets.map((net) => unpacked(net, bytes(net.content).buffer));
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = SIDE;
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    return JSON.stringify(drawings.map(({ strokes, brush }) => {
        pen.fillStyle = "#000";
        pen.fillRect(0, 0, SIDE, SIDE);
        draw(pen, strokes, brush);
        const grey = levels(pen);
        const image = seen(grey);
        const answers = image === null || image === WAITS ? [] : window.known.map((net) => answer(net, image));
        return {
            packed: btoa(Array.from(packed(grey), (byte) => String.fromCharCode(byte)).join("")),
            waits: image === WAITS,
            blank: image === null,
            answers,
            words: answers.map(sentence),
        };
    }));
}"""


def traced(image: NDArray[np.uint8], rng: np.random.Generator) -> dict[str, Any]:
    """A digit as strokes on the pad, at a size, a place and with a pen of its own; some run off the edge."""
    inked = image > 127
    scale = rng.uniform(4, 10)
    left, top = rng.uniform(-20, 300 - 28 * scale, 2)
    strokes = []
    for y, x in np.argwhere(inked):
        for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
            v, u = y + down, x + right
            if v < 28 and 0 <= u < 28 and inked[v, u]:
                strokes.append([left + scale * x, top + scale * y, left + scale * u, top + scale * v])
    return {"strokes": np.round(strokes, 1).tolist(), "brush": int(rng.choice([8, 14, 22, 22, 30]))}


def packed_for(
    page: Page, nets: list[tuple[NetworkSpec, dict[str, Any]]], drawings: list[dict[str, Any]]
) -> Any:
    """What the browser reads in drawings with these networks, or with those of the time before if there are none."""
    sent = []
    for spec, weights in nets:
        found = browser_network(spec, weights)
        assert found is not None
        content = base64.b64encode(found.content).decode()
        sent.append({"layers": found.layers, "half": found.half, "content": content})
    base = page.evaluate("document.baseURI")
    modules = [
        f"{base.partition('/draw')[0].rstrip('/')}/scripts/{module(f'drawing/{name}')}"
        for name in ("reader", "network")
    ]
    told = page.evaluate(READ, [*modules, json.dumps({"nets": sent, "drawings": drawings})])
    return json.loads(told)


@pytest.fixture
def draw_page(server: Server, open_page: Open) -> Iterator[Page]:
    page = open_page(f"{server.url}/draw")
    page.get_by_label("Drawing pad").wait_for()
    yield page


def test_hundreds_of_drawings_are_read_alike_in_the_browser_and_in_python(draw_page: Page) -> None:
    rng = np.random.default_rng(13)
    images = load("auto").x_test
    nets = [shipped.load(name) for name in shipped.SHIPPED]
    waited, worst = 0, 0.0
    for batch in range(DRAWINGS // BATCH):
        chosen = images[rng.choice(len(images), BATCH, replace=False)]
        drawings = [traced(image, rng) for image in chosen]
        for told in packed_for(draw_page, nets if batch == 0 else [], drawings):
            seen = see(unpacked(base64.b64decode(told["packed"])))
            if told["waits"]:
                waited += 1  # the server alone says whether these are several digits
                continue
            assert not seen.parted.rows
            assert told["blank"] == (not seen.framing.centred.any())
            assert len(told["answers"]) == (0 if told["blank"] else len(nets))
            for (spec, weights), answer, words in zip(
                nets, told["answers"], told["words"], strict=not told["blank"]
            ):
                expected = predict(spec, weights, seen.framing.centred[None])[0]
                worst = max(worst, float(np.abs(expected - np.array(answer)).max()))
                assert words == sentence(np.array(answer, np.float32))
    assert worst < AGREES
    assert waited < DRAWINGS / 4


@pytest.mark.parametrize("normalisation", ["none", "batch"])
def test_every_activation_and_normalisation_is_computed_alike(draw_page: Page, normalisation: str) -> None:
    rng = np.random.default_rng(5)
    nets: list[tuple[NetworkSpec, dict[str, Any]]] = []
    for name, row in ACTIVATIONS.items():
        if row.untrainable:
            continue
        layers = (Convolution(filters=4, kernel_size=3, pool=3),) if len(nets) % 2 else ()
        spec = NetworkSpec(hidden=(24, 16), activation=name, convolutions=layers, normalisation=normalisation)
        weights = {}
        for part, shape in weight_shapes(spec).items():
            numbers = rng.normal(0, 0.3, shape).astype(np.float32)
            weights[part] = np.abs(numbers) + np.float32(0.2) if part.endswith("variance") else numbers
        nets.append((spec, weights))
    strokes = [[float(part) for point in points for part in point] for points in (THREE, SEVEN)]
    for told in packed_for(draw_page, nets, [{"strokes": [one], "brush": 22} for one in strokes]):
        image = see(unpacked(base64.b64decode(told["packed"]))).framing.centred
        for (spec, weights), answer in zip(nets, told["answers"], strict=True):
            np.testing.assert_allclose(
                answer, predict(spec, weights, image[None])[0], atol=1e-5, err_msg=spec.activation
            )


def held(page: Page, points: list[tuple[int, int]]) -> None:
    """Draw a stroke and keep the pen down."""
    box = page.get_by_label("Drawing pad").bounding_box()
    assert box is not None
    at = [(box["x"] + x * box["width"] / 280, box["y"] + y * box["width"] / 280) for x, y in points]
    page.mouse.move(*at[0])
    page.mouse.down()
    for point in at[1:]:
        page.mouse.move(*point, steps=6)


def test_the_answer_follows_the_stroke_while_the_pen_is_down(draw_page: Page) -> None:
    page = draw_page
    held(page, SEVEN)
    expect(page.get_by_text("It reads a 7")).to_be_visible()
    held(page, [(130, 225), (131, 224)])
    expect(page.get_by_text("Read by")).to_have_count(0)  # the server has not been asked
    page.mouse.up()
    expect(page.get_by_text("Read by the small convolutional network.")).to_be_visible()
    expect(page.get_by_text("It reads a 7")).to_be_visible()


def test_an_answer_to_an_older_drawing_replaces_nothing(draw_page: Page, server: Server) -> None:
    told = draw_page.evaluate(
        """async (address) => {
            const { newest, preview, show, told } = await import(address);
            const seen = [];
            show("x", "part", ({ shown, old }) => seen.push([shown?.sentence ?? null, old]));
            told("x", { stamp: 3, sentence: "three" });
            preview("x", 3.5, { image: new Float32Array(784), probabilities: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0] });
            told("x", { stamp: 3, sentence: "late" });
            preview("x", 4, "waits");
            told("x", { stamp: 4, sentence: "four" });
            preview("x", 5, null);
            return seen;
        }""",
        f"{server.url}/scripts/{module('drawing/reader')}",
    )
    zero = "It reads a 0 (more than 99.9\u00a0% sure)."
    assert told == [
        [None, False], ["three", False], [zero, False], [zero, False], [zero, True], ["four", False], [None, False],
    ]  # fmt: skip


def test_several_digits_wait_for_the_server_and_a_clear_pad_does_not(draw_page: Page) -> None:
    page = draw_page
    draw(page, [(60, 60), (60, 220)])
    expect(page.get_by_text("It reads a 1")).to_be_visible()
    draw(page, [(200, 60), (200, 220)])
    expect(page.get_by_text("It reads 2 digits: 11.")).to_be_visible()
    expect(page.get_by_text("It reads a 1")).to_have_count(0)
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("It reads 2 digits")).to_have_count(0)
    expect(page.get_by_text("Draw a digit, 0 to 9.")).to_be_visible()


def test_a_drawing_outlives_a_reload_of_the_page(draw_page: Page) -> None:
    page = draw_page
    draw(page, SEVEN)
    expect(page.get_by_text("It reads a 7")).to_be_visible()
    page.reload()
    expect(page.get_by_text("It reads a 7")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("Draw a digit, 0 to 9.")).to_be_visible()
    page.reload()
    page.get_by_label("Drawing pad").wait_for()
    expect(page.get_by_text("Draw a digit, 0 to 9.")).to_be_visible()


def test_a_stroke_that_leaves_the_pad_is_read(draw_page: Page) -> None:
    draw(draw_page, [(140, 100), (140, 330)])
    expect(draw_page.get_by_text("It reads a 1")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1366, 768), (1920, 1080)])
def test_pad_and_answer_are_in_sight_together(
    server: Server, open_page: Open, width: int, height: int
) -> None:
    page = open_page(f"{server.url}/draw", width=width, height=height)
    pad = page.get_by_label("Drawing pad")
    pad.wait_for()
    draw(page, SEVEN)
    expect(page.get_by_text("It reads a 7")).to_be_visible()
    box = pad.bounding_box()
    answer = page.locator(".now" if width < 640 else ".said").bounding_box()
    assert box is not None
    assert answer is not None
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= height
    assert box["width"] >= 330
    if width < 640:
        assert page.locator(".now").inner_text().startswith("7")
        assert answer["y"] + answer["height"] <= box["y"] + 1
        assert answer["y"] >= 0
    else:
        assert answer["x"] >= box["x"] + box["width"]
        assert answer["x"] - box["x"] - box["width"] < 60  # no hole between them
        assert not page.locator(".now").is_visible()


def test_the_picture_that_is_sent_is_as_large_however_large_the_pad_is(draw_page: Page) -> None:
    pad = draw_page.get_by_label("Drawing pad")
    draw(draw_page, SEVEN)
    expect(draw_page.get_by_text(re.compile("It reads a 7"))).to_be_visible()
    until(lambda: pad.evaluate("canvas => canvas.width") > 280, what="a pad as sharp as the screen")
