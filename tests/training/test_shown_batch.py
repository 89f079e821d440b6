"""“One batch” tells of that batch: what was said of its pictures before and after the step, and what the step changed."""

from __future__ import annotations

import json

import numpy as np
import pytest

from netlab.data import Digits
from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from netlab.runs.events import BatchShown, Event, Metrics, Paused, from_line
from netlab.runs.history import load
from netlab.training.batch_words import picture, told_of, what_changed, which_pictures
from netlab.training.batches import BatchSource
from netlab.training.compiled_loop import Trainer
from netlab.training.job import Job
from netlab.training.lens import Lens
from netlab.training.loop import Command
from netlab.training.shown_batch import MOST_PICTURES, MOST_RANKED, BatchLook
from tests.training.test_loop import losses, only, run

SPEC = NetworkSpec(hidden=(24,), dropout=0.4, epochs=1, seed=5)
STEPPED = {1: Command("pause"), 1001: Command("batch"), 1002: Command("batch"), 1003: Command("epoch")}


def stepped(spec: NetworkSpec, digits: Digits, **options: object) -> list[Event]:
    return run(spec, digits, STEPPED, **options)


def test_only_one_batch_is_shown_and_it_is_told_before_the_pause(digits: Digits) -> None:
    events = stepped(SPEC, digits)
    shown = only(BatchShown, events)
    assert [event.step for event in shown] == [1, 2]
    for event in shown:
        place = events.index(event)
        assert isinstance(events[place - 1], Metrics)
        assert any(isinstance(later, Paused) for later in events[place + 1 : place + 4])
    assert losses(events) == losses(run(SPEC, digits))


def test_nothing_of_it_is_kept(digits: Digits) -> None:
    run_id = store.new_id()
    stepped(SPEC, digits, run_id=run_id)
    kept = store.get(run_id)
    assert kept is not None
    assert "batch_shown" not in (kept.folder / "history.jsonl").read_text()


def test_its_numbers_are_those_of_the_trained_batch(digits: Digits) -> None:
    events = stepped(SPEC, digits)
    told = losses(events)
    images, labels = BatchSource(SPEC, digits.x_train, digits.y_train).take(1, 1)
    (shown,) = [event for event in only(BatchShown, events) if event.step == 2]
    assert isinstance(shown, BatchShown)
    assert shown.loss_before == pytest.approx(told[1], rel=5e-3)
    assert np.mean(shown.losses) >= shown.loss_before  # type: ignore[arg-type, operator]
    assert list(shown.losses) == sorted(shown.losses, reverse=True)  # type: ignore[type-var]
    for text, label in zip(shown.pictures, shown.labels, strict=True):
        (place,) = np.flatnonzero((images[0] == picture(text)).all(axis=(1, 2)))
        assert labels[0][place] == label
    assert shown.right_after - shown.right_before == shown.became_right - shown.became_wrong
    assert shown.size == 32
    assert len(shown.pictures) == MOST_PICTURES


def test_a_small_step_lowers_the_loss_of_the_batch_and_a_step_of_nothing_changes_nothing(
    digits: Digits,
) -> None:
    images, labels = digits.x_train[:8], digits.y_train[:8]
    for rate in (0.01, 0.0):
        trainer = Trainer(NetworkSpec(hidden=(24,), optimizer="sgd", dropout=0.4))
        look = BatchLook(Lens(trainer), 0, images, labels)
        trainer.run(0, images[None], labels[None], np.full(1, rate, np.float32))
        shown = look.after()
        assert shown.loss_before is not None and shown.loss_after is not None
        assert (shown.loss_after < shown.loss_before) == (rate > 0)
        assert shown.loss_after <= shown.loss_before
        assert all((move or 0) > 0 for move in shown.moves) == (rate > 0)


def test_the_length_of_the_step_is_layer_by_layer(digits: Digits) -> None:
    trainer = Trainer(SPEC)
    before = trainer.weights()
    look = BatchLook(Lens(trainer), 0, digits.x_train[:32], digits.y_train[:32])
    trainer.run(0, digits.x_train[None, :32], digits.y_train[None, :32], np.full(1, 0.001, np.float32))
    after = trainer.weights()
    for place, layer in enumerate(("dense", "dense_1")):
        parts = [f"{layer}/kernel", f"{layer}/bias"]
        move = np.concatenate([(after[name] - before[name]).ravel() for name in parts])
        weight = np.concatenate([before[name].ravel() for name in parts])
        shown = look.after()
        assert shown.moves[place] == pytest.approx(float(np.linalg.norm(move)), rel=5e-3)
        assert shown.weights[place] == pytest.approx(float(np.linalg.norm(weight)), rel=5e-3)


