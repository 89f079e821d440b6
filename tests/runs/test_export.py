"""A run's history as a table, its name as a file's, two runs side by side."""

from __future__ import annotations

import csv
import io
import math
import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from netlab.nets.presets import PRESETS
from netlab.nets.spec import NetworkSpec
from netlab.runs.compare import Outcome, differences, outcome
from netlab.runs.events import Metrics, Started, Validation
from netlab.runs.export import COLUMNS, file_name, history_csv
from netlab.runs.history import History, load
from tests.runs.kept import kept_run


def rows(history: History) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(history_csv(history))))


def test_a_row_is_a_step_with_its_batch_and_its_validation() -> None:
    history = load(kept_run().events())
    table = rows(history)
    assert tuple(table[0]) == COLUMNS
    assert [int(row["step"]) for row in table] == list(range(1, 41))
    assert [int(row["epoch"]) for row in table] == [1] * 20 + [2] * 20
    np.testing.assert_allclose([float(row["loss"]) for row in table], history.losses, rtol=1e-5)
    seen = {int(row["step"]): row["validation_accuracy"] for row in table if row["validation_loss"]}
    assert seen == {20: "0.95", 40: "0.95"}


def test_step_0_is_told_where_it_was_validated_and_what_is_no_number_is_empty() -> None:
    history = load(
        [
            Started("0" * 32, 10, 64, 20, 2, 4, "made", ""),
            Validation(0, 2.5, 0.1),
            Metrics(2, (2.0, None), (0.5, 0.25), 1.0, 1.0),
        ]
    )
    assert rows(history) == [
        dict(zip(COLUMNS, ("0", "0", "", "", "2.5", "0.1"), strict=True)),
        dict(zip(COLUMNS, ("1", "1", "2", "0.5", "", ""), strict=True)),
        dict(zip(COLUMNS, ("2", "1", "", "0.25", "", ""), strict=True)),
    ]


def test_a_run_that_has_not_begun_is_a_head_without_rows() -> None:
    assert history_csv(History()) == ",".join(COLUMNS) + "\n"


@given(some.text(max_size=100))
def test_any_name_becomes_one_that_every_system_takes(name: str) -> None:
    found = file_name(name, "0a1b2c3d" * 4)
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}-0a1b2c", found)


def test_what_differs_is_named_with_the_rates_in_use() -> None:
    assert differences(NetworkSpec(), NetworkSpec(learning_rate=0.001)) == {}
    assert differences(NetworkSpec(), NetworkSpec(optimizer="sgd")) == {
        "optimizer": ("adam", "sgd"),
        "learning_rate": (0.001, 0.01),
        **{
            key: (value, None)
            for key, value in NetworkSpec().optimizer_arguments.items()
            if key != "learning_rate"
        },
    }
    for preset in PRESETS.values():
        assert differences(preset.spec, preset.spec) == {}


def test_an_outcome_is_the_ending_s_or_the_latest_validation_s() -> None:
    run = kept_run()
    assert outcome(run) == Outcome("done", 0.95, 0.2, 2.0)
    (run.folder / "end.json").unlink()
    found = outcome(run)
    assert (found.state, found.accuracy, found.seconds) == ("interrupted", 0.95, None)
    assert math.isclose(found.loss or 0, 0.2)
    (run.folder / "history.jsonl").unlink()
    assert outcome(run) == Outcome("not begun")
