"""Whether a process does anything: one that is stopped or waits for ever has no pulse, one that computes has."""

from __future__ import annotations

from pathlib import Path

Pulse = tuple[int, ...] | None


def pulse(pid: int) -> Pulse:
    """Numbers that grow while the process works: its processor time and how often its main thread gave way.

    None where the system does not tell (it does on Linux).

    Parameters
    ----------
    pid : int
        The process.

    Returns
    -------
    tuple of int, or None
        Clock ticks of processor time, then voluntary and involuntary switches of its main thread.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("ascii", errors="replace").rsplit(")", 1)[1].split()
        status = Path(f"/proc/{pid}/status").read_text("ascii", errors="replace").splitlines()
    except (OSError, IndexError):
        return None
    switches = [int(line.split()[1]) for line in status if "ctxt_switches" in line]
    return (int(stat[11]) + int(stat[12]), *switches)
