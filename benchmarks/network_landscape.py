"""How long a picture of a trained network's landscape takes, beside the plain way, and what it takes from a training.

    python -m benchmarks.network_landscape [--pairs 40] [--stretch 1.2] [--calm 0.2] [--seconds 400]

Seconds of one core's time, which other programs on the machine do not change, and seconds that passed; a cold start is
from a question until its first picture. What a training loses is measured within one training of the article's network:
the painting process, which always has another picture to work out, is halted for every other stretch, and each stretch
with it is compared with the one beside it without. A pair counts where all other programs took less than ``--calm`` of
a core in both of its stretches. Of the ratios the median is told, with the interval that holds it in 95 of 100 draws.
On a machine that is never calm the images for each second that the training had of a core, and the share of a core that
painting took, tell the same in two parts.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from netlab.data import load
from netlab.landscape.network.curvature import Slopes, sharpest
from netlab.landscape.network.directions import random_pair
from netlab.landscape.network.flat import flat
from netlab.landscape.network.pictures import Pictures, pictures_of
from netlab.landscape.network.plane import Plane, Prepared, Stage, losses, refined
from netlab.landscape.network.question import Question
from netlab.landscape.network.studio import Answer, Studio
from netlab.nets import shipped

TRAINING = """
from netlab.data import load
from netlab.nets.spec import NetworkSpec
from netlab.runs.events import Metrics
from netlab.training.loop import train
for event in train(NetworkSpec(epochs=200), load(), run_id="0" * 32, keep=False):
    if isinstance(event, Metrics):
        print(event.step, flush=True)
