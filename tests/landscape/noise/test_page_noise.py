"""The batch on the landscape page: offered where there are data, in the link, and told where it is seen."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from netlab.landscape.descent import descend
from netlab.landscape.noise.batches import Batches, fields_with_data
from netlab.landscape.surfaces import SURFACES
from netlab.nn.optimizers import OPTIMIZERS
from tests.landscape.test_page import weights
from tests.pages import as_read, link, opened, text

CROSS = {"ls_surface": "neuron", "ls_loss": "cross-entropy"}


def figures(at: AppTest) -> dict[str, Any]:
    """Figures on the page by what they are described as."""
    sent = [json.loads(one.proto.json) for one in at.get("bidi_component") if one.proto.json]
    return {data["alt"]: data for data in sent if isinstance(data.get("alt"), str)}


def unfolded(**address: Any) -> AppTest:
    at = opened("landscape", **address)
    at.session_state["noise_open"] = True
    at.run()
    assert not at.exception, at.exception
    return at


def test_only_a_surface_with_data_has_batches() -> None:
    at = opened("landscape")
    assert "ls_batch" not in [one.key for one in at.select_slider]
    assert "Noise:" not in str([one.label for one in at.expander])
    at = opened("landscape", ls_surface="line")
    assert at.select_slider(key="ls_batch").value == 1000
    assert at.select_slider(key="ls_batch").options[-1] == "all 24"


def test_the_walk_is_the_core_s_on_the_same_batches_and_the_link_keeps_them() -> None:
    at = opened("landscape", **CROSS)
    at.select_slider(key="ls_batch").set_value(2).run()
    surface = SURFACES["sigmoid-neuron-cross-entropy"]
    seen = Batches(2).seen(fields_with_data(surface), 100)
    optimizer = OPTIMIZERS["sgd"].with_settings(learning_rate=1.0)
    expected = descend(surface, optimizer, surface.start, steps=100, seen=seen).weights
    assert np.array_equal(weights(at), expected)
    assert link(at)["ls_batch"] in ("2", ["2"])
    assert np.array_equal(weights(opened("landscape", **CROSS, ls_batch="2")), expected)


def test_a_batch_larger_than_the_data_is_all_of_it() -> None:
    at = opened("landscape", ls_surface="line", ls_batch="64", ls_examples="10")
    surface = opened("landscape", ls_surface="line", ls_examples="10")
    assert np.array_equal(weights(at), weights(surface))


def test_the_story_tells_which_examples_were_seen() -> None:
    at = opened("landscape", **CROSS, ls_batch="2", ls_step="4")
    rows = Batches(2).rows(24, 4)[-1] + 1
    assert f"examples of this step's batch (numbers {rows[0]}, {rows[1]})" in text(at)
    assert "on the batch; the height on the map of all 24" in text(at)
    assert "stochastic gradient descent, the S of SGD" in text(at)
    assert "How the batch's loss changes" in text(at)
    assert "the one example of this step's batch" in text(opened("landscape", **CROSS, ls_batch="1"))
    assert "batch" not in text(opened("landscape", **CROSS)).replace("every step", "")


def test_the_script_draws_the_same_batches() -> None:
    code = " ".join(one.value for one in opened("landscape", **CROSS, ls_batch="3").code)
    assert "np.random.default_rng(0).permuted(order, axis=1)[:, :3]" in code
    assert "loss(x, y, batches[step])" in code


def test_the_fold_computes_only_when_it_is_open() -> None:
    at = opened("landscape", **CROSS, ls_batch="2")
    assert not any("standard deviations" in alt for alt in figures(at))
    at.session_state["noise_open"] = True
    at.run()
    shown = " ".join(figures(at))
    assert "standard deviations" in shown and "against η/(1 − μ)" in shown and "At the end Constant" in shown
    assert "the **noise ball**" in text(at)
    assert "What counts is **η/(1 − μ)**" in text(at)


def test_what_cannot_be_shown_is_told() -> None:
    assert "there is no noise" in text(unfolded(**CROSS))
    assert "without a lowest point" in text(
        unfolded(**CROSS, ls_batch="2", ls_examples="4", ls_labels="3")
    ) or "hovers" in text(unfolded(**CROSS, ls_batch="2", ls_examples="4", ls_labels="3"))
    assert "too short to let a rate fall" in text(unfolded(**CROSS, ls_batch="2", ls_steps="10"))


@pytest.mark.parametrize("rule", ["momentum", "nesterov", "adam", "lion"])
def test_every_rule_hovers(rule: str) -> None:
    at = unfolded(**CROSS, ls_batch="2", ls_optimizer=rule, ls_steps="20")
    assert "does not stay" in as_read(at)
    drawn = next(data for alt, data in figures(at).items() if "against η/(1 − μ)" in alt)
    assert ("yours" in [trace.get("name") for trace in drawn["traces"]]) == (rule == "momentum")
