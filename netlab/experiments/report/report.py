"""A lab report as one HTML file: read without Netlab, printed, and checked by whoever gets it.

Everything in it is text, tables, SVG and small PNG pictures of its own; its policy forbids scripts and anything from
elsewhere. What a reader typed is shown as text, letter by letter.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from netlab.arrays import Floats
from netlab.experiments.report.chart import Line, chart
from netlab.formatting import fixed, percent, probability, word
from netlab.nets.keras_script import keras_script
from netlab.nets.naming import pictures, validation_name
from netlab.nets.spec import NetworkSpec
from netlab.nn.optimizers import ON_TRAIN
from netlab.plots.palette import BLUE, GREY, VERMILION
from netlab.runs.diagnosis import findings
from netlab.runs.events import Done
from netlab.runs.history import History
from netlab.runs.verdict import verdict
from netlab.training.axes import Axis, accuracy_axis, epochs_axis, loss_axis, mean_sentence
from netlab.training.controls import to_controls, within_controls
from netlab.training.prediction import Prediction, gap, in_words
from netlab.training.run_words import facts, settings

LONGEST = 20_000
"""Letters that a reader may write into one field."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
STYLE = """
:root { color-scheme: light; } body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24; }
h1 { font-size: 1.7rem; margin-bottom: 0.2rem; } h2 { font-size: 1.2rem; margin-top: 2rem; border-bottom: 1px solid #d0d7de; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; } td, th { border: 1px solid #d0d7de; padding: 0.2rem 0.5rem; text-align: right; }
td:first-child, th:first-child { text-align: left; } .said { white-space: pre-wrap; overflow-wrap: anywhere; background: #f6f8fa; padding: 0.75rem; border-radius: 6px; }
.settings { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 0.15rem 1.5rem; } svg { width: 100%; max-width: 35rem; font-size: 12px; }
.grid { stroke: #d0d7de; stroke-width: 1; } .charts { display: flex; flex-wrap: wrap; gap: 1rem; } .charts > * { flex: 1 1 24rem; }
.table td { padding: 0.15rem 0.3rem; min-width: 2rem; } .quiet { color: #57606a; font-size: 0.9rem; } pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 0.8rem; background: #f6f8fa; padding: 0.75rem; }
figure { margin: 0; } .drawn { display: flex; gap: 1rem; align-items: center; } .drawn img { width: 112px; height: 112px; image-rendering: pixelated; background: #000; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } h2, tr, figure, svg { break-inside: avoid; } pre { font-size: 7pt; } }
"""


@dataclass(frozen=True)
class Drawn:
    """A drawing and what was read: the 28×28 picture in [0, 1] as the network got it, and ten probabilities."""

    image: Floats
    probabilities: NDArray[np.float32]


@dataclass(frozen=True)
class Report:
    """What a report tells.

    Attributes
    ----------
    run_id, name : str
        The run.
    spec : NetworkSpec
        Its network and training.
    history : History
        Its events.
    done : Done or None
        How it ended; None if it did not come to its end.
    started_at : str
        When, ISO 8601; empty if unknown.
    question, seen : str
        What its reader asked, and wrote down of what they saw; any text.
    expected : Prediction or None
        What they predicted before it began.
    table : int array (10, 10) or None
        Confusion table of its last weights on the test pictures; None if there are none.
    classes : tuple of str
        What the ten answers are called.
    drawings : tuple of Drawn
        Drawings that it read.
    address : str
        Where Netlab was open, such as "http://localhost:8501"; the link begins so.
    predicted : tuple of (question, answer, why)
        What its reader predicted on the pages, before they saw what answers it, and why; empty if they said not why.
    elsewhere : bool
        Whether the test pictures of the table come from elsewhere than those that the run learnt from.
    trouble : str
        What of the run could not be read, in sentences; empty for a good one.
    """

    run_id: str
    name: str
    spec: NetworkSpec
    history: History
    done: Done | None
    started_at: str
    question: str = ""
    seen: str = ""
    expected: Prediction | None = None
    table: NDArray[Any] | None = None
    classes: tuple[str, ...] = tuple("0123456789")
    drawings: tuple[Drawn, ...] = ()
    address: str = "http://localhost:8501"
    elsewhere: bool = False
    predicted: tuple[tuple[str, str, str], ...] = ()
    trouble: str = ""


