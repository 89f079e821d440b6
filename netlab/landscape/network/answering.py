"""From a question to its answer, part by part, the quickest first; nothing here knows who asked.

A part is its name and its values: arrays, numbers and texts. What later questions can use (a run's moments, a plane's
first sums, finished pictures) is kept in a ``Memory``.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import CLASSES, Array
from netlab.landscape.network import curvature, directions, gauge, symmetry
from netlab.landscape.network.curvature import Slopes
from netlab.landscape.network.directions import DirectionError, Pair
from netlab.landscape.network.exact import Edge, Exact, edge, exact_at, has_velocity, next_step
from netlab.landscape.network.flat import Weights, flat, shaped
from netlab.landscape.network.pictures import Pictures
from netlab.landscape.network.plane import (
    CONVOLVING,
    Asked,
    Heights,
    Plane,
    Prepared,
    logits,
    penalty,
    penalty_slope,
    per_image,
    refined,
    stages,
)
from netlab.landscape.network.question import FACTOR, Question
from netlab.landscape.network.symmetry import SymmetryError
from netlab.landscape.network.walk import Course, course_of
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import weight_shapes
from netlab.runs import store
from netlab.runs.events import LearningRate
from netlab.runs.run import RunError

Part = tuple[str, dict[str, Any]]
SLOPE_IMAGES, FEWEST = 1000, 50
"""Images that gradients and curvatures are worked out on, and how few there may be where a network costs much."""
SLOPE_BUDGET = 2e9
"""Multiplications that one way through all of these images may take."""
PRODUCTS = 8
"""Of the Hessian with a vector, for a direction that a picture waits for; fewer than for a curvature that is told."""
WALK_IMAGES, CONVOLVED = 1000, 100
LINE_IMAGES, LINE_POINTS = 2000, 25
BATCHES = 24
"""From so many batches the mean square of a gradient is estimated."""
PLANES_KEPT, COURSES_KEPT, HEIGHTS_KEPT, SHARP_KEPT = 2, 3, 100, 500
REFUSALS = (RunError, DirectionError, SymmetryError)
"""What can be the matter with a question; the sentence says what."""


class Kept(OrderedDict[Any, Any]):
    """The last few of something, by key."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def get_or(self, key: Any, make: Callable[[], Any]) -> Any:
        """What is kept under a key, made if it is not."""
        if key not in self:
            self[key] = make()
        self.move_to_end(key)
        while len(self) > self._most:
            self.popitem(last=False)
        return self[key]


@dataclass(eq=False)
class Memory:
    """What is kept between questions."""

    courses: Kept = field(default_factory=lambda: Kept(COURSES_KEPT))
    planes: Kept = field(default_factory=lambda: Kept(PLANES_KEPT))
    heights: Kept = field(default_factory=lambda: Kept(HEIGHTS_KEPT))
    losses: Kept = field(default_factory=lambda: Kept(SHARP_KEPT * 4))
    sharp: Kept = field(default_factory=lambda: Kept(SHARP_KEPT))

    def course(self, name: str) -> Course:
        """The moments of a run, read again when it has kept more."""
        run = store.get(name)
        found: Course = self.courses.get_or(
            (name, None if run is None else tuple(run.snapshots())), lambda: course_of(name)
        )
        return found


def answer(question: Question, pictures: Pictures, memory: Memory) -> Iterator[Part]:
    """All parts of an answer.

    Parameters
    ----------
    question : Question
        What is asked.
    pictures : Pictures
        The pictures that it names.
    memory : Memory
        What is known from before; added to.

    Yields
    ------
    (str, dict)
        "heights" (a better one each time), "about" and, where the picture is to be fine, "curves"; "sharp" once a moment; "line"; "point".

    Raises
    ------
    RunError, DirectionError, SymmetryError
        If there is no answer; the sentence says why.
    """
    kinds = {"plane": _plane, "sharpness": _sharpness, "line": _line, "point": _point}
    yield from kinds[question.kind](question, pictures, memory)


