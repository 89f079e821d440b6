"""When a training looks at itself: often at first, when most is learnt, then once an epoch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Milestones:
    """Steps at which something beside an update happens; step 0 is before the first."""

    validations: frozenset[int]
    snapshots: frozenset[int]

    def next_after(self, step: int, end: int) -> int:
        """The first such step after ``step``, or ``end`` if none comes before it."""
        return min(
            (moment for moment in self.validations | self.snapshots if step < moment < end), default=end
        )


def milestones(steps_per_epoch: int, epochs: int) -> Milestones:
    """Validation at 0, 10, 30, 100… of the first epoch; snapshots at 0, 1, 2, 5, 10, 20, 50…; both at epoch ends.

    Parameters
    ----------
    steps_per_epoch : int
        Batches in an epoch.
    epochs : int
        How often all digits are seen.

    Returns
    -------
    Milestones
        Steps from 0, before the first update, to the last.

    Examples
    --------
    >>> sorted(milestones(100, 2).validations)
    [0, 10, 30, 100, 200]
    """
    total = steps_per_epoch * epochs
    ends = {steps_per_epoch * epoch for epoch in range(1, epochs + 1)}
    early = {step for step in _spaced((1, 3), steps_per_epoch) if step >= 10}
    return Milestones(frozenset({0} | early | ends), frozenset({0} | set(_spaced((1, 2, 5), total)) | ends))


def _spaced(digits: tuple[int, ...], below: int) -> list[int]:
    """Those of 1, 2, 5, 10, 20, 50… (for digits 1, 2, 5) that are below ``below``."""
    return [
        digit * 10**power for power in range(len(str(below))) for digit in digits if digit * 10**power < below
    ]


MOST_EVIDENCE = 16


def evidence_steps(steps_per_epoch: int, epochs: int) -> frozenset[int]:
    """When a training measures itself: at 0, 100, 1000… of the first epoch and at epoch ends, of many some.

    Those are ``MOST_EVIDENCE`` at most, the first and the last among them, and all of them validate too.

    Parameters
    ----------
    steps_per_epoch, epochs : int

    Returns
    -------
    frozenset of int

    Examples
    --------
    >>> sorted(evidence_steps(150, 2))
    [0, 100, 150, 300]
    """
    early = {step for step in _spaced((1,), steps_per_epoch) if step >= 100}
    steps = sorted({0} | early | {steps_per_epoch * epoch for epoch in range(1, epochs + 1)})
    last = len(steps) - 1
    if last < MOST_EVIDENCE:
        return frozenset(steps)
    return frozenset(steps[round(place * last / (MOST_EVIDENCE - 1))] for place in range(MOST_EVIDENCE))
