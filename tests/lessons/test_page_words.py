"""The idea pages as read from the first to the last: no word before its page, no sign that hides a sign, code that shows the idea."""

from __future__ import annotations

import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from netlab.app import lesson
from netlab.app.ideas import PATH
from netlab.glossary import LINK, WORDS, anchor, unlinked
from tests.pages import opened

pytestmark = pytest.mark.usefixtures("digits_file", "digits_at_hand")

EXPLAINED = {
    "bias": "adds a **bias**",
    "ReLU": "today it is the **ReLU**, max(0, z)",
    "activation": "is called the **activation**",
    "learning rate": "(at learning rate 0.5: each step is half of the slope)",
    "momentum": "momentum keeps some of the last one",
    "batch": "A **batch** is what one step looks at",
    "Adam": "Adam is today’s usual rule for steps",
    "seed": "A number from which all random weights are drawn",
    "epoch": "= 1 **epoch**, in which every digit is seen",
    "overfit": "and is said to **overfit**",
    "generalise": "A network that does well there too **generalises**",
    "held-back": "So a part of the examples is **held back**",
}
"""Words of the glossary, and how the page that needs them first explains them by itself."""
MEANINGS = {(anchor(name), word.meaning) for name, word in WORDS.items()}
BESIDE = ("home", "landscape", "fog", "race", "train")
"""Pages beside the path, on which a word may be needed first."""
IDEAS_IN_CODE = {
    "numbers": ("def mutual_information", "def squeeze"),
    "neuron": ("def pre_activation", "def sigmoid_derivative"),
    "functions": ("def hinges_through",),
    "loss": ("def quadratic_logit_derivative", "def binary_cross_entropy_logit_derivative", "def missed"),
    "backprop": ("entered.T @ delta", "def through", "def layer_gradients"),
    "depth": ("def backward_through", "def forward_through", "def adam_moves"),
    "descent": ("def walk", "def walk_on_batches"),
    "overfitting": ("2 * decay", "def smallest_weights", "def stopped"),
    "dropout": ("def mask", "def heard_under"),
}
"""Lines without which the code on a page would show its callers and hide its idea."""


@pytest.fixture
def asked_of(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What questions, answers and outcomes say on the pages that are opened, whichever answer is given."""
    words: list[str] = []
    original = lesson.predict_first

    def noted(key: str, question: str, answers: Any, outcome: str) -> bool:
        told = [one for one in answers if isinstance(one, lesson.Answer)]
        words.extend([question, outcome, *(f"{one.text} {one.why}" for one in told)])
        return original(key, question, answers, outcome)

    monkeypatch.setattr(lesson, "predict_first", noted)
    return words


def read(at: AppTest) -> str:
    """What a reader reads of a page, code apart: sentences, labels and their help."""
    kinds = (at.markdown, at.caption, at.info, at.success, at.warning)
    sentences = [str(one.value) for kind in kinds for one in kind]
    controls = (at.slider, at.select_slider, at.selectbox, at.button_group, at.toggle, at.number_input)
    labels = [f"{one.label} {one.help or ''}" for kind in controls for one in kind]
    return re.sub(r"`[^`]*`", " ", " ".join([*sentences, *labels]))


def test_each_word_is_linked_to_the_glossary_and_explained_where_the_path_needs_it_first(
    asked_of: list[str],
) -> None:
    written: dict[str, str] = {}
    for page in (*PATH, *BESIDE):
        asked_of.clear()
        written[page] = " ".join([read(opened("" if page == "home" else page)), *asked_of])
    for name, word in WORDS.items():
        forms = "|".join(rf"{re.escape(form)}(?:s|es)?" for form in (name, *word.forms))
        pattern = re.compile(rf"(?<![\w-])(?:{forms})(?!\w)", re.IGNORECASE)
        users = [page for page, text in written.items() if pattern.search(unlinked(text))]
        assert users[:1] == [word.needed], (name, users[:1])
        assert anchor(name) in {place for _, place, _ in LINK.findall(written[word.needed])}, name
        assert EXPLAINED.get(name, "") in unlinked(written[word.needed]), name
    for page, text in written.items():
        assert all((name, meaning) in MEANINGS for _, name, meaning in LINK.findall(text)), page
        assert text.count("](glossary#") == len(LINK.findall(text)), page
    for page in IDEAS_IN_CODE:
        assert not re.search(r"−ln (?!p\b|of\b)[\d(]?\d", unlinked(written[page])), (
            page
        )  # of what is the logarithm?


@pytest.mark.parametrize("page", IDEAS_IN_CODE)
def test_the_code_on_a_page_shows_its_idea(page: str) -> None:
    at = opened(page)
    code = "\n".join(one.value for one in at.code)
    for line in IDEAS_IN_CODE[page]:
        assert line in code
    names = [one.value for one in at.caption if one.value.startswith("`netlab.")]
    assert names
    assert all(name.endswith("`") for name in names)  # or __call__ is read as bold
