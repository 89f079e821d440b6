"""``netlab data``: which digits are in use, and how to get the real ones."""

from __future__ import annotations

import argparse

HELP = "say which digits are in use, and how to get the real ones"


def add_options(parser: argparse.ArgumentParser) -> None:
    """How to say it."""
    parser.set_defaults(command=data)
    parser.add_argument("--json", action="store_true", help="one JSON object")


def data(options: argparse.Namespace) -> int:
    """Describe the digits."""
    from netlab.data import describe

    report = describe()
    print(report.to_json() if options.json else report.text())
    return 0
