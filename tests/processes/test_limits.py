"""Slots follow cores and memory; a worker's memory is capped in that worker alone."""

from __future__ import annotations

import subprocess
import sys

import pytest

from netlab.processes import limits


@pytest.mark.parametrize(
    ("cores", "megabytes", "slots"), [(1, 16_000, 1), (2, 16_000, 2), (8, 4_700, 4), (8, 1_200, 1), (4, 0, 1)]
)
def test_slots_follow_cores_and_free_memory(
    cores: int, megabytes: int, slots: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "cores", lambda: cores)
    monkeypatch.setattr(limits, "available_mb", lambda: megabytes)
    assert limits.slots() == slots


@pytest.mark.parametrize(("asked", "slots"), [("3", 3), ("0", 2), ("-1", 2), ("many", 2)])
def test_the_environment_may_set_the_slots_and_nonsense_is_left_aside(
    asked: str, slots: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETLAB_SLOTS", asked)
    monkeypatch.setattr(limits, "cores", lambda: 2)
    monkeypatch.setattr(limits, "available_mb", lambda: 16_000)
    assert limits.slots() == slots


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux caps the data of a process")
def test_an_allocation_beyond_the_cap_is_an_error_and_not_the_machine_s_end() -> None:
    code = (
        "from netlab.processes.limits import cap_memory\n"
        "import numpy as np\n"
        "cap_memory(300)\n"
        "try:\n    np.ones(80_000_000)\nexcept MemoryError:\n    print('refused')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "refused"


def test_this_process_has_a_size() -> None:
    assert limits.resident_mb() > 10
    assert limits.available_mb() > 100
