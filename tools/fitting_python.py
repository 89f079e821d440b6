"""Print a Python on which Netlab runs, or say in a sentence why there is none and what would help.

Any Python since 3.7 can run this file. It looks at itself first, then at ``python3.13``, ``python3.12`` and ``python3.11``.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

FITTING = ((3, 13), (3, 12), (3, 11))
"""What TensorFlow 2.21 has wheels for, the newest first; ``requires-python`` in pyproject.toml says the same."""
NEEDED = "Netlab needs Python 3.11, 3.12 or 3.13 in 64 bit"
MEND = (
    "Install one of them beside it (https://www.python.org/downloads/): make finds python3.13 by itself. "
    "Or name it: make run PYTHON=/path/to/python3.13"
)
ASK = """
import json, platform, struct, sys
print(json.dumps([sys.version_info[:2], 8 * struct.calcsize("P"), platform.system(), platform.machine()]))
"""


def unfit(version: tuple[int, int], bits: int, system: str, machine: str) -> str:
    """Why not all of Netlab runs on such a Python, and what would help; empty if it does."""
    if (system, machine) == ("Darwin", "x86_64"):
        return (
            "TensorFlow 2.21 is not made for Macs with Intel processors, so nothing can be trained there. "
            "All that reads and draws works without it: python3 -m pip install . && netlab"
        )
    if bits != 64:
        return f"{NEEDED}, and this one has {bits} bit. {MEND}"
    if version not in FITTING:
        return f"{NEEDED}, and this one is Python {version[0]}.{version[1]}. {MEND}"
    return ""


def about(python: str) -> tuple[tuple[int, int], int, str, str] | None:
    """What ``unfit`` asks about a Python; None if it does not answer."""
    done = subprocess.run([python, "-c", ASK], capture_output=True, text=True, check=False)
    if done.returncode:  # a name that some tool has put there for a Python that it has not
        return None
    (major, minor), bits, system, machine = json.loads(done.stdout)
    return (major, minor), bits, system, machine


def main() -> int:
    """Print the path of the first that fits; else what this one lacks, with exit status 1."""
    others = [shutil.which(f"python{major}.{minor}") for major, minor in FITTING]
    faults = []
    for python in filter(None, [sys.executable, *others]):
        told = about(python)
        if told is None:
            continue
        fault = unfit(*told)
        if not fault:
            print(python)
            return 0
        faults.append(fault)
    print(faults[0] if faults else f"{NEEDED}. {MEND}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
