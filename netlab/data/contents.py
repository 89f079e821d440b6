"""Whether pictures that have the layout of digits look like digits: each sentence tells what was found and the mend.

A file that a reader named may be sound in shape and type and still teach nothing. What is odd is told and never
refused: the reader may go on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from netlab.arrays import Bytes
from netlab.data.orientation import turned
from netlab.formatting import percent

ENOUGH = 100
"""Pictures from which a digit that never occurs is no accident: one of ten is missing once in 4,000 draws."""
BRIGHT = 128
"""Ink reaches this in any set of digits; MNIST's reaches 255 in nearly every picture."""
SOME = 0.005
"""Share of odd pictures that is worth a word."""
MOST_COPIES = 0.5
NEAREST = 0.2
"""Share of test pictures nearest their own digit's mean picture: guessing gives 0.1, MNIST 0.8."""


@dataclass(frozen=True)
class Part:
    """One of the two sets, with what several checks ask of it."""

    name: str
    images: Bytes
    labels: Bytes

    @cached_property
    def blank(self) -> npt.NDArray[np.bool_]:
        """Which pictures have one grey level everywhere, (n,)."""
        flat = self.images.reshape(len(self.images), -1)
        return np.asarray(flat.max(axis=1) == flat.min(axis=1))

    @cached_property
    def hashes(self) -> list[int]:
        """A hash of every picture that is not blank."""
        return [hash(image.tobytes()) for image in self.images[~self.blank]]


def oddities(arrays: Mapping[str, Bytes], *, digits: bool = True) -> tuple[str, ...]:
    """What does not look like digits to learn from and digits to be tested on, a sentence each; empty if all does.

    Parameters
    ----------
    arrays : mapping of str to uint8
        x_train and x_test (n, 28, 28), y_train and y_test (n,).
    digits : bool
        Whether they should look like digits. Of other pictures nobody here can say which side is up, and light edges
        are no fault.

    Returns
    -------
    tuple of str
        Sentences for people.
    """
    train = Part("training", arrays["x_train"], arrays["y_train"])
    test = Part("test", arrays["x_test"], arrays["y_test"])
    return (*_of_one(train, digits), *_of_one(test, digits), *_of_both(train, test, digits))


def _of_one(part: Part, digits: bool) -> Iterator[str]:
    yield from _dark(part)
    yield from _inverted(part) if digits else ()
    yield from _blank(part)
    yield from _missing(part, "digit" if digits else "class")
    yield from _copies(part)


def _of_both(train: Part, test: Part, digits: bool) -> Iterator[str]:
    yield from _seen_before(train, test)
    yield from turned(train.images, train.labels) if digits else ()
    yield from _strange_labels(train, test, "digit" if digits else "class")


def _dark(part: Part) -> Iterator[str]:
    brightest = int(part.images.max())
    if brightest < BRIGHT and not part.blank.all():
        yield (
            f"The brightest pixel of all {part.name} pictures is {brightest}; expected 255. They were divided or cut off "
            "before they were saved, and are divided by 255 once more here: save the pictures as they were, 0 to 255."
        )


def _inverted(part: Part) -> Iterator[str]:
    frame = np.ones(part.images.shape[1:], bool)
    frame[1:-1, 1:-1] = False
    light = (part.images[:, frame].mean(axis=1) >= BRIGHT) & ~part.blank
    if light.mean() >= SOME:
        yield (
            f"{percent(light.mean())} of the {part.name} pictures have light edges: dark ink on light paper. MNIST has "
            f"light ink on black: save 255 - {_array(part)} instead."
        )


def _blank(part: Part) -> Iterator[str]:
    if part.blank.mean() >= SOME:
        yield (
            f"{int(part.blank.sum()):,} of the {len(part.blank):,} {part.name} pictures are blank, one grey level "
            "everywhere: nothing can be read in them. Leave them out."
        )


def _missing(part: Part, kind: str) -> Iterator[str]:
    missing = [str(digit) for digit in np.flatnonzero(np.bincount(part.labels, minlength=10) == 0)]
    if missing and len(part.labels) >= ENOUGH:
        labels = f"{len(part.labels):,} {part.name} labels"
        found = (
            f"Among the {labels} there is only one {kind}."
            if len(missing) == 9
            else f"Missing among the {labels}: {', '.join(missing)}."
        )
        yield (
            f"{found} What a network never sees it cannot learn. Perhaps the file was sorted by {kind} and cut: mix before you cut."
        )


def _copies(part: Part) -> Iterator[str]:
    different = len(set(part.hashes))
    if different < MOST_COPIES * len(part.hashes):
        yield (
            f"Only {different:,} of the {len(part.hashes):,} {part.name} pictures differ from one another; the others are "
            "copies. Save each picture once."
        )


def _seen_before(train: Part, test: Part) -> Iterator[str]:
    known = set(train.hashes)
    shared = sum(picture in known for picture in test.hashes)
    if shared >= SOME * len(test.images) and shared > 0:
        yield (
            f"{shared:,} of the {len(test.images):,} test pictures are among the training pictures too: a network may "
            "know them by heart, and its accuracy says too much. Take them out of one of the two."
        )


def _strange_labels(train: Part, test: Part, kind: str) -> Iterator[str]:
    digits = np.intersect1d(train.labels, test.labels)
    if min(len(train.labels), len(test.labels)) < ENOUGH or len(digits) < 2:
        return
    means = np.stack([train.images[train.labels == digit].mean(axis=0).ravel() for digit in digits])
    kept = np.isin(test.labels, digits)
    pictures, labels = test.images[kept][:2000].reshape(-1, means.shape[1]), test.labels[kept][:2000]
    nearest = digits[np.argmin(np.square(means).sum(axis=1) - 2 * (pictures @ means.T), axis=1)]
    right = float((nearest == labels).mean())
    if right < NEAREST:
        yield (
            f"Only {percent(right)} of the test pictures look most like the training pictures of their own {kind}; MNIST's "
            "80\u00a0%. Perhaps labels and pictures are not in one order, or the two sets were not made alike."
        )


def _array(part: Part) -> str:
    return {"training": "x_train", "test": "x_test"}[part.name]
