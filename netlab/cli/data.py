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
    from netlab.data import describe, sets
    from netlab.nets.naming import data_title

    report = describe()
    print(report.to_json() if options.json else report.text())
    if not options.json:
        others = ", ".join(f"{data_title(name)} (--data {name})" for name in sets.names())
        print(f"Other data sets in {sets.folder()}: {others or 'none'}.")
    return 0