@dataclass(frozen=True, eq=False)
class Scene:
    """A plane with what it goes through.

    Attributes
    ----------
    course : Course
        The run.
    place : int
        The moment in its middle.
    plane : Plane
        The plane.
    pair : Pair
        Its directions.
    others : tuple of Course
        Other runs on the plane.
    pictures : Pictures
        What gradients are worked out on.
    """

    course: Course
    place: int
    plane: Plane
    pair: Pair
    others: tuple[Course, ...]
    pictures: Pictures

    @cached_property
    def next(self) -> tuple[Array | None, str]:
        """The next step, if it can be told, and how: "exact", or "kept" for the way to the next kept moment, or ""."""
        return _step(self.course, self.place, self.pictures)


def scene_of(question: Question, pictures: Pictures, memory: Memory) -> Scene:
    """The plane that a question is about.

    Parameters
    ----------
    question : Question
        What is asked.
    pictures : Pictures
        The pictures that gradients are worked out on.
    memory : Memory
        What is known from before.

    Returns
    -------
    Scene

    Raises
    ------
    RunError, DirectionError, SymmetryError
        If there is no such plane.
    """
    course = memory.course(question.run)
    place = course.place(question.step)
    others = tuple(_of_same_network(course, memory.course(name)) for name in question.others)
    weights = _twin(question, course, course.weights(place))
    row = flat(course.spec, weights)
    pair = _pair(question, course, place, row, pictures, memory, others)
    plane = Plane(course.spec, weights, row, pair.first, pair.second)
    return Scene(course, place, plane, pair, others, pictures)


def _twin(question: Question, course: Course, weights: Weights) -> Weights:
    if question.twin == "rescaled":
        return symmetry.rescaled(course.spec, weights, FACTOR)
    return symmetry.shuffled(course.spec, weights, 1) if question.twin == "shuffled" else weights


def _of_same_network(course: Course, other: Course) -> Course:
    if weight_shapes(course.spec) != weight_shapes(other.spec):
        raise DirectionError(
            "The other run's network has other layers: only networks with the same layers lie in one space."
        )
    return other


def _step(course: Course, place: int, pictures: Pictures) -> tuple[Array | None, str]:
    """The next step at a moment, and how it is known."""
    exact = exact_at(course.id, course.spec, course.steps[place])
    if exact is not None:
        return next_step(course.spec, exact, _learnt_slope(course, place, pictures, exact)), "exact"
    if place + 1 < len(course.steps):
        step = course.row(place + 1) - course.row(place)
        return (step, "kept") if step.any() else (None, "")
    return None, ""


def _learnt_slope(course: Course, place: int, pictures: Pictures, exact: Exact) -> Array:
    """The gradient that the training would follow, with that of its regularisation."""
    return _slopes(course, place, pictures, exact).gradient() + penalty_slope(course.spec, exact.row)


def _slopes(course: Course, place: int, pictures: Pictures, exact: Exact | None = None) -> Slopes:
    row = course.row(place) if exact is None else exact.row
    weights = shaped(course.spec, row, course.measured[place])
    return _slopes_of(course.spec, weights, pictures)


def _slopes_of(spec: NetworkSpec, weights: Weights, pictures: Pictures) -> Slopes:
    count = slope_images(spec)
    return Slopes(spec, weights, pictures.images[:count], pictures.labels[:count])


def slope_images(spec: NetworkSpec) -> int:
    """How many images gradients and curvatures are worked out on.

    Parameters
    ----------
    spec : NetworkSpec
        The network.

    Returns
    -------
    int
        1,000, or fewer for a network with many convolutions.

    Examples
    --------
    >>> slope_images(NetworkSpec())
    1000
    """
    if not spec.convolutions:
        return SLOPE_IMAGES
    return int(np.clip(SLOPE_BUDGET / (per_image(spec) * CONVOLVING), FEWEST, SLOPE_IMAGES))


