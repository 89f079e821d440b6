"""What a reader takes along: a Keras script with these very points and weights, and the curves as a table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from netlab.nn.activations import ACTIVATIONS
from netlab.playground.features import FEATURES
from netlab.playground.network import Plan, parts
from netlab.playground.timeline import Moment
from netlab.playground.training import Task

KERAS_LOSSES = {
    ("cross_entropy", "sigmoid"): "binary_crossentropy", ("cross_entropy", "softmax"): "categorical_crossentropy",
}  # fmt: skip
"""Any other is the mean squared error."""


def keras_script(task: Task, moment: Moment) -> str:
    """A script for Keras 3 that rebuilds a network with its points and weights, and says how it does.

    Parameters
    ----------
    task : Task
        Points, network and course.
    moment : Moment
        Whose weights are taken.

    Returns
    -------
    str
        Python source; ``outputs`` are what the network answers to every point.
    """
    plan, points = task.plan, task.points
    weights = ",\n    ".join(
        f"np.array({np.array2string(part, separator=', ', threshold=10**6, max_line_width=10**6, formatter={'float_kind': lambda value: repr(float(value))})}, 'float32')".replace("\n", "")
        for part in parts(plan, moment.numbers)
    )  # fmt: skip
    rows = ", ".join(f"({x:g}, {y:g}, {label}, {int(held)})" for (x, y), label, held in zip(
        np.rint(points.places.astype(np.float64) * 1000) / 1000, points.labels.tolist(), points.held.tolist()
    ))  # fmt: skip
    inputs = ", ".join(FEATURES[key].numpy for key in plan.features)
    return f'''"""A network from Netlab's playground after {moment.step} steps, in Keras: its points, its weights, and a way on."""

import keras
import numpy as np
from keras import layers

# Every point: x, y, class, and whether it was held back.
points = np.array([{rows}])
x, y = points[:, 0].astype("float32"), points[:, 1].astype("float32")
labels, held = points[:, 2].astype(int), points[:, 3] == 1
inputs = np.stack([{inputs}], axis=1)
targets = {_targets(plan)}

model = keras.Sequential([
    keras.Input(({len(plan.features)},)),
{_layers(task)}
])
model.set_weights([
    {weights},
])

outputs = model.predict(inputs, verbose=0)
said = {"outputs.argmax(axis=1)" if plan.outputs > 1 else f"(outputs[:, 0] > {0.5 if plan.output == 'sigmoid' else 0}).astype(int)"}
print("right, trained on:", (said == labels)[~held].mean())
if held.any():
    print("right, held back:", (said == labels)[held].mean())
{_training(task)}'''


def _targets(plan: Plan) -> str:
    if plan.outputs > 1:
        return f'np.eye({plan.outputs}, dtype="float32")[labels]'
    column = 'labels[:, None].astype("float32")'
    return f"2 * {column} - 1" if plan.output == "linear" else column


def _layers(task: Task) -> str:
    lines = []
    for layer, (units, bend) in enumerate(zip(task.plan.sizes[1:], task.plan.activations)):
        name = ACTIVATIONS[bend].keras_name if bend in ACTIVATIONS else bend
        function = f'"{name}"' if name else "lambda z: keras.ops.cast(z > 0, z.dtype)"
        pull = [share[layer] if layer < len(share) else 0.0 for share in (task.course.l1, task.course.l2)]
        kernel = (
            f", kernel_regularizer=keras.regularizers.L1L2({pull[0]:g}, {pull[1]:g})" if any(pull) else ""
        )
        lines.append(f"    layers.Dense({units}, activation={function}{kernel}),")
        dropout = task.course.dropout[layer] if layer < len(task.course.dropout) else 0.0
        if dropout:
            lines.append(f"    layers.Dropout({dropout:g}),")
    return "\n".join(lines)


def _training(task: Task) -> str:
    optimizer, course = task.optimizer, task.course
    if optimizer.keras_class is None:
        return f"# Keras has no {optimizer.title}; choose one of its optimizers to train on.\n"
    loss = KERAS_LOSSES.get((task.plan.loss, task.plan.output), "mean_squared_error")
    own = {
        key: value
        for key, value in optimizer.keras_settings().items()
        if value is not None and key in {setting.key for setting in optimizer.own} | set(optimizer.fixed)
    }
    settings = "".join(f", {key}={value!r}" for key, value in own.items())
    factor = task.plan.row.keras_factor(task.plan.outputs)
    note = f"  # Keras's loss is {factor:g} times Netlab's, and so are the slopes" if factor != 1 else ""
    plan = (
        "" if course.schedule == "constant" else f"  # Netlab's rate followed a schedule: {course.schedule}"
    )
    return f'''
# To train on from here (Keras draws its own batches and dropout):
model.compile(
    optimizer=keras.optimizers.{optimizer.keras_class}({course.learning_rate:g}{settings}),{plan}
    loss="{loss}",{note}
    metrics=["accuracy"],
)
# model.fit(inputs[~held], targets[~held], batch_size={task.batch}, epochs=10)
'''


def curves_csv(moments: Sequence[Moment]) -> str:
    """The curves as a table: a line for each moment.

    Parameters
    ----------
    moments : sequence of Moment
        From the start.

    Returns
    -------
    str
        CSV with a line of names; what is not there is empty.
    """
    lines = ["step,epoch,loss,accuracy,held_back_loss,held_back_accuracy,regularisation"]
    for moment in moments:
        found = moment.measured
        values = (
            moment.step, moment.epoch, found.loss, found.accuracy, found.held_loss, found.held_accuracy, found.penalty,
        )  # fmt: skip
        lines.append(",".join("" if value is None else repr(value) for value in values))
    return "\n".join(lines) + "\n"