def link(address: str, spec: NetworkSpec, run_id: str = "") -> str:
    """The address of the page Train with these settings, seed included, and the run where it is kept.

    Parameters
    ----------
    address : str
        Where Netlab is open.
    spec : NetworkSpec
        The settings; those that controls have no place for are left out.
    run_id : str
        The run; none if empty.

    Returns
    -------
    str
        An address whose every part is quoted.
    """
    values: dict[str, str] = {}
    if within_controls(spec):
        usual = to_controls(NetworkSpec())
        values = {key: word(value) for key, value in to_controls(spec).items() if usual.get(key) != value}
    if run_id:
        values["run"] = run_id
    return f"{address.rstrip('/')}/train{'?' if values else ''}{urlencode(values)}"


def html(report: Report) -> str:
    """The report as one HTML document.

    Parameters
    ----------
    report : Report
        What it tells.

    Returns
    -------
    str
        A whole document without scripts; every text of a reader is escaped.
    """
    sections = [
        _section("What is missing", _missing(report.trouble)),
        _section("Question", _said(report.question)),
        _section("Prediction", _prediction(report)),
        _section("Settings", _settings(report.spec)),
        _section("What came of it", _outcome(report)),
        _section("Curves", _curves(report)),
        _section("Epoch by epoch", _epochs(report)),
        _section("What stands out", _findings(report)),
        _section("Where it is wrong", _table(report)),
        _section("Drawings that it read", _drawings(report)),
        _section("What I saw", _said(report.seen)),
        _section("To do it again", _again(report)),
    ]
    when = f" · {escape(report.started_at[:16].replace('T', ' '))} UTC" if report.started_at else ""
    told = " · ".join(facts(report.spec, report.history.started))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}"><title>{escape(report.name)}: lab report</title>'
        f"<style>{STYLE}</style></head><body><h1>{escape(report.name)}</h1><p class='quiet'>{escape(told)}{when} · a run of "
        f"Netlab</p>{''.join(sections)}</body></html>\n"
    )


