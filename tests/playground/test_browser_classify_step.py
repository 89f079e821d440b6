"""The next step in a real browser: wishes, its five parts, the way back from an explosion, points that move."""

from __future__ import annotations

import re

import numpy as np
from playwright.sync_api import expect

from netlab.playground.network import Plan
from netlab.playground.next_step import next_step
from netlab.playground.points import Choice, points
from netlab.playground.step_words import FIVE, five_sentences, of_batch, of_number
from netlab.playground.timeline import Timeline
from netlab.playground.training import Course, Task
from tests.browser import Open, Server
from tests.playground.test_browser_classify import player, told
from tests.waiting import until


def test_a_step_in_its_five_parts_is_the_timeline_s_next_batch(server: Server, open_page: Open) -> None:
    line = Timeline(Task(Plan(hidden=((3, "tanh"),)), points(Choice("xor")), Course("sgd", 0.1)))
    line.grow(1, seconds=60)
    step = next_step(*line.going_on(1))
    line.one_batch()
    assert step is not None
    page = open_page(
        f"{server.url}/classify?cl_points=xor&cl_depth=1&cl_units1=3&cl_optimizer=sgd&cl_rate=0.1"
    )
    root = player(page)
    page.get_by_role("button", name="+ epoch").click()
    expect(root.locator(".when")).to_have_text("Epoch 1")

    root.get_by_label("wishes").check()  # the batch's mean wish, an arrow at every number
    expect(root.locator(".whose")).to_have_text(of_batch(step))
    assert np.allclose(told(root, "[...S.step.arrows]"), step.mean, rtol=1e-5, atol=1e-7)
    assert told(root, "[...S.step.rows]") == step.rows.tolist()
    assert "strongest" in str(root.locator(".network").get_attribute("aria-label"))
    root.locator(".number").select_option("4")  # one number: who wishes what
    expect(root.locator(".wish-says")).to_have_text(of_number(step, 4))
    assert np.allclose(told(root, "[...S.step.wishes]"), step.wishes(4), rtol=1e-5, atol=1e-7)
    drawn = root.locator(".wishes").evaluate(
        "c => new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size"
    )
    assert drawn > 5

    root.get_by_label("slow motion").check()
    following = root.get_by_role("button", name="Next part")
    for part, (name, sentence) in enumerate(zip(FIVE, five_sentences(step), strict=True), 1):
        following.focus()
        page.keyboard.press("Enter")
        expect(root.locator(".beat-says")).to_have_text(f"{part} {name}. {sentence}")
        expect(root.locator(".five [aria-current=step]")).to_have_text(name)
        assert told(root, "S.moments[S.at].step") == line.moments[1].step + (part == 5)
    assert told(root, "[...S.moments[S.at].numbers]") == line.moments[2].numbers.tolist()
    page.get_by_role("button", name="Play", exact=True).click()
    until(lambda: told(root, "S.slow.beat") == 1, what="Play to show the next part")
    expect(root.locator(".beat-says")).to_contain_text(f"Step {step.number + 1} takes")
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="One moment back").click()
    expect(root.locator(".five [aria-current=step]")).to_have_count(0)  # another moment: another step


def test_from_an_explosion_one_goes_back_with_a_smaller_rate(server: Server, open_page: Open) -> None:
    page = open_page(
        f"{server.url}/classify?cl_points=xor&cl_depth=1&cl_bend1=relu&cl_output2=linear&cl_optimizer=sgd&cl_rate=3"
    )
    root = player(page)
    page.get_by_role("button", name="Play", exact=True).click()
    expect(root.locator(".found")).to_contain_text(re.compile(r"learning rate 3 threw the .* at step \d+"))
    root.get_by_role("button", name="Step back to the start and go on with the rate 0.3").click()
    until(lambda: told(root, "S.version") == 1 and told(root, "S.moments.length") > 1)
    assert told(root, "S.at") == 0
    until(lambda: "cl_rate=0.3" in page.url)
    expect(root.locator(".found")).not_to_contain_text("exploded")
    assert told(root, "S.moments[1].numbers.every(Number.isFinite)")


def test_a_dragged_point_counts_from_the_moment_on_the_screen_on(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/classify?cl_points=own")
    root = player(page)
    page.get_by_role("button", name="+ epoch").click()
    page.get_by_role("button", name="+ epoch").click()
    expect(root.locator(".when")).to_have_text("Epoch 2")
    game = told(root, "S.game")
    past = told(root, "S.moments.slice(0, 3).map((m) => [m.loss, ...m.numbers])")
    before = told(root, "[S.points.x[0], S.points.y[0]]")
    plane = root.locator(".plane")
    plane.scroll_into_view_if_needed()
    box = plane.bounding_box()
    assert box is not None
    side = box["width"]
    page.mouse.move(box["x"] + (before[0] + 3) / 6 * side, box["y"] + (3 - before[1]) / 6 * side)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.9 * side, box["y"] + 0.5 * side, steps=4)
    page.mouse.up()
    until(lambda: told(root, "S.net.eras.length") == 2 and told(root, "S.at") == 3)
    assert told(root, "S.game") == game
    assert told(root, "S.moments.slice(0, 3).map((m) => [m.loss, ...m.numbers])") == past
    assert told(root, "[...S.moments[3].numbers]") == past[2][1:]
    until(lambda: told(root, "S.points && S.points.x[0] > 2"))
    page.get_by_role("button", name="One moment back").click()
    until(lambda: told(root, "S.points && S.points.x[0]") == before[0])  # then it was still there
    page.get_by_role("button", name="Begin anew with these points").click()
    until(lambda: told(root, "S.game") != game and told(root, "S.points && S.points.x[0] > 2"))
    assert told(root, "S.at") == 0
