"""Which pictures it gets wrong, what it takes them for, and whether it is as often right as it says."""

from __future__ import annotations

from collections.abc import Hashable

import streamlit as st

from netlab.app.choice import choose
from netlab.app.components import live_figure
from netlab.app.frame import literal
from netlab.app.lesson import covered, judged, predict_first, show_code
from netlab.experiments.expected import of_pairs
from netlab.experiments.inside import calibration, confusion, heat, words
from netlab.experiments.inside.answers import Answers
from netlab.experiments.inside.confusion import Counts
from netlab.experiments.inside.figures_calibration import reliability_figure
from netlab.experiments.inside.view.cells import cell_asked, open_cell, read_as, table
from netlab.experiments.inside.view.known import (
    answers_of,
    at_moment,
    called,
    key_of,
    moments_of,
    sound,
)
from netlab.experiments.subject import Subject
from netlab.experiments.view.subjects import Pictures, offered, opened
from netlab.formatting import counted, fixed
from netlab.runs.run import RunError

KINDS = {"counts": "Counts", "shares": "Shares", "difference": "Difference to…"}
ORDERS = {"worst": "Surest mistakes", "unsure": "Least sure mistakes", "hair": "Right by a hair"}
SAID = {
    "counts": "A row: what it is. A column: what it was read as. Blue: right; orange: a mistake, fuller the more there are (logarithmic).",
    "shares": "Of the pictures of each row, the percentage in each column. Blue: right; orange: a mistake, fuller the more there are (logarithmic).",
    "difference": "Pictures now minus pictures there. Blue: better now; orange: worse now; fuller for larger differences (logarithmic).",
}  # fmt: skip

ASKED = "inside_cell"


def mistakes(subject: Subject, pictures: Pictures) -> None:
    """Show it."""
    answers = answers_of(subject, pictures)
    if not sound(answers):
        return
    counts = confusion.count(pictures.labels, answers.said)
    names = called(pictures)
    st.markdown(words.overall(counts))
    if _ask_first(subject, counts, names):
        _confusion(subject, pictures, answers, counts)
        st.subheader("Class by class", anchor=False)
        _class_by_class(counts, pictures)
    else:
        covered("The table of all mistakes, and what it reads correctly, class by class.")
    st.subheader("Surest, and least sure", anchor=False)
    _in_order(pictures, answers)
    st.subheader("Is it as often right as it says?", anchor=False)
    _calibration(subject, pictures, answers)
    show_code(confusion.count, calibration.reliability, calibration.best_temperature)


def _ask_first(subject: Subject, counts: Counts, names: tuple[str, ...]) -> bool:
    found = confusion.pairs(counts)
    offered_pairs = sorted([found[0], found[7], found[16], found[29]])
    times = {f"{names[one]} and {names[other]}": often for one, other, often in offered_pairs}
    return predict_first(
        f"inside_pairs_{subject.id[:12]}",
        "Which two does it confuse most often?",
        judged(
            of_pairs(times),
            max(times, key=times.__getitem__),
            link="Show the table in shares",
            setting={"inside_table": "shares"},
        ),
        words.confused(counts, names),
    )


@st.fragment
def _confusion(subject: Subject, pictures: Pictures, answers: Answers, counts: Counts) -> None:
    """The table, and what lies in the cell that was pressed."""
    kind = choose(
        st.segmented_control, "The table shows", KINDS, key="inside_table", titles=KINDS.__getitem__,
        label_visibility="collapsed",
    )  # fmt: skip
    other = _other(subject, pictures) if kind == "difference" else None
    before = None if other is None else confusion.count(pictures.labels, other.said)
    word = cell_asked(ASKED)
    left, right = st.columns([11, 9])
    with left:
        cells = (
            heat.of_difference(counts, before) if before is not None
            else heat.of_shares(counts) if kind == "shares" else heat.of_counts(counts)
        )  # fmt: skip
        shown = "counts" if kind == "difference" and before is None else kind
        table(
            "inside_confusion", cells, counts, pictures, SAID[shown], f"Confusion table: {KINDS[shown]}", word,
            before=before, asked=ASKED,
        )  # fmt: skip
    with right:
        _opened_cell(word, pictures, answers, other)


