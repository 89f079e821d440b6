"""The page Draw beside a run: what it says from the run's beginning, who reads, and the drawing that stays."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from netlab.drawing.on_pad import packed
from netlab.drawing.view.pad import DRAWN
from netlab.nets import shipped
from netlab.nets.spec import NetworkSpec
from netlab.training.queue import JobQueue
from tests.pages import as_read, opened, serve

SPEC = NetworkSpec(hidden=(8,), epochs=2)
WATCH = "watch it read your 7 while it learns"


@pytest.fixture(autouse=True)
def job_queue(digits_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[JobQueue]:
    """One in which every training waits, since it has no place for any."""
    one = JobQueue(slots=1, warm=False)
    one.slots = 0
    serve(one, monkeypatch)
    yield one
    one.close()


def one_drawn() -> dict[str, object]:
    """A 1 as the pad sends it."""
    picture = np.zeros((280, 280), np.uint8)
    picture[40:240, 129:151] = 255
    body = base64.b64encode(packed(picture)).decode()
    return {"drawing": {"seq": 4, "picture": f"{DRAWN},{body}", "strokes": [[140, 40, 140, 240]]}}


def links(at: AppTest) -> list[str]:
    return [link.proto.label for link in at.get("page_link")]


def menu(at: AppTest) -> tuple[list[str], str]:
    found = next(one for one in at.selectbox if one.label == "Read with")
    return list(found.options), str(found.value)


def test_without_a_run_nothing_is_said_of_one_and_the_surer_network_reads() -> None:
    at = opened("draw")
    assert "while it learns" not in as_read(at)
    assert menu(at) == (list(shipped.SHIPPED.values()), "convolutional")
    at.session_state["pad"] = one_drawn()
    at.run()
    assert "It reads a 1" in as_read(at)
    assert "Read by the small convolutional network." in as_read(at)
    assert not any(WATCH in label for label in links(opened("train")))


def test_a_run_says_from_its_beginning_that_it_reads_while_it_learns(job_queue: JobQueue) -> None:
    job = job_queue.submit(SPEC)
    train = opened("train", run=job.id)
    assert any(WATCH in label for label in links(train))
    draw = opened("draw", run=job.id)
    assert "8 units, 2 epochs waits for its turn. Your drawing stays: " + WATCH in as_read(draw).replace(
        "*", ""
    )
    assert menu(draw)[1] == "convolutional"  # it has no weights yet


def test_a_run_that_is_over_promises_nothing(job_queue: JobQueue) -> None:
    job = job_queue.submit(SPEC)
    job_queue.stop(job)
    assert not any(WATCH in label for label in links(opened("train", run=job.id)))
    assert WATCH not in as_read(opened("draw", run=job.id))


def test_a_drawing_outlives_page_switches_and_a_run_that_begins(job_queue: JobQueue) -> None:
    at = opened("draw")
    at.session_state["pad"] = one_drawn()
    at.run()
    at.switch_page("pages/train.py").run()
    at.button(key="train").click().run()
    at.switch_page("pages/draw.py").run()
    assert not at.exception, at.exception
    assert "It reads a 1" in as_read(at)
    assert WATCH in as_read(at)
