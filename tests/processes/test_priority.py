"""How a process of ours stands back, beside what Linux says of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from netlab.processes import priority

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/autogroup").exists(), reason="needs Linux's groups of sessions"
)

TELL = """
import os, re
from pathlib import Path
from netlab.processes import priority
groups = lambda: Path("/proc/self/autogroup").read_text().split()
before = groups()
priority.stand_back(priority.{which})
print(os.nice(0), *before, *groups())
"""


def told(which: str, *, session: bool) -> tuple[int, list[str], list[str]]:
    """A process's number, and its session's group with that one's number, before and after."""
    command = [sys.executable, "-c", TELL.format(which=which)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, start_new_session=session)
    number, *groups = said.stdout.split()
    return int(number), groups[:3], groups[3:]


def test_what_only_refines_takes_its_session_along() -> None:
    number, _, after = told("LEISURE", session=True)
    assert number == priority.LEISURE + os_nice()
    assert after[1:] == ["nice", str(number)]


@pytest.mark.parametrize(("which", "session"), [("WORK", True), ("LEISURE", False)])
def test_a_training_keeps_its_session_s_share_and_a_process_within_the_server_s_leaves_it(
    which: str, session: bool
) -> None:
    number, before, after = told(which, session=session)
    assert number == getattr(priority, which) + os_nice()
    assert after == before


def os_nice() -> int:
    """What this process has, which a child begins with."""
    return int(Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[16])
