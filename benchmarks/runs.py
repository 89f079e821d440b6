"""How long the page Runs takes with 2,000 kept runs: its lines read from the disk, known already, and in a browser.

    python -m benchmarks.runs [--runs 2000]

The runs are made in a folder of its own, of a training's events and without one. A page is open when its table is
there. Beside it, in the same round: the same page with five runs, which is what all the rest costs.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.waiting import settled
from netlab.experiments.table.index import Shelf
from netlab.nets.spec import HELD_BACK, NetworkSpec
from netlab.runs import store
from netlab.runs.events import Done, EpochEnd, Metrics, Started, Validation
from tests.browser import FLAGS, Server, chromium, start_server, stop

TARGET = 1.0  # s
EPOCHS, PART = 3, 64
FEW, ROUNDS = 5, 7


def make_run(seed: int) -> None:
    """A finished run of some network, as its events would leave it; without weights."""
    rng = random.Random(seed)
    spec = NetworkSpec(
        hidden=(rng.choice((16, 64, 128, 512)),), epochs=EPOCHS, train_examples=6400, seed=seed % 7, validation=HELD_BACK,
        optimizer=rng.choice(("adam", "sgd", "rmsprop")), dropout=rng.choice((0.0, 0.2, 0.5)),
        learning_rate=rng.choice((1e-4, 1e-3, 1e-2)),
    )  # fmt: skip
    run, images = store.create(spec, store.new_id()), spec.examples_used(60_000)
    steps, held_back = spec.steps_per_epoch(60_000), spec.held_back(60_000)
    run.append(
        Started(
            run.id,
            spec.parameter_count,
            images,
            held_back,
            steps,
            EPOCHS * steps,
            "made",
            "",
            validation=HELD_BACK,
        )
    )
    reached = rng.uniform(0.6, 0.9)
    for epoch in range(1, EPOCHS + 1):
        reached += 0.4 * (1 - reached)
        for start in range(0, steps, PART):
            count = min(PART, steps - start)
            step = (epoch - 1) * steps + start + count
            run.append(Metrics(step, (1 - reached,) * count, (reached,) * count, 9000.0, step / 300))
        run.append(Validation(epoch * steps, 1 - reached, reached))
        run.append(EpochEnd(epoch, epoch * steps, 1 - reached, reached, 1 - reached, reached))
    done = Done(spec.parameter_count, reached, 1 - reached, steps * EPOCHS / 300, 9000.0, run.id, False)
    run.append(done)
    run.finish(done, b"")


def seconds_to_read(shelf: Shelf) -> float:
    """Seconds until every run has its line."""
    begun = time.perf_counter()
    while shelf.index(store.ids(), {}).unread:
        pass
    return time.perf_counter() - begun


def opened(page: Page, server: Server) -> float:
    """Seconds from asking for the page to its table."""
    begun = time.perf_counter()
    page.goto(f"{server.url}/runs")
    page.get_by_test_id("stDataFrame").first.wait_for()
    return time.perf_counter() - begun


def main() -> None:
    """Print each number beside its target."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--runs", type=int, default=2000)
    count = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as full, tempfile.TemporaryDirectory() as few:
        os.environ["NETLAB_HOME"] = few
        for seed in range(FEW):
            make_run(seed)
        os.environ["NETLAB_HOME"] = full
        for seed in range(count):
            make_run(seed)
        print(f"{count:,} runs, read for the first time: {seconds_to_read(Shelf()):.2f} s, told meanwhile")
        shelf = Shelf()
        print(f"their lines from the disk: {seconds_to_read(shelf):.2f} s (target {TARGET})")
        print(f"their lines, known already: {seconds_to_read(shelf):.2f} s")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            pairs = ((few, FEW), (full, count))
            servers = [start_server(Path(home)) for home, _ in pairs]
            try:
                page = browser.new_page(viewport={"width": 1366, "height": 768})
                rounds = [[opened(page, server) for server in servers] for _ in range(ROUNDS + 1)][1:]
                for (_, runs), times in zip(pairs, zip(*rounds, strict=True), strict=True):
                    middle, best = statistics.median(times), min(times)
                    print(
                        f"{runs:,} runs: their table is there after {middle:.2f} s, at best {best:.2f} s (target {TARGET})"
                    )
                still = [settled(page, f"{server.url}/runs") for server in servers]
                print(f"and the page stands still after {still[0]:.2f} s, and {still[1]:.2f} s")
            finally:
                for server in servers:
                    stop(server)
            browser.close()


if __name__ == "__main__":
    main()
