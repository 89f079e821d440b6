"""The pieces together: one test digit on its way through the network of this course, each piece with its page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from netlab.app import digits
from netlab.app.png import png_url
from netlab.arrays import Array
from netlab.drawing.view.answer import answer, sentence
from netlab.drawing.view.unit_pictures import unit_pictures
from netlab.drawing.why.case import case
from netlab.drawing.why.units import votes
from netlab.drawing.why.words import lead_words, picture_words, units_words
from netlab.experiments.inside import confusion, heat
from netlab.experiments.inside.answers import Answers, ask
from netlab.experiments.inside.lesion import pruned
from netlab.experiments.inside.view.cells import cell_asked, open_cell, table
from netlab.experiments.inside.view.known import answers_of
from netlab.experiments.subject import shipped_subject
from netlab.experiments.view.subjects import pictures_for
from netlab.formatting import digits as written
from netlab.formatting import log_of, percent, plain
from netlab.glossary import term
from netlab.lessons.next.changes import against, fewer_weights, other_layers, where_it_fails
from netlab.nets import shipped
from netlab.nets.numpy_model import layer_outputs
from netlab.nets.spec import NetworkSpec
from netlab.nn.activations import log_softmax, softmax

BIND: Any = {"bind": "query-params"}
PAGES = Path(__file__).resolve().parents[3] / "pages"
GRID = (16, 32)
LAST = 9999
CELL = "next_cell"
LEFT_OUT = (0.5, 0.9)


@dataclass(frozen=True)
class Pass:
    """What one picture meets in the network: hidden activations (512,), logits (10,), probabilities, its loss in nats."""

    hidden: Array
    logits: Array
    probabilities: Array
    loss: float


@dataclass(frozen=True)
class Piece:
    """One line of the network's script, what it does, and the page that opens it up."""

    code: str
    text: str
    page: str
    title: str


def send_through(spec: NetworkSpec, weights: Any, image: NDArray[np.uint8], label: int) -> Pass:
    """Send one picture, (28, 28) of 0 to 255, through the network and measure the loss for its label."""
    hidden, logits = (
        layer[0] for layer in layer_outputs(spec, weights, digits.to_input(image).reshape(1, 28, 28))
    )
    return Pass(hidden, logits, softmax(logits), -float(log_softmax(logits)[label]))


def one_digit() -> None:
    """Choose a test digit and watch it go through."""
    held = digits.sample()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.number_input("Test image number", 0, LAST, key="next_image", width=180, **BIND)
        st.button(
            "Any", icon=":material/casino:", on_click=_anywhere, args=(len(held.labels),), key="next_any"
        )
        mistakes = _mistakes()
        st.button(
            "One it gets wrong", icon=":material/error:", on_click=_wrong, args=(int(wanted),), disabled=not len(mistakes),
            key="next_wrong",
        )  # fmt: skip
    index = min(int(wanted), len(held.labels) - 1)
    image, label = held.images[index], int(held.labels[index])
    spec, weights = shipped.load("article")
    passed = send_through(spec, weights, image, label)
    verdict = "right" if int(passed.logits.argmax()) == label else "**wrong**"
    st.markdown(
        f"Test image {index:,}, labelled **{label}**. {sentence(passed.probabilities)} That is {verdict}."
    )
    left, right = st.columns([1.2, 1], gap="medium")
    with left:
        answer("next_reading", image.astype(np.float32) / np.float32(255), passed.probabilities)
    with right:
        st.html(_hidden_picture(passed.hidden))
        share = float(passed.probabilities[label])
        st.latex(
            rf"\begin{{aligned}} L &= -\ln p_{{{label}}} = -{log_of(share)} \\ &= {written(passed.loss)} \end{{aligned}}"
        )
        st.caption(
            "The loss is 0 if the right digit has all the probability; the less it has, the larger the loss."
        )
    _fold("who voted? The five units that decided", "next_votes_open", partial(_who_voted, image))


def _anywhere(count: int) -> None:
    st.session_state["next_image"] = int(np.random.default_rng().integers(count))


