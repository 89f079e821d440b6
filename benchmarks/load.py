"""A class at work: so many visitors draw a stroke a second each, with and without trainings beside them.

    python -m benchmarks.load [--visitors 30] [--seconds 30] [--trainings 2]

Each visitor has a websocket of its own and sends what the drawing pad sends. The clock runs from the stroke sent to
the last of the answer, the ten probabilities among it. The visitors themselves take a part of this machine. A line also
tells the processor time that the server takes for a stroke, and what the reading of it takes by itself.
"""

from __future__ import annotations

import argparse
import base64
import random
import threading
import time
import timeit
from collections.abc import Callable
from functools import partial

import numpy as np
import psutil

from benchmarks.page import running_app
from benchmarks.reading import SHAPES, scribbled
from benchmarks.visitor import Visitor, visit
from netlab.drawing.framing import framed
from netlab.drawing.ink import all_on_black, on_black
from netlab.drawing.on_pad import packed, unpacked
from netlab.drawing.page import part_ink
from netlab.drawing.view.pad import DRAWN
from netlab.nets import shipped
from netlab.nets.numpy_model import predict
from tests.browser import Server
from tests.waiting import until

TARGET = 400  # ms at the 95th percentile, beside two trainings
SERVER = 8  # ms of the server's time for a stroke


def stroke(seed: int) -> str:
    """A digit as the pad sends it."""
    shape = SHAPES[seed % len(SHAPES)][2]
    return f"{DRAWN},{base64.b64encode(packed(scribbled(shape, (22, 22), np.random.default_rng(seed)))).decode()}"


def reading() -> None:
    """Print what each part of a stroke's reading takes, without the page around it."""
    body = stroke(1).partition(",")[2]
    content = base64.b64decode(body)
    picture = unpacked(content)
    ink, page = on_black(picture), all_on_black(picture)
    image = framed(ink).centred[None]
    parts: dict[str, Callable[[], object]] = {
        "the picture is unpacked": lambda: unpacked(base64.b64decode(body)),
        "its ink is found": lambda: on_black(picture),
        "it is framed": lambda: framed(ink),
        "it is looked at for several": lambda: part_ink(page),
        **{f"{name} reads it": partial(predict, *shipped.load(name), image) for name in shipped.SHIPPED},
    }
    for what, do in parts.items():
        times = timeit.repeat(do, number=1, repeat=50)
        print(f"{what:32} {1000 * float(np.median(times)):5.2f} ms", flush=True)


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


def answers(server: Server, visitors: int, seconds: float) -> tuple[list[float], float]:
    """Seconds that every stroke of every visitor took to be answered, and of the server's time for one on the mean."""
    times: list[float] = []
    ready = threading.Barrier(visitors + 1)
    threads = [
        threading.Thread(target=draw_for, args=(server.url, seconds, number, times, ready), daemon=True)
        for number in range(visitors)
    ]
    for thread in threads:
        thread.start()
    ready.wait()
    before = _busy(server)
    for thread in threads:
        thread.join()
    return times, (_busy(server) - before) / len(times)


def _busy(server: Server) -> float:
    """Seconds of processor time that the server has taken so far, its workers' left out."""
    taken = psutil.Process(server.process.pid).cpu_times()
    return taken.user + taken.system


def train(address: str) -> Visitor:
    """A visitor who starts a long training and stays."""
    visitor = Visitor(visit(address))
    until(lambda: visitor.sees("train", "train", "epochs=50"), what="the button Train")
    visitor.press("train")
    return visitor


def tell(server: Server, what: str, options: argparse.Namespace, target: str = "") -> None:
    """One line of the table: how long the visitors wait, and the server's time for a stroke."""
    times, taken = answers(server, options.visitors, options.seconds)
    middle, high = (1000 * float(np.quantile(times, share)) for share in (0.5, 0.95))
    print(
        f"{what:32} {len(times):5} strokes, p50 {middle:5.0f} ms, p95 {high:5.0f} ms {target}; "
        f"{1000 * taken:.1f} ms of the server a stroke (target {SERVER})",
        flush=True,
    )


def main() -> None:
    """Print a line without trainings and one beside them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--visitors", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--trainings", type=int, default=2)
    options = parser.parse_args()
    reading()
    with running_app() as server:
        who = f"{options.visitors} visitors"
        tell(server, who, options)
        kept = [train(server.url) for _ in range(options.trainings)]
        until(lambda: len(server.workers()) >= options.trainings, what="the trainings")
        tell(server, f"{who} beside {len(kept)} trainings", options, f"(target p95 at most {TARGET})")


if __name__ == "__main__":
    main()
