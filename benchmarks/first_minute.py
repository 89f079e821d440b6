"""The first minute of somebody new: from a clone to the first page, and to the first point of a curve.

    python -m benchmarks.first_minute [--python python3.11] [--mnist mnist.npz]

The repository is cloned as it is committed into an empty folder, with an empty home: nothing is installed, cached or known. There
``make run`` is called as the README says, and a visitor asks for the first page until it comes, opens Train, presses the
button and waits until the accuracy of the first batches is on their page. The packages come from where pip is told to
look, so what it takes hangs on the line; the targets are for a good one, and for a machine that does nothing else: the
load is printed. MNIST is fetched as anybody does, or is the file of ``--mnist``, which ``NETLAB_MNIST`` names then; where
there is neither, the app makes digits of its own, in half a minute.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from websockets.exceptions import WebSocketException

from benchmarks.classroom import tell
from benchmarks.visitor import Visitor, visit
from tests.browser import ROOT, free_port
from tests.waiting import until

PAGE_SECONDS, POINT_SECONDS = 90.0, 10.0
PATIENCE = 900.0
OWN = (
    "HOME",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "VIRTUAL_ENV",
    "PYTHONPATH",
    "PYTHONDONTWRITEBYTECODE",
    "NETLAB_HOME",
    "NETLAB_MNIST",
)
"""What a newcomer's machine does not say, and this one may."""


@contextmanager
def make_run(
    project: Path, home: Path, python: str, port: int, mnist: Path | None
) -> Iterator[subprocess.Popen[bytes]]:
    """``make run`` under way in a fresh clone; at the end it and all that it started are ended."""
    kept = {name: value for name, value in os.environ.items() if name not in OWN}
    if mnist is not None:
        kept["NETLAB_MNIST"] = str(mnist.resolve())
    process = subprocess.Popen(
        ["make", "run", f"PORT={port}", f"PYTHON={python}"],
        cwd=project,
        env={**kept, "HOME": str(home), "BROWSER": "true"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def first_page(process: subprocess.Popen[bytes], address: str) -> Visitor:
    """A visitor to whom the first page has been shown.

    Raises
    ------
    RuntimeError
        If ``make run`` has ended instead; what it said stands above.
    """

    def seen() -> Visitor | None:
        if process.poll() is not None:
            raise RuntimeError(f"make run ended with {process.returncode} before there was a page")
        try:
            visitor = Visitor(visit(address))
            visitor.sees("", "")
        except (OSError, WebSocketException):  # nobody listens yet
            return None
        return visitor

    return until(seen, seconds=PATIENCE, what="the first page")


def first_point(visitor: Visitor) -> None:
    """Press Train and wait until the page that comes shows an accuracy."""
    until(lambda: visitor.sees("train", "train"), seconds=PATIENCE, what="the button Train")
    visitor.press("train")

    def shown() -> bool:
        visitor.again("train")
        return "after" in visitor.data("accuracy_curves")["alt"]

    until(shown, seconds=PATIENCE, what="the first point of the curve")


def main() -> None:
    """Print both beside their targets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    ours = Path(sys.base_prefix, "bin", f"python3.{sys.version_info.minor}")
    parser.add_argument("--python", default=str(ours), help="what make begins with")
    parser.add_argument("--mnist", type=Path, help="a file of MNIST, where it cannot be fetched")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="netlab-first-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "home").mkdir()
        began, port = time.monotonic(), free_port()
        subprocess.run(
            ["git", "clone", "--quiet", "--no-local", str(ROOT), str(folder / "netlab")], check=True
        )
        cloned = time.monotonic() - began
        project, home = folder / "netlab", folder / "home"
        with make_run(project, home, options.python, port, options.mnist) as process:
            visitor = first_page(process, f"http://127.0.0.1:{port}")
            page = time.monotonic() - began
            installed = page - (time.time() - (project / ".venv" / "run.stamp").stat().st_mtime)
            first_point(visitor)
            point = time.monotonic() - began - page
            visitor.leave()
            digits = next(home.rglob("stand-in-*.npz"), None)
        size = sum(path.lstat().st_size for path in project.rglob("*") if not path.is_dir())
    print(
        f"cloned after {cloned:.0f} s, installed ({size / 1e9:.1f} GB) after {installed:.0f} s; digits: {'MNIST' if digits is None else 'made here'}; "
        f"load {' '.join(f'{one:.1f}' for one in os.getloadavg())} on {os.cpu_count()} cores"
    )
    tell(
        "from the clone to the first page",
        f"{page:.0f} s",
        f"at most {PAGE_SECONDS:.0f} s",
        page <= PAGE_SECONDS,
    )
    tell(
        "from there to the first accuracy",
        f"{point:.1f} s",
        f"at most {POINT_SECONDS:.0f} s",
        point <= POINT_SECONDS,
    )


if __name__ == "__main__":
    main()
