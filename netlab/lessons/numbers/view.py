"""An image as numbers: any digit beside its 28×28 values, its unrolling, the mean digits, and words as vectors."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from netlab.app import digits
from netlab.app.choice import choose
from netlab.app.components import component, live_figure
from netlab.app.frame import literal, tells_itself, word_in_address
from netlab.app.lesson import covered
from netlab.app.png import png_url
from netlab.formatting import fixed, percent, plain, probability
from netlab.glossary import term
from netlab.lessons.numbers.figures import class_counts, nearest_words
from netlab.lessons.numbers.unit_sum import (
    FirstSums,
    first_sums,
    most_driven,
    unit,
    units,
    unsure_only_divided,
)
from netlab.lessons.numbers.word_vectors import SENTENCES, SIZE, Words, analogy, learn_words, nearest, split

BIND: Any = {"bind": "query-params"}
PARTS = {"training": "training", "test": "test"}
IMAGE, MEAN, SHUFFLED = "image", "mean", "shuffled"
SHOWN = {IMAGE: "image", MEAN: "mean of its kind", SHUFFLED: "shuffled"}
WHOLE, SHARES = "0-255", "shares"
SCALES = {WHOLE: "0 to 255", SHARES: "divided by 255"}
FIRST_LOOK = [14, 14, 0]
ANALOGIES = {
    "crown": ("man", "king", "woman"),
    "child": ("he", "boy", "she"),
    "heir": ("king", "queen", "prince"),
}

WEIGHTS_OPEN = "numbers_weights_open"
FIRST_UNIT = 448
"""The one that the first training picture of MNIST drives most."""

CERTAIN_BY_CHANCE = (
    "It has learnt nothing, so it ought to be unsure: about 10\u00a0% for each of ten digits. With undivided pixels it is "
    "almost certain of one digit, by mere chance, and learning must first undo that. A step of learning moves each weight in "
    "proportion to its pixel, so the steps too would be 255 times as long."
)

_numbers = component("lessons/numbers/numbers")
_weights = component("lessons/numbers/weights")


def look_at_image(*, asked: bool) -> None:
    """Choose an image by its number or find one by its class; see it as a picture, a table and a row.

    Once the reader was ``asked`` what shuffling does, also under a unit's weights.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        part = _choice("Set", PARTS, "numbers_set")
        images, labels = digits.part(part)
        beyond = _end_at(len(images) - 1)
        index = int(
            st.number_input("Image number", 0, len(images) - 1, key="numbers_index", width=160, **BIND)
        )
        shown = _choice("Show", SHOWN, "numbers_show")
        scale = _choice("Numbers", SCALES, "numbers_scale")
    _find_by_class(labels, index)
    if beyond:
        st.info(
            f"This set has {len(images):,} images, so number {len(images) - 1:,} is the last.",
            icon=":material/info:",
        )
    label = int(labels[index])
    values = _values(shown, part, images[index], label)
    st.markdown(_heading(shown, part, index, label))
    picture = base64.b64encode(np.rint(values).astype(np.uint8).tobytes()).decode()
    alt = _table_alt(shown, part, index, label)
    _numbers(
        key="numbers_table",
        data={
            "pixels": picture,
            "shares": scale == SHARES,
            "mean": shown == MEAN,
            "alt": alt,
            "look": _look(),
        },
        on_look_change=_keep_look,
    )
    if asked:
        _weights_fold(images[index], f"{part.capitalize()} image {index:,}, labelled {label}")
    else:
        covered("A unit’s weights to lay over the digit, and to shuffle.")


