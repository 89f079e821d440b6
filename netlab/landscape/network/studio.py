"""The server's side of the painting: it asks, keeps the answers of all readers, and never works a picture out itself."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from netlab.landscape.network.painting import part_from, pictures_line
from netlab.landscape.network.pictures import Pictures
from netlab.landscape.network.question import Question
from netlab.processes.child import Child

MOST_ANSWERS = 150
MOST_LOSSES = 3
"""After so many processes that ended without a word an answer stays refused, and no other process is tried for it."""
CROWDED = (
    "Too many pictures are asked for at once, and this one was put aside. Move a control to ask for it again."
)
COMMAND = (sys.executable, "-m", "netlab.landscape.network.painting")


@dataclass(eq=False)
class Answer:
    """An answer so far.

    Attributes
    ----------
    parts : dict
        The newest of each part by its name.
    sharp : list
        The moments whose curvature is known.
    over : bool
        Whether nothing more will come.
    refused : str
        Why there is no answer, in a sentence; empty if there is one.
    version : int
        Grows with every part.
    """

    parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    sharp: list[dict[str, Any]] = field(default_factory=list)
    over: bool = False
    refused: str = ""
    version: int = 0


class _Process(Child):
    """The painting process; what it says goes to the studio."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self.sent: list[str] = []
        self._files: list[Path] = []
        super().__init__(COMMAND)

    def send(self, pictures: Pictures) -> None:
        """Send pictures, by a file that the process removes once it has read it."""
        handle, name = tempfile.mkstemp(prefix="netlab-", suffix=".npz")
        os.close(handle)
        self._files.append(Path(name))
        self.write(pictures_line(pictures, Path(name)))

    def heard(self, line: str) -> None:
        """A part of an answer."""
        self._studio.hear(*part_from(line))

    def ended(self) -> None:
        """It ended by itself, or was ended."""
        for file in self._files:
            file.unlink(missing_ok=True)  # what it had no time to read
        self._studio.lost(self)


class Studio:
    """Asks the painting process, which it starts when it is needed, and keeps the last answers."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._process: _Process | None = None
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._losses = 0  # of processes, one after the other, that said nothing
        self._asked = 0.0

    def ask(self, question: Question, pictures: Pictures) -> Answer:
        """The answer to a question so far; it is asked for if nobody has.

        An answer that a lost process left unfinished is asked for once more.
        """
        with self._lock:
            known = self._answers.get(question.key)
            if known is None:
                known = self._answers[question.key] = Answer()
                self._send(question.key, pictures)
            self._answers.move_to_end(question.key)
            while len(self._answers) > MOST_ANSWERS:
                self._answers.popitem(last=False)
            self._end_if_it_hangs()
            return known

    def warm(self) -> None:
        """Start the process, so that the first question need not wait for it."""
        with self._lock:
            self._running()

    @property
    def process_id(self) -> int:
        """The process's id; it is started if there is none."""
        with self._lock:
            return self._running().process.pid

    def close(self) -> None:
        """End the process."""
        with self._lock:
            if self._process is not None:
                self._process.kill("Netlab was closed.")

    def hear(self, key: str, name: str, values: dict[str, Any]) -> None:
        """Take in a part of an answer."""
        with self._lock:
            self._losses = 0
            answer = self._answers.get(key)
            if answer is None:
                return
            if name == "again":  # its pictures were let go; the next who asks sends them anew
                del self._answers[key]
            elif name == "dropped":
                answer.over = True
                if not answer.parts:
                    answer.refused = CROWDED
                    del self._answers[key]
            elif name == "sharp":
                answer.sharp.append(values)
            elif name == "refused":
                answer.refused, answer.over = str(values["why"]), True
            elif name == "over":
                answer.over = True
            else:
                answer.parts[name] = values
            answer.version += 1

    def lost(self, process: _Process) -> None:
        """The process is over: what it left unfinished says so, and is asked for anew by the next who wants it."""
        with self._lock:
            if self._process is process:
                self._process = None
            self._losses += 1
            for key, answer in list(self._answers.items()):
                if not answer.over:
                    answer.refused, answer.over = (
                        process.cause("The process that works out this picture"),
                        True,
                    )
                    answer.version += 1
                    if self._losses < MOST_LOSSES:
                        del self._answers[key]

    def _send(self, key: str, pictures: Pictures) -> None:
        process = self._running()
        if pictures.key not in process.sent:
            process.send(pictures)
            process.sent = [*process.sent, pictures.key][-3:]
        process.write(json.dumps({"question": key}))
        self._asked = time.monotonic()

    def _running(self) -> _Process:
        if self._process is None:
            self._process = _Process(self)
        return self._process

    def _end_if_it_hangs(self) -> None:
        process = self._process
        if process is None or all(answer.over for answer in self._answers.values()):
            return
        why = process.overdue(self._asked)
        if why:
            process.kill(why)
