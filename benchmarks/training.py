"""Netlab's training beside the tutorial's plain Keras script: wall clock and accuracy, alternating in one run.

    python -m benchmarks.training [--epochs 5] [--rounds 2] [--watched]

Both train the article's network (batch 32, Adam, same digits, validation each epoch) in a process of its own and
report the seconds of training alone, imports left out. Netlab's side writes events, checkpoints and
TensorBoard files; the Keras side writes nothing. With ``--watched`` a real browser looks at the page meanwhile.
With ``--peers`` more others train it too, click to finish and steady state apart: see ``benchmarks.peers``.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from benchmarks import peers
from netlab.nets.keras_script import keras_script
from netlab.nets.spec import NetworkSpec

ROOT = Path(__file__).resolve().parents[1]

KERAS = """
import json, sys, time
import numpy as np
from netlab import data
import keras
digits = data.load()
keras.datasets.mnist.load_data = lambda: ((digits.x_train, digits.y_train), (digits.x_test, digits.y_test))
script = open(sys.argv[1]).read()
before, fit = script.split("model.fit(")
fit = "model.fit(" + fit.split("model.evaluate")[0]
names = {}
exec(before, names)
fit = fit.replace('callbacks=[keras.callbacks.TensorBoard("logs", histogram_freq=1)],', "verbose=0,")
began = time.monotonic()
exec(fit, names)
seconds = time.monotonic() - began
accuracy = names["model"].evaluate(names["x_test"], names["y_test"], verbose=0)[1]
print(json.dumps({"seconds": seconds, "accuracy": accuracy}))
"""


@dataclass(frozen=True)
class Result:
    """Seconds of training and accuracy on the test digits."""

    seconds: float
    accuracy: float


def keras_once(spec: NetworkSpec) -> Result:
    """The plain script, in a process of its own with Keras's own threads."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "script.py"
        script.write_text(keras_script(spec))
        last = _last_line([sys.executable, "-c", KERAS, str(script)])
    return Result(last["seconds"], last["accuracy"])


def netlab_once(spec: NetworkSpec) -> Result:
    """``python -m netlab train --json`` into a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "netlab", "train", "--json", "--epochs", str(spec.epochs)]
        command += ["--seed", str(spec.seed)]
        lines = _run(command, NETLAB_HOME=home).splitlines()
    events = [json.loads(line) for line in lines]
    assert events[-1]["saved"], "the run was not saved; the comparison would not be fair"
    return Result(events[-1]["seconds"], events[-1]["test_accuracy"])


def watched_once(spec: NetworkSpec) -> Result:
    """A run pressed on the page, in a real browser that keeps looking at it."""
    from benchmarks.page import open_app

    with open_app() as (server, page):
        page.goto(f"{server.url}/train?epochs={spec.epochs}&seed={spec.seed}")
        page.get_by_role("button", name="Train").first.click()
        page.get_by_text("Finished").wait_for(timeout=600_000)
        (history,) = (server.home / "runs").glob("*/history.jsonl")
        last = json.loads(history.read_text().splitlines()[-1])
    return Result(last["seconds"], last["test_accuracy"])


def _last_line(command: list[str]) -> dict[str, float]:
    found: dict[str, float] = json.loads(_run(command).splitlines()[-1])
    return found


def _run(command: list[str], **environment: str) -> str:
    env = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", **environment}
    done = subprocess.run(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
    )
    return done.stdout.decode()


def main() -> None:
    """Alternate the two and print every round, then the ratio of the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--watched", action="store_true")
    parser.add_argument(
        "--peers", action="store_true", help="beside Keras on JAX, a JAX scan and PyTorch too"
    )
    parser.add_argument(
        "--folder", type=Path, default=platformdirs.user_cache_path("netlab-peers", appauthor=False)
    )
    options = parser.parse_args()
    if options.peers:
        peers.compare(options.epochs, options.rounds, options.folder)
        return
    ours = watched_once if options.watched else netlab_once
    pairs = []
    for seed in range(options.rounds):
        spec = NetworkSpec(epochs=options.epochs, seed=seed)
        pairs.append((keras_once(spec), ours(spec)))
        keras, netlab = pairs[-1]
        print(f"round {seed}: Keras {keras.seconds:.1f} s, {keras.accuracy:.2%}; "
              f"Netlab {netlab.seconds:.1f} s, {netlab.accuracy:.2%}; ratio {netlab.seconds / keras.seconds:.3f}", flush=True)  # fmt: skip
    seconds = [statistics.median(pair[side].seconds for pair in pairs) for side in (0, 1)]
    accuracy = [statistics.mean(pair[side].accuracy for pair in pairs) for side in (0, 1)]
    target = 0.55 if options.watched else 0.40
    print(f"ratio {seconds[1] / seconds[0]:.3f} (target at most {target}), "
          f"accuracy {100 * (accuracy[1] - accuracy[0]):+.2f} points (target within 0.3)")  # fmt: skip


if __name__ == "__main__":
    main()
