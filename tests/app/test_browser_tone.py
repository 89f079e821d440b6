"""The tone that follows a loss: silent until asked, its frequencies are those of the curve, and it ends by itself."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from netlab.lessons.descent.one_weight import simple_curves, walk
from netlab.lessons.descent.view import FIRST, SHARES, rates
from netlab.plots.pitch import HIGHEST, LOWEST, pitches, sounded
from tests.browser import Open, Server
from tests.waiting import until

pytestmark = pytest.mark.browser

HEAR = """
window.heard = []; window.contexts = [];
const usual = Object.getOwnPropertyDescriptor(AudioParam.prototype, 'value');
const create = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () {
  const made = create.call(this);
  window.contexts.push(this);
  window.pitch = made.frequency;
  return made;
};
Object.defineProperty(AudioParam.prototype, 'value', {
  get: usual.get,
  set(value) {
    usual.set.call(this, value);
    if (this === window.pitch) window.heard.push(usual.get.call(this));
  },
});
"""


def heard(page: Page) -> list[float]:
    """Every frequency that the oscillator was given, as it holds it."""
    return [float(one) for one in page.evaluate("window.heard")]


def ended(page: Page) -> bool:
    return bool(
        page.evaluate("window.contexts.length && window.contexts.every((one) => one.state === 'closed')")
    )


def test_a_walk_is_heard_from_its_first_loss_to_its_last(server: Server, open_page: Open) -> None:
    page = open_page(server.url)
    page.add_init_script(HEAR)
    page.goto(f"{server.url}/descent")
    button = page.get_by_role("button", name="Hear the loss")
    expect(button).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("window.contexts") == []
    button.click()
    until(lambda: ended(page), what="silence")
    expect(button).to_have_attribute("aria-pressed", "false")
    curve = simple_curves()["wide"]
    losses = walk(curve, rates(curve)[SHARES.index(FIRST)], curve.start).losses
    assert heard(page) == pytest.approx(pitches(losses)[sounded(len(losses))].tolist(), abs=0.06)
    assert heard(page)[0] > heard(page)[-1]
    expect(page.locator(".tone .said")).to_have_text(re.compile(rf"^Step {len(losses) - 1}: loss "))
    page.evaluate("window.heard = []")
    button.click()
    page.get_by_role("button", name="Stop the tone").click()
    until(lambda: ended(page), what="silence when it is stopped")
    assert len(heard(page)) < len(losses)


def test_a_run_is_heard_while_it_trains_and_then_falls_silent(server: Server, open_page: Open) -> None:
    page = open_page(server.url)
    page.add_init_script(HEAR)
    page.goto(f"{server.url}/train?width=16&epochs=2&batch=8")
    expect(page.get_by_role("button", name="Hear the loss")).to_be_disabled()
    page.get_by_role("button", name=re.compile("Train")).first.click()
    page.get_by_role("button", name="Hear the loss").and_(page.locator(":enabled")).click()
    expect(page.get_by_text("Finished", exact=False).first).to_be_visible()
    until(lambda: ended(page), what="silence")
    found = np.array(heard(page))
    assert len(found) > 3
    assert ((found >= LOWEST) & (found <= HIGHEST)).all()
    assert found[-1] < found[0]  # it has learnt
    expect(page.locator(".tone .said")).to_have_text(re.compile(r"^Batch \d+: loss "))
