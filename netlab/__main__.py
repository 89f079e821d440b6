"""The command line: ``netlab`` opens the app; ``train``, ``read``, ``runs``, ``compare``, ``inside``, ``report``, ``check``, ``data``.

It is ``netlab`` where the package is installed, ``python -m netlab`` everywhere. People get a progress bar and sentences; with ``--json`` programs get one JSON object a line.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from netlab import __version__
from netlab.cli import app, check, compare, data, inside, read, report, runs, train

COMMANDS = {
    "app": app, "train": train, "read": read, "runs": runs, "compare": compare, "inside": inside, "report": report,
    "check": check, "data": data,
}  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit status is 0 if it did what was asked, 2 for a mistake in the words, 130 for Ctrl+C."""
    write_any_letter()
    given = sys.argv[1:] if arguments is None else arguments
    options = parser().parse_args(given or ["app"])
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        status = command(options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("netlab: stopped by Ctrl+C.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # whoever read has read enough, as head does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


def write_any_letter() -> None:
    """Write a letter that the terminal or a file does not have as its code, such as Windows' files and most of Unicode."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    prog = "netlab" if Path(sys.argv[0]).stem == "netlab" else "python -m netlab"
    found = argparse.ArgumentParser(prog=prog, description=__doc__.splitlines()[0] if __doc__ else "")
    found.add_argument("--version", action="version", version=f"Netlab {__version__}")
    commands = found.add_subparsers(required=True, metavar=f"{{{','.join(COMMANDS)}}}")
    for name, module in COMMANDS.items():
        module.add_options(commands.add_parser(name, help=module.HELP))
    return found


if __name__ == "__main__":
    sys.exit(main())
