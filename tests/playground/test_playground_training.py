"""A training is a function of task and state: the same bits however it is cut, and right against finite differences."""

from __future__ import annotations

import base64
from dataclasses import replace

import numpy as np
import pytest

from netlab.nn.initializers import INITIALIZERS
from netlab.nn.mlp import forward
from netlab.nn.optimizers import OPTIMIZERS
from netlab.playground.findings import findings
from netlab.playground.messages import ROOM, Playing, message, packed_points, playing, take
from netlab.playground.network import FAMILIES, Plan, bias_place, network, parts, weight_place
from netlab.playground.points import Choice, points
from netlab.playground.timeline import Timeline
from netlab.playground.training import (
    Course,
    State,
    Task,
    advance,
    begin,
    continued,
    measure,
    rest_of_epoch,
)

POINTS = points(Choice("xor", size=60))
COURSE = Course(dropout=(0.3, 0.0), l1=(0.01,), l2=(0.0, 0.02, 0.01), batch_size=7)
TASK = Task(Plan(), POINTS, COURSE)


def same(one: State, other: State) -> bool:
    kept = [np.array_equal(one.memory.slots[key], other.memory.slots[key]) for key in one.memory.slots]
    counters = (one.step, one.epoch, one.seen) == (other.step, other.epoch, other.seen)
    return np.array_equal(one.numbers, other.numbers) and all(kept) and counters


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_batch_by_batch_has_the_bits_of_all_at_once(optimizer: str) -> None:
    task = replace(TASK, course=replace(COURSE, optimizer=optimizer))
    whole = advance(task, begin(task), 25)
    state = begin(task)
    for count in (1, 1, 3, 20):
        state = advance(task, state, count)
    assert same(whole, state)
    assert whole.step == 25
    assert not np.array_equal(whole.numbers, begin(task).numbers)


@pytest.mark.parametrize("optimizer", [key for key, row in OPTIMIZERS.items() if row.of_array is None])
def test_an_optimizer_of_no_array_treats_each_number_by_itself(optimizer: str) -> None:
    generator = np.random.default_rng(0)
    weights, gradient = generator.normal(size=(2, 6)).astype(np.float32)
    row = OPTIMIZERS[optimizer]
    whole, _ = row.update(gradient, weights, row.init(weights))
    alone = [row.update(g[None], w[None], row.init(w[None]))[0][0] for g, w in zip(gradient, weights)]
    assert whole.tolist() == alone


def test_an_epoch_sees_every_point_once_and_ends_with_its_last_batch() -> None:
    count = len(TASK.taught[0])
    assert count == 42
    state = begin(TASK)
    assert rest_of_epoch(TASK, state) == 6
    after = advance(TASK, state, 6)
    assert (after.step, after.epoch, after.seen) == (6, 1, 0)
    all_at_once = replace(TASK, course=replace(COURSE, batch_size=0))
    assert (all_at_once.batch, rest_of_epoch(all_at_once, begin(all_at_once))) == (42, 1)


@pytest.mark.parametrize(
    ("output", "loss"), [(key, loss) for key, losses in FAMILIES.items() for loss in losses]
)
@pytest.mark.parametrize("classes", [2, 3])
def test_one_step_of_gradient_descent_is_the_slope_of_the_loss(output: str, loss: str, classes: int) -> None:
    found = points(Choice("three" if classes == 3 else "xor", size=30, held=0.0))
    plan = Plan(features=("x", "yy"), output=output, loss=loss, classes=classes)
    course = Course("sgd", 1.0, batch_size=0, l1=(0.003, 0.0, 0.001), l2=(0.01, 0.02, 0.0))
    task = Task(plan, found, course)
    start = begin(task)
    slope = start.numbers.astype(np.float64) - advance(task, start, 1).numbers

    def total(numbers: np.ndarray) -> float:
        passed = forward(
            network(plan, numbers), task.given.astype(np.float64), task.wanted.astype(np.float64)
        )
        assert task.pull is not None
        penalty = task.pull[0] @ np.abs(numbers) + task.pull[1] @ numbers**2
        return float(passed.losses.mean() + penalty)

    for place in range(plan.count):
        there = start.numbers.astype(np.float64)
        up, down = there.copy(), there.copy()
        up[place] += 1e-5
        down[place] -= 1e-5
        assert slope[place] == pytest.approx((total(up) - total(down)) / 2e-5, abs=2e-5)


def test_dropout_passes_nothing_back_through_a_silenced_unit() -> None:
    plan = Plan(hidden=((5, "tanh"),), seed=3)
    task = Task(plan, POINTS, Course("sgd", 0.1, batch_size=1, dropout=(0.5,)))
    start = begin(task)
    moved = parts(plan, advance(task, start, 1).numbers - start.numbers)
    silenced = moved[1] == 0  # biases of the hidden layer
    assert 0 < silenced.sum() < 5
    assert not moved[0][:, silenced].any()
    assert not moved[2][silenced].any()
    assert moved[0][:, ~silenced].all()


