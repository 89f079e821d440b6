"""What a container leaves of the machine: memory and processors by control groups, version 1 and 2.

A process belongs to a group, the group to a parent, and the tightest of them all counts. What a group says of
itself are small files; one that is missing or says "max" sets no limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

MOUNT = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")
NO_LIMIT = 1 << 60
"""Bytes from which on a limit of version 1 means that there is none."""


def memory_left_mb(own: Path = OWN, mount: Path = MOUNT) -> int | None:
    """Memory that the groups of this process may still take, in MB; None if no group limits it.

    Parameters
    ----------
    own : Path, optional
        The file that lists the groups of this process.
    mount : Path, optional
        The folder under which the groups are.

    Returns
    -------
    int or None
        At least 0; memory that the kernel would give back counts as left.
    """
    left = [_left(*files) for files in _memory_files(own, mount)]
    known = [value for value in left if value is not None]
    return max(0, min(known)) // 2**20 if known else None


def processors(own: Path = OWN, mount: Path = MOUNT) -> float | None:
    """Processors by the quotas of the groups of this process, such as 1.5; None if no group limits them.

    Parameters
    ----------
    own : Path, optional
        The file that lists the groups of this process.
    mount : Path, optional
        The folder under which the groups are.

    Returns
    -------
    float or None
        The tightest quota.
    """
    known = [share for folder in _folders("cpu", own, mount) if (share := _quota(folder)) is not None]
    return min(known) if known else None


def _memory_files(own: Path, mount: Path) -> Iterator[tuple[Path, Path, Path]]:
    """Of each group the files with its limit, its use, and how the use divides."""
    for folder in _folders("memory", own, mount):
        yield folder / "memory.max", folder / "memory.current", folder / "memory.stat"
        yield folder / "memory.limit_in_bytes", folder / "memory.usage_in_bytes", folder / "memory.stat"


def _left(limit: Path, used: Path, divided: Path) -> int | None:
    most, now = _number(limit), _number(used)
    return None if most is None or most >= NO_LIMIT else most - (now or 0) + _given_back(divided)


def _given_back(divided: Path) -> int:
    """Bytes of files kept in memory that the kernel gives back when memory is asked for."""
    statistics = dict(line.split(maxsplit=1) for line in _text(divided).splitlines() if " " in line)
    word = statistics.get("total_inactive_file") or statistics.get("inactive_file") or "0"
    return int(word) if word.isdigit() else 0


def _quota(folder: Path) -> float | None:
    """Processors of one group: cpu.max of version 2 holds "quota period", version 1 has a file for each."""
    words = _text(folder / "cpu.max").split()
    if len(words) != 2:
        words = [_text(folder / f"cpu.cfs_{name}_us").strip() for name in ("quota", "period")]
    quota, period = (int(word) if word.isdigit() else 0 for word in words)
    return quota / period if quota and period else None


def _folders(controller: str, own: Path, mount: Path) -> Iterator[Path]:
    """Folders of the groups of this process and of all their parents.

    Inside a container the path may be the host's, which is not there; the mount itself is then the group.
    """
    for line in _text(own).splitlines():
        number, _, rest = line.partition(":")
        names, _, path = rest.partition(":")
        if number == "0" and not names:
            yield from _upwards(mount, path)
        elif controller in names.split(","):
            for root in (mount / controller, mount / names):
                yield from _upwards(root, path)


def _upwards(root: Path, path: str) -> Iterator[Path]:
    inside = PurePosixPath(path.lstrip("/"))
    if ".." not in inside.parts:
        yield from (root / group for group in (inside, *inside.parents))
    else:
        yield root


def _number(file: Path) -> int | None:
    word = _text(file).strip()
    return int(word) if word.isdigit() else None


def _text(file: Path) -> str:
    try:
        return file.read_text("ascii")
    except (OSError, UnicodeDecodeError):
        return ""
