"""A soak: the app is used at random for an hour, is hurt again and again, and loses nothing that it has told.

    python -m benchmarks.soak [--minutes 60] [--seed 0] [--visitors 4] [--no-browser]

A server of its own, visitors by websocket who open pages, move, draw, train, steer, continue and vanish in the middle of
an answer, and one tab of Chromium that comes and goes. Workers and the server are killed (SIGKILL), and the disk fills up:
the home is a disk in memory, which a file fills for some seconds; where none may be mounted, no process may write a file
beyond 4 kB meanwhile. The server is killed in the first half. That which starts the second half lives to the end, and its
growth is measured from when it has warmed up to the end, both times while nobody is there, and minute by minute while it
is used: tabs that were closed keep memory and three descriptors each until they cannot come back, and caches fill up
once, which a leak is told apart from by its slope. At the end every run is read.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from benchmarks.classroom import tell
from benchmarks.soak_book import WARM_SHARE, Blow, Book, Moment, Sample, schedule, table
from benchmarks.soak_people import Stage, tab_for, visitor_for
from netlab import data
from netlab.data import Digits
from netlab.runs import store
from tests.browser import IN_THE_FOLDER, ROOT, Server, chromium, start_by, stop
from tests.waiting import until

ORPHAN_SECONDS = 5.0
FULL_SECONDS = 8.0, 20.0
QUIET_SECONDS = 135.0
"""Longer than a tab that was closed can come back to its session (disconnectedSessionTTL): until then it keeps memory and
descriptors."""
LOOK_SECONDS = 5.0
"""Between two looks at the server while it is used."""
GRACE_SECONDS = 20
"""After so many a run that nobody watches is stopped, so that those who went leave nothing behind."""
MEETS_SECONDS = 15.0
"""For so long somebody who wants to kill a worker waits for one that trains."""
RECOVERS = 3.0
"""After a full disk, so many seconds until kills count again."""
SMALL_FILE = 4096
TEMPORARY = re.compile(r"\..+\.[a-z0-9_]{8}")
MB_EACH_MINUTE = 60


class Home:
    """The folder for runs, on a disk of its own if one may be mounted, that can be filled up."""

    def __init__(self, folder: Path, temporary: Path, minutes: float) -> None:
        self.folder, self.temporary = folder, temporary
        self.folder.mkdir()
        self.freed_at = 0.0
        self.full = False
        size = f"size={int(300 + MB_EACH_MINUTE * minutes)}m"
        command = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)]
        self.mounted = (
            shutil.which("mount") is not None
            and subprocess.run(command, capture_output=True, check=False).returncode == 0
        )

    @property
    def disturbed(self) -> bool:
        """Whether what is written now may be lost."""
        return self.full or time.monotonic() - self.freed_at < RECOVERS

    @contextmanager
    def filled(self) -> Iterator[None]:
        """Nothing more can be written meanwhile."""
        self.full = True
        try:
            if self.mounted:
                self._fill()
            else:
                _cap_files(self.temporary, SMALL_FILE)
            yield
        finally:
            (self.folder / "filler").unlink(missing_ok=True)
            if not self.mounted:
                _cap_files(self.temporary, psutil.RLIM_INFINITY)
            self.freed_at, self.full = time.monotonic(), False

    def _fill(self) -> None:
        with (self.folder / "filler").open("wb", buffering=0) as file:
            for size in (1_000_000, 4096, 1):
                with suppress(OSError):  # full
                    while True:
                        file.write(bytes(size))

    def close(self) -> None:
        """Unmount it."""
        if self.mounted:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)


def _cap_files(temporary: Path, most: int) -> None:
    for process in _ours(temporary):
        with suppress(psutil.NoSuchProcess):
            process.rlimit(psutil.RLIMIT_FSIZE, (most, psutil.RLIM_INFINITY))


def _ours(temporary: Path) -> list[psutil.Process]:
    """Living processes that put their temporary files there: the server and whatever it has started."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            mine = process.environ().get("TMPDIR") == str(temporary)
            if mine and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def _history_of(worker: psutil.Process) -> Path | None:
    """The history of the run that a worker holds."""
    with suppress(psutil.NoSuchProcess):
        for file in worker.open_files():
            if Path(file.path).name == "lock":
                return Path(file.path).with_name("history.jsonl")
    return None


