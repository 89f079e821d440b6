"""A worker that sleeps in place of training: what a cluster does with 64 runs can be seen on a machine of two cores.

It speaks as ``netlab.training.worker`` does and keeps a run's folder as that does, states to continue from included.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

import numpy as np

from netlab.cluster import driver
from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from netlab.runs.events import Done, Event, Metrics, Ready, Started
from netlab.runs.run import Checkpoint

SECONDS = "NETLAB_SLEEP_SECONDS"
BATCHES, TELLS = 100, 10


class SleepingPlace(driver.Place):
    """A place at a node whose worker sleeps."""

    @staticmethod
    def carrier() -> type:
        """An actor that starts this module there."""
        from netlab.cluster.carrier import Carrier

        class SleepingCarrier(Carrier):
            module = "benchmarks.sleeping_worker"

        return SleepingCarrier


def sleep_through(order: dict[str, Any], seconds: float) -> None:
    """Do with a run's folder what a training would, and sleep as long as it would take.

    Parameters
    ----------
    order : dict
        As ``Job.order`` gives it.
    seconds : float
        Of a whole run.
    """
    spec = NetworkSpec.from_json(order["spec"])
    run = store.get(order["run"]) or store.create(spec, order["run"])
    kept = run.checkpoint() if order["continue"] else None
    step = 0 if kept is None else kept.step

    def tell(event: Event) -> None:
        run.append(event)
        print(event.to_line(), flush=True)

    tell(Started(run.id, 10, 1000, 100, BATCHES, BATCHES, "made", "Asleep.", step=step))
    while step < BATCHES:
        time.sleep(seconds / TELLS)
        step += BATCHES // TELLS
        part = (1.0,) * (BATCHES // TELLS)
        run.save_checkpoint(Checkpoint(step, 0.1, step / 100, {"asleep": np.zeros(10, np.float32)}))
        tell(Metrics(step, part, part, 1000.0, step / 100))
    ending = Done(10, 0.9, 0.3, seconds, 1000.0, run.id, True)
    run.append(ending)
    run.finish(ending, b"asleep")
    print(ending.to_line(), flush=True)


def main() -> None:
    """Serve as a worker, or, as its first argument says, as the process between the server and a node."""
    if sys.argv[1:] == ["driver"]:
        driver.serve(SleepingPlace)
    import json

    print(Ready(0.0, 50.0, "made", "Asleep.").to_line(), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        if order.get("cmd") == "train":
            sleep_through(order, float(os.environ.get(SECONDS, "1")))
            print(Ready(0.0, 50.0, "made", "Asleep.", after=order["run"]).to_line(), flush=True)


if __name__ == "__main__":
    main()
