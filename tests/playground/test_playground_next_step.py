"""The next step, looked at: wishes are slopes of one example's loss, their mean is the batch's, and the step is the training's."""

from __future__ import annotations

import base64
import re
from dataclasses import replace

import numpy as np
import pytest

from netlab.nn.backpropagation import backward
from netlab.nn.mlp import forward
from netlab.nn.optimizers import OPTIMIZERS
from netlab.playground.messages import Playing, message, playing, take
from netlab.playground.network import Plan, network
from netlab.playground.next_step import NextStep, next_step, strongest, wish_of_point
from netlab.playground.points import Choice, points
from netlab.playground.step_message import MOST_SHOWN
from netlab.playground.step_words import FIVE, NO_STEP, five_sentences, name_of, of_batch, of_number, of_point
from netlab.playground.timeline import Timeline
from netlab.playground.training import Course, Task, advance, begin

XOR, THREE = points(Choice("xor", size=60)), points(Choice("three", size=60))
TASKS = [
    Task(Plan(), XOR, Course("sgd", 0.1, batch_size=7)),
    Task(Plan(("x", "yy"), ((4, "gelu"), (3, "leaky_relu")), "softmax", classes=3), THREE, Course("sgd", 0.3, batch_size=10, dropout=(0.5,))),
    Task(Plan(hidden=(), output="linear", loss="quadratic"), XOR, Course("sgd", 0.1, batch_size=0, l1=(0.01,), l2=(0.03,))),
    Task(Plan(output="softmax", loss="quadratic"), XOR, Course("sgd", 0.1, "cosine", batch_size=1)),
]  # fmt: skip


def ahead(task: Task, steps: int = 11) -> NextStep:
    found = next_step(task, advance(task, begin(task), steps))
    assert found is not None
    return found


def numbers_in(sentence: str) -> list[float]:
    """Every number of a sentence; those in a power of ten are left out."""
    return [
        float(one.replace("−", "-").replace(",", "")) for one in re.findall(r"[−+]?\d[\d,]*\.?\d*", sentence)
    ]


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.plan.output + task.plan.loss)
def test_the_mean_of_all_wishes_is_the_batch_s_gradient_and_the_rate_times_it_the_step(task: Task) -> None:
    step = ahead(task)
    wishes = np.array([step.wish(example) for example in range(len(step.rows))])
    given, wanted = task.given[step.rows].astype(float), task.wanted[step.rows].astype(float)
    net = network(task.plan, step.before.astype(float))
    passed = forward(net, given, wanted, masks=step.passed.masks)
    gradient = np.concatenate([slope.ravel() for slope in backward(net, passed, wanted).arrays])
    assert np.abs(wishes.mean(axis=0) + gradient).max() < 1e-12
    assert np.abs(step.mean + gradient).max() < 1e-12
    for place in range(task.plan.count):
        assert np.abs(step.wishes(place) - wishes[:, place]).max() < 1e-12
    after = advance(task, begin(task), 12)
    assert np.array_equal(step.after, after.numbers)  # the very bits that the training takes
    assert step.change == pytest.approx(step.rate * (step.mean + step.pull), abs=3e-7)
    assert step.number == after.step == 12
    with pytest.raises(IndexError, match="numbers"):
        step.wishes(task.plan.count)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.plan.output + task.plan.loss)
def test_a_wish_is_minus_the_slope_of_that_example_s_own_loss(task: Task) -> None:
    step, nudge = ahead(task), 1e-6
    last = len(step.rows) - 1
    given, wanted = task.given[step.rows].astype(float), task.wanted[step.rows].astype(float)

    def losses(numbers: np.ndarray) -> np.ndarray:
        return forward(network(task.plan, numbers), given, wanted, masks=step.passed.masks).losses

    for place in range(task.plan.count):
        up, down = step.before.astype(float), step.before.astype(float)
        up[place] += nudge
        down[place] -= nudge
        measured = -(losses(up) - losses(down)) / (2 * nudge)
        assert step.wishes(place) == pytest.approx(measured, abs=1e-7)
        assert step.wish(last)[place] == pytest.approx(measured[last], abs=1e-7)


def test_the_batch_is_the_one_that_the_timeline_takes_next() -> None:
    task = replace(TASKS[0], course=Course(batch_size=7))
    line = Timeline(task)
    line.grow(9, seconds=60)
    for at in (0, 4, 9):
        step = next_step(line.task_at(at), line.state(at))
        assert step is not None
        assert not task.points.held[step.rows].any()
        line.cut(at)
        line.one_batch()
        assert np.array_equal(line.moments[-1].numbers, step.after)
        line.grow(9, seconds=60)


