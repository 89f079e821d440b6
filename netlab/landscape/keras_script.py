"""The Keras script that walks the very path on the screen."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from netlab.landscape.descent.path import require_steps, starting_point
from netlab.landscape.surface import Surface
from netlab.nn.optimizers import Optimizer
from netlab.nn.setting import COMMON

_SCRIPT = """\
{imports}


def loss(x, y):
{body}


optimizer = {optimizer}
weights = keras.Variable({start}, dtype="float32")
path = [weights.numpy()]

for step in range({steps}):
    with tf.GradientTape() as tape:
        # float64 from here on, so that the gradient is exact and rounded to float32 only once
        x, y = tf.unstack(tf.cast({point}, tf.float64))
        height = {height}
    gradient = tape.gradient(height, weights.value)
    optimizer.apply([gradient], [weights])
    path.append(weights.numpy())

print(path[-1])
"""


def path_script(surface: Surface, optimizer: Optimizer, start: ArrayLike, *, steps: int) -> str:
    """A whole Python script: the loss in TensorFlow, the optimizer in Keras, the loop that leaves ``path``.

    Where the optimizer is one for matrices, the two weights are a matrix of one row.

    Parameters
    ----------
    surface, optimizer
        The loss and the rule.
    start
        Two finite numbers, (x, y).
    steps
        How many updates, at least 1.

    Returns
    -------
    str
        The script; it imports keras and tensorflow and nothing of this project.

    Raises
    ------
    ValueError
        If Keras does not have the optimizer, the start is no finite point, or steps is below 1.
    """
    require_steps(steps)
    numbers = ", ".join(repr(float(number)) for number in starting_point(start))
    body = "\n".join(f"    {line}" for line in surface.tensorflow)
    scaled = optimizer.values["loss_scale_factor"]
    return _SCRIPT.format(
        imports="\n".join(
            ["import math\n"] * ("math." in body) + ["import keras", "import tensorflow as tf"]
        ),
        body=body,
        optimizer=optimizer_code(optimizer),
        start=f"[[{numbers}]]" if optimizer.for_matrices else f"[{numbers}]",
        point="weights.value[0]" if optimizer.for_matrices else "weights.value",
        steps=steps,
        height="optimizer.scale_loss(loss(x, y))" if scaled else "loss(x, y)",
    )


def optimizer_code(optimizer: Optimizer) -> str:
    """The line that makes the optimizer: all settings of its own, and the common ones that are on.

    Parameters
    ----------
    optimizer
        The rule with its settings.

    Returns
    -------
    str
        A call such as ``keras.optimizers.SGD(learning_rate=0.1, …)``.

    Raises
    ------
    ValueError
        If Keras does not have the optimizer.
    """
    if optimizer.keras_class is None:
        raise ValueError(f"Keras has no optimizer {optimizer.title}, so no script of Keras walks its path.")
    common = {setting.key for setting in COMMON}
    settings = {
        key: value
        for key, value in optimizer.keras_settings().items()
        if key not in common or _is_on(optimizer, key, value)
    }
    return _call(
        f"keras.optimizers.{optimizer.keras_class}", {"learning_rate": _rate_code(optimizer), **settings}
    )


def _is_on(optimizer: Optimizer, key: str, value: Any) -> bool:
    if key == "ema_momentum":
        return bool(optimizer.values["use_ema"])
    return value is not None and value is not False


def _rate_code(optimizer: Optimizer) -> Any:
    schedule = optimizer.schedule
    if schedule.keras_class is None:
        return optimizer.learning_rate
    arguments = schedule.arguments(optimizer.learning_rate)
    return _Code(_call(f"keras.optimizers.schedules.{schedule.keras_class}", arguments))


class _Code(str):
    """Text that is code already."""

    def __repr__(self) -> str:
        return str(self)


def _call(function: str, arguments: dict[str, Any]) -> str:
    plain = {
        key: value.item() if isinstance(value, np.generic) else value for key, value in arguments.items()
    }
    inside = ", ".join(f"{key}={value!r}" for key, value in plain.items())
    return f"{function}({inside})"
