"""What comes from files, names and errors is shown letter by letter, never as Markdown."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from netlab.runs.events import Failed
from netlab.training.queue import JobQueue
from tests.pages import opened, said

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = "![x](https://evil.example/x.png) **bold** $x$ :red[y]"
SHOWS = {
    "markdown", "caption", "info", "warning", "error", "success", "write", "toast", "button", "expander", "popover",
    "metric", "image", "checkbox", "toggle", "radio", "pills", "segmented_control", "subheader", "title", "header", "show",
}  # fmt: skip
FOREIGN = {"reason", "note", "what", "starts_again"}
"""Attributes that hold words from files, from workers, or from the operating system."""


def foreign(node: ast.AST) -> bool:
    """Whether an expression puts words that are not ours where Markdown is read."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "literal":
        return False
    if isinstance(node, ast.Attribute) and node.attr in FOREIGN:
        return True
    if isinstance(node, ast.Attribute) and ast.unparse(node) == "file.name":
        return True
    if isinstance(node, ast.Name) and node.id in ("error", "trouble"):
        return True
    return any(map(foreign, ast.iter_child_nodes(node)))


SHOWN = [
    path
    for folder in ("netlab", "pages")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "import streamlit as st" in path.read_text("utf-8")
]


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_foreign_words_are_literal_wherever_they_are_shown(path: Path) -> None:
    shown = [
        f"{path.name}:{node.lineno} {ast.unparse(node)[:80]}"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rsplit(".", 1)[-1] in SHOWS
        and not ast.unparse(node.func).startswith("log.")
        and any(
            foreign(part)
            for part in (*node.args, *(word.value for word in node.keywords if word.arg != "icon"))
        )
    ]
    assert not shown


def test_the_rule_sees_what_it_is_for() -> None:
    assert foreign(ast.parse('f"{view.reason} x"', mode="eval"))
    assert foreign(ast.parse("str(error)", mode="eval"))
    assert not foreign(ast.parse('f"{literal(error)} {literal(file.name)}"', mode="eval"))


def test_a_hostile_reason_in_a_run_s_ending_is_shown_as_it_is(job_queue: JobQueue) -> None:
    run = store.create(NetworkSpec(), store.new_id())
    run.finish(Failed(reason=HOSTILE), None)
    at = opened("train", run=run.id)
    texts = [text for text in said(at) if "evil" in text]
    assert texts
    assert all("\\!\\[x\\]\\(https" in text and "![x](" not in text for text in texts)


def upload() -> None:
    import io

    import streamlit as st

    from netlab.drawing.view import upload
    from tests.drawing.test_brought import photo

    class File(io.BytesIO):
        name = "![x](https://evil.example/x.png).png"

    good, bad = File(photo()), File(b"no picture")
    vars(st).update(file_uploader=lambda *_, **__: [good, bad])
    upload.uploaded_pictures("article")


def test_a_hostile_name_of_an_upload_is_shown_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "file_uploader", st.file_uploader)  # the script replaces it
    at = AppTest.from_function(upload, default_timeout=60).run()
    assert not at.exception
    shown = [*said(at), *(json.dumps(str(image.proto)) for image in at.get("image"))]
    texts = [text for text in shown if "evil" in text]
    assert len(texts) == 2
    assert not any("![x](" in text for text in texts)
