"""What is shown and said of a batch that was trained on its own: of each picture, and of the step."""

from __future__ import annotations

import base64
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import SIDE
from netlab.formatting import counted, plain, probability
from netlab.runs.events import BatchShown


@dataclass(frozen=True)
class Told:
    """One picture: its digit, whether the answer before the step was right, and that in words."""

    label: int
    right: bool
    verdict: str
    lines: tuple[str, ...]


def told_of(batch: BatchShown) -> list[Told]:
    """What is said of each picture that is shown, in their order.

    Parameters
    ----------
    batch : BatchShown

    Returns
    -------
    list of Told
    """
    return [_told(batch, place) for place in range(len(batch.pictures))]


def picture(text: str) -> NDArray[np.uint8]:
    """A picture of a ``BatchShown`` as it was, (28, 28).

    Parameters
    ----------
    text : str
        Its bytes in base64.

    Returns
    -------
    uint8 array (28, 28)
    """
    return np.frombuffer(base64.b64decode(text), np.uint8)[: SIDE * SIDE].reshape(SIDE, SIDE)


def _told(batch: BatchShown, place: int) -> Told:
    label, guess, later = batch.labels[place], batch.guesses[place], batch.guesses_after[place]
    right = guess == label
    verdict = f"✓ {guess}" if right else f"✗ {guess}, not {label}"
    change = f"then {later}{_share(batch.shares_after[place])}"
    if (later == label) != right:
        change += ", now right" if later == label else ", now wrong"
    return Told(
        label,
        right,
        f"{verdict}{_share(batch.shares[place])}",
        (change, f"loss {_loss(batch.losses[place])} → {_loss(batch.losses_after[place])}"),
    )


def what_changed(batch: BatchShown) -> str:
    """What the step did to the batch as a whole.

    Parameters
    ----------
    batch : BatchShown

    Returns
    -------
    str
    """
    before, after = batch.loss_before, batch.loss_after
    told = [f"Its loss was {_loss(before)}; after the step it is {_loss(after)}."]
    if before is not None and after is not None and after > before:
        told.append("The step was so long that it made even this batch worse.")
    told.append(f"Right answers: {batch.right_before} before, {batch.right_after} after.")
    if batch.became_right:
        told.append(f"{counted(batch.became_right, 'answer')} became right.")
    if batch.became_wrong:
        told.append(f"{counted(batch.became_wrong, 'answer')} became wrong.")
    if not batch.became_right and not batch.became_wrong:
        told.append("No answer changed between right and wrong.")
    return " ".join(told)


def which_pictures(batch: BatchShown, *, dropped: bool) -> str:
    """Which of the batch's pictures are shown, and how they were answered.

    Parameters
    ----------
    batch : BatchShown
    dropped : bool
        Whether the network has dropout.

    Returns
    -------
    str
    """
    shown = len(batch.pictures)
    if shown == batch.size:
        text = "Highest loss first."
    else:
        text = f"The {shown} with the highest losses are shown, of {batch.size:,}."
    text += " Each: the answer before the step and how sure it was, then the answer after it."
    if dropped:
        text += " Both are given without the units that dropout switched off in this step, as it was trained."
    return text


def _share(share: float | None) -> str:
    return "" if share is None else f", {probability(share, 0)}"


def _loss(loss: float | None) -> str:
    return "no number" if loss is None else plain(loss, 3)
