"""Each sentence stands where its numbers bear it, and nowhere else; figures show the numbers that they are given."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from netlab.landscape.network import figures_network as figures
from netlab.landscape.network import words
from netlab.landscape.network.plane import Heights, axis, guessing, unknown
from netlab.landscape.network.question import DIRECTIONS
from netlab.landscape.network.tiles import tiles
from netlab.nets.spec import NetworkSpec
from netlab.nn.losses import LOSSES

ABOUT: dict[str, Any] = {
    "walks": [
        {
            "run": "x", "steps": [0, 5, 9], "a": np.array([-0.5, 0.2, 0.0]), "b": np.array([0.1, 5.0, 0.0]),
            "loss": np.array([2.0, 1.0, 0.5]), "accuracy": np.array([0.1, 0.5, 0.9]), "off": np.array([0.3, 0.2, 0.0]), "images": 100,
        }
    ],
    "parameters": 407_050, "step_told": "exact", "step_images": 1000, "step": 0.6, "way": 0.0013, "chance_step": 0.0022, "chance_way": 0.0022,
    "spread": [], "chance_spread": [], "missing": [],
}  # fmt: skip
SHARP: dict[str, Any] = {
    "step": 9375, "largest": 0.71, "felt": 480.0, "guess": 4800.0, "estimated": False, "limit": 38_000.0, "factor": 38.0,
}  # fmt: skip


def heights(loss: Any = None, **more: Any) -> Heights:
    a = axis(1.0, 5)
    found = 0.1 + a[:, None] ** 2 + a**2 if loss is None else loss
    return Heights(a, a, found, np.full((5, 5), 0.01), np.full((5, 5), 0.9), 1000, **more)


def flat(text: str) -> str:
    return text.replace("\xa0", " ")


def test_the_gauge_never_stands_without_chance() -> None:
    told = flat(words.gauge(ABOUT))
    assert told == (
        "This plane holds 60.0 % of the next step. A plane chosen by chance would hold 0.22 % of it. "
        "This plane holds 0.13 % of the way from the start. A plane chosen by chance would hold 0.22 % of it."
    )
    walk = {
        **ABOUT,
        "chance_way": 0.9975,
        "chance_spread": [0.916, 0.048],
        "spread": [0.954, 0.028],
        "way": 0.998,
    }
    told = flat(words.gauge(walk))
    assert "The same plane of a random walk would hold 0.22 % of it." in told
    assert "This plane holds 99.8 % of the way from the start." in told
    assert "they hold 96.4 %" in flat(words.spread(walk))
    assert words.spread(ABOUT) == ""
    only = {**ABOUT, "step": None, "step_told": "", "way": None}
    assert "would hold 0.22 %" in flat(words.gauge(only))
    assert "This plane holds" not in words.gauge(only)
    assert words.step(only) == ""
    assert "exact state" in words.step(ABOUT)
    kept = {**ABOUT, "step_told": "kept"}
    assert "the way to the next kept moment" in words.gauge(kept)
    assert "stands for the step" in words.step(kept)


def test_every_kind_of_directions_has_its_warning_with_a_source() -> None:
    assert set(words.WARNINGS) == set(DIRECTIONS)
    for kind in set(DIRECTIONS) - {"weights", "motion", "two"}:
        assert "20" in words.WARNINGS[kind]
    assert "A filter's weight" in words.warning("weights", convolutions=True)
    assert words.warning("random", convolutions=True) == words.WARNINGS["random"]
    assert not any("where learning happens" in one for one in words.WARNINGS.values())


def test_curvature_is_told_with_how_flat_the_picture_makes_it() -> None:
    told = words.curves({"first": 1e-4, "second": 2e-5, "largest": 0.7, "images": 1000})
    assert "by 0.0001 along the first axis" in told
    assert "7000 times as much" in told.replace("·10³", "000")
    assert "times as much" not in words.curves({"first": 0.5, "second": 0.1, "largest": 0.7, "images": 1000})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "below the edge of stability, at 1.3 %"),
        ({"felt": 38_100.0}, "at the edge of stability"),
        ({"felt": 50_000.0}, "above the edge of stability"),
        (
            {"estimated": True, "felt": None},
            "roughly 4,800, by an estimate that is mostly too high. The limit is 38/η = 38,000. That is 12.6 %",
        ),
        ({"limit": None}, "no limit of stability is known"),
        ({"felt": None, "guess": None}, "no limit of stability is known"),
        ({"step": 1}, "After 1 batch the"),
        ({"step": 0}, "Before the first batch the"),
    ],
)
def test_where_the_curvature_stands(change: dict[str, Any], expected: str) -> None:
    assert expected in flat(words.sharpness([SHARP | change]))


def test_hollow_marks_say_how_far_off_they_are() -> None:
    assert "the estimate is 10 times the truth" in words.rough([SHARP])
    assert "mostly too high" in words.rough([SHARP | {"felt": None, "estimated": True}])
    assert "times the truth" not in words.rough([SHARP | {"felt": None, "estimated": True}])
    assert words.rough([SHARP | {"guess": None}]) == ""


def test_without_a_moment_nothing_is_said_of_curvature() -> None:
    assert words.sharpness([]) == ""
    told = words.sharpness([SHARP | {"felt": 0.71, "guess": None, "limit": 200.0, "factor": 2.0}])
    assert "As the optimizer feels it" not in told
    assert "2/η = 200" in told


def test_the_middle_says_on_how_many_images() -> None:
    assert "0.1 ± 0.02 and 90.0 % are read correctly, on 1,000 images" in flat(words.middle(heights()))
    assert "On 9,000 images so far, from below: 2 of 5 rows; the others on 1,000." in words.middle(
        heights(finer=2, more=9000)
    )
    assert "on 9,000 images; with" in words.middle(heights(finer=3, more=9000))
    assert "is not a number" in words.middle(heights(np.full((5, 5), np.nan)))


def test_what_the_pictures_show_is_told_to_those_who_do_not_see_them() -> None:
    slope = np.arange(25.0).reshape(5, 5)
    assert (
        words.loss_alt(heights(slope)) == "The loss over the plane goes from 0 to 24; in the middle it is 12."
    )
    assert "is 10 at one end, 12 in the middle and 14 at the other" in words.cuts_alt(heights(slope))
    assert "second it is 2, 12 and 22." in words.cuts_alt(heights(slope))
    assert "between 90.0 % and 90.0 % are read" in flat(words.accuracy_alt(heights(slope)))
    nothing = np.full((5, 5), np.nan)
    assert "Nothing is known of the loss" in words.loss_alt(heights(nothing))
    assert "Nothing is known yet of the share" in words.accuracy_alt(replace(heights(), accuracy=nothing))


def test_the_colours_say_where_they_end() -> None:
    assert words.ends(None) == ""
    assert "from 0.023 and less to 18 and more" in words.ends(figures.limits(2.3026))


def test_a_hill_is_laid_to_the_order_of_neurons_only_where_most_of_it_goes() -> None:
    most = words.barrier({"plain_barrier": 1.0, "matched_barrier": 0.1})
    assert "only the order of neurons" in most
    assert "only the order" not in words.barrier({"plain_barrier": 1.0, "matched_barrier": 0.9})
    assert "only the order" not in words.barrier({"plain_barrier": 0.001, "matched_barrier": 0.0})
    assert words.barrier({"plain_barrier": 1.0, "why": "So it is."}).endswith("So it is.")
    assert "is not a number" in words.barrier({"plain_barrier": np.nan})


def test_twins() -> None:
    assert words.twin("", by_filter=True) == ""
    assert "so is this picture" in words.twin("rescaled", by_filter=True)
    assert "another one" in words.twin("shuffled", by_filter=False)


def test_all_frames_have_the_same_colours() -> None:
    ends, walks = figures.limits(2.3026), ABOUT["walks"]
    drawn = [
        figures.contours(heights(loss), ("a", "b"), walks, ["w"], ends, "z")
        for loss in (None, np.full((5, 5), 2.0))
    ]
    assert {(one.data[0].zmin, one.data[0].zmax) for one in drawn} == {ends}
    np.testing.assert_allclose(np.array(ends), np.log10([0.023026, 18.4208]), atol=1e-4)
    assert figures.contours(heights(), ("a", "b"), walks, ["w"], None, "z").data[0].zmin is None
    in_space = [
        figures.surface(heights(loss), ("a", "b"), walks, ["w"], ends, "z")
        for loss in (None, np.full((5, 5), 2.0))
    ]
    assert {(one.data[0].cmin, one.data[0].cmax) for one in in_space} == {ends}
    assert len({tuple(one.layout.scene.zaxis.range) for one in in_space}) == 1
    accuracy = figures.accuracies(heights(), ("a", "b"), walks, ["w"], "z").data[0]
    assert (accuracy.zmin, accuracy.zmax) == (0, 100)
    np.testing.assert_allclose(accuracy.z, 90)


def test_a_picture_that_is_not_known_yet_keeps_its_place() -> None:
    ends = figures.limits(2.3026)
    blank, drawn = (
        [
            figures.contours(one, ("a", "b"), [], ["w"], ends, "z"),
            figures.accuracies(one, ("a", "b"), [], ["w"], "z"),
            figures.surface(one, ("a", "b"), [], ["w"], ends, "z"),
        ]
        for one in (unknown(1.0), heights())
    )
    assert [one.layout.height for one in blank] == [one.layout.height for one in drawn]
    assert [one.layout.xaxis.title for one in blank] == [one.layout.xaxis.title for one in drawn]
    assert blank[0].data[0].hoverinfo == "skip"
    assert {note.text for one in blank for note in one.layout.annotations} == {"being worked out…"}
    assert not np.isfinite(np.array(blank[0].data[0].z, float)).any()


def test_the_walk_is_drawn_at_its_true_loss_with_threads_to_the_plane() -> None:
    figure = figures.surface(heights(), ("a", "b"), ABOUT["walks"], ["w"], None, "z")
    true, shadow, threads = figure.data[-3:]
    assert len(true.x) == 2  # one of three moments lies outside of the picture
    np.testing.assert_allclose(true.z, np.log10([2.0, 0.5]), rtol=1e-6)
    np.testing.assert_allclose(shadow.z[-1], np.log10(0.1), rtol=1e-5)
    assert list(threads.z) == [
        pytest.approx(one) if one is not None else None
        for one in (shadow.z[0], true.z[0], None, shadow.z[1], true.z[1], None)
    ]


def test_between_its_points_a_picture_is_straight() -> None:
    a = axis(1.0, 5)
    loss = 2 * a[:, None] + 3 * a + 1
    found = figures.on_plane(heights(loss), np.array([0.3, -1.0, 1.0]), np.array([-0.7, 1.0, 1.0]))
    np.testing.assert_allclose(found, [2 * -0.7 + 3 * 0.3 + 1, 0.0, 6.0])


def test_cuts_have_bands_of_two_errors() -> None:
    lower, upper, line = figures.cuts(heights(), ("a", "b"), "loss").data[:3]
    np.testing.assert_allclose(np.array(upper.y) - np.array(lower.y), 0.04, atol=1e-3)
    np.testing.assert_allclose(line.y, heights().loss[2], atol=1e-3)


def test_gauge_edge_line_and_table_draw_what_is_known() -> None:
    this, null = figures.gauge(ABOUT).data
    assert (this.name, null.name) == ("this plane", "a plane by chance")
    assert [flat(one) for one in (*this.text, *null.text)] == ["0.13 %", "60.0 %", "0.22 %", "0.22 %"]
    assert figures.gauge({**ABOUT, "chance_spread": [0.9, 0.05]}).data[1].name == "that of a random walk"
    assert list(figures.gauge({**ABOUT, "way": None}).data[0].y) == ["the next step"]
    edge = figures.sharpness([SHARP, SHARP | {"step": 20, "estimated": True, "felt": None}])
    names = [
        "of the loss itself",
        "as the optimizer feels it",
        "the same, roughly, from batches",
        "the limit, 38/η",
    ]
    assert [one.name for one in edge.data] == names
    assert edge.data[2].mode == "markers"
    assert len(figures.sharpness([SHARP | {"felt": None, "guess": None, "limit": None}]).data) == 1
    t = np.linspace(0, 1, 3)
    line = {"t": t, "plain": t, "plain_error": t}
    assert len(figures.between(line, "loss").data) == 3
    assert len(figures.between({**line, "matched": t, "matched_error": t}, "loss").data) == 6
    table = figures.confusion(np.eye(10, dtype=int) * 5, list("0123456789")).data[0]
    assert np.trace(np.array(table.z)) == 1000
    assert figures.filter_picture(np.arange(784, dtype=np.float32), 30, "t").data[1].x == (2,)


def test_two_networks_units_stand_above_each_other_at_one_scale() -> None:
    above, below = np.zeros((784, 20)), np.zeros((784, 20))
    above[0, 0], below[29, 0], below[783, 19] = 2.0, -1.0, 9.0
    canvas = tiles(above, below)
    assert canvas.shape == (57, 12 * 29 - 1)
    assert (canvas[0, 0], canvas[29 + 1, 1], canvas[56, -1]) == (255.0, 63.75, 255.0)
    assert canvas[5, 5] == 127.5
    assert tiles(above[:, :3], below[:, :3]).shape == (57, 3 * 29 - 1)
    small = np.zeros((5, 5, 1, 4))
    small[4, 4, 0, 3] = 1.0
    canvas = tiles(small, small)
    assert canvas.shape == (11, 23)
    assert canvas[4, -1] == canvas[-1, -1] == 255.0
    assert "12 of the 20 units" in words.units_shown(above.shape)
    assert "All 4 filters" in words.units_shown(small.shape)


@pytest.mark.parametrize("loss", [key for key in LOSSES if key != "binary_crossentropy"])
def test_guessing_is_the_loss_of_ten_equal_probabilities(loss: str) -> None:
    p, y = np.full((1, 10), 0.1), np.eye(10)[:1]
    row = LOSSES[loss]
    assert guessing(NetworkSpec(loss=loss)) == pytest.approx(float(row.value(p, y)[0] * row.keras_factor(10)))
