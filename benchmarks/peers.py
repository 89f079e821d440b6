"""The article's network trained by others: Keras on TensorFlow and on JAX, a bare JAX loop, PyTorch, and our bare loop.

    python -m benchmarks.training --peers [--epochs 5] [--rounds 2] [--folder ~/.cache/netlab-peers]

Each contender is a process of its own that says a line at the end of every epoch, its validation included; the clock
is here, so imports and compiling count alike: *click to finish* is from the start of the process to its last epoch,
*an epoch* is the median between two such lines, *start* is what the first epoch took beyond that, compiling included.
The other programs get an environment of their own, made at the first call; what cannot be installed is left out and
said. Netlab alone writes events, checkpoints and TensorBoard's files meanwhile.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import numpy as np

from netlab import data
from netlab.nets.keras_script import keras_script
from netlab.nets.spec import NetworkSpec

ROOT = Path(__file__).resolve().parents[1]
JAX, TORCH = "0.10.2", "2.14.1"
TORCH_NEEDS = ("filelock", "typing-extensions", "sympy", "networkx", "jinja2", "fsspec")
TORCH_INDEX = "https://download.pytorch.org/whl/cpu"

DIGITS = """
import json, os, sys, time
if os.environ.get("PEER_CORES") == "1" and hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
import numpy as np
file = np.load(os.environ["PEER_DIGITS"])
x_train, y_train, x_test, y_test = (file[name] for name in ("x_train", "y_train", "x_test", "y_test"))
EPOCHS, SEED = int(os.environ["PEER_EPOCHS"]), int(os.environ["PEER_SEED"])
def said(accuracy):
    print(json.dumps({"event": "epoch", "validation_accuracy": float(accuracy)}), flush=True)
