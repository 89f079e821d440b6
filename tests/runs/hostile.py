"""Ways in which a run's folder can be hostile: each changes a good run that somebody was given."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from netlab.nets import weight_file
from netlab.nets.spec import NetworkSpec
from netlab.runs.events import Metrics, Started
from netlab.runs.run import Run
from tests.machine import pipe
from tests.runs.kept import SPEC, weights

Damage = Callable[[Run], Any]
LONG = NetworkSpec(hidden=(8,), batch_size=1, epochs=200)
FILES = (
    "spec.json", "history.jsonl", "end.json", "weights.npz", "name.json", "origin.json", "marks.json", "owners.json",
    "prediction.json", "summary.json", "lock", "snapshots/000000020.npz", "resume/000000040.npz",
)  # fmt: skip


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _in_place(name: str, make: Callable[[Path], Any]) -> Damage:
    def damage(run: Run) -> None:
        _remove(run.folder / name)
        make(run.folder / name)

    return damage


def _link(to: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(to)


def _sparse(path: Path) -> None:
    path.touch()
    os.truncate(path, 10**11)


def _in_all(make: Callable[[Path], Any]) -> Damage:
    """In the place of all files but the description, from which a reader would stop at once."""

    def damage(run: Run) -> None:
        for name in FILES[1:]:
            _in_place(name, make)(run)

    return damage


def _text(name: str, content: str) -> Damage:
    return _in_place(name, lambda path: path.write_text(content))


def _json(file: str, /, **values: Any) -> Damage:
    return _text(file, json.dumps(values))


def _described(**values: Any) -> Damage:
    """A description with other settings."""

    def damage(run: Run) -> None:
        told = json.loads((run.folder / "spec.json").read_text())
        told["spec"].update(values)
        (run.folder / "spec.json").write_text(json.dumps(told))

    return damage


def _history(spec: NetworkSpec, lines: Callable[[int], list[str]]) -> Damage:
    """A history of a run of ``spec`` on 60,000 digits; ``lines`` gets how many batches it has."""

    def damage(run: Run) -> None:
        examples = spec.examples_used(60_000)
        epoch = -(-examples // spec.batch_size)
        (run.folder / "spec.json").write_text(json.dumps({"spec": spec.to_json(), "started": "2026-01-01"}))
        began = Started(run.id, 1, examples, 10, epoch, epoch * spec.epochs, "mnist", "")
        (run.folder / "history.jsonl").write_text(
            "\n".join([began.to_line(), *lines(epoch * spec.epochs), ""])
        )

    return damage


def _batch(step: int, count: int = 1) -> str:
    return Metrics(step, (1.0,) * count, (0.5,) * count, 1.0, 1.0).to_line()


def _returns(_: int) -> list[str]:
    begun = [_batch(100 * (place + 1), 100) for place in range(100)]
    return [*begun, *[_batch(10_000)] * 1100]


def _npz(name: str, **arrays: Any) -> Damage:
    """A file of arrays, packed."""

    def damage(run: Run) -> None:
        np.savez_compressed(run.folder / name, **arrays)

    return damage


def _of_another(name: str) -> Damage:
    other = NetworkSpec(hidden=(16,))
    return _in_place(name, lambda path: path.write_bytes(weight_file.to_bytes(other, weights(other))))


def _no_numbers(run: Run) -> None:
    """Final weights that are no numbers, and an ending that vouches for them."""
    arrays = {name: np.full_like(array, np.nan) for name, array in weights(SPEC).items()}
    content = weight_file.to_bytes(SPEC, arrays)
    for path in (run.folder / "weights.npz", *(run.folder / "snapshots").iterdir()):
        path.write_bytes(content)
    end = json.loads((run.folder / "end.json").read_text())
    end["sha256"] = hashlib.sha256(content).hexdigest()
    (run.folder / "end.json").write_text(json.dumps(end))


def _bomb(run: Run) -> None:
    """A state of few bytes that unpacks to 120 MB, in arrays each of which is allowed."""
    buffer = io.BytesIO()
    np.save(buffer, np.zeros(124_000))
    path = run.folder / "resume" / "000000040.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for place in range(120):
            archive.writestr(f"a{place}.npy", buffer.getvalue())


def _shape(run: Run) -> None:
    """Arrays of a million times a million numbers, as far as their headers go."""
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000, 1000000), }\n"
    array = b"\x93NUMPY\1\0" + len(header).to_bytes(2, "little") + header + bytes(64)
    for path in (run.folder / "weights.npz", *run.folder.glob("*/*.npz")):
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content if name == "spec.npy" else array)


def _elsewhere(run: Run) -> None:
    """A folder that leads out of the run."""
    for name in ("snapshots", "resume", "tensorboard"):
        _in_place(name, _link("/etc"))(run)


def _renamed(run: Run) -> None:
    for name in ("snapshots", "resume"):
        for path in list((run.folder / name).iterdir()):
            path.rename(path.with_name("999999999.npz"))


NAMES = (
    "../../../etc/passwd",
    "/etc/passwd",
    "~/.ssh/id_rsa",
    "..\\..\\secret",
    "con",
    "a/b",
    "\x00",
    "x" * 5000,
)
THINGS: dict[str, Callable[[Path], Any]] = {
    "a pipe": pipe,
    "/dev/zero": lambda path: path.symlink_to("/dev/zero"),
    "itself": lambda path: path.symlink_to(path.name),
    "a folder": Path.mkdir,
    "100 GB": _sparse,
    "nothing": Path.touch,
}
KINDS: dict[str, Damage] = {
    **{f"{what} for {name}": _in_place(name, make) for what, make in THINGS.items() for name in ("spec.json", "end.json")},
    **{f"{what} for all the rest": _in_all(make) for what, make in THINGS.items()},
    "a list for all the rest": _in_all(lambda path: path.write_text("[" * 150 + "]" * 150)),
    **{f"a pipe for {name}": _in_place(name, pipe) for name in ("snapshots", "resume", "tensorboard")},
    **{f"data {name[:12]!r}": _described(data=name) for name in NAMES},
    **{f"begins at {name[:12]!r}": _json("origin.json", run=name, step=20) for name in NAMES},
    **{f"is called {name[:12]!r}": _json("name.json", name=name) for name in NAMES},
    "is called a tag": _json("name.json", name="<img src=x onerror=alert(1)> ![](http://evil.example/x) [a](javascript:1)"),
    "begins at itself": lambda run: _json("origin.json", run=run.id, step=20)(run),
    "a newer setting": _described(attention=8),
    "no number": _described(learning_rate=float("nan")),
    "a rate beyond": _described(learning_rate=1e308),
    "units beyond": _described(hidden=[10**9]),
    "layers beyond": _described(hidden=[1] * 10_000),
    "batches beyond": _described(batch_size=10**12),
    "a version beyond": lambda run: (run.folder / "history.jsonl").write_text('{"v": 99, "event": "started"}\n' * 5),
    "lines beyond": lambda run: os.truncate(run.folder / "history.jsonl", 10**12),
    "a gap of all batches": _history(LONG, lambda steps: [_batch(steps)]),
    "a gap of three million": _history(LONG, lambda _: [_batch(3_000_000)]),
    "returns without end": _history(LONG, _returns),
    "weights of no numbers": _no_numbers,
    "weights of another": _of_another("weights.npz"),
    "a moment of another": _of_another("snapshots/000000020.npz"),
    "shapes beyond": _shape,
    "a bomb for a state": _bomb,
    "a bomb for weights": _npz("weights.npz", spec=np.array("{}"), **{"dense/kernel": np.zeros(3_000_000)}),
    "a bomb for a spec": _npz("weights.npz", spec=np.array("[" * 9000)),
    "folders elsewhere": _elsewhere,
    "renamed moments": _renamed,
}  # fmt: skip
