"""What tests of pages share: a page opened by its link, what it says, and one queue for all pages of a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from netlab.training.queue import JobQueue

APP = Path(__file__).resolve().parents[1] / "app.py"


def opened(page: str = "", /, **address: Any) -> AppTest:
    """A page as a fresh visitor with that link sees it; the start page if none is named."""
    at = AppTest.from_file(APP, default_timeout=120)
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
    """Every sentence, formula and figure of merit, as it was written."""
    kinds = (at.markdown, at.caption, at.latex, at.info, at.success, at.warning, at.error, at.metric)
    return [str(element.value) for kind in kinds for element in kind]


def text(at: AppTest) -> str:
    """All that a page says, as it was written."""
    return " ".join(said(at))


def as_read(at: AppTest) -> str:
    """All that a page says, without the strokes that keep Markdown from being read."""
    return text(at).replace("\\", "")


def serve(job_queue: JobQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every page find this queue."""
    monkeypatch.setattr("netlab.training.view.session._registry", job_queue)


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


def empty_caches() -> None:
    """Forget all that pages keep between runs."""
    st.cache_resource.clear()
    st.cache_data.clear()
