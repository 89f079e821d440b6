"""A class at work: so many visitors draw a stroke a second each, with and without trainings beside them.

    python -m benchmarks.load [--visitors 30] [--seconds 30] [--trainings 2]

Each visitor has a websocket of its own and sends what the drawing pad sends. The clock runs from the stroke sent to
the last of the answer, the ten probabilities among it. The visitors themselves take a part of this machine.
"""

from __future__ import annotations

import argparse
import base64
import io
import random
import threading
import time

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.page import running_app
from benchmarks.visitor import Visitor, visit
from tests.waiting import until

SIDE = 280
TARGET = 700  # ms at the 95th percentile, beside two trainings


def stroke(seed: int) -> str:
    """A scribble as the pad sends it: a PNG of 280×280 as a data address."""
    rng = random.Random(seed)
    picture = Image.new("L", (SIDE, SIDE))
    points = [(rng.randint(60, 220), rng.randint(40, 240)) for _ in range(6)]
    ImageDraw.Draw(picture).line(points, fill=255, width=22, joint="curve")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def draw_for(address: str, seconds: float, number: int, times: list[float], ready: threading.Barrier) -> None:
    """One visitor: a stroke a second, at a moment of their own, until the time is over."""
    with visit(address) as connection:
        visitor = Visitor(connection)
        until(lambda: visitor.sees("draw", "pad"), what="the pad")
        visitor.tell("pad", drawing={"seq": 1, "picture": stroke(number), "strokes": []})
        ready.wait()
        began, moment, count = time.monotonic(), random.Random(number).random(), 2
        while moment < seconds:
            time.sleep(max(0.0, began + moment - time.monotonic()))
            picture = stroke(1000 * number + count)
            times.append(visitor.tell("pad", drawing={"seq": count, "picture": picture, "strokes": []}))
            moment, count = max(moment + 1.0, time.monotonic() - began), count + 1


def answers(address: str, visitors: int, seconds: float) -> list[float]:
    """Seconds that every stroke of every visitor took to be answered."""
    times: list[float] = []
    ready = threading.Barrier(visitors)
    threads = [
        threading.Thread(target=draw_for, args=(address, seconds, number, times, ready), daemon=True)
        for number in range(visitors)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def train(address: str) -> Visitor:
    """A visitor who starts a long training and stays."""
    visitor = Visitor(visit(address))
    until(lambda: visitor.sees("train", "train", "epochs=50"), what="the button Train")
    visitor.press("train")
    return visitor


def tell(what: str, times: list[float], target: str = "") -> None:
    """One line of the table."""
    middle, high = (1000 * float(np.quantile(times, share)) for share in (0.5, 0.95))
    print(f"{what:32} {len(times):5} strokes, p50 {middle:5.0f} ms, p95 {high:5.0f} ms {target}", flush=True)


def main() -> None:
    """Print a line without trainings and one beside them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--visitors", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--trainings", type=int, default=2)
    options = parser.parse_args()
    with running_app() as server:
        who = f"{options.visitors} visitors"
        tell(who, answers(server.url, options.visitors, options.seconds))
        kept = [train(server.url) for _ in range(options.trainings)]
        until(lambda: len(server.workers()) >= options.trainings, what="the trainings")
        times = answers(server.url, options.visitors, options.seconds)
        tell(f"{who} beside {len(kept)} trainings", times, f"(target p95 at most {TARGET})")


if __name__ == "__main__":
    main()
