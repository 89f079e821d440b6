"""A container's limits are seen: both versions of control groups, the parents', quotas, and nonsense."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from netlab.processes import container, limits

MB = 2**20


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The file that says which groups a process is in."""
    return tmp_path / "own"


def group(root: Path, **files: object) -> None:
    """A group as the kernel shows it; "__" in a name stands for its dot."""
    root.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (root / name.replace("__", ".")).write_text(f"{content}\n")


def test_without_groups_nothing_is_limited(own: Path, tmp_path: Path) -> None:
    assert container.memory_left_mb(own, tmp_path) is None
    assert container.processors(own, tmp_path) is None


def test_version_2_leaves_the_limit_less_what_is_used(own: Path, tmp_path: Path) -> None:
    own.write_text("0::/app\n")
    group(tmp_path / "app", memory__max=1000 * MB, memory__current=300 * MB, cpu__max="150000 100000")
    assert container.memory_left_mb(own, tmp_path) == 700
    assert container.processors(own, tmp_path) == 1.5


def test_files_kept_in_memory_count_as_free(own: Path, tmp_path: Path) -> None:
    own.write_text("0::/\n")
    group(
        tmp_path,
        memory__max=1000 * MB,
        memory__current=900 * MB,
        memory__stat=f"anon 1\ninactive_file {600 * MB}",
    )
    assert container.memory_left_mb(own, tmp_path) == 700


def test_the_tightest_of_the_parents_counts(own: Path, tmp_path: Path) -> None:
    own.write_text("0::/lab/app\n")
    group(tmp_path / "lab" / "app", memory__max="max", memory__current=10 * MB, cpu__max="max 100000")
    group(tmp_path / "lab", memory__max=500 * MB, memory__current=100 * MB, cpu__max="50000 100000")
    group(tmp_path, memory__max=800 * MB, memory__current=0)
    assert container.memory_left_mb(own, tmp_path) == 400
    assert container.processors(own, tmp_path) == 0.5


def test_version_1_has_files_of_other_names(own: Path, tmp_path: Path) -> None:
    own.write_text("11:memory:/app\n4:cpu,cpuacct:/app\n1:name=systemd:/\n0::/\n")
    group(
        tmp_path / "memory" / "app",
        memory__limit_in_bytes=1024 * MB, memory__usage_in_bytes=24 * MB, memory__stat="total_inactive_file 0",
    )  # fmt: skip
    group(tmp_path / "cpu,cpuacct" / "app", cpu__cfs_quota_us=200_000, cpu__cfs_period_us=100_000)
    assert container.memory_left_mb(own, tmp_path) == 1000
    assert container.processors(own, tmp_path) == 2


def test_inside_a_container_the_group_is_the_mount_itself(own: Path, tmp_path: Path) -> None:
    own.write_text("11:memory:/docker/0123abcd\n4:cpu,cpuacct:/docker/0123abcd\n")
    group(tmp_path / "memory", memory__limit_in_bytes=512 * MB, memory__usage_in_bytes=12 * MB)
    group(tmp_path / "cpu", cpu__cfs_quota_us=-1, cpu__cfs_period_us=100_000)
    assert container.memory_left_mb(own, tmp_path) == 500
    assert container.processors(own, tmp_path) is None


@pytest.mark.parametrize("word", ["max", "", "-1", "many", str(2**63 - 4096), "1e9"])
def test_a_limit_that_says_none_limits_nothing(word: str, own: Path, tmp_path: Path) -> None:
    own.write_text("0::/\n11:memory:/\n")
    group(tmp_path, memory__max=word)
    group(tmp_path / "memory", memory__limit_in_bytes=word)
    assert container.memory_left_mb(own, tmp_path) is None


def test_more_used_than_allowed_leaves_nothing(own: Path, tmp_path: Path) -> None:
    own.write_text("0::/\n")
    group(tmp_path, memory__max=100 * MB, memory__current=130 * MB)
    assert container.memory_left_mb(own, tmp_path) == 0


@pytest.mark.parametrize(("left", "slots"), [(None, 8), (1_900, 1), (4_700, 4), (0, 1)])
def test_slots_follow_the_container_s_memory(
    left: int | None, slots: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "cores", lambda: 8)
    monkeypatch.setattr(limits, "_host_mb", lambda: 128_000)
    monkeypatch.setattr(container, "memory_left_mb", lambda: left)
    assert limits.slots() == slots


@pytest.mark.parametrize(("quota", "cores"), [(None, 4), (0.5, 1), (1.5, 2), (64.0, 4)])
def test_cores_follow_the_container_s_quota(
    quota: float | None, cores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(4)), raising=False)
    monkeypatch.setattr(container, "processors", lambda: quota)
    assert limits.cores() == cores
