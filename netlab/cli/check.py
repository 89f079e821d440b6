"""``netlab check``: train what was handed in again, and say whether it is so."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netlab.cli.complaint import STATUS, complain
from netlab.extras import no_training
from netlab.formatting import counted

if TYPE_CHECKING:
    from netlab.classroom.lessons.attempt import Attempt
    from netlab.classroom.lessons.checking import Checked
    from netlab.classroom.lessons.hand_in import HandIn
    from netlab.classroom.lessons.lesson import Lesson
    from netlab.classroom.lessons.verdict import Verdict
    from netlab.classroom.lessons.walk_file import WalkIn

HELP = "train what pupils have handed in again, and say whether it is so"
OTHER = "It is of another lesson than the one that was set."


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which files, and which lesson they should be of."""
    parser.set_defaults(command=check)
    parser.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help="an HTML file that a lesson's “Hand in” made"
    )
    parser.add_argument(
        "--lesson", default="", metavar="LESSON",
        help="the lesson that was set: its file, the letters of its link, or its name if it came along; else each file's own is taken",
    )  # fmt: skip
    parser.add_argument(
        "--xapi", type=Path, metavar="OUT.json",
        help="also write what was found as xAPI 1.0.3 statements, for a learning platform: one file over all hand-ins",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="one JSON object a file")


def check(options: argparse.Namespace) -> int:
    """Check each file; the exit status is 0 if all are proven and reach their goal, 2 if one cannot be read, else 1."""
    if why := no_training():
        return complain(RuntimeError(why))
    from netlab.classroom.lessons.lesson import LessonError

    try:
        asked = _lesson(options.lesson)
    except (OSError, LessonError) as error:
        return complain(error)
    worst = 0
    told: list[dict[str, Any]] = []
    for path in options.files:
        worst = max(worst, _check(path, asked, told, as_json=options.json))
    if options.xapi is not None:
        from netlab.classroom.lessons.xapi import to_text

        try:
            options.xapi.write_text(to_text(told), "utf-8")
        except OSError as error:
            return complain(error)
    return worst


def _lesson(word: str) -> Lesson | None:
    from netlab.classroom.lessons.lesson import MOST_BYTES, from_bytes
    from netlab.classroom.lessons.library import found
    from netlab.files import FileError, content

    if not word:
        return None
    path = Path(word)
    if path.suffix != ".json":
        return found(word.partition("lesson=")[2] or word)
    try:
        return from_bytes(content(path, MOST_BYTES))
    except FileError as error:
        raise OSError(f"{path}: {error}") from error


def _check(path: Path, asked: Lesson | None, told: list[dict[str, Any]], *, as_json: bool) -> int:
    """Check one file; what can be said of its run as xAPI statements is added to ``told``."""
    from netlab import data
    from netlab.classroom.lessons.checking import Checked, cannot
    from netlab.classroom.lessons.checking import check as compare
    from netlab.classroom.lessons.hand_in import MOST_BYTES, HandInError, read, versions
    from netlab.classroom.lessons.walk_file import is_walk
    from netlab.classroom.lessons.walk_file import read as read_walk
    from netlab.classroom.lessons.xapi import statements
    from netlab.files import FileError, content

    try:
        found_there = content(path, MOST_BYTES)
        if is_walk(found_there):
            return _check_walk(path, read_walk(found_there), asked, as_json=as_json)
        given = read(found_there)
        if not as_json:
            print(_begins(path, given), file=sys.stderr)
        found = cannot(given) or compare(given, _again(given), versions())
    except (OSError, FileError, HandInError, data.DataError) as error:
        if as_json:
            print(json.dumps({"file": str(path), "error": str(error)}))
        else:
            print(f"{path}: {error}", file=sys.stderr)
        return STATUS
    other = asked is not None and given.lesson != asked
    if other:
        found = Checked(
            found.status,
            f"{OTHER} {found.sentence}",
            found.verdict,
        )
    if found.verdict is not None:  # by the second run, whatever the file says of the first
        told += statements(given, found.verdict)
    _tell(path, given, found, as_json=as_json)
    return 0 if found.holds and not other else 1


def _begins(path: Path, given: HandIn) -> str:
    title = f"“{given.lesson.title}”"
    return (
        f"{path}: {title}, by {given.by}. Training again …"
        if given.by
        else f"{path}: {title}. Training again …"
    )


def _check_walk(path: Path, given: WalkIn, asked: Lesson | None, *, as_json: bool) -> int:
    """Walk again what is handed in of the landscape: its settings say all of it, so there is nothing to compare."""
    from netlab.classroom.lessons.verdict import judge_walk

    found = judge_walk(given.lesson, given.walk)
    other = asked is not None and given.lesson != asked
    walked = f"Walked again: {counted(given.walk.path.steps_taken, 'step')}."
    sentence = f"{OTHER} {walked}" if other else walked
    if as_json:
        told = {
            "file": str(path), "by": given.by, "lesson": given.lesson.title, "holds": found.met, "sentence": sentence, "why_not": found.why_not,
            "goal": [{"asked": one.sentence, "met": said.met, "evidence": said.evidence} for one, said in found.conditions],
        }  # fmt: skip
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(f"{path}: {sentence}")
        _tell_verdict(found)
    return 0 if found.met and not other else 1


def _again(given: HandIn) -> Attempt:
    """The run, trained a second time; nothing of it stays on the disk."""
    from netlab import data
    from netlab.classroom.lessons.attempt import Attempt, answer_of, weights_sum
    from netlab.data import sets
    from netlab.nets.spec import MNIST
    from netlab.runs import store
    from netlab.runs.events import Failed
    from netlab.runs.history import History
    from netlab.runs.reading import read
    from netlab.training import loop
    from netlab.training.quiet import load_quietly
    from netlab.training.worker import single_thread

    digits = data.load() if given.spec.data == MNIST else sets.loaded(given.spec.data)
    single_thread()
    load_quietly()
    run_id = store.new_id()
    try:
        for event in loop.train(given.spec, digits, run_id=run_id):
            last = event
        run = store.get(run_id)
        kept = read(run) if run is not None else None
        if run is None or kept is None or kept.trouble:
            reason = last.reason if isinstance(last, Failed) else "The run could not be written to the disk."
            return Attempt(run_id, given.name, given.spec, History(), Failed(reason))
        answer = None if given.ink is None else answer_of(run, given.ink)
        return Attempt(run_id, given.name, given.spec, kept.history, kept.ending, answer, weights_sum(run))
    finally:
        run = store.get(run_id)
        if run is not None:
            run.delete()


def _tell(path: Path, given: HandIn, found: Checked, *, as_json: bool) -> None:
    conditions = [] if found.verdict is None else list(found.verdict.conditions)
    if as_json:
        told = {
            "file": str(path), "by": given.by, "lesson": given.lesson.title, "status": found.status, "holds": found.holds,
            "sentence": found.sentence, "seed": given.spec.seed,
            "goal": [{"asked": one.sentence, "met": said.met, "evidence": said.evidence} for one, said in conditions],
        }  # fmt: skip
        print(json.dumps(told, ensure_ascii=False))
        return
    print(f"{path}: {found.sentence}")
    if found.verdict is not None:
        _tell_verdict(found.verdict)


def _tell_verdict(verdict: Verdict) -> None:
    if verdict.why_not:
        print(f"  It does not count. {verdict.why_not}")
    for one, said in verdict.conditions:
        state = {True: "reached", False: "not reached", None: "cannot be told"}[said.met]
        print(f"  {state}: {one.sentence} {said.evidence}".rstrip())
