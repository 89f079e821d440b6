"""The limit of open files is raised to what the system allows; scarcity is seen before it hurts."""

from __future__ import annotations

import subprocess
import sys

import pytest

resource = pytest.importorskip("resource")

CODE = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (256, int(sys.argv[1])))
from netlab.processes import descriptors
limit = descriptors.raise_limit()
files = []
seen = []
for _ in range(limit - 10):
    seen.append(descriptors.scarce(limit))
    files.append(os.open(os.devnull, os.O_RDONLY))
try:
    while True:
        files.append(os.open(os.devnull, os.O_RDONLY))
except OSError:
    print(limit, seen[0], seen[-1], descriptors.scarce(limit), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.parametrize("hard", [256, 1000])
def test_the_soft_limit_becomes_the_hard_one_and_the_last_descriptors_are_spared(hard: int) -> None:
    done = subprocess.run([sys.executable, "-c", CODE, str(hard)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(hard), "False", "True", "True", str(hard)]


def test_the_limit_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    from netlab.processes import descriptors

    asked: list[tuple[int, int]] = []

    def refuse_large(_: int, limits: tuple[int, int]) -> None:
        asked.append(limits)
        if limits[0] > descriptors.MODEST:
            raise ValueError("not allowed to raise maximum limit")

    unlimited = resource.RLIM_INFINITY
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, unlimited))
    monkeypatch.setattr(resource, "setrlimit", refuse_large)
    assert descriptors.raise_limit() == descriptors.MODEST
    assert asked == [(descriptors.ENOUGH, unlimited), (descriptors.MODEST, unlimited)]
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1024, 1024))
    assert descriptors.raise_limit() == 1024
    assert not descriptors.scarce(None)
