"""Every verdict on a walk speaks where it is so, and is silent where it is not."""

from __future__ import annotations

import pytest

from netlab.landscape.descent import descend
from netlab.landscape.formula import surface_from
from netlab.landscape.stability import stability_limit
from netlab.landscape.surface import Surface
from netlab.landscape.surfaces import SURFACES
from netlab.landscape.verdict import TITLES, Verdict, counted_end, ending_told, outcome, ruler_told, verdict
from netlab.nn.optimizers import OPTIMIZERS, schedule_from


def of(
    surface: Surface, key: str, rate: float, start: tuple[float, float] | None = None, steps: int = 100
) -> Verdict:
    optimizer = OPTIMIZERS[key].with_settings(learning_rate=rate)
    return verdict(surface, optimizer, descend(surface, optimizer, start or surface.start, steps=steps))


RAVINE = SURFACES["ravine"]
SPOKEN = [
    ("Diverged.", RAVINE, "sgd", 10.0, None, 100),
    ("Diverged.", RAVINE, "sgd", 0.0225, None, 100),
    ("It stands far outside.", RAVINE, "lion", 10.0, None, 1),
    ("It falls without end.", SURFACES["monkey-saddle"], "sgd", 0.1, (-1.0, 0.0), 100),
    ("It falls without end.", surface_from("-exp(x^2)"), "sgd", 1.0, (3.0, 0.0), 10),
    ("It ran off the surface.", surface_from("log(x) + y^2"), "sgd", 1.0, (0.5, 1.0), 100),
    ("It ran off the surface.", surface_from("sqrt(x)"), "sgd", 1.0, (0.1, 1.0), 100),
    ("No step possible.", surface_from("x^100 + y^2"), "sgd", 0.05, (-3.0, 2.5), 100),
    ("No step possible.", surface_from("sqrt(x)"), "sgd", 0.05, (0.0, 0.0), 100),
    ("No height here.", surface_from("log(x)"), "sgd", 0.05, (-3.0, 2.5), 100),
    ("No height here.", surface_from("x^1000"), "sgd", 0.05, (-3.0, 2.5), 100),
    ("It stays where it began.", SURFACES["booth"], "sgd", 100.0, (1.0, 3.0), 100),
    ("", RAVINE, "sgd", 0.018, None, 100),
    ("", RAVINE, "adam", 0.1, None, 100),
]  # fmt: skip


@pytest.mark.parametrize(("title", "surface", "key", "rate", "start", "steps"), SPOKEN)
def test_each_title_stands_over_its_own_kind_of_walk(
    title: str, surface: Surface, key: str, rate: float, start: tuple[float, float], steps: int
) -> None:
    found = of(surface, key, rate, start, steps)
    assert found.title == title
    assert (found.tone == "error") == (title == "Diverged.")
    assert ("Diverged" in found.text) is False
    assert ("jumps over the valley" in found.text) <= (title == "Diverged.")


def test_every_title_is_spoken_by_some_walk() -> None:
    assert {title for _, title in TITLES.values()} < {title for title, *_ in SPOKEN}


def test_a_walk_that_swung_out_and_is_on_its_way_back_has_not_diverged() -> None:
    shrinking = OPTIMIZERS["sgd"].with_settings(
        learning_rate=0.05, schedule=schedule_from("cosine", decay_steps=40)
    )
    path = descend(RAVINE, shrinking, RAVINE.start, steps=36)
    found = verdict(RAVINE, shrinking, path)
    assert path.losses[-1] < path.losses.max()
    assert (found.tone, found.title) == ("warning", "It stands far outside.")
    assert "It was higher before, so it may come back." in found.text
    assert "do not grow" not in found.text


def test_a_walk_of_one_step_took_one_step() -> None:
    assert of(RAVINE, "sgd", 0.018, steps=1).text.startswith("In 1 step the loss went from 153 to **")
    assert of(RAVINE, "lion", 10.0, steps=1).text.startswith("After 1 step the loss has grown")
    assert of(RAVINE, "sgd", 0.018, steps=2).text.startswith("In 2 steps the loss")


