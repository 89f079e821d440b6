"""Settings and outcomes as axes: every run has a finite place, and what is written there is its value."""

from __future__ import annotations

import itertools
import math

from hypothesis import given
from hypothesis import strategies as st

from netlab.experiments.table import dimensions, figures_settings
from netlab.experiments.table.dimensions import MISSING, dimension
from netlab.nets.spec import NetworkSpec
from netlab.runs.summary import Summary, flat

numbers = st.floats(-1e9, 1e9) | st.integers(-(10**6), 10**6) | st.floats(1e-12, 1e-3)


def row(place: int, **settings: float | str) -> Summary:
    return Summary(
        f"{place:032x}",
        name=f"run {place}",
        state="done",
        settings=settings,
        test=0.9 + place / 1000,
        seconds=1.0,
    )


@given(st.lists(st.none() | numbers, min_size=1, max_size=30))
def test_every_run_has_a_finite_place_in_the_order_of_its_value(values: list[float | None]) -> None:
    rows = [row(place, **({} if value is None else {"x": value})) for place, value in enumerate(values)]
    axis = dimension(rows, "x")
    assert len(axis.places) == len(axis.words) == len(values)
    assert all(map(math.isfinite, axis.places))
    known = [(value, place) for value, place in zip(values, axis.places, strict=True) if value is not None]
    for (one, first), (other, second) in itertools.pairwise(known):
        assert (one < other) <= (first <= second)
    none = [place for value, place in zip(values, axis.places, strict=True) if value is None]
    assert not none or not known or max(none) < min(place for _, place in known)
    assert bool(none) == (MISSING in axis.words)
    assert len(axis.ticks) <= 12
    assert all(math.isfinite(place) for place, _ in axis.ticks)


def test_rates_lie_on_a_logarithmic_axis_and_are_named_by_themselves() -> None:
    axis = dimension([row(place, learning_rate=10.0**-place) for place in range(1, 5)], "learning_rate")
    assert axis.log
    assert axis.places == (-1.0, -2.0, -3.0, -4.0)
    assert sorted(axis.ticks) == [(-4.0, "0.0001"), (-3.0, "0.001"), (-2.0, "0.01"), (-1.0, "0.1")]


def test_many_values_are_marked_at_round_numbers() -> None:
    axis = dimension([row(place, dropout=place / 100) for place in range(40)], "dropout")
    assert [words for _, words in axis.ticks] == ["0", "0.1", "0.2", "0.3"]


def test_words_lie_in_the_alphabet_s_order_by_what_they_are_called() -> None:
    axis = dimension([row(0, optimizer="sgd"), row(1, optimizer="adam"), row(2)], "optimizer")
    assert axis.words == ("SGD", "Adam", MISSING)
    assert axis.places == (1.0, 0.0, 2.0)


def test_outcomes_are_written_as_what_they_are() -> None:
    rows = [row(0), row(1)]
    assert dimension(rows, "test").words == ("90.00\xa0%", "90.10\xa0%")
    assert dimensions.known_outcomes(rows) == ["test", "seconds", "size"]
    assert dimensions.with_outcome([*rows, Summary("f" * 32)], "test") == rows


def test_only_settings_that_differ_are_offered_and_those_that_all_have_come_first() -> None:
    specs = [
        NetworkSpec(hidden=(8,)),
        NetworkSpec(hidden=(16,), optimizer="sgd", seed=3),
        NetworkSpec(hidden=(16,)),
    ]
    rows = [Summary(f"{place:032x}", settings=flat(spec), test=0.5) for place, spec in enumerate(specs)]
    found = dimensions.varying(rows)
    assert {"units", "parameters", "optimizer", "learning_rate", "seed", "beta_1"} <= set(found)
    assert "batch_size" not in found
    usual = dimensions.usual_axes(rows)
    assert "beta_1" not in usual
    assert "parameters" not in usual
    assert dimensions.varying(rows[:1]) == []


def test_what_is_chosen_is_marked_in_both_figures_and_names_are_no_markup() -> None:
    rows = [row(place, units=2**place, data='<a href="x">') for place in range(5)]
    upwards = dimension(rows, "test")
    chosen = {rows[1].id, rows[3].id, "0"}
    lines = figures_settings.parallel(
        rows, [dimension(rows, "units"), dimension(rows, "data"), upwards], chosen
    )
    assert list(lines.data[0].line.color) == [0.0, 1.0, 0.0, 1.0, 0.0]
    points = figures_settings.scatter(rows, dimension(rows, "units"), upwards, chosen)
    assert list(points.data[1].y) == [upwards.places[1], upwards.places[3]]
    for figure in (lines, points, figures_settings.scatter(rows, dimension(rows, "data"), upwards, ())):
        assert "<a" not in figure.to_json()
    assert len(figures_settings.scatter(rows, dimension(rows, "units"), upwards, ()).data[1].x) == 0
