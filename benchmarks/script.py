"""How far the exported Keras script and Netlab's run end apart, over seeds, beside how far seeds end apart.

The script draws its dropout by Keras, so it does not repeat a run with dropout; with ``--same-dropout`` it does, up to
rounding. ``netlab/nets/keras_script.py`` tells the page's readers what this prints.

    .venv/bin/python -m benchmarks.script --seeds 6 --epochs 1
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from netlab import data
from netlab.data import Digits
from netlab.nets.keras_script import keras_script
from netlab.nets.presets import PRESETS
from netlab.nets.spec import NetworkSpec
from netlab.runs.events import Done
from netlab.training.loop import train
from netlab.training.quiet import load_quietly
from netlab.training.worker import single_thread

BEGIN = """
import sys
import keras, numpy
found = numpy.load(sys.argv[1])
keras.datasets.mnist.load_data = lambda: tuple((found["x_" + part], found["y_" + part]) for part in ("train", "test"))
"""
END = '\nprint("\\n" + __import__("json").dumps(model.evaluate(x_test, y_test, verbose=0)))\n'


def by_script(spec: NetworkSpec, file: Path, *, same_dropout: bool) -> float:
    """Test accuracy that the script comes to, in a process of its own."""
    program = BEGIN + keras_script(spec, same_dropout=same_dropout) + END
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", program, str(file)], cwd=folder, capture_output=True, text=True, check=True
        )
    return float(json.loads(done.stdout.splitlines()[-1])[1])


def by_netlab(spec: NetworkSpec, digits: Digits) -> float:
    """Test accuracy that Netlab comes to."""
    last = list(train(spec, digits, run_id="0" * 32, keep=False))[-1]
    assert isinstance(last, Done), last
    return last.test_accuracy


def main() -> None:
    """Print both accuracies of every seed, and how far they lie apart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", choices=sorted(PRESETS), default="article")
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--same-dropout", action="store_true")
    options = parser.parse_args()
    single_thread()
    load_quietly()
    digits = data.load()
    pairs = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "digits.npz"
        names = ("x_train", "y_train", "x_test", "y_test")
        np.savez(file, **{name: getattr(digits, name) for name in names})
        for seed in range(options.seeds):
            spec = replace(PRESETS[options.preset].spec, seed=seed, epochs=options.epochs)
            script = by_script(spec, file, same_dropout=options.same_dropout)
            pairs.append((by_netlab(spec, digits), script))
            print(f"seed {seed}: Netlab {pairs[-1][0]:.4f}, script {pairs[-1][1]:.4f}", flush=True)
    ours, theirs = np.array(pairs).T
    apart = np.abs(ours - theirs)
    print(f"same seed apart by {100 * apart.mean():.3f} points on average, {100 * apart.max():.3f} at most;")
    print(f"Netlab less the script: {100 * (ours - theirs).mean():+.3f} points on average;")
    if len(ours) > 1:
        others = np.abs(ours[:, None] - ours)[np.triu_indices(len(ours), 1)]
        print(f"two of Netlab's seeds apart by {100 * others.mean():.3f} points on average")


if __name__ == "__main__":
    main()
