"""The pieces together: one test digit on its way through the article's network, each piece with its page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from netlab.app import digits
from netlab.app.png import png_url
from netlab.arrays import Array
from netlab.drawing.view.answer import answer, sentence
from netlab.formatting import digits as written
from netlab.formatting import percent, plain
from netlab.nets import shipped
from netlab.nets.numpy_model import layer_outputs, predict
from netlab.nets.spec import NetworkSpec
from netlab.nn.activations import log_softmax, softmax

BIND: Any = {"bind": "query-params"}
PAGES = Path(__file__).resolve().parents[3] / "pages"
GRID = (16, 32)
LAST = 9999


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
        st.latex(rf"L = -\ln p_{{{label}}} = -\ln {written(share)} = {written(passed.loss)}")
        st.caption("The loss: 0 if the right digit has all the probability, and the larger, the less it has.")


def _anywhere(count: int) -> None:
    st.session_state["next_image"] = int(np.random.default_rng().integers(count))


def _wrong(after: int) -> None:
    places = _mistakes()
    st.session_state["next_image"] = int(places[np.searchsorted(places, after, side="right") % len(places)])


@st.cache_resource(show_spinner="Reading all test digits, once…")
def _mistakes() -> NDArray[np.intp]:
    """Places of the test digits that the shipped network gets wrong, in order."""
    held = digits.sample()
    spec, weights = shipped.load("article")
    guesses = [
        predict(spec, weights, part.astype(np.float32) / np.float32(255)).argmax(axis=1)
        for part in np.array_split(held.images, 10)  # in parts: all at once would take 60 MB
    ]
    return np.flatnonzero(np.concatenate(guesses) != held.labels)


def accuracy() -> str:
    """Say how many of the test digits the shipped network reads right, as measured here."""
    count, wrong = len(digits.sample().labels), len(_mistakes())
    return f"**{count - wrong:,} of {count:,}**, that is {percent(1 - wrong / count, 2)}"


def practice() -> str:
    """Say how the shipped network learnt, which is longer than its script does."""
    spec, record = shipped.load("article")[0], shipped.record("article")
    return (
        f"The network above is made of these pieces and no others, but it practised longer than the script below: {spec.epochs} "
        f"rounds in batches of {spec.batch_size}, on digits that were shifted, slanted and drawn with other pens each time, with a "
        f"learning rate that shrinks to 0. So it reads {percent(record['test_accuracy'])} of MNIST's test digits, and strangers' "
        "handwriting better; the script's five plain rounds reach about 98 %."
    )


STYLE = """
.netlab-hidden img { width: 100%; max-width: 26rem; image-rendering: pixelated; border-radius: 4px; display: block; }
.netlab-hidden figure { margin: 0; } .netlab-hidden figcaption { font-size: 0.8rem; opacity: 0.8; margin-top: 0.25rem; }
"""


def _hidden_picture(hidden: Array) -> str:
    on, most = int((hidden > 0).sum()), max(float(hidden.max()), 1e-9)
    source = png_url((hidden / most * 255).reshape(GRID))
    text = f"512 hidden neurons, one square each: {on} answer, the largest {plain(most, 3)}; {hidden.size - on} stay at 0 (ReLU)."
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
            f"512 neurons, each with 784 weights and a bias: {hidden.arithmetic} = {hidden.parameters:,} parameters. "
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
            f"Ten neurons, one a digit: {last.arithmetic} = {last.parameters:,} parameters. Softmax makes ten probabilities of them, "
            "cross-entropy one loss.",
            "loss", "Loss",
        ),
        Piece(
            "the gradient",
            f"Back-propagation finds the slope of the loss for all {spec.parameter_count:,} parameters in one walk back.",
            "backprop", "Back-propagation",
        ),
        Piece(
            'optimizer="adam"',
            "Every parameter takes a small step downhill, on a landscape that nobody has ever seen whole.",
            "landscape", "Loss landscape",
        ),
        Piece(
            f"fit(epochs={spec.epochs}, batch_size={spec.batch_size})",
            f"All this {batches:,} times a round, {spec.epochs} rounds: {batches * spec.epochs:,} steps.",
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