def _weights_fold(image: NDArray[np.uint8], name: str) -> None:
    """A fold in which one unit's weights are held over the digit; it costs nothing while it is shut."""
    box = st.expander(
        "More: one unit’s weights over the digit: move them, shuffle them",
        on_change="rerun",
        key=WEIGHTS_OPEN,
    )
    if not box.open:
        return
    with box:
        st.markdown(
            "A **unit** has a weight for each of the 784 pixels, so its weights make a picture too. Lay it over the digit, "
            "multiply each weight by the pixel under it, and add everything up, with one more number of the unit’s own. That "
            "sum, called **z**, is all that the unit knows of the picture. The unit shown here is one of the 512 in the "
            "network that comes with this course, after it has learnt."
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            number = int(
                st.number_input("Unit", 0, units() - 1, FIRST_UNIT, key="numbers_unit", width=160, **BIND)
            )
            st.button(
                "The unit with the largest z for this digit", icon=":material/bolt:", key="numbers_driven", on_click=_choose_unit,
                args=(image,),
            )  # fmt: skip
        one = unit(number)
        _weights(
            key="numbers_weights",
            data={
                "pixels": _packed(image, np.uint8),
                "weights": _packed(one.weights, np.float32),
                "order": _packed(digits.SHUFFLED, np.uint16),
                "bias": one.bias,
                "alt": f"Unit {number}’s weights over the picture. {name}.",
            },
        )


def _packed(values: NDArray[Any], kind: type[np.generic]) -> str:
    """Numbers as the bytes of one kind, little-endian, in letters."""
    return base64.b64encode(values.astype(np.dtype(kind).newbyteorder("<")).tobytes()).decode()


def _choose_unit(image: NDArray[np.uint8]) -> None:
    st.session_state["numbers_unit"] = most_driven(image)


def why_divide() -> None:
    """The sums of a network that has learnt nothing, of pixels up to 255 and of pixels up to 1."""
    image = digits.part("training")[0][0]
    whole, shares = first_sums(image, divided=False), first_sums(image, divided=True)
    st.markdown(
        "Why divide by 255? A network begins with small random weights. Send the first training picture through one that has learnt "
        f"nothing yet, and look at the first sums, one for each of its {len(whole.sums)} units:"
    )
    st.table([_first_row("0 to 255", whole), _first_row("0 to 1 (divided by 255)", shares)])
    if unsure_only_divided(whole, shares):
        st.markdown(CERTAIN_BY_CHANCE)


def _first_row(pixels: str, first: FirstSums) -> dict[str, str]:
    surest = int(first.answers.argmax())
    return {
        "pixels": pixels,
        "smallest first sum": plain(first.sums.min(), 3),
        "largest first sum": plain(first.sums.max(), 3),
        "it is surest of": f"{surest} ({probability(first.answers[surest])})",
    }


def _end_at(last: int) -> bool:
    """Bring an image number beyond the set's last one back to it, from the other set or a link; say whether it was."""
    asked = str(st.session_state.get("numbers_index", st.query_params.get("numbers_index", "")))
    beyond = asked.isdecimal() and int(asked) > last
    if beyond:
        st.session_state["numbers_index"] = last
        tells_itself("numbers_index")
    return beyond


def _look() -> list[int]:
    """Row, column and rows unrolled, as the address or the session has them."""
    return checked_look(word_in_address("numbers_look", _look_word).split("_"))


def _look_word(word: str) -> str:
    look = checked_look(word.split("_"))
    return "" if look == FIRST_LOOK else "_".join(map(str, look))


def checked_look(parts: Any) -> list[int]:
    """Row, column (0 to 27) and rows unrolled (0 to 28); the first look for anything else."""
    try:
        row, column, rows = (int(part) for part in parts)
    except (TypeError, ValueError):
        return FIRST_LOOK
    return [row, column, rows] if 0 <= row < 28 and 0 <= column < 28 and 0 <= rows <= 28 else FIRST_LOOK


def _keep_look() -> None:
    look = st.session_state["numbers_table"].get("look")
    st.session_state["numbers_look"] = "_".join(map(str, checked_look(look)))


def _choice(label: str, options: Mapping[str, str], key: str) -> str:
    return choose(st.segmented_control, label, options, key=key, titles=lambda one: options[one])


def _find_by_class(labels: NDArray[np.uint8], index: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("Next image of a", width="content")
        for digit in range(10):
            place = digits.next_of_class(labels, digit, index)
            st.button(
                str(digit),
                key=f"numbers_next{digit}",
                on_click=_go,
                args=(place,),
                disabled=place is None,
                width="content",
            )
        st.button("Any", icon=":material/casino:", key="numbers_any", on_click=_anywhere, args=(len(labels),))


def _go(place: int) -> None:
    st.session_state["numbers_index"] = place


def _anywhere(count: int) -> None:
    _go(int(np.random.default_rng().integers(count)))


def _values(shown: str, part: str, image: NDArray[np.uint8], label: int) -> NDArray[Any]:
    if shown == MEAN:
        return digits.overview(part).means[label]
    return image.reshape(-1)[digits.SHUFFLED].reshape(image.shape) if shown == SHUFFLED else image


def _heading(shown: str, part: str, index: int, label: int) -> str:
    if shown == MEAN:
        count = digits.overview(part).counts[label]
        return f"**The mean of all {count:,} pictures labelled {label}**: add them up, pixel by pixel, and divide."
    labelled = term("label", "labelled")
    if shown == SHUFFLED:
        return f"**{part.capitalize()} image {index:,}, {labelled} {label}**, with its pixels in another order, the same order for every picture."
    return f"**{part.capitalize()} image {index:,}, {labelled} {label}**."


def _table_alt(shown: str, part: str, index: int, label: int) -> str:
    if shown == MEAN:
        return f"The mean of all {part} pictures labelled {label}, as a table of numbers. Arrow keys move from pixel to pixel."
    if shown == SHUFFLED:
        return f"{part.capitalize()} image {index:,}, labelled {label}, with its pixels shuffled, as a table of numbers. Arrow keys move from pixel to pixel."
    return f"{part.capitalize()} image {index:,}, labelled {label}, as a table of numbers. Arrow keys move from pixel to pixel."


def shapes_table() -> None:
    """Print what the arrays are called, how large they are and what that means."""
    train, test = digits.overview("training").shape, digits.overview("test").shape
    pixels = train[1] * train[2]
    st.markdown(
        "| Array | Shape | What it holds |\n|---|---|---|\n"
        f"| `x_train` | `{train}` | {train[0]:,} pictures to learn from, {train[1]} rows of {train[2]} numbers each, whole "
        "numbers 0 to 255 (one byte each) |\n"
        f"| `y_train` | `({train[0]},)` | their labels: one number from 0 to 9 for each picture |\n"
        f"| `x_test`, `y_test` | `{test}`, `({test[0]},)` | pictures set aside, to find out what was really learnt |\n"
        f"| after `/ 255` | `{train}` | the same pictures, now numbers from 0 to 1 |\n"
        f"| after `Flatten` | `({train[0]}, {pixels})` | the same numbers, {pixels} in a row for each picture |\n"
    )
    st.caption(literal(digits.digits().note))


def classes() -> None:
    """How many of each digit, and the mean picture of each."""
    train, test = digits.overview("training"), digits.overview("test")
    st.html(_gallery(train))
    counts = train.counts
    most, fewest = int(counts.argmax()), int(counts.argmin())
    alt = (
        f"How often each digit occurs. In training it is the {most} most often, {counts[most]:,} times, and the {fewest} least often, "
        f"{counts[fewest]:,} times; the test part has {test.counts[most]:,} and {test.counts[fewest]:,} of them."
    )
    live_figure("class_counts", class_counts(counts.tolist(), test.counts.tolist()), alt)
    st.markdown(
        f"There are {counts[most]:,} pictures of {most} and {counts[fewest]:,} of {fewest}. Always answering “{most}” would be "
        f"right {percent(counts[most] / counts.sum())} of the time; a network has to do better than that."
    )


GALLERY = """
.netlab-means { display: grid; grid-template-columns: repeat(auto-fit, minmax(5.2rem, 1fr)); gap: 0.6rem; }
.netlab-means figure { margin: 0; text-align: center; }
.netlab-means img { width: 100%; max-width: 7rem; image-rendering: pixelated; border-radius: 4px; display: block; margin: 0 auto; }
.netlab-means figcaption { font-size: 0.8rem; opacity: 0.8; }
"""


def _gallery(overview: digits.Overview) -> str:
    figures = "".join(
        f"<figure><img src='{png_url(mean)}' alt='mean of all {digit}s'><figcaption>mean {digit}</figcaption></figure>"
        for digit, mean in enumerate(overview.means)
    )
    return f"<style>{GALLERY}</style><div class='netlab-means'>{figures}</div>"


@st.cache_resource(show_spinner=False)
def _words(size: int) -> Words:
    return learn_words(size=size)


def words_as_vectors() -> None:
    """Turn the reader's sentence into numbers, then into vectors, and measure which words lie close."""
    left, right = st.columns([1.3, 1], gap="large")
    with left:
        sentence = st.text_input(
            "A sentence", "the queen wears a hat", max_chars=80, key="numbers_sentence", **BIND,
            help="Capitals and punctuation do not count; a word that was never seen becomes number 0.",
        )  # fmt: skip
        size = st.slider("Numbers for each word", 2, 16, SIZE, key="numbers_size", **BIND)
        words = _words(size)
        st.dataframe(
            _sentence_table(words, sentence), hide_index=True, width="stretch",
            column_config={"word": st.column_config.Column(width=140, pinned=True)},
        )  # fmt: skip
    with right:
        known = list(words.vocabulary[1:])
        word = choose(st.selectbox, "Which words lie close to", known, "queen", key="numbers_word")
        neighbours = nearest(words, words.vectors[words.number(word)], without=(word,))
        first, last = neighbours[0], neighbours[-1]
        alt = (
            f"The words that lie closest to “{word}”. “{first.word}” is nearest, with a cosine of {fixed(first.similarity, 2)}; of those "
            f"shown “{last.word}” is farthest, with {fixed(last.similarity, 2)}."
        )
        live_figure("nearest_words", nearest_words(word, neighbours), alt)
        choice = choose(
            st.selectbox, "Calculate with words", ANALOGIES, key="numbers_analogy", titles=_analogy_question
        )
        _analogy(words, *ANALOGIES[choice])
    st.caption(
        f"How does a word get its numbers? From {len(SENTENCES)} short sentences we count which words meet in a sentence, and words that meet the same words get similar numbers (Levy & Goldberg, 2014). These numbers are the word’s vector, written v(word), "
        "and may be added and subtracted place by place. The cosine says how nearly two vectors point the same way: 1 is the same "
        "direction, 0 nothing in common. No word is left out of the answer, not even those of the question. With only 5 numbers for "
        "each word there is room for the five largest differences between words, and that between he and she is not among them: "
        "“king” and “queen” still get the same numbers. With 10 it is. The more numbers each word has, the less alike all other words become. The same works with vectors learnt "
        "from billions of words (Mikolov et al., 2013)."
    )


def _sentence_table(words: Words, sentence: str) -> list[dict[str, Any]]:
    rows = []
    for word, number, vector in zip(
        split(sentence), words.encode(sentence), words.embed(sentence), strict=True
    ):
        columns = {f"v{place + 1}": round(float(value), 2) + 0.0 for place, value in enumerate(vector)}
        rows.append({"word": word if number else f"{word} (unknown)", "number": int(number), **columns})
    return rows or [{"word": "(write a sentence above)", "number": 0}]


def _analogy_question(key: str) -> str:
    one, other, third = ANALOGIES[key]
    return f"{one} is to {other} as {third} is to …"


def _analogy(words: Words, one: str, other: str, third: str) -> None:
    answer, *rest = analogy(words, one, other, third)
    others = ", ".join(f"“{near.word}” ({fixed(near.similarity, 2)})" for near in rest)
    st.markdown(
        f"v({other}) − v({one}) + v({third}) points at **“{answer.word}”** (cosine {fixed(answer.similarity, 2)}). The next nearest: {others}."
    )