@pytest.mark.parametrize("size", [1, 16, 17, 512])
def test_its_message_is_small_whatever_the_batch_and_survives_its_line(size: int, digits: Digits) -> None:
    spec = NetworkSpec(hidden=(16,) * 10, batch_size=size)
    look = BatchLook(Lens(Trainer(spec)), 0, digits.x_train[:size], digits.y_train[:size])
    line = look.after().to_line()
    assert len(line) < 20_000
    again = from_line(line)
    assert isinstance(again, BatchShown)
    assert again.to_line() == line
    assert len(again.pictures) == min(size, MOST_PICTURES)
    assert len(again.ranked_before) == min(size, MOST_RANKED)
    with pytest.raises(ValueError, match="equally long"):
        from_line(json.dumps({**json.loads(line), "labels": [1] * (len(again.labels) + 1)}))


def test_a_loss_that_is_no_number_can_be_told(digits: Digits) -> None:
    trainer = Trainer(SPEC)
    trainer.model.layers[-1].bias.assign(np.full(10, np.nan, np.float32))
    shown = BatchLook(Lens(trainer), 0, digits.x_train[:4], digits.y_train[:4]).after()
    assert shown.loss_before is None
    assert from_line(shown.to_line()).to_line() == shown.to_line()
    assert "no number" in what_changed(shown)


def example(**values: object) -> BatchShown:
    whole = {
        "step": 3, "size": 2, "loss_before": 1.5, "loss_after": 1.2, "right_before": 1, "right_after": 2,
        "became_right": 1, "became_wrong": 0, "weights": (2.0, 1.0), "moves": (0.02, 0.01), "ranked_before": (2.0, 1.0),
        "ranked_after": (1.0, 0.5), "pictures": ("A" * 1046 + "==",) * 2, "labels": (4, 7), "losses": (2.0, 1.0),
        "losses_after": (1.0, 0.5), "guesses": (9, 7), "guesses_after": (4, 7), "shares": (0.62, 0.9),
        "shares_after": (0.5, 1.0), **values,
    }  # fmt: skip
    return BatchShown(**whole)  # type: ignore[arg-type]


def test_what_is_said_of_a_picture() -> None:
    wrong, right = told_of(example())
    assert (wrong.right, wrong.verdict) == (False, "✗ 9, not 4, 62\u00a0%")
    assert wrong.lines == ("then 4, 50\u00a0%, now right", "loss 2 → 1")
    assert (right.right, right.verdict) == (True, "✓ 7, 90\u00a0%")
    assert right.lines[0].startswith("then 7, more than 99")
    lost = told_of(example(guesses_after=(9, 1)))[1]
    assert lost.lines[0].endswith("now wrong")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (
            {},
            "Its loss was 1.5; after the step it is 1.2. Right answers: 1 before, 2 after. 1 answer became right.",
        ),
        ({"loss_after": 1.9}, "so long that it made even this batch worse"),
        ({"became_right": 0}, "No answer changed between right and wrong"),
        ({"became_wrong": 2}, "1 answer became right. 2 answers became wrong."),
    ],
)
def test_what_is_said_of_the_step(values: dict[str, object], words: str) -> None:
    assert words in what_changed(example(**values))
    assert ("batch worse" in words) == ("batch worse" in what_changed(example(**values)))


def test_which_pictures_are_shown_is_said() -> None:
    assert which_pictures(example(), dropped=False).startswith("Highest loss first.")
    assert "The 2 with the highest losses are shown, of 1,000." in which_pictures(
        example(size=1000), dropped=False
    )
    assert "dropout" not in which_pictures(example(), dropped=False)
    assert "switched off in this step" in which_pictures(example(), dropped=True)


def test_a_job_shows_it_until_the_run_goes_on() -> None:
    job = Job("r", SPEC)
    job.history = load([Metrics(3, (1.0,) * 3, (0.5,) * 3, 1.0, 1.0)])
    found = [job.batch_shown]
    for event in (example(), Metrics(4, (1.0,), (0.5,), 1.0, 1.0)):
        job.take(event)
        found.append(job.batch_shown)
    assert found == [None, example(), None]
