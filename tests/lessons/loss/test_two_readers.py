"""The race of the two losses: the browser gets every step, and what is said of two readers is what was measured."""

from __future__ import annotations

import base64
import math
from dataclasses import replace

import numpy as np

from netlab.lessons.loss.two_losses import CROSS_ENTROPY, QUADRATIC, unlearn
from netlab.lessons.loss.two_readers import race_told, reached, two_courses
from netlab.lessons.loss.view import race_data
from netlab.nn.activations import sigmoid
from netlab.nn.pupil import Judged, Moment


def test_the_browser_is_sent_every_step_once_in_few_bytes() -> None:
    paths = [sigmoid(unlearn(loss, -6.0, 1.0, steps=1000)) for loss in (QUADRATIC, CROSS_ENTROPY)]
    told = race_data(paths[0], paths[1], "outcome")
    assert len(str(told)) < 20_000
    z = -6.0
    for unit, name in zip(told["units"], ("cross-entropy", "quadratic"), strict=True):
        assert unit["name"] == name
        sent = np.frombuffer(base64.b64decode(unit["packed"]), "<f4")
        z, walked = -6.0, []
        for _ in range(1001):
            p = 1 / (1 + math.exp(-z))
            walked.append(p)
            z -= 0.5 * (p - 1) * (p * (1 - p) if name == "quadratic" else 1)
        np.testing.assert_allclose(sent, walked, rtol=1e-5)
        assert unit["right"] == next(step for step, p in enumerate(walked) if p > 0.5)


def test_the_courses_differ_in_the_loss_alone() -> None:
    quadratic, entropy = two_courses(-6.0, 0.3)
    assert replace(entropy, loss="quadratic") == quadratic
    assert quadratic.first_logit == -6.0


def test_what_is_told_is_what_was_measured() -> None:
    def moment(step: int, quadratic: float, entropy: float) -> Moment:
        held = (Judged(1.0, quadratic), Judged(1.0, entropy))
        return Moment(step, (), held, held)

    moments = [moment(0, 0.1, 0.1), moment(20, 0.2, 0.7), moment(40, 0.5, 0.81), moment(60, 0.6, 0.79)]
    assert "Nothing is learnt yet" in race_told(moments[:1])
    assert reached(moments, 1) == 40
    assert reached(moments, 0) is None
    told = race_told(moments).replace("\u00a0", " ")
    assert "reads **79.0 %**" in told
    assert "quadratic loss **60.0 %**" in told
    assert "With cross-entropy it had reached 80 % by step 40." in told
    assert "With the quadratic loss it has not reached 80 % yet." in told
