"""What the comparison with other programs makes of their clocks, and that each script of ours at least is Python."""

from __future__ import annotations

import pytest

from benchmarks.peers import CONTENDERS, DIGITS, TARGETS, Times, times, verdict


def test_the_first_epoch_tells_the_start_and_the_others_the_pace() -> None:
    found = times([9.0, 10.0, 11.5, 12.5], 0.98)
    assert (found.whole, found.epoch, found.start, found.accuracy) == (12.5, 1.0, 8.0, 0.98)


def test_ratios_stand_beside_their_targets_and_who_did_not_finish_is_not_named() -> None:
    found = {"Netlab": [Times(6.0, 1.0, 1.0, 0.98)], "Keras, JAX": [Times(12.0, 2.0, 2.0, 0.98)]}
    assert verdict(found) == [
        "Netlab / Keras, JAX: an epoch 0.500 (target at most 0.9), click to finish 0.500"
    ]
    assert verdict({}) == ["Netlab did not finish, so there is nothing to compare."]
    assert {name for name, _ in TARGETS} <= {contender.name for contender in CONTENDERS}


@pytest.mark.parametrize("contender", CONTENDERS, ids=lambda contender: contender.name)
def test_every_script_is_python(contender: object) -> None:
    compile(DIGITS + contender.script, "script", "exec")  # type: ignore[attr-defined]
