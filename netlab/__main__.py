"""The command line: ``python -m netlab train``, ``read``, ``runs`` and ``data``.

People get a progress bar and sentences; with ``--json`` programs get one JSON object a line.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from netlab.formatting import probability
from netlab.nets.presets import PRESETS
from netlab.nets.spec import NetworkSpec, SpecError
from netlab.nn.activations import ACTIVATIONS
from netlab.nn.initializers import INITIALIZERS
from netlab.nn.losses import LOSSES
from netlab.nn.optimizers import ON_TRAIN
from netlab.nn.place import Place, shown_in
from netlab.nn.schedules import SPANNING


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit status is 0 if it did what was asked, 2 for a mistake in the words, 130 for Ctrl+C."""
    options = _parser().parse_args(arguments)
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m netlab", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    commands = parser.add_subparsers(required=True, metavar="{train,read,runs,data}")
    _train_options(commands.add_parser("train", help="train a network on handwritten digits"))
    _read_options(commands.add_parser("read", help="say which digit is in each picture"))
    _runs_options(commands.add_parser("runs", help="list the runs that are kept, or delete some"))
    _data_options(
        commands.add_parser("data", help="say which digits are in use, and how to get the real ones")
    )
    return parser


def _train_options(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=_train)
    add = parser.add_argument
    add("--preset", choices=sorted(PRESETS), default="article", help="what the other options start from")
    add("--hidden", type=int, nargs="*", metavar="UNITS", help="width of each hidden layer")
    add("--activation", choices=tuple(shown_in(ACTIVATIONS, Place.TRAIN)))
    add("--dropout", type=float, metavar="RATE")
    add("--initializer", choices=sorted(shown_in(INITIALIZERS, Place.TRAIN)))
    add("--l1", type=float)
    add("--l2", type=float)
    add("--optimizer", choices=sorted(ON_TRAIN))
    add("--learning-rate", type=float, metavar="RATE")
    add("--schedule", choices=sorted(SPANNING), help="what becomes of the learning rate")
    add("--loss", choices=sorted(shown_in(LOSSES, Place.TRAIN)))
    add(
        "--label-smoothing",
        type=float,
        metavar="SHARE",
        help="of cross-entropy: share of certainty taken away",
    )
    add("--batch-size", type=int)
    add("--epochs", type=int)
    add("--train-examples", type=int, metavar="N", help="use this many digits, chosen by the seed")
    add("--seed", type=int)
    add(
        "--augment",
        type=float,
        nargs="?",
        const=1.0,
        metavar="STRENGTH",
        help="vary the digits: each epoch sees them shifted, slanted and drawn with another pen",
    )
    add(
        "--data",
        default="auto",
        metavar="PATH",
        help="mnist.npz, a folder of idx files, 'mnist' or 'stand-in'",
    )
    add("--save", type=Path, metavar="FILE", help="also write the trained weights to this file")
    add("--json", action="store_true", help="one JSON event a line")


def _read_options(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=_read)
    parser.add_argument("images", type=Path, nargs="+", metavar="IMAGE")
    parser.add_argument(
        "--model", default="article", metavar="RUN", help="article, convolutional, or a run's id"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a picture")


def _runs_options(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=_runs)
    parser.add_argument("--delete", nargs="+", metavar="ID", help="delete these runs permanently")
    parser.add_argument("--json", action="store_true", help="one JSON object a run")


def _data_options(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=_data)
    parser.add_argument("--json", action="store_true", help="one JSON object")


def _complain(error: Exception) -> int:
    print(f"netlab: {error}", file=sys.stderr)
    return 2


def _spec(options: argparse.Namespace) -> NetworkSpec:
    names = {field.name for field in fields(NetworkSpec)}
    given = {name: value for name, value in vars(options).items() if name in names and value is not None}
    return replace(PRESETS[options.preset].spec, **given)


def _train(options: argparse.Namespace) -> int:
    from netlab import data

    try:
        spec, digits = _spec(options), data.load(options.data)
    except (SpecError, data.DataError) as error:
        return _complain(error)
    from netlab.cli.progress import show_lines, show_progress
    from netlab.runs import store
    from netlab.training.loop import train
    from netlab.training.worker import single_thread

    single_thread()
    run_id = store.new_id()
    events = train(spec, digits, run_id=run_id)
    try:
        done = show_lines(events) if options.json else show_progress(events, spec)
    except KeyboardInterrupt:
        if store.get(run_id) is not None:
            print(
                f"Run {run_id} is kept as far as it came; the page Train can go on with it.", file=sys.stderr
            )
        raise
    if done and options.save:
        return _save(run_id, options.save)
    return 0 if done else 1


def _save(run_id: str, path: Path) -> int:
    from netlab.nets.weight_file import WeightsError, to_bytes
    from netlab.runs import store
    from netlab.runs.run import Run
    from netlab.storage import atomic_write

    try:
        spec, weights = Run(run_id, store.root() / run_id).weights()
        atomic_write(path, to_bytes(spec, weights, half=True))
    except (OSError, WeightsError) as error:
        return _complain(error)
    return 0


def _read(options: argparse.Namespace) -> int:
    from netlab.drawing import recognize
    from netlab.drawing.picture_file import PictureError, read_picture
    from netlab.nets.weight_file import WeightsError
    from netlab.runs.run import RunError

    try:
        spec, weights = recognize.network(options.model)
    except (RunError, WeightsError) as error:
        return _complain(error)
    status = 0
    for path in options.images:
        try:
            result = recognize.read(spec, weights, read_picture(path))
        except (OSError, PictureError) as error:
            status = 2
            _tell_refusal(path, error, options.json)
            continue
        _tell_reading(path, result, options.json)
    return status


def _tell_refusal(path: Path, error: Exception, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"image": str(path), "error": str(error)}))
    else:
        print(f"{path}: {error}", file=sys.stderr)


def _tell_reading(path: Path, result: Any, as_json: bool) -> None:
    if as_json and result.blank:
        print(
            json.dumps(
                {"image": str(path), "digit": None, "probabilities": None, "note": "nothing is drawn here"}
            )
        )
    elif as_json:
        shares = [round(float(value), 6) for value in result.probabilities]
        note = {"note": result.doubt} if result.doubt else {}
        print(json.dumps({"image": str(path), "digit": result.digit, "probabilities": shares, **note}))
    elif result.blank:
        print(f"{path}: nothing is drawn here")
    else:
        second, first = result.probabilities.argsort()[-2:]
        told = [probability(value) for value in result.probabilities]
        print(
            f"{path}: {first} ({told[first]}), else {second} ({told[second]}){f'. {result.doubt}' if result.doubt else ''}"
        )


def _runs(options: argparse.Namespace) -> int:
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
        return _complain(error)
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
    from netlab.nets.keras_summary import words
    from netlab.runs import store
    from netlab.runs.run import RunError
    from netlab.storage import free_bytes, in_words

    sizes = []
    for run in store.all_runs():
        try:
            network = words(run.spec())
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


def _data(options: argparse.Namespace) -> int:
    from netlab import data

    report = data.describe()
    print(report.to_json() if options.json else report.text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