def _wrong(after: int) -> None:
    places = _mistakes()
    st.session_state["next_image"] = int(places[np.searchsorted(places, after, side="right") % len(places)])


def _mistakes() -> NDArray[np.intp]:
    """Places of the test digits that the shipped network gets wrong, in order."""
    return np.flatnonzero(_read("article").said != digits.sample().labels)


def _read(name: str) -> Answers:
    """What a network that comes along says to all test digits; worked out once for everybody, as on the page Inside."""
    subject = shipped_subject(name)
    return answers_of(subject, pictures_for(subject.spec))


def accuracy() -> str:
    """Say how many of the test digits the shipped network reads right, as measured here."""
    count, wrong = len(digits.sample().labels), len(_mistakes())
    return f"**{count - wrong:,} of {count:,}**, that is {percent(1 - wrong / count, 2)}"


def practice() -> str:
    """Say how the shipped network learnt, which is longer than its script does."""
    spec, record = shipped.load("article")[0], shipped.record("article")
    return (
        "The network above is made of these pieces and no others, but it practised longer than the Keras script at the end of this page: "
        f"{spec.epochs} rounds through all digits (**epochs**), with {spec.batch_size} digits in each step (a **batch**). The "
        "digits were shifted, slanted and drawn with other pens each time, and the learning rate shrank to 0. It reads "
        f"{percent(record['test_accuracy'])} of MNIST's test digits. It also copes better with other people's handwriting than "
        "the script's network, which reaches about 98 %."
    )


def _fold(title: str, key: str, show: Callable[[], None]) -> None:
    """A fold whose contents are worked out when it is opened."""
    box = st.expander(f"More: {title}", on_change="rerun", key=key)
    if box.open:
        with box:
            show()


def _who_voted(image: NDArray[np.uint8]) -> None:
    """The five hidden units whose votes counted most for and against the answer."""
    spec, weights = shipped.load("article")
    asked = case(spec, weights, image.astype(np.float32) / np.float32(255))
    found = votes(asked)
    if found is None or not found.votes:
        st.info("No hidden unit gives anything for this picture: the biases decide alone.")
        return
    st.markdown(f"{lead_words(asked)} {units_words(found, asked)}")
    unit_pictures("next_unit", found, asked)
    st.caption(picture_words(found))


def where_wrong() -> None:
    """The confusion table of the shipped network, whose cells open."""
    _fold("where does it fail? What is taken for what", "next_table_open", st.fragment(_where_wrong))


def _where_wrong() -> None:
    subject = shipped_subject("article")
    pictures, answers = pictures_for(subject.spec), _read("article")
    counts = confusion.count(pictures.labels, answers.said)
    st.markdown(where_it_fails(pictures.labels, answers))
    word = cell_asked(CELL)
    left, right = st.columns([11, 9])
    with left:
        table(
            "next_confusion", heat.of_counts(counts), counts, pictures,
            "A row: what it is. A column: what it was read as. Blue: right; orange: a mistake, fuller the more there are (logarithmic).",
            "Confusion table: counts", word, asked=CELL,
        )  # fmt: skip
    with right:
        open_cell(CELL, word, pictures, answers)


def what_to_change() -> None:
    """What one would change of it, each suggestion with what was measured."""
    _fold("what would I change?", "next_change_open", _what_to_change)


def _what_to_change() -> None:
    labels = digits.sample().labels
    spec = shipped.load("article")[0]
    own, other = _read("article"), _read("convolutional")
    small = shipped.load("convolutional")[0]
    st.markdown(other_layers(against(labels, own, other), spec.parameter_count, small.parameter_count))
    st.markdown(fewer_weights(_pruned(digits.sample().source, len(labels)), own.accuracy(labels)))
    st.markdown(
        "**Other digits.** This network has seen each digit shifted, slanted and drawn with other pens, which is why it reads "
        "strangers’ handwriting better. Of the pairs that it confuses above one would collect more examples.\n\n**Other "
        "rules**: rate, batch, optimizer, dropout. Which of them helps is an experiment, not an opinion: change one thing at "
        "a time, with several seeds, and judge on digits that were held back."
    )
    st.page_link("pages/train.py", label="Change one thing and train", icon=":material/arrow_forward:")


