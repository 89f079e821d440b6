"""The worked example of back-propagation: one training step of a small network, stage by stage."""

from __future__ import annotations

from typing import Any

from netlab.lessons.backprop.network_drawing import small_network
from netlab.lessons.backprop.small_network import first_example, places
from netlab.lessons.backprop.worked_steps import training_step
from netlab.nn.mlp import target_rows

PHASES = {
    "forward": "Forward: the numbers run to the answer.",
    "loss": "The loss says how wrong the answer is.",
    "backward": "Backward: the error runs to the weights.",
    "update": "Update: every number takes its step.",
}
"""What is said of each phase."""


def stage_by_stage() -> list[tuple[str, dict[str, Any]]]:
    """The moments of the example.

    Returns
    -------
    list of (str, dict)
        A sentence, and the drawing of ``small_network`` with that much of the step.
    """
    one = first_example("2-2-1", (0.5, 1.0), 1.0, whole_batch=False)
    stages = training_step(one.network, one.inputs, one.targets, learning_rate=0.5, beta=0.0)
    chosen = places(one.network)[0].key
    target = target_rows(one.network, one.targets)[0].tolist()
    return [
        (
            f"{PHASES[stage.phase]} {stage.title}.",
            small_network(one.network, one.inputs[0], target, stages, shown, chosen=chosen),
        )
        for shown, stage in enumerate(stages, 1)
    ]
