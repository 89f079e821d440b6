"""How long an experiment takes is told from what runs here took."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from netlab.experiments.comparing import pace, sweep
from netlab.experiments.comparing.record import Experiment, Member
from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from netlab.runs.events import Done
from netlab.training import pace as measured
from tests.experiments.comparing.made import ended


def finished(spec: NetworkSpec, speed: float, seconds: float) -> None:
    run = store.create(spec, store.new_id())
    run.finish(Done(spec.parameter_count, 0.9, 0.3, seconds, speed, run.id, True), b"")


def test_the_first_sweep_ends_within_about_a_minute_on_two_cores() -> None:
    assert pace.seconds(sweep.FIRST.specs(), 2, measured.Pace()) < 60


def test_without_runs_it_says_that_the_machine_is_not_measured() -> None:
    assert not measured.pace_of(store.all_runs()).measured
    assert "not measured yet" in pace.estimate_sentence([NetworkSpec()], 1, measured.Pace())
    assert pace.estimate_sentence([], 1, measured.Pace()) == ""


def test_long_runs_of_this_machine_tell_its_pace_and_short_ones_do_not() -> None:
    spec = NetworkSpec(hidden=(64,))
    finished(spec, 1000.0, 1.0)  # 31 batches, most of whose time is no batch's
    assert not measured.pace_of(store.all_runs()).measured
    finished(spec, 32_000.0, 100.0)
    here = measured.pace_of(store.all_runs())
    assert here.measured
    assert here.step == pytest.approx(
        0.001, rel=0.01
    )  # 1,000 batches a second of a network of about that size
    assert "runs that this machine has trained" in pace.estimate_sentence([spec], 1, here)


def test_a_damaged_run_tells_nothing() -> None:
    spec = NetworkSpec(hidden=(64,))
    finished(spec, 32_000.0, 100.0)
    (run,) = store.all_runs()
    (run.folder / "end.json").write_text(json.dumps({"end": 3}))
    assert not measured.pace_of(store.all_runs()).measured


def test_twice_the_slots_halve_and_more_runs_take_longer() -> None:
    specs, here = [NetworkSpec()] * 8, measured.Pace()
    one, two = (pace.seconds(specs, slots, here) - measured.START_SECONDS for slots in (1, 2))
    assert one == pytest.approx(2 * two)
    assert pace.seconds(specs * 2, 1, here) > pace.seconds(specs, 1, here)
    assert pace.seconds([NetworkSpec()], 4, here) == pytest.approx(pace.seconds([NetworkSpec()], 1, here))


def test_what_is_left_follows_from_the_runs_that_have_ended() -> None:
    open_runs = (Member("b" * 32), Member("c" * 32))
    shown = Experiment("a" * 32, "luck", "L", "", 4, (replace(ended(0.5), seconds=3.0), *open_runs))
    assert pace.left(shown, 1) == pytest.approx(9.0)
    assert pace.left(replace(shown, members=open_runs), 1) is None
    assert pace.left(replace(shown, ended="done"), 1) is None
