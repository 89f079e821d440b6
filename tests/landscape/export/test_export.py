"""What is taken along is what was walked: the table reads back to the same numbers, the film shows the walks."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from PIL import Image, ImageColor

from netlab.landscape.descent import descend
from netlab.landscape.export.film import (
    FRAMES,
    HEIGHT,
    HOLE,
    LINE,
    WIDTH,
    Line,
    coloured,
    film,
    placed,
    steps_shown,
)
from netlab.landscape.export.table import paths_csv
from netlab.landscape.export.view.fold import moving, table
from netlab.landscape.formula import surface_from
from netlab.landscape.height_map import height_map
from netlab.landscape.surface import Domain
from netlab.landscape.surfaces import SURFACES
from netlab.landscape.view.walk import walks
from netlab.nn.optimizers import OPTIMIZERS
from tests.pages import opened

RAVINE = SURFACES["ravine"]
TWO = [
    OPTIMIZERS["sgd"].with_settings(learning_rate=0.018),
    OPTIMIZERS["adam"].with_settings(learning_rate=0.2),
]


def test_the_table_reads_back_to_the_very_numbers() -> None:
    walked = [(rule, descend(RAVINE, rule, RAVINE.start, steps=7)) for rule in TWO]
    rows = list(csv.DictReader(io.StringIO(paths_csv(walked, ("x", "y")))))
    assert list(rows[0]) == ["optimizer", "step", "x", "y", "loss", "slope_x", "slope_y", "learning_rate"]
    for place, (rule, path) in enumerate(walked):
        own = rows[8 * place : 8 * place + 8]
        assert {row["optimizer"] for row in own} == {rule.title}
        assert [int(row["step"]) for row in own] == list(range(8))
        back = np.array([[row["x"], row["y"]] for row in own], np.float32)
        assert np.array_equal(back, path.weights)
        assert [float(row["loss"]) for row in own] == path.losses.tolist()
        assert np.array_equal(
            np.array([row["slope_y"] for row in own[:-1]], np.float32), path.gradients[:, 1]
        )
        assert own[-1]["slope_x"] == own[-1]["learning_rate"] == ""


def test_a_walk_that_ended_early_has_a_line_for_each_step_that_it_took() -> None:
    rule = TWO[0].with_settings(learning_rate=1.0)
    path = descend(RAVINE, rule, RAVINE.start, steps=500)
    assert path.end == "diverged"
    rows = paths_csv([(rule, path)], ("x", "y")).splitlines()
    assert len(rows) == 1 + path.steps_taken + 1
    assert "nan" not in " ".join(rows)


def opened_film(sent: bytes) -> list[Image.Image]:
    picture = Image.open(io.BytesIO(sent))
    frames = []
    for place in range(picture.n_frames):  # type: ignore[attr-defined]
        picture.seek(place)
        frames.append(picture.convert("RGB"))
    return frames


def pixels(frame: Image.Image, colour: str) -> int:
    """How many pixels of a frame have nearly this colour."""
    off = np.abs(np.asarray(frame, int) - ImageColor.getrgb(colour)).sum(axis=-1)
    return int((off < 40).sum())


def test_the_film_has_a_picture_for_each_step_and_the_walks_grow() -> None:
    ground = height_map(SURFACES["himmelblau"])
    way = np.linspace((-4.0, -4.0), (4.0, 4.0), 11)
    line = Line("One", "#d55e00", way)
    frames = opened_film(film(ground, [line], ("x", "y")))
    assert len(frames) == 11
    assert frames[0].size == (WIDTH, HEIGHT + LINE)
    seen = [pixels(frame, line.colour) for frame in frames]
    assert seen[0] < seen[5] < seen[10]
    x, y = placed(ground, way[10:])[0]
    assert frames[10].getpixel((int(x), int(y))) == pytest.approx(
        (255, 255, 255), abs=12
    )  # the ball at the end


def test_long_walks_are_thinned_evenly_with_their_ends() -> None:
    long, short = (Line("A", "#000000", np.zeros((count, 2))) for count in (1001, 5))
    shown = steps_shown([short, long])
    assert len(shown) == FRAMES and shown[0] == 0 and shown[-1] == 1000
    assert max(np.diff(shown)) - min(np.diff(shown)) <= 1
    assert steps_shown([short]) == [0, 1, 2, 3, 4]


def test_the_map_of_the_film_is_the_figure_s_dark_in_the_depths_and_grey_without_height() -> None:
    bowl = height_map(surface_from("x^2 + y^2", domain=Domain(-1, 1, -1, 1), start=(0.5, 0.5)))
    picture = coloured(bowl, (51, 41)).astype(int)
    assert picture.shape == (41, 51, 3)
    assert picture[20, 25].sum() < picture[20, 5].sum() < picture[0, 0].sum()
    half = height_map(surface_from("log(y)", domain=Domain(-1, 1, -1, 1), start=(0.0, 0.5)))
    drawn = coloured(half, (11, 11))
    assert tuple(drawn[-1, 5]) == HOLE and tuple(drawn[0, 5]) != HOLE
    none = height_map(surface_from("sqrt(-1 - x^2)", domain=Domain(-1, 1, -1, 1), start=(0.0, 0.5)))
    assert (coloured(none, (5, 5)) == HOLE[0]).all()


def test_a_point_far_outside_is_brought_near_and_the_corners_are_the_window_s() -> None:
    ground = height_map(RAVINE)
    window = RAVINE.domain
    corners = placed(ground, np.array([[window.x_min, window.y_max], [window.x_max, window.y_min]]))
    assert (corners[0] < corners[1]).all()
    assert np.abs(placed(ground, np.array([[1e12, -1e12]]))).max() < 20_000


@pytest.mark.parametrize("formula", ["x^2 + y^2", "log(x)", "sqrt(-1 - x^2)", "exp(exp(x*y))"])
def test_any_surface_can_be_filmed(formula: str) -> None:
    surface = surface_from(formula, domain=Domain(-3, 3, -3, 3), start=(1.0, 1.0))
    walked = walks(surface, TWO, surface.start, 5)
    assert opened_film(moving(surface, height_map(surface), walked))
    assert table(surface, walked).startswith(b"optimizer,step")


def test_the_fold_offers_both_files_and_makes_them_only_when_asked() -> None:
    at = opened("landscape")
    assert not at.get("download_button")
    at.session_state["export_open"] = True
    at.run()
    assert not at.exception
    assert [one.proto.label for one in at.get("download_button")] == ["Steps (CSV)", "Film (animated GIF)"]
