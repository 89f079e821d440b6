"""Damage the files of one real run in every way, and read it: ``python -m tests.runs.fuzz --mutations 20000``.

Whatever is damaged, reading raises nothing but what it says it raises, ends in time, takes little memory, and leaves
the other run of the home as it was.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import re
import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import WeightsError
from netlab.runs import store
from netlab.runs.diagnosis import findings
from netlab.runs.reading import Kept, read
from netlab.runs.run import Run, RunError
from netlab.runs.states import Layout, check
from netlab.training.axes import Axis
from netlab.training.compiled_loop import layout
from netlab.training.figures import Span, curves_sentence, loss_curves
from tests.machine import most_memory, pipe

SPEC = NetworkSpec(hidden=(8,), epochs=2)
SECONDS = 30.0
MOST_MEMORY = 64_000_000
HOSTILE = (
    b"null", b"true", b"-1", b"0", b"1e400", b"NaN", b"-Infinity", b"1e-320", b"30000000", b"1000000000",
    b"9" * 400, b"9" * 5000, b'"20"', b"[]", b"{}", b"[[[[]]]]", b'"\\u0000"', b'"\xff"', b"[" * 60_000, b"2.5",
)  # fmt: skip

Mutation = Callable[[bytes, random.Random], bytes]


class Hang(BaseException):
    """Reading did not end in time; no ``except Exception`` hides it."""


def flipped(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 8))):
        changed[_place(content, chance)] = chance.randrange(256)
    return bytes(changed)


def cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def removed(content: bytes, chance: random.Random) -> bytes:
    start = _place(content, chance)
    return content[:start] + content[start + chance.choice((1, 4, 30, 1000)) :]


def doubled(content: bytes, chance: random.Random) -> bytes:
    start = _place(content, chance)
    part = content[start : start + chance.choice((1, 10, 500))]
    return content[:start] + part * chance.choice((2, 50)) + content[start:]


def zeroed(content: bytes, chance: random.Random) -> bytes:
    start, length = _place(content, chance), chance.choice((4, 100, 4096))
    return content[:start] + bytes(len(content[start : start + length])) + content[start + length :]


def inserted(content: bytes, chance: random.Random) -> bytes:
    start = _place(content, chance)
    return content[:start] + chance.randbytes(chance.choice((1, 5, 200))) + content[start:]


def another_value(content: bytes, chance: random.Random) -> bytes:
    """Another value in the place of a JSON value, or of what looks like one."""
    found = list(
        re.finditer(rb'(?<=[:\[,( ])-?\d[\d.e+-]*|(?<=: )"[^"]*"|true|false|null', content[:200_000])
    )
    if not found:
        return flipped(content, chance)
    start, end = chance.choice(found).span()
    return content[:start] + chance.choice(HOSTILE) + content[end:]


def another_name(content: bytes, chance: random.Random) -> bytes:
    """Another field name, version or event."""
    found = list(re.finditer(rb'"[a-z_0-9]+"', content[:200_000]))
    if not found:
        return flipped(content, chance)
    start, end = chance.choice(found).span()
    other = chance.choice([*(one.group() for one in found[:40]), b'"newer"', b'""', b'"v"'])
    return content[:start] + other + content[end:]


def lines_in_another_order(content: bytes, chance: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    for _ in range(chance.choice((1, 3, 20))):
        lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines or [b""]))
    return b"".join(lines)


def noise(content: bytes, chance: random.Random) -> bytes:
    return chance.choice((b"", b"\n" * 5000, b"[" * 200_000, b"PK\5\6" + bytes(18), chance.randbytes(300)))


MUTATIONS: tuple[Mutation, ...] = (
    flipped, flipped, cut, removed, doubled, zeroed, inserted, another_value, another_value, another_value, another_name,
    lines_in_another_order, noise,
)  # fmt: skip


def _place(content: bytes, chance: random.Random) -> int:
    """Anywhere, but often near the start or the end, where headers and directories are."""
    size = max(len(content), 1)
    near = min(size, 400)
    return chance.choice((chance.randrange(size), chance.randrange(near), size - 1 - chance.randrange(near)))


def elsewhere(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def loop(path: Path) -> None:
    path.symlink_to(path.name)


def large(path: Path) -> None:
    path.touch()
    os.truncate(path, 10**11)


THINGS: tuple[Callable[[Path], None], ...] = (pipe, elsewhere, endless, loop, large, Path.mkdir)


@dataclass(frozen=True)
class Fuzz:
    """A run to damage, and another that must stay as it is."""

    run: Run
    other: Run
    span: Span
    arrays: Layout

    def read_all(self, damaged: Path | None = None) -> str:
        """Read what pages and commands read of the run; in a word, what came of it.

        Figures are drawn, and all weights read, only where the ``damaged`` file can change them.
        """
        kept = read(self.run)
        listed = store.all_runs()
        assert self.other in listed
        assert (self.run in listed) == (kept.spec is not None)
        assert len(store.unreadable()) == 2 - len(listed)
        for _ in self.run.events():
            pass
        self.run.state(), self.run.size(), self.run.started()
        if damaged is None or damaged.suffix == ".npz":
            self._weights()
            self._state()
        if kept.spec is None:
            assert kept.trouble.startswith(f"Run {self.run.id} cannot be read")
            return "unreadable"
        if damaged is None or damaged.suffix != ".npz":
            self._draw(kept)
        return "read in part" if kept.trouble else "read"

    def _weights(self) -> None:
        for step in (None, *self.run.snapshots()):
            try:
                self.run.weights(step)
            except WeightsError as error:
                assert len(str(error)) < 1000
        try:
            self.run.latest_weights()
        except RunError:
            assert not self.run.snapshots()

    def _state(self) -> None:
        found = self.run.checkpoint(lambda state: check(state, self.arrays, 20, 40))
        assert found is not None  # only one file is damaged, and there are two

    def _draw(self, kept: Kept) -> None:
        assert kept.spec is not None
        curves = kept.history.curves(140)
        loss_curves(curves, self.span, loss_name="loss").to_json()
        curves_sentence(curves)
        findings(kept.spec, kept.history)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    def late(_number: int, _frame: FrameType | None) -> None:
        raise Hang

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def fuzz(one: Fuzz, mutations: int, seed: int) -> Counter[str]:
    """Damage a file, read everything, put the file back; so many times."""
    chance, results = random.Random(seed), Counter[str]()
    kinds = [
        _files(one.run.folder, part)
        for part in ("*.json", "*.jsonl", "weights.npz", "snapshots/*", "resume/*")
    ]
    one.read_all()
    most = most_memory() + MOST_MEMORY
    for number in range(mutations):
        path = chance.choice(chance.choice(kinds))
        results[_once(one, path, chance, f"mutation {number} of seed {seed}")] += 1
        assert most_memory() < most, f"mutation {number} of seed {seed}, {path.name}: {most_memory():,} bytes"
    return results


def _once(one: Fuzz, path: Path, chance: random.Random, name: str) -> str:
    good = path.read_bytes()
    what = _damage(path, good, chance)
    try:
        with deadline(SECONDS):
            result = one.read_all(path)
    except (Exception, Hang) as error:
        raise AssertionError(f"{name}, {path.name}, {what}: {error!r}") from error
    finally:
        _remove(path)
        path.write_bytes(good)
    return result


def _damage(path: Path, good: bytes, chance: random.Random) -> str:
    if chance.random() < 0.05:
        thing = chance.choice(THINGS)
        path.unlink()
        thing(path)
        return thing.__name__
    mutation = chance.choice(MUTATIONS)
    path.write_bytes(mutation(good, chance))
    return mutation.__name__


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _files(folder: Path, pattern: str) -> list[Path]:
    found = sorted(folder.glob(pattern))
    assert found, pattern
    return found


def real_run() -> Fuzz:
    """A run that was really trained, in the home that ``NETLAB_HOME`` names, and a copy of it."""
    from netlab.training.loop import train
    from tests.conftest import made_digits

    run_id, other = store.new_id(), store.new_id()
    list(train(SPEC, made_digits(), run_id=run_id))
    shutil.copytree(store.root() / run_id, store.root() / other)
    found = [store.get(name) for name in (run_id, other)]
    assert found[0] is not None
    assert found[1] is not None
    return Fuzz(found[0], found[1], Span(run_id, 20, Axis(0, 2), Axis(1e-3, 10, log=True)), layout(SPEC))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--mutations", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    options = parser.parse_args()
    logging.disable(logging.WARNING)  # each state that is passed over
    with tempfile.TemporaryDirectory() as home:
        os.environ["NETLAB_HOME"] = home
        results = fuzz(real_run(), options.mutations, options.seed)
    print(json.dumps({"seed": options.seed, "mutations": options.mutations, **results}))


if __name__ == "__main__":
    main()