"""

KERAS = """
import keras
keras.datasets.mnist.load_data = lambda: ((x_train, y_train), (x_test, y_test))
class Said(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        said(logs["val_accuracy"])
before, fit = open(os.environ["PEER_SCRIPT"]).read().split("model.fit(")
fit = "model.fit(" + fit.split("model.evaluate")[0]
exec(before.replace("model.summary()", ""))
exec(fit.replace('callbacks=[keras.callbacks.TensorBoard("logs", histogram_freq=1)],', "callbacks=[Said()], verbose=0,"))
"""

SCAN = """
import jax, jax.numpy as jnp
def dense(key, inputs, outputs):
    limit = (6 / (inputs + outputs)) ** 0.5
    return jax.random.uniform(key, (inputs, outputs), minval=-limit, maxval=limit), jnp.zeros(outputs)
keys = jax.random.split(jax.random.key(SEED, impl="unsafe_rbg"), 3)
weights = [*dense(keys[0], 784, 512), *dense(keys[1], 512, 10)]
def logits(weights, images, key=None):
    hidden = jax.nn.relu(images.reshape(len(images), -1).astype(jnp.float32) / 255.0 @ weights[0] + weights[1])
    if key is not None:
        hidden = jnp.where(jax.random.bernoulli(key, 0.8, hidden.shape), hidden / 0.8, 0.0)
    return hidden @ weights[2] + weights[3]
def loss(weights, images, labels, key):
    return -jnp.take_along_axis(jax.nn.log_softmax(logits(weights, images, key)), labels[:, None], 1).mean()
def one(state, batch):
    weights, m, v, step, key = state
    key, own = jax.random.split(key)
    value, gradients = jax.value_and_grad(loss)(weights, *batch, own)
    step = step + 1
    m = [0.9 * a + 0.1 * g for a, g in zip(m, gradients)]
    v = [0.999 * a + 0.001 * g * g for a, g in zip(v, gradients)]
    rate = 0.001 * jnp.sqrt(1 - 0.999**step) / (1 - 0.9**step)
    weights = [w - rate * a / (jnp.sqrt(b) + 1e-7) for w, a, b in zip(weights, m, v)]
    return (weights, m, v, step, key), value
epoch = jax.jit(lambda state, images, labels: jax.lax.scan(one, state, (images, labels)), donate_argnums=0)
accuracy = jax.jit(lambda weights, images, labels: (logits(weights, images).argmax(1) == labels).mean())
state = (weights, [w * 0 for w in weights], [w * 0 for w in weights], jnp.float32(0), keys[2])
order = np.random.default_rng(SEED)
for _ in range(EPOCHS):
    turn = order.permutation(len(x_train))[: len(x_train) // 32 * 32]
    state, losses = epoch(state, x_train[turn].reshape(-1, 32, 28, 28), y_train[turn].reshape(-1, 32).astype(np.int32))
    said(accuracy(state[0], x_test, y_test))
"""

PYTORCH = """
import torch
torch.manual_seed(SEED)
model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 512), torch.nn.ReLU(), torch.nn.Dropout(0.2),
                            torch.nn.Linear(512, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=0.001, eps=1e-7, fused=True)
measure = torch.nn.CrossEntropyLoss()
images, tests = (torch.from_numpy(x).float() / 255.0 for x in (x_train, x_test))
labels = torch.from_numpy(y_train.astype(np.int64))
for _ in range(EPOCHS):
    model.train()
    for batch in torch.randperm(len(images)).split(32):
        optimizer.zero_grad()
        measure(model(images[batch]), labels[batch]).backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        said((model(tests).argmax(1).numpy() == y_test).mean())
"""

BARE = """
sys.path.insert(0, os.environ["PEER_ROOT"])
from netlab.training.worker import single_thread
single_thread()
from netlab.nets.spec import NetworkSpec
from netlab.training.batches import BatchSource
from netlab.training.compiled_loop import Trainer
spec = NetworkSpec(epochs=EPOCHS, seed=SEED)
trainer, batches = Trainer(spec), BatchSource(spec, x_train, y_train)
for epoch in range(EPOCHS):
    step, end = batches.steps_per_epoch * epoch, batches.steps_per_epoch * (epoch + 1)
    while step < end:
        images, labels = batches.take(step, min(256, end - step))
        trainer.run(step, images, labels, np.full(len(labels), spec.rate, np.float32))
        step += len(labels)
    said(0.0)
"""


@dataclass(frozen=True)
class Contender:
    """Who trains: a script, whose Python, and settings of its process."""

    name: str
    script: str
    ours: bool
    environment: Mapping[str, str]


CONTENDERS = (
    Contender("Netlab", "", True, {}),
    Contender("Netlab's bare loop", BARE, True, {}),
    Contender("Keras, TensorFlow", KERAS, True, {"KERAS_BACKEND": "tensorflow"}),
    Contender("Keras, JAX", KERAS, False, {"KERAS_BACKEND": "jax"}),
    Contender("JAX scan, one core", SCAN, False, {"PEER_CORES": "1"}),
    Contender("PyTorch", PYTORCH, False, {}),
)

TARGETS = (
    ("Keras, TensorFlow", 0.25),
    ("Keras, JAX", 0.9),
    ("JAX scan, one core", 1.15),
    ("Netlab's bare loop", 1.05),
)
"""What Netlab's epoch may take of another's."""


@dataclass(frozen=True)
class Times:
    """Seconds of one training: from its start to its end, of an epoch, and of the start; and its accuracy."""

    whole: float
    epoch: float
    start: float
    accuracy: float


def times(ends: list[float], accuracy: float) -> Times:
    """What the ends of the epochs, in seconds after the start of the process, tell; at least two."""
    epoch = statistics.median(after - before for before, after in pairwise(ends))
    return Times(ends[-1], epoch, ends[0] - epoch, accuracy)


def environment(folder: Path) -> Path:
    """The Python of the environment of the other programs, made if it is not there; what cannot be installed is said, and drops out."""
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        venv.create(folder, with_pip=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    wanted = [f"keras=={version('keras')}", f"numpy=={version('numpy')}", f"jax[cpu]=={JAX}", *TORCH_NEEDS]
    # without its needs, and from the index of builds for processors alone: others bring gigabytes for graphics cards
    torch = [f"torch=={TORCH}+cpu", "--no-deps", "--retries", "1", "--index-url", TORCH_INDEX]
    for more in (wanted, torch):
        if subprocess.run([*pip, *more], stderr=subprocess.DEVNULL, check=False).returncode:
            print(f"cannot be installed: {more[0]}", flush=True)
    return python


def once(contender: Contender, python: Path, spec: NetworkSpec, digits: Path, work: Path) -> Times:
    """One training of a contender.

    Raises
    ------
    RuntimeError
        If it did not come to its end.
    """
    script = work / "keras_script.py"
    script.write_text(keras_script(spec))
    about = {"DIGITS": str(digits), "EPOCHS": str(spec.epochs), "SEED": str(spec.seed)}
    about |= {"SCRIPT": str(script), "ROOT": str(ROOT)}
    env = {
        **os.environ,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "NETLAB_HOME": str(work / "home"),
    }
    env |= {f"PEER_{name}": value for name, value in about.items()} | dict(contender.environment)
    command = [sys.executable if contender.ours else str(python), "-c", DIGITS + contender.script]
    if not contender.script:
        command = [sys.executable, "-m", "netlab", "train", "--json", "--data", str(digits)]
        command += ["--epochs", str(spec.epochs), "--seed", str(spec.seed)]
    began, ends, accuracy = time.monotonic(), list[float](), 0.0
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stdout:
            if line.startswith("{") and (said := json.loads(line))["event"] == "epoch":
                ends.append(time.monotonic() - began)
                accuracy = said["validation_accuracy"]
        complaint = process.stderr.read().strip().splitlines()[-1:]
    if process.returncode or len(ends) != spec.epochs:
        raise RuntimeError(f"{contender.name} did not finish: {' '.join(complaint)[:200]}")
    return times(ends, accuracy)


def compare(epochs: int, rounds: int, folder: Path) -> None:
    """Alternate all in one run; print every training, then medians and ratios beside the targets."""
    python = environment(folder)
    found: dict[str, list[Times]] = {}
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        digits, read = work / "digits.npz", data.load()
        np.savez(digits, x_train=read.x_train, y_train=read.y_train, x_test=read.x_test, y_test=read.y_test)
        for turn in range(rounds):
            for contender in CONTENDERS:
                try:
                    one = once(contender, python, NetworkSpec(epochs=epochs, seed=turn), digits, work)
                except RuntimeError as error:
                    print(f"round {turn}: {error}", flush=True)
                    continue
                found.setdefault(contender.name, []).append(one)
                print(f"round {turn}: {contender.name}: click to finish {one.whole:.1f} s, an epoch {one.epoch:.2f} s, "
                      f"start {one.start:.1f} s, {one.accuracy:.2%}", flush=True)  # fmt: skip
    for line in verdict(found):
        print(line)


def verdict(found: Mapping[str, list[Times]]) -> list[str]:
    """Netlab's medians as a share of each other's, beside the targets; who did not finish is not named.

    Parameters
    ----------
    found : mapping of str to list of Times
        The trainings of each contender by its name.

    Returns
    -------
    list of str
        A line for each.
    """
    if "Netlab" not in found:
        return ["Netlab did not finish, so there is nothing to compare."]
    targets = dict(TARGETS)
    epoch, whole = (
        {name: statistics.median(getattr(one, what) for one in ones) for name, ones in found.items()}
        for what in ("epoch", "whole")
    )
    return [
        f"Netlab / {name}: an epoch {epoch['Netlab'] / epoch[name]:.3f}"
        + (f" (target at most {targets[name]})" if name in targets else "")
        + f", click to finish {whole['Netlab'] / whole[name]:.3f}"
        for name in found
        if name != "Netlab"
    ]
