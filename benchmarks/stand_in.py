"""How well the stand-in digits stand in: the article's network, trained on them alone, reads MNIST's test set.

    NETLAB_MNIST=mnist.npz python -m benchmarks.stand_in [--seeds 3] [--threads 1]

Prints how long making the digits takes, and for each seed the share of MNIST's 10,000 test digits read.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time

import numpy as np
import numpy.typing as npt

TARGET = 0.92


def main() -> None:
    """Make the digits, train a network a seed, print the accuracies."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    os.environ.update({name: str(options.threads) for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS")})
    made = _made()
    accuracies = [_accuracy(made, seed) for seed in range(options.seeds)]
    mean = statistics.mean(accuracies)
    print(
        f"mean {mean:.2%}, worst {min(accuracies):.2%}; target {TARGET:.0%}: {'met' if mean >= TARGET else 'missed'}"
    )


def _made() -> dict[str, npt.NDArray[np.uint8]]:
    from netlab.data.synthetic import standin

    wall, work = time.perf_counter(), time.process_time()
    made = standin.make()
    print(
        f"made in {time.perf_counter() - wall:.1f} s ({time.process_time() - work:.1f} s of processor time)"
    )
    start = time.perf_counter()
    print(f"packed to {len(standin.pack(made)):,} bytes in {time.perf_counter() - start:.1f} s")
    return made


def _accuracy(made: dict[str, npt.NDArray[np.uint8]], seed: int) -> float:
    """Train the article's network on the stand-in with one seed, and score it on MNIST's test set."""
    import keras

    from netlab.data import load

    mnist = load("mnist")
    keras.utils.set_random_seed(seed)
    network = keras.Sequential(
        [
            keras.layers.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(512, activation="relu"),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    network.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"], steps_per_execution=125)
    network.fit(_scaled(made["x_train"]), made["y_train"], batch_size=32, epochs=5, verbose=0)
    _, own = network.evaluate(_scaled(made["x_test"]), made["y_test"], batch_size=1000, verbose=0)
    _, real = network.evaluate(_scaled(mnist.x_test), mnist.y_test, batch_size=1000, verbose=0)
    print(f"seed {seed}: {real:.2%} of MNIST's test set ({own:.2%} of the stand-in's own)", flush=True)
    return float(real)


def _scaled(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    return images.astype(np.float32) / np.float32(255)


if __name__ == "__main__":
    main()