def _pair(
    question: Question, course: Course, place: int, row: Array, pictures: Pictures, memory: Memory,
    others: tuple[Course, ...],
) -> Pair:  # fmt: skip
    spec, kind = course.spec, question.directions
    if question.twin and kind != "random":
        raise DirectionError("Twins are looked at along random directions: choose these above.")
    if kind == "random":
        first = _twin(question, course, course.weights(0))
        order = directions.orders(spec, first) if question.by_filter else None
        return directions.random_pair(spec, row, question.seed, order, by_filter=question.by_filter)
    if kind == "walk":

        def plane_of_walk() -> Pair:
            rows = [course.row(at) for at in range(len(course.steps))]
            return directions.principal_pair(rows, rows[-1])

        found: Pair = memory.courses.get_or(("walk", course.id, course.steps), plane_of_walk)
        return found
    if kind == "weights":
        pixel, unit, other_pixel, other_unit = question.weights
        return directions.weight_pair(spec, row, ((pixel, unit), (other_pixel, other_unit)))
    if kind in ("two", "three"):
        return _towards(kind, course, row, others)
    return _of_motion(kind, course, place, row, pictures)


def _towards(kind: str, course: Course, row: Array, others: tuple[Course, ...]) -> Pair:
    if len(others) < (1 if kind == "two" else 2):
        raise DirectionError(
            "Choose another run of a network with the same layers."
            if kind == "two"
            else "Choose two other runs of networks with the same layers."
        )
    ends = [one.row(len(one.steps) - 1) - row for one in others]
    if kind == "three":
        return directions.spanned(ends[0], ends[1], row)
    start = course.row(0) - row
    if not start.any():
        start = course.row(len(course.steps) - 1) - row
    return directions.spanned(start, ends[0], row)


def _of_motion(kind: str, course: Course, place: int, row: Array, pictures: Pictures) -> Pair:
    if kind == "motion":
        exact = exact_at(course.id, course.spec, course.steps[place])
        if exact is None or not has_velocity(course.spec):
            raise DirectionError(_no_velocity(course))
        gradient = _learnt_slope(course, place, pictures, exact)
        return directions.spanned(gradient, exact.slots["velocity"], row)
    step, _ = _step(course, place, pictures)
    if step is None:
        raise DirectionError(
            "The next step is not known at this moment: no exact state is kept of it, and no later moment. Choose an earlier one."
        )
    if kind == "onward":
        if place == 0:
            raise DirectionError("At the start there is no way yet that leads here. Choose a later moment.")
        return directions.spanned(course.row(0) - row, step, row)
    slopes = _slopes(course, place, pictures)
    _, top = curvature.sharpest(slopes.times, slopes.gradient(), PRODUCTS)
    return directions.spanned(step, top, row)


def _no_velocity(course: Course) -> str:
    if not has_velocity(course.spec):
        return (
            "This run's optimizer gathers no velocity: of those on Train, SGD with momentum, Nesterov momentum, Adam and its kin, Lion, Muon "
            "and RMSprop with momentum do. Choose other directions."
        )
    run = store.get(course.id)
    kept = [step for step in (run.exact_steps() if run else []) if step in course.steps]
    if not kept:
        return (
            "The optimizer's velocity is kept only with exact states, and this run has none at a kept moment."
        )
    told = " and ".join(f"{step:,}" for step in kept)
    return f"The optimizer's velocity is kept only with the last exact states, after {told} batches: choose such a moment."


def _plane(question: Question, pictures: Pictures, memory: Memory) -> Iterator[Part]:
    key = replace(question, reach=1.0, fine=True)
    scene, prepared = memory.planes.get_or(key, lambda: _prepared(question, pictures, memory))
    known = memory.heights.get(question)
    pictured = iter([known]) if known is not None else refined(prepared, question.reach)
    yield "heights", _sent(next(pictured), question.reach)
    count = _walk_images(scene.course.spec) if known is None else known.images
    yield "about", _about(question, scene, pictures, memory, count)
    last = known
    for place, heights in enumerate(pictured):
        if place and not question.fine:
            break
        last = heights
        yield "heights", _sent(heights, question.reach)
    if last is not None:
        memory.heights.get_or(question, lambda: last)
    if not question.fine:
        return
    yield "curves", _curves(scene, pictures)
    if last is not None and last.images > count:  # the walk's heights on the very pictures of the plane's
        yield "about", _about(question, scene, pictures, memory, last.images)


