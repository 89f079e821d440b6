"""``netlab app``, or plain ``netlab``: start the server and open the app in the browser."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from netlab.cli.complaint import complain

HELP = "open the app in the browser; what netlab does without a command"
PORT = 8501
PACKAGE = Path(__file__).resolve().parents[1]
PLACES = (PACKAGE / "_app" / "app.py", PACKAGE.parent / "app.py")
"""Where the app lies: in the installed package, or in the project's folder."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Where it listens, and whether a browser is opened."""
    parser.set_defaults(command=start)
    parser.add_argument("--port", type=int, default=PORT, metavar="N", help=f"port of the server; {PORT}")
    parser.add_argument(
        "--address", default="", metavar="ADDRESS",
        help="address that the server listens at; 0.0.0.0 for a class, else this machine alone",
    )  # fmt: skip
    parser.add_argument("--no-browser", action="store_true", help="open no browser")


def start(options: argparse.Namespace) -> int:
    """Become the server, or where a process cannot become another, start it and wait for its end."""
    app = next((path for path in PLACES if path.is_file()), None)
    if app is None:
        return complain(RuntimeError(f"The app is in none of its places ({', '.join(map(str, PLACES))})."))
    command, surroundings = server_command(app, options), environment(os.environ)
    if os.name == "posix":
        os.execve(command[0], command, surroundings)
    process = subprocess.Popen(command, env=surroundings)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # the server hears it too, and ends
            continue


def server_command(app: Path, options: argparse.Namespace) -> list[str]:
    """The words that start the server; what lies in the folder where they are said is not imported (``-P``)."""
    words = [sys.executable, "-P", "-m", "streamlit", "run", str(app), "--server.port", str(options.port)]
    if options.address:
        words += ["--server.address", options.address]
    if options.no_browser:
        words += ["--server.headless", "true"]
    return words


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """The server's environment: what is given, and one thread for each product of matrices unless told otherwise."""
    return {"OMP_NUM_THREADS": "1", **given}