def test_the_batches_of_an_epoch_are_all_points_that_are_trained_on() -> None:
    seen, task = [], TASKS[0]
    for taken in range(6):
        step = ahead(task, taken)
        assert step.left == 5 - taken
        seen += step.rows.tolist()
    assert sorted(seen) == np.flatnonzero(~task.points.held).tolist()


def test_a_point_s_wish_alone_is_the_lesson_s_and_the_held_back_have_one_too() -> None:
    task, held = TASKS[0], int(np.flatnonzero(XOR.held)[0])
    numbers = begin(task).numbers
    x, y = task.given[held : held + 1].astype(float), task.wanted[held : held + 1].astype(float)
    net = network(task.plan, numbers.astype(float))
    slopes = backward(net, forward(net, x, y), y).arrays
    assert np.array_equal(
        wish_of_point(task, numbers, held), -np.concatenate([one.ravel() for one in slopes])
    )


def test_what_explodes_has_no_next_step() -> None:
    task = Task(Plan(hidden=((4, "relu"),), output="linear", loss="quadratic"), XOR, Course("sgd", 1e4))
    line = Timeline(task)
    line.grow(50, seconds=60)
    assert line.end == "exploded"
    assert next_step(task, line.state(len(line.moments) - 1)) is None


# --- sentences --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "muon"])
def test_a_number_s_sentence_counts_the_wishes_and_ends_with_the_step(optimizer: str) -> None:
    step = ahead(replace(TASKS[0], course=Course(optimizer, 0.1, batch_size=7)))
    for place in (0, 9, step.task.plan.count - 1):
        words, wishes = of_number(step, place), step.wishes(place)
        assert f"decides how the {name_of(step.task, place)} moves?" in words
        assert f"{(wishes > 0).sum()} would have it larger, {(wishes < 0).sum()} smaller" in words
        assert ("The rate times that is the step" in words) == (optimizer == "sgd")
        assert (f"{OPTIMIZERS[optimizer].title} makes " in words) == (optimizer != "sgd")
        change = float(step.after[place]) - float(step.before[place])
        told = re.findall(r"makes (\S+) of it|= (\S+)\.$", words)[-1]
        assert numbers_in(next(filter(None, told)))[0] == pytest.approx(change, rel=6e-3)


def test_regularisation_frozen_numbers_and_silenced_units_are_told_where_they_are() -> None:
    pulled = ahead(TASKS[2])
    assert "L1 and L2 pull it towards 0 and add" in of_number(pulled, 0)
    assert "L1 and L2" not in of_number(pulled, TASKS[2].plan.count - 1)  # a bias is free
    assert "size of the weights" in five_sentences(pulled)[2]
    silenced, plain = ahead(TASKS[1]), ahead(TASKS[0])
    assert "do not mind" in " ".join(of_number(silenced, place) for place in range(8))
    assert "do not mind" not in " ".join(of_number(plain, place) for place in range(8))
    assert "Dropout" in five_sentences(silenced)[1]
    assert not any("Dropout" in one or "size of" in one for one in five_sentences(plain))
    line = Timeline(TASKS[0])
    line.edit(0, frozen={3: True})
    still = next_step(TASKS[0], line.state(0))
    assert still is not None
    assert of_number(still, 3).endswith("It is frozen, so the step leaves it alone.")
    assert "frozen" not in of_number(still, 4)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.plan.output + task.plan.loss)
def test_the_five_parts_say_the_numbers_of_this_step(task: Task) -> None:
    step = ahead(task)
    batch, there, loss, back, update = five_sentences(step)
    assert len(FIVE) == 5
    assert batch.startswith("Step 12 takes ")
    assert five_sentences(ahead(task, 0))[0].startswith(
        "The weights have just been initialised. Step 1 takes "
    )
    x, y = task.points.places[step.rows[0]]
    assert f"x = {x:.2f}, y = {y:.2f}".replace("-", "−") in there
    given, wanted = task.given[step.rows].astype(float), task.wanted[step.rows].astype(float)
    losses, then = (
        forward(network(task.plan, numbers.astype(float)), given, wanted, masks=step.passed.masks).losses
        for numbers in (step.before, step.after)
    )
    assert f"{losses.mean():.3g}"[:4] in loss
    assert added_to(back, step.mean[strongest(step.mean)])
    verb = "falls" if then.mean() < losses.mean() else "rises"
    assert f"the mean loss {verb} from" in update
    assert numbers_in(update)[-2:] == pytest.approx([losses.mean(), then.mean()], rel=1e-3)