"""
SETTLING = 0.3
"""Seconds of each stretch that are left out: the training tells its steps every tenth of a second."""


def timed(name: str, work: Callable[[], object]) -> float:
    """Print what something takes; its core time in seconds."""
    passed, used = time.perf_counter(), time.process_time()
    work()
    used = time.process_time() - used
    print(f"{name:58} {used:7.3f} s of a core, {time.perf_counter() - passed:7.3f} s passed", flush=True)
    return used


def cold(pictures: Pictures) -> float:
    """Seconds from a question until its first picture, of a process that has yet to start."""
    one = Studio()
    began = time.perf_counter()
    answer = _ask(one, pictures, 0)
    asked = time.perf_counter() - began
    while "heights" not in answer.parts:
        time.sleep(0.005)
    found = time.perf_counter() - began
    one.close()
    print(f"{'a cold start, until the first picture':58} {'':16} {found:7.3f} s passed", flush=True)
    print(f"{'of that the server waits':58} {'':16} {asked:7.3f} s passed", flush=True)
    return found


class Steps:
    """A training that goes on and on; how far it was at any time since it was begun."""

    def __init__(self) -> None:
        self._told: list[tuple[float, int]] = []
        self._process = subprocess.Popen(
            [sys.executable, "-c", TRAINING], stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        threading.Thread(target=self._listen, daemon=True).start()
        while not self._told:
            if self._process.poll() is not None:
                raise SystemExit("The training ended at once.")
            time.sleep(0.1)

    def rate(self, begins: float, ends: float) -> float:
        """Images a second between two times."""
        times, steps = np.array(self._told).T
        return float(32 * np.diff(np.interp([begins, ends], times, steps))[0] / (ends - begins))

    @property
    def process_id(self) -> int:
        """The process's id."""
        return self._process.pid

    def end(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._told.append((time.perf_counter(), int(line)))


@dataclass(frozen=True)
class Stretch:
    """Images a second of the training, images for each second that it had of a core, and what others took of a core."""

    rate: float
    efficiency: float
    painting: float
    others: float


def stretch_of(training: Steps, painter: int, seconds: float, go_on: Callable[[], None]) -> Stretch:
    """One stretch; ``go_on`` is called now and then."""
    known, began = (_processor(painter), _processor(training.process_id), _busy()), time.perf_counter()
    while time.perf_counter() < began + seconds:
        time.sleep(0.05)
        go_on()
    ends = time.perf_counter()
    painting, own, all_ = (
        now - before
        for now, before in zip(
            (_processor(painter), _processor(training.process_id), _busy()), known, strict=True
        )
    )
    passed = ends - began
    rate = training.rate(began + SETTLING, ends - 0.1)
    return Stretch(rate, rate * passed / max(own, 1e-3), painting / passed, (all_ - painting - own) / passed)


def slowed(pictures: Pictures, options: argparse.Namespace) -> None:
    """Print how fast a training is with painting beside it, as a part of how fast it is without."""
    training, studio, seeds = Steps(), Studio(), iter(range(10**6))
    asked: list[Answer] = []
    pairs: list[tuple[Stretch, Stretch]] = []

    def go_on() -> None:
        asked[:] = [one if not one.over else _ask(studio, pictures, next(seeds)) for one in asked]

    def calm() -> list[tuple[Stretch, Stretch]]:
        return [pair for pair in pairs if max(one.others for one in pair) < options.calm]

    try:
        time.sleep(5.0)
        _waited(studio, pictures, next(seeds))
        beside = [_waited(studio, pictures, next(seeds)) for _ in range(5)]
        asked += [_ask(studio, pictures, next(seeds)) for _ in range(3)]
        end = time.perf_counter() + options.seconds
        while len(calm()) < options.pairs and time.perf_counter() < end:
            found = {}
            for paints in (True, False) if len(pairs) % 2 else (False, True):  # what drifts evenly falls out
                os.kill(studio.process_id, signal.SIGCONT if paints else signal.SIGSTOP)
                found[paints] = stretch_of(
                    training, studio.process_id, options.stretch, go_on if paints else lambda: None
                )
            if min(one.rate for one in found.values()) > 0:  # a stretch without a word tells nothing
                pairs.append((found[True], found[False]))
    finally:
        training.end()
        os.kill(studio.process_id, signal.SIGCONT)
        studio.close()
    print(
        f"beside a training a first picture comes after {np.median(beside):.2f} s, {max(beside):.2f} s at most of 5"
    )
    for name, chosen in (("all pairs", pairs), (f"others below {options.calm:g} of a core", calm())):
        _told(name, chosen)
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


def _told(name: str, pairs: list[tuple[Stretch, Stretch]]) -> None:
    if not pairs:
        print(f"{name}: none")
        return
    painting = np.mean([with_it.painting for with_it, _ in pairs])
    with_it, without = (np.median([pair[side].rate for pair in pairs]) for side in (0, 1))
    print(
        f"{name}, {len(pairs)} with {with_it:,.0f} and {without:,.0f} images a second; painting took {painting:.3f} of a core"
    )
    for what, field in (("as fast", "rate"), ("as many images for each second of a core", "efficiency")):
        ratios = np.array([getattr(one, field) / getattr(other, field) for one, other in pairs])
        drawn = np.random.default_rng(0).choice(ratios, (5000, len(ratios)))
        low, high = np.percentile(np.median(drawn, axis=1), [2.5, 97.5])
        print(
            f"    beside painting a training is {np.median(ratios):.3f} times {what} ({low:.3f} to {high:.3f})"
        )


def _busy() -> float:
    """Seconds that all cores together have worked."""
    fields = [int(one) for one in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    user, nice, system, _, _, irq, softirq = fields[:7]
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def _waited(studio: Studio, pictures: Pictures, seed: int) -> float:
    """Seconds until a question's first picture."""
    began = time.perf_counter()
    answer = _ask(studio, pictures, seed)
    while "heights" not in answer.parts:
        time.sleep(0.005)
    return time.perf_counter() - began


def _ask(studio: Studio, pictures: Pictures, seed: int) -> Answer:
    return studio.ask(Question("plane", "article", 0, 1, pictures.key, seed=seed), pictures)


def _processor(process: int) -> float:
    """Seconds of a core that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pairs", type=int, default=40)
    parser.add_argument("--stretch", type=float, default=1.2)
    parser.add_argument("--calm", type=float, default=0.2, help="what other programs may take of a core")
    parser.add_argument(
        "--seconds", type=float, default=400.0, help="after which no further pair is measured"
    )
    parser.add_argument("--beside-only", action="store_true", help="measure only what a training loses")
    options = parser.parse_args()
    spec, weights = shipped.load("article")
    pictures, row = pictures_of(spec, load(), "held"), flat(spec, weights)
    if options.beside_only:
        slowed(pictures, options)
        return
    with threadpool_limits(1):
        pair = random_pair(spec, row, 0)
        plane = Plane(spec, weights, row, pair.first, pair.second)
        prepared = Prepared(plane, pictures.images, pictures.labels)
        stages = refined(prepared, 1.0)
        timed("9x9 on 500 images (target: first picture in 0.4 s)", lambda: next(stages))
        timed("25x25 on 1,000 images (target: 1 s)", lambda: next(stages))
        timed("25x25 on 10,000 images (target: 5 s)", lambda: list(stages))
        zoomed = Prepared.heights
        timed("zoom, 25x25 on 1,000 images", lambda: zoomed(prepared, 0.1, Stage(25, 1000)))
        few, labels = pictures.images[:1000], pictures.labels[:1000]
        points = np.linspace(-1, 1, 25)
        plain = timed(
            "25 points on 1,000 images, the plain way",
            lambda: [losses(plane, a, 0.5, few, labels) for a in points],
        )
        quick = timed(
            "the same 25 points by the shortcut", lambda: list(prepared.rows(points, np.array([0.5]), 1000))
        )
        print(f"{'the plain way takes':58} {plain / quick:7.1f} times as long")
        slopes = Slopes(spec, weights, few, labels)
        timed(
            "the sharpest direction, 14 products, 1,000 images",
            lambda: sharpest(slopes.times, slopes.gradient()),
        )
    cold(pictures)
    slowed(pictures, options)


if __name__ == "__main__":
    main()
