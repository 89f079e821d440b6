"""``netlab train``: train a network, with a progress bar or with a line of JSON an event."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from netlab.cli.complaint import complain
from netlab.extras import no_training
from netlab.nets import model_file
from netlab.nets.presets import PRESETS
from netlab.nets.spec import NetworkSpec
from netlab.runs.events import Event, Started
from netlab.runs.naming import clean_name
from netlab.training.controls import FLAGS, USUAL, Control, validated_as_usual

if TYPE_CHECKING:
    from netlab.data import Digits

HELP = "train a network on handwritten digits"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Flags: one for each control that sets a field of the network, and those that only a terminal needs."""
    parser.set_defaults(command=train)
    add = parser.add_argument
    add("--preset", choices=sorted(PRESETS), default="article", help="what the other options start from")
    add(
        "--hidden",
        type=int,
        nargs="*",
        metavar="UNITS",
        help="width of each hidden layer, first to last; without a number, no hidden layer",
    )
    for control in FLAGS:
        if control.key != "data":
            _add_flag(parser, control)
    add(
        "--data",
        default="auto",
        metavar="PATH",
        help="mnist.npz, a folder of idx files, 'mnist', 'stand-in', or a data set of NETLAB_HOME/datasets by its name",
    )
    add(
        "--save", type=Path, metavar="FILE",
        help="also write the trained network to this file: NAME.keras for Keras, NAME.npz for Netlab (half precision)",
    )  # fmt: skip
    add(
        "--name",
        default="",
        metavar="NAME",
        help="what to call the run; by itself by what is unusual about it",
    )
    add("--json", action="store_true", help="one JSON event a line")


def _add_flag(parser: argparse.ArgumentParser, control: Control) -> None:
    help_text = control.help.replace("%", "%%")
    if control.kind == "menu":
        parser.add_argument(control.flag, choices=sorted(control.options), help=help_text)
    elif control.key == "augment":
        parser.add_argument(
            control.flag, type=float, nargs="?", const=1.0, metavar="STRENGTH", help=help_text
        )
    else:
        kind = int if isinstance(control.options[-1], int) else float
        parser.add_argument(control.flag, type=kind, metavar="N" if kind is int else "X", help=help_text)


def _spec(options: argparse.Namespace) -> NetworkSpec:
    names = {field.name for field in fields(NetworkSpec)} - {"data"}
    given = {name: value for name, value in vars(options).items() if name in names and value is not None}
    asked = given.pop("validation", USUAL)
    spec = replace(PRESETS[options.preset].spec, **given)
    return validated_as_usual(spec) if asked == USUAL else replace(spec, validation=asked)


def _check(options: argparse.Namespace) -> None:
    """Refuse what would only fail after the training: a name or a file that cannot be.

    Raises
    ------
    ValueError
        In a sentence.
    """
    if options.name and not clean_name(options.name):
        raise ValueError(f"--name {options.name!r} has no letter that can be seen.")
    if options.save:
        model_file.check_name(options.save)
        if not options.save.absolute().parent.is_dir():
            raise ValueError(f"--save {options.save}: there is no folder {options.save.absolute().parent}.")


def _named(events: Iterable[Event], run_id: str, name: str) -> Iterator[Event]:
    """The events, the run being called so as soon as its folder is there."""
    from netlab.runs import store

    for event in events:
        run = store.get(run_id) if name and isinstance(event, Started) else None
        if run is not None:
            run.rename(name)
        yield event


def _with_data(spec: NetworkSpec, asked: str) -> tuple[NetworkSpec, Digits]:
    """The network and what it learns: digits, or another data set by its name, by its file if its name is known."""
    from netlab import data
    from netlab.data import sets

    if asked in sets.names():
        return replace(spec, data=asked), sets.load_set(asked)
    name = sets.name_of(Path(asked).name)
    if name in sets.KNOWN and Path(asked).expanduser().exists():
        return replace(spec, data=name), sets.load_file(Path(asked).expanduser(), name)
    return spec, data.load(asked)


def train(options: argparse.Namespace) -> int:
    """Train to the end; the exit status is 0 if it came there."""
    from netlab import data

    if why := no_training():
        return complain(RuntimeError(why))
    try:
        _check(options)
        spec, digits = _with_data(_spec(options), options.data)
    except (ValueError, data.DataError) as error:
        return complain(error)
    from netlab.cli.progress import show_lines, show_progress
    from netlab.runs import store
    from netlab.training import loop
    from netlab.training.quiet import load_quietly
    from netlab.training.worker import single_thread

    single_thread()
    load_quietly()
    run_id = store.new_id()
    events = _named(loop.train(spec, digits, run_id=run_id), run_id, options.name)
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
    from netlab.nets.weight_file import WeightsError
    from netlab.runs import store
    from netlab.runs.run import Run
    from netlab.storage import atomic_write

    try:
        spec, weights = Run(run_id, store.root() / run_id).weights()
        atomic_write(path, model_file.to_bytes(path, spec, weights))
    except (OSError, WeightsError) as error:
        return complain(error)
    return 0
