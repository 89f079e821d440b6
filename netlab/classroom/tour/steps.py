"""The steps of the tour, in their order: what to do, where, and by what the page's state shows that it was done.

A step looks at the session twice: when it begins on its page, and again and again after that. It is done when the two
looks differ as it says. So nothing that stood there before counts, unless the step says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

Look = Mapping[str, Any]
"""What a step sees: values by name. A value that is seen for the first time later counts from then on."""
MOST = 18


@dataclass(frozen=True)
class Now:
    """What can be seen at a moment.

    Attributes
    ----------
    session : mapping of str to object
        The values of controls, by key, and what else the session remembers.
    said : mapping of str to object
        What the reader predicted, by the question's key; None where it was skipped.
    runs : mapping of str to str
        The reader's own runs of this session and the state of each.
    lesson : str
        The lesson that is open; empty if none is.
    """

    session: Mapping[str, Any] = field(default_factory=dict)
    said: Mapping[str, Any] = field(default_factory=dict)
    runs: Mapping[str, str] = field(default_factory=dict)
    lesson: str = ""


@dataclass(frozen=True)
class Step:
    """A step.

    Attributes
    ----------
    key : str
        By which a browser keeps that it is done.
    page : str
        Where it is done.
    title : str
        In a few words.
    sentence : str
        What to do, in one sentence; Markdown.
    look : callable
        From a moment to what concerns this step.
    met : callable
        Whether it is done, from the look when it began to the look now.
    """

    key: str
    page: str
    title: str
    sentence: str
    look: Callable[[Now], Look]
    met: Callable[[Look, Look], bool]


def moved(*patterns: str) -> dict[str, Any]:
    """Done when a control was moved whose key is one of these; ``*`` stands for anything."""

    def look(now: Now) -> Look:
        keys = [key for key in map(str, now.session) if any(fnmatchcase(key, one) for one in patterns)]
        return {key: repr(now.session[key]) for key in keys}

    return {
        "look": look,
        "met": lambda before, now: any(now.get(key, was) != was for key, was in before.items()),
    }


def predicted(question: str) -> dict[str, Any]:
    """Done when the question of a page is answered; who has answered it before is done at once."""
    return {
        "look": lambda now: {question: now.said.get(question)},
        "met": lambda before, now: now[question] is not None,
    }


def drawn(pad: str, *, by_own_run: bool = False) -> dict[str, Any]:
    """Done when something new is drawn on a pad; with ``by_own_run`` once a run of one's own can read it."""

    def look(now: Now) -> Look:
        kept = now.session.get(f"_{pad}_kept") or {}
        full = isinstance(kept, Mapping) and bool(kept.get("picture"))
        return {"drawings": kept.get("seq", 0) if full else 0, "reads": "done" in now.runs.values()}

    def met(before: Look, now: Look) -> bool:
        new = now["drawings"] not in (0, before["drawings"])
        return new and (bool(now["reads"]) or not by_own_run)

    return {"look": look, "met": met}


def trained(*states: str) -> dict[str, Any]:
    """Done when a run of one's own is in one of these states; in any at all where none is named."""
    return {
        "look": lambda now: {"runs": dict(now.runs)},
        "met": lambda before, now: any(not states or state in states for state in now["runs"].values()),
    }


def opened_lesson() -> dict[str, Any]:
    """Done when a lesson is open."""
    return {"look": lambda now: {"lesson": now.lesson}, "met": lambda before, now: bool(now["lesson"])}


STEPS = (
    Step("draw", "draw", "Draw a digit", "Draw a digit from 0 to 9 on the pad, and watch the ten bars while you draw.", **drawn("pad")),
    Step("numbers", "numbers", "Look at the numbers", "Choose another picture, and see the numbers that the network gets.", **moved("numbers_index")),
    Step("guess", "neuron", "Predict", "Answer the question at the top, before the page answers it.", **predicted("neuron")),
    Step("neuron", "neuron", "Turn a neuron’s line", "Move a weight or the bias, and watch the line turn.", **moved("neuron_w1", "neuron_w2", "neuron_b")),
    Step("function", "functions", "Build a curve", "Change how many units there are, or move one, until the curve looks more like the dots.", **moved("functions_count", "functions_kind", "functions_*_at*", "functions_*_by*")),
    Step("loss", "loss", "Be wrong", "Move the slider of the logit z, and watch how much a sure and wrong answer costs.", **moved("loss_z")),
    Step("descent", "descent", "Walk downhill", "Move the learning rate, and see how far one step goes.", **moved("descent_rate_*", "descent_start_*", "descent_pace")),
    Step("start", "landscape", "Start elsewhere", "Click the map, or set the two numbers, so that the walk starts at another place.", **moved("ls_x_*", "ls_y_*")),
    Step("rate", "landscape", "A step too far", "Make the learning rate larger and larger, until the walk goes wrong.", **moved("ls_rate_*")),
    Step("back", "backprop", "Follow the way back", "Change an input or the stage, and see which numbers follow.", **moved("backprop_x1", "backprop_x2", "backprop_y", "backprop_net", "backprop*stage")),
    Step("layers", "depth", "Stack layers", "Answer the question or skip it, then change the number of layers and watch the slope fade.", **moved("depth_layers", "depth_activation")),
    Step("dropout", "dropout", "Switch units off", "Move the dropout rate, and count who is left.", **moved("dropout_rate", "dropout_share")),
    Step("points", "classify", "Part the points", "Choose other points or another number of units, press Play, and see whether it still parts them.", **moved("cl_points", "cl_units*", "cl_depth")),
    Step("press", "train", "Train a network", "Say what accuracy you expect if you like, and press Train.", **trained()),
    Step("wait", "train", "Watch it learn", "Watch the curves until the training has come to its end.", **trained("done")),
    Step("look", "rewind", "Look back into the run", "Move the slider through the moments of your run, and see when it learnt the picture.", **moved("moments")),
    Step("own", "draw", "Let your network read", "Press Clear and draw another digit: now the network reads it that you have trained.", **drawn("pad", by_own_run=True)),
    Step("lesson", "lessons", "Begin a lesson", "Choose a lesson and press Begin: it gives you a task and checks by itself whether you have solved it.", **opened_lesson()),
)  # fmt: skip
"""The tour. Another step is another row."""
