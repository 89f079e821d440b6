"""What the page Inside tells of a network, in numbers: for programs, and for a report on paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from netlab.arrays import Bytes
from netlab.experiments.inside import calibration, confusion, units
from netlab.experiments.inside.answers import Answers, ask, kernels
from netlab.experiments.subject import Subject
from netlab.nets.keras_summary import description
from netlab.runs.symptoms import layer_names

MOST_WORTH = 10


def report(subject: Subject, images: Bytes, labels: Bytes, classes: Sequence[str]) -> dict[str, Any]:
    """What a network gets wrong, how sure it is, and which of its units matter.

    Parameters
    ----------
    subject : Subject
        The network.
    images, labels : uint8 (n, 28, 28) and (n,)
        Pictures that it has not learnt from, and what they are.
    classes : sequence of str
        What the ten classes are called.

    Returns
    -------
    dict
        Nothing in it but what JSON knows. A network whose answers are no numbers has neither ``calibration`` nor
        ``layers``; its ``answers`` say "no numbers".
    """
    answers = ask(subject.spec, subject.weights, images)
    found = {
        "network": subject.id,
        "name": subject.name,
        "network_in_words": description(subject.spec),
        "step": subject.step,
        "data": subject.spec.data,
        "pictures": len(labels),
        "answers": "numbers" if answers.sound else "no numbers",
    }
    if not answers.sound:
        return found
    counts = confusion.count(labels, answers.said)
    return {
        **found,
        "accuracy": answers.accuracy(labels),
        "confusion": counts.tolist(),
        "classes": [
            {"class": name, "pictures": score.there, "said": score.said, "recall": score.recall, "precision": score.precision}
            for name, score in zip(classes, confusion.scores(counts), strict=True)
        ],
        "calibration": _calibration(answers, labels),
        "layers": [
            _layer(subject, images, labels, place) for place in range(len(kernels(subject.spec)) - 1)
        ],
    }  # fmt: skip


def _calibration(answers: Answers, labels: Bytes) -> dict[str, Any]:
    every, mended = (
        calibration.reliability(answers.probabilities, labels),
        calibration.mended(answers.logits, labels),
    )
    return {
        "bins": len(every.counts),
        "expected_error": every.error,
        "surer_than_right": every.lean,
        "temperature": mended.temperature,
        "fitted_on": mended.fitted_on,
        "judged_on": mended.judged_on,
        "expected_error_there": mended.before.error,
        "expected_error_with_temperature": mended.after.error,
        "loss_there": mended.loss_before,
        "loss_with_temperature": mended.loss_after,
    }


def _layer(subject: Subject, images: Bytes, labels: Bytes, place: int) -> dict[str, Any]:
    layer = units.inspect(subject.spec, subject.weights, images, labels, place)
    order = np.argsort(-layer.worth.loss, kind="stable")[:MOST_WORTH]
    return {
        "layer": layer_names(subject.spec)[place],
        "units": len(layer.dead),
        "pictures": len(layer.places),
        "dead": np.flatnonzero(layer.dead).tolist(),
        "twins": [[int(unit), int(layer.twins[unit])] for unit in np.flatnonzero(layer.twins >= 0)],
        "judged_on": layer.worth.judged_on,
        "most_worth": [
            {"unit": int(unit), "loss": float(layer.worth.loss[unit]), "accuracy": float(layer.worth.accuracy[unit])}
            for unit in order
        ],
    }  # fmt: skip