def test_frozen_numbers_stay_and_the_others_move() -> None:
    state = begin(TASK)
    frozen = np.zeros(TASK.plan.count, bool)
    frozen[[weight_place(TASK.plan, 0, 1, 2), bias_place(TASK.plan, 1, 0)]] = True
    after = advance(TASK, replace(state, frozen=frozen), 20)
    assert np.array_equal(after.numbers == state.numbers, frozen)


def test_places_in_the_row() -> None:
    plan = Plan()
    row = np.zeros(plan.count)
    row[weight_place(plan, 1, 3, 2)] = 5
    row[bias_place(plan, 1, 1)] = 7
    arrays = parts(plan, row)
    assert arrays[2][3, 2] == 5
    assert arrays[3][1] == 7
    assert np.count_nonzero(row) == 2


@pytest.mark.parametrize("initializer", INITIALIZERS)
def test_the_same_seed_begins_the_same_and_another_otherwise(initializer: str) -> None:
    first = begin(replace(TASK, plan=Plan(initializer=initializer))).numbers
    again = begin(replace(TASK, plan=Plan(initializer=initializer))).numbers
    other = begin(replace(TASK, plan=Plan(initializer=initializer, seed=2))).numbers
    assert np.array_equal(first, again)
    assert np.array_equal(first, other) == (initializer in ("zeros", "constant"))


def test_another_optimizer_begins_with_an_empty_memory_and_another_rate_keeps_it() -> None:
    state = advance(TASK, begin(TASK), 9)
    slower = replace(TASK, course=replace(COURSE, learning_rate=0.001))
    assert continued(slower, state, TASK) is state
    other = continued(replace(TASK, course=replace(COURSE, optimizer="rmsprop")), state, TASK)
    assert other.memory.step == 0
    assert np.array_equal(other.numbers, state.numbers)


def test_measures_leave_out_regularisation_and_dropout() -> None:
    numbers = begin(TASK).numbers
    measured = measure(TASK, numbers)
    bare = measure(replace(TASK, course=Course()), numbers)
    assert (measured.loss, measured.held_loss) == (bare.loss, bare.held_loss)
    assert measured.penalty > 0 == bare.penalty
    nothing_held = measure(Task(Plan(), points(Choice("xor", held=0.0)), Course()), numbers)
    assert nothing_held.held_loss is None


def line_of(count: int) -> Timeline:
    line = Timeline(TASK)
    line.grow(count, seconds=60)
    return line


def test_a_timeline_goes_on_from_any_moment_with_the_same_bits() -> None:
    straight = line_of(40)
    again = line_of(40)
    again.cut(23)
    again.grow(17, seconds=60)
    assert len(again.moments) == len(straight.moments) == 41
    pairs = zip(straight.moments, again.moments)
    assert all(np.array_equal(one.numbers, other.numbers) for one, other in pairs)
    assert again.cuts == [24]
    assert (again.kept_since(0), again.kept_since(1)) == (24, 41)


def test_batches_and_epochs_mix_without_changing_what_comes_of_them() -> None:
    line = line_of(3)
    line.cut(1)
    line.one_batch()
    line.one_batch()
    line.grow(2, seconds=60)
    assert [moment.step for moment in line.moments] == [0, 6, 7, 8, 12, 18]
    assert np.array_equal(line.moments[-1].numbers, line_of(3).moments[-1].numbers)


def test_a_changed_course_keeps_the_past() -> None:
    line = line_of(10)
    before = [moment.numbers for moment in line.moments]
    line.cut(6, replace(TASK, course=replace(COURSE, learning_rate=0.5, optimizer="sgd")))
    line.grow(4, seconds=60)
    kept = [np.array_equal(one, moment.numbers) for one, moment in zip(before, line.moments)]
    assert kept == [True] * 7 + [False] * 4
    assert line.task_at(3).course == COURSE
    line.cut(3)
    assert line.task.course.optimizer == "sgd"  # the newest wish holds from wherever one goes on


def test_an_edit_is_a_moment_of_its_own_and_training_goes_on_from_it() -> None:
    line = line_of(4)
    line.edit(2, {0: 1.5}, {0: True})
    assert [moment.step for moment in line.moments] == [0, 6, 12, 12]
    line.grow(20, seconds=60)
    assert {float(moment.numbers[0]) for moment in line.moments[3:]} == {1.5}
    assert line.frozen == [0]
    assert same(line.state(22), line.state(22))
    line.edit(22, frozen={0: False})
    line.grow(1, seconds=60)
    assert line.moments[-1].numbers[0] != 1.5


