"""``netlab runs``: list the runs that are kept, or delete some."""

from __future__ import annotations

import argparse
import json
import sys

from netlab.cli.complaint import complain

HELP = "list the runs that are kept, or delete some"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Whether to list or to delete."""
    parser.set_defaults(command=runs)
    parser.add_argument("--delete", nargs="+", metavar="ID", help="delete these runs permanently")
    parser.add_argument("--json", action="store_true", help="one JSON object a run")


def runs(options: argparse.Namespace) -> int:
    """List the runs, or delete those that are named."""
    from netlab.runs import store
    from netlab.runs.run import RunError

    try:
        store.remove_leftovers()
    except OSError as error:
        print(f"netlab: what a deleted run left behind stays for now: {error}", file=sys.stderr)
    try:
        for run_id in options.delete or ():
            _delete(run_id)
    except (OSError, RunError) as error:
        return complain(error)
    if not options.delete:
        _list_runs(options.json)
    return 0


def _delete(run_id: str) -> None:
    from netlab.runs import store
    from netlab.storage import in_words

    run = store.find(run_id)
    size = 0 if run.folder.is_symlink() else run.size()  # what a link points to stays
    run.delete()
    print(f"Run {run.id} is deleted: {in_words(size)} are free again.")


def _list_runs(as_json: bool) -> None:
    from netlab.nets.keras_summary import description
    from netlab.runs import store
    from netlab.runs.run import RunError
    from netlab.storage import free_bytes, in_words

    sizes = []
    for run in store.all_runs():
        try:
            network = description(run.spec())
        except RunError:  # deleted or changed meanwhile
            continue
        size, state = run.size(), run.state()
        sizes.append(size)
        if as_json:
            line = {
                "run": run.id,
                "started": run.started(),
                "network": network,
                "state": state,
                "bytes": size,
            }
            print(json.dumps(line))
        else:
            print(f"{run.id}  {run.started():25}  {state:11}  {in_words(size):>8}  {network}")
    for trouble in store.unreadable():
        print(f"netlab: {trouble}", file=sys.stderr)
    if not as_json:
        count = f"{len(sizes)} run{'' if len(sizes) == 1 else 's'}"
        free = in_words(free_bytes(store.root()))
        print(f"{count} in {store.root()}: {in_words(sum(sizes))}, {free} are free.")