def _prepared(question: Question, pictures: Pictures, memory: Memory) -> tuple[Scene, Prepared]:
    scene = scene_of(question, pictures, memory)
    return scene, Prepared(scene.plane, pictures.images, pictures.labels, regularised=question.regularised)


def _sent(heights: Heights, reach: float) -> dict[str, Any]:
    return {
        "reach": reach, "points": len(heights.a), "images": heights.images, "finer": heights.finer, "more": heights.more,
        "loss": heights.loss.astype(np.float32), "error": heights.error.astype(np.float32),
        "accuracy": heights.accuracy.astype(np.float32),
    }  # fmt: skip


def _about(
    question: Question, scene: Scene, pictures: Pictures, memory: Memory, count: int
) -> dict[str, Any]:
    """Where the walks lie, how high they truly are on so many pictures, and how much of the way the plane holds."""
    course, place, steps = scene.course, scene.place, scene.course.steps
    row, pair = scene.plane.centre, scene.pair
    walks = (
        []
        if question.twin
        else [_walk(one, row, pair, pictures, memory, question, count) for one in (course, *scene.others)]
    )
    chance, count = gauge.by_chance(len(row)), len(steps)
    way = course.row(0) - course.row(place)
    step, told = (None, "") if question.twin else scene.next
    found = {
        "walks": walks, "parameters": len(row), "step_told": told,
        "step_images": min(slope_images(course.spec), len(pictures.labels)),
        "step": None if step is None else gauge.share(pair, step),
        "way": gauge.share(pair, way) if place and not question.twin else None,
        "chance_step": chance, "chance_way": chance, "spread": list(pair.spread), "chance_spread": [],
        "missing": list(course.missing),
    }  # fmt: skip
    if question.directions == "walk":
        both = gauge.chance_of_step(steps, place) ** 2 + chance**2
        found["chance_step"] = float(np.sqrt(min(both, 1.0)))
        found["chance_way"] = gauge.chance_of_way(steps, place) if place else chance
        found["chance_spread"] = list(gauge.chance_of_walk(steps)) if count > 2 else []
    return found


def _walk(
    course: Course, row: Array, pair: Pair, pictures: Pictures, memory: Memory, question: Question, count: int
) -> dict[str, Any]:
    rows = [course.row(at) for at in range(len(course.steps))]
    count = min(count, len(pictures.labels))
    found = []
    for place, step in enumerate(course.steps):
        key = (course.id, step, pictures.key, question.regularised, count)
        measure = partial(true_loss, course, place, pictures, count, regularised=question.regularised)
        found.append(memory.losses.get_or(key, measure))
    losses, right = np.array(found).T
    places = directions.coordinates(pair, row, rows)
    off = [_off(pair, one - row, place) for one, place in zip(rows, places, strict=True)]
    return {
        "run": course.id, "steps": list(course.steps), "a": places[:, 0], "b": places[:, 1], "loss": losses,
        "accuracy": right, "off": np.array(off), "images": count,
    }  # fmt: skip


def _off(pair: Pair, way: Array, place: NDArray[np.float64]) -> float:
    """How far a network lies off the plane, in lengths of the first direction."""
    kind = way.dtype.type
    left = way - kind(place[0]) * pair.first - kind(place[1]) * pair.second
    return directions.length(left) / directions.length(pair.first)


def _walk_images(spec: NetworkSpec) -> int:
    """As many as the finest picture of a network with convolutions has, so that both are of the same images."""
    return min(WALK_IMAGES, stages(spec, WALK_IMAGES)[-1].images)


