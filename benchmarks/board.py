"""What one look of the class's board costs: a class of 25 runs, one of which grows from look to look.

    python -m benchmarks.board [--runs 25] [--looks 20]

A visitor speaks Streamlit's own protocol to a server started as the README does. The clock runs from the message that asks
for the board's live part to the last of the answer; bytes are those of the answer. The board asks every two seconds.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics

from benchmarks.page import running_app
from benchmarks.visitor import Visitor, visit
from netlab.nets.spec import NetworkSpec
from netlab.runs import owners, store
from netlab.runs.events import Done, Started, Validation
from netlab.runs.run import Run
from netlab.training.prediction import from_ends, keep
from tests.waiting import until

EACH, IMAGES, VALIDATED = 1875, 60_000, 8  # batches of an epoch, images, validations of an epoch


def made_run(number: int, *, over: bool) -> Run:
    """A run of somebody's, with a curve as networks have them and a prediction."""
    chance = random.Random(number)
    spec = NetworkSpec(hidden=(2 ** chance.randint(3, 9),), epochs=chance.randint(1, 5), seed=number)
    run = store.create(spec, store.new_id())
    owners.write(run, [owners.name_of(f"person {number}")])
    keep(run, from_ends(0.8, chance.uniform(0.9, 0.99), spec.epochs))
    total = EACH * spec.epochs
    run.append(
        Started(run.id, spec.parameter_count, IMAGES, 10_000, EACH, total, "made", "Made for a benchmark.")
    )
    for step in range(0, total + 1, EACH // VALIDATED):
        run.append(Validation(step, 0.3, 0.97 - 0.87 / (1 + step / 100) + chance.uniform(0, 0.01)))
    if over:
        handle = run.hold()
        run.finish(Done(spec.parameter_count, 0.97, 0.1, 30.0, 20_000.0, run.id, True), b"made")
        os.close(handle)
    return run


def looks(address: str, growing: Run, count: int) -> list[tuple[float, int]]:
    """Seconds and bytes of so many looks, after two that read the runs."""
    found = []
    with visit(address) as connection:
        visitor = Visitor(connection)
        until(lambda: visitor.sees("board", "board_curves"), what="the board's curves")
        for look in range(count + 2):
            growing.append(Validation(EACH * 5 + look + 1, 0.3, 0.95 + look / 10_000))
            before = visitor.received
            found.append((visitor.again("board_curves"), visitor.received - before))
    return found[2:]


def main() -> None:
    """Print a line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=25)
    parser.add_argument("--looks", type=int, default=20)
    options = parser.parse_args()
    with running_app() as server:
        os.environ["NETLAB_HOME"] = str(server.home)
        made = [made_run(number, over=number > 0) for number in range(options.runs)]
        found = looks(server.url, made[0], options.looks)
    seconds = [1000 * took for took, _ in found]
    size = statistics.median(received for _, received in found)
    print(
        f"board of {options.runs} runs: {statistics.median(seconds):.0f} ms a look at the median, {max(seconds):.0f} ms at most, "
        f"{size / 1000:.1f} kB sent"
    )


if __name__ == "__main__":
    main()
