"""One batch under the lamp: what the network says of each picture before and after the step that it takes from them."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.runs.events import BatchShown
from netlab.training.lens import Answers, Lens

MOST_PICTURES = 16
MOST_RANKED = 64


class BatchLook:
    """A look at a batch before its step; ``after`` it, ask again.

    Both looks drop the units that dropout drops in this very step, so the two losses are of one network with other
    weights.

    Parameters
    ----------
    lens : Lens
        Looks at the network.
    step : int
        Updates so far.
    images, labels : uint8 arrays (n, 28, 28) and (n,)
        The batch.
    """

    def __init__(self, lens: Lens, step: int, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> None:
        self._lens, self._step, self._images, self._labels = lens, step, images, labels
        self._weights = [weight.numpy() for weight in lens.weights]
        self._before = lens.answers(images, labels, step)

    def after(self) -> BatchShown:
        """What the step changed, for the pictures with the highest losses one by one.

        Returns
        -------
        BatchShown
        """
        before, after = self._before, self._lens.answers(self._images, self._labels, self._step)
        order = np.argsort(-np.nan_to_num(before.losses, nan=np.inf), kind="stable")
        shown, ranked = order[:MOST_PICTURES], order[_spread(len(order))]
        was, now = (_guesses(one) == self._labels for one in (before, after))
        return BatchShown(
            step=self._step + 1,
            size=len(self._labels),
            loss_before=_number(before.loss),
            loss_after=_number(after.loss),
            right_before=int(was.sum()),
            right_after=int(now.sum()),
            became_right=int((now & ~was).sum()),
            became_wrong=int((was & ~now).sum()),
            weights=_lengths(self._weights, self._lens.layers),
            moves=_lengths(
                [new.numpy() - old for new, old in zip(self._lens.weights, self._weights, strict=True)],
                self._lens.layers,
            ),
            ranked_before=_numbers(before.losses[ranked]),
            ranked_after=_numbers(after.losses[ranked]),
            pictures=tuple(base64.b64encode(self._images[place].tobytes()).decode() for place in shown),
            labels=tuple(self._labels[shown].tolist()),
            losses=_numbers(before.losses[shown]),
            losses_after=_numbers(after.losses[shown]),
            guesses=tuple(_guesses(before)[shown].tolist()),
            guesses_after=tuple(_guesses(after)[shown].tolist()),
            shares=_numbers(before.probabilities.max(axis=1)[shown]),
            shares_after=_numbers(after.probabilities.max(axis=1)[shown]),
        )


def _guesses(answers: Answers) -> NDArray[np.intp]:
    return answers.probabilities.argmax(axis=1)


def _spread(count: int) -> NDArray[np.intp]:
    """At most ``MOST_RANKED`` of so many places, the first and the last among them."""
    return np.round(np.linspace(0, count - 1, min(count, MOST_RANKED))).astype(np.intp)


def _lengths(weights: Sequence[Any], layers: Sequence[slice]) -> tuple[float | None, ...]:
    """For each layer, all that training moves of it as one vector: its length."""
    squares = [float(np.vdot(weight, weight)) for weight in weights]
    return tuple(_number(math.sqrt(sum(squares[layer]))) for layer in layers)


def _numbers(values: NDArray[np.float32]) -> tuple[float | None, ...]:
    return tuple(map(_number, values.tolist()))


def _number(value: float) -> float | None:
    """Three significant digits are sent; what is no number is None."""
    return float(f"{value:.3g}") if math.isfinite(value) else None