def true_loss(
    course: Course, place: int, pictures: Pictures, count: int, *, regularised: bool = False
) -> tuple[float, float]:
    """The loss of a kept moment, on no plane but where it is.

    Parameters
    ----------
    course : Course
        The moments.
    place : int
        Which of them.
    pictures : Pictures
        The pictures.
    count : int
        Of which so many are asked, from the first.
    regularised : bool
        Whether the loss has what regularisation adds.

    Returns
    -------
    tuple of float
        Mean loss and share read rightly.
    """
    weights, each, right = course.weights(place), [], 0
    with np.errstate(over="ignore", invalid="ignore"):  # the last moments of a run that blew up
        for at in range(0, min(count, len(pictures.labels)), WALK_IMAGES):
            part = slice(at, min(at + WALK_IMAGES, count))
            asked = Asked(course.spec, pictures.images[part], pictures.labels[part])
            sums = logits(course.spec, weights, asked.images)
            each.append(np.asarray(asked.losses(sums), np.float64))
            right += asked.right(sums)
        extra = penalty(course.spec, weights) if regularised else 0.0
    losses = np.concatenate(each)
    return float(losses.mean()) + extra, right / len(losses)


def _curves(scene: Scene, pictures: Pictures) -> dict[str, Any]:
    slopes = _slopes_of(scene.course.spec, scene.plane.weights, pictures)
    start = scene.pair.first if not (gradient := slopes.gradient()).any() else gradient
    top, _ = curvature.sharpest(slopes.times, start)
    return {
        "first": curvature.along(slopes, scene.pair.first), "second": curvature.along(slopes, scene.pair.second),
        "largest": top, "images": min(slope_images(scene.course.spec), len(pictures.labels)),
    }  # fmt: skip


def _sharpness(question: Question, pictures: Pictures, memory: Memory) -> Iterator[Part]:
    """The largest curvature at each moment, of the loss itself and as the optimizer feels it, beside its limit."""
    course = memory.course(question.run)
    rates = _rates(course)
    for place, step in enumerate(course.steps):
        exact, key = exact_at(course.id, course.spec, step), (course.id, step, pictures.key)
        known = memory.sharp.get(key)
        if known is None or (known["estimated"] and exact is not None):
            known = memory.sharp[key] = _sharp(course, place, pictures, exact, rates(step))
            memory.sharp.get_or(key, dict)
        if known["largest"] is not None:
            yield "sharp", known


def _sharp(
    course: Course, place: int, pictures: Pictures, exact: Exact | None, rate: float | None
) -> dict[str, Any]:
    """The largest curvature at one moment; None where the gradient is 0 or no number."""
    slopes = _slopes(course, place, pictures)
    gradient = slopes.gradient()
    if not np.isfinite(gradient).all() or not gradient.any():
        return {"largest": None, "estimated": False}
    top, _ = curvature.sharpest(slopes.times, gradient)
    found, felt = edge(course.spec, exact, None), None
    if found is not None:
        felt = top if found.divisor is None else _felt(slopes, found, gradient)
    guess = None
    if found is None or found.divisor is not None:
        rough = edge(course.spec, None, mean_squares(course, place, pictures))
        guess = None if rough is None else _felt(slopes, rough, gradient)
        found = found or rough
    rate = exact.rate if exact is not None else rate
    return {
        "step": course.steps[place], "largest": top, "felt": felt, "guess": guess,
        "estimated": felt is None and guess is not None, "limit": None if found is None or not rate else found.limit / rate,
        "factor": None if found is None else found.limit,
    }  # fmt: skip


def _felt(slopes: Slopes, found: Edge, start: Array) -> float:
    """The largest curvature of the loss as an optimizer feels it that divides each weight's step."""
    assert found.divisor is not None
    return curvature.sharpest(curvature.divided(slopes.times, found.divisor), start)[0]


def mean_squares(course: Course, place: int, pictures: Pictures) -> Array:
    """The mean square of each weight's gradient over batches, dropout off: what an optimizer's average of squares tends to.

    Parameters
    ----------
    course : Course
        The run.
    place : int
        The moment.
    pictures : Pictures
        From which 24 batches of the run's size are taken, one after the other, from the beginning again at the end.

    Returns
    -------
    float32 (P,)
    """
    size, count = course.spec.batch_size, len(pictures.labels)
    weights, found = course.weights(place), np.zeros(len(course.rows[place]), np.float32)
    for batch in range(BATCHES):
        chosen = np.arange(batch * size, (batch + 1) * size) % count
        slope = Slopes(course.spec, weights, pictures.images[chosen], pictures.labels[chosen]).gradient()
        found += slope * slope
    return found / np.float32(BATCHES)