class Soak:
    """The server, what is done to it, and the book."""

    def __init__(self, folder: Path, home: Home, seed: int) -> None:
        self.folder, self.home, self.book = folder, home, Book()
        self.log, self.temporary = folder / "server.log", home.temporary
        self.temporary.mkdir()
        self.chance = random.Random(seed)
        self.server = self._start(None)
        self.stage = Stage(self.server.url, self.book)
        self.stage.up.set()
        threading.Thread(target=self._look_on, daemon=True, name="look-on").start()

    def strike(self, kind: str) -> None:
        """Do one thing to the app."""
        {"worker": self._kill_worker, "server": self._kill_server, "disk": self._fill_disk}[kind]()

    def _start(self, port: int | None) -> Server:
        kept = {"NETLAB_MNIST": os.environ["NETLAB_MNIST"]} if "NETLAB_MNIST" in os.environ else {}
        environment = {**kept, "TMPDIR": str(self.temporary), "NETLAB_GRACE_SECONDS": str(GRACE_SECONDS)}
        with self.log.open("ab") as log:
            return start_by(IN_THE_FOLDER, ROOT, self.home.folder, environment, port=port, log=log)

    def _look_on(self) -> None:
        """Note what the server takes while it is used; a new server begins anew."""
        pid, used, before = 0, 0.0, time.monotonic()
        while not self.stage.over.is_set():
            self.stage.rest(LOOK_SECONDS)
            now = time.monotonic()
            passed, before = now - before, now
            if not self.stage.up.is_set():
                continue
            process = self.server.process
            if process.pid != pid:
                pid, used = process.pid, 0.0
                self.book.busy.clear()
            used += passed
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):  # it has been killed
                taken = psutil.Process(pid)
                self.book.busy.append(Moment(used, taken.memory_info().rss, taken.num_fds()))

    def _workers(self) -> list[psutil.Process]:
        return [psutil.Process(pid) for pid in self.server.workers() if psutil.pid_exists(pid)]

    def _training(self) -> list[tuple[psutil.Process, Path]]:
        """Workers that hold a run, and its history."""
        return [(worker, path) for worker in self._workers() if (path := _history_of(worker)) is not None]

    def _kill_worker(self) -> None:
        try:
            training = until(self._training, seconds=MEETS_SECONDS)
        except TimeoutError:  # nothing trains now
            self.book.idle_kills += 1
            return
        worker, history = self.chance.choice(training)
        full, at = self.home.disturbed, time.time()
        with suppress(psutil.NoSuchProcess):
            worker.kill()
        until(lambda: not worker.is_running(), what="the end of a killed worker")
        self.book.killed([history], at, disk_full=full or self.home.full)
        self.book.blows["worker"] += 1

    def _kill_server(self) -> None:
        histories = [history for _, history in self._training()]
        self.stage.kills += 1
        self.stage.up.clear()
        full, at = self.home.disturbed, time.time()
        self.server.process.kill()
        self.server.process.wait()
        self._bury()
        self.book.killed(histories, at, disk_full=full)
        self.server = self._start(int(self.server.url.rsplit(":", 1)[1]))
        self.stage.up.set()
        self.book.blows["server"] += 1

    def _bury(self) -> None:
        """Count and end what outlives its server."""
        with suppress(TimeoutError):
            until(lambda: not _ours(self.temporary), seconds=ORPHAN_SECONDS)
        for process in _ours(self.temporary):
            with suppress(psutil.NoSuchProcess):
                self.book.orphans.append(" ".join(process.cmdline()))
                process.kill()

    def _fill_disk(self) -> None:
        with self.home.filled():
            self.stage.rest(self.chance.uniform(*FULL_SECONDS))
        self.book.blows["disk full"] += 1

    def left_alone(self) -> Sample:
        """What the server takes once everybody has gone and nothing trains."""
        self.stage.up.clear()
        process = psutil.Process(self.server.process.pid)
        until(lambda: not _connected(process), seconds=120, what="everybody gone")
        until(lambda: not self._training(), seconds=120, what="the end of what nobody watches")
        time.sleep(QUIET_SECONDS)
        left = [path for path in self.home.folder.rglob("*") if TEMPORARY.fullmatch(path.name)]
        found = Sample(
            process.memory_info().rss, process.num_fds(), process.num_threads(),
            len(left) + len(list(self.temporary.iterdir())),
        )  # fmt: skip
        self.stage.up.set()
        return found

    def end(self, digits: Digits) -> None:
        """Everybody goes, the server ends, and every run is read."""
        self.stage.over.set()
        stop(self.server)
        if self.server.process.returncode == -signal.SIGKILL:
            self.book.faults.append("the server did not end within 10 seconds of being asked to")
        self._bury()
        for run in store.all_runs():
            self.book.read(run, digits)
        self.book.faults += [f"a run cannot be read: {error}" for error in store.unreadable()]
        self.book.complaints = [line for line in self.log.read_text().splitlines() if " ERROR " in line]


