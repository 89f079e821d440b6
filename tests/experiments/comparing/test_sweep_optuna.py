"""A sweep asks Optuna for real: its grid, its draws, its sampler, its pruner and its journal, and what is made of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import optuna
import pytest
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import TrialState

from netlab.experiments.comparing import record, sweep
from netlab.experiments.comparing.driver import Driver, Proposal
from netlab.experiments.comparing.record import Value
from netlab.experiments.comparing.sweep import RUNGS, Search, Space
from netlab.nets.spec import HELD_BACK, NetworkSpec, SpecError
from netlab.runs.events import Validation
from netlab.training.queue import JobQueue
from tests.experiments.comparing.made import ended, made_history
from tests.waiting import until

Values = dict[str, tuple[Value, ...]]
TINY = NetworkSpec(hidden=(8,), dropout=0.0, epochs=1, validation=HELD_BACK)


def all_of(search: Search) -> list[Proposal]:
    found = []
    while (asked := search.ask()) is not None:
        found.append(asked)
        assert asked.spec is not None
        search.tell(asked, ended(0.5))
    return found


def test_a_grid_has_every_place_once_and_ends() -> None:
    values: Values = {"rate": (0.001, 0.01, 0.1), "width": (4, 8), "optimizer": ("sgd", "adam")}
    asked = all_of(Search(Space(TINY, values)))
    assert sorted(tuple(one.values.values()) for one in asked) == sorted(product(*values.values()))
    for one in asked:
        assert one.spec is not None
        assert (one.spec.rate, one.spec.layers[0].units, one.spec.optimizer) == tuple(
            one.values[key] for key in ("rate", "width", "optimizer")
        )


def test_a_grid_is_whole_also_where_several_run_at_once_and_some_fail() -> None:
    search = Search(Space(TINY, {"width": (4, 8, 16, 32), "depth": (1, 2)}))
    asked = [one for _ in range(8) if (one := search.ask()) is not None]
    assert search.ask() is None
    for place, one in enumerate(asked):
        search.tell(one, ended(0.5 if place % 2 else None, "done" if place % 2 else "died"))
    assert len({tuple(one.values.values()) for one in asked}) == 8


@pytest.mark.parametrize("method", ["random", "sampler"])
def test_draws_stay_between_the_chosen_values_and_follow_from_the_seed(method: str) -> None:
    values: Values = {
        "rate": (0.001, 0.1),
        "width": (4, 64),
        "dropout": (0.1, 0.5),
        "activation": ("relu", "tanh"),
    }
    runs = [all_of(Search(Space(TINY, values, method, runs=15))) for _ in range(2)]
    assert [one.values for one in runs[0]] == [one.values for one in runs[1]]
    assert len(runs[0]) == 15
    for one in runs[0]:
        rate, width, dropout = (float(one.values[key]) for key in ("rate", "width", "dropout"))
        assert 0.001 <= rate <= 0.1
        assert 4 <= width <= 64
        assert 0.1 <= dropout <= 0.5
        assert one.values["activation"] in ("relu", "tanh")
        assert isinstance(one.values["width"], int)
    other = all_of(Search(Space(replace(TINY, seed=1), values, method, runs=15)))
    assert [one.values for one in other] != [one.values for one in runs[0]]


def test_the_sampler_learns_where_good_runs_lie() -> None:
    search = Search(Space(TINY, {"dropout": (0.0, 0.9)}, "sampler", runs=40))
    drawn = []
    while (asked := search.ask()) is not None:
        drawn.append(float(asked.values["dropout"]))
        search.tell(asked, ended(1 - abs(drawn[-1] - 0.3)))
    far = [sum(abs(value - 0.3) for value in some) / len(some) for some in (drawn[:10], drawn[-10:])]
    assert far[1] < far[0] / 2


@pytest.mark.parametrize(
    ("values", "method", "runs", "told"),
    [
        ({}, "grid", 1, "one to 4 settings"),
        ({key: sweep.usual_values(TINY, key) for key in ("rate", "width", "depth", "dropout", "batch")}, "grid", 1, "one to 4"),
        ({"rate": (0.1,)}, "grid", 1, "Give learning rate two values"),
        ({"seed": (1, 2)}, "grid", 1, "one to 4"),
        ({"rate": tuple(place / 100 + 0.01 for place in range(17)), "width": tuple(range(1, 17))}, "grid", 1, "272 runs; at most 256"),
        ({"rate": (0.1, 0.2)}, "random", 257, "257 runs"),
        ({"rate": (0.1, 0.2)}, "wild", 1, "goes over"),
    ],
)  # fmt: skip
def test_what_cannot_be_swept_says_so(values: Values, method: str, runs: int, told: str) -> None:
    with pytest.raises(SpecError, match=told):
        Space(TINY, values, method, runs)


def test_a_network_that_cannot_be_is_told_with_its_reason() -> None:
    search = Search(Space(replace(TINY, hidden=(2048,)), {"depth": (1, 3)}))
    found = [one for _ in range(2) if (one := search.ask()) is not None]
    reasons = {one.values["depth"]: one.reason for one in found}
    assert reasons[1] == ""
    assert "parameters" in reasons[3]
    for one in found:
        search.tell(one, ended(None, "impossible", run=""))


def validated(search: Search, asked: Proposal, accuracies: list[float]) -> str:
    """Validations after 10, 30 and 100 of 100 batches; the last one ends the run only if all are given."""
    told = ""
    for count in range(1, len(accuracies) + 1):
        history = made_history([1.0] * (10, 30, 99)[count - 1], [0.5] * (10, 30, 99)[count - 1], epoch=100)
        for step, accuracy in zip((10, 30, 99), accuracies[:count], strict=False):
            history.add(Validation(step, 0.5, accuracy))
        told = told or search.watch(asked, history)
    return told


def test_a_hopeless_run_is_stopped_early_by_the_median_rule_and_a_good_one_is_not() -> None:
    search = Search(Space(TINY, {"width": tuple(range(1, 9))}))
    for reached in (0.6, 0.7, 0.8, 0.9):
        asked = search.ask()
        assert asked is not None
        assert validated(search, asked, [0.1, reached]) == ""  # nothing to be judged by yet
        search.tell(asked, ended(reached))
    bad, good = search.ask(), search.ask()
    assert bad is not None
    assert good is not None
    told = validated(search, bad, [0.1, 0.2]).replace("\xa0", " ")
    assert (
        told
        == "Stopped early: after 0.3 epochs it reads 20.0 %; at least half of the runs before it read more by then."
    )
    assert validated(search, good, [0.1, 0.85]) == ""
    search.tell(bad, ended(0.2, "pruned"))
    search.tell(good, ended(0.85))


def test_without_early_stops_nothing_is_stopped() -> None:
    search = Search(Space(TINY, {"width": tuple(range(1, 9))}, prune=False))
    for _ in range(5):
        asked = search.ask()
        assert asked is not None
        search.tell(asked, ended(0.9))
    bad = search.ask()
    assert bad is not None
    assert validated(search, bad, [0.1, 0.1]) == ""


def test_runs_are_compared_at_the_same_share_of_an_epoch_whatever_their_batches() -> None:
    search = Search(Space(TINY, {"batch": (8, 32)}))
    asked = search.ask()
    assert asked is not None
    trial = search._trials[asked.number]
    for epoch in (100, 25):
        history = made_history([1.0] * epoch, [0.5] * epoch, epoch=epoch, validations=[0.5])
        search.watch(asked, history)
    assert list(trial.study.get_trials()[0].intermediate_values) == [
        RUNGS.index(rung) for rung in RUNGS if rung <= 1
    ]


@pytest.fixture
def driver(digits_file: Path) -> Iterator[Driver]:
    queue = JobQueue(slots=1, grace=600.0, warm=False)
    one = Driver(queue)
    yield one
    one.close()
    queue.close()


def test_a_sweep_trains_for_real_and_its_journal_has_what_its_record_has(driver: Driver) -> None:
    space = Space(TINY, {"rate": (0.001, 0.1), "width": (2, 16)})
    journal = record.root() / "study.optuna.jsonl"
    name = driver.start("sweep", "Real", Search(space, journal), about=space.about())
    shown = until(lambda: (found := driver.find(name)) is not None and not found.live and found)
    assert shown.ended == "done"
    assert {one.state for one in shown.members} <= {"done", "pruned"}
    study = optuna.load_study(study_name="sweep", storage=JournalStorage(JournalFileBackend(str(journal))))
    kept = sorted(
        (tuple(trial.params.items()), trial.value)
        for trial in study.trials
        if trial.state == TrialState.COMPLETE
    )
    ours = sorted((tuple(one.values.items()), one.validation) for one in shown.members if one.state == "done")
    assert kept == ours
    assert sweep.sentence(shown.members, shown.total).startswith("Best on validation: learning rate ")
    again = Driver(driver.queue).find(name)
    assert again is not None
    assert sweep.with_values(again.about) == space.values
    assert len(sweep.sound_members(space.values, again.members)) == 4


def test_a_pruned_run_is_stopped_with_its_reason(driver: Driver) -> None:
    class Harsh(Search):
        def watch(self, proposal: Proposal, history: object) -> str:
            return "Hopeless." if getattr(history, "step", 0) else ""

    space = Space(replace(TINY, epochs=200, batch_size=4), {"width": (2, 4)})
    name = driver.start("sweep", "Harsh", Harsh(space), about=space.about())
    shown = until(lambda: (found := driver.find(name)) is not None and not found.live and found)
    assert [(one.state, one.reason) for one in shown.members] == [("pruned", "Hopeless.")] * 2


VALUES = {"rate": (0.001, 0.01, 0.1), "width": (4, 8, 16)}


def swept(count: int) -> list[record.Member]:
    places = list(product(*VALUES.values()))[:count]
    return [ended(0.5 + rate + width / 1000, rate=rate, width=width) for rate, width in places]


def test_importance_needs_eight_runs_and_names_the_setting_that_matters() -> None:
    assert sweep.importance(VALUES, swept(7)) == {}
    shares = sweep.importance(VALUES, swept(9))
    assert sum(shares.values()) == pytest.approx(1)
    assert next(iter(shares)) == "rate"
    assert sweep.importance({"rate": VALUES["rate"]}, swept(9)) == {}
    assert sweep.importance(VALUES, [replace(one, validation=0.5) for one in swept(9)]) == {}


def test_what_is_said_of_a_sweep_follows_its_runs() -> None:
    assert sweep.sentence([], 9) == ""
    assert sweep.sentence([ended(None, "died", rate=0.1, width=4)], 9) == ""
    some = sweep.sentence([*swept(2), ended(0.1, "pruned", rate=0.1, width=4)], 9).replace("\xa0", " ")
    assert some == (
        "Best on validation so far: learning rate 0.001, units in each hidden layer 8, with 50.90 %. 1 run of 3 was stopped early as hopeless."
    )
    whole = sweep.sentence(swept(9), 9)
    assert whole.startswith("Best on validation: ")
    assert "part of its lead is luck" in whole
    assert "1 run did not finish" in sweep.sentence([*swept(8), ended(None, "died", rate=0.1, width=16)], 9)


def test_a_record_that_was_changed_gives_what_holds() -> None:
    about = {
        "values": {
            "rate": [0.1, "x", True, float("inf")],
            "bomb": [1, 2],
            "optimizer": ["sgd", "evil"],
            "width": "8",
        }
    }
    assert sweep.with_values(about) == {"rate": (0.1,), "optimizer": ("sgd",)}
    assert sweep.with_values({}) == sweep.with_values({"values": 3}) == {}
    members = [ended(0.5, rate=0.1), ended(0.5, rate="x"), ended(0.5, width=8), ended(0.5, rate=0.5, width=8)]
    sound = sweep.sound_members({"rate": (0.1, 0.2)}, members)
    assert [dict(one.values) for one in sound] == [{"rate": 0.1}, {"rate": 0.5}]
    assert [dict(one.values) for one in sweep.on_grid({"rate": (0.1, 0.2)}, sound)] == [{"rate": 0.1}]


def test_the_first_sweep_is_small() -> None:
    assert sweep.FIRST.total <= 20
    assert len(sweep.FIRST.specs()) == sweep.FIRST.total
    assert {"rate", "width"} == set(sweep.FIRST.values)
    assert sweep.FIRST.values == {key: sweep.usual_values(sweep.SMALL, key) for key in ("rate", "width")}