def test_what_explodes_ends_there() -> None:
    task = Task(Plan(hidden=((4, "relu"),), output="linear", loss="quadratic"), POINTS, Course("sgd", 1e4))
    line = Timeline(task)
    line.grow(50, seconds=60)
    assert line.end == "exploded"
    assert len(line.moments) < 51


def test_a_message_is_the_answer_to_a_question_and_small() -> None:
    play = playing(
        None, Task(Plan(hidden=((12, "tanh"),) * 6), points(Choice(size=2000)), Course(batch_size=0))
    )
    take(play, None)
    first = message(play)
    assert first["first"] == 0 < first["known"]
    assert len(first["points"]) < 13_400
    take(play, {"game": play.game, "version": 0, "first": 1, "want": 50, "asked": 1})
    answer = message(play)
    assert "points" not in answer
    assert len(str(answer)) < 20_000
    shown = len(answer["moments"]) * 3 // 4 // (4 * (play.timeline.task.plan.count + 7))
    assert 1 <= shown <= ROOM // 4 // play.timeline.task.plan.count
    assert message(play) == answer
    take(play, {"game": play.game, "version": 0, "first": 1, "want": 50, "asked": 1})
    assert message(play) == answer


def fresh() -> Playing:
    play = playing(None, TASK)
    take(play, {"game": play.game, "version": 0, "first": 1, "want": 8, "asked": 1})
    return play


def test_a_wish_waits_until_the_browser_says_from_where_it_holds() -> None:
    play = fresh()
    wished = replace(TASK, course=replace(COURSE, learning_rate=0.2))
    assert playing(play, wished) is play
    assert (message(play)["wish"], message(play)["followed"]) == (1, 0)
    take(play, {"game": play.game, "version": 0, "first": 5, "want": 2, "cut": 4, "asked": 2})
    answer = message(play)
    assert (answer["followed"], answer["version"], answer["kept"], answer["first"]) == (1, 1, 5, 5)
    assert play.timeline.task.course.learning_rate == 0.2


def test_another_network_or_other_points_begin_anew() -> None:
    play = fresh()
    other = playing(play, replace(TASK, plan=Plan(seed=4)))
    assert other.game != play.game
    assert len(other.timeline.moments) == 1
    take(other, {"game": play.game, "version": 0, "first": 9, "want": 5, "asked": 9})
    assert (message(other)["first"], len(other.timeline.moments)) == (0, 1)


@pytest.mark.parametrize(
    "told",
    [
        None, 3, "x", [], {}, {"game": 1}, {"game": 1, "asked": -1}, {"game": 1, "asked": 5, "first": 10**8, "want": 1e9},
        {"game": 1, "asked": 5, "cut": 99, "set": [[0, 1.0]]}, {"game": 1, "asked": 5, "cut": 1, "set": [[-1, 1], [10**6, 2]]},
        {"game": 1, "asked": 5, "cut": 1, "set": [[0, float("nan")], [1, float("inf")], [2, "3"], [3]], "freeze": [[0, 1]]},
        {"game": 1, "asked": 5, "version": 77, "first": True, "batch": 1, "points": "yes"},
    ],
)  # fmt: skip
def test_nonsense_changes_no_number(told: object) -> None:
    play = fresh()
    play.game = 1
    before = [moment.numbers.copy() for moment in play.timeline.moments]
    take(play, told)
    message(play)
    kept = play.timeline.moments
    assert all(np.array_equal(one, other.numbers) for one, other in zip(before, kept))


def test_points_are_packed_without_loss() -> None:
    raw = base64.b64decode(packed_points(POINTS))
    places = np.frombuffer(raw[: 4 * 60], "<i2").reshape(-1, 2) / 1000
    assert np.array_equal(places.astype(np.float32), POINTS.places)
    marks = np.frombuffer(raw[4 * 60 :], np.uint8)
    assert np.array_equal(marks % 16, POINTS.labels)
    assert np.array_equal(marks >= 16, POINTS.held)


def test_the_browser_asks_what_happened_until_a_moment() -> None:
    task = Task(Plan(hidden=((4, "tanh"),), initializer="zeros"), POINTS, Course())
    play = playing(None, task)
    take(play, {"game": play.game, "version": 0, "first": 1, "want": 3, "asked": 1, "look": 2})
    answer = message(play)
    assert answer["looked"] == 2
    assert any("same numbers" in sentence for sentence in answer["findings"])
    take(play, {"game": play.game, "version": 0, "first": 1, "want": 3, "asked": 2, "look": 99})
    assert "findings" not in message(play)


OWN = tuple((round(0.2 * at - 2, 1), round((at * 7 % 11) / 4 - 1, 2), at % 2) for at in range(20))


def own(*moved: tuple[float, float, int], left: int = 20) -> Task:
    """A task on a reader's points, of which the first are elsewhere and the last may be gone."""
    found = points(Choice("own", own=(*moved, *OWN[len(moved) : left]), held=0.3))
    return Task(Plan(), found, Course(batch_size=4))