def _connected(process: psutil.Process) -> bool:
    return any(one.status == psutil.CONN_ESTABLISHED for one in process.net_connections("tcp"))


def _act_out(soak: Soak, blows: list[Blow], seconds: float) -> None:
    """Strike at the right moments; between, look at how large the server is, for which the clock stands still."""
    began, warmed = time.monotonic(), (1 + WARM_SHARE) * seconds / 2
    moments = sorted([*blows, Blow(warmed, "look"), Blow(seconds, "look")])
    for blow in moments:
        soak.stage.rest(max(0.0, began + blow.at - time.monotonic()))
        if blow.kind != "look":
            soak.strike(blow.kind)
            print(f"{time.monotonic() - began:6.0f} s  {blow.kind}", flush=True)
            continue
        looked = time.monotonic()
        found = soak.left_alone()
        began += time.monotonic() - looked
        if soak.book.warm is None:
            soak.book.warm = found
            soak.book.warm_seconds = soak.book.busy[-1].used if soak.book.busy else 0.0
        soak.book.end = found


def soaked(folder: Path, options: argparse.Namespace) -> Book:
    """Use and hurt the app in a folder of its own, and say what was seen."""
    home = Home(folder / "home", folder / "temporary", options.minutes)
    os.environ["NETLAB_HOME"] = str(home.folder)
    print(f"the home is {'a disk of its own' if home.mounted else 'a folder'}", flush=True)
    try:
        digits = data.load()
        soak = Soak(folder, home, options.seed)
        people = [
            threading.Thread(target=visitor_for, args=(soak.stage, number), daemon=True)
            for number in range(options.seed, options.seed + options.visitors)
        ]
        if options.browser and chromium() is not None:
            people.append(threading.Thread(target=tab_for, args=(soak.stage, options.seed), daemon=True))
        for one in people:
            one.start()
        try:
            _act_out(soak, schedule(60 * options.minutes, options.seed), 60 * options.minutes)
            soak.stage.over.set()
            for one in people:
                one.join(timeout=60)
        finally:
            soak.end(digits)
        return soak.book
    finally:
        home.close()


def main() -> None:
    """Soak the app and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--visitors", type=int, default=4)
    parser.add_argument("--no-browser", dest="browser", action="store_false")
    parser.add_argument("--keep", type=Path, help="a folder to copy the server's log to")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="netlab-soak-"))
    try:
        book = soaked(folder, options)
        if options.keep is not None:
            options.keep.mkdir(parents=True, exist_ok=True)
            shutil.copy(folder / "server.log", options.keep)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for row in table(book):
        tell(*row)
    for what in (book.broken, book.orphans, book.faults, book.complaints):
        for one in what[:20]:
            print(f"  {one[:300]}")


if __name__ == "__main__":
    main()
