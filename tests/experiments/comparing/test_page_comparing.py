"""Twin, Luck and Sweep as a visitor sees them: controls, refusals, what is said in every state, and hostile records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from netlab.experiments.comparing import luck, record, sweep, twin
from netlab.experiments.comparing.record import Experiment, Member
from netlab.experiments.comparing.view import experiments as kit
from netlab.nets.spec import HELD_BACK, NetworkSpec
from netlab.runs import store
from netlab.runs.events import EpochEnd, Event, Metrics, Started, Validation
from netlab.training.queue import JobQueue
from tests.experiments.comparing.made import ended
from tests.pages import as_read, fresh, link, opened, serve
from tests.waiting import until

A = NetworkSpec(hidden=(8,), dropout=0.0, epochs=2, validation=HELD_BACK)
B = replace(A, dropout=0.2)
HOSTILE = "![x](https://evil.example/x.png) **bold** $x$"


@pytest.fixture(autouse=True)
def waiting_queue(digits_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[JobQueue]:
    """One in which every training waits: what is shown is what the test tells."""
    one = JobQueue(slots=1, warm=False)
    one.slots = 0
    serve(one, monkeypatch)
    yield one
    kit.driver().close()
    one.close()


def kept_run(spec: NetworkSpec, first_loss: float = 2.0, accuracy: float = 0.5, epochs: int = 1) -> str:
    """A run on the disk that was interrupted after so many epochs of two batches."""
    run = store.create(spec, store.new_id())
    told: list[Event] = [Started(run.id, 6370, 64, 100, 2, 2 * spec.epochs, "made", "Made.")]
    for epoch in range(1, epochs + 1):
        told.append(Metrics(2 * epoch, (first_loss, 1.5), (accuracy,) * 2, 1000.0, 1.0))
        told.append(Validation(2 * epoch, 0.5, accuracy))
        told.append(EpochEnd(epoch, 2 * epoch, 1.0, accuracy, 0.5, accuracy))
    for event in told:
        run.append(event)
    return run.id


def keep(kind: str, members: tuple[Member, ...], about: dict[str, Any], **changes: Any) -> Experiment:
    one = Experiment(
        store.new_id(),
        kind,
        "Made",
        "2026-11-01T10:00:00+00:00",
        max(1, len(members)),
        members,
        "done",
        about=about,
    )
    one = replace(one, **changes)
    record.write(one)
    return one


def kept_twin(one: str, other: str, **changes: Any) -> Experiment:
    members = (ended(0.5, part="A", run=one), ended(0.5, part="B", run=other))
    return keep("twin", members, {"one": A.to_json(), "other": B.to_json()}, **changes)


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


def figures(at: AppTest) -> list[dict[str, Any]]:
    """The figures of a page, as their component is sent them."""
    protos = [element.proto for element in at.get("bidi_component")]
    sent = [json.loads(one.json) for one in protos if one.component_name == "netlab_app_live"]
    return [one for one in sent if "traces" in one]


def test_each_section_begins_with_its_question_and_something_to_touch() -> None:
    for section, question, button in (
        ("twin", "What does one change do?", "Train both"),
        ("luck", "Is the difference more than luck?", "Train 10 runs"),
        ("sweep", "Which settings are best?", "Train 16 runs"),
    ):
        at = opened("runs", view=section)
        assert question in as_read(at)
        assert button in labels(at)
        assert "about" in as_read(at)  # how long it takes


def test_a_twin_is_begun_shown_and_cancelled() -> None:
    at = opened("runs", view="twin")
    at.button(key="twin_start").click().run()
    assert not at.exception
    (live,) = kit.driver().live()
    assert (live.kind, live.total) == ("twin", 2)
    assert link(at)["experiment"] == live.id
    assert at.get("progress")[0].proto.text == "0 of 2 runs ended"
    assert "Predict first." in as_read(at)
    specs = [NetworkSpec.from_json(live.about[key]) for key in ("one", "other")]
    assert (specs[0].dropout, specs[1].dropout, specs[0].seed) == (0.0, 0.2, specs[1].seed)
    at.button(key=f"cancel_{live.id}").click().run()
    until(lambda: not kit.driver().live())
    at.run()
    assert "Ended before its time" in as_read(at)


def test_what_changes_nothing_cannot_be_trained() -> None:
    at = opened("runs", view="twin", twin_dropout="0")
    assert "That changes nothing: dropout is 0 already." in as_read(at)
    assert at.button(key="twin_start").disabled


def test_a_twin_begins_with_a_run_or_with_what_is_set_on_train() -> None:
    run = kept_run(replace(A, hidden=(33,)))
    at = opened("runs", view="twin", twin_base=run)
    at.button(key="twin_start").click().run()
    (live,) = kit.driver().live()
    assert live.about["one"]["hidden"] == [33]
    kit.driver().cancel(live.id)
    until(lambda: not kit.driver().live())
    at.session_state["width"] = 16
    at.session_state["optimizer"] = "sgd"
    at.selectbox(key="twin_base").set_value("settings")
    at.selectbox(key="twin_dropout").set_value(0.5).run()
    at.button(key="twin_start").click().run()
    (live,) = kit.driver().live()
    assert (live.about["one"]["hidden"], live.about["one"]["optimizer"]) == ([16], "sgd")


def test_a_kept_twin_tells_its_sentence_its_parting_and_its_outcome() -> None:
    shown = kept_twin(kept_run(A), kept_run(B, 2.5, 0.75))
    at = opened("runs", view="twin", experiment=shown.id)
    assert (
        "Only one thing is changed: dropout 0 → 0.2. B minus A after 1 epoch: training +25.0 points, validation +25.0 points."
        in as_read(at)
    )
    assert "They part at the very first batch: A's loss there is 2, B's 2.5." in as_read(at)
    assert len(at.get("bidi_component")) >= 2
    at = fresh("runs", view="twin", experiment=shown.id)
    assert "They part" not in as_read(at)  # it is covered
    at.pills(key=f"twin_{shown.id[:12]}_prediction").set_value("A: dropout 0").run()
    at.button(key=f"twin_{shown.id[:12]}_commit").click().run()
    assert "You said **A: dropout 0**. It could be otherwise" in as_read(at)
    assert "It is B: dropout 0.2, by 25.0 points." in as_read(at)
    assert "They part" in as_read(at)
    at.button(key=f"twin_{shown.id[:12]}_show_commit").click().run()
    assert not at.exception
    assert "Is the difference more than luck?" in as_read(at)
    set_to = {
        key: at.session_state[key] for key in ("luck_base", "luck_change", "luck_dropout", "luck_seeds")
    }
    assert set_to == {
        "luck_base": shown.members[0].run, "luck_change": "dropout", "luck_dropout": 0.2, "luck_seeds": 5,
    }  # fmt: skip
    at.button(key="luck_start").click().run()
    (live,) = kit.driver().live()
    assert [NetworkSpec.from_json(live.about[key]) for key in ("one", "other")] == [A, B]


def test_it_is_silent_before_both_have_ended_an_epoch() -> None:
    shown = kept_twin(kept_run(A), kept_run(B, epochs=0))
    at = opened("runs", view="twin", experiment=shown.id)
    assert "Only one thing is changed" not in as_read(at)
    assert "They part" not in as_read(at)
    assert "The sentence comes when both have ended an epoch." in as_read(at)


def test_a_twin_whose_run_is_gone_says_so() -> None:
    shown = kept_twin(kept_run(A), "d" * 32)
    assert "One of the two runs is gone" in as_read(opened("runs", view="twin", experiment=shown.id))


def test_damaged_runs_of_a_twin_say_so_and_the_rest_is_shown() -> None:
    one, other = kept_run(A), kept_run(B, 2.5, 0.75)
    for run_id in (one, other):
        (store.root() / run_id / "snapshots" / f"{0:09d}.npz").write_bytes(b"no weights")
    shown = kept_twin(one, other)
    said = as_read(opened("runs", view="twin", experiment=shown.id))
    assert "Only one thing is changed: dropout 0 → 0.2" in said
    assert "began" not in said  # nothing is claimed of weights that cannot be read
    lines = (store.root() / one / "history.jsonl").read_text().splitlines()
    (store.root() / one / "history.jsonl").write_text(
        "\n".join(lines[1:]) + "\n"
    )  # it never said how long an epoch is
    assert not opened("runs", view="twin", experiment=shown.id).exception
    (store.root() / one / "spec.json").write_text("{")
    at = opened("runs", view="twin", experiment=shown.id)
    assert "A cannot be shown." in as_read(at)


def test_two_kept_runs_that_differ_in_more_say_which_and_claim_no_cause() -> None:
    one, other = kept_run(A), kept_run(replace(B, learning_rate=0.01), 2.5, 0.75)
    at = opened("runs", view="twin", twin_way="kept", twin_a=one, twin_b=other)
    said = as_read(at)
    assert "2 things are changed: dropout 0 → 0.2 and learning rate 0.001 → 0.01." in said
    assert "Only" not in said
    at.button(key=f"luck_{one}{other}").click().run()
    assert not at.exception
    (live,) = kit.driver().live()
    assert (live.kind, live.total) == ("luck", 10)
    assert at.session_state["view"] == "luck"
    assert "Is the difference more than luck?" in as_read(at)


def test_a_kept_run_opens_on_train() -> None:
    one, other = kept_run(A), kept_run(B)
    at = opened("runs", view="twin", twin_way="kept", twin_a=one, twin_b=other)
    at.button(key=f"open_b_{one}{other}").click().run()
    assert at.session_state["run"] == other
    assert at.title[0].value == "Train"


def test_luck_tells_the_test_and_too_few() -> None:
    about = {"one": A.to_json(), "other": B.to_json()}
    pairs = [(0.80, 0.82), (0.81, 0.825), (0.79, 0.815), (0.80, 0.822)]
    members = tuple(
        ended(accuracy, part=part, seed=seed)
        for seed, pair in enumerate(pairs)
        for part, accuracy in zip("AB", pair, strict=True)
    )
    shown = keep("luck", members, about)
    at = opened("runs", view="luck", experiment=shown.id)
    assert luck.difference_sentence(
        luck.paired(luck.outcomes(members, "validation")), "Dropout 0 → 0.2"
    ) in as_read(at)
    assert "paired by seed" in as_read(at)
    at = fresh("runs", view="luck", experiment=shown.id)
    assert "paired by seed" not in as_read(at)
    at.pills(key=f"luck_{shown.id[:12]}_prediction").set_value("With every seed").run()
    at.button(key=f"luck_{shown.id[:12]}_commit").click().run()
    assert "You said **With every seed**. Right:" in as_read(at)
    assert "B is better with 4 of 4 seeds." in as_read(at)
    at.button(key=f"luck_{shown.id[:12]}_show_commit").click().run()
    assert "Train 16 runs" in labels(at)
    few = keep("luck", members[:4], about)
    assert "2 pairs so far, too few" in as_read(opened("runs", view="luck", experiment=few.id))
    alone = keep("luck", members[::2], {"one": A.to_json()})
    said = as_read(opened("runs", view="luck", experiment=alone.id))
    assert "This network: on average" in said
    assert "paired" not in said
    assert "grey line" not in said
    none = keep("luck", (), about)
    assert "The first point comes when a run has ended." in as_read(
        opened("runs", view="luck", experiment=none.id)
    )


def test_luck_is_begun_with_as_many_seeds_as_are_asked_for() -> None:
    at = opened("runs", view="luck", luck_what="one", luck_seeds="4")
    at.button(key="luck_start").click().run()
    (live,) = kit.driver().live()
    assert (live.kind, live.total) == ("luck", 4)


VALUES: dict[str, list[float]] = {"rate": [0.001, 0.01, 0.1], "width": [4, 8, 16]}


def swept() -> tuple[Member, ...]:
    return tuple(
        ended(0.5 + rate + width / 1000, run=f"{place:032x}", rate=rate, width=width)
        for place, (rate, width) in enumerate(
            [(rate, width) for rate in VALUES["rate"] for width in VALUES["width"]]
        )
    )


def test_a_sweep_fills_its_map_and_says_the_best_and_what_matters() -> None:
    about = {"values": VALUES, "method": "grid", "base": sweep.SMALL.to_json()}
    shown = keep("sweep", swept(), about)
    at = opened("runs", view="sweep", experiment=shown.id)
    assert sweep.sentence(swept(), 9) in as_read(at)
    assert "Learning rate matters most" in as_read(at)
    at = fresh("runs", view="sweep", experiment=shown.id)
    assert "matters most" not in as_read(at)
    at.pills(key=f"sweep_{shown.id[:12]}_prediction").set_value("0.01").run()
    at.button(key=f"sweep_{shown.id[:12]}_commit").click().run()
    assert "You said **0.01**. The best run with it reads 52.60 % of the validation pictures." in as_read(
        at
    ).replace("\u00a0", " ")
    assert "The best run has learning rate 0.1." in as_read(at)
    at.button(key=f"sweep_{shown.id[:12]}_show_commit").click().run()
    assert not at.exception
    assert at.session_state["sweep_method"] == "random"
    assert next(box for box in at.expander if box.label == "What is tried, and how").proto.expanded
    assert "Train 20 runs" in labels(at)
    figure = figures(at)[0]
    assert [trace["type"] for trace in figure["traces"]] == ["heatmap", "scatter"]
    assert figure["traces"][1]["customdata"] == [one.run for one in swept()]
    part = keep("sweep", swept()[:7], about, total=9, ended="cancelled", reason=HOSTILE)
    at = opened("runs", view="sweep", experiment=part.id)
    assert "so far" in as_read(at)
    assert "matters most" not in as_read(at)
    assert HOSTILE not in " ".join(caption.value for caption in at.caption)


def test_one_setting_is_a_line_and_three_are_parallel() -> None:
    one = keep(
        "sweep",
        tuple(ended(0.5 + rate, rate=rate) for rate in VALUES["rate"]),
        {"values": {"rate": VALUES["rate"]}, "method": "grid"},
    )
    at = opened("runs", view="sweep", experiment=one.id)
    assert [trace["type"] for trace in figures(at)[0]["traces"]] == [
        "scatter",
        "scatter",
    ]
    three = keep(
        "sweep", tuple(replace(member, values={**member.values, "optimizer": "sgd"}) for member in swept()),
        {"values": {**VALUES, "optimizer": ["sgd", "adam"]}, "method": "random"},
    )  # fmt: skip
    at = opened("runs", view="sweep", experiment=three.id)
    assert [trace["type"] for trace in figures(at)[0]["traces"]] == ["parcoords"]
    assert "A line is a run" in as_read(at)


def test_a_pressed_run_opens_on_train() -> None:
    run = kept_run(A)
    members = (ended(0.5, run=run, rate=0.1), ended(None, "died", run="e" * 32, rate=0.01))
    shown = keep("sweep", members, {"values": {"rate": [0.01, 0.1]}, "method": "grid"})
    at = opened("runs", view="sweep", experiment=shown.id)
    at.button(key=f"sweep_open_{shown.id}").click().run()
    assert at.session_state["run"] == run
    assert at.title[0].value == "Train"


def test_too_many_settings_and_too_few_values_are_told() -> None:
    at = opened("runs", view="sweep")
    at.pills(key="sweep_vary").set_value(["rate", "width", "depth", "dropout", "batch"]).run()
    assert "A sweep varies one to 4 settings" in as_read(at)
    assert at.button(key="sweep_start").disabled
    at.pills(key="sweep_vary").set_value(["rate"]).run()
    at.pills(key="sweep_rate").set_value(["0.1"]).run()
    assert "Give learning rate two values or more" in as_read(at)
    at.pills(key="sweep_rate").set_value(["0.1", "0.01"]).run()
    assert "Train 2 runs" in labels(at)
    at.button(key="sweep_start").click().run()
    assert not at.exception
    (live,) = kit.driver().live()
    assert live.about["values"] == {"rate": [0.01, 0.1]}


@pytest.mark.parametrize("kind", record.KINDS)
def test_records_of_strangers_hurt_nobody(kind: str) -> None:
    """Damaged, of another shape, hostile in every word: the section opens and says what it can."""
    bad: list[dict[str, Any]] = [
        {"title": HOSTILE, "reason": HOSTILE, "about": {}},
        {"about": {"one": HOSTILE, "other": [1], "values": {"rate": ["x"]}, "base": 3, "method": {}}},
        {"members": (ended(0.5, run="f" * 32, part=HOSTILE, seed=HOSTILE, rate=HOSTILE),)},
    ]
    for changes in bad:
        given: dict[str, Any] = {
            "members": (),
            "about": {"one": A.to_json(), "other": B.to_json()},
            "ended": "failed",
        } | changes
        shown = keep(kind, **given)
        at = opened("runs", view=kind, experiment=shown.id)
        assert HOSTILE not in " ".join(
            str(element.value) for element in (*at.markdown, *at.caption, *at.warning, *at.info)
        )
    record.file_of(shown.id).write_text("{")
    assert not opened("runs", view=kind, experiment=shown.id).exception
    assert not opened("runs", view=kind, experiment="../../etc/passwd").exception


def test_an_interrupted_experiment_says_so_and_shows_what_came() -> None:
    members = (*swept()[:3], replace(swept()[3], state="", validation=None))
    shown = keep("sweep", members, {"values": VALUES, "method": "grid"}, total=9, ended="")
    said = as_read(opened("runs", view="sweep", experiment=shown.id))
    assert "The server stopped while this experiment was on: 3 of 9 runs finished" in said
    assert "Best on validation so far" in said


def test_an_experiment_is_forgotten_and_its_runs_stay() -> None:
    one, other = kept_run(A), kept_run(B)
    shown = kept_twin(one, other)
    record.journal_of(shown.id).write_text("{}")
    at = opened("runs", view="twin", experiment=shown.id)
    at.button(key=f"forget_{shown.id}").click().run()
    assert not at.exception
    assert "Nothing is trained yet." in as_read(at)
    assert not list(record.root().iterdir())
    assert {run.id for run in store.all_runs()} == {one, other}


def test_a_shared_server_shows_only_what_the_link_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETLAB_SHARED", "1")
    shown, other = (
        keep("sweep", swept(), {"values": VALUES, "method": "grid"}, title=title)
        for title in ("Mine", "Theirs")
    )
    at = opened("runs", view="sweep", experiment=shown.id)
    assert "Best on validation" in as_read(at)
    assert not [box for box in at.selectbox if box.label == "Shown"]
    assert at.button(key=f"forget_{shown.id}").disabled
    assert "belongs to another browser" in str(at.button(key=f"forget_{shown.id}").help)
    kit._forget(shown)
    assert record.read(shown.id) is not None
    assert "No sweep has begun yet." in as_read(opened("runs", view="sweep"))
    assert other.title == "Theirs"


def test_too_many_experiments_are_refused_in_a_sentence() -> None:
    at = opened("runs", view="sweep")
    for _ in range(3):
        at.button(key="sweep_start").click().run()
    assert "2 of your experiments are under way already" in " ".join(
        error.value for error in at.error
    ).replace("\\", "")
    assert twin.plan(A, B).total == 2
