"""How a process of ours stands back, beside what Linux says of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from netlab.processes import priority
from netlab.processes.child import Child

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/autogroup").exists(), reason="needs Linux's groups of sessions"
)

TELL = """
import os, re
from pathlib import Path
from netlab.processes import priority
from netlab.processes.child import Child
groups = lambda: Path("/proc/self/autogroup").read_text().split()
before = groups()
priority.stand_back()
print(os.nice(0), *before, *groups())
"""


def told(*, session: bool) -> tuple[int, list[str], list[str]]:
    """A process's number, and its session's group with that one's number, before and after."""
    command = [sys.executable, "-c", TELL]
    said = subprocess.run(command, capture_output=True, text=True, check=True, start_new_session=session)
    number, *groups = said.stdout.split()
    return int(number), groups[:3], groups[3:]


def test_what_leads_a_session_takes_it_along() -> None:
    number, _, after = told(session=True)
    assert number == priority.NICE + os_nice()
    assert after[1:] == ["nice", str(number)]


def test_what_shares_the_server_s_session_leaves_it_alone() -> None:
    number, before, after = told(session=False)
    assert number == priority.NICE + os_nice()
    assert after == before


@pytest.mark.parametrize("own", [False, True])
def test_a_child_leads_a_group_and_a_session_only_if_it_is_to(own: bool) -> None:
    class Waiting(Child):
        own_session = own

        def heard(self, line: str) -> None:
            """It says nothing."""

        def ended(self) -> None:
            """It ends with its stdin."""

    child = Waiting([sys.executable, "-c", "input()"])
    try:
        assert os.getpgid(child.process.pid) == child.process.pid
        assert (os.getsid(child.process.pid) == child.process.pid) is own
    finally:
        child.kill()


def os_nice() -> int:
    """What this process has, which a child begins with."""
    return int(Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[16])