def test_a_point_that_moves_stays_the_same_one_and_no_other_is_touched() -> None:
    before, after = own().points, own((2.5, 2.5, 1)).points
    assert np.array_equal(before.held, after.held)
    assert before.held.sum() == 6
    changed = (before.places != after.places).any(axis=1) | (before.labels != after.labels)
    assert changed.tolist() == [True] + [False] * 19


@pytest.mark.parametrize("left", [20, 17])
def test_other_points_keep_the_past_and_hold_from_the_moment_on_the_screen(left: int) -> None:
    first, moved = own(), own((2.5, 2.5, 1), left=left)
    line = Timeline(first)
    line.grow(9, seconds=60)
    line.cut(4)
    line.one_batch()  # in the middle of a pass
    past = [(moment.numbers, moment.measured) for moment in line.moments]
    line.cut(5, moved)
    assert line.eras() == [0, 6]
    assert [line.era(at) for at in (0, 5, 6)] == [0, 0, 6]
    assert all(
        moment.numbers is row and moment.measured is found for moment, (row, found) in zip(line.moments, past)
    )
    fresh = line.moments[6]
    assert np.array_equal(fresh.numbers, line.moments[5].numbers)
    assert (fresh.step, fresh.epoch) == (line.moments[5].step, line.moments[5].epoch)
    assert fresh.measured == measure(moved, fresh.numbers) != line.moments[5].measured
    line.grow(20, seconds=60)
    assert line.moments[7].step == fresh.step + rest_of_epoch(moved, begin(moved))
    straight = Timeline(moved)
    assert line.task_at(20) is moved
    again = advance(moved, line.state(6), line.moments[25].step - fresh.step)
    assert np.array_equal(again.numbers, line.moments[25].numbers)  # trained on the new points alone
    assert not np.array_equal(straight.moments[0].numbers, fresh.numbers)
    line.cut(2)  # back to where the old ones were: the newest wish holds
    assert line.eras() == [0, 3]
    assert line.moments[3].measured == measure(moved, line.moments[2].numbers)
    line.cut(3)
    line.cut(1, first)
    assert line.eras() == [0]


def test_a_number_that_is_set_where_the_points_were_others_is_one_moment() -> None:
    line = Timeline(own())
    line.grow(4, seconds=60)
    line.cut(4, own((2.5, 2.5, 1)))
    line.edit(2, {0: 1.5})
    assert len(line.moments) == 4
    assert line.eras() == [0, 3]
    assert line.moments[3].numbers[0] == 1.5
    line.grow(2, seconds=60)
    assert same(line.state(5), line.state(5))


def test_moved_points_are_sent_once_and_with_the_moment_that_they_begin_at() -> None:
    play = playing(None, own(), own=True)
    ask = {"game": play.game, "version": 0, "first": 1, "want": 5}
    take(play, ask | {"asked": 1})
    moved = own((2.5, 2.5, 1))
    assert playing(play, moved, own=True) is play
    assert "points" not in message(play)
    take(play, ask | {"asked": 2, "first": 3, "cut": 2})
    answer = message(play)
    assert (answer["era"], answer["eras"], answer["kept"]) == (3, [0, 3], 3)
    assert answer["points"] == packed_points(moved.points)
    take(play, ask | {"asked": 3, "version": 1, "first": 5})
    assert "points" not in message(play)
    take(play, ask | {"asked": 4, "version": 1, "first": 5, "points": True, "look": 1})
    assert (message(play)["era"], message(play)["points"]) == (0, packed_points(own().points))
    assert playing(play, own(), own=False) is not play
    drawn = playing(None, TASK)
    assert playing(drawn, replace(TASK, points=points(Choice("xor", size=50))), own=True) is not drawn


def test_what_is_found_is_of_the_points_of_that_moment() -> None:
    """A loss that rose because the points are others is no learning by heart."""
    easy = tuple((x, y, int(x > 0)) for x, y, _ in OWN)
    first = points(Choice("own", own=easy, held=0.3))
    turned = tuple((x, y, 1 - label if held else label) for (x, y, label), held in zip(easy, first.held))
    play = playing(None, Task(Plan(), first, Course(batch_size=4)), own=True)
    play.timeline.grow(20, seconds=60)
    play.timeline.cut(20, Task(Plan(), points(Choice("own", own=turned, held=0.3)), Course(batch_size=4)))
    moments = play.timeline.moments
    assert any(
        "heart" in one.sentence for one in findings(play.timeline.task, moments)
    )  # with no heed to the points
    take(play, {"game": play.game, "version": 1, "first": 22, "want": 0, "asked": 9, "look": 21})
    assert not any("heart" in sentence for sentence in message(play)["findings"])
