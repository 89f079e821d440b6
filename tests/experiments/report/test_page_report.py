"""The section that writes a report: without a run it says so, with one it offers the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from netlab.experiments.report.report import Report, html
from netlab.training.queue import JobQueue
from tests.pages import as_read, empty_caches, fresh, opened, serve
from tests.runs.kept import kept_run


@pytest.fixture(autouse=True)
def job_queue(digits_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[JobQueue]:
    one = JobQueue(slots=1, warm=False)
    one.slots = 0
    serve(one, monkeypatch)
    empty_caches()
    yield one
    one.close()


def test_without_a_run_it_says_so() -> None:
    assert "there is none yet" in as_read(opened("runs", view="report"))


def test_what_is_written_goes_into_the_file() -> None:
    run = kept_run()
    at = opened("runs", view="report", run=run.id)
    assert "One HTML file of" in as_read(at)
    at.text_area(key="report_question").set_value("Why?").run()
    assert not at.exception
    (run.folder / "spec.json").write_text("{}")
    at.run()
    assert not at.exception


def test_what_was_predicted_on_another_page_goes_into_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    run, told = kept_run(), list[Report]()

    def noted(report: Report) -> str:
        told.append(report)
        return html(report)

    monkeypatch.setattr("netlab.experiments.report.view.html", noted)
    at = fresh("rewind", run=run.id)
    at.pills(key="rewind_prediction").set_value("300").run()
    at.button(key="rewind_commit").click().run()
    at.switch_page("pages/runs.py")
    at.query_params["view"] = "report"
    at.run()
    assert not at.exception
    ((question, answer, why),) = told[-1].predicted
    assert why == ""  # asked for on the pages of the ideas alone
    assert answer == "300"
    assert "most test digits" in question
