"""``netlab compare A B``: what one change did, where two runs part, and with ``--seeds`` whether it is more than luck."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from netlab.cli.complaint import complain

if TYPE_CHECKING:
    from netlab.experiments.comparing.record import Experiment
    from netlab.nets.spec import NetworkSpec
    from netlab.runs.run import Run

HELP = "say what one change did between two runs, and whether it is more than luck"
LOOK_SECONDS = 0.2


def add_options(parser: argparse.ArgumentParser) -> None:
    """The two runs, and how often both are repeated."""
    from netlab.experiments.comparing.luck import FEWEST, MOST

    parser.set_defaults(command=compare)
    parser.add_argument("runs", nargs=2, metavar="RUN", help="ids, each may be cut to its first four letters")
    parser.add_argument(
        "--seeds", type=int, metavar="N", choices=range(FEWEST, MOST + 1),
        help=f"train both again with N seeds ({FEWEST} to {MOST}) and test the differences, paired by seed",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="one JSON object")


def compare(options: argparse.Namespace) -> int:
    """Compare two runs that are kept; with seeds, repeat both."""
    from netlab.runs import store
    from netlab.runs.run import RunError

    try:
        one, other = map(store.find, options.runs)
        told = _pair(one, other)
        if options.seeds:
            told["luck"] = _repeated(one.spec(), other.spec(), options.seeds)
    except (OSError, RunError, RuntimeError) as error:
        return complain(error)
    if options.json:
        print(json.dumps(told))
    else:
        print("\n".join(_lines(told)))
    return 0


def _pair(one: Run, other: Run) -> dict[str, Any]:
    from netlab.experiments.comparing import twin
    from netlab.experiments.comparing.settings import changes
    from netlab.runs.reading import read
    from netlab.runs.run import RunError

    specs, kept = (one.spec(), other.spec()), [read(run) for run in (one, other)]
    histories = [found.history for found in kept]
    parted, now = twin.parting(*histories), twin.standing(*histories)
    try:
        start = twin.same_start(one.weights(0)[1], other.weights(0)[1])
    except (ValueError, RunError):
        start = None
    sentences = [
        twin.sentence(*specs, *histories), twin.parting_sentence(*histories),
        "" if start is None else twin.start_sentence(*start),
    ]  # fmt: skip
    return {
        "runs": [run.id for run in (one, other)],
        "names": [run.name() for run in (one, other)],
        "changes": [asdict(change) for change in changes(*specs)],
        "parting": None if parted is None else parted.step,
        "standing": None if now is None else asdict(now),
        "sentences": [*filter(None, sentences)],
        "trouble": [found.trouble for found in kept if found.trouble],
    }


def _repeated(one: NetworkSpec, other: NetworkSpec, seeds: int) -> dict[str, Any]:
    from netlab.experiments.comparing import luck
    from netlab.experiments.comparing.settings import changes

    change = " and ".join(map(str, changes(one, other))) or "B"
    with _experiment(one, other, seeds) as shown:
        found = luck.outcomes(shown.members, "validation")
    pairs = luck.paired(found)
    sentences = [
        luck.difference_sentence(pairs, change),
        *(luck.spread_sentence(found[part], part) for part in sorted(found)),
    ]
    result = luck.interval(list(pairs.values())) if len(pairs) >= luck.FEWEST else None
    return {
        "experiment": shown.id, "validation": found, "differences": pairs,
        "mean": None if result is None else result.mean,
        "interval": None if result is None else [result.low, result.high],
        "sentences": [*filter(None, sentences)],
    }  # fmt: skip


@contextmanager
def _experiment(one: NetworkSpec, other: NetworkSpec, seeds: int) -> Iterator[Experiment]:
    """Both over so many seeds, trained to their end; a line of progress on the terminal. Ctrl+C lets go of all of them."""
    import threading

    from netlab.experiments.comparing import luck
    from netlab.experiments.comparing.driver import Driver
    from netlab.runs.naming import given_name
    from netlab.training.engine import job_queue

    queue = job_queue(warm=False)
    try:
        driver, pause = Driver(queue), threading.Event()
        about = {"one": one.to_json(), "other": other.to_json()}
        name = driver.start("luck", given_name(one), luck.plan(one, other, seeds), about=about)
        said, shown = -1, driver.find(name)
        while shown is not None:
            if len(shown.over) != said:
                said = len(shown.over)
                print(f"netlab: {said} of {shown.total} runs", file=sys.stderr, flush=True)
            if not shown.live:
                break
            pause.wait(LOOK_SECONDS)
            shown = driver.find(name)
        if shown is None or shown.ended != "done":
            raise RuntimeError("The repetitions did not come to their end.")
        yield shown
    finally:
        queue.close()


def _lines(told: dict[str, Any]) -> list[str]:
    lines = [
        f"{part}: {run[:8]}  {name}"
        for part, run, name in zip("AB", told["runs"], told["names"], strict=True)
    ]
    lines += told["sentences"] or ["They have not both ended an epoch, so there is nothing to compare yet."]
    lines += told["trouble"]
    return lines + told.get("luck", {}).get("sentences", [])
