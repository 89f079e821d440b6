"""How fast the two-parameter world is: all optimizers, a basin map, and a step beside one of eager Keras.

Run from the project's root: python -m benchmarks.optimizers [--no-keras]
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

import numpy as np

from netlab.landscape.descent import basin_map, descend, learning_rate_sweep, race
from netlab.landscape.neuron_surface import LINE_FIT, NEURONS
from netlab.landscape.surfaces import SURFACES
from netlab.nn.optimizers import OPTIMIZERS

STEPS = 300


def best_of(
    work: Callable[..., object], repeats: int = 5, clock: Callable[[], float] = time.process_time
) -> float:
    """The shortest of several runs, in seconds of the processors (others on the machine do not count) or of a clock."""
    work()
    times = []
    for _ in range(repeats):
        began = clock()
        work()
        times.append(clock() - began)
    return min(times)


def all_optimizers() -> dict[str, float]:
    """Seconds a step for each optimizer on Himmelblau's surface."""
    surface = SURFACES["himmelblau"]
    return {
        key: best_of(lambda o=optimizer: descend(surface, o, surface.start, steps=STEPS)) / STEPS
        for key, optimizer in OPTIMIZERS.items()
    }


def keras_step(key: str, steps: int = 100) -> float:
    """Seconds a step for eager Keras, given its gradient."""
    import keras

    twin = keras.optimizers.deserialize(OPTIMIZERS[key].keras_config())
    variable = keras.Variable(np.ones(2, np.float32))
    gradient = keras.ops.convert_to_tensor(np.ones(2, np.float32))

    def walk() -> None:
        for _ in range(steps):
            twin.apply([gradient], [variable])

    return best_of(walk, 3) / steps


def main() -> None:
    """Print the numbers."""
    ours = all_optimizers()
    print(f"{len(ours)} optimizers x {STEPS} steps: {sum(ours.values()) * STEPS:.3f} s (target 0.15 s)")
    models = (LINE_FIT.key, *(neuron.key for neuron in NEURONS))
    for name in ("himmelblau", "rosenbrock", "six-hump-camel", "beale", "rastrigin", "ackley", *models):
        for key in ("sgd", "momentum", "adam"):
            optimizer = OPTIMIZERS[key].with_settings(learning_rate=0.01 if key == "adam" else 0.001)
            seconds = best_of(
                lambda s=SURFACES[name], o=optimizer: basin_map(s, o, steps=STEPS), 3, time.perf_counter
            )
            print(f"basin map 200 x 200 x {STEPS}, {name}, {key}: {seconds:.3f} s (target 0.3 s)")
    surface = SURFACES["himmelblau"]
    sweep = best_of(lambda: learning_rate_sweep(surface, OPTIMIZERS["adam"], surface.start, steps=STEPS))
    print(f"50 learning rates, adam: {sweep * 1e3:.1f} ms")
    print(
        f"race of all: {best_of(lambda: race(surface, OPTIMIZERS, surface.start, steps=STEPS), 2) * 1e3:.0f} ms"
    )
    if "--no-keras" not in sys.argv:
        for key, seconds in ours.items():
            keras = keras_step(key)
            print(
                f"{key:18} {seconds * 1e6:6.1f} us a step, Keras {keras * 1e6:7.0f} us: {keras / seconds:5.0f} x"
            )


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    main()
