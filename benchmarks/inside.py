"""How long Inside computes for the article's network on all test digits, each beside one plain pass of them.

    python -m benchmarks.inside [--rounds 7]

The median of some rounds in one process; a lesion is counted from the press to the accuracy, without the page.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

from netlab.data import load
from netlab.experiments.inside import calibration, lesion, maps, units
from netlab.experiments.inside.answers import activations, ask
from netlab.experiments.subject import shipped_subject

LESION_TARGET = 150


def middle(work: Callable[[], object], rounds: int) -> float:
    """The median of the milliseconds that something takes, after once that warms the caches."""
    work()
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        found.append(1000 * (time.perf_counter() - began))
    return statistics.median(found)


def main() -> None:
    """Print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    digits, subject = load(), shipped_subject("article")
    spec, weights, images, labels = subject.spec, subject.weights, digits.x_test, digits.y_test
    values, answers = activations(spec, weights, images, 0), ask(spec, weights, images)
    some = maps.numbers(spec, weights, images[maps.chosen(len(labels), maps.DIGITS)], 0)
    works: dict[str, Callable[[], object]] = {
        "all answers": lambda: ask(spec, weights, images),
        f"50 units silenced (target {LESION_TARGET} ms)": lambda: lesion.without(
            spec, weights, images, 0, range(50), values=values
        ).accuracy(labels),
        "half of the weights pruned": lambda: ask(
            spec, lesion.pruned(spec, weights, 0.5, together=False), images
        ).accuracy(labels),
        "all units weighed, twins and dead found": lambda: units.inspect(spec, weights, images, labels, 0),
        "calibration and its temperature": lambda: calibration.mended(answers.logits, labels),
        "a map by principal components": lambda: maps.principal(some),
    }
    plain = 0.0
    for name, work in works.items():
        found = middle(work, rounds)
        plain = plain or found
        print(f"{name:46} {found:6.0f} ms, {found / plain:5.2f} of a plain pass", flush=True)


if __name__ == "__main__":
    main()
