"""The way through the page: what it names as the next thing to try is enough, and it is praised only then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netlab.playground.challenges import CHALLENGES
from netlab.playground.network import Plan
from netlab.playground.path import ENOUGH, NEXT, advice
from netlab.playground.points import KINDS, Choice, points
from netlab.playground.presets import SINES, Setup
from netlab.playground.timeline import Timeline
from netlab.playground.training import Task


def trained(setup: Setup, epochs: int) -> tuple[Task, Timeline]:
    task = Task(setup.plan, points(setup.choice), setup.course)
    line = Timeline(task)
    line.grow(epochs, seconds=60)
    return task, line


@pytest.mark.parametrize(
    ("kind", "features"), [("circle", ("x", "y")), ("xor", ("x", "y")), ("spiral", SINES)]
)
def test_what_the_page_suggests_parts_the_points(kind: str, features: tuple[str, ...]) -> None:
    setup = Setup(Choice(kind), Plan(features))
    task, line = trained(setup, 40)
    begun = advice("none", setup, task, line.moments[0])
    assert (begun.met, begun.offer) == (False, "")
    assert KINDS[kind].idea in begun.words
    first = next(moment for moment in line.moments if advice("none", setup, task, moment).met)
    assert first.measured.held_accuracy is not None
    assert first.measured.held_accuracy >= ENOUGH
    said = advice("none", setup, task, first)
    assert "of the 90 points that it has never learnt from" in said.words
    assert said.moves == ({"cl_points": NEXT[kind]} if kind in NEXT else {})
    named = f"choose {KINDS[NEXT[kind]].title} under Points" if kind in NEXT else "Next"
    assert (named in said.words) == (kind in NEXT)
    shuffled = replace(setup, choice=replace(setup.choice, shuffled=True))
    assert not advice("none", shuffled, task, first).met


def test_the_spiral_is_not_praised_without_what_its_sentence_asks_for() -> None:
    setup = Setup(Choice("spiral"), Plan())
    task, line = trained(setup, 40)
    said = advice("none", setup, task, line.moments[-1])
    assert not said.met
    assert "Press sin 2x and sin 2y under Inputs" in said.words
    assert said.moves == {"cl_inputs": list(SINES)}


def test_without_points_held_back_it_says_what_it_does_not_know() -> None:
    setup = Setup(Choice("clouds", held=0.0), Plan())
    task, line = trained(setup, 5)
    assert "Hold some back" in advice("none", setup, task, line.moments[-1]).words


@pytest.mark.parametrize("count", [20, 100])
def test_a_handful_held_back_is_not_called_proof(count: int) -> None:
    setup = Setup(Choice("clouds", size=count, held=0.1), Plan())
    task, line = trained(setup, 40)
    said = advice("none", setup, task, line.moments[-1])
    assert said.met
    assert line.moments[-1].measured.accuracy >= ENOUGH
    assert f"so few held back ({task.points.held.sum()})" in said.words


def test_a_challenge_has_its_own_verdict() -> None:
    start = CHALLENGES["line"].start
    setup = replace(start, plan=Plan(hidden=()), course=replace(start.course, learning_rate=0.1))
    task, line = trained(setup, 10)
    assert not advice("line", start, task, line.moments[0]).met
    said = advice("line", setup, task, line.moments[-1])
    assert said.met
    assert said.words.startswith("One straight line:")
    assert said.words.endswith("Done!")