def _section(title: str, body: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{body}</section>" if body else ""


def _said(text: str) -> str:
    return f'<p class="said">{escape(text[:LONGEST].strip())}</p>' if text.strip() else ""


def _missing(trouble: str) -> str:
    return f"<p>Not all of this run can be read. {escape(trouble)}</p>" if trouble else ""


def _prediction(report: Report) -> str:
    said = "".join(
        f"<li>{escape(question)} <b>{escape(answer)}</b>{f' Why: “{escape(why)}”' if why else ''}</li>"
        for question, answer, why in report.predicted
    )
    listed = f"<p>On the pages:</p><ul>{said}</ul>" if said else ""
    return _expected(report) + listed


def _expected(report: Report) -> str:
    if report.expected is None:
        return ""
    told = f"<p>Before the run: {escape(in_words(report.expected))}</p>"
    ends = [(end.epoch, end.validation_accuracy) for end in report.history.epochs]
    found = gap(report.expected, ends)
    return f"{told}<p>{escape(found)}</p>" if found else told


def _settings(spec: NetworkSpec) -> str:
    rows = "".join(f"<div><b>{escape(label)}</b> {escape(value)}</div>" for label, value in settings(spec))
    return f'<div class="settings">{rows}</div><p>{spec.parameter_count:,} parameters.</p>'


def _outcome(report: Report) -> str:
    if report.done is None:
        return f"<p>It has not finished; {report.history.step:,} batches were trained.</p>"
    told = verdict(report.spec, report.history, report.done).sentence.replace("**", "")
    return (
        f"<p>{escape(told)}</p><p>{percent(report.done.test_accuracy, 2)} of the test {pictures(report.spec)} right, mean loss "
        f"{_loss(report.done.test_loss)}, in {fixed(report.done.seconds, 1)} seconds.</p>"
    )


def _curves(report: Report) -> str:
    lines, started = report.history.curves(400), report.history.started
    if started is None or not lines.step:
        return ""
    epoch = started.steps_per_epoch
    across = epochs_axis(lines.step, started.total_steps, epoch, "far", live=False)
    drops = any(layer.dropout for layer in report.spec.layers)
    drawn = []
    for title, smooth, validated, upwards in (
        ("share right", lines.accuracy_smooth, lines.validation_accuracy, accuracy_axis(lines, "left")),
        ("loss", lines.loss_smooth, lines.validation_loss, loss_axis(lines, "left")),
    ):
        found = [
            Line(f"training, mean of {lines.window}", BLUE, "", smooth.steps / epoch, smooth.values),
            Line(
                validation_name(report.spec),
                VERMILION,
                "6 4",
                validated.steps / epoch,
                validated.values,
                marked=True,
            ),
        ]
        if report.expected is not None and title == "share right":
            points = report.expected
            found.append(
                Line(
                    "predicted",
                    GREY,
                    "2 4",
                    np.array(points.epochs, float),
                    np.array(points.accuracies, float),
                )
            )
        drawn.append(f"<figure>{chart(found, across, _linear(upwards), 'epochs', title)}</figure>")
    told = mean_sentence(lines, drops=drops)
    return f'<div class="charts">{"".join(drawn)}</div><p class="quiet">{escape(told)}</p>'


def _linear(axis: Axis) -> Axis:
    return replace(axis, low=float(axis.low), high=float(axis.high))


def _epochs(report: Report) -> str:
    if not report.history.epochs:
        return ""
    head = "<tr><th>epoch</th><th>training loss</th><th>training right</th><th>validation loss</th><th>validation right</th></tr>"
    rows = "".join(
        f"<tr><td>{end.epoch}</td><td>{_loss(end.loss)}</td><td>{percent(end.accuracy, 2)}</td><td>{_loss(end.validation_loss)}</td>"
        f"<td>{percent(end.validation_accuracy, 2)}</td></tr>"
        for end in report.history.epochs
    )
    return f"<table>{head}{rows}</table>"


def _loss(value: float | None) -> str:
    return "not a number" if value is None else fixed(value, 4)


def _findings(report: Report) -> str:
    found = findings(report.spec, report.history)
    return "".join(
        f"<p><b>{escape(_plain(one.title))}</b> {escape(_plain(one.evidence))} {escape(_plain(one.advice))}</p>"
        for one in found
    )


def _plain(markdown: str) -> str:
    return markdown.replace("**", "")


def _table(report: Report) -> str:
    if report.table is None:
        return ""
    names = [escape(name) for name in report.classes]
    head = "<tr><th></th>" + "".join(f"<th>{name}</th>" for name in names) + "</tr>"
    rows = []
    for row, counts in enumerate(report.table.tolist()):
        total = max(1, sum(counts))
        cells = "".join(_cell(count, total, right=row == column) for column, count in enumerate(counts))
        rows.append(f"<tr><td>{names[row]}</td>{cells}</tr>")
    right = int(np.trace(report.table))
    other = " The pictures come from elsewhere than those that it learnt from." if report.elsewhere else ""
    return (
        f'<table class="table">{head}{"".join(rows)}</table><p class="quiet">A row is what a test picture is, a column what was '
        f"answered; {right:,} of {int(report.table.sum()):,} lie on the diagonal and are right.{other}</p>"
    )


def _cell(count: int, total: int, *, right: bool) -> str:
    if not count:
        return "<td></td>"
    colour = "0,114,178" if right else "213,94,0"
    return f'<td style="background:rgba({colour},{0.75 * (count / total) ** 0.5:.2f})">{count}</td>'


def _drawings(report: Report) -> str:
    return "".join(_drawing(one, report.classes) for one in report.drawings)


def _drawing(drawn: Drawn, classes: Sequence[str]) -> str:
    order = np.argsort(-drawn.probabilities, kind="stable")[:3]
    told = ", ".join(f"{escape(classes[k])} ({probability(drawn.probabilities[k])})" for k in order)
    return f'<div class="drawn"><img alt="a drawing, 28 by 28 pixels" src="{_png(drawn.image)}"><p>Read as {told}.</p></div>'


def _png(image: Floats) -> str:
    file = io.BytesIO()
    Image.fromarray(np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)).save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def _again(report: Report) -> str:
    place = link(report.address, report.spec, report.run_id)
    told = (
        f'<p>With Netlab: <a href="{escape(place)}">{escape(place)}</a> opens the page with these settings and seed '
        f"{report.spec.seed}, and this run where it is kept.</p>"
    )
    if ON_TRAIN[report.spec.optimizer].keras_class is None:
        return f"{told}<p>Keras does not have this optimizer, so there is no script.</p>"
    return f"{told}<p>Without Netlab, in Keras:</p><pre>{escape(keras_script(report.spec))}</pre>"