@st.cache_data(show_spinner="Leaving weights out…", max_entries=2)
def _pruned(source: str, count: int) -> dict[float, float]:
    spec, weights = shipped.load("article")
    held = digits.sample()
    return {
        share: ask(spec, pruned(spec, weights, share, together=True), held.images).accuracy(held.labels)
        for share in LEFT_OUT
    }


STYLE = """
.netlab-hidden img { width: 100%; max-width: 26rem; image-rendering: pixelated; border-radius: 4px; display: block; }
.netlab-hidden figure { margin: 0; } .netlab-hidden figcaption { font-size: 0.8rem; opacity: 0.8; margin-top: 0.25rem; }
"""


def _hidden_picture(hidden: Array) -> str:
    on, most = int((hidden > 0).sum()), max(float(hidden.max()), 1e-9)
    source = png_url((hidden / most * 255).reshape(GRID))
    text = f"512 hidden neurons, one square each: {on} give an answer above 0, the largest {plain(most, 3)}; {hidden.size - on} stay at 0 (ReLU)."
    return (
        f"<style>{STYLE}</style><div class='netlab-hidden'><figure><img alt='{text}' src='{source}'>"
        f"<figcaption>{text}</figcaption></figure></div>"
    )


def pieces() -> tuple[Piece, ...]:
    """The network that the training page trains, line by line, with its own numbers."""
    spec = NetworkSpec()
    rows = {row.layer.partition(",")[0] + str(row.shape[-1]): row for row in spec.parameter_table()}
    hidden, last = rows["Dense512"], rows["Dense10"]
    batches = 60_000 // spec.batch_size
    return (
        Piece("Flatten()", "28 rows of 28 become 784 numbers.", "numbers", "An image is numbers"),
        Piece(
            'Dense(512, "relu")',
            f"512 neurons, each with 784 weights and a bias: {hidden.arithmetic} = {hidden.parameters:,} {term('parameter', 'parameters')}. "
            "Each weighs, adds, and bends.",
            "neuron", "One neuron",
        ),
        Piece(
            "Dense(512) → Dense(10)",
            "One hidden layer whose units are added up: a function made of simple ones, of 784 variables instead of one.",
            "functions", "A network is a function",
        ),
        Piece(
            f"Dropout({spec.dropout:g})",
            f"While learning, each hidden neuron is silent with probability {spec.dropout:g}, so that none is relied upon alone.",
            "dropout", "Dropout",
        ),
        Piece(
            'Dense(10, "softmax")',
            f"Ten neurons, one for each digit: {last.arithmetic} = {last.parameters:,} parameters. Softmax turns what they add "
            "up into ten probabilities, and cross-entropy turns these into one loss.",
            "loss", "Loss",
        ),
        Piece(
            "the gradient",
            f"Back-propagation finds the slope of the loss for all {spec.parameter_count:,} parameters in one walk back.",
            "backprop", "Back-propagation",
        ),
        Piece(
            'optimizer="adam"',
            "Every parameter takes a small step downhill, on a landscape that nobody has ever seen whole. Adam is a rule for "
            "such steps that gives each parameter a rate of its own.",
            "landscape", "Loss landscape",
        ),
        Piece(
            f"fit(epochs={spec.epochs}, batch_size={spec.batch_size})",
            f"All this {batches:,} times an epoch (once through all digits), {spec.epochs} epochs: {batches * spec.epochs:,} steps.",
            "train", "Train",
        ),
    )  # fmt: skip


def path() -> None:
    """Show every piece with the way to its page."""
    for place, piece in enumerate(pieces(), 1):
        with st.container(border=True):
            text, link = st.columns([4, 1.2], vertical_alignment="center")
            text.markdown(f"**{place}.** `{piece.code}`  \n{piece.text}")
            if (PAGES / f"{piece.page}.py").is_file():
                link.page_link(f"pages/{piece.page}.py", label=piece.title, icon=":material/arrow_forward:")
