"""``netlab report``: a lab report of a run as one HTML file."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from netlab.cli.complaint import complain, tell_damage

HELP = "write a lab report of a run as one HTML file"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which run, where to, and what its reader says."""
    parser.set_defaults(command=report)
    parser.add_argument("run", metavar="RUN", help="the run's id, or its first four letters or more")
    parser.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="where to; by default named after the run, here"
    )
    parser.add_argument("--question", default="", metavar="TEXT", help="what you wanted to know")
    parser.add_argument("--seen", default="", metavar="TEXT", help="what you saw")
    parser.add_argument(
        "--json", action="store_true", help="one JSON object: the run, the file and its bytes"
    )


def report(options: argparse.Namespace) -> int:
    """Write the report and say where it is."""
    from netlab import data
    from netlab.data import sets
    from netlab.experiments.report.gather import gather
    from netlab.experiments.report.report import html
    from netlab.nets.spec import MNIST
    from netlab.runs import store
    from netlab.runs.export import file_name
    from netlab.runs.run import RunError

    try:
        run = store.find(options.run)
        spec = run.spec()
        mnist = spec.data == MNIST
        digits = data.load() if mnist else sets.loaded(spec.data)
        classes = tuple("0123456789") if mnist else sets.class_names(spec.data)
        told = gather(
            run,
            digits.x_test,
            digits.y_test,
            classes,
            question=options.question,
            seen=options.seen,
            source=digits.source,
        )
        file = options.file or Path(f"{file_name(run.name(), run.id)}-report.html")
        page = html(told).encode()
        file.write_bytes(page)
        tell_damage(run)
    except (OSError, RunError, data.DataError) as error:
        return complain(error)
    print(json.dumps({"run": run.id, "file": str(file), "bytes": len(page)}) if options.json else file)
    return 0