def added_to(sentence: str, value: float) -> bool:
    return numbers_in(sentence)[-1] == pytest.approx(value, rel=6e-3)


def test_arrows_say_whose_they_are() -> None:
    task, step = TASKS[0], ahead(TASKS[0])
    assert "mean wish of the 7 points of the next batch" in of_batch(step)
    assert "the wish of the one point of the next batch" in of_batch(ahead(TASKS[3]))
    wish = wish_of_point(task, step.before, 3)
    assert "the pressed point alone" in of_point(task, wish)
    assert added_to(of_point(task, wish), wish[strongest(wish)])
    assert "It has none" in of_point(task, 0 * wish)
    dead = ahead(Task(Plan(hidden=((3, "step"),), initializer="zeros"), XOR, Course("sgd", batch_size=0)), 0)
    assert "no slope comes back" not in of_batch(dead)  # the output's bias still wishes


# --- what the browser is told -----------------------------------------------------------------------------------------


NOTHING = {"place": None, "slow": False, "wishing": False}


def asked(play: Playing, **more: object) -> dict[str, object]:
    question = {"game": play.game, "version": 0, "first": 1, "want": 8, "asked": play.answered + 1, "look": 0}
    take(play, question | more)
    return message(play)


def floats(packed: object) -> np.ndarray:
    return np.frombuffer(base64.b64decode(str(packed)), "<f4")


def test_the_message_has_what_is_asked_for_and_nothing_else() -> None:
    play = playing(None, TASKS[0])
    step = next_step(TASKS[0], begin(TASKS[0]))
    assert step is not None
    assert asked(play)["step"] == NOTHING
    chosen = asked(play, place=4)["step"]
    assert isinstance(chosen, dict)
    assert floats(chosen["wishes"]) == pytest.approx(step.wishes(4))
    assert floats(chosen["arrows"]) == pytest.approx(step.mean)
    assert chosen["ofNumber"] == of_number(step, 4)
    assert "five" not in chosen
    pressed = asked(play, point=5)["step"]
    assert isinstance(pressed, dict)
    assert floats(pressed["arrows"]) == pytest.approx(wish_of_point(TASKS[0], step.before, 5))
    slow = asked(play, slow=True)["step"]
    assert isinstance(slow, dict)
    assert [name for name, _ in slow["five"]] == list(FIVE)
    assert np.frombuffer(base64.b64decode(slow["rows"]), "<i2").tolist() == step.rows.tolist()
    assert floats(slow["answers"])[-1] == pytest.approx(step.passed.activations[-1][0, 0])
    assert floats(slow["change5"]) == pytest.approx(step.change)


def test_of_a_step_beyond_all_bounds_it_is_said_that_there_is_none() -> None:
    plan = Plan(hidden=((4, "relu"),), output="linear", loss="quadratic")
    play = playing(None, Task(plan, XOR, Course("sgd", 1e4, batch_size=0)))
    assert "five" in asked(play, slow=True)["step"]  # type: ignore[operator]
    play.timeline.one_batch()
    play.timeline.one_batch()
    last = len(play.timeline.moments) - 1
    assert np.isfinite(play.timeline.moments[last].numbers).all()
    assert asked(play, slow=True, look=last)["step"] == NOTHING | {"slow": True, "none": NO_STEP}


@pytest.mark.parametrize(
    "told", [{"place": -1}, {"place": 10**6}, {"place": True}, {"slow": 1}, {"point": "x"}]
)
def test_nonsense_asks_for_nothing(told: dict[str, object]) -> None:
    assert asked(playing(None, TASKS[0]), **told)["step"] == NOTHING


def test_the_largest_message_fits() -> None:
    plan = Plan(hidden=((12, "tanh"),) * 6, output="softmax", classes=3)
    play = playing(None, Task(plan, points(Choice("three", size=2000)), Course(batch_size=0)))
    answer = asked(play, slow=True, place=7)
    assert len(str(answer)) < 20_000
    assert isinstance(answer["step"], dict)
    assert len(floats(answer["step"]["wishes"])) == MOST_SHOWN < answer["step"]["size"]