def test_the_lowest_point_is_told_only_where_the_walk_rose_from_it() -> None:
    assert "It was lowest after step " in of(RAVINE, "momentum", 0.0225).text
    assert "It was lowest" not in of(RAVINE, "sgd", 0.018).text


def test_which_minimum_is_near_is_told_only_where_there_are_several() -> None:
    assert of(RAVINE, "sgd", 0.018).text.endswith("from the minimum.")
    assert "which is not the lowest." in of(SURFACES["rastrigin"], "sgd", 0.002).text
    assert "which is the lowest." in of(SURFACES["rastrigin"], "sgd", 0.002, (0.1, 0.1)).text
    assert "nearest" not in of(RAVINE, "sgd", 0.018).text
    assert "minimum" not in of(SURFACES["saddle"], "sgd", 0.05, steps=5).text


@pytest.mark.parametrize(
    ("surface", "rate", "start", "ending", "told"),
    [
        (surface_from("x^100 + y^2"), 0.05, (-3.0, 2.5), "no step possible", "can take no step."),
        (surface_from("log(x)"), 0.05, (-3.0, 2.5), "no height at the start", "There is no height at the start of"),
        (surface_from("log(x) + y^2"), 1.0, (0.5, 1.0), "ran off the surface at step 1", "runs off the surface at step 1."),
        (SURFACES["monkey-saddle"], 0.1, (-1.0, 0.0), "falls without end", "falls without end."),
        (RAVINE, 10.0, (-9.0, 1.5), "diverged at step 4", "with learning rate 10 diverges at step 4."),
        (RAVINE, 0.018, (-9.0, 1.5), "", "with learning rate 0.018 ends at a loss of 1.071."),
    ],
)  # fmt: skip
def test_the_button_of_a_path_says_its_end_and_a_sentence_tells_it(
    surface: Surface, rate: float, start: tuple[float, float], ending: str, told: str
) -> None:
    optimizer = OPTIMIZERS["sgd"].with_settings(learning_rate=rate)
    path = descend(surface, optimizer, start, steps=100)
    assert counted_end(path) == ending
    assert outcome(path) == (ending or "loss 1.071")
    sentence = ending_told(optimizer, path)
    assert told in sentence and optimizer.title in sentence and sentence.endswith(".")


def ruler(
    surface: Surface, rate: float, start: tuple[float, float], key: str = "sgd", steps: int = 100
) -> str:
    optimizer = OPTIMIZERS[key].with_settings(learning_rate=rate)
    path = descend(surface, optimizer, start, steps=steps)
    return ruler_told(surface, optimizer, path, 0, stability_limit(surface, optimizer, start))


def test_the_ruler_adds_what_the_walk_did_against_theory() -> None:
    assert "it has no slope along the steepest direction" in ruler(RAVINE, 0.1, (-9.0, 0.0))
    assert "moves on to flatter ground" in ruler(SURFACES["himmelblau"], 0.0145, (-4.6, -4.6))
    assert "comes to steeper ground" in ruler(SURFACES["rosenbrock"], 0.005, (-0.5, 1.0))


@pytest.mark.parametrize(
    ("rate", "ending"), [(0.018, "is below that."), (0.0225, "is above that."), (10.0, "is above that.")]
)
def test_the_ruler_adds_nothing_where_walk_and_theory_agree(rate: float, ending: str) -> None:
    assert ruler(RAVINE, rate, (-9.0, 1.5)).endswith(ending)
    assert "all the same" not in ruler(RAVINE, 10.0, (-9.0, 1.5), "adam")


def test_a_curvature_without_end_is_told() -> None:
    steep = surface_from("exp(700*x)")
    assert (
        "so sharply here that no learning rate"
        in stability_limit(steep, OPTIMIZERS["sgd"], (1.0, 1.0)).sentence
    )
    assert "so sharply" not in stability_limit(RAVINE, OPTIMIZERS["sgd"], (1.0, 1.0)).sentence
    assert (
        "so sharply" not in stability_limit(surface_from("1e9*x^2"), OPTIMIZERS["sgd"], (1.0, 1.0)).sentence
    )
