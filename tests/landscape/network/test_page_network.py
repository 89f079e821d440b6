"""The page on a network's landscape: every plane is drawn or says why not, and every sentence is earned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from netlab.app import digits
from netlab.landscape.network.answering import Memory, scene_of
from netlab.landscape.network.pictures import Pictures
from netlab.landscape.network.question import DIRECTIONS, Question
from netlab.landscape.network.view import asking
from netlab.landscape.network.words import warning
from netlab.nets import weight_file
from netlab.nets.layers import Convolution
from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from netlab.runs.events import Started
from netlab.runs.origin import Origin, branches, read, weights
from netlab.runs.run import Checkpoint, Run
from netlab.runs.store import create, new_id
from netlab.training.queue import JobQueue
from tests.landscape.network.at_once import AtOnce
from tests.landscape.network.made import weights_of
from tests.pages import as_read, empty_caches, opened, serve
from tests.waiting import until

SPEC = NetworkSpec(hidden=(6,), epochs=2, train_examples=600)
STEPS = (0, 1, 5, 20)


@pytest.fixture(autouse=True)
def job_queue(digits_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[JobQueue]:
    """One in which every training waits for a place, and a studio that answers at once."""
    one = JobQueue(slots=1, warm=False)
    one.slots = 0
    serve(one, monkeypatch)
    monkeypatch.setattr(asking, "_studio", AtOnce())
    empty_caches()
    assert digits.soon(300.0) is not None  # no page of a test waits for them
    yield one
    one.close()


def walked(spec: NetworkSpec = SPEC, seed: int = 0) -> Run:
    """A run with four kept moments and an exact state at the last."""
    run = create(spec, new_id())
    run.append(Started(run.id, spec.parameter_count, 600, 200, 19, 38, "made", ""))
    held = weights_of(spec, seed)
    for place, step in enumerate(STEPS):
        held = {
            name: one + np.float32(0.1 * place) * other
            for (name, one), other in zip(
                held.items(), weights_of(spec, seed + 10 + place).values(), strict=True
            )
        }
        run.save_snapshot(step, weight_file.to_bytes(spec, held, half=True))
    arrays = {f"w{place}": one for place, one in enumerate(held.values())}
    for place, one in enumerate(weights_of(spec, seed + 99).values()):
        arrays[f"s{2 * place}"], arrays[f"s{2 * place + 1}"] = (
            one * np.float32(0.01),
            (one * np.float32(0.01)) ** 2,
        )
    arrays |= {"epoch_losses": np.zeros(0), "epoch_accuracies": np.zeros(0)}
    run.save_checkpoint(Checkpoint(STEPS[-1], 0.001, 1.0, arrays))
    return run


def test_without_a_run_there_is_the_article_s_network() -> None:
    told = as_read(opened("network"))
    assert (
        "A plane chosen by chance would hold" in told
        or "of either, a plane chosen by chance would hold 0.22" in told
    )
    assert "Random directions hide the walk" in told
    assert "The walk is drawn" not in told


CONVOLVED = NetworkSpec(hidden=(5,), convolutions=(Convolution(3, 7, 3),), epochs=2, train_examples=600)
ALONE = [one for one in DIRECTIONS if one not in ("two", "three")]


@pytest.mark.parametrize(
    ("kind", "spec"), [*((one, SPEC) for one in ALONE), *((one, CONVOLVED) for one in ("motion", "sharp", "weights"))]
)  # fmt: skip
def test_every_plane_is_drawn_with_its_warning_and_its_chance(kind: str, spec: NetworkSpec) -> None:
    run = walked(spec)
    at = opened("network", run=run.id, network_directions=kind)
    told = as_read(at)
    assert "This plane holds" in told
    assert "would hold" in told
    assert "In the middle the loss is" in told
    assert "sharpest direction of all" in told
    assert "The next step is what the optimizer would do from its exact state" in told
    assert f"{warning(kind, convolutions=bool(spec.convolutions))} The walk is drawn" in told
    if kind == "walk":
        assert "of a walk without any aim, seen at the same moments, they hold" in told
    assert ("this picture is coarser and on fewer images" in told) == bool(spec.convolutions)
    if kind == "weights" and spec.convolutions:
        assert "Weight 1: to filter" in [one.label for one in at.number_input]


def test_what_cannot_be_drawn_says_why() -> None:
    run = walked()
    assert "kept only with the last exact states, after 20 batches" in as_read(
        opened("network", run=run.id, network_directions="motion", network_step="5")
    )
    assert "At the start there is no way yet" in as_read(
        opened("network", run=run.id, network_directions="onward", network_step="0")
    )
    (run.folder / "resume" / "000000020.npz").unlink()
    assert "no exact state is kept of it, and no later moment" in as_read(
        opened("network", run=run.id, network_directions="sharp")
    )


def test_other_runs_of_the_same_layers_are_offered() -> None:
    run = walked()
    assert "Choose another run of a network with the same layers" in as_read(
        opened("network", run=run.id, network_directions="two")
    )
    other = walked(replace(SPEC, optimizer="sgd"), seed=3)
    walked(replace(SPEC, hidden=(7,)))
    at = opened("network", run=run.id, network_directions="two")
    assert at.selectbox(key="network_other0").value == other.id
    assert "Two ways on one plane" in as_read(at)
    at.toggle(key="network_line").set_value(True).run()
    assert "neurons in the order that is most like this one" in as_read(at)


def test_twins_are_said_to_be_the_same_function() -> None:
    run = walked()
    at = opened("network", run=run.id, network_twin="rescaled")
    assert "and so is this picture" in as_read(at)
    at = opened("network", run=run.id, network_twin="shuffled", network_scaling="raw")
    assert "this raw picture is another one" in as_read(at)
    tanh = walked(replace(SPEC, activation="tanh"))
    assert "does not" in as_read(opened("network", run=tanh.id, network_twin="rescaled"))


def test_a_point_is_a_network_that_reads_pictures_and_where_a_training_begins(job_queue: JobQueue) -> None:
    run = walked()
    at = opened("network", run=run.id)
    assert "Click a point" in as_read(at)
    at.session_state["_network_point"] = (0.5, -0.25)
    at.run()
    told = as_read(at)
    assert "The network at (0.5, −0.25)" in told
    assert "of 200 pictures correctly" in told
    at.button(key="network_start").click().run()
    assert not at.exception
    (new,) = [one for one in store.all_runs() if one.id != run.id]
    origin = read(new)
    assert origin == Origin(new.id, 0)
    job = job_queue.find(new.id)
    assert job is not None
    assert job.origin == origin
    begins = weights(origin, SPEC)
    scene = scene_of(
        Question("plane", run.id, 20, 4, ""),
        Pictures("", np.zeros((2, 28, 28), np.uint8), np.zeros(2, np.uint8)),
        Memory(),
    )
    wanted = scene.plane.at(0.5, -0.25)
    assert all((begins[name] == wanted[name].astype(np.float16)).all() for name in wanted)
    assert new.own_name() == f"From (0.5, −0.25) beside {run.name()}"
    assert branches(new.id) == []
    job_queue.slots = 1
    job_queue.submit(replace(SPEC, epochs=1))  # the queue looks at its places again, and both train
    until(lambda: job.state == "done", 240)
    assert job.history.step == 38
    first, begun = new.weights(0)[1], as_read(opened("network", run=new.id))
    assert all((first[name].astype(np.float16) == begins[name].astype(np.float16)).all() for name in wanted)
    assert not np.array_equal(new.weights()[1]["dense/kernel"], first["dense/kernel"])
    assert "began with weights that a reader chose, at a point beside another network" in begun
    assert "weights that a reader chose" in as_read(opened("rewind", run=new.id))


def test_the_edge_of_stability_is_told_where_the_state_is_kept() -> None:
    run = walked()
    at = opened("network", run=run.id)
    at.toggle(key="network_edge").set_value(True).run()
    told = as_read(at)
    assert "After 20 batches the largest curvature is" in told
    assert "The limit is 38/η = 38,000" in told
    assert "Hollow marks" in told


def test_the_picture_is_seen_in_space_and_in_its_own_colours() -> None:
    run = walked()
    at = opened("network", run=run.id, network_look="space", network_colours="own", network_part="learnt")
    assert "In the middle the loss is" in as_read(at)


def test_the_film_goes_on_and_begins_again() -> None:
    run = walked()
    at = opened("network", run=run.id)
    at.toggle(key="network_film").set_value(True).run()
    assert "Frame 1 of 4" in as_read(at)
    at.run()
    assert "Frame 2 of 4" in as_read(at)


def test_regularisation_is_an_option_where_there_is_some() -> None:
    run = walked(replace(SPEC, l2=0.01))
    at = opened("network", run=run.id)
    before = next(one.value for one in at.caption if "In the middle" in one.value)
    at.toggle(key="network_regularised").set_value(True).run()
    assert next(one.value for one in at.caption if "In the middle" in one.value) != before


def test_a_link_that_is_no_moment_shows_the_nearest() -> None:
    run = walked()
    at = opened("network", run=run.id, network_step="7")
    assert not at.exception
    assert "In the middle the loss is" in as_read(at)


def test_a_run_under_way_is_followed_until_another_moment_is_chosen(
    job_queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = job_queue.submit(SPEC)
    run = store.folder(job.id)
    at = opened("network", run=job.id)
    assert not at.select_slider(key="network_reach").disabled
    for step in (0, 1):
        run.save_snapshot(step, weight_file.to_bytes(SPEC, weights_of(SPEC, step), half=True))
    at = opened("network", run=job.id)
    moments = at.select_slider(key="network_step")
    assert moments.value == 1
    run.save_snapshot(5, weight_file.to_bytes(SPEC, weights_of(SPEC, 5), half=True))
    at.run()
    assert at.select_slider(key="network_step").value == 5
    at.select_slider(key="network_step").set_value(1).run()
    run.save_snapshot(20, weight_file.to_bytes(SPEC, weights_of(SPEC, 20), half=True))
    at.run()
    assert at.select_slider(key="network_step").value == 1
    monkeypatch.setattr(asking.studio(), "_send", lambda key, pictures: None)
    at.select_slider(key="network_step").set_value(20).run()
    told = as_read(at)
    assert "This is the network after 1 batch; the picture after 20 is being worked out" in told
    assert "In the middle the loss is" in told
    assert not at.exception


def test_a_run_that_is_gone_and_a_damaged_one_are_sentences() -> None:
    run = walked()
    for step in STEPS:
        (run.folder / "snapshots" / f"{step:09d}.npz").write_bytes(b"nothing")
    assert "cannot be read" in as_read(opened("network", run=run.id))
    (run.folder / "spec.json").write_text("[]")
    at = opened("network", run=run.id)
    assert not at.exception
