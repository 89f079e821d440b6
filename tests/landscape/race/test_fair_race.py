"""In the race nobody wins by where the origin lies: the landscape moved gives the same order, or the page says why not."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from netlab.landscape.descent import race as run_race
from netlab.landscape.formula import surface_from
from netlab.landscape.race.fair_race import MOVED_BY, Race, end_of, fair_race, racers
from netlab.landscape.race.view.descriptions import RATES, decay_told, largest_told, origin_told, race_told
from netlab.landscape.surface import Surface
from netlab.landscape.surfaces import SURFACES
from netlab.nn.optimizers import OPTIMIZERS

NAMES = tuple(SURFACES)

KERAS = {key: row for key, row in OPTIMIZERS.items() if row.keras_class and not row.for_matrices}
"""Without those who go by the sign or the direction alone, whom no height stops."""


@cache
def raced(surface: Surface, *, decay: bool = False, steps: int = 100, only_keras: bool = False) -> Race:
    among = KERAS if only_keras else OPTIMIZERS
    return fair_race(surface, surface.start, steps=steps, learning_rates=RATES, decay=decay, among=among)


@cache
def typed(text: str) -> Surface:
    return surface_from(text, start=(1.0, 1.0))


@pytest.mark.parametrize("name", NAMES)
def test_the_race_runs_without_decay_so_that_adamw_is_adam(name: str) -> None:
    run = raced(SURFACES[name])
    assert all(not runner.optimizer.values["weight_decay"] for runner in run.ranking.values())
    np.testing.assert_array_equal(run.ranking["adamw"].path.weights, run.ranking["adam"].path.weights)


@pytest.mark.parametrize("name", NAMES)
def test_only_adafactor_sees_the_origin_once_nothing_decays(name: str) -> None:
    assert set(raced(SURFACES[name]).moved) == {"adafactor"}
    assert set(raced(SURFACES[name], decay=True).moved) == {"adafactor", "adamw", "muon"}
    assert [key for key, optimizer in racers(decay=True).items() if optimizer.sees_the_origin] == [
        "adamw",
        "adafactor",
        "muon",
    ]


def test_the_ravine_and_the_moved_ravine_order_adam_and_adamw_alike() -> None:
    ravine = SURFACES["ravine"]
    here, there = raced(ravine), raced(ravine.moved(MOVED_BY))
    for run in (here, there):
        places = list(run.ranking)
        assert places.index("adamw") - places.index("adam") == 1
        assert end_of(run.ranking["adam"]) == end_of(run.ranking["adamw"])
        assert "adamw" not in list(run.ranking)[:5]
    assert end_of(here.ranking["adamw"]) == pytest.approx(end_of(there.ranking["adamw"]), rel=0.05)
    assert end_of(here.ranking["adamw"]) == pytest.approx(4.3e-4, rel=0.1)


def test_decay_wins_the_ravine_only_where_the_minimum_is_the_origin() -> None:
    run = raced(SURFACES["ravine"], decay=True)
    assert end_of(run.ranking["adamw"]) < 1e-30 < 1e-5 < run.moved["adamw"]
    assert run.helped == ("adamw",)
    assert "adamw" not in run.earned
    assert "AdamW's weight decay draws its weights to 0" in decay_told(run, decay=True)
    assert "AdamW ends at" in origin_told(run)
    assert "Its decay draws it to 0" in origin_told(run)


@pytest.mark.parametrize("decay", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_who_is_named_first_or_last_is_so_wherever_the_landscape_lies(name: str, decay: bool) -> None:
    surface = SURFACES[name]
    run = raced(surface, decay=decay)
    free = [end_of(runner) for key, runner in run.ranking.items() if key not in run.moved]
    winner = next(iter(run.earned))
    assert f"**{run.earned[winner].optimizer.title} is lowest**" in race_told(run, 100, surface.start)
    if winner in run.moved:
        assert run.moved[winner] <= min(free) + 1e-12
    for key in run.helped:
        assert run.moved[key] > min(free)
        assert run.ranking[key].optimizer.title in origin_told(run)
    if not run.helped and not run.hindered:
        assert origin_told(run) == ""


def test_adafactor_is_not_named_where_only_the_origin_puts_it_in_front() -> None:
    run = raced(SURFACES["rastrigin"], only_keras=True)
    assert next(iter(run.ranking)) == "adafactor"
    assert "**AMSGrad is lowest**" in race_told(run, 100, (-3.3, 2.4))
    assert "it matters where 0 lies" in origin_told(run)


def test_adafactor_is_not_called_last_where_only_the_origin_holds_it_back() -> None:
    run = raced(SURFACES["plateau"], only_keras=True)
    assert list(run.ranking)[-1] == "adafactor"
    assert "Adafactor is last" not in race_told(run, 100, (-2.5, 2.0))
    assert "not counted as last" in origin_told(run)


def test_a_flat_landscape_has_no_winner_and_no_last() -> None:
    text = race_told(raced(typed("3")), 100, (1.0, 1.0))
    assert f"**All {len(OPTIMIZERS)} are level** after 100 steps from (1, 1): loss 3." in text
    assert "lowest" not in text
    assert "last" not in text
    assert largest_told(raced(typed("3"))) == ""


def test_where_every_walk_ends_nobody_is_named() -> None:
    text = race_told(raced(surface_from("sqrt(1-x^2-y^2)", start=(0.5, 0.5)), steps=100), 100, (0.5, 0.5))
    assert "lowest" in text or "**Nobody arrives**" in text
    steep = fair_race(
        surface_from("x^100+y^2"), (3.0, 1.0), steps=10, learning_rates=np.array([1.0]), among=KERAS
    )
    assert "**Nobody arrives** after 10 steps" in race_told(steep, 10, (3.0, 1.0))


def test_the_decay_sentence_speaks_of_the_race_at_hand() -> None:
    assert "All run without weight decay" in decay_told(raced(SURFACES["booth"]), decay=False)
    assert "All run" not in decay_told(raced(SURFACES["booth"], decay=True), decay=True)


def test_everyone_has_the_74_walks_that_are_told() -> None:
    runners = run_race(
        SURFACES["ravine"], {"sgd": OPTIMIZERS["sgd"]}, (-9.0, 1.5), steps=2, learning_rates=RATES
    )
    assert len(runners["sgd"].sweep.learning_rates) == 74


def test_one_step_is_one_step() -> None:
    run = fair_race(SURFACES["booth"], (-8.0, -6.0), steps=1, learning_rates=RATES)
    assert "after 1 step from (−8, −6)" in race_told(run, 1, (-8.0, -6.0))


def test_a_rate_at_the_end_of_what_was_tried_is_told_only_where_somebody_s_best_is() -> None:
    assert "Adadelta" in largest_told(raced(SURFACES["ravine"])).split("was tried")[1]
    assert (
        largest_told(fair_race(SURFACES["himmelblau"], (-0.5, -1.5), steps=100, learning_rates=RATES)) == ""
    )
