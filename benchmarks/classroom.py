"""A rehearsal: what a class of so many people does to this machine, before the class comes.

    python -m benchmarks.classroom [--people 30] [--movers 10] [--trainings 2] [--minutes 10] [--pressers 40]

A server of its own is started as the README does. First everybody draws a stroke a second, and some move a control of
the landscape, beside trainings; then all go. Then so many press Train within ten seconds, each with a seed of their own,
for the size of a class. Everybody is a websocket that says what a browser would say; their programs take a part of this
machine, which their own machines would take in a class.
"""

from __future__ import annotations

import argparse
import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil
from scipy.stats import kendalltau

from benchmarks.load import draw_for, train
from benchmarks.page import running_app
from benchmarks.sliders import MOVES
from benchmarks.visitor import Visitor, visit
from netlab.training.class_size import EPOCHS, IMAGES
from tests.browser import Server
from tests.waiting import until

STROKE, MOVE = 400, 500  # ms at the 95th percentile
MEMORY = 1000  # MB of the server
GONE = 60  # seconds until nothing is left of those who went
IN_TURN = 0.9  # Kendall's tau of the order of presses and that of beginnings
WITHIN = 10.0  # seconds in which all press Train
MOVED_EVERY = 2.0  # seconds
LANDSCAPE = MOVES["landscape"]


@dataclass
class Lesson:
    """What those who draw and those who move waited, in seconds, and the most memory that the server had, in bytes."""

    strokes: list[float] = field(default_factory=list)
    moves: list[float] = field(default_factory=list)
    memory: int = 0


def move_for(address: str, seconds: float, number: int, times: list[float], ready: threading.Barrier) -> None:
    """Somebody who moves the learning rate every two seconds, each time to where it was not before."""
    with visit(address) as connection:
        visitor = Visitor(connection)
        until(lambda: visitor.sees(LANDSCAPE.page, LANDSCAPE.key), what="the landscape")
        visitor.move(LANDSCAPE.key, LANDSCAPE.value(number))
        ready.wait()
        began, moment, count = time.monotonic(), MOVED_EVERY * random.Random(number).random(), 0
        while moment < seconds:
            time.sleep(max(0.0, began + moment - time.monotonic()))
            times.append(visitor.move(LANDSCAPE.key, LANDSCAPE.value(7 * number + count)))
            moment, count = max(moment + MOVED_EVERY, time.monotonic() - began), count + 1


def lesson(server: Server, people: int, movers: int, trainings: int, seconds: float) -> Lesson:
    """Everybody at work beside trainings, until the time is over and all have gone."""
    found = Lesson()
    watched = [train(server.url) for _ in range(trainings)]
    until(lambda: len(server.workers()) >= trainings, what="the trainings")
    ready = threading.Barrier(people + movers + 1)

    def somebody(act: Callable[..., None], number: int, times: list[float]) -> threading.Thread:
        return threading.Thread(target=act, args=(server.url, seconds, number, times, ready), daemon=True)

    threads = [somebody(draw_for, number, found.strokes) for number in range(people)]
    threads += [somebody(move_for, number, found.moves) for number in range(movers)]
    for thread in threads:
        thread.start()
    ready.wait()
    process = psutil.Process(server.process.pid)
    while any(thread.is_alive() for thread in threads):
        found.memory = max(found.memory, process.memory_info().rss)
        threads[0].join(timeout=0.5)
    for visitor in watched:
        until(lambda visitor=visitor: visitor.sees("train", "run_Stop"), what="the button Stop")
        visitor.press("run_Stop")
        visitor.leave()
    return found


def left(server: Server, warm: int) -> int:
    """How many connections and workers there are, beside those that stand by."""
    connections = psutil.Process(server.process.pid).net_connections("tcp")
    return sum(one.status == psutil.CONN_ESTABLISHED for one in connections) + max(
        0, len(server.workers()) - warm
    )


@dataclass
class Rush:
    """When each of those who pressed Train did so, began to train and was done, by their seed; in seconds."""

    pressed: dict[int, float] = field(default_factory=dict)
    began: dict[int, float] = field(default_factory=dict)
    done: dict[int, float] = field(default_factory=dict)


