"""Words are numbers too: count which words keep company, and every word becomes a vector.

A word starts as a number in a list, which says nothing about its meaning. Counting its neighbours does ("you
shall know a word by the company it keeps", Firth, 1957): the surprise in those counts (positive pointwise mutual
information), squeezed into a few dimensions, gives vectors much like word2vec's (Levy & Goldberg, 2014).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array

UNKNOWN = "[UNK]"  # number 0, for any word that is not in the list, as in Keras's StringLookup
SIZE = 10
_PUNCTUATION = re.compile(r"""[!-/:-@\[-`{-~“”‘’…–—]""")

SENTENCES = (
    "he is king and he rules the land",
    "she is queen and she rules the land",
    "he is prince and will one day rule",
    "she is princess and will one day rule",
    "he is a man who works in the field",
    "she is a woman who works in the field",
    "he is a boy and likes to play",
    "she is a girl and likes to play",
    "the king wears a crown of gold",
    "the queen wears a crown of gold",
    "the prince lives in the castle of the king",
    "the princess lives in the castle of the queen",
    "the man buys bread at the market",
    "the woman buys bread at the market",
    "the boy eats an apple and the boy laughs",
    "the girl eats an apple and the girl laughs",
    "he rides with his brother",
    "she rides with her sister",
    "he calls his father",
    "she calls her mother",
    "the king and his son the prince",
    "the queen and her daughter the princess",
    "the man and his son the boy",
    "the woman and her daughter the girl",
    "his father was king",
    "her mother was queen",
    "the prince is a brother and he is his son",
    "the princess is a sister and she is her daughter",
    "the boy is a son and he has a brother",
    "the girl is a daughter and she has a sister",
    "the man is a father and he loves his son",
    "the woman is a mother and she loves her daughter",
    "the queen wears a hat",
)


def split(sentence: str) -> list[str]:
    """The words of a sentence in small letters, without punctuation, as Keras's TextVectorization splits it.

    Parameters
    ----------
    sentence : str

    Returns
    -------
    list of str
        In their order, repeated words too.
    """
    return _PUNCTUATION.sub("", sentence.lower()).split()


@dataclass(frozen=True)
class Words:
    """A list of words with what was counted and what became of it.

    Attributes
    ----------
    vocabulary : tuple of str
        A word's number is its place in it; 0 is the unknown word.
    counts : array of int, (words, words)
        In how many sentences two different words meet.
    information : array, (words, words)
        How much oftener than by chance: max(0, ln P(a, b) / P(a) P(b)).
    vectors : array, (words, size)
    """

    vocabulary: tuple[str, ...]
    counts: NDArray[np.intp]
    information: Array
    vectors: Array

    def number(self, word: str) -> int:
        """Return the word's number, 0 if it is not in the list."""
        return self.vocabulary.index(word) if word in self.vocabulary else 0

    def encode(self, sentence: str) -> NDArray[np.intp]:
        """Turn a sentence into numbers, one a word (see ``split``)."""
        return np.array([self.number(word) for word in split(sentence)], dtype=np.intp)

    def embed(self, sentence: str) -> Array:
        """Turn a sentence into vectors (words, size), as Keras's Embedding layer does: a look-up in a table."""
        return self.vectors[self.encode(sentence)]


@dataclass(frozen=True)
class Neighbour:
    """A word, and the cosine of the angle to it."""

    word: str
    similarity: float


def learn_words(sentences: Sequence[str] = SENTENCES, *, size: int = SIZE) -> Words:
    """Count who meets whom in a sentence and squeeze the counts' surprise into vectors of ``size`` numbers.

    Parameters
    ----------
    sentences, size
        Sentences, and at most as many numbers a word as there are words, the unknown one included.

    Returns
    -------
    Words
        The vocabulary with counts and vectors.
    """
    met = [set(split(sentence)) for sentence in sentences]
    vocabulary = (UNKNOWN, *sorted(set().union(*met)))
    present = np.array([[word in words for word in vocabulary] for words in met]).astype(np.intp)
    counts = present.T @ present
    np.fill_diagonal(counts, 0)
    information = mutual_information(counts)
    return Words(vocabulary, counts, information, squeeze(information, size))


def mutual_information(counts: NDArray[np.intp]) -> Array:
    """Return max(0, ln P(a, b) / P(a) P(b)): 0 where two words meet no oftener than chance would have it.

    Parameters
    ----------
    counts : array of int, (words, words)
        In how many sentences two words meet; symmetric.

    Returns
    -------
    array
        (words, words), in nats.
    """
    totals = counts.sum(axis=1)
    by_chance = np.outer(totals, totals) / counts.sum()
    ratio = np.divide(counts, by_chance, out=np.zeros(counts.shape), where=by_chance > 0)
    surprise: Array = np.log(np.maximum(ratio, 1))
    return surprise


def squeeze(matrix: Array, size: int) -> Array:
    """Return the ``size`` directions that matter most (singular value decomposition), a row a word.

    Parameters
    ----------
    matrix : array, (words, words)
        Symmetric.
    size : int
        From 1 to the number of words.

    Returns
    -------
    array
        (words, size), each column scaled by the square root of its singular value.

    Raises
    ------
    ValueError
        If the size is out of its range.
    """
    if not 1 <= size <= len(matrix):
        raise ValueError(f"size must be from 1 to the {len(matrix)} words there are; got {size}.")
    left, strengths, _ = np.linalg.svd(matrix)
    signs = np.where(
        left.sum(axis=0) < 0, -1, 1
    )  # SVD leaves the sign open; fix it, so that pictures hold still
    return np.asarray((left * signs * np.sqrt(strengths))[:, :size])


def nearest(
    words: Words, vector: Array, *, count: int = 5, without: Sequence[str] = ()
) -> tuple[Neighbour, ...]:
    """Return the words whose vectors point most nearly the same way.

    Parameters
    ----------
    words : Words
    vector : array, (size,)
    count : int
        Most words to return.
    without : sequence of str
        Words to leave out, beside the unknown one.

    Returns
    -------
    tuple of Neighbour
        Nearest first.
    """
    lengths = np.linalg.norm(words.vectors, axis=1) * np.linalg.norm(vector)
    cosines = np.divide(words.vectors @ vector, lengths, out=np.zeros(len(lengths)), where=lengths > 0)
    order = [int(place) for place in np.argsort(-cosines, kind="stable")]
    kept = [place for place in order if words.vocabulary[place] not in {UNKNOWN, *without}]
    return tuple(Neighbour(words.vocabulary[place], float(cosines[place])) for place in kept[:count])


def analogy(words: Words, one: str, other: str, third: str, *, count: int = 3) -> tuple[Neighbour, ...]:
    """Answer "``one`` is to ``other`` as ``third`` is to …" by other - one + third (Mikolov et al., 2013).

    No word is left out of the answers, not even the three that are given, which is the custom elsewhere.

    Parameters
    ----------
    words : Words
    one, other, third : str
        A word that is not in the list counts as the unknown one.
    count : int
        Most words to return.

    Returns
    -------
    tuple of Neighbour
        Nearest first.
    """
    vectors = [words.vectors[words.number(word)] for word in (one, other, third)]
    return nearest(words, vectors[1] - vectors[0] + vectors[2], count=count)
