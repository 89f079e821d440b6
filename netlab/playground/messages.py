"""What the browser asks for, and what it is told: points, a network's description, and a stretch of moments.

The browser says which moments it has and how far it wants to see; the answer to the same question is the same, so a
message that is lost or comes twice does no harm. What it says is checked: it may come from anybody.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from typing import Any, TypeGuard

import numpy as np

from netlab.formatting import plain
from netlab.nn.activations import ACTIVATIONS
from netlab.playground.explosion import explosion
from netlab.playground.features import FEATURES
from netlab.playground.findings import findings
from netlab.playground.network import Plan
from netlab.playground.next_step import NextStep, next_step
from netlab.playground.path import Advice
from netlab.playground.points import FINE, REACH, Points
from netlab.playground.step_message import step_message, weight
from netlab.playground.stretches import STRETCHES
from netlab.playground.timeline import Moment, Timeline
from netlab.playground.training import Course, Task
from netlab.playground.warped import Look
from netlab.playground.warped import told as told_of_plane

ROOM = 11_000
"""Bytes of points and moments in one message, before they are written as text."""
MOST_WANTED = 400
AT_ONCE = 2
"""Moments that are computed before a change is answered; more follow when they are asked for."""
LARGEST_NUMBER = 1e6


@dataclass
class Playing:
    """One visitor's training, and what its controls ask for now.

    Attributes
    ----------
    timeline : Timeline
        The moments so far.
    wished, points : Course, Points
        What the controls say; the browser says from which moment on it holds.
    own, xor : bool
        Whether the points are the reader's, to be moved; whether they are XOR's, with their own classes.
    still : bool
        Whether nothing moves on the screen: it stands at the moment that was asked about last.
    plane : Look or None
        The two units whose plane is asked about.
    pair : tuple of int or None
        The two numbers that were pressed last.
    game : int
        Tells a training from every other, also of another visit.
    wishes : int
        Counts changes of the course.
    followed : int
        The wish that the timeline follows.
    advice : Advice or None
        What is said of the goal at that moment.
    """

    timeline: Timeline
    wished: Course
    points: Points
    own: bool = False
    game: int = field(default_factory=lambda: secrets.randbelow(10**9))
    wishes: int = 0
    followed: int = 0
    answered: int = 0
    first: int = 0
    since: int = 0
    with_points: bool = True
    seen: int = 0
    looked: int | None = None
    still: bool = True
    plane: Look | None = None
    pair: tuple[int, int] | None = None
    xor: bool = False
    point: int | None = None
    place: int | None = None
    slow: bool = False
    wishing: bool = False
    next: tuple[tuple[int, int], NextStep | None] | None = None
    advice: Advice | None = None


def playing(before: Playing | None, task: Task, *, own: bool = False) -> Playing:
    """The training that the controls describe: the one before, if only its course has changed, else a new one.

    Points of the reader's own may change too, as long as the network stays the same.

    Parameters
    ----------
    before : Playing or None
        What was under way; the points of its task are the same object if they have not changed.
    task : Task
        What the controls say.
    own : bool
        Whether the points are the reader's, to be moved.

    Returns
    -------
    Playing
        ``before``, or a new one.
    """
    if before is None:
        return Playing(Timeline(task), task.course, task.points, own)
    others = before.points is not task.points
    if before.timeline.task.plan != task.plan or (others and not (own and before.own)):
        return Playing(
            Timeline(task), task.course, task.points, own, wishes=before.wishes, followed=before.wishes
        )
    before.own = own
    if task.course != before.wished or others:
        before.wished, before.points = task.course, task.points
        before.wishes += 1
        if before.still:
            _follow_at_once(before)
    return before


def _follow_at_once(play: Playing) -> None:
    """Follow the controls from the moment on the screen: where nothing plays, nobody needs to ask for it."""
    line, at = play.timeline, play.looked
    if at is None or at >= len(line.moments):
        return
    known = line.task.points
    line.cut(at, Task(line.task.plan, play.points, play.wished))
    play.followed = play.wishes
    if play.points is not known:
        play.with_points, play.seen = True, len(line.moments) - 1
    play.first = min(at + 1, line.kept_since(play.since))
    line.grow(AT_ONCE, by=STRETCHES.compute)


def look_back(play: Playing, told: Any) -> None:
    """Say which moment is on the screen now, before its browser asks about it.

    Parameters
    ----------
    play : Playing
        What is under way.
    told : object
        Anything at all; else a dictionary with the index of a moment, ``back``.
    """
    at = told.get("back") if isinstance(told, dict) else None
    if _count(at) and at < len(play.timeline.moments):
        play.looked = at


def take(play: Playing, told: Any) -> None:
    """Do what a browser asks; what makes no sense is left undone.

    Parameters
    ----------
    play : Playing
        What is under way; its timeline may grow or be cut.
    told : object
        Anything at all; a question is a dictionary of ``game``, ``version``, ``first`` (moments it has), ``want``
        (moments it wants beyond), and perhaps ``cut`` (go on from this moment), ``batch`` (one batch only), ``set``
        and ``freeze`` (numbers by their place), ``look`` (what happened until this moment?), ``point`` (the one that was pressed), ``place`` (the number that was
        chosen), ``slow`` and ``wishes`` (the next step in its parts? its wishes?), ``points`` (it has none yet), ``still`` (nothing moves), ``plane`` (a layer
        and two of its units), ``pair`` (two numbers), ``asked`` (the question's number).
    """
    line = play.timeline
    if not isinstance(told, dict) or told.get("game") != play.game or not _count(told.get("asked")):
        play.first, play.since, play.with_points, play.seen = 0, 0, True, 0
        return
    if told["asked"] == play.answered:
        return
    play.answered, known = told["asked"], line.task.points
    cut = told.get("cut")
    if _count(cut) and cut < len(line.moments):
        _change(play, told, cut)
    if told.get("batch") is True:
        line.one_batch()
    version, first = told.get("version"), told.get("first")
    play.since = version if _count(version) and version <= len(line.cuts) else 0
    play.first = min(first if _count(first) else 0, line.kept_since(play.since), len(line.moments))
    look = told.get("look")
    moved = line.task.points is not known
    play.with_points = told.get("points") is True or moved
    play.seen = len(line.moments) - 1 if moved or not _count(look) else min(look, len(line.moments) - 1)
    want = told.get("want")
    room = min(want if _count(want) else 0, MOST_WANTED, _fitting(play))
    missing = play.first + room - len(line.moments)
    if missing > 0 and told.get("batch") is not True:
        line.grow(missing, by=STRETCHES.compute)
    point = told.get("point")
    play.point = point if _count(point) and point < len(line.task.points.labels) else None
    place = told.get("place")
    play.place = place if _count(place) and place < line.task.plan.count else None
    play.slow, play.wishing = told.get("slow") is True, told.get("wishes") is True
    play.still = told.get("still") is not False
    play.plane = _look(told.get("plane"), line.task.plan)
    play.pair = _pair(told.get("pair"), line.task.plan.count)
    play.looked = look if _count(look) and look < len(line.moments) else None


def message(play: Playing) -> dict[str, Any]:
    """What the component is sent: the answer to the last question.

    Parameters
    ----------
    play : Playing
        What is under way.

    Returns
    -------
    dict
        Under 20 kB as JSON.
    """
    line, task = play.timeline, play.timeline.task
    ahead = _ahead(play)
    moments = line.moments[play.first : play.first + _fitting(play, weight(ahead))]
    answer: dict[str, Any] = {
        "game": play.game, "asked": play.answered, "version": len(line.cuts), "since": play.since,
        "kept": line.kept_since(play.since), "first": play.first, "known": len(line.moments), "end": line.end,
        "moments": _packed(moments), "wish": play.wishes, "followed": play.followed,
        "own": play.own, "eras": line.eras(), "batch": task.batch, "frozen": line.frozen, **described(task.plan, task.points),
    }  # fmt: skip
    if play.looked is not None and play.looked < len(line.moments):
        found = findings(line.task_at(play.looked), line.moments[line.era(play.looked) : play.looked + 1])
        answer["looked"], answer["point"] = play.looked, play.point
        if play.advice is not None:
            answer["advice"] = {
                "words": play.advice.words,
                "met": play.advice.met,
                "offer": play.advice.offer,
            }
        answer["findings"] = [finding.sentence for finding in found]
        if play.plane is not None:
            numbers = line.moments[play.looked].numbers
            answer["warped"] = told_of_plane(line.task_at(play.looked), numbers, play.plane, xor=play.xor)
        answer["dead"] = [f"{layer}.{unit}" for finding in found for layer, unit in finding.units]
        broke = explosion(line, play.looked)
        if broke is not None:
            answer["findings"] = [broke.sentence]
            answer["broke"] = {"back": broke.back, "rate": broke.rate, "offer": broke.offer}
        if not play.with_points:  # both together are too much; it asks again
            answer["step"] = {"place": play.place, "slow": play.slow, "wishing": play.wishing, **ahead}
    if play.with_points:
        start = line.era(min(play.seen, len(line.moments) - 1))
        answer |= {"points": packed_points(line.task_at(start).points), "era": start}
    return answer


def described(plan: Plan, points: Points) -> dict[str, Any]:
    """What does not change while a network trains.

    Parameters
    ----------
    plan : Plan
        The network.
    points : Points
        What their axes and classes are called.

    Returns
    -------
    dict
        For the component.
    """
    return {
        "sizes": plan.sizes, "activations": plan.activations, "features": plan.features,
        "titles": [FEATURES[key].title for key in plan.features],
        "bends": [ACTIVATIONS[key].title if key in ACTIVATIONS else "Softmax" for key in plan.activations],
        "loss": plan.row.title, "unit": plan.row.unit, "reach": REACH, "axes": points.axes,
        "names": points.names[: points.classes], "taught": int((~points.held).sum()), "held": int(points.held.sum()),
    }  # fmt: skip


def packed_points(points: Points) -> str:
    """Points as text: of each x and y in thousandths (int16), then of each its class, plus 16 if it is held back.

    Parameters
    ----------
    points : Points
        At most 2,000.

    Returns
    -------
    str
        Base64; at most 13.4 kB.
    """
    places = np.rint(points.places.astype(np.float64) * FINE).astype("<i2")
    marks = (points.labels + 16 * points.held).astype(np.uint8)
    return base64.b64encode(places.tobytes() + marks.tobytes()).decode()


MEASURES = 7


def _packed(moments: list[Moment]) -> str:
    """Of each moment seven measures and all its numbers, float32; what is not there is NaN."""
    rows = [
        np.concatenate([np.array(_measures(moment), "<f4"), moment.numbers.astype("<f4")])
        for moment in moments
    ]
    return base64.b64encode(b"".join(row.tobytes() for row in rows)).decode()


def _measures(moment: Moment) -> list[float]:
    measured = moment.measured
    held = (measured.held_loss, measured.held_accuracy)
    loss, accuracy = (np.nan if value is None else value for value in held)
    return [
        moment.step, moment.epoch, measured.loss, measured.accuracy, loss, accuracy, measured.penalty
    ]  # fmt: skip


def _fitting(play: Playing, taken: int = 0) -> int:
    """How many moments one message has room for, beside so many bytes of the next step; without those at least one."""
    task = play.timeline.task
    room = ROOM - taken - (5 * len(play.points.labels) if play.with_points else 0)
    return max(room // (4 * (task.plan.count + MEASURES)), 0 if taken else 1)


def _ahead(play: Playing) -> dict[str, Any]:
    """The next step from the moment that is looked at, if anything of it is asked for."""
    line, at = play.timeline, play.looked
    asked = play.point is not None or play.place is not None or play.slow or play.wishing
    if at is None or at >= len(line.moments) or not asked or play.with_points:
        return {}
    moment, task = line.moments[at], line.task_at(at)
    if not np.isfinite(moment.numbers).all():
        return {}
    key = (len(line.cuts), at)
    if play.next is None or play.next[0] != key:
        play.next = (key, next_step(*line.going_on(at)))
    found = step_message(
        task,
        moment.numbers,
        play.next[1],
        point=play.point if play.point is not None and play.point < len(task.points.labels) else None,
        place=play.place,
        slow=play.slow,
    )
    if task.points is not line.task.points:
        found.pop("rows", None)  # they are places among other points than those of this moment
    return found


def _change(play: Playing, told: dict[str, Any], cut: int) -> None:
    line, count = play.timeline, play.timeline.task.plan.count
    numbers = {place: value for place, value in _by_place(told.get("set"), count) if _is_number(value)}
    frozen = {place: value for place, value in _by_place(told.get("freeze"), count) if type(value) is bool}
    if numbers or frozen:
        line.edit(cut, numbers, frozen)
    if play.followed != play.wishes:
        task = line.task
        line.cut(len(line.moments) - 1 if numbers else cut, Task(task.plan, play.points, play.wished))
        play.followed = play.wishes
    elif not (numbers or frozen):
        line.cut(cut)


def _by_place(told: Any, count: int) -> list[tuple[int, Any]]:
    if not isinstance(told, list):
        return []
    pairs = [pair for pair in told[:count] if isinstance(pair, list) and len(pair) == 2]
    return [(place, value) for place, value in pairs if _count(place) and place < count]


def _look(told: Any, plan: Plan) -> Look | None:
    if not isinstance(told, list) or len(told) != 3 or not all(map(_count, told)):
        return None
    look = Look(*told)
    return look if look.of(plan) else None


def _pair(told: Any, count: int) -> tuple[int, int] | None:
    if (
        not isinstance(told, list)
        or len(told) != 2
        or not all(_count(place) and place < count for place in told)
    ):
        return None
    return None if told[0] == told[1] else (told[0], told[1])


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) <= LARGEST_NUMBER  # NaN is not


def _count(value: Any) -> TypeGuard[int]:
    return type(value) is int and 0 <= value < 10**9


def heading(task: Task) -> str:
    """The network and its course in a line: 2–4–3–1, Adam at 0.03.

    Parameters
    ----------
    task : Task
        What is trained.

    Returns
    -------
    str
        For a caption.
    """
    sizes = "–".join(map(str, task.plan.sizes))
    return (
        f"{sizes} ({task.plan.count:,} numbers), {task.optimizer.title} at {plain(task.course.learning_rate)}"
    )
