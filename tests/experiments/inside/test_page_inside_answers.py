"""What the page Inside says of mistakes, units and maps, beside the state that earns it."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from netlab.data import Digits
from netlab.experiments.inside import confusion, maps, units, words
from netlab.experiments.inside.answers import Answers, activations, ask
from netlab.experiments.inside.lesion import pruned, without
from netlab.experiments.subject import Subject, run_subject, shipped_subject
from netlab.experiments.view.subjects import Pictures
from netlab.formatting import percent
from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from netlab.runs.run import Run
from netlab.training.loop import train
from tests.experiments.inside.networks import DENSE, drawn_pictures, drawn_weights
from tests.pages import as_read, fresh, link, opened, text

pytestmark = pytest.mark.usefixtures("job_queue", "digits_at_hand")

NAMES = tuple("0123456789")
SPEC = NetworkSpec(hidden=(16,), epochs=2)


def trained(digits: Digits, spec: NetworkSpec = SPEC) -> Run:
    run_id = store.new_id()
    for _ in train(spec, replace(digits, source="mnist"), run_id=run_id):
        pass
    return Run(run_id, store.root() / run_id)


def of_article(digits: Digits) -> tuple[Subject, Answers]:
    subject = shipped_subject("article")
    return subject, ask(subject.spec, subject.weights, digits.x_test)


def sent(at: AppTest, name: str) -> list[dict[str, Any]]:
    """What components of that name were sent."""
    protos = [element.proto for element in at.get("bidi_component")]
    return [json.loads(one.json) for one in protos if one.component_name.endswith(f"_{name}")]


def html(at: AppTest) -> str:
    return " ".join(str(element.proto.body) for element in at.get("html"))


def test_the_page_begins_with_the_mistakes_of_a_network_that_comes_along(digits: Digits) -> None:
    at = opened("inside")
    _, answers = of_article(digits)
    counts = confusion.count(digits.y_test, answers.said)
    assert words.overall(counts) in text(at)
    (table,) = sent(at, "confusion")
    assert [[one.replace(",", "") or "0" for one in row] for row in table["texts"]] == [
        [str(one) for one in row] for row in counts.tolist()
    ]
    assert table["chosen"] is None
    assert "Press a cell of the table" in text(at)
    frame = at.dataframe[0].value
    assert frame["pictures"].tolist() == counts.sum(axis=1).tolist()
    assert "expected calibration error" in text(at)


def test_a_cell_of_the_address_is_open(digits: Digits) -> None:
    _, answers = of_article(digits)
    counts = confusion.count(digits.y_test, answers.said)
    np.fill_diagonal(counts, 0)
    truth, said = (int(one) for one in np.unravel_index(counts.argmax(), counts.shape))
    at = opened("inside", inside_cell=f"{truth}-{said}")
    assert f"**{truth} read as {said}**: {counts.max()} picture" in text(at)
    assert sent(at, "confusion")[0]["chosen"] == [truth, said]
    assert f"is {truth}," in html(at)


@pytest.mark.parametrize("odd", ["12-3", "4", "a-b", "4-9-1", "<b>", "٣-٤"])
def test_a_cell_that_is_none_is_not_open(odd: str) -> None:
    at = opened("inside", inside_cell=odd)
    assert "Press a cell of the table" in text(at)


def test_shares_are_percentages_of_rows(digits: Digits) -> None:
    at = opened("inside", inside_table="shares")
    _, answers = of_article(digits)
    shares = confusion.shares(confusion.count(digits.y_test, answers.said))
    (table,) = sent(at, "confusion")
    assert [[float(one or 0) for one in row] for row in table["texts"]] == [
        [pytest.approx(100 * one, abs=0.051) for one in row] for row in shares.tolist()
    ]


def test_two_moments_of_a_run_are_compared(digits: Digits) -> None:
    run = trained(digits)
    first = run.snapshots()[0]
    at = opened("inside", run=run.id, inside_table="difference", inside_other=f"step-{first}")
    now, then = (
        confusion.count(digits.y_test, ask(SPEC, one.weights, digits.x_test).said)
        for one in (run_subject(run), run_subject(run, first))
    )
    assert words.compared(
        now, then, f"this run after {first:,} batch{'' if first == 1 else 'es'}"
    ) in as_read(at)
    (table,) = sent(at, "confusion")
    change = now - then
    told = np.array(
        [[int(one.replace("−", "-").replace("+", "") or 0) for one in row] for row in table["texts"]]
    )
    np.testing.assert_array_equal(told, change)


def test_two_networks_are_compared(digits: Digits) -> None:
    run = trained(digits)
    at = opened("inside", run=run.id, inside_table="difference", inside_other="article")
    _, other = of_article(digits)
    mine = ask(SPEC, run_subject(run).weights, digits.x_test)
    counts, before = (confusion.count(digits.y_test, one.said) for one in (mine, other))
    assert words.compared(counts, before, "the article's network, which comes with Netlab") in as_read(at)


def test_a_damaged_moment_is_told_and_the_rest_shown(digits: Digits) -> None:
    run = trained(digits)
    first = run.snapshots()[0]
    for path in (run.folder / "snapshots").iterdir():
        if int("".join(filter(str.isdigit, path.stem))) == first:
            path.write_bytes(b"no weights")
    at = opened("inside", run=run.id, inside_table="difference", inside_other=f"step-{first}")
    assert any("cannot be read" in str(one.value) for one in at.warning)
    assert "Class by class" in [one.value for one in at.subheader]


def test_a_prediction_is_answered_once_it_is_made(digits: Digits) -> None:
    at = fresh("inside")
    assert not sent(at, "confusion")
    _, answers = of_article(digits)
    told = words.confused(confusion.count(digits.y_test, answers.said), NAMES)
    assert told not in text(at)
    at.pills(key="inside_pairs_article_prediction").set_value(
        at.pills(key="inside_pairs_article_prediction").options[0]
    ).run()
    at.button(key="inside_pairs_article_commit").click().run()
    assert told in text(at)
    assert sent(at, "confusion")


@pytest.mark.parametrize("section", ["mistakes", "units", "map"])
def test_a_network_that_blew_up_has_nothing_to_look_into(
    section: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = drawn_weights(DENSE)
    weights["dense/bias"][0] = np.inf
    broken = Subject("article", "broken", DENSE, None, weights)
    monkeypatch.setattr("netlab.experiments.view.subjects.shipped_subject", lambda name: broken)
    at = opened("inside", section=section)
    assert any("answers are not numbers" in str(one.value) for one in at.warning)
    assert not sent(at, "confusion") + sent(at, "units")


@pytest.mark.parametrize("section", ["mistakes", "units", "map"])
def test_the_names_of_classes_are_shown_as_they_are_typed(
    section: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    images, labels = drawn_pictures(80)
    named = ("<b>Shirt</b>", "*Coat*", "$x$", *"abcdefg")
    strange = Pictures(images, labels, named, "file")
    monkeypatch.setattr("netlab.experiments.view.subjects.pictures_for", lambda *_: strange)
    at = opened("inside", section=section, inside_cell="0-3")
    assert "<b>Shirt" not in html(at)
    for sentence in text(at).split("\n"):
        assert "<b>Shirt" not in sentence
        assert " *Coat* " not in sentence


def test_units_are_sent_once_and_small_and_nothing_is_silent_at_first(digits: Digits) -> None:
    at = opened("inside", section="units")
    subject, answers = of_article(digits)
    (grid,) = sent(at, "units")
    layer = units.inspect(subject.spec, subject.weights, digits.x_test, digits.y_test, 0)
    assert len(grid["packed"]) < 140_000
    assert grid["worth"] == pytest.approx(layer.worth.loss, rel=0.01, abs=1e-9)
    assert grid["dead"] == layer.dead.tolist()
    assert grid["silent"] == []
    counts = confusion.count(digits.y_test, answers.said)
    assert f"Nothing is silenced. {words.overall(counts)}" in text(at)
    assert f"**Dead** ({int(layer.dead.sum()):,})" in text(at)
    assert f"Unit {int(layer.worth.loss.argmax())}" in [one.value for one in at.subheader]


def test_silent_units_and_cut_connections_are_told_exactly(digits: Digits) -> None:
    at = opened("inside", section="units")
    subject, answers = of_article(digits)
    at.session_state["_inside_units_article_None_0"] = {
        "silent": [3, 7],
        "unit": 5,
        "links": {5: [1, 2]},
    }
    at.switch_page("pages/train.py").run()
    at.switch_page("pages/inside.py")
    at.query_params["section"] = "units"
    at.run()
    values = activations(subject.spec, subject.weights, digits.x_test, 0)
    left = without(subject.spec, subject.weights, digits.x_test, 0, [3, 7], [(5, 1), (5, 2)], values=values)
    counts = confusion.count(digits.y_test, answers.said)
    told = words.without(left, counts, digits.y_test, NAMES, "2 of 512 units (3, 7) and 2 connections")
    assert told in text(at)
    assert "Unit 5" in [one.value for one in at.subheader]


def test_pruning_tells_what_is_left(digits: Digits) -> None:
    at = opened("inside", section="units", inside_take="weights", inside_prune="90", inside_scope="together")
    subject, answers = of_article(digits)
    left = ask(subject.spec, pruned(subject.spec, subject.weights, 0.9, together=True), digits.x_test)
    counts = confusion.count(digits.y_test, answers.said)
    assert words.without(
        left, counts, digits.y_test, NAMES, f"{int(0.9 * 406_528):,} of 406,528 weights"
    ) in text(at)


def test_a_convolutional_network_has_layers_and_feature_maps(digits: Digits) -> None:
    at = opened("inside", section="units", inside_layer="1")
    assert not at.exception
    at.session_state["_chosen_subject"] = "convolutional"
    at.run()
    assert not at.exception
    assert "Feature maps" in text(at)
    assert any(one.value.startswith("Filter ") for one in at.subheader)
    assert sent(at, "units")[0]["noun"] == "Filter"


def test_a_network_without_hidden_units_can_still_be_pruned(digits: Digits) -> None:
    run = trained(digits, NetworkSpec(hidden=(), epochs=1))
    at = opened("inside", section="units", run=run.id)
    assert "This network has no hidden units" in text(at)
    assert "weights**" in text(at) or "weights: **" in text(at)
    at = opened("inside", section="map", run=run.id)
    assert "Each point is one of the same 200 test pictures, as 10 numbers" in text(at)


def test_a_map_says_how_much_of_the_spread_it_holds(digits: Digits) -> None:
    at = opened("inside", section="map", inside_numbers="-1")
    plane = maps.principal(maps.numbers(DENSE, {}, digits.x_test, maps.PIXELS))
    assert "as 784 numbers" in text(at)
    assert (
        f"these hold {percent(plane.explained[0])} and {percent(plane.explained[1])} of the spread"
        in text(at)
    )
    assert "Press a point" in text(at)
    assert "Draw a digit on the page Draw" in text(at)


def test_a_map_at_another_moment(digits: Digits) -> None:
    run = trained(digits)
    first = run.snapshots()[0]
    at = opened("inside", section="map", run=run.id, inside_numbers="-2", inside_moment=str(first))
    weights = run_subject(run, first).weights
    apart = maps.like_their_neighbours(ask(SPEC, weights, digits.x_test).logits, digits.y_test)
    assert f"**{percent(apart)}** of the pictures" in text(at)


def test_t_sne_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(values: Any) -> Any:
        raise maps.MapError("The process failed.")

    monkeypatch.setattr(maps, "neighbours", refuse)
    at = opened("inside", section="map", inside_map="tsne")
    assert any("The process failed" in str(one.value).replace("\\", "") for one in at.warning)


def test_my_drawing_lies_among_them(digits: Digits) -> None:
    picture = np.zeros((280, 280), np.uint8)
    picture[60:220, 130:150] = 255
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    at = opened("inside", section="map")
    at.session_state["_pad_kept"] = {
        "picture": f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}",
        "seq": 1,
    }
    at.run()
    assert not at.exception
    assert "Draw a digit on the page Draw" not in text(at)
    (chart,) = sent(at, "live")
    assert "my drawing, read as " in json.dumps(chart)


def test_the_choices_are_in_the_address() -> None:
    at = opened("inside", section="map")
    at.segmented_control(key="inside_numbers").set_value(-2).run()
    assert link(at)["inside_numbers"] == "-2"
