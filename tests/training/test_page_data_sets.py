"""What is learnt from, on the page: what is validated on, other pictures by their names, and stand-ins told plainly."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from netlab.data import Digits, sets
from netlab.nets.presets import PRESETS
from netlab.nets.spec import HELD_BACK, TEST, NetworkSpec
from netlab.processes import sharing
from netlab.runs.events import Ready
from netlab.training.controls import from_controls, to_controls
from netlab.training.queue import JobQueue
from tests.pages import as_read, link, opened
from tests.waiting import until

BANNER = "These digits are stand-ins"
OPTIMISTIC = "a little too good"


@pytest.fixture
def shirts(digits: Digits) -> str:
    """Fashion-MNIST's name over the small made set."""
    sets.folder().mkdir(parents=True)
    stream = io.BytesIO()
    np.savez(
        stream, x_train=digits.x_train, y_train=digits.y_train, x_test=digits.x_test, y_test=digits.y_test
    )
    (sets.folder() / "fashion-mnist.npz").write_bytes(stream.getvalue())
    return "fashion-mnist"


def run_of(at: AppTest) -> str:
    value = link(at)["run"]
    return value if isinstance(value, str) else str(value[0])


def trained(jobs: JobQueue, **address: Any) -> AppTest:
    at = opened("train", **address)
    at.button(key="train").click().run()
    until(lambda: jobs.find(run_of(at)).state == "done")  # type: ignore[union-attr]
    return at.run()


def counters(at: AppTest) -> str:
    bodies = (str(one.value) if hasattr(one, "value") else one.proto.body for one in at.get("html"))
    return " ".join(body for body in bodies if "class='netlab-counters'" in body)


@pytest.mark.parametrize("key", PRESETS)
def test_every_preset_is_what_its_controls_say(key: str) -> None:
    spec = PRESETS[key].spec
    values = {**_everything(), **to_controls(spec)}
    assert from_controls(values) == spec


def _everything() -> dict[str, Any]:
    from netlab.nn.optimizers import ON_TRAIN

    found: dict[str, Any] = {}
    for optimizer in ON_TRAIN:
        found |= to_controls(NetworkSpec(optimizer=optimizer))
    return found


def test_controls_give_back_what_is_learnt_from() -> None:
    spec = NetworkSpec(
        data="kmnist",
        validation=HELD_BACK,
        patience=3,
        clip_norm=1.0,
        shuffled_labels=1000,
        train_examples=3000,
    )
    assert from_controls({**_everything(), **to_controls(spec)}) == spec


def test_the_article_s_way_is_told_to_be_optimistic_and_held_back_is_not(job_queue: JobQueue) -> None:
    assert OPTIMISTIC in as_read(opened("train"))
    assert OPTIMISTIC not in as_read(opened("train", validation=HELD_BACK))


def test_a_run_that_holds_back_says_so_and_one_that_does_not_speaks_of_test_digits(
    job_queue: JobQueue,
) -> None:
    at = trained(job_queue, width="32", epochs="1", validation=HELD_BACK)
    assert "of the held-back digits read correctly" in counters(at)
    assert "of the test digits are right" in as_read(at)
    at = trained(job_queue, width="32", epochs="1", validation=TEST)
    assert "of the test digits read correctly" in counters(at)


def test_shirts_are_never_called_digits(job_queue: JobQueue, shirts: str) -> None:
    at = trained(job_queue, width="64", epochs="3", data=shirts, validation=HELD_BACK)
    text = as_read(at)
    assert "T-shirt, trousers" in text
    assert "of the test pictures are right" in text
    assert "Pictures: Fashion-MNIST, from" in text
    assert "of the held-back pictures named correctly" in counters(at)
    assert "digits" not in counters(at)
    assert "Now draw one for it to read" not in [one.proto.label for one in at.get("page_link")]
    run_id = run_of(at)
    draw = opened("draw", run=run_id, reader=run_id)
    options = [option for box in draw.selectbox for option in box.options]
    assert not any(run_id[:4] in option for option in options)
    assert "learnt Fashion-MNIST" in as_read(draw)


def test_a_data_set_that_is_gone_ends_the_run_in_a_sentence(job_queue: JobQueue) -> None:
    job = job_queue.submit(NetworkSpec(hidden=(4,), epochs=1, data="kmnist"))
    until(lambda: not job.live)
    assert job.state == "failed"
    assert "The data set KMNIST is not here" in job.reason


def test_a_link_to_a_data_set_that_is_not_here_is_told(job_queue: JobQueue) -> None:
    assert "which is not here" in as_read(opened("train", data="kmnist"))


@pytest.mark.parametrize("source", ["mnist", "stand-in", "file"])
def test_only_stand_ins_have_a_banner(job_queue: JobQueue, source: str, shirts: str) -> None:
    job_queue.digits = Ready(1.0, 1.0, source, "Some digits.")
    assert (BANNER in as_read(opened("train"))) == (source == "stand-in")
    assert BANNER not in as_read(opened("train", data=shirts))


def test_others_uploads_are_not_offered_at_a_shared_server(
    job_queue: JobQueue, shirts: str, digits: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.BytesIO()
    np.savez(
        stream, x_train=digits.x_train, y_train=digits.y_train, x_test=digits.x_test, y_test=digits.y_test
    )
    name = sets.keep({"secret.npz": stream.getvalue()})
    assert "secret" in opened("train").selectbox(key="data").options
    monkeypatch.setenv("NETLAB_SHARED", "1")
    assert sharing.shared()
    assert opened("train").selectbox(key="data").options == ["MNIST", "Fashion-MNIST"]
    assert opened("train", data=name).selectbox(key="data").value == name  # the link is the permission


def test_one_s_own_file_is_kept_and_chosen_and_a_bad_one_refused(job_queue: JobQueue, digits: Digits) -> None:
    stream = io.BytesIO()
    np.savez(
        stream, x_train=digits.x_train, y_train=digits.y_train, x_test=digits.x_test, y_test=digits.y_test
    )
    at = opened("train")
    at.file_uploader(key="data_files_0").upload("leaves.npz", b"PK no", "application/zip").run()
    at.button(key="data_bring").click().run()
    assert "leaves" in " ".join(str(one.value) for one in at.error)
    at.file_uploader(key="data_files_0").upload("leaves.npz", stream.getvalue(), "application/zip").run()
    at.button(key="data_bring").click().run()
    assert not at.exception
    assert at.selectbox(key="data").value == sets.names()[0]
    assert "class 0, class 1" in as_read(at)


def test_replacing_one_field_keeps_the_others() -> None:
    assert replace(NetworkSpec(), validation=HELD_BACK) == NetworkSpec(validation=HELD_BACK)
