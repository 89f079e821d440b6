"""Two browsers at one shared server: one owns a run, the other looks; what is owned outlives tab and server."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from netlab.runs.owners import ANOTHERS
from tests.browser import Server, start_server, stop
from tests.conftest import made_digits, write_digits
from tests.waiting import until

pytestmark = pytest.mark.browser
RUN = "train?width=8&epochs=50&batch=1"
STILL = "[data-testid=stApp][data-test-script-state=notRunning]"


def opened(context: BrowserContext, server: Server, path: str) -> Page:
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{server.url}/{path}")
    page.wait_for_selector("h1")
    page.wait_for_selector(STILL)
    return page


def started(folder: Path, **environment: str) -> Server:
    path = write_digits(folder / "digits.npz", made_digits())
    return start_server(folder / "home", NETLAB_MNIST=str(path), NETLAB_SHARED="1", NETLAB_TEACHER="chalk and board", **environment)  # fmt: skip


def my_runs(context: BrowserContext, server: Server) -> Page:
    page = opened(context, server, "runs")
    page.get_by_text("My runs", exact=True).click()
    return page


def test_one_owns_the_other_looks_and_my_runs_outlive_tab_and_server(
    browser: Browser, tmp_path: Path
) -> None:
    server = started(tmp_path)
    contexts = [browser.new_context(viewport={"width": 1280, "height": 900}) for _ in range(4)]
    hers, his, away, teachers = contexts
    try:
        page = opened(hers, server, RUN)
        page.get_by_role("button", name="Train", exact=False).first.click()
        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_role("button", name="Resume")).to_be_enabled()
        assert not page.evaluate("document.cookie.includes('netlab_key')")  # no script sees it
        expect(page.get_by_text("until this tab is closed")).to_have_count(0)
        link = page.url.partition("/train")[2]
        secret = next(one for one in hers.cookies() if one.get("name", "").startswith("netlab_key_"))
        assert secret.get("value", "") not in page.content() + page.url
        run = until(lambda: next((server.home / "runs").glob("*/owners.json"), None))
        assert secret.get("value", "") not in run.read_text()

        looking = opened(his, server, f"train{link}")
        expect(looking.get_by_text(ANOTHERS)).to_be_visible()
        for label in ("Resume", "Stop", "Rename"):
            expect(looking.get_by_role("button", name=label).first).to_be_disabled()
        expect(looking.get_by_role("button", name="Use these settings")).to_be_enabled()

        teaching = opened(teachers, server, f"train{link}&teacher=chalk and board")
        expect(teaching.get_by_role("button", name="Resume")).to_be_enabled()
        assert "chalk" not in teaching.url

        page.get_by_role("button", name="Stop", exact=True).click()
        expect(page.get_by_role("button", name="Continue from batch")).to_be_enabled()
        page.close()
        again = my_runs(hers, server)
        expect(again.get_by_text("1 run, ")).to_be_visible()
        again.get_by_role("button", name="Take along").click()
        again.get_by_role("button", name="Show a code").click()
        code = again.get_by_test_id("stCode").inner_text().strip()
        there = opened(away, server, "runs")
        expect(there.get_by_text("There are no runs yet")).to_be_visible()
        there.get_by_role("button", name="Get back").click()
        there.get_by_label("Code that the other computer shows").fill(code)
        there.get_by_label("Code that the other computer shows").press("Enter")
        there.get_by_role("button", name="Get my runs").click()
        expect(there.get_by_text("1 run, ")).to_be_visible()
        until(lambda: sum(one.get("name", "").startswith("netlab_key_") for one in away.cookies()) == 2)
    finally:
        stop(server)
    server = started(tmp_path)
    try:
        for context in (hers, away):
            expect(my_runs(context, server).get_by_text("1 run, ")).to_be_visible()
        expect(opened(his, server, "runs").get_by_text("There are no runs yet")).to_be_visible()
        still = opened(teachers, server, f"train{link}")
        expect(still.get_by_role("button", name="Continue from batch")).to_be_enabled()
        expect(opened(his, server, f"train{link}").get_by_role("button", name="Continue from batch")).to_be_disabled()  # fmt: skip
    finally:
        stop(server)
        for context in contexts:
            context.close()
