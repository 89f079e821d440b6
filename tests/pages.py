"""What tests of pages share: a page opened by its link, what it says, and one queue for all pages of a test."""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest

from netlab.app import digits as app_digits
from netlab.app.lesson import PREDICTED
from netlab.glossary import unlinked
from netlab.training.queue import JobQueue

APP = Path(__file__).resolve().parents[1] / "app.py"


class Skipped(dict[str, tuple[str, str | None]]):
    """Whatever is asked was skipped, and what is answered from now on is kept."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> tuple[str, str | None]:
        return "", None

    def get(self, key: str, default: Any = None) -> Any:
        return self[key]


def opened(page: str = "", /, **address: Any) -> AppTest:
    """A page as a visitor with that link sees it who has skipped all questions; the start page if none is named."""
    return fresh(page, Skipped(), **address)


def fresh(page: str, answers: dict[str, Any] | None = None, /, **address: Any) -> AppTest:
    """A page as one sees it who comes for the first time, or has answered some questions."""
    at = AppTest.from_file(APP, default_timeout=120)
    if answers is not None:
        at.session_state[PREDICTED] = copy.copy(answers)
    if page:
        at.switch_page(f"pages/{page}.py")
    for name, value in address.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception, at.exception
    return at


def link(at: AppTest) -> dict[str, Any]:
    """What the address says."""
    return {name: at.query_params[name] for name in at.query_params}


def said(at: AppTest) -> list[str]:
    """Every sentence, formula and figure of merit, as it was written, without the links to the glossary."""
    kinds = (at.markdown, at.caption, at.latex, at.info, at.success, at.warning, at.error, at.metric)
    return [*(unlinked(str(element.value)) for kind in kinds for element in kind), *_read_beside_pads(at)]


def _read_beside_pads(at: AppTest) -> list[str]:
    """What answers say, in components: the sentence beside a pad, and the small print of all."""
    told = [json.loads(one.proto.json or "null") for one in at.get("bidi_component")]
    answers = [one for one in told if isinstance(one, dict) and {"sentence", "blank"} <= set(one)]
    sentences = [one["sentence"] for one in answers if "pad" in one and "digits" not in one]
    return [*sentences, *(one[word] for one in answers for word in ("doubt", "by") if word in one)]


def text(at: AppTest) -> str:
    """All that a page says, as it was written."""
    return " ".join(said(at))


def as_read(at: AppTest) -> str:
    """All that a page says, without the strokes that keep Markdown from being read."""
    return text(at).replace("\\", "")


def serve(job_queue: JobQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every page find this queue."""
    monkeypatch.setattr("netlab.training.view.session._registry", job_queue)


@pytest.fixture(scope="session", autouse=True)
def pages_cost_what_they_cost_a_server() -> Iterator[None]:
    """What Streamlit does at every run of a page in a test, and at none in the server: nine tenths of the time.

    It looks through all installed packages for components; and where Keras is loaded, which only tests load beside
    pages, it clears Keras' session and collects all garbage.
    """
    with pytest.MonkeyPatch.context() as patch:
        once = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", once)
        patch.setattr(script_runner, "_clean_problem_modules", lambda: None)
        yield


@pytest.fixture
def job_queue(digits_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[JobQueue]:
    """One queue for the pages of a test, without a spare worker; closed afterwards."""
    one = JobQueue(slots=1, grace=600.0, warm=False)
    serve(one, monkeypatch)
    yield one
    one.close()


@pytest.fixture
def fresh_caches() -> Iterator[None]:
    """Nothing that another test's pages found is kept, and nothing of this one's."""
    empty_caches()
    yield
    empty_caches()


@pytest.fixture
def digits_at_hand(fresh_caches: None) -> None:
    """The digits are there before a page asks for them, so that no test depends on how soon they come."""
    assert app_digits.soon(60) is not None


def empty_caches() -> None:
    """Forget all that pages keep between runs."""
    st.cache_resource.clear()
    st.cache_data.clear()
