"""Which digits make up which batch: shuffled anew each epoch, from the seed and the epoch alone.

Nothing is remembered between batches, so a training that continues at batch 7,001 meets the very
digits it would have met without the break, augmented ones included.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from netlab.data.augment import augment
from netlab.data.split import split
from netlab.nets.naming import reads_digits
from netlab.nets.spec import NetworkSpec

BLOCK = 64
_ORDER, _AUGMENT = 2, 3  # beside the numbers of netlab/data/split.py


@dataclass(frozen=True, eq=False)
class BatchSource:
    """Batches of a training set, uint8 images (n, 28, 28) and labels (n,)."""

    spec: NetworkSpec
    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    _block: dict[tuple[int, int], NDArray[np.uint8]] = field(default_factory=dict, init=False, repr=False)

    @property
    def examples(self) -> int:
        """How many digits one epoch has."""
        return self.spec.examples_used(len(self.labels))

    @property
    def steps_per_epoch(self) -> int:
        """Batches in one epoch; the last may be smaller."""
        return self.spec.steps_per_epoch(len(self.labels))

    @property
    def sizes(self) -> NDArray[np.intp]:
        """How many digits each batch of an epoch has, (steps,)."""
        steps, size = self.steps_per_epoch, self.spec.batch_size
        return np.append(np.full(steps - 1, size), self.examples - (steps - 1) * size)

    @property
    def _knows_digits(self) -> bool:
        """Whether the labels say which digits the pictures show: not of letters, nor where labels changed places."""
        return reads_digits(self.spec) and not self.spec.shuffled_labels

    def take(self, step: int, count: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Up to ``count`` batches of one size after ``step`` updates, all of one epoch.

        Returns
        -------
        images (batches, size, 28, 28) and labels (batches, size)
            Fewer batches than asked for at the end of an epoch, of an augmentation block, or before
            a smaller last batch, which comes alone.
        """
        epoch, first = divmod(step, self.steps_per_epoch)
        order = _order(self.spec.seed, epoch, len(self.labels), self.examples)
        size = self.spec.batch_size
        last = min(first + count, self.steps_per_epoch)
        if self.spec.augment:
            last = min(last, (first // BLOCK + 1) * BLOCK)
        full = self.examples // size
        last, size = (min(last, full), size) if first < full else (first + 1, self.examples - full * size)
        chosen = order[first * self.spec.batch_size :][: (last - first) * size]
        images = self._pictures(epoch, first, chosen, order)
        return images.reshape(-1, size, 28, 28), self.labels[chosen].reshape(-1, size)

    def _pictures(
        self, epoch: int, first: int, chosen: NDArray[np.intp], order: NDArray[np.intp]
    ) -> NDArray[np.uint8]:
        if not self.spec.augment:
            return self.images[chosen]
        block = first // BLOCK
        start = (first - block * BLOCK) * self.spec.batch_size
        return self._augmented(epoch, block, order)[start : start + len(chosen)]

    def _augmented(self, epoch: int, block: int, order: NDArray[np.intp]) -> NDArray[np.uint8]:
        if (epoch, block) not in self._block:
            size = BLOCK * self.spec.batch_size
            rng = np.random.default_rng([self.spec.seed, _AUGMENT, epoch, block])
            self._block.clear()
            chosen = order[block * size :][:size]
            labels = self.labels[chosen] if self._knows_digits else None
            self._block[epoch, block] = augment(
                self.images[chosen], rng, labels=labels, strength=self.spec.augment
            )
        return self._block[epoch, block]


@lru_cache(maxsize=2)
def _order(seed: int, epoch: int, available: int, used: int) -> NDArray[np.intp]:
    subset, _ = split(seed, available, used, 0)
    return subset[np.random.default_rng([seed, _ORDER, epoch]).permutation(used)]
