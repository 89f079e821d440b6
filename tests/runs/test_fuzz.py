"""Two thousand damages to the files of a real run: ``python -m tests.runs.fuzz`` does more of them."""

from __future__ import annotations

from tests.machine import posix_only
from tests.runs.fuzz import fuzz, real_run


@posix_only("reading is given its time by an alarm of POSIX")
def test_whatever_is_damaged_reading_raises_nothing_ends_and_stays_small() -> None:
    one = real_run()
    assert one.read_all() == "read"
    results = fuzz(one, 2000, seed=1)
    assert sum(results.values()) == 2000
    assert min(results[kind] for kind in ("read", "read in part", "unreadable")) > 100
    assert one.read_all() == "read"
