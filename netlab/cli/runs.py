"""``netlab runs``: list the runs that are kept, compare two, delete some, write one as a file or take one in."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from netlab.cli.complaint import complain, tell_damage

HELP = "list the runs that are kept, compare two, delete some, write one as a file or take one in"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Whether to list, to compare or to delete."""
    parser.set_defaults(command=runs)
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--compare", nargs=2, metavar=("A", "B"),
        help="the settings in which two runs differ, and what came of each; an id may be cut to its first four letters",
    )  # fmt: skip
    what.add_argument("--delete", nargs="+", metavar="ID", help="delete these runs permanently")
    what.add_argument(
        "--export", nargs="+", metavar=("ID", "FILE"),
        help="write a run as one file, by its name in this folder if no FILE is given",
    )  # fmt: skip
    what.add_argument(
        "--import",
        dest="bring",
        metavar="FILE",
        help="take a run in from such a file; everything in it is checked",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a run, or one for a comparison")


def runs(options: argparse.Namespace) -> int:
    """List the runs, compare two, delete those that are named, write one as a file or take one in."""
    from netlab.runs import store
    from netlab.runs.parcel import ParcelError
    from netlab.runs.run import RunError

    if options.export and len(options.export) > 2:
        return complain(RunError("--export takes one run, and the file to write it to."))

    try:
        store.remove_leftovers()
    except OSError as error:
        print(f"netlab: what a deleted run left behind stays for now: {error}", file=sys.stderr)
    try:
        for run_id in options.delete or ():
            _delete(run_id)
        if options.compare:
            _compare(*map(store.find, options.compare), as_json=options.json)
        if options.export:
            _export(*options.export)
        if options.bring:
            _import(options.bring)
    except (OSError, RunError, ParcelError) as error:
        return complain(error)
    if not any((options.delete, options.compare, options.export, options.bring)):
        _list_runs(options.json)
    return 0


def _export(run_id: str, file: str | None = None) -> None:
    import os
    from pathlib import Path

    from netlab.runs import parcel, store
    from netlab.storage import in_words

    run = store.find(run_id)
    path = Path(file or parcel.parcel_name(run))
    half = path.with_name(f".{path.name}.part")
    try:
        with half.open("wb") as stream:
            parcel.write(run, stream)
        os.replace(half, path)  # noqa: PTH105
    finally:
        half.unlink(missing_ok=True)
    print(f"Run {run.id} is in {path}: {in_words(path.stat().st_size)}.")


def _import(file: str) -> None:
    from pathlib import Path

    from netlab.runs import parcel

    with Path(file).open("rb") as stream:
        try:
            found = parcel.read(stream)
        except parcel.ParcelError as error:
            raise parcel.ParcelError(f"{file}: {error}") from error
    if not found.new:
        print(f"Run {found.run.id} is here already, the very same.")
        return
    for sentence in found.left_out:
        print(sentence)
    print(f"Run {found.run.id} is here: {found.run.name()}.")


def _delete(run_id: str) -> None:
    from netlab.runs import store
    from netlab.storage import in_words

    run = store.find(run_id)
    size = 0 if run.folder.is_symlink() else run.size()  # what a link points to stays
    run.delete()
    print(f"Run {run.id} is deleted: {in_words(size)} are free again.")


def _compare(one: Any, other: Any, *, as_json: bool) -> None:
    from dataclasses import asdict

    from netlab.runs.compare import differences, outcome

    pair = (one, other)
    tell_damage(*pair)
    names, results = [run.name() for run in pair], [outcome(run) for run in pair]
    differ = differences(one.spec(), other.spec())
    if as_json:
        told = [
            {"run": run.id, "name": name, **asdict(result)}
            for run, name, result in zip(pair, names, results, strict=True)
        ]
        print(json.dumps({"runs": told, "settings": differ}))
        return
    rows = [("", one.id[:8], other.id[:8]), ("name", *names)]
    rows += [(name.replace("_", " "), *map(_written, values)) for name, values in differ.items()]
    rows += [
        ("state", *(result.state for result in results)),
        ("accuracy", *(_share(result.accuracy) for result in results)),
        ("loss", *(_number(result.loss, "{:.4f}") for result in results)),
        ("time", *(_number(result.seconds, "{:.1f} s") for result in results)),
    ]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for row in rows:
        print(f"{row[0]:{widths[0]}}  {row[1]:{widths[1]}}  {row[2]}")
    if not differ:
        print("Their settings are the same.")


def _tell_ending(run: Any) -> None:
    """Why a run counts as interrupted although its end was written, if it was."""
    from netlab.runs.run import RunError

    try:
        run.read_ending()
    except RunError as error:
        print(f"netlab: Run {run.id}: {error}", file=sys.stderr)


def _written(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_written, value)) or "none"
    if isinstance(value, dict):
        return " ".join(f"{key} {_written(one)}" for key, one in value.items() if one is not None)
    return "none" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _share(value: float | None) -> str:
    from netlab.formatting import percent

    return "not measured" if value is None else percent(value, 2)


def _number(value: float | None, form: str) -> str:
    return "unknown" if value is None else form.format(value)


def _list_runs(as_json: bool) -> None:
    from dataclasses import asdict

    from netlab.nets.keras_summary import description
    from netlab.runs import store
    from netlab.runs.run import RunError
    from netlab.runs.summary import summary
    from netlab.storage import free_bytes, in_words

    sizes = []
    for run in store.all_runs():
        try:
            network, row = description(run.spec()), summary(run)
        except RunError:  # deleted or changed meanwhile
            continue
        if row.state == "interrupted":
            _tell_ending(run)
        sizes.append(row.size)
        accuracy = row.last if row.test is None else row.test
        if as_json:
            told = asdict(row)
            del told["id"], told["size"]
            print(
                json.dumps(
                    {"run": run.id, **told, "network": network, "accuracy": accuracy, "bytes": row.size}
                )
            )
            continue
        shares = "  ".join(
            f"{'' if share is None else _share(share):>8}" for share in (row.best, row.last, row.test)
        )
        time = "" if row.seconds is None else f"{row.seconds:.1f} s"
        note = f"  ({' '.join(row.note.split())})" if row.note else ""
        print(
            f"{run.id}  {row.started:25}  {row.state:11}  {shares}  {time:>9}  {in_words(row.size):>8}  "
            f"{'*' if row.star else ' '} {row.name}: {network}{note}"
        )
    for trouble in store.unreadable():
        print(f"netlab: {trouble}", file=sys.stderr)
    if not as_json:
        if sizes:
            print(
                "Of each: id, start, state, best and last validation, test, time, size, * for a star, name, network."
            )
        count = f"{len(sizes)} run{'' if len(sizes) == 1 else 's'}"
        free = in_words(free_bytes(store.root()))
        print(f"{count} in {store.root()}: {in_words(sum(sizes))}, {free} are free.")
