"""A lab report is one file that needs nothing, says what the run says, and shows what a reader typed as text."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from netlab.data import Digits
from netlab.experiments.report.chart import Line, chart, ticks
from netlab.experiments.report.gather import gather
from netlab.experiments.report.report import Drawn, html, link
from netlab.experiments.rewind.course import table
from netlab.nets.spec import NetworkSpec
from netlab.runs.run import Run, RunError
from netlab.runs.store import create, new_id
from netlab.training.axes import Axis
from netlab.training.prediction import from_ends, keep
from tests.runs.kept import SPEC, kept_run

DIGITS = tuple("0123456789")
HOSTILE = "<script>alert(1)</script> & \"quoted\" 'too' <img src=x onerror=alert(1)>"


class Reader(HTMLParser):
    """What a browser would meet: elements, addresses, and the text between."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.addresses: list[str] = []
        self.handlers: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def run() -> Run:
    return kept_run()


def made(run: Run, digits: Digits, **said: object) -> str:
    return html(gather(run, digits.x_test, digits.y_test, DIGITS, **said))  # type: ignore[arg-type]


def test_it_tells_what_the_run_tells(run: Run, digits: Digits) -> None:
    keep(run, from_ends(0.5, 0.99, 2))
    page = Reader(made(run, digits, question="Does it learn?", seen="It does."))
    for words in (
        "Does it learn?",
        "It does.",
        "95.00\xa0%",
        "6,370 parameters",
        "Before the run",
        "keras.Sequential",
        "seed 0",
    ):
        assert words in page.text, words
    assert page.elements.count("svg") == 2
    assert "script" not in page.elements
    spec, weights, _ = run.latest_weights()
    counts = table(spec, weights, digits.x_test, digits.y_test)
    assert f"{np.trace(counts):,} of {len(digits.y_test):,} lie on the diagonal" in page.text


def test_what_a_reader_types_is_text(run: Run, digits: Digits) -> None:
    run.rename(HOSTILE[:60])
    page = Reader(made(run, digits, question=HOSTILE, seen=HOSTILE))
    assert page.text.count(HOSTILE) == 2
    assert "script" not in page.elements
    assert page.handlers == []


def test_nothing_comes_from_elsewhere(run: Run, digits: Digits) -> None:
    drawn = Drawn(np.eye(28, dtype=np.float32), np.full(10, 0.1, np.float32))
    source = made(run, digits, drawings=(drawn,))
    page = Reader(source)
    assert [one[:22] for one in page.addresses if not one.startswith("http://localhost:8501/train?")] == [
        "data:image/png;base64,"
    ]
    assert "default-src 'none'".replace("'", "&#x27;") in source
    assert len(source) < 5_000_000
    assert "10.0\xa0%" in page.text


def test_the_link_brings_the_settings_and_the_seed_back() -> None:
    spec = NetworkSpec(hidden=(64,), seed=7, validation="held-back")
    address = link("http://lab:1/", spec, "a" * 32)
    assert address.startswith("http://lab:1/train?")
    assert {"width=64", "seed=7", f"run={'a' * 32}"} <= set(address.partition("?")[2].split("&"))
    assert link("http://lab:1", NetworkSpec()) == "http://lab:1/train"


def test_a_run_that_has_just_begun_has_a_short_report(digits: Digits) -> None:
    page = Reader(made(create(SPEC, new_id()), digits))
    assert "has not finished" in page.text
    assert "svg" not in page.elements
    assert "lie on the diagonal" not in page.text


def test_an_optimizer_that_keras_lacks_has_no_script(digits: Digits) -> None:
    from netlab.nn.optimizers import ON_TRAIN

    lacking = next(key for key, row in ON_TRAIN.items() if row.keras_class is None)
    page = Reader(made(kept_run(replace(SPEC, optimizer=lacking)), digits))
    assert "there is no script" in page.text


def test_a_damaged_run_is_refused(run: Run, digits: Digits) -> None:
    (run.folder / "spec.json").write_text("{}")
    with pytest.raises(RunError):
        made(run, digits)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0.9, 1, [0.9, 0.92, 0.94, 0.96, 0.98, 1]),
        (0, 50, [0, 10, 20, 30, 40, 50]),
    ],
)
def test_ticks_are_round(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high) == expected


def test_a_line_lies_where_its_numbers_are_and_breaks_where_they_are_not() -> None:
    line = Line("<b>", "#000", "", np.array([0.0, 5.0, 10.0]), np.array([0.0, np.nan, 1.0]), marked=True)
    drawn = chart([line], Axis(0, 10), Axis(0, 1), "x", "y")
    assert 'd="M58.0 260.0M548.0 30.0"' in drawn
    assert drawn.count("<circle") == 2
    assert "&lt;b&gt;" in drawn


def test_a_table_on_other_pictures_says_so(run: Run, digits: Digits) -> None:
    words = "come from elsewhere than those that it learnt from"
    assert words not in made(run, digits, source="mnist")
    assert words in made(run, digits, source="stand-in")


def test_what_was_predicted_on_the_pages_is_told(run: Run, digits: Digits) -> None:
    page = Reader(
        made(
            run,
            digits,
            predicted=(("Which two?", "4 and <b>9</b>", "<i>Both</i> are round"), ("How?", "So", "")),
        )
    )
    assert "Which two? 4 and <b>9</b> Why: “<i>Both</i> are round”" in page.text
    assert "How? So" in page.text
    assert page.text.count("Why: “") == 1
    assert "On the pages" not in Reader(made(run, digits)).text
