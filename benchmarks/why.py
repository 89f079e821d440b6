"""How long the fold "Why does it say so?" of the page Draw computes, part by part, for both networks that come along.

    python -m benchmarks.why [--rounds 7]

The median of some rounds in one process and one thread, without the page; the whole fold is to open within a second.
The page computes only the part that is looked at, and what a layer makes of the training digits once for a network.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np

from netlab.arrays import Floats
from netlab.data import Digits, load
from netlab.drawing.why import alike, flip, moved, pixels, units
from netlab.drawing.why.case import case
from netlab.nets import shipped
from netlab.nn.arithmetic import one_thread

TARGET = 1000


def middle(work: Callable[[], object], rounds: int) -> float:
    """The median of the milliseconds that something takes, after once that warms the caches."""
    work()
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        found.append(1000 * (time.perf_counter() - began))
    return statistics.median(found)


def parts(name: str, digits: Digits) -> dict[str, Callable[[], object]]:
    """What the fold computes of the first test digit for a shipped network, by what it is."""
    picture = digits.x_test[0].astype(np.float32) / np.float32(255)
    images, labels = alike.some(digits.x_train, digits.y_train)
    spec, weights = shipped.load(name)
    asked = case(spec, weights, picture)
    shifts, turns, (_, pens) = moved.shifted(picture), moved.turned(picture), moved.penned(picture)

    def ask(*copies: Floats) -> None:
        for one in shipped.SHIPPED:
            for copy in copies:
                moved.ask(*shipped.load(one), picture, copy)

    return {
        "pixels: slope times ink": lambda: pixels.by_input(asked),
        "pixels: occlusion": lambda: pixels.by_patches(asked),
        "units": lambda: units.votes(asked),
        f"what it makes of {len(images):,} training digits, once": lambda: alike.last_hidden(spec, weights, images),
        "the nearest by pixels": lambda: alike.nearest(picture, images, labels, asked.answer),
        "the smallest change": lambda: flip.flip(asked),
        "289 shifts, both networks": lambda: ask(shifts),
        "turns and pens, both networks": lambda: ask(turns, pens),
    }  # fmt: skip


def main() -> None:
    """Print a line for each part, and the whole."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    digits = load()
    for name in shipped.SHIPPED:
        whole = 0.0
        for title, work in parts(name, digits).items():
            with one_thread():
                found = middle(work, rounds)
            whole += found
            print(f"{name:14} {title:46} {found:6.0f} ms", flush=True)
        print(f"{name:14} {'the whole fold':46} {whole:6.0f} ms (target {TARGET})", flush=True)


if __name__ == "__main__":
    main()
