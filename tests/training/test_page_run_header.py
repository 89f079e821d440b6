"""A run on the page: its name, its settings brought back, its lesson and its prediction, each told when it is earned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from netlab.nets.presets import PRESETS
from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from netlab.runs.naming import given_name
from netlab.runs.run import Run
from netlab.training.prediction import FILE, Prediction, from_ends, keep, kept
from netlab.training.queue import JobQueue
from netlab.training.view.prediction import COMMITTED
from tests.pages import as_read, empty_caches, opened, serve
from tests.runs.kept import SPEC, kept_run

HOSTILE = "<b>**A**</b> $x$ [a](b) `c`"


@pytest.fixture(autouse=True)
def job_queue(digits_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[JobQueue]:
    """One in which every training waits, since it has no place for any."""
    one = JobQueue(slots=1, warm=False)
    one.slots = 0
    serve(one, monkeypatch)
    empty_caches()
    yield one
    one.close()


@pytest.fixture
def run() -> Run:
    return kept_run()


def test_a_run_is_told_over_its_curves(run: Run) -> None:
    at = opened("train", run=run.id)
    told = as_read(at)
    assert f"**{given_name(SPEC)}**" in told
    assert "784 → 8 → 10" in told
    assert "reads 95.00\xa0%" in told
    assert "This run's network" in " ".join(one.value for one in at.subheader)
    assert "The next run" in " ".join(one.value for one in at.subheader)
    assert "**6,370 parameters**" in told
    assert "**407,050 parameters**" in told


def test_without_a_run_no_header_is_shown() -> None:
    at = opened("train")
    assert not [one for one in at.button if one.label == "Use these settings"]
    assert not at.subheader


def test_a_name_is_shown_literally_and_everywhere(run: Run) -> None:
    at = opened("train", run=run.id)
    at.text_input(key=f"run_name_{run.id}").set_value(HOSTILE).run()
    assert run.own_name() == HOSTILE
    assert f"**{HOSTILE}**" in as_read(at)
    assert f"**{HOSTILE}**" not in " ".join(one.value for one in at.markdown)  # every sign is escaped
    menu = next(one for one in opened("draw", run=run.id).selectbox if one.label == "Read with")
    assert any(HOSTILE in option for option in menu.options)
    at.text_input(key=f"run_name_{run.id}").set_value("").run()
    assert f"**{given_name(SPEC)}**" in as_read(at)


def test_a_run_that_is_gone_keeps_its_name_and_says_so(run: Run) -> None:
    at = opened("train", run=run.id)
    (run.folder / "spec.json").unlink()
    at.text_input(key=f"run_name_{run.id}").set_value("Mine").run()
    assert "not on the disk" in as_read(at)
    assert not (run.folder / "name.json").exists()


@pytest.mark.parametrize(
    "spec",
    [SPEC, PRESETS["convolutional"].spec, NetworkSpec(hidden=(7, 9), optimizer="lion", seed=4, l2=1e-4)],
)
def test_use_these_settings_brings_the_controls_there(spec: NetworkSpec) -> None:
    at = opened("train", run=kept_run(spec).id)
    at.button(key="run_use").click().run()
    assert not at.exception
    assert f"**{spec.parameter_count:,} parameters**" in as_read(at)
    assert "**407,050 parameters**" not in as_read(at)
    assert at.slider(key="epochs").value == spec.epochs
    assert at.number_input(key="seed").value == spec.seed


def test_settings_without_controls_cannot_be_used() -> None:
    at = opened("train", run=kept_run(replace(SPEC, epochs=60)).id)
    assert at.button(key="run_use").disabled


@pytest.mark.parametrize("preset", PRESETS)
def test_a_lesson_stands_at_its_own_run_and_only_after_it(preset: str, job_queue: JobQueue) -> None:
    chosen = PRESETS[preset]
    lesson = chosen.told(stand_in=False).replace("\xa0", " ")
    at = opened("train", run=kept_run(chosen.spec).id)
    assert lesson in as_read(at).replace("\xa0", " ")
    waiting = opened("train", run=job_queue.submit(chosen.spec).id)
    assert lesson not in as_read(waiting).replace("\xa0", " ")
    assert lesson not in as_read(opened("train", run=kept_run().id)).replace("\xa0", " ")


def test_a_preset_asks_before_the_run() -> None:
    told = as_read(opened("train"))
    assert PRESETS["article"].question in told
    assert "After five epochs it reads about" not in told


def test_a_typed_prediction_is_committed_and_kept_with_the_next_run(job_queue: JobQueue) -> None:
    at = opened("train", epochs="4")
    next(one for one in at.number_input if one.label == "After epoch 1, %").set_value(90).run()
    next(one for one in at.number_input if one.label == "At the end, %").set_value(97).run()
    at.button(key="predict_commit").click().run()
    assert "You expect **90\xa0% after epoch 1 and 97\xa0% at the end** of the next run." in as_read(at)
    at.button(key="predict_change").click().run()
    assert COMMITTED not in at.session_state
    at.button(key="predict_commit").click().run()
    at.button(key="train").click().run()
    assert not at.exception
    run = store.get(at.session_state["run"])
    assert run is not None
    assert kept(run) == from_ends(0.9, 0.97, 4)
    assert COMMITTED not in at.session_state
    assert "Your prediction" not in as_read(at)  # nothing has come yet
    at.button(key="run_Stop").click().run()
    at.button(key="train").click().run()
    second = store.get(at.session_state["run"])
    assert second is not None
    assert second.id != run.id
    assert not (second.folder / FILE).exists()


def test_one_epoch_asks_for_its_end_alone() -> None:
    labels = [one.label for one in opened("train", epochs="1").number_input]
    assert "At the end, %" in labels
    assert "After epoch 1, %" not in labels


def test_the_gap_is_told_after_the_run_to_whoever_has_the_link(run: Run) -> None:
    assert "Your prediction" not in as_read(opened("train", run=run.id))
    keep(run, Prediction((0.0, 1.0, 2.0), (0.1, 0.9, 0.97)))
    told = as_read(opened("train", run=run.id)).replace("\xa0", " ")
    assert "You expected 90 % after 1 epoch; it was 95.0 %. That is 5.0 points more." in told
    assert "You expected 97 % after 2 epochs; it was 95.0 %. That is 2.0 points less." in told


def test_a_damaged_prediction_hurts_no_run(run: Run) -> None:
    (run.folder / FILE).write_text('{"epochs": [0, "<script>"], "accuracies": [1]}')
    told = as_read(opened("train", run=run.id))
    assert "Your prediction" not in told
    assert "reads 95.00\xa0%" in told


def test_the_optimizer_s_sentence_stands_with_the_first_controls() -> None:
    at = opened("train", optimizer="sgd")
    inside = [one.value for fold in at.expander for one in fold.caption]
    assert any(one.value.startswith("**SGD.**") for one in at.caption)
    assert not any(one.startswith("**SGD.**") for one in inside)
    assert "Epochs" not in [one.label for fold in at.expander for one in fold.slider]


def test_a_layer_of_its_own_may_begin_between_two_marks() -> None:
    at = opened("train", width="7", each="true", depth="2")
    assert at.select_slider(key="width1").value == 7
