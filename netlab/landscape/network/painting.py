"""The process that works pictures out: questions as lines on stdin, parts of answers as lines on stdout.

It has one thread. From its first answer on it has a low priority, and while other programs want the cores it makes pauses
in all that only refines an answer: a training beside it keeps its cores. Of several questions the
newest whose first picture is still missing goes first, and what is only refined waits.
"""

from __future__ import annotations

import base64
import io
import json
import os
import queue
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController

from netlab.landscape.network.answering import REFUSALS, Memory, Part, answer
from netlab.landscape.network.pictures import Pictures
from netlab.landscape.network.question import question_from
from netlab.processes import priority
from netlab.processes.limits import cap_memory

AT_ONCE = 2
"""So many parts of an answer, a first picture and how much it holds, are worked out at once; what refines them makes pauses."""
CONTENDED, PAUSES, LONGEST_PAUSE = 1.25, 24, 10.0
"""Where a part took so many times as long as it took of a core, other programs want the cores: then this process rests for
24 times as long as it had worked, so that it takes a twenty-fifth of one core. A training waits for its slowest thread, so it
loses no more than that. The longest pause is far below the time after which a process is taken to hang."""
IDLE_SECONDS = 600.0
"""After so long without a question the process ends; the next question starts another."""
PICTURES_KEPT, MOST_JOBS = 3, 40
SOON = 3
"""So many parts of an answer go before what refines other answers."""


@dataclass(eq=False)
class Job:
    """An answer in the making: its question's key, what is left of it, and how many parts were told."""

    key: str
    parts: Iterator[Part]
    told: int = 0

    @property
    def rank(self) -> int:
        """How long it may wait."""
        return min(self.told, SOON)


def pause_after(used: float, passed: float) -> float:
    """How long to rest before anything is refined.

    Parameters
    ----------
    used, passed : float
        What the last part took of a core, and the seconds that passed meanwhile.

    Returns
    -------
    float
        Seconds; 0 where the core was this process's own.
    """
    return min(PAUSES * used, LONGEST_PAUSE) if passed > CONTENDED * used else 0.0


def line_of(key: str, name: str, values: dict[str, Any]) -> str:
    """A part of an answer as a line of JSON; arrays are packed.

    Parameters
    ----------
    key : str
        The question's key.
    name : str
        The part's name.
    values : dict
        Its values: JSON's kinds, and arrays.

    Returns
    -------
    str
        Without the end of the line; what is no number is kept as such.
    """
    return json.dumps({"key": key, "part": name, "values": _packed(values)})


def part_from(line: str) -> tuple[str, str, dict[str, Any]]:
    """Key, name and values of a part, from its line.

    Parameters
    ----------
    line : str
        As ``line_of`` wrote it.

    Returns
    -------
    (str, str, dict)
    """
    said = json.loads(line)
    return said["key"], said["part"], _unpacked(said["values"])


def _packed(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        buffer = io.BytesIO()
        np.save(buffer, value)
        return {"npy": base64.b64encode(buffer.getvalue()).decode()}
    if isinstance(value, dict):
        return {name: _packed(part) for name, part in value.items()}
    return [_packed(part) for part in value] if isinstance(value, list | tuple) else value


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"npy"}:
        return np.load(io.BytesIO(base64.b64decode(value["npy"])), allow_pickle=False)
    if isinstance(value, dict):
        return {name: _unpacked(part) for name, part in value.items()}
    return [_unpacked(part) for part in value] if isinstance(value, list) else value


def pictures_line(pictures: Pictures, file: Path) -> str:
    """Pictures as a line of JSON that names a file of them: a pipe that nobody reads yet would hold up who writes.

    Parameters
    ----------
    pictures : Pictures
        The pictures.
    file : Path
        Where they are put; whoever reads the line removes it.

    Returns
    -------
    str
    """
    np.savez(file, images=pictures.images, labels=pictures.labels)
    return json.dumps({"pictures": pictures.key, "file": str(file)})


class Painter:
    """Pictures, memory and jobs of the process."""

    def __init__(self) -> None:
        self._pictures: dict[str, Pictures] = {}
        self._memory = Memory()
        self.jobs: list[Job] = []
        self.told = 0  # parts of all answers

    @property
    def refines(self) -> bool:
        """Whether nobody waits for a first answer, so that the next part only refines one."""
        return all(job.told >= AT_ONCE for job in self.jobs)

    def hear(self, line: str) -> None:
        """Take in a line: pictures, or a question."""
        said = json.loads(line)
        if "pictures" in said:
            with np.load(said["file"], allow_pickle=False) as held:
                self._pictures[said["pictures"]] = Pictures(said["pictures"], held["images"], held["labels"])
            Path(said["file"]).unlink()
            while len(self._pictures) > PICTURES_KEPT:
                del self._pictures[next(iter(self._pictures))]
            return
        question = question_from(said["question"])
        held = self._pictures.get(question.pictures)
        parts = _unknown() if held is None else answer(question, held, self._memory)
        self.jobs.append(Job(said["question"], parts))

    def go_on(self) -> str:
        """One more part of the answer that is due, as a line; there must be a job."""
        while len(self.jobs) > MOST_JOBS:
            finest = max(self.jobs, key=lambda one: one.told)  # of several the oldest
            self.jobs.remove(finest)
            return line_of(finest.key, "dropped", {})
        job = min(reversed(self.jobs), key=lambda one: one.rank)
        try:
            name, values = next(job.parts)
        except StopIteration:
            self.jobs.remove(job)
            return line_of(job.key, "over", {})
        except REFUSALS as error:
            self.jobs.remove(job)
            return line_of(job.key, "refused", {"why": str(error)})
        except MemoryError:
            self.jobs.remove(job)
            self._memory = Memory()
            return line_of(
                job.key, "refused", {"why": "There is too little memory to work this picture out."}
            )
        job.told += 1
        self.told += 1
        return line_of(job.key, name, values)


def _unknown() -> Iterator[Part]:
    """The answer to a question about pictures that were let go meanwhile."""
    yield "again", {}


def main() -> None:
    """Listen and answer until stdin ends, or nobody has asked for a long while."""
    cap_memory()
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_listen, args=(lines,), daemon=True).start()
    painter, yields, rests_until = Painter(), False, 0.0
    with ThreadpoolController().limit(limits=1, user_api="blas"):
        while True:
            rest = max(rests_until - time.monotonic(), 0.0) if painter.refines else 0.0
            try:
                line = lines.get(timeout=(rest or 1e-3) if painter.jobs else IDLE_SECONDS)
            except queue.Empty:
                if not painter.jobs:
                    return
                began, before = time.monotonic(), time.process_time()
                print(painter.go_on(), flush=True)
                rests_until = time.monotonic() + pause_after(
                    time.process_time() - before, time.monotonic() - began
                )
                if painter.told >= AT_ONCE and not yields:  # whoever waits has waited for it to start, too
                    priority.stand_back(priority.LEISURE)
                    yields = True
                continue
            painter.hear(line)


def _listen(lines: queue.Queue[str]) -> None:
    """Hand lines on; whoever closed stdin reads no answers, so the process ends in the midst of one."""
    for line in sys.stdin:
        lines.put(line)
    os._exit(0)


if __name__ == "__main__":
    main()