def _opened_cell(word: str, pictures: Pictures, answers: Answers, other: Answers | None) -> None:
    places = open_cell(ASKED, word, pictures, answers)
    if not word:
        return
    truth, said = map(int, word.split("-"))
    if other is None:
        return
    there = confusion.in_cell(pictures.labels, other.said, other.sureness, truth, said)
    new, gone = (
        sorted(set(places) - set(there.tolist())),
        sorted(set(there.tolist()) - set(places)),
    )
    st.markdown(
        "1 picture of these was not in this cell there."
        if len(new) == 1
        else f"{counted(len(new), 'picture')} of these were not in this cell there."
    )
    if gone:
        st.markdown(f"**In this cell there, no longer here**: {counted(len(gone), 'picture')}.")
        read_as(f"inside_gone_{word}", gone, pictures, answers)


def _other(subject: Subject, pictures: Pictures) -> Answers | None:
    """What another moment of this run, or another network of the same data, says."""
    moments = [step for step in moments_of(subject) if step != subject.step]
    options = {
        f"step-{step}": f"this run after {step:,} batch{'' if step == 1 else 'es'}" for step in moments
    }
    options |= {run_id: name for run_id, name in offered().items() if run_id != subject.id}
    if not options:
        st.info("There is nothing to compare it with yet.")
        return None
    chosen = choose(
        st.selectbox, "Compare with", options, key="inside_other", titles=lambda one: options[one]
    )
    try:
        other = at_moment(subject, int(chosen[5:])) if chosen.startswith("step-") else opened(chosen)
    except RunError as error:
        st.warning(literal(error), icon=":material/broken_image:")
        return None
    if other.spec.data != subject.spec.data:
        st.info("That network learnt from other pictures, so the two cannot be compared cell by cell.")
        return None
    answers = answers_of(other, pictures)
    if not sound(answers):
        return None
    counts, before = (
        confusion.count(pictures.labels, answers_of(one, pictures).said) for one in (subject, other)
    )
    st.markdown(words.compared(counts, before, literal(options[chosen])))
    return answers


def _class_by_class(counts: Counts, pictures: Pictures) -> None:
    """Recall and precision, each explained once."""
    st.caption(
        "Recall: of the pictures of a class, the share that is found. Precision: of the pictures read as it, the share that is it."
    )
    found = confusion.scores(counts)
    taken = [None if place is None else pictures.classes[place] for place in confusion.taken_for(counts)]
    st.dataframe(
        {
            "class": list(pictures.classes),
            "pictures": [one.there for one in found],
            "recall": [_share(one.recall) for one in found],
            "precision": [_share(one.precision) for one in found],
            "most often taken for": [name or "none" for name in taken],
        },
        hide_index=True,
        height="content",
        column_config={"pictures": st.column_config.NumberColumn(format="localized")},
    )


def _share(value: float | None) -> str:
    return "none" if value is None else f"{fixed(100 * value, 1)}\u00a0%"


@st.fragment
def _in_order(pictures: Pictures, answers: Answers) -> None:
    order = choose(
        st.segmented_control, "Show first", ORDERS, key="inside_order", titles=ORDERS.__getitem__,
        label_visibility="collapsed",
    )  # fmt: skip
    worst = confusion.worst_first(pictures.labels, answers.said, answers.sureness)
    places = {
        "worst": worst,
        "unsure": worst[::-1],
        "hair": confusion.by_a_hair(pictures.labels, answers.said, answers.sureness),
    }[order]
    if not len(places):
        st.markdown("There are none." if order == "hair" else "It makes no mistake on these pictures.")
        return
    st.caption(
        {
            "worst": "Wrong, and sure of it: is the picture odd, or the network?",
            "unsure": "Wrong, but only just: the right answer was close behind.",
            "hair": "Right, but barely, so perhaps for a wrong reason.",
        }[order]
    )
    read_as(f"inside_{order}", places[:200].tolist(), pictures, answers)


def _calibration(subject: Subject, pictures: Pictures, answers: Answers) -> None:
    every = calibration.reliability(answers.probabilities, pictures.labels)
    st.markdown(
        "Of all answers of which it is 70\u00a0% sure, 70\u00a0% should be right: then its marks lie on the dashed line. "
        "Below the line it is surer than right. " + words.calibrated(every)
    )
    if len(pictures.labels) < 2:
        return
    mended = _mended(key_of(subject, pictures), answers, pictures)
    figure, alt = reliability_figure(every, mended.after)
    live_figure("inside_reliability", figure, alt)
    st.markdown(words.mending(mended))
    st.caption(
        f"{len(every.counts)} bins of equal width; a larger mark stands for more answers, and a bin of few answers says little."
    )


@st.cache_resource(show_spinner=False, max_entries=40)
def _mended(key: Hashable, _answers: Answers, _pictures: Pictures) -> calibration.Mended:
    return calibration.mended(_answers.logits, _pictures.labels)
