"""Pages that look into runs say what is wrong with a hostile one; the others stand in every list."""

from __future__ import annotations

import pytest

from netlab.runs import store
from tests.pages import as_read, opened
from tests.runs.hostile import KINDS
from tests.runs.kept import kept_run

pytestmark = pytest.mark.usefixtures("fresh_caches", "job_queue", "digits_at_hand")

LOOKS: tuple[tuple[str, dict[str, str]], ...] = (
    ("rewind", {}),
    ("inside", {}),
    ("network", {}),
    ("runs", {"view": "report"}),
)
DAMAGED = (
    "a pipe for spec.json",
    "shapes beyond",
    "folders elsewhere",
    "is called a tag",
    "a gap of three million",
    "nothing for all the rest",
)


def test_each_page_says_why_a_run_cannot_be_read_and_lists_the_others() -> None:
    good = kept_run()
    bad = {}
    for kind in DAMAGED:
        run = kept_run()
        KINDS[kind](run)
        bad[kind] = run.id
    assert len(store.all_runs()) == len(DAMAGED)
    for page, address in LOOKS:
        said = as_read(opened(page, run=bad["a pipe for spec.json"], **address))
        assert "spec.json: it is not a plain file" in said, page
    for page in ("rewind", "inside"):
        said = as_read(opened(page, run=bad["shapes beyond"]))
        assert "cannot be read" in said or "has no weights" in said, page
    offered = opened("inside").selectbox[0].options
    assert any(f"run {good.id[:4]}" in option for option in offered)
    assert not opened("runs", view="table").exception