def _rates(course: Course) -> Callable[[int], float | None]:
    """The learning rate in force after so many updates; None where a schedule sets it, which only a state tells."""
    run = store.get(course.id)
    if run is None or course.spec.schedule != "constant":
        return lambda step: None
    changes = [(event.step, event.value) for event in run.events() if isinstance(event, LearningRate)]
    return lambda step: next((value for at, value in reversed(changes) if at <= step), course.spec.rate)


def _line(question: Question, pictures: Pictures, memory: Memory) -> Iterator[Part]:
    """The losses between two runs' ends, as they are and with the other's neurons in the nearest order."""
    course = memory.course(question.run)
    if not question.others:
        raise DirectionError("Choose another run of a network with the same layers.")
    other = _of_same_network(course, memory.course(question.others[0]))
    here, there = course.weights(course.place(question.step)), other.weights(len(other.steps) - 1)
    count = CONVOLVED if course.spec.convolutions else LINE_IMAGES
    asked = pictures.images[:count], pictures.labels[:count]
    found: dict[str, Any] = {"t": np.linspace(0, 1, LINE_POINTS), "images": len(asked[1])}
    found |= _between(course.spec, here, there, *asked, "plain")
    yield "line", found
    try:
        matched = symmetry.matched(course.spec, here, there)
    except SymmetryError as error:
        yield "line", {**found, "why": str(error)}
        return
    yield "line", {**found, **_between(course.spec, here, matched, *asked, "matched")}


def _between(
    spec: NetworkSpec, here: Weights, there: Weights, images: Array, labels: Array, name: str
) -> dict[str, Any]:
    asked, losses, errors, right = Asked(spec, images, labels), [], [], []
    for t in np.linspace(0, 1, LINE_POINTS, dtype=np.float32):
        between = {key: (1 - t) * np.asarray(one, np.float32) + t * there[key] for key, one in here.items()}
        with np.errstate(over="ignore", invalid="ignore"):
            sums = logits(spec, between, images)
            each = np.asarray(asked.losses(sums), np.float64)
        losses.append(each.mean())
        errors.append(each.std(ddof=1) / np.sqrt(len(each)))
        right.append(asked.right(sums) / len(asked))
    return {
        name: np.array(losses), f"{name}_error": np.array(errors), f"{name}_accuracy": np.array(right),
        f"{name}_barrier": symmetry.barrier(np.array(losses)),
    }  # fmt: skip


def _point(question: Question, pictures: Pictures, memory: Memory) -> Iterator[Part]:
    """The network at a point: its weights, and what it takes every picture for."""
    key = replace(question, kind="plane", reach=1.0, fine=True, at=(0.0, 0.0))
    scene, _ = memory.planes.get_or(key, lambda: _prepared(replace(question, kind="plane"), pictures, memory))
    a, b = question.at
    weights = scene.plane.at(a, b)
    count = len(pictures.labels) if not scene.course.spec.convolutions else min(len(pictures.labels), 1000)
    table = np.zeros((CLASSES, CLASSES), np.int32)
    with np.errstate(over="ignore", invalid="ignore"):
        for at in range(0, count, 1000):
            labels = pictures.labels[at : min(at + 1000, count)].astype(np.intp)
            sums = logits(scene.course.spec, weights, pictures.images[at : at + len(labels)])
            np.add.at(table, (labels, sums.argmax(axis=1)), 1)
    limit = float(np.finfo(np.float16).max)
    row = flat(scene.course.spec, weights).clip(-limit, limit).astype(np.float16)
    yield "point", {"table": table, "row": row, "sound": bool(np.isfinite(row).all())}
