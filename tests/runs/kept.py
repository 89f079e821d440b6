"""A run in the home as a training leaves it, without a training: for tests of reading."""

from __future__ import annotations

import numpy as np

from netlab.nets import weight_file as nets_weights
from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from netlab.runs.events import Done, EpochEnd, Metrics, Snapshot, Started, Validation
from netlab.runs.run import Checkpoint, Run

SPEC = NetworkSpec(hidden=(8,), epochs=2, train_examples=640)
EPOCH = 20


def weights(spec: NetworkSpec) -> nets_weights.Weights:
    rng = np.random.default_rng(0)
    shapes = nets_weights.weight_shapes(spec)
    return {name: rng.normal(0, 0.1, shape).astype(np.float32) for name, shape in shapes.items()}


def kept_run(spec: NetworkSpec = SPEC) -> Run:
    """A finished run of two epochs, with its snapshots, its states and its final weights."""
    run = store.create(spec, store.new_id())
    final = weights(spec)
    run.append(Started(run.id, spec.parameter_count, 640, 200, EPOCH, 2 * EPOCH, "mnist", "Made for a test."))
    for epoch in (1, 2):
        losses = tuple(2.0 / (step + 1) for step in range(EPOCH))
        run.append(Metrics(epoch * EPOCH, losses, (0.9,) * EPOCH, 1000.0, float(epoch)))
        run.save_snapshot(epoch * EPOCH, nets_weights.to_bytes(spec, final, half=True))
        run.append(Snapshot(epoch * EPOCH))
        run.append(Validation(epoch * EPOCH, 0.2, 0.95))
        run.append(EpochEnd(epoch, epoch * EPOCH, 0.3, 0.9, 0.2, 0.95))
        run.save_checkpoint(Checkpoint(epoch * EPOCH, 0.001, float(epoch), state(spec)))
    done = Done(spec.parameter_count, 0.95, 0.2, 2.0, 1000.0, run.id, True)
    run.append(done)
    run.finish(done, nets_weights.to_bytes(spec, final))
    return run


def state(spec: NetworkSpec) -> dict[str, np.ndarray]:
    """The arrays of a state between two epochs, for Adam."""
    arrays: dict[str, np.ndarray] = {}
    for place, weight in enumerate(weights(spec).values()):
        arrays[f"w{place}"] = weight
        arrays[f"s{2 * place}"] = arrays[f"s{2 * place + 1}"] = np.zeros_like(weight)
    return {**arrays, "epoch_losses": np.zeros(0), "epoch_accuracies": np.zeros(0)}
