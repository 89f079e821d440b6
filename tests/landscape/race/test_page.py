"""The race runs on every landscape, answers its controls and clicks, and says only what is so."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from netlab.formatting import plain
from netlab.landscape.race.fair_race import fair_race
from netlab.landscape.race.view.descriptions import RATES
from netlab.landscape.race.view.race import HORIZONS
from netlab.landscape.surfaces import SURFACES
from netlab.landscape.view.controls import MENU
from netlab.nn.optimizers import OPTIMIZERS
from tests.pages import opened, text


def figure_with(at: AppTest, what: str) -> dict[str, Any]:
    """What the browser was told about the one figure whose description holds these words."""
    figures = [json.loads(element.proto.json) for element in at.get("bidi_component")]
    (found,) = [figure for figure in figures if what in figure.get("alt", "")]
    return dict(found)


def basin(at: AppTest) -> dict[str, Any]:
    return figure_with(at, "leads from there.")


def test_the_race_is_there_at_once_and_every_optimizer_has_its_own_rate() -> None:
    at = opened("race")
    assert not at.exception
    assert "**Adagrad is lowest**" in text(at)
    table = at.dataframe[0].value
    assert sorted(table["optimizer"]) == sorted(optimizer.title for optimizer in OPTIMIZERS.values())
    assert list(at.dataframe[1].value["way"]) == ["Newton", "L-BFGS", "random search"]
    assert at.dataframe[1].value["looks used"].max() <= 101


@pytest.mark.parametrize("surface", MENU)
def test_every_landscape_can_be_raced_on(surface: str) -> None:
    at = opened("race")
    at.select_slider(key="race_steps").set_value(10)
    at.selectbox(key="ls_surface").set_value(surface).run()
    assert not at.exception
    wish = basin(at)["finer"]
    assert wish
    at.session_state["race_basins"] = {"finer": wish}
    at.run()
    assert not at.exception
    assert not basin(at)["finer"]


@pytest.mark.parametrize("steps", [HORIZONS[0], HORIZONS[-1]])
def test_another_horizon_is_another_race(steps: int) -> None:
    at = opened("race")
    at.select_slider(key="race_steps").set_value(steps).run()
    assert not at.exception
    assert f"after {steps} steps" in text(at)


def test_a_click_on_the_map_starts_the_race_there() -> None:
    at = opened("race")
    at.session_state["race_map"] = {"clicked": [3.5, -1.25]}
    at.run()
    assert not at.exception
    assert at.number_input(key="ls_x_ravine").value == 3.5
    assert "from (3.5, −1.25)" in text(at)


def test_a_click_in_the_basins_shows_that_start_s_path() -> None:
    at = opened("race")
    at.session_state["race_basins"] = {"clicked": [1.0, 2.0]}
    at.run()
    assert not at.exception
    assert at.number_input(key="race_y_ravine").value == 2.0
    assert "From (1, 2) the walk ends at **minimum 1**" in text(at)
    at.select_slider(key="race_times").set_value(0.01).run()
    assert "reaches **no minimum**" in text(at)
    at.select_slider(key="race_times").set_value(10.0).run()
    assert "**diverges**" in text(at)


@pytest.mark.parametrize("sent", [None, 5, [1], ["a", 2], [float("nan"), 1.0], [1e300, 0.0], {"x": 1}])
def test_nonsense_from_the_browser_is_no_click(sent: object) -> None:
    at = opened("race")
    at.session_state["race_map"] = {"clicked": sent}
    at.session_state["race_basins"] = {"clicked": sent, "finer": sent}
    at.run()
    assert not at.exception
    assert at.number_input(key="ls_x_ravine").value == SURFACES["ravine"].start[0]


def test_shares_come_with_the_fine_map() -> None:
    at = opened("race")
    assert figure_with(at, "under way")["layout"]["annotations"]
    at.session_state["race_basins"] = {"finer": basin(at)["finer"]}
    at.run()
    shares = figure_with(at, "This is where Gradient descent leads. Shares of the starts: 1:")
    assert len(shares["traces"][0]["x"]) == len(OPTIMIZERS)
    assert np.sum([bar["x"] for bar in shares["traces"]], axis=0) == pytest.approx(1, abs=1e-4)


def test_an_extreme_start_and_an_empty_choice_are_no_error() -> None:
    at = opened("race")
    at.number_input(key="ls_x_ravine").set_value(1e6)
    at.pills(key="race_show").set_value([]).run()
    assert not at.exception


def test_the_address_restores_the_race() -> None:
    at = opened("race", ls_surface="Himmelblau", race_steps="50", ls_optimizer="Lion", race_times="3")
    assert not at.exception
    assert at.selectbox(key="ls_surface").value == "himmelblau"
    assert "after 50 steps" in text(at)
    assert " starts Lion takes " in text(at)


def test_what_the_prediction_s_outcome_says_is_so() -> None:
    ravine, himmelblau = (
        fair_race(SURFACES[name], SURFACES[name].start, steps=steps, learning_rates=RATES).earned
        for name, steps in (("ravine", 100), ("himmelblau", 50))
    )
    assert [key for key, runner in ravine.items() if runner.optimizer.keras_class][-1] == "sgd"
    ends = [runner.path.losses[-1] for runner in himmelblau.values()]
    reached = himmelblau["sgd"].path.weights[-1].astype(float)
    assert next(iter(himmelblau)) == "sgd"
    assert sum(end <= ends[0] + 1e-12 for end in ends) == 7
    np.testing.assert_allclose(
        np.linalg.eigvalsh(SURFACES["himmelblau"].hessian(reached)), [71, 134], atol=0.5
    )


def test_where_nobody_can_start_that_is_said() -> None:
    at = opened("race", ls_surface="Your own formula", ls_formula="log(x)+y^2")
    assert not at.exception
    assert "There is no height at (−3, 2.5)" in at.warning[0].value


def test_a_best_rate_at_the_end_of_what_was_tried_is_told() -> None:
    said = " ".join(str(caption.value) for caption in opened("race").caption)
    assert f"No larger rate than {plain(RATES[-1], 3)} was tried" in said
    assert "Adadelta" in said.split("was tried")[1]
    assert "was tried" not in " ".join(
        str(one.value) for one in opened("race", ls_surface="Himmelblau").caption
    )
