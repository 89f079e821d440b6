"""``netlab inside``: what a network gets wrong, how sure it is, and which of its units matter."""

from __future__ import annotations

import argparse
import json
from typing import Any

from netlab.cli.complaint import complain, tell_damage

HELP = "say what a network gets wrong, how sure it is, and which of its units matter"
MOST_PAIRS = 5


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which network, and at which moment."""
    parser.set_defaults(command=inside)
    parser.add_argument(
        "run",
        metavar="RUN",
        help="a run's id, which may be cut to its first four letters; or article, convolutional",
    )
    parser.add_argument(
        "--step", type=int, help="after so many batches: one of the moments that the run has kept (default: its newest)"
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="one JSON object")


def inside(options: argparse.Namespace) -> int:
    """Look into a network with its test pictures."""
    from netlab.data import DataError, load
    from netlab.data.sets import class_names, load_set
    from netlab.experiments.inside.report import report
    from netlab.nets.spec import MNIST
    from netlab.runs.run import RunError

    try:
        subject = _subject(options.run, options.step)
        name = subject.spec.data
        digits = load() if name == MNIST else load_set(name)
    except (RunError, DataError) as error:
        return complain(error)
    classes = tuple("0123456789") if name == MNIST else class_names(name)
    found = {**report(subject, digits.x_test, digits.y_test, classes), "source": digits.source}
    print(json.dumps(found)) if options.json else _tell(found)
    return 0


def _subject(name: str, step: int | None) -> Any:
    from netlab.experiments.subject import run_subject, shipped_subject
    from netlab.nets import shipped
    from netlab.runs import store
    from netlab.runs.run import RunError

    if name in shipped.SHIPPED:
        if step is not None:
            raise RunError("A network that comes with Netlab has no moments: leave --step out.")
        return shipped_subject(name)
    run = store.find(name)
    tell_damage(run)
    kept = run.snapshots()
    if step is not None and step not in kept:
        known = ", ".join(map(str, kept)) or "none"
        raise RunError(f"Run {run.id} has kept no moment after {step} batches. It has: {known}.")
    return run_subject(run, step)


def _tell(found: dict[str, Any]) -> None:
    from netlab.formatting import percent, plain

    title = f"{found['name']} ({found['network_in_words']})"
    print(title if found["step"] is None else f"{title} after {found['step']:,} batches")
    if "accuracy" not in found:
        print(f"It was asked about {found['pictures']:,} test pictures, and its answers are no numbers.")
        return
    print(f"Right: {percent(found['accuracy'], 2)} of {found['pictures']:,} test pictures.")
    names = [row["class"] for row in found["classes"]]
    for row in found["classes"]:
        shares = ["none" if row[kind] is None else percent(row[kind]) for kind in ("recall", "precision")]
        print(f"  {row['class']:>12}  found {shares[0]:>9}  right when said {shares[1]:>9}")
    _tell_pairs(found["confusion"], names)
    mended = found["calibration"]
    print(
        f"Calibration: expected error {percent(mended['expected_error'], 2)}; temperature "
        f"{plain(mended['temperature'], 3)}, chosen by {mended['fitted_on']:,} pictures, makes "
        f"{percent(mended['expected_error_there'], 2)} into {percent(mended['expected_error_with_temperature'], 2)} on "
        f"{mended['judged_on']:,} others."
    )
    for layer in found["layers"]:
        best = layer["most_worth"][0]
        print(
            f"{layer['layer'].capitalize()}: {len(layer['dead'])} of {layer['units']} dead; worth most: unit "
            f"{best['unit']}, without which the loss rises by {plain(best['loss'], 3)}."
        )


def _tell_pairs(counts: list[list[int]], names: list[str]) -> None:
    import numpy as np

    from netlab.experiments.inside.confusion import pairs

    worst = [pair for pair in pairs(np.asarray(counts))[:MOST_PAIRS] if pair[2]]
    told = ", ".join(f"{names[one]} and {names[other]} ({times})" for one, other, times in worst)
    print(f"Confused most: {told or 'no two'}.")
