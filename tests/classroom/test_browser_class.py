"""A teacher's browser and a pupil's at one server; and pages in a frame of another site whose cookies are blocked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from tests.browser import FLAGS, Server, chromium, content_width, start_server, stop
from tests.conftest import made_digits, write_digits
from tests.waiting import until

pytestmark = pytest.mark.browser
STILL = "[data-testid=stApp][data-test-script-state=notRunning]"
CODE = "chalk and board"


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("school")
    path = write_digits(folder / "digits.npz", made_digits())
    one = start_server(folder / "home", NETLAB_MNIST=str(path), NETLAB_SHARED="1", NETLAB_TEACHER=CODE)
    yield one
    stop(one)


def opened(context: BrowserContext, server: Server, path: str) -> Page:
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{server.url}/{path}")
    page.wait_for_selector("h1")
    page.wait_for_selector(STILL)
    return page


def rules_of(server: Server) -> dict[str, object]:
    found: dict[str, object] = json.loads((server.home / "class.json").read_text())
    return found


def test_a_pupil_joins_trains_and_stands_on_the_board(browser: Browser, school: Server) -> None:
    hers = browser.new_context(viewport={"width": 390, "height": 844})
    teachers = browser.new_context(viewport={"width": 1366, "height": 768})
    lead = opened(teachers, school, "class?class_view=rules")
    lead.get_by_label("The teacher's code").fill(CODE)
    lead.get_by_label("The teacher's code").press("Enter")
    lead.get_by_role("button", name="I am the teacher").click()
    lead.get_by_role("combobox", name="Most epochs").wait_for()
    lead.wait_for_selector(STILL)
    for label, option in (
        ("The link to join leads to", "Train a network"), ("Hidden pages", "Draw a digit"), ("Most epochs", "2"),
    ):  # fmt: skip
        menu = lead.get_by_role("combobox", name=label)
        menu.fill(option)
        lead.get_by_role("option", name=option, exact=True).click()
        lead.wait_for_selector(STILL)
    until(lambda: rules_of(school).get("most_epochs") == 2, what="the last rule on the disk")
    assert rules_of(school) | {"since": ""} == {
        "most_epochs": 2, "most_images": None, "most_parameters": None, "hidden": ["draw"], "lesson": "train", "since": "",
    }  # fmt: skip

    pupil = opened(hers, school, "join")
    assert content_width(pupil) <= 390
    pupil.get_by_label("A nickname").fill("<b>Ada</b>")
    pupil.get_by_label("A nickname").press("Enter")
    expect(pupil.get_by_role("heading", level=1, name="Train")).to_be_visible()
    expect(pupil.get_by_text("at most 2 epochs").first).to_be_visible()
    pupil.get_by_role("button", name="Make it fit").click()
    expect(pupil.get_by_role("button", name="Make it fit")).to_have_count(0)
    pupil.wait_for_selector(STILL)
    pupil.get_by_role("button", name="Train", exact=False).first.click()

    board = opened(teachers, school, "board")
    expect(board.get_by_text("finished 1")).to_be_visible()  # it comes by itself
    expect(board.get_by_text("best of class <b>Ada</b>")).to_be_visible()
    expect(board.locator(".legendtext", has_text="<b>Ada</b>")).to_be_visible()
    fits = board.evaluate(
        "(main => main.scrollHeight <= innerHeight)(document.querySelector('[data-testid=stMain]'))"
    )
    assert fits
    assert content_width(board) <= 1366

    now = opened(teachers, school, "class")
    expect(now.get_by_text("1 person is here")).to_be_visible()
    gone = opened(hers, school, "draw")
    expect(gone.get_by_text("The teacher has hidden the page “Draw a digit”")).to_be_visible()
    gone.close()
    pupil.close()
    expect(now.get_by_text("Nobody is here")).to_be_visible()  # closed tabs are told from open ones
    for context in (hers, teachers):
        context.close()


@pytest.fixture
def other_site(school: Server) -> Iterator[str]:
    """Another site, whose page at any path shows that page of the school's server in a frame."""

    class Frame(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.lstrip("/")
            source = f"{school.url}/{path}{'&amp;' if '?' in path else '?'}embed=true"
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(
                f'<iframe src="{source}" style="width: 1200px; height: 800px"></iframe>'.encode()
            )

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Frame)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def careful(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """A page of a browser that blocks the cookies, and the memory, of other sites' frames."""
    settings = {"profile": {"cookie_controls_mode": 1, "block_third_party_cookies": True}}
    (tmp_path / "profile" / "Default").mkdir(parents=True)
    (tmp_path / "profile" / "Default" / "Preferences").write_text(json.dumps(settings))
    context = browser.browser_type.launch_persistent_context(
        tmp_path / "profile", executable_path=chromium(), args=FLAGS, viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


def in_frame(page: Page, site: str, path: str) -> FrameLocator:
    page.goto(f"{site}/{path}")
    frame = page.frame_locator("iframe")
    frame.locator("h1").first.wait_for()
    frame.locator(STILL).wait_for()
    expect(frame.get_by_test_id("stException")).to_have_count(0)
    return frame


def test_pages_work_in_a_frame_without_cookies_or_say_what_they_lack(careful: Page, other_site: str) -> None:
    errors: list[str] = []
    careful.on("pageerror", lambda error: errors.append(str(error)))
    frame = in_frame(careful, other_site, "loss")
    kept = "(() => { try { return String(sessionStorage.length) } catch (error) { return error.name } })()"
    assert careful.frames[1].evaluate(kept) == "SecurityError"  # the frame has no memory at all
    expect(frame.get_by_text("Predict first.").first).to_be_visible()
    frame.get_by_role("button", name="Skip", exact=True).first.click()
    expect(frame.get_by_role("button", name="Skip", exact=True)).to_have_count(0)
    for path, lacks in (
        ("landscape", ""), ("classify", "files cannot be uploaded."), ("inside", "your runs are yours only until this tab is closed."),
        ("runs", "files cannot be uploaded and your runs are yours only"), ("join", ""), ("class", ""),
    ):  # fmt: skip
        frame = in_frame(careful, other_site, path)
        expect(frame.get_by_text("keeps no cookies for this page here")).to_have_count(1 if lacks else 0)
        if lacks:
            expect(frame.get_by_text(lacks)).to_be_visible()
            expect(frame.get_by_role("link", name="Open it in a tab of its own")).to_have_attribute(
                "target", "_blank"
            )
    frame = in_frame(careful, other_site, "train?width=8&epochs=1")
    frame.get_by_test_id("stMain").get_by_role("button", name="Train", exact=False).first.click()
    expect(
        frame.get_by_role("button", name="Rename")
    ).to_be_enabled()  # there is a run, and it is the frame's own
    assert not errors
    assert careful.context.cookies() == []
