"""The Keras script that walks the very path on the screen."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from netlab.landscape.descent.path import require_steps, starting_point
from netlab.landscape.noise.batches import Batches, examples_of
from netlab.landscape.surface import Surface
from netlab.nn.optimizers import Optimizer
from netlab.nn.setting import COMMON

_SCRIPT = """\
{imports}


def loss(x, y{batch_argument}):
{body}


{batches}optimizer = {optimizer}
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


_DRAWN = """\
# every step draws its examples anew, each at most once
order = np.tile(np.arange({examples}), ({steps}, 1))
batches = np.random.default_rng({seed}).permuted(order, axis=1)[:, :{size}]

"""


def path_script(
    surface: Surface,
    optimizer: Optimizer,
    start: ArrayLike,
    *,
    steps: int,
    batches: Batches | None = None,
) -> str:
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
    batches
        Which examples each step sees, on a surface with data; all if not given.

    Returns
    -------
    str
        The script; it imports keras and tensorflow and nothing of this project.

    Raises
    ------
    ValueError
        If Keras does not have the optimizer, the start is no finite point, steps is below 1, or there are batches and no
        data.
    """
    require_steps(steps)
    numbers = ", ".join(repr(float(number)) for number in starting_point(start))
    lines, drawn = list(surface.tensorflow), ""
    if batches is not None:
        lines[2:2] = ["inputs, targets = tf.gather(inputs, rows), tf.gather(targets, rows)"]
        drawn = _DRAWN.format(
            seed=batches.seed, examples=examples_of(surface), steps=steps, size=batches.size
        )
    body = "\n".join(f"    {line}" for line in lines)
    scaled = optimizer.values["loss_scale_factor"]
    call = "loss(x, y)" if batches is None else "loss(x, y, batches[step])"
    return _SCRIPT.format(
        imports="\n".join(
            ["import math\n"] * ("math." in body)
            + ["import keras"]
            + ["import numpy as np"] * (batches is not None)
            + ["import tensorflow as tf"]
        ),
        body=body,
        optimizer=optimizer_code(optimizer),
        start=f"[[{numbers}]]" if optimizer.for_matrices else f"[{numbers}]",
        point="weights.value[0]" if optimizer.for_matrices else "weights.value",
        steps=steps,
        height=f"optimizer.scale_loss({call})" if scaled else call,
        batch_argument="" if batches is None else ", rows",
        batches=drawn,
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