def press_for(
    server: Server, seed: int, moment: float, rush: Rush, ready: threading.Barrier, over: threading.Event
) -> None:
    """Somebody who presses Train once, and stays until all are done."""
    with visit(server.url) as connection:
        visitor = Visitor(connection)
        settings = f"seed={seed}&epochs={EPOCHS}&examples={IMAGES}"
        until(lambda: visitor.sees("train", "train", settings), what="the button Train")
        ready.wait()
        time.sleep(moment)
        rush.pressed[seed] = time.monotonic()
        visitor.press("train")
        over.wait()


def presses(server: Server, count: int) -> Rush:
    """So many press within ten seconds; until all of their runs have ended."""
    rush, over = Rush(), threading.Event()
    ready = threading.Barrier(count + 1)
    dice = random.Random(0)
    threads = [
        threading.Thread(
            target=press_for, args=(server, seed, WITHIN * dice.random(), rush, ready, over), daemon=True
        )
        for seed in range(1000, 1000 + count)
    ]
    for thread in threads:
        thread.start()
    ready.wait()
    seeds: dict[Path, int] = {}

    def all_done() -> bool:
        now = time.monotonic()
        for folder in (server.home / "runs").glob("*/"):
            if folder not in seeds and (folder / "spec.json").is_file():
                seeds[folder] = json.loads((folder / "spec.json").read_text("utf-8"))["spec"]["seed"]
            seed = seeds.get(folder)
            if seed not in rush.pressed:
                continue
            if (folder / "history.jsonl").is_file():
                rush.began.setdefault(seed, now)
            if (folder / "end.json").is_file():
                rush.done.setdefault(seed, now)
        return len(rush.done) == count

    until(all_done, seconds=30.0 * count, what=f"the end of {count} runs")
    over.set()
    for thread in threads:
        thread.join()
    return rush


def tell(what: str, figure: str, target: str, held: bool) -> None:
    """One line: what was measured, what came out, what was to come out, and whether it did."""
    print(f"{what:44} {figure:34} target {target:22} {'held' if held else 'MISSED'}", flush=True)


def waited(what: str, seconds: list[float], most: int) -> None:
    """A line about what people waited."""
    middle, high = (1000 * float(np.quantile(seconds, share)) for share in (0.5, 0.95))
    tell(
        f"{what}, {len(seconds)} times",
        f"p50 {middle:.0f} ms, p95 {high:.0f} ms",
        f"p95 at most {most} ms",
        high <= most,
    )


def main() -> None:
    """Print what the machine bears."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=30, help="who draw a stroke a second")
    parser.add_argument("--movers", type=int, default=10, help="who move a control of the landscape")
    parser.add_argument("--trainings", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--pressers", type=int, default=40, help="who press Train within ten seconds")
    options = parser.parse_args()
    print(f"{psutil.cpu_count()} processors, {psutil.virtual_memory().total / 1e9:.0f} GB", flush=True)
    with running_app() as server:
        seen = lesson(server, options.people, options.movers, options.trainings, 60 * options.minutes)
        went = time.monotonic()
        waited("a stroke until its answer", seen.strokes, STROKE)
        waited("a moved control until its answer", seen.moves, MOVE)
        tell(
            "the server's memory",
            f"{seen.memory / 1e6:.0f} MB",
            f"under {MEMORY} MB",
            seen.memory < MEMORY * 1e6,
        )
        standing_by = max(options.trainings, 1)  # workers that have trained are kept warm
        until(lambda: not left(server, standing_by), seconds=2 * GONE, what="nothing left of those who went")
        gone = time.monotonic() - went
        tell("until nothing is left of them", f"{gone:.0f} s", f"at most {GONE} s", gone <= GONE)
        rush = presses(server, options.pressers)
        waits = [rush.began[seed] - pressed for seed, pressed in rush.pressed.items()]
        order = kendalltau(list(rush.pressed.values()), [rush.began[seed] for seed in rush.pressed]).statistic
        lost = len(rush.pressed) - len(rush.done)
        tell(
            f"{options.pressers} press Train within {WITHIN:.0f} s", f"{len(rush.done)} finished, {lost} lost", "none lost",
            not lost,
        )  # fmt: skip
        tell(
            f"  they began in the order of presses by {order:.2f}", f"{min(waits):.0f} to {max(waits):.0f} s, median {np.median(waits):.0f} s",
            f"at least {IN_TURN} (1: the same)", bool(order >= IN_TURN),
        )  # fmt: skip
        span = max(rush.done.values()) - min(rush.pressed.values())
        print(
            f"  all were done {span:.0f} s after the first press: {3600 * len(rush.done) / span:.0f} runs of that size an hour"
        )


if __name__ == "__main__":
    main()
