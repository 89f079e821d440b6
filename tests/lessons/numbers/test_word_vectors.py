"""Words as vectors: counts, look-ups and the analogy that everybody knows."""

from __future__ import annotations

import numpy as np
import pytest

from netlab.lessons.numbers.word_vectors import UNKNOWN, analogy, learn_words, nearest, split, squeeze
from netlab.nn.losses import one_hot

WORDS = learn_words()


@pytest.mark.parametrize(
    ("one", "other", "third", "answer"),
    [
        ("man", "king", "woman", "queen"),
        ("he", "boy", "she", "girl"),
        ("king", "queen", "prince", "princess"),
        ("boy", "girl", "man", "woman"),
    ],
)
def test_an_analogy_is_found_clearly_with_no_word_left_out(
    one: str, other: str, third: str, answer: str
) -> None:
    first, second, *_ = analogy(WORDS, one, other, third)
    assert first.word == answer
    assert first.similarity > 0.95
    assert second.similarity < 0.85


def test_king_less_man_and_woman_is_queen_and_with_five_numbers_king_and_queen_coincide() -> None:
    first, second, *_ = analogy(WORDS, "man", "king", "woman")
    assert (first.word, round(first.similarity, 2)) == ("queen", 0.98)
    assert second.similarity < 0.8
    few = learn_words(size=5)
    assert nearest(few, few.vectors[few.number("queen")], count=2)[1].similarity > 0.99


def test_more_numbers_make_words_less_alike() -> None:
    alike = []
    for size in (2, 5, 10, 16):
        vectors = learn_words(size=size).vectors[1:]
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        alike.append(float(np.abs(unit @ unit.T).mean()))
    assert alike == sorted(alike, reverse=True)


def test_counts_are_sentences_shared() -> None:
    small = learn_words(["a b", "b c", "A b"], size=2)
    assert small.vocabulary == (UNKNOWN, "a", "b", "c")
    np.testing.assert_array_equal(small.counts[1:, 1:], [[0, 2, 0], [2, 0, 1], [0, 1, 0]])


def test_counts_and_information_are_symmetric() -> None:
    np.testing.assert_array_equal(WORDS.counts, WORDS.counts.T)
    np.testing.assert_allclose(WORDS.information, WORDS.information.T)
    assert (WORDS.information >= 0).all()
    assert (WORDS.information[0] == 0).all()


def test_embedding_is_one_hot_times_the_table() -> None:
    sentence = "The king eats an apple"
    numbers = WORDS.encode(sentence)
    rows = one_hot(numbers, len(WORDS.vocabulary))
    np.testing.assert_allclose(rows @ WORDS.vectors, WORDS.embed(sentence))
    assert [WORDS.vocabulary[number] for number in numbers] == sentence.lower().split()


def test_unknown_words_are_number_zero() -> None:
    assert WORDS.number("zebra") == 0
    np.testing.assert_allclose(WORDS.embed("zebra"), 0, atol=1e-9)
    assert WORDS.encode("").shape == (0,)


def test_nearest_to_itself_is_the_word() -> None:
    first = nearest(WORDS, WORDS.vectors[WORDS.number("bread")], count=3)
    assert first[0].similarity == pytest.approx(1)
    assert len(first) == 3
    assert [word.similarity for word in first] == sorted((word.similarity for word in first), reverse=True)


def test_all_directions_together_keep_every_inner_product() -> None:
    matrix = WORDS.information
    left, strengths, _ = np.linalg.svd(matrix)
    full = squeeze(matrix, len(matrix))
    np.testing.assert_allclose(full @ full.T, (left * strengths) @ left.T, atol=1e-9)


def test_too_many_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="size must be from 1"):
        learn_words(["a b"], size=9)


def test_capitals_and_punctuation_do_not_make_a_word_unknown() -> None:
    words = learn_words()
    plain = words.encode("the queen wears a crown")
    assert (plain > 0).all()
    assert words.encode("“The queen, wears… a CROWN!”").tolist() == plain.tolist()
    assert split("it's - well") == ["its", "well"]
